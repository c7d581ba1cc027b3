#include "dynamodb/spec.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "dynamodb/spec_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEC_PATH_SIZE 700
#define SPEC_CAPACITY_MAX 1000000000000
#define SPEC_VALUE_MAX 80 /* of a wrong value that is shown */

/* Where the reader is: for complaints. */
struct spec_place {
    const char *file;
    char path[SPEC_PATH_SIZE];
    struct err *e;
};

static bool spec_complain(const struct spec_place *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool spec_complain(const struct spec_place *p, const char *format, ...)
{
    char text[500];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return err_set(p->e, ERR_SPEC, "%.150s: %.300s: %s", p->file, p->path[0] ? p->path : "$", text);
}

/* Steps into a member or an element; returns the length to step back to. */
static size_t spec_into(struct spec_place *p, const char *name, size_t index)
{
    size_t used = strlen(p->path);

    if (name) {
        snprintf(p->path + used, sizeof(p->path) - used, "%s%.260s", used > 0 ? "." : "", name);
    } else {
        snprintf(p->path + used, sizeof(p->path) - used, "[%zu]", index);
    }
    return used;
}

static void spec_back(struct spec_place *p, size_t length)
{
    p->path[length] = '\0';
}

/* A wrong value: what it is, and what is right. */
static bool spec_wrong(const struct spec_place *p, const json_t *value, const char *right)
{
    char *shown;

    if (!value) {
        return spec_complain(p, "missing: %s", right);
    }
    shown = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    spec_complain(p, "%.*s: %s", SPEC_VALUE_MAX, shown ? shown : "?", right);
    free(shown);
    return false;
}

/* Every member of the object is one of names. */
static bool spec_members(struct spec_place *p, const json_t *object, const char *const *names, size_t count,
                         const char *what)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object)) {
        return spec_wrong(p, object, what);
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const char *near = text_nearest(key, names, count);
        bool known = false;

        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(key, names[i]) == 0;
        }
        if (!known) {
            return near ? spec_complain(p, "unknown field \"%.100s\"; did you mean %s?", key, near)
                        : spec_complain(p, "unknown field \"%.100s\"", key);
        }
    }
    return true;
}

/* A required string of 1 to max bytes. */
static bool spec_string(struct spec_place *p, const json_t *object, const char *name, size_t max, char **out)
{
    const json_t *value = json_object_get(object, name);
    size_t back = spec_into(p, name, 0);
    char right[80];

    snprintf(right, sizeof(right), "it is a string of 1 to %zu bytes", max);
    if (!json_is_string(value) || json_string_length(value) == 0 || json_string_length(value) > max) {
        return spec_wrong(p, value, right);
    }
    *out = mem_strdup(json_string_value(value));
    spec_back(p, back);
    return true;
}

/* A string that is one of the words; its place among them. */
static bool spec_word(struct spec_place *p, const json_t *object, const char *name, const char *const *words,
                      size_t count, size_t *out)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);
    size_t back = spec_into(p, name, 0);
    char right[200] = "it is one of";
    const char *near = text ? text_nearest(text, words, count) : NULL;

    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(right);

        if (text && strcmp(text, words[i]) == 0) {
            *out = i;
            spec_back(p, back);
            return true;
        }
        snprintf(right + used, sizeof(right) - used, "%s %s", i > 0 ? "," : "", words[i]);
    }
    if (near) {
        size_t used = strlen(right);

        snprintf(right + used, sizeof(right) - used, "; did you mean %s?", near);
    }
    return spec_wrong(p, value, right);
}

/* A list that is there; an absent one is empty. */
static bool spec_list(struct spec_place *p, const json_t *object, const char *name, bool required, const json_t **out)
{
    *out = json_object_get(object, name);
    if (!*out && !required) {
        return true;
    }
    if (!json_is_array(*out) || (required && json_array_size(*out) == 0)) {
        spec_into(p, name, 0);
        return spec_wrong(p, *out, required ? "it is a list that is not empty" : "it is a list");
    }
    return true;
}

static bool spec_capacity(struct spec_place *p, const json_t *object, const char *name, int64_t *out)
{
    const json_t *value = json_object_get(object, name);
    size_t back = spec_into(p, name, 0);

    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > SPEC_CAPACITY_MAX) {
        return spec_wrong(p, value, "it is a whole number of at least 1");
    }
    *out = json_integer_value(value);
    spec_back(p, back);
    return true;
}

