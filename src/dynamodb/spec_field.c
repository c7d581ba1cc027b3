#include "dynamodb/spec_field.h"

#include "base/mem.h"
#include "base/text.h"
#include "dynamodb/spec_expand.h"
#include "dynamodb/spec_item.h"
#include "dynamodb/spec_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEC_FIELD_NAMES_MAX 80
#define SPEC_FIELD_SCALAR_SIZE 24 /* of a number's digits */

static bool spec_field_is(const struct spec_shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(name, shape->rows[i].name) == 0 ||
            (shape->rows[i].also && strcmp(name, shape->rows[i].also) == 0)) {
            return true;
        }
    }
    return false;
}

/* bare: a table that is a whole document, which perhaps was to be Tables. NULL: no field is near. */
static const char *spec_field_nearest(const struct spec_shape *shape, bool bare, const char *name)
{
    const char *names[SPEC_FIELD_NAMES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < shape->count; i++) {
        if (shape->rows[i].type != SPEC_FOREIGN && count + 2 < SPEC_FIELD_NAMES_MAX) {
            names[count++] = shape->rows[i].name;
            if (shape->rows[i].also) {
                names[count++] = shape->rows[i].also;
            }
        }
    }
    if (bare) {
        names[count++] = "Tables";
    }
    return text_nearest(name, names, count);
}

bool spec_field_resembles(json_t *object, const struct spec_shape *shape, bool bare)
{
    const char *name;
    json_t *ignored;

    json_object_foreach(object, name, ignored)
    {
        if (spec_field_is(shape, name) || spec_field_nearest(shape, bare, name)) {
            return true;
        }
    }
    return false;
}

static bool spec_field_unknown(const struct spec_shape *shape, const struct spec_place *at,
                               const char *name)
{
    const char *nearest;

    if (strncmp(name, "Fn::", 4) == 0) {
        return spec_template_refuse(at, name); /* Fn::Transform stands beside what it changes */
    }
    nearest = spec_field_nearest(shape, !at->up->up, name);
    return spec_note_error(at->up, name, "unknown field%s%s%s", nearest ? "; did you mean \"" : "",
                           nearest ? nearest : "", nearest ? "\"?" : "");
}

static size_t spec_field_length(const char *text, bool characters)
{
    size_t len = 0;

    for (; *text; text++) {
        len += !characters || ((unsigned char)*text & 0xc0U) != 0x80U;
    }
    return len;
}

/* 5.0 and 1e3 are whole numbers too, as JSON Schema has it. No limit of a field is above 10^12. */
static bool spec_field_whole(const json_t *value, int64_t *out)
{
    double number = json_real_value(value);

    *out = json_integer_value(value);
    if (json_is_real(value) && number >= -1 && number <= SPEC_ROWS_WHOLE_MAX) {
        *out = (int64_t)number;
        return (double)*out == number;
    }
    return json_is_integer(value);
}

/* The text of a value; CloudFormation takes a number, true and false for one. NULL: it is none. */
static const char *spec_field_scalar(const json_t *value, const struct spec_place *at,
                                     char digits[static SPEC_FIELD_SCALAR_SIZE])
{
    bool is_template = spec_note_all(at)->is_template;
    int64_t number;

    if (is_template && json_is_boolean(value)) {
        return json_is_true(value) ? "true" : "false";
    }
    if (is_template && spec_field_whole(value, &number) && number >= 0 &&
        number <= SPEC_ROWS_WHOLE_MAX) {
        snprintf(digits, SPEC_FIELD_SCALAR_SIZE, "%lld", (long long)number);
        return digits;
    }
    return json_string_value(value);
}

static bool spec_field_text(const struct spec_row *row, const json_t *value,
                            const struct spec_place *at, char **out)
{
    char digits[SPEC_FIELD_SCALAR_SIZE];
    const char *text = spec_field_scalar(value, at, digits);
    size_t len = text ? spec_field_length(text, row->flags & SPEC_CHARS) : 0;
    char right[80];

    if (text && spec_note_all(at)->is_template && strstr(text, "{{resolve:")) {
        return spec_note_error(at, NULL,
                               "a dynamic reference of CloudFormation, which is not resolved here; "
                               "write the value, or ${NAME} to take it from the environment");
    }
    if (!text || len < (size_t)row->min || len > (size_t)row->max) {
        snprintf(right, sizeof(right), "a string of %lld to %lld %s", (long long)row->min,
                 (long long)row->max, row->flags & SPEC_CHARS ? "characters" : "bytes");
        return spec_note_value(at, value, right);
    }
    *out = mem_strdup(text);
    return true;
}

