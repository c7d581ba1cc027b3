/*
 * Room: aws. The shared files of the AWS CLI (~/.aws/config, ~/.aws/credentials) and the profile that is chosen. Their grammar is
 * the SDKs': sections merge, the later property wins, the credentials file beats the config file.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum profile_file { PROFILE_CONFIG, PROFILE_CREDENTIALS };
enum profile_kind { PROFILE_PROFILE, PROFILE_SERVICES, PROFILE_SSO };

struct profile_property {
    char *key;   /* lower case; of a sub-property: "parent key" */
    char *value; /* may hold line breaks and be empty */
};

struct profile_section {
    enum profile_kind kind;
    enum profile_file file;
    bool prefixed; /* [profile default] beats [default] */
    char *name;
    struct profile_property *properties;
    size_t count;
};

/* What was read; zeroed is valid, and empty. */
struct profile {
    const char *name;   /* of the chosen profile */
    const char *source; /* the option or variable that chose it; NULL: nobody, it is "default" */
    bool by_option;     /* then the environment's keys are left out */
    struct profile_section *sections;
    size_t count;
};

/* Reads both files, until deadline (system_now_ms). option: the --profile given, with its source; NULL without. A file that is not
 * there is empty. false: ERR_USAGE with file and line, or ERR_FILE for one that a variable names. */
bool profile_read(const char *option, const char *option_source, int64_t deadline,
                  struct profile *out, struct err *e) MUST_LOOK;

/* Takes in one file's text; what messages call it is `shown`. false: ERR_USAGE. */
bool profile_parse(struct profile *out, enum profile_file file, const char *shown, const char *text,
                   struct err *e) MUST_LOOK;

bool profile_has(const struct profile *p, enum profile_kind kind, const char *name);

/* The value of a key, NULL when absent or blank. A sub-property's key: "dynamodb endpoint_url". */
const char *profile_value(const struct profile *p, enum profile_kind kind, const char *name,
                          const char *key);

/* The same for the chosen profile. */
const char *profile_text(const struct profile *p, const char *key);

void profile_clear(struct profile *p);

#define CLEAN_PROFILE __attribute__((cleanup(profile_clear)))

#endif
