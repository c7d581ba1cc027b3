/*
 * Room: dynamodb. ${NAME} and ${NAME:-default} in the strings of a table, replaced from the environment; $${ is a literal
 * ${. An unset name without a default and every other form are mistakes.
 */
#ifndef DYNAMODB_SPEC_EXPAND_H
#define DYNAMODB_SPEC_EXPAND_H

#include "dynamodb/spec_note.h"

/* Replaces in every string that value is or holds. false: noted. */
bool spec_expand(json_t *value, const struct spec_place *at) MUST_LOOK;

#endif
