/*
 * Room: dynamodb. Private to the parts of a job (job.c, job_*.c): how a job goes on. Nobody else includes it.
 */
#ifndef DYNAMODB_JOB_STEP_H
#define DYNAMODB_JOB_STEP_H

#include "dynamodb/job.h"

/* It ends with this failure; text without the table's name. */
void job_fail(struct job_run *l, struct job *job, enum err_kind kind, const char *text);

/* The prepared call is due then (system_now_ms), or at the last moment before the deadline. */
void job_schedule(struct job_run *l, struct job *job, int64_t due);

/* DescribeTable is next: then, or when the rule of the case says so. */
void job_look(struct job_run *l, struct job *job, int64_t due);
void job_wait(struct job_run *l, struct job *job, enum poll_case why, int64_t elapsed);

/* The run's rules as they hold for this table: one that this run created is no existing one. */
struct plan_rules job_rules(const struct job_run *l, const struct job *job);

/* What was seen: think, and do what follows. */
void job_seen(struct job_run *l, struct job *job, const struct table_seen *seen);

/* One line on each change of state, and one every ten seconds. */
void job_say_waiting(struct job_run *l, struct job *job, const char *state);

/* AWS refuses the call for now: that is told once and kept as the reason, and the table looked at anew. */
void job_hold(struct job_run *l, struct job *job);
void job_held_ends(struct job *job);

/* It no longer counts as a create under way. */
void job_release_create(struct job_run *l, struct job *job);

#endif
