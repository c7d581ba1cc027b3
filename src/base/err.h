/*
 * Room: base. Pure code that knows nothing of AWS, of the network or of the clock; every room may call it.
 *
 * The error record: what went wrong, as a kind and one line of text. It lives in the caller's frame, is filled
 * where the failure is found, gains context in front on the way up and is printed once, at the top.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#define MUST_LOOK __attribute__((warn_unused_result))

/* Decides the exit status (main.c) and nothing else. */
enum err_kind {
    ERR_NONE,
    ERR_USAGE,       /* an option or a variable is wrong */
    ERR_SPEC,        /* the spec is malformed, contradictory or over a limit */
    ERR_FILE,        /* a named file is missing or unreadable */
    ERR_IDENTITY,    /* no AWS identity in this environment */
    ERR_NETWORK,     /* the endpoint could not be reached until the deadline */
    ERR_INTERNAL,    /* a bug of ours, or an answer that nobody foresaw */
    ERR_UNAVAILABLE, /* the table cannot be had: archived, key inaccessible, quota */
    ERR_TIME,        /* the deadline passed with work still under way */
    ERR_DENIED,      /* credentials refused or permission missing */
    ERR_DRIFT,       /* an existing table differs from the spec */
    ERR_STOPPED,     /* SIGINT or SIGTERM */
};

/* As long as a termination message may be (1,000 bytes), so that message and last line never differ. */
#define ERR_TEXT_SIZE 1000

struct err {
    enum err_kind kind;
    char text[ERR_TEXT_SIZE];
};

/* Fills *e and returns false, so that refusing is one line: return err_set(e, ERR_USAGE, "..."). Too long a text
 * is cut. Foreign text may go in as it is: what prints the record escapes it. */
bool err_set(struct err *e, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of e->text and returns false. */
bool err_wrap(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
