/* The calls about the table itself: DescribeTable, CreateTable, UpdateTable. */
#include "check.h"
#include "emulator.h"
#include "service.h"

#include <stdio.h>
#include <string.h>

#define ARN "arn:aws:dynamodb:" WORLD_REGION ":123456789012:table/"

static bool is_on_demand(const json_t *table)
{
    return strcmp(world_text(json_object_get(table, "BillingModeSummary"), "BillingMode"),
                  "PAY_PER_REQUEST") == 0;
}

static void copy(json_t *to, const json_t *from, const char *member)
{
    json_t *value = json_object_get(from, member);

    if (value) {
        json_object_set_new(to, member, json_deep_copy(value));
    }
}

/* ProvisionedThroughput as it is shown: 0/0 on demand. */
static json_t *throughput(const json_t *in)
{
    const json_t *t = json_object_get(in, "ProvisionedThroughput");

    return json_pack("{s:i, s:I, s:I}", "NumberOfDecreasesToday", 0, "ReadCapacityUnits",
                     json_integer_value(json_object_get(t, "ReadCapacityUnits")),
                     "WriteCapacityUnits",
                     json_integer_value(json_object_get(t, "WriteCapacityUnits")));
}

/* As written, or what AWS fills in. */
static json_t *warm(const json_t *in)
{
    json_t *made = json_deep_copy(json_object_get(in, "WarmThroughput"));

    made = made ? made : json_object();
    if (!json_object_get(made, "ReadUnitsPerSecond")) {
        json_object_set_new(made, "ReadUnitsPerSecond", json_integer(12000));
    }
    if (!json_object_get(made, "WriteUnitsPerSecond")) {
        json_object_set_new(made, "WriteUnitsPerSecond", json_integer(4000));
    }
    json_object_set_new(made, "Status", json_string("ACTIVE"));
    return made;
}

json_t *service_index(const json_t *in, const json_t *table, const char *status)
{
    char arn[700];
    json_t *made = json_object();

    copy(made, in, "IndexName");
    copy(made, in, "KeySchema");
    copy(made, in, "Projection");
    snprintf(arn, sizeof(arn), ARN "%s/index/%s", world_text(table, "TableName"),
             world_text(in, "IndexName"));
    json_object_set_new(made, "IndexArn", json_string(arn));
    json_object_set_new(made, "ItemCount", json_integer(0));
    json_object_set_new(made, "IndexSizeBytes", json_integer(0));
    if (status) {
        json_object_set_new(made, "IndexStatus", json_string(status));
        json_object_set_new(made, "ProvisionedThroughput", throughput(in));
        json_object_set_new(made, "WarmThroughput", warm(in));
        copy(made, in, "OnDemandThroughput");
    }
    return made;
}

static void born_indexes(json_t *table, const json_t *in, const char *kind, const char *status)
{
    json_t *list = json_array();
    size_t i;
    json_t *index;

    json_array_foreach(json_object_get(in, kind), i, index)
    {
        json_array_append_new(list, service_index(index, table, status));
    }
    if (json_array_size(list) > 0) {
        json_object_set_new(table, kind, list);
    } else {
        json_decref(list);
    }
}

static void set_stream(json_t *table, const json_t *stream)
{
    char arn[700];

    snprintf(arn, sizeof(arn), ARN "%s/stream/2023-11-14T22:13:20.000",
             world_text(table, "TableName"));
    json_object_set_new(table, "StreamSpecification", json_deep_copy(stream));
    json_object_set_new(table, "LatestStreamArn", json_string(arn));
    json_object_set_new(table, "LatestStreamLabel", json_string("2023-11-14T22:13:20.000"));
}

/* What is shown only when it was asked for. */
static void born_blocks(json_t *table, const json_t *in)
{
    const json_t *sse = json_object_get(in, "SSESpecification");
    char key[400];

    if (strcmp(world_text(in, "BillingMode"), "PAY_PER_REQUEST") == 0) {
        json_object_set_new(table, "BillingModeSummary",
                            json_pack("{s:s}", "BillingMode", "PAY_PER_REQUEST"));
    }
    if (json_object_get(in, "StreamSpecification")) {
        set_stream(table, json_object_get(in, "StreamSpecification"));
    }
    if (sse) {
        const char *id = world_text(sse, "KMSMasterKeyId");

        snprintf(key, sizeof(key), "arn:aws:kms:" WORLD_REGION ":123456789012:key/%s",
                 *id ? id : "11111111-2222-3333-4444-555555555555");
        json_object_set_new(table, "SSEDescription",
                            json_pack("{s:s, s:s, s:s}", "Status", "ENABLED", "SSEType", "KMS",
                                      "KMSMasterKeyArn", strncmp(id, "arn:", 4) == 0 ? id : key));
    }
    if (strcmp(world_text(in, "TableClass"), "STANDARD_INFREQUENT_ACCESS") == 0) {
        json_object_set_new(table, "TableClassSummary",
                            json_pack("{s:s}", "TableClass", "STANDARD_INFREQUENT_ACCESS"));
    }
    copy(table, in, "OnDemandThroughput");
}

