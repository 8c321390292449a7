/* SPDX-License-Identifier: MIT */
/*
 * lwIP's driver for a MAC with FIFOs and no DMA: nic.h.
 *
 * Receiving: the interrupt itself moves a frame into pbufs, however long a
 * task computes, for a FIFO may hold one full frame and little more. Frames go
 * through a ring to the tcpip thread, which one static message calls.
 *
 * Back-pressure: where pbufs are out, the frame stays in the FIFO, the
 * interrupt is masked and the tick tries again.
 *
 *                 frame, pbufs here           frame, none here
 *   LISTENING     -> LISTENING                -> STALLED (masked)
 *   STALLED       -> LISTENING (at a tick)    -> STALLED
 */
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/tcpip.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"
#include "nic.h"
#include "nic_part.h"

#if ETH_PAD_SIZE != 2
#error "frames are moved with their two extra bytes: ETH_PAD_SIZE 2"
#endif

#define STALL_RETRY_MS 2u
#define LINK_CHECK_MS  500u

/* Frames on their way to the tcpip thread; a power of two. There cannot be
   more frames than pbufs. */
#define RING_N (PBUF_POOL_SIZE > 16 ? 32u : 16u)
#if MEM_ALIGNMENT != 4
#error "frames are moved in words: MEM_ALIGNMENT 4"
#endif
#if PBUF_POOL_SIZE > 32
#error "the driver's ring is shorter than the pbuf pool"
#endif

enum receiver { LISTENING, STALLED };

static struct {
    struct netif *netif;
    struct tcpip_callback_msg *message; /* calls deliver() */
    struct pbuf *ring[RING_N];
    volatile uint8_t ring_in, ring_out; /* count up, wrap at 256 */
    volatile uint8_t called;            /* message is on its way */
    volatile uint8_t look;              /* at the link */
    volatile uint8_t receiver;          /* enum receiver */
    uint32_t held_n; /* bytes of a frame whose first word was taken, or 0 */
    uint32_t held;   /* that word */
    uint32_t stalled_ms, looked_ms;
} eth;

struct board_eth_stats board_eth_stats;

/* ---- Receiving, in interrupts ---- */

static void enter_receiver(enum receiver receiver)
{
    eth.receiver = (uint8_t)receiver;
    nic_listen(receiver == LISTENING);
}

static void call_deliver(void)
{
    if (!eth.called &&
        tcpip_callbackmsg_trycallback_fromisr(eth.message) == ERR_OK)
        eth.called = 1;
}

/* Moves the frame into p. Pool pbufs are whole words long, the last one has
   room for a whole word; each store is followed by a read, the last of which
   is the rest of the CRC and of the frame. */
static void move_frame(struct pbuf *p)
{
    uint32_t word = eth.held;

    for (struct pbuf *q = p; q != NULL; q = q->next) {
        uint32_t *to = q->payload;
        uint32_t *end = to + (q->len + 3u) / 4u;

        while (to != end) {
            *to++ = word;
            word = NIC_RX_DATA;
        }
    }
    eth.held_n = 0;
}

/* Whether the frame is in the ring, or dropped. Else there was no room. */
static bool take_frame(void)
{
    struct pbuf *p;

    if (eth.held_n == 0)
        eth.held_n = nic_begin(&eth.held);
    if (eth.held_n == 0) {
        nic_drop();
        board_eth_stats.dropped++;
        return true;
    }
    p = pbuf_alloc(PBUF_RAW, (u16_t)eth.held_n, PBUF_POOL);
    if (p == NULL)
        return false;
    board_eth_stats.received_n += eth.held_n - NIC_PAD_N;
    move_frame(p);
    eth.ring[eth.ring_in % RING_N] = p;
    eth.ring_in++;
    board_eth_stats.received++;
    return true;
}

/* Whether all is taken that was there. */
static bool take_frames(void)
{
    bool room = true;
    uint32_t waiting;

    while (room && ((waiting = nic_waiting()) != 0 || eth.held_n != 0)) {
        if (waiting > board_eth_stats.fifo_most)
            board_eth_stats.fifo_most = waiting;
        room = take_frame();
    }
    if (eth.ring_in != eth.ring_out)
        call_deliver();
    return room;
}

static void eth_interrupt(void)
{
    if (nic_acknowledge())
        board_eth_stats.overruns++;
    if (!take_frames()) {
        board_eth_stats.stalls++;
        eth.stalled_ms = board_ms();
        enter_receiver(STALLED);
    }
}

/* Looks again whether there are pbufs for the frame that waits. */
static void retry(uint32_t now_ms)
{
    eth.stalled_ms = now_ms;
    if (take_frames())
        enter_receiver(LISTENING);
}

void board_eth_tick(void)
{
    uint32_t now_ms = board_ms();

    if (eth.netif == NULL)
        return;
    if (eth.receiver == STALLED && now_ms - eth.stalled_ms >= STALL_RETRY_MS)
        retry(now_ms);
    if (now_ms - eth.looked_ms >= LINK_CHECK_MS) {
        eth.looked_ms = now_ms;
        eth.look = 1;
    }
    if (eth.look || eth.ring_in != eth.ring_out)
        call_deliver();
}

