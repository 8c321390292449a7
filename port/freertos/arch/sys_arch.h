/* SPDX-License-Identifier: MIT */
/*
 * lwIP's operating system types on FreeRTOS, V9.0.0 or later. They contain the
 * kernel's static objects themselves: whoever holds a sys_sem_t (a netconn,
 * say) holds all its memory. So there are no pools here that could run out;
 * the numbers are lwIP's own (MEMP_NUM_NETCONN and so on), and what is one too
 * many is ERR_MEM there, as everywhere.
 *
 * Nothing is allocated: configSUPPORT_DYNAMIC_ALLOCATION may be 0, and no
 * heap_x.c is needed.
 *
 * From interrupts: sys_mbox_trypost_fromisr(), sys_mbox_trypost(),
 * sys_sem_signal() and SYS_ARCH_PROTECT(), and so pbuf_alloc() and pbuf_free()
 * of lwIP's, at the priorities at which FreeRTOS allows its own calls
 * (configMAX_SYSCALL_INTERRUPT_PRIORITY). What they wake runs when the
 * interrupt ends. Everything else is for tasks.
 */
#ifndef LWURL_FREERTOS_ARCH_SYS_ARCH_H
#define LWURL_FREERTOS_ARCH_SYS_ARCH_H

#include "lwip/opt.h"
#include "lwip/def.h"

#include "FreeRTOS.h"
#include "queue.h"
#include "semphr.h"
#include "task.h"

#ifdef __cplusplus
extern "C" {
#endif

#if configSUPPORT_STATIC_ALLOCATION != 1
#error "port/freertos: FreeRTOSConfig.h: configSUPPORT_STATIC_ALLOCATION 1"
#endif
#if configUSE_MUTEXES != 1 || configUSE_COUNTING_SEMAPHORES != 1
#error "port/freertos: configUSE_MUTEXES 1, configUSE_COUNTING_SEMAPHORES 1"
#endif
#if INCLUDE_vTaskSuspend != 1 || INCLUDE_vTaskDelay != 1
#error "port/freertos: INCLUDE_vTaskSuspend 1, INCLUDE_vTaskDelay 1"
#endif
#if LWIP_NETCONN_SEM_PER_THREAD
#error "port/freertos: LWIP_NETCONN_SEM_PER_THREAD 0: each netconn has its own"
#endif

/* Slots of every mailbox, 4 bytes each: two mailboxes in a netconn and the
   tcpip thread's own. */
#ifndef SYS_MBOX_SLOTS
#define SYS_MBOX_SLOTS        \
    LWIP_MAX(TCPIP_MBOX_SIZE, \
             LWIP_MAX(DEFAULT_TCP_RECVMBOX_SIZE, DEFAULT_UDP_RECVMBOX_SIZE))
#endif

/* Whether an interrupt runs. The kernel's ports that have no such function
   need one of yours; 0 where interrupts never call lwIP. */
#ifndef SYS_IN_INTERRUPT
#define SYS_IN_INTERRUPT() (xPortIsInsideInterrupt() != pdFALSE)
#endif

#define SYS_SEM_NULL NULL

/* A handle of NULL is an object that is not valid. */
typedef struct {
    SemaphoreHandle_t handle;
    StaticSemaphore_t object;
} sys_sem_t;

/* The holder inherits the priority of who waits. */
typedef struct {
    SemaphoreHandle_t handle;
    TaskHandle_t owner;
    StaticSemaphore_t object;
} sys_mutex_t;

typedef struct {
    QueueHandle_t handle;
    StaticQueue_t object;
    void *slot[SYS_MBOX_SLOTS];
} sys_mbox_t;

typedef UBaseType_t sys_prot_t;

/* The tcpip thread, and its memory. */
struct sys_thread {
    TaskHandle_t handle; /* NULL: does not run yet */
    const char *name;
    StackType_t *stack;
    size_t stack_n; /* bytes */
};
typedef const struct sys_thread *sys_thread_t;

/* For who looks at stacks: lwIP's thread, started or not. */
sys_thread_t sys_tcpip_thread(void);

#ifdef __cplusplus
}
#endif

#endif
