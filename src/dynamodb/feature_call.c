#include "dynamodb/feature_call.h"

#include "base/text.h"
#include "dynamodb/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct feature_call feature_calls[] = {
    {FEATURE_CALL_TAGS, "Tags", "ListTagsOfResource", "TagResource", NULL, true},
    {FEATURE_CALL_TTL, "TimeToLiveSpecification", "DescribeTimeToLive", "UpdateTimeToLive", NULL,
     false},
    {FEATURE_CALL_RECOVERY, "PointInTimeRecoverySpecification", "DescribeContinuousBackups",
     "UpdateContinuousBackups", NULL, false},
    {FEATURE_CALL_POLICY, "ResourcePolicy", "GetResourcePolicy", "PutResourcePolicy", NULL, true},
    {FEATURE_CALL_KINESIS, "KinesisStreamSpecification", "DescribeKinesisStreamingDestination",
     "EnableKinesisStreamingDestination", NULL, false},
    {FEATURE_CALL_INSIGHTS, "ContributorInsightsSpecification", "DescribeContributorInsights",
     "UpdateContributorInsights", NULL, false},
};

#define FEATURE_CALL_FAILED_SIZE 300
#define FEATURE_CALLS (sizeof(feature_calls) / sizeof(*feature_calls))

static bool feature_call_is_wanted(const struct feature_set *s, enum feature_call_kind kind)
{
    switch (kind) {
    case FEATURE_CALL_TAGS:
        return s->tag_count > 0;
    case FEATURE_CALL_TTL:
        return s->ttl.has;
    case FEATURE_CALL_RECOVERY:
        return s->pitr.has;
    case FEATURE_CALL_POLICY:
        return s->policy != NULL;
    case FEATURE_CALL_KINESIS:
        return s->kinesis.stream_arn != NULL;
    case FEATURE_CALL_INSIGHTS:
        return s->insights.has;
    }
    return false;
}

bool feature_call_at(const struct table_wanted *wanted, size_t n, struct feature_call *out)
{
    for (size_t i = 0; i < FEATURE_CALLS; i++) {
        if (feature_call_is_wanted(&wanted->shape.features, feature_calls[i].kind) && n-- == 0) {
            *out = feature_calls[i];
            return true;
        }
    }
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        if (wanted->shape.indexes[i].insights.has && n-- == 0) {
            *out = feature_calls[FEATURE_CALL_INSIGHTS];
            out->index = wanted->shape.indexes[i].name;
            return true;
        }
    }
    return false;
}

static json_t *feature_call_subject(const struct feature_call *f, const struct table_wanted *wanted,
                                    const char *arn)
{
    json_t *body = f->rides ? json_pack("{s:s}", "ResourceArn", arn)
                            : json_pack("{s:s}", "TableName", wanted->shape.name);

    if (f->index) {
        json_object_set_new(body, "IndexName", json_string(f->index));
    }
    return body;
}

char *feature_call_read(const struct feature_call *f, const struct table_wanted *wanted,
                        const char *arn, const char *token)
{
    json_t *body CLEAN_JSON = feature_call_subject(f, wanted, arn);

    if (token) {
        json_object_set_new(body, "NextToken", json_string(token));
    }
    return json_dumps(body, JSON_COMPACT);
}

void feature_call_note(struct compare *out, enum compare_kind kind, const struct feature_call *f,
                       const char *member, const char *seen, const char *wanted)
{
    char own[80];
    char field[COMPARE_FIELD_SIZE];

    snprintf(own, sizeof(own), "%s%s%s", f->field, *member ? "." : "", member);
    compare_add(out, kind, f->index ? compare_index_field(true, f->index, own, field) : own, seen,
                wanted);
}

/* What AWS tried and could not do, with its words: "ENABLE_FAILED: the stream is gone". */
static void feature_call_failed(const char *status, const char *words,
                                char out[FEATURE_CALL_FAILED_SIZE])
{
    snprintf(out, FEATURE_CALL_FAILED_SIZE, "%.60s%s%s", status, words ? ": " : "",
             words ? words : "");
}

/* A switch: what is off can be put on, and *body is to be sent for it; what is on is left alone. */
static void feature_call_note_switch(struct compare *out, const struct feature_call *f, bool on,
                                     bool wanted)
{
    feature_call_note(out, wanted ? COMPARE_MISSING : COMPARE_TUNABLE, f, "", on ? "on" : "off",
                      wanted ? "on" : "off");
}

