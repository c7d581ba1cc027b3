#include "judge.h"

#include "emulator.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIE_BREAK_MS 15000

int judge_failures;
static enum judge_may may;
static char frozen_tables[4096];

void judge_begin(enum judge_may allowed, const char *frozen)
{
    may = allowed;
    snprintf(frozen_tables, sizeof(frozen_tables), " %s ", frozen);
    for (size_t i = 0; i < world.table_count; i++) {
        json_object_clear(world.tables[i].told); /* a new process knows nothing */
    }
}

void judge_fail(const char *format, ...)
{
    va_list args;

    judge_failures++;
    fprintf(stderr, "at %.3f s: ", (double)world.now / 1000);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

/* The table that a request names. */
static struct world_table *named(const json_t *in)
{
    const char *arn = strstr(world_text(in, "ResourceArn"), ":table/");
    const char *name = arn ? arn + 7 : world_text(in, "TableName");

    return *name ? world_table(name) : NULL;
}

static void need(bool holds, const struct call *c, const struct world_table *t, const char *what)
{
    if (!holds) {
        judge_fail("table %s: %s: %s", t->name, c->operation, what);
    }
}

static bool was_accepted(const struct world_table *t, const char *what)
{
    return json_object_get(json_object_get(t->told, "Accepted"), what) != NULL;
}

static void accepted(struct world_table *t, const char *what)
{
    json_t *list = json_object_get(t->told, "Accepted");

    if (!list) {
        json_object_set_new(t->told, "Accepted", list = json_object());
    }
    json_object_set_new(list, what, json_integer(world.now));
}

static void judge_create(const struct call *c, struct world_table *t)
{
    const json_t *table = json_object_get(t->told, "Table");
    json_t *last = json_object_get(t->told, "CreateAccepted");

    need(json_object_get(t->told, "Looked") != NULL, c, t, "sent before the first look");
    need(!table || json_is_null(table) || strcmp(world_text(table, "TableStatus"), "DELETING") == 0,
         c, t, "the table is there, it was told");
    if (last && json_is_null(table)) {
        need(world.now - json_integer_value(last) >= TIE_BREAK_MS, c, t,
             "answered before, and asked again within 15 s");
    }
}

/* The index that an accepted UpdateTable began, as far as was told: not seen ACTIVE yet? */
static bool one_is_building(const struct world_table *t)
{
    const json_t *list =
        json_object_get(json_object_get(t->told, "Table"), "GlobalSecondaryIndexes");
    const char *begun = world_text(t->told, "IndexBegun");
    size_t i;
    json_t *index;

    json_array_foreach(list, i, index)
    {
        if (strcmp(world_text(index, "IndexStatus"), "ACTIVE") != 0) {
            return true;
        }
    }
    return *begun && !world_find(list, "IndexName", begun) &&
           !emulator_forgets("GlobalSecondaryIndexUpdates");
}

/* The element that an UpdateTable creates: an index, or a replica. */
static const json_t *created(const json_t *in, const char *updates)
{
    return json_object_get(json_array_get(json_object_get(in, updates), 0), "Create");
}

static void judge_update(const struct call *c, const struct world_table *t)
{
    const json_t *table = json_object_get(t->told, "Table");
    const json_t *create = created(c->in, "GlobalSecondaryIndexUpdates");
    const json_t *replica = created(c->in, "ReplicaUpdates");
    const char *index = world_text(create, "IndexName");
    const char *region = world_text(replica, "RegionName");

    need(strcmp(world_text(table, "TableStatus"), "ACTIVE") == 0, c, t,
         "the table is not ACTIVE, as far as was told");
    if (json_object_get(c->in, "StreamSpecification")) {
        need(!json_object_get(table, "StreamSpecification") && !was_accepted(t, "stream"), c, t,
             "the stream is on already");
    }
    if (json_object_get(c->in, "DeletionProtectionEnabled")) {
        need(json_is_true(json_object_get(c->in, "DeletionProtectionEnabled")) &&
                 !json_is_true(json_object_get(table, "DeletionProtectionEnabled")) &&
                 !was_accepted(t, "protection"),
             c, t, "the protection is on already");
    }
    if (create) {
        need(!one_is_building(t), c, t, "two indexes at once");
        need(!world_find(json_object_get(table, "GlobalSecondaryIndexes"), "IndexName", index) &&
                 !was_accepted(t, index),
             c, t, "the index is there already");
    }
    if (replica) {
        need(!world_find(json_object_get(table, "Replicas"), "RegionName", region) &&
                 !was_accepted(t, region),
             c, t, "the replica is there already");
    }
}

/* What a write sets, so that two that set the same have the same name: "PutItem {...}"; the caller's. */
static char *setting(const struct call *c)
{
    const json_t *item = json_object_get(c->in, "Item");
    char *what = item ? json_dumps(item, JSON_COMPACT | JSON_SORT_KEYS)
                      : strdup(world_text(c->in, "IndexName"));
    size_t size = strlen(c->operation) + strlen(what) + 2;
    char *name = malloc(size);

    snprintf(name, size, "%s %s", c->operation, what);
    free(what);
    return name;
}

/* Features whose own describing call must have said "off", and whose change must not have been accepted. */
static void judge_feature(const struct call *c, const struct world_table *t)
{
    static const struct {
        const char *operation, *told, *member, *word;
    } rows[] = {
        {"UpdateTimeToLive", "TimeToLive", "TimeToLiveStatus", "DISABLED"},
        {"UpdateContinuousBackups", "Backups", "PointInTimeRecoveryStatus", "DISABLED"},
    };
    char *name;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strcmp(c->operation, rows[i].operation) == 0) {
            need(strcmp(world_text(json_object_get(t->told, rows[i].told), rows[i].member),
                        rows[i].word) == 0,
                 c, t, "not told to be off");
        }
    }
    name = setting(c);
    need(!was_accepted(t, name) || strcmp(c->operation, "CreateTable") == 0 ||
             strcmp(c->operation, "UpdateTable") == 0,
         c, t, "accepted before");
    free(name);
}

