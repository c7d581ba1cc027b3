#include "dynamodb/plan.h"

#include "dynamodb/update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_MORE_SIZE 60

void plan_clear(struct plan *p)
{
    free(p->body);
    p->body = NULL;
    compare_clear(&p->differences);
}

static void plan_wait(struct plan *out, const char *word)
{
    out->act = PLAN_WAIT;
    snprintf(out->waiting, sizeof(out->waiting), "%s", word);
}

static bool plan_compares(const struct plan_rules *rules)
{
    return rules->existing != PLAN_SKIP || rules->look_only;
}

static bool plan_adds(const struct plan_rules *rules)
{
    return rules->may_write && rules->existing == PLAN_CONVERGE && !rules->look_only;
}

/* Breaking differences end it, or with --on-drift never are told. false: out is decided. */
static bool plan_breaking(const struct plan_rules *rules, struct plan *out)
{
    const struct compare_item *first = compare_first(&out->differences, COMPARE_BREAKING);

    if (!first || rules->look_only) {
        return true;
    }
    if (rules->drift == PLAN_FAIL_NEVER) {
        out->breaking = true;
        return true;
    }
    out->act = PLAN_FAIL;
    err_set(&out->why, ERR_DRIFT, "%s", first->text);
    return false;
}

/* Every wanted index that must be there serves; else out says what is waited for. */
static bool plan_indexes_serve(const struct table_wanted *wanted, const struct table_seen *seen,
                               const struct plan_rules *rules, const struct plan_past *past,
                               struct plan *out)
{
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        const struct table_index *index = &wanted->shape.indexes[i];
        const struct table_index *s = table_find_index(&seen->shape, index->name, index->global);
        bool absent_is_fine =
            out->breaking || !plan_compares(rules) || (past->given_up && past->given_up[i]);
        char text[TABLE_NAME_MAX + TABLE_WORD_SIZE + 20];

        if ((s && (!index->global || table_serves(&s->state))) || (!s && absent_is_fine) ||
            (s && wanted->ready_when == TABLE_READY_TABLE)) {
            continue;
        }
        snprintf(text, sizeof(text), "index %s %s", index->name, s ? s->state.word : "missing");
        plan_wait(out, text);
        out->waits_for_ensure = !s && !rules->may_write;
        return false;
    }
    return true;
}

/* "GlobalSecondaryIndexes[by-x]": an index, not a member of one. */
static bool plan_is_index(const char *field)
{
    return strstr(field, "SecondaryIndexes[") && field[strlen(field) - 1] == ']';
}

/* A wanted index that nobody adds: breaking for who verifies, a wait state for `wait`. */
static bool plan_missing_index(const struct plan_rules *rules, struct plan *out)
{
    if (!rules->may_write || rules->existing != PLAN_VERIFY) {
        return true;
    }
    for (size_t i = 0; i < out->differences.count; i++) {
        struct compare_item *item = &out->differences.items[i];

        if (item->kind == COMPARE_MISSING && plan_is_index(item->field)) {
            item->kind = COMPARE_BREAKING;
        }
    }
    return plan_breaking(rules, out);
}

/* A replica that is not ACTIVE is waited for, or has failed for good. there: it in the description, or NULL. */
static void plan_replica_lacks(const char *region, const json_t *there, struct plan *out)
{
    const char *status = json_text_of(there, "ReplicaStatus");
    const char *percent = json_text_of(there, "ReplicaStatusPercentProgress");
    const char *words = json_text_of(there, "ReplicaStatusDescription");
    char text[300];

    if (status && !update_replica_passes(status)) {
        out->act = PLAN_FAIL;
        err_set(&out->why, ERR_UNAVAILABLE, "replica %.200s is %.100s%s%.400s%s", region, status,
                words ? ": AWS says \"" : "", words ? words : "", words ? "\"" : "");
        return;
    }
    snprintf(text, sizeof(text), "replica %.200s %.60s%s%.8s%s", region, status ? status : "absent",
             percent ? " " : "", percent ? percent : "",
             percent && !strchr(percent, '%') ? "%" : "");
    plan_wait(out, text);
    out->waits_for_replica = true;
}

