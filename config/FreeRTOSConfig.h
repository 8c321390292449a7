/* SPDX-License-Identifier: MIT */
/*
 * FreeRTOS for the boards of lwurl (OS=freertos), V9.0.0 or later: no heap, a
 * fault where something is wrong. Your own product keeps its own file; what
 * port/freertos needs of that is the first block, and it checks it.
 *
 * The machine's half (clock, priorities, vectors, what an assertion does)
 * comes from a freertos_board.h on the include path.
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#include <stdint.h>

#if defined(__has_include)
#if __has_include("freertos_board.h")
#include "freertos_board.h"
#endif
#endif

/* ---- What port/freertos needs ---- */

#define configSUPPORT_STATIC_ALLOCATION 1
#define configUSE_MUTEXES               1
#define configUSE_COUNTING_SEMAPHORES   1
#define INCLUDE_vTaskSuspend            1 /* portMAX_DELAY is for ever */
#define INCLUDE_vTaskDelay              1

/* 1000 or a divisor of it, in ticks of 32 bits: then milliseconds are ticks
   times a number, and wrap with them. */
#ifndef configTICK_RATE_HZ
#define configTICK_RATE_HZ 1000
#endif
#define configUSE_16_BIT_TICKS 0

/* ---- What the boards want ---- */

/* Links no heap_x.c: whoever wants memory at run time fails to link. */
#define configSUPPORT_DYNAMIC_ALLOCATION 0

#define configUSE_PREEMPTION   1
#define configUSE_TIME_SLICING 1

/* 0 sleeps, 1 is for tasks that fetch, 3 for lwIP (TCPIP_THREAD_PRIO). */
#ifndef configMAX_PRIORITIES
#define configMAX_PRIORITIES 5
#endif

/* Looks at the last bytes of a stack at each switch; it also paints stacks,
   which is how their use is measured. */
#define configCHECK_FOR_STACK_OVERFLOW 2

/* Words of the sleeping task's stack. */
#define configMINIMAL_STACK_SIZE 96
#define configSTACK_DEPTH_TYPE   uint32_t
#define configMAX_TASK_NAME_LEN  16

#define configUSE_IDLE_HOOK   1
#define configUSE_TICK_HOOK   0
#define configUSE_TIMERS      0
#define configUSE_CO_ROUTINES 0

#define INCLUDE_xTaskGetSchedulerState    1
#define INCLUDE_xTaskGetCurrentTaskHandle 1
#define INCLUDE_vTaskDelete               1
#define INCLUDE_vTaskPrioritySet          1
#define INCLUDE_uxTaskPriorityGet         1

#endif
