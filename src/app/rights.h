/*
 * Room: app. The policy command: the IAM policy that ensure needs for these tables, on standard output. Offline; what nobody
 * said (region, account) becomes *, and that is said.
 */
#ifndef APP_RIGHTS_H
#define APP_RIGHTS_H

#include "app/options.h"

bool rights_run(const struct options *o, int64_t deadline, struct err *e) MUST_LOOK;

#endif
