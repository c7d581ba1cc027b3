#include "dynamodb/export.h"

#include "base/buf.h"
#include "base/mem.h"
#include "dynamodb/create.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT_TEXT_MAX ((size_t)1 << 16) /* names and tags are of 256 bytes */
#define EXPORT_PERIOD_DEFAULT 35 /* days of point-in-time recovery when nobody says how many */

/* Copies one member when it is there. */
static void export_copy(json_t *into, const json_t *from, const char *name)
{
    json_t *value = json_object_get(from, name);

    if (value && !json_is_null(value)) {
        json_object_set(into, name, value);
    }
}

/* Maximum units that are really set: -1 and 0 are none. */
static void export_on_demand(json_t *into, const json_t *from)
{
    static const char *const names[] = {"MaxReadRequestUnits", "MaxWriteRequestUnits"};
    const json_t *seen = json_object_get(from, "OnDemandThroughput");
    json_t *made = json_object();

    for (size_t i = 0; i < 2; i++) {
        const json_t *value = json_object_get(seen, names[i]);

        if (json_number_value(value) > 0) {
            json_object_set_new(made, names[i], json_integer((json_int_t)json_number_value(value)));
        }
    }
    if (json_object_size(made) > 0) {
        json_object_set(into, "OnDemandThroughput", made);
    }
    json_decref(made);
}

static void export_capacity(json_t *into, const struct feature_units *u)
{
    if (u->has_read && u->has_write && u->read > 0 && u->write > 0) {
        json_object_set_new(into, "ProvisionedThroughput",
                            json_pack("{s:I, s:I}", "ReadCapacityUnits", (json_int_t)u->read,
                                      "WriteCapacityUnits", (json_int_t)u->write));
    }
}

static void export_indexes(json_t *into, json_t *attributes, const struct table_seen *seen)
{
    bool demand = seen->shape.billing == TABLE_ON_DEMAND;

    for (size_t i = 0; i < seen->shape.index_count; i++) {
        const struct table_index *index = &seen->shape.indexes[i];
        const char *kind = index->global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
        json_t *made = create_index(index);
        size_t at;
        json_t *one;

        json_object_del(made, "ProvisionedThroughput");
        if (!demand && index->global) {
            /* It has one, but dynoxide shows none of an index that was added later: then the table's. */
            export_capacity(made, index->throughput.read > 0 ? &index->throughput
                                                             : &seen->shape.throughput);
        }
        json_array_foreach(json_object_get(seen->raw, kind), at, one)
        {
            const char *name = json_text_of(one, "IndexName");

            if (demand && name && strcmp(name, index->name) == 0) {
                export_on_demand(made, one);
            }
        }
        create_define(attributes, index->keys, index->key_count);
        if (!json_object_get(into, kind)) {
            json_object_set_new(into, kind, json_array());
        }
        json_array_append_new(json_object_get(into, kind), made);
    }
}

static void export_encryption(json_t *into, const json_t *raw)
{
    const json_t *sse = json_object_get(raw, "SSEDescription");
    const char *status = json_text_of(sse, "Status");
    const char *key = json_text_of(sse, "KMSMasterKeyArn");
    json_t *made;

    if (status && strcmp(status, "DISABLING") != 0 && strcmp(status, "DISABLED") != 0) {
        made = json_pack("{s:b, s:s}", "Enabled", 1, "SSEType", "KMS");
        if (key) {
            json_object_set_new(made, "KMSMasterKeyId", json_string(key));
        }
        json_object_set_new(into, "SSESpecification", made);
    }
}

/* One number that a replica, or an index of it, has instead of the table's own. */
static void export_override(json_t *into, const char *block, const json_t *from, const char *as,
                            const char *member)
{
    double number = json_number_value(json_object_get(json_object_get(from, block), member));

    if (number > 0) {
        json_object_set_new(into, as, json_pack("{s:I}", member, (json_int_t)number));
    }
}

static void export_overrides(json_t *into, const json_t *from)
{
    export_override(into, "ProvisionedThroughputOverride", from,
                    "ReadProvisionedThroughputSettings", "ReadCapacityUnits");
    export_override(into, "OnDemandThroughputOverride", from, "ReadOnDemandThroughputSettings",
                    "MaxReadRequestUnits");
}

