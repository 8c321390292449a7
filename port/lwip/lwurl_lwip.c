/* SPDX-License-Identifier: MIT */
/*
 * Connections and waiting on lwIP. Sockets where a loop of the application's
 * needs them (fd, poll, recv, close); the netconn under the socket for the
 * rest: it has what sockets lack (an abort, an err_t), and lwip_setsockopt,
 * lwip_getsockopt, lwip_fcntl and lwip_sendmsg stay out of the image.
 */
#include "lwip/opt.h"

#include <stdbool.h>
#include <string.h>

#include "lwip/api.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/sockets_priv.h"
#include "lwip/priv/tcpip_priv.h"
#include "lwip/sockets.h"
#include "lwip/tcp.h"
#include "lwip/tcpip.h"

#include "lwurl_config.h"
#include "lwurl_lwip.h"

#if LWIP_VERSION_MAJOR < 2 || \
    (LWIP_VERSION_MAJOR == 2 && LWIP_VERSION_MINOR < 1)
#error "lwurl's port/lwip needs lwIP 2.1.0 or later"
#endif
#if NO_SYS || !LWIP_NETCONN || !LWIP_SOCKET || !LWIP_TCP
#error "lwipopts.h: set NO_SYS 0, LWIP_NETCONN 1, LWIP_SOCKET 1, LWIP_TCP 1"
#endif
#if !LWIP_SOCKET_POLL
#error "lwipopts.h: set LWIP_SOCKET_POLL 1, port/lwip waits with lwip_poll()"
#endif
#if !SYS_LIGHTWEIGHT_PROT
#error "lwipopts.h: set SYS_LIGHTWEIGHT_PROT 1, tasks share data with lwIP"
#endif
#if LWURL_LWIP_LOOKUPS < 1 || LWURL_LWIP_LOOKUPS > 64
#error "LWURL_LWIP_LOOKUPS: 1 to 64 names at a time"
#endif

enum {
    SLICE_MS = 1000, /* longest wait; see lwurl_lwip_wake() */
    NO_SEM_MS = 10   /* pause when lwIP has no semaphore to wait with */
};

static struct netconn *conn_of(int fd)
{
    return lwip_socket_dbg_get_socket(fd)->conn;
}

/* ------------------------------------------------------------------ errors */

static int to_error(err_t err)
{
    switch (err) {
    case ERR_MEM:
    case ERR_BUF:
    case ERR_USE: /* all local ports are taken */
        return LWURL_ERR_STACK;
    case ERR_RTE:
    case ERR_IF:
        return LWURL_ERR_UNREACHABLE;
    default:
        return LWURL_ERR_RESET;
    }
}

/* While connecting, ERR_ABRT is lwIP's word for SYNs without an answer. */
static int to_connect_error(err_t err)
{
    int code = to_error(err);

    if (err == ERR_RST)
        return LWURL_ERR_REFUSED;
    return code == LWURL_ERR_RESET ? LWURL_ERR_UNREACHABLE : code;
}

/* --------------------------------------------------------------- addresses */

#if LWIP_IPV4
static bool to_ip4(const struct lwurl_addr *from, ip_addr_t *ip)
{
    memcpy(ip_2_ip4(ip), from->bytes, 4);
    IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V4);
    return true;
}

static bool has_ip4(const struct netif *netif)
{
    return !ip4_addr_isany_val(*netif_ip4_addr(netif));
}
#else
static bool to_ip4(const struct lwurl_addr *from, ip_addr_t *ip)
{
    (void)from;
    (void)ip;
    return false;
}

static bool has_ip4(const struct netif *netif)
{
    (void)netif;
    return false;
}
#endif

#if LWIP_IPV6
static bool to_ip6(const struct lwurl_addr *from, ip_addr_t *ip)
{
    memcpy(ip_2_ip6(ip)->addr, from->bytes, 16);
    ip6_addr_set_zone(ip_2_ip6(ip), from->zone);
    IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V6);
    return true;
}

static bool has_ip6(const struct netif *netif)
{
    s8_t i;

    for (i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
            !(LWIP_IPV4 && ip6_addr_islinklocal(netif_ip6_addr(netif, i))))
            return true;
    }
    return false;
}
#else
static bool to_ip6(const struct lwurl_addr *from, ip_addr_t *ip)
{
    (void)from;
    (void)ip;
    return false;
}

static bool has_ip6(const struct netif *netif)
{
    (void)netif;
    return false;
}
#endif