static json_t *born_tags(const json_t *in)
{
    json_t *tags = json_object();
    size_t i;
    json_t *tag;

    json_array_foreach(json_object_get(in, "Tags"), i, tag)
    {
        json_object_set_new(tags, world_text(tag, "Key"), json_string(world_text(tag, "Value")));
    }
    return tags;
}

json_t *service_born(const json_t *in)
{
    json_t *table = json_object();
    json_t *state = json_pack("{s:o, s:o}", "Table", table, "Tags", born_tags(in));
    char arn[400];

    copy(table, in, "TableName");
    copy(table, in, "AttributeDefinitions");
    copy(table, in, "KeySchema");
    snprintf(arn, sizeof(arn), ARN "%s", world_text(in, "TableName"));
    json_object_set_new(table, "TableArn", json_string(arn));
    json_object_set_new(table, "TableStatus", json_string("CREATING"));
    json_object_set_new(table, "CreationDateTime",
                        json_real((double)(WORLD_WALL + world.now) / 1000));
    json_object_set_new(table, "ItemCount", json_integer(0));
    json_object_set_new(table, "TableSizeBytes", json_integer(0));
    json_object_set_new(table, "ProvisionedThroughput", throughput(in));
    json_object_set_new(table, "WarmThroughput", warm(in));
    json_object_set_new(
        table, "DeletionProtectionEnabled",
        json_boolean(json_is_true(json_object_get(in, "DeletionProtectionEnabled"))));
    born_indexes(table, in, "LocalSecondaryIndexes", NULL);
    born_indexes(table, in, "GlobalSecondaryIndexes", "CREATING");
    born_blocks(table, in);
    if (json_object_get(in, "ResourcePolicy")) {
        json_object_set_new(state, "Policy",
                            json_pack("{s:s, s:s}", "Policy", world_text(in, "ResourcePolicy"),
                                      "RevisionId", "1700000000000"));
    }
    return state;
}

void service_describe(struct call *c)
{
    const json_t *state = world_look(c->table);

    if (!state) {
        service_refuse(c, "ResourceNotFoundException",
                       "Requested resource not found: Table: %s not found", c->table->name);
        return;
    }
    c->out = json_pack("{s:o}", "Table", json_deep_copy(json_object_get(state, "Table")));
}

/* Ready after some time; now and then its indexes a little later. */
static void plan_birth(struct world_table *t)
{
    int64_t table_ms = dice_delay(&world.dice, world.rules.table_ms);
    size_t i;
    json_t *index;

    json_array_foreach(
        json_object_get(json_object_get(t->state, "Table"), "GlobalSecondaryIndexes"), i, index)
    {
        if (dice_chance(&world.dice, 200)) {
            json_object_set_new(index, "Late", json_true());
            world_plan(t, WORLD_INDEX_ACTIVE, world_text(index, "IndexName"),
                       table_ms + dice_delay(&world.dice, world.rules.index_ms), NULL);
        }
    }
    world_plan(t, WORLD_TABLE_ACTIVE, "", table_ms, NULL);
}

static bool over_a_limit(struct call *c)
{
    const struct world_rules *rules = &world.rules;

    if (rules->simultaneous > 0 && world_busy() >= rules->simultaneous) {
        service_refuse(c, "LimitExceededException",
                       "Subscriber limit exceeded: Only %d tables can be created, updated, or "
                       "deleted simultaneously",
                       rules->simultaneous);
        return true;
    }
    if (rules->indexed > 0 && world_busy_indexed() >= rules->indexed &&
        (json_object_get(c->in, "GlobalSecondaryIndexes") ||
         json_object_get(c->in, "LocalSecondaryIndexes"))) {
        service_refuse(c, "LimitExceededException",
                       "Subscriber limit exceeded: You have exceeded the maximum number of indexed "
                       "tables that can be created simultaneously");
        return true;
    }
    return false;
}

