#include "dynamodb/job_refuse.h"

#include "dynamodb/job_step.h"
#include "dynamodb/limit.h"

#include <stdio.h>
#include <string.h>

void job_refuse(struct job_run *l, struct job *job)
{
    bool limit = strcmp(job->call.code, "LimitExceededException") == 0;
    bool invalid = strcmp(job->call.code, "ValidationException") == 0;
    char what[80];
    struct err e;
    size_t used;

    snprintf(what, sizeof(what), "%.60s was refused", job->call.operation);
    client_words(&job->call, ERR_NONE, what, &e);
    used = strlen(e.text);
    snprintf(e.text + used, sizeof(e.text) - used, "%s",
             invalid                                      ? "; correct the spec"
             : limit && limit_is_quota(job->call.message) ? "; ask AWS for a higher quota"
                                                          : "");
    job_fail(l, job, limit ? ERR_UNAVAILABLE : invalid ? ERR_SPEC : ERR_INTERNAL, e.text);
}