static bool spec_field_name(const struct spec_row *row, const json_t *value,
                            const struct spec_place *at, const char *prefix, char **out)
{
    char name[TABLE_NAME_MAX + 2] = "";
    char digits[SPEC_FIELD_SCALAR_SIZE];
    const char *text = spec_field_scalar(value, at, digits);
    int len = 0;

    if (text) {
        len = snprintf(name, sizeof(name), "%s%s", row->flags & SPEC_PREFIXED ? prefix : "", text);
    }
    if (len < 0 || (size_t)len >= sizeof(name) || !table_is_name(name)) {
        return json_is_string(value) && (row->flags & SPEC_PREFIXED) && *prefix
                   ? spec_note_error(
                         at, NULL,
                         "\"%.100s\" behind the prefix \"%.100s\" is not right: together "
                         "they must be 3 to 255 of a-z A-Z 0-9 _ . -",
                         json_string_value(value), prefix)
                   : spec_note_value(at, value, "a string of 3 to 255 of a-z A-Z 0-9 _ . -");
    }
    *out = mem_strdup(name);
    return true;
}

static bool spec_field_word(const struct spec_row *row, const json_t *value,
                            const struct spec_place *at, void *out)
{
    const char *text = json_string_value(value);
    const char *nearest;
    char all[200] = "";
    unsigned count = 0;

    for (; row->words[count]; count++) {
        size_t used = strlen(all);

        if (text && strcmp(text, row->words[count]) == 0) {
            memcpy(out, &count, sizeof(count));
            return true;
        }
        snprintf(all + used, sizeof(all) - used, "%s\"%s\"",
                 count == 0               ? ""
                 : !row->words[count + 1] ? " or "
                                          : ", ",
                 row->words[count]);
    }
    nearest = text ? text_nearest(text, row->words, count) : NULL;
    return nearest
               ? spec_note_error(at, NULL, "\"%.100s\" is unknown; did you mean \"%s\"? It is %s",
                                 text, nearest, all)
               : spec_note_value(at, value, all);
}

static bool spec_field_number(const struct spec_row *row, const json_t *value,
                              const struct spec_place *at, int64_t *out)
{
    char right[80];
    bool digits = spec_note_all(at)->is_template && json_is_string(value) &&
                  text_to_number(json_string_value(value), row->min, row->max, out);

    if ((digits || spec_field_whole(value, out)) && *out >= row->min && *out <= row->max) {
        return true;
    }
    snprintf(right, sizeof(right), "a whole number from %lld to %lld", (long long)row->min,
             (long long)row->max);
    return spec_note_value(at, value, right);
}

static bool spec_field_switch(const json_t *value, const struct spec_place *at, bool *out)
{
    const char *text = spec_note_all(at)->is_template ? json_string_value(value) : NULL;

    *out = json_is_true(value) || (text && text_same_word(text, "true"));
    return json_is_boolean(value) || *out || (text && text_same_word(text, "false")) ||
           spec_note_value(at, value, "true or false");
}

/* The member of a noun that a row speaks of. */
static void *spec_field_at(void *into, size_t offset)
{
    return (char *)into + offset;
}

