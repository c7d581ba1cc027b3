#include "dynamodb/reconcile.h"

#include "base/mem.h"
#include "dynamodb/describe.h"
#include "dynamodb/job.h"
#include "io/log.h"
#include "io/system.h"

#include <stdlib.h>
#include <string.h>

#define SPACING_MS 50            /* between the creates of many tables */
#define SPACING_THROTTLED_MS 200 /* AWS takes five a second of such calls in an account */

/* One that many tables need, and that AWS throttled. */
static bool loop_is_spaced(const struct job_run *l, const struct job *job)
{
    return l->throttled && (job->phase == JOB_READS || job->phase == JOB_WRITES) &&
           strcmp(l->throttled, job->call.operation) == 0;
}

static bool loop_is_indexed(const struct job *job)
{
    return job->wanted->shape.index_count > 0;
}

/* May one more table be created, beside those that are under way? */
static bool loop_has_room(const struct job_run *l, const struct job *job)
{
    if (l->creates >= l->creates_max) {
        return false;
    }
    for (size_t i = 0; l->indexed_singly && loop_is_indexed(job) && i < l->count; i++) {
        if (l->jobs[i].holds_create && loop_is_indexed(&l->jobs[i])) {
            return false;
        }
    }
    return true;
}

/* May this job send now? Creates are spaced, and bounded after a LimitExceeded. */
static bool loop_may_go(struct job_run *l, struct job *job, int64_t now)
{
    if (job->done || job->flying || job->due > now || l->flying >= l->options.max_parallel) {
        return false;
    }
    if (loop_is_spaced(l, job)) {
        if (now < l->next_throttled) {
            return false;
        }
        l->next_throttled = now + SPACING_THROTTLED_MS;
    }
    if (job->phase != JOB_CREATES || job->holds_create) {
        return true;
    }
    if (now < l->next_create || !loop_has_room(l, job)) {
        return false;
    }
    l->creates++;
    l->next_create = now + SPACING_MS;
    job->holds_create = true;
    return true;
}

static void loop_start_due(struct job_run *l)
{
    int64_t now = system_now_ms();

    for (size_t i = 0; i < l->count; i++) {
        struct job *job = &l->jobs[i];

        if (loop_may_go(l, job, now)) {
            job->flying = true;
            l->flying++;
            job->attempts++;
            client_send(&l->client, &job->call);
        } else if (!job->done && !job->flying && now > l->options.deadline) {
            job_expire(l, job);
        }
    }
}

/* When something is due next. */
static int64_t loop_next(const struct job_run *l)
{
    int64_t next = l->options.deadline == INT64_MAX ? INT64_MAX : l->options.deadline + 1;
    int64_t now = system_now_ms();

    for (size_t i = 0; i < l->count; i++) {
        const struct job *job = &l->jobs[i];
        int64_t due = job->due;

        if (job->flying && job->call.http.done) {
            return now; /* it could not even be sent */
        }
        if (job->done || job->flying || (due <= now && l->flying >= l->options.max_parallel)) {
            continue;
        }
        if (job->phase == JOB_CREATES && !job->holds_create) {
            if (!loop_has_room(l, job)) {
                continue;
            }
            due = due > l->next_create ? due : l->next_create;
        }
        if (loop_is_spaced(l, job)) {
            due = due > l->next_throttled ? due : l->next_throttled;
        }
        next = due < next ? due : next;
    }
    return next;
}

static bool loop_is_done(const struct job_run *l)
{
    for (size_t i = 0; i < l->count; i++) {
        if (!l->jobs[i].done) {
            return false;
        }
    }
    return true;
}

static void loop_collect(struct job_run *l)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->jobs[i].flying && l->jobs[i].call.http.done) {
            job_finish(l, &l->jobs[i]);
        }
    }
}

/* The first that no retry can cure gives the status, else 75, else 69. */
static int loop_rank(enum err_kind kind)
{
    switch (kind) {
    case ERR_SPEC:
    case ERR_UNAVAILABLE:
    case ERR_DENIED:
    case ERR_DRIFT:
    case ERR_FILE:
        return 0;
    case ERR_TIME:
        return 1;
    case ERR_NETWORK:
        return 2;
    case ERR_NONE:
    case ERR_USAGE:
    case ERR_IDENTITY:
    case ERR_INTERNAL:
    case ERR_STOPPED:
        break;
    }
    return 3;
}