static bool spec_throughput(struct spec_place *p, const json_t *object, struct table_throughput *out)
{
    static const char *const names[] = {"ReadCapacityUnits", "WriteCapacityUnits"};
    const json_t *block = json_object_get(object, "ProvisionedThroughput");
    size_t back = strlen(p->path);

    if (!block) {
        return true;
    }
    spec_into(p, "ProvisionedThroughput", 0);
    if (!spec_members(p, block, names, 2, "it is an object") || !spec_capacity(p, block, names[0], &out->read) ||
        !spec_capacity(p, block, names[1], &out->write)) {
        return false;
    }
    out->has_read = true;
    out->has_write = true;
    spec_back(p, back);
    return true;
}

/* The type of a key attribute by the table's AttributeDefinitions; 0 when it is not defined. */
static char spec_type(const json_t *definitions, const char *name)
{
    size_t i;
    json_t *one;

    json_array_foreach(definitions, i, one)
    {
        const char *found = json_text_of(one, "AttributeName");

        if (found && strcmp(found, name) == 0) {
            return json_text_of(one, "AttributeType")[0];
        }
    }
    return 0;
}

static bool spec_keys(struct spec_place *p, const json_t *object, const json_t *definitions, struct table_key *keys,
                      size_t max, size_t *count)
{
    static const char *const names[] = {"AttributeName", "KeyType"};
    static const char *const roles[] = {"HASH", "RANGE"};
    const json_t *list;
    size_t back = strlen(p->path);
    size_t i;
    json_t *one;

    if (!spec_list(p, object, "KeySchema", true, &list)) {
        return false;
    }
    spec_into(p, "KeySchema", 0);
    if (json_array_size(list) > max) {
        return spec_complain(p, "%zu attributes, at most %zu are possible", json_array_size(list), max);
    }
    json_array_foreach(list, i, one)
    {
        size_t here = spec_into(p, NULL, i);
        size_t role = 0;

        if (!spec_members(p, one, names, 2, "it is an object of AttributeName and KeyType") ||
            !spec_string(p, one, names[0], 255, &keys[i].name)) {
            return false;
        }
        *count = i + 1;
        if (!spec_word(p, one, names[1], roles, 2, &role)) {
            return false;
        }
        keys[i].role = role == 0 ? TABLE_HASH : TABLE_RANGE;
        keys[i].type = spec_type(definitions, keys[i].name);
        if (keys[i].type == 0) {
            spec_into(p, names[0], 0);
            return spec_complain(p, "\"%.100s\" is not in AttributeDefinitions: add it there with its type",
                                 keys[i].name);
        }
        spec_back(p, here);
    }
    spec_back(p, back);
    return true;
}

