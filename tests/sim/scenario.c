#include "scenario.h"

#include "emulator.h"
#include "service.h"
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Can the product add an index to a table that exists? Until then a missing one is a difference. */
#define ADDS_INDEXES true

/* What is there of a table before the first run. */
enum before {
    BEFORE_MISSING,
    BEFORE_COMPLETE,
    BEFORE_CREATING,
    BEFORE_DELETING,
    BEFORE_HALF,
    BEFORE_RIVAL,
    BEFORE_BUILDING, /* an index */
    BEFORE_OTHER_KEY,
    BEFORE_ARCHIVED,
};

static void set_status(json_t *state, const char *word)
{
    json_object_set_new(json_object_get(state, "Table"), "TableStatus", json_string(word));
}

/* Takes away what can be added again. */
static void halve(struct dice *d, json_t *state)
{
    static const char *const features[] = {"TimeToLive", "Tags",     "Policy", "Backups",
                                           "Kinesis",    "Insights", "Items"};
    json_t *table = json_object_get(state, "Table");
    json_t *list = json_object_get(table, "GlobalSecondaryIndexes");

    for (size_t i = 0; i < sizeof(features) / sizeof(*features); i++) {
        if (dice_chance(d, 500)) {
            json_object_del(state, features[i]);
        }
    }
    if (!json_object_get(state, "Tags")) {
        json_object_set_new(state, "Tags", json_object());
    }
    if (dice_chance(d, 500)) {
        json_object_del(table, "StreamSpecification");
        json_object_del(table, "Replicas");
        json_object_set_new(table, "DeletionProtectionEnabled", json_false());
    }
    while (ADDS_INDEXES && json_array_size(list) > 0 && dice_chance(d, 600)) {
        json_array_remove(list, (size_t)dice_below(d, (int64_t)json_array_size(list)));
    }
    if (list && json_array_size(list) == 0) {
        json_object_del(table, "GlobalSecondaryIndexes");
    }
}

static void expect(struct scenario *s, const json_t *wish, int status)
{
    size_t used = strlen(s->frozen);
    size_t said = strlen(s->reasons);

    snprintf(s->frozen + used, sizeof(s->frozen) - used, " %s", world_text(wish, "TableName"));
    snprintf(s->reasons + said, sizeof(s->reasons) - said, " %d ", status);
    s->expected = s->expected == 0 ? status : s->expected;
}

/* One of its indexes is still being built. */
static void build(json_t *state)
{
    json_t *index = json_array_get(
        json_object_get(json_object_get(state, "Table"), "GlobalSecondaryIndexes"), 0);

    if (index) {
        json_object_set_new(index, "IndexStatus", json_string("CREATING"));
        json_object_set_new(index, "Backfilling", json_true());
    }
}

static void other_key(json_t *state)
{
    json_t *table = json_object_get(state, "Table");
    json_t *key = json_array_get(json_object_get(table, "KeySchema"), 0);
    json_t *attribute = json_array_get(json_object_get(table, "AttributeDefinitions"), 0);
    size_t i;
    json_t *index;

    json_array_foreach(json_object_get(table, "LocalSecondaryIndexes"), i, index)
    {
        json_object_set_new(json_array_get(json_object_get(index, "KeySchema"), 0), "AttributeName",
                            json_string("other"));
    }
    json_object_set_new(key, "AttributeName", json_string("other"));
    json_object_set_new(attribute, "AttributeName", json_string("other"));
}

static void set_before(struct scenario *s, struct dice *d, const json_t *wish, enum before before)
{
    struct world_table *t = world_table(world_text(wish, "TableName"));
    json_t *state = state_complete(wish);

    switch (before) {
    case BEFORE_MISSING:
        json_decref(state);
        return;
    case BEFORE_RIVAL:
        json_decref(state);
        world_plan(t, WORLD_RIVAL_CREATES, "", dice_delay(d, 60000), service_born(wish));
        return;
    case BEFORE_CREATING:
        json_decref(state);
        state = service_born(wish);
        break;
    case BEFORE_DELETING:
        set_status(state, "DELETING");
        break;
    case BEFORE_HALF:
        halve(d, state);
        break;
    case BEFORE_BUILDING:
        build(state);
        break;
    case BEFORE_OTHER_KEY:
        other_key(state);
        expect(s, wish, 78);
        break;
    case BEFORE_ARCHIVED:
        set_status(state, "ARCHIVED");
        expect(s, wish, 73);
        break;
    case BEFORE_COMPLETE:
        break;
    }
    emulator_drop(state);
    state_set(t, state, d);
}

