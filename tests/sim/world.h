/*
 * The simulated account: its tables, what becomes of them by itself, and what an eventually consistent read may still
 * show. One JSON object per table, in the words of the answers; its history is kept as whole copies. Shares nothing
 * with the product but jansson, so that it judges on its own.
 *
 * State of a table, NULL while there is none:
 *   {"Table": as DescribeTable has it, "TimeToLive": TimeToLiveDescription, "Backups": PointInTimeRecoveryDescription,
 *    "Tags": {key: value}, "Policy": {"Policy", "RevisionId"}, "Kinesis": [destination], "Insights": {index or "": answer},
 *    "Items": [item], "Serves": {index or "": when the data plane knows it}}
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "dice.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define WORLD_TABLES_MAX 128
#define WORLD_EVENTS_MAX 1024
#define WORLD_REGION "us-east-1"
#define WORLD_WALL 1700000000000 /* ms since 1970 when the clock shows 0 */

struct world_snap {
    int64_t at;
    json_t *state;
};

struct world_table {
    char name[256];
    json_t *state;
    struct world_snap *snaps;
    size_t snap_count;
    int creates;  /* CreateTable calls of the product that took effect */
    json_t *told; /* what the product can know: the judge's */
};

enum world_happening {
    WORLD_TABLE_ACTIVE,
    WORLD_INDEX_ACTIVE,   /* name */
    WORLD_REPLICA_ACTIVE, /* name */
    WORLD_TTL_ENABLED,
    WORLD_INSIGHTS_ENABLED, /* name: index or "" */
    WORLD_KINESIS_ACTIVE,
    WORLD_GONE,
    WORLD_RIVAL_CREATES, /* argument: state */
};

struct world_event {
    int64_t at;
    struct world_table *table;
    enum world_happening what;
    char name[256];
    json_t *argument;
};

/* A server that stands in for DynamoDB (emulator.h). Lists have their words between spaces. */
struct world_emulator {
    bool is;
    bool again;        /* a second CreateTable of a name is answered with {} */
    int gap;           /* how it says that it lacks something: service.c */
    char lacks[800];   /* calls, and members of UpdateTable, that it does not know */
    char forgets[800]; /* those that it takes, and that change nothing */
    char drops[300];   /* members of CreateTable that it takes, and does not keep */
};

/* What a seed decides. Times in ms, chances per thousand. */
struct world_rules {
    int64_t table_ms, index_ms, update_ms; /* longest */
    int64_t stale_ms;                      /* how old a described state may be */
    int64_t young_ms;                      /* no PITR on a younger table */
    int64_t data_ms;           /* so long after ACTIVE the data plane may know nothing of it */
    int simultaneous, indexed; /* tables under way; 0: no limit */
    int64_t healthy_at;        /* from then on no faults */
    int refused, lost_request, lost_reply, cut, wrong_crc, failed, failed_late, throttled, twice;
    struct world_emulator emulator;
    bool scaled;          /* somebody's auto scaling looks after the writes of provisioned tables */
    int64_t denied_until; /* denied_action until then */
    char denied_action[40];
    int64_t latency_ms;
};

struct world {
    struct dice dice;
    int64_t now;
    struct world_rules rules;
    struct world_table tables[WORLD_TABLES_MAX];
    size_t table_count;
    struct world_event events[WORLD_EVENTS_MAX];
    size_t event_count;
};

extern struct world world;

void world_open(uint64_t seed);
void world_close(void);

/* The table of that name, made (without a state) when there is none; NULL when the world is full. */
struct world_table *world_table(const char *name);

/* Takes over state (may be NULL) as the table's newest. */
void world_set(struct world_table *t, json_t *state);

/* The state was changed in place. */
void world_changed(struct world_table *t);

/* As a describe call sees it: perhaps an older state. Borrowed; NULL: not found. */
const json_t *world_look(const struct world_table *t);

/* Something will happen to a table after so long; takes over argument. */
void world_plan(struct world_table *t, enum world_happening what, const char *name, int64_t after,
                json_t *argument);

/* Lets everything happen that is due by then. */
void world_advance(int64_t now);

/* When the next happening is due; INT64_MAX: nothing will happen. */
int64_t world_next(void);

/* A member of an object, as text; "" without. */
const char *world_text(const json_t *object, const char *member);

/* The element of the list whose member is that text; NULL: none. */
json_t *world_find(const json_t *list, const char *member, const char *text);

/* Tables that are CREATING, UPDATING or DELETING; only those with indexes that are CREATING. */
int world_busy(void);
int world_busy_indexed(void);

#endif
