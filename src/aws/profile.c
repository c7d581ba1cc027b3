#include "aws/profile.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROFILE_SIZE_MAX ((size_t)1 << 20)
#define PROFILE_PATH_MAX 4096

static bool profile_load(struct profile *out, enum profile_file file, const char *path,
                         const char *named_by, int64_t deadline, struct err *e)
{
    CLEAN_BUF struct buf text = BUF_OF(PROFILE_SIZE_MAX);
    char access[160];

    if (!system_file_exists(path) && !system_is_denied(path, access, sizeof(access))) {
        if (named_by) {
            log_line(LOG_WARN, "%s: there is no file %s", named_by, path);
        }
        return true;
    }
    if (!system_read_file(path, deadline, &text, e)) {
        if (named_by || e->kind == ERR_STOPPED) {
            return err_wrap(e, "%s", named_by ? named_by : "shared file");
        }
        log_line(LOG_WARN, "%s; it is left out", e->text);
        return true;
    }
    if (strlen(buf_text(&text)) != text.len) {
        return err_set(e, ERR_USAGE, "%s: it holds a NUL byte", path);
    }
    return profile_parse(out, file, path, buf_text(&text), e);
}

/* The file that the variable names, else the one below HOME, if there is a HOME. */
static bool profile_load_one(struct profile *out, enum profile_file file, int64_t deadline,
                             struct err *e)
{
    static const char *const variables[] = {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"};
    static const char *const names[] = {"config", "credentials"};
    const char *named = system_env(variables[file]);
    const char *home = system_env("HOME");
    char path[PROFILE_PATH_MAX];

    /* as the SDKs: a variable that no shell has seen may still begin with ~ */
    if (named && home && strncmp(named, "~/", 2) == 0 &&
        snprintf(path, sizeof(path), "%s%s", home, named + 1) < (int)sizeof(path)) {
        named = path;
    }
    if (named) {
        return profile_load(out, file, named, variables[file], deadline, e);
    }
    if (!home ||
        snprintf(path, sizeof(path), "%s/.aws/%s", home, names[file]) >= (int)sizeof(path)) {
        return true;
    }
    return profile_load(out, file, path, NULL, deadline, e);
}

bool profile_read(const char *option, const char *option_source, int64_t deadline,
                  struct profile *out, struct err *e)
{
    const char *variable = system_env("AWS_PROFILE");

    *out = (struct profile){.name = option     ? option
                                    : variable ? variable
                                               : "default",
                            .source = option     ? option_source
                                      : variable ? "AWS_PROFILE"
                                                 : NULL,
                            .by_option = option != NULL};
    return profile_load_one(out, PROFILE_CONFIG, deadline, e) &&
           profile_load_one(out, PROFILE_CREDENTIALS, deadline, e);
}

static bool profile_is(const struct profile_section *s, enum profile_kind kind, const char *name)
{
    return s->kind == kind && strcmp(s->name, name) == 0;
}

bool profile_has(const struct profile *p, enum profile_kind kind, const char *name)
{
    for (size_t i = 0; p && i < p->count; i++) {
        if (profile_is(&p->sections[i], kind, name)) {
            return true;
        }
    }
    return false;
}

/* Does [profile default] hide [default] of the same file? */
static bool profile_is_hidden(const struct profile *p, const struct profile_section *s)
{
    if (s->prefixed || s->kind != PROFILE_PROFILE || s->file != PROFILE_CONFIG) {
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (p->sections[i].prefixed && profile_is(&p->sections[i], PROFILE_PROFILE, s->name)) {
            return true;
        }
    }
    return false;
}

/* The config file was read first: what comes later wins. */
const char *profile_value(const struct profile *p, enum profile_kind kind, const char *name,
                          const char *key)
{
    const char *found = NULL;

    for (size_t i = 0; p && i < p->count; i++) {
        const struct profile_section *s = &p->sections[i];

        if (!profile_is(s, kind, name) || profile_is_hidden(p, s)) {
            continue;
        }
        for (size_t k = 0; k < s->count; k++) {
            if (strcmp(s->properties[k].key, key) == 0) {
                found = s->properties[k].value;
            }
        }
    }
    return text_is_blank(found) ? NULL : found;
}

const char *profile_text(const struct profile *p, const char *key)
{
    return p ? profile_value(p, PROFILE_PROFILE, p->name, key) : NULL;
}

void profile_clear(struct profile *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct profile_section *s = &p->sections[i];

        for (size_t k = 0; k < s->count; k++) {
            mem_wipe(s->properties[k].value, strlen(s->properties[k].value));
            free(s->properties[k].value);
            free(s->properties[k].key);
        }
        free(s->properties);
        free(s->name);
    }
    free(p->sections);
    *p = (struct profile){0};
}
