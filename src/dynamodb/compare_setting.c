#include "dynamodb/compare_setting.h"

#include "dynamodb/wire.h"

#include <stdio.h>
#include <string.h>

static void compare_setting_stream(const json_t *w, const json_t *s, struct compare *out)
{
    bool wanted = json_is_true(json_object_get(w, "StreamEnabled"));
    bool seen = json_is_true(json_object_get(s, "StreamEnabled"));
    const char *view = json_text_of(w, "StreamViewType");
    const char *found = json_text_of(s, "StreamViewType");

    if (!w) {
        return;
    }
    view = wanted && view ? view : "off";
    found = seen && found ? found : "off";
    if (wanted != seen || strcmp(view, found) != 0) {
        compare_add(out, wanted && !seen ? COMPARE_MISSING : COMPARE_TUNABLE,
                    wanted && seen ? "StreamSpecification.StreamViewType" : "StreamSpecification",
                    found, view);
        if (wanted && seen) {
            compare_explain(out, "a view cannot be changed in place: off and on again is another "
                                 "stream, and its readers start anew");
        }
    }
}

static void compare_setting_protection(const json_t *w, const json_t *s, struct compare *out)
{
    if (w && json_is_true(w) != json_is_true(s)) {
        compare_add(out, json_is_true(w) ? COMPARE_MISSING : COMPARE_TUNABLE,
                    "DeletionProtectionEnabled", json_is_true(s) ? "true" : "false",
                    json_is_true(w) ? "true" : "false");
    }
}

static void compare_setting_class(const json_t *w, const json_t *summary, bool emulator,
                                  struct compare *out)
{
    const char *wanted = json_string_value(w);
    const char *seen = json_text_of(summary, "TableClass");

    if (!wanted || (emulator && !seen)) {
        return;
    }
    seen = seen ? seen : "STANDARD";
    if (strcmp(wanted, seen) != 0) {
        compare_add(out, COMPARE_TUNABLE, "TableClass", seen, wanted);
    }
}

/* What follows key/, else the whole. */
static const char *compare_setting_key_id(const char *key)
{
    const char *part = strstr(key, "key/");

    return part ? part + strlen("key/") : key;
}

/* An alias would need a question to KMS: it is not compared. */
static void compare_setting_key(const char *field, const char *wanted, const char *seen,
                                struct compare *out)
{
    if (wanted && seen && !strstr(wanted, "alias/") &&
        strcmp(compare_setting_key_id(wanted), compare_setting_key_id(seen)) != 0) {
        compare_add(out, COMPARE_TUNABLE, field, seen, wanted);
    }
}

static void compare_setting_encryption(const json_t *w, const json_t *s, bool emulator,
                                       struct compare *out)
{
    bool wanted = json_is_true(json_object_get(w, "Enabled"));
    const char *status = json_text_of(s, "Status");
    bool seen = status && strcmp(status, "DISABLING") != 0 && strcmp(status, "DISABLED") != 0;
    const char *key = json_text_of(w, "KMSMasterKeyId");
    const char *found = json_text_of(s, "KMSMasterKeyArn");

    if (!w || (emulator && !s)) {
        return;
    }
    if (wanted != seen) {
        compare_add(out, COMPARE_TUNABLE, "SSESpecification", seen ? "KMS" : "an AWS-owned key",
                    wanted ? "KMS" : "an AWS-owned key");
    } else if (wanted) {
        compare_setting_key("SSESpecification.KMSMasterKeyId", key, found, out);
    }
}

/* One member of a block of numbers. path: the block's, in front of the member; least: what is seen may be more. Zero, -1
 * and absent are the same. */
static void compare_setting_number(const char *path, const char *member, const json_t *w,
                                   const json_t *s, bool least, struct compare *out)
{
    json_int_t wanted = json_integer_value(json_object_get(w, member));
    json_int_t seen = (json_int_t)json_number_value(json_object_get(s, member));
    char field[COMPARE_FIELD_SIZE];
    char a[32];
    char b[32];

    if (!json_object_get(w, member) || (least ? seen >= wanted : seen == wanted) ||
        (seen <= 0 && wanted <= 0)) {
        return;
    }
    snprintf(field, sizeof(field), "%s.%s", path, member);
    snprintf(a, sizeof(a), "%lld", (long long)seen);
    snprintf(b, sizeof(b), "%lld", (long long)wanted);
    compare_add(out, COMPARE_TUNABLE, field, seen > 0 ? a : "not set", wanted > 0 ? b : "not set");
}

/* index: NULL for the table's own. */
static void compare_setting_throughput(const char *index, const json_t *w, const json_t *s,
                                       bool emulator, struct compare *out)
{
    static const struct {
        const char *block, *read, *write;
        bool least;
    } blocks[] = {
        {"OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits", false},
        {"WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond", true},
    };

    for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
        const json_t *seen = json_object_get(s, blocks[i].block);
        const json_t *wanted = json_object_get(w, blocks[i].block);
        char field[COMPARE_FIELD_SIZE];
        const char *path =
            index ? compare_index_field(true, index, blocks[i].block, field) : blocks[i].block;

        if (seen || !emulator) {
            compare_setting_number(path, blocks[i].read, wanted, seen, blocks[i].least, out);
            compare_setting_number(path, blocks[i].write, wanted, seen, blocks[i].least, out);
        }
    }
}

