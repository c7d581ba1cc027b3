/* What hangs on a table and is not in DescribeTable: TTL, backups, tags, policy, Kinesis, insights. */
#include "check.h"
#include "service.h"

#include <string.h>

/* The state that a describing call sees; NULL: refused as missing, in that error's name. */
static const json_t *seen(struct call *c, const char *error)
{
    const json_t *state = world_look(c->table);

    if (!state) {
        service_refuse(c, error, "Requested resource not found: Table: %s not found",
                       c->table->name);
    }
    return state;
}

/* The state that a change works on. NULL: refused, the table is missing or not ACTIVE. */
static json_t *changing(struct call *c, const char *error)
{
    const char *status = service_status(c);

    if (!c->table->state) {
        service_refuse(c, error, "Requested resource not found: Table: %s not found",
                       c->table->name);
        return NULL;
    }
    if (strcmp(status, "ACTIVE") != 0) {
        service_in_use(c, strcmp(status, "CREATING") == 0 ? "created" : "updated");
        return NULL;
    }
    return c->table->state;
}

void service_describe_ttl(struct call *c)
{
    const json_t *state = seen(c, "ResourceNotFoundException");
    const json_t *ttl = json_object_get(state, "TimeToLive");

    if (state) {
        c->out = json_pack("{s:o}", "TimeToLiveDescription",
                           ttl ? json_deep_copy(ttl)
                               : json_pack("{s:s}", "TimeToLiveStatus", "DISABLED"));
    }
}

void service_update_ttl(struct call *c)
{
    const json_t *asked = json_object_get(c->in, "TimeToLiveSpecification");
    json_t *state = changing(c, "ResourceNotFoundException");
    const json_t *ttl = json_object_get(state, "TimeToLive");
    const char *attribute = world_text(asked, "AttributeName");

    if (!state) {
        return;
    }
    if (!json_is_true(json_object_get(asked, "Enabled")) || !*attribute) {
        service_refuse(c, "ValidationException", "TimeToLive is already disabled");
    } else if (ttl && strcmp(world_text(ttl, "AttributeName"), attribute) != 0) {
        service_refuse(c, "ValidationException",
                       "TimeToLive is active on a different AttributeName: current AttributeName "
                       "is %s",
                       world_text(ttl, "AttributeName"));
    } else if (ttl) {
        service_refuse(c, "ValidationException", "TimeToLive is already enabled");
    } else {
        json_object_set_new(
            state, "TimeToLive",
            json_pack("{s:s, s:s}", "TimeToLiveStatus", "ENABLING", "AttributeName", attribute));
        world_changed(c->table);
        world_plan(c->table, WORLD_TTL_ENABLED, "", 3600000, NULL);
        c->out = json_pack("{s:O}", "TimeToLiveSpecification", asked);
    }
}

static json_t *backups(const json_t *state)
{
    const json_t *have = json_object_get(state, "Backups");

    return json_pack("{s:{s:s, s:o}}", "ContinuousBackupsDescription", "ContinuousBackupsStatus",
                     "ENABLED", "PointInTimeRecoveryDescription",
                     have ? json_deep_copy(have)
                          : json_pack("{s:s}", "PointInTimeRecoveryStatus", "DISABLED"));
}

void service_describe_backups(struct call *c)
{
    const json_t *state = seen(c, "TableNotFoundException");

    if (state) {
        c->out = backups(state);
    }
}

void service_add_backups(json_t *state, const json_t *asked)
{
    const json_t *period = json_object_get(asked, "RecoveryPeriodInDays");

    json_object_set_new(state, "Backups",
                        json_pack("{s:s, s:I}", "PointInTimeRecoveryStatus", "ENABLED",
                                  "RecoveryPeriodInDays",
                                  period ? json_integer_value(period) : (json_int_t)35));
}

void service_update_backups(struct call *c)
{
    const json_t *asked = json_object_get(c->in, "PointInTimeRecoverySpecification");
    json_t *state = changing(c, "TableNotFoundException");
    double born =
        json_real_value(json_object_get(json_object_get(state, "Table"), "CreationDateTime"));

    if (!state) {
        return;
    }
    if (!json_is_true(json_object_get(asked, "PointInTimeRecoveryEnabled"))) {
        service_refuse(c, "ValidationException", "nothing is switched off here");
    } else if ((double)(WORLD_WALL + world.now - world.rules.young_ms) < born * 1000) {
        service_refuse(c, "ContinuousBackupsUnavailableException",
                       "Backups are being enabled for the table: %s. Please retry later",
                       c->table->name);
    } else {
        service_add_backups(state, asked);
        world_changed(c->table);
        c->out = backups(state);
    }
}

void service_list_tags(struct call *c)
{
    const json_t *state = seen(c, "ResourceNotFoundException");
    json_t *list;
    const char *key;
    json_t *value;

    if (!state) {
        return;
    }
    list = json_array();
    json_object_foreach(json_object_get(state, "Tags"), key, value)
    {
        json_array_append_new(list, json_pack("{s:s, s:O}", "Key", key, "Value", value));
    }
    c->out = json_pack("{s:o}", "Tags", list);
}

void service_tag(struct call *c)
{
    json_t *state = changing(c, "ResourceNotFoundException");
    size_t i;
    json_t *tag;

    if (!state) {
        return;
    }
    json_array_foreach(json_object_get(c->in, "Tags"), i, tag)
    {
        json_object_set_new(json_object_get(state, "Tags"), world_text(tag, "Key"),
                            json_string(world_text(tag, "Value")));
    }
    world_changed(c->table);
    c->out = json_object();
}

