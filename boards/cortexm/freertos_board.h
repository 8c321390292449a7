/* SPDX-License-Identifier: MIT */
/* The machine's half of config/FreeRTOSConfig.h. */
#ifndef FREERTOS_BOARD_H
#define FREERTOS_BOARD_H

#include "board.h"
#include "cortexm.h"

#define configCPU_CLOCK_HZ board_hz

/* The kernel's own interrupts are the lowest, as the boards' are, so nic.c's
   and the tick still do not preempt each other. 0x80 and above (in numbers)
   may call FreeRTOS and lwIP; below it an interrupt is never held up, and may
   not. */
#define configKERNEL_INTERRUPT_PRIORITY      CORTEXM_IRQ_PRIORITY
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x80u

/* startup.c's names; the tick is cortexm_tick()'s, which calls os_tick(). */
#define vPortSVCHandler    os_svc
#define xPortPendSVHandler os_switch

#define configASSERT(good)    \
    do {                      \
        if (!(good))          \
            board_die(#good); \
    } while (0)

/* The MPU's guard goes with the task. */
void os_switched_in(const void *stack);
#define traceTASK_SWITCHED_IN() os_switched_in(pxCurrentTCB->pxStack)

/* Where errno is: see os_freertos.c. */
#define configNUM_THREAD_LOCAL_STORAGE_POINTERS 1

#endif
