/*
 * Room: dynamodb. What CreateTable is sent, and the parts of it that UpdateTable and a spec have in common with it. Pure.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
#ifndef DYNAMODB_CREATE_H
#define DYNAMODB_CREATE_H

#include "base/json.h"
#include "dynamodb/table.h"

/* The body, to be freed. both_sides: DynamoDB Local takes one maximum of OnDemandThroughput only with the other one, which
 * others refuse. left_out: per wanted index, or NULL. */
char *create_request(const struct table_wanted *wanted, bool both_sides, const bool *left_out)
    __attribute__((malloc));

/* KeySchema; the caller's. */
json_t *create_key_schema(const struct table_key *keys, size_t count);

/* An index as CreateTable and UpdateTable want it; the caller's. */
json_t *create_index(const struct table_index *index);

/* Adds to AttributeDefinitions what these keys need and the list does not have yet. */
void create_define(json_t *list, const struct table_key *keys, size_t count);

#endif
