/* An answer to a signed call: its first byte picks the status, the rest is the body. The client comes to a verdict. */
#include "fuzz.h"

#include "aws/client.h"
#include "doors.h"
#include "io/system.h"

static const char *fuzz_body;
static int fuzz_status;

static int64_t fuzz_serve(struct http_exchange *x, const char *operation)
{
    (void)operation;
    doors_answer(x, fuzz_status, fuzz_body);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 400, 400, 403, 404, 429, 500, 503};
    static bool open;
    static struct endpoint endpoint;
    struct identity identity = {.held = true, .refresh_at = INT64_MAX, .source = LOOK_SOURCES};
    struct client client = {&endpoint, &identity, INT64_MAX, RETRY_BUCKET, 0, false};
    struct client_call call = {0};
    struct err e = {0};
    char *text;

    if (!open) {
        json_open();
        FUZZ_HOLDS(endpoint_resolve("eu-west-1", NULL, NULL, &endpoint, &e));
        open = true;
    }
    if (size == 0) {
        return 0;
    }
    identity.now.key_id = mem_strdup("AKIDFUZZ");
    identity.now.secret = mem_strdup("TheSecretOfTheFuzzer");
    identity.committed = LOOK_SOURCES;
    text = fuzz_text(data + 1, size - 1);
    fuzz_body = text;
    fuzz_status = statuses[data[0] % 8];
    doors_reset(fuzz_serve);
    client_begin(&call, "DescribeTable", mem_strdup("{}"));
    client_send(&client, &call);
    while (!call.http.done) {
        http_wait(INT64_MAX);
    }
    switch (client_finish(&client, &call)) {
    case CLIENT_ANSWERED:
        FUZZ_HOLDS(call.json && fuzz_status == 200);
        break;
    case CLIENT_AGAIN:
        FUZZ_HOLDS(call.due >= system_now_ms() && call.last.kind != ERR_NONE);
        break;
    case CLIENT_REFUSED:
        FUZZ_HOLDS(call.code[0] && fuzz_status != 200);
        client_words(&call, ERR_INTERNAL, "DescribeTable", &e);
        FUZZ_HOLDS(!strstr(e.text, "TheSecretOfTheFuzzer"));
        break;
    case CLIENT_FAILED:
    case CLIENT_STOPPED:
        FUZZ_HOLDS(call.last.kind != ERR_NONE);
        break;
    }
    client_clear(&call);
    identity_clear(&identity);
    free(text);
    return 0;
}
