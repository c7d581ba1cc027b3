/*
 * Room: app. From options and environment to all that a run needs to know: tables, region, endpoint, identity, trust,
 * proxy. It decides which source counts and remembers it for the log. It reads files and variables, and asks nobody.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/options.h"
#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "dynamodb/spec.h"
#include "io/http.h"

struct config {
    struct spec spec;
    const char *region, *region_source;
    const char *endpoint_source; /* NULL: AWS's own address */
    bool region_placeholder;
    struct endpoint endpoint;
    struct credentials credentials;
    struct http_setup http;
};

/* INIT_DYNAMODB_ON_STARTUP. false: ERR_USAGE, it is no switch word. */
bool config_is_on(bool *on, struct err *e) MUST_LOOK;

/* Fills *c, which is to be cleared either way. Files are read until the deadline. */
bool config_read(const struct options *o, int64_t deadline, struct config *c,
                 struct err *e) MUST_LOOK;

void config_clear(struct config *c);

#define CLEAN_CONFIG __attribute__((cleanup(config_clear)))

#endif
