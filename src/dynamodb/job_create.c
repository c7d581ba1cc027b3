#include "dynamodb/job_create.h"

#include "base/text.h"
#include "dynamodb/create.h"
#include "dynamodb/describe.h"
#include "dynamodb/job_refuse.h"
#include "dynamodb/job_step.h"
#include "dynamodb/job_update.h"
#include "dynamodb/limit.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define TIE_BREAK_MS 15000 /* not found so long after our create: ask by creating again */

static void job_create_send(struct job_run *l, struct job *job, int64_t due)
{
    job->phase = JOB_CREATES;
    job->call.once = true;
    client_begin(&job->call, "CreateTable",
                 create_request(job->wanted, job->both_sides, job->past.given_up));
    job->call.retry = job->patience;
    job_schedule(l, job, due);
}

/* Not found: create it, or wait until it is seen. Soon after a create was answered, a table on its way out is an older
 * state. */
void job_create_missing(struct job_run *l, struct job *job)
{
    int64_t now = system_now_ms();

    if (l->options.rules.look_only) {
        compare_add(&job->found, COMPARE_MISSING, "TableName", "absent", job_name(job));
        job->ready = true;
        job->done = true;
    } else if (!l->options.rules.may_write) {
        job_say_waiting(l, job, "not found");
        job_wait(l, job, POLL_MISSING, 0);
    } else if (!job->created && (!job->told || job->deleting) && now >= job->tie_at) {
        log_table(job->denied.kind == ERR_NONE ? LOG_INFO : LOG_DEBUG, job_name(job),
                  "not found, creating it");
        job->deleting = false;
        job_create_send(l, job, now);
    } else if (now >= job->tie_at) {
        job->tie_at = now + TIE_BREAK_MS;
        log_table(LOG_INFO, job_name(job),
                  "still not found: asking CreateTable, which knows better");
        job_create_send(l, job, now);
    } else {
        job_say_waiting(l, job, "not found yet");
        if (l->client.endpoint->emulator || !job->created) {
            job_wait(l, job, job->created ? POLL_OWN_EMULATOR : POLL_OTHERS, now - job->created_at);
        } else {
            job_wait(l, job, POLL_OWN_REMOTE_STALE, now - job->created_at);
        }
    }
}

void job_create_accepted(struct job_run *l, struct job *job)
{
    int64_t now = system_now_ms();
    struct err ignored;

    job->tie_at = now + TIE_BREAK_MS;
    job->created = true;
    job->told = false;
    job->created_at = now;
    log_table(LOG_INFO, job_name(job), "created, waiting until it serves");
    table_seen_clear(&job->seen);
    if (!l->client.endpoint->emulator) {
        job_wait(l, job, POLL_OWN_REMOTE, 0);
    } else if (describe_read(job->call.json, "TableDescription", job_name(job), &job->seen,
                             &ignored)) {
        job_seen(l, job, &job->seen); /* an emulator's answer is the first look */
    } else {
        job_look(l, job, now);
    }
}

/* Its key has more than one partition and one sort attribute. */
static bool job_create_is_wide(const struct table_index *index)
{
    return index->key_count > 2 || (index->key_count == 2 && index->keys[1].role == TABLE_HASH);
}

/* An emulator that knows keys of one partition and one sort attribute alone: the wider indexes are left out. */
static bool job_create_leave_out(struct job_run *l, struct job *job)
{
    bool any = false;

    for (size_t i = 0; job_update_is_narrow(l, job) && i < job->wanted->shape.index_count; i++) {
        const struct table_index *index = &job->wanted->shape.indexes[i];

        if (job_create_is_wide(index) && !job->past.given_up[i]) {
            job->past.asked[i] = job->past.given_up[i] = any = true;
            log_table(LOG_WARN, job_name(job), "index %s: not supported here (%s), skipped",
                      index->name, job->call.message);
        }
    }
    return any;
}

/* DynamoDB Local wants the other maximum of OnDemandThroughput beside the one that was written. */
static bool job_create_wants_both_sides(const struct job_run *l, struct job *job)
{
    bool first = !job->both_sides;

    job->both_sides =
        job->both_sides ||
        (l->client.endpoint->emulator &&
         text_contains(job->call.message, "throughput must be at least 1, and cannot be null"));
    return first && job->both_sides;
}

/* It exists. When it is our own, whose answer was lost, AWS is not asked too early, as after any create. */
static void job_create_find(struct job_run *l, struct job *job, int64_t now)
{
    if (job->created && !l->client.endpoint->emulator && job->why != POLL_OWN_REMOTE_STALE) {
        job_wait(l, job, POLL_OWN_REMOTE, now - job->created_at);
    } else {
        job_look(l, job, now);
    }
}

/* CreateTable was refused: the name exists, a limit, or a request that can never succeed. */
void job_create_refused(struct job_run *l, struct job *job)
{
    const char *code = job->call.code;
    int64_t now = system_now_ms();

    if (strcmp(code, "ResourceInUseException") == 0) {
        job->tie_at = now + TIE_BREAK_MS;
        if (!job->created) {
            job->told = true;
            job->created_at = now;
            job_release_create(l, job);
            log_table(LOG_INFO, job_name(job), "somebody else created it: waiting with them");
        }
        job_create_find(l, job, now);
    } else if (strcmp(code, "LimitExceededException") == 0 &&
               limit_is_temporary(job->call.message)) {
        uint32_t random;

        job_release_create(l, job);
        if (limit_is_of_indexed(job->call.message)) {
            l->indexed_singly = true;
        } else {
            l->creates_max = limit_shrink(l->creates);
        }
        system_random(&random, sizeof(random));
        client_words(&job->call, ERR_TIME, "CreateTable must wait for a limit", &job->call.last);
        log_table(strncmp(job->limited, job->call.message, sizeof(job->limited) - 1) == 0
                      ? LOG_DEBUG
                      : LOG_WARN,
                  job_name(job), "%s", job->call.last.text);
        snprintf(job->limited, sizeof(job->limited), "%.199s", job->call.message);
        job_schedule(l, job, now + 1000 + (int64_t)((uint64_t)4000 * random >> 32));
    } else if (job_create_wants_both_sides(l, job) || job_create_leave_out(l, job)) {
        job_create_send(l, job, now);
    } else {
        job_refuse(l, job);
    }
}

void job_create_unknown(struct job *job)
{
    if (!job->created) {
        job->created = true;
        job->created_at = system_now_ms();
        job->tie_at = job->created_at + TIE_BREAK_MS;
    }
}
