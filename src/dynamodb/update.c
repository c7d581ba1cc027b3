#include "dynamodb/update.h"

#include "dynamodb/create.h"
#include "dynamodb/wire.h"

#include <stdio.h>
#include <string.h>

/* Can be added, and was not asked for yet. */
static bool update_owes(const struct compare *differences, const char *field)
{
    for (size_t i = 0; i < differences->count; i++) {
        if (differences->items[i].kind == COMPARE_MISSING &&
            strcmp(differences->items[i].field, field) == 0) {
            return true;
        }
    }
    return false;
}

static void update_settings(const struct table_wanted *wanted, struct plan *out)
{
    json_t *body CLEAN_JSON = json_pack("{s:s}", "TableName", wanted->shape.name);

    if (out->protection) {
        json_object_set_new(body, "DeletionProtectionEnabled", json_true());
    }
    if (out->stream) {
        json_t *settings CLEAN_JSON = wire_settings(&wanted->shape.features);

        json_object_set(body, "StreamSpecification",
                        json_object_get(settings, "StreamSpecification"));
    }
    snprintf(out->what, sizeof(out->what), "%s%s%s", out->protection ? "deletion protection" : "",
             out->protection && out->stream ? " and " : "", out->stream ? "the stream" : "");
    out->body = json_dumps(body, JSON_COMPACT);
    out->adds = PLAN_ADDS_SETTINGS;
}

/* On a provisioned table an index has a capacity, by default the table's, and no on-demand maximum. */
static void update_index_capacity(const struct feature_units *t, json_t *action)
{
    json_object_del(action, "OnDemandThroughput");
    if (!json_object_get(action, "ProvisionedThroughput")) {
        json_object_set_new(action, "ProvisionedThroughput",
                            json_pack("{s:I, s:I}", "ReadCapacityUnits",
                                      (json_int_t)(t->read > 0 ? t->read : 5), "WriteCapacityUnits",
                                      (json_int_t)(t->write > 0 ? t->write : 5)));
    }
}

/* All attributes that the table defines, and the new key's. */
static void update_index(const struct table_wanted *wanted, const struct table_seen *seen,
                         size_t which, struct plan *out)
{
    const struct table_index *index = &wanted->shape.indexes[which];
    json_t *defined = json_object_get(seen->raw, "AttributeDefinitions");
    json_t *attributes = json_is_array(defined) ? json_copy(defined) : json_array();
    json_t *action = create_index(index);
    json_t *body CLEAN_JSON = NULL;

    create_define(attributes, index->keys, index->key_count);
    if (seen->shape.billing == TABLE_ON_DEMAND) {
        json_object_del(action, "ProvisionedThroughput");
    } else {
        update_index_capacity(&seen->shape.throughput, action);
    }
    body =
        json_pack("{s:s, s:o, s:[{s:o}]}", "TableName", wanted->shape.name, "AttributeDefinitions",
                  attributes, "GlobalSecondaryIndexUpdates", "Create", action);
    snprintf(out->what, sizeof(out->what), "index %s", index->name);
    out->body = json_dumps(body, JSON_COMPACT);
    out->adds = PLAN_ADDS_INDEX;
    out->which = which;
}

/* An index that comes or goes bars the way for the next. */
static bool update_is_busy(const struct table_seen *seen, struct plan *out)
{
    if (seen->state.is == TABLE_UPDATING) {
        snprintf(out->what, sizeof(out->what), "%s", seen->state.word);
        return true;
    }
    return false;
}

static const struct table_index *update_building(const struct table_seen *seen)
{
    for (size_t i = 0; i < seen->shape.index_count; i++) {
        const struct table_index *index = &seen->shape.indexes[i];

        if (index->global && !table_serves(&index->state)) {
            return index;
        }
    }
    return NULL;
}

/* One index that is being built, or was asked for and is not shown yet, bars the way for the next; so does a busy table. */
static bool update_index_must_wait(const struct table_wanted *wanted, const struct table_seen *seen,
                                   const struct plan_past *past, struct plan *out)
{
    const struct table_index *building = update_building(seen);

    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];

        if (past->asked && past->asked[i] && !past->given_up[i] &&
            !table_find_index(&seen->shape, index->name, true)) {
            snprintf(out->what, sizeof(out->what), "index %s not seen yet", index->name);
            return true;
        }
    }
    if (building) {
        snprintf(out->what, sizeof(out->what), "index %s %s", building->name, building->state.word);
        return true;
    }
    return update_is_busy(seen, out);
}