static json_t *export_replica(const json_t *seen, const char *region, const char *own_class)
{
    json_t *made = json_pack("{s:s}", "Region", region);
    const char *key = json_text_of(seen, "KMSMasterKeyId");
    const char *class =
        json_text_of(json_object_get(seen, "ReplicaTableClassSummary"), "TableClass");
    json_t *indexes = json_array();
    size_t i;
    json_t *one;

    if (key) {
        json_object_set_new(made, "SSESpecification", json_pack("{s:s}", "KMSMasterKeyId", key));
    }
    if (class && strcmp(class, own_class) != 0) {
        json_object_set_new(made, "TableClass", json_string(class));
    }
    export_overrides(made, seen);
    json_array_foreach(json_object_get(seen, "GlobalSecondaryIndexes"), i, one)
    {
        const char *name = json_text_of(one, "IndexName");
        json_t *index = json_pack("{s:s*}", "IndexName", name);

        export_overrides(index, one);
        if (name && json_object_size(index) > 1) {
            json_array_append(indexes, index);
        }
        json_decref(index);
    }
    if (json_array_size(indexes) > 0) {
        json_object_set(made, "GlobalSecondaryIndexes", indexes);
    }
    json_decref(indexes);
    return made;
}

bool export_leaves_replicas(const struct table_seen *seen)
{
    const char *view =
        json_text_of(json_object_get(seen->raw, "StreamSpecification"), "StreamViewType");
    const char *consistency = json_text_of(seen->raw, "MultiRegionConsistency");

    return json_array_size(json_object_get(seen->raw, "Replicas")) > 0 &&
           (!view || strcmp(view, "NEW_AND_OLD_IMAGES") != 0 ||
            (consistency && strcmp(consistency, "STRONG") == 0));
}

static void export_replicas(json_t *into, const json_t *raw, const char *own_class)
{
    json_t *replicas = json_array();
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(raw, "Replicas"), i, one)
    {
        const char *region = json_text_of(one, "RegionName");

        if (region) {
            json_array_append_new(replicas, export_replica(one, region, own_class));
        }
    }
    if (json_array_size(replicas) > 0) {
        json_object_set(into, "Replicas", replicas);
    }
    json_decref(replicas);
}

static void export_settings(json_t *into, const struct table_seen *seen)
{
    const json_t *raw = seen->raw;
    const json_t *stream = json_object_get(raw, "StreamSpecification");
    const char *class = json_text_of(json_object_get(raw, "TableClassSummary"), "TableClass");

    if (json_is_true(json_object_get(stream, "StreamEnabled"))) {
        export_copy(into, raw, "StreamSpecification");
    }
    export_encryption(into, raw);
    if (class && strcmp(class, "STANDARD") != 0) {
        json_object_set_new(into, "TableClass", json_string(class));
    }
    if (json_is_true(json_object_get(raw, "DeletionProtectionEnabled"))) {
        json_object_set_new(into, "DeletionProtectionEnabled", json_true());
    }
    if (!export_leaves_replicas(seen)) {
        export_replicas(into, raw, class ? class : "STANDARD");
    }
}

json_t *export_table(const struct table_seen *seen)
{
    const struct table_shape *shape = &seen->shape;
    json_t *made = json_pack("{s:s}", "TableName", shape->name);
    json_t *attributes = json_array();

    create_define(attributes, shape->keys, shape->key_count);
    json_object_set_new(made, "AttributeDefinitions", attributes);
    json_object_set_new(made, "KeySchema", create_key_schema(shape->keys, shape->key_count));
    if (shape->billing == TABLE_ON_DEMAND) {
        json_object_set_new(made, "BillingMode", json_string("PAY_PER_REQUEST"));
        export_on_demand(made, seen->raw);
    } else {
        export_capacity(made, &shape->throughput);
    }
    export_indexes(made, attributes, seen);
    export_settings(made, seen);
    return made;
}

void export_everything(const struct table_seen *seen, struct table_wanted *out)
{
    static char nothing[] = "{}";
    static struct feature_tag tag = {nothing, nothing};

    *out = (struct table_wanted){.shape = {.name = seen->shape.name,
                                           .index_count = seen->shape.index_count,
                                           .features = {.tags = &tag,
                                                        .tag_count = 1,
                                                        .ttl = {.has = true},
                                                        .pitr = {.has = true},
                                                        .policy = nothing,
                                                        .insights = {.has = true},
                                                        .kinesis = {.stream_arn = nothing}}}};
    out->shape.indexes = mem_zalloc(seen->shape.index_count + 1, sizeof(struct table_index));
    for (size_t i = 0; i < seen->shape.index_count; i++) {
        out->shape.indexes[i].name = seen->shape.indexes[i].name;
        out->shape.indexes[i].global = seen->shape.indexes[i].global;
        out->shape.indexes[i].insights.has = seen->shape.indexes[i].global;
    }
}

void export_forget(struct table_wanted *w)
{
    free(w->shape.indexes);
    memset(w, 0, sizeof(*w));
}

static bool export_is_on(const char *status)
{
    return status && (strcmp(status, "ENABLED") == 0 || strcmp(status, "ENABLING") == 0 ||
                      strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0);
}

