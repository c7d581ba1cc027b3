#include "emulator.h"

#include "check.h"
#include "judge.h"
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAYS ": not supported here"

/* What has calls of its own: the spec's field, where a state keeps it (world.h), who reads it, who writes it. */
static const struct {
    const char *field, *member, *read, *write;
} features[] = {
    {"Tags", "Tags", "ListTagsOfResource", "TagResource"},
    {"TimeToLiveSpecification", "TimeToLive", "DescribeTimeToLive", "UpdateTimeToLive"},
    {"PointInTimeRecoverySpecification", "Backups", "DescribeContinuousBackups",
     "UpdateContinuousBackups"},
    {"ResourcePolicy", "Policy", "GetResourcePolicy", "PutResourcePolicy"},
    {"KinesisStreamSpecification", "Kinesis", "DescribeKinesisStreamingDestination",
     "EnableKinesisStreamingDestination"},
    {"ContributorInsightsSpecification", "Insights", "DescribeContributorInsights",
     "UpdateContributorInsights"},
};

#define FEATURES (sizeof(features) / sizeof(*features))

/* Members of UpdateTable, each with what it makes: a member of the table, or by name the elements of a list. */
static const struct {
    const char *update, *member, *key, *words;
} parts[] = {
    {"StreamSpecification", "StreamSpecification", NULL, "the stream"},
    {"DeletionProtectionEnabled", "DeletionProtectionEnabled", NULL, "deletion protection"},
    {"GlobalSecondaryIndexUpdates", "GlobalSecondaryIndexes", "IndexName", "index"},
    {"ReplicaUpdates", "Replicas", "RegionName", "replica"},
};

#define PARTS (sizeof(parts) / sizeof(*parts))

/* Members of CreateTable, and what shows them; those that nothing can add later are never told. */
static const struct {
    const char *member, *shown;
    bool later;
} riders[] = {
    {"StreamSpecification", "StreamSpecification", true},
    {"DeletionProtectionEnabled", "DeletionProtectionEnabled", true},
    {"SSESpecification", "SSEDescription", false},
    {"TableClass", "TableClassSummary", false},
    {"OnDemandThroughput", "OnDemandThroughput", false},
    {"WarmThroughput", "WarmThroughput", false},
    {"Tags", NULL, true},
    {"ResourcePolicy", NULL, true},
};

#define RIDERS (sizeof(riders) / sizeof(*riders))

static void add_word(char *list, size_t size, const char *word)
{
    size_t used = strlen(list);

    if (used + strlen(word) + 2 > size) {
        abort();
    }
    snprintf(list + used, size - used, "%s%s ", used == 0 ? " " : "", word);
}

/* Known; or lacked, or forgotten. */
static void draw_call(struct dice *d, struct world_emulator *e, const char *read, const char *write)
{
    int64_t face = dice_below(d, 100);

    if (face < 20) {
        add_word(e->lacks, sizeof(e->lacks), read ? read : write);
    }
    if (face < 15 || (face >= 20 && face < 30)) {
        add_word(e->lacks, sizeof(e->lacks), write);
    }
    if (face >= 80) {
        add_word(e->forgets, sizeof(e->forgets), write);
    }
}

void emulator_draw(struct dice *d, struct world_rules *r)
{
    struct world_emulator *e = &r->emulator;

    *e = (struct world_emulator){
        .is = true, .again = dice_chance(d, 200), .gap = (int)dice_below(d, EMULATOR_GAPS)};
    r->stale_ms = r->young_ms = r->data_ms = 0;
    r->simultaneous = r->indexed = 0;
    r->scaled = true;
    if (dice_chance(d, 500)) {
        r->table_ms = r->index_ms = r->update_ms =
            0; /* all is ACTIVE in the answer that makes it */
    }
    for (size_t i = 0; i < FEATURES; i++) {
        draw_call(d, e, features[i].read, features[i].write);
    }
    for (size_t i = 0; i < PARTS; i++) {
        draw_call(d, e, NULL, parts[i].update);
    }
    for (size_t i = 0; i < RIDERS; i++) {
        if (dice_chance(d, 250)) {
            add_word(e->drops, sizeof(e->drops), riders[i].member);
        }
    }
}

