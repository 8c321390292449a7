/* SPDX-License-Identifier: MIT */
#include "peers.h"

#include <string.h>
#include <strings.h>

#include "lwip/errno.h"
#include "lwip/sockets.h"

#include "coop/coop.h"

#include "support.h"

struct peers peers;

/* ------------------------------------------------------------- TCP servers */

static void send_whole(int fd, const void *p, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t took = lwip_send(fd, (const char *)p + done, n - done, 0);

        if (took <= 0)
            return;
        done += (size_t)took;
    }
}

static void echo(int fd)
{
    char bytes[2000];
    ssize_t n;

    while ((n = lwip_recv(fd, bytes, sizeof bytes, 0)) > 0)
        send_whole(fd, bytes, (size_t)n);
}

static void read_all(int fd)
{
    char bytes[2000];
    ssize_t n;

    peers.got_n = 0;
    peers.got_hash = HASH_START;
    while ((n = lwip_recv(fd, bytes, sizeof bytes, 0)) > 0) {
        peers.got_n += (uint32_t)n;
        peers.got_hash = hash(peers.got_hash, bytes, (size_t)n);
    }
    peers.got_error = n == 0 ? 0 : errno;
}

static void hold(int fd)
{
    while (!peers.release)
        coop_sleep_ms(5);
    peers.release = false;
    read_all(fd);
}

static void stall(int fd)
{
    send_whole(fd, "stall", 5);
    hold(fd);
}

static void reset(int fd)
{
    char byte;

    (void)lwip_recv(fd, &byte, 1, 0);
    send_whole(fd, "last words", 10);
}

static void half(int fd)
{
    send_whole(fd, "hello", 5);
    lwip_shutdown(fd, SHUT_WR);
    read_all(fd);
}

static void source(int fd)
{
    uint8_t bytes[1000];
    size_t done, i;

    for (done = 0; done < PATTERN_N; done += i) {
        for (i = 0; i < sizeof bytes && done + i < PATTERN_N; i++)
            bytes[i] = pattern(done + i);
        send_whole(fd, bytes, i);
    }
}

static void drip(int fd)
{
    int i, on = 1;

    lwip_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (i = 0; i < 4; i++) {
        send_whole(fd, &"drip"[i], 1);
        coop_sleep_ms(5);
    }
}

struct server {
    struct coop_task task;
    uint16_t tcp_port;
    void (*serve)(int fd);
};

static int serve_all(void *arg)
{
    const struct server *server = arg;
    struct sockaddr_in at = {.sin_len = sizeof at, .sin_family = AF_INET};
    int listener = lwip_socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = PP_HTONL(INADDR_LOOPBACK);
    at.sin_port = lwip_htons(server->tcp_port);
    if (lwip_bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        lwip_listen(listener, 4) != 0)
        return 1;
    for (;;) {
        int fd = lwip_accept(listener, NULL, NULL);

        if (fd < 0)
            continue;
        server->serve(fd);
        lwip_close(fd);
        peers.served++;
    }
}

/* --------------------------------------------------------------------- DNS */

/* What the server knows. Zero-length data: no record of that type. */
static const struct name {
    const char *name;
    uint8_t a[4];
    uint8_t aaaa_last; /* of 2001:db8::x, 0 for none */
    uint8_t rcode;
    uint8_t ttl_s;
    bool late;
    bool silent;
} names[] = {
    {.name = "four.test", .a = {192, 0, 2, 4}},
    {.name = "six.test", .aaaa_last = 6},
    {.name = "both.test", .a = {192, 0, 2, 46}, .aaaa_last = 0x46},
    {.name = "kept.test", .a = {192, 0, 2, 60}, .ttl_s = 60},
    {.name = "none.test", .rcode = 3},
    {.name = "broken.test", .rcode = 2},
    {.name = "late.test", .a = {192, 0, 2, 99}, .late = true},
    {.name = "silent.test", .silent = true},
};

struct question {
    uint8_t bytes[512];
    size_t n; /* up to the end of the question */
    uint16_t type;
    const struct name *about; /* NULL: nothing known */
    struct sockaddr_in from;
};

