/*
 * Room: aws. One HTTP exchange that is waited for: what the credential sources do. Whether to ask again is not decided here.
 */
#ifndef AWS_FETCH_H
#define AWS_FETCH_H

#include "io/http.h"

#define FETCH_BODY_MAX ((size_t)65536) /* credentials and errors are far smaller */

/* Runs the exchange, whose request is set but for its limits, to its end: within connect_ms and whole_ms, and not beyond the
 * deadline (system_now_ms). x->end and x->status tell; http_clear ends it and wipes what came. */
void fetch_run(struct http_exchange *x, int64_t connect_ms, int64_t whole_ms, int64_t deadline);

/* A whole answer with a status from 200 to 299. */
bool fetch_succeeded(const struct http_exchange *x);

#define CLEAN_FETCH __attribute__((cleanup(http_clear)))

#endif
