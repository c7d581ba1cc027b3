/*
 * Room: dynamodb. From what AWS shows of a table to the spec that describes it: minimal, without defaults and without
 * values that AWS filled in. Pure. `plan` finds no difference between the table and this spec.
 */
#ifndef DYNAMODB_EXPORT_H
#define DYNAMODB_EXPORT_H

#include "dynamodb/feature_call.h"

/* The spec of a described table; the caller's. */
json_t *export_table(const struct table_seen *seen);

/* Its replicas are none that a spec can say: strongly consistent ones, which come and go as a group and need no stream. */
bool export_leaves_replicas(const struct table_seen *seen);

/* A wanted table that names every feature, so that feature_call_at asks for all; to be cleared by export_forget. It
 * borrows from seen. */
void export_everything(const struct table_seen *seen, struct table_wanted *out);
void export_forget(struct table_wanted *w);

/* Adds to the spec what the answer to f shows. */
void export_feature(json_t *spec, const struct feature_call *f, const json_t *answer);

/* The last step: what a spec would take for a variable is written as the literal that it is ("$${"). */
void export_escape(json_t *spec);

#endif
