/*
 * Room: dynamodb. What goes over the wire: the bodies of DescribeTable and CreateTable, and what their answers say.
 * Pure. Unknown members are ignored; a wrong shape is refused as a whole.
 */
#ifndef DYNAMODB_DESCRIBE_H
#define DYNAMODB_DESCRIBE_H

#include "base/json.h"
#include "dynamodb/table.h"

/* Bodies, to be freed. emulator: DynamoDB Local takes one maximum of OnDemandThroughput only with the other one.
 * left_out: per wanted index, or NULL. */
char *describe_request(const char *table) __attribute__((malloc));
char *describe_create_request(const struct table_wanted *wanted, bool emulator,
                              const bool *left_out) __attribute__((malloc));

/* KeySchema; the caller's. */
json_t *describe_key_schema(const struct table_key *keys, size_t count);

/* An index as CreateTable and UpdateTable want it; the caller's. */
json_t *describe_index(const struct table_index *index);

/* Adds to AttributeDefinitions what these keys need and the list does not have yet. */
void describe_define(json_t *list, const struct table_key *keys, size_t count);

/* Reads the member "Table" (DescribeTable) or "TableDescription" (CreateTable). false: the answer has not the shape
 * of a table of that name; out is empty then. */
bool describe_read(const json_t *answer, const char *member, const char *table,
                   struct table_seen *out, struct err *e) MUST_LOOK;

#endif
