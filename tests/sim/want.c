/* SPDX-License-Identifier: MIT */
#include "want.h"

#include <stdbool.h>

#include "lwip/mem.h"
#include "lwip/memp.h"

#include "plan.h"

static uint32_t asked[WANT_KINDS];
static bool begun;

void *__real_memp_malloc(memp_t type);
void *__real_mem_malloc(mem_size_t n);
void *__wrap_memp_malloc(memp_t type);
void *__wrap_mem_malloc(mem_size_t n);

/* One more than the kind; 0: of none. */
static const uint8_t kinds[MEMP_MAX] = {
    [MEMP_NETCONN] = WANT_NETCONN + 1,
    [MEMP_TCP_PCB] = WANT_TCP_PCB + 1,
    [MEMP_TCP_SEG] = WANT_TCP_SEG + 1,
    [MEMP_PBUF_POOL] = WANT_PBUF_POOL + 1,
    [MEMP_PBUF] = WANT_PBUF + 1,
    [MEMP_TCPIP_MSG_INPKT] = WANT_MSG_INPKT + 1,
    [MEMP_UDP_PCB] = WANT_UDP_PCB + 1,
};

static bool is_there(unsigned kind)
{
    uint32_t number = begun ? ++asked[kind] : 0;

    return number == 0 || plan.want.n == 0 || kind != plan.want.kind ||
           number < plan.want.from || number - plan.want.from >= plan.want.n;
}

void *__wrap_memp_malloc(memp_t type)
{
    unsigned kind = kinds[type];

    return kind == 0 || is_there(kind - 1) ? __real_memp_malloc(type) : NULL;
}

void *__wrap_mem_malloc(mem_size_t n)
{
    return is_there(WANT_HEAP) ? __real_mem_malloc(n) : NULL;
}

void want_begin(void)
{
    begun = true;
}

void want_end(void)
{
    begun = false;
}
