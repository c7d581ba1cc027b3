#include "dynamodb/policy.h"

#include <stdio.h>
#include <string.h>

#define POLICY_ARN_SIZE 1400
#define POLICY_ACTIONS_MAX 10

/* POLICY_EVERYWHERE: the table in each Region where it has a replica. */
enum policy_on {
    POLICY_TABLE,
    POLICY_EVERYWHERE,
    POLICY_INDEXES,
    POLICY_REPLICAS,
    POLICY_KEY,
    POLICY_STREAM
};

/* One feature: what it may do, and on what. */
struct policy_row {
    const char *sid;
    bool (*wanted)(const struct table_wanted *w);
    enum policy_on on;
    const char *actions[POLICY_ACTIONS_MAX];
};

static bool policy_always(const struct table_wanted *w)
{
    return w != NULL;
}

static bool policy_converges(const struct table_wanted *w)
{
    const struct feature_set *f = &w->shape.features;

    for (size_t i = 0; i < w->shape.index_count; i++) {
        if (w->shape.indexes[i].global) {
            return true;
        }
    }
    return (f->stream.has && f->stream.enabled) || (f->has_protection && f->protection) ||
           f->replica_count > 0;
}

static bool policy_tags(const struct table_wanted *w)
{
    return w->shape.features.tag_count > 0;
}

static bool policy_guarded(const struct table_wanted *w)
{
    return w->shape.features.policy != NULL;
}

static bool policy_ttl(const struct table_wanted *w)
{
    return w->shape.features.ttl.has;
}

static bool policy_pitr(const struct table_wanted *w)
{
    return w->shape.features.pitr.has;
}

static bool policy_insights(const struct table_wanted *w)
{
    bool any = w->shape.features.insights.has;

    for (size_t i = 0; i < w->shape.index_count; i++) {
        any = any || w->shape.indexes[i].insights.has;
    }
    return any;
}

static bool policy_insights_on(const struct table_wanted *w)
{
    bool any = w->shape.features.insights.enabled;

    for (size_t i = 0; i < w->shape.index_count; i++) {
        any = any || w->shape.indexes[i].insights.enabled;
    }
    return any;
}

static bool policy_kinesis(const struct table_wanted *w)
{
    return w->shape.features.kinesis.has;
}

static bool policy_key(const struct table_wanted *w)
{
    bool any = w->shape.features.sse.key != NULL;

    for (size_t i = 0; i < w->shape.features.replica_count; i++) {
        any = any || w->shape.features.replicas[i].kms_key;
    }
    return any;
}

static bool policy_replicas(const struct table_wanted *w)
{
    return w->shape.features.replica_count > 0;
}

static bool policy_indexed(const struct table_wanted *w)
{
    return w->shape.index_count > 0;
}

static bool policy_items(const struct table_wanted *w)
{
    return w->shape.features.item_count > 0;
}

/* The replicas' row is long because AWS copies with the caller's rights. */
static const struct policy_row policy_rows[] = {
    {"Always", policy_always, POLICY_TABLE, {"dynamodb:DescribeTable"}},
    {"UntilTheTableExists", policy_always, POLICY_TABLE, {"dynamodb:CreateTable"}},
    {"Converge", policy_converges, POLICY_TABLE, {"dynamodb:UpdateTable"}},
    {"Tags", policy_tags, POLICY_TABLE, {"dynamodb:ListTagsOfResource", "dynamodb:TagResource"}},
    {"ResourcePolicy",
     policy_guarded,
     POLICY_TABLE,
     {"dynamodb:GetResourcePolicy", "dynamodb:PutResourcePolicy"}},
    {"TimeToLive",
     policy_ttl,
     POLICY_EVERYWHERE,
     {"dynamodb:DescribeTimeToLive", "dynamodb:UpdateTimeToLive"}},
    {"PointInTimeRecovery",
     policy_pitr,
     POLICY_TABLE,
     {"dynamodb:DescribeContinuousBackups", "dynamodb:UpdateContinuousBackups"}},
    {"ContributorInsights",
     policy_insights,
     POLICY_TABLE,
     {"dynamodb:DescribeContributorInsights", "dynamodb:UpdateContributorInsights"}},
    {"Kinesis",
     policy_kinesis,
     POLICY_TABLE,
     {"dynamodb:DescribeKinesisStreamingDestination",
      "dynamodb:EnableKinesisStreamingDestination"}},
    {"KinesisStream",
     policy_kinesis,
     POLICY_STREAM,
     {"kinesis:DescribeStream", "kinesis:PutRecords"}},
    {"CustomerKey", policy_key, POLICY_KEY, {"kms:CreateGrant", "kms:DescribeKey"}},
    {"Replicas",
     policy_replicas,
     POLICY_REPLICAS,
     {"dynamodb:BatchWriteItem", "dynamodb:CreateTable", "dynamodb:CreateTableReplica",
      "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
      "dynamodb:Scan", "dynamodb:UpdateItem"}},
    {"Items", policy_items, POLICY_TABLE, {"dynamodb:PutItem"}},
};

