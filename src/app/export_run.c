#include "app/export_run.h"

#include "app/answer.h"
#include "app/config.h"
#include "aws/client.h"
#include "base/mem.h"
#include "dynamodb/describe.h"
#include "dynamodb/export.h"
#include "dynamodb/reconcile.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An emulator lacks the call of a feature. */
static bool export_run_is_gap(const struct client *client, const struct client_call *call)
{
    return client->endpoint->emulator && strcmp(call->operation, "DescribeTable") != 0 &&
           call->http.end == HTTP_ANSWERED &&
           feature_call_is_gap(call->http.status, buf_text(&call->http.body_in), call->code,
                               call->message);
}

/* One answer, by the client's own retries until the deadline. */
static enum client_end export_run_ask(struct client *client, struct client_call *call,
                                      const char *operation, char *body)
{
    client_begin(call, operation, body);
    for (;;) {
        enum client_end end = client_attempt(client, call);

        if (end != CLIENT_AGAIN || call->due >= client->deadline ||
            export_run_is_gap(client, call)) {
            return end;
        }
        system_sleep_until(call->due);
    }
}

/* Nothing to export: the feature was never there, or an emulator lacks the call. Any other refusal is a failure. */
static bool export_run_is_absent(const struct client *client, const struct client_call *call,
                                 enum client_end end)
{
    return (end == CLIENT_REFUSED && feature_call_is_absent(call->operation, call->code)) ||
           (end != CLIENT_STOPPED && export_run_is_gap(client, call));
}

/* One page; *token is the next one's, or NULL. */
static bool export_run_page(struct client *client, struct client_call *call,
                            const struct feature_call *f, json_t *spec, char **token,
                            enum client_end end, struct err *e)
{
    const char *next = end == CLIENT_ANSWERED ? json_text_of(call->json, "NextToken") : NULL;

    free(*token);
    *token = next && *next && f->kind == FEATURE_CALL_TAGS ? mem_strdup(next) : NULL;
    if (end == CLIENT_ANSWERED) {
        export_feature(spec, f, call->json);
        return true;
    }
    if (export_run_is_absent(client, call, end)) {
        log_line(LOG_DEBUG, "%s: nothing to export", f->field);
        return true;
    }
    if (end == CLIENT_REFUSED) {
        /* Gone since it was described. */
        client_words(call, strstr(call->code, "NotFound") ? ERR_UNAVAILABLE : ERR_INTERNAL, f->read,
                     e);
    } else {
        *e = call->last;
    }
    return false;
}

/* One feature, all its pages. */
static bool export_run_feature(struct client *client, struct client_call *call,
                               const struct table_wanted *all, const struct table_seen *seen,
                               const struct feature_call *f, json_t *spec, struct err *e)
{
    char *token = NULL;
    bool good;

    do {
        enum client_end end =
            export_run_ask(client, call, f->read, feature_call_read(f, all, seen->arn, token));

        good = export_run_page(client, call, f, spec, &token, end, e);
    } while (good && token);
    free(token);
    return good;
}

/* prefix: what --table-prefix puts before the name here, and will again wherever this spec is read with it. */
static bool export_run_table(struct client *client, const char *name, const char *prefix,
                             json_t *tables, struct err *e)
{
    CLEAN_CALL struct client_call call = {0};
    CLEAN_SEEN struct table_seen seen = {0};
    struct table_wanted all __attribute__((cleanup(export_forget))) = {0};
    struct feature_call f;
    json_t *spec;
    enum client_end end = export_run_ask(client, &call, "DescribeTable", describe_request(name));

    if (end == CLIENT_REFUSED) {
        enum err_kind kind = describe_refusal(call.code);

        client_words(&call, kind == ERR_NONE ? ERR_UNAVAILABLE : kind, "DescribeTable was refused",
                     e);
        return false;
    }
    if (end != CLIENT_ANSWERED) {
        *e = call.last;
        return false;
    }
    if (!describe_read(call.json, "Table", name, &seen, e)) {
        return false;
    }
    if (export_leaves_replicas(&seen)) {
        log_table(LOG_WARN, name,
                  "its replicas are left out: a spec cannot say strongly consistent ones");
    }
    spec = export_table(&seen);
    json_object_set_new(spec, "TableName", json_string(name + strlen(prefix)));
    json_array_append_new(tables, spec);
    export_everything(&seen, &all);
    for (size_t n = 0; feature_call_at(&all, n, &f); n++) {
        if ((!f.rides || seen.arn) &&
            !export_run_feature(client, &call, &all, &seen, &f, spec, e)) {
            return false;
        }
    }
    export_escape(spec);
    return true;
}

/* Of two failures the one that gives the status is kept, the other is told. */
static void export_run_fail(struct err *worst, const struct err *e)
{
    bool worse = reconcile_is_worse(e, worst);

    if (worst->kind != ERR_NONE) {
        log_line(LOG_ERROR, "%s", worse ? worst->text : e->text);
    }
    *worst = worse ? *e : *worst;
}

bool export_run(const struct options *o, int64_t deadline, struct err *e)
{
    CLEAN_CONFIG struct config c = {0};
    json_t *tables = json_array();
    json_t *all CLEAN_JSON = json_pack("{s:o}", "Tables", tables);
    struct client client = {.endpoint = &c.place.endpoint,
                            .identity = &c.identity,
                            .deadline = deadline,
                            .bucket = RETRY_BUCKET};
    struct err worst = {0};
    bool good = true;

    if (!config_read(o, deadline, &c, e) || !http_open(&c.http, e) ||
        !config_find(&c, deadline, e)) {
        return false;
    }
    for (size_t i = 0; i < c.spec.count && !system_stopped(); i++) {
        const char *name = c.spec.tables[i].shape.name;
        struct err failed = {0};

        if (!export_run_table(&client, name, c.spec.prefix ? c.spec.prefix : "", tables, &failed)) {
            err_wrap(&failed, "table %s", name);
            export_run_fail(&worst, &failed);
            good = false;
        }
    }
    *e = worst;
    return good && !system_stopped() && answer_json(all, e);
}
