#include "dynamodb/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void table_state_read(const char *word, struct table_state *out)
{
    static const char *const words[] = {
        [TABLE_CREATING] = "CREATING",
        [TABLE_UPDATING] = "UPDATING",
        [TABLE_DELETING] = "DELETING",
        [TABLE_ACTIVE] = "ACTIVE",
        [TABLE_KEY_INACCESSIBLE] = "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
        [TABLE_ARCHIVING] = "ARCHIVING",
        [TABLE_ARCHIVED] = "ARCHIVED",
        [TABLE_REPLICATION_NOT_AUTHORIZED] = "REPLICATION_NOT_AUTHORIZED",
    };

    out->is = TABLE_STATUS_UNKNOWN;
    for (size_t i = 0; i < TABLE_STATUS_UNKNOWN; i++) {
        if (strcmp(word, words[i]) == 0) {
            out->is = (enum table_status)i;
        }
    }
    snprintf(out->word, sizeof(out->word), "%s", word);
}

const char *table_projection_word(enum table_projection projection)
{
    switch (projection) {
    case TABLE_PROJECT_ALL:
        return "ALL";
    case TABLE_PROJECT_KEYS_ONLY:
        return "KEYS_ONLY";
    case TABLE_PROJECT_INCLUDE:
        return "INCLUDE";
    case TABLE_PROJECT_UNKNOWN:
        break;
    }
    return "an unknown projection";
}

const char *table_billing_word(enum table_billing billing)
{
    return billing == TABLE_ON_DEMAND ? "PAY_PER_REQUEST" : "PROVISIONED";
}

const char *table_keys_text(const struct table_key *keys, size_t count, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        char type[2] = {keys[i].type ? keys[i].type : '?', '\0'};
        int len =
            snprintf(out + used, size - used, "%s%s (%s)", i > 0 ? ", " : "", keys[i].name, type);

        used += len > 0 ? (size_t)len : 0;
    }
    return out;
}

bool table_may_begin(const char *text)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    size_t len = strlen(text);

    return len <= TABLE_NAME_MAX && strspn(text, good) == len;
}

bool table_is_name(const char *name)
{
    return strlen(name) >= TABLE_NAME_MIN && table_may_begin(name);
}

bool table_serves(const struct table_state *state)
{
    return state->is == TABLE_ACTIVE || state->is == TABLE_UPDATING ||
           state->is == TABLE_REPLICATION_NOT_AUTHORIZED;
}

const struct table_index *table_find_index(const struct table_shape *shape, const char *name,
                                           bool global)
{
    for (size_t i = 0; i < shape->index_count; i++) {
        if (shape->indexes[i].global == global && strcmp(shape->indexes[i].name, name) == 0) {
            return &shape->indexes[i];
        }
    }
    return NULL;
}

static void table_keys_clear(struct table_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(keys[i].name);
    }
}

void table_shape_clear(struct table_shape *s)
{
    free(s->name);
    feature_set_clear(&s->features);
    table_keys_clear(s->keys, s->key_count);
    for (size_t i = 0; i < s->index_count; i++) {
        struct table_index *index = &s->indexes[i];

        free(index->name);
        table_keys_clear(index->keys, index->key_count);
        for (size_t j = 0; j < index->other_count; j++) {
            free(index->others[j]);
        }
        free(index->others);
    }
    free(s->indexes);
    memset(s, 0, sizeof(*s));
}

void table_wanted_clear(struct table_wanted *w)
{
    table_shape_clear(&w->shape);
    memset(w, 0, sizeof(*w));
}

void table_seen_clear(struct table_seen *s)
{
    table_shape_clear(&s->shape);
    free(s->arn);
    free(s->kms_key);
    free(s->inaccessible_since);
    free(s->archival);
    json_clear(&s->raw);
    memset(s, 0, sizeof(*s));
}
