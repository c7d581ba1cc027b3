#include "dynamodb/spec_feature.h"

#include "aws/endpoint.h"
#include "base/text.h"

#include <string.h>

#define SPEC_FEATURE_WARM_READ 12000
#define SPEC_FEATURE_WARM_WRITE 4000
#define SPEC_FEATURE_CAPACITY_QUOTA 40000
#define SPEC_FEATURE_INDEX_QUOTA 20

static void spec_feature_on_demand(const json_t *object, enum table_billing billing,
                                   const struct spec_place *at)
{
    const json_t *block = json_object_get(object, "OnDemandThroughput");

    if (block && billing != TABLE_ON_DEMAND) {
        spec_note_error(at, "OnDemandThroughput", "it goes with BillingMode PAY_PER_REQUEST only");
    } else if (json_is_object(block) && json_object_size(block) == 0) {
        spec_note_error(at, "OnDemandThroughput",
                        "it needs MaxReadRequestUnits, MaxWriteRequestUnits or both");
    }
}

/* Floors of warm throughput are known to move: below them is a doubt, not a mistake. */
static void spec_feature_warm(const json_t *object, const struct feature_units *warm,
                              const struct feature_units *capacity, enum table_billing billing,
                              const struct spec_place *at)
{
    const json_t *block = json_object_get(object, "WarmThroughput");
    bool on_demand = billing == TABLE_ON_DEMAND;
    int64_t read = on_demand ? SPEC_FEATURE_WARM_READ : capacity->read;
    int64_t write = on_demand ? SPEC_FEATURE_WARM_WRITE : capacity->write;

    if (json_is_object(block) && json_object_size(block) == 0) {
        spec_note_error(at, "WarmThroughput",
                        "it needs ReadUnitsPerSecond, WriteUnitsPerSecond or both");
    }
    if ((warm->has_read && warm->read < read) || (warm->has_write && warm->write < write)) {
        spec_note_warning(
            at, "WarmThroughput",
            "below %lld read and %lld write, what such a table has anyway; AWS may refuse it",
            (long long)read, (long long)write);
    }
}

static void spec_feature_throughput(const struct table_shape *shape, const json_t *table,
                                    const struct spec_place *at)
{
    const json_t *indexes = json_object_get(table, "GlobalSecondaryIndexes");
    struct spec_place list = {.up = at, .name = "GlobalSecondaryIndexes"};
    int64_t read = shape->throughput.read;
    int64_t write = shape->throughput.write;
    size_t global = 0;

    spec_feature_on_demand(table, shape->billing, at);
    spec_feature_warm(table, &shape->features.warm, &shape->throughput, shape->billing, at);
    for (size_t i = 0; i < shape->index_count; i++) {
        const struct table_index *index = &shape->indexes[i];
        struct spec_place place = {.up = &list, .index = global};
        const json_t *written = json_array_get(indexes, global);

        if (!index->global) {
            continue;
        }
        global++;
        spec_feature_on_demand(written, shape->billing, &place);
        spec_feature_warm(written, &index->warm, &index->throughput, shape->billing, &place);
        read += index->throughput.read;
        write += index->throughput.write;
    }
    if (read > SPEC_FEATURE_CAPACITY_QUOTA || write > SPEC_FEATURE_CAPACITY_QUOTA) {
        spec_note_warning(
            at, "ProvisionedThroughput",
            "%lld read and %lld write with the indexes; AWS's default quota is %d each",
            (long long)read, (long long)write, SPEC_FEATURE_CAPACITY_QUOTA);
    }
    if (global > SPEC_FEATURE_INDEX_QUOTA) {
        spec_note_warning(at, list.name, "%zu of them; AWS's default quota is %d a table", global,
                          SPEC_FEATURE_INDEX_QUOTA);
    }
}

static void spec_feature_switches(const struct feature_set *f, const struct spec_place *at)
{
    struct spec_place stream = {.up = at, .name = "StreamSpecification"};
    struct spec_place sse = {.up = at, .name = "SSESpecification"};
    struct spec_place ttl = {.up = at, .name = "TimeToLiveSpecification"};
    struct spec_place pitr = {.up = at, .name = "PointInTimeRecoverySpecification"};

    if (f->stream.has && f->stream.enabled && !f->stream.has_view) {
        spec_note_error(&stream, "StreamViewType", "missing; a stream needs it");
    }
    if (f->stream.has && !f->stream.enabled && f->stream.has_view) {
        spec_note_error(&stream, "StreamViewType",
                        "a stream that is off has no view; remove it, or StreamEnabled false");
    }
    if (f->sse.has && f->sse.key && !f->sse.enabled) {
        spec_note_error(&sse, "KMSMasterKeyId", "a key needs SSEEnabled (or Enabled) true");
    }
    if (f->ttl.has && f->ttl.enabled && !f->ttl.attribute) {
        spec_note_error(&ttl, "AttributeName", "missing; Enabled true needs it");
    }
    if (f->pitr.has && f->pitr.has_days && !f->pitr.enabled) {
        spec_note_error(&pitr, "RecoveryPeriodInDays", "it needs PointInTimeRecoveryEnabled true");
    }
    if (f->kinesis.has && (strncmp(f->kinesis.stream_arn, "arn:", 4) != 0 ||
                           !strstr(f->kinesis.stream_arn, ":kinesis:") ||
                           !strstr(f->kinesis.stream_arn, ":stream/"))) {
        struct spec_place kinesis = {.up = at, .name = "KinesisStreamSpecification"};

        spec_note_error(&kinesis, "StreamArn", "\"%.100s\" is no ARN of a Kinesis stream",
                        f->kinesis.stream_arn);
    }
}

