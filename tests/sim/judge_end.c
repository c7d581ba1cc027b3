/* The end of a run that went well: each table is as its wish says, read from the world, not from answers. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

static void same(const struct world_table *t, const char *what, const json_t *is,
                 const json_t *wanted)
{
    if (wanted && !json_equal(is, wanted)) {
        char *a = is ? json_dumps(is, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
        char *b = json_dumps(wanted, JSON_COMPACT | JSON_ENCODE_ANY);

        judge_fail("table %s: %s is %s, the spec says %s", t->name, what, a ? a : "absent", b);
        free(a);
        free(b);
    }
}

/* "A" is "B", as text; an absent wish wants nothing. */
static void same_text(const struct world_table *t, const char *what, const char *is,
                      const char *wanted)
{
    if (*wanted && strcmp(is, wanted) != 0) {
        judge_fail("table %s: %s is \"%s\", the spec says \"%s\"", t->name, what, is, wanted);
    }
}

static void end_throughput(const struct world_table *t, const json_t *is, const json_t *wish)
{
    const json_t *have = json_object_get(is, "ProvisionedThroughput");
    const json_t *want = json_object_get(wish, "ProvisionedThroughput");

    if (want && t->creates > 0) {
        same(t, "ReadCapacityUnits", json_object_get(have, "ReadCapacityUnits"),
             json_object_get(want, "ReadCapacityUnits"));
        same(t, "WriteCapacityUnits", json_object_get(have, "WriteCapacityUnits"),
             json_object_get(want, "WriteCapacityUnits"));
    }
}

static void end_indexes(const struct world_table *t, const json_t *table, const json_t *wish,
                        const char *kind)
{
    const json_t *list = json_object_get(table, kind);
    size_t i;
    json_t *index;

    json_array_foreach(json_object_get(wish, kind), i, index)
    {
        const json_t *is = world_find(list, "IndexName", world_text(index, "IndexName"));

        same(t, "index name", json_object_get(is, "IndexName"),
             json_object_get(index, "IndexName"));
        same(t, "index keys", json_object_get(is, "KeySchema"),
             json_object_get(index, "KeySchema"));
        same(t, "index projection", json_object_get(is, "Projection"),
             json_object_get(index, "Projection"));
        same_text(t, "index status", world_text(is, "IndexStatus"), kind[0] == 'G' ? "ACTIVE" : "");
        end_throughput(t, is, index);
    }
}

static void end_tags(const struct world_table *t, const json_t *wish)
{
    size_t i;
    json_t *tag;

    json_array_foreach(json_object_get(wish, "Tags"), i, tag)
    {
        same(t, "tag", json_object_get(json_object_get(t->state, "Tags"), world_text(tag, "Key")),
             json_object_get(tag, "Value"));
    }
}

static void end_features(const struct world_table *t, const json_t *wish)
{
    const json_t *backups = json_object_get(wish, "PointInTimeRecoverySpecification");
    const json_t *insights = json_object_get(wish, "ContributorInsightsSpecification");

    same(t, "TTL attribute",
         json_object_get(json_object_get(t->state, "TimeToLive"), "AttributeName"),
         json_object_get(json_object_get(wish, "TimeToLiveSpecification"), "AttributeName"));
    if (backups) {
        same_text(t, "PITR",
                  world_text(json_object_get(t->state, "Backups"), "PointInTimeRecoveryStatus"),
                  "ENABLED");
        same(t, "PITR period",
             json_object_get(json_object_get(t->state, "Backups"), "RecoveryPeriodInDays"),
             json_object_get(backups, "RecoveryPeriodInDays"));
    }
    if (insights && !json_object_get(json_object_get(t->state, "Insights"), "")) {
        judge_fail("table %s: no contributor insights", t->name);
    }
    same(t, "Kinesis stream",
         json_object_get(json_array_get(json_object_get(t->state, "Kinesis"), 0), "StreamArn"),
         json_object_get(json_object_get(wish, "KinesisStreamSpecification"), "StreamArn"));
    if (json_object_get(wish, "ResourcePolicy") && !json_object_get(t->state, "Policy")) {
        judge_fail("table %s: no resource policy", t->name);
    }
}

static void end_lists(const struct world_table *t, const json_t *table, const json_t *wish)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(wish, "Replicas"), i, one)
    {
        const char *region = world_text(one, "RegionName");

        if (strcmp(region, WORLD_REGION) != 0 &&
            !world_find(json_object_get(table, "Replicas"), "RegionName", region)) {
            judge_fail("table %s: no replica in %s", t->name, region);
        }
    }
    json_array_foreach(json_object_get(wish, "Items"), i, one)
    {
        size_t at;
        json_t *item;
        bool found = false;

        json_array_foreach(json_object_get(t->state, "Items"), at, item)
        {
            found = found || json_equal(item, one);
        }
        if (!found) {
            judge_fail("table %s: seed item %d is missing", t->name, (int)i);
        }
    }
}

static void end_table(const struct world_table *t, const json_t *wish)
{
    const json_t *table = json_object_get(t->state, "Table");
    const char *billing = world_text(json_object_get(table, "BillingModeSummary"), "BillingMode");

    same_text(t, "status", world_text(table, "TableStatus"), "ACTIVE");
    same(t, "KeySchema", json_object_get(table, "KeySchema"), json_object_get(wish, "KeySchema"));
    end_indexes(t, table, wish, "LocalSecondaryIndexes");
    end_indexes(t, table, wish, "GlobalSecondaryIndexes");
    end_throughput(t, table, wish);
    if (t->creates > 0) {
        same_text(t, "BillingMode", *billing ? billing : "PROVISIONED",
                  world_text(wish, "BillingMode"));
        same_text(t, "TableClass",
                  world_text(json_object_get(table, "TableClassSummary"), "TableClass"),
                  world_text(wish, "TableClass"));
        same(t, "OnDemandThroughput", json_object_get(table, "OnDemandThroughput"),
             json_object_get(wish, "OnDemandThroughput"));
        same_text(t, "SSE", world_text(json_object_get(table, "SSEDescription"), "SSEType"),
                  json_object_get(wish, "SSESpecification") ? "KMS" : "");
    }
    same(t, "stream", json_object_get(table, "StreamSpecification"),
         json_object_get(wish, "StreamSpecification"));
    same(t, "DeletionProtectionEnabled", json_object_get(table, "DeletionProtectionEnabled"),
         json_object_get(wish, "DeletionProtectionEnabled"));
    end_tags(t, wish);
    end_features(t, wish);
    end_lists(t, table, wish);
}

void judge_end(const json_t *wishes)
{
    size_t i;
    json_t *wish;

    json_array_foreach(wishes, i, wish)
    {
        const struct world_table *t = world_table(world_text(wish, "TableName"));

        if (!t || !t->state) {
            judge_fail("table %s: not there", world_text(wish, "TableName"));
        } else {
            end_table(t, wish);
        }
    }
}
