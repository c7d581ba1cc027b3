#include "dynamodb/spec_check.h"

#include <stdio.h>
#include <string.h>

#define SPEC_CHECK_LOCAL_MAX 5
#define SPEC_CHECK_PART_MAX 4 /* HASH, and RANGE, attributes of a global index */
#define SPEC_CHECK_OTHERS_MAX 20
#define SPEC_CHECK_OTHERS_SUM 100

static bool spec_check_names(const struct table_key *keys, size_t count, const char *attribute)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].name, attribute) == 0) {
            return true;
        }
    }
    return false;
}

bool spec_check_uses(const struct table_shape *shape, const char *attribute)
{
    if (spec_check_names(shape->keys, shape->key_count, attribute)) {
        return true;
    }
    for (size_t i = 0; i < shape->index_count; i++) {
        if (spec_check_names(shape->indexes[i].keys, shape->indexes[i].key_count, attribute)) {
            return true;
        }
    }
    return false;
}

/* HASH attributes first, 1 to hash_max, then up to range_max RANGE; none twice. NULL or what is wrong. */
static const char *spec_check_keys(const struct table_key *keys, size_t count, size_t hash_max, size_t range_max)
{
    size_t hashes = 0;

    while (hashes < count && keys[hashes].role == TABLE_HASH) {
        hashes++;
    }
    if (hashes == 0) {
        return "its first attribute has to be HASH";
    }
    for (size_t i = hashes; i < count; i++) {
        if (keys[i].role != TABLE_RANGE) {
            return "HASH stands before RANGE";
        }
    }
    for (size_t i = 1; i < count; i++) {
        if (spec_check_names(keys, i, keys[i].name)) {
            return "an attribute stands in it twice";
        }
    }
    if (hashes > hash_max) {
        return "it has too many HASH attributes";
    }
    return count - hashes > range_max ? "it has too many RANGE attributes" : NULL;
}

static const char *spec_check_others(const struct table_index *index)
{
    if (index->other_count > SPEC_CHECK_OTHERS_MAX) {
        return "NonKeyAttributes has more than 20 names";
    }
    for (size_t i = 1; i < index->other_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(index->others[i], index->others[j]) == 0) {
                return "NonKeyAttributes has a name twice";
            }
        }
    }
    return NULL;
}

static const char *spec_check_local(const struct table_shape *shape, const struct table_index *index)
{
    if (shape->key_count < 2) {
        return "a local index needs a table with a sort key";
    }
    if (index->key_count != 2) {
        return "a local index has one HASH and one RANGE attribute";
    }
    return strcmp(index->keys[0].name, shape->keys[0].name) != 0 ? "a local index has the table's HASH attribute" : NULL;
}

static const char *spec_check_capacity(const struct table_shape *shape, const struct table_throughput *t)
{
    if (shape->billing == TABLE_ON_DEMAND) {
        return t->has_read ? "it has no place with BillingMode PAY_PER_REQUEST" : NULL;
    }
    return t->has_read ? NULL
                       : "missing: BillingMode PROVISIONED (the default) needs it; write ReadCapacityUnits and "
                         "WriteCapacityUnits, or \"BillingMode\": \"PAY_PER_REQUEST\"";
}

/* One index: where inside it, and what is wrong; NULL when all is well. */
static const char *spec_check_index(const struct table_shape *shape, size_t at, const char **where)
{
    const struct table_index *index = &shape->indexes[at];
    const char *wrong;

    for (size_t i = 0; i < at; i++) {
        if (strcmp(shape->indexes[i].name, index->name) == 0) {
            *where = "IndexName";
            return "another index of the table has this name";
        }
    }
    *where = "KeySchema";
    wrong = index->global ? spec_check_keys(index->keys, index->key_count, SPEC_CHECK_PART_MAX, SPEC_CHECK_PART_MAX)
                          : spec_check_keys(index->keys, index->key_count, 1, 1);
    if (!wrong && !index->global) {
        wrong = spec_check_local(shape, index);
    }
    if (!wrong) {
        *where = "Projection.NonKeyAttributes";
        wrong = spec_check_others(index);
    }
    if (!wrong && index->global) {
        *where = "ProvisionedThroughput";
        wrong = spec_check_capacity(shape, &index->throughput);
    }
    return wrong;
}

static const char *spec_check_indexes(const struct table_shape *shape, char *path, size_t size)
{
    size_t counts[2] = {0, 0};
    size_t others = 0;

    for (size_t i = 0; i < shape->index_count; i++) {
        bool global = shape->indexes[i].global;
        const char *where = "";
        const char *wrong = spec_check_index(shape, i, &where);

        others += shape->indexes[i].other_count;
        snprintf(path, size, "%s[%zu].%s", global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes", counts[global]++,
                 where);
        if (wrong) {
            return wrong;
        }
        if (others > SPEC_CHECK_OTHERS_SUM) {
            return "all indexes together have more than 100 NonKeyAttributes";
        }
    }
    if (counts[0] > SPEC_CHECK_LOCAL_MAX) {
        snprintf(path, size, "LocalSecondaryIndexes");
        return "a table has at most 5 local indexes";
    }
    return NULL;
}

bool spec_check_shape(const struct table_shape *shape, char *path, size_t path_size, char *text, size_t text_size)
{
    const char *wrong = spec_check_keys(shape->keys, shape->key_count, 1, 1);

    snprintf(path, path_size, "KeySchema");
    if (!wrong) {
        snprintf(path, path_size, "ProvisionedThroughput");
        wrong = spec_check_capacity(shape, &shape->throughput);
    }
    if (!wrong) {
        wrong = spec_check_indexes(shape, path, path_size);
    }
    snprintf(text, text_size, "%s", wrong ? wrong : "");
    return !wrong;
}
