/*
 * Room: dynamodb. The part of a job that makes a table that is not there: CreateTable, also as the one strongly consistent
 * question whether it exists. Called by job.c alone.
 */
#ifndef DYNAMODB_JOB_CREATE_H
#define DYNAMODB_JOB_CREATE_H

#include "dynamodb/job.h"

/* DescribeTable did not find it: create, or wait until it is seen. */
void job_create_missing(struct job_run *l, struct job *job);

/* The answer was a success; a refusal. */
void job_create_accepted(struct job_run *l, struct job *job);
void job_create_refused(struct job_run *l, struct job *job);

/* No answer came: the create may have taken effect. */
void job_create_unknown(struct job *job);

#endif
