/* Dates: what is read comes back the same from the writer. */
#include "fuzz.h"

#include "aws/skew.h"
#include "base/date.h"

#define FUZZ_YEAR_10000 253402300800
#define FUZZ_WEEK 604800

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    char iso[DATE_ISO_SIZE];
    int64_t seconds;
    int64_t again;

    if (date_from_http(text, &seconds)) {
        date_iso(seconds, iso);
        FUZZ_HOLDS(seconds < 0 || seconds >= FUZZ_YEAR_10000 ||
                   (date_from_iso(iso, &again) && again == seconds));
    }
    if (date_from_iso(text, &seconds) && seconds >= 0 && seconds < FUZZ_YEAR_10000) {
        date_iso(seconds, iso);
        FUZZ_HOLDS(date_from_iso(iso, &again) && again == seconds);
    }
    if (date_from_basic(text, &seconds)) {
        char basic[DATE_BASIC_SIZE];

        date_basic(seconds, basic);
        FUZZ_HOLDS(seconds >= FUZZ_YEAR_10000 ||
                   (date_from_basic(basic, &again) && again == seconds));
    }
    if (skew_read("RequestExpired", "", text, 0, 0, &seconds)) {
        FUZZ_HOLDS(seconds >= -FUZZ_WEEK && seconds <= FUZZ_WEEK);
    }
    free(text);
    return 0;
}
