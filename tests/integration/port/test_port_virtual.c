/* SPDX-License-Identifier: MIT */
/*
 * port/lwip, every function, on the virtual clock of port/coop: both ends are
 * in one lwIP, beside an interface that swallows everything. Timeouts take no
 * time, and each run is the same.
 */
#include "support.h"

#include <stdio.h>

#include "coop/clock_virtual.h"
#include "coop/coop.h"

#include "peers.h"
#include "virtual.h"

static int run_all(void *arg)
{
    int failed;

    (void)arg;
    start_lwip();
    peers_start();
    coop_sleep_ms(10);
    failed = run_netif_tests();
    failed += run_connect_tests();
    failed += run_data_tests();
    failed += run_wait_tests();
    failed += run_name_tests();
    failed += run_shortage_tests();
    return failed;
}

int main(void)
{
    static struct coop_task task;
    COOP_STACK(stack, 262144);
    int result;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    lwip_board_dns_port = PORT_DNS;
    coop_virtual_reset(0, 1000u * 1000u * 36000u); /* ten hours */
    coop_task_start(&task, "tests", run_all, NULL, stack);
    result = coop_run(&coop_virtual, &task);
    if (result < 0)
        printf("not ok - coop gave up: %d\n", result);
    return result != 0;
}
