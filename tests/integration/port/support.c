/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip/tcpip.h"

#include "coop/coop.h"

struct lwurl_lwip net;
const struct lwurl_port port = LWURL_LWIP_PORT_HOSTS(&net);

static void started(void *arg)
{
    coop_sem_signal(arg);
}

void start_lwip(void)
{
    static struct coop_sem done;

    coop_sem_init(&done, 0);
    tcpip_init(started, &done);
    coop_sem_wait(&done, COOP_FOREVER);
    assert_int_equal(port.up(port.ctx), 0); /* not initialised */
    assert_int_equal(lwurl_lwip_init(&net), LWURL_OK);
}

uint8_t pattern(size_t at)
{
    return (uint8_t)(at ^ at >> 8 ^ at >> 16);
}

uint64_t hash(uint64_t so_far, const void *p, size_t n)
{
    const uint8_t *bytes = p;
    size_t i;

    for (i = 0; i < n; i++)
        so_far = (so_far ^ bytes[i]) * 1099511628211u;
    return so_far;
}

uint64_t hash_of_pattern(size_t n)
{
    uint64_t h = HASH_START;
    size_t i;

    for (i = 0; i < n; i++) {
        uint8_t byte = pattern(i);

        h = hash(h, &byte, 1);
    }
    return h;
}

struct lwurl_addr ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d,
                      uint16_t tcp_port)
{
    struct lwurl_addr addr = {.family = 4, .port = tcp_port};

    addr.bytes[0] = a;
    addr.bytes[1] = b;
    addr.bytes[2] = c;
    addr.bytes[3] = d;
    return addr;
}

static bool is_over(uint32_t since, uint32_t max_ms)
{
    return port.now_ms(port.ctx) - since >= max_ms;
}

int finish_connect(int fd, uint32_t max_ms)
{
    uint32_t since = port.now_ms(port.ctx);
    int got;

    while ((got = port.connected(port.ctx, fd)) == 0) {
        if (is_over(since, max_ms))
            break;
        port.wait(port.ctx, fd, LWURL_PORT_WRITE, max_ms);
    }
    return got;
}

int connected_to(const struct lwurl_addr *to)
{
    int fd = port.connect(port.ctx, to);

    assert_true(fd >= 0);
    assert_int_equal(finish_connect(fd, 10000), 1);
    return fd;
}

int receive(int fd, void *p, size_t n)
{
    uint32_t since = port.now_ms(port.ctx);
    int got;

    while ((got = port.recv(port.ctx, fd, p, n)) == 0) {
        if (is_over(since, 10000))
            break;
        port.wait(port.ctx, fd, LWURL_PORT_READ, 10000);
    }
    return got;
}

void send_all(int fd, const void *p, size_t n)
{
    size_t done = 0;

    while (done < n) {
        struct lwurl_str rest = {(const char *)p + done, n - done};
        int took = port.send(port.ctx, fd, &rest, 1);

        assert_in_range(took, 0, rest.n);
        done += (size_t)took;
        if (took == 0)
            port.wait(port.ctx, fd, LWURL_PORT_WRITE, 1000);
    }
}

int resolve(const char *name, unsigned attempt, struct lwurl_addr *out)
{
    struct lwurl_str slice = {name, strlen(name)};
    uint32_t since = port.now_ms(port.ctx);
    int slot = LWURL_PORT_NONE;
    int got;

    memset(out, 0xee, sizeof *out);
    while ((got = port.resolve(port.ctx, &slot, slice, attempt, out)) == 0) {
        if (is_over(since, 60000))
            return 0;
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 1000);
    }
    assert_int_equal(slot, LWURL_PORT_NONE);
    return got;
}

unsigned pcbs_in_use(void)
{
    return lwip_stats.memp[MEMP_TCP_PCB]->used;
}
