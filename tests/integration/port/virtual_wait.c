/* SPDX-License-Identifier: MIT */
/* wait() and wake() on the virtual clock: to the millisecond. */
#include "support.h"

#include "lwip/sockets.h"
#include "lwip/tcpip.h"

#include "coop/clock_virtual.h"
#include "coop/coop.h"

#include "peers.h"
#include "virtual.h"

static struct coop_event interrupt;

static void wake(void *arg)
{
    (void)arg;
    port.wake(port.ctx);
}

/* Plans an interrupt that calls fire() in ms milliseconds. */
static void plan(void (*fire)(void *), uint32_t ms)
{
    interrupt.fire = fire;
    coop_virtual_plan(&interrupt, coop_virtual_now_us() + ms * 1000u);
}

/* Milliseconds that a wait took. */
static uint32_t waited(int fd, unsigned events, uint32_t ms)
{
    uint32_t before = port.now_ms(port.ctx);

    port.wait(port.ctx, fd, events, ms);
    return port.now_ms(port.ctx) - before;
}

static int connected_to_peer(uint16_t tcp_port)
{
    struct lwurl_addr to = peer(tcp_port);

    return connected_to(&to);
}

static void fill_window(int fd)
{
    static const char zeros[1000];
    struct lwurl_str out = {zeros, sizeof zeros};
    bool full = false;

    while (!full)
        full = port.send(port.ctx, fd, &out, 1) == 0 &&
               waited(fd, LWURL_PORT_WRITE, 700) == 700;
}

static void drain_and_close(int fd)
{
    peers.release = true;
    port.close(port.ctx, fd, 1);
    coop_sleep_ms(50);
}

static void time_is_kept(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);

    (void)state;
    assert_int_equal(waited(LWURL_PORT_NONE, 0, 0), 0);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 0), 0);
    assert_int_equal(waited(LWURL_PORT_NONE, 0, 1), 1);
    assert_int_equal(waited(LWURL_PORT_NONE, 0, 250), 250);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 250), 250);
    assert_int_equal(waited(fd, 0, 250), 250); /* time only */
    assert_int_equal(waited(fd, LWURL_PORT_READ, UINT32_MAX), 1000);
    assert_int_equal(waited(LWURL_PORT_NONE, 0, UINT32_MAX), 1000);
    port.close(port.ctx, fd, 0);
}

static void readiness_ends_it(void **state)
{
    int fd = connected_to_peer(PORT_DRIP);
    char byte;
    int i;

    (void)state;
    assert_int_equal(waited(fd, LWURL_PORT_WRITE, 900), 0);
    assert_int_equal(waited(fd, LWURL_PORT_WRITE | LWURL_PORT_READ, 900), 0);
    for (i = 0; i < 4; i++) {
        assert_in_range(waited(fd, LWURL_PORT_READ, 900), 0, 6);
        assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 0); /* still */
        assert_int_equal(port.recv(port.ctx, fd, &byte, 1), 1);
        assert_int_equal(byte, "drip"[i]);
    }
    assert_in_range(waited(fd, LWURL_PORT_READ, 900), 0, 6);
    assert_int_equal(port.recv(port.ctx, fd, &byte, 1), LWURL_PORT_EOF);
    port.close(port.ctx, fd, 0);
}

/* Half of what came was read: no new event, but it is there. */
static void rest_of_a_segment_is_readable(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);
    char byte;

    (void)state;
    send_all(fd, "ab", 2);
    assert_int_equal(receive(fd, &byte, 1), 1);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 0);
    assert_int_equal(port.recv(port.ctx, fd, &byte, 1), 1);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 900);
    port.close(port.ctx, fd, 0);
}

static void room_ends_it(void **state)
{
    int fd = connected_to_peer(PORT_HOLD);

    (void)state;
    fill_window(fd);
    peers.release = true;
    assert_in_range(waited(fd, LWURL_PORT_WRITE, 900), 0, 300);
    drain_and_close(fd);
    peers.release = false;
}

/* What can be read ends no wait to write. */
static void only_what_is_wanted_ends_it(void **state)
{
    int fd = connected_to_peer(PORT_STALL);

    (void)state;
    fill_window(fd);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 300), 0);
    assert_int_equal(waited(fd, LWURL_PORT_WRITE, 300), 300);
    assert_int_equal(waited(fd, LWURL_PORT_WRITE | LWURL_PORT_READ, 300), 0);
    assert_int_equal(waited(fd, 0, 300), 300);
    drain_and_close(fd);
}