void service_create(struct call *c)
{
    const char *complaint = check_create(c->in);
    const char *status = service_status(c);

    if (complaint) {
        service_refuse(c, "ValidationException", "%s", complaint);
        return;
    }
    if (c->table->state && world.rules.emulator.again) {
        c->out = json_object();
        return;
    }
    if (c->table->state) {
        if (strcmp(status, "CREATING") == 0) {
            service_in_use(c, "created");
        } else if (strcmp(status, "DELETING") == 0) {
            service_in_use(c, "deleted");
        } else {
            service_refuse(c, "ResourceInUseException", "Table already exists: %s", c->table->name);
        }
        return;
    }
    if (over_a_limit(c)) {
        return;
    }
    world_set(c->table, service_born(c->in));
    c->table->creates++;
    emulator_drop(c->table->state);
    plan_birth(c->table);
    world_advance(world.now); /* what takes no time has happened already */
    c->out = json_pack("{s:o}", "TableDescription",
                       json_deep_copy(json_object_get(c->table->state, "Table")));
}

/* What the table's attributes become with those of the request. false: a type clashes. */
static bool define(json_t *have, const json_t *more)
{
    size_t i;
    json_t *one;

    json_array_foreach(more, i, one)
    {
        const json_t *there = world_find(have, "AttributeName", world_text(one, "AttributeName"));

        if (!there) {
            json_array_append(have, one);
        } else if (!json_equal(there, one)) {
            return false;
        }
    }
    return true;
}

static bool add_index(struct call *c, json_t *table)
{
    const json_t *updates = json_object_get(c->in, "GlobalSecondaryIndexUpdates");
    const json_t *create = json_object_get(json_array_get(updates, 0), "Create");
    json_t *list = json_object_get(table, "GlobalSecondaryIndexes");
    const char *complaint;
    json_t *made;
    size_t i;
    json_t *other;

    json_array_foreach(list, i, other)
    {
        if (strcmp(world_text(other, "IndexStatus"), "ACTIVE") != 0) {
            service_refuse(c, "LimitExceededException",
                           "Subscriber limit exceeded: Only 1 online index can be created or "
                           "deleted simultaneously per table");
            return false;
        }
    }
    if (world_find(list, "IndexName", world_text(create, "IndexName"))) {
        service_refuse(c, "ValidationException",
                       "Attempting to create an index which already exists");
        return false;
    }
    complaint = json_array_size(updates) != 1 || !create ? "one Create a call"
                : define(json_object_get(table, "AttributeDefinitions"),
                         json_object_get(c->in, "AttributeDefinitions"))
                    ? check_index(create, json_object_get(table, "AttributeDefinitions"),
                                  is_on_demand(table))
                    : "One or more parameter values were invalid: an attribute has another type";
    if (complaint) {
        service_refuse(c, "ValidationException", "%s", complaint);
        return false;
    }
    if (!list) {
        json_object_set_new(table, "GlobalSecondaryIndexes", list = json_array());
    }
    made = service_index(create, table, "CREATING");
    json_object_set_new(made, "Backfilling", json_false());
    json_array_append_new(list, made);
    world_plan(c->table, WORLD_INDEX_ACTIVE, world_text(create, "IndexName"),
               dice_delay(&world.dice, world.rules.index_ms), NULL);
    return true;
}

void service_add_replica(json_t *table, const json_t *create, const char *status)
{
    json_t *list = json_object_get(table, "Replicas");
    json_t *made = json_deep_copy(create);
    json_t *class = json_object_get(made, "TableClassOverride");

    if (!list) {
        json_object_set_new(table, "Replicas", list = json_array());
    }
    if (class) {
        json_object_set_new(made, "ReplicaTableClassSummary",
                            json_pack("{s:O}", "TableClass", class));
        json_object_del(made, "TableClassOverride");
    }
    json_object_set_new(made, "ReplicaStatus", json_string(status));
    json_array_append_new(list, made);
}

static bool add_replica(struct call *c, json_t *table)
{
    const json_t *updates = json_object_get(c->in, "ReplicaUpdates");
    const json_t *create = json_object_get(json_array_get(updates, 0), "Create");
    const char *region = world_text(create, "RegionName");
    const json_t *list = json_object_get(table, "Replicas");

    if (json_array_size(updates) != 1 || !create || !*region) {
        service_refuse(c, "ValidationException", "one Create a call");
    } else if (check_members(create,
                             " RegionName KMSMasterKeyId TableClassOverride GlobalSecondaryIndexes "
                             "ProvisionedThroughputOverride OnDemandThroughputOverride ")) {
        service_refuse(c, "ValidationException", "unknown member of a replica");
    } else if (strcmp(region, WORLD_REGION) == 0) {
        service_refuse(c, "ValidationException",
                       "Cannot add, delete, or update the local region through ReplicaUpdates");
    } else if (world_find(list, "RegionName", region)) {
        service_refuse(c, "ValidationException",
                       "Failed to create a the new replica: replicas already exist in %s", region);
    } else if (!is_on_demand(table) && !world.rules.scaled) {
        service_refuse(c, "ValidationException",
                       "Table write capacity should either be Pay-Per-Request or AutoScaled");
    } else if (strcmp(world_text(json_object_get(table, "StreamSpecification"), "StreamViewType"),
                      "NEW_AND_OLD_IMAGES") != 0 &&
               !world.rules.emulator.is) {
        service_refuse(c, "ValidationException",
                       "Table must have a stream of the type NEW_AND_OLD_IMAGES");
    } else {
        service_add_replica(table, create, "CREATING");
        world_plan(c->table, WORLD_REPLICA_ACTIVE, region,
                   dice_delay(&world.dice, world.rules.index_ms), NULL);
    }
    return c->status == 200;
}

