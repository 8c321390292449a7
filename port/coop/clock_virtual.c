/* SPDX-License-Identifier: MIT */
#include "clock_virtual.h"

static struct {
    uint64_t now_us;
    uint64_t limit_us;
    struct coop_event *first; /* in order of time, then of planning */
    struct coop_event *last;
} virtual;

void coop_virtual_reset(uint64_t now_us, uint64_t limit_us)
{
    virtual.now_us = now_us;
    virtual.limit_us = limit_us;
    virtual.first = NULL;
    virtual.last = NULL;
}

uint64_t coop_virtual_now_us(void)
{
    return virtual.now_us;
}

/* Looked for from the end: most events are planned behind most others. */
static struct coop_event *last_until(uint64_t at_us)
{
    struct coop_event *event = virtual.last;

    while (event && event->at_us > at_us)
        event = event->before;
    return event;
}

static void link_behind(struct coop_event *before, struct coop_event *event)
{
    struct coop_event **next = before ? &before->next : &virtual.first;
    struct coop_event **back = *next ? &(*next)->before : &virtual.last;

    event->before = before;
    event->next = *next;
    *next = event;
    *back = event;
}

static void take_out(struct coop_event *event)
{
    *(event->before ? &event->before->next : &virtual.first) = event->next;
    *(event->next ? &event->next->before : &virtual.last) = event->before;
}

void coop_virtual_plan(struct coop_event *event, uint64_t at_us)
{
    event->at_us = at_us < virtual.now_us ? virtual.now_us : at_us;
    link_behind(last_until(event->at_us), event);
}

bool coop_virtual_cancel(struct coop_event *event)
{
    const struct coop_event *planned = virtual.first;

    while (planned && planned != event)
        planned = planned->next;
    if (!planned)
        return false;
    take_out(event);
    return true;
}

uint32_t coop_virtual_now_ms(void *ctx)
{
    (void)ctx;
    return (uint32_t)(virtual.now_us / 1000u);
}

static void fire_first(void)
{
    struct coop_event *event = virtual.first;

    take_out(event);
    virtual.now_us = event->at_us;
    event->fire(event->arg);
}

/* A timeout falls on a whole millisecond. */
int coop_virtual_idle(void *ctx, uint32_t max_ms)
{
    const struct coop_event *event = virtual.first;
    uint64_t to_us = (virtual.now_us / 1000u + max_ms) * 1000u;

    (void)ctx;
    if (max_ms == COOP_FOREVER && !event)
        return COOP_DEADLOCK;
    if (max_ms == COOP_FOREVER || (event && event->at_us <= to_us))
        to_us = event->at_us;
    else
        event = NULL;
    if (to_us > virtual.limit_us)
        return COOP_LIVELOCK;
    if (event)
        fire_first();
    else if (to_us > virtual.now_us)
        virtual.now_us = to_us;
    return 0;
}

const struct coop_platform coop_virtual = {
    .now_ms = coop_virtual_now_ms,
    .idle = coop_virtual_idle,
    .turns_max = 1000000,
};
