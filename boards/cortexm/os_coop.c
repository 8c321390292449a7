/* SPDX-License-Identifier: MIT */
/* The board's tasks on port/coop: tick, sleep, guard and the main task. */
#include "coop/coop.h"

#include "board.h"

#if COOP_GUARD_N != 32
#error "the MPU's guard is 32 bytes"
#endif

/* At the start of RAM: see mpu.c. */
static unsigned char main_stack[COOP_STACK_N(BOARD_MAIN_STACK)]
    __attribute__((section(".stack.main"), aligned(COOP_GUARD_N)));
static struct coop_task main_task;

static uint32_t now_ms(void *unused)
{
    (void)unused;
    return board_ms();
}

/* Any interrupt ends it, the tick at the latest. */
static int sleep_until_interrupt(void *unused, uint32_t max_ms)
{
    (void)unused;
    if (max_ms != 0)
        __asm__ volatile("dsb\n\twfi" ::: "memory");
    return 0;
}

static void enter(void *unused, const struct coop_task *task)
{
    (void)unused;
    cortexm_guard(task->stack.lowest);
}

static void stuck(void *unused, int reason)
{
    (void)unused;
    if (reason == COOP_OVERFLOW)
        board_die("a task's stack is full to its last word");
    board_die("the scheduler gave up");
}

static const struct coop_platform platform = {
    .now_ms = now_ms,
    .idle = sleep_until_interrupt,
    .enter = enter,
    .stuck = stuck,
};

static int run_main(void *line)
{
    board_main(line);
}

void os_run(char *line)
{
    const struct coop_stack stack = {main_stack, sizeof main_stack};

    cortexm_mpu_init();
    coop_task_start(&main_task, "main", run_main, line, stack);
    board_exit(coop_run(&platform, &main_task));
}

/* ---- Vectors: no exception is of use here ---- */

void os_tick(void)
{
}

__attribute__((naked)) void os_svc(void)
{
    __asm__ volatile("b cortexm_fault");
}

__attribute__((naked)) void os_switch(void)
{
    __asm__ volatile("b cortexm_fault");
}

/* ---- Stacks ---- */

static void describe(const struct coop_task *task, struct board_stack *out)
{
    out->name = task->name;
    out->lowest = task->stack.lowest;
    out->n = task->stack.n;
    out->used_n = coop_task_peak(task);
}

bool os_stack(unsigned i, struct board_stack *out)
{
    const struct coop_task *task = coop_task_next(NULL);

    while (task != NULL && i-- > 0)
        task = coop_task_next(task);
    if (task != NULL)
        describe(task, out);
    return task != NULL;
}

bool os_stack_running(struct board_stack *out)
{
    const struct coop_task *task = coop_self();

    if (task != NULL)
        describe(task, out);
    return task != NULL;
}
