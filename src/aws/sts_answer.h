/*
 * Room: aws. What STS answers, in XML (documented) or JSON (seen): told apart by the first byte. Pure.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
#ifndef AWS_STS_ANSWER_H
#define AWS_STS_ANSWER_H

#include "aws/credentials.h"

#include <stddef.h>

#define STS_ANSWER_MESSAGE_SIZE 600

/* "" where there is none. */
struct sts_answer_error {
    char code[128]; /* the error's name; without one it is not STS that answers */
    char message[STS_ANSWER_MESSAGE_SIZE];
    char request_id[128];
};

/* Credentials of the action ("AssumeRole") into c, which holds none. False: a field is missing or it is no such answer. */
bool sts_answer_credentials(const char *text, size_t len, const char *action,
                            struct credentials *c) MUST_LOOK;

/* What an answer says that is no success. */
void sts_answer_error(const char *text, size_t len, struct sts_answer_error *out);

/* One text of an answer by its path in XML, "GetCallerIdentityResponse/GetCallerIdentityResult/Arn": JSON has the same nesting.
 * To be freed (it may be a secret: credentials_drop); NULL when it is not there. */
char *sts_answer_text(const char *text, size_t len, const char *path);

#endif
