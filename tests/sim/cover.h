/*
 * Does a spec use all that a spec can say? Asked of the parser's own rows, so that a field that is added there is missed
 * here until tests/sim/twelve.json has it.
 */
#ifndef SIM_COVER_H
#define SIM_COVER_H

#include <jansson.h>

/* Names each field and each word of a field that no table of the list uses; how many there are. */
int cover_missing(const json_t *tables);

#endif
