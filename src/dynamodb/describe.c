#include "dynamodb/describe.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define DESCRIBE_NUMBER_MAX 1e15 /* capacity ends at 10^12, times at 10^11 seconds */

char *describe_request(const char *table)
{
    json_t *body CLEAN_JSON = json_pack("{s:s}", "TableName", table);

    return json_dumps(body, JSON_COMPACT);
}

enum err_kind describe_refusal(const char *code)
{
    static const char *const missing[] = {"ResourceNotFoundException", "TableNotFoundException",
                                          NULL};
    static const char *const busy[] = {"LimitExceededException", "ResourceInUseException", NULL};

    if (text_is_one_of(code, missing)) {
        return ERR_NONE;
    }
    return text_is_one_of(code, busy) ? ERR_TIME : ERR_SPEC;
}

/* Type of an attribute by the answer's AttributeDefinitions, 0 when it is not there: then the answer is no description. */
static char describe_type(const json_t *definitions, const char *name)
{
    size_t i;
    json_t *one;

    json_array_foreach(definitions, i, one)
    {
        const char *found = json_text_of(one, "AttributeName");
        const char *type = json_text_of(one, "AttributeType");

        if (found && type && strcmp(found, name) == 0) {
            return type[0];
        }
    }
    return 0;
}

static bool describe_read_keys(const json_t *schema, const json_t *definitions,
                               struct table_key *keys, size_t max, size_t *count)
{
    size_t i;
    json_t *one;

    if (!json_is_array(schema) || json_array_size(schema) == 0 || json_array_size(schema) > max) {
        return false;
    }
    json_array_foreach(schema, i, one)
    {
        const char *name = json_text_of(one, "AttributeName");
        const char *role = json_text_of(one, "KeyType");

        if (!name || !role || (strcmp(role, "HASH") != 0 && strcmp(role, "RANGE") != 0)) {
            return false;
        }
        keys[i] = (struct table_key){mem_strdup(name), role[0] == 'H' ? TABLE_HASH : TABLE_RANGE,
                                     describe_type(definitions, name)};
        *count = i + 1;
        if (keys[i].type == 0) {
            return false;
        }
    }
    return true;
}

/* A number of the answer as an integer, if it is one that an integer can hold: 1e300 is legal JSON. */
static bool describe_number(const json_t *value, int64_t *out)
{
    double number = json_number_value(value);

    if (!json_is_number(value) || !(number >= 0 && number <= DESCRIBE_NUMBER_MAX)) {
        return false;
    }
    *out = (int64_t)number;
    return true;
}

static void describe_read_throughput(const json_t *from, struct feature_units *out)
{
    const json_t *block = json_object_get(from, "ProvisionedThroughput");

    out->has_read = describe_number(json_object_get(block, "ReadCapacityUnits"), &out->read);
    out->has_write = describe_number(json_object_get(block, "WriteCapacityUnits"), &out->write);
}

static bool describe_read_index(const json_t *from, const json_t *definitions,
                                struct table_index *out)
{
    const char *name = json_text_of(from, "IndexName");
    const json_t *projection = json_object_get(from, "Projection");
    const char *kind = json_text_of(projection, "ProjectionType");
    const char *status = json_text_of(from, "IndexStatus");
    const json_t *others = json_object_get(projection, "NonKeyAttributes");
    size_t i;
    json_t *one;

    if (!name || !describe_read_keys(json_object_get(from, "KeySchema"), definitions, out->keys,
                                     TABLE_KEYS_MAX, &out->key_count)) {
        return false;
    }
    out->name = mem_strdup(name);
    out->projection = TABLE_PROJECT_UNKNOWN;
    for (int p = TABLE_PROJECT_ALL; kind && p < TABLE_PROJECT_UNKNOWN; p++) {
        if (strcmp(kind, table_projection_word((enum table_projection)p)) == 0) {
            out->projection = (enum table_projection)p;
        }
    }
    out->others = mem_zalloc(json_array_size(others), sizeof(char *));
    json_array_foreach(others, i, one)
    {
        if (!json_is_string(one)) {
            return false;
        }
        out->others[out->other_count++] = mem_strdup(json_string_value(one));
    }
    describe_read_throughput(from, &out->throughput);
    /* A local index has no status; a global one without it is not known to serve. */
    table_state_read(status ? status : "(no status)", &out->state);
    return true;
}

