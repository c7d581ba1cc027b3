#include "doors.h"

#include "io/http.h"
#include "io/system.h"
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FLYING_MAX 256
#define EXCHANGES_MAX 50000
#define IDLE_MAX 10000 /* waits without a happening: a busy loop */

/* What the net does to an exchange. */
enum fate {
    FATE_NONE,
    FATE_REFUSED,
    FATE_REQUEST_LOST,
    FATE_REPLY_LOST,
    FATE_CUT,
    FATE_WRONG_CRC,
    FATE_FAILED,
    FATE_FAILED_LATE,
    FATE_THROTTLED,
    FATE_DENIED,
};

struct flight {
    struct http_exchange *x;
    struct call call;
    json_t *in;
    enum fate fate;
    bool twice;   /* the net resends it */
    bool arrived; /* at the service, or never will */
    int64_t arrives, answers;
};

struct doors_told doors_told;
static struct doors_run run;
static struct dice own; /* the product's random numbers */
static struct dice net;
static struct flight flying[FLYING_MAX];
static size_t flights;
static int idle;
static bool open_door;

void doors_begin(const struct doors_run *how, uint64_t seed)
{
    run = *how;
    own.state = seed ^ 0x1111;
    net.state = seed ^ 0x2222;
    memset(&doors_told, 0, sizeof(doors_told));
    doors_told.stopped_at = -1;
    idle = 0;
    open_door = false;
}

void system_open(void)
{
}

int64_t system_now_ms(void)
{
    return world.now;
}

int64_t system_wall_ms(void)
{
    return WORLD_WALL + world.now;
}

int system_stopped(void)
{
    if (doors_told.stopped_at < 0 && run.stop_at > 0 && world.now >= run.stop_at) {
        doors_told.stopped_at = world.now;
    }
    return doors_told.stopped_at >= 0 ? 15 : 0;
}

int system_stop_fd(void)
{
    return -1;
}

void system_sleep_until(int64_t ms)
{
    if (run.stop_at > 0 && ms > run.stop_at) {
        ms = run.stop_at > world.now ? run.stop_at : world.now;
    }
    if (ms > world.now + 1000LL * 3600 * 48) {
        judge_fail("it would wait for ever");
        exit(1);
    }
    idle = ms > world.now ? 0 : idle + 1;
    if (idle > IDLE_MAX) {
        judge_fail("busy loop: %d waits in which nothing happened", idle);
        exit(1);
    }
    world_advance(ms);
}

void system_random(void *out, size_t size)
{
    unsigned char *bytes = out;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)dice_next(&own);
    }
}

/* "NAME=value" of the run; NULL behind the last. */
static const char *variable_at(size_t n)
{
    static const char *const remote[] = {"AWS_ACCESS_KEY_ID=AKIASIMULATION",
                                         "AWS_SECRET_ACCESS_KEY=" DOORS_SECRET,
                                         "AWS_REGION=" WORLD_REGION};
    static const char emulator[] = "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000";

    return n < 3 ? remote[n] : n == 3 && world.rules.emulator.is ? emulator : NULL;
}

const char *system_env(const char *name)
{
    size_t len = strlen(name);
    const char *one;

    for (size_t i = 0; (one = variable_at(i)) != NULL; i++) {
        if (strncmp(one, name, len) == 0 && one[len] == '=') {
            return one + len + 1;
        }
    }
    return NULL;
}

bool system_read_file(const char *path, int64_t deadline, struct buf *out, struct err *e)
{
    (void)deadline;
    if (strcmp(path, "/tables.json") == 0 || strcmp(path, "-") == 0) {
        return buf_append(out, run.spec, strlen(run.spec)) ||
               err_set(e, ERR_FILE, "%s: too large", path);
    }
    return err_set(e, ERR_FILE, "cannot read %s: No such file or directory", path);
}

bool system_file_exists(const char *path)
{
    return strcmp(path, "/tables.json") == 0;
}

void system_write_existing(const char *path, const char *text)
{
    (void)path;
    (void)text;
}

bool system_write(int fd, const char *text, size_t len, int64_t until)
{
    size_t used = strlen(doors_told.log);

    (void)until;
    if (fd == 1) {
        return fwrite(text, 1, len, stdout) == len; /* product.c keeps it */
    }
    if (run.verbose) {
        fprintf(stderr, "%10.3f  %.*s", (double)world.now / 1000, (int)len, text);
    }
    if (used + len < sizeof(doors_told.log)) {
        memcpy(doors_told.log + used, text, len);
        doors_told.log[used + len] = '\0';
    }
    return true;
}

int system_exec(char *const argv[], struct err *e)
{
    err_set(e, ERR_INTERNAL, "%s: nothing is executed here", argv[0]);
    return 127;
}

bool http_open(const struct http_setup *setup, struct err *e)
{
    (void)setup;
    (void)e;
    open_door = true;
    return true;
}

