/*
 * Room: app. From options and environment to all that a run needs to know: tables, region, endpoint, identity, trust,
 * proxy. It decides which source counts and remembers it for the log.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/options.h"
#include "app/place.h"
#include "aws/identity.h"
#include "aws/profile.h"
#include "dynamodb/spec.h"
#include "io/http.h"

struct config {
    struct spec spec;
    struct profile profile;
    struct place place;
    struct identity identity;
    struct http_setup http;
};

/* INIT_DYNAMODB_ON_STARTUP. false: ERR_USAGE, it is no switch word. */
bool config_is_on(bool *on, struct err *e) MUST_LOOK;

/* The tables alone, every mistake of every file noted, and all the rest: the two halves of config_read. */
bool config_tables(const struct options *o, int64_t deadline, struct spec *s,
                   struct err *e) MUST_LOOK;
bool config_around(const struct options *o, int64_t deadline, struct config *c,
                   struct err *e) MUST_LOOK;

/* Into the log: the warnings of a spec, and its mistakes when they are more than the one that ends the run. */
void config_tell(const struct spec_notes *notes);

/* Fills *c, which stays in place and is to be cleared either way, with what files and variables say, until the deadline. */
bool config_read(const struct options *o, int64_t deadline, struct config *c,
                 struct err *e) MUST_LOOK;

/* Finds region, endpoint and keys; HTTP must be open. */
bool config_find(struct config *c, int64_t deadline, struct err *e) MUST_LOOK;

void config_clear(struct config *c);

#define CLEAN_CONFIG __attribute__((cleanup(config_clear)))

#endif
