#include "dynamodb/job.h"

#include "aws/source.h"
#include "base/date.h"
#include "base/text.h"
#include "dynamodb/describe.h"
#include "dynamodb/feature_call.h"
#include "dynamodb/job_create.h"
#include "dynamodb/job_feature.h"
#include "dynamodb/job_step.h"
#include "dynamodb/job_update.h"
#include "dynamodb/plan.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define LAST_LOOK_MS 300 /* the last look starts so long before the deadline, and can end by it */
#define SAY_EVERY_MS 10000
#define HELD_MS 1000 /* until the next look, when AWS refuses a call for now */
#define THROTTLED_MAX_MS 10000

const char *job_name(const struct job *job)
{
    return job->wanted->shape.name;
}

void job_release_create(struct job_run *l, struct job *job)
{
    if (job->holds_create) {
        job->holds_create = false;
        l->creates--;
    }
}

void job_fail(struct job_run *l, struct job *job, enum err_kind kind, const char *text)
{
    err_set(&job->failure, kind, "table %s: %s", job_name(job), text);
    job_release_create(l, job);
    job->done = true;
}

void job_expire(struct job_run *l, struct job *job)
{
    char took[32];
    char text[ERR_TEXT_SIZE];
    const struct err *last = &job->call.last;

    if (job->denied.kind != ERR_NONE) {
        last = &job->denied;
    } else if (last->kind == ERR_NONE && job->held.kind != ERR_NONE) {
        last = &job->held;
    } else if (last->kind == ERR_NONE && !job->state[0]) {
        last = &l->last;
    }
    text_from_ms(system_now_ms() - l->started, took, sizeof(took));
    if (last->kind == ERR_DENIED) {
        job_fail(l, job, ERR_DENIED, last->text);
        return;
    }
    if (last->kind != ERR_NONE) {
        snprintf(text, sizeof(text), "not ready after %s: %.800s", took, last->text);
        job_fail(l, job, last->kind, text);
        return;
    }
    if (job->why == POLL_MISSING) {
        snprintf(text, sizeof(text),
                 "not ready after %s: still not found in %s; wait never creates it: check name, "
                 "region and account, or have ensure run",
                 took, l->client.endpoint->signing_region);
    } else {
        snprintf(text, sizeof(text), "not ready after %s: still %s; %s", took,
                 job->state[0]   ? job->state
                 : job->seen.raw ? "not done with all that it is to have"
                                 : "without an answer",
                 job->needs_ensure
                     ? "wait adds none: have ensure run"
                     : "raise --timeout, or run again: it goes on where this run ended");
    }
    job_fail(l, job, ERR_TIME, text);
}

/* Sets the next attempt; the last one before the deadline is pulled in front of it. */
void job_schedule(struct job_run *l, struct job *job, int64_t due)
{
    int64_t last = l->options.deadline - LAST_LOOK_MS;
    int64_t now = system_now_ms();

    if (l->options.deadline != INT64_MAX && due > last) {
        if (job->looked_last || now > last) {
            job_expire(l, job);
            return;
        }
        job->looked_last = true;
        due = last;
    }
    job->due = due;
}

void job_look(struct job_run *l, struct job *job, int64_t due)
{
    job->phase = JOB_LOOKS;
    job->call.once = false;
    client_begin(&job->call, "DescribeTable", describe_request(job_name(job)));
    job_schedule(l, job, due);
}

/* Waits by the rule of the case, counted anew when the case changes. */
void job_wait(struct job_run *l, struct job *job, enum poll_case why, int64_t elapsed)
{
    struct poll_now now = {.why = why, .elapsed = elapsed};
    int64_t delay;

    if (job->why != why) {
        job->why = why;
        job->looks = 0;
    }
    now.looks = job->looks++;
    system_random(&now.random, sizeof(now.random));
    delay = poll_delay(&now);
    if (l->client.throttled && delay < THROTTLED_MAX_MS) {
        delay = delay * 2 < THROTTLED_MAX_MS ? delay * 2 : THROTTLED_MAX_MS;
    }
    job_look(l, job, system_now_ms() + delay);
}

