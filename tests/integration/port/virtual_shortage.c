/* SPDX-License-Identifier: MIT */
/* lwIP has no more of something. The last group: it gives nothing back. */
#include "support.h"

#include "lwip/memp.h"

#include "coop/coop.h"

#include "peers.h"
#include "virtual.h"

static void out_of_sockets_is_stack(void **state)
{
    struct lwurl_addr to = nobody();
    int fds[MEMP_NUM_NETCONN + 1];
    int n = 0;

    (void)state;
    while ((fds[n] = port.connect(port.ctx, &to)) >= 0)
        assert_in_range(++n, 1, MEMP_NUM_NETCONN);
    assert_int_equal(fds[n], LWURL_ERR_STACK);
    assert_true(n > 2);
    while (n > 0)
        port.close(port.ctx, fds[--n], 1);
    to = peer(PORT_ECHO);
    port.close(port.ctx, connected_to(&to), 1);
}

static void *segments[MEMP_NUM_TCP_SEG];

static void take_segments(void *arg)
{
    int i;

    (void)arg;
    for (i = 0; i < MEMP_NUM_TCP_SEG; i++)
        segments[i] = memp_malloc(MEMP_TCP_SEG);
}

static void return_segments(void *arg)
{
    int i;

    (void)arg;
    for (i = 0; i < MEMP_NUM_TCP_SEG; i++)
        memp_free(MEMP_TCP_SEG, segments[i]);
}

static void out_of_segments_is_stack(void **state)
{
    struct lwurl_addr to = nobody();

    (void)state;
    in_lwip(take_segments, NULL);
    assert_int_equal(port.connect(port.ctx, &to), LWURL_ERR_STACK);
    in_lwip(return_segments, NULL);
    to = peer(PORT_ECHO);
    port.close(port.ctx, connected_to(&to), 1);
}

static void out_of_messages_is_stack(void **state)
{
    static struct lwurl_lwip more[MEMP_NUM_TCPIP_MSG_API];
    int i;

    (void)state;
    coop_sleep_ms(100);
    for (i = 0; i < MEMP_NUM_TCPIP_MSG_API - 1; i++)
        assert_int_equal(lwurl_lwip_init(&more[i]), LWURL_OK);
    assert_int_equal(lwurl_lwip_init(&more[i]), LWURL_ERR_STACK);
    assert_int_equal(lwurl_lwip_up(&more[i]), 0);
    assert_int_equal(lwurl_lwip_up(&more[0]), 1);
}

int run_shortage_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_of_sockets_is_stack),
        cmocka_unit_test(out_of_segments_is_stack),
        cmocka_unit_test(out_of_messages_is_stack),
    };

    return cmocka_run_group_tests_name("shortage", tests, NULL, NULL);
}
