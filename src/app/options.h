/*
 * Room: app. What a run was asked for: the command line and the DYNAMODB_INIT_* twins, read by one table. It knows the
 * options, not what they are for. Called by main.c; it calls everything below.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "app/options_value.h"
#include "base/err.h"
#include "dynamodb/plan.h"
#include "io/log.h"

enum options_command {
    OPTIONS_ENSURE,
    OPTIONS_WAIT,
    OPTIONS_DOCTOR,
    OPTIONS_LINT,
    OPTIONS_POLICY,
    OPTIONS_PLAN,
    OPTIONS_EXPORT,
    OPTIONS_VERSION,
    OPTIONS_HELP
};

struct options {
    enum options_command command;
    enum options_command rights_of; /* of `policy`: that command's; itself: nobody said */
    char **program;                 /* behind "--", NULL without one */
    struct options_list specs, tables;
    struct options_key partition_key, sort_key;
    const char *no_sort_key; /* its source */
    struct options_text table_prefix, billing_mode;
    struct options_number read_capacity, write_capacity;
    int64_t timeout_ms; /* 0: none */
    bool go_on;         /* --on-failure continue */
    enum plan_existing on_existing;
    enum plan_drift on_drift;
    const char *probe; /* its source */
    size_t max_parallel;
    struct options_text region, profile, endpoint_url, ca_bundle;
    struct options_source credentials; /* no source, or LOOK_SOURCES: the whole chain */
    const char *offline;               /* its source */
    bool output_json;
    bool log_json;
    enum log_level log_level;
    const char *termination_log;
};

/* One row of the table; the parser and the help read the same. */
struct options_row {
    const char *name;
    const char *twin;     /* NULL without one */
    const char *argument; /* "FILE"; NULL for a switch */
    bool is_list;         /* the twin holds several, with commas between */
    options_reader *read; /* into the member of struct options that stands at this offset */
    size_t at;
    const char *help; /* lines of at most 70 characters */
};

extern const struct options_row options_table[];
extern const size_t options_count;

/* Reads the command line (argv without the program's own name), and the twins of what it does not name.
 * false: ERR_USAGE, the first mistake; what else was readable is set, so that the mistake is told in the format and at
 * the place that was asked for. */
bool options_read(char **argv, struct options *o, struct err *e) MUST_LOOK;

void options_clear(struct options *o);

#define CLEAN_OPTIONS __attribute__((cleanup(options_clear)))

#endif
