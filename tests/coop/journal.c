/* SPDX-License-Identifier: MIT */
#include "journal.h"

#include <stdio.h>
#include <string.h>

#include "coop/clock_virtual.h"

COOP_STACK(stack_0, STACK_N);
COOP_STACK(stack_1, STACK_N);
COOP_STACK(stack_2, STACK_N);
COOP_STACK(stack_3, STACK_N);

struct coop_task task_0, task_1, task_2, task_3;
char A[] = "A", B[] = "B", C[] = "C", M[] = "M";
char journal[256];

void note(char c)
{
    size_t n = strlen(journal);
    snprintf(journal + n, sizeof journal - n, "%c", c);
}

void note_at(char c)
{
    size_t n = strlen(journal);
    snprintf(journal + n, sizeof journal - n, "%c%u ", c,
             (unsigned)coop_now_ms());
}

void note_event(void *name)
{
    size_t n = strlen(journal);
    snprintf(journal + n, sizeof journal - n, "%s%u ", (const char *)name,
             (unsigned)coop_virtual_now_us());
}

int reset(void **state)
{
    (void)state;
    journal[0] = '\0';
    coop_virtual_reset(0, UINT64_MAX);
    return 0;
}

void start(struct coop_task *task, int (*run)(void *), void *arg)
{
    struct coop_stack stack = stack_3;

    if (task == &task_0)
        stack = stack_0;
    if (task == &task_1)
        stack = stack_1;
    if (task == &task_2)
        stack = stack_2;
    coop_task_start(task, "", run, arg, stack);
}

int run_main(int (*run)(void *), void *arg)
{
    start(&task_0, run, arg);
    return coop_run(&coop_virtual, &task_0);
}
