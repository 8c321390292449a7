/* SPDX-License-Identifier: MIT */
/*
 * Frames go through two rings, as through a network card's: tasks fill `sent`
 * and idle() hands it to libslirp; libslirp fills `received` and idle() hands
 * it to the tcpip thread, as fast as that has memory for it.
 *
 * lwip/sockets.h cannot be included here: libslirp brings in the system's.
 */
#include <slirp/libslirp.h>

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "slirpif.h"

#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/tcpip.h"

#if LWIP_TCPIP_CORE_LOCKING_INPUT
#error "frames come from idle(), which must not wait for the core's lock"
#endif

#define FRAME_MAX 1514
#define RING_N    128  /* frames */
#define FDS_MAX   1024 /* sockets of libslirp that are waited for */

/* When lwIP has no memory for a frame, it is offered again after this time. */
#define RETRY_MS 2u

#define ETHERTYPE_IPV4       0x0800
#define ETHERTYPE_IPV6       0x86dd
#define NEXT_ICMPV6          58
#define ROUTER_ADVERTISEMENT 134 /* RFC 4861 4.2 */

struct ring {
    unsigned first;
    unsigned n;
    struct {
        size_t n;
        uint8_t bytes[FRAME_MAX];
    } frame[RING_N];
};

static struct {
    Slirp *slirp;
    struct netif *netif;
    const struct slirpif_options *options;
    struct ring sent;
    struct ring received;
    struct pollfd fds[FDS_MAX];
    int fds_n;
    int64_t timer_ms; /* libslirp's one timer, -1 when it does not run */
} net = {.timer_ms = -1};

/* ---- Rings ---- */

/* The place for a frame, NULL when the ring is full. */
static uint8_t *ring_push(struct ring *ring, size_t n)
{
    unsigned at = (ring->first + ring->n) % RING_N;

    if (ring->n == RING_N || n > FRAME_MAX)
        return NULL;
    ring->n++;
    ring->frame[at].n = n;
    return ring->frame[at].bytes;
}

static void ring_pop(struct ring *ring)
{
    ring->first = (ring->first + 1) % RING_N;
    ring->n--;
}

static void tap(bool sent, const uint8_t *frame, size_t n)
{
    const struct slirpif_options *options = net.options;

    if (options->tap)
        options->tap(options->tap_ctx, sent, frame, n);
}

/* ---- What may pass when the PC's network is not open ---- */

static unsigned ethertype(const uint8_t *frame)
{
    return (unsigned)frame[12] << 8 | frame[13];
}

/* To 10.0.2.0/24 or a broadcast, fec0::/64, link-local or multicast: none of
   these leaves the PC. */
static bool stays_here(const uint8_t *frame, size_t n)
{
    static const uint8_t ours[3] = {10, 0, 2};
    static const uint8_t all[4] = {255, 255, 255, 255};
    static const uint8_t ours6[8] = {0xfe, 0xc0};
    const uint8_t *to = frame + 14 + 16;
    const uint8_t *to6 = frame + 14 + 24;

    if (n >= 14 + 20 && ethertype(frame) == ETHERTYPE_IPV4)
        return memcmp(to, ours, 3) == 0 || memcmp(to, all, 4) == 0;
    if (n >= 14 + 40 && ethertype(frame) == ETHERTYPE_IPV6)
        return memcmp(to6, ours6, 8) == 0 || to6[0] == 0xff ||
               (to6[0] == 0xfe && (to6[1] & 0xc0) == 0x80);
    return true; /* ARP */
}

/* Without one, lwIP has no route to the outside and says so at once. */
static bool brings_route(const uint8_t *frame, size_t n)
{
    return n > 14 + 40 && ethertype(frame) == ETHERTYPE_IPV6 &&
           frame[14 + 6] == NEXT_ICMPV6 &&
           frame[14 + 40] == ROUTER_ADVERTISEMENT;
}

/* ---- libslirp's callbacks ---- */

/* A frame too many is dropped: TCP sends it again. */
static ssize_t take_frame(const void *frame, size_t n, void *opaque)
{
    uint8_t *place;

    (void)opaque;
    if (!net.options->open && brings_route(frame, n))
        return (ssize_t)n;
    place = ring_push(&net.received, n);
    if (place)
        memcpy(place, frame, n);
    return (ssize_t)n;
}

static void ignore_error(const char *message, void *opaque)
{
    (void)message;
    (void)opaque;
}

