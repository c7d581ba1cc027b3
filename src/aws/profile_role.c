#include "aws/profile_role.h"

#include "aws/container.h"
#include "aws/environment.h"
#include "aws/imds.h"
#include "aws/profile.h"
#include "aws/web_identity.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define PROFILE_ROLE_DEPTH 8     /* profiles in a chain */
#define PROFILE_ROLE_LEAST_S 900 /* STS: how long a role's keys may live */
#define PROFILE_ROLE_MOST_S 43200

/* The profiles from the chosen one down to where the keys come from; each but the last is a role. */
struct profile_role_chain {
    const char *names[PROFILE_ROLE_DEPTH];
    size_t count;
};

static const char *profile_role_get(const struct look *look, const char *name, const char *key)
{
    return profile_value(look->setup->profile, PROFILE_PROFILE, name, key);
}

bool profile_role_is_set(struct look *look)
{
    static const char *const keys[] = {
        "aws_access_key_id",  "aws_secret_access_key", "role_arn",      "web_identity_token_file",
        "credential_process", "sso_session",           "sso_start_url", "sso_account_id",
        "sso_region",         "sso_role_name",         "login_session"};
    const struct profile *p = look->setup->profile;

    if (!p) {
        look_absent(look, "no shared files are read");
        return false;
    }
    if (!profile_has(p, PROFILE_PROFILE, p->name)) {
        look_absent(look, "there is no profile \"%s\"", p->name);
        return p->source != NULL;
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        if (profile_text(p, keys[i])) {
            return true;
        }
    }
    look_absent(look, "the profile \"%s\" holds no credentials", p->name);
    return false;
}

/* What needs a person or a shell. */
static bool profile_role_is_possible(const struct look *look, const char *name, struct err *e)
{
    static const struct {
        const char *key;
        const char *why;
    } impossible[] = {
        {"sso_session", "it needs a browser, which is not supported"},
        {"sso_start_url", "it needs a browser, which is not supported"},
        {"sso_account_id", "it needs a browser, which is not supported"},
        {"sso_region", "it needs a browser, which is not supported"},
        {"sso_role_name", "it needs a browser, which is not supported"},
        {"login_session", "it needs a browser, which is not supported"},
        {"credential_process", "not supported, this image has no shell"},
    };

    for (size_t i = 0; i < sizeof(impossible) / sizeof(*impossible); i++) {
        if (profile_role_get(look, name, impossible[i].key)) {
            return err_set(e, ERR_USAGE, "profile \"%.100s\": %s: %s", name, impossible[i].key,
                           impossible[i].why);
        }
    }
    return true;
}

static bool profile_role_has_keys(const struct look *look, const char *name)
{
    return profile_role_get(look, name, "aws_access_key_id") ||
           profile_role_get(look, name, "aws_secret_access_key");
}

static char *profile_role_copy(const struct look *look, const char *name, const char *key)
{
    const char *value = profile_role_get(look, name, key);

    return value ? mem_strdup(value) : NULL;
}

static enum look_end profile_role_keys(struct look *look, const char *name, struct err *e)
{
    struct credentials *c = look->found;
    char origin[160];

    snprintf(origin, sizeof(origin), "profile \"%.100s\"", name);
    c->key_id = profile_role_copy(look, name, "aws_access_key_id");
    c->secret = profile_role_copy(look, name, "aws_secret_access_key");
    c->token = profile_role_copy(look, name, "aws_session_token");
    c->account = profile_role_copy(look, name, "aws_account_id");
    if (!c->key_id || !c->secret) {
        err_set(e, ERR_USAGE, "%s: %s is missing, and an access key needs both", origin,
                c->key_id ? "aws_secret_access_key" : "aws_access_key_id");
        return look_failed(look, RETRY_FINAL);
    }
    return credentials_are_clean(c, origin, ERR_USAGE, e) ? LOOK_FOUND
                                                          : look_failed(look, RETRY_FINAL);
}

/* The keys of another source, which credential_source names. */
static enum look_end profile_role_other(struct look *look, const char *name, const char *source,
                                        struct err *e)
{
    enum look_end end;

    if (strcmp(source, "Environment") == 0) {
        end = environment_find(look, e);
    } else if (strcmp(source, "EcsContainer") == 0) {
        end = container_find(look, e);
    } else if (strcmp(source, "Ec2InstanceMetadata") == 0) {
        end = imds_find(look, e);
    } else {
        err_set(
            e, ERR_USAGE,
            "profile \"%.100s\": credential_source \"%.100s\": it is Environment, EcsContainer or "
            "Ec2InstanceMetadata",
            name, source);
        return look_failed(look, RETRY_FINAL);
    }
    if (end == LOOK_ABSENT) {
        err_set(e, ERR_IDENTITY, "profile \"%.100s\": credential_source = %s, but %s", name, source,
                look->row->why);
        return look_failed(look, RETRY_FINAL);
    }
    return end;
}

static bool profile_role_lasts(const struct look *look, const char *name, struct err *e)
{
    const char *duration = profile_role_get(look, name, "duration_seconds");
    int64_t ignored;

    return !duration ||
           text_to_number(duration, PROFILE_ROLE_LEAST_S, PROFILE_ROLE_MOST_S, &ignored) ||
           err_set(e, ERR_USAGE,
                   "profile \"%.100s\": duration_seconds \"%.100s\": it is a number from %d to %d",
                   name, duration, PROFILE_ROLE_LEAST_S, PROFILE_ROLE_MOST_S);
}

