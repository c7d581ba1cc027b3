#include "dynamodb/job_update.h"

#include "base/mem.h"
#include "base/text.h"
#include "dynamodb/job_refuse.h"
#include "dynamodb/job_step.h"
#include "dynamodb/limit.h"
#include "dynamodb/update.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define LOST_INDEX_MS 3000 /* an emulator shows an index at once, or drops it */

/* what and name: "index " and "by-x". */
static void job_update_not_made(struct job *job, const char *what, const char *name)
{
    job->wrote = job->wrote_before;
    log_table(LOG_WARN, job_name(job),
              "%s%s: not supported here, the emulator took it and does not make it", what, name);
}

/* A setting that was asked for and is not there when the update is over; told: already. */
static void job_update_judge_setting(struct job *job, const struct table_seen *seen,
                                     const char *member, const char *what, bool asked, bool *told)
{
    const json_t *value = json_object_get(seen->raw, member);
    bool on = json_is_true(value) || json_is_true(json_object_get(value, "StreamEnabled"));

    if (asked && !on && !*told && seen->state.is == TABLE_ACTIVE) {
        *told = true;
        job_update_not_made(job, what, "");
    }
}

/* An emulator that takes a setting, an index or a replica and never shows it does not make it. */
void job_update_give_up(struct job_run *l, struct job *job, const struct table_seen *seen)
{
    const struct feature_set *f = &job->wanted->shape.features;
    struct plan_past *past = &job->past;

    if (l->client.endpoint->emulator) {
        job_update_judge_setting(job, seen, "StreamSpecification", "the stream", past->stream,
                                 &past->no_stream);
        job_update_judge_setting(job, seen, "DeletionProtectionEnabled", "deletion protection",
                                 past->protection, &past->no_protection);
    }
    for (size_t i = 0; i < job->wanted->shape.index_count; i++) {
        const struct table_index *index = &job->wanted->shape.indexes[i];

        if (l->client.endpoint->emulator && job->past.asked[i] && !job->past.given_up[i] &&
            system_now_ms() - job->asked_at >= LOST_INDEX_MS &&
            !table_find_index(&seen->shape, index->name, index->global)) {
            job->past.given_up[i] = true;
            job_update_not_made(job, "index ", index->name);
        }
    }
    for (size_t i = 0; l->client.endpoint->emulator && i < f->replica_count; i++) {
        if (job->past.replicas[i] && !job->past.dropped[i] &&
            !update_replica_status(seen, f->replicas[i].region)) {
            job->past.dropped[i] = true;
            job_update_not_made(job, "replica ", f->replicas[i].region);
        }
    }
}

/* Takes over what plan holds. */
void job_update_begin(struct job_run *l, struct job *job, struct plan *plan)
{
    plan_clear(&job->update);
    job->update = *plan;
    plan->body = NULL;
    plan->differences = (struct compare){NULL, 0};
    job->phase = JOB_UPDATES;
    job->call.once = true;
    log_table(job->limited[0] ? LOG_DEBUG : LOG_INFO, job_name(job), "adding %s", job->update.what);
    client_begin(&job->call, "UpdateTable", mem_strdup(job->update.body));
    job->call.retry = job->patience;
    job_schedule(l, job, system_now_ms());
}

void job_update_accepted(struct job_run *l, struct job *job)
{
    enum poll_case why = l->client.endpoint->emulator ? POLL_OWN_EMULATOR : POLL_INDEX;

    plan_remember(&job->update, &job->past);
    job_held_ends(job);
    job->wrote_before = job->wrote;
    job->wrote = true;
    job->asked_at = system_now_ms();
    job->updates_settings = job->update.adds != PLAN_ADDS_INDEX;
    job->looks = 0;
    if (why == POLL_INDEX && job->updates_settings) {
        why = POLL_UPDATE;
    }
    job_wait(l, job, why, 0);
}

bool job_update_is_narrow(const struct job_run *l, const struct job *job)
{
    /* Of dynalite the first two, of DynamoDB Local until 2.6.1 the others. */
    static const char *const words[] = {"keyschema' failed to satisfy constraint",
                                        "second keyschemaelement is not a range",
                                        "key schema too big", "too many hash keys specified"};
    bool narrow = false;

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        narrow = narrow || text_contains(job->call.message, words[i]);
    }
    return narrow && l->client.endpoint->emulator;
}

/* What an emulator says instead of doing it. */
bool job_update_is_gap(const struct job_run *l, const struct job *job)
{
    return l->client.endpoint->emulator &&
           (strcmp(job->call.code, "UnknownOperationException") == 0 ||
            job_update_is_narrow(l, job) ||
            text_contains(job->call.message, "not currently supported") ||
            text_contains(job->call.message, "unsupported input parameter") ||
            text_contains(job->call.message, "at least one of provisionedthroughput") ||
            text_contains(job->call.message, "create.provisionedthroughput' failed to satisfy") ||
            text_contains(job->call.message, "nothing to update"));
}

/* The request is not sent again; an index is given up. */
void job_update_skip(struct job_run *l, struct job *job)
{
    plan_give_up(&job->update, &job->past);
    log_table(LOG_WARN, job_name(job), "%s: not supported here (%s), skipped", job->update.what,
              job->call.message[0] ? job->call.message : job->call.code);
    job_look(l, job, system_now_ms());
}

/* UpdateTable was refused: busy, a limit, already there, a gap of an emulator, or for good. */
void job_update_refused(struct job_run *l, struct job *job)
{
    const char *code = job->call.code;
    const char *words = job->call.message;
    bool limit = strcmp(code, "LimitExceededException") == 0;

    if (job_update_is_gap(l, job)) {
        job_update_skip(l, job);
    } else if (strcmp(code, "ResourceInUseException") == 0 ||
               strcmp(code, "ResourceNotFoundException") == 0 ||
               text_contains(words, "was not found") || (limit && limit_is_temporary(words))) {
        job_hold(l, job);
    } else if (text_contains(words, "already has an enabled stream") ||
               text_contains(words, "already exist") || text_contains(words, "will not change")) {
        plan_remember(&job->update, &job->past);
        job_look(l, job, system_now_ms());
    } else {
        job_refuse(l, job);
    }
}
