/*
 * dynamodb-init: makes sure that DynamoDB tables exist and are ready, before an application starts. The story of a run,
 * from the command line to the exit status or the application.
 */
#include "app/answer.h"
#include "app/config.h"
#include "app/diff.h"
#include "app/doctor.h"
#include "app/export_run.h"
#include "app/help.h"
#include "app/lint.h"
#include "app/options.h"
#include "app/policy_run.h"
#include "aws/source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/version.h"
#include "dynamodb/reconcile.h"
#include "io/http.h"
#include "io/log.h"
#include "io/system.h"
#include "versions.h"

#include <stdio.h>
#include <string.h>

#define MAIN_DIFFERENCES 1 /* as kubectl diff */
#define MAIN_SIGINT 2      /* POSIX gives its number; <signal.h> stays behind system.h */
#define MAIN_STOP_BASE 128
#define MAIN_MESSAGE_MAX 1000
#define MAIN_WHO_MAX 900
#define MAIN_TABLE "table " /* starts a failure that is one table's: "table NAME: ..." */

static int main_status(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return 0;
    case ERR_USAGE:
        return 64;
    case ERR_SPEC:
        return 65;
    case ERR_FILE:
        return 66;
    case ERR_IDENTITY:
        return 67;
    case ERR_NETWORK:
        return 69;
    case ERR_UNAVAILABLE:
        return 73;
    case ERR_TIME:
        return 75;
    case ERR_DENIED:
        return 77;
    case ERR_DRIFT:
        return 78;
    case ERR_STOPPED:
        return MAIN_STOP_BASE + system_stopped();
    case ERR_INTERNAL:
        break;
    }
    return 70;
}

/* The last line, and the same text for whoever asks Kubernetes. */
static void main_tell(const struct options *o, const char *text)
{
    char message[MAIN_MESSAGE_MAX + 1];
    char table[TABLE_NAME_MAX + 1] = "";
    const char *end = strstr(text, ": ");
    size_t len = end && strncmp(text, MAIN_TABLE, strlen(MAIN_TABLE)) == 0
                     ? (size_t)(end - text) - strlen(MAIN_TABLE)
                     : 0;

    /* In JSON the table is a field too; the message stays whole, as in the termination log. */
    if (o->log_json && len > 0 && len < sizeof table) {
        snprintf(table, sizeof table, "%.*s", (int)len, text + strlen(MAIN_TABLE));
        log_table(LOG_ERROR, table, "%s", text);
    } else {
        log_line(LOG_ERROR, "%s", text);
    }
    text_escape(text, message, sizeof message);
    system_write_existing(o->termination_log, message);
}

static void main_introduce(const struct config *c)
{
    const struct place *p = &c->place;
    char who[MAIN_WHO_MAX];

    log_line(
        LOG_INFO, "identity %s, region %s (%s), endpoint %s (%s%s)%s",
        identity_show(&c->identity, who, sizeof who), p->region, p->region_source, p->endpoint.url,
        p->override_source ? p->override_source : "AWS",
        p->override_source && strcmp(p->override_source, "AWS_ENDPOINT_URL") == 0 ? ", STS too"
                                                                                  : "",
        c->identity.now.placeholder || p->region_placeholder
            ? "; placeholders, for an emulator: the application must use the same key and region to see the tables"
            : "");
}

/* The work; tells its success. differences: what `plan` found. */
static bool main_work(const struct options *o, int64_t begun, int64_t deadline, size_t *differences,
                      struct err *e)
{
    CLEAN_CONFIG struct config c = {0};
    struct reconcile_options how = {.rules = {.may_write = o->command == OPTIONS_ENSURE,
                                              .look_only = o->command == OPTIONS_PLAN,
                                              .existing = o->on_existing,
                                              .drift = o->on_drift},
                                    .probe = o->probe != NULL,
                                    .max_parallel = o->max_parallel,
                                    .deadline = deadline};
    CLEAN_RESULT struct reconcile_result done = {0};
    int64_t took;

    if (!config_read(o, deadline, &c, e) || !http_open(&c.http, e) ||
        !config_find(&c, deadline, e)) {
        return false;
    }
    main_introduce(&c);
    if (!reconcile_run(&c.spec, &c.place.endpoint, &c.identity, &how, &done, e)) {
        return false;
    }
    if (how.rules.look_only) {
        *differences = diff_count(&c.spec, done.found);
        return diff_write(&c.spec, done.found, o->on_drift, o->output_json, e);
    }
    took = system_now_ms() - begun;
    log_done(LOG_INFO, NULL,
             &(struct log_facts){.created = done.created,
                                 .existing = done.existing,
                                 .attempts = done.attempts,
                                 .ms = took,
                                 .source = source_name(c.identity.source)},
             "ready: %zu table%s (%zu created, %zu existing) in %lld.%03llds", c.spec.count,
             c.spec.count == 1 ? "" : "s", done.created, done.existing, (long long)(took / 1000),
             (long long)(took % 1000));
    return true;
}

