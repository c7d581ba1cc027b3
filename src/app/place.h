/*
 * Room: app. Where DynamoDB is and in which region, from options, variables, the profile and, at last, the instance that we run on.
 * It decides which source counts and remembers it for the log.
 */
#ifndef APP_PLACE_H
#define APP_PLACE_H

#include "app/options.h"
#include "aws/endpoint_dynamodb.h"
#include "aws/identity.h"
#include "aws/profile.h"

struct place {
    char region[64];
    const char *region_source; /* "--region", "AWS_REGION", "profile", ...; NULL: none yet */
    const char *override;      /* NULL: AWS's own address */
    const char *override_source;
    bool region_placeholder;
    bool emulator; /* the override takes placeholders */
    struct endpoint_dynamodb want;
    struct endpoint endpoint;
};

/* The first of the variables that is set goes into *found, unless it has a source already. */
void place_first(const char *const *names, size_t count, struct options_text *found);

/* The region that option, variables or profile (NULL: none is read) name; without a source when nobody does. false:
 * ERR_USAGE, it is none. */
bool place_region(const struct options *o, const struct profile *profile,
                  struct options_text *region, struct err *e) MUST_LOOK;

/* What needs nobody on the network: the override and, if one is named, the region. false: ERR_USAGE. */
bool place_read(const struct options *o, const struct profile *profile, struct place *p,
                struct err *e) MUST_LOOK;

/* The rest: the region by the instance metadata service, which the identity knows, when nothing names one (placeholders for an
 * emulator); then the endpoint. HTTP must be open. false: ERR_USAGE, or as that service fails. */
bool place_find(struct place *p, struct identity *id, int64_t deadline, struct err *e) MUST_LOOK;

/* When the keys are known: the account's own host, for those who ask for it. false: ERR_USAGE. */
bool place_settle(struct place *p, const char *account, struct err *e) MUST_LOOK;

#endif