static const char *feature_call_tag(const json_t *list, const char *key)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        const char *found = json_text_of(one, "Key");

        if (found && strcmp(found, key) == 0) {
            return json_text_of(one, "Value");
        }
    }
    return NULL;
}

/* The missing ones go into body; another value is told. */
static bool feature_call_tags(const struct feature_set *s, const json_t *answer, json_t *body,
                              struct compare *out)
{
    json_t *missing = json_array();
    bool owed;

    for (size_t i = 0; i < s->tag_count; i++) {
        const struct feature_tag *tag = &s->tags[i];
        const char *seen = feature_call_tag(json_object_get(answer, "Tags"), tag->key);
        char field[COMPARE_FIELD_SIZE];

        if (!seen) {
            json_array_append_new(missing,
                                  json_pack("{s:s, s:s}", "Key", tag->key, "Value", tag->value));
        }
        if (!seen || strcmp(seen, tag->value) != 0) {
            snprintf(field, sizeof(field), "Tags[%.540s]", tag->key);
            compare_add(out, seen ? COMPARE_TUNABLE : COMPARE_MISSING, field,
                        seen ? seen : "absent", tag->value);
        }
    }
    owed = json_array_size(missing) > 0;
    json_object_set_new(body, "Tags", missing);
    return owed;
}

static bool feature_call_is_on(const char *status)
{
    return status && (strcmp(status, "ENABLED") == 0 || strcmp(status, "ENABLING") == 0 ||
                      strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0);
}

static bool feature_call_ttl(const struct feature_call *f, const struct feature_ttl *w,
                             const json_t *answer, json_t *body, struct compare *out)
{
    const json_t *seen = json_object_get(answer, "TimeToLiveDescription");
    const char *status = json_text_of(seen, "TimeToLiveStatus");
    const char *attribute = json_text_of(seen, "AttributeName");
    bool on = feature_call_is_on(status);
    bool owed = w->enabled && !on;
    bool leaving = owed && status && strcmp(status, "DISABLING") == 0;

    if (on != w->enabled) {
        feature_call_note(out, owed && !leaving ? COMPARE_MISSING : COMPARE_TUNABLE, f, "",
                          leaving ? "DISABLING, which can take an hour"
                          : on    ? "on"
                                  : "off",
                          w->enabled ? w->attribute : "off");
    } else if (on && attribute && w->attribute && strcmp(attribute, w->attribute) != 0) {
        feature_call_note(out, COMPARE_TUNABLE, f, "AttributeName", attribute, w->attribute);
        compare_explain(out, FEATURE_CALL_TTL_STEPS);
    }
    json_object_set_new(
        body, "TimeToLiveSpecification",
        json_pack("{s:b, s:s}", "Enabled", 1, "AttributeName", w->attribute ? w->attribute : ""));
    return owed && !leaving;
}

static bool feature_call_recovery(const struct feature_call *f, const struct feature_pitr *w,
                                  const json_t *answer, json_t *body, struct compare *out)
{
    const json_t *seen = json_object_get(json_object_get(answer, "ContinuousBackupsDescription"),
                                         "PointInTimeRecoveryDescription");
    const char *status = json_text_of(seen, "PointInTimeRecoveryStatus");
    const json_t *days = json_object_get(seen, "RecoveryPeriodInDays");
    bool on = status && strcmp(status, "DISABLED") != 0; /* an unknown word is under way */
    json_t *block = json_pack("{s:b}", "PointInTimeRecoveryEnabled", 1);
    char a[32];
    char b[32];

    if (on != w->enabled) {
        feature_call_note_switch(out, f, on, w->enabled);
    } else if (on && w->has_days && days && (int64_t)json_number_value(days) != w->days) {
        snprintf(a, sizeof(a), "%.0f", json_number_value(days));
        snprintf(b, sizeof(b), "%lld", (long long)w->days);
        feature_call_note(out, COMPARE_TUNABLE, f, "RecoveryPeriodInDays", a, b);
    }
    if (w->has_days) {
        json_object_set_new(block, "RecoveryPeriodInDays", json_integer((json_int_t)w->days));
    }
    json_object_set_new(body, "PointInTimeRecoverySpecification", block);
    return w->enabled && !on;
}

