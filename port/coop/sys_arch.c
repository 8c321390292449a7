/* SPDX-License-Identifier: MIT */
/*
 * lwIP's operating system layer (lwip/sys.h) on coop. Posting with
 * sys_mbox_trypost(), its _fromisr twin, and sys_sem_signal() are good in an
 * interrupt.
 */
#include "lwip/opt.h"

#include "lwip/debug.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include "coop/coop.h"
#include "coop/coop_arch.h"

/* lwIP says 0 for "for ever". */
static uint32_t to_coop(u32_t timeout)
{
    return timeout == 0 ? COOP_FOREVER : timeout;
}

void sys_init(void)
{
}

u32_t sys_now(void)
{
    return coop_now_ms();
}

u32_t sys_jiffies(void)
{
    return coop_now_ms();
}

/* ---- Semaphores ---- */

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
    coop_sem_init(sem, count);
    return ERR_OK;
}

void sys_sem_free(sys_sem_t *sem)
{
    LWIP_ASSERT("a semaphore is freed that a task waits for", !sem->waiting);
    sem->valid = false;
}

void sys_sem_signal(sys_sem_t *sem)
{
    coop_sem_signal(sem);
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
    return coop_sem_wait(sem, to_coop(timeout)) ? 0 : SYS_ARCH_TIMEOUT;
}

int sys_sem_valid(sys_sem_t *sem)
{
    return sem->valid;
}

void sys_sem_set_invalid(sys_sem_t *sem)
{
    sem->valid = false;
}

/* ---- Mutexes ---- */

err_t sys_mutex_new(sys_mutex_t *mutex)
{
    coop_sem_init(&mutex->free, 1);
    mutex->owner = NULL;
    return ERR_OK;
}

void sys_mutex_free(sys_mutex_t *mutex)
{
    sys_sem_free(&mutex->free);
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
    LWIP_ASSERT("a mutex is taken twice",
                !coop_self() || mutex->owner != coop_self());
    (void)coop_sem_wait(&mutex->free, COOP_FOREVER);
    mutex->owner = coop_self();
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
    mutex->owner = NULL;
    coop_sem_signal(&mutex->free);
}

int sys_mutex_valid(sys_mutex_t *mutex)
{
    return mutex->free.valid;
}

void sys_mutex_set_invalid(sys_mutex_t *mutex)
{
    mutex->free.valid = false;
}

/* ---- Mailboxes ---- */

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
    int max = size > 0 ? size : SYS_MBOX_SLOTS;

    if (max > SYS_MBOX_SLOTS || max > UINT8_MAX)
        return ERR_MEM;
    coop_sem_init(&mbox->used, 0);
    coop_sem_init(&mbox->room, (unsigned)max);
    mbox->first = 0;
    mbox->n = 0;
    mbox->max = (uint8_t)max;
    return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *mbox)
{
    LWIP_ASSERT("a mailbox is freed that holds messages", mbox->n == 0);
    sys_sem_free(&mbox->used);
    sys_sem_free(&mbox->room);
}

/* After one unit of `room` was taken. */
static void put(sys_mbox_t *mbox, void *msg)
{
    uint32_t was = coop_lock();

    mbox->slot[(mbox->first + mbox->n) % mbox->max] = msg;
    mbox->n++;
    coop_sem_signal(&mbox->used);
    coop_unlock(was);
}

/* After one unit of `used` was taken. */
static void *get(sys_mbox_t *mbox)
{
    uint32_t was = coop_lock();
    void *msg = mbox->slot[mbox->first];

    mbox->first = (uint8_t)((mbox->first + 1u) % mbox->max);
    mbox->n--;
    coop_sem_signal(&mbox->room);
    coop_unlock(was);
    return msg;
}

void sys_mbox_post(sys_mbox_t *mbox, void *msg)
{
    (void)coop_sem_wait(&mbox->room, COOP_FOREVER);
    put(mbox, msg);
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *msg)
{
    if (!coop_sem_wait(&mbox->room, 0))
        return ERR_MEM;
    put(mbox, msg);
    return ERR_OK;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *msg)
{
    return sys_mbox_trypost(mbox, msg);
}

static u32_t fetch(sys_mbox_t *mbox, void **msg, uint32_t timeout_ms)
{
    void *taken = NULL;
    bool got = coop_sem_wait(&mbox->used, timeout_ms);

    if (got)
        taken = get(mbox);
    if (msg)
        *msg = taken;
    return got ? 0 : SYS_ARCH_TIMEOUT;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **msg, u32_t timeout)
{
    return fetch(mbox, msg, to_coop(timeout));
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **msg)
{
    return fetch(mbox, msg, 0);
}

int sys_mbox_valid(sys_mbox_t *mbox)
{
    return mbox->used.valid;
}

void sys_mbox_set_invalid(sys_mbox_t *mbox)
{
    mbox->used.valid = false;
    mbox->room.valid = false;
}

/* ---- The tcpip thread ---- */

static struct coop_task tcpip_task;
COOP_STACK(tcpip_stack, TCPIP_THREAD_STACKSIZE);

static struct {
    lwip_thread_fn run;
    void *arg;
    bool runs; /* the thread has begun */
} tcpip;

static int run_tcpip(void *arg)
{
    (void)arg;
    tcpip.run(tcpip.arg);
    return 0;
}

/* tcpip_init() is the one caller: other tasks come with their own stacks, by
   coop_task_start(). */
sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *arg,
                            int stacksize, int prio)
{
    LWIP_UNUSED_ARG(stacksize);
    LWIP_UNUSED_ARG(prio);
    LWIP_ASSERT("one thread only", !tcpip.run);
    tcpip.run = thread;
    tcpip.arg = arg;
    coop_task_start(&tcpip_task, name, run_tcpip, NULL, tcpip_stack);
    return &tcpip_task;
}

void sys_mark_tcpip_thread(void)
{
    tcpip.runs = true;
}

#ifndef LWIP_NOASSERT

#if LWIP_TCPIP_CORE_LOCKING
static bool core_is_mine(void)
{
    return lock_tcpip_core.owner == coop_self();
}
#else
static bool core_is_mine(void)
{
    return coop_self() == &tcpip_task;
}
#endif

/* Before the thread runs, whoever sets lwIP up is alone. */
void sys_check_core_locking(void)
{
    LWIP_ASSERT("lwIP's core is used without its lock",
                !tcpip.runs || core_is_mine());
}

#endif
