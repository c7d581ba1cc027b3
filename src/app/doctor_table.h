/*
 * Room: app. One look at one table, for doctor: DescribeTable, and what ensure would make of it.
 */
#ifndef APP_DOCTOR_TABLE_H
#define APP_DOCTOR_TABLE_H

#include "app/config.h"
#include "dynamodb/plan.h"

/* What the answers told beside the tables. */
struct doctor_seen {
    bool dated;
    int64_t ahead_s; /* AWS's clock before ours */
    bool impatient;  /* DynamoDB let us wait in vain: the next table is asked once */
};

/* rules: those of ensure. words: ERR_TEXT_SIZE bytes, how the table stands. false: *e is what ensure would end with. Until: system_now_ms. */
bool doctor_table(const struct table_wanted *wanted, const struct plan_rules *rules,
                  struct config *c, int64_t until, struct doctor_seen *seen, char *words,
                  struct err *e) MUST_LOOK;

#endif
