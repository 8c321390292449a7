/* SPDX-License-Identifier: MIT */
/*
 * port/lwip against real servers of this PC, through libslirp and on the real
 * clock. Started by run_host.py, which starts the servers and says in the
 * environment where they are.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/tcpip.h"

#include "coop/clock_host.h"
#include "coop/coop.h"
#include "slirp/slirpif.h"

static struct netif netif;
static const struct slirpif_options options;

/* ------------------------------------------------------------------ servers */

/* The TCP or UDP port of a server of run_host.py. */
static uint16_t port_of(const char *server)
{
    const char *text = getenv(server);

    if (!text)
        fail_msg("%s is not set: start this by run_host.py", server);
    return (uint16_t)(text ? atoi(text) : 0);
}

static int connected_to_server(const char *server)
{
    struct lwurl_addr to = ip4(10, 0, 2, 2, port_of(server));

    return connected_to(&to);
}

static void receive_text(int fd, const char *want)
{
    char bytes[64];
    size_t n = strlen(want), done = 0;

    while (done < n) {
        int got = receive(fd, bytes + done, n - done);

        assert_true(got > 0);
        done += (size_t)got;
    }
    assert_memory_equal(bytes, want, n);
}

/* --------------------------------------------------------------------- TCP */

static void is_up(void **state)
{
    (void)state;
    assert_int_equal(port.up(port.ctx), 1);
}

static void echoes(void **state)
{
    int fd = connected_to_server("ECHO");

    (void)state;
    send_all(fd, "hello", 5);
    receive_text(fd, "hello");
    port.close(port.ctx, fd, 0);
}

static void localhost_is_the_pc(void **state)
{
    int fd;
    struct lwurl_addr to;

    (void)state;
    assert_int_equal(resolve("localhost", 0, &to), 1);
    to.port = port_of("ECHO");
    fd = connected_to(&to);
    send_all(fd, "x", 1);
    receive_text(fd, "x");
    port.close(port.ctx, fd, 0);
}

static void localhost_by_ipv6(void **state)
{
    struct lwurl_addr to;
    int fd;

    (void)state;
    if (!LWIP_IPV6 || !getenv("ECHO6"))
        skip();
    assert_int_equal(resolve("localhost", 1, &to), 1);
    assert_int_equal(to.family, 6);
    to.port = port_of("ECHO6");
    fd = connected_to(&to);
    send_all(fd, "six", 3);
    receive_text(fd, "six");
    port.close(port.ctx, fd, 0);
}

static void closed_port_is_refused(void **state)
{
    struct lwurl_addr to = ip4(10, 0, 2, 2, port_of("NOBODY"));
    int fd = port.connect(port.ctx, &to);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(finish_connect(fd, 10000), LWURL_ERR_REFUSED);
    port.close(port.ctx, fd, 1);
}

static void no_route_is_unreachable(void **state)
{
    struct lwurl_addr to = ip4(203, 0, 113, 1, 80);

    (void)state;
    assert_int_equal(port.connect(port.ctx, &to), LWURL_ERR_UNREACHABLE);
}

static void silence_can_be_given_up(void **state)
{
    struct lwurl_addr to = ip4(10, 0, 2, 99, 80); /* nobody has it */
    uint32_t before = port.now_ms(port.ctx);
    int fd = port.connect(port.ctx, &to);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(finish_connect(fd, 300), 0);
    port.close(port.ctx, fd, 1);
    assert_in_range(port.now_ms(port.ctx) - before, 290, 900);
}

static void bytes_come_one_by_one(void **state)
{
    int fd = connected_to_server("DRIP");
    char byte;

    (void)state;
    receive_text(fd, "drip");
    assert_int_equal(receive(fd, &byte, 1), LWURL_PORT_EOF);
    port.close(port.ctx, fd, 0);
}

static void half_closed_still_sends(void **state)
{
    int fd = connected_to_server("HALF");
    char byte;

    (void)state;
    receive_text(fd, "hello");
    assert_int_equal(receive(fd, &byte, 1), LWURL_PORT_EOF);
    send_all(fd, "still here", 10);
    port.close(port.ctx, fd, 0);
    fd = connected_to_server("LAST"); /* what the server read */
    receive_text(fd, "still here");
    port.close(port.ctx, fd, 0);
}

static void reset_is_told(void **state)
{
    int fd = connected_to_server("RESET");
    char byte;

    (void)state;
    send_all(fd, "x", 1);
    assert_int_equal(receive(fd, &byte, 1), LWURL_ERR_RESET);
    port.close(port.ctx, fd, 1);
}

