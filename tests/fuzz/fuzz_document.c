/* The JSON of container agents and instance metadata. */
#include "fuzz.h"

#include "aws/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    CLEAN_CREDENTIALS struct credentials c = {0};
    struct document d = {0};
    char *text = fuzz_text(data, size);

    if (!open) {
        json_open();
        open = true;
    }
    if (document_read(text, size, &c, &d) == DOCUMENT_GOOD) {
        FUZZ_HOLDS(c.key_id && *c.key_id && c.secret && *c.secret);
    } else {
        FUZZ_HOLDS(!c.secret && !c.token);
    }
    FUZZ_HOLDS(strlen(d.code) < sizeof(d.code) && strlen(d.message) < sizeof(d.message));
    free(text);
    return 0;
}