static int64_t now_ns(void *opaque)
{
    struct timespec t;

    (void)opaque;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* There is but one timer, for router advertisements: any pointer names it. */
static void *new_timer(SlirpTimerId id, void *cb_opaque, void *opaque)
{
    (void)id;
    (void)cb_opaque;
    (void)opaque;
    return &net.timer_ms;
}

static void free_timer(void *timer, void *opaque)
{
    (void)timer;
    (void)opaque;
    net.timer_ms = -1;
}

static void set_timer(void *timer, int64_t at_ms, void *opaque)
{
    (void)timer;
    (void)opaque;
    net.timer_ms = at_ms;
}

static void ignore_fd(int fd, void *opaque)
{
    (void)fd;
    (void)opaque;
}

static void ignore_notice(void *opaque)
{
    (void)opaque;
}

static const SlirpCb callbacks = {
    .send_packet = take_frame,
    .guest_error = ignore_error,
    .clock_get_ns = now_ns,
    .timer_new_opaque = new_timer,
    .timer_free = free_timer,
    .timer_mod = set_timer,
    .register_poll_fd = ignore_fd,
    .unregister_poll_fd = ignore_fd,
    .notify = ignore_notice,
};

static const struct {
    int slirp;
    short poll;
} events[] = {
    {SLIRP_POLL_IN, POLLIN},   {SLIRP_POLL_OUT, POLLOUT},
    {SLIRP_POLL_PRI, POLLPRI}, {SLIRP_POLL_ERR, POLLERR},
    {SLIRP_POLL_HUP, POLLHUP},
};
#define EVENTS_N (sizeof events / sizeof events[0])

static short to_poll(int slirp)
{
    int mask = 0;

    for (size_t i = 0; i < EVENTS_N; i++)
        if (slirp & events[i].slirp)
            mask |= events[i].poll;
    return (short)mask;
}

static int from_poll(int mask)
{
    int slirp = 0;

    for (size_t i = 0; i < EVENTS_N; i++)
        if (mask & events[i].poll)
            slirp |= events[i].slirp;
    return slirp;
}

/* -1: libslirp does without. */
static int add_fd(int fd, int wanted, void *opaque)
{
    (void)opaque;
    if (net.fds_n == FDS_MAX)
        return -1;
    net.fds[net.fds_n].fd = fd;
    net.fds[net.fds_n].events = to_poll(wanted);
    return net.fds_n++;
}

static int events_of(int i, void *opaque)
{
    (void)opaque;
    return from_poll(net.fds[i].revents);
}

/* ---- Idle: the only place that works on libslirp ---- */

static void hand_in(void)
{
    while (net.sent.n > 0) {
        unsigned i = net.sent.first;
        slirp_input(net.slirp, net.sent.frame[i].bytes,
                    (int)net.sent.frame[i].n);
        ring_pop(&net.sent);
    }
}

/* false: no memory. */
static bool deliver(const uint8_t *frame, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)(n + ETH_PAD_SIZE), PBUF_POOL);

    if (!p)
        return false;
    pbuf_remove_header(p, ETH_PAD_SIZE);
    pbuf_take(p, frame, (u16_t)n);
    pbuf_add_header(p, ETH_PAD_SIZE);
    if (net.netif->input(p, net.netif) == ERR_OK)
        return true;
    pbuf_free(p);
    return false;
}

/* Whether a task has got something to do. */
static bool hand_out(void)
{
    bool any = false;

    while (net.received.n > 0) {
        const uint8_t *frame = net.received.frame[net.received.first].bytes;
        size_t n = net.received.frame[net.received.first].n;

        if (!deliver(frame, n))
            return any;
        tap(false, frame, n);
        ring_pop(&net.received);
        any = true;
    }
    return any;
}

static uint32_t until_timer(uint32_t max_ms)
{
    int64_t left = net.timer_ms - now_ns(NULL) / 1000000;

    if (net.timer_ms < 0 || left >= max_ms)
        return max_ms;
    return left > 0 ? (uint32_t)left : 0;
}

static void run_timer(void)
{
    if (net.timer_ms < 0 || until_timer(1) > 0)
        return;
    net.timer_ms = -1; /* the handler sets it again */
    slirp_handle_timer(net.slirp, SLIRP_TIMER_RA, NULL);
}

static void poll_sockets(uint32_t max_ms)
{
    uint32_t ms = until_timer(max_ms);
    int ready;

    net.fds_n = 0;
    slirp_pollfds_fill(net.slirp, &ms, add_fd, NULL);
    ready = poll(net.fds, (nfds_t)net.fds_n, ms > INT32_MAX ? -1 : (int)ms);
    slirp_pollfds_poll(net.slirp, ready < 0, events_of, NULL);
    run_timer();
}

