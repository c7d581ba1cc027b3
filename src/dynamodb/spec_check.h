/*
 * Room: dynamodb. The rules between a table's fields: what CreateTable would refuse although each field is right.
 * Pure. Source: the DynamoDB reference, section 4.
 */
#ifndef DYNAMODB_SPEC_CHECK_H
#define DYNAMODB_SPEC_CHECK_H

#include "dynamodb/table.h"

/* The attribute is part of a key of the table or of an index. */
bool spec_check_uses(const struct table_shape *shape, const char *attribute);

/* false: path is where inside the table ("GlobalSecondaryIndexes[0].KeySchema"), text what is wrong. */
bool spec_check_shape(const struct table_shape *shape, char *path, size_t path_size, char *text, size_t text_size);

#endif