/* ---- In the tcpip thread ---- */

static void give_frame(struct pbuf *p)
{
    if (eth.netif->input(p, eth.netif) != ERR_OK)
        pbuf_free(p);
}

/* ---- PHY: the registers of IEEE 802.3, 22.2.4 ---- */

enum { PHY_STATUS = 1, PHY_ID = 2, PHY_OURS = 4, PHY_THEIRS = 5 };

#define PHY_STATUS_LINK 0x0004u

/* Abilities in the order of preference: 100BASE-TX full duplex, half duplex,
   10BASE-T full duplex, half duplex. */
#define PHY_100_FULL 0x0100u
#define PHY_100_HALF 0x0080u
#define PHY_10_FULL  0x0040u

/* An emulator without a PHY answers with zeros: that link is always up. */
static bool link_is_up(void)
{
    return nic_phy(PHY_ID) == 0 || (nic_phy(PHY_STATUS) & PHY_STATUS_LINK) != 0;
}

static bool link_is_full_duplex(void)
{
    uint32_t both = nic_phy(PHY_OURS) & nic_phy(PHY_THEIRS);

    if ((both & (PHY_100_FULL | PHY_100_HALF)) != 0)
        return (both & PHY_100_FULL) != 0;
    return (both & PHY_10_FULL) != 0;
}

static void look_at_link(void)
{
    bool up = link_is_up();

    if (up == (netif_is_link_up(eth.netif) != 0))
        return;
    if (!up) {
        netif_set_link_down(eth.netif);
        return;
    }
    nic_set_full_duplex(link_is_full_duplex());
    netif_set_link_up(eth.netif);
}

/* What the message calls. The flag falls first: a frame that comes from here
   on calls again. */
static void deliver(void *unused)
{
    (void)unused;
    eth.called = 0;
    while (eth.ring_out != eth.ring_in) {
        struct pbuf *p = eth.ring[eth.ring_out % RING_N];

        eth.ring_out++;
        give_frame(p);
    }
    if (eth.look) {
        eth.look = 0;
        look_at_link();
    }
}

/* ---- Sending, under lwIP's core lock ---- */

struct words {
    uint32_t word;
    unsigned held_n; /* bytes in it */
};

static void put_byte(struct words *out, uint8_t byte)
{
    out->word |= (uint32_t)byte << (8 * out->held_n);
    if (++out->held_n < 4)
        return;
    NIC_TX_DATA = out->word;
    out->word = 0;
    out->held_n = 0;
}

/* pbufs end anywhere, words do not: bytes up to the next word of the FIFO,
   then words (the core loads them unaligned), then the rest. */
static void put(struct words *out, const uint8_t *p, size_t n)
{
    for (; n > 0 && out->held_n != 0; n--)
        put_byte(out, *p++);
    for (; n >= 4; n -= 4, p += 4) {
        uint32_t word;

        memcpy(&word, p, sizeof word);
        NIC_TX_DATA = word;
    }
    for (; n > 0; n--)
        put_byte(out, *p++);
}

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    struct words out = {0, 0};
    uint32_t frame_n = p->tot_len - NIC_PAD_N;
    uint16_t extra;

    (void)netif;
    if (frame_n < NIC_HEADER_N || frame_n > NIC_FRAME_N)
        return ERR_ARG;
    extra = nic_send(frame_n);
    put(&out, (const uint8_t *)&extra, sizeof extra);
    put(&out, (const uint8_t *)p->payload + NIC_PAD_N, p->len - NIC_PAD_N);
    for (p = p->next; p != NULL; p = p->next)
        put(&out, p->payload, p->len);
    while (out.held_n != 0)
        put_byte(&out, 0);
    nic_sent();
    board_eth_stats.sent++;
    board_eth_stats.sent_n += frame_n;
    return ERR_OK;
}

/* ---- Start ---- */

#if LWIP_IPV6
static void add_ipv6(struct netif *netif)
{
    netif->output_ip6 = ethip6_output;
    netif->flags |= NETIF_FLAG_MLD6;
}
#else
static void add_ipv6(struct netif *netif)
{
    (void)netif;
}
#endif

err_t board_eth_init(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = 1500;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    netif->flags =
        NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    add_ipv6(netif);
    eth.message = tcpip_callbackmsg_new(deliver, NULL);
    if (eth.message == NULL)
        return ERR_MEM;
    nic_start(netif->hwaddr);
    eth.netif = netif;
    look_at_link();
    enter_receiver(LISTENING);
    cortexm_irq_enable(NIC_IRQ);
    return ERR_OK;
}

/* The interrupts of the part: one that nobody serves ends the program. */
static void (*const irq_vectors[IRQS_N])(void)
    __attribute__((section(".vectors.irq"), used)) = {
        [0 ... NIC_IRQ - 1] = cortexm_fault,
        [NIC_IRQ] = eth_interrupt,
        [NIC_IRQ + 1 ... IRQS_N - 1] = cortexm_fault,
};
