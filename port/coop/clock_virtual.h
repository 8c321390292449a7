/* SPDX-License-Identifier: MIT */
/*
 * Virtual time for coop: it stands still while tasks run, and when nothing is
 * ready it jumps to the next event or the earliest timeout. What happens is a
 * function of the program alone, so a run can be repeated bit for bit. One
 * clock in a program.
 *
 * At one moment: an event comes before a timeout, events come in the order of
 * planning, and after each of them tasks run until none is ready.
 *
 * COOP_DEADLOCK: no task is ready and there is no event and no timeout.
 * COOP_LIVELOCK: the limit of virtual time is reached, or (turns_max) tasks
 * keep each other busy while time stands still.
 */
#ifndef COOP_CLOCK_VIRTUAL_H
#define COOP_CLOCK_VIRTUAL_H

#include "coop.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Something that happens outside of all tasks, such as a frame's arrival.
   fire(arg) runs as idle() does: it may signal, start and cancel events, but
   not wait. The caller's memory, until it fired or was cancelled. */
struct coop_event {
    struct coop_event *before, *next;
    uint64_t at_us;
    void (*fire)(void *arg);
    void *arg;
};

/* Sets the clock, the time at which coop_run() gives up (UINT64_MAX: never)
   and forgets all events. Milliseconds wrap where they do on a device: start
   close below 2^32 ms to see it. */
void coop_virtual_reset(uint64_t now_us, uint64_t limit_us);

uint64_t coop_virtual_now_us(void);

/* Plans *event (fire and arg are set) for at_us, or for now if that is over.
   It must not be planned already. */
void coop_virtual_plan(struct coop_event *event, uint64_t at_us);

/* false: it was not planned (fired already, perhaps). */
bool coop_virtual_cancel(struct coop_event *event);

/* Members of a platform; `ctx` is not used. */
uint32_t coop_virtual_now_ms(void *ctx);
int coop_virtual_idle(void *ctx, uint32_t max_ms);

/* A million turns at one moment are a livelock. */
extern const struct coop_platform coop_virtual;

#ifdef __cplusplus
}
#endif

#endif
