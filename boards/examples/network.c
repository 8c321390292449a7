/* SPDX-License-Identifier: MIT */
#include "network.h"

#include "board.h"
#include "lwip/lwurl_lwip.h"

#define NET_MS 15000u

static struct lwurl_lwip lwip;
const struct lwurl_port net_port = LWURL_LWIP_PORT(&lwip);

int network_up(const char *url)
{
    (void)url;
    if (board_net_up(NET_MS) != 0)
        console_puts("no address by DHCP\n");
    return lwurl_lwip_init(&lwip);
}
