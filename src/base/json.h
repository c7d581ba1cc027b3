/*
 * JSON by jansson, made strict: duplicate keys, trailing text, NUL and bytes that are not UTF-8 are refused, and memory
 * that runs out ends the process (mem.h), so that NULL always means "not there". What reads JSON includes this header
 * and uses jansson's own getters on the result.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/err.h"

#include <jansson.h>

/* Makes jansson use mem.h. Once, before anything else here. */
void json_open(void);

/* Parses a whole text. NULL: e->text says what is wrong and where ("line 3, column 7: ..."); the kind is the caller's. */
json_t *json_parse(const char *text, size_t len, enum err_kind kind, struct err *e) MUST_LOOK;

/* The string member of that name, or NULL when it is absent or no string. */
const char *json_text_of(const json_t *object, const char *name);

/* The value as people read it: indented, a line break at the end. The caller frees it. */
char *json_lines(const json_t *value);

void json_clear(json_t **value);

#define CLEAN_JSON __attribute__((cleanup(json_clear)))

#endif
