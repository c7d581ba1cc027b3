#include "app/options.h"

#include "base/mem.h"
#include "base/text.h"
#include "io/system.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_NAME_MAX 64
#define OPTIONS_TIMEOUT_MS 240000
#define OPTIONS_DOCTOR_MS 15000 /* a person waits */

/* --help, --version: a command that is written as an option. */
static bool options_set_command(void *command, const char *source, const char *value, struct err *e)
{
    (void)value;
    (void)e;
    *(enum options_command *)command =
        strcmp(source, "--help") == 0 ? OPTIONS_HELP : OPTIONS_VERSION;
    return true;
}

#define OPTIONS_TWIN(name) "DYNAMODB_INIT_" name
#define OPTIONS_AT(member) offsetof(struct options, member)

const struct options_row options_table[] = {
    {"--spec", OPTIONS_TWIN("SPEC"), "FILE", true, options_value_list, OPTIONS_AT(specs),
     "tables in JSON, as CreateTable or CloudFormation\nhave them; - is standard input, a folder\n"
     "its *.json; may be repeated (default:\n"
     "/etc/dynamodb-init/tables.json if it exists)"},
    {"--table", OPTIONS_TWIN("TABLE"), "NAME", true, options_value_list, OPTIONS_AT(tables),
     "a table without a spec file; may be repeated"},
    {"--table-prefix", OPTIONS_TWIN("TABLE_PREFIX"), "TEXT", false, options_value_prefix,
     OPTIONS_AT(table_prefix), "put this before every table name"},
    {"--partition-key", OPTIONS_TWIN("PARTITION_KEY"), "NAME:TYPE", false, options_value_key,
     OPTIONS_AT(partition_key), "key of these tables; TYPE is S, N or B (default PK:S)"},
    {"--sort-key", OPTIONS_TWIN("SORT_KEY"), "NAME:TYPE", false, options_value_key,
     OPTIONS_AT(sort_key), "their sort key (default SK:S)"},
    {"--no-sort-key", OPTIONS_TWIN("NO_SORT_KEY"), NULL, false, options_value_switch,
     OPTIONS_AT(no_sort_key), "they have no sort key"},
    {"--billing-mode", OPTIONS_TWIN("BILLING_MODE"), "MODE", false, options_value_billing_mode,
     OPTIONS_AT(billing_mode), "PROVISIONED (default) or PAY_PER_REQUEST"},
    {"--read-capacity", OPTIONS_TWIN("READ_CAPACITY"), "N", false, options_value_capacity,
     OPTIONS_AT(read_capacity), "read capacity units (default 5)"},
    {"--write-capacity", OPTIONS_TWIN("WRITE_CAPACITY"), "N", false, options_value_capacity,
     OPTIONS_AT(write_capacity), "write capacity units (default 5)"},
    {"--timeout", OPTIONS_TWIN("TIMEOUT"), "DURATION", false, options_value_duration,
     OPTIONS_AT(timeout_ms),
     "the deadline for everything: 90s, 4m, 1h30m; 0 is none\n(default 240s; doctor 15s)"},
    {"--on-existing", OPTIONS_TWIN("ON_EXISTING"), "ACTION", false, options_value_on_existing,
     OPTIONS_AT(on_existing),
     "a table that exists: converge (default) adds what is missing, verify\n"
     "only compares, skip only waits"},
    {"--on-drift", OPTIONS_TWIN("ON_DRIFT"), "KIND", false, options_value_on_drift,
     OPTIONS_AT(on_drift), "differences that fail the run: breaking (default), any or never"},
    {"--probe", OPTIONS_TWIN("PROBE"), NULL, false, options_value_switch, OPTIONS_AT(probe),
     "before success, read from each table and index: nothing is found, but\n"
     "an answer must come"},
    {"--on-failure", OPTIONS_TWIN("ON_FAILURE"), "ACTION", false, options_value_on_failure,
     OPTIONS_AT(go_on), "exit (default), or continue: report, then go on as after a success"},
    {"--max-parallel", OPTIONS_TWIN("MAX_PARALLEL"), "N", false, options_value_parallel,
     OPTIONS_AT(max_parallel), "requests in flight (default 10)"},
    {"--region", OPTIONS_TWIN("REGION"), "REGION", false, options_value_text, OPTIONS_AT(region),
     "the AWS region"},
    {"--profile", OPTIONS_TWIN("PROFILE"), "NAME", false, options_value_text, OPTIONS_AT(profile),
     "a profile of the shared files; the environment's keys do not count"},
    {"--credentials", OPTIONS_TWIN("CREDENTIALS"), "SOURCE", false, options_value_credentials,
     OPTIONS_AT(credentials),
     "ask this source alone: env, profile, web-identity, container, imds\n(default auto: all, in "
     "this order)"},
    {"--endpoint-url", OPTIONS_TWIN("ENDPOINT_URL"), "URL", false, options_value_text,
     OPTIONS_AT(endpoint_url), "ask this address, an emulator's for example"},
    {"--ca-bundle", OPTIONS_TWIN("CA_BUNDLE"), "FILE", false, options_value_text,
     OPTIONS_AT(ca_bundle), "trust the certificates in this PEM file"},
    {"--output", OPTIONS_TWIN("OUTPUT"), "FORMAT", false, options_value_log_format,
     OPTIONS_AT(output_json), "of the answer on standard output: text (default) or json"},
    {"--offline", OPTIONS_TWIN("OFFLINE"), NULL, false, options_value_switch, OPTIONS_AT(offline),
     "doctor makes no call at all"},
    {"--log-format", OPTIONS_TWIN("LOG_FORMAT"), "FORMAT", false, options_value_log_format,
     OPTIONS_AT(log_json), "text (default) or json"},
    {"--log-level", OPTIONS_TWIN("LOG_LEVEL"), "LEVEL", false, options_value_log_level,
     OPTIONS_AT(log_level), "error, warn, info (default) or debug"},
    {"--termination-log", OPTIONS_TWIN("TERMINATION_LOG"), "FILE", false, options_value_bare,
     OPTIONS_AT(termination_log),
     "write the failure into this file if it exists\n(default /dev/termination-log)"},
    {"--help", NULL, NULL, false, options_set_command, OPTIONS_AT(command), "this text; also -h"},
    {"--version", NULL, NULL, false, options_set_command, OPTIONS_AT(command),
     "the version, and those of the libraries"},
};

