#include "dynamodb/compare.h"

#include "base/mem.h"
#include "base/text.h"
#include "dynamodb/compare_setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPARE_SHOWN_SIZE 201 /* of a value, in a sentence */
#define COMPARE_READ "ProvisionedThroughput.ReadCapacityUnits"
#define COMPARE_WRITE "ProvisionedThroughput.WriteCapacityUnits"

const char *compare_kind_word(enum compare_kind kind)
{
    switch (kind) {
    case COMPARE_MISSING:
        return "missing";
    case COMPARE_TUNABLE:
        return "tunable";
    case COMPARE_UNSUPPORTED:
        return "unsupported";
    case COMPARE_BREAKING:
        return "breaking";
    }
    return "breaking";
}

const char *compare_index_field(bool global, const char *index, const char *member,
                                char out[COMPARE_FIELD_SIZE])
{
    snprintf(out, COMPARE_FIELD_SIZE, "%sSecondaryIndexes[%s]%s%s", global ? "Global" : "Local",
             index, *member ? "." : "", member);
    return out;
}

static struct compare_item *compare_new(struct compare *out, enum compare_kind kind)
{
    struct compare_item *item;

    out->items = mem_grow(out->items, out->count + 1, sizeof(*out->items));
    item = &out->items[out->count++];
    memset(item, 0, sizeof(*item));
    item->kind = kind;
    return item;
}

/* The beginning of a value, cut between characters; returns out. */
static const char *compare_shown(const char *value, char out[COMPARE_SHOWN_SIZE])
{
    snprintf(out, COMPARE_SHOWN_SIZE, "%s", value);
    text_whole(out);
    return out;
}

/* What did not fit was cut: no member ends in half a character. */
static void compare_whole(struct compare_item *item)
{
    text_whole(item->field);
    text_whole(item->seen);
    text_whole(item->wanted);
    text_whole(item->text);
}

void compare_add(struct compare *out, enum compare_kind kind, const char *field, const char *seen,
                 const char *wanted)
{
    struct compare_item *item = compare_new(out, kind);
    char a[COMPARE_SHOWN_SIZE];
    char b[COMPARE_SHOWN_SIZE];

    snprintf(item->field, sizeof(item->field), "%s", field);
    snprintf(item->seen, sizeof(item->seen), "%s", seen);
    snprintf(item->wanted, sizeof(item->wanted), "%s", wanted);
    snprintf(item->text, sizeof(item->text), "%s is %s, the spec says %s", item->field,
             compare_shown(*seen ? seen : "\"\"", a), compare_shown(*wanted ? wanted : "\"\"", b));
    compare_whole(item);
}

void compare_explain(struct compare *list, const char *more)
{
    struct compare_item *last = &list->items[list->count - 1];
    size_t used = strlen(last->text);

    snprintf(last->text + used, sizeof(last->text) - used, "; %s", more);
}

void compare_append(struct compare *out, const struct compare *more)
{
    for (size_t i = 0; more && i < more->count; i++) {
        *compare_new(out, more->items[i].kind) = more->items[i];
    }
}

const struct compare_item *compare_first(const struct compare *list, enum compare_kind kind)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind == kind) {
            return &list->items[i];
        }
    }
    return NULL;
}

void compare_clear(struct compare *list)
{
    free(list->items);
    memset(list, 0, sizeof(*list));
}

static bool compare_same_keys(const struct table_key *a, size_t a_count, const struct table_key *b,
                              size_t b_count)
{
    if (a_count != b_count) {
        return false;
    }
    for (size_t i = 0; i < a_count; i++) {
        if (strcmp(a[i].name, b[i].name) != 0 || a[i].role != b[i].role ||
            (b[i].type != 0 && a[i].type != b[i].type)) {
            return false;
        }
    }
    return true;
}

