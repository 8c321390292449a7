/* SPDX-License-Identifier: MIT */
/* The registers that every ARMv7-M core has, and its few instructions. */
#ifndef CORTEXM_H
#define CORTEXM_H

#include <stdint.h>

#define REG32(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define SYST_CSR   REG32(0xE000E010)
#define SYST_RVR   REG32(0xE000E014)
#define SYST_CVR   REG32(0xE000E018)
#define NVIC_ISER0 0xE000E100u
#define NVIC_IPR0  0xE000E400u
#define SCB_VTOR   REG32(0xE000ED08)
#define SCB_AIRCR  REG32(0xE000ED0C)
#define SCB_CCR    REG32(0xE000ED14)
#define SCB_SHPR2  REG32(0xE000ED1C)
#define SCB_SHPR3  REG32(0xE000ED20)
#define SCB_SHCSR  REG32(0xE000ED24)
#define SCB_CFSR   REG32(0xE000ED28)
#define SCB_HFSR   REG32(0xE000ED2C)
#define SCB_MMFAR  REG32(0xE000ED34)
#define SCB_BFAR   REG32(0xE000ED38)
#define MPU_TYPE   REG32(0xE000ED90)
#define MPU_CTRL   REG32(0xE000ED94)
#define MPU_RBAR   REG32(0xE000ED9C)
#define MPU_RASR   REG32(0xE000EDA0)

/* Priority of all interrupts here, tick included: equal, so that none
   preempts another and their handlers need no locks among themselves. It is
   the lowest, as an RTOS wants that of its own to be. */
#define CORTEXM_IRQ_PRIORITY 0xFFu

static inline void cortexm_barrier(void)
{
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

static inline void cortexm_irq_enable(unsigned irq)
{
    *(volatile uint8_t *)(uintptr_t)(NVIC_IPR0 + irq) = CORTEXM_IRQ_PRIORITY;
    REG32(NVIC_ISER0 + 4 * (irq / 32)) = 1u << (irq % 32);
}

#endif
