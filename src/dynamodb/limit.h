/*
 * Room: dynamodb. LimitExceededException: one name for many causes, told apart by AWS's text alone. Pure.
 * Source: the API reference (CreateTable, UpdateTable, Errors), and texts that people have met.
 */
#ifndef DYNAMODB_LIMIT_H
#define DYNAMODB_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/* false: a quota or a rule that no waiting cures. */
bool limit_is_temporary(const char *message);

/* Of tables with indexes alone? They are then created one at a time; of all others see limit_shrink. */
bool limit_is_of_indexed(const char *message);

/* A quota of tables, which AWS raises for who asks? */
bool limit_is_quota(const char *message);

/* How many creates may be under way from now on, when so many others are. */
size_t limit_shrink(size_t under_way);

#endif
