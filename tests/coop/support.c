/* SPDX-License-Identifier: MIT */
/* What lwIP wants of a program, for those of the tests. */
#include "lwip/opt.h"

#include <stdio.h>
#include <stdlib.h>

uint32_t lwip_board_rand(void)
{
    static uint32_t state = 1;

    state = state * 1664525u + 1013904223u;
    return state >> 8 | state << 24;
}

uint32_t lwip_board_isn(const void *local_addr, uint16_t local_port,
                        const void *remote_addr, uint16_t remote_port)
{
    (void)local_addr;
    (void)remote_addr;
    return lwip_board_rand() + local_port + remote_port;
}

void lwip_board_assert(const char *what)
{
    fprintf(stderr, "lwIP: %s\n", what);
    abort();
}

uint16_t lwip_board_dns_port = 53;
