/*
 * Room: dynamodb. The nouns beside keys and indexes: stream, encryption, class, protection, tags, TTL, point-in-time
 * recovery, policy, insights, Kinesis, replicas, seed items. Wanted and seen tables use the same; absent is not zero: what
 * was written, or seen, has a flag. Texts belong to the struct. No behaviour but words and clean-up.
 */
#ifndef DYNAMODB_FEATURE_H
#define DYNAMODB_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read and write, whatever the unit: provisioned capacity, on-demand maximum, warm throughput. */
struct feature_units {
    bool has_read, has_write;
    int64_t read, write;
};

enum feature_view {
    FEATURE_KEYS_ONLY,
    FEATURE_NEW_IMAGE,
    FEATURE_OLD_IMAGE,
    FEATURE_NEW_AND_OLD_IMAGES
};
enum feature_class { FEATURE_STANDARD, FEATURE_INFREQUENT_ACCESS };
enum feature_mode { FEATURE_ACCESSED_AND_THROTTLED, FEATURE_THROTTLED };
enum feature_precision { FEATURE_MILLISECOND, FEATURE_MICROSECOND };

struct feature_stream {
    bool has, enabled, has_view;
    enum feature_view view;
};

struct feature_sse {
    bool has, enabled;
    bool has_type;
    unsigned type; /* SSEType, which can only be KMS: 0 */
    char *key;     /* KMSMasterKeyId: id, ARN or alias; NULL: none */
};

struct feature_ttl {
    bool has, enabled;
    char *attribute; /* NULL: none */
};

struct feature_pitr {
    bool has, enabled, has_days;
    int64_t days;
};

struct feature_insights {
    bool has, enabled, has_mode;
    enum feature_mode mode;
};

struct feature_kinesis {
    bool has, has_precision;
    enum feature_precision precision;
    char *stream_arn;
};

struct feature_tag {
    char *key, *value;
};

/* Of units only read counts: a replica writes with the table's own. */
struct feature_replica_index {
    char *name;
    struct feature_units throughput, on_demand;
};

struct feature_replica {
    char *region;
    char *kms_key; /* NULL: none */
    bool has_class;
    enum feature_class class_override;
    struct feature_units throughput, on_demand;
    struct feature_replica_index *indexes;
    size_t index_count;
};

struct feature_set {
    struct feature_units on_demand, warm;
    struct feature_stream stream;
    struct feature_sse sse;
    bool has_class;
    enum feature_class table_class;
    bool has_protection, protection;
    struct feature_tag *tags;
    size_t tag_count;
    struct feature_ttl ttl;
    struct feature_pitr pitr;
    char *policy; /* JSON without white space; NULL: none */
    struct feature_insights insights;
    struct feature_kinesis kinesis;
    struct feature_replica *replicas;
    size_t replica_count;
    char **items; /* each an object of DynamoDB JSON, without white space */
    size_t item_count;
};

/* AWS's words for the values. */
const char *feature_view_word(enum feature_view view);
const char *feature_class_word(enum feature_class table_class);
const char *feature_mode_word(enum feature_mode mode);
const char *feature_precision_word(enum feature_precision precision);

/* The same lists, ended by NULL, in the order of the values: for the parser and the schema. */
extern const char *const feature_views[], *const feature_classes[], *const feature_modes[],
                                                                        *const feature_precisions[];

/* Frees what it holds. May be called twice; zeroed is valid. */
void feature_set_clear(struct feature_set *s);

#endif
