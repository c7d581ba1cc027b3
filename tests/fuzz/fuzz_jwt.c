/* The claims of a web identity token. The signature, the third part, is in none of them. */
#include "fuzz.h"

#include "aws/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    struct jwt_claims claims = {0};
    char shown[JWT_SHOWN_SIZE];
    char *text = fuzz_text(data, size);
    const char *wrong;

    if (!open) {
        json_open();
        open = true;
    }
    wrong = jwt_read(text, &claims);
    FUZZ_HOLDS((wrong == NULL) == claims.there);
    if (!wrong) {
        FUZZ_HOLDS(strlen(jwt_show(&claims, shown, sizeof(shown))) < sizeof(shown));
    }
    free(text);
    return 0;
}
