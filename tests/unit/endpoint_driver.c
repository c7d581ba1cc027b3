/* For test_endpoint_rules.py: reads questions "SERVICE REGION FIPS DUAL MODE ACCOUNT", one a line ("-": not set), and answers
 * each with a line "URL SIGNING-REGION" or "refused". */
#include "aws/endpoint_dynamodb.h"
#include "aws/sts_endpoint.h"
#include "doors.h"

#include <stdio.h>
#include <string.h>

static const char *given(const char *word)
{
    return strcmp(word, "-") == 0 ? "" : word;
}

static bool answer(char words[6][64], struct endpoint *out)
{
    struct endpoint_dynamodb want;
    struct err e = {0};
    const char *account = words[5][0] == '-' ? NULL : words[5];

    doors_reset(NULL);
    doors_set("AWS_USE_FIPS_ENDPOINT", words[2]);
    doors_set("AWS_USE_DUALSTACK_ENDPOINT", words[3]);
    if (strcmp(words[0], "sts") == 0) {
        doors_set("AWS_STS_REGIONAL_ENDPOINTS", given(words[4]));
        return sts_endpoint_resolve(words[1], NULL, out, &e);
    }
    doors_set("AWS_ACCOUNT_ID_ENDPOINT_MODE", given(words[4]));
    /* The account is known later than the region, and asked for only where AWS's own host is meant. */
    return endpoint_dynamodb_read(NULL, &want, &e) &&
           endpoint_dynamodb_resolve(&want, words[1], NULL, NULL, NULL, out, &e) &&
           (!out->own || endpoint_dynamodb_has_account(&want, account, &e)) &&
           endpoint_dynamodb_resolve(&want, words[1], NULL, NULL, account, out, &e);
}

int main(void)
{
    char w[6][64];

    while (scanf("%63s %63s %63s %63s %63s %63s", w[0], w[1], w[2], w[3], w[4], w[5]) == 6) {
        struct endpoint out;

        if (answer(w, &out)) {
            printf("%s %s\n", out.url, out.signing_region);
        } else {
            printf("refused\n");
        }
    }
    return 0;
}