/* -------------------------------------------------------------- interfaces */

static bool is_usable(const struct netif *netif)
{
    return netif_is_up(netif) && netif_is_link_up(netif) &&
           (has_ip4(netif) || has_ip6(netif));
}

static bool is_loopback(const struct netif *netif)
{
    return netif->name[0] == 'l' && netif->name[1] == 'o';
}

static err_t look_at_netifs(struct tcpip_api_call_data *call)
{
    const struct netif *netif;
    bool loopback = false;
    bool others = false;

    (void)call;
    NETIF_FOREACH(netif)
    {
        bool usable = is_usable(netif);

        if (is_loopback(netif))
            loopback = usable;
        else if (usable)
            return ERR_OK;
        else
            others = true;
    }
    return loopback && !others ? ERR_OK : ERR_IF;
}

int lwurl_lwip_up(void *ctx)
{
    const struct lwurl_lwip *lw = ctx;
    struct tcpip_api_call_data call;

    return lw->wake_msg != NULL &&
           tcpip_api_call(look_at_netifs, &call) == ERR_OK;
}

/* ------------------------------------------------------------- connections */

int lwurl_lwip_connect(void *ctx, const struct lwurl_addr *to)
{
    struct netconn *conn;
    ip_addr_t ip;
    err_t err;
    int fd;

    (void)ctx;
    if (to->family == 6 ? !to_ip6(to, &ip) : !to_ip4(to, &ip))
        return LWURL_ERR_UNREACHABLE;
    fd = lwip_socket(to->family == 6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return LWURL_ERR_STACK;
    conn = conn_of(fd);
    /* No lock: nobody else knows this PCB before it connects. */
    tcp_nagle_disable(conn->pcb.tcp);
    netconn_set_flags(conn, NETCONN_FLAG_NON_BLOCKING);
    err = netconn_connect(conn, &ip, to->port);
    if (err == ERR_OK || err == ERR_INPROGRESS)
        return fd;
    (void)lwip_close(fd);
    return to_connect_error(err);
}

int lwurl_lwip_connected(void *ctx, int fd)
{
    struct netconn *conn = conn_of(fd);
    err_t err;

    (void)ctx;
    if (conn->state == NETCONN_CONNECT)
        return 0;
    err = netconn_err(conn);
    /* lwIP tells an error once; afterwards the PCB is missing. */
    if (err == ERR_OK && conn->pcb.tcp != NULL)
        return 1;
    return to_connect_error(err);
}

int lwurl_lwip_send(void *ctx, int fd, const struct lwurl_str *slices, size_t n)
{
    /* A copy, because a cast from one struct to the other breaks C's aliasing
       rules under link-time optimisation. */
    struct netvector vectors[LWURL_SLICES];
    size_t taken = 0;
    u16_t i;
    err_t err;

    (void)ctx;
    for (i = 0; i < n && i < LWURL_SLICES; i++) {
        vectors[i].ptr = slices[i].p;
        vectors[i].len = slices[i].n;
    }
    err = netconn_write_vectors_partly(conn_of(fd), vectors, i, NETCONN_COPY,
                                       &taken);
    if (err == ERR_OK)
        return (int)taken;
    return err == ERR_WOULDBLOCK ? 0 : to_error(err);
}

/* What is left of the last segment, or the next one. */
static err_t next_segment(struct lwip_sock *sock, u8_t flags)
{
    struct pbuf *segment;
    err_t err;

    if (sock->lastdata.pbuf != NULL)
        return ERR_OK;
    flags |= NETCONN_DONTBLOCK | NETCONN_NOAUTORCVD;
    err = netconn_recv_tcp_pbuf_flags(sock->conn, &segment, flags);
    if (err == ERR_OK)
        sock->lastdata.pbuf = segment;
    return err;
}

static size_t take_segment(struct lwip_sock *sock, char *p, size_t n)
{
    u16_t taken = pbuf_copy_partial(sock->lastdata.pbuf, p, (u16_t)n, 0);

    sock->lastdata.pbuf = pbuf_free_header(sock->lastdata.pbuf, taken);
    return taken;
}

/* As lwip_recv(), which brings UDP along and looks for more after each
   segment; here only where a whole one more has room: each call tells the
   other side of the window, which may be a packet. What is left, and the end
   behind it, stays where lwip_poll() and lwip_close() find it. */
int lwurl_lwip_recv(void *ctx, int fd, void *p, size_t n)
{
    struct lwip_sock *sock = lwip_socket_dbg_get_socket(fd);
    err_t err = next_segment(sock, 0);
    size_t taken;

    (void)ctx;
    if (err == ERR_CLSD)
        return LWURL_PORT_EOF;
    if (err != ERR_OK)
        return err == ERR_WOULDBLOCK ? 0 : LWURL_ERR_RESET;
    n = n < UINT16_MAX ? n : UINT16_MAX;
    taken = take_segment(sock, p, n);
    while (n - taken >= TCP_MSS && next_segment(sock, NETCONN_NOFIN) == ERR_OK)
        taken += take_segment(sock, (char *)p + taken, n - taken);
    (void)netconn_tcp_recvd(sock->conn, taken);
    return (int)taken;
}

struct leave_call {
    struct tcpip_api_call_data base; /* first: lwIP hands out a pointer to it */
    struct netconn *conn;
    int abort;
};

static err_t leave_pcb(struct tcpip_api_call_data *base)
{
    struct leave_call *call = (struct leave_call *)base;
    struct tcp_pcb *pcb = call->conn->pcb.tcp;

    if (pcb == NULL)
        return ERR_OK;
    if (call->abort)
        tcp_abort(pcb); /* clears conn->pcb.tcp through the error callback */
    else
        tcp_setprio(pcb, TCP_PRIO_MIN);
    return ERR_OK;
}

void lwurl_lwip_close(void *ctx, int fd, int abort)
{
    struct leave_call call;

    (void)ctx;
    call.conn = conn_of(fd);
    call.abort = abort;
    (void)tcpip_api_call(leave_pcb, &call.base);
    (void)lwip_close(fd);
}

/* ----------------------------------------------------------------- waiting */

/* In the tcpip thread. Nothing but an event of the socket ends lwip_poll(): it
   gets an error event, which stays until wait() takes it back. So a wait() that
   is just about to begin sees it too. */
static void end_wait(void *ctx)
{
    struct lwurl_lwip *lw = ctx;
    int fd = lw->waits_for; /* once: the task may change it meanwhile */
    struct netconn *conn;

    if (fd == LWURL_PORT_NONE) {
        sys_sem_signal(&lw->moved);
        return;
    }
    conn = conn_of(fd);
    conn->callback(conn, NETCONN_EVT_ERROR, 0);
}

void lwurl_lwip_wake(void *ctx)
{
    struct lwurl_lwip *lw = ctx;

    lw->woken = 1;
    (void)tcpip_callbackmsg_trycallback_fromisr(lw->wake_msg);
}

static void wait_for_socket(struct lwurl_lwip *lw, int fd, unsigned events,
                            uint32_t ms)
{
    struct pollfd poll;

    poll.fd = fd;
    poll.events = (short)((events & LWURL_PORT_READ ? POLLIN : 0) |
                          (events & LWURL_PORT_WRITE ? POLLOUT : 0));
    lw->waits_for = fd;
    if (!lw->woken && lwip_poll(&poll, 1, (int)ms) < 0)
        (void)sys_arch_sem_wait(&lw->moved, NO_SEM_MS);
    lw->waits_for = LWURL_PORT_NONE;
    /* A real error shows as readable and writable as well. */
    lwip_socket_dbg_get_socket(fd)->errevent = 0;
}

void lwurl_lwip_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    struct lwurl_lwip *lw = ctx;

    if (ms > SLICE_MS)
        ms = SLICE_MS;
    if (ms == 0) /* lwIP: for ever */
        return;
    if (fd != LWURL_PORT_NONE)
        wait_for_socket(lw, fd, events, ms);
    else if (!lw->woken)
        (void)sys_arch_sem_wait(&lw->moved, ms);
    lw->woken = 0;
}

uint32_t lwurl_lwip_now_ms(void *ctx)
{
    (void)ctx;
    return sys_now();
}

int lwurl_lwip_init(struct lwurl_lwip *lw)
{
    if (sys_sem_new(&lw->moved, 0) != ERR_OK)
        return LWURL_ERR_STACK;
    lw->waits_for = LWURL_PORT_NONE;
    lw->wake_msg = tcpip_callbackmsg_new(end_wait, lw);
    if (lw->wake_msg == NULL) {
        sys_sem_free(&lw->moved);
        return LWURL_ERR_STACK;
    }
    return LWURL_OK;
}
