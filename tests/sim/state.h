/*
 * What is there of a table (world.h has the shape of a state): made whole from a wish, changed by a patch, set going, and
 * brought into a form in which two of them can be compared.
 */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include "world.h"

/* Everything that a wish (plain.h) says, settled, of long ago. */
json_t *state_complete(const json_t *wish);

/* A merge patch as RFC 7396 has it, in which a list of things with names is patched as if it were an object of them. */
void state_patch(json_t *state, const json_t *patch);

/* Puts it into the world as if it had been there for long, and lets go on what its status words say is under way. */
void state_set(struct world_table *t, json_t *state, struct dice *d);

/* Attributes go with the last index that has them as keys. */
void state_forget_attributes(json_t *table);

/* The state less its times, counts and ids, lists of named things as objects; new. NULL has none. */
json_t *state_essence(const json_t *state);

#endif