bool reconcile_is_worse(const struct err *e, const struct err *worst)
{
    return worst->kind == ERR_NONE || loop_rank(e->kind) < loop_rank(worst->kind);
}

static bool loop_result(struct job_run *l, struct reconcile_result *result, struct err *e)
{
    const struct err *worst = NULL;

    for (size_t i = 0; i < l->count; i++) {
        const struct job *job = &l->jobs[i];

        if (!job->ready && (!worst || reconcile_is_worse(&job->failure, worst))) {
            worst = &job->failure;
        }
        result->attempts += job->attempts;
        result->created += job->ready && job->created;
        result->existing += job->ready && !job->created;
    }
    if (l->options.rules.look_only) {
        result->found = mem_zalloc(l->count, sizeof(*result->found));
        result->count = l->count;
        for (size_t i = 0; i < l->count; i++) {
            result->found[i] = l->jobs[i].found;
            l->jobs[i].found = (struct compare){NULL, 0};
        }
    }
    for (size_t i = 0; i < l->count; i++) {
        const struct job *job = &l->jobs[i];

        if (!job->ready && &job->failure != worst) {
            log_table(LOG_ERROR, job_name(job), "%s",
                      job->failure.text + strlen("table : ") + strlen(job_name(job)));
        }
    }
    if (worst) {
        *e = *worst;
    }
    return !worst;
}

static void loop_clear(struct job_run *l)
{
    for (size_t i = 0; i < l->count; i++) {
        client_clear(&l->jobs[i].call);
        table_seen_clear(&l->jobs[i].seen);
        json_clear(&l->jobs[i].tags);
        free(l->jobs[i].owed);
        compare_clear(&l->jobs[i].noted);
        free(l->jobs[i].past.replicas);
        free(l->jobs[i].past.dropped);
        free(l->jobs[i].past.asked);
        free(l->jobs[i].past.given_up);
        compare_clear(&l->jobs[i].found);
        plan_clear(&l->jobs[i].update);
    }
    free(l->jobs);
    l->jobs = NULL;
}

void reconcile_result_clear(struct reconcile_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        compare_clear(&result->found[i]);
    }
    free(result->found);
    *result = (struct reconcile_result){0};
}

bool reconcile_run(const struct spec *spec, const struct endpoint *endpoint,
                   struct identity *identity, const struct reconcile_options *options,
                   struct reconcile_result *result, struct err *e)
{
    struct job_run l __attribute__((cleanup(loop_clear))) = {
        .client = {endpoint, identity, options->deadline, RETRY_BUCKET, 0, false},
        .options = *options,
        .jobs = mem_zalloc(spec->count, sizeof(struct job)),
        .count = spec->count,
        .creates_max = SIZE_MAX,
        .started = system_now_ms(),
    };

    l.options.rules.emulator = endpoint->emulator;
    l.options.rules.region = endpoint->signing_region;
    *result = (struct reconcile_result){0};
    for (size_t i = 0; i < l.count; i++) {
        size_t indexes = spec->tables[i].shape.index_count;
        size_t replicas = spec->tables[i].shape.features.replica_count;

        l.jobs[i].wanted = &spec->tables[i];
        l.jobs[i].past.replicas = mem_zalloc(replicas + 1, sizeof(bool));
        l.jobs[i].past.dropped = mem_zalloc(replicas + 1, sizeof(bool));
        l.jobs[i].past.asked = mem_zalloc(indexes + 1, sizeof(bool));
        l.jobs[i].past.given_up = mem_zalloc(indexes + 1, sizeof(bool));
        /* Due whatever the deadline says: one attempt is always made. */
        client_begin(&l.jobs[i].call, "DescribeTable", describe_request(job_name(&l.jobs[i])));
        l.jobs[i].due = l.started;
    }
    while (!loop_is_done(&l) && !system_stopped()) {
        loop_start_due(&l);
        if (!loop_is_done(&l)) {
            http_wait(loop_next(&l));
        }
        loop_collect(&l);
    }
    if (system_stopped()) {
        return err_set(e, ERR_STOPPED, "stopped while tables were not ready yet");
    }
    return loop_result(&l, result, e);
}
