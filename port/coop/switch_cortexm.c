/* SPDX-License-Identifier: MIT */
/*
 * Stack switch for Cortex-M3 and larger. Tasks run in thread mode on the
 * process stack (PSP); coop_run() and the interrupts on the main stack (MSP),
 * so a task's stack needs room for one exception frame, not for handlers.
 * Call coop_run() on the main stack, as main() is after reset.
 *
 * A switch is a call: only what a function must preserve is saved, r4-r11 and
 * the return address (r3 keeps the stack aligned to 8 bytes), with a
 * floating-point unit s16-s31 too. No exception is taken.
 */
#include "coop_arch.h"

#if __ARM_ARCH_ISA_THUMB < 2
#error "needs Thumb-2: Cortex-M3 or larger"
#endif

#if defined(__ARM_FP)
#define PUSH_KEPT "push {r3-r11, lr}\n\tvpush {s16-s31}\n\t"
#define POP_KEPT  "vpop {s16-s31}\n\tpop {r3-r11, pc}\n\t"
#define FLOAT_N   16
#else
#define PUSH_KEPT "push {r3-r11, lr}\n\t"
#define POP_KEPT  "pop {r3-r11, pc}\n\t"
#define FLOAT_N   0
#endif

/* What POP_KEPT takes off a stack. */
struct kept {
    uint32_t s16_to_s31[FLOAT_N];
    uint32_t r3_to_r11[9];
    void (*pc)(void);
};

/* CONTROL.SPSEL, bit 1: thread mode runs on PSP. */
__attribute__((naked)) void coop_context_enter(struct coop_task *task
                                               __attribute__((unused)))
{
    __asm__ volatile(PUSH_KEPT "ldr r1, [r0]\n\t"
                               "msr psp, r1\n\t"
                               "mrs r2, control\n\t"
                               "orr r2, r2, #2\n\t"
                               "msr control, r2\n\t"
                               "isb\n\t" POP_KEPT);
}

__attribute__((naked)) void coop_context_leave(struct coop_task *task
                                               __attribute__((unused)))
{
    __asm__ volatile(PUSH_KEPT "mov r1, sp\n\t"
                               "str r1, [r0]\n\t"
                               "mrs r2, control\n\t"
                               "bic r2, r2, #2\n\t"
                               "msr control, r2\n\t"
                               "isb\n\t" POP_KEPT);
}

/* r4 of the first frame is the task. */
__attribute__((naked)) static void first_step(void)
{
    __asm__ volatile("mov r0, r4\n\t"
                     "bl coop_task_main\n\t"
                     "udf #0");
}

void coop_context_make(struct coop_task *task)
{
    struct coop_stack stack = task->stack;
    struct kept *kept = (struct kept *)(void *)(stack.lowest + stack.n) - 1;

    coop_paint(stack.lowest + COOP_GUARD_N, stack.n - COOP_GUARD_N);
    kept->r3_to_r11[1] = (uint32_t)task;
    kept->pc = first_step;
    task->context = kept;
}
