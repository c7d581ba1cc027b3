#include "dynamodb/spec.h"

#include "base/json.h"
#include "base/mem.h"
#include "dynamodb/spec_check.h"
#include "dynamodb/spec_field.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SPEC_OTHERS_MAX 20

/* "Tables" stands last: it is a near name where a document is one bare table, and never a field of a table. */
static const char *const spec_table_fields[] = {
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
    "Tables",
};
static const char *const spec_top_fields[] = {"Tables"};
/* ProvisionedThroughput stands last: a local index has none. */
static const char *const spec_index_fields[] = {"IndexName", "KeySchema", "Projection",
                                                "ProvisionedThroughput"};
static const char *const spec_projection_fields[] = {"ProjectionType", "NonKeyAttributes"};
static const char *const spec_throughput_fields[] = {"ReadCapacityUnits", "WriteCapacityUnits"};
static const char *const spec_key_fields[] = {"AttributeName", "KeyType"};
static const char *const spec_definition_fields[] = {"AttributeName", "AttributeType"};

#define SPEC_OBJECT(value, at, names, e) \
    spec_field_object(value, at, names, SPEC_COUNT(names), SPEC_COUNT(names), e)

/* Optional: absent leaves *t as it is. */
static bool spec_throughput(const json_t *object, const struct spec_place *at,
                            struct feature_units *t, struct err *e)
{
    struct spec_place place = {.up = at, .name = "ProvisionedThroughput"};
    json_t *value = json_object_get(object, place.name);

    if (!value) {
        return true;
    }
    if (!SPEC_OBJECT(value, &place, spec_throughput_fields, e) ||
        !spec_field_units(value, &place, "ReadCapacityUnits", &t->read, e) ||
        !spec_field_units(value, &place, "WriteCapacityUnits", &t->write, e)) {
        return false;
    }
    t->has_read = true;
    t->has_write = true;
    return true;
}

static bool spec_keys(const json_t *object, const struct spec_place *at, struct table_key *keys,
                      size_t max, size_t *count, struct err *e)
{
    static const char *const roles[] = {[TABLE_HASH] = "HASH", [TABLE_RANGE] = "RANGE"};
    struct spec_place list = {.up = at, .name = "KeySchema"};
    json_t *schema;
    json_t *one;
    size_t i;

    if (!spec_field_need(object, at, list.name, &schema, e) ||
        !spec_field_list(schema, &list, NULL, e)) {
        return false;
    }
    if (json_array_size(schema) < 1 || json_array_size(schema) > max) {
        return spec_check_refuse(&list, NULL, e, "%zu keys; it has 1 to %zu",
                                 json_array_size(schema), max);
    }
    json_array_foreach(schema, i, one)
    {
        struct spec_place place = {.up = &list, .index = i};
        const char *name = NULL;
        size_t role = 0;

        if (!SPEC_OBJECT(one, &place, spec_key_fields, e) ||
            !spec_field_attribute(one, &place, &name, e) ||
            !spec_field_word(one, &place, "KeyType", roles, SPEC_COUNT(roles),
                             "\"HASH\" or \"RANGE\"", &role, e)) {
            return false;
        }
        keys[i] = (struct table_key){.name = mem_strdup(name), .role = (enum table_role)role};
        *count = i + 1;
    }
    return true;
}

static bool spec_others(const json_t *list, const struct spec_place *at, struct table_index *index,
                        struct err *e)
{
    size_t count = json_array_size(list);
    json_t *one;
    size_t i;

    if (count < 1 || count > SPEC_OTHERS_MAX) {
        return spec_check_refuse(at, NULL, e, "%zu names; it has 1 to %d", count, SPEC_OTHERS_MAX);
    }
    index->others = mem_zalloc(count, sizeof(*index->others));
    json_array_foreach(list, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        if (!spec_field_is_attribute(one)) {
            return spec_field_refuse(&place, NULL, one, "a string of 1 to 255 bytes", e);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(index->others[j], json_string_value(one)) == 0) {
                return spec_check_refuse(&place, NULL, e, "\"%s\" is there twice",
                                         index->others[j]);
            }
        }
        index->others[i] = mem_strdup(json_string_value(one));
        index->other_count = i + 1;
    }
    return true;
}