static bool spec_field_counts(const struct spec_row *row, const json_t *value,
                              const struct spec_place *at)
{
    size_t count = json_array_size(value);

    if (!json_is_array(value)) {
        return spec_note_value(at, value, "an array");
    }
    if (count > (size_t)row->max && row->min == 0) {
        return spec_note_error(at, NULL, "%zu of them; at most %lld", count, (long long)row->max);
    }
    return (count >= (size_t)row->min && count <= (size_t)row->max) ||
           spec_note_error(at, NULL, "%zu of them; it has %lld to %lld", count, (long long)row->min,
                           (long long)row->max);
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static bool spec_field_list(const struct spec_row *row, const json_t *value,
                            const struct spec_place *at, const char *prefix, char *into,
                            unsigned *bad)
{
    size_t size = row->below->size;
    size_t *count = spec_field_at(into, row->count);
    bool good = spec_field_counts(row, value, at);
    json_t *one;
    size_t i;

    if (!good) {
        return false;
    }
    json_array_foreach(value, i, one)
    {
        struct spec_place place = {.up = at, .index = i};
        char *array = into + row->at;

        if (!(row->flags & SPEC_FIXED)) {
            char **grown = spec_field_at(into, row->at);

            *grown = mem_grow(*grown, *count + 1, size);
            array = *grown;
        }
        memset(array + *count * size, 0, size);
        good = spec_field_read(one, row->below, &place, prefix, array + (*count)++ * size, bad) &&
               good;
    }
    return good;
}

static bool spec_field_texts(const struct spec_row *row, const json_t *value,
                             const struct spec_place *at, char *into)
{
    static const struct spec_row one_text = {.type = SPEC_TEXT, .min = 1, .max = 255};
    char ***list = spec_field_at(into, row->at);
    size_t *count = spec_field_at(into, row->count);
    bool good = spec_field_counts(row, value, at);
    json_t *one;
    size_t i;

    if (!good) {
        return false;
    }
    *list = mem_zalloc(json_array_size(value), sizeof(char *));
    json_array_foreach(value, i, one)
    {
        struct spec_place place = {.up = at, .index = i};
        size_t twin = 0;

        if (!spec_expand(one, &place) || !spec_field_text(&one_text, one, &place, *list + *count)) {
            good = false;
            continue;
        }
        while (strcmp((*list)[twin], (*list)[*count]) != 0) {
            twin++;
        }
        (*count)++;
        if (twin + 1 < *count) {
            good = spec_note_error(&place, NULL, "\"%s\" is there twice", (*list)[twin]);
        }
    }
    return good;
}

static bool spec_field_items(const struct spec_row *row, json_t *value, const struct spec_place *at,
                             char *into)
{
    char ***list = spec_field_at(into, row->at);
    size_t *count = spec_field_at(into, row->count);
    bool good = spec_field_counts(row, value, at);
    json_t *one;
    size_t i;

    if (!good || json_array_size(value) == 0) {
        return good;
    }
    *list = mem_zalloc(json_array_size(value), sizeof(char *));
    json_array_foreach(value, i, one)
    {
        struct spec_place place = {.up = at, .index = i};

        bool right = spec_expand(one, &place) && spec_item_check(one, &place);

        /* One with a mistake keeps its place: the others are checked on, and told by their number. */
        (*list)[(*count)++] = right ? json_dumps(one, JSON_COMPACT) : NULL;
        good = good && right;
    }
    return good;
}

static bool spec_field_policy(const struct spec_row *row, json_t *value,
                              const struct spec_place *at, char **out)
{
    json_t *parsed CLEAN_JSON = NULL;
    json_t *document = json_object_get(value, "PolicyDocument");
    const struct spec_place inside = {.up = at, .name = "PolicyDocument"};
    const struct spec_place *where = document ? &inside : at;
    struct err e;

    if (json_is_object(value) && (!document || json_object_size(value) != 1)) {
        return spec_note_value(at, value, "a string of JSON or {\"PolicyDocument\": {...}}");
    }
    document = document ? document : value;
    if (!spec_template_plain(document, where)) {
        return false;
    }
    if (json_is_string(document)) {
        parsed =
            json_parse(json_string_value(document), json_string_length(document), ERR_SPEC, &e);
        if (!parsed) {
            return spec_note_error(where, NULL, "its text is no JSON: %.200s", e.text);
        }
        document = parsed;
    }
    if (!json_is_object(document)) {
        return spec_note_value(where, document, "a policy, an object");
    }
    *out = json_dumps(document, JSON_COMPACT);
    return strlen(*out) <= (size_t)row->max ||
           spec_note_error(at, NULL, "%zu bytes; a policy has at most %lld", strlen(*out),
                           (long long)row->max);
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static bool spec_field_value(const struct spec_row *row, json_t *value, const struct spec_place *at,
                             const char *prefix, char *into, unsigned *bad)
{
    void *out = into + row->at;

    if (row->type == SPEC_FOREIGN) {
        return spec_note_error(
            at, NULL,
            "AWS knows this field, this program does not; remove it here and set it by other means");
    }
    if (row->type != SPEC_POLICY && spec_template_intrinsic(value)) {
        return spec_template_plain(value, at);
    }
    if (row->type != SPEC_POLICY && json_is_string(value) && !spec_expand(value, at)) {
        return false;
    }
    switch (row->type) {
    case SPEC_TEXT:
        return spec_field_text(row, value, at, out);
    case SPEC_NAME:
        return spec_field_name(row, value, at, prefix, out);
    case SPEC_WORD:
        return spec_field_word(row, value, at, out);
    case SPEC_NUMBER:
        return spec_field_number(row, value, at, out);
    case SPEC_SWITCH:
        return spec_field_switch(value, at, out);
    case SPEC_OBJECT:
        return spec_field_read(value, row->below, at, prefix, out, bad);
    case SPEC_LIST:
        return spec_field_list(row, value, at, prefix, into, bad);
    case SPEC_TEXTS:
        return spec_field_texts(row, value, at, into);
    case SPEC_POLICY:
        return spec_field_policy(row, value, at, out);
    case SPEC_ITEMS:
        return spec_field_items(row, value, at, into);
    case SPEC_FOREIGN:
        break;
    }
    return false;
}

static void spec_field_flag(size_t flag, char *into)
{
    if (flag > 0) {
        *(bool *)(into + flag - 1) = true;
    }
}

static bool spec_field_missing(const struct spec_row *row, const struct spec_place *at)
{
    bool made_up = (row->flags & SPEC_PREFIXED) && spec_note_all(at)->is_template;

    return spec_note_error(
        at, row->name, "%s",
        made_up ? "missing: CloudFormation would make a name up, here the application's name for "
                  "the table must stand; add it"
                : "missing; it is required");
}

/* The member of either spelling; both are one too many. */
/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
static bool spec_field_row(const struct spec_row *row, const json_t *object,
                           const struct spec_place *at, const char *prefix, char *into,
                           unsigned *bad)
{
    struct spec_place place = {.up = at, .name = row->name};
    json_t *value = json_object_get(object, row->name);
    json_t *other = row->also ? json_object_get(object, row->also) : NULL;
    int64_t number;

    if (value && other) {
        return spec_note_error(at, row->also, "the same as \"%s\", which is there too; remove one",
                               row->name);
    }
    if (other) {
        place.name = row->also;
        value = other;
    }
    if (!value) {
        return !(row->flags & SPEC_NEED) || spec_field_missing(row, at);
    }
    if ((row->flags & SPEC_NO_LIMIT) && spec_field_whole(value, &number) && number == -1) {
        return true;
    }
    if (!spec_field_value(row, value, &place, prefix, into, bad)) {
        return false;
    }
    spec_field_flag(row->has, into);
    spec_field_flag(row->has_too, into);
    return true;
}

/* NOLINTNEXTLINE(misc-no-recursion): spec_read bounds the depth */
bool spec_field_read(json_t *object, const struct spec_shape *shape, const struct spec_place *at,
                     const char *prefix, void *into, unsigned *bad)
{
    bool good = true;
    const char *name;
    json_t *member;

    if (!json_is_object(object)) {
        return spec_note_value(at, object, "an object");
    }
    if (spec_template_intrinsic(object)) {
        return spec_template_plain(object, at);
    }
    json_object_foreach(object, name, member)
    {
        struct spec_place place = {.up = at, .name = name};

        if (!spec_field_is(shape, name)) {
            good = spec_field_unknown(shape, &place, name);
        }
    }
    spec_field_flag(shape->mark, into);
    for (size_t i = 0; i < shape->count; i++) {
        const struct spec_row *row = &shape->rows[i];

        if (!spec_field_row(row, object, at, prefix, into, bad)) {
            good = false;
            if (bad) {
                *bad |= row->group;
            }
        }
    }
    return good;
}
