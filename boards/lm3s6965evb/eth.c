/* SPDX-License-Identifier: MIT */
/*
 * The Ethernet MAC and PHY of the LM3S6965. It has one FIFO of 2 KB for each
 * direction and no DMA.
 *
 * Receiving: the interrupt itself moves a frame into pbufs, however long a
 * task computes, for the FIFO holds one full frame and little more. Frames go
 * through a ring to the tcpip thread, which one static message calls.
 *
 * Back-pressure: where pbufs are out, the frame stays in the FIFO, the
 * interrupt is masked and the tick tries again. TCP's window is smaller than
 * the pool, so this is for bursts of others.
 *
 *                 frame, pbufs here           frame, none here
 *   LISTENING     -> LISTENING                -> STALLED (masked)
 *   STALLED       -> LISTENING (at a tick)    -> STALLED
 *
 * The FIFO gives a frame as words, the first two bytes being its length; in
 * place of these, lwIP's two bytes of padding (ETH_PAD_SIZE) make all words
 * land aligned.
 */
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/snmp.h"
#include "lwip/tcpip.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"
#include "lm3s6965.h"

#if ETH_PAD_SIZE != 2
#error "the driver of lm3s6965evb needs ETH_PAD_SIZE 2"
#endif

#define LENGTH_N  2u  /* of the length in front of a frame in the FIFO */
#define HEADER_N  14u /* addresses and type: TX lengths do not count them */
#define CRC_N     4u
#define FIFO_N    2048u
#define FRAME_MAX 1514u

#define STALL_RETRY_MS 2u
#define LINK_CHECK_MS  500u
#define TX_PATIENCE_MS 3u /* a full frame takes 1.2 ms at 10 Mbit/s */

/* Frames on their way to the tcpip thread; a power of two. There cannot be
   more frames than pbufs. */
#define RING_N 32u
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
    uint8_t word_held;                  /* first word of a waiting frame */
    uint32_t word;
    uint32_t stalled_ms, looked_ms;
} eth;

struct board_eth_stats board_eth_stats;

/* ---- Receiving, in interrupts ---- */

static void enter_receiver(enum receiver receiver)
{
    eth.receiver = (uint8_t)receiver;
    MAC_IM = receiver == LISTENING ? INT_RX | INT_FOV | INT_RXER : 0;
}

static void call_deliver(void)
{
    if (!eth.called &&
        tcpip_callbackmsg_trycallback_fromisr(eth.message) == ERR_OK)
        eth.called = 1;
}

/* Nothing in the FIFO makes sense any more. */
static void reset_fifo(void)
{
    uint32_t control = MAC_RCTL & ~(RCTL_RXEN | RCTL_RSTFIFO);

    MAC_RCTL = control;
    MAC_RCTL = control | RCTL_RSTFIFO;
    MAC_RCTL = control | RCTL_RXEN;
    eth.word_held = 0;
    board_eth_stats.resets++;
}

/* Moves the waiting frame into p, whose length is LENGTH_N and the frame's
   without CRC: the first word with the length is stored over the padding.
   Pool pbufs are whole words long, the last one has room for a whole word. So
   each store is followed by a read, the last of which is the rest of the CRC
   and of the frame. */
static void move_frame(struct pbuf *p)
{
    uint32_t word = eth.word;

    for (struct pbuf *q = p; q != NULL; q = q->next) {
        uint32_t *to = q->payload;
        uint32_t *end = to + (q->len + 3u) / 4u;

        while (to != end) {
            *to++ = word;
            word = MAC_DATA;
        }
    }
    eth.word_held = 0;
}

/* Whether the frame is in the ring, or dropped as nonsense. Else there was no
   room for it. */
