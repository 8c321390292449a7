/* SPDX-License-Identifier: MIT */
/*
 * What coop needs of a machine: a lock against interrupts, and the change from
 * one stack to another (switch_*.c). Not for applications.
 */
#ifndef COOP_ARCH_H
#define COOP_ARCH_H

#include "coop.h"

#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'

/* Masks all interrupts and tells whether they were masked; nests. */
static inline uint32_t coop_lock(void)
{
    uint32_t was;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(was) : : "memory");
    return was;
}

static inline void coop_unlock(uint32_t was)
{
    __asm__ volatile("msr primask, %0" : : "r"(was) : "memory");
}

#else /* a PC: one thread, nothing interrupts */

static inline uint32_t coop_lock(void)
{
    return 0;
}

static inline void coop_unlock(uint32_t was)
{
    (void)was;
}

#endif

/* Paints the task's stack and lays it out so that the first
   coop_context_enter() calls coop_task_main(task) on it. */
void coop_context_make(struct coop_task *task);

/* From coop_run()'s stack into the task; returns when the task leaves. */
void coop_context_enter(struct coop_task *task);

/* From the running task back; returns at the next enter, if ever. */
void coop_context_leave(struct coop_task *task);

/* coop.c's: runs the task to its end, then leaves for good. */
void coop_task_main(struct coop_task *task);

#endif
