#include "dynamodb/spec_rows.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define SHAPE(type, rows_, title_, ...)                                                  \
    {                                                                                    \
        .title = (title_), .size = sizeof(type), .rows = (rows_), .count = COUNT(rows_), \
        __VA_ARGS__                                                                      \
    }
#define FLAG(type, member) (offsetof(type, member) + 1)
#define FOREIGN(name_)                        \
    {                                         \
        .name = (name_), .type = SPEC_FOREIGN \
    }
#define NAMED(name_, type_) .name = (name_), .type = (type_)
#define LIMITS(min_, max_) .min = (min_), .max = (max_)

static const char *const attribute_types[] = {"S", "N", "B", NULL};
static const char *const key_roles[] = {[TABLE_HASH] = "HASH", [TABLE_RANGE] = "RANGE", NULL};
static const char *const projections[] = {[TABLE_PROJECT_ALL] = "ALL",
                                          [TABLE_PROJECT_KEYS_ONLY] = "KEYS_ONLY",
                                          [TABLE_PROJECT_INCLUDE] = "INCLUDE",
                                          NULL};
static const char *const billing_modes[] = {
    [TABLE_PROVISIONED] = "PROVISIONED", [TABLE_ON_DEMAND] = "PAY_PER_REQUEST", NULL};
static const char *const sse_types[] = {"KMS", NULL};
static const char *const ready_words[] = {[TABLE_READY_INDEXES] = "Indexes",
                                          [TABLE_READY_TABLE] = "Table",
                                          [TABLE_READY_REPLICAS] = "Replicas",
                                          NULL};

