#include "dynamodb/spec_field.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_FIELD_UNITS_MAX 1000000000000
#define SPEC_FIELD_ATTRIBUTE_MAX 255

bool spec_field_refuse(const struct spec_place *at, const char *field, const json_t *value,
                       const char *right, struct err *e)
{
    char *shown = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

    spec_check_refuse(at, field, e, "%.100s%s is not right: it must be %s", shown ? shown : "this",
                      shown && strlen(shown) > 100 ? "..." : "", right);
    free(shown);
    return false;
}

bool spec_field_object(json_t *value, const struct spec_place *at, const char *const *names,
                       size_t count, size_t near, struct err *e)
{
    const char *name;
    json_t *member;

    if (!json_is_object(value)) {
        return spec_field_refuse(at, NULL, value, "an object", e);
    }
    json_object_foreach(value, name, member)
    {
        bool known = false;
        const char *nearest;

        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(name, names[i]) == 0;
        }
        if (!known) {
            nearest = text_nearest(name, names, near);
            return spec_check_refuse(at, name, e, "unknown field%s%s%s",
                                     nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                                     nearest ? "\"?" : "");
        }
    }
    return true;
}

bool spec_field_need(const json_t *object, const struct spec_place *at, const char *field,
                     json_t **out, struct err *e)
{
    *out = json_object_get(object, field);
    return *out || spec_check_refuse(at, field, e, "missing; it is required");
}

bool spec_field_list(const json_t *value, const struct spec_place *at, const char *field,
                     struct err *e)
{
    return json_is_array(value) || spec_field_refuse(at, field, value, "an array", e);
}

bool spec_field_name(const json_t *object, const struct spec_place *at, const char *field,
                     char **out, struct err *e)
{
    json_t *value;

    if (!spec_field_need(object, at, field, &value, e)) {
        return false;
    }
    if (!json_is_string(value) || !table_is_name(json_string_value(value))) {
        return spec_field_refuse(at, field, value, "a string of 3 to 255 of a-z A-Z 0-9 _ . -", e);
    }
    *out = mem_strdup(json_string_value(value));
    return true;
}

bool spec_field_is_attribute(const json_t *value)
{
    size_t len = json_string_length(value); /* 0 when it is no string */

    return len >= 1 && len <= SPEC_FIELD_ATTRIBUTE_MAX;
}

bool spec_field_attribute(const json_t *object, const struct spec_place *at, const char **out,
                          struct err *e)
{
    json_t *value;

    if (!spec_field_need(object, at, "AttributeName", &value, e)) {
        return false;
    }
    *out = json_string_value(value);
    return spec_field_is_attribute(value) ||
           spec_field_refuse(at, "AttributeName", value, "a string of 1 to 255 bytes", e);
}

bool spec_field_word(const json_t *object, const struct spec_place *at, const char *field,
                     const char *const *words, size_t count, const char *all, size_t *out,
                     struct err *e)
{
    json_t *value;
    const char *nearest;

    if (!spec_field_need(object, at, field, &value, e)) {
        return false;
    }
    if (!json_is_string(value)) {
        return spec_field_refuse(at, field, value, all, e);
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(json_string_value(value), words[i]) == 0) {
            *out = i;
            return true;
        }
    }
    nearest = text_nearest(json_string_value(value), words, count);
    spec_field_refuse(at, field, value, all, e);
    return !nearest ? false
                    : spec_check_refuse(at, field, e,
                                        "\"%.100s\" is unknown; did you mean \"%s\"? It is %s",
                                        json_string_value(value), nearest, all);
}

bool spec_field_units(const json_t *object, const struct spec_place *at, const char *field,
                      int64_t *out, struct err *e)
{
    json_t *value;

    if (!spec_field_need(object, at, field, &value, e)) {
        return false;
    }
    *out = json_integer_value(value); /* 0 when it is no integer */
    return (*out >= 1 && *out <= SPEC_FIELD_UNITS_MAX) ||
           spec_field_refuse(at, field, value, "a whole number from 1 to 1000000000000", e);
}
