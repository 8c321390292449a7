/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/stats.h"

#include "../chance.h"
#include "../link.h"
#include "names.h"
#include "secure.h"
#include "timers.h"
#include "web.h"

static struct netif netifs[3];

uint32_t sim_far_rand(void)
{
    return chance_word(CHANCE_FAR);
}

static err_t send_packet(struct pbuf *p)
{
    uint8_t bytes[LINK_MTU];

    if (p->tot_len > sizeof bytes)
        return ERR_VAL;
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    link_send(LINK_IN, bytes, p->tot_len);
    return ERR_OK;
}

static err_t output4(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)to;
    return send_packet(p);
}

static err_t output6(struct netif *netif, struct pbuf *p, const ip6_addr_t *to)
{
    (void)netif;
    (void)to;
    return send_packet(p);
}

static err_t init_netif(struct netif *netif)
{
    netif->name[0] = 'f';
    netif->name[1] = 'a';
    netif->output = output4;
    netif->output_ip6 = output6;
    netif->mtu = LINK_MTU;
    return ERR_OK;
}

static void add_netif(int i)
{
    static const uint8_t lasts[3] = {1, 2, 53};
    ip4_addr_t at, mask, none = {0};
    ip_addr_t here;

    IP4_ADDR(&at, 10, 0, 0, lasts[i]);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    netif_add(&netifs[i], &at, &mask, &none, NULL, init_netif, ip_input);
    netif_set_up(&netifs[i]);
    netif_set_link_up(&netifs[i]);
    ip_addr_copy_from_ip4(here, at);
    if (i < 2)
        web_listen(&here);
}

static void add_six(void)
{
    ip_addr_t at;

    ipaddr_aton("fd00::6", &at);
    netif_ip6_addr_set(&netifs[0], 1, ip_2_ip6(&at));
    netif_ip6_addr_set_state(&netifs[0], 1, IP6_ADDR_PREFERRED);
    web_listen(&at);
}

void peer_prepare(void)
{
    web_prepare();
    secure_prepare();
}

void peer_start(void)
{
    lwip_init();
    for (int i = 0; i < 3; i++)
        add_netif(i);
    add_six();
    netif_set_default(&netifs[0]);
    names_start();
    secure_start();
    timers_plan();
}

void peer_input(const uint8_t *packet, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL);

    if (!p)
        return;
    pbuf_take(p, packet, (u16_t)n);
    if (netifs[0].input(p, &netifs[0]) != ERR_OK)
        pbuf_free(p);
    timers_plan();
}

void peer_stop(void)
{
    web_stop();
    timers_plan();
}

unsigned peer_left_over(void)
{
    static const memp_t pools[] = {MEMP_TCP_PCB, MEMP_TCP_SEG, MEMP_PBUF,
                                   MEMP_PBUF_POOL};
    unsigned held = 0;

    for (size_t i = 0; i < LWIP_ARRAYSIZE(pools); i++)
        held += (unsigned)lwip_stats.memp[pools[i]]->used;
    return held;
}
