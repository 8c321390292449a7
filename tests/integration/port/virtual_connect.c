/* SPDX-License-Identifier: MIT */
/* up(), connect(), connected() and close() on the virtual clock. */
#include "support.h"

#include "lwip/errno.h"
#include "lwip/netif.h"
#include "lwip/tcpip.h"

#include "coop/clock_virtual.h"
#include "coop/coop.h"

#include "peers.h"
#include "virtual.h"

/* --------------------------------------------------------------- interfaces */

static struct netif hole;

#if LWIP_IPV6
static err_t swallow6(struct netif *netif, struct pbuf *p, const ip6_addr_t *to)
{
    (void)netif;
    (void)p;
    (void)to;
    return ERR_OK;
}

static void set_output6(struct netif *netif)
{
    netif->output_ip6 = swallow6;
}

static void set_link_local(void *netif)
{
    netif_create_ip6_linklocal_address(netif, 1);
    netif_ip6_addr_set_state(netif, 0, IP6_ADDR_PREFERRED);
}

static void set_global(void *netif)
{
    ip6_addr_t address;

    ip6addr_aton("2001:db8::9", &address);
    netif_ip6_addr_set(netif, 1, &address);
    netif_ip6_addr_set_state(netif, 1, IP6_ADDR_PREFERRED);
}

static void drop_global(void *netif)
{
    netif_ip6_addr_set_state(netif, 1, IP6_ADDR_INVALID);
}
#else
static void set_output6(struct netif *netif)
{
    (void)netif;
}

static void set_link_local(void *netif)
{
    (void)netif;
}

static void set_global(void *netif)
{
    (void)netif;
}

static void drop_global(void *netif)
{
    (void)netif;
}
#endif

static err_t swallow(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)p;
    (void)to;
    return ERR_OK;
}

static err_t init_hole(struct netif *netif)
{
    netif->name[0] = 'b';
    netif->name[1] = 'h';
    netif->output = swallow;
    netif->mtu = 1500;
    netif->hwaddr_len = 6;
    set_output6(netif);
    return ERR_OK;
}

void in_lwip(tcpip_callback_fn change, void *arg)
{
    assert_int_equal(tcpip_callback(change, arg), ERR_OK);
    coop_sleep_ms(1);
}

static void add_hole(void *netif)
{
    ip4_addr_t none = {0};

    netif_add(netif, &none, &none, &none, NULL, init_hole, tcpip_input);
}

static void set_up(void *netif)
{
    netif_set_up(netif);
}

static void set_down(void *netif)
{
    netif_set_down(netif);
}

static void set_link_up(void *netif)
{
    netif_set_link_up(netif);
}

static void set_link_down(void *netif)
{
    netif_set_link_down(netif);
}

static void set_address(void *netif)
{
    ip4_addr_t address, mask, none = {0};

    IP4_ADDR(&address, 10, 9, 9, 1);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    netif_set_addr(netif, &address, &mask, &none);
}

static int up(void)
{
    return port.up(port.ctx);
}

static void loopback_counts_when_alone(void **state)
{
    (void)state;
    assert_int_equal(up(), 1);
    in_lwip(add_hole, &hole);
    assert_int_equal(up(), 0);
}

static void up_needs_interface_link_and_address(void **state)
{
    (void)state;
    in_lwip(set_link_up, &hole);
    assert_int_equal(up(), 0);
    in_lwip(set_up, &hole);
    assert_int_equal(up(), 0);
    in_lwip(set_address, &hole);
    assert_int_equal(up(), 1);
    in_lwip(set_link_down, &hole);
    assert_int_equal(up(), 0);
    in_lwip(set_link_up, &hole);
    in_lwip(set_down, &hole);
    assert_int_equal(up(), 0);
    in_lwip(set_up, &hole);
    assert_int_equal(up(), 1);
}

/* Before the IPv4 address is there. */
static void up_with_ipv6_needs_more_than_link_local(void **state)
{
    (void)state;
    if (!LWIP_IPV6)
        skip();
    in_lwip(set_link_up, &hole);
    in_lwip(set_up, &hole);
    in_lwip(set_link_local, &hole);
    assert_int_equal(up(), 0);
    in_lwip(set_global, &hole);
    assert_int_equal(up(), 1);
    in_lwip(drop_global, &hole);
    assert_int_equal(up(), 0);
    in_lwip(set_down, &hole);
    in_lwip(set_link_down, &hole);
}

