#include "aws/identity.h"

#include "aws/source.h"
#include "base/mem.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define IDENTITY_LEFT_S 300   /* run the source again when less remains */
#define IDENTITY_PAUSE_S 60   /* and not more often than that */
#define IDENTITY_LAST_MS 1000 /* the last attempt begins so long before the deadline */

/* The patience of one search. */
struct identity_patience {
    struct retry retry;
    int bucket;
    int attempts;
};

void identity_open(struct identity *id, const struct look_setup *setup)
{
    *id = (struct identity){.setup = *setup,
                            .source = LOOK_SOURCES,
                            .committed = LOOK_SOURCES,
                            .refresh_at = INT64_MAX};
}

static int64_t identity_clock(const struct identity *id)
{
    return system_wall_ms() / 1000 + id->skew_s;
}

/* Takes over what was found. Keys that look expired on arrival are used: the clock may be wrong, or the source may know
 * better; they are not asked for in a circle. */
static void identity_adopt(struct identity *id, struct credentials *found)
{
    int64_t now = identity_clock(id);

    credentials_clear(&id->now);
    id->now = *found;
    *found = (struct credentials){0};
    id->held = true;
    id->source = id->committed;
    id->refresh_at = INT64_MAX;
    if (id->now.expires == 0) {
        return;
    }
    if (id->now.expires <= now) {
        log_line(LOG_WARN,
                 "%s: the credentials look expired on arrival; they are used all the same",
                 source_name(id->source));
        return;
    }
    id->refresh_at = id->now.expires - IDENTITY_LEFT_S;
    if (id->refresh_at < now + IDENTITY_PAUSE_S) {
        id->refresh_at = now + IDENTITY_PAUSE_S;
    }
}

static void identity_stand_in(struct identity *id)
{
    credentials_clear(&id->now);
    id->now.key_id = mem_strdup("placeholder");
    id->now.secret = mem_strdup("placeholder");
    id->now.placeholder = true;
    id->held = true;
    id->source = LOOK_SOURCES;
    id->refresh_at = INT64_MAX;
}

/* The first denial starts the clock; ms left of the grace. */
static int64_t identity_grace(struct identity *id, int64_t now)
{
    if (id->denied_since == 0) {
        id->denied_since = now;
    }
    return id->denied_since + RETRY_GRACE_MS - now;
}

static void identity_say(const struct look *look, const struct err *e, int64_t wait, int attempt,
                         int64_t grace)
{
    if (grace > 0) {
        log_line(attempt == 1 ? LOG_WARN : LOG_INFO, "%s", e->text);
        log_line(LOG_INFO, "retrying for IAM propagation, %llds left", (long long)(grace / 1000));
    } else if (look->waits_for) {
        log_line(LOG_INFO, "%s (attempt %d): %s; asking again in %lld ms", look->waits_for, attempt,
                 e->text, (long long)wait);
    } else {
        log_line(LOG_INFO, "%s; asking again in %lld ms", e->text, (long long)wait);
    }
}

/* Sleeps until the next attempt; false: there is none. */
static bool identity_again(struct identity *id, const struct look *look,
                           struct identity_patience *p, const struct err *e)
{
    int64_t now = system_now_ms();
    int64_t last = look->deadline == INT64_MAX ? INT64_MAX : look->deadline - IDENTITY_LAST_MS;
    int64_t grace = look->class == RETRY_GRACE ? identity_grace(id, now) : 0;
    int64_t due;
    uint32_t random;

    p->attempts++;
    if (look->class == RETRY_FINAL || look->class == RETRY_CALLER || now >= last ||
        (look->class == RETRY_TWICE && p->retry.odd >= RETRY_ODD) ||
        (look->class == RETRY_GRACE && grace <= 0)) {
        return false;
    }
    system_random(&random, sizeof(random));
    due = now + retry_delay(&p->retry, look->class, retry_rule_of(RETRY_OTHER, id->setup.attempts),
                            &p->bucket, random, look->after);
    due = due < last ? due : last;
    if (grace > 0 && due > now + grace) {
        due = now + grace;
    }
    identity_say(look, e, due - now, p->attempts, grace);
    system_sleep_until(due);
    return system_stopped() == 0;
}

