/* SPDX-License-Identifier: MIT */
/* Where nic.c finds the FIFOs and the interrupt of this part. */
#ifndef NIC_PART_H
#define NIC_PART_H

#include "mps2.h"

#define NIC_RX_DATA ETH_RX_DATA
#define NIC_TX_DATA ETH_TX_DATA
#define NIC_IRQ     ETH_IRQ

#endif
