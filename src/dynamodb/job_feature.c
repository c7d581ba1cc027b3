#include "dynamodb/job_feature.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "dynamodb/feature_call.h"
#include "dynamodb/job_refuse.h"
#include "dynamodb/job_step.h"
#include "dynamodb/limit.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEATURE_YOUNG_MS 60000 /* tags and policies of a young table may not be shown yet */

static bool job_feature_may_write(const struct job_run *l, const struct job *job)
{
    struct plan_rules r = job_rules(l, job);

    return r.may_write && r.existing == PLAN_CONVERGE && !r.look_only;
}

static void job_feature_send(struct job_run *l, struct job *job, enum job_phase phase,
                             const char *operation, char *body)
{
    job->phase = phase;
    job->call.once = false;
    client_begin(&job->call, operation, body);
    job->call.bare = strcmp(operation, "TagResource") == 0;
    job_schedule(l, job, system_now_ms());
}

/* By AWS's own clock, where the answer tells it, so that ours plays no part. */
static bool job_feature_is_young(const struct job *job)
{
    int64_t now = system_wall_ms();
    int64_t told;

    if (date_from_http(job->call.http.date, &told)) {
        now = told * 1000;
    }
    return now - job->seen.created_ms < FEATURE_YOUNG_MS;
}

/* What rides in a create is trusted then, and on a young table nothing is judged that shows late. */
static bool job_feature_is_moot(const struct job_run *l, const struct job *job,
                                const struct feature_call *f)
{
    bool young = job_feature_is_young(job);
    bool emulator = l->client.endpoint->emulator;
    /* dynalite drops tags there, moto takes a policy by its own call alone. */
    bool trusted = job->created && !emulator;

    return f->rides && (trusted || !job->seen.arn || (young && !emulator));
}

/* The index whose feature it is does not serve: it comes first. When nothing more is waited for, its feature is passed over. */
static bool job_feature_is_early(const struct job_run *l, const struct job *job,
                                 const struct feature_call *f, bool last)
{
    const struct table_index *index =
        f->index ? table_find_index(&job->seen.shape, f->index, true) : NULL;
    bool early = f->index &&
                 !(index && (index->state.is == TABLE_ACTIVE || index->state.is == TABLE_UPDATING));

    if (early && last && index && job_feature_may_write(l, job)) {
        log_table(LOG_WARN, job_name(job), "%s of index %s: left to the next run, the index is %s",
                  f->field, f->index, index->state.word);
    }
    return early;
}

/* What is compared by a call of its own, one after the other. Beside tags it comes after the stream and the protection. */
static bool job_feature_read_next(struct job_run *l, struct job *job, const struct plan *plan)
{
    bool last = plan->act == PLAN_READY;
    struct feature_call f;

    while (feature_call_at(job->wanted, job->step, &f) &&
           (plan->adds != PLAN_ADDS_SETTINGS || f.kind == FEATURE_CALL_TAGS)) {
        bool early = job_feature_is_early(l, job, &f, last);

        if (early && !last) {
            return false;
        }
        if (!early && !job_feature_is_moot(l, job, &f)) {
            job_feature_send(l, job, JOB_READS, f.read,
                             feature_call_read(&f, job->wanted, job->seen.arn, NULL));
            return true;
        }
        job->step++;
    }
    return false;
}

static bool job_feature_probe_next(struct job_run *l, struct job *job)
{
    const struct table_shape *shape = &job->wanted->shape;
    char digits[39] = "";
    const char *operation = NULL;
    char *body;
    unsigned char random[38];

    system_random(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++) {
        digits[i] = (char)('1' + random[i] % 9);
    }
    for (; job->probed <= shape->index_count; job->probed++) {
        const struct table_index *index = job->probed > 0 ? &shape->indexes[job->probed - 1] : NULL;
        const struct table_index *s =
            index ? table_find_index(&job->seen.shape, index->name, index->global) : NULL;

        /* One that still builds is not asked: that matters with ReadyWhen Table. */
        if (!index || (s && (!index->global || table_serves(&s->state)))) {
            body = feature_call_probe(&job->seen.shape, s, digits, &operation);
            job_feature_send(l, job, JOB_PROBES, operation, body);
            return true;
        }
    }
    return false;
}

