/*
 * Room: app. The command `export`: asks AWS for each named table, all features included, and prints their spec.
 */
#ifndef APP_EXPORT_RUN_H
#define APP_EXPORT_RUN_H

#include "app/options.h"

/* deadline: system_now_ms. false: e says what could not be read or written. HTTP is left open. */
bool export_run(const struct options *o, int64_t deadline, struct err *e) MUST_LOOK;

#endif