static enum before draw_before(struct dice *d)
{
    int64_t face = dice_below(d, 100);

    return face < 45   ? BEFORE_MISSING
           : face < 55 ? BEFORE_COMPLETE
           : face < 63 ? BEFORE_CREATING
           : face < 70 ? BEFORE_DELETING
           : face < 80 ? BEFORE_HALF
           : face < 90 ? BEFORE_RIVAL
           : face < 96 ? BEFORE_BUILDING
           : face < 98 ? BEFORE_OTHER_KEY
                       : BEFORE_ARCHIVED;
}

/* Absent two times out of three. */
static int draw_fault(struct dice *d)
{
    return dice_chance(d, 333) ? (int)dice_delay(d, 250) : 0;
}

static void draw_rules(struct dice *d, struct world_rules *r)
{
    static const char *const actions[] = {"DescribeTable", "CreateTable", "UpdateTable"};

    *r = (struct world_rules){
        .table_ms = 1 + dice_delay(d, 60000),
        .index_ms = 1 + dice_delay(d, 600000),
        .update_ms = 1 + dice_delay(d, 20000),
        .stale_ms = dice_chance(d, 300) ? dice_delay(d, dice_chance(d, 50) ? 200000 : 10000) : 0,
        .young_ms = dice_delay(d, 600000),
        .data_ms = dice_chance(d, 300) ? dice_delay(d, 60000) : 0,
        .simultaneous = dice_chance(d, 200) ? (int)(1 + dice_below(d, 10)) : 0,
        .indexed = dice_chance(d, 200) ? (int)(1 + dice_below(d, 3)) : 0,
        .healthy_at = dice_chance(d, 300) ? 0 : dice_delay(d, 600000),
        .latency_ms = 1 + dice_delay(d, 500),
    };
    r->refused = draw_fault(d);
    r->lost_request = draw_fault(d) / 4;
    r->lost_reply = draw_fault(d) / 4;
    r->cut = draw_fault(d);
    r->wrong_crc = draw_fault(d);
    r->failed = draw_fault(d);
    r->failed_late = draw_fault(d);
    r->throttled = draw_fault(d);
    r->twice = draw_fault(d);
    if (dice_chance(d, 100)) {
        r->denied_until = world.now + dice_delay(d, 30000);
        snprintf(r->denied_action, sizeof(r->denied_action), "%s", actions[dice_below(d, 3)]);
    }
}

static void finish(struct scenario *s)
{
    json_t *whole = json_pack("{s:O}", "Tables", s->wishes);

    s->spec = json_dumps(whole, JSON_COMPACT);
    json_decref(whole);
}

void scenario_make(struct scenario *s, struct dice *d)
{
    int tables = 1 + (int)dice_delay(d, 6);

    *s = (struct scenario){.wishes = json_array()};
    draw_rules(d, &world.rules);
    if (dice_chance(d, 250)) {
        emulator_draw(d, &world.rules);
    }
    for (int i = 0; i < tables; i++) {
        json_t *wish = scenario_wish(d, i);

        json_array_append_new(s->wishes, wish);
        set_before(s, d, wish, draw_before(d));
    }
    finish(s);
}

void scenario_many(struct scenario *s, struct dice *d, int tables, int simultaneous)
{
    *s = (struct scenario){.wishes = json_array()};
    world.rules = (struct world_rules){.table_ms = 15000,
                                       .index_ms = 5000,
                                       .update_ms = 1000,
                                       .simultaneous = simultaneous,
                                       .latency_ms = 20};
    for (int i = 0; i < tables; i++) {
        json_array_append_new(s->wishes, scenario_wish(d, i));
    }
    finish(s);
}

void scenario_clear(struct scenario *s)
{
    json_decref(s->wishes);
    free(s->spec);
    *s = (struct scenario){0};
}
