/* SPDX-License-Identifier: MIT */
#include "timers.h"

#include <stdbool.h>

#include "lwip/timeouts.h"

#include "coop/clock_virtual.h"

static struct coop_event timer;
static bool planned;

static void on_timer(void *arg)
{
    (void)arg;
    planned = false;
    sys_check_timeouts();
    timers_plan();
}

/* Most packets leave it as it is. */
void timers_plan(void)
{
    uint32_t ms = sys_timeouts_sleeptime();
    uint64_t at_us = (coop_virtual_now_us() / 1000 + ms) * 1000;
    bool wanted = ms != SYS_TIMEOUTS_SLEEPTIME_INFINITE;

    if (planned && wanted && timer.at_us == at_us)
        return;
    if (planned)
        coop_virtual_cancel(&timer);
    planned = wanted;
    timer.fire = on_timer;
    if (wanted)
        coop_virtual_plan(&timer, at_us);
}
