/* SPDX-License-Identifier: MIT */
#include "flash_registers.h"

uint32_t flash_register(uint32_t address)
{
    return *(volatile const uint32_t *)(uintptr_t)address;
}

void flash_set_register(uint32_t address, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)address = value;
}
