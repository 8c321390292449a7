/* SPDX-License-Identifier: MIT */
/*
 * lwIP's operating system layer (lwip/sys.h) on FreeRTOS; see arch/sys_arch.h.
 */
#include "lwip/opt.h"

#include <stdbool.h>

#include "lwip/debug.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

#define TICK_MS (1000u / configTICK_RATE_HZ)

/* A sys_now() of ticks * TICK_MS is right across the wrap of both. */
_Static_assert(TICK_MS *configTICK_RATE_HZ == 1000u,
               "configTICK_RATE_HZ: 1000 or a divisor of it");
_Static_assert(sizeof(TickType_t) >= 4, "ticks of 32 bits or more");

#define COUNT_MAX UINT16_MAX

/* lwIP says 0 for "for ever". Rounded up, and never that by accident. */
static TickType_t to_ticks(u32_t timeout_ms)
{
    TickType_t ticks = timeout_ms / TICK_MS + (timeout_ms % TICK_MS != 0);

    if (timeout_ms == 0)
        return portMAX_DELAY;
    return ticks < portMAX_DELAY ? ticks : portMAX_DELAY - 1;
}

/* At the end of a call in an interrupt. */
static void switch_task(BaseType_t woken)
{
    portYIELD_FROM_ISR(woken);
}

void sys_init(void)
{
}

u32_t sys_now(void)
{
    return (u32_t)(xTaskGetTickCount() * TICK_MS);
}

u32_t sys_jiffies(void)
{
    return (u32_t)xTaskGetTickCount();
}

void sys_msleep(u32_t ms)
{
    vTaskDelay(ms == 0 ? 0 : to_ticks(ms));
}

/* ---- Protection ---- */

/* A task's is FreeRTOS' own critical section, which nests and inside of which
   lwIP signals semaphores. Only the other kind is for interrupts. */
sys_prot_t sys_arch_protect(void)
{
    if (SYS_IN_INTERRUPT())
        return (sys_prot_t)portSET_INTERRUPT_MASK_FROM_ISR();
    taskENTER_CRITICAL();
    return 0;
}

void sys_arch_unprotect(sys_prot_t pval)
{
    if (SYS_IN_INTERRUPT())
        portCLEAR_INTERRUPT_MASK_FROM_ISR(pval);
    else
        taskEXIT_CRITICAL();
}

/* ---- Semaphores ---- */

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
    sem->handle =
        xSemaphoreCreateCountingStatic(COUNT_MAX, count, &sem->object);
    SYS_STATS_INC_USED(sem);
    return ERR_OK;
}

void sys_sem_free(sys_sem_t *sem)
{
    vSemaphoreDelete(sem->handle);
    sem->handle = NULL;
    SYS_STATS_DEC(sem.used);
}

/* A count at its end stays there. */
void sys_sem_signal(sys_sem_t *sem)
{
    BaseType_t woken = pdFALSE;

    if (SYS_IN_INTERRUPT()) {
        (void)xSemaphoreGiveFromISR(sem->handle, &woken);
        switch_task(woken);
    } else
        (void)xSemaphoreGive(sem->handle);
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
    return xSemaphoreTake(sem->handle, to_ticks(timeout)) == pdTRUE
               ? 0
               : SYS_ARCH_TIMEOUT;
}

int sys_sem_valid(sys_sem_t *sem)
{
    return sem->handle != NULL;
}

void sys_sem_set_invalid(sys_sem_t *sem)
{
    sem->handle = NULL;
}

/* ---- Mutexes ---- */

err_t sys_mutex_new(sys_mutex_t *mutex)
{
    mutex->handle = xSemaphoreCreateMutexStatic(&mutex->object);
    mutex->owner = NULL;
    SYS_STATS_INC_USED(mutex);
    return ERR_OK;
}

void sys_mutex_free(sys_mutex_t *mutex)
{
    vSemaphoreDelete(mutex->handle);
    mutex->handle = NULL;
    SYS_STATS_DEC(mutex.used);
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
    LWIP_ASSERT("a mutex is taken twice",
                mutex->owner != xTaskGetCurrentTaskHandle());
    (void)xSemaphoreTake(mutex->handle, portMAX_DELAY);
    mutex->owner = xTaskGetCurrentTaskHandle();
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
    mutex->owner = NULL;
    (void)xSemaphoreGive(mutex->handle);
}

