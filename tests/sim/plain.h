/*
 * A table of a spec, as CreateTable and its sister calls have it: one spelling for each thing, and nothing that only says
 * "off". Written from the names that AWS documents, not from the product's parser.
 */
#ifndef SIM_PLAIN_H
#define SIM_PLAIN_H

#include <jansson.h>

/* Changes a table in place. */
void plain_table(json_t *table);

#endif
