#include "aws/source.h"

#include "aws/container.h"
#include "aws/environment.h"
#include "aws/imds.h"
#include "aws/profile.h"
#include "aws/profile_role.h"
#include "aws/web_identity.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

static const struct source_entry {
    const char *word;
    const char *name;
    bool (*is_set)(struct look *look);
    enum look_end (*find)(struct look *look, struct err *e);
} source_table[LOOK_SOURCES] = {
    [LOOK_ENVIRONMENT] = {"env", "environment", environment_is_set, environment_find},
    [LOOK_PROFILE] = {"profile", "profile", profile_role_is_set, profile_role_find},
    [LOOK_WEB_IDENTITY] = {"web-identity", "web identity", web_identity_is_set, web_identity_find},
    [LOOK_CONTAINER] = {"container", "container", container_is_set, container_find},
    [LOOK_IMDS] = {"imds", "instance metadata", imds_is_on, imds_find},
};

const char *source_word(enum look_source source)
{
    return source == LOOK_SOURCES ? "auto" : source_table[source].word;
}

const char *source_name(enum look_source source)
{
    return source == LOOK_SOURCES ? "placeholders" : source_table[source].name;
}

bool source_from_word(const char *word, enum look_source *source)
{
    for (int i = 0; i <= LOOK_SOURCES; i++) {
        if (text_same_word(word, source_word((enum look_source)i))) {
            *source = (enum look_source)i;
            return true;
        }
    }
    return false;
}

/* Left out whatever is set; row.why then says why. */
static bool source_is_left_out(struct look *look, enum look_source source)
{
    const struct look_setup *s = look->setup;
    bool other = s->demanded != LOOK_SOURCES && s->demanded != source;
    bool beaten = s->demanded == LOOK_SOURCES && source == LOOK_ENVIRONMENT && s->profile &&
                  s->profile->by_option;

    if (other) {
        look_absent(look, "%s demands another source", s->demanded_by);
    }
    if (beaten) {
        look_absent(look, "%s is given", s->profile->source);
    }
    return other || beaten;
}

/* The application may follow the usual order, and use another identity than we do. */
static void source_warn_of_earlier(struct look *look, enum look_source used)
{
    for (int i = 0; look->setup->demanded == used && i < (int)used; i++) {
        struct look_row row = {0};
        struct look other = *look;

        other.row = &row;
        if (source_table[i].is_set(&other)) {
            log_line(
                LOG_WARN,
                "%s is used as demanded, but %s is configured as well: the application may use "
                "that",
                source_table[used].name, source_table[i].name);
        }
    }
}

static enum look_end source_one(struct look *look, enum look_source source, struct err *e)
{
    enum look_end end;

    look->row->why[0] = '\0';
    if (source_is_left_out(look, source)) {
        look->row->state = LOOK_SKIPPED;
        return LOOK_ABSENT;
    }
    end = source_table[source].find(look, e);
    look->row->state = end == LOOK_FOUND    ? LOOK_USED
                       : end == LOOK_ABSENT ? LOOK_SKIPPED
                                            : LOOK_BROKEN;
    if (end == LOOK_FAILED) {
        snprintf(look->row->why, sizeof(look->row->why), "%s", e->text);
        credentials_clear(look->found);
    }
    return end;
}

enum look_end source_ask(struct look *look, struct look_row *rows, enum look_source *committed,
                         struct err *e)
{
    bool again = *committed != LOOK_SOURCES;

    for (int i = again ? (int)*committed : 0; i < LOOK_SOURCES; i++) {
        enum look_end end;

        look->row = &rows[i];
        look->class = RETRY_FINAL;
        look->after[0] = '\0';
        look->waits_for = NULL;
        end = source_one(look, (enum look_source)i, e);
        if (end == LOOK_FOUND && !again) {
            source_warn_of_earlier(look, (enum look_source)i);
        }
        if (end != LOOK_ABSENT) {
            *committed = (enum look_source)i;
            return end;
        }
        if (again) {
            break;
        }
    }
    return LOOK_ABSENT;
}

void source_survey(const struct look_setup *setup, struct look_row *rows)
{
    struct look look = {.setup = setup};

    for (int i = 0; i < LOOK_SOURCES; i++) {
        rows[i] = (struct look_row){.state = LOOK_SKIPPED};
        look.row = &rows[i];
        if (!source_is_left_out(&look, (enum look_source)i) && source_table[i].is_set(&look)) {
            rows[i].state = LOOK_UNASKED;
            snprintf(rows[i].why, sizeof(rows[i].why), "%s",
                     i == LOOK_IMDS ? "not switched off" : "configured");
        }
    }
}

/* A demanded source has nothing: what else is configured? */
static void source_others(const struct look_setup *setup, char *out, size_t size)
{
    struct look_setup all = *setup;
    struct look_row rows[LOOK_SOURCES];
    size_t used = 0;

    all.demanded = LOOK_SOURCES;
    source_survey(&all, rows);
    out[0] = '\0';
    for (int i = 0; i < LOOK_IMDS; i++) {
        if (rows[i].state == LOOK_UNASKED && used < size) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     source_table[i].name);
        }
    }
    if (used == 0) {
        snprintf(out, size, "nothing");
    }
}

bool source_none(const struct look_setup *setup, const struct look_row *rows, struct err *e)
{
    char text[800] = "";
    size_t used = 0;
    bool injected = setup->demanded == LOOK_SOURCES || setup->demanded == LOOK_WEB_IDENTITY ||
                    setup->demanded == LOOK_CONTAINER;
    const char *hint = injected && system_env("KUBERNETES_SERVICE_HOST")
                           ? "; in Kubernetes variables are set at admission: delete the pod, a "
                             "container restart is not enough"
                           : "";

    if (setup->demanded != LOOK_SOURCES) {
        source_others(setup, text, sizeof(text));
        return err_set(e, ERR_IDENTITY, "no AWS identity: %s %s: %s; configured here: %s%s",
                       setup->demanded_by, source_word(setup->demanded), rows[setup->demanded].why,
                       text, hint);
    }
    for (int i = 0; i < LOOK_SOURCES && used < sizeof(text); i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "; %s: %.240s",
                                 source_table[i].name, rows[i].why);
    }
    return err_set(e, ERR_IDENTITY, "no AWS identity found%s%s", text, hint);
}