static bool spec_projection(struct spec_place *p, const json_t *object, struct table_index *out)
{
    static const char *const names[] = {"ProjectionType", "NonKeyAttributes"};
    static const char *const words[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
    const json_t *block = json_object_get(object, "Projection");
    const json_t *others;
    size_t back = spec_into(p, "Projection", 0);
    size_t kind = 0;
    size_t i;
    json_t *one;

    if (!spec_members(p, block, names, 2, "it is an object with a ProjectionType") ||
        !spec_word(p, block, names[0], words, 3, &kind) ||
        !spec_list(p, block, names[1], json_object_get(block, names[1]) || kind == 2, &others)) {
        return false;
    }
    out->projection = (enum table_projection)kind;
    out->others = mem_zalloc(json_array_size(others), sizeof(char *));
    spec_into(p, names[1], 0);
    if (others && kind != 2) {
        return spec_complain(p, "it goes only with ProjectionType INCLUDE");
    }
    json_array_foreach(others, i, one)
    {
        size_t here = spec_into(p, NULL, i);

        if (!json_is_string(one) || json_string_length(one) == 0 || json_string_length(one) > 255) {
            return spec_wrong(p, one, "it is a string of 1 to 255 bytes");
        }
        out->others[out->other_count++] = mem_strdup(json_string_value(one));
        spec_back(p, here);
    }
    spec_back(p, back);
    return true;
}

static bool spec_index(struct spec_place *p, const json_t *from, const json_t *definitions, struct table_index *out)
{
    static const char *const names[] = {"IndexName", "KeySchema", "Projection", "ProvisionedThroughput"};

    if (!spec_members(p, from, names, out->global ? 4 : 3, "it is an object")) {
        return false;
    }
    if (!spec_string(p, from, names[0], TABLE_NAME_MAX, &out->name)) {
        return false;
    }
    if (!table_is_name(out->name)) {
        spec_into(p, names[0], 0);
        return spec_wrong(p, json_object_get(from, names[0]), "it has 3 to 255 characters of a-z, A-Z, 0-9, _ . -");
    }
    return spec_keys(p, from, definitions, out->keys, TABLE_KEYS_MAX, &out->key_count) &&
           spec_projection(p, from, out) && (!out->global || spec_throughput(p, from, &out->throughput));
}

static bool spec_indexes(struct spec_place *p, const json_t *table, bool global, struct table_shape *out)
{
    const char *name = global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
    const json_t *list;
    size_t back = strlen(p->path);
    size_t i;
    json_t *one;

    if (!spec_list(p, table, name, false, &list)) {
        return false;
    }
    spec_into(p, name, 0);
    json_array_foreach(list, i, one)
    {
        size_t here = spec_into(p, NULL, i);
        struct table_index *index;

        out->indexes = mem_grow(out->indexes, out->index_count + 1, sizeof(*out->indexes));
        index = &out->indexes[out->index_count++];
        memset(index, 0, sizeof(*index));
        index->global = global;
        if (!spec_index(p, one, json_object_get(table, "AttributeDefinitions"), index)) {
            return false;
        }
        spec_back(p, here);
    }
    spec_back(p, back);
    return true;
}

static bool spec_definitions(struct spec_place *p, const json_t *table)
{
    static const char *const names[] = {"AttributeName", "AttributeType"};
    static const char *const types[] = {"S", "N", "B"};
    const json_t *list;
    size_t back = strlen(p->path);
    size_t i;
    size_t j;
    json_t *one;

    if (!spec_list(p, table, "AttributeDefinitions", true, &list)) {
        return false;
    }
    spec_into(p, "AttributeDefinitions", 0);
    json_array_foreach(list, i, one)
    {
        size_t here = spec_into(p, NULL, i);
        char *name = NULL;
        size_t ignored;
        bool good = spec_members(p, one, names, 2, "it is an object of AttributeName and AttributeType") &&
                    spec_string(p, one, names[0], 255, &name) && spec_word(p, one, names[1], types, 3, &ignored);

        for (j = 0; good && j < i; j++) {
            if (strcmp(name, json_text_of(json_array_get(list, j), names[0])) == 0) {
                good = spec_complain(p, "\"%.100s\" is defined twice", name);
            }
        }
        free(name);
        if (!good) {
            return false;
        }
        spec_back(p, here);
    }
    spec_back(p, back);
    return true;
}

/* Attributes that are defined and no key: AWS refuses them. */
static bool spec_unused(struct spec_place *p, const json_t *table, const struct table_shape *shape)
{
    const json_t *list = json_object_get(table, "AttributeDefinitions");
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        const char *name = json_text_of(one, "AttributeName");

        if (!spec_check_uses(shape, name)) {
            spec_into(p, "AttributeDefinitions", 0);
            spec_into(p, NULL, i);
            return spec_complain(p, "\"%.100s\" is not used in any key: take it out", name);
        }
    }
    return true;
}