#define OPTIONS_COUNT (sizeof options_table / sizeof *options_table)

const size_t options_count = OPTIONS_COUNT;

static bool options_set(struct options *o, const struct options_row *row, const char *source,
                        const char *value, struct err *e)
{
    return row->read((char *)o + row->at, source, value, e);
}

/* The row of the option that starts word, up to its end or "=". */
static const struct options_row *options_find(const char *word)
{
    size_t len = strcspn(word, "=");

    if (strcmp(word, "-h") == 0) {
        word = "--help";
        len = strlen(word);
    }
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        if (strlen(options_table[i].name) == len && memcmp(options_table[i].name, word, len) == 0) {
            return &options_table[i];
        }
    }
    return NULL;
}

/* word: its first len bytes. */
static bool options_unknown(const char *what, const char *word, size_t len,
                            const char *const *words, size_t count, struct err *e)
{
    char name[OPTIONS_NAME_MAX + 1] = "";
    const char *near = NULL;

    if (len <= OPTIONS_NAME_MAX) {
        snprintf(name, sizeof name, "%.*s", (int)len, word);
        near = text_nearest(name, words, count);
    }
    if (near) {
        return err_set(e, ERR_USAGE, "unknown %s \"%s\": did you mean %s? (see --help)", what, name,
                       near);
    }
    return err_set(e, ERR_USAGE, "unknown %s \"%.*s\" (see --help)", what,
                   len > 200 ? 200 : (int)len, word);
}

