#include "state.h"

#include "service.h"

#include <stdlib.h>
#include <string.h>

static void set_word(json_t *object, const char *member, const char *word)
{
    json_object_set_new(object, member, json_string(word));
}

/* The insights of a table, or of one of its indexes. */
static void complete_insights(json_t *state, const json_t *of, const char *name)
{
    const json_t *insights = json_object_get(of, "ContributorInsightsSpecification");

    if (insights) {
        service_add_insights(state, name, world_text(insights, "Mode"), "ENABLED");
    }
}

static void complete_features(json_t *state, const json_t *wish)
{
    const json_t *ttl = json_object_get(wish, "TimeToLiveSpecification");
    const json_t *recovery = json_object_get(wish, "PointInTimeRecoverySpecification");
    const json_t *kinesis = json_object_get(wish, "KinesisStreamSpecification");

    if (ttl) {
        json_object_set_new(state, "TimeToLive",
                            json_pack("{s:s, s:s}", "TimeToLiveStatus", "ENABLED", "AttributeName",
                                      world_text(ttl, "AttributeName")));
    }
    if (recovery) {
        service_add_backups(state, recovery);
    }
    if (kinesis) {
        service_add_kinesis(state, world_text(kinesis, "StreamArn"),
                            world_text(kinesis, "ApproximateCreationDateTimePrecision"), "ACTIVE");
    }
    complete_insights(state, wish, "");
    if (json_object_get(wish, "Items")) {
        json_object_set_new(state, "Items", json_deep_copy(json_object_get(wish, "Items")));
    }
}

json_t *state_complete(const json_t *wish)
{
    json_t *state = service_born(wish);
    json_t *table = json_object_get(state, "Table");
    size_t i;
    json_t *one;

    set_word(table, "TableStatus", "ACTIVE");
    json_object_set_new(table, "CreationDateTime", json_integer(1600000000));
    json_array_foreach(json_object_get(table, "GlobalSecondaryIndexes"), i, one)
    {
        set_word(one, "IndexStatus", "ACTIVE");
    }
    json_array_foreach(json_object_get(wish, "GlobalSecondaryIndexes"), i, one)
    {
        complete_insights(state, one, world_text(one, "IndexName"));
    }
    json_array_foreach(json_object_get(wish, "Replicas"), i, one)
    {
        if (strcmp(world_text(one, "RegionName"), WORLD_REGION) != 0) {
            service_add_replica(table, one, "ACTIVE");
        }
    }
    complete_features(state, wish);
    return state;
}

/* What the elements of a list are called; NULL: they have no names. */
static const char *list_key(const json_t *list)
{
    static const char *const keys[] = {"IndexName", "RegionName", "StreamArn", NULL};
    const json_t *first = json_array_get(list, 0);

    for (size_t i = 0; keys[i]; i++) {
        if (json_object_get(first, keys[i])) {
            return keys[i];
        }
    }
    return NULL;
}

static void patch_member(json_t *object, const char *name, json_t *change);

static void patch_list(json_t *list, const json_t *patch)
{
    const char *key = list_key(list);
    const char *name;
    json_t *change;

    json_object_foreach((json_t *)(uintptr_t)patch, name, change)
    {
        for (size_t i = json_array_size(list); key && i > 0; i--) {
            json_t *one = json_array_get(list, i - 1);

            if (strcmp(world_text(one, key), name) == 0 && json_is_null(change)) {
                json_array_remove(list, i - 1);
            } else if (strcmp(world_text(one, key), name) == 0) {
                state_patch(one, change);
            }
        }
    }
}

static void patch_member(json_t *object, const char *name, json_t *change)
{
    json_t *there = json_object_get(object, name);

    if (json_is_null(change)) {
        json_object_del(object, name);
    } else if (json_is_array(there) && json_is_object(change)) {
        patch_list(there, change);
        if (json_array_size(there) == 0) {
            json_object_del(object, name);
        }
    } else if (json_is_object(there) && json_is_object(change)) {
        state_patch(there, change);
    } else if (!json_is_object(change)) {
        json_object_set_new(object, name, json_deep_copy(change));
    }
}

void state_patch(json_t *state, const json_t *patch)
{
    const char *name;
    json_t *change;

    json_object_foreach((json_t *)(uintptr_t)patch, name, change)
    {
        patch_member(state, name, change);
    }
}

static bool uses(const json_t *keys, const char *attribute)
{
    return world_find(keys, "AttributeName", attribute) != NULL;
}

