/* SPDX-License-Identifier: MIT */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "world.h"

#define BYTES_MAX    65536u
#define SEGMENTS_MAX 1024u

#define LINK_ETHERNET 1u
#define LINK_RAW      101u

#define TCP_FIN 1u
#define TCP_SYN 2u
#define TCP_ACK 16u

/* Whole words, to be left out of the world: nobody writes here later. */
static uint8_t sent[BYTES_MAX] __attribute__((aligned(8)));
static uint8_t body[BYTES_MAX] __attribute__((aligned(8)));
static uint8_t file[2 * BYTES_MAX] __attribute__((aligned(8)));
static uint32_t ends[SEGMENTS_MAX] __attribute__((aligned(8)));

static uint32_t sent_n, body_n, segments_n;
static bool closes;

/* Of the server. */
static uint32_t first_seq;
static unsigned server_port;

static void give_up(const char *path, const char *why)
{
    fprintf(stderr, "sim: %s: %s\n", path, why);
    exit(2);
}

static uint32_t load(const char *path, uint8_t *to, size_t max)
{
    FILE *from = path ? fopen(path, "rb") : NULL;
    size_t n = from ? fread(to, 1, max, from) : 0;

    if (n == 0 || n == max)
        give_up(path ? path : "--body", "missing, empty or too long");
    fclose(from);
    return (uint32_t)n;
}

static uint32_t big16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t big32(const uint8_t *p)
{
    return big16(p) << 16 | big16(p + 2);
}

static uint32_t little32(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 |
           p[0];
}

/* Bytes behind what was there already. */
static void add_segment(uint32_t at, const uint8_t *p, uint32_t n)
{
    if (at > sent_n || at + n <= sent_n || at + n > BYTES_MAX ||
        segments_n == SEGMENTS_MAX)
        return;
    memcpy(sent + at, p, n);
    sent_n = at + n;
    ends[segments_n++] = sent_n;
}

static void read_tcp(const uint8_t *p, uint32_t n)
{
    unsigned flags = n >= 20 ? p[13] : 0;
    uint32_t head = n >= 20 ? (p[12] >> 4) * 4u : 0;

    if (head < 20 || head > n)
        return;
    if ((flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK)) {
        server_port = big16(p);
        first_seq = big32(p + 4) + 1;
    }
    if (server_port == 0 || big16(p) != server_port)
        return;
    if (n > head)
        add_segment(big32(p + 4) - first_seq, p + head, n - head);
    closes = closes || (flags & TCP_FIN) != 0;
}

/* Trailers of short Ethernet frames are behind the IP length. */
static void read_ip(const uint8_t *p, uint32_t n)
{
    uint32_t head = n >= 20 ? (p[0] & 15u) * 4u : 0;
    uint32_t total = n >= 20 ? big16(p + 2) : 0;

    if (head < 20 || p[0] >> 4 != 4 || p[9] != 6 || total > n || total < head)
        return;
    read_tcp(p + head, total - head);
}

static void read_frame(const uint8_t *p, uint32_t n, uint32_t kind)
{
    if (kind == LINK_RAW)
        read_ip(p, n);
    else if (n > 14 && big16(p + 12) == 0x800)
        read_ip(p + 14, n - 14);
}

static void read_capture(const char *path, uint32_t n)
{
    bool little = file[0] != 0xa1;
    uint32_t (*number)(const uint8_t *) = little ? little32 : big32;
    uint32_t kind = n >= 24 ? number(file + 20) : 0;

    if (kind != LINK_ETHERNET && kind != LINK_RAW)
        give_up(path, "no capture of Ethernet or IP");
    for (uint32_t at = 24, size; at + 16 <= n; at += 16 + size) {
        size = number(file + at + 8);
        if (size > n - at - 16)
            give_up(path, "cut short");
        read_frame(file + at + 16, size, kind);
    }
    if (sent_n == 0)
        give_up(path, "no server says anything");
}

void replay_load(const char *pcap, const char *expected)
{
    read_capture(pcap, load(pcap, file, sizeof file));
    body_n = load(expected, body, sizeof body);
    world_leave_out(sent, sizeof sent);
    world_leave_out(body, sizeof body);
    world_leave_out(file, sizeof file);
}

bool replay_is_on(void)
{
    return sent_n > 0;
}

static void plan_fetch(struct plan_fetch *f)
{
    f->host = HOST_A;
    f->resource = 0;
    f->post_n = 0;
    f->login = false;
}

void replay_plan(void)
{
    const struct plan_resource captured = {
        .kind = STATUS_OK, .body_n = body_n, .piece_n = 1460, .closes = closes};

    for (unsigned i = 0; i < RESOURCES_N; i++)
        plan.resources[i] = captured;
    for (unsigned i = 0; i < FETCHES_MAX; i++)
        plan_fetch(&plan.fetches[i]);
}

const uint8_t *replay_bytes(uint32_t *n)
{
    *n = sent_n;
    return sent;
}

uint32_t replay_segment(uint32_t at)
{
    uint32_t i = 0;

    while (i + 1 < segments_n && ends[i] <= at)
        i++;
    return ends[i] - at;
}

uint8_t replay_body_byte(uint32_t i)
{
    return body[i % BYTES_MAX];
}
