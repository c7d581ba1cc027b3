#include "doors.h"

#include "base/text.h"
#include "io/system.h"

#include <stdio.h>
#include <string.h>

#define DOORS_FLYING_MAX 256

int doors_requests;
char doors_log[65536];

static doors_server *doors_serve;
static int64_t doors_now;
static int64_t doors_stop_time = INT64_MAX;
static struct {
    struct http_exchange *x;
    int64_t at;
} doors_flying[DOORS_FLYING_MAX];
static size_t doors_count;
static struct {
    const char *name, *value;
} doors_variables[32], doors_files[8];
static size_t doors_variable_count, doors_file_count;

void doors_reset(doors_server *server)
{
    doors_serve = server;
    doors_now = 1000;
    doors_stop_time = INT64_MAX;
    doors_requests = 0;
    doors_log[0] = '\0';
    doors_count = 0;
    doors_variable_count = 0;
    doors_file_count = 0;
}

void doors_set(const char *name, const char *value)
{
    doors_variables[doors_variable_count].name = name;
    doors_variables[doors_variable_count++].value = value;
}

void doors_file(const char *path, const char *text)
{
    doors_files[doors_file_count].name = path;
    doors_files[doors_file_count++].value = text;
}

void doors_stop_at(int64_t ms)
{
    doors_stop_time = ms;
}

void doors_answer(struct http_exchange *x, int status, const char *body)
{
    x->end = HTTP_ANSWERED;
    x->status = status;
    if (!buf_append(&x->body_in, body, strlen(body))) {
        x->end = HTTP_CUT;
    }
}

void system_open(void)
{
}

int64_t system_now_ms(void)
{
    return doors_now;
}

int64_t system_wall_ms(void)
{
    return 1700000000000 + doors_now;
}

int system_stopped(void)
{
    return doors_now >= doors_stop_time ? 15 : 0;
}

int system_stop_fd(void)
{
    return -1;
}

void system_sleep_until(int64_t ms)
{
    doors_now = ms > doors_now ? ms : doors_now;
}

/* Always the same: a test must be repeatable. */
void system_random(void *out, size_t size)
{
    memset(out, 0x7f, size);
}

const char *system_env(const char *name)
{
    for (size_t i = 0; i < doors_variable_count; i++) {
        if (strcmp(doors_variables[i].name, name) == 0) {
            return text_is_blank(doors_variables[i].value) ? NULL : doors_variables[i].value;
        }
    }
    return NULL;
}

bool system_read_file(const char *path, int64_t deadline, struct buf *out, struct err *e)
{
    (void)deadline;
    for (size_t i = 0; i < doors_file_count; i++) {
        if (strcmp(doors_files[i].name, path) == 0) {
            return buf_append(out, doors_files[i].value, strlen(doors_files[i].value));
        }
    }
    return err_set(e, ERR_FILE, "cannot read %s: no such file in this test", path);
}

bool system_is_terminal(int fd)
{
    (void)fd;
    return false;
}

bool system_file_exists(const char *path)
{
    for (size_t i = 0; i < doors_file_count; i++) {
        if (strcmp(doors_files[i].name, path) == 0) {
            return true;
        }
    }
    return false;
}

bool system_is_denied(const char *path, char *out, size_t size)
{
    (void)path;
    (void)out;
    (void)size;
    return false;
}

bool system_is_folder(const char *path)
{
    (void)path;
    return false;
}

bool system_list(const char *folder, const char *ending, char ***paths, size_t *count,
                 struct err *e)
{
    (void)ending;
    *paths = NULL;
    *count = 0;
    return err_set(e, ERR_FILE, "%s: no folders in unit tests", folder);
}

void system_write_existing(const char *path, const char *text)
{
    (void)path;
    (void)text;
}

bool system_write(int fd, const char *text, size_t len, int64_t until)
{
    size_t used = strlen(doors_log);

    (void)fd;
    (void)until;
    if (used + len < sizeof(doors_log)) {
        memcpy(doors_log + used, text, len);
        doors_log[used + len] = '\0';
    }
    return true;
}

int system_exec(char *const argv[], struct err *e)
{
    (void)argv;
    (void)e;
    return 127;
}

bool http_open(const struct http_setup *setup, struct err *e)
{
    (void)setup;
    (void)e;
    return true;
}

void http_start(struct http_exchange *x)
{
    const char *operation = "";

    for (size_t i = 0; x->headers[i]; i++) {
        if (strncmp(x->headers[i], "X-Amz-Target: ", 14) == 0) {
            operation = strchr(x->headers[i], '.') + 1;
        }
    }
    doors_requests++;
    x->started = doors_now;
    doors_flying[doors_count].x = x;
    doors_flying[doors_count].at = doors_now + doors_serve(x, operation);
    if (doors_flying[doors_count].at > x->until) { /* silence: our own limit ends it */
        doors_flying[doors_count].at = x->until;
        x->end = HTTP_UNREACHABLE;
        snprintf(x->error, sizeof(x->error), "no answer in time");
    }
    doors_count++;
}

/* The earliest that is done by then; DOORS_FLYING_MAX when none is. */
static size_t doors_first(int64_t until)
{
    size_t first = DOORS_FLYING_MAX;

    for (size_t i = 0; i < doors_count; i++) {
        if (doors_flying[i].at <= until &&
            (first == DOORS_FLYING_MAX || doors_flying[i].at < doors_flying[first].at)) {
            first = i;
        }
    }
    return first;
}

void http_wait(int64_t until)
{
    size_t first;

    if (until > doors_stop_time) {
        until = doors_stop_time;
    }
    first = doors_first(until);
    if (first == DOORS_FLYING_MAX) {
        system_sleep_until(until);
    } else {
        struct http_exchange *x = doors_flying[first].x;

        system_sleep_until(doors_flying[first].at);
        x->done = true;
        x->ended = doors_now;
        doors_flying[first] = doors_flying[--doors_count];
    }
    while (system_stopped() && doors_count > 0) {
        doors_flying[--doors_count].x->done = true;
        doors_flying[doors_count].x->end = HTTP_STOPPED;
    }
}

void http_clear(struct http_exchange *x)
{
    buf_clear(&x->body_in);
    memset(x, 0, sizeof(*x));
}

void http_close(void)
{
}