static bool spec_projection(const json_t *object, const struct spec_place *at,
                            struct table_index *index, struct err *e)
{
    static const char *const words[] = {[TABLE_PROJECT_ALL] = "ALL",
                                        [TABLE_PROJECT_KEYS_ONLY] = "KEYS_ONLY",
                                        [TABLE_PROJECT_INCLUDE] = "INCLUDE"};
    struct spec_place place = {.up = at, .name = "Projection"};
    struct spec_place others = {.up = &place, .name = "NonKeyAttributes"};
    json_t *projection;
    json_t *list;
    size_t word = 0;

    if (!spec_field_need(object, at, place.name, &projection, e) ||
        !SPEC_OBJECT(projection, &place, spec_projection_fields, e) ||
        !spec_field_word(projection, &place, "ProjectionType", words, SPEC_COUNT(words),
                         "\"ALL\", \"KEYS_ONLY\" or \"INCLUDE\"", &word, e)) {
        return false;
    }
    index->projection = (enum table_projection)word;
    list = json_object_get(projection, others.name);
    if (list && !spec_field_list(list, &others, NULL, e)) {
        return false;
    }
    if (!list && index->projection != TABLE_PROJECT_INCLUDE) {
        return true;
    }
    if (!list) {
        return spec_check_refuse(&others, NULL, e,
                                 "missing; \"INCLUDE\" needs the names to include");
    }
    if (index->projection != TABLE_PROJECT_INCLUDE) {
        return spec_check_refuse(&others, NULL, e,
                                 "it goes with ProjectionType \"INCLUDE\" only, not with \"%s\"",
                                 words[word]);
    }
    return spec_others(list, &others, index, e);
}

/* Appends the indexes of one kind; an absent list is an empty one. */
static bool spec_indexes(const json_t *table, const struct spec_place *at, bool global,
                         struct table_shape *shape, struct err *e)
{
    struct spec_place list = {.up = at,
                              .name = global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes"};
    size_t fields = SPEC_COUNT(spec_index_fields) - (global ? 0 : 1);
    const json_t *value = json_object_get(table, list.name);
    json_t *one;
    size_t i;

    if (value && !spec_field_list(value, &list, NULL, e)) {
        return false;
    }
    json_array_foreach(value, i, one)
    {
        struct spec_place place = {.up = &list, .index = i};
        struct table_index *index;

        shape->indexes = mem_grow(shape->indexes, shape->index_count + 1, sizeof(*shape->indexes));
        index = &shape->indexes[shape->index_count++];
        *index = (struct table_index){.global = global};
        if (!spec_field_object(one, &place, spec_index_fields, fields, fields, e) ||
            !spec_field_name(one, &place, "IndexName", &index->name, e) ||
            !spec_keys(one, &place, index->keys, TABLE_KEYS_MAX, &index->key_count, e) ||
            !spec_projection(one, &place, index, e) ||
            !spec_throughput(one, &place, &index->throughput, e)) {
            return false;
        }
    }
    return true;
}

static bool spec_definitions(const json_t *table, const struct spec_place *at, json_t **out,
                             struct err *e)
{
    static const char *const types[] = {"S", "N", "B"};
    struct spec_place list = {.up = at, .name = "AttributeDefinitions"};
    json_t *one;
    size_t i;

    if (!spec_field_need(table, at, list.name, out, e) || !spec_field_list(*out, &list, NULL, e)) {
        return false;
    }
    json_array_foreach(*out, i, one)
    {
        struct spec_place place = {.up = &list, .index = i};
        const char *name;
        size_t type;

        if (!SPEC_OBJECT(one, &place, spec_definition_fields, e) ||
            !spec_field_attribute(one, &place, &name, e) ||
            !spec_field_word(one, &place, "AttributeType", types, SPEC_COUNT(types),
                             "\"S\", \"N\" or \"B\"", &type, e)) {
            return false;
        }
    }
    return true;
}

static bool spec_billing(const json_t *table, const struct spec_place *at, struct table_wanted *w,
                         struct err *e)
{
    static const char *const modes[] = {
        [TABLE_PROVISIONED] = "PROVISIONED", [TABLE_ON_DEMAND] = "PAY_PER_REQUEST"};
    size_t mode = TABLE_PROVISIONED;

    w->billing_written = json_object_get(table, "BillingMode");
    if (w->billing_written &&
        !spec_field_word(table, at, "BillingMode", modes, SPEC_COUNT(modes),
                         "\"PROVISIONED\" or \"PAY_PER_REQUEST\"", &mode, e)) {
        return false;
    }
    w->shape.has_billing = true;
    w->shape.billing = (enum table_billing)mode;
    return true;
}

static const struct table_wanted *spec_find(const struct spec *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->tables[i].shape.name, name) == 0) {
            return &s->tables[i];
        }
    }
    return NULL;
}

