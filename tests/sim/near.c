/* SPDX-License-Identifier: MIT */
/* The near side: lwIP and lwurl's port, the tasks that fetch, and what is left
   when they are done. */
#include "near.h"

#include <stdint.h>

#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/stats.h"
#include "lwip/tcpip.h"

#include "app.h"
#include "chance.h"
#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "link.h"
#include "lwip/lwurl_lwip.h"
#include "near_tls.h"
#include "plan.h"
#include "sim.h"
#include "want.h"

static struct netif netif;
static struct lwurl_lwip net;
COOP_STACK(near_stack_0, NEAR_STACK_N);
COOP_STACK(near_stack_1, NEAR_STACK_N);
COOP_STACK(near_stack_2, NEAR_STACK_N);

const struct lwurl_port near_port = LWURL_LWIP_PORT(&net);

uint32_t lwip_board_rand(void)
{
    return chance_word(CHANCE_NEAR);
}

uint32_t lwip_board_isn(const void *local_addr, uint16_t local_port,
                        const void *remote_addr, uint16_t remote_port)
{
    (void)local_addr;
    (void)remote_addr;
    return chance_word(CHANCE_NEAR) + local_port + remote_port;
}

void lwip_board_assert(const char *what)
{
    sim_assert(what);
}

/* --------------------------------------------------------------- interface */

static err_t send_packet(struct pbuf *p)
{
    uint8_t bytes[LINK_MTU];

    if (p->tot_len > sizeof bytes)
        return ERR_VAL;
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    link_send(LINK_OUT, bytes, p->tot_len);
    return ERR_OK;
}

static err_t output4(struct netif *to, struct pbuf *p, const ip4_addr_t *at)
{
    (void)to;
    (void)at;
    return send_packet(p);
}

static err_t output6(struct netif *to, struct pbuf *p, const ip6_addr_t *at)
{
    (void)to;
    (void)at;
    return send_packet(p);
}

void near_input(const uint8_t *packet, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL);

    if (!p)
        return;
    pbuf_take(p, packet, (u16_t)n);
    if (netif.input(p, &netif) != ERR_OK)
        pbuf_free(p);
}

static err_t init_netif(struct netif *n)
{
    n->name[0] = 'n';
    n->name[1] = 'e';
    n->output = output4;
    n->output_ip6 = output6;
    n->mtu = LINK_MTU;
    return ERR_OK;
}

static void start_netif(void *started)
{
    ip4_addr_t at, mask, gateway;
    ip_addr_t names, six;

    IP4_ADDR(&at, 10, 0, 0, 100);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    IP4_ADDR(&gateway, 10, 0, 0, 1);
    netif_add(&netif, &at, &mask, &gateway, NULL, init_netif, tcpip_input);
    netif_set_default(&netif);
    ipaddr_aton("fd00::64", &six);
    netif_ip6_addr_set(&netif, 1, ip_2_ip6(&six));
    netif_ip6_addr_set_state(&netif, 1, IP6_ADDR_PREFERRED);
    netif_set_link_up(&netif);
    netif_set_up(&netif);
    IP_ADDR4(&names, 10, 0, 0, 53);
    dns_setserver(0, &names);
    coop_sem_signal(started);
}

/* -------------------------------------------------------------------- leaks */

static unsigned near_left_over(void)
{
    static const memp_t pools[] = {
        MEMP_TCP_PCB,   MEMP_NETCONN,         MEMP_TCP_SEG,       MEMP_PBUF,
        MEMP_PBUF_POOL, MEMP_TCPIP_MSG_INPKT, MEMP_TCPIP_MSG_API, MEMP_UDP_PCB};
    unsigned held = (unsigned)lwip_stats.mem.used;

    for (size_t i = 0; i < LWIP_ARRAYSIZE(pools); i++)
        held += (unsigned)lwip_stats.memp[pools[i]]->used;
    for (size_t i = 0; i < LWURL_LWIP_LOOKUPS; i++)
        held += net.lookups[i].wanted || net.lookups[i].asking;
    return held + near_tls_held();
}

/* TIME_WAIT and the far side's retries pass. */
static void check_leaks(unsigned before, unsigned far_before)
{
    peer_stop();
    for (int s = 0; s < 400; s++) {
        if (near_left_over() == before && peer_left_over() == far_before)
            return;
        coop_sleep_ms(1000);
    }
    sim_fail("left over: %u near (%u before), %u far (%u before)",
             near_left_over(), before, peer_left_over(), far_before);
}

/* -------------------------------------------------------------------- tasks */

static struct coop_sem ended;

static int run_app(void *arg)
{
    app_run(*(const unsigned *)arg);
    coop_sem_signal(&ended);
    return 0;
}

static struct coop_stack stack_of(unsigned task)
{
    return task == 0 ? near_stack_0 : task == 1 ? near_stack_1 : near_stack_2;
}

static void run_apps(void)
{
    static struct coop_task tasks[TASKS_MAX];
    static const unsigned numbers[TASKS_MAX] = {0, 1, 2};

    coop_sem_init(&ended, 0);
    for (unsigned i = 0; i < plan.tasks_n; i++)
        coop_task_start(&tasks[i], "app", run_app, (void *)&numbers[i],
                        stack_of(i));
    for (unsigned i = 0; i < plan.tasks_n; i++)
        coop_sem_wait(&ended, COOP_FOREVER);
}

int near_run(void *arg)
{
    static struct coop_sem started;
    unsigned before, far_before;

    (void)arg;
    coop_sem_init(&started, 0);
    tcpip_init(start_netif, &started);
    coop_sem_wait(&started, COOP_FOREVER);
    if (lwurl_lwip_init(&net) != LWURL_OK)
        sim_fail("no port");
    near_tls_start();
    coop_sleep_ms(1);
    before = near_left_over();
    far_before = peer_left_over();
    want_begin();
    run_apps();
    want_end();
    check_leaks(before, far_before);
    return 0;
}