static void compare_keys(const struct table_wanted *wanted, const struct table_shape *s,
                         bool defaults, struct compare *out)
{
    const struct table_shape *w = &wanted->shape;
    bool hash = !(defaults || wanted->hash_written) || compare_same_keys(w->keys, 1, s->keys, 1);
    bool range = !(defaults || wanted->range_written) ||
                 compare_same_keys(w->keys + 1, w->key_count - 1, s->keys + 1, s->key_count - 1);
    struct compare_item *item;
    char a[COMPARE_SHOWN_SIZE];
    char b[COMPARE_SHOWN_SIZE];

    if (hash && range) {
        return;
    }
    item = compare_new(out, COMPARE_BREAKING);
    snprintf(item->field, sizeof(item->field), "KeySchema");
    table_keys_text(s->keys, s->key_count, item->seen, sizeof(item->seen));
    table_keys_text(w->keys, w->key_count, item->wanted, sizeof(item->wanted));
    snprintf(
        item->text, sizeof(item->text),
        "its key is %s, wanted is %s; a key cannot be changed: correct the spec or use another "
        "table name",
        compare_shown(item->seen, a), compare_shown(item->wanted, b));
    compare_whole(item);
}

static bool compare_same_others(const struct table_index *a, const struct table_index *b)
{
    if (a->other_count != b->other_count) {
        return false;
    }
    for (size_t i = 0; i < a->other_count; i++) {
        bool found = false;

        for (size_t j = 0; j < b->other_count; j++) {
            found = found || strcmp(a->others[i], b->others[j]) == 0;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* "INCLUDE (total, state)", for people; returns out. */
static const char *compare_projection_text(const struct table_index *index, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", table_projection_word(index->projection));

    for (size_t i = 0; i < index->other_count && used < size; i++) {
        int len = snprintf(out + used, size - used, "%s%s%s", i == 0 ? " (" : ", ",
                           index->others[i], i + 1 == index->other_count ? ")" : "");

        used += len > 0 ? (size_t)len : 0;
    }
    return out;
}

/* An index that is there must be the one that is wanted. */
static void compare_index(const struct table_index *w, const struct table_index *s,
                          struct compare *out)
{
    bool keys = compare_same_keys(w->keys, w->key_count, s->keys, s->key_count);
    bool projection = w->projection == s->projection &&
                      (w->projection != TABLE_PROJECT_INCLUDE || compare_same_others(w, s));
    struct compare_item *item;
    char a[COMPARE_SHOWN_SIZE];
    char b[COMPARE_SHOWN_SIZE];

    if (keys && projection) {
        return;
    }
    item = compare_new(out, COMPARE_BREAKING);
    compare_index_field(w->global, w->name, keys ? "Projection" : "KeySchema", item->field);
    if (keys) {
        compare_projection_text(s, item->seen, sizeof(item->seen));
        compare_projection_text(w, item->wanted, sizeof(item->wanted));
    } else {
        table_keys_text(s->keys, s->key_count, item->seen, sizeof(item->seen));
        table_keys_text(w->keys, w->key_count, item->wanted, sizeof(item->wanted));
    }
    snprintf(item->text, sizeof(item->text),
             "index %.200s %s %s, wanted %s %s; make it anew under another name", w->name,
             keys ? "projects" : "has the keys", compare_shown(item->seen, a), keys ? "is" : "are",
             compare_shown(item->wanted, b));
    compare_whole(item);
}

/* It will be gone, whatever it is now: then it can be made anew. */
static bool compare_is_leaving(const struct table_index *s)
{
    return s->global && s->state.is == TABLE_DELETING;
}

/* The type with which the table defines an attribute; NULL: it does not define it. */
static const char *compare_defined(const struct table_seen *seen, const char *attribute)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(seen->raw, "AttributeDefinitions"), i, one)
    {
        const char *name = json_text_of(one, "AttributeName");

        if (name && strcmp(name, attribute) == 0) {
            return json_text_of(one, "AttributeType");
        }
    }
    return NULL;
}

/* A table defines an attribute once: an index that wants it with another type can never be added. *type: the table's. */
static const struct table_key *compare_clash(const struct table_index *w,
                                             const struct table_seen *seen, const char **type)
{
    for (size_t i = 0; i < w->key_count; i++) {
        *type = compare_defined(seen, w->keys[i].name);
        if (*type && (*type)[0] != w->keys[i].type) {
            return &w->keys[i];
        }
    }
    return NULL;
}

/* A local index is made only with its table, and one whose name or key is taken by another is never made. final: not for
 * `wait`. */
static void compare_index_missing(const struct table_index *w, const struct table_seen *seen,
                                  bool final, struct compare *out)
{
    const struct table_index *s = table_find_index(&seen->shape, w->name, w->global);
    bool taken = table_find_index(&seen->shape, w->name, !w->global) != NULL;
    const char *type;
    const struct table_key *clash = compare_clash(w, seen, &type);
    bool possible = !clash && ((w->global && !taken) || !final);
    struct compare_item *item = compare_new(out, possible ? COMPARE_MISSING : COMPARE_BREAKING);
    char why[COMPARE_SHOWN_SIZE + 60];

    compare_index_field(w->global, w->name, "", item->field);
    snprintf(item->seen, sizeof(item->seen), "%s", s ? s->state.word : "absent");
    table_keys_text(w->keys, w->key_count, item->wanted, sizeof(item->wanted));
    if (clash) {
        snprintf(why, sizeof(why), "its key %.200s is of type %c, and the table has it as %.1s",
                 clash->name, clash->type, type);
    }
    snprintf(item->text, sizeof(item->text), "the %s index %s is missing: %s",
             w->global ? "global" : "local", w->name,
             clash       ? why
             : taken     ? "an index of the other kind has its name"
             : w->global ? "add it to the table, or take it out of the spec"
                         : "a local index is made only with its table");
    compare_whole(item);
}

/* One capacity, when it was written and is seen; none is 0, but dynoxide shows that of an index added later. index: NULL
 * for the table's own. */
static void compare_units(const char *index, const char *member, bool written, int64_t wanted,
                          bool has, int64_t seen, struct compare *out)
{
    char field[COMPARE_FIELD_SIZE];
    char a[32];
    char b[32];

    if (written && has && seen > 0 && wanted != seen) {
        snprintf(a, sizeof(a), "%lld", (long long)seen);
        snprintf(b, sizeof(b), "%lld", (long long)wanted);
        compare_add(out, COMPARE_TUNABLE,
                    index ? compare_index_field(true, index, member, field) : member, a, b);
    }
}

static void compare_capacity(const struct table_wanted *wanted, const struct table_seen *seen,
                             struct compare *out)
{
    const struct feature_units *w = &wanted->shape.throughput;
    const struct feature_units *s = &seen->shape.throughput;

    if (wanted->billing_written && wanted->shape.billing != seen->shape.billing) {
        compare_add(out, COMPARE_TUNABLE, "BillingMode", table_billing_word(seen->shape.billing),
                    table_billing_word(wanted->shape.billing));
        return;
    }
    if (wanted->shape.billing == TABLE_ON_DEMAND || seen->shape.billing == TABLE_ON_DEMAND) {
        return; /* on demand reports 0 and 0: no values */
    }
    compare_units(NULL, COMPARE_READ, wanted->read_written, w->read, s->has_read, s->read, out);
    compare_units(NULL, COMPARE_WRITE, wanted->write_written, w->write, s->has_write, s->write,
                  out);
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *a = &wanted->shape.indexes[i];
        const struct table_index *b = table_find_index(&seen->shape, a->name, a->global);

        if (b) {
            compare_units(a->name, COMPARE_READ, a->throughput.has_read, a->throughput.read,
                          b->throughput.has_read, b->throughput.read, out);
            compare_units(a->name, COMPARE_WRITE, a->throughput.has_write, a->throughput.write,
                          b->throughput.has_write, b->throughput.write, out);
        }
    }
}

void compare_table(const struct table_wanted *wanted, const struct table_seen *seen,
                   const struct compare_rules *rules, struct compare *out)
{
    compare_keys(wanted, &seen->shape, rules->defaults, out);
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *w = &wanted->shape.indexes[i];
        const struct table_index *s = table_find_index(&seen->shape, w->name, w->global);

        if (s && !compare_is_leaving(s)) {
            compare_index(w, s, out);
        } else if (!s || rules->leaving) {
            compare_index_missing(w, seen, rules->defaults, out);
        }
    }
    compare_capacity(wanted, seen, out);
    compare_setting_all(wanted, seen, rules, out);
}
