/* SPDX-License-Identifier: MIT */
/*
 * The scheduler. A task is in exactly one of these places:
 *
 *     running      sched.running
 *     ready        the list sched.ready, first come, first served
 *     waiting      the list at task->waits_in, perhaps until deadline_ms
 *     ended        none, and no longer in the list of all tasks
 *
 * Lists are singly linked: a handful of tasks makes walking them cheaper than
 * a second link. Interrupts may move tasks from waiting to ready, so lists are
 * touched under coop_lock() only.
 */
#include "coop.h"

#include <string.h>

#include "coop_arch.h"

#define PAINT 0xa5u

/* How many turns tasks may take before the outside is looked at again. */
#define TURNS_PER_LOOK 64u

static struct {
    const struct coop_platform *platform;
    struct coop_task *all;
    struct coop_task *ready;
    struct coop_task *asleep; /* nobody signals this list */
    struct coop_task *running;
    uint32_t busy_turns;
} sched;

/* ---- Lists ---- */

static void append(struct coop_task **list, struct coop_task *task)
{
    while (*list)
        list = &(*list)->next;
    task->next = NULL;
    *list = task;
}

static void take_out(struct coop_task **list, const struct coop_task *task)
{
    while (*list != task)
        list = &(*list)->next;
    *list = task->next;
}

static struct coop_task *take_first(struct coop_task **list)
{
    struct coop_task *task = *list;
    if (task)
        *list = task->next;
    return task;
}

/* ---- Waiting and waking ---- */

static struct coop_task *self_or_trap(void)
{
    if (!sched.running)
        __builtin_trap();
    return sched.running;
}

/* Called locked, returns unlocked: whether somebody woke the task in time. */
static bool wait_in(struct coop_task **list, uint32_t timeout_ms, uint32_t was)
{
    struct coop_task *task = self_or_trap();

    if (timeout_ms != COOP_FOREVER && timeout_ms > INT32_MAX)
        timeout_ms = INT32_MAX;
    task->woken = false;
    task->waits_in = list;
    task->timed = timeout_ms != COOP_FOREVER;
    task->deadline_ms = coop_now_ms() + timeout_ms;
    append(list, task);
    coop_unlock(was);
    coop_context_leave(task);
    return task->woken;
}

static void make_ready(struct coop_task *task, bool woken)
{
    take_out(task->waits_in, task);
    task->waits_in = NULL;
    task->woken = woken;
    append(&sched.ready, task);
}

static int32_t left_ms(const struct coop_task *task, uint32_t now_ms)
{
    return (int32_t)(task->deadline_ms - now_ms);
}

static bool waits_for_time(const struct coop_task *task)
{
    return task->waits_in && task->timed;
}

static void wake_late(void)
{
    uint32_t now_ms = coop_now_ms();
    uint32_t was = coop_lock();

    for (struct coop_task *t = sched.all; t; t = t->next_task)
        if (waits_for_time(t) && left_ms(t, now_ms) <= 0)
            make_ready(t, false);
    coop_unlock(was);
}

/* How long nothing will happen by itself. */
static uint32_t quiet_ms(void)
{
    uint32_t now_ms = coop_now_ms();
    uint32_t quiet = COOP_FOREVER;

    if (sched.ready)
        return 0;
    for (const struct coop_task *t = sched.all; t; t = t->next_task) {
        if (!waits_for_time(t))
            continue;
        int32_t left = left_ms(t, now_ms);
        if (left <= 0)
            return 0;
        if ((uint32_t)left < quiet)
            quiet = (uint32_t)left;
    }
    return quiet;
}

/* ---- The loop ---- */

/* The lowest usable bytes of a stack are no longer paint: even if nothing was
   overwritten below yet, there is no room left. */
static bool overflown(const struct coop_task *task)
{
    return coop_peak(task->stack.lowest + COOP_GUARD_N, 4) != 0;
}

static int run_task(struct coop_task *task)
{
    const struct coop_platform *platform = sched.platform;

    sched.running = task;
    if (platform->enter)
        platform->enter(platform->ctx, task);
    coop_context_enter(task);
    sched.running = NULL;
    return overflown(task) ? COOP_OVERFLOW : 0;
}

/* Checks for ready tasks and sleeps under one lock: an interrupt between the
   two cannot be missed. */
static int rest(void)
{
    const struct coop_platform *platform = sched.platform;
    uint32_t was = coop_lock();
    uint32_t max_ms = quiet_ms();
    int reason = platform->idle(platform->ctx, max_ms);

    coop_unlock(was);
    if (max_ms > 0)
        sched.busy_turns = 0;
    return reason;
}