static void spec_append(struct spec *s, struct table_wanted *w)
{
    s->tables = mem_grow(s->tables, s->count + 1, sizeof(*s->tables));
    s->tables[s->count++] = *w;
    *w = (struct table_wanted){0};
}

/* Reads one table into w, which the caller clears. bare: the document is this table. */
static bool spec_table(json_t *table, const struct spec_place *at, bool bare,
                       struct table_wanted *w, struct err *e)
{
    size_t fields = SPEC_COUNT(spec_table_fields) - 1;
    json_t *definitions = NULL;

    if (!spec_field_object(table, at, spec_table_fields, fields, bare ? fields + 1 : fields, e) ||
        !spec_field_name(table, at, "TableName", &w->shape.name, e) ||
        !spec_definitions(table, at, &definitions, e) ||
        !spec_keys(table, at, w->shape.keys, SPEC_COUNT(w->shape.keys), &w->shape.key_count, e) ||
        !spec_indexes(table, at, false, &w->shape, e) ||
        !spec_indexes(table, at, true, &w->shape, e) || !spec_billing(table, at, w, e) ||
        !spec_throughput(table, at, &w->shape.throughput, e)) {
        return false;
    }
    w->from_spec = true;
    w->hash_written = true;
    w->range_written = true;
    w->read_written = w->shape.throughput.has_read;
    w->write_written = w->shape.throughput.has_write;
    return spec_check_table(w, definitions, at, e);
}

static bool spec_take(struct spec *s, json_t *table, const struct spec_place *at, bool bare,
                      struct err *e)
{
    struct table_wanted w = {0};
    bool good = spec_table(table, at, bare, &w, e);

    if (good && spec_find(s, w.shape.name)) {
        good = spec_check_refuse(at, "TableName", e,
                                 "\"%s\" is named twice; a table is described once", w.shape.name);
    }
    if (good) {
        spec_append(s, &w);
    }
    table_wanted_clear(&w);
    return good;
}

static bool spec_document(struct spec *s, json_t *document, const struct spec_place *root,
                          struct err *e)
{
    struct spec_place tables = {.up = root, .name = "Tables"};
    const struct spec_place *at = root;
    const json_t *list = document;
    json_t *one;
    size_t i;

    if (json_is_object(document)) {
        list = json_object_get(document, tables.name);
        at = &tables;
        if (!list && json_object_size(document) > 0) {
            return spec_take(s, document, root, true, e);
        }
        if (list && (!SPEC_OBJECT(document, root, spec_top_fields, e) ||
                     !spec_field_list(list, at, NULL, e))) {
            return false;
        }
    }
    if (json_array_size(list) == 0) {
        return spec_check_refuse(list ? at : root, NULL, e,
                                 "no table in it; a spec describes at least one");
    }
    json_array_foreach(list, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        if (!spec_take(s, one, &place, false, e)) {
            return false;
        }
    }
    return true;
}

bool spec_read(struct spec *s, const char *name, const char *text, size_t len, struct err *e)
{
    struct spec_place root = {.name = name};
    size_t before = s->count;
    json_t *document CLEAN_JSON = json_parse(text, len, ERR_SPEC, e);
    bool good;

    if (!document) {
        return err_wrap(e, "%s", name);
    }
    good = spec_document(s, document, &root, e);
    while (!good && s->count > before) {
        table_wanted_clear(&s->tables[--s->count]);
    }
    return good;
}

bool spec_add(struct spec *s, struct table_wanted *w, struct err *e)
{
    bool good = true;

    if (!table_is_name(w->shape.name)) {
        good = err_set(e, ERR_USAGE,
                       "\"%.260s\" is no table name: it must be 3 to 255 of a-z A-Z 0-9 _ . -",
                       w->shape.name);
    } else if (spec_find(s, w->shape.name)) {
        good = err_set(e, ERR_USAGE, "the table \"%s\" is named twice", w->shape.name);
    } else {
        spec_append(s, w);
    }
    table_wanted_clear(w);
    return good;
}

void spec_clear(struct spec *s)
{
    for (size_t i = 0; i < s->count; i++) {
        table_wanted_clear(&s->tables[i]);
    }
    free(s->tables);
    *s = (struct spec){0};
}
