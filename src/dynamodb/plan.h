/*
 * Room: dynamodb. The thinking: from what is wanted and what was seen to the next step. Pure; it never looks at time,
 * network or memory of earlier steps.
 */
#ifndef DYNAMODB_PLAN_H
#define DYNAMODB_PLAN_H

#include "base/err.h"
#include "dynamodb/table.h"

enum plan_act { PLAN_READY, PLAN_CREATE, PLAN_WAIT, PLAN_FAIL };

struct plan {
    enum plan_act act;
    struct err why; /* PLAN_FAIL: kind and text, without the table's name */
    char waiting
        [160]; /* PLAN_WAIT: the state that is waited for: "CREATING", "index x CREATING", "not found" */
    char warning[200];     /* said once; "" without one */
    char differences[400]; /* tunable ones, "" when the table matches what was written */
};

/* seen: NULL when the table was not found. may_write: ensure; else wait. */
void plan_decide(const struct table_wanted *wanted, const struct table_seen *seen, bool may_write,
                 struct plan *out);

#endif