void judge_request(const struct call *c)
{
    struct world_table *t = named(c->in);
    char spaced[300];

    if (strstr(c->operation, "Delete") || strstr(c->operation, "Untag")) {
        judge_fail("a deleting call: %s", c->operation);
    }
    if (!t) {
        judge_fail("%s: names no table", c->operation);
        return;
    }
    if (!service_writes(c->operation)) {
        return;
    }
    snprintf(spaced, sizeof(spaced), " %s ", t->name);
    need(may != JUDGE_MAY_READ && (may != JUDGE_MAY_PUT || strcmp(c->operation, "PutItem") == 0), c,
         t, "a write of a run that has nothing to write");
    need(may != JUDGE_MAY_CREATE || strcmp(c->operation, "CreateTable") == 0 ||
             json_object_get(t->told, "CreateSent"),
         c, t, "a write to a table that is only to be compared");
    need(strstr(frozen_tables, spaced) == NULL, c, t, "a write to a table that differs");
    judge_feature(c, t);
    if (strcmp(c->operation, "CreateTable") == 0) {
        judge_create(c, t);
        json_object_set_new(t->told, "CreateSent", json_true());
    } else if (strcmp(c->operation, "UpdateTable") == 0) {
        judge_update(c, t);
    }
}

static void learn(struct world_table *t, const char *what, const json_t *value)
{
    if (value) {
        json_object_set_new(t->told, what, json_deep_copy(value));
    }
}

