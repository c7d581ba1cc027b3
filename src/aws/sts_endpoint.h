/*
 * Room: aws. Where STS is: the override, else the host of the region, of its FIPS or dual-stack kind, or the global one for those
 * who ask for it. Source: the endpoint rules of STS as botocore has them.
 */
#ifndef AWS_STS_ENDPOINT_H
#define AWS_STS_ENDPOINT_H

#include "aws/endpoint.h"
#include "aws/profile.h"

/* region: NULL when none is known. false: ERR_USAGE. */
bool sts_endpoint_resolve(const char *region, const struct profile *profile, struct endpoint *out,
                          struct err *e) MUST_LOOK;

/* AWS_STS_REGIONAL_ENDPOINTS. false: ERR_USAGE, an unknown word, which is refused even when STS is not asked. */
bool sts_endpoint_is_legacy(const struct profile *profile, bool *legacy, struct err *e) MUST_LOOK;

#endif
