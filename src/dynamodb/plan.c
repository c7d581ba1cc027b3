#include "dynamodb/plan.h"

#include <stdio.h>
#include <string.h>

#define PLAN_KEYS_SIZE 600

static void plan_wait(struct plan *out, const char *word)
{
    out->act = PLAN_WAIT;
    snprintf(out->waiting, sizeof(out->waiting), "%s", word);
}

static bool plan_same_keys(const struct table_key *a, size_t a_count, const struct table_key *b,
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

/* `wait` compares only keys that were written. */
static bool plan_keys_match(const struct table_wanted *wanted, const struct table_shape *seen,
                            bool may_write)
{
    const struct table_shape *w = &wanted->shape;
    size_t w_range = w->key_count - 1;
    size_t s_range = seen->key_count - 1;

    if ((may_write || wanted->hash_written) && !plan_same_keys(w->keys, 1, seen->keys, 1)) {
        return false;
    }
    return !(may_write || wanted->range_written) ||
           plan_same_keys(w->keys + 1, w_range, seen->keys + 1, s_range);
}

static bool plan_same_others(const struct table_index *a, const struct table_index *b)
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
static const char *plan_projection_text(const struct table_index *index, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", table_projection_word(index->projection));

    for (size_t i = 0; i < index->other_count && used < size; i++) {
        int len = snprintf(out + used, size - used, "%s%s%s", i == 0 ? " (" : ", ",
                           index->others[i], i + 1 == index->other_count ? ")" : "");

        used += len > 0 ? (size_t)len : 0;
    }
    return out;
}

static bool plan_fail(struct plan *out, enum err_kind kind)
{
    out->act = PLAN_FAIL;
    out->why.kind = kind;
    return false;
}

/* An index that is there must be the one that is wanted. */
static bool plan_index_matches(const struct table_index *wanted, const struct table_index *seen,
                               struct plan *out)
{
    char a[PLAN_KEYS_SIZE];
    char b[PLAN_KEYS_SIZE];

    if (!plan_same_keys(wanted->keys, wanted->key_count, seen->keys, seen->key_count)) {
        err_set(&out->why, ERR_DRIFT,
                "index %s has the keys %s, wanted are %s; make it anew under another name",
                wanted->name, table_keys_text(seen->keys, seen->key_count, a, 300),
                table_keys_text(wanted->keys, wanted->key_count, b, 300));
        return plan_fail(out, ERR_DRIFT);
    }
    if (wanted->projection != seen->projection ||
        (wanted->projection == TABLE_PROJECT_INCLUDE && !plan_same_others(wanted, seen))) {
        err_set(&out->why, ERR_DRIFT,
                "index %s projects %s, wanted is %s; make it anew under another name", wanted->name,
                plan_projection_text(seen, a, 400), plan_projection_text(wanted, b, 400));
        return plan_fail(out, ERR_DRIFT);
    }
    return true;
}

static bool plan_compare(const struct table_wanted *wanted, const struct table_seen *seen,
                         bool may_write, struct plan *out)
{
    char a[PLAN_KEYS_SIZE];
    char b[PLAN_KEYS_SIZE];

    if (!plan_keys_match(wanted, &seen->shape, may_write)) {
        err_set(
            &out->why, ERR_DRIFT,
            "its key is %s, wanted is %s; a key cannot be changed: correct the spec or use another table name",
            table_keys_text(seen->shape.keys, seen->shape.key_count, a, 300),
            table_keys_text(wanted->shape.keys, wanted->shape.key_count, b, 300));
        return plan_fail(out, ERR_DRIFT);
    }
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];
        const struct table_index *there =
            table_find_index(&seen->shape, index->name, index->global);

        if (there && !plan_index_matches(index, there, out)) {
            return false;
        }
    }
    return true;
}

static bool plan_serves(const struct table_state *state)
{
    return state->is == TABLE_ACTIVE || state->is == TABLE_UPDATING;
}

/* Every wanted index is there and serves; else out says what is waited for, or fails. */
static bool plan_indexes_serve(const struct table_wanted *wanted, const struct table_seen *seen,
                               bool may_write, struct plan *out)
{
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];
        const struct table_index *there =
            table_find_index(&seen->shape, index->name, index->global);
        char text[TABLE_NAME_MAX + TABLE_WORD_SIZE + 20];

        if (there && (!index->global || plan_serves(&there->state))) {
            continue;
        }
        if (!there && may_write) {
            err_set(&out->why, ERR_DRIFT, "the %s index %s is missing: %s",
                    index->global ? "global" : "local", index->name,
                    index->global ? "add it to the table, or take it out of the spec"
                                  : "a local index is made only with its table");
            return plan_fail(out, ERR_DRIFT);
        }
        snprintf(text, sizeof(text), "index %s %s", index->name,
                 there ? there->state.word : "missing");
        plan_wait(out, text);
        return false;
    }
    return true;
}

