#include "io/log.h"

#include "base/date.h"
#include "base/text.h"
#include "io/system.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOG_MESSAGE_MAX 3072 /* an err record three times over; the rest is cut */
#define LOG_TABLE_MAX 300    /* a table's name has at most 255 bytes */
#define LOG_LINE_MAX 4096    /* PIPE_BUF: lines of several containers or threads do not mix */
#define LOG_TIME_MAX 32
#define LOG_PATIENCE_MS 400 /* less than what a run may end after its deadline */

static enum log_level log_limit = LOG_INFO;
static bool log_as_json;
static bool log_is_read = true; /* a reader who slept through a line is not waited for again */

void log_open(enum log_level level, bool json)
{
    log_limit = level;
    log_as_json = json;
}

/* A cut line stays a line: the last byte is kept for the newline. */
struct log_out {
    char text[LOG_LINE_MAX];
    size_t len;
};

/* What a message leaves for the table, the facts and the end of the object. */
#define LOG_TAIL 640
#define LOG_FACTS_MAX 256

static void log_add(struct log_out *out, const char *text)
{
    size_t len = text_fit(text, sizeof(out->text) - 1 - out->len);

    memcpy(out->text + out->len, text, len);
    out->len += len;
}

/* What text_escape made is UTF-8 without control characters: two characters are left to escape. Ends between characters,
 * and leaves so many bytes of the line. */
static void log_add_json(struct log_out *out, const char *escaped, size_t keep)
{
    log_add(out, "\"");
    for (; *escaped; escaped++) {
        const char pair[] = {'\\', *escaped, '\0'};
        bool first = ((unsigned char)*escaped & 0xc0) != 0x80;

        if (first && out->len + keep + 8 >= sizeof(out->text)) {
            break;
        }
        log_add(out, *escaped == '"' || *escaped == '\\' ? pair : pair + 1);
    }
    log_add(out, "\"");
}

/* "2015-08-30T12:36:00.123Z" */
static const char *log_time(int64_t ms, char out[LOG_TIME_MAX])
{
    char seconds[DATE_ISO_SIZE];

    date_iso(ms / 1000, seconds);
    snprintf(out, LOG_TIME_MAX, "%.19s.%03dZ", seconds, (int)(ms % 1000));
    return out;
}

static const char *log_word(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARN:
        return "warn";
    case LOG_DEBUG:
        return "debug";
    case LOG_INFO:
        break;
    }
    return "info";
}

static void log_add_facts(struct log_out *out, const struct log_facts *f)
{
    char whose[64];
    char text[LOG_FACTS_MAX];

    if (f->outcome) {
        snprintf(whose, sizeof(whose), "\"outcome\":\"%s\"", f->outcome);
    } else {
        snprintf(whose, sizeof(whose), "\"created\":%zu,\"existing\":%zu", f->created, f->existing);
    }
    snprintf(text, sizeof(text), ",%s,\"attempts\":%zu,\"seconds\":%lld.%03lld,\"source\":\"%s\"",
             whose, f->attempts, (long long)(f->ms / 1000), (long long)(f->ms % 1000), f->source);
    log_add(out, text);
}

static void log_build_json(struct log_out *out, enum log_level level, const char *table,
                           const struct log_facts *facts, const char *message)
{
    char time[LOG_TIME_MAX];

    log_add(out, "{\"time\":\"");
    log_add(out, log_time(system_wall_ms(), time));
    log_add(out, "\",\"level\":\"");
    log_add(out, log_word(level));
    log_add(out, "\",\"message\":");
    log_add_json(out, message, LOG_TAIL);
    if (table) {
        log_add(out, ",\"table\":");
        log_add_json(out, table, LOG_FACTS_MAX);
    }
    if (facts) {
        log_add_facts(out, facts);
    }
    log_add(out, "}");
}

static void log_build_text(struct log_out *out, enum log_level level, const char *table,
                           const char *message)
{
    log_add(out, "dynamodb-init: ");
    if (level == LOG_WARN) {
        log_add(out, "warning: ");
    }
    if (level == LOG_DEBUG) {
        log_add(out, "debug: ");
    }
    if (table) {
        log_add(out, "table ");
        log_add(out, table);
        log_add(out, ": ");
    }
    log_add(out, message);
}

static void log_write(enum log_level level, const char *table, const struct log_facts *facts,
                      const char *format, va_list args) __attribute__((format(printf, 4, 0)));

static void log_write(enum log_level level, const char *table, const struct log_facts *facts,
                      const char *format, va_list args)
{
    struct log_out out = {.len = 0};
    char raw[LOG_MESSAGE_MAX];
    char message[LOG_MESSAGE_MAX];
    char name[LOG_TABLE_MAX];

    if (level > log_limit) {
        return;
    }
    vsnprintf(raw, sizeof(raw), format, args);
    text_escape(raw, message, sizeof(message));
    text_escape(table ? table : "", name, sizeof(name));
    if (log_as_json) {
        log_build_json(&out, level, table ? name : NULL, facts, message);
    } else {
        log_build_text(&out, level, table ? name : NULL, message);
    }
    out.text[out.len++] = '\n';
    log_is_read = system_write(STDERR_FILENO, out.text, out.len,
                               system_now_ms() + (log_is_read ? LOG_PATIENCE_MS : 0)) ||
                  errno != ETIMEDOUT;
}

void log_line(enum log_level level, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_write(level, NULL, NULL, format, args);
    va_end(args);
}

void log_table(enum log_level level, const char *table, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_write(level, table, NULL, format, args);
    va_end(args);
}

void log_done(enum log_level level, const char *table, const struct log_facts *facts,
              const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_write(level, table, facts, format, args);
    va_end(args);
}
