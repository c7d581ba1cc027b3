/*
 * Room: aws. AWS's partitions: worlds of their own, each with its regions and domains. Pure. The table is made from botocore's
 * copy of AWS's endpoint rules (deps/partitions.py; make endpoints). Regions are compared
 * without their case.
 */
#ifndef AWS_PARTITION_H
#define AWS_PARTITION_H

#include <stdbool.h>
#include <stddef.h>

/* Lists are words apart by a blank. */
struct partition {
    const char *id;         /* "aws", "aws-cn" */
    const char *prefixes;   /* what its regions begin with, known or not yet: "us eu" */
    const char *regions;    /* those known by name */
    const char *suffix;     /* what its hosts end in: "amazonaws.com" */
    const char *dual_stack; /* and its hosts for IPv4 and IPv6: "api.aws" */
    bool fips_is_plain;     /* its hosts without -fips are the FIPS hosts */
};

/* The region's own; "aws" for what nobody knows. Never NULL. */
const struct partition *partition_of(const char *region);

/* The n-th, or NULL behind the last. */
const struct partition *partition_at(size_t n);

/* Its legacy STS endpoint is the global one (AWS_STS_REGIONAL_ENDPOINTS). */
bool partition_is_sts_global(const char *region);

#endif
