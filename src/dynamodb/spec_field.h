/*
 * Room: dynamodb. The shape of a spec's fields, one at a time: an object of known fields, a list, a name, a word, a
 * number. It knows no table; every false comes with the place, what stands there and what must. Pure.
 */
#ifndef DYNAMODB_SPEC_FIELD_H
#define DYNAMODB_SPEC_FIELD_H

#include "base/json.h"
#include "dynamodb/spec_check.h"

/* Refuses a value by naming it (its beginning) and what it must be; field as in spec_check_refuse. */
bool spec_field_refuse(const struct spec_place *at, const char *field, const json_t *value,
                       const char *right, struct err *e);

/* An object that has no other fields than these; near: how many of the names may be proposed. */
bool spec_field_object(json_t *value, const struct spec_place *at, const char *const *names,
                       size_t count, size_t near, struct err *e) MUST_LOOK;

/* An array; field as in spec_check_refuse. */
bool spec_field_list(const json_t *value, const struct spec_place *at, const char *field,
                     struct err *e) MUST_LOOK;

bool spec_field_is_attribute(const json_t *value);

/* From here on, the member of object that has that name and must be there. */
bool spec_field_need(const json_t *object, const struct spec_place *at, const char *field,
                     json_t **out, struct err *e) MUST_LOOK;

/* The name of a table or an index; the caller frees it. */
bool spec_field_name(const json_t *object, const struct spec_place *at, const char *field,
                     char **out, struct err *e) MUST_LOOK;

/* AttributeName; *out belongs to object. */
bool spec_field_attribute(const json_t *object, const struct spec_place *at, const char **out,
                          struct err *e) MUST_LOOK;

/* A word of a list, *out its index; all is the list for people. */
bool spec_field_word(const json_t *object, const struct spec_place *at, const char *field,
                     const char *const *words, size_t count, const char *all, size_t *out,
                     struct err *e) MUST_LOOK;

/* A capacity. */
bool spec_field_units(const json_t *object, const struct spec_place *at, const char *field,
                      int64_t *out, struct err *e) MUST_LOOK;

#endif