/* aws: tags are AWS's own, and refused in a spec. */
static void export_tags(json_t *spec, const json_t *answer)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(answer, "Tags"), i, one)
    {
        const char *key = json_text_of(one, "Key");

        if (key && strncmp(key, "aws:", 4) != 0) {
            if (!json_object_get(spec, "Tags")) {
                json_object_set_new(spec, "Tags", json_array());
            }
            json_array_append(json_object_get(spec, "Tags"), one);
        }
    }
}

static void export_ttl(json_t *spec, const json_t *answer)
{
    const json_t *seen = json_object_get(answer, "TimeToLiveDescription");
    const char *attribute = json_text_of(seen, "AttributeName");

    if (export_is_on(json_text_of(seen, "TimeToLiveStatus")) && attribute) {
        json_object_set_new(spec, "TimeToLiveSpecification",
                            json_pack("{s:s, s:b}", "AttributeName", attribute, "Enabled", 1));
    }
}

static void export_recovery(json_t *spec, const json_t *answer)
{
    const json_t *seen = json_object_get(json_object_get(answer, "ContinuousBackupsDescription"),
                                         "PointInTimeRecoveryDescription");
    json_int_t days = (json_int_t)json_number_value(json_object_get(seen, "RecoveryPeriodInDays"));
    json_t *made;

    if (export_is_on(json_text_of(seen, "PointInTimeRecoveryStatus"))) {
        made = json_pack("{s:b}", "PointInTimeRecoveryEnabled", 1);
        if (days > 0 && days != EXPORT_PERIOD_DEFAULT) {
            json_object_set_new(made, "RecoveryPeriodInDays", json_integer(days));
        }
        json_object_set_new(spec, "PointInTimeRecoverySpecification", made);
    }
}

static void export_kinesis(json_t *spec, const json_t *answer)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(answer, "KinesisDataStreamDestinations"), i, one)
    {
        json_t *made = json_object();

        if (export_is_on(json_text_of(one, "DestinationStatus"))) {
            export_copy(made, one, "StreamArn");
            export_copy(made, one, "ApproximateCreationDateTimePrecision");
            json_object_set(spec, "KinesisStreamSpecification", made);
        }
        json_decref(made);
    }
}

static void export_insights(json_t *spec, const char *index, const json_t *answer)
{
    const char *mode = json_text_of(answer, "ContributorInsightsMode");
    json_t *target = index ? NULL : spec;
    json_t *made;
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(spec, "GlobalSecondaryIndexes"), i, one)
    {
        target = index && strcmp(json_text_of(one, "IndexName"), index) == 0 ? one : target;
    }
    if (target && export_is_on(json_text_of(answer, "ContributorInsightsStatus"))) {
        made = json_pack("{s:b}", "Enabled", 1);
        if (mode) {
            json_object_set_new(made, "Mode", json_string(mode));
        }
        json_object_set_new(target, "ContributorInsightsSpecification", made);
    }
}

void export_feature(json_t *spec, const struct feature_call *f, const json_t *answer)
{
    switch (f->kind) {
    case FEATURE_CALL_TAGS:
        export_tags(spec, answer);
        break;
    case FEATURE_CALL_TTL:
        export_ttl(spec, answer);
        break;
    case FEATURE_CALL_RECOVERY:
        export_recovery(spec, answer);
        break;
    case FEATURE_CALL_POLICY:
        if (json_text_of(answer, "Policy")) {
            json_object_set(spec, "ResourcePolicy", json_object_get(answer, "Policy"));
        }
        break;
    case FEATURE_CALL_KINESIS:
        export_kinesis(spec, answer);
        break;
    case FEATURE_CALL_INSIGHTS:
        export_insights(spec, f->index, answer);
        break;
    }
}

static void export_escape_text(json_t *string)
{
    CLEAN_BUF struct buf out = BUF_OF(EXPORT_TEXT_MAX);
    const char *text = json_string_value(string);
    const char *mark = strstr(text, "${");
    bool good = true;

    if (!mark) {
        return;
    }
    for (; mark; mark = strstr(text, "${")) {
        good = good && buf_append(&out, text, (size_t)(mark - text)) && buf_append(&out, "$${", 3);
        text = mark + 2;
    }
    if (good && buf_append(&out, text, strlen(text))) {
        json_string_set(string, buf_text(&out));
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): an export is of our own making, and six deep at most */
void export_escape(json_t *spec)
{
    const char *name;
    json_t *one;
    size_t i;

    if (json_is_string(spec)) {
        export_escape_text(spec);
    }
    json_object_foreach(spec, name, one)
    {
        if (strcmp(name, "ResourcePolicy") != 0) {
            export_escape(one);
        }
    }
    json_array_foreach(spec, i, one)
    {
        export_escape(one);
    }
}
