/*
 * Room: app. The command doctor: everything that stands between this pod and its tables, looked at once and told. It changes
 * nothing, and asks only what ensure would ask, and who we are.
 */
#ifndef APP_DOCTOR_H
#define APP_DOCTOR_H

#include "app/answer.h"
#include "app/options.h"

/* Fills the answer, until the deadline (system_now_ms). false: *e is what ensure would end with. HTTP is left open. */
bool doctor_run(const struct options *o, int64_t deadline, struct answer *a,
                struct err *e) MUST_LOOK;

#endif
