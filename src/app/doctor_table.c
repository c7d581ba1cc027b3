#include "app/doctor_table.h"

#include "aws/client.h"
#include "base/date.h"
#include "dynamodb/describe.h"
#include "dynamodb/plan.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define DOCTOR_LAST_MS 1000 /* the last attempt begins so long before the end */

/* One answer, by the client's own retries until the time is over; once: without them. */
static enum client_end doctor_ask(struct client *client, struct client_call *call, bool once)
{
    for (;;) {
        enum client_end end = client_attempt(client, call);

        if (end != CLIENT_AGAIN || once || call->due > client->deadline - DOCTOR_LAST_MS) {
            return end;
        }
        system_sleep_until(call->due);
    }
}

static void doctor_date(const struct client_call *call, struct doctor_seen *seen)
{
    int64_t date;

    if (*call->http.date && date_from_http(call->http.date, &date)) {
        seen->dated = true;
        seen->ahead_s = date - (system_wall_ms() - (system_now_ms() - call->http.ended)) / 1000;
    }
}

static bool doctor_judge(const struct table_wanted *wanted, const struct table_seen *seen,
                         const struct plan_rules *rules, char *words, struct err *e)
{
    static const struct plan_past past = {0};
    CLEAN_PLAN struct plan plan = {0};

    plan_decide(wanted, seen, rules, &past, &plan);
    switch (plan.act) {
    case PLAN_UPDATE:
        snprintf(words, ERR_TEXT_SIZE, "%s, ensure would add %s", seen->state.word, plan.what);
        return true;
    case PLAN_READY:
        snprintf(words, ERR_TEXT_SIZE, "%s%s%s%s%s", seen->state.word,
                 plan.report[0] ? ", differs from the spec: " : ", matches the spec", plan.report,
                 *plan.warning ? "; " : "", plan.warning);
        return true;
    case PLAN_CREATE:
        snprintf(words, ERR_TEXT_SIZE, "not there: ensure would create it");
        return true;
    case PLAN_WAIT:
        snprintf(words, ERR_TEXT_SIZE, "ensure would wait: %s", plan.waiting);
        return true;
    case PLAN_FAIL:
        break;
    }
    *e = plan.why;
    return false;
}

bool doctor_table(const struct table_wanted *wanted, const struct plan_rules *rules,
                  struct config *c, int64_t until, struct doctor_seen *seen, char *words,
                  struct err *e)
{
    struct client client = {.endpoint = &c->place.endpoint,
                            .identity = &c->identity,
                            .deadline = until,
                            .bucket = RETRY_BUCKET};
    CLEAN_CALL struct client_call call = {0};
    CLEAN_SEEN struct table_seen table = {0};
    enum client_end end;

    client_begin(&call, "DescribeTable", describe_request(wanted->shape.name));
    end = doctor_ask(&client, &call, seen->impatient);
    doctor_date(&call, seen);
    if (end == CLIENT_REFUSED && describe_refusal(call.code) == ERR_NONE) {
        return doctor_judge(wanted, NULL, rules, words, e);
    }
    if (end == CLIENT_ANSWERED) {
        return (describe_read(call.json, "Table", wanted->shape.name, &table, e) &&
                doctor_judge(wanted, &table, rules, words, e)) ||
               err_wrap(e, "table %s", wanted->shape.name);
    }
    if (end == CLIENT_REFUSED) {
        client_words(&call, describe_refusal(call.code), "DescribeTable was refused", e);
    } else {
        *e = call.last;
    }
    return err_wrap(e, "table %s", wanted->shape.name);
}
