/* SPDX-License-Identifier: MIT */
/* Clock tree, pins and console of the LM3S6965 evaluation board. */
#include "board.h"
#include "lm3s6965.h"

#define BAUD 115200u

const uint32_t board_hz = 50000000;

/* From the internal oscillator at reset to 50 MHz: crystal of 8 MHz, PLL of
   200 MHz, by four. The order is the data sheet's. */
static void start_clock(void)
{
    uint32_t rcc = SYSCTL_RCC;

    if ((SYSCTL_DID0 & DID0_REVISION) == DID0_REVISION_A2)
        SYSCTL_LDOPC = LDOPC_2_75V; /* its PLL needs the voltage */
    rcc = (rcc | RCC_BYPASS) & ~(RCC_USESYSDIV | RCC_MOSCDIS);
    SYSCTL_RCC = rcc;
    rcc = (rcc & ~(RCC_XTAL | RCC_OSCSRC | RCC_PWRDN)) | RCC_XTAL_8MHZ;
    SYSCTL_RCC = rcc;
    rcc = (rcc & ~RCC_SYSDIV) | RCC_SYSDIV_4 | RCC_USESYSDIV;
    SYSCTL_RCC = rcc;
    while ((SYSCTL_RIS & RIS_PLL_LOCKED) == 0)
        ;
    SYSCTL_RCC = rcc & ~RCC_BYPASS;
}

static void hand_pins_over(uint32_t port, uint32_t pins)
{
    REG32(port + GPIO_AFSEL) |= pins;
    REG32(port + GPIO_DEN) |= pins;
}

static void start_console(void)
{
    uint32_t divisor = (board_hz * 4 + BAUD / 2) / BAUD; /* in 1/64 */

    UART_CTL = 0;
    UART_IBRD = divisor / 64;
    UART_FBRD = divisor % 64;
    UART_LCRH = LCRH_8N1 | LCRH_FIFO;
    UART_CTL = CTL_UARTEN | CTL_TX_AND_RX;
}

void board_part_init(void)
{
    start_clock();
    SYSCTL_RCGC1 |= RCGC1_UART0;
    SYSCTL_RCGC2 |= RCGC2_GPIOA | RCGC2_GPIOF | RCGC2_EMAC0 | RCGC2_EPHY0;
    (void)SYSCTL_RCGC2; /* a few cycles until their clocks run */
    cortexm_barrier();
    hand_pins_over(GPIOA, PINS_UART0);
    hand_pins_over(GPIOF, PINS_ETHERNET_LED);
    start_console();
}

void console_write(const char *p, size_t n)
{
    for (; n > 0; n--) {
        while ((UART_FR & FR_TXFF) != 0)
            ;
        UART_DR = (unsigned char)*p++;
    }
}

/* Differs between boards by the address, between starts only by how long they
   took: the part has no source of chance. */
uint32_t board_seed(void)
{
    return SYSCTL_USER0 ^ (SYSCTL_USER1 << 8) ^ (SYST_CVR << 4) ^ board_ms();
}
