#include "dynamodb/spec_check.h"

#include "dynamodb/spec_item.h"

#include <string.h>

#define SPEC_CHECK_GLOBAL_KEYS_MAX 4 /* of each role */
#define SPEC_CHECK_OTHERS_MAX 100    /* NonKeyAttributes of all indexes */

static const char spec_check_local[] = "LocalSecondaryIndexes";
static const char spec_check_global[] = "GlobalSecondaryIndexes";

/* The keys in order, HASH before RANGE, none twice. */
static bool spec_check_keys(const struct table_key *keys, size_t count, size_t most,
                            const struct spec_place *at)
{
    size_t of_role[2] = {0, 0};

    for (size_t i = 0; i < count; i++) {
        of_role[keys[i].role]++;
        if (i == 0 && keys[i].role != TABLE_HASH) {
            return spec_note_error(at, "KeySchema",
                                   "\"%s\" comes first and is RANGE; the first key is HASH",
                                   keys[i].name);
        }
        if (i > 0 && keys[i].role == TABLE_HASH && keys[i - 1].role == TABLE_RANGE) {
            return spec_note_error(at, "KeySchema",
                                   "\"%s\" is HASH behind a RANGE; HASH keys come first",
                                   keys[i].name);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(keys[i].name, keys[j].name) == 0) {
                return spec_note_error(at, "KeySchema",
                                       "\"%s\" is there twice; every key is another attribute",
                                       keys[i].name);
            }
        }
    }
    if (of_role[TABLE_HASH] < 1 || of_role[TABLE_HASH] > most || of_role[TABLE_RANGE] > most) {
        return spec_note_error(
            at, "KeySchema", "%zu HASH and %zu RANGE; it has %s HASH and at most %zu RANGE",
            of_role[TABLE_HASH], of_role[TABLE_RANGE], most == 1 ? "exactly 1" : "1 to 4", most);
    }
    return true;
}

static bool spec_check_local_index(const struct table_shape *shape, const struct table_index *index,
                                   const struct spec_place *at)
{
    if (shape->key_count < 2) {
        return spec_note_error(
            at, NULL, "\"%s\": a local index needs a table with a sort key (RANGE)", index->name);
    }
    if (strcmp(index->keys[0].name, shape->keys[0].name) != 0) {
        return spec_note_error(at, "KeySchema",
                               "\"%s\" as HASH; a local index has the table's own, \"%s\"",
                               index->keys[0].name, shape->keys[0].name);
    }
    return index->key_count == 2 ||
           spec_note_error(at, "KeySchema", "no RANGE; a local index has exactly one");
}

/* Capacity and billing mode fit together; is_index only changes the words. */
static bool spec_check_capacity(const struct feature_units *t, enum table_billing billing,
                                bool is_index, const struct spec_place *at)
{
    const char *whose = is_index ? "the table's " : "";

    if (billing == TABLE_ON_DEMAND && t->has_read) {
        return spec_note_error(
            at, "ProvisionedThroughput",
            "it does not go with %sBillingMode PAY_PER_REQUEST; remove one of them", whose);
    }
    if (billing == TABLE_PROVISIONED && !t->has_read) {
        return spec_note_error(
            at, "ProvisionedThroughput",
            "missing, and %sBillingMode is PROVISIONED; add it or \"BillingMode\": "
            "\"PAY_PER_REQUEST\"%s",
            whose, is_index ? " to the table" : "");
    }
    return true;
}

static bool spec_check_projection(const struct table_index *index, const struct spec_place *at)
{
    struct spec_place projection = {.up = at, .name = "Projection"};
    bool include = index->projection == TABLE_PROJECT_INCLUDE;

    if (include && index->other_count == 0) {
        return spec_note_error(&projection, "NonKeyAttributes",
                               "missing; \"INCLUDE\" needs the names to include");
    }
    return include || index->other_count == 0 ||
           spec_note_error(&projection, "NonKeyAttributes",
                           "it goes with ProjectionType \"INCLUDE\" only, not with \"%s\"",
                           table_projection_word(index->projection));
}

