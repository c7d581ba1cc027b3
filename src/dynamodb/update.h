/*
 * Room: dynamodb. What UpdateTable adds to a table that exists, one thing a call: protection and stream first, then
 * one index, then the next. Pure. Source: the DynamoDB API, UpdateTable.
 */
#ifndef DYNAMODB_UPDATE_H
#define DYNAMODB_UPDATE_H

#include "dynamodb/plan.h"

enum update_answer { UPDATE_NOTHING, UPDATE_NOW, UPDATE_LATER, UPDATE_NEXT_RUN };

/* UPDATE_NOW: *body is the request, what says what it adds ("index by-x"). UPDATE_LATER: what says what is in the way.
 * UPDATE_NEXT_RUN: so it does, and that is another replica, whose copying may take hours. */
enum update_answer update_next(const struct table_wanted *wanted, const struct table_seen *seen,
                               const struct plan_past *past, const struct compare *differences,
                               char **body, char what[330]);

/* The status of a replica in the description, or NULL. */
const char *update_replica_status(const struct table_seen *seen, const char *region);

/* A status that passes by itself: it is waited for. */
bool update_replica_passes(const char *status);

#endif
