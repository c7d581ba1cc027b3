/*
 * Room: aws. The instance metadata service (IMDSv2 alone) of EC2: the node's role, and its region. A machine without one must not
 * cost more than a second or two: what did not answer is remembered and not asked again.
 */
#ifndef AWS_IMDS_H
#define AWS_IMDS_H

#include "aws/look.h"
#include "base/buf.h"

/* What is remembered of the service within a run; zeroed is valid. */
struct imds {
    char token[256]; /* "" before it was asked for */
    char why[300];   /* it did not answer, and why; "" otherwise */
};

/* Not switched off? Else look->row->why says what did it. */
bool imds_is_on(struct look *look);

enum look_end imds_find(struct look *look, struct err *e) MUST_LOOK;

/* The region that the instance stands in, into out. LOOK_ABSENT: nobody answers. */
enum look_end imds_region(struct look *look, struct buf *out, struct err *e) MUST_LOOK;

#endif
