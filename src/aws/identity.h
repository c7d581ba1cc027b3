/*
 * Room: aws. Who we are, kept fresh: what a signer asks before it signs, and again when AWS calls the keys expired. It owns
 * the credentials and repeats a failing source (retries, grace for IAM propagation, deadline). doctor reads its rows.
 */
#ifndef AWS_IDENTITY_H
#define AWS_IDENTITY_H

#include "aws/imds.h"
#include "aws/look.h"

struct identity {
    struct credentials now; /* valid while `held`; replaced by identity_fresh and identity_renew */
    bool held;
    enum look_source source;            /* of `now`; LOOK_SOURCES: placeholders */
    struct look_row rows[LOOK_SOURCES]; /* the record */
    int64_t skew_s;                     /* set by whoever learns how far AWS's clock is ahead */
    struct look_setup setup;
    struct imds imds;
    enum look_source committed; /* the source that is configured: it alone is asked again */
    int64_t refresh_at;         /* seconds since 1970, by AWS's clock; INT64_MAX: never */
    int64_t denied_since;       /* first denial, 0 before */
    bool renewed;               /* these keys came after an expired-token answer */
};

/* Nothing is asked yet. What setup points to must outlive the identity. */
void identity_open(struct identity *id, const struct look_setup *setup);

/* Makes sure that `now` holds keys with at least five minutes left, asking the source, with its retries, until the deadline
 * (system_now_ms). At once when nothing is due. May wait; other exchanges proceed meanwhile. false: *e. */
bool identity_fresh(struct identity *id, int64_t deadline, struct err *e) MUST_LOOK;

/* After an answer that calls the keys expired or unknown (retry.h): true when `now` holds other keys than key_id, so that
 * the call is to be signed and sent again. Asks the source at most once for that; without success it says so in
 * the log, and the caller goes on as after any denial. */
bool identity_renew(struct identity *id, const char *key_id, int64_t deadline) MUST_LOOK;

/* One line for people: which role or key, from which source, which account. Returns out. */
const char *identity_show(const struct identity *id, char *out, size_t size);

/* Wipes and frees. May be called twice; zeroed is valid. */
void identity_clear(struct identity *id);

#define CLEAN_IDENTITY __attribute__((cleanup(identity_clear)))

#endif
