/* SPDX-License-Identifier: MIT */
/*
 * From reset to board_start(), without startup files of a C library. The
 * first sixteen vectors are the core's; a board puts those of its interrupts
 * behind them, in section .vectors.irq.
 */
#include <stdint.h>

#include "board.h"
#include "cortexm.h"

/* Set by the linker script; only their addresses mean anything. */
extern uint32_t ld_data_load[], ld_data_start[], ld_data_end[];
extern uint32_t ld_bss_start[], ld_bss_end[];
extern uint32_t ld_irq_stack_end[];

void cortexm_reset(void);

void cortexm_reset(void)
{
    const uint32_t *from = ld_data_load;

    for (uint32_t *to = ld_data_start; to != ld_data_end;)
        *to++ = *from++;
    for (uint32_t *to = ld_bss_start; to != ld_bss_end;)
        *to++ = 0;
    board_start();
}

static const struct {
    uint32_t *stack;
    void (*entry[15])(void);
} core_vectors __attribute__((section(".vectors.core"), used)) = {
    ld_irq_stack_end,
    {
        cortexm_reset,
        cortexm_fault, /* NMI */
        cortexm_fault, /* hard fault */
        cortexm_fault, /* memory management: the MPU */
        cortexm_fault, /* bus */
        cortexm_fault, /* usage */
        cortexm_fault,
        cortexm_fault,
        cortexm_fault,
        cortexm_fault,
        os_svc,        /* SVCall */
        cortexm_fault, /* debug monitor */
        cortexm_fault,
        os_switch, /* PendSV */
        cortexm_tick,
    },
};
