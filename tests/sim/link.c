/* SPDX-License-Identifier: MIT */
#include "link.h"

#include <stdbool.h>
#include <string.h>

#include "chance.h"
#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "plan.h"
#include "world.h"

#define PACKETS_MAX 512
#define ROOM        (LINK_MTU + 4) /* whole words */
#define TCP         6

struct packet {
    struct coop_event event; /* first */
    struct packet *next;     /* free ones */
    enum link_way way;
    size_t n;
    size_t told_n; /* of them in the trace */
    uint8_t *bytes;
};

uint64_t trace;

static struct packet packets[PACKETS_MAX];
static uint8_t bytes[PACKETS_MAX][ROOM] __attribute__((aligned(8)));
static size_t packets_n;      /* ever used */
static struct packet *unused; /* of these */
static FILE *capture;

/* FNV-1a, eight bytes at a time; the shift brings high bits down. */
void trace_word(uint64_t word)
{
    trace = (trace ^ word) * UINT64_C(1099511628211);
    trace ^= trace >> 32;
}

static uint64_t read_word(const uint8_t *p)
{
    return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 | (uint64_t)p[5] << 40 |
           (uint64_t)p[4] << 32 | (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 |
           (uint64_t)p[1] << 8 | p[0];
}

static void trace_packet(const struct packet *p)
{
    trace_word(coop_virtual_now_us());
    trace_word((uint64_t)p->way << 32 | p->n);
    for (size_t i = 0; i < p->told_n; i += 8)
        trace_word(read_word(p->bytes + i));
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
}

void link_prepare(void)
{
    world_leave_out(bytes, sizeof bytes);
}

/* NULL: too many are on their way. */
static struct packet *new_packet(void)
{
    struct packet *p = unused;

    if (p) {
        unused = p->next;
    } else if (packets_n < PACKETS_MAX) {
        p = &packets[packets_n];
        p->bytes = bytes[packets_n++];
    }
    return p;
}

/* One byte: a checksum over 16 bits finds that always, and two bytes not. */
static void spoil(struct packet *p, enum chance_stream stream)
{
    p->bytes[chance(stream, (uint32_t)p->n)] ^=
        (uint8_t)(1 + chance(stream, 255));
}

/* lwIP 2.2.1 swaps the window of a reset twice, which is once too often on a
   machine of the other byte order. Nobody reads it: it and the checksum behind
   it are left out, with the words that they are in. */
static size_t told_of(const struct packet *p)
{
    bool v4 = p->bytes[0] >> 4 == 4;
    size_t tcp = v4 ? 20 : 40;
    bool reset = p->n >= tcp + 20 && p->bytes[v4 ? 9 : 6] == TCP &&
                 (p->bytes[tcp + 13] & 4) != 0;

    return reset ? (tcp + 14) / 8 * 8 : p->n;
}

static void plan_arrival(enum link_way way, const uint8_t *packet, size_t n)
{
    const struct plan_link *link = &plan.link[way];
    enum chance_stream stream =
        way == LINK_OUT ? CHANCE_LINK_OUT : CHANCE_LINK_IN;
    struct packet *p = n <= LINK_MTU ? new_packet() : NULL;
    uint32_t us = link->delay_us + chance(stream, link->jitter_us + 1);

    if (!p)
        return;
    p->way = way;
    p->n = n;
    memcpy(p->bytes, packet, n);
    memset(p->bytes + n, 0, (ROOM - n) % 8);
    p->told_n = told_of(p);
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
