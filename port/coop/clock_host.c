/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "clock_host.h"

#include <time.h>

uint32_t coop_host_now_ms(void *ctx)
{
    struct timespec t;

    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)t.tv_sec * 1000u + (uint32_t)(t.tv_nsec / 1000000);
}

int coop_host_idle(void *ctx, uint32_t max_ms)
{
    struct timespec t = {(time_t)(max_ms / 1000u),
                         (long)(max_ms % 1000u) * 1000000};

    (void)ctx;
    if (max_ms == COOP_FOREVER)
        return COOP_DEADLOCK;
    if (max_ms > 0)
        nanosleep(&t, NULL);
    return 0;
}

const struct coop_platform coop_host = {
    .now_ms = coop_host_now_ms,
    .idle = coop_host_idle,
};
