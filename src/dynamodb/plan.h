/*
 * Room: dynamodb. The thinking: from what is wanted and what was seen to the next step. Pure; it never looks at time,
 * network or memory of earlier steps.
 */
#ifndef DYNAMODB_PLAN_H
#define DYNAMODB_PLAN_H

#include "dynamodb/compare.h"

enum plan_act { PLAN_READY, PLAN_CREATE, PLAN_UPDATE, PLAN_WAIT, PLAN_FAIL };
enum plan_existing { PLAN_CONVERGE, PLAN_VERIFY, PLAN_SKIP };
enum plan_drift { PLAN_FAIL_BREAKING, PLAN_FAIL_ANY, PLAN_FAIL_NEVER };

/* What a run may do, and what it minds. */
struct plan_rules {
    bool may_write;              /* ensure; else `wait` */
    bool look_only;              /* `plan`: one look, nothing is waited for */
    enum plan_existing existing; /* what is done with a table that exists */
    enum plan_drift drift;
    bool emulator;
    const char *region; /* our own; NULL: unknown */
};

/* What this run knows besides the last look. A request that was accepted is not sent twice. */
struct plan_past {
    bool stream, protection;       /* asked for */
    bool no_stream, no_protection; /* an emulator does not make it */
    bool *replicas, *dropped;      /* per wanted replica: asked for; an emulator does not make it */
    bool *asked, *given_up;        /* per wanted index: asked for; an emulator does not make it */
    const struct compare *noted;   /* what other calls than DescribeTable showed; NULL: nothing */
};

struct plan {
    enum plan_act act;
    struct err why; /* PLAN_FAIL: kind and text, without the table's name */
    char waiting
        [330]; /* PLAN_WAIT: the state that is waited for: "CREATING", "index x CREATING", "not found" */
    char warning[200]; /* said once; "" without one */
    char report
        [700]; /* PLAN_READY: differences that are left as they are, as many as fit; "" when there are none */
    char left
        [330]; /* PLAN_READY: the replica that bars the way for another one, which is left to the next run */
    bool breaking;  /* and one of them is breaking: nothing more is done to this table */
    char *body;     /* PLAN_UPDATE: of UpdateTable; the caller's */
    char what[330]; /* PLAN_UPDATE: what it adds, for people */
    bool settings;  /* and that is stream or protection: it comes before TTL and the like */
    struct compare differences;
};

/* seen: NULL when the table was not found. out is to be cleared. */
void plan_decide(const struct table_wanted *wanted, const struct table_seen *seen,
                 const struct plan_rules *rules, const struct plan_past *past, struct plan *out);

/* plan_decide gave PLAN_UPDATE, and the request was accepted or is not to be sent again. */
void plan_remember(const struct table_wanted *wanted, const struct plan *plan,
                   struct plan_past *past);

void plan_clear(struct plan *p);

#define CLEAN_PLAN __attribute__((cleanup(plan_clear)))

#endif
