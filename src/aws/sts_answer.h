/*
 * Room: aws. What STS answers, in XML (documented) or JSON (seen): told apart by the first byte. Pure.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
#ifndef AWS_STS_ANSWER_H
#define AWS_STS_ANSWER_H

#include "aws/credentials.h"

#include <stddef.h>

#define STS_ANSWER_CODE_SIZE 128
#define STS_ANSWER_MESSAGE_SIZE 600

/* Credentials of the action ("AssumeRole") into c, which holds none. False: a field is missing or it is no such answer. */
bool sts_answer_credentials(const char *text, size_t len, const char *action,
                            struct credentials *c) MUST_LOOK;

/* The error's name and words, "" where there is none: then it is not STS that answers. */
void sts_answer_error(const char *text, size_t len, char code[STS_ANSWER_CODE_SIZE],
                      char message[STS_ANSWER_MESSAGE_SIZE]);

/* One text of an answer by its path in XML, "GetCallerIdentityResponse/GetCallerIdentityResult/Arn": JSON has the same nesting.
 * To be freed (it may be a secret: credentials_drop); NULL when it is not there. */
char *sts_answer_text(const char *text, size_t len, const char *path);

#endif