static void learn_accepted(struct world_table *t, const struct call *c)
{
    const char *index = world_text(created(c->in, "GlobalSecondaryIndexUpdates"), "IndexName");
    char *name = setting(c);
    bool create = strcmp(c->operation, "CreateTable") == 0;

    if (create) {
        json_object_clear(t->told);
        json_object_set_new(t->told, "Looked", json_true());
        json_object_set_new(t->told, "CreateSent", json_true());
        json_object_set_new(t->told, "CreateAccepted", json_integer(world.now));
        if (world.rules.emulator.is) { /* its answer is as good as a description */
            learn(t, "Table", json_object_get(c->out, "TableDescription"));
        }
    }
    accepted(t, name);
    /* An emulator may drop it from a create, and take it by itself. */
    if (json_object_get(c->in, "StreamSpecification") && !(create && world.rules.emulator.is)) {
        accepted(t, "stream");
    }
    if (json_object_get(c->in, "DeletionProtectionEnabled") &&
        !(create && world.rules.emulator.is)) {
        accepted(t, "protection");
    }
    if (*index) {
        accepted(t, index);
        json_object_set_new(t->told, "IndexBegun", json_string(index));
    }
    accepted(t, world_text(created(c->in, "ReplicaUpdates"), "RegionName"));
    free(name);
}

/* The data plane answered. */
static void learn_served(struct world_table *t, const struct call *c)
{
    if (strcmp(c->operation, "GetItem") == 0 || strcmp(c->operation, "Query") == 0) {
        if (!json_object_get(t->told, "Served")) {
            json_object_set_new(t->told, "Served", json_object());
        }
        json_object_set_new(json_object_get(t->told, "Served"), world_text(c->in, "IndexName"),
                            json_true());
    }
}

void judge_probed(const json_t *wishes)
{
    static const char *const lists[] = {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"};
    size_t i;
    json_t *wish;

    json_array_foreach(wishes, i, wish)
    {
        const char *name = world_text(wish, "TableName");
        const json_t *seen = json_object_get(world_table(name)->told, "Table");
        const json_t *served = json_object_get(world_table(name)->told, "Served");
        bool whole = strcmp(world_text(wish, "ReadyWhen"), "Table") != 0;
        size_t at;
        json_t *index;

        if (!json_object_get(served, "")) {
            judge_fail("table %s: no answer to a probe", name);
        }
        for (size_t list = 0; whole && list < 2; list++) {
            json_array_foreach(json_object_get(wish, lists[list]), at, index)
            {
                /* With --on-existing skip one may be missing. */
                if (world_find(json_object_get(seen, lists[list]), "IndexName",
                               world_text(index, "IndexName")) &&
                    !json_object_get(served, world_text(index, "IndexName"))) {
                    judge_fail("table %s: no answer to a probe of index %s", name,
                               world_text(index, "IndexName"));
                }
            }
        }
    }
}

void judge_answer(const struct call *c)
{
    struct world_table *t = named(c->in);

    if (!t) {
        return;
    }
    if (c->status != 200) {
        if (strcmp(c->operation, "DescribeTable") == 0 && c->status == 400 &&
            strstr(world_text(c->out, "__type"), "ResourceNotFound")) {
            json_object_set_new(t->told, "Looked", json_true());
            json_object_set_new(t->told, "Table", json_null());
        }
        if (strcmp(c->operation, "CreateTable") == 0 && c->status == 400 &&
            strstr(world_text(c->out, "__type"), "ResourceInUse")) {
            json_object_set_new(t->told, "CreateAccepted", json_integer(world.now));
        }
        return;
    }
    if (service_writes(c->operation)) {
        need(may != JUDGE_MAY_PUT, c, t, "this was written before");
        learn_accepted(t, c);
        return;
    }
    learn_served(t, c);
    json_object_set_new(t->told, "Looked", json_true());
    learn(t, "Table", json_object_get(c->out, "Table"));
    learn(t, "TimeToLive", json_object_get(c->out, "TimeToLiveDescription"));
    learn(t, "Backups",
          json_object_get(json_object_get(c->out, "ContinuousBackupsDescription"),
                          "PointInTimeRecoveryDescription"));
}
