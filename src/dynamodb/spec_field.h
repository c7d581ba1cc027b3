/*
 * Room: dynamodb. Reads JSON into structs as the rows say (spec_rows.h): types, limits, words, unknown names. It knows no
 * rule between fields; every mistake is noted at its place, and reading goes on.
 */
#ifndef DYNAMODB_SPEC_FIELD_H
#define DYNAMODB_SPEC_FIELD_H

#include "dynamodb/spec_note.h"
#include "dynamodb/spec_rows.h"

/* Reads an object into *into. bad gains the groups with mistakes (NULL: nobody asks). prefix: of table names. false: noted. */
bool spec_field_read(json_t *object, const struct spec_shape *shape, const struct spec_place *at,
                     const char *prefix, void *into, unsigned *bad) MUST_LOOK;

/* A member of object is a field of this shape, or is named nearly like one; bare: the object is a whole document. */
bool spec_field_resembles(json_t *object, const struct spec_shape *shape, bool bare);

#endif
