#include "app/doctor.h"

#include "app/config.h"
#include "app/doctor_table.h"
#include "aws/source.h"
#include "aws/sts.h"
#include "base/date.h"
#include "dynamodb/reconcile.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCTOR_STEP_MS 5000
#define DOCTOR_SKEW_S 240 /* AWS bears with 300 */

struct doctor {
    const struct options *options;
    struct answer *answer;
    int64_t deadline;
    struct err first; /* the failure that ensure would end with; kind ERR_NONE: none */
};

/* When a step that begins now is given up. */
static int64_t doctor_until(const struct doctor *d)
{
    int64_t until = system_now_ms() + DOCTOR_STEP_MS;

    return until < d->deadline ? until : d->deadline;
}

static void doctor_failed(struct doctor *d, const char *check, const char *name,
                          const struct err *e)
{
    if (d->first.kind == ERR_NONE) {
        d->first = *e;
    }
    answer_add(d->answer, check, name, "failed", e->text);
}

static void doctor_claims(json_t *check, const struct jwt_claims *c)
{
    char exp[DATE_ISO_SIZE];

    if (c->there) {
        date_iso(c->exp, exp);
        answer_member(check, "iss", c->iss);
        answer_member(check, "sub", c->sub);
        answer_member(check, "aud", c->aud);
        answer_member(check, "exp", c->exp ? exp : "");
    }
}

static const char *doctor_state(const struct look_row *row)
{
    switch (row->state) {
    case LOOK_USED:
        return "used";
    case LOOK_SKIPPED:
        return "skipped";
    case LOOK_BROKEN:
        return "failed";
    case LOOK_UNASKED:
        break;
    }
    return "unasked";
}

static void doctor_source(struct doctor *d, enum look_source source, const struct look_row *row)
{
    char claims[JWT_SHOWN_SIZE];
    char words[LOOK_WHY_SIZE + JWT_SHOWN_SIZE + 16];
    json_t *check;

    snprintf(words, sizeof(words), "%s%s%s",
             *row->why                 ? row->why
             : row->state == LOOK_USED ? "its keys are used"
                                       : "an earlier source is configured",
             row->token.there ? "; token: " : "",
             row->token.there ? jwt_show(&row->token, claims, sizeof(claims)) : "");
    check = answer_add(d->answer, "source", source_word(source), doctor_state(row), words);
    doctor_claims(check, &row->token);
}

static void doctor_sources(struct doctor *d, const struct look_row *rows)
{
    for (int i = 0; i < LOOK_SOURCES; i++) {
        doctor_source(d, (enum look_source)i, &rows[i]);
    }
}

/* Who AWS says that we are. ensure does not need to know: a failure is told, and changes no status. */
static void doctor_caller(struct doctor *d, struct config *c)
{
    struct look_row row = {0};
    struct look look = {.setup = &c->identity.setup,
                        .row = &row,
                        .deadline = doctor_until(d),
                        .skew_s = c->identity.skew_s};
    struct err e = {0};
    char *arn;

    if (c->place.emulator && !system_env("AWS_ENDPOINT_URL_STS")) {
        answer_add(d->answer, "caller", "", "skipped", "the endpoint is an emulator's");
        return;
    }
    arn = sts_caller(&look, &c->identity.now, &e);
    c->identity.skew_s = look.skew_s;
    answer_add(d->answer, "caller", "", arn ? "good" : "unknown", arn ? arn : e.text);
    free(arn);
}

static void doctor_identity(struct doctor *d, struct config *c)
{
    struct err e = {0};
    char who[ERR_TEXT_SIZE];

    if (d->options->offline) {
        source_survey(&c->identity.setup, c->identity.rows);
        doctor_sources(d, c->identity.rows);
        return;
    }
    if (identity_fresh(&c->identity, doctor_until(d), &e)) {
        doctor_sources(d, c->identity.rows);
        answer_add(d->answer, "identity", "", "good",
                   identity_show(&c->identity, who, sizeof(who)));
        doctor_caller(d, c);
    } else {
        doctor_sources(d, c->identity.rows);
        doctor_failed(d, "identity", "", &e);
    }
}

static void doctor_endpoint(struct doctor *d, const char *name, const struct endpoint *endpoint,
                            const char *source)
{
    char words[sizeof(endpoint->url) + 200];
    json_t *check;

    snprintf(words, sizeof(words), "%s (%s), signed for %s", endpoint->url, source ? source : "AWS",
             endpoint->signing_region);
    check = answer_add(d->answer, "endpoint", name, "good", words);
    answer_member(check, "url", endpoint->url);
    answer_member(check, "signing_region", endpoint->signing_region);
}

static void doctor_sts(struct doctor *d, struct config *c)
{
    struct look look = {.setup = &c->identity.setup};
    struct endpoint sts;
    struct err e = {0};

    if (sts_endpoint(&look, &sts, &e)) {
        doctor_endpoint(d, "sts", &sts, sts.source);
    } else {
        answer_add(d->answer, "endpoint", "sts", "unknown", e.text);
    }
}

/* Both endpoints; DynamoDB's may be the account's own, which is known once the identity is. */
static void doctor_endpoints(struct doctor *d, struct config *c)
{
    bool held = c->identity.held;
    const char *account = held ? c->identity.now.account : system_env("AWS_ACCOUNT_ID");
    struct err e = {0};

    /* Offline, an account that is not known says nothing. */
    if ((held || account) && !place_settle(&c->place, account, &e)) {
        doctor_failed(d, "endpoint", "dynamodb", &e);
    } else {
        doctor_endpoint(d, "dynamodb", &c->place.endpoint, c->place.override_source);
    }
    doctor_sts(d, c);
}

