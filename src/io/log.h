/*
 * Room: io. The log: one line an event, to stderr, as text or as one JSON object. Foreign text may go in as it is;
 * it is escaped here. Any room above may log.
 */
#ifndef IO_LOG_H
#define IO_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Before that: text, info. */
void log_open(enum log_level level, bool json);

/* "dynamodb-init: [warning: |debug: ]message". In JSON: time, level, message. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a machine reads beside the message when a table is ready, or all are. */
struct log_facts {
    const char *outcome;      /* of a table: one word; NULL: of the run, which has the next two */
    size_t created, existing; /* tables */
    size_t attempts;          /* requests that were sent */
    int64_t ms;               /* that it took */
    const char *source;       /* of the credentials */
};

/* "dynamodb-init: [warning: ]table NAME: message"; in JSON the table is a field of its own. */
void log_table(enum log_level level, const char *table, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, in JSON with the facts: outcome or created and existing, attempts, seconds, source. table NULL: log_line. */
void log_done(enum log_level level, const char *table, const struct log_facts *facts,
              const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
