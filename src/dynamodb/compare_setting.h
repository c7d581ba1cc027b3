/*
 * Room: dynamodb. The part of compare.h beyond keys, indexes and capacity: streams, encryption, class, protection,
 * on-demand and warm throughput, replicas. Pure. Called by compare.c alone.
 */
#ifndef DYNAMODB_COMPARE_SETTING_H
#define DYNAMODB_COMPARE_SETTING_H

#include "dynamodb/compare.h"

void compare_setting_all(const struct table_wanted *wanted, const struct table_seen *seen,
                         const struct compare_rules *rules, struct compare *out);

#endif
