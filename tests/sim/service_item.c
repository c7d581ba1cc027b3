/* The data plane, as far as seed items and the probe use it. */
#include "service.h"

#include <string.h>

/* A table serves data when it is ACTIVE or UPDATING. */
static bool serves(struct call *c)
{
    const char *status = service_status(c);

    if (strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0) {
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

/* Every attribute of the table's key is there, in its type; more: others may be there too. */
static bool has_key(const struct call *c, const json_t *item, bool more)
{
    const json_t *table = json_object_get(c->table->state, "Table");
    const json_t *keys = json_object_get(table, "KeySchema");
    size_t i;
    json_t *key;

    json_array_foreach(keys, i, key)
    {
        const char *name = world_text(key, "AttributeName");
        const json_t *defined =
            world_find(json_object_get(table, "AttributeDefinitions"), "AttributeName", name);

        if (!json_object_get(json_object_get(item, name), world_text(defined, "AttributeType"))) {
            return false;
        }
    }
    return more || json_object_size(item) == json_array_size(keys);
}

void service_put_item(struct call *c)
{
    const json_t *item = json_object_get(c->in, "Item");
    bool only_new =
        strstr(world_text(c->in, "ConditionExpression"), "attribute_not_exists") != NULL;

    if (!serves(c)) {
        return;
    }
    if (!has_key(c, item, true)) {
        service_refuse(
            c, "ValidationException",
            "One or more parameter values were invalid: a key is missing in the item, or "
            "of another type");
    } else if (!only_new) {
        service_refuse(c, "ValidationException", "a put without a condition would overwrite");
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
    if (serves(c)) {
        if (has_key(c, json_object_get(c->in, "Key"), false)) {
            c->out = json_object();
        } else {
            service_refuse(c, "ValidationException",
                           "The provided key element does not match the schema");
        }
    }
}

void service_query(struct call *c)
{
    const char *name = world_text(c->in, "IndexName");
    const json_t *table = json_object_get(c->table->state, "Table");
    const json_t *index =
        world_find(json_object_get(table, "GlobalSecondaryIndexes"), "IndexName", name);

    if (!serves(c)) {
        return;
    }
    if (!world_find(json_object_get(table, "LocalSecondaryIndexes"), "IndexName", name) &&
        strcmp(world_text(index, "IndexStatus"), "ACTIVE") != 0) {
        service_refuse(c, "ValidationException", "The table does not have the specified index: %s",
                       name);
        return;
    }
    c->out = json_pack("{s:[], s:i, s:i}", "Items", "Count", 0, "ScannedCount", 0);
}
