/* What STS answers, in XML or JSON: all that a signer needs, or nothing. */
#include "fuzz.h"

#include "aws/sts_answer.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    CLEAN_CREDENTIALS struct credentials c = {0};
    CLEAN_BUF struct buf element = BUF_OF(4096);
    char code[STS_ANSWER_CODE_SIZE] = "";
    char message[STS_ANSWER_MESSAGE_SIZE] = "";
    char *text = fuzz_text(data, size);
    char *arn;

    if (!open) {
        json_open();
        open = true;
    }
    if (sts_answer_credentials(text, size, "AssumeRole", &c)) {
        FUZZ_HOLDS(c.key_id && *c.key_id && c.secret && *c.secret && c.token && *c.token);
    }
    sts_answer_error(text, size, code, message);
    FUZZ_HOLDS(strlen(code) < sizeof(code) && strlen(message) < sizeof(message));
    arn = sts_answer_text(text, size, "GetCallerIdentityResponse/GetCallerIdentityResult/Arn");
    credentials_drop(&arn);
    if (xml_text(text, size, "ErrorResponse/Error/Code", &element)) {
        FUZZ_HOLDS(element.len > 0 && element.len <= size);
    }
    free(text);
    return 0;
}
