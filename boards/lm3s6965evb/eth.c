/* SPDX-License-Identifier: MIT */
/*
 * The Ethernet MAC and PHY of the LM3S6965, for nic.c. It has a FIFO of 2 KB
 * for each direction. The two extra bytes in front of a frame are a length: of
 * everything, CRC and itself included, when receiving; of what follows the
 * header when sending.
 */
#include "board.h"
#include "nic.h"
#include "nic_part.h"

#define FIFO_N    2048u
#define MII_HZ    2500000u /* the most that a PHY has to take */
#define TX_MAX_MS 3u       /* a full frame takes 1.2 ms at 10 Mbit/s */

#define LISTEN (INT_RX | INT_FOV | INT_RXER)

/* The board's address lies in two registers of the flash controller, three
   bytes each. Where nobody has written it: a locally administered one. */
static void read_address(uint8_t address[6])
{
    uint32_t low = SYSCTL_USER0;
    uint32_t high = SYSCTL_USER1;

    if (low == 0xFFFFFFFFu || high == 0xFFFFFFFFu) {
        low = 0x000002;
        high = 0x010000;
    }
    for (unsigned i = 0; i < 3; i++) {
        address[i] = (uint8_t)(low >> (8 * i));
        address[3 + i] = (uint8_t)(high >> (8 * i));
    }
}

static void reset_fifo(void)
{
    uint32_t control = RCTL_BADCRC | RCTL_AMUL;

    MAC_RCTL = control;
    MAC_RCTL = control | RCTL_RSTFIFO;
    MAC_RCTL = control | RCTL_RXEN;
}

void nic_start(uint8_t address[6])
{
    read_address(address);
    MAC_IM = 0;
    MAC_IACK = INT_ALL;
    MAC_MDV = board_hz / (2 * MII_HZ) - 1;
    MAC_IA0 = address[0] | (uint32_t)address[1] << 8 |
              (uint32_t)address[2] << 16 | (uint32_t)address[3] << 24;
    MAC_IA1 = address[4] | (uint32_t)address[5] << 8;
    MAC_THR = THR_WHOLE_FRAME;
    nic_set_full_duplex(false);
    reset_fifo();
}

/* ---- Receiving ---- */

void nic_listen(bool on)
{
    MAC_IM = on ? LISTEN : 0;
}

/* The chip does not say again that a frame is there: nic.c takes all. */
bool nic_acknowledge(void)
{
    uint32_t status = MAC_RIS & LISTEN;

    MAC_IACK = status;
    return (status & INT_FOV) != 0;
}

uint32_t nic_waiting(void)
{
    return MAC_NP & NP_FRAMES;
}

uint32_t nic_begin(uint32_t *first)
{
    uint32_t length;

    *first = MAC_DATA;
    length = *first & 0xFFFFu;
    if (length < NIC_PAD_N + NIC_HEADER_N + NIC_CRC_N || length > FIFO_N)
        return 0;
    return length - NIC_CRC_N;
}

/* With a wrong length nothing tells where the next frame begins. */
void nic_drop(void)
{
    reset_fifo();
}

/* ---- Sending ---- */

/* The frame before may still be leaving. One that never does (a bus full of
   collisions) is given up: that acknowledgement resets the FIFO. */
uint16_t nic_send(uint32_t frame_n)
{
    uint32_t since_ms = board_ms();

    while ((MAC_TR & TR_NEWTX) != 0) {
        if (board_ms() - since_ms <= TX_MAX_MS)
            continue;
        MAC_IACK = INT_TXER;
        break;
    }
    return (uint16_t)(frame_n - NIC_HEADER_N);
}

void nic_sent(void)
{
    MAC_TR = TR_NEWTX;
}

/* ---- PHY ---- */

uint32_t nic_phy(unsigned number)
{
    MAC_MCTL = MCTL_REGISTER(number) | MCTL_START;
    while ((MAC_MCTL & MCTL_START) != 0) /* 64 bits: 26 us */
        ;
    return MAC_MRXD & 0xFFFFu;
}

void nic_set_full_duplex(bool full)
{
    MAC_TCTL = TCTL_TXEN | TCTL_PADEN | TCTL_CRC | (full ? TCTL_DUPLEX : 0);
}
