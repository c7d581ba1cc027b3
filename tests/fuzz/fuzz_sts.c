/* What STS answers, in XML or JSON: all that a signer needs, or nothing. */
#include "fuzz.h"

#include "aws/sts_answer.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    CLEAN_CREDENTIALS struct credentials c = {0};
    CLEAN_BUF struct buf element = BUF_OF(4096);
    struct sts_answer_error told;
    char *text = fuzz_text(data, size);
    char *arn;

    if (!open) {
        json_open();
        open = true;
    }
    if (sts_answer_credentials(text, size, "AssumeRole", &c)) {
        FUZZ_HOLDS(c.key_id && *c.key_id && c.secret && *c.secret && c.token && *c.token);
    }
    sts_answer_error(text, size, &told);
    FUZZ_HOLDS(strlen(told.code) < sizeof(told.code) &&
               strlen(told.message) < sizeof(told.message) &&
               strlen(told.request_id) < sizeof(told.request_id));
    arn = sts_answer_text(text, size, "GetCallerIdentityResponse/GetCallerIdentityResult/Arn");
    credentials_drop(&arn);
    if (xml_text(text, size, "ErrorResponse/Error/Code", &element)) {
        FUZZ_HOLDS(element.len > 0 && element.len <= size);
    }
    free(text);
    return 0;
}
