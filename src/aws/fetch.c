#include "aws/fetch.h"

#include "io/system.h"

void fetch_run(struct http_exchange *x, int64_t connect_ms, int64_t whole_ms, int64_t deadline)
{
    int64_t until = system_now_ms() + whole_ms;

    x->connect_ms = connect_ms;
    x->until = until < deadline ? until : deadline;
    x->body_in = BUF_OF(FETCH_BODY_MAX);
    http_start(x);
    while (!x->done) {
        http_wait(x->until);
    }
}

bool fetch_succeeded(const struct http_exchange *x)
{
    return x->end == HTTP_ANSWERED && x->status >= 200 && x->status < 300;
}
