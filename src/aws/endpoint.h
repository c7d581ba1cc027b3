/*
 * Room: aws. Where DynamoDB is: from region and overrides to the URL, the Host header and the signing region.
 * Pure. Sources: AWS's endpoint rules as botocore has them (dynamodb endpoint-rule-set, partitions.json).
 */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include "base/err.h"

struct endpoint {
    char url[1100]; /* scheme://host[:port]path, as it is sent */
    char host[300]; /* of the Host header: lower case, no default port, IPv6 in brackets */
    char path[600]; /* "/" or the override's base path, normalised */
    char signing_region[64];
    bool https;
    bool own;      /* AWS's own name, made of the region: a whole name for DNS */
    bool emulator; /* an override that is not under an AWS domain: it may lack calls and settings */
    const char *source; /* of an override; NULL: the region says it */
};

/* One host label: 1 to 63 letters, digits, hyphens, no hyphen at the ends. */
bool endpoint_is_region(const char *region);

/* What the hosts of this region's partition end in: "amazonaws.com". */
const char *endpoint_suffix(const char *region, bool dual_stack);

/* Fills out for this region; override may be NULL. source names where the override came from, for messages
 * ("--endpoint-url", "AWS_ENDPOINT_URL"). false: ERR_USAGE. */
bool endpoint_resolve(const char *region, const char *override, const char *source,
                      struct endpoint *out, struct err *e) MUST_LOOK;

/* The override is plain http on a host that is not under an AWS domain: placeholders are harmless there. */
bool endpoint_takes_placeholders(const char *override);

#endif