bool emulator_lacks(const char *what)
{
    return check_word(what, world.rules.emulator.lacks);
}

bool emulator_forgets(const char *what)
{
    return check_word(what, world.rules.emulator.forgets);
}

static bool drops(const char *member)
{
    return check_word(member, world.rules.emulator.drops);
}

/* From a table's description, and from those of its indexes. */
static void hide(json_t *table, const char *shown)
{
    size_t i;
    json_t *index;

    json_object_del(table, shown);
    json_array_foreach(json_object_get(table, "GlobalSecondaryIndexes"), i, index)
    {
        json_object_del(index, shown);
    }
}

void emulator_drop(json_t *state)
{
    json_t *table = json_object_get(state, "Table");

    for (size_t i = 0; i < RIDERS; i++) {
        if (drops(riders[i].member) && riders[i].shown) {
            hide(table, riders[i].shown);
        }
    }
    if (drops("Tags")) {
        json_object_clear(json_object_get(state, "Tags"));
    }
    if (drops("ResourcePolicy")) {
        json_object_del(state, "Policy");
    }
}

/* How often the log has such a line of the table: "table NAME: WHAT: not supported here". */
static int told(const char *log, const char *name, const char *what)
{
    char line[700];
    int count = 0;

    snprintf(line, sizeof(line), "table %s: %s" SAYS, name, what);
    for (const char *found = strstr(log, line); found; found = strstr(found + 1, line)) {
        count++;
    }
    return count;
}

/* Every member is there, whatever it is: that is compared later. */
static bool holds(const json_t *is, const json_t *should)
{
    const char *name;
    json_t *ignored;

    json_object_foreach((json_t *)(uintptr_t)should, name, ignored)
    {
        if (!json_object_get(is, name)) {
            return false;
        }
    }
    return is != NULL;
}

static void judge_feature(size_t i, const char *name, json_t *is, json_t *should, const char *log,
                          struct emulator_verdict *v)
{
    const json_t *wanted = json_object_get(should, features[i].member);
    bool there = holds(json_object_get(is, features[i].member), wanted);
    bool unread = emulator_lacks(features[i].read);
    bool skipped = unread || (!there && emulator_lacks(features[i].write));
    int lines = told(log, name, features[i].field);

    if (!wanted || (json_is_object(wanted) && json_object_size(wanted) == 0)) {
        return;
    }
    if (lines != (skipped ? 1 : 0)) {
        judge_fail("table %s: %s was told %d times not to be supported", name, features[i].field,
                   lines);
    }
    if (!there && !skipped && !emulator_forgets(features[i].write)) {
        judge_fail("table %s: %s is missing, and is supported", name, features[i].field);
    }
    v->planned += !there && !unread;
    v->told += skipped;
    if (!there) {
        json_object_del(is, features[i].member);
        json_object_del(should, features[i].member);
    }
}

/* One thing that UpdateTable makes; words: what a line calls it. Not there: it is owed to the user to say so. */
static void judge_missing(size_t i, const char *name, const char *words, const char *log,
                          struct emulator_verdict *v)
{
    int lines = told(log, name, words) +
                (parts[i].key ? 0 : told(log, name, "deletion protection and the stream"));

    if (lines != 1) {
        judge_fail("table %s: %s was told %d times not to be supported", name, words, lines);
    }
    if (!emulator_lacks(parts[i].update) && !emulator_forgets(parts[i].update)) {
        judge_fail("table %s: %s is missing, and is supported", name, words);
    }
    v->told++;
}