static int take_turn(void)
{
    const struct coop_platform *platform = sched.platform;
    struct coop_task *task;
    uint32_t was;
    int reason = 0;

    wake_late();
    was = coop_lock();
    task = take_first(&sched.ready);
    coop_unlock(was);
    if (task) {
        reason = run_task(task);
        sched.busy_turns++;
    }
    if (reason == 0 && (!task || sched.busy_turns % TURNS_PER_LOOK == 0))
        reason = rest();
    if (platform->turns_max != 0 && sched.busy_turns > platform->turns_max)
        return reason ? reason : COOP_LIVELOCK;
    return reason;
}

int coop_run(const struct coop_platform *platform, struct coop_task *main)
{
    int reason = 0;

    sched.platform = platform;
    while (!main->ended && reason == 0)
        reason = take_turn();
    if (reason != 0 && platform->stuck)
        platform->stuck(platform->ctx, reason);
    memset(&sched, 0, sizeof sched);
    return reason != 0 ? reason : main->exit_code;
}

/* ---- Tasks ---- */

void coop_task_start(struct coop_task *task, const char *name,
                     int (*run)(void *arg), void *arg, struct coop_stack stack)
{
    struct coop_task **last = &sched.all;
    uint32_t was;

    memset(task, 0, sizeof *task);
    task->name = name;
    task->run = run;
    task->arg = arg;
    task->stack = stack;
    coop_context_make(task);
    was = coop_lock();
    while (*last)
        last = &(*last)->next_task;
    *last = task;
    append(&sched.ready, task);
    coop_unlock(was);
}

static void forget(const struct coop_task *task)
{
    struct coop_task **link = &sched.all;

    while (*link != task)
        link = &(*link)->next_task;
    *link = task->next_task;
}

void coop_task_main(struct coop_task *task)
{
    uint32_t was;

    task->exit_code = task->run(task->arg);
    was = coop_lock();
    forget(task);
    task->ended = true;
    coop_unlock(was);
    coop_context_leave(task);
}

void coop_yield(void)
{
    struct coop_task *task = self_or_trap();
    uint32_t was = coop_lock();

    append(&sched.ready, task);
    coop_unlock(was);
    coop_context_leave(task);
}

void coop_sleep_ms(uint32_t ms)
{
    if (ms == 0)
        coop_yield();
    else
        (void)wait_in(&sched.asleep, ms, coop_lock());
}

uint32_t coop_now_ms(void)
{
    const struct coop_platform *platform = sched.platform;
    return platform ? platform->now_ms(platform->ctx) : 0;
}

struct coop_task *coop_self(void)
{
    return sched.running;
}

const struct coop_task *coop_task_next(const struct coop_task *task)
{
    return task ? task->next_task : sched.all;
}

/* ---- Semaphores ---- */

void coop_sem_init(struct coop_sem *sem, unsigned count)
{
    sem->waiting = NULL;
    sem->count = (uint16_t)count;
    sem->valid = true;
}

/* The unit goes straight to the first waiter: nobody can take it away between
   its waking and its turn. */
void coop_sem_signal(struct coop_sem *sem)
{
    uint32_t was = coop_lock();

    if (sem->waiting)
        make_ready(sem->waiting, true);
    else if (sem->count < UINT16_MAX)
        sem->count++;
    coop_unlock(was);
}

bool coop_sem_wait(struct coop_sem *sem, uint32_t timeout_ms)
{
    uint32_t was = coop_lock();

    if (sem->count == 0 && timeout_ms != 0)
        return wait_in(&sem->waiting, timeout_ms, was);
    bool got = sem->count > 0;
    if (got)
        sem->count--;
    coop_unlock(was);
    return got;
}

/* ---- Stack marks ---- */

void coop_paint(void *lowest, size_t n)
{
    memset(lowest, PAINT, n);
}

/* Reads what may be somebody's frame: AddressSanitizer looks away. */
__attribute__((no_sanitize("address"))) size_t coop_peak(const void *lowest,
                                                         size_t n)
{
    const unsigned char *p = lowest;
    size_t clean = 0;

    while (clean < n && p[clean] == PAINT)
        clean++;
    return n - clean;
}

size_t coop_task_peak(const struct coop_task *task)
{
    return coop_peak(task->stack.lowest + COOP_GUARD_N,
                     task->stack.n - COOP_GUARD_N);
}