/* What comes after success, or a failure that is not to matter: the program, or 0. */
static int main_go_on(const struct options *o)
{
    struct err e = {0};
    int status;

    if (system_stopped()) {
        err_set(&e, ERR_STOPPED, "stopped by %s before the program was started",
                system_stopped() == MAIN_SIGINT ? "SIGINT" : "SIGTERM");
        main_tell(o, e.text);
        return main_status(ERR_STOPPED);
    }
    if (!o->program) {
        return 0;
    }
    status = system_exec(o->program, &e);
    main_tell(o, e.text);
    return status;
}

static int main_fail(const struct options *o, struct err *e)
{
    if (system_stopped()) {
        err_set(e, ERR_STOPPED,
                "stopped by %s; what AWS has begun goes on there, and the next run takes it up",
                system_stopped() == MAIN_SIGINT ? "SIGINT" : "SIGTERM");
    }
    if (!system_stopped() && o->go_on && e->kind != ERR_USAGE &&
        (o->command == OPTIONS_ENSURE || o->command == OPTIONS_WAIT)) {
        log_line(LOG_WARN, "--on-failure continue: %s in spite of the failure that follows",
                 o->program ? "the program is started" : "exit status 0");
        main_tell(o, e->text);
        return main_go_on(o);
    }
    main_tell(o, e->text);
    return main_status(e->kind);
}

/* Help and version. */
static int main_print(const struct options *o)
{
    struct answer_text t;
    struct err e = {0};

    answer_begin(&t);
    if (o->command == OPTIONS_HELP) {
        help_print(t.out);
    } else {
        fprintf(t.out,
                "dynamodb-init %s\nOpenSSL %s\ncurl %s\njansson %s\nmusl %s\nca-certificates %s\n",
                VERSION, DEPS_OPENSSL_VERSION, DEPS_CURL_VERSION, DEPS_JANSSON_VERSION,
                DEPS_MUSL_VERSION, DEPS_CA_CERTIFICATES_VERSION);
    }
    return answer_end(&t, &e) ? 0 : main_fail(o, &e);
}

/* A command that asks nobody, or once, and prints what it found: policy, export. */
static int main_once(const struct options *o, int64_t deadline,
                     bool (*run)(const struct options *o, int64_t deadline, struct err *e))
{
    struct err e = {0};
    bool good = run(o, deadline, &e);

    http_close();
    return good && !system_stopped() ? 0 : main_fail(o, &e);
}

/* A command that answers in rows, whether it ends well or not: doctor, lint. */
static int main_answer(const struct options *o, int64_t deadline,
                       bool (*run)(const struct options *o, int64_t deadline, struct answer *a,
                                   struct err *e))
{
    CLEAN_ANSWER struct answer answer = {0};
    struct err e = {0};
    struct err unwritten;
    bool good = run(o, deadline, &answer, &e);

    http_close();
    if (!system_stopped() && answer.checks &&
        !answer_write(&answer, o->output_json, main_status(e.kind), &unwritten)) {
        good = false;
        e = unwritten;
    }
    return good && !system_stopped() ? 0 : main_fail(o, &e);
}

/* ensure, wait and plan. */
static int main_tables(const struct options *o, int64_t begun, int64_t deadline)
{
    struct err e = {0};
    size_t differences = 0;
    bool on = true;
    bool good;

    if (o->command != OPTIONS_PLAN && !config_is_on(&on, &e)) {
        return main_fail(o, &e);
    }
    if (!on) {
        log_line(LOG_INFO, "switched off by INIT_DYNAMODB_ON_STARTUP: nothing is looked at");
        return main_go_on(o);
    }
    good = main_work(o, begun, deadline, &differences, &e);
    http_close();
    if (good && o->command == OPTIONS_PLAN) {
        return differences > 0 ? MAIN_DIFFERENCES : 0;
    }
    return good ? main_go_on(o) : main_fail(o, &e);
}

static int main_run(char **argv, struct options *o)
{
    int64_t begun = system_now_ms();
    struct err e = {0};
    bool understood = options_read(argv, o, &e);
    int64_t deadline = o->timeout_ms > 0 ? begun + o->timeout_ms : INT64_MAX;

    log_open(o->log_level, o->log_json);
    /* Who asks for help gets it, whatever else is wrong. */
    if (!understood && o->command != OPTIONS_HELP) {
        return main_fail(o, &e);
    }
    switch (o->command) {
    case OPTIONS_HELP:
    case OPTIONS_VERSION:
        return main_print(o);
    case OPTIONS_POLICY:
        return main_once(o, deadline, policy_run);
    case OPTIONS_EXPORT:
        return main_once(o, deadline, export_run);
    case OPTIONS_LINT:
        return main_answer(o, deadline, lint_run);
    case OPTIONS_DOCTOR:
        return main_answer(o, deadline, doctor_run);
    case OPTIONS_ENSURE:
    case OPTIONS_WAIT:
    case OPTIONS_PLAN:
        break;
    }
    return main_tables(o, begun, deadline);
}

int main(int argc, char **argv)
{
    CLEAN_OPTIONS struct options o = {0};

    system_open();
    json_open();
    return main_run(argc > 0 ? argv + 1 : argv, &o);
}
