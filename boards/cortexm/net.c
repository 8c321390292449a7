/* SPDX-License-Identifier: MIT */
/* lwIP and one Ethernet interface, with an address by DHCP. */
#include "lwip/dhcp.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include "board.h"

#define POLL_MS 2u

struct netif board_netif;
static sys_sem_t tcpip_runs;
static bool started;

#if LWIP_IPV6

static void start_ipv6(void)
{
    netif_create_ip6_linklocal_address(&board_netif, 1);
    board_netif.ip6_autoconfig_enabled = 1;
}

/* Beside the link-local one, which is number 0. */
static bool has_ipv6_address(void)
{
    bool has = false;

    for (s8_t i = 1; i < LWIP_IPV6_NUM_ADDRESSES; i++)
        if (ip6_addr_isvalid(netif_ip6_addr_state(&board_netif, i)))
            has = true;
    return has;
}

#else

static void start_ipv6(void)
{
}

static bool has_ipv6_address(void)
{
    return false;
}

#endif

static void add_interface(void)
{
    if (netif_add(&board_netif, NULL, NULL, NULL, NULL, board_eth_init,
                  netif_input) == NULL)
        board_die("no interface");
    netif_set_default(&board_netif);
    start_ipv6();
    netif_set_up(&board_netif);
    if (dhcp_start(&board_netif) != ERR_OK)
        board_die("no DHCP");
}

/* In the tcpip thread, with core locking or without. */
static void tcpip_started(void *unused)
{
    (void)unused;
    add_interface();
    sys_sem_signal(&tcpip_runs);
}

static void start(void)
{
    if (sys_sem_new(&tcpip_runs, 0) != ERR_OK)
        board_die("no semaphore");
    tcpip_init(tcpip_started, NULL);
    sys_arch_sem_wait(&tcpip_runs, 0);
    sys_sem_free(&tcpip_runs);
    started = true;
}

static bool has_address(void)
{
    return netif_is_link_up(&board_netif) &&
           !ip4_addr_isany(netif_ip4_addr(&board_netif));
}

int board_net_up(uint32_t ms)
{
    uint32_t since_ms = board_ms();

    if (!started)
        start();
    while (!has_address()) {
        if (board_ms() - since_ms >= ms)
            return has_ipv6_address() ? 0 : -1;
        sys_msleep(POLL_MS);
    }
    return 0;
}
