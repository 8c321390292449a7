/* SPDX-License-Identifier: MIT */
/* Registers of the LM3S6965, by the names of its data sheet. */
#ifndef LM3S6965_H
#define LM3S6965_H

#include "cortexm.h"

/* System control */
#define SYSCTL_DID0  REG32(0x400FE000)
#define SYSCTL_LDOPC REG32(0x400FE034)
#define SYSCTL_RIS   REG32(0x400FE050)
#define SYSCTL_MISC  REG32(0x400FE058)
#define SYSCTL_RCC   REG32(0x400FE060)
#define SYSCTL_RCGC1 REG32(0x400FE104)
#define SYSCTL_RCGC2 REG32(0x400FE108)
#define SYSCTL_USER0 REG32(0x400FE1E0) /* MAC address, bytes 0..2 */
#define SYSCTL_USER1 REG32(0x400FE1E4) /* MAC address, bytes 3..5 */

#define DID0_REVISION    0x0000FFFFu /* major << 8 | minor */
#define DID0_REVISION_A2 0x00000002u
#define LDOPC_2_75V      0x1Bu

#define RIS_PLL_LOCKED (1u << 6)

#define RCC_MOSCDIS   (1u << 0)
#define RCC_IOSCDIS   (1u << 1)
#define RCC_OSCSRC    (3u << 4)
#define RCC_XTAL      (15u << 6)
#define RCC_XTAL_8MHZ (14u << 6)
#define RCC_BYPASS    (1u << 11)
#define RCC_PWRDN     (1u << 13)
#define RCC_USESYSDIV (1u << 22)
#define RCC_SYSDIV    (15u << 23)
#define RCC_SYSDIV_4  (3u << 23) /* 200 MHz / 4 */

#define RCGC1_UART0 (1u << 0)
#define RCGC2_GPIOA (1u << 0)
#define RCGC2_GPIOF (1u << 5)
#define RCGC2_EMAC0 (1u << 28)
#define RCGC2_EPHY0 (1u << 30)

/* Pins */
#define GPIOA      0x40004000u
#define GPIOF      0x40025000u
#define GPIO_AFSEL 0x420u
#define GPIO_DEN   0x51Cu

#define PINS_UART0        0x03u /* PA0 receives, PA1 sends */
#define PINS_ETHERNET_LED 0x0Cu /* PF2, PF3 */

/* UART0 */
#define UART_DR   REG32(0x4000C000)
#define UART_FR   REG32(0x4000C018)
#define UART_IBRD REG32(0x4000C024)
#define UART_FBRD REG32(0x4000C028)
#define UART_LCRH REG32(0x4000C02C)
#define UART_CTL  REG32(0x4000C030)

#define FR_BUSY       (1u << 3)
#define FR_TXFF       (1u << 5)
#define LCRH_8N1      (3u << 5)
#define LCRH_FIFO     (1u << 4)
#define CTL_UARTEN    (1u << 0)
#define CTL_TX_AND_RX (3u << 8)

/* Ethernet */
#define MAC_RIS  REG32(0x40048000) /* reads: raw status */
#define MAC_IACK REG32(0x40048000) /* writes: acknowledge */
#define MAC_IM   REG32(0x40048004)
#define MAC_RCTL REG32(0x40048008)
#define MAC_TCTL REG32(0x4004800C)
#define MAC_DATA REG32(0x40048010)
#define MAC_IA0  REG32(0x40048014)
#define MAC_IA1  REG32(0x40048018)
#define MAC_THR  REG32(0x4004801C)
#define MAC_MCTL REG32(0x40048020)
#define MAC_MDV  REG32(0x40048024)
#define MAC_MTXD REG32(0x4004802C)
#define MAC_MRXD REG32(0x40048030)
#define MAC_NP   REG32(0x40048034)
#define MAC_TR   REG32(0x40048038)

#define MAC_IRQ 42u
#define IRQS_N  44u

#define INT_RX   (1u << 0)
#define INT_TXER (1u << 1)
#define INT_FOV  (1u << 3)
#define INT_RXER (1u << 4)
#define INT_ALL  0x7Fu

#define RCTL_RXEN    (1u << 0)
#define RCTL_AMUL    (1u << 1)
#define RCTL_BADCRC  (1u << 3)
#define RCTL_RSTFIFO (1u << 4)

#define TCTL_TXEN   (1u << 0)
#define TCTL_PADEN  (1u << 1)
#define TCTL_CRC    (1u << 2)
#define TCTL_DUPLEX (1u << 4)

#define THR_WHOLE_FRAME 0x3Fu
#define NP_FRAMES       0x3Fu
#define TR_NEWTX        1u

#define MCTL_START       (1u << 0)
#define MCTL_REGISTER(n) ((uint32_t)(n) << 3)

#endif
