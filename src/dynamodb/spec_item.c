#include "dynamodb/spec_item.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_ITEM_DEPTH_MAX 32
#define SPEC_ITEM_DIGITS_MAX 38
#define SPEC_ITEM_SIZE_MAX 409600
#define SPEC_ITEM_HASH_MAX 2048
#define SPEC_ITEM_RANGE_MAX 1024

static bool spec_item_is_number(const char *text)
{
    static const char digits[] = "0123456789";
    size_t whole;
    size_t part = 0;
    size_t significant = 0;
    const char *at = text + (*text == '-' || *text == '+');
    const char *first = at;

    whole = strspn(at, digits);
    at += whole;
    if (*at == '.') {
        part = strspn(++at, digits);
        at += part;
    }
    for (const char *c = first + strspn(first, "0."); c < at; c++) {
        significant += *c != '.';
    }
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+');
        if (strspn(at, digits) == 0 || strspn(at, digits) > 3) {
            return false;
        }
        at += strspn(at, digits);
    }
    /* Zeros at the end say nothing of the precision. */
    return *at == '\0' && whole + part > 0 && significant <= SPEC_ITEM_DIGITS_MAX + 88 &&
           (significant <= SPEC_ITEM_DIGITS_MAX ||
            (part == 0 && strspn(first + strlen(first) - (significant - SPEC_ITEM_DIGITS_MAX),
                                 "0") == significant - SPEC_ITEM_DIGITS_MAX));
}

static bool spec_item_is_base64(const char *text)
{
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t len = strlen(text);
    size_t used = strspn(text, good);

    return len % 4 == 0 && len - used <= 2 && strspn(text + used, "=") == len - used;
}

static bool spec_item_scalar(char type, const json_t *value)
{
    const char *text = json_string_value(value);

    return text && (type != 'N' || spec_item_is_number(text)) &&
           (type != 'B' || spec_item_is_base64(text));
}

static bool spec_item_set(const char *type, const json_t *value, const struct spec_place *at)
{
    json_t *one;
    size_t i;

    if (!json_is_array(value) || json_array_size(value) == 0) {
        return spec_note_value(at, value, "a set, an array that is not empty");
    }
    json_array_foreach(value, i, one)
    {
        if (!spec_item_scalar(type[0], one)) {
            return spec_note_value(at, one, "a string that fits the set's type");
        }
        for (size_t j = 0; j < i; j++) {
            if (json_equal(one, json_array_get(value, j))) {
                return spec_note_error(at, NULL, "\"%.100s\" is in the set twice",
                                       json_string_value(one));
            }
        }
    }
    return true;
}

static bool spec_item_value(json_t *value, size_t depth, const struct spec_place *at);

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static bool spec_item_map(json_t *map, size_t depth, const struct spec_place *at)
{
    const char *name;
    json_t *one;
    bool good = true;

    json_object_foreach(map, name, one)
    {
        struct spec_place place = {.up = at, .name = name};

        good = spec_item_value(one, depth, &place) && good;
    }
    return good;
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static bool spec_item_list(const json_t *list, size_t depth, const struct spec_place *at)
{
    json_t *one;
    size_t i;
    bool good = true;

    json_array_foreach(list, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        good = spec_item_value(one, depth, &place) && good;
    }
    return good;
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static bool spec_item_value(json_t *value, size_t depth, const struct spec_place *at)
{
    void *only = json_object_size(value) == 1 ? json_object_iter(value) : NULL;
    const char *type = only ? json_object_iter_key(only) : "";
    json_t *inner = only ? json_object_iter_value(only) : NULL;

    if (depth > SPEC_ITEM_DEPTH_MAX) {
        return spec_note_error(at, NULL, "nested deeper than %d levels", SPEC_ITEM_DEPTH_MAX);
    }
    if (strlen(type) == 1 && strchr("SNB", type[0]) && spec_item_scalar(type[0], inner)) {
        return true;
    }
    if (strlen(type) == 2 && strchr("SNB", type[0]) && type[1] == 'S') {
        return spec_item_set(type, inner, at);
    }
    if (strcmp(type, "M") == 0 && json_is_object(inner)) {
        return spec_item_map(inner, depth + 1, at);
    }
    if (strcmp(type, "L") == 0 && json_is_array(inner)) {
        return spec_item_list(inner, depth + 1, at);
    }
    return (strcmp(type, "BOOL") == 0 && json_is_boolean(inner)) ||
           (strcmp(type, "NULL") == 0 && json_is_true(inner)) ||
           spec_note_value(at, value,
                           "a value of DynamoDB JSON, such as {\"S\": \"text\"} or {\"N\": \"5\"}");
}

bool spec_item_check(json_t *item, const struct spec_place *at)
{
    char *text;
    size_t size;

    if (!json_is_object(item) || json_object_size(item) == 0) {
        return spec_note_value(at, item, "an item, an object in DynamoDB JSON");
    }
    if (!spec_item_map(item, 1, at)) {
        return false;
    }
    text = json_dumps(item, JSON_COMPACT);
    size = strlen(text);
    free(text);
    return size <= SPEC_ITEM_SIZE_MAX ||
           spec_note_error(at, NULL, "%zu bytes; an item has at most 400 KB", size);
}

static void spec_item_key(const json_t *item, const struct table_key *key, bool needed,
                          const struct spec_place *at)
{
    const json_t *value = json_object_get(item, key->name);
    char type[2] = {key->type, '\0'};
    const char *text = json_text_of(value, type);
    size_t len = text ? strlen(text) : 0;
    size_t most = key->role == TABLE_HASH ? SPEC_ITEM_HASH_MAX : SPEC_ITEM_RANGE_MAX;

    if (!value && !needed) {
        return;
    }
    if (!value) {
        spec_note_error(at, key->name, "missing; an item has every key of its table");
    } else if (!text) {
        struct spec_place place = {.up = at, .name = key->name};

        spec_note_error(&place, NULL, "the key's type is %s; write {\"%s\": \"...\"}", type, type);
    } else if (len == 0) {
        spec_note_error(at, key->name, "empty; a key's value is not");
    } else if ((key->type == 'B' ? len / 4 * 3 - (text[len - 1] == '=') - (text[len - 2] == '=')
                                 : len) > most) {
        spec_note_error(at, key->name, "%zu bytes; the value of this key has at most %zu", len,
                        most);
    }
}

void spec_item_check_keys(const char *item, const struct table_shape *shape,
                          const struct spec_place *at)
{
    struct err e;
    json_t *parsed CLEAN_JSON = json_parse(item, strlen(item), ERR_INTERNAL, &e);

    for (size_t i = 0; i < shape->key_count; i++) {
        spec_item_key(parsed, &shape->keys[i], true, at);
    }
    for (size_t i = 0; i < shape->index_count; i++) {
        for (size_t k = 0; k < shape->indexes[i].key_count; k++) {
            bool also_table = false;

            for (size_t t = 0; t < shape->key_count; t++) {
                also_table =
                    also_table || strcmp(shape->keys[t].name, shape->indexes[i].keys[k].name) == 0;
            }
            if (!also_table) {
                spec_item_key(parsed, &shape->indexes[i].keys[k], false, at);
            }
        }
    }
}
