/* SPDX-License-Identifier: MIT */
#include "program.h"

#include "fetch.h"
#include "lwip/netif.h"
#include "options.h"
#include "summary.h"
#include "tls.h"

#define NET_MS 10000u

/* An address by DHCP, with what is left of the first fetch's time. Without
   one, it is lwurl that says so. */
static void start_network(uint32_t deadline_ms)
{
    bool sooner = deadline_ms > 0 && deadline_ms < NET_MS;
    uint32_t since_ms = board_ms();

    if (board_net_up(sooner ? deadline_ms : NET_MS) != 0) {
        console_puts("no address by DHCP\n");
        return;
    }
    console_puts("address by DHCP after ");
    console_u32(board_ms() - since_ms);
    console_puts(" ms\n");
}

static int fetch_all(const struct options *o)
{
    struct lwurl_request request = {
        .user = o->user,
        .password = o->password,
        .deadline_ms = o->deadline_ms,
    };
    struct fetch fetch;
    int first_err = LWURL_OK;

    for (size_t i = 0; i < o->urls_n; i++) {
        request.url = o->urls[i];
        int err = fetch_run(&request, &fetch);
        if (first_err == LWURL_OK)
            first_err = err;
        summary_fetch(&fetch);
    }
    fetch_end();
    summary_memory();
    return -first_err;
}

int program_run(const struct device *device, int argc, char *argv[])
{
    struct options o = {
        .urls = {device->url},
        .urls_n = 1,
        .user = device->user,
        .password = device->password,
    };

    if (options_parse(&o, argc, argv) != 0 || tls_init(o.anchor) != 0) {
        console_puts("FAILED: arguments\n");
        return 1;
    }
    start_network(o.deadline_ms);
    if (fetch_init() != 0)
        board_die("no room for the port");
    return fetch_all(&o);
}
