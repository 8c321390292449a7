/* SPDX-License-Identifier: MIT */
/* The clock of the fleet: what happens next, to whom. */
#include "fleet.h"

#include <stdlib.h>
#include <string.h>

#include "../sim/chance.h"

#define OFF_MS  60000u /* without power */
#define BOOT_MS 2000u  /* from power to network: 1 to 3 s */

struct event {
    uint64_t ms;
    uint64_t order; /* of two at the same time, the one that was added first */
    unsigned device;
    enum fleet_event event;
};

uint64_t fleet_now_ms;

/* A heap: the children of i are 2i + 1 and 2i + 2. */
static struct event *events;
static size_t events_n, events_max;
static uint64_t order;

/* Of each device: the wake that counts, and how its power is next. */
static uint64_t *wakes;
static bool *powered;

static bool is_before(const struct event *a, const struct event *b)
{
    return a->ms != b->ms ? a->ms < b->ms : a->order < b->order;
}

static void swap(size_t i, size_t k)
{
    struct event e = events[i];

    events[i] = events[k];
    events[k] = e;
}

void fleet_at(uint64_t ms, enum fleet_event event, unsigned device)
{
    size_t i = events_n++;

    if (events_n > events_max)
        abort();
    events[i] = (struct event){ms, ++order, device, event};
    if (event == EVENT_WAKE)
        wakes[device] = order;
    for (; i > 0 && is_before(&events[i], &events[(i - 1) / 2]);
         i = (i - 1) / 2)
        swap(i, (i - 1) / 2);
}

static struct event next(void)
{
    struct event first = events[0];
    size_t i = 0;

    events[0] = events[--events_n];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < events_n &&
            is_before(&events[child + 1], &events[child]))
            child++;
        if (child >= events_n || is_before(&events[i], &events[child]))
            return first;
        swap(i, child);
        i = child;
    }
}

static void take_request(const struct fleet_plan *plan,
                         struct fleet_result *result, unsigned device)
{
    unsigned second = (unsigned)(fleet_now_ms / 1000);
    bool after = fleet_now_ms >= plan->power_ms;
    uint32_t after_ms;
    enum server_answer answer = server_request(&after_ms);

    result->requests[second]++;
    result->good[second] += answer == ANSWER_GOOD;
    result->refused += after && answer == ANSWER_BUSY;
    result->reset += after && answer == ANSWER_RESET;
    device_answer(device, answer, after_ms);
}

static void happen(const struct fleet_plan *plan, struct fleet_result *result,
                   const struct event *e)
{
    switch (e->event) {
    case EVENT_POWER:
        powered[e->device] = !powered[e->device];
        device_power(e->device, powered[e->device]);
        break;
    case EVENT_WAKE:
        if (wakes[e->device] == e->order)
            device_wake(e->device);
        break;
    case EVENT_REQUEST:
        take_request(plan, result, e->device);
        break;
    }
}

/* On at any time in a period, off together, on together but for their boot. */
static void plan_power(const struct fleet_plan *plan)
{
    for (unsigned i = 0; i < plan->devices; i++) {
        uint32_t first = chance(CHANCE_PLAN, plan->period_ms);
        uint32_t boot = 1000 + chance(CHANCE_PLAN, BOOT_MS);
        if (first < plan->power_ms - OFF_MS) {
            fleet_at(first, EVENT_POWER, i);
            fleet_at(plan->power_ms - OFF_MS, EVENT_POWER, i);
        }
        fleet_at(plan->power_ms + boot, EVENT_POWER, i);
    }
}

static void *zeroed(size_t n, size_t size)
{
    void *p = calloc(n, size);

    if (p == NULL)
        abort();
    return p;
}

/* Counts requests until the last device was served; adds the served up. */
static void conclude(const struct fleet_plan *plan, struct fleet_result *result)
{
    unsigned served = 0;

    for (unsigned s = 0; s < plan->seconds; s++) {
        if (s >= plan->power_ms / 1000 && served < plan->devices)
            result->requests_until_served += result->requests[s];
        served += result->served[s];
        result->served[s] = served;
    }
    if (served < plan->devices)
        result->last_ms = 0;
}

void fleet_run(const struct fleet_plan *plan, struct fleet_result *result)
{
    uint64_t end_ms = 1000ull * plan->seconds;

    memset(result, 0, sizeof *result);
    fleet_now_ms = order = 0;
    events_n = 0;
    events_max = 16ull * plan->devices;
    events = zeroed(events_max, sizeof *events);
    wakes = zeroed(plan->devices, sizeof *wakes);
    powered = zeroed(plan->devices, sizeof *powered);
    chance_seed(plan->seed);
    server_begin(plan->capacity);
    devices_begin(plan, result);
    plan_power(plan);
    while (events_n > 0 && events[0].ms < end_ms) {
        struct event e = next();
        fleet_now_ms = e.ms;
        happen(plan, result, &e);
    }
    conclude(plan, result);
    devices_end();
    free(events);
    free(wakes);
    free(powered);
}
