/* Inputs of the data plane. */
#include "check.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

/* {"S": "..."} of the type that the table defines for the attribute, and not empty. */
static bool has_type(const json_t *value, const char *attribute, const json_t *table)
{
    const json_t *defined =
        world_find(json_object_get(table, "AttributeDefinitions"), "AttributeName", attribute);
    const char *text = world_text(value, world_text(defined, "AttributeType"));

    return json_object_size(value) == 1 && *text;
}

const char *check_item(const json_t *item, const json_t *table, bool alone)
{
    const json_t *keys = json_object_get(table, "KeySchema");
    size_t i;
    json_t *key;

    json_array_foreach(keys, i, key)
    {
        const char *name = world_text(key, "AttributeName");

        if (!has_type(json_object_get(item, name), name, table)) {
            return alone ? "The provided key element does not match the schema"
                         : "One or more parameter values were invalid: Missing the key, or type "
                           "mismatch, in the item";
        }
    }
    return alone && json_object_size(item) != json_array_size(keys)
               ? "The number of conditions on the keys is invalid"
               : NULL;
}

/* "#name = :value" of the condition: the value; NULL: not there. */
static const json_t *compared(const json_t *in, const char *attribute)
{
    const char *name;
    json_t *is;

    json_object_foreach(json_object_get(in, "ExpressionAttributeNames"), name, is)
    {
        char clause[60];
        const char *found;
        size_t len;

        snprintf(clause, sizeof(clause), "%.40s = :", name);
        found = strcmp(json_string_value(is), attribute) == 0
                    ? strstr(world_text(in, "KeyConditionExpression"), clause)
                    : NULL;
        if (found) {
            len = strcspn(found += strlen(clause) - 1, " ");
            return json_object_getn(json_object_get(in, "ExpressionAttributeValues"), found, len);
        }
    }
    return NULL;
}

const char *check_query(const json_t *in, const json_t *keys, const json_t *table)
{
    size_t hashes = 0;
    size_t i;
    json_t *key;

    json_array_foreach(keys, i, key)
    {
        const char *name = world_text(key, "AttributeName");

        if (strcmp(world_text(key, "KeyType"), "HASH") == 0) {
            hashes++;
            if (!has_type(compared(in, name), name, table)) {
                return "Query condition missed key schema element, or one of another type";
            }
        }
    }
    return json_object_size(json_object_get(in, "ExpressionAttributeNames")) != hashes ||
                   json_object_size(json_object_get(in, "ExpressionAttributeValues")) != hashes
               ? "Value provided in ExpressionAttributeValues unused in expressions"
               : NULL;
}