/* What --probe asks for beside. */
static const struct policy_row policy_probe_rows[] = {
    {"Probe", policy_always, POLICY_TABLE, {"dynamodb:GetItem"}},
    {"ProbeIndexes", policy_indexed, POLICY_INDEXES, {"dynamodb:Query"}},
};

static void policy_add(json_t *list, const char *text)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        if (strcmp(json_string_value(one), text) == 0) {
            return;
        }
    }
    json_array_append_new(list, json_string(text));
}

static void policy_table(json_t *list, const struct policy_place *p, const char *region,
                         const char *name, const char *index)
{
    char arn[POLICY_ARN_SIZE];

    snprintf(arn, sizeof(arn), "arn:%s:dynamodb:%s:%s:table/%s%s%s", p->partition, region,
             p->account, name, index ? "/index/" : "", index ? index : "");
    policy_add(list, arn);
}

static void policy_kms(json_t *list, const struct policy_place *p, const char *region,
                       const char *key)
{
    char arn[POLICY_ARN_SIZE];
    bool alias = strncmp(key, "alias/", 6) == 0;

    if (strncmp(key, "arn:", 4) == 0 && !strstr(key, ":alias/")) {
        policy_add(list, key);
        return;
    }
    /* IAM knows no alias as a resource: the key behind it is not known here. */
    snprintf(arn, sizeof(arn), "arn:%s:kms:%s:%s:key/%s", p->partition, region, p->account,
             alias || strstr(key, ":alias/") ? "*" : key);
    policy_add(list, arn);
}

/* The table's key, and those that replicas have of their own. */
static void policy_keys(json_t *list, const struct feature_set *f, const struct policy_place *p)
{
    if (f->sse.key) {
        policy_kms(list, p, p->region, f->sse.key);
    }
    for (size_t i = 0; i < f->replica_count; i++) {
        if (f->replicas[i].kms_key) {
            policy_kms(list, p, f->replicas[i].region, f->replicas[i].kms_key);
        }
    }
}

static void policy_resources(json_t *list, const struct policy_row *row,
                             const struct table_wanted *w, const struct policy_place *p)
{
    const struct table_shape *shape = &w->shape;

    switch (row->on) {
    case POLICY_TABLE:
        if (row->wanted != policy_insights || shape->features.insights.has) {
            policy_table(list, p, p->region, shape->name, NULL);
        }
        for (size_t i = 0; row->wanted == policy_insights && i < shape->index_count; i++) {
            if (shape->indexes[i].insights.has) {
                policy_table(list, p, p->region, shape->name, shape->indexes[i].name);
            }
        }
        return;
    case POLICY_INDEXES:
        for (size_t i = 0; i < shape->index_count; i++) {
            policy_table(list, p, p->region, shape->name, shape->indexes[i].name);
        }
        return;
    case POLICY_EVERYWHERE:
    case POLICY_REPLICAS:
        policy_table(list, p, p->region, shape->name, NULL);
        for (size_t i = 0; i < shape->features.replica_count; i++) {
            policy_table(list, p, shape->features.replicas[i].region, shape->name, NULL);
        }
        return;
    case POLICY_KEY:
        policy_keys(list, &shape->features, p);
        return;
    case POLICY_STREAM:
        policy_add(list, shape->features.kinesis.stream_arn);
        return;
    }
}

/* Nothing is changed by it. */
static bool policy_reads(const char *action)
{
    const char *verb = strchr(action, ':') + 1;

    return strncmp(verb, "Describe", 8) == 0 || strncmp(verb, "List", 4) == 0 ||
           strncmp(verb, "Get", 3) == 0;
}

