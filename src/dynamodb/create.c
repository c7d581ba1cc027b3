#include "dynamodb/create.h"

#include "dynamodb/wire.h"

#include <string.h>

json_t *create_key_schema(const struct table_key *keys, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s}", "AttributeName", keys[i].name, "KeyType",
                                        keys[i].role == TABLE_HASH ? "HASH" : "RANGE"));
    }
    return list;
}

void create_define(json_t *list, const struct table_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char type[2] = {keys[i].type, '\0'};
        bool there = false;
        size_t at;
        json_t *one;

        json_array_foreach(list, at, one)
        {
            there = there || strcmp(json_text_of(one, "AttributeName"), keys[i].name) == 0;
        }
        if (!there) {
            json_array_append_new(list, json_pack("{s:s, s:s}", "AttributeName", keys[i].name,
                                                  "AttributeType", type));
        }
    }
}

static void create_add_throughput(json_t *into, const struct feature_units *t)
{
    if (t->has_read && t->has_write) {
        json_object_set_new(into, "ProvisionedThroughput",
                            json_pack("{s:I, s:I}", "ReadCapacityUnits", (json_int_t)t->read,
                                      "WriteCapacityUnits", (json_int_t)t->write));
    }
}

/* Of what was written, all that may ride in a create. What is off by default is not sent. Takes over made. */
static void create_ride(json_t *made, json_t *into)
{
    json_t *settings CLEAN_JSON = made;
    static const char *const riders[] = {
        "OnDemandThroughput", "WarmThroughput", "StreamSpecification",       "SSESpecification",
        "TableClass",         "Tags",           "DeletionProtectionEnabled", "ResourcePolicy"};

    for (size_t i = 0; i < sizeof(riders) / sizeof(*riders); i++) {
        json_t *value = json_object_get(settings, riders[i]);
        bool off = json_is_false(value) || json_is_false(json_object_get(value, "Enabled")) ||
                   json_is_false(json_object_get(value, "StreamEnabled"));
        bool empty = json_is_array(value) && json_array_size(value) == 0;

        if (value && !off && !empty) {
            json_object_set(into, riders[i], value);
        }
    }
}

json_t *create_index(const struct table_index *index)
{
    json_t *projection =
        json_pack("{s:s}", "ProjectionType", table_projection_word(index->projection));
    json_t *made =
        json_pack("{s:s, s:o, s:o}", "IndexName", index->name, "KeySchema",
                  create_key_schema(index->keys, index->key_count), "Projection", projection);

    if (index->other_count > 0) {
        json_t *others = json_array();

        for (size_t i = 0; i < index->other_count; i++) {
            json_array_append_new(others, json_string(index->others[i]));
        }
        json_object_set_new(projection, "NonKeyAttributes", others);
    }
    create_add_throughput(made, &index->throughput);
    create_ride(wire_index_settings(index), made);
    return made;
}

/* -1 is "no maximum". DynamoDB Local wants both sides; AWS takes one alone, and refuses -1 in a create. */
static void create_fill_side(json_t *owner)
{
    static const char *const names[] = {"MaxReadRequestUnits", "MaxWriteRequestUnits"};
    json_t *block = json_object_get(owner, "OnDemandThroughput");

    for (size_t n = 0; block && n < 2; n++) {
        if (!json_object_get(block, names[n])) {
            json_object_set_new(block, names[n], json_integer(-1));
        }
    }
}

static void create_both_sides(json_t *body)
{
    size_t i;
    json_t *index;

    create_fill_side(body);
    json_array_foreach(json_object_get(body, "GlobalSecondaryIndexes"), i, index)
    {
        create_fill_side(index);
    }
}

char *create_request(const struct table_wanted *wanted, bool both_sides, const bool *left_out)
{
    const struct table_shape *shape = &wanted->shape;
    json_t *attributes = json_array();
    json_t *body CLEAN_JSON =
        json_pack("{s:s, s:o, s:o}", "TableName", shape->name, "AttributeDefinitions", attributes,
                  "KeySchema", create_key_schema(shape->keys, shape->key_count));

    create_define(attributes, shape->keys, shape->key_count);
    for (size_t i = 0; i < shape->index_count; i++) {
        const struct table_index *index = &shape->indexes[i];
        const char *kind = index->global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";

        if (left_out && left_out[i]) {
            continue;
        }
        create_define(attributes, index->keys, index->key_count);
        if (!json_object_get(body, kind)) {
            json_object_set_new(body, kind, json_array());
        }
        json_array_append_new(json_object_get(body, kind), create_index(index));
    }
    if (shape->billing == TABLE_ON_DEMAND || wanted->billing_written) {
        json_object_set_new(body, "BillingMode", json_string(table_billing_word(shape->billing)));
    }
    create_add_throughput(body, &shape->throughput);
    create_ride(wire_settings(&shape->features), body);
    if (both_sides) {
        create_both_sides(body);
    }
    return json_dumps(body, JSON_COMPACT);
}