int run_netif_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_counts_when_alone),
        cmocka_unit_test(up_with_ipv6_needs_more_than_link_local),
        cmocka_unit_test(up_needs_interface_link_and_address),
    };

    return cmocka_run_group_tests_name("netif", tests, NULL, NULL);
}

/* --------------------------------------------------------------- connecting */

struct lwurl_addr peer(uint16_t tcp_port)
{
    return ip4(127, 0, 0, 1, tcp_port);
}

struct lwurl_addr nobody(void)
{
    return ip4(10, 9, 9, 2, 80);
}

static int connect_error(struct lwurl_addr to, uint32_t max_ms)
{
    int fd = port.connect(port.ctx, &to);
    int err;

    if (fd < 0)
        return fd;
    err = finish_connect(fd, max_ms);
    if (err < 0) /* and it stays an error */
        assert_true(port.connected(port.ctx, fd) < 0);
    port.close(port.ctx, fd, 1);
    return err;
}

static void connects_without_waiting(void **state)
{
    struct lwurl_addr to = peer(PORT_ECHO);
    uint64_t before = coop_virtual_now_us();
    int fd = port.connect(port.ctx, &to);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(coop_virtual_now_us(), before);
    assert_int_equal(finish_connect(fd, 1000), 1);
    assert_int_equal(port.connected(port.ctx, fd), 1);
    port.close(port.ctx, fd, 0);
}

static void closed_port_is_refused(void **state)
{
    (void)state;
    assert_int_equal(connect_error(peer(99), 10000), LWURL_ERR_REFUSED);
}

static void no_route_is_unreachable(void **state)
{
    (void)state;
    assert_int_equal(connect_error(ip4(203, 0, 113, 1, 80), 10000),
                     LWURL_ERR_UNREACHABLE);
}

/* With IPv6, there is no route; without, no such family. */
static void ipv6_without_route_is_unreachable(void **state)
{
    struct lwurl_addr to = {
        .family = 6, .port = 80, .bytes = {0x20, 1, 13, 0xb8}};

    (void)state;
    assert_int_equal(connect_error(to, 10000), LWURL_ERR_UNREACHABLE);
}

/* TCP_SYNMAXRTX 6, the first timeout 1 s. */
static void silence_is_unreachable_in_the_end(void **state)
{
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    assert_int_equal(connect_error(nobody(), 300000), LWURL_ERR_UNREACHABLE);
    assert_in_range(port.now_ms(port.ctx) - before, 5000, 120000);
}

static void connecting_can_be_given_up(void **state)
{
    unsigned before = pcbs_in_use();
    struct lwurl_addr to = nobody();
    int i;

    (void)state;
    for (i = 0; i < 100; i++) {
        int fd = port.connect(port.ctx, &to);

        assert_true(fd >= 0);
        assert_int_equal(port.connected(port.ctx, fd), 0);
        port.wait(port.ctx, fd, LWURL_PORT_WRITE, 3);
        port.close(port.ctx, fd, i & 1);
    }
    assert_int_equal(pcbs_in_use(), before);
}

/* ------------------------------------------------------------------ closing */

static const char text[] = "The quick brown fox jumps over the lazy dog";

/* Connects to PORT_HOLD and sends `text` times 40: more than a segment. */
static int hold_with_text(void)
{
    struct lwurl_addr to = peer(PORT_HOLD);
    int fd = connected_to(&to);
    int i;

    for (i = 0; i < 40; i++)
        send_all(fd, text, sizeof text);
    return fd;
}

static void release_and_wait(void)
{
    unsigned served = peers.served;

    peers.release = true;
    while (peers.served == served)
        coop_sleep_ms(5);
}

static void orderly_close_delivers_all(void **state)
{
    int fd = hold_with_text();

    (void)state;
    port.close(port.ctx, fd, 0);
    release_and_wait();
    assert_int_equal(peers.got_n, 40 * sizeof text);
    assert_int_equal(peers.got_error, 0);
}