static void plan_note(struct plan *out, const char *index, const char *what, int64_t seen,
                      int64_t wanted)
{
    size_t used = strlen(out->differences);

    snprintf(out->differences + used, sizeof(out->differences) - used,
             "%s%s%s%s is %lld, the spec says %lld", used > 0 ? ", " : "", index, *index ? " " : "",
             what, (long long)seen, (long long)wanted);
}

static void plan_index_tunables(const struct table_wanted *wanted, const struct table_seen *seen,
                                struct plan *out)
{
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *w = &wanted->shape.indexes[i];
        const struct table_index *s = table_find_index(&seen->shape, w->name, w->global);

        if (s && w->throughput.has_read && s->throughput.has_read &&
            w->throughput.read != s->throughput.read) {
            plan_note(out, w->name, "ReadCapacityUnits", s->throughput.read, w->throughput.read);
        }
        if (s && w->throughput.has_write && s->throughput.has_write &&
            w->throughput.write != s->throughput.write) {
            plan_note(out, w->name, "WriteCapacityUnits", s->throughput.write, w->throughput.write);
        }
    }
}

/* Tunable differences of what was written: reported, never changed. */
static void plan_tunables(const struct table_wanted *wanted, const struct table_seen *seen,
                          struct plan *out)
{
    const struct feature_units *w = &wanted->shape.throughput;
    const struct feature_units *s = &seen->shape.throughput;

    if (wanted->billing_written && wanted->shape.billing != seen->shape.billing) {
        snprintf(out->differences, sizeof(out->differences), "BillingMode is %s, the spec says %s",
                 table_billing_word(seen->shape.billing),
                 table_billing_word(wanted->shape.billing));
        return;
    }
    if (wanted->shape.billing == TABLE_ON_DEMAND || seen->shape.billing == TABLE_ON_DEMAND) {
        return;
    }
    if (wanted->read_written && s->has_read && w->read != s->read) {
        plan_note(out, "", "ReadCapacityUnits", s->read, w->read);
    }
    if (wanted->write_written && s->has_write && w->write != s->write) {
        plan_note(out, "", "WriteCapacityUnits", s->write, w->write);
    }
    plan_index_tunables(wanted, seen, out);
}

static void plan_lost(const struct table_seen *seen, struct plan *out)
{
    plan_fail(out, ERR_UNAVAILABLE);
    if (seen->state.is == TABLE_KEY_INACCESSIBLE) {
        err_set(
            &out->why, ERR_UNAVAILABLE,
            "%s: DynamoDB cannot use the table's KMS key %s since %s; enable the key and its grants again: the "
            "table is archived after 7 days",
            seen->state.word, seen->kms_key ? seen->kms_key : "(not named)",
            seen->inaccessible_since ? seen->inaccessible_since : "an unknown time");
    } else {
        err_set(
            &out->why, ERR_UNAVAILABLE,
            "%s: its KMS key was out of reach for more than 7 days (%s); a person must delete it and restore "
            "the backup under this name",
            seen->state.word, seen->archival ? seen->archival : "no backup is named");
    }
}

static void plan_serving(const struct table_wanted *wanted, const struct table_seen *seen,
                         bool may_write, struct plan *out)
{
    if (!plan_compare(wanted, seen, may_write, out) ||
        !plan_indexes_serve(wanted, seen, may_write, out)) {
        return;
    }
    plan_tunables(wanted, seen, out);
    out->act = PLAN_READY;
}

void plan_decide(const struct table_wanted *wanted, const struct table_seen *seen, bool may_write,
                 struct plan *out)
{
    memset(out, 0, sizeof(*out));
    if (!seen) {
        plan_wait(out, "not found");
        out->act = may_write ? PLAN_CREATE : PLAN_WAIT;
        return;
    }
    switch (seen->state.is) {
    case TABLE_REPLICATION_NOT_AUTHORIZED:
        snprintf(
            out->warning, sizeof(out->warning),
            "%s: it serves, but a policy denies the replication role; after 20 hours the replica becomes a "
            "lone table",
            seen->state.word);
        plan_serving(wanted, seen, may_write, out);
        return;
    case TABLE_ACTIVE:
    case TABLE_UPDATING:
        plan_serving(wanted, seen, may_write, out);
        return;
    case TABLE_CREATING:
        plan_wait(out, seen->state.word);
        plan_compare(wanted, seen, may_write, out);
        return;
    case TABLE_DELETING:
        plan_wait(out, seen->state.word);
        return;
    case TABLE_KEY_INACCESSIBLE:
    case TABLE_ARCHIVING:
    case TABLE_ARCHIVED:
        plan_lost(seen, out);
        return;
    case TABLE_STATUS_UNKNOWN:
        plan_wait(out, seen->state.word);
        snprintf(out->warning, sizeof(out->warning), "unknown table status %s: waiting",
                 seen->state.word);
        return;
    }
}