static bool spec_check_index(const struct table_shape *shape, const struct table_index *index,
                             bool capacity, const struct spec_place *at)
{
    for (const struct table_index *other = shape->indexes; other < index; other++) {
        if (strcmp(other->name, index->name) == 0) {
            return spec_note_error(at, "IndexName",
                                   "\"%s\" is there twice; index names are unique over both kinds",
                                   index->name);
        }
    }
    if (!spec_check_keys(index->keys, index->key_count,
                         index->global ? SPEC_CHECK_GLOBAL_KEYS_MAX : 1, at)) {
        return false;
    }
    if (!spec_check_projection(index, at)) {
        return false;
    }
    if (index->global && !capacity) {
        return true;
    }
    return index->global ? spec_check_capacity(&index->throughput, shape->billing, true, at)
                         : spec_check_local_index(shape, index, at);
}

static bool spec_check_indexes(const struct table_shape *shape, bool capacity,
                               const struct spec_place *at)
{
    size_t seen[2] = {0, 0}; /* local, global */
    size_t others = 0;
    bool good = true;

    for (size_t i = 0; i < shape->index_count; i++) {
        const struct table_index *index = &shape->indexes[i];
        struct spec_place list = {.up = at,
                                  .name = index->global ? spec_check_global : spec_check_local};
        struct spec_place place = {.up = &list, .index = seen[index->global]++};
        struct spec_place projection = {.up = &place, .name = "Projection"};

        good = spec_check_index(shape, index, capacity, &place) && good;
        others += index->other_count;
        if (others > SPEC_CHECK_OTHERS_MAX &&
            others - index->other_count <= SPEC_CHECK_OTHERS_MAX) {
            good = spec_note_error(&projection, "NonKeyAttributes",
                                   "more than %d names over all indexes of the table",
                                   SPEC_CHECK_OTHERS_MAX);
        }
    }
    return good;
}

/* Sets the types of these keys and marks in used which definitions were taken. */
static bool spec_check_types(struct table_key *keys, size_t count, const struct spec_table *t,
                             bool *used, const struct spec_place *at)
{
    bool good = true;

    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < t->definition_count; i++) {
            if (strcmp(t->definitions[i].name, keys[k].name) == 0) {
                keys[k].type = "SNB"[t->definitions[i].type];
                used[i] = true;
            }
        }
        if (keys[k].type == 0) {
            good = spec_note_error(at, "AttributeDefinitions",
                                   "the key attribute \"%s\" is missing; add it", keys[k].name);
        }
    }
    return good;
}

/* AttributeDefinitions holds exactly the attributes of all keys, each once. */
static bool spec_check_definitions(struct spec_table *t, const struct spec_place *at)
{
    struct table_shape *shape = &t->w.shape;
    struct spec_place list = {.up = at, .name = "AttributeDefinitions"};
    bool used[SPEC_ROWS_DEFINITIONS_MAX] = {false};
    bool good = spec_check_types(shape->keys, shape->key_count, t, used, at);

    for (size_t i = 0; i < shape->index_count; i++) {
        struct table_index *index = &shape->indexes[i];

        good = spec_check_types(index->keys, index->key_count, t, used, at) && good;
    }
    for (size_t i = 0; i < t->definition_count; i++) {
        const char *name = t->definitions[i].name;
        struct spec_place place = {.up = &list, .index = i};
        size_t twin = 0;

        while (strcmp(t->definitions[twin].name, name) != 0) {
            twin++;
        }
        if (twin < i) {
            good = spec_note_error(&place, NULL, "\"%s\" is there twice; define it once", name);
        } else if (!used[i]) {
            good = spec_note_error(
                &place, NULL,
                "\"%s\" is no key of the table or of an index; remove it, other attributes "
                "are not defined",
                name);
        }
    }
    return good;
}

void spec_check_table(struct spec_table *t, const struct spec_place *at)
{
    struct table_shape *shape = &t->w.shape;
    struct spec_place items = {.up = at, .name = "Items"};
    json_t *keys CLEAN_JSON = json_object();
    bool good = false;

    if (!(t->bad & SPEC_OF_KEYS)) {
        good = spec_check_keys(shape->keys, shape->key_count, 1, at);
        good = good && spec_check_indexes(shape, !(t->bad & SPEC_OF_CAPACITY), at);
        good = spec_check_definitions(t, at) && good;
    }
    for (size_t i = 0; good && i < shape->features.item_count; i++) {
        struct spec_place place = {.up = &items, .index = i};

        if (shape->features.items[i]) {
            spec_item_check_keys(shape->features.items[i], shape, keys, &place);
        }
    }
    if (!(t->bad & SPEC_OF_CAPACITY)) {
        spec_check_capacity(&shape->throughput, shape->billing, false, at);
    }
}
