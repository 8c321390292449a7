/* SPDX-License-Identifier: MIT */
/* Console of the MPS2: its clocks run, and its pins are what they are. */
#include "board.h"
#include "mps2.h"

#define BAUD 115200u

const uint32_t board_hz = 25000000;

void board_part_init(void)
{
    UART_BAUDDIV = (board_hz + BAUD / 2) / BAUD;
    UART_CTRL = CTRL_TX_EN;
}

void console_write(const char *p, size_t n)
{
    for (; n > 0; n--) {
        while ((UART_STATE & STATE_TX_FULL) != 0)
            ;
        UART_DATA = (unsigned char)*p++;
    }
}