static bool options_unknown_option(const char *word, struct err *e)
{
    const char *words[OPTIONS_COUNT];

    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        words[i] = options_table[i].name;
    }
    return options_unknown("option", word, strcspn(word, "="), words, OPTIONS_COUNT, e);
}

/* In the order of enum options_command. */
static const char *const options_words[] = {
    [OPTIONS_ENSURE] = "ensure", [OPTIONS_WAIT] = "wait",       [OPTIONS_DOCTOR] = "doctor",
    [OPTIONS_LINT] = "lint",     [OPTIONS_POLICY] = "policy",   [OPTIONS_PLAN] = "plan",
    [OPTIONS_EXPORT] = "export", [OPTIONS_VERSION] = "version", [OPTIONS_HELP] = "help"};

/* The second word of `policy`, once: the command whose rights are printed. */
static bool options_rights(struct options *o, const char *word)
{
    static const enum options_command all[] = {OPTIONS_ENSURE, OPTIONS_WAIT, OPTIONS_PLAN};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (o->rights_of == OPTIONS_POLICY && strcmp(word, options_words[all[i]]) == 0) {
            o->rights_of = all[i];
            return true;
        }
    }
    return false;
}

static bool options_command(struct options *o, const char *word, bool *named, struct err *e)
{
    const size_t count = sizeof options_words / sizeof *options_words;

    if (*named && o->command == OPTIONS_POLICY && options_rights(o, word)) {
        return true;
    }
    if (*named) {
        return err_set(
            e, ERR_USAGE,
            "one word too many: \"%.200s\" (FILE goes behind --spec, a PROGRAM behind --)", word);
    }
    *named = true;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, options_words[i]) == 0) {
            if (o->command != OPTIONS_HELP && o->command != OPTIONS_VERSION) {
                o->command = (enum options_command)i;
            }
            return true;
        }
    }
    return options_unknown("command", word, strlen(word), options_words, count, e);
}

/* The option at argv[*i]; moves *i over its value. */
static bool options_flag(struct options *o, char **argv, size_t *i, bool *given, struct err *e)
{
    const struct options_row *row = options_find(argv[*i]);
    const char *value = strchr(argv[*i], '=');

    if (!row) {
        return options_unknown_option(argv[*i], e);
    }
    given[row - options_table] = true;
    if (!row->argument) {
        if (value) {
            return err_set(e, ERR_USAGE, "%s takes no value, but has \"%.200s\"", row->name,
                           value + 1);
        }
        return options_set(o, row, row->name, NULL, e);
    }
    if (value) {
        value++;
    } else if (argv[*i + 1] && strncmp(argv[*i + 1], "--", 2) != 0) {
        value = argv[++*i];
    }
    if (text_is_blank(value)) {
        return err_set(e, ERR_USAGE, "%s needs a value: %s", row->name, row->argument);
    }
    return options_set(o, row, row->name, value, e);
}

/* A comma-separated list, an item at a time. */
static bool options_twin_list(struct options *o, const struct options_row *row, const char *text,
                              struct err *e)
{
    char *copy = mem_strdup(text);
    char *at = copy;
    bool good = true;

    while (good && at) {
        char *comma = strchr(at, ',');
        char *item;

        if (comma) {
            *comma = '\0';
        }
        item = text_trim(at);
        good = *item ? options_set(o, row, row->twin, item, e)
                     : err_set(e, ERR_USAGE, "%s \"%.200s\": an entry of the list is empty",
                               row->twin, text);
        at = comma ? comma + 1 : NULL;
    }
    free(copy);
    return good;
}

static bool options_twin(struct options *o, const struct options_row *row, const char *text,
                         struct err *e)
{
    return row->is_list ? options_twin_list(o, row, text, e)
                        : options_set(o, row, row->twin, text, e);
}

/* The flag that speaks for another one's twin: --sort-key and --no-sort-key are one question. */
static bool options_is_answered(const struct options_row *row, const bool *given)
{
    const char *other = strcmp(row->name, "--sort-key") == 0      ? "--no-sort-key"
                        : strcmp(row->name, "--no-sort-key") == 0 ? "--sort-key"
                                                                  : NULL;

    return given[row - options_table] || (other && given[options_find(other) - options_table]);
}

