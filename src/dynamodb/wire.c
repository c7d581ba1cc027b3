#include "dynamodb/wire.h"

/* Adds a block of one or two numbers when one was written. */
static void wire_units(json_t *into, const char *block, const struct feature_units *u,
                       const char *read, const char *write)
{
    json_t *made;

    if (!u->has_read && !u->has_write) {
        return;
    }
    made = json_object();
    if (u->has_read) {
        json_object_set_new(made, read, json_integer((json_int_t)u->read));
    }
    if (u->has_write) {
        json_object_set_new(made, write, json_integer((json_int_t)u->write));
    }
    json_object_set_new(into, block, made);
}

static void wire_throughputs(json_t *into, const struct feature_units *on_demand,
                             const struct feature_units *warm)
{
    wire_units(into, "OnDemandThroughput", on_demand, "MaxReadRequestUnits",
               "MaxWriteRequestUnits");
    wire_units(into, "WarmThroughput", warm, "ReadUnitsPerSecond", "WriteUnitsPerSecond");
}

static void wire_stream_and_sse(json_t *into, const struct feature_set *f)
{
    json_t *block;

    if (f->stream.has) {
        block = json_pack("{s:b}", "StreamEnabled", f->stream.enabled);
        if (f->stream.has_view) {
            json_object_set_new(block, "StreamViewType",
                                json_string(feature_view_word(f->stream.view)));
        }
        json_object_set_new(into, "StreamSpecification", block);
    }
    if (f->sse.has) {
        block = json_pack("{s:b}", "Enabled", f->sse.enabled);
        if (f->sse.has_type || f->sse.key) { /* AWS refuses a key without it */
            json_object_set_new(block, "SSEType", json_string("KMS"));
        }
        if (f->sse.key) {
            json_object_set_new(block, "KMSMasterKeyId", json_string(f->sse.key));
        }
        json_object_set_new(into, "SSESpecification", block);
    }
}

static void wire_insights(json_t *into, const struct feature_insights *i)
{
    json_t *block;

    if (i->has) {
        block = json_pack("{s:b}", "Enabled", i->enabled);
        if (i->has_mode) {
            json_object_set_new(block, "Mode", json_string(feature_mode_word(i->mode)));
        }
        json_object_set_new(into, "ContributorInsightsSpecification", block);
    }
}

/* What rides in no create: TTL, recovery, insights, Kinesis. */
static void wire_later(json_t *into, const struct feature_set *f)
{
    json_t *block;

    if (f->ttl.has) {
        block = json_pack("{s:b}", "Enabled", f->ttl.enabled);
        if (f->ttl.attribute) {
            json_object_set_new(block, "AttributeName", json_string(f->ttl.attribute));
        }
        json_object_set_new(into, "TimeToLiveSpecification", block);
    }
    if (f->pitr.has) {
        block = json_pack("{s:b}", "PointInTimeRecoveryEnabled", f->pitr.enabled);
        if (f->pitr.has_days) {
            json_object_set_new(block, "RecoveryPeriodInDays",
                                json_integer((json_int_t)f->pitr.days));
        }
        json_object_set_new(into, "PointInTimeRecoverySpecification", block);
    }
    wire_insights(into, &f->insights);
    if (f->kinesis.stream_arn) {
        block = json_pack("{s:s}", "StreamArn", f->kinesis.stream_arn);
        if (f->kinesis.has_precision) {
            json_object_set_new(block, "ApproximateCreationDateTimePrecision",
                                json_string(feature_precision_word(f->kinesis.precision)));
        }
        json_object_set_new(into, "KinesisStreamSpecification", block);
    }
}

static void wire_replica_units(json_t *into, const struct feature_units *throughput,
                               const struct feature_units *on_demand)
{
    wire_units(into, "ProvisionedThroughputOverride", throughput, "ReadCapacityUnits",
               "WriteCapacityUnits");
    wire_units(into, "OnDemandThroughputOverride", on_demand, "MaxReadRequestUnits",
               "MaxWriteRequestUnits");
}

json_t *wire_replica(const struct feature_replica *r)
{
    json_t *made = json_pack("{s:s}", "RegionName", r->region);
    json_t *indexes = json_array();

    if (r->kms_key) {
        json_object_set_new(made, "KMSMasterKeyId", json_string(r->kms_key));
    }
    if (r->has_class) {
        json_object_set_new(made, "TableClassOverride",
                            json_string(feature_class_word(r->class_override)));
    }
    wire_replica_units(made, &r->throughput, &r->on_demand);
    for (size_t i = 0; i < r->index_count; i++) {
        json_t *index = json_pack("{s:s}", "IndexName", r->indexes[i].name);

        wire_replica_units(index, &r->indexes[i].throughput, &r->indexes[i].on_demand);
        json_array_append_new(indexes, index);
    }
    if (r->index_count > 0) {
        json_object_set(made, "GlobalSecondaryIndexes", indexes);
    }
    json_decref(indexes);
    return made;
}

static void wire_lists(json_t *into, const struct feature_set *f)
{
    json_t *tags = json_array();
    json_t *replicas = json_array();

    for (size_t i = 0; i < f->tag_count; i++) {
        json_array_append_new(
            tags, json_pack("{s:s, s:s}", "Key", f->tags[i].key, "Value", f->tags[i].value));
    }
    for (size_t i = 0; i < f->replica_count; i++) {
        json_array_append_new(replicas, wire_replica(&f->replicas[i]));
    }
    if (f->tag_count > 0) {
        json_object_set(into, "Tags", tags);
    }
    if (f->replica_count > 0) {
        json_object_set(into, "Replicas", replicas);
    }
    json_decref(tags);
    json_decref(replicas);
}

json_t *wire_settings(const struct feature_set *f)
{
    json_t *made = json_object();

    wire_throughputs(made, &f->on_demand, &f->warm);
    wire_stream_and_sse(made, f);
    if (f->has_class) {
        json_object_set_new(made, "TableClass", json_string(feature_class_word(f->table_class)));
    }
    if (f->has_protection) {
        json_object_set_new(made, "DeletionProtectionEnabled", json_boolean(f->protection));
    }
    if (f->policy) {
        json_object_set_new(made, "ResourcePolicy", json_string(f->policy));
    }
    wire_later(made, f);
    wire_lists(made, f);
    return made;
}

json_t *wire_index_settings(const struct table_index *index)
{
    json_t *made = json_object();

    wire_throughputs(made, &index->on_demand, &index->warm);
    wire_insights(made, &index->insights);
    return made;
}
