#include "service.h"

#include "check.h"
#include "emulator.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct operation {
    const char *name;
    bool writes;
    const char *members; /* those that its input may have, between spaces */
    void (*answer)(struct call *c);
};

static const struct operation operations[] = {
    {"DescribeTable", false, " TableName ", service_describe},
    {"CreateTable", true,
     " TableName AttributeDefinitions KeySchema LocalSecondaryIndexes GlobalSecondaryIndexes BillingMode "
     "ProvisionedThroughput OnDemandThroughput WarmThroughput StreamSpecification SSESpecification TableClass "
     "DeletionProtectionEnabled Tags ResourcePolicy ",
     service_create},
    {"UpdateTable", true,
     " TableName AttributeDefinitions GlobalSecondaryIndexUpdates StreamSpecification DeletionProtectionEnabled "
     "ReplicaUpdates ",
     service_update},
    {"DescribeTimeToLive", false, " TableName ", service_describe_ttl},
    {"UpdateTimeToLive", true, " TableName TimeToLiveSpecification ", service_update_ttl},
    {"DescribeContinuousBackups", false, " TableName ", service_describe_backups},
    {"UpdateContinuousBackups", true, " TableName PointInTimeRecoverySpecification ",
     service_update_backups},
    {"ListTagsOfResource", false, " ResourceArn NextToken ", service_list_tags},
    {"TagResource", true, " ResourceArn Tags ", service_tag},
    {"GetResourcePolicy", false, " ResourceArn ", service_get_policy},
    {"PutResourcePolicy", true, " ResourceArn Policy ExpectedRevisionId ", service_put_policy},
    {"DescribeKinesisStreamingDestination", false, " TableName ", service_describe_kinesis},
    {"EnableKinesisStreamingDestination", true,
     " TableName StreamArn EnableKinesisStreamingConfiguration ", service_enable_kinesis},
    {"DescribeContributorInsights", false, " TableName IndexName ", service_describe_insights},
    {"UpdateContributorInsights", true,
     " TableName IndexName ContributorInsightsAction ContributorInsightsMode ",
     service_update_insights},
    {"PutItem", true,
     " TableName Item ConditionExpression ExpressionAttributeNames ExpressionAttributeValues ",
     service_put_item},
    {"GetItem", false, " TableName Key ConsistentRead ", service_get_item},
    {"Query", false,
     " TableName IndexName Limit KeyConditionExpression ExpressionAttributeNames "
     "ExpressionAttributeValues Select ",
     service_query},
};

static const struct operation *service_find(const char *name)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
        if (strcmp(operations[i].name, name) == 0) {
            return &operations[i];
        }
    }
    return NULL;
}

bool service_writes(const char *operation)
{
    const struct operation *known = service_find(operation);

    return !known || known->writes;
}

void service_refuse(struct call *c, const char *error, const char *format, ...)
{
    char text[600];
    char type[200];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    snprintf(type, sizeof(type), SERVICE_NAME "%s", error);
    json_decref(c->out);
    c->out = json_pack("{s:s, s:s}", "__type", type, "message", text);
    c->status = 400;
}

void service_in_use(struct call *c, const char *what)
{
    service_refuse(c, "ResourceInUseException",
                   "Attempt to change a resource which is still in use: Table is being %s: %s",
                   what, c->table->name);
}

const char *service_status(const struct call *c)
{
    return world_text(json_object_get(c->table->state, "Table"), "TableStatus");
}

/* "orders" of TableName, or of ".../table/orders". */
static const char *service_table_name(const json_t *in)
{
    const char *arn = strstr(world_text(in, "ResourceArn"), ":table/");

    return arn ? arn + 7 : world_text(in, "TableName");
}

/* An emulator that lacks the call: as DynamoDB Local, as moto, as an older DynamoDB Local says it. */
static bool service_lacks(struct call *c)
{
    if (!emulator_lacks(c->operation)) {
        return false;
    }
    switch (world.rules.emulator.gap) {
    case 0:
        service_refuse(c, "UnknownOperationException", "%s", "");
        break;
    case 1:
        c->out = json_null();
        c->page = "<!doctype html>\n<title>500 Internal Server Error</title>\n";
        c->status = 500;
        break;
    default:
        service_refuse(c, "ValidationException", "%s is not currently supported in DynamoDB Local",
                       c->operation);
    }
    return true;
}

void service_handle(struct call *c)
{
    const struct operation *known = service_find(c->operation);
    const char *name = service_table_name(c->in);
    const char *unknown;

    c->status = 200;
    if (!known) {
        service_refuse(c, "UnknownOperationException", "%s", "");
        return;
    }
    if (service_lacks(c)) {
        return;
    }
    unknown = check_members(c->in, known->members);
    if (unknown) {
        service_refuse(c, "ValidationException", "unknown member %s", unknown);
        return;
    }
    if (!check_name(name)) {
        service_refuse(c, "ValidationException",
                       "Invalid table/index name. Table/index names must be between 3 and 255 "
                       "characters long, and may contain only the characters a-z, A-Z, 0-9, '_', "
                       "'-', and '.'");
        return;
    }
    c->table = world_table(name);
    if (emulator_forgets(c->operation)) {
        json_t *kept = json_deep_copy(c->table->state);

        known->answer(c);
        world_set(c->table, kept);
    } else {
        known->answer(c);
    }
}