/* Parsed, not as texts. */
static bool feature_call_policy(const struct feature_call *f, const char *w, const json_t *answer,
                                json_t *body, struct compare *out)
{
    const char *seen = json_text_of(answer, "Policy");
    struct err ignored;
    json_t *a CLEAN_JSON = seen ? json_parse(seen, strlen(seen), ERR_SPEC, &ignored) : NULL;
    json_t *b CLEAN_JSON = json_parse(w, strlen(w), ERR_SPEC, &ignored);

    if (!seen) {
        feature_call_note(out, COMPARE_MISSING, f, "", "absent", "a policy");
    } else if (!a || !b || !json_equal(a, b)) {
        feature_call_note(out, COMPARE_TUNABLE, f, "", seen, w);
    }
    json_object_set_new(body, "Policy", json_string(w));
    json_object_set_new(body, "ExpectedRevisionId", json_string("NO_POLICY"));
    return !seen;
}

/* Dead destinations stay in the list; one of another stream that lives is a difference. */
static bool feature_call_kinesis(const struct feature_call *f, const struct feature_kinesis *w,
                                 const json_t *answer, json_t *body, struct compare *out)
{
    bool on = false;
    size_t i;
    json_t *one;
    const char *other = NULL;
    char failed[FEATURE_CALL_FAILED_SIZE] = "absent";

    json_array_foreach(json_object_get(answer, "KinesisDataStreamDestinations"), i, one)
    {
        const char *stream = json_text_of(one, "StreamArn");
        const char *status = json_text_of(one, "DestinationStatus");
        const char *precision = json_text_of(one, "ApproximateCreationDateTimePrecision");
        bool lives = stream && (feature_call_is_on(status));

        if (stream && status && strcmp(stream, w->stream_arn) == 0 &&
            strcmp(status, "ENABLE_FAILED") == 0) {
            feature_call_failed(status, json_text_of(one, "DestinationStatusDescription"), failed);
        } else if (lives && strcmp(stream, w->stream_arn) != 0) {
            other = stream;
        } else if (lives) {
            on = true;
            if (w->has_precision && precision &&
                strcmp(precision, feature_precision_word(w->precision)) != 0) {
                feature_call_note(out, COMPARE_TUNABLE, f, "ApproximateCreationDateTimePrecision",
                                  precision, feature_precision_word(w->precision));
            }
        }
    }
    if (!on) {
        feature_call_note(out, other ? COMPARE_TUNABLE : COMPARE_MISSING, f,
                          other ? "StreamArn" : "", other ? other : failed, w->stream_arn);
    }
    json_object_set_new(body, "StreamArn", json_string(w->stream_arn));
    if (w->has_precision) {
        json_object_set_new(body, "EnableKinesisStreamingConfiguration",
                            json_pack("{s:s}", "ApproximateCreationDateTimePrecision",
                                      feature_precision_word(w->precision)));
    }
    return !on && !other;
}

static bool feature_call_insights(const struct feature_call *f, const struct feature_insights *w,
                                  const json_t *answer, json_t *body, struct compare *out)
{
    const char *status = json_text_of(answer, "ContributorInsightsStatus");
    const char *mode = json_text_of(answer, "ContributorInsightsMode");
    const json_t *why = json_object_get(answer, "FailureException");
    bool on = feature_call_is_on(status);
    char failed[FEATURE_CALL_FAILED_SIZE];

    if (!on && w->enabled && status && strcmp(status, "FAILED") == 0) {
        feature_call_failed(status, json_text_of(why, "ExceptionDescription"), failed);
        feature_call_note(out, COMPARE_MISSING, f, "", failed, "on");
    } else if (on != w->enabled) {
        feature_call_note_switch(out, f, on, w->enabled);
    } else if (on && w->has_mode && mode && strcmp(mode, feature_mode_word(w->mode)) != 0) {
        feature_call_note(out, COMPARE_TUNABLE, f, "Mode", mode, feature_mode_word(w->mode));
    }
    json_object_set_new(body, "ContributorInsightsAction", json_string("ENABLE"));
    if (w->has_mode) {
        json_object_set_new(body, "ContributorInsightsMode",
                            json_string(feature_mode_word(w->mode)));
    }
    return w->enabled && !on;
}

static const struct feature_insights *feature_call_whose(const struct table_wanted *wanted,
                                                         const char *index)
{
    const struct table_index *found = index ? table_find_index(&wanted->shape, index, true) : NULL;

    return found ? &found->insights : &wanted->shape.features.insights;
}

