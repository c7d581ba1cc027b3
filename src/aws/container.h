/*
 * Room: aws. The source "container": the agents of ECS and of EKS Pod Identity, which hand out a role's keys over local HTTP.
 */
#ifndef AWS_CONTAINER_H
#define AWS_CONTAINER_H

#include "aws/look.h"

/* Is one of its addresses set? Else look->row->why says what is missing. */
bool container_is_set(struct look *look);

enum look_end container_find(struct look *look, struct err *e) MUST_LOOK;

#endif
