#include "dynamodb/spec_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SPEC_CHECK_PATH_SIZE 600
#define SPEC_CHECK_FILE_SHOWN 200
#define SPEC_CHECK_LOCAL_MAX 5
#define SPEC_CHECK_GLOBAL_KEYS_MAX 4 /* of each role */
#define SPEC_CHECK_OTHERS_MAX 100    /* NonKeyAttributes of all indexes */

static const char spec_check_local[] = "LocalSecondaryIndexes";
static const char spec_check_global[] = "GlobalSecondaryIndexes";

/* The place right below above on the way to at; below NULL stands the root. */
static const struct spec_place *spec_check_below(const struct spec_place *above,
                                                 const struct spec_place *at)
{
    while (at->up != above) {
        at = at->up;
    }
    return at;
}

static void spec_check_path(const struct spec_place *at, char *out, size_t size)
{
    const struct spec_place *shown = spec_check_below(NULL, at);
    size_t len = strlen(shown->name);
    size_t used = 0;
    /* Of a long file name the end says more. */
    int more =
        snprintf(out, size, "%s: $",
                 shown->name + (len > SPEC_CHECK_FILE_SHOWN ? len - SPEC_CHECK_FILE_SHOWN : 0));

    while (shown != at && more >= 0 && (size_t)more < size - used) {
        used += (size_t)more;
        shown = spec_check_below(shown, at);
        more = shown->name ? snprintf(out + used, size - used, ".%.100s", shown->name)
                           : snprintf(out + used, size - used, "[%zu]", shown->index);
    }
}

bool spec_check_refuse(const struct spec_place *at, const char *field, struct err *e,
                       const char *format, ...)
{
    struct spec_place below = {.up = at, .name = field};
    char path[SPEC_CHECK_PATH_SIZE];
    char text[ERR_TEXT_SIZE];
    va_list args;

    spec_check_path(field ? &below : at, path, sizeof(path));
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    err_set(e, ERR_SPEC, "%s", text);
    return err_wrap(e, "%s", path);
}

/* The keys in order, HASH before RANGE, none twice. */
static bool spec_check_keys(const struct table_key *keys, size_t count, size_t most,
                            const struct spec_place *at, struct err *e)
{
    size_t of_role[2] = {0, 0};

    for (size_t i = 0; i < count; i++) {
        of_role[keys[i].role]++;
        if (i == 0 && keys[i].role != TABLE_HASH) {
            return spec_check_refuse(at, "KeySchema", e,
                                     "\"%s\" comes first and is RANGE; the first key is HASH",
                                     keys[i].name);
        }
        if (i > 0 && keys[i].role == TABLE_HASH && keys[i - 1].role == TABLE_RANGE) {
            return spec_check_refuse(at, "KeySchema", e,
                                     "\"%s\" is HASH behind a RANGE; HASH keys come first",
                                     keys[i].name);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(keys[i].name, keys[j].name) == 0) {
                return spec_check_refuse(at, "KeySchema", e,
                                         "\"%s\" is there twice; every key is another attribute",
                                         keys[i].name);
            }
        }
    }
    if (of_role[TABLE_HASH] < 1 || of_role[TABLE_HASH] > most || of_role[TABLE_RANGE] > most) {
        return spec_check_refuse(
            at, "KeySchema", e, "%zu HASH and %zu RANGE; it has %s HASH and at most %zu RANGE",
            of_role[TABLE_HASH], of_role[TABLE_RANGE], most == 1 ? "exactly 1" : "1 to 4", most);
    }
    return true;
}

static bool spec_check_local_index(const struct table_shape *shape, const struct table_index *index,
                                   const struct spec_place *at, struct err *e)
{
    if (shape->key_count < 2) {
        return spec_check_refuse(at, NULL, e,
                                 "\"%s\": a local index needs a table with a sort key (RANGE)",
                                 index->name);
    }
    if (strcmp(index->keys[0].name, shape->keys[0].name) != 0) {
        return spec_check_refuse(at, "KeySchema", e,
                                 "\"%s\" as HASH; a local index has the table's own, \"%s\"",
                                 index->keys[0].name, shape->keys[0].name);
    }
    return index->key_count == 2 ||
           spec_check_refuse(at, "KeySchema", e, "no RANGE; a local index has exactly one");
}

/* Capacity and billing mode fit together; is_index only changes the words. */
static bool spec_check_capacity(const struct feature_units *t, enum table_billing billing,
                                bool is_index, const struct spec_place *at, struct err *e)
{
    const char *whose = is_index ? "the table's " : "";

    if (billing == TABLE_ON_DEMAND && t->has_read) {
        return spec_check_refuse(
            at, "ProvisionedThroughput", e,
            "it does not go with %sBillingMode PAY_PER_REQUEST; remove one of them", whose);
    }
    if (billing == TABLE_PROVISIONED && !t->has_read) {
        return spec_check_refuse(
            at, "ProvisionedThroughput", e,
            "missing, and %sBillingMode is PROVISIONED; add it or \"BillingMode\": "
            "\"PAY_PER_REQUEST\"%s",
            whose, is_index ? " to the table" : "");
    }
    return true;
}