char *feature_call_judge(const struct feature_call *f, const struct table_wanted *wanted,
                         const char *arn, const json_t *answer, struct compare *out)
{
    const struct feature_set *s = &wanted->shape.features;
    json_t *body CLEAN_JSON = feature_call_subject(f, wanted, arn);
    bool owed = false;

    switch (f->kind) {
    case FEATURE_CALL_TAGS:
        owed = feature_call_tags(s, answer, body, out);
        break;
    case FEATURE_CALL_TTL:
        owed = feature_call_ttl(f, &s->ttl, answer, body, out);
        break;
    case FEATURE_CALL_RECOVERY:
        owed = feature_call_recovery(f, &s->pitr, answer, body, out);
        break;
    case FEATURE_CALL_POLICY:
        owed = feature_call_policy(f, s->policy, answer, body, out);
        break;
    case FEATURE_CALL_KINESIS:
        owed = feature_call_kinesis(f, &s->kinesis, answer, body, out);
        break;
    case FEATURE_CALL_INSIGHTS:
        owed = feature_call_insights(f, feature_call_whose(wanted, f->index), answer, body, out);
        break;
    }
    return owed ? json_dumps(body, JSON_COMPACT) : NULL;
}

bool feature_call_is_absent(const char *operation, const char *code)
{
    bool late = strcmp(operation, "GetResourcePolicy") == 0 ||
                strcmp(operation, "DescribeContributorInsights") == 0;

    return strcmp(code, "PolicyNotFoundException") == 0 ||
           (late && strcmp(code, "ResourceNotFoundException") == 0);
}

bool feature_call_is_gap(int status, const char *body, const char *code, const char *message)
{
    return strcmp(code, "UnknownOperationException") == 0 || status == 501 ||
           (status == 500 && body[0] == '<') || text_contains(message, "not currently supported") ||
           text_contains(message, "unsupported input parameter");
}

char *feature_call_put(const struct table_wanted *wanted, size_t n)
{
    const char *text = wanted->shape.features.items[n];
    struct err ignored;
    json_t *item = json_parse(text, strlen(text), ERR_SPEC, &ignored);
    json_t *body CLEAN_JSON =
        json_pack("{s:s, s:o, s:s, s:{s:s}}", "TableName", wanted->shape.name, "Item",
                  item ? item : json_object(), "ConditionExpression", "attribute_not_exists(#k)",
                  "ExpressionAttributeNames", "#k", wanted->shape.keys[0].name);

    return json_dumps(body, JSON_COMPACT);
}

/* A value of the key's type that nobody has. */
static json_t *feature_call_nobody(char type, const char *digits)
{
    char key[2] = {type ? type : 'S', '\0'};
    char text[64];

    /* Digits are base64 too, four of them three bytes; a number has all 38 that it can have. */
    snprintf(text, sizeof(text), "%s%.*s", key[0] == 'S' ? "dynamodb-init-probe-" : "",
             key[0] == 'N' ? 38 : 36, digits);
    return json_pack("{s:s}", key, text);
}

char *feature_call_probe(const struct table_shape *seen, const struct table_index *index,
                         const char *digits, const char **operation)
{
    json_t *body CLEAN_JSON = json_pack("{s:s}", "TableName", seen->name);
    json_t *names = json_object();
    json_t *values = json_object();
    char condition[200] = "";

    for (size_t i = 0; i < (index ? index->key_count : seen->key_count); i++) {
        const struct table_key *key = index ? &index->keys[i] : &seen->keys[i];
        size_t used = strlen(condition);
        char name[32];

        if (index && key->role == TABLE_RANGE) {
            continue;
        }
        snprintf(name, sizeof(name), "#k%zu", i);
        snprintf(condition + used, sizeof(condition) - used, "%s#k%zu = :v%zu",
                 used > 0 ? " AND " : "", i, i);
        json_object_set_new(names, index ? name : key->name,
                            index ? json_string(key->name)
                                  : feature_call_nobody(key->type, digits));
        snprintf(name, sizeof(name), ":v%zu", i);
        json_object_set_new(values, name, feature_call_nobody(key->type, digits));
    }
    if (index) {
        *operation = "Query";
        json_object_set_new(body, "IndexName", json_string(index->name));
        json_object_set_new(body, "Limit", json_integer(1));
        json_object_set_new(body, "KeyConditionExpression", json_string(condition));
        json_object_set(body, "ExpressionAttributeNames", names);
        json_object_set(body, "ExpressionAttributeValues", values);
    } else {
        *operation = "GetItem";
        json_object_set_new(body, "ConsistentRead", json_true());
        json_object_set(body, "Key", names);
    }
    json_decref(names);
    json_decref(values);
    return json_dumps(body, JSON_COMPACT);
}
