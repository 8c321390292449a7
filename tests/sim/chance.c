/* SPDX-License-Identifier: MIT */
#include "chance.h"

static uint64_t states[CHANCE_STREAMS];

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void chance_seed(uint64_t seed)
{
    for (int i = 0; i < CHANCE_STREAMS; i++)
        states[i] = next(&seed);
}

uint32_t chance_word(enum chance_stream stream)
{
    return (uint32_t)(next(&states[stream]) >> 32);
}

void chance_bytes(enum chance_stream stream, uint8_t *p, size_t n)
{
    while (n-- > 0)
        *p++ = (uint8_t)(next(&states[stream]) >> 56);
}

uint32_t chance(enum chance_stream stream, uint32_t n)
{
    return (uint32_t)((uint64_t)chance_word(stream) * n >> 32);
}

bool chance_hits(enum chance_stream stream, unsigned percent)
{
    return chance(stream, 100) < percent;
}