/* DynamoDB takes such a setting, and never finds a time there: a table may have it, an export shows it. */
static bool spec_feature_ttl_key(const struct table_key *keys, size_t count, const char *attribute,
                                 const struct spec_place *at)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].type != 'N' && strcmp(keys[i].name, attribute) == 0) {
            spec_note_warning(
                at, "AttributeName",
                "\"%s\" is a key of type %c; the times of TTL are numbers, so no item will expire",
                attribute, keys[i].type);
            return true;
        }
    }
    return false;
}

static void spec_feature_ttl(const struct table_shape *shape, const struct spec_place *at)
{
    struct spec_place ttl = {.up = at, .name = "TimeToLiveSpecification"};
    const char *attribute = shape->features.ttl.attribute;
    bool told = !attribute || spec_feature_ttl_key(shape->keys, shape->key_count, attribute, &ttl);

    for (size_t i = 0; i < shape->index_count && !told; i++) {
        told = spec_feature_ttl_key(shape->indexes[i].keys, shape->indexes[i].key_count, attribute,
                                    &ttl);
    }
}

/* Letters of any script, digits, space and these. AWS's tags elsewhere have @ as well: a doubt. */
static void spec_feature_tag_text(const char *text, const struct spec_place *at, const char *field)
{
    static const char good[] =
        " +-=._:/@abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    for (const char *c = text; *c; c++) {
        if (!((unsigned char)*c & 0x80U) && !strchr(good, *c)) {
            spec_note_error(
                at, field,
                "\"%.100s\" holds '%c'; a tag has letters, digits, space and + - = . _ : /", text,
                *c);
            return;
        }
    }
    if (strchr(text, '@')) {
        spec_note_warning(at, field, "\"%.100s\" holds '@', which AWS does not promise to take",
                          text);
    }
}

static void spec_feature_tags(const struct feature_set *f, const struct spec_place *at)
{
    struct spec_place list = {.up = at, .name = "Tags"};

    for (size_t i = 0; i < f->tag_count; i++) {
        struct spec_place place = {.up = &list, .index = i};

        if (!f->tags[i].key || !f->tags[i].value) {
            continue; /* noted already */
        }
        spec_feature_tag_text(f->tags[i].key, &place, "Key");
        spec_feature_tag_text(f->tags[i].value, &place, "Value");
        if (strncmp(f->tags[i].key, "aws:", 4) == 0) {
            spec_note_error(&place, "Key",
                            "\"%.100s\": only AWS makes keys that begin with aws:", f->tags[i].key);
        }
        for (size_t j = 0; j < i; j++) {
            if (f->tags[j].key && strcmp(f->tags[j].key, f->tags[i].key) == 0) {
                spec_note_error(&place, "Key", "\"%.100s\" is there twice", f->tags[i].key);
            }
        }
    }
}

/* Streams that were written wrong have their own complaint. */
static bool spec_feature_streams_copy(const struct feature_stream *stream, bool written)
{
    return (written && !stream->has) || (stream->enabled && !stream->has_view) ||
           (stream->has && stream->enabled && stream->view == FEATURE_NEW_AND_OLD_IMAGES);
}

static void spec_feature_replicas(const struct spec_table *t, const json_t *table,
                                  const struct spec_place *at)
{
    const struct table_shape *shape = &t->w.shape;
    const struct feature_set *f = &shape->features;
    struct spec_place list = {.up = at, .name = "Replicas"};

    for (size_t i = 0; i < f->replica_count; i++) {
        struct spec_place place = {.up = &list, .index = i};
        const struct feature_replica *r = &f->replicas[i];

        if (r->region && !endpoint_is_region(r->region)) {
            spec_note_error(&place, "Region", "\"%.100s\" is no Region such as eu-west-1",
                            r->region);
        }
        for (size_t j = 0; r->region && j < i; j++) {
            if (f->replicas[j].region && strcmp(f->replicas[j].region, r->region) == 0) {
                spec_note_error(&place, "Region", "\"%s\" is there twice", r->region);
            }
        }
        for (size_t j = 0; j < r->index_count && !(t->bad & SPEC_OF_KEYS); j++) {
            struct spec_place indexes = {.up = &place, .name = "GlobalSecondaryIndexes"};
            struct spec_place one = {.up = &indexes, .index = j};

            if (r->indexes[j].name && !table_find_index(shape, r->indexes[j].name, true)) {
                spec_note_error(&one, "IndexName", "the table has no global index \"%s\"",
                                r->indexes[j].name);
            }
        }
    }
    if (f->replica_count > 0 &&
        !spec_feature_streams_copy(&f->stream, json_object_get(table, "StreamSpecification"))) {
        spec_note_error(&list, NULL,
                        "they need StreamSpecification with StreamViewType NEW_AND_OLD_IMAGES");
    }
    if (f->replica_count > 0 && shape->billing == TABLE_PROVISIONED &&
        !(t->bad & SPEC_OF_CAPACITY)) {
        spec_note_warning(&list, NULL,
                          "AWS adds replicas only to tables on demand or with auto-scaled writes");
    }
}

void spec_feature_check(const struct spec_table *t, const json_t *table,
                        const struct spec_place *at)
{
    const struct table_shape *shape = &t->w.shape;

    if (t->bad == 0) {
        spec_feature_throughput(shape, table, at);
        spec_feature_ttl(shape, at);
    }
    spec_feature_switches(&shape->features, at);
    spec_feature_tags(&shape->features, at);
    spec_feature_replicas(t, table, at);
}
