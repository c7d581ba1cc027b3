/*
 * Room: dynamodb. The part of a job beyond DescribeTable: features with calls of their own, seed items, the probe; one
 * call at a time. Called by job.c alone.
 */
#ifndef DYNAMODB_JOB_FEATURE_H
#define DYNAMODB_JOB_FEATURE_H

#include "dynamodb/job.h"

/* Sets the next call, if something is to be asked, written or proven now; false: nothing is. */
bool job_feature_next(struct job_run *l, struct job *job, const struct plan *plan);

/* The answer was a success; a refusal; no call of an emulator's. true: job_seen goes on with what was seen last. */
bool job_feature_accepted(struct job_run *l, struct job *job);
bool job_feature_refused(struct job_run *l, struct job *job);
void job_feature_again(struct job_run *l, const struct job *job); /* it failed, and is made again */
bool job_feature_is_gap(const struct job_run *l, const struct job *job);
void job_feature_skip(struct job *job);

#endif