/* To the server it is an end of file: libslirp makes that of a reset. */
static void abort_ends_it_for_the_peer(void **state)
{
    int fd = connected_to_server("HALF");

    (void)state;
    receive_text(fd, "hello");
    send_all(fd, "gone", 4);
    coop_sleep_ms(100);
    port.close(port.ctx, fd, 1);
    fd = connected_to_server("LAST");
    receive_text(fd, "gone");
    port.close(port.ctx, fd, 0);
}

static void receives_a_megabyte(void **state)
{
    int fd = connected_to_server("SOURCE");
    uint64_t h = HASH_START;
    uint8_t bytes[1460];
    size_t total = 0;
    int got;

    (void)state;
    while ((got = receive(fd, bytes, sizeof bytes)) > 0) {
        h = hash(h, bytes, (size_t)got);
        total += (size_t)got;
    }
    assert_int_equal(got, LWURL_PORT_EOF);
    assert_int_equal(total, PATTERN_N);
    assert_true(h == hash_of_pattern(PATTERN_N));
    port.close(port.ctx, fd, 0);
}

/* The server reads nothing for half a second, then all, and tells the hash. */
static void sends_a_megabyte_when_there_is_room(void **state)
{
    static uint8_t bytes[PATTERN_N];
    struct lwurl_str all = {(const char *)bytes, sizeof bytes};
    int fd = connected_to_server("SINK");
    char want[20];
    size_t i;
    int took;

    (void)state;
    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = pattern(i);
    took = port.send(port.ctx, fd, &all, 1);
    assert_in_range(took, 1, PATTERN_N - 1);
    send_all(fd, bytes + took, sizeof bytes - (size_t)took);
    snprintf(want, sizeof want, "%016llx",
             (unsigned long long)hash_of_pattern(PATTERN_N));
    receive_text(fd, want);
    port.close(port.ctx, fd, 0);
}

/* A peer that never closes its side: more than there are PCBs, one after the
   other, and all of them at once on the peer's side. */
static void peers_that_never_close_cost_nothing(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 3 * MEMP_NUM_TCP_PCB; i++) {
        int fd = connected_to_server("STAY");

        receive_text(fd, "stay");
        port.close(port.ctx, fd, 0);
    }
}

/* ---------------------------------------------------------------------- DNS */

static void set_server(void *on)
{
    ip_addr_t address;

    ipaddr_aton("10.0.2.2", &address);
    dns_setserver(0, on ? &address : NULL);
}

/* Points lwIP to a DNS server of run_host.py; NULL: to none. */
static void use_server(const char *server)
{
    static char on;

    if (server)
        lwip_board_dns_port = port_of(server);
    assert_int_equal(tcpip_callback(set_server, server ? &on : NULL), ERR_OK);
    coop_sleep_ms(1);
}

static int with_dnsmasq(void **state)
{
    (void)state;
    use_server("DNSMASQ");
    return 0;
}

static void is_ip4(const char *name, unsigned attempt, uint8_t last)
{
    struct lwurl_addr want = ip4(192, 0, 2, last, 0), got;

    assert_int_equal(resolve(name, attempt, &got), 1);
    assert_memory_equal(&got, &want, sizeof want);
}

static void is_ip6(const char *name, uint8_t last)
{
    struct lwurl_addr got,
        want = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8}};

    want.bytes[15] = last;
    assert_int_equal(resolve(name, 1, &got), LWIP_IPV6 ? 1 : LWURL_ERR_DNS);
    if (LWIP_IPV6)
        assert_memory_equal(&got, &want, sizeof want);
}

static void is_unknown(const char *name, unsigned attempt)
{
    struct lwurl_addr got;

    assert_int_equal(resolve(name, attempt, &got), LWURL_ERR_DNS);
}

static void names_of_dnsmasq(void **state)
{
    (void)state;
    is_ip4("four.test", 0, 4);
    is_unknown("four.test", 1);
    is_unknown("six.test", 0);
    is_ip6("six.test", 6);
    is_ip4("both.test", 0, 46);
    is_ip6("both.test", 0x46);
    is_ip4("alias.test", 0, 46);
    is_unknown("none.test", 0);
}

static int step(int *slot, const char *name, struct lwurl_addr *out)
{
    struct lwurl_str slice = {name, strlen(name)};

    return port.resolve(port.ctx, slot, slice, 0, out);
}

