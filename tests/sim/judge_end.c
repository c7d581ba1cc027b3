/* The end of a run that went well: each table is as its wish says, read from the world, not from answers. */
#include "judge.h"
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names the members in which two values differ. */
static void judge_same(const char *what, const json_t *is, const json_t *should)
{
    json_t *both;
    const char *member;
    json_t *ignored;

    if (json_is_object(is) && json_is_object(should)) {
        both = json_copy((json_t *)(uintptr_t)is);
        json_object_update(both, (json_t *)(uintptr_t)should);
        json_object_foreach(both, member, ignored)
        {
            char path[2000];

            snprintf(path, sizeof(path), "%s.%s", what, member);
            judge_same(path, json_object_get(is, member), json_object_get(should, member));
        }
        json_decref(both);
    } else if (!is || !should || !json_equal(is, should)) {
        char *a = is ? json_dumps(is, JSON_COMPACT | JSON_ENCODE_ANY) : strdup("absent");
        char *b = should ? json_dumps(should, JSON_COMPACT | JSON_ENCODE_ANY) : strdup("absent");

        judge_fail("%s is %s and should be %s", what, a, b);
        free(a);
        free(b);
    }
}

void judge_states(const char *name, const json_t *is, const json_t *should)
{
    json_t *a = is ? state_essence(is) : NULL;
    json_t *b = state_essence(should);

    judge_same(name, a, b);
    json_decref(a);
    json_decref(b);
}

void judge_table(const char *name, const json_t *should)
{
    judge_states(name, world_table(name)->state, should);
}

void judge_end(const json_t *wishes)
{
    size_t i;
    json_t *wish;

    json_array_foreach(wishes, i, wish)
    {
        json_t *should = state_complete(wish);

        judge_table(world_text(wish, "TableName"), should);
        json_decref(should);
    }
}
