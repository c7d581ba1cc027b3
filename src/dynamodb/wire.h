/*
 * Room: dynamodb. What was written beside keys and indexes, in the API's spelling: the one place that knows how a
 * feature is called on the wire. Pure. Source: the DynamoDB API, CreateTable and the calls of single features.
 */
#ifndef DYNAMODB_WIRE_H
#define DYNAMODB_WIRE_H

#include "dynamodb/table.h"

/* An object with a member for each feature that was written, named as the API names it; the caller's. */
json_t *wire_settings(const struct feature_set *f);

/* One replica as ReplicaUpdates' Create has it. */
json_t *wire_replica(const struct feature_replica *r);

/* The same for an index: OnDemandThroughput, WarmThroughput, ContributorInsightsSpecification. */
json_t *wire_index_settings(const struct table_index *index);

#endif