const json_t *update_replica_seen(const struct table_seen *seen, const char *region)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(seen->raw, "Replicas"), i, one)
    {
        const char *found = json_text_of(one, "RegionName");

        if (found && strcmp(found, region) == 0) {
            return one;
        }
    }
    return NULL;
}

const char *update_replica_status(const struct table_seen *seen, const char *region)
{
    return json_text_of(update_replica_seen(seen, region), "ReplicaStatus");
}

bool update_replica_passes(const char *status)
{
    static const char *const lasting[] = {"ACTIVE",
                                          "CREATION_FAILED",
                                          "REGION_DISABLED",
                                          "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
                                          "ARCHIVING",
                                          "ARCHIVED",
                                          "REPLICATION_NOT_AUTHORIZED"};

    for (size_t i = 0; i < sizeof(lasting) / sizeof(*lasting); i++) {
        if (strcmp(lasting[i], status) == 0) {
            return false;
        }
    }
    return true;
}

/* Replicas come one after the other: one that is under way, or was asked for and is not shown yet, bars the way for the
 * next, and so does a busy table. One that failed does not. */
static enum update_answer update_replica_when(const struct table_wanted *wanted,
                                              const struct table_seen *seen,
                                              const struct plan_past *past, struct plan *out)
{
    const struct feature_set *f = &wanted->shape.features;

    for (size_t i = 0; i < f->replica_count; i++) {
        const char *status = update_replica_status(seen, f->replicas[i].region);

        if ((status && update_replica_passes(status)) ||
            (!status && past->replicas && past->replicas[i] &&
             !(past->dropped && past->dropped[i]))) {
            snprintf(out->what, sizeof(out->what), "replica %s %s", f->replicas[i].region,
                     status ? status : "not seen yet");
            return UPDATE_AFTER_REPLICA;
        }
    }
    return update_is_busy(seen, out) ? UPDATE_LATER : UPDATE_NOW;
}

static enum update_answer update_replica(const struct table_wanted *wanted,
                                         const struct table_seen *seen,
                                         const struct plan_past *past, struct plan *out)
{
    const struct feature_set *f = &wanted->shape.features;

    for (size_t i = 0; i < f->replica_count; i++) {
        char field[COMPARE_FIELD_SIZE];
        enum update_answer when;

        snprintf(field, sizeof(field), "Replicas[%.200s]", f->replicas[i].region);
        if ((past->replicas && past->replicas[i]) || !update_owes(&out->differences, field)) {
            continue;
        }
        when = update_replica_when(wanted, seen, past, out);
        if (when != UPDATE_NOW) {
            return when;
        }
        json_t *request CLEAN_JSON =
            json_pack("{s:s, s:[{s:o}]}", "TableName", wanted->shape.name, "ReplicaUpdates",
                      "Create", wire_replica(&f->replicas[i]));

        snprintf(out->what, sizeof(out->what), "replica %.200s", f->replicas[i].region);
        out->body = json_dumps(request, JSON_COMPACT);
        out->adds = PLAN_ADDS_REPLICA;
        out->which = i;
        return UPDATE_NOW;
    }
    return UPDATE_NOTHING;
}

enum update_answer update_next(const struct table_wanted *wanted, const struct table_seen *seen,
                               const struct plan_past *past, struct plan *out)
{
    out->stream = !past->stream && update_owes(&out->differences, "StreamSpecification");
    out->protection =
        !past->protection && update_owes(&out->differences, "DeletionProtectionEnabled");
    if (out->stream || out->protection) {
        if (update_is_busy(seen, out)) {
            return UPDATE_LATER;
        }
        update_settings(wanted, out);
        return UPDATE_NOW;
    }
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];

        if (!index->global || (past->asked && past->asked[i]) ||
            table_find_index(&seen->shape, index->name, true)) {
            continue;
        }
        if (update_index_must_wait(wanted, seen, past, out)) {
            return UPDATE_LATER;
        }
        update_index(wanted, seen, i, out);
        return UPDATE_NOW;
    }
    return update_replica(wanted, seen, past, out);
}