/* The members of one UpdateTable, applied to a copy. false: refused. */
static bool apply_update(struct call *c, json_t *table)
{
    const json_t *stream = json_object_get(c->in, "StreamSpecification");
    const json_t *protect = json_object_get(c->in, "DeletionProtectionEnabled");

    if (stream && json_object_get(table, "StreamSpecification")) {
        service_refuse(c, "ValidationException", "Table already has an enabled stream: %s",
                       c->table->name);
        return false;
    }
    if (stream) {
        set_stream(table, stream);
    }
    if (protect) {
        json_object_set_new(table, "DeletionProtectionEnabled",
                            json_boolean(json_is_true(protect)));
    }
    if (!stream && !protect && !json_object_get(c->in, "GlobalSecondaryIndexUpdates") &&
        !json_object_get(c->in, "ReplicaUpdates")) {
        service_refuse(c, "ValidationException", "At least one of the members must be given");
        return false;
    }
    return (!json_object_get(c->in, "GlobalSecondaryIndexUpdates") || add_index(c, table)) &&
           (!json_object_get(c->in, "ReplicaUpdates") || add_replica(c, table));
}

/* An emulator's way: members that it does not know or not do are passed over, and if that leaves nothing known, it says so. true:
 * that was the answer. */
static bool passes_over(struct call *c, json_t *in)
{
    static const char *const members[] = {"StreamSpecification", "DeletionProtectionEnabled",
                                          "GlobalSecondaryIndexUpdates", "ReplicaUpdates"};
    static const char *const words[] = {
        "Nothing to update",
        "At least one of ProvisionedThroughput or GlobalSecondaryIndexUpdates is required",
        "Replicas and streams are not currently supported in DynamoDB Local"};
    int known = 0;
    int done = 0;

    for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
        bool there = json_object_get(in, members[i]) != NULL;
        bool knows = !emulator_lacks(members[i]);
        bool does = knows && !emulator_forgets(members[i]);

        known += there && knows;
        done += there && does;
        if (!does) {
            json_object_del(in, members[i]);
        }
    }
    if (known == 0) {
        service_refuse(c, "ValidationException", "%s", words[world.rules.emulator.gap]);
    } else if (done == 0) {
        c->out = json_pack("{s:o}", "TableDescription",
                           json_deep_copy(json_object_get(c->table->state, "Table")));
    }
    return done == 0;
}

/* The change itself, of a table that may be changed. */
static void update(struct call *c)
{
    json_t *state = json_deep_copy(c->table->state);

    if (!apply_update(c, json_object_get(state, "Table"))) {
        json_decref(state);
        return;
    }
    json_object_set_new(json_object_get(state, "Table"), "TableStatus", json_string("UPDATING"));
    world_set(c->table, state);
    world_plan(c->table, WORLD_TABLE_ACTIVE, "", dice_delay(&world.dice, world.rules.update_ms),
               NULL);
    world_advance(world.now);
    c->out = json_pack("{s:o}", "TableDescription",
                       json_deep_copy(json_object_get(c->table->state, "Table")));
}

void service_update(struct call *c)
{
    const char *status = service_status(c);
    const json_t *asked = c->in;
    json_t *in;

    if (!c->table->state) {
        service_refuse(c, "ResourceNotFoundException",
                       "Requested resource not found: Table: %s not found", c->table->name);
        return;
    }
    if (strcmp(status, "ACTIVE") != 0) {
        service_in_use(c, strcmp(status, "CREATING") == 0   ? "created"
                          : strcmp(status, "DELETING") == 0 ? "deleted"
                                                            : "updated");
        return;
    }
    if (json_object_get(c->in, "GlobalSecondaryIndexUpdates") == NULL && over_a_limit(c)) {
        return;
    }
    in = json_copy((json_t *)(uintptr_t)asked);
    c->in = in;
    if (!world.rules.emulator.is || !passes_over(c, in)) {
        update(c);
    }
    c->in = asked;
    json_decref(in);
}