#define UNITS(name_, member, extra)                                         \
    {                                                                       \
        NAMED(name_, SPEC_NUMBER), LIMITS(1, SPEC_ROWS_UNITS_MAX),          \
            .flags = (extra), .at = offsetof(struct feature_units, member), \
            .has = FLAG(struct feature_units, has_##member)                 \
    }

static const struct spec_row provisioned_throughput_rows[] = {
    UNITS("ReadCapacityUnits", read, SPEC_NEED), UNITS("WriteCapacityUnits", write, SPEC_NEED)};
static const struct spec_row on_demand_throughput_rows[] = {
    UNITS("MaxReadRequestUnits", read, SPEC_NO_LIMIT),
    UNITS("MaxWriteRequestUnits", write, SPEC_NO_LIMIT)};
static const struct spec_row warm_throughput_rows[] = {UNITS("ReadUnitsPerSecond", read, 0),
                                                       UNITS("WriteUnitsPerSecond", write, 0)};
static const struct spec_row read_capacity_rows[] = {UNITS("ReadCapacityUnits", read, SPEC_NEED),
                                                     FOREIGN("ReadCapacityAutoScalingSettings")};
static const struct spec_row read_maximum_rows[] = {
    UNITS("MaxReadRequestUnits", read, SPEC_NEED | SPEC_NO_LIMIT)};
static const struct spec_shape provisioned_shape =
    SHAPE(struct feature_units, provisioned_throughput_rows, "ProvisionedThroughput", .mark = 0);
static const struct spec_shape on_demand_shape =
    SHAPE(struct feature_units, on_demand_throughput_rows, "OnDemandThroughput", .mark = 0);
static const struct spec_shape warm_shape =
    SHAPE(struct feature_units, warm_throughput_rows, "WarmThroughput", .mark = 0);
static const struct spec_shape read_shape =
    SHAPE(struct feature_units, read_capacity_rows, "ReadCapacity", .mark = 0);
static const struct spec_shape maximum_shape =
    SHAPE(struct feature_units, read_maximum_rows, "ReadMaximum", .mark = 0);

static const struct spec_row attribute_definition_rows[] = {
    {NAMED("AttributeName", SPEC_TEXT), .flags = SPEC_NEED, LIMITS(1, 255),
     .at = offsetof(struct spec_definition, name)},
    {NAMED("AttributeType", SPEC_WORD), .flags = SPEC_NEED, .words = attribute_types,
     .at = offsetof(struct spec_definition, type)}};
static const struct spec_shape definition_shape =
    SHAPE(struct spec_definition, attribute_definition_rows, "AttributeDefinition", .mark = 0);

static const struct spec_row key_schema_element_rows[] = {
    {NAMED("AttributeName", SPEC_TEXT), .flags = SPEC_NEED, LIMITS(1, 255),
     .at = offsetof(struct table_key, name)},
    {NAMED("KeyType", SPEC_WORD), .flags = SPEC_NEED, .words = key_roles,
     .at = offsetof(struct table_key, role)}};
static const struct spec_shape key_shape =
    SHAPE(struct table_key, key_schema_element_rows, "KeySchemaElement", .mark = 0);

static const struct spec_row projection_rows[] = {
    {NAMED("ProjectionType", SPEC_WORD), .flags = SPEC_NEED, .words = projections,
     .at = offsetof(struct table_index, projection)},
    {NAMED("NonKeyAttributes", SPEC_TEXTS), LIMITS(1, 20),
     .at = offsetof(struct table_index, others),
     .count = offsetof(struct table_index, other_count)}};
static const struct spec_shape projection_shape =
    SHAPE(struct table_index, projection_rows, "Projection", .mark = 0);

static const struct spec_row contributor_insights_rows[] = {
    {NAMED("Enabled", SPEC_SWITCH), .flags = SPEC_NEED,
     .at = offsetof(struct feature_insights, enabled)},
    {NAMED("Mode", SPEC_WORD), .words = feature_modes,
     .at = offsetof(struct feature_insights, mode),
     .has = FLAG(struct feature_insights, has_mode)}};
static const struct spec_shape insights_shape =
    SHAPE(struct feature_insights, contributor_insights_rows, "ContributorInsights",
          .mark = FLAG(struct feature_insights, has));

/* What AWS::DynamoDB::GlobalTable has on the table and on each of its indexes. */
#define GLOBAL_TABLE_ROWS                                                                      \
    FOREIGN("WriteProvisionedThroughputSettings"), FOREIGN("WriteOnDemandThroughputSettings"), \
        FOREIGN("ReadProvisionedThroughputSettings"), FOREIGN("ReadOnDemandThroughputSettings")

#define INDEX_ROWS                                                                                 \
    {NAMED("IndexName", SPEC_NAME), .flags = SPEC_NEED, .at = offsetof(struct table_index, name)}, \
        {NAMED("KeySchema", SPEC_LIST),                                                            \
         .flags = SPEC_NEED | SPEC_FIXED,                                                          \
         LIMITS(1, TABLE_KEYS_MAX),                                                                \
         .below = &key_shape,                                                                      \
         .at = offsetof(struct table_index, keys),                                                 \
         .count = offsetof(struct table_index, key_count)},                                        \
    {                                                                                              \
        NAMED("Projection", SPEC_OBJECT), .flags = SPEC_NEED, .below = &projection_shape           \
    }
static const struct spec_row local_secondary_index_rows[] = {INDEX_ROWS};
static const struct spec_row global_secondary_index_rows[] = {
    INDEX_ROWS,
    {NAMED("ProvisionedThroughput", SPEC_OBJECT), .below = &provisioned_shape,
     .at = offsetof(struct table_index, throughput)},
    {NAMED("OnDemandThroughput", SPEC_OBJECT), .below = &on_demand_shape,
     .at = offsetof(struct table_index, on_demand)},
    {NAMED("WarmThroughput", SPEC_OBJECT), .below = &warm_shape,
     .at = offsetof(struct table_index, warm)},
    {NAMED("ContributorInsightsSpecification", SPEC_OBJECT), .below = &insights_shape,
     .at = offsetof(struct table_index, insights)},
    GLOBAL_TABLE_ROWS};
static const struct spec_shape local_shape =
    SHAPE(struct table_index, local_secondary_index_rows, "LocalSecondaryIndex", .mark = 0);
static const struct spec_shape global_shape =
    SHAPE(struct table_index, global_secondary_index_rows, "GlobalSecondaryIndex",
          .mark = FLAG(struct table_index, global));

/* CloudFormation knows no StreamEnabled: the block alone turns it on. */
static const struct spec_row stream_specification_rows[] = {
    {NAMED("StreamEnabled", SPEC_SWITCH), .at = offsetof(struct feature_stream, enabled)},
    {NAMED("StreamViewType", SPEC_WORD), .words = feature_views,
     .at = offsetof(struct feature_stream, view), .has = FLAG(struct feature_stream, has_view)},
    FOREIGN("ResourcePolicy"),
    FOREIGN("Tags")};
static const struct spec_shape stream_shape =
    SHAPE(struct feature_stream, stream_specification_rows, "StreamSpecification",
          .mark = FLAG(struct feature_stream, enabled));

static const struct spec_row sse_specification_rows[] = {
    {NAMED("SSEEnabled", SPEC_SWITCH), .also = "Enabled", .flags = SPEC_NEED,
     .at = offsetof(struct feature_sse, enabled)},
    {NAMED("SSEType", SPEC_WORD), .words = sse_types, .at = offsetof(struct feature_sse, type),
     .has = FLAG(struct feature_sse, has_type)},
    {NAMED("KMSMasterKeyId", SPEC_TEXT), LIMITS(1, 2048), .at = offsetof(struct feature_sse, key)}};
static const struct spec_shape sse_shape =
    SHAPE(struct feature_sse, sse_specification_rows, "SSESpecification", .mark = 0);

static const struct spec_row time_to_live_specification_rows[] = {
    {NAMED("Enabled", SPEC_SWITCH), .flags = SPEC_NEED,
     .at = offsetof(struct feature_ttl, enabled)},
    {NAMED("AttributeName", SPEC_TEXT), LIMITS(1, 255),
     .at = offsetof(struct feature_ttl, attribute)}};
static const struct spec_shape ttl_shape = SHAPE(
    struct feature_ttl, time_to_live_specification_rows, "TimeToLiveSpecification", .mark = 0);

static const struct spec_row point_in_time_recovery_rows[] = {
    {NAMED("PointInTimeRecoveryEnabled", SPEC_SWITCH),
     .at = offsetof(struct feature_pitr, enabled)},
    {NAMED("RecoveryPeriodInDays", SPEC_NUMBER), LIMITS(1, 35),
     .at = offsetof(struct feature_pitr, days), .has = FLAG(struct feature_pitr, has_days)}};
static const struct spec_shape pitr_shape =
    SHAPE(struct feature_pitr, point_in_time_recovery_rows, "PointInTimeRecovery", .mark = 0);

static const struct spec_row kinesis_stream_specification_rows[] = {
    {NAMED("StreamArn", SPEC_TEXT), .flags = SPEC_NEED, LIMITS(37, 1024),
     .at = offsetof(struct feature_kinesis, stream_arn)},
    {NAMED("ApproximateCreationDateTimePrecision", SPEC_WORD), .words = feature_precisions,
     .at = offsetof(struct feature_kinesis, precision),
     .has = FLAG(struct feature_kinesis, has_precision)}};
static const struct spec_shape kinesis_shape =
    SHAPE(struct feature_kinesis, kinesis_stream_specification_rows, "KinesisStreamSpecification",
          .mark = 0);

static const struct spec_row tag_rows[] = {
    {NAMED("Key", SPEC_TEXT), .flags = SPEC_NEED | SPEC_CHARS, LIMITS(1, 128),
     .at = offsetof(struct feature_tag, key)},
    {NAMED("Value", SPEC_TEXT), .flags = SPEC_NEED | SPEC_CHARS, LIMITS(0, 256),
     .at = offsetof(struct feature_tag, value)}};
static const struct spec_shape tag_shape = SHAPE(struct feature_tag, tag_rows, "Tag", .mark = 0);

static const struct spec_row replica_index_rows[] = {
    {NAMED("IndexName", SPEC_NAME), .flags = SPEC_NEED,
     .at = offsetof(struct feature_replica_index, name)},
    {NAMED("ReadProvisionedThroughputSettings", SPEC_OBJECT), .below = &read_shape,
     .at = offsetof(struct feature_replica_index, throughput)},
    {NAMED("ReadOnDemandThroughputSettings", SPEC_OBJECT), .below = &maximum_shape,
     .at = offsetof(struct feature_replica_index, on_demand)},
    FOREIGN("ContributorInsightsSpecification")};
static const struct spec_shape replica_index_shape =
    SHAPE(struct feature_replica_index, replica_index_rows, "ReplicaIndex", .mark = 0);

static const struct spec_row replica_sse_rows[] = {
    {NAMED("KMSMasterKeyId", SPEC_TEXT), .flags = SPEC_NEED, LIMITS(1, 2048),
     .at = offsetof(struct feature_replica, kms_key)}};
static const struct spec_shape replica_sse_shape =
    SHAPE(struct feature_replica, replica_sse_rows, "ReplicaSSE", .mark = 0);

static const struct spec_row replica_rows[] = {
    {NAMED("Region", SPEC_TEXT), .also = "RegionName", .flags = SPEC_NEED, LIMITS(1, 64),
     .at = offsetof(struct feature_replica, region)},
    {NAMED("SSESpecification", SPEC_OBJECT), .below = &replica_sse_shape},
    {NAMED("TableClass", SPEC_WORD), .words = feature_classes,
     .at = offsetof(struct feature_replica, class_override),
     .has = FLAG(struct feature_replica, has_class)},
    {NAMED("ReadProvisionedThroughputSettings", SPEC_OBJECT), .below = &read_shape,
     .at = offsetof(struct feature_replica, throughput)},
    {NAMED("ReadOnDemandThroughputSettings", SPEC_OBJECT), .below = &maximum_shape,
     .at = offsetof(struct feature_replica, on_demand)},
    {NAMED("GlobalSecondaryIndexes", SPEC_LIST), .flags = SPEC_EMPTY, LIMITS(0, 1000),
     .below = &replica_index_shape, .at = offsetof(struct feature_replica, indexes),
     .count = offsetof(struct feature_replica, index_count)},
    FOREIGN("PointInTimeRecoverySpecification"),
    FOREIGN("Tags"),
    FOREIGN("ContributorInsightsSpecification"),
    FOREIGN("KinesisStreamSpecification"),
    FOREIGN("DeletionProtectionEnabled"),
    FOREIGN("DisassociationProtectionEnabled"),
    FOREIGN("ResourcePolicy"),
    FOREIGN("ReplicaStreamSpecification"),
    FOREIGN("GlobalTableSettingsReplicationMode")};
static const struct spec_shape replica_shape =
    SHAPE(struct feature_replica, replica_rows, "Replica", .mark = 0);

#define OF(member) .at = offsetof(struct spec_table, w.shape.member)
#define HAS(member) .has = FLAG(struct spec_table, w.shape.member)
#define MANY(member) .count = offsetof(struct spec_table, w.shape.member)
#define FEATURE(name_, shape_, member)                                      \
    {                                                                       \
        NAMED(name_, SPEC_OBJECT), .below = &(shape_), OF(features.member), \
                                   HAS(features.member.has)                 \
    }
#define INDEXES(name_, most, shape_)                                                          \
    {                                                                                         \
        NAMED(name_, SPEC_LIST), .flags = SPEC_EMPTY, .group = SPEC_OF_KEYS, LIMITS(0, most), \
                                 .below = &(shape_), OF(indexes), MANY(index_count)           \
    }

static const struct spec_row table_rows[] = {
    {NAMED("TableName", SPEC_NAME), .flags = SPEC_NEED | SPEC_PREFIXED, OF(name)},
    {NAMED("AttributeDefinitions", SPEC_LIST), .flags = SPEC_NEED, .group = SPEC_OF_KEYS,
     LIMITS(0, SPEC_ROWS_DEFINITIONS_MAX), .below = &definition_shape,
     .at = offsetof(struct spec_table, definitions),
     .count = offsetof(struct spec_table, definition_count)},
    {NAMED("KeySchema", SPEC_LIST), .flags = SPEC_NEED | SPEC_FIXED, .group = SPEC_OF_KEYS,
     LIMITS(1, 2), .below = &key_shape, OF(keys), MANY(key_count)},
    INDEXES("LocalSecondaryIndexes", 5, local_shape),
    INDEXES("GlobalSecondaryIndexes", 1000, global_shape), /* the quota can be raised */
    {NAMED("BillingMode", SPEC_WORD), .group = SPEC_OF_CAPACITY, .words = billing_modes,
     OF(billing), .has = FLAG(struct spec_table, w.billing_written)},
    {NAMED("ProvisionedThroughput", SPEC_OBJECT), .group = SPEC_OF_CAPACITY,
     .below = &provisioned_shape, OF(throughput), .has = FLAG(struct spec_table, w.read_written),
     .has_too = FLAG(struct spec_table, w.write_written)},
    {NAMED("OnDemandThroughput", SPEC_OBJECT), .below = &on_demand_shape, OF(features.on_demand)},
    {NAMED("WarmThroughput", SPEC_OBJECT), .below = &warm_shape, OF(features.warm)},
    FEATURE("StreamSpecification", stream_shape, stream),
    FEATURE("SSESpecification", sse_shape, sse),
    {NAMED("TableClass", SPEC_WORD), .words = feature_classes, OF(features.table_class),
     HAS(features.has_class)},
    {NAMED("DeletionProtectionEnabled", SPEC_SWITCH), OF(features.protection),
     HAS(features.has_protection)},
    {NAMED("Tags", SPEC_LIST), .flags = SPEC_EMPTY, LIMITS(0, 50), .below = &tag_shape,
     OF(features.tags), MANY(features.tag_count)},
    FEATURE("TimeToLiveSpecification", ttl_shape, ttl),
    FEATURE("PointInTimeRecoverySpecification", pitr_shape, pitr),
    {NAMED("ResourcePolicy", SPEC_POLICY), LIMITS(2, 20480), OF(features.policy)},
    FEATURE("ContributorInsightsSpecification", insights_shape, insights),
    FEATURE("KinesisStreamSpecification", kinesis_shape, kinesis),
    {NAMED("Replicas", SPEC_LIST), .flags = SPEC_EMPTY, LIMITS(0, 100), .below = &replica_shape,
     OF(features.replicas), MANY(features.replica_count)},
    {NAMED("Items", SPEC_ITEMS), .flags = SPEC_EMPTY, LIMITS(0, 10000), OF(features.items),
     MANY(features.item_count)},
    {NAMED("ReadyWhen", SPEC_WORD), .words = ready_words,
     .at = offsetof(struct spec_table, w.ready_when)},
    FOREIGN("VectorIndexes"),
    FOREIGN("ImportSourceSpecification"),
    FOREIGN("GlobalTableSourceArn"),
    FOREIGN("GlobalTableSettingsReplicationMode"),
    FOREIGN("GlobalTableWitnesses"),
    FOREIGN("GlobalTableWitnessUpdates"),
    FOREIGN("MultiRegionConsistency"),
    FOREIGN("TableType"),
    GLOBAL_TABLE_ROWS,
};

const struct spec_shape spec_rows_table = SHAPE(struct spec_table, table_rows, "Table", .mark = 0);

void spec_rows_clear(struct spec_table *t)
{
    for (size_t i = 0; i < t->definition_count; i++) {
        free(t->definitions[i].name);
    }
    free(t->definitions);
    table_wanted_clear(&t->w);
    memset(t, 0, sizeof(*t));
}