static bool options_twins(struct options *o, const bool *given, struct err *e)
{
    bool good = true;

    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        const struct options_row *row = &options_table[i];
        const char *text = row->twin ? system_env(row->twin) : NULL;
        struct err next = {0};

        if (text && !options_is_answered(row, given) && !options_twin(o, row, text, &next) &&
            good) {
            *e = next;
            good = false;
        }
    }
    return good;
}

/* What no single option can see. */
static bool options_agree(const struct options *o, struct err *e)
{
    const struct options_number *capacity =
        o->read_capacity.source ? &o->read_capacity : &o->write_capacity;
    const struct options_key *blamed = o->sort_key.source ? &o->sort_key : &o->partition_key;

    if (o->program && o->command != OPTIONS_ENSURE && o->command != OPTIONS_WAIT) {
        return err_set(e, ERR_USAGE, "%s starts no program: leave out -- and what follows",
                       options_words[o->command]);
    }
    if (o->sort_key.source && o->no_sort_key) {
        return err_set(e, ERR_USAGE, "%s contradicts %s \"%.200s\"", o->no_sort_key,
                       o->sort_key.source, o->sort_key.text);
    }
    if (capacity->source && o->billing_mode.source &&
        strcmp(o->billing_mode.text, "PAY_PER_REQUEST") == 0) {
        return err_set(e, ERR_USAGE,
                       "%s \"%lld\" contradicts %s PAY_PER_REQUEST, which has no capacity",
                       capacity->source, (long long)capacity->number, o->billing_mode.source);
    }
    if (!o->no_sort_key && blamed->source &&
        strcmp(o->partition_key.source ? o->partition_key.name : "PK",
               o->sort_key.source ? o->sort_key.name : "SK") == 0) {
        return err_set(e, ERR_USAGE,
                       "%s \"%.200s\": the partition key and the sort key are the same attribute",
                       blamed->source, blamed->text);
    }
    return true;
}

static bool options_flags(struct options *o, char **argv, bool *given, struct err *e)
{
    bool good = true, named = false;

    for (size_t i = 0; argv[i]; i++) {
        struct err next = {0};
        bool fine;

        if (strcmp(argv[i], "--") == 0) {
            o->program = &argv[i + 1];
            fine = argv[i + 1] || err_set(&next, ERR_USAGE, "there is no program behind --");
        } else if (argv[i][0] == '-') {
            fine = options_flag(o, argv, &i, given, &next);
        } else {
            fine = options_command(o, argv[i], &named, &next);
        }
        if (!fine && good) {
            *e = next;
            good = false;
        }
        if (o->program) {
            break;
        }
    }
    return good;
}

bool options_read(char **argv, struct options *o, struct err *e)
{
    bool given[OPTIONS_COUNT] = {false};
    struct err of_twins = {0};
    bool good;

    *o = (struct options){.rights_of = OPTIONS_POLICY,
                          .timeout_ms = -1,
                          .max_parallel = 10,
                          .log_level = LOG_INFO,
                          .termination_log = "/dev/termination-log"};
    good = options_flags(o, argv, given, e);
    if (good && (o->command == OPTIONS_HELP || o->command == OPTIONS_VERSION)) {
        return true;
    }
    if (!options_twins(o, given, &of_twins) && good) {
        *e = of_twins;
        good = false;
    }
    if (o->timeout_ms < 0) {
        o->timeout_ms = o->command == OPTIONS_DOCTOR ? OPTIONS_DOCTOR_MS : OPTIONS_TIMEOUT_MS;
    }
    return good && options_agree(o, e);
}

void options_clear(struct options *o)
{
    options_value_clear_list(&o->specs);
    options_value_clear_list(&o->tables);
    options_value_clear_key(&o->partition_key);
    options_value_clear_key(&o->sort_key);
}
