/* SPDX-License-Identifier: MIT */
#include "supply.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "lwip/opt.h"

/* A request of up to 256 bytes is answered whole (getrandom(2)). */
static int read_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    return n <= 256 && getrandom(p, n, 0) == (ssize_t)n ? 0 : -1;
}

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = time(NULL);
    return 0;
}

const struct lwurl_entropy host_entropy = {.read = read_entropy};
const struct lwurl_clock host_clock = {.now = read_clock};

int64_t host_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* -------------------------------------------------------------- lwIP's wishes
 */

uint16_t lwip_board_dns_port = 53;

uint32_t lwip_board_rand(void)
{
    uint32_t number;

    if (read_entropy(NULL, &number, sizeof number) != 0)
        lwip_board_assert("no entropy");
    return number;
}

/* The process is gone before a number could come again, so chance alone does
   what RFC 6528 asks for. */
uint32_t lwip_board_isn(const void *local_addr, uint16_t local_port,
                        const void *remote_addr, uint16_t remote_port)
{
    (void)local_addr;
    (void)local_port;
    (void)remote_addr;
    (void)remote_port;
    return lwip_board_rand();
}

void lwip_board_assert(const char *what)
{
    fprintf(stderr, "lwurl: lwIP: %s\n", what);
    abort();
}