/* Where the chain goes from a profile with a role: *next is the source profile, NULL when the keys come from elsewhere. */
static bool profile_role_next(const struct look *look, const char *name, const char **next,
                              struct err *e)
{
    const char *source = profile_role_get(look, name, "source_profile");
    const char *other = profile_role_get(look, name, "credential_source");

    *next = NULL;
    if (!profile_role_get(look, name, "role_arn")) {
        return err_set(
            e, ERR_USAGE,
            "profile \"%.100s\": web_identity_token_file is set, and role_arn is missing", name);
    }
    if (profile_role_get(look, name, "mfa_serial")) {
        return err_set(e, ERR_USAGE, "profile \"%.100s\": mfa_serial cannot work without a person",
                       name);
    }
    if (!profile_role_lasts(look, name, e)) {
        return false;
    }
    if (profile_role_get(look, name, "web_identity_token_file")) {
        return true;
    }
    if (!source == !other) {
        return err_set(
            e, ERR_USAGE,
            "profile \"%.100s\": role_arn needs %s of source_profile and credential_source", name,
            source ? "only one" : "one");
    }
    if (source && !profile_has(look->setup->profile, PROFILE_PROFILE, source)) {
        return err_set(e, ERR_USAGE, "profile \"%.100s\": its source_profile \"%.100s\" is missing",
                       name, source);
    }
    *next = source;
    return true;
}

static bool profile_role_is_in(const struct profile_role_chain *chain, const char *name)
{
    for (size_t i = 0; i < chain->count; i++) {
        if (strcmp(chain->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Follows source_profile to its end. Keys beat a role, but in the first profile. */
static bool profile_role_follow(const struct look *look, struct profile_role_chain *chain,
                                struct err *e)
{
    const char *name = look->setup->profile->name;

    for (;;) {
        bool role = profile_role_get(look, name, "role_arn") ||
                    profile_role_get(look, name, "web_identity_token_file");
        bool keys = profile_role_has_keys(look, name) && (chain->count > 0 || !role);

        if (!keys && profile_role_is_in(chain, name)) {
            return err_set(e, ERR_USAGE, "profile \"%.100s\": source_profile leads in a circle",
                           name);
        }
        if (chain->count == PROFILE_ROLE_DEPTH) {
            return err_set(e, ERR_USAGE,
                           "profile \"%.100s\": the chain of source_profile is too long",
                           look->setup->profile->name);
        }
        chain->names[chain->count++] = name;
        if (keys) {
            return true;
        }
        if (!role) {
            return profile_role_is_possible(look, name, e) &&
                   err_set(e, ERR_USAGE, "profile \"%.100s\" holds no credentials", name);
        }
        if (!profile_role_next(look, name, &name, e)) {
            return false;
        }
        if (!name) {
            return true;
        }
    }
}

static void profile_role_describe(const struct look *look, const char *name, char origin[160],
                                  struct sts_role *role)
{
    snprintf(origin, 160, "profile \"%.100s\"", name);
    *role = (struct sts_role){.arn = profile_role_get(look, name, "role_arn"),
                              .session = profile_role_get(look, name, "role_session_name"),
                              .external_id = profile_role_get(look, name, "external_id"),
                              .duration = profile_role_get(look, name, "duration_seconds"),
                              .origin = origin};
}

/* The keys that the last profile of the chain stands for: its own, or those of its role; *assumed then. */
static enum look_end profile_role_root(struct look *look, const char *name, bool first,
                                       bool *assumed, struct err *e)
{
    const char *file = profile_role_get(look, name, "web_identity_token_file");
    const char *other = profile_role_get(look, name, "credential_source");
    bool role = profile_role_get(look, name, "role_arn") != NULL;
    struct sts_role wanted;
    char origin[160];

    *assumed = true;
    if (profile_role_has_keys(look, name) && (!first || !role)) {
        return profile_role_keys(look, name, e);
    }
    if (file) {
        profile_role_describe(look, name, origin, &wanted);
        wanted.external_id = NULL;
        return web_identity_assume(look, &wanted, file, "web_identity_token_file", e);
    }
    *assumed = false;
    return profile_role_other(look, name, other, e);
}

/* One role more: what was found so far becomes the keys that ask for it. */
static enum look_end profile_role_assume(struct look *look, const char *name, struct err *e)
{
    CLEAN_CREDENTIALS struct credentials keys = *look->found;
    struct sts_role role;
    char origin[160];

    *look->found = (struct credentials){0};
    profile_role_describe(look, name, origin, &role);
    return sts_by_keys(look, &role, &keys, e);
}

enum look_end profile_role_find(struct look *look, struct err *e)
{
    struct profile_role_chain chain = {{NULL}, 0};
    const struct profile *p = look->setup->profile;
    enum look_end end;
    bool assumed;
    size_t roles;

    if (!profile_role_is_set(look)) {
        return LOOK_ABSENT;
    }
    if (!profile_has(p, PROFILE_PROFILE, p->name)) {
        err_set(e, ERR_USAGE, "%s \"%.100s\": there is no such profile in the shared files",
                p->source, p->name);
        return look_failed(look, RETRY_FINAL);
    }
    if (!profile_role_follow(look, &chain, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    end = profile_role_root(look, chain.names[chain.count - 1], chain.count == 1, &assumed, e);
    for (roles = assumed ? chain.count - 1 : chain.count; end == LOOK_FOUND && roles > 0; roles--) {
        end = profile_role_assume(look, chain.names[roles - 1], e);
    }
    if (end == LOOK_FOUND) {
        snprintf(look->row->why, sizeof(look->row->why), "profile \"%.200s\"", p->name);
    }
    return end;
}
