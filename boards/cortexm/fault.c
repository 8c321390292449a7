/* SPDX-License-Identifier: MIT */
/* A fault ends the program: what happened and where, then an exit code. */
#include "board.h"
#include "cortexm.h"
#include "supply.h"

#define SHCSR_ENABLE_MEMORY_BUS_USAGE (7u << 16)
#define CCR_DIVISION_BY_ZERO          (1u << 4)

#define CFSR_MEMORY     0x000000ffu
#define CFSR_BUS        0x0000ff00u
#define CFSR_USAGE      0xffff0000u
#define CFSR_MMARVALID  (1u << 7)
#define CFSR_BFARVALID  (1u << 15)
#define CFSR_LOST_FRAME ((1u << 4) | (1u << 12)) /* MSTKERR, STKERR */

/* What the core pushes at an exception. */
enum { FRAME_LR = 5, FRAME_PC = 6, FRAME_WORDS = 8 };

/* Below the stack at the start of RAM there is nothing: all of that counts as
   its guard. */
#define NOTHING_BELOW 0x10000u

extern char ld_ram_start[], ld_ram_size[];

_Noreturn void cortexm_fault_report(const uint32_t *frame);

/*
 * Every vector that is not served. The MPU goes off first, so that a report
 * can read and use a stack that ran into its guard. Where interrupts' own
 * stack has too little room left for the report, it starts again at its top:
 * the frame is then at the other end of it.
 */
__attribute__((naked)) void cortexm_fault(void)
{
    __asm__ volatile("cpsid i\n\t"
                     "ldr   r2, =0xE000ED94\n\t" /* MPU_CTRL */
                     "movs  r3, #0\n\t"
                     "str   r3, [r2]\n\t"
                     "dsb\n\t"
                     "isb\n\t"
                     "mrs   r0, msp\n\t"
                     "ldr   r2, =ld_irq_stack_start + 256\n\t"
                     "ldr   r3, =ld_irq_stack_end\n\t"
                     "cmp   r0, r2\n\t"
                     "it    lo\n\t"
                     "msrlo msp, r3\n\t"
                     "tst   lr, #4\n\t" /* EXC_RETURN: which stack it was */
                     "it    ne\n\t"
                     "mrsne r0, psp\n\t"
                     "b     cortexm_fault_report\n\t"
                     ".ltorg");
}

static void print_at(const char *label, uint32_t value)
{
    console_puts(label);
    console_hex32(value);
}

static bool guards(const struct board_stack *stack, uint32_t address)
{
    uint32_t lowest = (uint32_t)(uintptr_t)stack->lowest;
    uint32_t below = 0;

    if (lowest == (uint32_t)(uintptr_t)ld_ram_start)
        below = NOTHING_BELOW;
    return address - (lowest - below) < below + BOARD_GUARD_N;
}

/* Only two stacks are guarded: that of interrupts, and the running task's. */
static const char *overflowed(uint32_t address)
{
    struct board_stack stack;

    if (os_stack_running(&stack) && guards(&stack, address))
        return stack.name;
    if (board_stack(0, &stack) && guards(&stack, address))
        return stack.name;
    return NULL;
}

static int cause_of(uint32_t cfsr, const char *stack)
{
    if (stack != NULL)
        return BOARD_EXIT_STACK;
    if ((cfsr & CFSR_MEMORY) != 0)
        return BOARD_EXIT_MEMORY;
    if ((cfsr & CFSR_BUS) != 0)
        return BOARD_EXIT_BUS;
    if ((cfsr & CFSR_USAGE) != 0)
        return BOARD_EXIT_USAGE;
    return BOARD_EXIT_HARD;
}

static const char *cause_text(int cause)
{
    switch (cause) {
    case BOARD_EXIT_STACK:
        return "stack overflow";
    case BOARD_EXIT_MEMORY:
        return "memory access";
    case BOARD_EXIT_BUS:
        return "bus";
    case BOARD_EXIT_USAGE:
        return "usage";
    case BOARD_EXIT_INTERRUPT:
        return "unexpected interrupt";
    default:
        return "hard";
    }
}

/* A frame that was pushed into a guard, or next to no memory at all, cannot
   be read back. */
static bool readable(const uint32_t *frame, uint32_t cfsr)
{
    uint32_t offset =
        (uint32_t)(uintptr_t)frame - (uint32_t)(uintptr_t)ld_ram_start;
    uint32_t size = (uint32_t)(uintptr_t)ld_ram_size;

    return (cfsr & CFSR_LOST_FRAME) == 0 && offset < size &&
           size - offset >= FRAME_WORDS * sizeof *frame;
}

/* The name of the stack that overflowed, or NULL. */
static const char *overflow_of(const uint32_t *frame, uint32_t cfsr)
{
    const char *stack = NULL;

    if ((cfsr & CFSR_MEMORY) == 0)
        return NULL;
    if ((cfsr & CFSR_MMARVALID) != 0)
        stack = overflowed(SCB_MMFAR);
    if (stack == NULL)
        stack = overflowed((uint32_t)(uintptr_t)frame);
    return stack;
}

static uint32_t exception_number(void)
{
    uint32_t ipsr;

    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    return ipsr;
}

void cortexm_fault_report(const uint32_t *frame)
{
    uint32_t cfsr = SCB_CFSR;
    uint32_t number = exception_number();
    const char *stack = overflow_of(frame, cfsr);
    int cause = cause_of(cfsr, stack);

    if (number == 2 || number > 6)
        cause = BOARD_EXIT_INTERRUPT;
    console_puts("\nFAULT: ");
    console_puts(cause_text(cause));
    if (stack != NULL) {
        console_puts(" of ");
        console_puts(stack);
    }
    if (readable(frame, cfsr)) {
        print_at(" at ", frame[FRAME_PC]);
        print_at(" called from ", frame[FRAME_LR]);
    }
    if ((cfsr & CFSR_MMARVALID) != 0)
        print_at(" accessing ", SCB_MMFAR);
    if ((cfsr & CFSR_BFARVALID) != 0)
        print_at(" accessing ", SCB_BFAR);
    print_at("\n  sp ", (uint32_t)(uintptr_t)frame);
    print_at(" cfsr ", cfsr);
    print_at(" hfsr ", SCB_HFSR);
    console_puts(" exception ");
    console_u32(number);
    console_puts("\n");
    supply_exit(cause);
}

void cortexm_fault_init(void)
{
    SCB_SHCSR |= SHCSR_ENABLE_MEMORY_BUS_USAGE;
    SCB_CCR |= CCR_DIVISION_BY_ZERO;
}

void board_die(const char *why)
{
    __asm__ volatile("cpsid i");
    console_puts("\nDIED: ");
    console_puts(why);
    console_puts("\n");
    supply_exit(BOARD_EXIT_DIE);
}
