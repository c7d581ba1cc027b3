/*
 * Room: dynamodb. The nouns: a table as somebody wants it, and a table as DescribeTable shows it. No behaviour but
 * the words on the wire and the clean-up. Absent is not zero: what was written, or seen, has a flag.
 */
#ifndef DYNAMODB_TABLE_H
#define DYNAMODB_TABLE_H

#include "base/json.h"
#include "dynamodb/feature.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_KEYS_MAX 8 /* 4 HASH and 4 RANGE attributes in an index */
#define TABLE_NAME_MAX 255
#define TABLE_NAME_MIN 3
#define TABLE_WORD_SIZE 64 /* an unknown status word is kept this far */

enum table_role { TABLE_HASH, TABLE_RANGE };

struct table_key {
    char *name;
    enum table_role role;
    char type; /* 'S', 'N', 'B'; 0 when the answer did not say */
};

enum table_projection {
    TABLE_PROJECT_ALL,
    TABLE_PROJECT_KEYS_ONLY,
    TABLE_PROJECT_INCLUDE,
    TABLE_PROJECT_UNKNOWN
};
enum table_billing { TABLE_PROVISIONED, TABLE_ON_DEMAND };

enum table_status {
    TABLE_CREATING,
    TABLE_UPDATING,
    TABLE_DELETING,
    TABLE_ACTIVE,
    TABLE_KEY_INACCESSIBLE, /* INACCESSIBLE_ENCRYPTION_CREDENTIALS */
    TABLE_ARCHIVING,
    TABLE_ARCHIVED,
    TABLE_REPLICATION_NOT_AUTHORIZED,
    TABLE_STATUS_UNKNOWN,
};

/* An index status is one of CREATING, UPDATING, DELETING, ACTIVE, or unknown. */
struct table_state {
    enum table_status is;
    char word[TABLE_WORD_SIZE]; /* as AWS wrote it */
};

struct table_index {
    char *name;
    bool global; /* else local */
    struct table_key keys[TABLE_KEYS_MAX];
    size_t key_count;
    enum table_projection projection;
    char **others; /* NonKeyAttributes */
    size_t other_count;
    /* From here on, global only. */
    struct feature_units throughput, on_demand, warm;
    struct feature_insights insights;
    struct table_state state; /* seen */
};

/* What wanted and seen have in common. */
struct table_shape {
    char *name;
    struct table_key keys[2];
    size_t key_count;
    struct table_index *indexes;
    size_t index_count;
    enum table_billing billing;
    struct feature_units throughput;
    struct feature_set features;
};

/* What makes a table ready. The default comes first. */
enum table_ready { TABLE_READY_INDEXES, TABLE_READY_TABLE, TABLE_READY_REPLICAS };

struct table_wanted {
    struct table_shape shape;         /* throughput: what CreateTable gets, defaults included */
    bool hash_written, range_written; /* else defaulted; --no-sort-key is range_written */
    bool billing_written, read_written, write_written; /* drift compares only what was written */
    enum table_ready ready_when;
};

struct table_seen {
    struct table_shape shape;
    struct table_state state;
    int64_t created_ms;       /* CreationDateTime, ms since 1970; 0 when absent */
    char *arn;                /* NULL when absent */
    char *kms_key;            /* SSEDescription.KMSMasterKeyArn */
    char *inaccessible_since; /* InaccessibleEncryptionDateTime, as written */
    char *archival;           /* ArchivalSummary: reason, or the backup's ARN */
    json_t *raw;              /* the whole description; NULL when nothing was seen */
};

/* Word <-> status; unknown words are TABLE_STATUS_UNKNOWN and kept in word. */
void table_state_read(const char *word, struct table_state *out);

const char *table_projection_word(enum table_projection projection);
const char *table_billing_word(enum table_billing billing);

/* "PK (S), SK (N)" of keys, for people; returns out. */
const char *table_keys_text(const struct table_key *keys, size_t count, char *out, size_t size);

/* 3 to 255 of a-z A-Z 0-9 _ . -; may such a name begin so? */
bool table_is_name(const char *name);
bool table_may_begin(const char *text);

/* A table, or an index, in this state answers reads and writes. */
bool table_serves(const struct table_state *state);

/* The index of that name, or NULL. */
const struct table_index *table_find_index(const struct table_shape *shape, const char *name,
                                           bool global);

/* Free what they hold. May be called twice; zeroed is valid. */
void table_shape_clear(struct table_shape *s);
void table_wanted_clear(struct table_wanted *w);
void table_seen_clear(struct table_seen *s);

#define CLEAN_SEEN __attribute__((cleanup(table_seen_clear)))

#endif