static bool indexes_use(const json_t *indexes, const char *attribute)
{
    size_t i;
    json_t *index;
    bool used = false;

    json_array_foreach(indexes, i, index)
    {
        used = used || uses(json_object_get(index, "KeySchema"), attribute);
    }
    return used;
}

void state_forget_attributes(json_t *table)
{
    json_t *list = json_object_get(table, "AttributeDefinitions");

    for (size_t i = json_array_size(list); i > 0; i--) {
        const char *name = world_text(json_array_get(list, i - 1), "AttributeName");

        if (!uses(json_object_get(table, "KeySchema"), name) &&
            !indexes_use(json_object_get(table, "GlobalSecondaryIndexes"), name) &&
            !indexes_use(json_object_get(table, "LocalSecondaryIndexes"), name)) {
            json_array_remove(list, i - 1);
        }
    }
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0) {
        words++;
    }
    return *words != NULL;
}

/* The elements of a list that are not there yet will be. */
static void start_list(struct world_table *t, const char *list, const char *key, const char *status,
                       enum world_happening what, struct dice *d)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(json_object_get(t->state, "Table"), list), i, one)
    {
        if (strcmp(world_text(one, status), "ACTIVE") != 0) {
            world_plan(t, what, world_text(one, key), dice_delay(d, world.rules.index_ms), NULL);
        }
    }
}

void state_set(struct world_table *t, json_t *state, struct dice *d)
{
    static const char *const passing[] = {"CREATING", "UPDATING", NULL};
    const char *word = world_text(json_object_get(state, "Table"), "TableStatus");
    bool born = strcmp(word, "CREATING") == 0;

    state_forget_attributes(json_object_get(state, "Table"));
    world_set(t, state);
    t->snaps[t->snap_count - 1].at = INT64_MIN;
    if (is_one_of(word, passing)) {
        world_plan(t, WORLD_TABLE_ACTIVE, "",
                   dice_delay(d, born ? world.rules.table_ms : world.rules.update_ms), NULL);
    }
    if (strcmp(word, "DELETING") == 0) {
        world_plan(t, WORLD_GONE, "", dice_delay(d, 60000), NULL);
    }
    if (!born) {
        start_list(t, "GlobalSecondaryIndexes", "IndexName", "IndexStatus", WORLD_INDEX_ACTIVE, d);
    }
    start_list(t, "Replicas", "RegionName", "ReplicaStatus", WORLD_REPLICA_ACTIVE, d);
}

/* A list whose order means nothing becomes an object. */
static void unorder(json_t *object, const char *name)
{
    json_t *list = json_object_get(object, name);
    json_t *made = json_object();
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        char *text = json_dumps(one, JSON_COMPACT | JSON_SORT_KEYS);

        json_object_set_new(made, text, json_true());
        free(text);
    }
    if (list) {
        json_object_set(object, name, made);
    }
    json_decref(made);
}

/* No maximum is as good as none written. */
static void drop_no_maximum(json_t *object)
{
    json_t *maximum = json_object_get(object, "OnDemandThroughput");
    const char *name;
    json_t *value;
    void *next;

    json_object_foreach_safe(maximum, next, name, value)
    {
        if (json_integer_value(value) == -1) {
            json_object_del(maximum, name);
        }
    }
}

json_t *state_essence(const json_t *state)
{
    static const char *const moving[] = {"CreationDateTime", "LatestStreamLabel", "LatestStreamArn",
                                         NULL};
    static const char *const lists[] = {"AttributeDefinitions", "LocalSecondaryIndexes",
                                        "GlobalSecondaryIndexes", "Replicas", NULL};
    json_t *made = json_deep_copy(state);
    json_t *table = json_object_get(made, "Table");
    const json_t *policy = json_object_get(made, "Policy");
    size_t i;
    json_t *index;

    json_array_foreach(json_object_get(table, "GlobalSecondaryIndexes"), i, index)
    {
        json_object_del(index, "Late");
        drop_no_maximum(index);
    }
    drop_no_maximum(table);
    for (i = 0; moving[i]; i++) {
        json_object_del(table, moving[i]);
    }
    for (i = 0; lists[i]; i++) {
        unorder(table, lists[i]);
    }
    unorder(made, "Items");
    json_object_del(made, "Serves");
    if (policy) {
        json_object_set_new(made, "Policy", json_loads(world_text(policy, "Policy"), 0, NULL));
    }
    return made;
}
