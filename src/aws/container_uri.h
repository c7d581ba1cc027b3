/*
 * Room: aws. Which address container credentials may be asked from: the ECS agent by a relative path, or a full URI under the
 * rules of the SDKs: https to anybody, plain http to this machine and AWS's own link-local addresses only.
 */
#ifndef AWS_CONTAINER_URI_H
#define AWS_CONTAINER_URI_H

#include "base/err.h"

#include <stdint.h>

struct container_uri {
    char url[1216];  /* what is connected to: a literal address where plain http goes to a name */
    char host[300];  /* value of the Host header */
    char shown[300]; /* for people: host and port, no more */
    bool eks_agent;  /* 169.254.170.23 or fd00:ec2::23 */
    bool ipv6;       /* fd00:ec2::23 */
};

/* "/v2/credentials/x" on 169.254.170.2. false: ERR_USAGE. */
bool container_uri_relative(const char *path, struct container_uri *out, struct err *e) MUST_LOOK;

/* A whole URI. Names are resolved until deadline (system_now_ms), and every address is judged. false: ERR_USAGE when it is
 * not safe or not understood, ERR_NETWORK when the name is not resolved. */
bool container_uri_full(const char *uri, int64_t deadline, struct container_uri *out,
                        struct err *e) MUST_LOOK;

/* Plain http may go there: loopback or one of AWS's addresses, in any spelling. */
bool container_uri_is_safe(const char *address);

#endif