/* One line on each change of state, and one every ten seconds. */
void job_say_waiting(struct job_run *l, struct job *job, const char *state)
{
    int64_t now = system_now_ms();
    char age[32];
    char left[48] = "no deadline";

    if (strcmp(job->state, state) == 0 && now - job->said_at < SAY_EVERY_MS) {
        return;
    }
    snprintf(job->state, sizeof(job->state), "%s", state);
    job->said_at = now;
    job->held.kind = ERR_NONE; /* this is the newer reason */
    if (l->options.deadline != INT64_MAX) {
        char ms[32];

        snprintf(left, sizeof(left), "%s left",
                 text_from_ms((l->options.deadline - now) / 1000 * 1000, ms, sizeof(ms)));
    }
    log_table(LOG_INFO, job_name(job), "waiting (%s, %s, %s)", state,
              text_from_ms((now - l->started) / 100 * 100, age, sizeof(age)), left);
}

void job_hold(struct job_run *l, struct job *job)
{
    char what[80];
    bool told = strncmp(job->limited, job->call.message, sizeof(job->limited) - 1) == 0;

    snprintf(what, sizeof(what), "%.60s must wait", job->call.operation);
    client_words(&job->call, ERR_TIME, what, &job->held);
    log_table(told && job->limited[0]                                 ? LOG_DEBUG
              : strcmp(job->call.code, "LimitExceededException") == 0 ? LOG_WARN
                                                                      : LOG_INFO,
              job_name(job), "%s", job->held.text);
    snprintf(job->limited, sizeof(job->limited), "%.199s", job->call.message);
    job_look(l, job, system_now_ms() + HELD_MS);
}

void job_held_ends(struct job *job)
{
    job->limited[0] = '\0';
    job->held.kind = ERR_NONE;
}

/* How a table came to be ready, in one word. Adopted: somebody else was creating it. */
static const char *job_outcome(const struct job_run *l, const struct job *job,
                               const struct plan *plan)
{
    bool others = l->options.rules.may_write && (job->told || job->why == POLL_OTHERS);

    return job->created                             ? "created"
           : plan->report[0]                        ? "differs"
           : l->options.rules.existing == PLAN_SKIP ? "skipped"
           : job->wrote                             ? "completed"
           : others                                 ? "adopted"
                                                    : "verified";
}

static void job_ready(struct job_run *l, struct job *job, const struct table_seen *seen,
                      const struct plan *plan)
{
    struct log_facts facts = {.outcome = job_outcome(l, job, plan),
                              .attempts = job->attempts,
                              .ms = system_now_ms() - l->started,
                              .source = source_name(l->client.identity->source)};
    char took[32];

    if (l->creates_max < SIZE_MAX && job->holds_create) {
        l->creates_max++;
    }
    job_release_create(l, job);
    job->done = true;
    job->ready = true;
    text_from_ms(facts.ms, took, sizeof(took));
    if (job->created) {
        log_done(LOG_INFO, job_name(job), &facts, "created, %s, ready after %s", seen->state.word,
                 took);
    } else if (plan->report[0]) {
        log_done(LOG_WARN, job_name(job), &facts,
                 "already exists, %s, differs from the spec: %s (left as it is)", seen->state.word,
                 plan->report);
    } else if (l->options.rules.existing == PLAN_SKIP) {
        log_done(LOG_INFO, job_name(job), &facts,
                 "already exists, %s, not compared (--on-existing skip)", seen->state.word);
    } else if (job->wrote) {
        log_done(LOG_INFO, job_name(job), &facts,
                 "already exists, %s, what was missing is added, ready after %s", seen->state.word,
                 took);
    } else if (job->state[0]) {
        log_done(LOG_INFO, job_name(job), &facts,
                 "already exists, %s, matches the spec, ready after %s", seen->state.word, took);
    } else {
        log_done(LOG_INFO, job_name(job), &facts, "already exists, %s, matches the spec",
                 seen->state.word);
    }
}

/* Age of somebody else's table by AWS's own clock, so that ours plays no part; 0 when it is not known. */
static int64_t job_age(const struct job *job, const struct table_seen *seen)
{
    int64_t now;
    int64_t age;

    if (seen->created_ms == 0 || !date_from_http(job->call.http.date, &now)) {
        return 0;
    }
    age = now * 1000 - seen->created_ms;
    return age > 0 ? age : 0;
}