/* ReadyWhen Replicas: each wanted one is ACTIVE; one that failed ends it. */
static bool plan_replicas_serve(const struct table_wanted *wanted, const struct table_seen *seen,
                                const struct plan_rules *rules, struct plan *out)
{
    const struct feature_set *f = &wanted->shape.features;

    for (size_t i = 0; wanted->ready_when == TABLE_READY_REPLICAS && i < f->replica_count; i++) {
        const char *region = f->replicas[i].region;
        const char *status = update_replica_status(seen, region);

        if ((rules->region && strcmp(region, rules->region) == 0) ||
            (status && strcmp(status, "ACTIVE") == 0) || (rules->emulator && !status)) {
            continue;
        }
        plan_replica_lacks(region, update_replica_seen(seen, region), out);
        return false;
    }
    return true;
}

/* This run asked for it, and that was accepted, or skipped aloud. */
static bool plan_was_asked(const struct table_wanted *wanted, const struct plan_past *past,
                           const struct compare_item *item)
{
    const struct feature_set *f = &wanted->shape.features;
    char field[COMPARE_FIELD_SIZE];

    if (item->kind != COMPARE_MISSING) {
        return false;
    }
    for (size_t i = 0; i < f->replica_count; i++) {
        snprintf(field, sizeof(field), "Replicas[%.200s]", f->replicas[i].region);
        if (past->replicas && past->replicas[i] && strcmp(field, item->field) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < wanted->shape.index_count; i++) {
        compare_index_field(true, wanted->shape.indexes[i].name, "", field);
        if (past->asked && past->asked[i] && strcmp(field, item->field) == 0) {
            return true;
        }
    }
    return (past->stream && strcmp(item->field, "StreamSpecification") == 0) ||
           (past->protection && strcmp(item->field, "DeletionProtectionEnabled") == 0);
}

/* Appends a difference, or counts it when there is no room; one that is too long for all of it is cut. */
static void plan_tell(struct plan *out, const char *text, size_t *more)
{
    size_t used = strlen(out->report);
    size_t room = sizeof(out->report) - PLAN_MORE_SIZE - used;

    if (*more > 0 || (used > 0 && strlen(text) + 2 >= room)) {
        ++*more;
        return;
    }
    snprintf(out->report + used, room, "%s%s", used > 0 ? ", " : "", text);
}

/* What is left different is told; with --on-drift any it fails. */
static void plan_report(const struct table_wanted *wanted, const struct plan_rules *rules,
                        const struct plan_past *past, struct plan *out)
{
    size_t more = 0;

    for (size_t i = 0; i < out->differences.count; i++) {
        const struct compare_item *item = &out->differences.items[i];

        if (item->kind == COMPARE_UNSUPPORTED && rules->drift != PLAN_FAIL_ANY) {
            continue; /* it was told when it was skipped */
        }
        if (plan_was_asked(wanted, past, item) &&
            !(rules->emulator && rules->drift == PLAN_FAIL_ANY)) {
            continue; /* a description lags behind, an emulator may never show it */
        }
        plan_tell(out, item->text, &more);
    }
    if (more > 0) {
        snprintf(out->report + strlen(out->report), PLAN_MORE_SIZE,
                 ", and %zu more: plan shows all", more);
    }
    out->act = PLAN_READY;
    if (out->report[0] && rules->drift == PLAN_FAIL_ANY && !rules->look_only) {
        out->act = PLAN_FAIL;
        err_set(&out->why, ERR_DRIFT, "%s (--on-drift any)", out->report);
    }
}

static void plan_serving(const struct table_wanted *wanted, const struct table_seen *seen,
                         const struct plan_rules *rules, const struct plan_past *past,
                         struct plan *out)
{
    if (!plan_breaking(rules, out) || !plan_missing_index(rules, out)) {
        return;
    }
    if (plan_adds(rules) && !out->breaking) {
        switch (update_next(wanted, seen, past, out)) {
        case UPDATE_NOW:
            out->act = PLAN_UPDATE;
            return;
        case UPDATE_AFTER_REPLICA:
            plan_wait(out, out->what);
            out->waits_for_replica = true;
            return;
        case UPDATE_LATER:
            plan_wait(out, out->what);
            return;
        case UPDATE_NOTHING:
            break;
        }
    }
    if (rules->look_only || (plan_indexes_serve(wanted, seen, rules, past, out) &&
                             plan_replicas_serve(wanted, seen, rules, out))) {
        plan_report(wanted, rules, past, out);
    }
}

static void plan_lost(const struct table_seen *seen, struct plan *out)
{
    out->act = PLAN_FAIL;
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

static void plan_compare(const struct table_wanted *wanted, const struct table_seen *seen,
                         const struct plan_rules *rules, const struct plan_past *past,
                         struct plan *out)
{
    struct compare_rules how = {.defaults = rules->may_write || rules->look_only,
                                .emulator = rules->emulator,
                                .looks = !plan_adds(rules),
                                .leaving = rules->look_only,
                                .region = rules->region};

    if (plan_compares(rules)) {
        compare_table(wanted, seen, &how, &out->differences);
        compare_append(&out->differences, past->noted);
    }
}

/* For who looks once, a table on its way out is one to be created. */
static void plan_leaving(const struct table_wanted *wanted, const struct table_seen *seen,
                         const struct plan_rules *rules, struct plan *out)
{
    if (rules->look_only) {
        compare_clear(&out->differences);
        compare_add(&out->differences, COMPARE_MISSING, "TableName", seen->state.word,
                    wanted->shape.name);
    }
}

void plan_decide(const struct table_wanted *wanted, const struct table_seen *seen,
                 const struct plan_rules *rules, const struct plan_past *past, struct plan *out)
{
    memset(out, 0, sizeof(*out));
    if (!seen) {
        plan_wait(out, "not found");
        out->act = rules->may_write ? PLAN_CREATE : PLAN_WAIT;
        return;
    }
    plan_compare(wanted, seen, rules, past, out);
    switch (seen->state.is) {
    case TABLE_REPLICATION_NOT_AUTHORIZED:
        snprintf(
            out->warning, sizeof(out->warning),
            "%s: it serves, but a policy denies the replication role; after 20 hours the replica becomes a "
            "lone table",
            seen->state.word);
        plan_serving(wanted, seen, rules, past, out);
        return;
    case TABLE_ACTIVE:
    case TABLE_UPDATING:
        plan_serving(wanted, seen, rules, past, out);
        return;
    case TABLE_CREATING:
        if (plan_breaking(rules, out)) {
            plan_wait(out, seen->state.word);
        }
        return;
    case TABLE_DELETING:
        plan_wait(out, seen->state.word);
        plan_leaving(wanted, seen, rules, out);
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

void plan_remember(const struct plan *plan, struct plan_past *past)
{
    switch (plan->adds) {
    case PLAN_ADDS_SETTINGS:
        past->stream = past->stream || plan->stream;
        past->protection = past->protection || plan->protection;
        return;
    case PLAN_ADDS_INDEX:
        past->asked[plan->which] = true;
        return;
    case PLAN_ADDS_REPLICA:
        past->replicas[plan->which] = true;
        return;
    case PLAN_ADDS_NOTHING:
        return;
    }
}

void plan_give_up(const struct plan *plan, struct plan_past *past)
{
    plan_remember(plan, past);
    switch (plan->adds) {
    case PLAN_ADDS_SETTINGS:
        past->no_stream = past->no_stream || plan->stream;
        past->no_protection = past->no_protection || plan->protection;
        return;
    case PLAN_ADDS_INDEX:
        past->given_up[plan->which] = true;
        return;
    case PLAN_ADDS_REPLICA:
        past->dropped[plan->which] = true;
        return;
    case PLAN_ADDS_NOTHING:
        return;
    }
}
