/*
 * The two doors for unit tests: a clock on which ten minutes of waiting take microseconds, and answers that a test's
 * own function makes. Stands in for src/io/system_posix.c and src/io/http_curl.c, chosen by the linker.
 */
#ifndef UNIT_DOORS_H
#define UNIT_DOORS_H

#include "io/http.h"

#include <stdint.h>

/* Answers an exchange: fills status, body_in, end; returns after how many ms it comes. */
typedef int64_t doors_server(struct http_exchange *x, const char *operation);

/* Begins anew: the clock at zero, no requests, nothing stopped. */
void doors_reset(doors_server *server);

/* From this time on (ms), a stop signal was there. */
void doors_stop_at(int64_t ms);

/* The variable has this value, the file this text, until the next reset; both strings are the test's. */
void doors_set(const char *name, const char *value);
void doors_file(const char *path, const char *text);

/* Requests begun so far, and what was logged. */
extern int doors_requests;
extern char doors_log[65536];

/* For servers: an answer with this status and body. */
void doors_answer(struct http_exchange *x, int status, const char *body);

#endif