/* Chance decides; later than healthy_at nothing goes wrong any more. */
static enum fate draw_fate(const char *operation)
{
    const struct world_rules *r = &world.rules;
    const struct {
        int permille;
        enum fate fate;
    } draws[] = {{r->refused, FATE_REFUSED},         {r->lost_request, FATE_REQUEST_LOST},
                 {r->lost_reply, FATE_REPLY_LOST},   {r->cut, FATE_CUT},
                 {r->wrong_crc, FATE_WRONG_CRC},     {r->failed, FATE_FAILED},
                 {r->failed_late, FATE_FAILED_LATE}, {r->throttled, FATE_THROTTLED}};

    if (world.now < r->denied_until && strcmp(operation, r->denied_action) == 0) {
        return FATE_DENIED;
    }
    for (size_t i = 0; world.now < r->healthy_at && i < sizeof(draws) / sizeof(*draws); i++) {
        if (dice_chance(&net, draws[i].permille)) {
            return draws[i].fate;
        }
    }
    return FATE_NONE;
}

static void count_request(const struct call *c)
{
    doors_told.exchanges++;
    doors_told.writes += service_writes(c->operation);
    doors_told.describes += strcmp(c->operation, "DescribeTable") == 0;
    if (doors_told.exchanges > EXCHANGES_MAX) {
        judge_fail("%d calls and no end", doors_told.exchanges);
        exit(1);
    }
    if (!open_door) {
        judge_fail("a call before the door was opened");
    }
}

/* Does the request reach the service, and what does that say? */
static void arrive(struct flight *f)
{
    f->arrived = true;
    switch (f->fate) {
    case FATE_REFUSED:
    case FATE_REQUEST_LOST:
        return;
    case FATE_FAILED:
        service_refuse(&f->call, "InternalServerError", "%s", "Internal server error");
        f->call.status = 500;
        return;
    case FATE_THROTTLED:
        service_refuse(&f->call, "ThrottlingException", "%s", "Rate exceeded");
        return;
    case FATE_DENIED:
        service_refuse(&f->call, "AccessDeniedException",
                       "User: arn:aws:iam::123456789012:user/sim is not authorized to perform: "
                       "dynamodb:%s on resource: arn:aws:dynamodb:" WORLD_REGION
                       ":123456789012:table/%s because no identity-based policy allows the "
                       "dynamodb:%s action",
                       f->call.operation, world_text(f->in, "TableName"), f->call.operation);
        return;
    case FATE_FAILED_LATE:
        service_handle(&f->call);
        service_refuse(&f->call, "InternalServerError", "%s", "Internal server error");
        f->call.status = 500;
        return;
    case FATE_NONE:
    case FATE_REPLY_LOST:
    case FATE_CUT:
    case FATE_WRONG_CRC:
        break;
    }
    service_handle(&f->call);
    if (f->twice) {
        json_decref(f->call.out);
        f->call.out = NULL;
        service_handle(&f->call);
    }
}

void http_start(struct http_exchange *x)
{
    struct flight *f = &flying[flights];
    int64_t latency = world.rules.latency_ms + dice_below(&net, world.rules.latency_ms + 1);
    const char *operation = "";

    if (system_stopped()) { /* as the real door has it */
        if (world.now > doors_told.stopped_at) {
            judge_fail("a call after the stop");
        }
        x->done = true;
        x->end = HTTP_STOPPED;
        return;
    }
    if (flights++ == FLYING_MAX) {
        abort();
    }
    doors_told.together = flights > doors_told.together ? flights : doors_told.together;
    for (size_t i = 0; x->headers[i]; i++) {
        if (strncmp(x->headers[i], "X-Amz-Target: ", 14) == 0) {
            operation = strchr(x->headers[i], '.') + 1;
        }
    }
    x->started = world.now;
    *f = (struct flight){.x = x, .in = json_loadb(x->body, x->body_len, 0, NULL)};
    f->call = (struct call){.operation = strdup(operation), .in = f->in};
    f->fate = draw_fate(operation);
    f->twice =
        world.now < world.rules.healthy_at && !x->once && dice_chance(&net, world.rules.twice);
    f->arrives = world.now + latency / 2;
    f->answers = world.now + latency;
    count_request(&f->call);
    judge_request(&f->call);
    if (run.stop_exchange > 0 && doors_told.exchanges == run.stop_exchange) {
        f->fate = run.stop_lost ? FATE_REQUEST_LOST : FATE_REPLY_LOST;
        if (!run.stop_lost) {
            arrive(f);
        }
        doors_told.stopped_at = world.now;
    }
}

