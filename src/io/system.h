/*
 * Room: io. The two doors to the outside; this one leads to the operating system: clocks, signals, files, random,
 * environment, the program after "--". It knows nothing of AWS. Any room above may call it; tests link another
 * definition (a fake clock, a small set of files). The real one: system_posix.c.
 */
#ifndef IO_SYSTEM_H
#define IO_SYSTEM_H

#include "base/buf.h"

#include <stdint.h>

/* Installs the handlers of SIGINT and SIGTERM, ignores SIGPIPE. Called once, first thing. */
void system_open(void);

/* Milliseconds of a clock that never jumps (CLOCK_MONOTONIC). */
int64_t system_now_ms(void);

/* Milliseconds since 1970, as this machine believes. */
int64_t system_wall_ms(void);

/* The signal that asked us to stop (SIGINT, SIGTERM), or 0. Once set it stays. */
int system_stopped(void);

/* A descriptor that becomes readable for good with the stop signal, for poll(2); -1 where there is none. */
int system_stop_fd(void);

/* Waits until the time (of system_now_ms) or a stop signal. */
void system_sleep_until(int64_t ms);

/* Fills with random bytes; good enough for jitter and ids, not for keys. */
void system_random(void *out, size_t size);

/* Value of a variable, or NULL when it is unset or blank. Valid as long as the process. */
const char *system_env(const char *name);

/* Reads a whole file ("-": standard input) into out. Until deadline (of system_now_ms) and under out's ceiling; a stop
 * signal ends it. false: e is ERR_FILE (missing, unreadable, a directory, too large), ERR_TIME or ERR_STOPPED, and the text names
 * the path and errno's words. */
bool system_read_file(const char *path, int64_t deadline, struct buf *out, struct err *e) MUST_LOOK;

bool system_file_exists(const char *path);

/* The file may not be read by us: true, and out says whose it is and who we are ("mode 0600, owner 0:0; we are ..."). */
bool system_is_denied(const char *path, char *out, size_t size);

/* Somebody may be reading along there. */
bool system_is_terminal(int fd);

bool system_is_folder(const char *path);

/* The paths of a folder's files that end so, in name order (bytes); hidden ones are left out, Kubernetes' ..data among
 * them. The list and its items are the caller's to free, either way. false: ERR_FILE. */
bool system_list(const char *folder, const char *ending, char ***paths, size_t *count,
                 struct err *e) MUST_LOOK;

/* Writes text into a file that exists already; never creates one. Failures are not told: it is the last act. */
void system_write_existing(const char *path, const char *text);

/* Writes to descriptor 1 or 2. A reader who sleeps is waited for, until the time (system_now_ms) or a stop signal. false: errno
 * says why not all of it was written; ETIMEDOUT and EINTR, that it was not waited for any longer. */
bool system_write(int fd, const char *text, size_t len, int64_t until);

/* Becomes the program argv[0] (looked up in PATH), same process, same environment, signals as they were at start.
 * Returns only when that failed: 127 (not found) or 126 (cannot be executed), e says why. */
int system_exec(char *const argv[], struct err *e);

#endif