static void abort_resets_and_keeps_no_memory(void **state)
{
    unsigned before = pcbs_in_use();
    int fd = hold_with_text();

    (void)state;
    coop_sleep_ms(10); /* the server accepts */
    assert_int_equal(pcbs_in_use(), before + 2);
    port.close(port.ctx, fd, 1);
    coop_sleep_ms(1);
    assert_int_equal(pcbs_in_use(), before);
    release_and_wait();
    assert_int_equal(peers.got_error, ECONNRESET);
}

static void unread_bytes_make_a_close_a_reset(void **state)
{
    struct lwurl_addr to = peer(PORT_HALF);
    int fd = connected_to(&to);
    unsigned served = peers.served;

    (void)state;
    port.wait(port.ctx, fd, LWURL_PORT_READ, 1000);
    port.close(port.ctx, fd, 0);
    while (peers.served == served)
        coop_sleep_ms(5);
    assert_int_equal(peers.got_error, ECONNRESET);
}

/* Closed after the peer's FIN was read, or in an error: nothing to abort. */
static void abort_of_what_is_over_is_harmless(void **state)
{
    struct lwurl_addr to = peer(PORT_HALF);
    int fd = connected_to(&to);
    char bytes[8];

    (void)state;
    assert_int_equal(receive(fd, bytes, sizeof bytes), 5);
    assert_int_equal(receive(fd, bytes, sizeof bytes), LWURL_PORT_EOF);
    port.close(port.ctx, fd, 1);
    to = peer(99);
    fd = port.connect(port.ctx, &to);
    assert_int_equal(finish_connect(fd, 1000), LWURL_ERR_REFUSED);
    port.close(port.ctx, fd, 1);
}

/* How many connections lwIP has room for. */
static int count_room(void)
{
    struct lwurl_addr away = nobody();
    int fds[MEMP_NUM_TCP_PCB + 1];
    int n = 0, i;

    while ((fds[n] = port.connect(port.ctx, &away)) >= 0)
        assert_in_range(++n, 1, MEMP_NUM_TCP_PCB);
    assert_int_equal(fds[n], LWURL_ERR_STACK);
    for (i = 0; i < n; i++)
        port.close(port.ctx, fds[i], 1);
    return n;
}

/* Three that we closed and the peer did not: its sides are PCBs as well, but
   ours, in FIN_WAIT_2, are there for whoever comes. */
static void closed_connections_make_room(void **state)
{
    struct lwurl_addr to = peer(PORT_HOLD);
    unsigned served = peers.served + 3;
    int i;

    (void)state;
    assert_int_equal(count_room(), MEMP_NUM_TCP_PCB);
    for (i = 0; i < 3; i++)
        port.close(port.ctx, connected_to(&to), 0);
    coop_sleep_ms(100);
    assert_int_equal(pcbs_in_use(), 6);
    assert_in_range(count_room(), MEMP_NUM_TCP_PCB - 3, MEMP_NUM_TCP_PCB);
    while (peers.served < served) {
        peers.release = true;
        coop_sleep_ms(5);
    }
    peers.release = false;
}

static int wait_for_time_wait(void **state)
{
    (void)state;
    coop_sleep_ms(5 * 60 * 1000);
    return 0;
}

int run_connect_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connects_without_waiting),
        cmocka_unit_test(closed_port_is_refused),
        cmocka_unit_test(no_route_is_unreachable),
        cmocka_unit_test(ipv6_without_route_is_unreachable),
        cmocka_unit_test(silence_is_unreachable_in_the_end),
        cmocka_unit_test(connecting_can_be_given_up),
        cmocka_unit_test(orderly_close_delivers_all),
        cmocka_unit_test_setup(abort_resets_and_keeps_no_memory,
                               wait_for_time_wait),
        cmocka_unit_test(unread_bytes_make_a_close_a_reset),
        cmocka_unit_test(abort_of_what_is_over_is_harmless),
        cmocka_unit_test_setup(closed_connections_make_room,
                               wait_for_time_wait),
    };

    return cmocka_run_group_tests_name("connect", tests, NULL, NULL);
}
