#include "plain.h"

#include "world.h"

#include <stdlib.h>
#include <string.h>

static void rename_member(json_t *object, const char *from, const char *to)
{
    json_t *value = json_object_get(object, from);

    if (value) {
        json_object_set(object, to, value);
        json_object_del(object, from);
    }
}

/* object[name][inner] comes to stand as object[to]. */
static void lift(json_t *object, const char *name, const char *inner, const char *to)
{
    json_t *value = json_object_get(json_object_get(object, name), inner);

    if (value) {
        json_object_set(object, to, value);
    }
    json_object_del(object, name);
}

static void drop_off(json_t *table, const char *block, const char *sw)
{
    if (json_is_false(json_object_get(json_object_get(table, block), sw))) {
        json_object_del(table, block);
    }
}

static void plain_blocks(json_t *table)
{
    json_t *stream = json_object_get(table, "StreamSpecification");
    json_t *policy = json_object_get(json_object_get(table, "ResourcePolicy"), "PolicyDocument");
    char *text;

    rename_member(json_object_get(table, "SSESpecification"), "SSEEnabled", "Enabled");
    if (stream && !json_object_get(stream, "StreamEnabled")) {
        json_object_set_new(stream, "StreamEnabled", json_true());
    }
    if (policy) {
        text = json_dumps(policy, JSON_COMPACT);
        json_object_set_new(table, "ResourcePolicy", json_string(text));
        free(text);
    }
    drop_off(table, "SSESpecification", "Enabled");
    drop_off(table, "StreamSpecification", "StreamEnabled");
    drop_off(table, "TimeToLiveSpecification", "Enabled");
    drop_off(table, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled");
    drop_off(table, "ContributorInsightsSpecification", "Enabled");
}

/* What a replica, and an index of a replica, call their reads. */
static void plain_reads(json_t *object)
{
    rename_member(object, "ReadProvisionedThroughputSettings", "ProvisionedThroughputOverride");
    rename_member(object, "ReadOnDemandThroughputSettings", "OnDemandThroughputOverride");
}

/* Our own Region is no replica. */
static void plain_replicas(json_t *list)
{
    for (size_t i = json_array_size(list); i > 0; i--) {
        json_t *one = json_array_get(list, i - 1);
        size_t at;
        json_t *index;

        rename_member(one, "Region", "RegionName");
        if (strcmp(world_text(one, "RegionName"), WORLD_REGION) == 0) {
            json_array_remove(list, i - 1);
            continue;
        }
        lift(one, "SSESpecification", "KMSMasterKeyId", "KMSMasterKeyId");
        rename_member(one, "TableClass", "TableClassOverride");
        plain_reads(one);
        json_array_foreach(json_object_get(one, "GlobalSecondaryIndexes"), at, index)
        {
            plain_reads(index);
        }
    }
}

void plain_table(json_t *table)
{
    const char *name;
    json_t *value;
    void *next;

    plain_blocks(table);
    plain_replicas(json_object_get(table, "Replicas"));
    json_object_foreach_safe(table, next, name, value)
    {
        if (json_is_array(value) && json_array_size(value) == 0) {
            json_object_del(table, name);
        }
    }
}