static void job_wait_for(struct job_run *l, struct job *job, const struct table_seen *seen,
                         bool replica)
{
    int64_t now = system_now_ms();
    enum poll_case own = l->client.endpoint->emulator ? POLL_OWN_EMULATOR : POLL_OWN_REMOTE;

    job->deleting = seen->state.is == TABLE_DELETING;
    if (job->deleting) {
        job->created = false;
        job_wait(l, job, POLL_DELETING, 0);
    } else if (own == POLL_OWN_REMOTE && replica) {
        job_wait(l, job, POLL_REPLICA, now - (job->asked_at > 0 ? job->asked_at : l->started));
    } else if (job->created) {
        job_wait(l, job, own, now - job->created_at);
    } else if (job->updates_settings) {
        job_wait(l, job, own == POLL_OWN_EMULATOR ? own : POLL_UPDATE, now - job->asked_at);
    } else if (l->client.endpoint->emulator && job->wrote) {
        job_wait(l, job, POLL_OWN_EMULATOR, now - job->asked_at);
    } else if (table_serves(&seen->state)) {
        job_wait(l, job, POLL_INDEX, now - (job->asked_at > 0 ? job->asked_at : l->started));
    } else {
        job_wait(l, job, POLL_OTHERS, job_age(job, seen));
    }
}

struct plan_rules job_rules(const struct job_run *l, const struct job *job)
{
    struct plan_rules rules = l->options.rules;

    rules.existing = job->created ? PLAN_CONVERGE : rules.existing;
    return rules;
}

/* A table that does not serve yet is not asked for what DescribeTable does not show. */
static void job_say_unseen(const struct job *job, const struct table_seen *seen)
{
    struct feature_call f;

    if (!table_serves(&seen->state) && seen->state.is != TABLE_DELETING &&
        feature_call_at(job->wanted, 0, &f)) {
        log_table(LOG_WARN, job_name(job),
                  "%s: %s and what else has a call of its own is not compared yet",
                  seen->state.word, f.field);
    }
}

/* All is done and something was written: the table is looked at and compared once more, if the time allows it. */
static bool job_looks_once_more(struct job_run *l, struct job *job)
{
    int64_t now = system_now_ms();
    bool looks = job->unseen &&
                 (l->options.deadline == INT64_MAX || now < l->options.deadline - LAST_LOOK_MS);

    if (looks) {
        job_look(l, job, now);
    }
    return looks;
}

/* A description came: think, and do what follows. */
void job_seen(struct job_run *l, struct job *job, const struct table_seen *seen)
{
    struct plan_rules rules = job_rules(l, job);
    CLEAN_PLAN struct plan plan;

    job->denied.kind = ERR_NONE;
    job_update_give_up(l, job, seen);
    job->past.noted = &job->noted;
    plan_decide(job->wanted, seen, &rules, &job->past, &plan);
    if (plan.warning[0] && strcmp(plan.warning, job->warned) != 0) {
        memcpy(job->warned, plan.warning, sizeof(job->warned));
        log_table(LOG_WARN, job_name(job), "%s", plan.warning);
    }
    if (job_feature_next(l, job, &plan)) {
        return;
    }
    if (l->options.rules.look_only && plan.act != PLAN_FAIL) {
        job_say_unseen(job, seen);
        job->found = plan.differences;
        plan.differences = (struct compare){NULL, 0};
        job->ready = true;
        job->done = true;
        return;
    }
    switch (plan.act) {
    case PLAN_UPDATE:
        job_update_begin(l, job, &plan);
        return;
    case PLAN_READY:
        if (job_looks_once_more(l, job)) {
            return;
        }
        job_ready(l, job, seen, &plan);
        return;
    case PLAN_FAIL:
        job_fail(l, job, plan.why.kind, plan.why.text);
        return;
    case PLAN_CREATE:
    case PLAN_WAIT:
        job_say_waiting(l, job, plan.waiting);
        job->needs_ensure = plan.waits_for_ensure;
        job_wait_for(l, job, seen, plan.waits_for_replica);
        return;
    }
}

static void job_describe_refused(struct job_run *l, struct job *job)
{
    enum err_kind kind = describe_refusal(job->call.code);
    struct err e;

    if (kind == ERR_NONE) {
        job_create_missing(l, job);
    } else if (kind == ERR_TIME) {
        client_words(&job->call, ERR_TIME, "DescribeTable must wait", &job->call.last);
        if (strncmp(job->warned, job->call.message, sizeof(job->warned) - 1) != 0) {
            log_table(LOG_WARN, job_name(job), "%s", job->call.last.text);
        }
        snprintf(job->warned, sizeof(job->warned), "%.199s", job->call.message);
        job_schedule(l, job, system_now_ms() + 1000);
    } else {
        client_words(&job->call, ERR_NONE, "DescribeTable was refused", &e);
        job_fail(l, job, kind, e.text);
    }
}

