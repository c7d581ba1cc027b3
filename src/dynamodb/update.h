/*
 * Room: dynamodb. What UpdateTable adds to a table that exists, one thing a call: protection and stream first, then
 * one index, then the next. Pure. Source: the DynamoDB API, UpdateTable.
 */
#ifndef DYNAMODB_UPDATE_H
#define DYNAMODB_UPDATE_H

#include "dynamodb/plan.h"

enum update_answer { UPDATE_NOTHING, UPDATE_NOW, UPDATE_LATER, UPDATE_AFTER_REPLICA };

/* By out->differences. UPDATE_NOW: out->body is the request, out->what ("index by-x") and out->adds say what it adds.
 * UPDATE_LATER: out->what says what is in the way. UPDATE_AFTER_REPLICA: so it does, and that is another replica, whose
 * copying may take long. */
enum update_answer update_next(const struct table_wanted *wanted, const struct table_seen *seen,
                               const struct plan_past *past, struct plan *out);

/* A replica in the description, and its status; or NULL. */
const json_t *update_replica_seen(const struct table_seen *seen, const char *region);
const char *update_replica_status(const struct table_seen *seen, const char *region);

/* A status that passes by itself, as far as is known: it is waited for. */
bool update_replica_passes(const char *status);

#endif