int sys_mutex_valid(sys_mutex_t *mutex)
{
    return mutex->handle != NULL;
}

void sys_mutex_set_invalid(sys_mutex_t *mutex)
{
    mutex->handle = NULL;
}

/* ---- Mailboxes ---- */

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
    int slots = size > 0 ? size : SYS_MBOX_SLOTS;

    if (slots > SYS_MBOX_SLOTS) {
        SYS_STATS_INC(mbox.err);
        return ERR_MEM;
    }
    mbox->handle = xQueueCreateStatic((UBaseType_t)slots, sizeof mbox->slot[0],
                                      (uint8_t *)mbox->slot, &mbox->object);
    SYS_STATS_INC_USED(mbox);
    return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *mbox)
{
    LWIP_ASSERT("a mailbox is freed that holds messages",
                uxQueueMessagesWaiting(mbox->handle) == 0);
    vQueueDelete(mbox->handle);
    mbox->handle = NULL;
    SYS_STATS_DEC(mbox.used);
}

void sys_mbox_post(sys_mbox_t *mbox, void *msg)
{
    (void)xQueueSendToBack(mbox->handle, &msg, portMAX_DELAY);
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *msg)
{
    BaseType_t woken = pdFALSE;
    BaseType_t posted;

    if (SYS_IN_INTERRUPT()) {
        posted = xQueueSendToBackFromISR(mbox->handle, &msg, &woken);
        switch_task(woken);
    } else
        posted = xQueueSendToBack(mbox->handle, &msg, 0);
    if (posted == pdTRUE)
        return ERR_OK;
    SYS_STATS_INC(mbox.err);
    return ERR_MEM;
}

/* lwurl's wake() comes here from tasks, too. */
err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *msg)
{
    return sys_mbox_trypost(mbox, msg);
}

static u32_t fetch(sys_mbox_t *mbox, void **msg, TickType_t ticks)
{
    void *taken = NULL;
    BaseType_t got = xQueueReceive(mbox->handle, &taken, ticks);

    if (msg != NULL)
        *msg = taken;
    return got == pdTRUE ? 0 : SYS_ARCH_TIMEOUT;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **msg, u32_t timeout)
{
    return fetch(mbox, msg, to_ticks(timeout));
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **msg)
{
    return fetch(mbox, msg, 0);
}

int sys_mbox_valid(sys_mbox_t *mbox)
{
    return mbox->handle != NULL;
}

void sys_mbox_set_invalid(sys_mbox_t *mbox)
{
    mbox->handle = NULL;
}

/* ---- The tcpip thread ---- */

/* The MPU's smallest guard is 32 bytes, and aligned to that. */
#define STACK_WORDS \
    ((TCPIP_THREAD_STACKSIZE + 31u) / 32u * 32u / sizeof(StackType_t))

static StackType_t tcpip_stack[STACK_WORDS] __attribute__((aligned(32)));
static StaticTask_t tcpip_task;
static struct sys_thread tcpip;

/* tcpip_init() is the one caller: tasks of yours come with their own memory,
   by xTaskCreateStatic(). */
sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *arg,
                            int stacksize, int prio)
{
    LWIP_UNUSED_ARG(stacksize);
    LWIP_ASSERT("one thread only", tcpip.name == NULL);
    tcpip.name = name;
    tcpip.stack = tcpip_stack;
    tcpip.stack_n = sizeof tcpip_stack;
    (void)xTaskCreateStatic(thread, name, STACK_WORDS, arg, (UBaseType_t)prio,
                            tcpip_stack, &tcpip_task);
    return &tcpip;
}

/* The thread itself: it may run before sys_thread_new() returns. */
void sys_mark_tcpip_thread(void)
{
    tcpip.handle = xTaskGetCurrentTaskHandle();
}

sys_thread_t sys_tcpip_thread(void)
{
    return &tcpip;
}

#ifndef LWIP_NOASSERT

#if LWIP_TCPIP_CORE_LOCKING
static bool core_is_mine(void)
{
    return lock_tcpip_core.owner == xTaskGetCurrentTaskHandle();
}
#else
static bool core_is_mine(void)
{
    return xTaskGetCurrentTaskHandle() == tcpip.handle;
}
#endif

/* Before the thread runs, whoever sets lwIP up is alone. */
void sys_check_core_locking(void)
{
    LWIP_ASSERT("lwIP's core is used without its lock",
                tcpip.handle == NULL || core_is_mine());
}

#endif
