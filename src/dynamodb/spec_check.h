/*
 * Room: dynamodb. The rules between the fields of a spec's table, once each field has the right shape. Pure.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
#ifndef DYNAMODB_SPEC_CHECK_H
#define DYNAMODB_SPEC_CHECK_H

#include "dynamodb/spec_note.h"
#include "dynamodb/spec_rows.h"

/* Holds the table to the rules and sets the types of its keys; notes every mistake. */
void spec_check_table(struct spec_table *t, const struct spec_place *at);

#endif
