#include "check.h"

#include "world.h"

#include <stdio.h>
#include <string.h>

bool check_word(const char *word, const char *list)
{
    char spaced[300];

    snprintf(spaced, sizeof(spaced), " %s ", word);
    return strstr(list, spaced) != NULL;
}

const char *check_members(const json_t *object, const char *list)
{
    const char *name;
    json_t *ignored;

    json_object_foreach((json_t *)(uintptr_t)object, name, ignored)
    {
        if (!check_word(name, list)) {
            return name;
        }
    }
    return NULL;
}

bool check_name(const char *name)
{
    size_t len = strlen(name);

    return len >= 3 && len <= 255 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == len;
}

/* So many HASH, then so many RANGE, each defined; uses[] counts what is used. */
static const char *check_keys(const json_t *keys, const json_t *attributes, int most, int *uses)
{
    int hash = 0;
    int range = 0;
    size_t i;
    json_t *key;

    json_array_foreach(keys, i, key)
    {
        const json_t *defined =
            world_find(attributes, "AttributeName", world_text(key, "AttributeName"));

        if (check_members(key, " AttributeName KeyType ")) {
            return "unknown member of a key";
        }
        if (!defined) {
            return "One or more parameter values were invalid: Some index key attributes are not "
                   "defined in AttributeDefinitions";
        }
        for (size_t at = 0; uses && at < json_array_size(attributes); at++) {
            uses[at] += json_array_get(attributes, at) == defined;
        }
        if (strcmp(world_text(key, "KeyType"), "HASH") == 0 && range == 0) {
            hash++;
        } else if (strcmp(world_text(key, "KeyType"), "RANGE") == 0) {
            range++;
        } else {
            return "Invalid KeySchema: The order of the key elements is wrong";
        }
    }
    return hash < 1 || hash > most || range > most ? "Invalid KeySchema: number of keys" : NULL;
}

static const char *check_projection(const json_t *projection)
{
    const char *type = world_text(projection, "ProjectionType");
    const json_t *others = json_object_get(projection, "NonKeyAttributes");
    size_t count = json_array_size(others);

    if (check_members(projection, " ProjectionType NonKeyAttributes ") ||
        !check_word(type, " ALL KEYS_ONLY INCLUDE ")) {
        return "One or more parameter values were invalid: Unknown ProjectionType";
    }
    if (strcmp(type, "INCLUDE") == 0 ? count < 1 || count > 20 : others != NULL) {
        return "One or more parameter values were invalid: ProjectionType and NonKeyAttributes do "
               "not fit";
    }
    return NULL;
}

static const char *check_throughput(const json_t *object, bool on_demand)
{
    const json_t *t = json_object_get(object, "ProvisionedThroughput");

    if (on_demand) {
        return t ? "One or more parameter values were invalid: Neither ReadCapacityUnits nor "
                   "WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                 : NULL;
    }
    if (json_object_get(object, "OnDemandThroughput")) {
        return "One or more parameter values were invalid: OnDemandThroughput needs PAY_PER_REQUEST";
    }
    return json_integer_value(json_object_get(t, "ReadCapacityUnits")) < 1 ||
                   json_integer_value(json_object_get(t, "WriteCapacityUnits")) < 1 ||
                   json_object_size(t) != 2
               ? "One or more parameter values were invalid: ReadCapacityUnits and "
                 "WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
               : NULL;
}

static const char *check_index_used(const json_t *index, const json_t *attributes, bool on_demand,
                                    bool global, int *uses)
{
    const char *complaint;

    if (check_members(
            index,
            global
                ? " IndexName KeySchema Projection ProvisionedThroughput OnDemandThroughput WarmThroughput "
                : " IndexName KeySchema Projection ")) {
        return "unknown member of an index";
    }
    if (!check_name(world_text(index, "IndexName"))) {
        return "Invalid table/index name";
    }
    complaint = check_keys(json_object_get(index, "KeySchema"), attributes, global ? 4 : 1, uses);
    complaint = complaint ? complaint : check_projection(json_object_get(index, "Projection"));
    return complaint || !global ? complaint : check_throughput(index, on_demand);
}

const char *check_index(const json_t *index, const json_t *attributes, bool on_demand)
{
    return check_index_used(index, attributes, on_demand, true, NULL);
}

/* Its name is no other index's; a local one starts with the table's own partition key. */
static const char *check_index_place(const json_t *in, const json_t *index, bool global)
{
    const char *name = world_text(index, "IndexName");
    const json_t *local = json_object_get(in, "LocalSecondaryIndexes");
    const json_t *same =
        world_find(json_object_get(in, "GlobalSecondaryIndexes"), "IndexName", name);
    const json_t *hash = json_array_get(json_object_get(in, "KeySchema"), 0);

    if (same ? same != index : world_find(local, "IndexName", name) != index) {
        return "One or more parameter values were invalid: Duplicate index name";
    }
    if (!global && !json_equal(json_array_get(json_object_get(index, "KeySchema"), 0), hash)) {
        return "One or more parameter values were invalid: Index KeySchema does not have the same "
               "leading hash key as table KeySchema";
    }
    return NULL;
}

