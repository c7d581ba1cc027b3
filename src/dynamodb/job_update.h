/*
 * Room: dynamodb. The part of a job that adds to a table that exists, by UpdateTable: begin, and what answers mean.
 * Called by job.c alone.
 */
#ifndef DYNAMODB_JOB_UPDATE_H
#define DYNAMODB_JOB_UPDATE_H

#include "dynamodb/job.h"

/* plan.act is PLAN_UPDATE: sets the call; takes over what plan holds. */
void job_update_begin(struct job_run *l, struct job *job, struct plan *plan);

/* The answer was a success; a refusal. */
void job_update_accepted(struct job_run *l, struct job *job);
void job_update_refused(struct job_run *l, struct job *job);

/* An emulator says that it cannot do this; then it is left out, aloud. */
bool job_update_is_gap(const struct job_run *l, const struct job *job);
void job_update_skip(struct job_run *l, struct job *job);

/* It says that it knows no key of more than two attributes. */
bool job_update_is_narrow(const struct job_run *l, const struct job *job);

/* Before thinking: an index or a replica that an emulator took and never shows is given up. */
void job_update_give_up(struct job_run *l, struct job *job, const struct table_seen *seen);

#endif
