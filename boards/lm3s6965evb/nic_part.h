/* SPDX-License-Identifier: MIT */
/* Where nic.c finds the FIFOs and the interrupt of this part. */
#ifndef NIC_PART_H
#define NIC_PART_H

#include "lm3s6965.h"

#define NIC_RX_DATA MAC_DATA /* reads take, */
#define NIC_TX_DATA MAC_DATA /* writes give */
#define NIC_IRQ     MAC_IRQ

#endif