/* The region. false: without it nothing can be asked. */
static bool doctor_place(struct doctor *d, struct config *c)
{
    struct err e = {0};
    char words[ERR_TEXT_SIZE];

    if (d->options->offline && !c->place.region_source && !c->place.emulator) {
        answer_add(d->answer, "region", "", "unasked", "not set: the instance would be asked");
        return false;
    }
    if (!place_find(&c->place, &c->identity, doctor_until(d), &e)) {
        doctor_failed(d, "region", "", &e);
        return false;
    }
    snprintf(words, sizeof(words), "%s (%s)", c->place.region, c->place.region_source);
    answer_add(d->answer, "region", "", "good", words);
    return true;
}

/* What stands before the @ is a password. */
static const char *doctor_proxy(const char *url)
{
    const char *at = url ? strrchr(url, '@') : NULL;

    return at ? at + 1 : url ? url : "none";
}

static void doctor_network(struct doctor *d, const struct http_setup *http)
{
    char words[ERR_TEXT_SIZE];

    snprintf(words, sizeof(words), "https: %.300s, http: %.300s%s%.300s",
             doctor_proxy(http->https_proxy), doctor_proxy(http->http_proxy),
             http->no_proxy ? "; not for " : "", http->no_proxy ? http->no_proxy : "");
    answer_add(d->answer, "proxy", "", "good", words);
    snprintf(words, sizeof(words), "%s (%s)", http->ca_file ? http->ca_file : "the roots built in",
             http->ca_option ? http->ca_option : "default");
    answer_add(d->answer, "certificates", "", "good", words);
}

/* Answers with a date told how far AWS's clock is ahead. */
static void doctor_clock(struct doctor *d, const struct doctor_seen *seen)
{
    char words[200];
    int64_t ahead = seen->ahead_s;

    if (!seen->dated) {
        answer_add(d->answer, "clock", "", "unknown", "no answer told its date");
        return;
    }
    snprintf(words, sizeof(words), "this machine is %lld s %s AWS",
             (long long)(ahead < 0 ? -ahead : ahead), ahead < 0 ? "ahead of" : "behind");
    answer_add(d->answer, "clock", "",
               ahead > DOCTOR_SKEW_S || ahead < -DOCTOR_SKEW_S ? "wrong" : "good", words);
}

static void doctor_tables(struct doctor *d, struct config *c)
{
    const struct plan_rules rules = {.may_write = true,
                                     .existing = d->options->on_existing,
                                     .drift = d->options->on_drift,
                                     .emulator = c->place.endpoint.emulator,
                                     .region = c->place.region};
    struct doctor_seen seen = {0};
    const char *unreached = NULL; /* the table at which DynamoDB was not */
    struct err worst = {0};

    for (size_t i = 0; i < c->spec.count && !system_stopped(); i++) {
        const struct table_wanted *wanted = &c->spec.tables[i];
        char words[ERR_TEXT_SIZE];
        struct err e = {0};

        if (unreached) {
            snprintf(words, sizeof(words), "DynamoDB is not to be reached: see table %s",
                     unreached);
            answer_add(d->answer, "table", wanted->shape.name, "unasked", words);
        } else if (doctor_table(wanted, &rules, c, doctor_until(d), &seen, words, &e)) {
            answer_add(d->answer, "table", wanted->shape.name, "good", words);
        } else {
            answer_add(d->answer, "table", wanted->shape.name, "failed", e.text);
            worst = reconcile_is_worse(&e, &worst) ? e : worst;
            unreached = e.kind == ERR_NETWORK ? wanted->shape.name : NULL;
            seen.impatient = seen.impatient || e.kind == ERR_TIME;
        }
    }
    d->first = d->first.kind == ERR_NONE ? worst : d->first;
    doctor_clock(d, &seen);
}

/* Is ensure switched off, or in a word that it refuses? */
static void doctor_switch(struct doctor *d)
{
    struct err e = {0};
    bool on = true;

    if (!config_is_on(&on, &e)) {
        doctor_failed(d, "settings", "", &e);
    } else if (!on) {
        answer_add(d->answer, "settings", "", "skipped",
                   "switched off by INIT_DYNAMODB_ON_STARTUP: ensure and wait do nothing");
    }
}

bool doctor_run(const struct options *o, int64_t deadline, struct answer *a, struct err *e)
{
    CLEAN_CONFIG struct config c = {0};
    struct doctor d = {.options = o, .answer = a, .deadline = deadline};
    struct err wrong = {0};
    bool there;

    doctor_switch(&d);
    if (!config_tables(o, d.deadline, &c.spec, &wrong)) {
        config_tell(&c.spec.notes);
        doctor_failed(&d, "tables", "", &wrong);
    }
    if (!config_around(o, d.deadline, &c, &wrong) || (!o->offline && !http_open(&c.http, &wrong))) {
        doctor_failed(&d, "settings", "", &wrong);
        *e = d.first;
        return false;
    }
    there = doctor_place(&d, &c);
    doctor_network(&d, &c.http);
    if (there || o->offline) {
        doctor_identity(&d, &c);
    }
    if (there) {
        doctor_endpoints(&d, &c);
    }
    if (!o->offline && c.identity.held) {
        doctor_tables(&d, &c);
    }
    *e = d.first;
    return e->kind == ERR_NONE;
}
