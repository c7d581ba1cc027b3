/*
 * Room: dynamodb. A seed item in DynamoDB JSON: each value one of AWS's ten types, numbers of 38 digits, 32 levels, 400 KB,
 * and the keys of table and indexes that it must fit. Pure. Source: the developer guide's limits.
 */
#ifndef DYNAMODB_SPEC_ITEM_H
#define DYNAMODB_SPEC_ITEM_H

#include "dynamodb/spec_note.h"
#include "dynamodb/table.h"

/* The item by itself. false: noted. */
bool spec_item_check(json_t *item, const struct spec_place *at) MUST_LOOK;

/* An item that passed the first check, against the table's keys: there, of the right type, not empty, not too long, and not
 * those of an item before, which are in seen. */
void spec_item_check_keys(const char *item, const struct table_shape *shape, json_t *seen,
                          const struct spec_place *at);

#endif
