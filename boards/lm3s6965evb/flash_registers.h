/* SPDX-License-Identifier: MIT */
/* The flash controller of the LM3S6965, by the names of its data sheet. Its
   registers are reached by two functions, so that a model can stand in. */
#ifndef FLASH_REGISTERS_H
#define FLASH_REGISTERS_H

#include <stdint.h>

#define FLASH_FMA    0x400FD000u /* address */
#define FLASH_FMD    0x400FD004u /* data */
#define FLASH_FMC    0x400FD008u /* control */
#define FLASH_FCRIS  0x400FD00Cu /* raw interrupt status */
#define FLASH_FCMISC 0x400FD014u /* and clear */
#define FLASH_USECRL 0x400FE140u /* microsecond reload: MHz - 1 */

#define FMC_KEY   0xA4420000u
#define FMC_WRITE (1u << 0)
#define FMC_ERASE (1u << 1)

#define FC_ACCESS (1u << 0) /* the page is protected */

#define FLASH_PAGE 1024u
#define FLASH_WORD 4u

uint32_t flash_register(uint32_t address);
void flash_set_register(uint32_t address, uint32_t value);

#endif
