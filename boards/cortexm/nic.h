/* SPDX-License-Identifier: MIT */
/*
 * A MAC that has FIFOs and no DMA, driven by nic.c. The part gives these
 * functions, and in a nic_part.h:
 *
 *     NIC_RX_DATA, NIC_TX_DATA  the FIFOs' registers, 32 bits wide
 *     NIC_IRQ, IRQS_N           its interrupt, and how many the part has
 *
 * Both FIFOs carry two bytes in front of a frame, so that words of the FIFO
 * are words of lwIP's pbufs (ETH_PAD_SIZE).
 */
#ifndef NIC_H
#define NIC_H

#include <stdbool.h>
#include <stdint.h>

/* Of a frame, counted from its two extra bytes: these, addresses and type. */
#define NIC_PAD_N    2u
#define NIC_HEADER_N 14u
#define NIC_CRC_N    4u
#define NIC_FRAME_N  1514u /* most, without extra bytes and CRC */

/* Starts MAC and PHY, receiving but with interrupts masked, and sets
   address[0..6) to what it is. */
void nic_start(uint8_t address[6]);

/* ---- Receiving: called in interrupts ---- */

/* Interrupts on, or off. */
void nic_listen(bool on);

/* Acknowledges what made the interrupt; true when frames were lost. */
bool nic_acknowledge(void);

/* Complete frames in the FIFO. */
uint32_t nic_waiting(void);

/* Takes the first word of the next frame out of the FIFO into *first. Its
   bytes, the extra two counted but not the CRC; 0 when the frame is to be
   dropped. nic.c reads the other words: as many as hold these bytes, and one
   more, in which the CRC ends. */
uint32_t nic_begin(uint32_t *first);

/* Gets rid of the frame for which nic_begin() said 0. */
void nic_drop(void);

/* ---- Sending: called under lwIP's core lock ---- */

/* Waits until the FIFO is free, and prepares it for a frame of frame_n bytes,
   extra ones not counted. What to write as the extra two. */
uint16_t nic_send(uint32_t frame_n);

/* All words of the frame are written. */
void nic_sent(void);

/* ---- PHY: called in the tcpip thread ---- */

/* A register of IEEE 802.3, 22.2.4; all are 0 where there is no PHY. */
uint32_t nic_phy(unsigned number);

/* What link and peer agreed on. */
void nic_set_full_duplex(bool full);

#endif