static bool take_frame(void)
{
    uint32_t length;
    struct pbuf *p;

    if (!eth.word_held) {
        eth.word = MAC_DATA;
        eth.word_held = 1;
    }
    length = eth.word & 0xFFFFu;
    if (length < LENGTH_N + HEADER_N + CRC_N || length > FIFO_N) {
        reset_fifo();
        return true;
    }
    p = pbuf_alloc(PBUF_RAW, (u16_t)(length - CRC_N), PBUF_POOL);
    if (p == NULL)
        return false;
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

    while (room && ((waiting = MAC_NP & NP_FRAMES) != 0 || eth.word_held)) {
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
    uint32_t status = MAC_RIS & INT_ALL;

    MAC_IACK = status & (INT_RX | INT_FOV | INT_RXER);
    if ((status & INT_FOV) != 0)
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

static uint32_t phy_read(unsigned number)
{
    MAC_MCTL = MCTL_REGISTER(number) | MCTL_START;
    while ((MAC_MCTL & MCTL_START) != 0) /* 64 bits at 2.5 MHz: 26 us */
        ;
    return MAC_MRXD & 0xFFFFu;
}

/* An emulator without a PHY answers with zeros: that link is always up. */
static bool link_is_up(void)
{
    uint32_t id = phy_read(PHY_ID);

    return id == 0 || (phy_read(PHY_STATUS) & PHY_STATUS_LINK) != 0;
}

static bool link_is_full_duplex(void)
{
    uint32_t both = phy_read(PHY_OURS) & phy_read(PHY_THEIRS);

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
    MAC_TCTL = TCTL_TXEN | TCTL_PADEN | TCTL_CRC |
               (link_is_full_duplex() ? TCTL_DUPLEX : 0);
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
    MAC_DATA = out->word;
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
        MAC_DATA = word;
    }
    for (; n > 0; n--)
        put_byte(out, *p++);
}

/* Waits for the frame before. One that never leaves (a bus full of
   collisions) is given up. */
static void await_sender(void)
{
    uint32_t since_ms = board_ms();

    while ((MAC_TR & TR_NEWTX) != 0) {
        if (board_ms() - since_ms <= TX_PATIENCE_MS)
            continue;
        MAC_IACK = INT_TXER; /* resets the FIFO */
        break;
    }
}

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    struct words out = {0, 0};
    uint32_t frame_n = p->tot_len - (uint32_t)ETH_PAD_SIZE;
    uint16_t length;

    (void)netif;
    if (frame_n < HEADER_N || frame_n > FRAME_MAX)
        return ERR_ARG;
    await_sender();
    length = (uint16_t)(frame_n - HEADER_N);
    put(&out, (const uint8_t *)&length, sizeof length);
    put(&out, (const uint8_t *)p->payload + ETH_PAD_SIZE,
        p->len - (size_t)ETH_PAD_SIZE);
    for (p = p->next; p != NULL; p = p->next)
        put(&out, p->payload, p->len);
    while (out.held_n != 0)
        put_byte(&out, 0);
    MAC_TR = TR_NEWTX;
    board_eth_stats.sent++;
    return ERR_OK;
}

/* ---- Start ---- */

/* The board's address lies in two registers of the flash controller, three
   bytes each. Where nobody has written it: a locally administered one. */
static void read_address(uint8_t address[ETH_HWADDR_LEN])
{
    uint32_t low = SYSCTL_USER0;
    uint32_t high = SYSCTL_USER1;

    if (low == 0xFFFFFFFFu || high == 0xFFFFFFFFu) {
        low = 0x000002;
        high = 0x010000;
    }
    for (unsigned i = 0; i < 3; i++) {
        address[i] = (uint8_t)(low >> (8 * i));
        address[3 + i] = (uint8_t)(high >> (8 * i));
    }
}

static void start_mac(const uint8_t address[ETH_HWADDR_LEN])
{
    MAC_IM = 0;
    MAC_IACK = INT_ALL;
    MAC_MDV = board_hz / (2 * 2500000) - 1; /* MII clock: at most 2.5 MHz */
    MAC_IA0 = address[0] | (uint32_t)address[1] << 8 |
              (uint32_t)address[2] << 16 | (uint32_t)address[3] << 24;
    MAC_IA1 = address[4] | (uint32_t)address[5] << 8;
    MAC_THR = THR_WHOLE_FRAME;
    MAC_TCTL = TCTL_TXEN | TCTL_PADEN | TCTL_CRC;
    MAC_RCTL = RCTL_RSTFIFO;
    MAC_RCTL = RCTL_BADCRC | RCTL_AMUL;
    MAC_RCTL = RCTL_BADCRC | RCTL_AMUL | RCTL_RXEN;
}

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
    read_address(netif->hwaddr);
    eth.message = tcpip_callbackmsg_new(deliver, NULL);
    if (eth.message == NULL)
        return ERR_MEM;
    start_mac(netif->hwaddr);
    eth.netif = netif;
    look_at_link();
    enter_receiver(LISTENING);
    cortexm_irq_enable(MAC_IRQ);
    return ERR_OK;
}

/* The interrupts of the part: one that nobody serves ends the program. */
static void (*const irq_vectors[IRQS_N])(void)
    __attribute__((section(".vectors.irq"), used)) = {
        [0 ... MAC_IRQ - 1] = cortexm_fault,
        [MAC_IRQ] = eth_interrupt,
        [MAC_IRQ + 1] = cortexm_fault,
};
