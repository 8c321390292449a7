/* SPDX-License-Identifier: MIT */
/*
 * lwIP's operating system types on coop. They contain the objects themselves:
 * whoever holds a sys_sem_t (a netconn, say) holds all its memory.
 */
#ifndef LWURL_COOP_ARCH_SYS_ARCH_H
#define LWURL_COOP_ARCH_SYS_ARCH_H

#include "lwip/opt.h"
#include "lwip/def.h"

#include "coop/coop.h"
#include "coop/coop_arch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Slots of every mailbox, 4 bytes each: two mailboxes in a netconn and the
   tcpip thread's own. */
#ifndef SYS_MBOX_SLOTS
#define SYS_MBOX_SLOTS        \
    LWIP_MAX(TCPIP_MBOX_SIZE, \
             LWIP_MAX(DEFAULT_TCP_RECVMBOX_SIZE, DEFAULT_UDP_RECVMBOX_SIZE))
#endif

#define SYS_SEM_NULL NULL

typedef struct coop_sem sys_sem_t;
typedef uint32_t sys_prot_t;
typedef struct coop_task *sys_thread_t;

typedef struct {
    struct coop_sem free;
    struct coop_task *owner;
} sys_mutex_t;

/* A ring: `used` counts what can be fetched, `room` what can be posted. */
typedef struct {
    struct coop_sem used;
    struct coop_sem room;
    uint8_t first;
    uint8_t n;
    uint8_t max;
    void *slot[SYS_MBOX_SLOTS];
} sys_mbox_t;

#define sys_msleep(ms) coop_sleep_ms(ms)

#define SYS_ARCH_DECL_PROTECT(was) sys_prot_t was
#define SYS_ARCH_PROTECT(was)      was = coop_lock()
#define SYS_ARCH_UNPROTECT(was)    coop_unlock(was)

#ifdef __cplusplus
}
#endif

#endif