void service_get_policy(struct call *c)
{
    const json_t *state = seen(c, "ResourceNotFoundException");
    const json_t *policy = json_object_get(state, "Policy");

    if (state && !policy) {
        service_refuse(c, "PolicyNotFoundException", "Resource-based policy not found");
    } else if (state) {
        c->out = json_deep_copy(policy);
    }
}

void service_put_policy(struct call *c)
{
    json_t *state = changing(c, "ResourceNotFoundException");

    if (!state) {
        return;
    }
    if (json_object_get(state, "Policy") &&
        strcmp(world_text(c->in, "ExpectedRevisionId"), "NO_POLICY") == 0) {
        service_refuse(c, "PolicyNotFoundException", "the table has a policy");
        return;
    }
    json_object_set_new(state, "Policy",
                        json_pack("{s:s, s:s}", "Policy", world_text(c->in, "Policy"), "RevisionId",
                                  "1700000000001"));
    world_changed(c->table);
    c->out = json_pack("{s:s}", "RevisionId", "1700000000001");
}

void service_describe_kinesis(struct call *c)
{
    const json_t *state = seen(c, "ResourceNotFoundException");
    json_t *list = json_deep_copy(json_object_get(state, "Kinesis"));

    if (state) {
        c->out = json_pack("{s:s, s:o}", "TableName", c->table->name,
                           "KinesisDataStreamDestinations", list ? list : json_array());
    }
}

void service_add_kinesis(json_t *state, const char *arn, const char *precision, const char *status)
{
    json_object_set_new(state, "Kinesis",
                        json_pack("[{s:s, s:s, s:s}]", "StreamArn", arn, "DestinationStatus",
                                  status, "ApproximateCreationDateTimePrecision",
                                  *precision ? precision : "MILLISECOND"));
}

void service_enable_kinesis(struct call *c)
{
    json_t *state = changing(c, "ResourceNotFoundException");
    const json_t *how = json_object_get(c->in, "EnableKinesisStreamingConfiguration");

    if (!state) {
        return;
    }
    if (json_object_get(state, "Kinesis")) {
        service_refuse(c, "ValidationException",
                       "Table is not in a valid state to enable Kinesis Streaming Destination: "
                       "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED");
        return;
    }
    service_add_kinesis(state, world_text(c->in, "StreamArn"),
                        world_text(how, "ApproximateCreationDateTimePrecision"), "ENABLING");
    world_changed(c->table);
    world_plan(c->table, WORLD_KINESIS_ACTIVE, "", dice_delay(&world.dice, 60000), NULL);
    c->out = json_pack("{s:s, s:s, s:s}", "TableName", c->table->name, "StreamArn",
                       world_text(c->in, "StreamArn"), "DestinationStatus", "ENABLING");
}

/* Refused when there is no such index; the table itself is "". */
static bool has_index(struct call *c, const json_t *state, const char *index)
{
    const json_t *list = json_object_get(json_object_get(state, "Table"), "GlobalSecondaryIndexes");

    if (*index && !world_find(list, "IndexName", index)) {
        service_refuse(c, "ResourceNotFoundException",
                       "Requested resource not found: Index: %s not found", index);
        return false;
    }
    return true;
}

/* What AWS may do: no change to an index that is being built. */
static bool serves(struct call *c, const json_t *state, const char *index)
{
    const json_t *one =
        world_find(json_object_get(json_object_get(state, "Table"), "GlobalSecondaryIndexes"),
                   "IndexName", index);

    if (one && strcmp(world_text(one, "IndexStatus"), "ACTIVE") != 0) {
        service_in_use(c, "updated");
        return false;
    }
    return true;
}

void service_describe_insights(struct call *c)
{
    const json_t *state = seen(c, "ResourceNotFoundException");
    const json_t *have =
        json_object_get(json_object_get(state, "Insights"), world_text(c->in, "IndexName"));

    if (state && has_index(c, state, world_text(c->in, "IndexName"))) {
        c->out = have ? json_deep_copy(have)
                      : json_pack("{s:s, s:s}", "TableName", c->table->name,
                                  "ContributorInsightsStatus", "DISABLED");
    }
}

void service_add_insights(json_t *state, const char *index, const char *mode, const char *status)
{
    if (!json_object_get(state, "Insights")) {
        json_object_set_new(state, "Insights", json_object());
    }
    json_object_set_new(json_object_get(state, "Insights"), index,
                        json_pack("{s:s, s:s, s:s}", "TableName",
                                  world_text(json_object_get(state, "Table"), "TableName"),
                                  "ContributorInsightsStatus", status, "ContributorInsightsMode",
                                  *mode ? mode : "ACCESSED_AND_THROTTLED_KEYS"));
}

void service_update_insights(struct call *c)
{
    json_t *state = changing(c, "ResourceNotFoundException");
    const char *index = world_text(c->in, "IndexName");

    if (!state || !has_index(c, state, index) || !serves(c, state, index)) {
        return;
    }
    if (strcmp(world_text(c->in, "ContributorInsightsAction"), "ENABLE") != 0) {
        service_refuse(c, "ValidationException", "nothing is switched off here");
        return;
    }
    service_add_insights(state, index, world_text(c->in, "ContributorInsightsMode"), "ENABLING");
    world_changed(c->table);
    world_plan(c->table, WORLD_INSIGHTS_ENABLED, index, dice_delay(&world.dice, 60000), NULL);
    c->out = json_deep_copy(json_object_get(json_object_get(state, "Insights"), index));
}
