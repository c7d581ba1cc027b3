/*
 * The simulated DynamoDB: one call, one answer, at the world's present time. It refuses what AWS refuses, in AWS's words
 * where they are known, and is stricter where AWS would let a mistake pass: a member that nobody knows is refused.
 */
#ifndef SIM_SERVICE_H
#define SIM_SERVICE_H

#include "world.h"

#define SERVICE_NAME "com.amazonaws.dynamodb.v20120810#"

struct call {
    const char *operation;
    const json_t *in;
    json_t *out; /* owned */
    int status;
    const char *page;          /* HTML instead of out; NULL: none */
    struct world_table *table; /* the one that is named; without a state when it is missing */
};

/* Answers a call. */
void service_handle(struct call *c);

/* Does the operation change anything? */
bool service_writes(const char *operation);

/* For the files that answer. */
void service_refuse(struct call *c, const char *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void service_in_use(struct call *c, const char *what); /* "updated", "created", ... */

/* The table's status word; "" when it is missing. */
const char *service_status(const struct call *c);

/* A fresh table as CreateTable's input describes it, CREATING; its indexes too. */
json_t *service_born(const json_t *in);

/* An index description, from the input that asks for it. */
json_t *service_index(const json_t *in, const json_t *table, const char *status);

/* What a call adds to a table's state, or to its description; no mode or precision is "". */
void service_add_replica(json_t *table, const json_t *create, const char *status);
void service_add_backups(json_t *state, const json_t *asked);
void service_add_kinesis(json_t *state, const char *arn, const char *precision, const char *status);
void service_add_insights(json_t *state, const char *index, const char *mode, const char *status);

/* service_table.c */
void service_describe(struct call *c);
void service_create(struct call *c);
void service_update(struct call *c);

/* service_feature.c */
void service_describe_ttl(struct call *c);
void service_update_ttl(struct call *c);
void service_describe_backups(struct call *c);
void service_update_backups(struct call *c);
void service_list_tags(struct call *c);
void service_tag(struct call *c);
void service_get_policy(struct call *c);
void service_put_policy(struct call *c);
void service_describe_kinesis(struct call *c);
void service_enable_kinesis(struct call *c);
void service_describe_insights(struct call *c);
void service_update_insights(struct call *c);

/* service_item.c */
void service_put_item(struct call *c);
void service_get_item(struct call *c);
void service_query(struct call *c);

#endif
