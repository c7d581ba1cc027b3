/*
 * Room: aws. Who we are: the access key, from the first source that is configured. Here: the environment, and
 * placeholders for emulators. Secrets live in this struct alone and are wiped by credentials_clear.
 */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "base/err.h"

struct credentials {
    char *key_id;
    char *secret;
    char *token;        /* NULL without one */
    const char *source; /* for people: "environment", "placeholders" */
    bool placeholder;
};

/* emulator: placeholders may stand in when no source is configured. false: ERR_USAGE (half a pair) or ERR_IDENTITY. */
bool credentials_find(bool emulator, struct credentials *out, struct err *e) MUST_LOOK;

/* Wipes and frees. May be called twice; zeroed is valid. */
void credentials_clear(struct credentials *c);

#define CLEAN_CREDENTIALS __attribute__((cleanup(credentials_clear)))

#endif
