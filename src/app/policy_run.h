/*
 * Room: app. The command `policy`: the IAM policy that ensure needs for these tables, on standard output. Offline; what nobody
 * said (region, account) becomes *, and that is said.
 */
#ifndef APP_POLICY_RUN_H
#define APP_POLICY_RUN_H

#include "app/options.h"

/* deadline: system_now_ms. false: e says why. */
bool policy_run(const struct options *o, int64_t deadline, struct err *e) MUST_LOOK;

#endif
