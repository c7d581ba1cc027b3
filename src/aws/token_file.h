/*
 * Room: aws. A file with one token, which the kubelet writes and rotates: read anew each time, waited for a moment when it is not
 * there yet, and explained when it may not be read.
 */
#ifndef AWS_TOKEN_FILE_H
#define AWS_TOKEN_FILE_H

#include "base/buf.h"

#include <stdint.h>

#define TOKEN_FILE_MAX ((size_t)16384) /* larger ones fit into no request */

/* Reads the file, without the white space at its end, into out. Missing or empty: looks each second, for ten seconds or
 * until the deadline (system_now_ms). named_by: the variable or key that names it. false: ERR_FILE or ERR_STOPPED. */
bool token_file_read(const char *path, const char *named_by, int64_t deadline, struct buf *out,
                     struct err *e) MUST_LOOK;

#endif
