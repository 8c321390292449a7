/* SPDX-License-Identifier: MIT */
/*
 * Stack switch for a PC. The task's context lies at the high end of its own
 * stack. ucontext makes it; then setjmp() and longjmp() go to and fro, since
 * setcontext() asks the kernel each time. AddressSanitizer is told about each
 * change, else it takes the other stack for an error; it forgets what it knows
 * of a stack at a longjmp(), so there ucontext does it all.
 */
#define _GNU_SOURCE
#include <ucontext.h>

#include <setjmp.h>
#include <string.h>

#include "coop_arch.h"

/* gcc's own pair spares what the C library does for threads at each jump;
   clang does not have it on all machines. */
#if defined(__GNUC__) && !defined(__clang__)
typedef void *jump_mark[5];
#define MARK_JUMP(mark) __builtin_setjmp(mark)
#define JUMP_TO(mark)   __builtin_longjmp(mark, 1)
#else
typedef jmp_buf jump_mark;
#define MARK_JUMP(mark) _setjmp(mark)
#define JUMP_TO(mark)   _longjmp(mark, 1)
#endif

struct side {
    ucontext_t registers;
    jump_mark jump;
    bool left;        /* jump is set */
    void *fake_stack; /* AddressSanitizer's */
    const void *lowest;
    size_t n;
};

static struct side scheduler;
static struct coop_task *entering;

#ifndef __has_feature /* clang's way to ask, gcc has a macro of its own */
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

static void before_switch(struct side *from, const struct side *to, bool last)
{
    __sanitizer_start_switch_fiber(last ? NULL : &from->fake_stack, to->lowest,
                                   to->n);
}

static void after_switch(struct side *to, struct side *from)
{
    __sanitizer_finish_switch_fiber(to->fake_stack, &from->lowest, &from->n);
}

/* Frames that an earlier task never left may still be marked. */
static void forget_frames(struct coop_stack stack)
{
    __asan_unpoison_memory_region(stack.lowest, stack.n);
}

/* swapcontext() would do, but AddressSanitizer warns at each of its users. */
static void leave_for(struct side *from, struct side *to)
{
    volatile bool back = false;

    getcontext(&from->registers); /* returns again when we are hopped to */
    if (back)
        return;
    back = true;
    setcontext(&to->registers);
}

#else

static void before_switch(struct side *from, const struct side *to, bool last)
{
    (void)from;
    (void)to;
    (void)last;
}

static void after_switch(struct side *to, struct side *from)
{
    (void)to;
    (void)from;
}

static void forget_frames(struct coop_stack stack)
{
    (void)stack;
}

/* A function of its own: gcc does not take a mark and jump in the same one. */
static __attribute__((noinline)) void go_on(struct side *side)
{
    if (side->left)
        JUMP_TO(side->jump);
    setcontext(&side->registers);
}

static __attribute__((noinline)) void leave_for(struct side *from,
                                                struct side *to)
{
    from->left = true;
    if (MARK_JUMP(from->jump) == 0)
        go_on(to);
}

#endif

static void hop(struct side *from, struct side *to, bool last)
{
    before_switch(from, to, last);
    leave_for(from, to);
    after_switch(from, to);
}

static void first_step(void)
{
    struct coop_task *task = entering;

    after_switch(task->context, &scheduler);
    coop_task_main(task);
}

void coop_context_make(struct coop_task *task)
{
    struct coop_stack stack = task->stack;
    size_t n = (stack.n - sizeof(struct side)) & ~(size_t)63;
    struct side *side;

    forget_frames(stack);
    coop_paint(stack.lowest + COOP_GUARD_N, stack.n - COOP_GUARD_N);
    side = (struct side *)(void *)(stack.lowest + n);
    memset(side, 0, sizeof *side);
    side->lowest = stack.lowest;
    side->n = n;
    getcontext(&side->registers);
    side->registers.uc_stack.ss_sp = stack.lowest;
    side->registers.uc_stack.ss_size = n;
    makecontext(&side->registers, first_step, 0);
    task->context = side;
}

void coop_context_enter(struct coop_task *task)
{
    entering = task;
    hop(&scheduler, task->context, false);
}

void coop_context_leave(struct coop_task *task)
{
    hop(task->context, &scheduler, task->ended);
}
