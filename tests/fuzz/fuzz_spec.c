/* A spec: refused as a whole with its name, or tables that can be asked for. */
#include "fuzz.h"

#include "dynamodb/create.h"
#include "dynamodb/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool open;
    struct spec s = {0};
    struct err e = {0};
    char *text = fuzz_text(data, size);

    if (!open) {
        json_open();
        open = true;
    }
    if (spec_read(&s, "spec.json", text, size, &e)) {
        for (size_t i = 0; i < s.count; i++) {
            FUZZ_HOLDS(table_is_name(s.tables[i].shape.name));
            free(create_request(&s.tables[i], i % 2 == 1, NULL));
        }
    } else {
        FUZZ_HOLDS(e.kind == ERR_SPEC && strncmp(e.text, "spec.json", 9) == 0 && s.count == 0);
    }
    spec_clear(&s);
    free(text);
    return 0;
}
