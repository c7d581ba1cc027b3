#include "dynamodb/poll.h"

#define POLL_FIRST_REMOTE_MS 4000 /* no table at AWS has been seen ready earlier */
#define POLL_QUICK_MS 250
#define POLL_QUICK_UNTIL_MS 10000
#define POLL_SLOWEST_MS 5000
#define POLL_INDEX_SLOWEST_MS 10000
#define POLL_REPLICA_FIRST_MS 10000
#define POLL_REPLICA_SLOWEST_MS 30000
#define POLL_YOUNG_MS 30000

/* 4 % of the time that it took so far. */
static int64_t poll_share(int64_t elapsed, int64_t least, int64_t most)
{
    int64_t wait = elapsed / 25;

    return wait < least ? least : wait > most ? most : wait;
}

/* ms, give or take percent. */
static int64_t poll_jitter(int64_t ms, int64_t percent, uint32_t random)
{
    int64_t width = ms * percent / 50;

    return ms - width / 2 + (int64_t)((uint64_t)width * random >> 32);
}

static int64_t poll_growing(int looks)
{
    int64_t wait = 1000;

    while (looks-- > 0 && wait < POLL_SLOWEST_MS) {
        wait += wait / 4;
    }
    return wait < POLL_SLOWEST_MS ? wait : POLL_SLOWEST_MS;
}

static int64_t poll_own(int64_t elapsed)
{
    return elapsed < POLL_QUICK_UNTIL_MS ? POLL_QUICK_MS
                                         : poll_share(elapsed, POLL_QUICK_MS, POLL_SLOWEST_MS);
}

int64_t poll_delay(const struct poll_now *now)
{
    static const int64_t emulator[] = {50, 100, 200};
    static const int64_t stale[] = {1000, 2000, 4000};

    switch (now->why) {
    case POLL_OWN_REMOTE:
        return now->elapsed < POLL_FIRST_REMOTE_MS ? POLL_FIRST_REMOTE_MS - now->elapsed
                                                   : poll_own(now->elapsed);
    case POLL_OWN_REMOTE_STALE:
        return now->looks < 3 ? stale[now->looks] : POLL_SLOWEST_MS;
    case POLL_OWN_EMULATOR:
        return now->looks < 3 ? emulator[now->looks] : poll_own(now->elapsed);
    case POLL_OTHERS:
        return now->elapsed < POLL_YOUNG_MS ? poll_jitter(1000, 50, now->random)
                                            : poll_share(now->elapsed, 1000, POLL_SLOWEST_MS);
    case POLL_MISSING:
        return poll_jitter(poll_growing(now->looks), 20, now->random);
    case POLL_DELETING:
        return poll_growing(now->looks);
    case POLL_UPDATE:
        return now->looks == 0 ? 1000 : poll_own(now->elapsed);
    case POLL_REPLICA:
        return now->looks == 0 ? POLL_REPLICA_FIRST_MS
                               : poll_share(now->elapsed, 1000, POLL_REPLICA_SLOWEST_MS);
    case POLL_INDEX:
        return poll_share(now->elapsed, now->looks == 0 ? 2000 : 1000, POLL_INDEX_SLOWEST_MS);
    }
    return POLL_SLOWEST_MS;
}