/* false: the feature is written to be off, which is looked at and never changed. */
static bool policy_changes(const struct policy_row *row, const struct table_wanted *w)
{
    return row->wanted == policy_ttl        ? w->shape.features.ttl.enabled
           : row->wanted == policy_pitr     ? w->shape.features.pitr.enabled
           : row->wanted == policy_insights ? policy_insights_on(w)
                                            : true;
}

/* Has the one whose policy it is a use for this action of a row? */
static bool policy_is_needed(enum policy_whose whose, const struct policy_row *row,
                             const char *action)
{
    switch (whose) {
    case POLICY_OF_WAIT:
        return row->wanted == policy_always && policy_reads(action);
    case POLICY_OF_PLAN:
        return row->on <= POLICY_EVERYWHERE && policy_reads(action);
    case POLICY_OF_ENSURE:
        break;
    }
    return true;
}

/* off: for the tables alone on which nothing is changed. */
static void policy_row(json_t *statements, const struct policy_row *row, const struct spec *s,
                       const struct policy_place *place, enum policy_whose whose, bool off)
{
    json_t *resources = json_array();
    json_t *actions = json_array();

    for (size_t i = 0; i < s->count; i++) {
        const struct table_wanted *w = &s->tables[i];

        if (row->wanted(w) && policy_changes(row, w) == !off) {
            policy_resources(resources, row, w, place);
        }
    }
    for (size_t i = 0; i < POLICY_ACTIONS_MAX && row->actions[i]; i++) {
        if (policy_is_needed(whose, row, row->actions[i]) &&
            (!off || policy_reads(row->actions[i]))) {
            json_array_append_new(actions, json_string(row->actions[i]));
        }
    }
    if (json_array_size(resources) > 0 && json_array_size(actions) > 0) {
        json_array_append_new(statements, json_pack("{s:s+, s:s, s:O, s:O}", "Sid", row->sid,
                                                    off ? "Off" : "", "Effect", "Allow", "Action",
                                                    actions, "Resource", resources));
    }
    json_decref(resources);
    json_decref(actions);
}

/* The roles that AWS makes for itself at first use. */
static void policy_role(json_t *statements, const char *sid, const char *service,
                        bool (*wanted)(const struct table_wanted *w), const struct spec *s,
                        const struct policy_place *p)
{
    char arn[POLICY_ARN_SIZE];
    bool any = false;

    for (size_t i = 0; i < s->count; i++) {
        any = any || wanted(&s->tables[i]);
    }
    snprintf(arn, sizeof(arn), "arn:%s:iam::%s:role/aws-service-role/%s/*", p->partition,
             p->account, service);
    if (any) {
        json_array_append_new(
            statements, json_pack("{s:s, s:s, s:s, s:s, s:{s:{s:s}}}", "Sid", sid, "Effect",
                                  "Allow", "Action", "iam:CreateServiceLinkedRole", "Resource", arn,
                                  "Condition", "StringEquals", "iam:AWSServiceName", service));
    }
}

static void policy_roles(json_t *statements, const struct spec *s, const struct policy_place *place)
{
    policy_role(statements, "InsightsRole", "contributorinsights.dynamodb.amazonaws.com",
                policy_insights_on, s, place);
    policy_role(statements, "KinesisRole", "kinesisreplication.dynamodb.amazonaws.com",
                policy_kinesis, s, place);
    policy_role(statements, "ReplicationRole", "replication.dynamodb.amazonaws.com",
                policy_replicas, s, place);
}

json_t *policy_of(const struct spec *s, const struct policy_place *place, enum policy_whose whose,
                  bool probe)
{
    json_t *statements = json_array();

    for (size_t i = 0; i < sizeof(policy_rows) / sizeof(*policy_rows); i++) {
        policy_row(statements, &policy_rows[i], s, place, whose, false);
        policy_row(statements, &policy_rows[i], s, place, whose, true);
    }
    /* A plan proves nothing. */
    probe = probe && whose != POLICY_OF_PLAN;
    for (size_t i = 0; probe && i < sizeof(policy_probe_rows) / sizeof(*policy_probe_rows); i++) {
        policy_row(statements, &policy_probe_rows[i], s, place, POLICY_OF_ENSURE, false);
    }
    if (whose == POLICY_OF_ENSURE) {
        policy_roles(statements, s, place);
    }
    return json_pack("{s:s, s:o}", "Version", "2012-10-17", "Statement", statements);
}
