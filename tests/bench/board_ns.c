/* SPDX-License-Identifier: MIT */
#include "board_ns.h"

#include "board.h"
#include "cortexm.h"

/* Cycles count down within a millisecond; read again when one ended. */
uint64_t board_ns(void)
{
    uint32_t ms, left;

    do {
        ms = board_ms();
        left = SYST_CVR;
    } while (ms != board_ms());
    return (uint64_t)ms * 1000000u +
           (uint64_t)(SYST_RVR - left) * 1000000u / (SYST_RVR + 1);
}
