/* The data plane, as far as seed items and the probe use it. */
#include "check.h"
#include "service.h"

#include <string.h>

/* The data plane is late to know it. */
static bool is_late(const struct call *c, const char *index)
{
    return json_integer_value(json_object_get(json_object_get(c->table->state, "Serves"), index)) >
           world.now;
}

/* A table serves data when it is ACTIVE or UPDATING, and the data plane has heard of it. */
static bool serves(struct call *c)
{
    const char *status = service_status(c);

    if ((strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0) && !is_late(c, "")) {
        return true;
    }
    service_refuse(c, "ResourceNotFoundException", "Requested resource not found");
    return false;
}

/* The item of that key; NULL: none. */
static json_t *find_item(const struct call *c, const json_t *wanted)
{
    const json_t *keys = json_object_get(json_object_get(c->table->state, "Table"), "KeySchema");
    size_t i;
    json_t *item;

    json_array_foreach(json_object_get(c->table->state, "Items"), i, item)
    {
        bool same = true;
        size_t k;
        json_t *key;

        json_array_foreach(keys, k, key)
        {
            const char *name = world_text(key, "AttributeName");

            same = same && json_equal(json_object_get(item, name), json_object_get(wanted, name));
        }
        if (same) {
            return item;
        }
    }
    return NULL;
}

static const json_t *described(const struct call *c)
{
    return json_object_get(c->table->state, "Table");
}

void service_put_item(struct call *c)
{
    const json_t *item = json_object_get(c->in, "Item");
    const char *complaint;

    if (!serves(c)) {
        return;
    }
    complaint = check_item(item, described(c), false);
    if (strcmp(world_text(c->in, "ConditionExpression"), "attribute_not_exists(#k)") != 0 ||
        json_object_size(json_object_get(c->in, "ExpressionAttributeNames")) != 1) {
        complaint = "a put without its condition would overwrite";
    }
    if (complaint) {
        service_refuse(c, "ValidationException", "%s", complaint);
    } else if (find_item(c, item)) {
        service_refuse(c, "ConditionalCheckFailedException", "The conditional request failed");
    } else {
        if (!json_object_get(c->table->state, "Items")) {
            json_object_set_new(c->table->state, "Items", json_array());
        }
        json_array_append_new(json_object_get(c->table->state, "Items"), json_deep_copy(item));
        world_changed(c->table);
        c->out = json_object();
    }
}

void service_get_item(struct call *c)
{
    const char *complaint;

    if (!serves(c)) {
        return;
    }
    complaint = check_item(json_object_get(c->in, "Key"), described(c), true);
    if (complaint) {
        service_refuse(c, "ValidationException", "%s", complaint);
    } else {
        c->out = json_object();
    }
}

/* The keys of an index that can be asked; NULL: there is none of that name yet. */
static const json_t *index_keys(const struct call *c, const char *name)
{
    const json_t *local =
        world_find(json_object_get(described(c), "LocalSecondaryIndexes"), "IndexName", name);
    const json_t *global =
        world_find(json_object_get(described(c), "GlobalSecondaryIndexes"), "IndexName", name);
    const char *status = world_text(global, "IndexStatus");
    bool there = local || ((strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0) &&
                           !is_late(c, name));

    return there ? json_object_get(local ? local : global, "KeySchema") : NULL;
}

void service_query(struct call *c)
{
    const char *name = world_text(c->in, "IndexName");
    const json_t *keys;
    const char *complaint;

    if (!serves(c)) {
        return;
    }
    keys = index_keys(c, name);
    complaint = keys ? check_query(c->in, keys, described(c)) : NULL;
    if (!keys) {
        service_refuse(c, "ValidationException", "The table does not have the specified index: %s",
                       name);
    } else if (complaint) {
        service_refuse(c, "ValidationException", "%s", complaint);
    } else {
        c->out = json_pack("{s:[], s:i, s:i}", "Items", "Count", 0, "ScannedCount", 0);
    }
}
