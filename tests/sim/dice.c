#include "dice.h"

uint64_t dice_next(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15U;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

int64_t dice_below(struct dice *d, int64_t n)
{
    return n > 1 ? (int64_t)(dice_next(d) % (uint64_t)n) : 0;
}

bool dice_chance(struct dice *d, int permille)
{
    return dice_below(d, 1000) < permille;
}

int64_t dice_delay(struct dice *d, int64_t most)
{
    int64_t scale = 1;
    int steps = 0;

    while (scale < most) {
        scale *= 4;
        steps++;
    }
    for (int64_t drop = dice_below(d, steps); drop > 0; drop--) {
        scale /= 4;
    }
    return dice_below(d, scale < most ? scale : most);
}
