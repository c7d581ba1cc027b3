/*
 * Room: dynamodb. When to look again: pure. Quick where we made the table and know that it comes, polite where
 * somebody else is at work. AWS documents no times: these are from measurements and reports.
 */
#ifndef DYNAMODB_POLL_H
#define DYNAMODB_POLL_H

#include <stdbool.h>
#include <stdint.h>

enum poll_case {
    POLL_OWN_REMOTE,       /* our create, at AWS */
    POLL_OWN_REMOTE_STALE, /* the same, and it is not found yet */
    POLL_OWN_EMULATOR,     /* our create, on an emulator */
    POLL_OTHERS,           /* somebody else's create */
    POLL_MISSING,          /* `wait`: not there yet */
    POLL_DELETING,
    POLL_UPDATE,  /* our own UpdateTable, not of an index */
    POLL_INDEX,   /* an index that is being filled */
    POLL_REPLICA, /* a replica that is being made */
};

struct poll_now {
    enum poll_case why;
    int looks;       /* earlier looks in this case */
    int64_t elapsed; /* ms since our create (own), or age of the table (others) */
    uint32_t random; /* 0 to 0xffffffff */
};

/* Milliseconds until the next look. */
int64_t poll_delay(const struct poll_now *now);

#endif