static bool spec_check_index(const struct table_shape *shape, const struct table_index *index,
                             const struct spec_place *at, struct err *e)
{
    for (const struct table_index *other = shape->indexes; other < index; other++) {
        if (strcmp(other->name, index->name) == 0) {
            return spec_check_refuse(
                at, "IndexName", e, "\"%s\" is there twice; index names are unique over both kinds",
                index->name);
        }
    }
    if (!spec_check_keys(index->keys, index->key_count,
                         index->global ? SPEC_CHECK_GLOBAL_KEYS_MAX : 1, at, e)) {
        return false;
    }
    return index->global ? spec_check_capacity(&index->throughput, shape->billing, true, at, e)
                         : spec_check_local_index(shape, index, at, e);
}

static bool spec_check_indexes(const struct table_shape *shape, const struct spec_place *at,
                               struct err *e)
{
    size_t seen[2] = {0, 0}; /* local, global */
    size_t others = 0;

    for (size_t i = 0; i < shape->index_count; i++) {
        const struct table_index *index = &shape->indexes[i];
        struct spec_place list = {.up = at,
                                  .name = index->global ? spec_check_global : spec_check_local};
        struct spec_place place = {.up = &list, .index = seen[index->global]++};
        struct spec_place projection = {.up = &place, .name = "Projection"};

        if (!spec_check_index(shape, index, &place, e)) {
            return false;
        }
        others += index->other_count;
        if (others > SPEC_CHECK_OTHERS_MAX) {
            return spec_check_refuse(&projection, "NonKeyAttributes", e,
                                     "more than %d names over all indexes of the table",
                                     SPEC_CHECK_OTHERS_MAX);
        }
    }
    if (seen[false] > SPEC_CHECK_LOCAL_MAX) {
        return spec_check_refuse(at, spec_check_local, e, "%zu of them; a table has at most %d",
                                 seen[false], SPEC_CHECK_LOCAL_MAX);
    }
    return true;
}

/* Sets the types of these keys and marks in used which definitions were taken. */
static bool spec_check_types(struct table_key *keys, size_t count, const json_t *definitions,
                             bool *used, const struct spec_place *at, struct err *e)
{
    for (size_t k = 0; k < count; k++) {
        size_t i;
        json_t *one;

        json_array_foreach(definitions, i, one)
        {
            if (strcmp(json_text_of(one, "AttributeName"), keys[k].name) == 0) {
                keys[k].type = json_text_of(one, "AttributeType")[0];
                used[i] = true;
            }
        }
        if (keys[k].type == 0) {
            return spec_check_refuse(at, "AttributeDefinitions", e,
                                     "the key attribute \"%s\" is missing; add it", keys[k].name);
        }
    }
    return true;
}

/* More definitions than keys there can be would be unused anyway; the marks have a fixed place. */
#define SPEC_CHECK_DEFINITIONS_MAX 4096

/* AttributeDefinitions holds exactly the attributes of all keys, each once. */
static bool spec_check_definitions(struct table_shape *shape, const json_t *definitions,
                                   const struct spec_place *at, struct err *e)
{
    struct spec_place list = {.up = at, .name = "AttributeDefinitions"};
    bool used[SPEC_CHECK_DEFINITIONS_MAX] = {false};
    size_t count = json_array_size(definitions);

    if (count > SPEC_CHECK_DEFINITIONS_MAX) {
        return spec_check_refuse(&list, NULL, e, "%zu of them are more than keys can use", count);
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = json_text_of(json_array_get(definitions, i), "AttributeName");
        struct spec_place place = {.up = &list, .index = i};

        for (size_t j = 0; j < i; j++) {
            if (strcmp(json_text_of(json_array_get(definitions, j), "AttributeName"), name) == 0) {
                return spec_check_refuse(&place, NULL, e, "\"%s\" is there twice; define it once",
                                         name);
            }
        }
    }
    if (!spec_check_types(shape->keys, shape->key_count, definitions, used, at, e)) {
        return false;
    }
    for (size_t i = 0; i < shape->index_count; i++) {
        struct table_index *index = &shape->indexes[i];

        if (!spec_check_types(index->keys, index->key_count, definitions, used, at, e)) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct spec_place place = {.up = &list, .index = i};

        if (!used[i]) {
            return spec_check_refuse(
                &place, NULL, e,
                "\"%s\" is no key of the table or of an index; remove it, other attributes "
                "are not defined",
                json_text_of(json_array_get(definitions, i), "AttributeName"));
        }
    }
    return true;
}

bool spec_check_table(struct table_wanted *w, const json_t *definitions,
                      const struct spec_place *at, struct err *e)
{
    struct table_shape *shape = &w->shape;

    return spec_check_keys(shape->keys, shape->key_count, 1, at, e) &&
           spec_check_indexes(shape, at, e) && spec_check_definitions(shape, definitions, at, e) &&
           spec_check_capacity(&shape->throughput, shape->billing, false, at, e);
}
