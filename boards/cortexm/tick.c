/* SPDX-License-Identifier: MIT */
/* The clock: SysTick, one interrupt per millisecond. */
#include "board.h"
#include "cortexm.h"

#define CSR_ENABLE    1u
#define CSR_TICKINT   2u
#define CSR_CORECLOCK 4u

static volatile uint32_t ticks_ms;

void cortexm_tick_init(void)
{
    SCB_SHPR3 = CORTEXM_IRQ_PRIORITY << 24;
    SYST_RVR = board_hz / 1000 - 1;
    SYST_CVR = 0;
    SYST_CSR = CSR_CORECLOCK | CSR_TICKINT | CSR_ENABLE;
}

void cortexm_tick(void)
{
    ticks_ms++;
    board_eth_tick();
    os_tick();
}

uint32_t board_ms(void)
{
    return ticks_ms;
}
