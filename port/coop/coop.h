/* SPDX-License-Identifier: MIT */
/*
 * coop: tasks that take turns in one thread of execution.
 *
 * A task runs until it waits (on a semaphore, for a time), yields or ends;
 * then the task that has been ready longest runs. There are no priorities and
 * no preemption, so what tasks share needs no lock unless a task waits while
 * it uses it. Memory is the caller's: tasks, stacks and semaphores are static
 * objects, nothing is allocated, nothing is copied.
 *
 * Where time comes from and what happens while nothing is ready is a
 * struct coop_platform, chosen at coop_run(): clock_host.h and port/slirp on a
 * PC, clock_virtual.h in a simulation, a tick and WFI on a board.
 *
 * Who may call what: everything is for tasks, except what says "interrupt"
 * (also good in a platform's idle()) and coop_task_start() and coop_run(),
 * which main() calls too. A wait outside of a task traps.
 *
 * Ceilings: a wait of at most 2^31 - 1 ms; the clock may wrap.
 */
#ifndef COOP_H
#define COOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A wait without an end. */
#define COOP_FOREVER UINT32_MAX

/* The lowest bytes of each stack, never touched: a no-access region of an MPU
   can lie over them at any time (32 bytes is the smallest of ARMv7-M, and
   regions are aligned to their size). */
#define COOP_GUARD_N 32

struct coop_stack {
    unsigned char *lowest; /* aligned to COOP_GUARD_N */
    size_t n;              /* a multiple of it, guard included */
};

/* Defines a static stack with at least `bytes` usable bytes. On a PC a context
   and the library's frames need room too: 64 KB is a good size there. */
#define COOP_STACK(name, bytes)                            \
    static unsigned char name##_bytes[COOP_STACK_N(bytes)] \
        __attribute__((aligned(COOP_GUARD_N)));            \
    static const struct coop_stack name = {name##_bytes, sizeof name##_bytes}
#define COOP_STACK_N(bytes) \
    (((bytes) + 2u * COOP_GUARD_N - 1u) / COOP_GUARD_N * COOP_GUARD_N)

/* A task. Its members belong to the scheduler; name and stack may be read (the
   guard is the first COOP_GUARD_N bytes of the stack). */
struct coop_task {
    void *context; /* the switch's; first member, assembly relies on it */
    struct coop_task *next;      /* in the list that it waits in */
    struct coop_task **waits_in; /* that list, NULL when ready or running */
    struct coop_task *next_task; /* every task, in order of start */
    const char *name;
    struct coop_stack stack;
    int (*run)(void *arg);
    void *arg;
    uint32_t deadline_ms;
    int exit_code;
    bool timed;
    bool woken;
    bool ended;
};

/* A counting semaphore; waiting tasks are served in order. */
struct coop_sem {
    struct coop_task *waiting;
    uint16_t count;
    bool valid; /* for the owner: coop_sem_init() sets it */
};

/* Why coop_run() gave up. */
enum {
    COOP_DEADLOCK = -30001, /* no task is ready and nothing can wake one */
    COOP_LIVELOCK = -30002, /* tasks run on, but time or its limit is over */
    COOP_OVERFLOW = -30003, /* a task used the last word of its stack */
};

struct coop_platform {
    void *ctx; /* handed to each function */

    /* Milliseconds since any start, wraps at 2^32. */
    uint32_t (*now_ms)(void *ctx);

    /* Nothing is ready. Waits until something may have happened, at most
       max_ms (COOP_FOREVER: no task waits for a time); 0 asks for a look at
       the outside without waiting, and comes now and then while tasks are
       busy. Runs on coop_run()'s stack, not in a task, and must not wait on a
       semaphore. Interrupts are masked, so that none is missed: WFI wakes up
       on a pending one, which is taken when idle() has returned; it may come
       back long before max_ms. 0, or a COOP_ reason to give up. */
    int (*idle)(void *ctx, uint32_t max_ms);

    /* Before `task` runs on, for an MPU. May be NULL. */
    void (*enter)(void *ctx, const struct coop_task *task);

    /* coop_run() is about to return `reason`; all tasks are as they were, see
       coop_task_next(). May be NULL. */
    void (*stuck)(void *ctx, int reason);

    /* Turns without an idle() that waits, after which it is a livelock.
       0: no limit. */
    uint32_t turns_max;
};

/* ---- Running ---- */

/* Makes `task` ready: run(arg) on `stack`. Task, name and stack live until it
   ends; *task needs no initialisation. Before coop_run() or from a task. */
void coop_task_start(struct coop_task *task, const char *name,
                     int (*run)(void *arg), void *arg, struct coop_stack stack);

/* Runs all tasks until `main` (started before) returns; its result, or a COOP_
   reason below -30000. The other tasks are then forgotten where they are, and
   coop_run() may be called again with new ones. */
int coop_run(const struct coop_platform *platform, struct coop_task *main);

/* ---- In a task ---- */

void coop_yield(void);
void coop_sleep_ms(uint32_t ms); /* 0 yields */

/* The platform's clock; 0 before coop_run(). Interrupt: as the platform. */
uint32_t coop_now_ms(void);

/* The running task, NULL in idle() and before coop_run(). */
struct coop_task *coop_self(void);

/* ---- Semaphores ---- */

void coop_sem_init(struct coop_sem *sem, unsigned count);

/* Gives one unit to the task that waits longest, or keeps it.
   From tasks and interrupts. */
void coop_sem_signal(struct coop_sem *sem);

/* Takes one unit. false: none came within timeout_ms. With 0 it never waits
   and is good in an interrupt, too. */
bool coop_sem_wait(struct coop_sem *sem, uint32_t timeout_ms);

/* ---- Looking ---- */

/* The task started after `task` and not ended, first with NULL; NULL at the
   end. */
const struct coop_task *coop_task_next(const struct coop_task *task);

/* Bytes of a task's stack ever used, without the guard. A task starts with a
   painted stack; a frame that leaves its lowest part untouched hides it. */
size_t coop_task_peak(const struct coop_task *task);

/* The same for any stack that grows down, such as the one of main() and the
   interrupts: paint what lies below the caller's frames first. */
void coop_paint(void *lowest, size_t n);
size_t coop_peak(const void *lowest, size_t n);

#ifdef __cplusplus
}
#endif

#endif
