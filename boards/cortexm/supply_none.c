/* SPDX-License-Identifier: MIT */
/* A board on its own. See supply.h. */
#include "supply.h"

char *supply_args(void)
{
    static char empty[1];

    return empty;
}

int supply_entropy(void *p, size_t n)
{
    (void)p;
    (void)n;
    return -1;
}

int64_t supply_time(void)
{
    return -1;
}

/* Sleeps for good and leaves what happened on the console. A product starts
   again instead, best by its watchdog. */
void supply_exit(int code)
{
    (void)code;
    for (;;)
        __asm__ volatile("wfi");
}
