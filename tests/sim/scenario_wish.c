#include "scenario.h"

#include <stdio.h>

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

static void add_insights(struct dice *d, json_t *to)
{
    static const char *const modes[] = {"ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"};
    json_t *made;

    if (dice_chance(d, 200)) {
        made = json_pack("{s:b}", "Enabled", 1);
        if (dice_chance(d, 500)) {
            json_object_set_new(made, "Mode", json_string(modes[dice_below(d, 2)]));
        }
        json_object_set_new(to, "ContributorInsightsSpecification", made);
    }
}

static void add_warmth(struct dice *d, json_t *to)
{
    if (dice_chance(d, 100)) {
        json_object_set_new(
            to, "WarmThroughput",
            json_pack("{s:I}", "ReadUnitsPerSecond", (json_int_t)(12000 + dice_below(d, 1000))));
    }
}

static void add_maximum(struct dice *d, json_t *to)
{
    if (dice_chance(d, 200)) {
        json_object_set_new(to, "OnDemandThroughput",
                            json_pack("{s:i}", "MaxReadRequestUnits", 100));
    }
}

/* What only a global index has. */
static void add_index_riders(struct dice *d, json_t *index, bool on_demand)
{
    if (on_demand) {
        add_maximum(d, index);
    } else {
        json_object_set_new(index, "ProvisionedThroughput", capacity(d));
    }
    add_warmth(d, index);
    add_insights(d, index);
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
    if (global) {
        add_index_riders(d, index, json_object_get(wish, "BillingMode") != NULL);
    }
    if (!list) {
        json_object_set_new(wish, kind, list = json_array());
    }
    json_array_append_new(list, index);
}

static void add_indexes(struct dice *d, json_t *wish)
{
    bool sorted = json_array_size(json_object_get(wish, "KeySchema")) > 1;

    for (int i = 0; i < 5 && sorted && dice_chance(d, 250); i++) {
        add_index(d, wish, false, i);
    }
    for (int i = 0; i < 5 && dice_chance(d, 500); i++) {
        add_index(d, wish, true, i);
    }
}

/* What rides in CreateTable. */
static void add_riders(struct dice *d, json_t *wish)
{
    if (dice_chance(d, 300)) {
        json_object_set_new(
            wish, "StreamSpecification",
            json_pack("{s:b, s:s}", "StreamEnabled", 1, "StreamViewType", "NEW_AND_OLD_IMAGES"));
    }
    if (dice_chance(d, 300)) {
        json_object_set_new(wish, "DeletionProtectionEnabled", json_true());
    }
    if (dice_chance(d, 300)) {
        json_object_set_new(wish, "Tags",
                            json_pack("[{s:s, s:s}, {s:s, s:s}]", "Key", "team", "Value", "shop",
                                      "Key", "cost centre", "Value", ""));
    }
    if (dice_chance(d, 200)) {
        json_object_set_new(wish, "TableClass", json_string("STANDARD_INFREQUENT_ACCESS"));
    }
    if (dice_chance(d, 200)) {
        json_object_set_new(wish, "SSESpecification",
                            json_pack("{s:b, s:s}", "Enabled", 1, "SSEType", "KMS"));
    }
    if (dice_chance(d, 200)) {
        json_object_set_new(wish, "ResourcePolicy",
                            json_string("{\"Version\":\"2012-10-17\",\"Statement\":[]}"));
    }
    if (json_object_get(wish, "BillingMode")) {
        add_maximum(d, wish);
    }
    add_warmth(d, wish);
}

/* What comes after it. */
static void add_features(struct dice *d, json_t *wish)
{
    if (dice_chance(d, 300)) {
        /* On a key, whatever its type: DynamoDB takes it. */
        json_object_set_new(wish, "TimeToLiveSpecification",
                            json_pack("{s:b, s:s}", "Enabled", 1, "AttributeName",
                                      dice_chance(d, 200) ? "PK" : "expires"));
    }
    if (dice_chance(d, 300)) {
        json_object_set_new(wish, "PointInTimeRecoverySpecification",
                            json_pack("{s:b, s:I}", "PointInTimeRecoveryEnabled", 1,
                                      "RecoveryPeriodInDays", (json_int_t)(1 + dice_below(d, 35))));
    }
    add_insights(d, wish);
    if (dice_chance(d, 200)) {
        json_object_set_new(wish, "KinesisStreamSpecification",
                            json_pack("{s:s}", "StreamArn",
                                      "arn:aws:kinesis:" WORLD_REGION
                                      ":123456789012:stream/changes"));
    }
    if (json_object_get(wish, "BillingMode") && json_object_get(wish, "StreamSpecification") &&
        dice_chance(d, 300)) {
        json_object_set_new(wish, "Replicas",
                            json_pack("[{s:s}, {s:s}, {s:s}]", "RegionName", WORLD_REGION,
                                      "RegionName", "eu-west-1", "RegionName", "eu-west-3"));
    }
}

/* A value for a key of the type: the same number, the same value. */
static json_t *key_value(const char *type, int number)
{
    static const char *const bytes[] = {"AA==", "AQ==", "Ag=="};
    char text[20];

    snprintf(text, sizeof(text), "%d", number);
    return json_pack("{s:s}", type, type[0] == 'B' ? bytes[number] : text);
}

static void add_items(struct dice *d, json_t *wish)
{
    json_t *items = json_array();
    int count = (int)dice_below(d, 4);

    for (int n = 0; n < count; n++) {
        json_t *item = json_pack("{s:{s:b}}", "seed", "BOOL", 1);
        size_t i;
        json_t *key;

        json_array_foreach(json_object_get(wish, "KeySchema"), i, key)
        {
            const char *name = world_text(key, "AttributeName");
            const json_t *defined =
                world_find(json_object_get(wish, "AttributeDefinitions"), "AttributeName", name);

            json_object_set_new(item, name, key_value(world_text(defined, "AttributeType"), n));
        }
        json_array_append_new(items, item);
    }
    if (count > 0) {
        json_object_set(wish, "Items", items);
    }
    json_decref(items);
}

/* When it is to count as ready; the word for the default is not always there. */
static void add_ready(struct dice *d, json_t *wish)
{
    static const char *const words[] = {"Indexes", "Table", "Replicas"};
    bool copied = json_object_get(wish, "Replicas") != NULL;

    if (dice_chance(d, 200)) {
        json_object_set_new(wish, "ReadyWhen", json_string(words[dice_below(d, copied ? 3 : 2)]));
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
    add_items(d, wish);
    add_ready(d, wish);
    return wish;
}