/* Reads the question's name as text. */
static void read_question(struct question *q)
{
    char text[256];
    size_t text_n = 0, at = 12, i;

    while (at < 200 && q->bytes[at] != 0) {
        for (i = 1; i <= q->bytes[at] && text_n < 200; i++)
            text[text_n++] = (char)q->bytes[at + i];
        text[text_n++] = '.';
        at += q->bytes[at] + 1u;
    }
    text[text_n > 0 ? text_n - 1 : 0] = '\0';
    q->type = (uint16_t)(q->bytes[at + 1] << 8 | q->bytes[at + 2]);
    q->n = at + 5;
    q->about = NULL;
    for (i = 0; i < LWIP_ARRAYSIZE(names); i++) {
        if (strcasecmp(text, names[i].name) == 0)
            q->about = &names[i];
    }
}

static void add_record(struct question *q, const void *data, uint8_t n)
{
    const uint8_t head[] = {0xc0, 12, 0, (uint8_t)q->type, 0, 1,
                            0,    0,  0, q->about->ttl_s,  0, n};

    q->bytes[7] = 1;
    memcpy(q->bytes + q->n, head, sizeof head);
    memcpy(q->bytes + q->n + sizeof head, data, n);
    q->n += sizeof head + n;
}

static void answer(int fd, struct question *q)
{
    uint8_t aaaa[16] = {0x20, 0x01, 0x0d, 0xb8};

    q->bytes[2] = 0x81;
    q->bytes[3] = (uint8_t)(0x80 | (q->about ? q->about->rcode : 3));
    if (q->about && q->type == 1 && q->about->a[0])
        add_record(q, q->about->a, 4);
    aaaa[15] = q->about ? q->about->aaaa_last : 0;
    if (aaaa[15] && q->type == 28)
        add_record(q, aaaa, 16);
    lwip_sendto(fd, q->bytes, q->n, 0, (struct sockaddr *)&q->from,
                sizeof q->from);
}

static void take_question(int fd, struct question *late)
{
    struct question q;
    socklen_t from_n = sizeof q.from;

    memset(&q, 0, sizeof q);
    if (lwip_recvfrom(fd, q.bytes, 300, MSG_DONTWAIT,
                      (struct sockaddr *)&q.from, &from_n) < 17)
        return;
    peers.asked++;
    read_question(&q);
    if (peers.silent)
        return;
    if (q.about && q.about->late)
        *late = q;
    else if (!q.about || !q.about->silent)
        answer(fd, &q);
}

static int serve_names(void *arg)
{
    struct sockaddr_in at = {.sin_len = sizeof at, .sin_family = AF_INET};
    int fd = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    struct question late = {.n = 0};
    struct pollfd poll = {.fd = fd, .events = POLLIN};

    (void)arg;
    at.sin_addr.s_addr = PP_HTONL(INADDR_LOOPBACK);
    at.sin_port = PP_HTONS(PORT_DNS);
    if (lwip_bind(fd, (struct sockaddr *)&at, sizeof at) != 0)
        return 1;
    for (;;) {
        if (lwip_poll(&poll, 1, 10) > 0)
            take_question(fd, &late);
        if (peers.release_dns && late.n) {
            peers.release_dns = false;
            answer(fd, &late);
            late.n = 0;
        }
    }
}

/* ------------------------------------------------------------------- start */

#define STACK_N 65536
COOP_STACK(echo_stack, STACK_N);
COOP_STACK(hold_stack, STACK_N);
COOP_STACK(stall_stack, STACK_N);
COOP_STACK(reset_stack, STACK_N);
COOP_STACK(half_stack, STACK_N);
COOP_STACK(source_stack, STACK_N);
COOP_STACK(drip_stack, STACK_N);
COOP_STACK(names_stack, STACK_N);

static struct server servers[] = {
    {.tcp_port = PORT_ECHO, .serve = echo},
    {.tcp_port = PORT_HOLD, .serve = hold},
    {.tcp_port = PORT_STALL, .serve = stall},
    {.tcp_port = PORT_RESET, .serve = reset},
    {.tcp_port = PORT_HALF, .serve = half},
    {.tcp_port = PORT_SOURCE, .serve = source},
    {.tcp_port = PORT_DRIP, .serve = drip},
};
static struct coop_task names_task;

void peers_start(void)
{
    const struct coop_stack stacks[] = {echo_stack,  hold_stack, stall_stack,
                                        reset_stack, half_stack, source_stack,
                                        drip_stack};
    size_t i;

    for (i = 0; i < LWIP_ARRAYSIZE(servers); i++)
        coop_task_start(&servers[i].task, "server", serve_all, &servers[i],
                        stacks[i]);
    coop_task_start(&names_task, "names", serve_names, NULL, names_stack);
}