bool job_feature_next(struct job_run *l, struct job *job, const struct plan *plan)
{
    struct plan_rules r = job_rules(l, job);
    bool serves = table_serves(&job->seen.state);
    bool compares = r.look_only || (r.may_write && r.existing != PLAN_SKIP);

    if (!serves || plan->act == PLAN_FAIL || (plan->act == PLAN_WAIT && job->created)) {
        return false;
    }
    if (compares && !plan->breaking && job_feature_read_next(l, job, plan)) {
        return true;
    }
    if (plan->act != PLAN_READY || r.look_only) {
        return false;
    }
    if (job->owed) {
        char *body = job->owed;

        job->owed = NULL;
        job->last_try = true;
        job_feature_send(l, job, JOB_WRITES, "UpdateContinuousBackups", body);
        return true;
    }
    if (job_feature_may_write(l, job) && !plan->breaking &&
        job->put < job->wanted->shape.features.item_count) {
        job_feature_send(l, job, JOB_PUTS, "PutItem", feature_call_put(job->wanted, job->put));
        return true;
    }
    return l->options.probe && job_feature_probe_next(l, job);
}

/* A busy table takes no other change: what is owed is judged anew when it is done. */
static bool job_feature_is_busy(struct job_run *l, struct job *job, const struct feature_call *f)
{
    char state[80];

    if (job->seen.state.is != TABLE_UPDATING) {
        return false;
    }
    snprintf(state, sizeof(state), "%s, before %s", job->seen.state.word, f->field);
    job_say_waiting(l, job, state);
    job_look(l, job, system_now_ms() + 1000);
    return true;
}

/* Adds what this answer shows to the difference list, and writes what is owed. */
static bool job_feature_judge(struct job_run *l, struct job *job, const json_t *answer)
{
    struct feature_call f;
    size_t before = job->noted.count;
    bool adopts = job->adopts;
    char *body;

    job->adopts = false;
    if (!feature_call_at(job->wanted, job->step, &f)) {
        return true;
    }
    body = feature_call_judge(&f, job->wanted, job->seen.arn, answer, &job->noted);
    if (!body || !job_feature_may_write(l, job)) {
        free(body);
        job->step++;
        return true;
    }
    if (job_feature_is_busy(l, job, &f)) {
        free(body);
        job->noted.count = before;
        return false;
    }
    while (job->noted.count > before &&
           job->noted.items[job->noted.count - 1].kind == COMPARE_MISSING) {
        const struct compare_item *mended = &job->noted.items[--job->noted.count];

        if (strstr(mended->seen, "FAILED")) {
            log_table(LOG_WARN, job_name(job), "%s was %s", mended->field, mended->seen);
        }
    }
    if (adopts) {
        free(body);
        job->step++;
        return true;
    }
    log_table(job->limited[0] ? LOG_DEBUG : LOG_INFO, job_name(job), "adding %s%s%s", f.field,
              f.index ? " of index " : "", f.index ? f.index : "");
    job_feature_send(l, job, JOB_WRITES, f.write, body);
    return false;
}

/* All pages of the tags, as one answer; false: the next page is asked for. */
static bool job_feature_page(struct job_run *l, struct job *job)
{
    const char *token = json_text_of(job->call.json, "NextToken");
    json_t *page = json_object_get(job->call.json, "Tags");
    struct feature_call f;

    if (!feature_call_at(job->wanted, job->step, &f) || f.kind != FEATURE_CALL_TAGS) {
        return true;
    }
    if (!job->tags) {
        job->tags = json_pack("{s:[]}", "Tags");
    }
    json_array_extend(json_object_get(job->tags, "Tags"), page);
    if (token && *token) {
        job_feature_send(l, job, JOB_READS, f.read,
                         feature_call_read(&f, job->wanted, job->seen.arn, token));
        return false;
    }
    return true;
}

bool job_feature_accepted(struct job_run *l, struct job *job)
{
    json_t *answer CLEAN_JSON = NULL;

    if (job->phase != JOB_READS) { /* what was read is perhaps the way to a write that must wait */
        job_held_ends(job);
    }
    switch (job->phase) {
    case JOB_READS:
        if (!job_feature_page(l, job)) {
            return false;
        }
        answer = json_incref(job->tags ? job->tags : job->call.json);
        json_clear(&job->tags);
        return job_feature_judge(l, job, answer);
    case JOB_WRITES:
        job->wrote = true;
        job->unseen = true;
        job->step += !job->last_try;
        return true;
    case JOB_PUTS:
        job->wrote = true;
        job->unseen = true;
        job->put++;
        return true;
    case JOB_PROBES:
        job->probed++;
        return true;
    case JOB_LOOKS:
    case JOB_CREATES:
    case JOB_UPDATES:
        break;
    }
    return true;
}