static void date_header(char *out, size_t size)
{
    time_t now = (time_t)((WORLD_WALL + world.now) / 1000);
    struct tm parts;

    gmtime_r(&now, &parts);
    strftime(out, size, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

static uint32_t crc32_of(const char *text)
{
    uint32_t crc = UINT32_MAX;

    for (; *text; text++) {
        crc ^= (unsigned char)*text;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
        }
    }
    return ~crc;
}

/* The answer reaches the product. */
static void deliver_answer(struct flight *f)
{
    struct http_exchange *x = f->x;
    char *text = f->call.page ? strdup(f->call.page) : json_dumps(f->call.out, JSON_COMPACT);

    x->end = HTTP_ANSWERED;
    x->status = f->call.status;
    if (!buf_append(&x->body_in, text, strlen(text))) {
        abort();
    }
    snprintf(x->request_id, sizeof(x->request_id), "REQUEST%d", doors_told.exchanges);
    snprintf(x->crc32, sizeof(x->crc32), "%u",
             crc32_of(text) ^ (f->fate == FATE_WRONG_CRC ? 1U : 0U));
    date_header(x->date, sizeof(x->date));
    if (f->fate != FATE_WRONG_CRC) {
        judge_answer(&f->call);
    }
    free(text);
}

static const char *fate_word(enum fate fate)
{
    static const char *const words[] = {
        "",           " refused",   " request lost", " reply lost",
        " reply cut", " wrong crc", " failed",       " failed after taking effect",
        " throttled", " denied"};

    return words[fate];
}

static void tell(const struct flight *f)
{
    char *in = json_dumps(f->in, JSON_COMPACT);
    char *out = f->call.out ? json_dumps(f->call.out, JSON_COMPACT) : NULL;

    fprintf(stderr, "%10.3f  %s%s %s\n%10s  %d %.600s\n", (double)world.now / 1000,
            f->call.operation, fate_word(f->fate), in, "", f->call.status, out ? out : "");
    free(in);
    free(out);
}

/* Ends the flight at that place of the list; stopped: by the signal. */
static void land(size_t i, bool stopped)
{
    struct flight *f = &flying[i];
    struct http_exchange *x = f->x;

    if (run.verbose) {
        tell(f);
    }
    x->done = true;
    x->ended = world.now;
    if (stopped) {
        x->end = HTTP_STOPPED;
    } else if (f->fate == FATE_REFUSED || f->fate == FATE_REQUEST_LOST ||
               f->fate == FATE_REPLY_LOST || !f->call.out) {
        x->end = HTTP_UNREACHABLE;
        snprintf(x->error, sizeof(x->error), "the net failed (%s )", fate_word(f->fate));
    } else if (f->fate == FATE_CUT) {
        x->end = HTTP_CUT;
        x->status = f->call.status;
        snprintf(x->error, sizeof(x->error), "the answer was cut off");
    } else {
        deliver_answer(f);
    }
    json_decref(f->in);
    json_decref(f->call.out);
    free((char *)(uintptr_t)f->call.operation);
    flying[i] = flying[--flights];
}

/* When something happens to the flight: it arrives, it is answered, its own limit ends it. */
static int64_t flight_next(const struct flight *f)
{
    int64_t next = !f->arrived ? f->arrives : f->answers;

    if (f->arrived && (f->fate == FATE_REQUEST_LOST || f->fate == FATE_REPLY_LOST)) {
        next = f->x->until;
    }
    return next < f->x->until ? next : f->x->until;
}

/* One step of the flight that is first; true when it is over. */
static bool step(size_t i)
{
    struct flight *f = &flying[i];

    idle = 0;
    if (!f->arrived && f->arrives <= world.now) {
        arrive(f);
        return false;
    }
    if (world.now >= f->x->until && world.now < f->answers) {
        f->fate = FATE_REPLY_LOST;
    }
    land(i, false);
    return true;
}

static void stop_all(void)
{
    while (flights > 0) {
        if (!run.stop_lost && !flying[flights - 1].arrived) {
            arrive(&flying[flights - 1]);
        }
        land(flights - 1, true);
    }
}

void http_wait(int64_t until)
{
    bool over = false;

    doors_told.waits++;
    while (!over) {
        size_t first = 0;

        if (system_stopped()) {
            stop_all();
            return;
        }
        for (size_t i = 1; i < flights; i++) {
            first = flight_next(&flying[i]) < flight_next(&flying[first]) ? i : first;
        }
        if (run.stop_at > 0 && run.stop_at < until) {
            until = run.stop_at;
        }
        if (flights == 0 || flight_next(&flying[first]) > until) {
            system_sleep_until(until);
            if (system_stopped()) {
                stop_all();
            }
            return;
        }
        world_advance(flight_next(&flying[first]));
        over = !system_stopped() && step(first);
    }
}

void http_clear(struct http_exchange *x)
{
    for (size_t i = 0; i < flights; i++) {
        if (flying[i].x == x) {
            land(i, true);
            break;
        }
    }
    buf_clear(&x->body_in);
    memset(x, 0, sizeof(*x));
}

void http_close(void)
{
    stop_all();
    open_door = false;
}
