/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <string.h>

#include "chance.h"
#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "plan.h"

#define PACKETS_MAX 512

struct packet {
    struct coop_event event; /* first */
    struct packet *next;     /* free ones */
    enum link_way way;
    size_t n;
    uint8_t bytes[LINK_MTU];
};

uint64_t trace;

static struct packet packets[PACKETS_MAX];
static struct packet *unused;
static FILE *capture;

void trace_word(uint64_t word)
{
    for (int i = 0; i < 64; i += 8)
        trace = (trace ^ (word >> i & 0xff)) * UINT64_C(1099511628211);
}

static void trace_packet(const struct packet *p)
{
    trace_word(coop_virtual_now_us());
    trace_word((uint64_t)p->way << 32 | p->n);
    for (size_t i = 0; i < p->n; i++)
        trace = (trace ^ p->bytes[i]) * UINT64_C(1099511628211);
}

/* pcap with nanoseconds, LINKTYPE_RAW: what arrives. */
static void write_pcap(const struct packet *p)
{
    uint64_t us = coop_virtual_now_us();
    const uint32_t head[4] = {(uint32_t)(us / 1000000),
                              (uint32_t)(us % 1000000 * 1000), (uint32_t)p->n,
                              (uint32_t)p->n};

    if (!capture)
        return;
    fwrite(head, sizeof head, 1, capture);
    fwrite(p->bytes, p->n, 1, capture);
    fflush(capture);
}

static void arrive(void *arg)
{
    struct packet *p = arg;

    trace_packet(p);
    write_pcap(p);
    if (p->way == LINK_OUT)
        peer_input(p->bytes, p->n);
    else
        near_input(p->bytes, p->n);
    p->next = unused;
    unused = p;
}

void link_start(FILE *pcap)
{
    static const uint32_t head[6] = {0xa1b23c4d, 2 | 4 << 16, 0, 0, 65535, 101};

    capture = pcap;
    if (capture)
        fwrite(head, sizeof head, 1, capture);
    for (int i = 0; i < PACKETS_MAX; i++) {
        packets[i].next = unused;
        unused = &packets[i];
    }
}

/* One byte: a checksum over 16 bits finds that always, and two bytes not. */
static void spoil(struct packet *p, enum chance_stream stream)
{
    p->bytes[chance(stream, (uint32_t)p->n)] ^=
        (uint8_t)(1 + chance(stream, 255));
}

static void plan_arrival(enum link_way way, const uint8_t *packet, size_t n)
{
    const struct plan_link *link = &plan.link[way];
    enum chance_stream stream =
        way == LINK_OUT ? CHANCE_LINK_OUT : CHANCE_LINK_IN;
    struct packet *p = unused;
    uint32_t us = link->delay_us + chance(stream, link->jitter_us + 1);

    if (!p || n > LINK_MTU)
        return;
    unused = p->next;
    p->way = way;
    p->n = n;
    memcpy(p->bytes, packet, n);
    if (chance(stream, 1000) < link->broken)
        spoil(p, stream);
    p->event.fire = arrive;
    p->event.arg = p;
    coop_virtual_plan(&p->event, coop_virtual_now_us() + us);
}

void link_send(enum link_way way, const uint8_t *packet, size_t n)
{
    const struct plan_link *link = &plan.link[way];
    enum chance_stream stream =
        way == LINK_OUT ? CHANCE_LINK_OUT : CHANCE_LINK_IN;

    if (chance(stream, 1000) < link->lost)
        return;
    plan_arrival(way, packet, n);
    if (chance(stream, 1000) < link->doubled)
        plan_arrival(way, packet, n);
}