static bool spec_table(struct spec_place *p, const json_t *from, struct table_wanted *out)
{
    static const char *const names[] = {"TableName", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes",
                                        "GlobalSecondaryIndexes", "BillingMode", "ProvisionedThroughput"};
    static const char *const modes[] = {"PROVISIONED", "PAY_PER_REQUEST"};
    struct table_shape *shape = &out->shape;
    size_t mode = 0;
    char path[SPEC_PATH_SIZE] = "";
    char text[300] = "";

    if (!spec_members(p, from, names, 7, "a table is an object") ||
        !spec_string(p, from, names[0], 100000, &shape->name)) {
        return false;
    }
    if (!table_is_name(shape->name)) {
        spec_into(p, names[0], 0);
        return spec_wrong(p, json_object_get(from, names[0]), "it has 3 to 255 characters of a-z, A-Z, 0-9, _ . -");
    }
    if (!spec_definitions(p, from) ||
        !spec_keys(p, from, json_object_get(from, names[1]), shape->keys, 2, &shape->key_count) ||
        !spec_indexes(p, from, false, shape) || !spec_indexes(p, from, true, shape) ||
        (json_object_get(from, names[5]) && !spec_word(p, from, names[5], modes, 2, &mode)) ||
        !spec_throughput(p, from, &shape->throughput) || !spec_unused(p, from, shape)) {
        return false;
    }
    out->from_spec = true;
    out->hash_written = true;
    out->range_written = true;
    out->billing_written = json_object_get(from, names[5]) != NULL;
    out->read_written = shape->throughput.has_read;
    out->write_written = shape->throughput.has_write;
    shape->has_billing = true;
    shape->billing = mode == 0 ? TABLE_PROVISIONED : TABLE_ON_DEMAND;
    if (!spec_check_shape(shape, path, sizeof(path), text, sizeof(text))) {
        spec_into(p, path, 0);
        return spec_complain(p, "%s", text);
    }
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
    memset(w, 0, sizeof(*w));
}

bool spec_add(struct spec *s, struct table_wanted *w, struct err *e)
{
    bool good = true;

    if (!table_is_name(w->shape.name)) {
        good = err_set(e, ERR_USAGE, "table name \"%.200s\": it has 3 to 255 characters of a-z, A-Z, 0-9, _ . -",
                       w->shape.name);
    } else if (spec_find(s, w->shape.name)) {
        good = err_set(e, ERR_USAGE, "table %s is named twice", w->shape.name);
    }
    if (good) {
        spec_append(s, w);
    }
    table_wanted_clear(w);
    return good;
}

static bool spec_one(struct spec *s, struct spec_place *p, const json_t *from)
{
    struct table_wanted w = {0};
    bool good = spec_table(p, from, &w);

    if (good && spec_find(s, w.shape.name)) {
        spec_into(p, "TableName", 0);
        good = spec_complain(p, "\"%s\" is named twice", w.shape.name);
    }
    if (good) {
        spec_append(s, &w);
    }
    table_wanted_clear(&w);
    return good;
}

static bool spec_tables(struct spec *s, struct spec_place *p, const json_t *list)
{
    size_t i;
    json_t *one;

    if (!json_is_array(list)) {
        return spec_wrong(p, list, "it is a list of tables");
    }
    if (json_array_size(list) == 0) {
        return spec_complain(p, "there is no table in it");
    }
    json_array_foreach(list, i, one)
    {
        size_t here = spec_into(p, NULL, i);

        if (!spec_one(s, p, one)) {
            return false;
        }
        spec_back(p, here);
    }
    return true;
}

static bool spec_document(struct spec *s, struct spec_place *p, const json_t *root)
{
    static const char *const names[] = {"Tables"};
    const char *only = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)root));

    if (json_is_array(root)) {
        return spec_tables(s, p, root);
    }
    /* Without a table's fields it is a document whose "Tables" is missing or misspelled. */
    if (json_object_get(root, "Tables") || !only || (json_is_array(json_object_get(root, only)) &&
                                                     json_object_size(root) == 1 && text_nearest(only, names, 1))) {
        if (!spec_members(p, root, names, 1, "a spec is an object with Tables, a list of tables, or a table")) {
            return false;
        }
        spec_into(p, "Tables", 0);
        return spec_tables(s, p, json_object_get(root, "Tables"));
    }
    return spec_one(s, p, root);
}

bool spec_read(struct spec *s, const char *name, const char *text, size_t len, struct err *e)
{
    json_t *root CLEAN_JSON = NULL;
    struct spec_place place = {.file = name, .e = e};
    size_t before = s->count;

    if (text_is_blank(text) && strlen(text) == len) {
        return err_set(e, ERR_SPEC, "%.300s: it is empty: there is no table in it", name);
    }
    root = json_parse(text, len, ERR_SPEC, e);
    if (!root) {
        return err_wrap(e, "%.300s", name);
    }
    if (spec_document(s, &place, root)) {
        return true;
    }
    while (s->count > before) {
        table_wanted_clear(&s->tables[--s->count]);
    }
    return false;
}

void spec_clear(struct spec *s)
{
    for (size_t i = 0; i < s->count; i++) {
        table_wanted_clear(&s->tables[i]);
    }
    free(s->tables);
    s->tables = NULL;
    s->count = 0;
}
