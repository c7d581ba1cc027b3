/*
 * What AWS checks in an input before it looks at the table: written from AWS's rules, not from the product's.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include <jansson.h>
#include <stdbool.h>

/* Is the word in a list such as " S N B "? */
bool check_word(const char *word, const char *list);

/* The first member that the list lacks; NULL: none. */
const char *check_members(const json_t *object, const char *list);

/* 3 to 255 of a-z A-Z 0-9 _ - . */
bool check_name(const char *name);

/* The complaint about a CreateTable input; NULL: it is well. */
const char *check_create(const json_t *in);

/* The complaint about an item, or with alone about a key and nothing else, of a described table. */
const char *check_item(const json_t *item, const json_t *table, bool alone);

/* The complaint about a Query of an index with these keys: equality on every HASH attribute, and nothing else. */
const char *check_query(const json_t *in, const json_t *keys, const json_t *table);

/* The complaint about one new global index of a table; attributes: what its keys are to be found in. */
const char *check_index(const json_t *index, const json_t *attributes, bool on_demand);

#endif
