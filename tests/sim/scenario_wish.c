#include "scenario.h"

#include <stdio.h>
#include <string.h>

/* What the product can do today beyond keys, indexes and capacity; a word that is missing here is not wished for. */
#define FEATURES \
    " stream protection tags class sse policy maximum ttl pitr insights kinesis replicas "

static bool has(const char *feature)
{
    char spaced[60];

    snprintf(spaced, sizeof(spaced), " %s ", feature);
    return strstr(FEATURES, spaced) != NULL;
}

/* A key attribute, defined where it is not yet. */
static json_t *key(struct dice *d, json_t *wish, const char *name, const char *role)
{
    static const char *const types[] = {"S", "N", "B"};
    json_t *list = json_object_get(wish, "AttributeDefinitions");

    if (!world_find(list, "AttributeName", name)) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "AttributeName", name, "AttributeType",
                                              types[dice_below(d, 3)]));
    }
    return json_pack("{s:s, s:s}", "AttributeName", name, "KeyType", role);
}

static json_t *capacity(struct dice *d)
{
    return json_pack("{s:I, s:I}", "ReadCapacityUnits", (json_int_t)(1 + dice_below(d, 100)),
                     "WriteCapacityUnits", (json_int_t)(1 + dice_below(d, 100)));
}

static json_t *projection(struct dice *d)
{
    switch (dice_below(d, 3)) {
    case 0:
        return json_pack("{s:s}", "ProjectionType", "ALL");
    case 1:
        return json_pack("{s:s}", "ProjectionType", "KEYS_ONLY");
    default:
        return json_pack("{s:s, s:[s, s]}", "ProjectionType", "INCLUDE", "NonKeyAttributes",
                         "total", "state");
    }
}

static void add_index(struct dice *d, json_t *wish, bool global, int number)
{
    const char *kind = global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
    json_t *list = json_object_get(wish, kind);
    json_t *keys = json_array();
    json_t *index;
    char name[20];

    snprintf(name, sizeof(name), "%s%d", global ? "global" : "local", number);
    json_array_append_new(
        keys, key(d, wish, global ? (dice_below(d, 2) ? name : "GSI_PK") : "PK", "HASH"));
    if (!global || dice_chance(d, 500)) {
        json_array_append_new(keys, key(d, wish, global ? "GSI_SK" : name, "RANGE"));
    }
    index = json_pack("{s:s, s:o, s:o}", "IndexName", name, "KeySchema", keys, "Projection",
                      projection(d));
    if (global && !json_object_get(wish, "BillingMode")) {
        json_object_set_new(index, "ProvisionedThroughput", capacity(d));
    }
    if (!list) {
        json_object_set_new(wish, kind, list = json_array());
    }
    json_array_append_new(list, index);
}

static void add_indexes(struct dice *d, json_t *wish)
{
    bool sorted = json_array_size(json_object_get(wish, "KeySchema")) > 1;

    for (int i = 0; sorted && dice_chance(d, 250); i++) {
        add_index(d, wish, false, i);
    }
    for (int i = 0; i < 5 && dice_chance(d, 500); i++) {
        add_index(d, wish, true, i);
    }
}

/* What rides in CreateTable. */
static void add_riders(struct dice *d, json_t *wish)
{
    if (has("stream") && dice_chance(d, 300)) {
        json_object_set_new(
            wish, "StreamSpecification",
            json_pack("{s:b, s:s}", "StreamEnabled", 1, "StreamViewType", "NEW_AND_OLD_IMAGES"));
    }
    if (has("protection") && dice_chance(d, 300)) {
        json_object_set_new(wish, "DeletionProtectionEnabled", json_true());
    }
    if (has("tags") && dice_chance(d, 300)) {
        json_object_set_new(wish, "Tags",
                            json_pack("[{s:s, s:s}, {s:s, s:s}]", "Key", "team", "Value", "shop",
                                      "Key", "cost centre", "Value", ""));
    }
    if (has("class") && dice_chance(d, 200)) {
        json_object_set_new(wish, "TableClass", json_string("STANDARD_INFREQUENT_ACCESS"));
    }
    if (has("sse") && dice_chance(d, 200)) {
        json_object_set_new(wish, "SSESpecification",
                            json_pack("{s:b, s:s}", "Enabled", 1, "SSEType", "KMS"));
    }
    if (has("policy") && dice_chance(d, 200)) {
        json_object_set_new(wish, "ResourcePolicy",
                            json_string("{\"Version\":\"2012-10-17\",\"Statement\":[]}"));
    }
    if (has("maximum") && json_object_get(wish, "BillingMode") && dice_chance(d, 200)) {
        json_object_set_new(wish, "OnDemandThroughput",
                            json_pack("{s:i}", "MaxReadRequestUnits", 100));
    }
}

/* What comes after it. */
static void add_features(struct dice *d, json_t *wish)
{
    if (has("ttl") && dice_chance(d, 300)) {
        json_object_set_new(wish, "TimeToLiveSpecification",
                            json_pack("{s:b, s:s}", "Enabled", 1, "AttributeName", "expires"));
    }
    if (has("pitr") && dice_chance(d, 300)) {
        json_object_set_new(wish, "PointInTimeRecoverySpecification",
                            json_pack("{s:b}", "PointInTimeRecoveryEnabled", 1));
    }
    if (has("insights") && dice_chance(d, 200)) {
        json_object_set_new(wish, "ContributorInsightsSpecification",
                            json_pack("{s:b}", "Enabled", 1));
    }
    if (has("kinesis") && dice_chance(d, 200)) {
        json_object_set_new(wish, "KinesisStreamSpecification",
                            json_pack("{s:s}", "StreamArn",
                                      "arn:aws:kinesis:" WORLD_REGION
                                      ":123456789012:stream/changes"));
    }
    if (has("replicas") && json_object_get(wish, "BillingMode") &&
        json_object_get(wish, "StreamSpecification") && dice_chance(d, 300)) {
        json_object_set_new(wish, "Replicas",
                            json_pack("[{s:s}, {s:s}, {s:s}]", "RegionName", WORLD_REGION,
                                      "RegionName", "eu-west-1", "RegionName", "eu-west-3"));
    }
}

json_t *scenario_wish(struct dice *d, int number)
{
    json_t *keys = json_array();
    json_t *wish = json_object();
    char name[40];

    snprintf(name, sizeof(name), "table-%d", number);
    json_object_set_new(wish, "TableName", json_string(name));
    json_object_set_new(wish, "AttributeDefinitions", json_array());
    json_object_set_new(wish, "KeySchema", keys);
    json_array_append_new(keys, key(d, wish, "PK", "HASH"));
    if (dice_chance(d, 600)) {
        json_array_append_new(keys, key(d, wish, "SK", "RANGE"));
    }
    if (dice_chance(d, 500)) {
        json_object_set_new(wish, "BillingMode", json_string("PAY_PER_REQUEST"));
    } else {
        json_object_set_new(wish, "ProvisionedThroughput", capacity(d));
    }
    add_indexes(d, wish);
    add_riders(d, wish);
    add_features(d, wish);
    return wish;
}
