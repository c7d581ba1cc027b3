/*
 * Room: base. The version that the Makefile gives (make VERSION=1.2.3); what compiles without it, a linter, has none.
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#ifndef VERSION
#define VERSION "unknown"
#endif

#endif