void job_feature_again(struct job_run *l, const struct job *job)
{
    const struct client_call *c = &job->call;

    if ((job->phase == JOB_READS || job->phase == JOB_WRITES) &&
        retry_classify(c->http.end, c->http.status, c->code, c->message) == RETRY_THROTTLED) {
        l->throttled = c->operation; /* it is spaced from now on */
    }
}

bool job_feature_is_gap(const struct job_run *l, const struct job *job)
{
    return l->client.endpoint->emulator && (job->phase == JOB_READS || job->phase == JOB_WRITES) &&
           feature_call_is_gap(job->call.http.status, buf_text(&job->call.http.body_in),
                               job->call.code, job->call.message);
}

void job_feature_skip(struct job *job)
{
    struct feature_call f;
    struct feature_call lacked;

    if (!feature_call_at(job->wanted, job->step, &lacked)) {
        return;
    }
    log_table(LOG_WARN, job_name(job), "%s: not supported here, skipped", lacked.field);
    /* Insights: of the indexes that follow, too. */
    while (feature_call_at(job->wanted, job->step, &f) && f.kind == lacked.kind) {
        feature_call_note(&job->noted, COMPARE_UNSUPPORTED, &f, "", "not supported here", "wanted");
        job->step++;
    }
}

/* A point-in-time recovery that AWS finds too early is tried once more when all else is done. */
static void job_feature_postpone(struct job *job)
{
    if (job->last_try) {
        log_table(
            LOG_WARN, job_name(job),
            "point-in-time recovery: the table is too young for it, left to the next run (%s)",
            job->call.message);
    } else {
        job->owed = mem_strdup(job->call.body);
        job->step++;
    }
}

/* A refusal that settles the feature: it is there already, or it must not be tried again. */
static bool job_feature_settles(struct job *job)
{
    const char *words = job->call.message;

    if (strcmp(job->call.code, "ContinuousBackupsUnavailableException") == 0) {
        job_feature_postpone(job);
    } else if (text_contains(words, "is active on a different")) {
        compare_add(&job->noted, COMPARE_TUNABLE, "TimeToLiveSpecification.AttributeName",
                    "another attribute",
                    job->wanted->shape.features.ttl.attribute
                        ? job->wanted->shape.features.ttl.attribute
                        : "off");
        compare_explain(&job->noted, FEATURE_CALL_TTL_STEPS);
        job->step++;
    } else if (text_contains(words, "modified multiple times")) {
        log_table(LOG_WARN, job_name(job), "TTL: left to the next run (%s)", words);
        job->step++;
    } else if (text_contains(words, "already enabled")) {
        job->adopts = true; /* on which attribute: it is read once more */
    } else if (text_contains(words, "not in a valid state to enable Kinesis")) {
        job->step++;
    } else {
        return false;
    }
    return true;
}

static bool job_feature_must_wait(const struct job *job)
{
    const char *code = job->call.code;

    return strcmp(code, "ResourceInUseException") == 0 ||
           strcmp(code, "ResourceNotFoundException") == 0 ||
           strcmp(code, "TableNotFoundException") == 0 ||
           strcmp(code, "PolicyNotFoundException") == 0 ||
           (strcmp(code, "LimitExceededException") == 0 && limit_is_temporary(job->call.message)) ||
           (job->phase == JOB_PROBES && strcmp(code, "ValidationException") == 0 &&
            text_contains(job->call.message, "index"));
}

bool job_feature_refused(struct job_run *l, struct job *job)
{
    const char *code = job->call.code;
    bool waits = job_feature_must_wait(job);

    if (job->phase == JOB_READS && feature_call_is_absent(job->call.operation, code)) {
        return job_feature_judge(l, job, NULL);
    }
    if (job->phase == JOB_PUTS && strcmp(code, "ConditionalCheckFailedException") == 0) {
        job->put++;
        return true;
    }
    if (job_feature_is_gap(l, job)) {
        job_feature_skip(job);
        return true;
    }
    if (job->phase == JOB_WRITES && job_feature_settles(job)) {
        return true;
    }
    if (waits && job->last_try && job->phase == JOB_WRITES) {
        job->owed = mem_strdup(job->call.body); /* a busy table is no verdict */
    }
    if (waits) {
        job_hold(l, job);
        return false;
    }
    job_refuse(l, job);
    return false;
}