int slirpif_idle(void *ctx, uint32_t max_ms)
{
    (void)ctx;
    if (!net.slirp) {
        poll(NULL, 0, max_ms > INT32_MAX ? -1 : (int)max_ms);
        return 0;
    }
    hand_in();
    if (hand_out())
        max_ms = 0;
    if (net.received.n > 0 && max_ms > RETRY_MS)
        max_ms = RETRY_MS;
    poll_sockets(max_ms);
    hand_out();
    return 0;
}

/* ---- The interface ---- */

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    size_t n = (size_t)p->tot_len - ETH_PAD_SIZE;
    uint8_t *frame = ring_push(&net.sent, n);

    (void)netif;
    if (!frame)
        return ERR_MEM;
    pbuf_copy_partial(p, frame, (u16_t)n, ETH_PAD_SIZE);
    tap(true, frame, n);
    if (!net.options->open && !stays_here(frame, n))
        net.sent.n--;
    return ERR_OK;
}

static err_t init_netif(struct netif *netif)
{
    static const uint8_t mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};

    netif->name[0] = 's';
    netif->name[1] = 'l';
    netif->hostname = "lwurl";
    netif->mtu = 1500;
    netif->hwaddr_len = sizeof mac;
    memcpy(netif->hwaddr, mac, sizeof mac);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP |
                   NETIF_FLAG_ETHERNET | NETIF_FLAG_MLD6;
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    return ERR_OK;
}

#if LWIP_IPV6
/* The address is ours alone, so nobody is asked whether it is free. */
static void add_ipv6(struct netif *netif)
{
    ip6_addr_t own;

    netif->output_ip6 = ethip6_output;
    netif_create_ip6_linklocal_address(netif, 1);
    netif_ip6_addr_set_state(netif, 0, IP6_ADDR_PREFERRED);
    IP6_ADDR(&own, PP_HTONL(0xfec00000), 0, 0, PP_HTONL(0x15));
    netif_ip6_addr_set(netif, 1, &own);
    netif_ip6_addr_set_state(netif, 1, IP6_ADDR_PREFERRED);
}
#else
static void add_ipv6(struct netif *netif)
{
    (void)netif;
}
#endif

static Slirp *start_slirp(bool open)
{
    /* libslirp keeps the pointers. */
    static struct sockaddr_in from = {
        .sin_family = AF_INET, .sin_addr.s_addr = PP_HTONL(INADDR_LOOPBACK)};
    static struct sockaddr_in6 from6 = {.sin6_family = AF_INET6,
                                        .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    SlirpConfig config = {
        .version = 4,
        .in_enabled = true,
        .vnetwork.s_addr = PP_HTONL(0x0a000200),
        .vnetmask.s_addr = PP_HTONL(0xffffff00),
        .vhost.s_addr = PP_HTONL(0x0a000202),
        .vdhcp_start.s_addr = PP_HTONL(0x0a00020f),
        .vnameserver.s_addr = PP_HTONL(0x0a000203),
        .in6_enabled = true,
        .vprefix_addr6.s6_addr = {0xfe, 0xc0},
        .vprefix_len = 64,
        .vhost6.s6_addr = {0xfe, 0xc0, [15] = 2},
        .vnameserver6.s6_addr = {0xfe, 0xc0, [15] = 3},
        .disable_dns = !open,
        .outbound_addr = open ? NULL : &from,
        .outbound_addr6 = open ? NULL : &from6,
    };

    return slirp_new(&config, &callbacks, NULL);
}

err_t slirpif_add(struct netif *netif, const struct slirpif_options *options)
{
    ip4_addr_t own, mask, gateway;
    ip_addr_t resolver = IPADDR4_INIT_BYTES(10, 0, 2, 3);

    signal(SIGPIPE, SIG_IGN);
    net.options = options;
    net.netif = netif;
    net.slirp = start_slirp(options->open);
    if (!net.slirp)
        return ERR_IF;
    net.timer_ms = 0; /* a first router advertisement at once */
    IP4_ADDR(&own, 10, 0, 2, 15);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    if (options->open)
        IP4_ADDR(&gateway, 10, 0, 2, 2);
    else
        ip4_addr_set_zero(&gateway);
    if (!netif_add(netif, &own, &mask, &gateway, NULL, init_netif, tcpip_input))
        return ERR_IF;
    add_ipv6(netif);
    netif_set_link_up(netif);
    netif_set_up(netif);
    if (options->open) {
        netif_set_default(netif);
        dns_setserver(0, &resolver);
    }
    return ERR_OK;
}
