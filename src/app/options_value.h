/*
 * Room: app. What the value of an option may be: one reader for each kind of value, and what it is read into. It knows
 * neither the options nor where they stand. Called by the table of options.c.
 */
#ifndef APP_OPTIONS_VALUE_H
#define APP_OPTIONS_VALUE_H

#include "aws/look.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* source, everywhere: the option or the variable that said it, for messages; NULL when nobody did. */
struct options_text {
    const char *source;
    const char *text;
};

struct options_number {
    const char *source;
    int64_t number;
};

struct options_source {
    const char *source;
    enum look_source kind;
};

struct options_list {
    const char *source;
    char **items;
    size_t count;
};

struct options_key {
    const char *source;
    const char *text; /* as it was written */
    char *name;
    char type;
};

/* Reads value into *field, whose type is the reader's. false: ERR_USAGE. Source and value must
 * outlive the field; lists alone copy the value. */
typedef bool options_reader(void *field, const char *source, const char *value, struct err *e);

options_reader options_value_text;   /* struct options_text */
options_reader options_value_prefix; /* struct options_text: what a table name may begin with */
options_reader options_value_bare;   /* const char *: the value, no source */
options_reader options_value_switch; /* const char *: the source if on; value may be NULL */
options_reader options_value_list;   /* struct options_list, one item more */
options_reader options_value_key;    /* struct options_key */
options_reader options_value_billing_mode; /* struct options_text */
options_reader options_value_capacity;     /* struct options_number */
options_reader options_value_duration;     /* int64_t, milliseconds */
options_reader options_value_parallel;     /* size_t */
options_reader options_value_on_failure;   /* bool: continue */
options_reader options_value_on_existing;  /* enum plan_existing */
options_reader options_value_on_drift;     /* enum plan_drift */
options_reader options_value_credentials;  /* struct options_source */
options_reader options_value_log_format;   /* bool: json */
options_reader options_value_log_level;    /* enum log_level */

void options_value_clear_list(struct options_list *list);
void options_value_clear_key(struct options_key *key);

#endif
