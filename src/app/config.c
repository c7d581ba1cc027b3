#include "app/config.h"

#include "aws/sts_endpoint.h"
#include "aws/switch.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/ca_roots.h"
#include "io/log.h"
#include "io/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_SPEC "/etc/dynamodb-init/tables.json"
#define CONFIG_CA_SIZE_MAX ((size_t)8 << 20)
#define CONFIG_CAPACITY 5
#define CONFIG_NOTE_SIZE 1500

bool config_is_on(bool *on, struct err *e)
{
    const char *value = system_env("INIT_DYNAMODB_ON_STARTUP");
    char *copy = mem_strdup(value ? value : "true");
    bool good = text_to_switch(text_trim(copy), on);

    free(copy);
    return good ||
           err_set(e, ERR_USAGE, "INIT_DYNAMODB_ON_STARTUP \"%.200s\": it is true or false", value);
}

/* What is wrong with a file is noted, and the next one is read all the same. false: there is no time for more. */
static bool config_file(const char *path, int64_t deadline, struct spec *s, struct err *e)
{
    CLEAN_BUF struct buf text = BUF_OF(SPEC_SIZE_MAX);
    struct err noted;

    if (!system_read_file(path, deadline, &text, e)) {
        if (e->kind != ERR_FILE) {
            return false;
        }
        /* A file that could be read and is too large is no spec. */
        spec_note_unread(&s->notes, path, e->text, text.len == 0);
        return true;
    }
    (void)!spec_read(s, strcmp(path, "-") == 0 ? "standard input" : path, buf_text(&text), text.len,
                     &noted);
    return true;
}

/* A file, or the *.json of a folder in name order. */
static bool config_spec(const char *path, int64_t deadline, struct spec *s, struct err *e)
{
    char **paths;
    size_t count;
    bool listed;
    bool more = true;

    if (!system_is_folder(path)) {
        return config_file(path, deadline, s, e);
    }
    listed = system_list(path, ".json", &paths, &count, e);
    if (listed && count == 0) {
        listed = err_set(e, ERR_FILE, "the folder %s holds no *.json file", path);
    }
    if (!listed) {
        spec_note_unread(&s->notes, path, e->text, true);
    }
    for (size_t i = 0; i < count; i++) {
        more = more && config_file(paths[i], deadline, s, e);
        free(paths[i]);
    }
    free(paths);
    return more;
}

/* Every file is read before the first mistake ends it. */
static bool config_specs(const struct options *o, int64_t deadline, struct spec *s, struct err *e)
{
    bool usual = o->specs.count == 0 && o->tables.count == 0 && system_file_exists(CONFIG_SPEC);

    for (size_t i = 0; i < o->specs.count; i++) {
        if (!config_spec(o->specs.items[i], deadline, s, e)) {
            return false;
        }
    }
    if (usual && !config_file(CONFIG_SPEC, deadline, s, e)) {
        return false;
    }
    return s->notes.errors == 0 || spec_note_refuse(&s->notes, 0, e);
}

static struct table_key config_key(const struct options_key *key, const char *name,
                                   enum table_role role)
{
    return (struct table_key){.name = mem_strdup(key->source ? key->name : name),
                              .role = role,
                              .type = key->source ? key->type : 'S'};
}

static int64_t config_capacity(const struct options_number *n)
{
    return n->source ? n->number : CONFIG_CAPACITY;
}

/* A table of this name with the keys and the billing of the options. */
static bool config_table(const struct options *o, const char *source, const char *name,
                         struct spec *s, struct err *e)
{
    const char *prefix = o->table_prefix.source ? o->table_prefix.text : "";
    size_t size;
    bool on_demand = o->billing_mode.source && strcmp(o->billing_mode.text, "PAY_PER_REQUEST") == 0;
    struct table_wanted w = {
        .hash_written = o->partition_key.source != NULL,
        .range_written = o->sort_key.source || o->no_sort_key,
        .billing_written = o->billing_mode.source != NULL,
        .read_written = o->read_capacity.source != NULL,
        .write_written = o->write_capacity.source != NULL,
    };

    size = strlen(prefix) + strlen(name) + 1;
    w.shape.name = mem_zalloc(size, 1);
    snprintf(w.shape.name, size, "%s%s", prefix, name);
    w.shape.keys[w.shape.key_count++] = config_key(&o->partition_key, "PK", TABLE_HASH);
    if (!o->no_sort_key) {
        w.shape.keys[w.shape.key_count++] = config_key(&o->sort_key, "SK", TABLE_RANGE);
    }
    w.shape.billing = on_demand ? TABLE_ON_DEMAND : TABLE_PROVISIONED;
    if (!on_demand) {
        w.shape.throughput = (struct feature_units){.has_read = true,
                                                    .has_write = true,
                                                    .read = config_capacity(&o->read_capacity),
                                                    .write = config_capacity(&o->write_capacity)};
    }
    if (!table_is_name(w.shape.name)) {
        err_set(
            e, ERR_USAGE,
            "%s \"%.200s\": a table name has 3 to 255 characters of a-z, A-Z, 0-9, '_', '.', '-'%s",
            source, w.shape.name,
            strstr(name, ":table/") ? "; of an ARN only what stands behind table/" : "");
        table_wanted_clear(&w);
        return false;
    }
    return spec_add(s, &w, e) || err_wrap(e, "%s", source);
}

static bool config_main_table(const struct options *o, const char *value, struct spec *s,
                              struct err *e)
{
    static const char source[] = "DYNAMODB_MAIN_TABLE_NAME";
    char *copy = mem_strdup(value);
    const char *name = text_trim(copy);
    bool good = config_table(o, source, name, s, e);

    free(copy);
    return good;
}