static void wake_ends_a_wait_for_nothing(void **state)
{
    (void)state;
    plan(wake, 77);
    assert_int_equal(waited(LWURL_PORT_NONE, 0, 900), 77);
    assert_int_equal(waited(LWURL_PORT_NONE, 0, 900), 900);
}

static void wake_ends_a_wait_to_read(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);
    char byte;

    (void)state;
    plan(wake, 77);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 77);
    assert_int_equal(port.recv(port.ctx, fd, &byte, 1), 0);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 900);
    send_all(fd, "x", 1); /* and the connection is as before */
    assert_int_equal(receive(fd, &byte, 1), 1);
    port.close(port.ctx, fd, 0);
}

static void wake_ends_a_wait_to_write(void **state)
{
    int fd = connected_to_peer(PORT_HOLD);

    (void)state;
    fill_window(fd);
    plan(wake, 77);
    assert_int_equal(waited(fd, LWURL_PORT_WRITE, 900), 77);
    assert_int_equal(waited(fd, LWURL_PORT_WRITE, 900), 900);
    drain_and_close(fd);
}

static void wake_ends_a_wait_to_connect(void **state)
{
    struct lwurl_addr to = nobody();
    int fd = port.connect(port.ctx, &to);

    (void)state;
    plan(wake, 77);
    assert_int_equal(waited(fd, LWURL_PORT_WRITE, 900), 77);
    assert_int_equal(port.connected(port.ctx, fd), 0);
    port.close(port.ctx, fd, 1);
}

/* Between the fetch's last look and its wait. */
static void wake_before_a_wait_is_not_lost(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);

    (void)state;
    port.wake(port.ctx);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 0);
    coop_sleep_ms(1);
    port.wake(port.ctx);
    coop_sleep_ms(1);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 0);
    assert_int_equal(waited(fd, LWURL_PORT_READ, 900), 900);
    port.wake(port.ctx);
    port.wake(port.ctx);
    coop_sleep_ms(1);
    assert_int_equal(waited(LWURL_PORT_NONE, 0, 900), 0);
    port.close(port.ctx, fd, 0);
}

static void do_nothing(void *arg)
{
    (void)arg;
}

static void wake_with_full_mailbox(void *arg)
{
    err_t err = ERR_OK;

    while (err == ERR_OK)
        err = tcpip_try_callback(do_nothing, NULL);
    wake(arg);
}

static void wake_with_full_mailbox_comes_within_a_second(void **state)
{
    int fd = connected_to_peer(PORT_ECHO);

    (void)state;
    plan(wake_with_full_mailbox, 77);
    assert_in_range(waited(fd, LWURL_PORT_READ, UINT32_MAX), 77, 1000);
    port.close(port.ctx, fd, 0);
}

/* An application's loop: two fetches and its own socket, in one select. */
static void own_loop_can_select(void **state)
{
    int quiet = connected_to_peer(PORT_ECHO);
    int fd = connected_to_peer(PORT_DRIP);
    int own = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    struct timeval half_a_second = {.tv_usec = 500000};
    fd_set set;

    (void)state;
    FD_ZERO(&set);
    FD_SET(quiet, &set);
    FD_SET(fd, &set);
    FD_SET(own, &set);
    assert_int_equal(
        lwip_select(MEMP_NUM_NETCONN, &set, NULL, NULL, &half_a_second), 1);
    assert_true(FD_ISSET(fd, &set));
    lwip_close(own);
    port.close(port.ctx, fd, 1);
    port.close(port.ctx, quiet, 1);
}

static int forget_wakes(void **state)
{
    uint32_t took = 0;

    (void)state;
    coop_sleep_ms(1);
    while (took < 5)
        took = waited(LWURL_PORT_NONE, 0, 5);
    return 0;
}

int run_wait_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_kept),
        cmocka_unit_test(readiness_ends_it),
        cmocka_unit_test(rest_of_a_segment_is_readable),
        cmocka_unit_test(room_ends_it),
        cmocka_unit_test(only_what_is_wanted_ends_it),
        cmocka_unit_test(own_loop_can_select),
        cmocka_unit_test_setup(wake_ends_a_wait_for_nothing, forget_wakes),
        cmocka_unit_test_setup(wake_ends_a_wait_to_read, forget_wakes),
        cmocka_unit_test_setup(wake_ends_a_wait_to_write, forget_wakes),
        cmocka_unit_test_setup(wake_ends_a_wait_to_connect, forget_wakes),
        cmocka_unit_test_setup(wake_before_a_wait_is_not_lost, forget_wakes),
        cmocka_unit_test_setup(wake_with_full_mailbox_comes_within_a_second,
                               forget_wakes),
    };

    return cmocka_run_group_tests_name("wait", tests, forget_wakes, NULL);
}
