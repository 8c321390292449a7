/* SPDX-License-Identifier: MIT */
/*
 * lwurl's port on lwIP sockets (lwIP 2.1 or later, NO_SYS 0), over any
 * sys_arch.
 *
 *     static struct lwurl_lwip net;
 *     static const struct lwurl_port port = LWURL_LWIP_PORT(&net);
 *
 *     tcpip_init(NULL, NULL);       and your netif, its address, a name server
 *     lwurl_lwip_init(&net);
 *
 * One struct lwurl_lwip for each task that fetches; the fetches of one task
 * share it. The task needs what lwIP asks of any that uses sockets:
 * lwip_socket_thread_init() where LWIP_NETCONN_SEM_PER_THREAD is 1.
 *
 * A loop of your own: the fd of lwurl_wants() is a real lwIP socket. Put it in
 * lwip_select() or lwip_poll() beside yours, or those of several fetches, but
 * never read, write or close it. While a name is resolved there is no fd: step
 * again after 20 ms. wake() ends wait() only, not a select() of yours.
 *
 * What it takes of lwIP, for each connection: a netconn, a TCP PCB, and while
 * wait() waits one semaphore. Once: a TCPIP_MSG_API and a semaphore.
 */
#ifndef LWURL_LWIP_H
#define LWURL_LWIP_H

#include "lwip/opt.h"

#include "lwip/ip_addr.h"
#include "lwip/sys.h"

#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Names asked for at the same time, 32 bytes each (12 without IPv6). A name
   that was given up holds its place until lwIP's own retries are over (7 s for
   each name server, unless set otherwise); further ones wait their turn. */
#ifndef LWURL_LWIP_LOOKUPS
#define LWURL_LWIP_LOOKUPS 2
#endif

/* A host that is somewhere else: {"localhost", "10.0.2.2"}. `name` is a name,
   compared without case, or an address literal, compared as text; `address` is
   a literal. A name's first entry is attempt 0 of resolve(), its second one
   attempt 1. For LWURL_LWIP_PORT_HOSTS(). */
struct lwurl_lwip_host {
    const char *name;
    const char *address;
};

/* One question to DNS: free when neither wanted nor asking. */
struct lwurl_lwip_lookup {
    struct lwurl_lwip *owner;
    ip_addr_t address;
    uint8_t wanted;          /* by the fetch; only its task writes it */
    volatile uint8_t asking; /* lwIP will call back; only lwIP's side writes */
    uint8_t found;           /* when not asking: `address` holds */
};

struct lwurl_lwip {
    /* Yours, set before lwurl_lwip_init(); NULL and 0 is good. */
    const struct lwurl_lwip_host *hosts;
    size_t hosts_n;

    /* The port's. */
    struct lwurl_lwip_lookup lookups[LWURL_LWIP_LOOKUPS];
    struct tcpip_callback_msg *wake_msg; /* NULL: not initialised */
    sys_sem_t moved;                     /* a name arrived, or wake() */
    volatile int waits_for;              /* fd that wait() is in, or NONE */
    volatile uint8_t woken;              /* wake() since wait() returned */
};

/* After tcpip_init(), before the first fetch. LWURL_OK, or LWURL_ERR_STACK:
   no semaphore, or MEMP_NUM_TCPIP_MSG_API is too small. Without it up() says 0.
 */
int lwurl_lwip_init(struct lwurl_lwip *lw);

/* The contract, see lwurl_port.h; below is what this port adds to it. */

uint32_t lwurl_lwip_now_ms(void *ctx); /* sys_now() */

/* Some interface but loopback is up, has its link, and an address: IPv4, or
   IPv6 that is valid. A link-local IPv6 address alone counts only where lwIP
   has no IPv4, or else the fetch would start while DHCP still runs. Loopback
   counts when there is nothing else. */
int lwurl_lwip_up(void *ctx);

/* Literals are four decimal numbers, or IPv6 with an optional zone, which is
   lwIP's name of an interface ("%en0"); "127.1" and the like are LWURL_ERR_DNS.
   LWIP_DNS_ADDRTYPE_DEFAULT says which family comes first. lwIP tells a name
   that does not exist and a server that is silent alike: LWURL_ERR_DNS. With no
   name server set it comes at once. All places taken: 0, and it waits for one.
 */
int lwurl_lwip_resolve(void *ctx, int *slot, struct lwurl_str name,
                       unsigned attempt, struct lwurl_addr *out);
void lwurl_lwip_resolve_cancel(void *ctx, int slot);

/* The same, but looks into .hosts first. */
int lwurl_lwip_resolve_hosts(void *ctx, int *slot, struct lwurl_str name,
                             unsigned attempt, struct lwurl_addr *out);

/* lwIP gives up an unanswered SYN after TCP_SYNMAXRTX tries. */
int lwurl_lwip_connect(void *ctx, const struct lwurl_addr *to);
int lwurl_lwip_connected(void *ctx, int fd);

/* Takes up to LWURL_SLICES slices in one go; lwIP copies the bytes. */
int lwurl_lwip_send(void *ctx, int fd, const struct lwurl_str *slices,
                    size_t n);

/* What came before a reset is delivered first. After LWURL_PORT_EOF, or an
   error, every further call is LWURL_ERR_RESET. */
int lwurl_lwip_recv(void *ctx, int fd, void *p, size_t n);

/* An orderly close leaves a PCB behind, up to 20 s where the peer does not
   close its side; it gets the lowest priority, so that lwIP takes it away as
   soon as a new connection needs one. Received bytes that nobody read turn an
   orderly close into a reset (RFC 9293 3.6.1). */
void lwurl_lwip_close(void *ctx, int fd, int abort);

/* At most a second at a time. */
void lwurl_lwip_wait(void *ctx, int fd, unsigned events, uint32_t ms);

/* Goes through the tcpip thread's mailbox (sys_mbox_trypost_fromisr), so it is
   good in interrupts wherever your sys_arch is. With the mailbox full a running
   wait() ends within its second. */
void lwurl_lwip_wake(void *ctx);

/* Initialise a struct lwurl_port; lw is a struct lwurl_lwip *. */
#define LWURL_LWIP_PORT(lw) LWURL_LWIP_PORT_WITH(lw, lwurl_lwip_resolve)
#define LWURL_LWIP_PORT_HOSTS(lw) \
    LWURL_LWIP_PORT_WITH(lw, lwurl_lwip_resolve_hosts)
#define LWURL_LWIP_PORT_WITH(lw, resolve)                           \
    {                                                               \
        (lw), lwurl_lwip_now_ms, lwurl_lwip_up, resolve,            \
            lwurl_lwip_resolve_cancel, lwurl_lwip_connect,          \
            lwurl_lwip_connected, lwurl_lwip_send, lwurl_lwip_recv, \
            lwurl_lwip_close, lwurl_lwip_wait, lwurl_lwip_wake      \
    }

#ifdef __cplusplus
}
#endif

#endif