static bool describe_read_indexes(const json_t *table, bool global, struct table_shape *out)
{
    const json_t *list =
        json_object_get(table, global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");
    size_t count = json_array_size(list);
    size_t i;
    json_t *one;

    if (list && !json_is_null(list) && !json_is_array(list)) {
        return false;
    }
    if (count == 0) {
        return true;
    }
    out->indexes = mem_grow(out->indexes, out->index_count + count, sizeof(*out->indexes));
    json_array_foreach(list, i, one)
    {
        struct table_index *index = &out->indexes[out->index_count++];

        memset(index, 0, sizeof(*index));
        index->global = global;
        if (!describe_read_index(one, json_object_get(table, "AttributeDefinitions"), index)) {
            return false;
        }
    }
    return true;
}

/* Epoch seconds, perhaps with a fraction, as ISO 8601; NULL when it is no time. */
static char *describe_time(const json_t *value)
{
    char text[DATE_ISO_SIZE];
    int64_t seconds;

    if (!describe_number(value, &seconds)) {
        return NULL;
    }
    date_iso(seconds, text);
    return mem_strdup(text);
}

/* What a person needs to know of a table that cannot be had. */
static void describe_read_trouble(const json_t *table, struct table_seen *out)
{
    const json_t *sse = json_object_get(table, "SSEDescription");
    const json_t *since = json_object_get(sse, "InaccessibleEncryptionDateTime");
    const json_t *archival = json_object_get(table, "ArchivalSummary");
    const char *key = json_text_of(sse, "KMSMasterKeyArn");
    const char *backup = json_text_of(archival, "ArchivalBackupArn");
    const char *reason = json_text_of(archival, "ArchivalReason");

    out->kms_key = key ? mem_strdup(key) : NULL;
    out->inaccessible_since = describe_time(since);
    if (backup || reason) {
        out->archival = mem_strdup(backup ? backup : reason);
    }
}

/* They go back as they are with an index that is added: each must have a name and a type. */
static bool describe_are_attributes(const json_t *definitions)
{
    size_t i;
    json_t *one;

    json_array_foreach(definitions, i, one)
    {
        if (!json_text_of(one, "AttributeName") || !json_text_of(one, "AttributeType")) {
            return false;
        }
    }
    return true;
}

static bool describe_read_table(json_t *table, const char *name, struct table_seen *out)
{
    const char *seen_name = json_text_of(table, "TableName");
    const char *status = json_text_of(table, "TableStatus");
    const char *arn = json_text_of(table, "TableArn");
    const char *billing = json_text_of(json_object_get(table, "BillingModeSummary"), "BillingMode");
    int64_t created = 0;
    const json_t *definitions = json_object_get(table, "AttributeDefinitions");

    if (!json_is_object(table) || !status || (seen_name && !text_same_word(seen_name, name)) ||
        !describe_are_attributes(definitions) ||
        !describe_read_keys(json_object_get(table, "KeySchema"), definitions, out->shape.keys, 2,
                            &out->shape.key_count)) {
        return false;
    }
    out->shape.name = mem_strdup(name);
    out->raw = json_incref(table);
    table_state_read(status, &out->state);
    out->arn = arn ? mem_strdup(arn) : NULL;
    /* Absent on tables that were always provisioned. */
    out->shape.billing =
        billing && strcmp(billing, "PAY_PER_REQUEST") == 0 ? TABLE_ON_DEMAND : TABLE_PROVISIONED;
    out->created_ms =
        describe_number(json_object_get(table, "CreationDateTime"), &created) ? created * 1000 : 0;
    describe_read_throughput(table, &out->shape.throughput);
    describe_read_trouble(table, out);
    return describe_read_indexes(table, true, &out->shape) &&
           describe_read_indexes(table, false, &out->shape);
}

bool describe_read(const json_t *answer, const char *member, const char *table,
                   struct table_seen *out, struct err *e)
{
    memset(out, 0, sizeof(*out));
    if (!describe_read_table(json_object_get(answer, member), table, out)) {
        table_seen_clear(out);
        return err_set(e, ERR_TIME, "the answer does not describe a table named %s", table);
    }
    return true;
}
