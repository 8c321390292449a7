/* SPDX-License-Identifier: MIT */
/*
 * Tasks beside main, for a program that is for OS=freertos alone. A task that
 * xTaskCreateStatic() makes runs as well; but board_stack() does not know it,
 * and it shares one errno with all of its kind.
 */
#ifndef OS_FREERTOS_H
#define OS_FREERTOS_H

#include "FreeRTOS.h"
#include "task.h"

#include "board.h"

/* Bytes of a stack that has `bytes` usable ones; for an array of unsigned char
   aligned to BOARD_GUARD_N. */
#define OS_STACK_N(bytes) \
    (((bytes) + 2u * BOARD_GUARD_N - 1u) / BOARD_GUARD_N * BOARD_GUARD_N)

struct os_task {
    /* Yours, before os_task_start(). */
    const char *name;
    unsigned char *lowest; /* of its stack, */
    size_t n;              /* OS_STACK_N() bytes */
    unsigned priority;     /* main's is 1, lwIP's TCPIP_THREAD_PRIO */

    /* os_freertos.c's. */
    StaticTask_t task;
    struct os_task *next;
    int error; /* its errno */
};

/* Starts run(arg). Everything lives as long as the task. run() never returns;
   it may end with vTaskSuspend(NULL). */
void os_task_start(struct os_task *task, void (*run)(void *arg), void *arg);

#endif
