/*
 * Room: aws. The JSON document of credentials that a container agent and the metadata service answer with. Names match without
 * regard to case, and by two spellings each, as the SDKs take them. Pure.
 */
#ifndef AWS_DOCUMENT_H
#define AWS_DOCUMENT_H

#include "aws/credentials.h"

#include <stddef.h>

enum document_kind {
    DOCUMENT_GOOD,
    DOCUMENT_REFUSAL,    /* it says an error: code and message */
    DOCUMENT_UNREADABLE, /* message says what is wrong with it */
};

struct document {
    char code[64];
    char message[300]; /* foreign words: quote them with care */
};

/* Reads text into c, whose strings are set only when it is good. */
enum document_kind document_read(const char *text, size_t len, struct credentials *c,
                                 struct document *d);

#endif