/* The elements of a list that are not there are taken out of what should be. */
static void judge_list(size_t i, const char *name, const json_t *is, json_t *should,
                       const char *log, struct emulator_verdict *v)
{
    json_t *list = json_object_get(should, parts[i].member);
    const json_t *have = json_object_get(is, parts[i].member);

    for (size_t at = json_array_size(list); at > 0; at--) {
        const json_t *one = json_array_get(list, at - 1);
        const char *called = world_text(one, parts[i].key);
        char words[400];

        if (world_find(have, parts[i].key, called)) {
            continue;
        }
        snprintf(words, sizeof(words), "%s %s", parts[i].words, called);
        judge_missing(i, name, words, log, v);
        /* Of replicas nothing at all is shown: who only looks cannot know. */
        v->planned += have || strcmp(parts[i].words, "replica") != 0;
        json_array_remove(list, at - 1);
    }
    if (list && json_array_size(list) == 0) {
        json_object_del(should, parts[i].member);
    }
}

static void judge_parts(const char *name, json_t *is, json_t *should, const char *log,
                        struct emulator_verdict *v)
{
    for (size_t i = 0; i < PARTS; i++) {
        const char *member = parts[i].member;
        bool wanted =
            json_object_get(should, member) && !json_is_false(json_object_get(should, member));
        bool there = json_object_get(is, member) && !json_is_false(json_object_get(is, member));

        if (parts[i].key) {
            judge_list(i, name, is, should, log, v);
        } else if (!there) {
            if (wanted) {
                judge_missing(i, name, parts[i].words, log, v);
                v->planned++;
            }
            json_object_del(should, member);
            json_object_del(is, member);
        }
    }
}

/* Insights of an index that is not there are nobody's. */
static void forget_insights(json_t *state, const json_t *table)
{
    json_t *insights = json_object_get(state, "Insights");
    const json_t *list = json_object_get(table, "GlobalSecondaryIndexes");
    const char *index;
    json_t *ignored;
    void *next;

    json_object_foreach_safe(insights, next, index, ignored)
    {
        if (*index && !world_find(list, "IndexName", index)) {
            json_object_del(insights, index);
        }
    }
    if (insights && json_object_size(insights) == 0) {
        json_object_del(state, "Insights");
    }
}

static void judge_wish(const json_t *wish, const char *log, struct emulator_verdict *v)
{
    const char *name = world_text(wish, "TableName");
    json_t *is = json_deep_copy(world_table(name)->state);
    json_t *should = state_complete(wish);
    json_t *table = json_object_get(should, "Table");

    for (size_t i = 0; i < RIDERS; i++) {
        if (drops(riders[i].member) && riders[i].shown && !riders[i].later) {
            hide(json_object_get(is, "Table"), riders[i].shown);
            hide(table, riders[i].shown);
        }
    }
    judge_parts(name, json_object_get(is, "Table"), table, log, v);
    state_forget_attributes(table);
    forget_insights(should, table);
    forget_insights(is, table);
    for (size_t i = 0; i < FEATURES; i++) {
        judge_feature(i, name, is, should, log, v);
    }
    judge_states(name, is, should);
    json_decref(is);
    json_decref(should);
}

struct emulator_verdict emulator_judge(const json_t *wishes, const char *log)
{
    struct emulator_verdict v = {0};
    size_t i;
    json_t *wish;

    json_array_foreach(wishes, i, wish)
    {
        judge_wish(wish, log, &v);
    }
    return v;
}

void emulator_judge_log(const char *log)
{
    for (const char *line = log; line && *line; line = strchr(line, '\n')) {
        const char *end;

        line += *line == '\n';
        end = strchr(line, '\n');
        if (end && memmem(line, (size_t)(end - line), SAYS, strlen(SAYS)) &&
            memmem(end, strlen(end), line, (size_t)(end - line) + 1)) {
            judge_fail("told twice: %.*s", (int)(end - line), line);
        }
    }
}
