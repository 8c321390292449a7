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

static unsigned kind_of(memp_t type)
{
    static const memp_t types[] = {
        [WANT_NETCONN] = MEMP_NETCONN, [WANT_TCP_PCB] = MEMP_TCP_PCB,
        [WANT_TCP_SEG] = MEMP_TCP_SEG, [WANT_PBUF_POOL] = MEMP_PBUF_POOL,
        [WANT_PBUF] = MEMP_PBUF,       [WANT_MSG_INPKT] = MEMP_TCPIP_MSG_INPKT,
        [WANT_UDP_PCB] = MEMP_UDP_PCB,
    };
    unsigned kind = 0;

    while (kind < WANT_HEAP && types[kind] != type)
        kind++;
    return kind;
}

static bool is_there(unsigned kind)
{
    uint32_t number = begun ? ++asked[kind] : 0;

    return number == 0 || plan.want.n == 0 || kind != plan.want.kind ||
           number < plan.want.from || number - plan.want.from >= plan.want.n;
}

void *__wrap_memp_malloc(memp_t type)
{
    unsigned kind = kind_of(type);

    if (kind < WANT_HEAP && !is_there(kind))
        return NULL;
    return __real_memp_malloc(type);
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
