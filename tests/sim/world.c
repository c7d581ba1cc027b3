#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world world;

void world_open(uint64_t seed)
{
    memset(&world, 0, sizeof(world));
    world.dice.state = seed;
    world.now = 1000;
}

void world_close(void)
{
    for (size_t i = 0; i < world.table_count; i++) {
        struct world_table *t = &world.tables[i];

        for (size_t s = 0; s < t->snap_count; s++) {
            json_decref(t->snaps[s].state);
        }
        free(t->snaps);
        json_decref(t->state);
        json_decref(t->told);
    }
    for (size_t i = 0; i < world.event_count; i++) {
        json_decref(world.events[i].argument);
    }
    memset(&world, 0, sizeof(world));
}

struct world_table *world_table(const char *name)
{
    struct world_table *t;

    for (size_t i = 0; i < world.table_count; i++) {
        if (strcmp(world.tables[i].name, name) == 0) {
            return &world.tables[i];
        }
    }
    if (world.table_count == WORLD_TABLES_MAX || strlen(name) >= sizeof(t->name)) {
        return NULL;
    }
    t = &world.tables[world.table_count++];
    snprintf(t->name, sizeof(t->name), "%s", name);
    t->told = json_object();
    return t;
}

void world_changed(struct world_table *t)
{
    t->snaps = realloc(t->snaps, (t->snap_count + 1) * sizeof(*t->snaps));
    if (!t->snaps) {
        abort();
    }
    t->snaps[t->snap_count++] = (struct world_snap){world.now, json_deep_copy(t->state)};
}

void world_set(struct world_table *t, json_t *state)
{
    json_decref(t->state);
    t->state = state;
    world_changed(t);
}

const json_t *world_look(const struct world_table *t)
{
    int64_t as_of = world.now - dice_below(&world.dice, world.rules.stale_ms + 1);

    for (size_t i = t->snap_count; i > 0; i--) {
        if (t->snaps[i - 1].at <= as_of) {
            return t->snaps[i - 1].state;
        }
    }
    return NULL;
}

void world_plan(struct world_table *t, enum world_happening what, const char *name, int64_t after,
                json_t *argument)
{
    struct world_event *event = &world.events[world.event_count];

    if (world.event_count++ == WORLD_EVENTS_MAX) {
        abort();
    }
    *event = (struct world_event){
        .at = world.now + after, .table = t, .what = what, .argument = argument};
    snprintf(event->name, sizeof(event->name), "%s", name);
}

const char *world_text(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text ? text : "";
}

json_t *world_find(const json_t *list, const char *member, const char *text)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        if (strcmp(world_text(one, member), text) == 0) {
            return one;
        }
    }
    return NULL;
}

/* "Status" of an object becomes word. */
static void world_word(json_t *object, const char *member, const char *word)
{
    if (object) {
        json_object_set_new(object, member, json_string(word));
    }
}

/* The data plane may be late to know what the control plane calls ACTIVE. */
static void world_serve(json_t *state, const char *index)
{
    int64_t at = world.now + dice_delay(&world.dice, world.rules.data_ms);

    if (world.rules.data_ms > 0) {
        if (!json_object_get(state, "Serves")) {
            json_object_set_new(state, "Serves", json_object());
        }
        json_object_set_new(json_object_get(state, "Serves"), index, json_integer(at));
    }
}

static void world_active(json_t *state, const char *name, const char *list, const char *key,
                         const char *status)
{
    json_t *one = world_find(json_object_get(json_object_get(state, "Table"), list), key, name);

    world_word(one, status, "ACTIVE");
    json_object_del(one, "Backfilling");
}

static void world_table_active(json_t *state)
{
    json_t *table = json_object_get(state, "Table");
    bool born = strcmp(world_text(table, "TableStatus"), "CREATING") == 0;
    size_t i;
    json_t *index;

    world_word(table, "TableStatus", "ACTIVE");
    if (born) {
        world_serve(state, "");
    }
    json_array_foreach(json_object_get(table, "GlobalSecondaryIndexes"), i, index)
    {
        /* Now and then an index follows its table. */
        if (born && !json_object_get(index, "Late")) {
            world_word(index, "IndexStatus", "ACTIVE");
            world_serve(state, world_text(index, "IndexName"));
        }
    }
}

static void world_happen(struct world_event *event)
{
    struct world_table *t = event->table;

    if (event->what == WORLD_RIVAL_CREATES) {
        if (!t->state) {
            world_set(t, event->argument);
            event->argument = NULL;
            world_plan(t, WORLD_TABLE_ACTIVE, "", dice_delay(&world.dice, world.rules.table_ms),
                       NULL);
        }
        return;
    }
    if (!t->state) {
        return;
    }
    switch (event->what) {
    case WORLD_TABLE_ACTIVE:
        world_table_active(t->state);
        break;
    case WORLD_INDEX_ACTIVE:
        world_active(t->state, event->name, "GlobalSecondaryIndexes", "IndexName", "IndexStatus");
        world_serve(t->state, event->name);
        break;
    case WORLD_REPLICA_ACTIVE:
        world_active(t->state, event->name, "Replicas", "RegionName", "ReplicaStatus");
        break;
    case WORLD_TTL_ENABLED:
        world_word(json_object_get(t->state, "TimeToLive"), "TimeToLiveStatus", "ENABLED");
        break;
    case WORLD_INSIGHTS_ENABLED:
        world_word(json_object_get(json_object_get(t->state, "Insights"), event->name),
                   "ContributorInsightsStatus", "ENABLED");
        break;
    case WORLD_KINESIS_ACTIVE:
        world_word(json_array_get(json_object_get(t->state, "Kinesis"), 0), "DestinationStatus",
                   "ACTIVE");
        break;
    case WORLD_GONE:
        world_set(t, NULL);
        return;
    case WORLD_RIVAL_CREATES:
        return;
    }
    world_changed(t);
}

/* The event that is due first; event_count when there is none. */
static size_t world_first(void)
{
    size_t first = world.event_count;

    for (size_t i = 0; i < world.event_count; i++) {
        if (first == world.event_count || world.events[i].at < world.events[first].at) {
            first = i;
        }
    }
    return first;
}

int64_t world_next(void)
{
    return world.event_count > 0 ? world.events[world_first()].at : INT64_MAX;
}

void world_advance(int64_t now)
{
    while (world_next() <= now) {
        size_t first = world_first();
        struct world_event event = world.events[first];

        world.events[first] = world.events[--world.event_count];
        world.now = event.at > world.now ? event.at : world.now;
        world_happen(&event);
        json_decref(event.argument);
    }
    world.now = now > world.now ? now : world.now;
}

int world_busy(void)
{
    int busy = 0;

    for (size_t i = 0; i < world.table_count; i++) {
        const char *word =
            world_text(json_object_get(world.tables[i].state, "Table"), "TableStatus");

        busy += strcmp(word, "CREATING") == 0 || strcmp(word, "UPDATING") == 0 ||
                strcmp(word, "DELETING") == 0;
    }
    return busy;
}

int world_busy_indexed(void)
{
    int busy = 0;

    for (size_t i = 0; i < world.table_count; i++) {
        const json_t *table = json_object_get(world.tables[i].state, "Table");

        busy += strcmp(world_text(table, "TableStatus"), "CREATING") == 0 &&
                (json_object_get(table, "GlobalSecondaryIndexes") ||
                 json_object_get(table, "LocalSecondaryIndexes"));
    }
    return busy;
}
