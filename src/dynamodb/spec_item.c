#include "dynamodb/spec_item.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEC_ITEM_DEPTH_MAX 32
#define SPEC_ITEM_DIGITS_MAX 38
#define SPEC_ITEM_EXPONENT_MAX 1000000
#define SPEC_ITEM_SMALLEST (-130)
#define SPEC_ITEM_LARGEST 125
#define SPEC_ITEM_SIZE_MAX 409600
#define SPEC_ITEM_HASH_MAX 2048
#define SPEC_ITEM_RANGE_MAX 1024
#define SPEC_ITEM_SAME_SIZE 80

/* What the digits of a number amount to. */
struct spec_item_digits {
    bool any, point, negative;
    char kept[SPEC_ITEM_DIGITS_MAX + 1]; /* the significant ones */
    int64_t magnitude;                   /* of the first: its power of ten */
    int64_t significant;                 /* from the first that is not zero */
    int64_t trailing;                    /* zeros at their end, which say nothing of precision */
    int64_t whole;                       /* significant ones before the point */
    int64_t zeros;                       /* behind the point, before the first significant one */
};

static void spec_item_digit(struct spec_item_digits *d, char digit)
{
    d->any = true;
    if (digit != '0' || d->significant > 0) {
        if (d->significant < SPEC_ITEM_DIGITS_MAX) {
            d->kept[d->significant] = digit;
        }
        d->significant++;
        d->trailing = digit == '0' ? d->trailing + 1 : 0;
        d->whole += !d->point;
    } else {
        d->zeros += d->point;
    }
}

/* 38 digits, from 1E-130 to 9.99E+125, as DynamoDB keeps numbers. */
static bool spec_item_number(const char *text, struct spec_item_digits *out)
{
    struct spec_item_digits d = {.negative = *text == '-'};
    int64_t exponent = 0;
    bool negative;

    for (text += *text == '-' || *text == '+';
         (*text >= '0' && *text <= '9') || (*text == '.' && !d.point); text++) {
        if (*text == '.') {
            d.point = true;
        } else {
            spec_item_digit(&d, *text);
        }
    }
    if (*text == 'e' || *text == 'E') {
        negative = text[1] == '-';
        text += 1 + (text[1] == '-' || text[1] == '+');
        if (!text_to_number(text, 0, SPEC_ITEM_EXPONENT_MAX, &exponent)) {
            return false;
        }
        exponent = negative ? -exponent : exponent;
        text = "";
    }
    d.magnitude = exponent + (d.whole > 0 ? d.whole - 1 : -d.zeros - 1);
    *out = d;
    return *text == '\0' && d.any && d.significant - d.trailing <= SPEC_ITEM_DIGITS_MAX &&
           (d.significant == 0 ||
            (d.magnitude >= SPEC_ITEM_SMALLEST && d.magnitude <= SPEC_ITEM_LARGEST));
}

/* The same for the same value, however its number is written: 1, 1.0 and 10e-1. */
static const char *spec_item_same(char type, const char *text, char out[SPEC_ITEM_SAME_SIZE])
{
    struct spec_item_digits d;

    if (type != 'N' || !spec_item_number(text, &d)) {
        return text;
    }
    snprintf(out, SPEC_ITEM_SAME_SIZE, "%s%.*se%lld", d.significant > 0 && d.negative ? "-" : "",
             (int)(d.significant - d.trailing), d.kept,
             d.significant > 0 ? (long long)d.magnitude : 0LL);
    return out;
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
    struct spec_item_digits ignored;

    return text && (type != 'N' || spec_item_number(text, &ignored)) &&
           (type != 'B' || spec_item_is_base64(text));
}

static bool spec_item_set(const char *type, const json_t *value, const struct spec_place *at)
{
    json_t *seen CLEAN_JSON = json_object();
    char same[SPEC_ITEM_SAME_SIZE];
    const char *text;
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
        text = spec_item_same(type[0], json_string_value(one), same);
        if (json_object_get(seen, text)) {
            return spec_note_error(at, NULL, "\"%.100s\" is in the set twice",
                                   json_string_value(one));
        }
        json_object_set_new(seen, text, json_true());
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

        good = (*name || spec_note_error(at, NULL, "an attribute without a name")) &&
               spec_item_value(one, depth, &place) && good;
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
    bool nests = strcmp(type, "M") == 0 || strcmp(type, "L") == 0; /* an empty one too */

    if (depth + nests > SPEC_ITEM_DEPTH_MAX) {
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

static size_t spec_item_scalar_size(char type, const json_t *value)
{
    size_t len = json_string_length(value);

    /* Two digits take a byte; base64 is not what is kept. */
    return type == 'N' ? len / 2 + 1 : type == 'B' ? len / 4 * 3 : len;
}

/* As AWS counts: names and contents, three bytes a list or map, one for each of its elements. */
/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static size_t spec_item_size(json_t *map, bool typed)
{
    size_t size = 0;
    const char *name;
    json_t *one;
    json_t *inner;
    size_t i;

    json_object_foreach(map, name, one)
    {
        if (!typed) {
            size += strlen(name) + spec_item_size(one, true) + 1;
        } else if (json_is_string(one)) {
            size += spec_item_scalar_size(name[0], one);
        } else if (json_is_object(one)) {
            size += 3 + spec_item_size(one, false);
        } else {
            size += json_is_array(one) ? 0 : 1;
        }
        json_array_foreach(one, i, inner)
        {
            size += json_is_string(inner) ? spec_item_scalar_size(name[0], inner)
                                          : spec_item_size(inner, true) + 1;
        }
    }
    return size;
}

bool spec_item_check(json_t *item, const struct spec_place *at)
{
    size_t size;

    if (!json_is_object(item) || json_object_size(item) == 0) {
        return spec_note_value(at, item, "an item, an object in DynamoDB JSON");
    }
    if (!spec_item_map(item, 1, at)) {
        return false;
    }
    size = spec_item_size(item, false) - json_object_size(item);
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

/* The first of two items with the same key is put, and the other one never. */
static void spec_item_twin(const json_t *item, const struct table_shape *shape, json_t *seen,
                           const struct spec_place *at)
{
    json_t *key CLEAN_JSON = json_array();
    char *text;
    const json_t *before;

    for (size_t i = 0; i < shape->key_count; i++) {
        json_array_append(key, json_object_get(item, shape->keys[i].name));
    }
    text = json_dumps(key, JSON_COMPACT);
    before = json_object_get(seen, text);
    if (before) {
        spec_note_warning(at, NULL, "its key is that of Items[%lld]: it will never be put",
                          (long long)json_integer_value(before));
    } else {
        json_object_set_new(seen, text, json_integer((json_int_t)at->index));
    }
    free(text);
}

void spec_item_check_keys(const char *item, const struct table_shape *shape, json_t *seen,
                          const struct spec_place *at)
{
    struct err e;
    json_t *parsed CLEAN_JSON = json_parse(item, strlen(item), ERR_INTERNAL, &e);

    for (size_t i = 0; i < shape->key_count; i++) {
        spec_item_key(parsed, &shape->keys[i], true, at);
    }
    spec_item_twin(parsed, shape, seen, at);
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
