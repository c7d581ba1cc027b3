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
        compare_add(out, wanted && !seen ? COMPARE_MISSING : COMPARE_TUNABLE, "StreamSpecification",
                    found, view);
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
    } else if (wanted && key && found && !strstr(key, "alias/") &&
               strcmp(compare_setting_key_id(key), compare_setting_key_id(found)) != 0) {
        /* An alias would need a question to KMS: it is not compared. */
        compare_add(out, COMPARE_TUNABLE, "SSESpecification.KMSMasterKeyId", found, key);
    }
}

/* One member of a block of numbers; least: what is seen may be more. Zero, -1 and absent are the same. */
static void compare_setting_number(const char *before, const char *block, const char *member,
                                   const json_t *w, const json_t *s, bool least,
                                   struct compare *out)
{
    json_int_t wanted = json_integer_value(json_object_get(w, member));
    json_int_t seen = (json_int_t)json_number_value(json_object_get(s, member));
    char field[320];
    char a[32];
    char b[32];

    if (!json_object_get(w, member) || (least ? seen >= wanted : seen == wanted) ||
        (seen <= 0 && wanted <= 0)) {
        return;
    }
    snprintf(field, sizeof(field), "%.255s%s%s.%s", before, *before ? " " : "", block, member);
    snprintf(a, sizeof(a), "%lld", (long long)seen);
    snprintf(b, sizeof(b), "%lld", (long long)wanted);
    compare_add(out, COMPARE_TUNABLE, field, seen > 0 ? a : "not set", wanted > 0 ? b : "not set");
}

static void compare_setting_throughput(const char *before, const json_t *w, const json_t *s,
                                       bool emulator, struct compare *out)
{
    const json_t *seen = json_object_get(s, "OnDemandThroughput");
    const json_t *wanted = json_object_get(w, "OnDemandThroughput");

    if (seen || !emulator) {
        compare_setting_number(before, "OnDemandThroughput", "MaxReadRequestUnits", wanted, seen,
                               false, out);
        compare_setting_number(before, "OnDemandThroughput", "MaxWriteRequestUnits", wanted, seen,
                               false, out);
    }
    seen = json_object_get(s, "WarmThroughput");
    wanted = json_object_get(w, "WarmThroughput");
    if (seen || !emulator) {
        compare_setting_number(before, "WarmThroughput", "ReadUnitsPerSecond", wanted, seen, true,
                               out);
        compare_setting_number(before, "WarmThroughput", "WriteUnitsPerSecond", wanted, seen, true,
                               out);
    }
}

static void compare_setting_replicas(const json_t *w, const json_t *s,
                                     const struct compare_rules *rules, struct compare *out)
{
    const char *own = rules->region ? rules->region : "";
    bool unknown = rules->emulator && rules->looks && !s;
    size_t i;
    size_t j;
    json_t *one;
    json_t *other;

    json_array_foreach(w, i, one)
    {
        const char *region = json_text_of(one, "RegionName");
        bool found = !region || strcmp(region, own) == 0;
        char field[320];

        json_array_foreach(s, j, other)
        {
            const char *there = json_text_of(other, "RegionName");

            found = found || (there && strcmp(there, region) == 0);
        }
        if (!found) {
            snprintf(field, sizeof(field), "Replicas[%.200s]", region);
            compare_add(out, unknown ? COMPARE_UNSUPPORTED : COMPARE_MISSING, field,
                        unknown ? "not supported here" : "absent", "a replica");
        }
    }
}

/* The index of that name in the description. */
static const json_t *compare_setting_index(const json_t *raw, const char *name)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(raw, "GlobalSecondaryIndexes"), i, one)
    {
        const char *found = json_text_of(one, "IndexName");

        if (found && strcmp(found, name) == 0) {
            return one;
        }
    }
    return NULL;
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
    compare_setting_throughput("", w, s, rules->emulator, out);
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];
        const json_t *there = compare_setting_index(s, index->name);
        json_t *own CLEAN_JSON = wire_index_settings(index);

        if (there) {
            compare_setting_throughput(index->name, own, there, rules->emulator, out);
        }
    }
    compare_setting_replicas(json_object_get(w, "Replicas"), json_object_get(s, "Replicas"), rules,
                             out);
}