static void job_described(struct job_run *l, struct job *job)
{
    table_seen_clear(&job->seen);
    if (describe_read(job->call.json, "Table", job_name(job), &job->seen, &job->call.last)) {
        job->call.last.kind = ERR_NONE;
        job->unseen = false;
        job_seen(l, job, &job->seen);
        return;
    }
    log_table(LOG_INFO, job_name(job), "%s; asking again", job->call.last.text);
    job_schedule(l, job, system_now_ms() + 500);
}

/* Of a few quick tries in a row that fail alike, the first is told, and that all were in vain. */
static void job_say_again(const struct job_run *l, const struct job *job)
{
    const struct retry *r = &job->call.retry;
    bool told =
        r->attempt > (r->round > 0 ? 0 : 1) && strcmp(l->last.text, job->call.last.text) == 0;

    log_table(told           ? LOG_DEBUG
              : r->round > 0 ? LOG_WARN
                             : LOG_INFO,
              job_name(job), "%s; asking again in %lld ms", job->call.last.text,
              (long long)(job->call.due - system_now_ms()));
}

/* An attempt failed and will be made again. A create whose fate is unknown may have taken effect. */
static void job_again(struct job_run *l, struct job *job)
{
    enum http_end end = job->call.http.end;
    bool unknown = end == HTTP_CUT || end == HTTP_UNREACHABLE || job->call.last.kind == ERR_TIME;

    job_say_again(l, job);
    if (job->phase == JOB_CREATES && unknown) {
        job_create_unknown(job);
    }
    l->last = job->call.last;
    job_feature_again(l, job);
    if (job->phase == JOB_UPDATES) {
        job->patience = job->call.retry;
        job_look(l, job, job->call.due); /* it may have taken effect: what is owed is seen anew */
        return;
    }
    if (job->phase == JOB_CREATES && job->call.last.kind == ERR_DENIED) {
        /* Somebody else may have the right, and use it: look before asking again. */
        job->denied = job->call.last;
        job->patience = job->call.retry;
        job_look(l, job, job->call.due);
        return;
    }
    job_schedule(l, job, job->call.due);
}

static void job_answered(struct job_run *l, struct job *job)
{
    switch (job->phase) {
    case JOB_LOOKS:
        job_described(l, job);
        return;
    case JOB_CREATES:
        job_create_accepted(l, job);
        return;
    case JOB_UPDATES:
        job_update_accepted(l, job);
        return;
    case JOB_READS:
    case JOB_WRITES:
    case JOB_PUTS:
    case JOB_PROBES:
        if (job_feature_accepted(l, job)) {
            job_seen(l, job, &job->seen);
        }
        return;
    }
}

static void job_refused(struct job_run *l, struct job *job)
{
    switch (job->phase) {
    case JOB_LOOKS:
        job_describe_refused(l, job);
        return;
    case JOB_CREATES:
        job_create_refused(l, job);
        return;
    case JOB_UPDATES:
        job_update_refused(l, job);
        return;
    case JOB_READS:
    case JOB_WRITES:
    case JOB_PUTS:
    case JOB_PROBES:
        if (job_feature_refused(l, job)) {
            job_seen(l, job, &job->seen);
        }
        return;
    }
}

void job_finish(struct job_run *l, struct job *job)
{
    struct err before = job->call.last;
    enum client_end end = client_finish(&l->client, &job->call);

    job->flying = false;
    l->flying--;
    if (end == CLIENT_STOPPED) {
        return;
    }
    if (end == CLIENT_ANSWERED || end == CLIENT_REFUSED) {
        job->call.last.kind = ERR_NONE;
        job->patience = job->phase == JOB_LOOKS ? job->patience : (struct retry){0};
    }
    if (end == CLIENT_ANSWERED) {
        job_answered(l, job);
    } else if (end == CLIENT_REFUSED) {
        job_refused(l, job);
    } else if (end == CLIENT_FAILED && job->phase == JOB_UPDATES && job_update_is_gap(l, job)) {
        job->call.last.kind = ERR_NONE; /* what is skipped is no reason at the deadline */
        job_update_skip(l, job);
    } else if ((end == CLIENT_FAILED || end == CLIENT_AGAIN) && job_feature_is_gap(l, job)) {
        job->call.last.kind = ERR_NONE;
        job_feature_skip(job);
        job_seen(l, job, &job->seen);
    } else if (end == CLIENT_FAILED) {
        job_fail(l, job, job->call.last.kind, job->call.last.text);
    } else {
        /* Our own deadline cut this attempt short: what was known before is the better reason. */
        if (job->call.http.ended >= l->options.deadline &&
            (before.kind != ERR_NONE || job->state[0])) {
            job->call.last = before;
        }
        job_again(l, job);
    }
}
