/*
 * Room: aws. What others say about a failure, fit for a message: no secret gets out by way of an answer that repeats what it
 * was asked. Whatever quotes an answer of STS, DynamoDB, an agent or the metadata service comes through here. Pure.
 */
#ifndef AWS_QUOTE_H
#define AWS_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

/* Words, cut to what fits out. Those that repeat a piece of one of the secrets (NULL is allowed among them), or look like
 * credentials themselves, are left out, but for their first line if it does not. known: AWS speaks, whose ARNs may hold
 * long names. */
void quote_words(const char *words, const char *const *secrets, size_t count, bool known, char *out,
                 size_t size);

#endif