/* The element whose member has that text. */
static const json_t *compare_setting_find(const json_t *list, const char *member, const char *text)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        const char *found = json_text_of(one, member);

        if (found && text && strcmp(found, text) == 0) {
            return one;
        }
    }
    return NULL;
}

/* What a replica, or an index of it, has instead of the table's own: AWS's word for it, the spec's, the member of both. */
static void compare_setting_overrides(const char *path, const json_t *w, const json_t *s,
                                      bool emulator, struct compare *out)
{
    static const struct {
        const char *wire, *spec, *member;
    } blocks[] = {
        {"ProvisionedThroughputOverride", "ReadProvisionedThroughputSettings", "ReadCapacityUnits"},
        {"OnDemandThroughputOverride", "ReadOnDemandThroughputSettings", "MaxReadRequestUnits"},
    };

    for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
        const json_t *seen = json_object_get(s, blocks[i].wire);
        char field[COMPARE_FIELD_SIZE];

        snprintf(field, sizeof(field), "%.340s.%s", path, blocks[i].spec);
        if (seen || !emulator) {
            compare_setting_number(field, blocks[i].member, json_object_get(w, blocks[i].wire),
                                   seen, false, out);
        }
    }
}

/* path: "Replicas[eu-west-1]"; own_class: the table's, which a replica has unless it has another. */
static void compare_setting_replica(const char *path, const json_t *w, const json_t *s,
                                    const char *own_class, bool emulator, struct compare *out)
{
    const char *wanted = json_text_of(w, "TableClassOverride");
    const char *seen = json_text_of(json_object_get(s, "ReplicaTableClassSummary"), "TableClass");
    const char *class = seen ? seen : own_class;
    char field[COMPARE_FIELD_SIZE];
    size_t i;
    json_t *one;

    snprintf(field, sizeof(field), "%.340s.SSESpecification.KMSMasterKeyId", path);
    compare_setting_key(field, json_text_of(w, "KMSMasterKeyId"), json_text_of(s, "KMSMasterKeyId"),
                        out);
    if (wanted && (seen || !emulator) && strcmp(wanted, class) != 0) {
        snprintf(field, sizeof(field), "%.340s.TableClass", path);
        compare_add(out, COMPARE_TUNABLE, field, class, wanted);
    }
    compare_setting_overrides(path, w, s, emulator, out);
    json_array_foreach(json_object_get(w, "GlobalSecondaryIndexes"), i, one)
    {
        const char *name = json_text_of(one, "IndexName");
        const json_t *there =
            compare_setting_find(json_object_get(s, "GlobalSecondaryIndexes"), "IndexName", name);

        snprintf(field, sizeof(field), "%.60s.GlobalSecondaryIndexes[%.255s]", path, name);
        compare_setting_overrides(field, one, there, emulator, out);
    }
}

static void compare_setting_replicas(const json_t *w, const json_t *s,
                                     const struct compare_rules *rules, struct compare *out)
{
    const json_t *seen = json_object_get(s, "Replicas");
    const char *own = rules->region ? rules->region : "";
    const char *own_class = json_text_of(json_object_get(s, "TableClassSummary"), "TableClass");
    bool unknown = rules->emulator && rules->looks && !seen;
    size_t i;
    json_t *one;

    json_array_foreach(w, i, one)
    {
        const char *region = json_text_of(one, "RegionName");
        const json_t *there = compare_setting_find(seen, "RegionName", region);
        char field[COMPARE_FIELD_SIZE];

        if (!region || strcmp(region, own) == 0) {
            continue;
        }
        snprintf(field, sizeof(field), "Replicas[%.200s]", region);
        if (there) {
            compare_setting_replica(field, one, there, own_class ? own_class : "STANDARD",
                                    rules->emulator, out);
        } else {
            compare_add(out, unknown ? COMPARE_UNSUPPORTED : COMPARE_MISSING, field,
                        unknown ? "not supported here" : "absent", "a replica");
        }
    }
}

void compare_setting_all(const struct table_wanted *wanted, const struct table_seen *seen,
                         const struct compare_rules *rules, struct compare *out)
{
    json_t *w CLEAN_JSON = wire_settings(&wanted->shape.features);
    const json_t *s = seen->raw;

    compare_setting_stream(json_object_get(w, "StreamSpecification"),
                           json_object_get(s, "StreamSpecification"), out);
    compare_setting_protection(json_object_get(w, "DeletionProtectionEnabled"),
                               json_object_get(s, "DeletionProtectionEnabled"), out);
    compare_setting_class(json_object_get(w, "TableClass"), json_object_get(s, "TableClassSummary"),
                          rules->emulator, out);
    compare_setting_encryption(json_object_get(w, "SSESpecification"),
                               json_object_get(s, "SSEDescription"), rules->emulator, out);
    compare_setting_throughput(NULL, w, s, rules->emulator, out);
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];
        const json_t *there = compare_setting_find(json_object_get(s, "GlobalSecondaryIndexes"),
                                                   "IndexName", index->name);
        json_t *own CLEAN_JSON = wire_index_settings(index);

        if (there) {
            compare_setting_throughput(index->name, own, there, rules->emulator, out);
        }
    }
    compare_setting_replicas(json_object_get(w, "Replicas"), s, rules, out);
}
