/*
 * Room: dynamodb. The smallest IAM policy with which ensure can do what a spec asks for. A pure function of the wanted tables;
 * it asks nobody. Source: the service authorization reference and the developer guide, per feature.
 */
#ifndef DYNAMODB_POLICY_H
#define DYNAMODB_POLICY_H

#include "base/json.h"
#include "dynamodb/spec.h"

/* What stands in the ARNs; "*" where it is not known. */
struct policy_place {
    const char *partition, *region, *account;
};

/* Whose rights: `wait` only describes, `plan` reads what ensure might add, ensure adds it. */
enum policy_whose { POLICY_OF_WAIT, POLICY_OF_PLAN, POLICY_OF_ENSURE };

/* The policy; the caller's. probe: with --probe. */
json_t *policy_of(const struct spec *s, const struct policy_place *place, enum policy_whose whose,
                  bool probe);

#endif
