/*
 * Room: dynamodb. The rules of a wanted table beside its keys: throughput and billing, stream, encryption, TTL, recovery,
 * tags, Kinesis, replicas; and the quotas, which only warn. Pure.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
#ifndef DYNAMODB_SPEC_FEATURE_H
#define DYNAMODB_SPEC_FEATURE_H

#include "dynamodb/spec_rows.h"
#include "dynamodb/spec_note.h"

/* Notes what is wrong. table: its JSON, for whether a block was written. */
void spec_feature_check(const struct spec_table *t, const json_t *table,
                        const struct spec_place *at);

#endif
