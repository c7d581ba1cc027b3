/*
 * Room: dynamodb. The rules between the fields of a spec's table, once each field has the right shape, and the place
 * in the file that an error names. Pure. Source: the DynamoDB reference, sections 4 and 15.
 */
#ifndef DYNAMODB_SPEC_CHECK_H
#define DYNAMODB_SPEC_CHECK_H

#include "base/json.h"
#include "dynamodb/table.h"

/* A place in a file, as a chain up to the root: the root's name is the file's, below it a name, or a number. */
struct spec_place {
    const struct spec_place *up;
    const char *name; /* NULL: an element of an array */
    size_t index;
};

/* Fills *e with ERR_SPEC, "FILE: $.path.field: ..." and returns false; field may be NULL. */
bool spec_check_refuse(const struct spec_place *at, const char *field, struct err *e,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Holds the table to the rules and sets the types of its keys. definitions: AttributeDefinitions, of the right shape. */
bool spec_check_table(struct table_wanted *w, const json_t *definitions,
                      const struct spec_place *at, struct err *e) MUST_LOOK;

#endif