static const char *check_indexes(const json_t *in, const char *kind, bool on_demand, int *uses)
{
    const json_t *list = json_object_get(in, kind);
    bool global = strcmp(kind, "GlobalSecondaryIndexes") == 0;
    const json_t *attributes = json_object_get(in, "AttributeDefinitions");
    size_t i;
    json_t *index;

    if (list && json_array_size(list) == 0) {
        return "One or more parameter values were invalid: List of indexes is empty";
    }
    if (!global && (json_array_size(list) > 5 ||
                    (list && json_array_size(json_object_get(in, "KeySchema")) < 2))) {
        return "One or more parameter values were invalid: local indexes need a range key, and are "
               "five at most";
    }
    json_array_foreach(list, i, index)
    {
        const char *complaint = check_index_used(index, attributes, on_demand, global, uses);

        complaint = complaint ? complaint : check_index_place(in, index, global);
        if (complaint) {
            return complaint;
        }
    }
    return NULL;
}

/* The blocks that are independent of keys and billing. */
static const char *check_blocks(const json_t *in)
{
    const json_t *stream = json_object_get(in, "StreamSpecification");
    const json_t *sse = json_object_get(in, "SSESpecification");
    const json_t *tags = json_object_get(in, "Tags");
    size_t i;
    json_t *tag;

    if (stream && (!json_is_true(json_object_get(stream, "StreamEnabled")) ||
                   check_members(stream, " StreamEnabled StreamViewType ") ||
                   !check_word(world_text(stream, "StreamViewType"),
                               " KEYS_ONLY NEW_IMAGE OLD_IMAGE NEW_AND_OLD_IMAGES "))) {
        return "One or more parameter values were invalid: StreamSpecification";
    }
    if (sse && (!json_is_true(json_object_get(sse, "Enabled")) ||
                check_members(sse, " Enabled SSEType KMSMasterKeyId ") ||
                !check_word(world_text(sse, "SSEType"), "  KMS "))) {
        return "One or more parameter values were invalid: SSESpecification";
    }
    if (json_object_get(sse, "KMSMasterKeyId") && !json_object_get(sse, "SSEType")) {
        return "SSEType KMS is required if KMSMasterKeyId is specified";
    }
    if (json_object_get(in, "TableClass") &&
        !check_word(world_text(in, "TableClass"), " STANDARD STANDARD_INFREQUENT_ACCESS ")) {
        return "One or more parameter values were invalid: TableClass";
    }
    if (tags && json_array_size(tags) == 0) {
        return "an empty Tags asks for a permission that nobody needs";
    }
    json_array_foreach(tags, i, tag)
    {
        if (check_members(tag, " Key Value ") || json_object_size(tag) != 2) {
            return "One or more parameter values were invalid: Tags";
        }
    }
    return json_object_get(in, "ResourcePolicy") &&
                   !json_is_string(json_object_get(in, "ResourcePolicy"))
               ? "ResourcePolicy is no string"
               : NULL;
}

const char *check_create(const json_t *in)
{
    const json_t *attributes = json_object_get(in, "AttributeDefinitions");
    bool on_demand = strcmp(world_text(in, "BillingMode"), "PAY_PER_REQUEST") == 0;
    int uses[256] = {0};
    const char *complaint;

    if (json_array_size(attributes) > 256) {
        return "too many attributes";
    }
    complaint = check_keys(json_object_get(in, "KeySchema"), attributes, 1, uses);
    complaint = complaint ? complaint : check_throughput(in, on_demand);
    complaint = complaint ? complaint : check_indexes(in, "LocalSecondaryIndexes", on_demand, uses);
    complaint =
        complaint ? complaint : check_indexes(in, "GlobalSecondaryIndexes", on_demand, uses);
    complaint = complaint ? complaint : check_blocks(in);
    for (size_t i = 0; !complaint && i < json_array_size(attributes); i++) {
        const json_t *one = json_array_get(attributes, i);

        if (uses[i] == 0) {
            return "One or more parameter values were invalid: Some AttributeDefinitions are not "
                   "used";
        }
        if (!check_word(world_text(one, "AttributeType"), " S N B ") ||
            world_find(attributes, "AttributeName", world_text(one, "AttributeName")) != one) {
            return "One or more parameter values were invalid: AttributeDefinitions";
        }
    }
    return complaint;
}
