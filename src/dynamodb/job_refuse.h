/*
 * Room: dynamodb. One table's call that AWS refuses for good, whichever it was.
 */
#ifndef DYNAMODB_JOB_REFUSE_H
#define DYNAMODB_JOB_REFUSE_H

#include "dynamodb/job.h"

/* The job ends, with AWS's words and with what helps, if that is known. */
void job_refuse(struct job_run *l, struct job *job);

#endif
