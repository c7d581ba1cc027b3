/*
 * Room: dynamodb. One table on its way: what it waits for, and what follows from an answer. The loop (reconcile.c) owns the
 * jobs, sends their calls and hands the answers in; a job never sends by itself.
 */
#ifndef DYNAMODB_JOB_H
#define DYNAMODB_JOB_H

#include "aws/client.h"
#include "dynamodb/plan.h"
#include "dynamodb/poll.h"
#include "dynamodb/reconcile.h"

/* What the call is for that is due or under way: DescribeTable, CreateTable, UpdateTable; a feature's own read and write; a seed
 * item; the probe. */
enum job_phase {
    JOB_LOOKS,
    JOB_CREATES,
    JOB_UPDATES,
    JOB_READS,
    JOB_WRITES,
    JOB_PUTS,
    JOB_PROBES,
};

/* One table on its way. */
struct job {
    enum job_phase phase;
    struct table_seen seen; /* at the last look */
    size_t step;            /* features that are settled */
    size_t put, probed;     /* seed items, probes */
    json_t *tags;           /* pages so far */
    char *owed;             /* the body of a recovery that was too early */
    bool last_try;          /* of that */
    bool adopts; /* the feature is on already, says AWS: what is read now is no reason to write */
    struct compare noted; /* what the features' answers showed */
    const struct table_wanted *wanted;
    struct client_call call;
    size_t attempts; /* requests that were sent */
    bool flying;     /* the call is under way */
    bool done;
    bool ready;
    bool looked_last;      /* the last look before the deadline was made */
    bool created;          /* our create was accepted, or may have been */
    bool told;             /* somebody else's create: told by ResourceInUse */
    bool both_sides;       /* an emulator wants both maximums of OnDemandThroughput, or none */
    bool holds_create;     /* counts as a create under way */
    bool deleting;         /* was seen on its way out */
    bool needs_ensure;     /* waits for what `wait` never adds */
    bool wrote;            /* something was added to a table that exists */
    bool unseen;           /* something was written since the last look */
    bool wrote_before;     /* so it was before the last UpdateTable */
    bool updates_settings; /* that is waited for, not an index */
    int64_t asked_at;      /* the last UpdateTable was accepted */
    struct plan_past past;
    struct plan update;   /* whose request is under way */
    struct compare found; /* at the last look of `plan` */
    int looks;            /* in this poll case */
    enum poll_case why;
    int64_t due;
    int64_t created_at;
    int64_t tie_at; /* when a create may be used as the existence test */
    int64_t said_at;
    char state[PLAN_WHAT_SIZE]; /* last state that was waited for */
    char warned[200];
    char limited[200];     /* the words of the last refusal that is waited out: said once */
    struct err held;       /* and it as a reason; kind ERR_NONE: nothing is waited out */
    struct err denied;     /* our create was, lately; kind ERR_NONE: it was not */
    struct retry patience; /* with the create or update that is made again after a look */
    struct err failure;
};

/* What the jobs of a run share. */
struct job_run {
    struct client client;
    struct reconcile_options options;
    struct job *jobs;
    size_t count;
    size_t flying;
    size_t creates;      /* under way */
    size_t creates_max;  /* shrinks on LimitExceeded, recovers */
    bool indexed_singly; /* tables with indexes come one at a time: AWS said so */
    int64_t next_create;
    const char *throttled; /* the feature's call that AWS throttled last: it is spaced */
    int64_t next_throttled;
    int64_t started;
    struct err last; /* of any table: the reason of those whose turn never came */
};

/* Its table's name. */
const char *job_name(const struct job *job);

/* The call that was under way is done: think, and set the next one, or job->done. */
void job_finish(struct job_run *l, struct job *job);

/* The deadline is there: what was waited for, or the last failure, is the reason. */
void job_expire(struct job_run *l, struct job *job);

#endif