static bool identity_none(struct identity *id, struct err *e)
{
    if (id->setup.emulator && id->setup.demanded == LOOK_SOURCES) {
        identity_stand_in(id);
        return true;
    }
    return source_none(&id->setup, id->rows, e);
}

/* patient: repeats a failing source. */
static bool identity_seek(struct identity *id, int64_t deadline, bool patient, struct err *e)
{
    CLEAN_CREDENTIALS struct credentials found = {0};
    struct identity_patience patience = {.bucket = RETRY_BUCKET};
    struct look look = {
        .setup = &id->setup, .imds = &id->imds, .deadline = deadline, .found = &found};

    for (;;) {
        enum look_end end;

        look.skew_s = id->skew_s;
        end = source_ask(&look, id->rows, &id->committed, e);
        id->skew_s = look.skew_s;
        switch (end) {
        case LOOK_FOUND:
            id->denied_since = 0;
            identity_adopt(id, &found);
            return true;
        case LOOK_ABSENT:
            return identity_none(id, e);
        case LOOK_FAILED:
            break;
        }
        if (!patient || !identity_again(id, &look, &patience, e)) {
            return system_stopped()
                       ? err_set(e, ERR_STOPPED, "stopped while asking for credentials")
                       : false;
        }
    }
}

bool identity_fresh(struct identity *id, int64_t deadline, struct err *e)
{
    int64_t now = identity_clock(id);
    struct err trouble;

    if (!id->held) {
        return identity_seek(id, deadline, true, e);
    }
    if (now < id->refresh_at) {
        return true;
    }
    /* Keys that still hold are no reason to wait. */
    if (id->now.expires > now + IDENTITY_PAUSE_S) {
        if (!identity_seek(id, deadline, false, &trouble)) {
            log_line(LOG_WARN, "%s; the present credentials still hold", trouble.text);
            id->refresh_at = now + IDENTITY_PAUSE_S;
        }
        return true;
    }
    id->renewed = false;
    return identity_seek(id, deadline, true, e);
}

bool identity_renew(struct identity *id, const char *key_id, int64_t deadline)
{
    struct err trouble;

    if (id->now.key_id && strcmp(id->now.key_id, key_id) != 0) {
        return true;
    }
    if (id->renewed || id->source == LOOK_SOURCES || id->now.expires == 0) {
        return false;
    }
    id->renewed = true;
    log_line(LOG_INFO, "AWS calls the credentials expired or unknown: asking the %s again",
             source_name(id->source));
    if (!identity_seek(id, deadline, false, &trouble)) {
        log_line(LOG_WARN, "%s", trouble.text);
        return false;
    }
    return strcmp(id->now.key_id, key_id) != 0;
}

const char *identity_show(const struct identity *id, char *out, size_t size)
{
    const struct credentials *c = &id->now;
    size_t len = c->key_id ? strlen(c->key_id) : 0;
    const char *why = id->source == LOOK_SOURCES ? "" : id->rows[id->source].why;

    if (c->placeholder) {
        snprintf(out, size, "%s (placeholders)", c->key_id);
        return out;
    }
    snprintf(out, size, "%s%skey ...%s (%s)%s%s", c->arn ? c->arn : "", c->arn ? ", " : "",
             len >= 8 ? c->key_id + len - 4 : "", *why ? why : source_name(id->source),
             c->account ? ", account " : "", c->account ? c->account : "");
    return out;
}

void identity_clear(struct identity *id)
{
    credentials_clear(&id->now);
    mem_wipe(&id->imds, sizeof(id->imds));
    id->held = false;
}
