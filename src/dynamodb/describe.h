/*
 * Room: dynamodb. DescribeTable: the question, and what the answer shows, which CreateTable's has as well. Pure. Unknown
 * members are ignored; a wrong shape is refused as a whole.
 */
#ifndef DYNAMODB_DESCRIBE_H
#define DYNAMODB_DESCRIBE_H

#include "base/json.h"
#include "dynamodb/table.h"

/* The body of DescribeTable, to be freed. */
char *describe_request(const char *table) __attribute__((malloc));

/* What a refusal means, for the exit status. ERR_NONE: there is no such table; ERR_TIME: not now; else it is for good. */
enum err_kind describe_refusal(const char *code);

/* Reads the member "Table" (DescribeTable) or "TableDescription" (CreateTable). false: the answer has not the shape
 * of a table of that name; out is empty then. */
bool describe_read(const json_t *answer, const char *member, const char *table,
                   struct table_seen *out, struct err *e) MUST_LOOK;

#endif
