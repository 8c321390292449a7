/* SPDX-License-Identifier: MIT */
/* Registers of the MPS2's AN385 image: Arm's CMSDK UART, and the LAN9118 by
   the names of its data sheet. */
#ifndef MPS2_H
#define MPS2_H

#include "cortexm.h"

/* UART0 */
#define UART_DATA    REG32(0x40004000)
#define UART_STATE   REG32(0x40004004)
#define UART_CTRL    REG32(0x40004008)
#define UART_BAUDDIV REG32(0x40004010)

#define STATE_TX_FULL (1u << 0)
#define CTRL_TX_EN    (1u << 0)

/* LAN9118: FIFOs and registers */
#define ETH_RX_DATA      REG32(0x40200000)
#define ETH_TX_DATA      REG32(0x40200020)
#define ETH_RX_STATUS    REG32(0x40200040)
#define ETH_IRQ_CFG      REG32(0x40200054)
#define ETH_INT_STS      REG32(0x40200058)
#define ETH_INT_EN       REG32(0x4020005C)
#define ETH_BYTE_TEST    REG32(0x40200064)
#define ETH_FIFO_INT     REG32(0x40200068)
#define ETH_RX_CFG       REG32(0x4020006C)
#define ETH_TX_CFG       REG32(0x40200070)
#define ETH_HW_CFG       REG32(0x40200074)
#define ETH_RX_FIFO_INF  REG32(0x4020007C)
#define ETH_TX_FIFO_INF  REG32(0x40200080)
#define ETH_PMT_CTRL     REG32(0x40200084)
#define ETH_FREE_RUN     REG32(0x4020009C) /* counts at 25 MHz */
#define ETH_MAC_CSR_CMD  REG32(0x402000A4)
#define ETH_MAC_CSR_DATA REG32(0x402000A8)
#define ETH_E2P_CMD      REG32(0x402000B0)

#define ETH_IRQ 13u
#define IRQS_N  32u

#define BYTE_TEST_READY 0x87654321u
#define PMT_CTRL_READY  (1u << 0)
#define E2P_CMD_BUSY    (1u << 31)

/* The pin: pushes and pulls, high when there is an interrupt. */
#define IRQ_CFG_TYPE (1u << 0)
#define IRQ_CFG_POL  (1u << 4)
#define IRQ_CFG_EN   (1u << 8)

#define INT_RSFL (1u << 3) /* more frames than FIFO_INT says: than none */
#define INT_RXDF (1u << 6) /* a frame was dropped */
#define INT_ALL  0xFFFFFFFFu

#define HW_CFG_RESET    (1u << 0)
#define HW_CFG_SF       (1u << 20) /* must be one */
#define HW_CFG_TX_FIFOS (5u << 16) /* 5 KB; the rest is for receiving */

#define RX_CFG_OFFSET(n)         ((uint32_t)(n) << 8)
#define RX_STATUS_ERROR          (1u << 15)
#define RX_STATUS_LENGTH(status) ((status) >> 16 & 0x3FFFu)
#define RX_FIFO_FRAMES(info)     ((info) >> 16 & 0xFFu)

#define TX_CFG_STOP         (1u << 0)
#define TX_CFG_ON           (1u << 1)
#define TX_CFG_LOSE_STATUS  (1u << 2) /* nobody reads them */
#define TX_CFG_DUMP_DATA    (1u << 14)
#define TX_FIFO_ROOM(info)  ((info)&0xFFFFu)
#define TX_CMD_A_OFFSET(n)  ((uint32_t)(n) << 16)
#define TX_CMD_A_FIRST_LAST (3u << 12)

/* Behind MAC_CSR_CMD */
#define MAC_CSR_BUSY (1u << 31)
#define MAC_CSR_READ (1u << 30)

#define MAC_CR       1u
#define MAC_ADDRH    2u
#define MAC_ADDRL    3u
#define MAC_MII_ACC  6u
#define MAC_MII_DATA 7u

#define MAC_CR_RXEN   (1u << 2)
#define MAC_CR_TXEN   (1u << 3)
#define MAC_CR_MCPAS  (1u << 19) /* all multicast */
#define MAC_CR_FDPX   (1u << 20)
#define MAC_CR_RCVOWN (1u << 23) /* hears nothing while it sends */

#define MII_BUSY      (1u << 0)
#define MII_PHY       (1u << 11) /* the one inside */
#define MII_NUMBER(n) ((uint32_t)(n) << 6)

#endif