static void two_names_at_once(void **state)
{
    struct lwurl_addr a, b;
    int slot_a = LWURL_PORT_NONE, slot_b = LWURL_PORT_NONE;
    int got_a = step(&slot_a, "one.test", &a);
    int got_b = step(&slot_b, "two.test", &b);
    int i;

    (void)state;
    assert_int_equal(got_a, 0);
    assert_int_equal(got_b, 0);
    for (i = 0; (got_a == 0 || got_b == 0) && i < 100; i++) {
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 100);
        if (got_a == 0)
            got_a = step(&slot_a, "one.test", &a);
        if (got_b == 0)
            got_b = step(&slot_b, "two.test", &b);
    }
    assert_int_equal(got_a, 1);
    assert_int_equal(got_b, 1);
    assert_int_equal(a.bytes[3], 1);
    assert_int_equal(b.bytes[3], 2);
}

/* The server answers after 600 ms; by then another name has been asked for. */
static void given_up_then_answered(void **state)
{
    struct lwurl_addr got;
    int slot = LWURL_PORT_NONE, first;

    (void)state;
    use_server("LATE");
    assert_int_equal(step(&slot, "given.up.test", &got), 0);
    first = slot;
    port.resolve_cancel(port.ctx, slot);
    use_server("DNSMASQ");
    slot = LWURL_PORT_NONE;
    assert_int_equal(step(&slot, "three.test", &got), 0);
    assert_int_not_equal(slot, first);
    while (step(&slot, "three.test", &got) == 0)
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 100);
    assert_int_equal(got.bytes[3], 3);
    coop_sleep_ms(800);
    assert_int_equal(step(&slot, "thirty.test", &got), 0);
    assert_int_equal(slot, first);
    while (step(&slot, "thirty.test", &got) == 0)
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 100);
    assert_int_equal(got.bytes[3], 30);
}

/* How long lwIP tries is seen on the virtual clock. */
static void silent_server_can_be_given_up(void **state)
{
    struct lwurl_addr got;
    int slot = LWURL_PORT_NONE;
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    use_server("SILENT");
    while (port.now_ms(port.ctx) - before < 300) {
        assert_int_equal(step(&slot, "silent.test", &got), 0);
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 100);
    }
    port.resolve_cancel(port.ctx, slot);
    use_server("DNSMASQ");
    is_ip4("four.test", 0, 4);
}

static void no_server_is_told_at_once(void **state)
{
    uint32_t before;

    (void)state;
    use_server(NULL);
    before = port.now_ms(port.ctx);
    is_unknown("another.test", 0);
    assert_in_range(port.now_ms(port.ctx) - before, 0, 50);
}

/* --------------------------------------------------------------------- main */

static int run_group(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_up),
        cmocka_unit_test(echoes),
        cmocka_unit_test(localhost_is_the_pc),
        cmocka_unit_test(localhost_by_ipv6),
        cmocka_unit_test(closed_port_is_refused),
        cmocka_unit_test(no_route_is_unreachable),
        cmocka_unit_test(silence_can_be_given_up),
        cmocka_unit_test(bytes_come_one_by_one),
        cmocka_unit_test(half_closed_still_sends),
        cmocka_unit_test(reset_is_told),
        cmocka_unit_test(abort_ends_it_for_the_peer),
        cmocka_unit_test(receives_a_megabyte),
        cmocka_unit_test(sends_a_megabyte_when_there_is_room),
        cmocka_unit_test(peers_that_never_close_cost_nothing),
        cmocka_unit_test_setup(names_of_dnsmasq, with_dnsmasq),
        cmocka_unit_test_setup(two_names_at_once, with_dnsmasq),
        cmocka_unit_test(given_up_then_answered),
        cmocka_unit_test(silent_server_can_be_given_up),
        cmocka_unit_test(no_server_is_told_at_once),
    };

    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}

static const struct lwurl_lwip_host hosts[] = {
    {"localhost", "10.0.2.2"},
    {"localhost", "fec0::2"},
};

static void add_netif(void *arg)
{
    (void)arg;
    (void)slirpif_add(&netif, &options);
}

static int run_all(void *arg)
{
    (void)arg;
    start_lwip();
    net.hosts = hosts;
    net.hosts_n = LWIP_ARRAYSIZE(hosts);
    tcpip_callback(add_netif, NULL);
    coop_sleep_ms(10);
    return run_group();
}

int main(void)
{
    static const struct coop_platform platform = {
        .now_ms = coop_host_now_ms,
        .idle = slirpif_idle,
    };
    static struct coop_task task;
    COOP_STACK(stack, 262144);

    cmocka_set_message_output(CM_OUTPUT_TAP);
    coop_task_start(&task, "tests", run_all, NULL, stack);
    return coop_run(&platform, &task) != 0;
}