bool config_tables(const struct options *o, int64_t deadline, struct spec *s, struct err *e)
{
    const char *main_table = system_env("DYNAMODB_MAIN_TABLE_NAME");

    s->prefix = o->table_prefix.source ? o->table_prefix.text : NULL;
    if (!config_specs(o, deadline, s, e)) {
        return false;
    }
    for (size_t i = 0; i < o->tables.count; i++) {
        if (!config_table(o, o->tables.source, o->tables.items[i], s, e)) {
            return false;
        }
    }
    if (s->count > 0) {
        return true;
    }
    if (main_table) {
        return config_main_table(o, main_table, s, e);
    }
    return err_set(e, ERR_USAGE,
                   "no table is named: use --table NAME or --spec FILE (%s is not there)",
                   CONFIG_SPEC);
}

/* Does the file hold just what is built in? Parsing it takes longer than the rest of a handshake. */
static bool config_is_built_in(const char *path, int64_t deadline)
{
    CLEAN_BUF struct buf text = BUF_OF(CONFIG_CA_SIZE_MAX);
    struct err unread = {0}; /* whoever uses the file will say so */

    return system_read_file(path, deadline, &text, &unread) && ca_roots_are(text.data, text.len);
}

/* Is TLS to be expected? Not where an emulator is asked over plain http with the environment's keys. */
static bool config_needs_trust(const struct options *o, const struct config *c)
{
    bool keys = system_env("AWS_ACCESS_KEY_ID") && !o->profile.source && !o->credentials.source;

    return !c->place.emulator || !keys;
}

/* The certificates to trust; a file that somebody named must be there, needed or not. */
static bool config_trust(const struct options *o, int64_t deadline, struct config *c, struct err *e)
{
    static const char *const first[] = {"AWS_CA_BUNDLE"};
    static const char *const last[] = {"SSL_CERT_FILE"};
    static const char *const usual[] = {"/etc/ssl/certs/ca-certificates.crt",
                                        "/etc/pki/tls/certs/ca-bundle.crt"};
    CLEAN_BUF struct buf text = BUF_OF(CONFIG_CA_SIZE_MAX);
    const char *of_profile = profile_text(&c->profile, "ca_bundle");
    struct options_text bundle = o->ca_bundle;
    struct http_setup *http = &c->http;

    place_first(first, 1, &bundle);
    if (!bundle.source && of_profile) {
        bundle = (struct options_text){"profile: ca_bundle", of_profile};
    }
    place_first(last, 1, &bundle);
    http->ca_file = bundle.text;
    http->ca_option = bundle.source;
    if (bundle.source) {
        if (!system_read_file(bundle.text, deadline, &text, e)) {
            return err_wrap(e, "%s", bundle.source);
        }
        /* Whether the certificates are good is seen when they are used; a file without any is wrong now. */
        return text_contains(buf_text(&text), "-----BEGIN ") ||
               err_set(e, ERR_FILE, "%s: %s holds no certificate in PEM", bundle.source,
                       bundle.text);
    }
    for (size_t i = 0; i < 2 && config_needs_trust(o, c); i++) {
        if (system_file_exists(usual[i])) {
            http->ca_file = usual[i];
            http->ca_known = config_is_built_in(usual[i], deadline);
            break;
        }
    }
    return true;
}

static void config_proxy(struct http_setup *http)
{
    static const char *const secure[] = {"https_proxy", "HTTPS_PROXY"};
    static const char *const plain[] = {"http_proxy", "HTTP_PROXY"};
    static const char *const none[] = {"no_proxy", "NO_PROXY"};
    struct options_text found[3] = {0};

    place_first(secure, 2, &found[0]);
    place_first(plain, 2, &found[1]);
    place_first(none, 2, &found[2]);
    http->https_proxy = found[0].text;
    http->http_proxy = found[1].text;
    http->no_proxy = found[2].text;
}

bool config_around(const struct options *o, int64_t deadline, struct config *c, struct err *e)
{
    const struct look_setup setup = {.demanded =
                                         o->credentials.source ? o->credentials.kind : LOOK_SOURCES,
                                     .demanded_by = o->credentials.source,
                                     .profile = &c->profile};
    bool legacy;

    if (!profile_read(o->profile.text, o->profile.source, deadline, &c->profile, e) ||
        !place_read(o, &c->profile, &c->place, e)) {
        return false;
    }
    identity_open(&c->identity, &setup);
    if (!switch_attempts(&c->profile, &c->identity.setup.attempts, e) ||
        !sts_endpoint_is_legacy(&c->profile, &legacy, e)) {
        return false;
    }
    c->identity.setup.emulator = c->place.emulator;
    config_proxy(&c->http);
    return config_trust(o, deadline, c, e);
}

void config_tell(const struct spec_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct spec_note *note = &notes->items[i];
        char text[CONFIG_NOTE_SIZE];

        if (note->warning || notes->errors > 1) {
            log_line(note->warning ? LOG_WARN : LOG_ERROR, "%s",
                     spec_note_text(note, true, text, sizeof(text)));
        }
    }
}

bool config_read(const struct options *o, int64_t deadline, struct config *c, struct err *e)
{
    bool good = config_tables(o, deadline, &c->spec, e);

    config_tell(&c->spec.notes);
    return good && config_around(o, deadline, c, e);
}

bool config_find(struct config *c, int64_t deadline, struct err *e)
{
    return place_find(&c->place, &c->identity, deadline, e) &&
           identity_fresh(&c->identity, deadline, e) &&
           place_settle(&c->place, c->identity.now.account, e);
}

void config_clear(struct config *c)
{
    spec_clear(&c->spec);
    identity_clear(&c->identity);
    profile_clear(&c->profile);
}
