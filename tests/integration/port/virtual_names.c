/* SPDX-License-Identifier: MIT */
/* resolve() and its cancel on the virtual clock, against a scripted server. */
#include "support.h"

#include <string.h>

#include "lwip/dns.h"
#include "lwip/tcpip.h"

#include "coop/coop.h"

#include "peers.h"
#include "virtual.h"

static void set_server(void *arg)
{
    ip_addr_t server;

    (void)arg;
    ipaddr_aton("127.0.0.1", &server);
    dns_setserver(0, &server);
}

static void unset_server(void *arg)
{
    (void)arg;
    dns_setserver(0, NULL);
}

static int with_server(void **state)
{
    (void)state;
    in_lwip(set_server, NULL);
    return 0;
}

static int without_server(void **state)
{
    (void)state;
    in_lwip(unset_server, NULL);
    return 0;
}

static void is_ip4(const char *name, unsigned attempt, uint8_t a, uint8_t b,
                   uint8_t c, uint8_t d)
{
    struct lwurl_addr want = ip4(a, b, c, d, 0), got;

    assert_int_equal(resolve(name, attempt, &got), 1);
    assert_memory_equal(&got, &want, sizeof want);
}

/* 2001:db8::last */
static void is_ip6(const char *name, unsigned attempt, uint8_t last)
{
    struct lwurl_addr got,
        want = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8}};

    want.bytes[15] = last;
    if (LWIP_IPV6) {
        assert_int_equal(resolve(name, attempt, &got), 1);
        assert_memory_equal(&got, &want, sizeof want);
    } else {
        assert_int_equal(resolve(name, attempt, &got), LWURL_ERR_DNS);
    }
}

static void is_unknown(const char *name, unsigned attempt)
{
    struct lwurl_addr got;

    assert_int_equal(resolve(name, attempt, &got), LWURL_ERR_DNS);
}

/* One step: what resolve() says without any waiting. */
static int step(int *slot, const char *name, struct lwurl_addr *out)
{
    struct lwurl_str slice = {name, strlen(name)};

    return port.resolve(port.ctx, slot, slice, 0, out);
}

/* ----------------------------------------------------------------- literals */

static void literals_need_no_server(void **state)
{
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    is_ip4("10.0.0.1", 0, 10, 0, 0, 1);
    is_ip4("255.255.255.255", 0, 255, 255, 255, 255);
    is_ip4("0.0.0.0", 0, 0, 0, 0, 0);
    is_ip6("2001:db8::9", 0, 9);
    is_ip6("2001:0DB8:0:0:0:0:0:9", 0, 9);
    assert_int_equal(port.now_ms(port.ctx), before);
}

static void literals_have_no_second_attempt(void **state)
{
    (void)state;
    is_unknown("10.0.0.1", 1);
    is_unknown("2001:db8::9", 1);
}

/* And nobody is asked for them. */
static void doubtful_literals_are_refused(void **state)
{
    unsigned asked = peers.asked;

    (void)state;
    is_unknown("127.1", 0);
    is_unknown("2130706433", 0);
    is_unknown("0x7f000001", 0);
    is_unknown("0x7f.0.0.1", 0);
    is_unknown("0177.0.0.1", 0);
    is_unknown("127.0.0.01", 0);
    is_unknown("127.0.0.00", 0);
    is_unknown("127.0.0.1 ", 0);
    is_unknown("::1::", 0);
    is_unknown("1:2", 0);
    is_unknown("fe80::1%nosuch9", 0);
    is_unknown("", 0);
    coop_sleep_ms(50);
    assert_int_equal(peers.asked, asked);
}

static void zones_name_interfaces(void **state)
{
    struct lwurl_addr got;

    (void)state;
    if (!LWIP_IPV6)
        skip();
    assert_int_equal(resolve("fe80::1%bh1", 0, &got), 1);
    assert_int_equal(got.bytes[0], 0xfe);
    assert_int_equal(got.zone, 2);
    assert_int_equal(resolve("fe80::1", 0, &got), 1);
    assert_int_equal(got.zone, 0);
}

/* -------------------------------------------------------------------- names */

static void families_are_told_apart(void **state)
{
    (void)state;
    is_ip4("four.test", 0, 192, 0, 2, 4);
    is_unknown("four.test", 1);
    is_unknown("six.test", 0);
    is_ip6("six.test", 1, 6);
    is_ip4("both.test", 0, 192, 0, 2, 46);
    is_ip6("both.test", 1, 0x46);
    is_ip4("BOTH.test.", 0, 192, 0, 2, 46);
    is_unknown("both.test", 2);
}

static void unknown_names_fail_soon(void **state)
{
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    is_unknown("none.test", 0);
    is_unknown("broken.test", 0);
    is_unknown("never.heard.of", 0);
    assert_in_range(port.now_ms(port.ctx) - before, 0, 100);
}

static void silence_ends(void **state)
{
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    is_unknown("silent.test", 0);
    assert_in_range(port.now_ms(port.ctx) - before, 2000, 10000);
}

static void without_server_it_fails_at_once(void **state)
{
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    is_unknown("four.test", 0);
    assert_int_equal(port.now_ms(port.ctx), before);
}

static void known_names_are_not_asked_for_again(void **state)
{
    struct lwurl_addr got;
    int slot = LWURL_PORT_NONE;
    unsigned asked;

    (void)state;
    is_ip4("kept.test", 0, 192, 0, 2, 60);
    asked = peers.asked;
    assert_int_equal(step(&slot, "kept.test", &got), 1);
    assert_int_equal(slot, LWURL_PORT_NONE);
    assert_int_equal(peers.asked, asked);
}

static void long_names_are_not_asked_for(void **state)
{
    char name[DNS_MAX_NAME_LENGTH + 100];
    unsigned asked = peers.asked;

    (void)state;
    memset(name, 'a', sizeof name);
    name[DNS_MAX_NAME_LENGTH] = '\0';
    is_unknown(name, 0);
    name[DNS_MAX_NAME_LENGTH] = 'a';
    name[sizeof name - 1] = '\0';
    is_unknown(name, 0);
    coop_sleep_ms(50);
    assert_int_equal(peers.asked, asked);
}

/* The slice is no string, and nobody reads beyond it. */
static void name_ends_where_the_slice_ends(void **state)
{
    struct lwurl_str slice = {"four.testimony", 9};
    struct lwurl_addr got;
    int slot = LWURL_PORT_NONE;
    int end;

    (void)state;
    while ((end = port.resolve(port.ctx, &slot, slice, 0, &got)) == 0)
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 1000);
    assert_int_equal(end, 1);
    assert_int_equal(got.bytes[3], 4);
}

static void answer_ends_the_wait(void **state)
{
    struct lwurl_addr got;
    int slot = LWURL_PORT_NONE;
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    assert_int_equal(step(&slot, "four.test", &got), 0);
    while (step(&slot, "four.test", &got) == 0) {
        assert_int_equal(port.now_ms(port.ctx), before);
        port.wait(port.ctx, LWURL_PORT_NONE, 0, 1000);
    }
    assert_in_range(port.now_ms(port.ctx) - before, 0, 20);
}

/* ----------------------------------------------------- several, and given up
 */

static void two_names_at_once(void **state)
{
    struct lwurl_addr got;
    int late = LWURL_PORT_NONE, other = LWURL_PORT_NONE;

    (void)state;
    assert_int_equal(step(&late, "late.test", &got), 0);
    assert_int_equal(step(&other, "both.test", &got), 0);
    assert_int_not_equal(late, other);
    coop_sleep_ms(50);
    assert_int_equal(step(&late, "late.test", &got), 0);
    assert_int_equal(step(&other, "both.test", &got), 1);
    assert_int_equal(got.bytes[3], 46);
    peers.release_dns = true;
    coop_sleep_ms(50);
    assert_int_equal(step(&late, "late.test", &got), 1);
    assert_int_equal(got.bytes[3], 99);
}

/* An answer that was not fetched yet keeps its place. */
static void answer_waits_for_who_asked(void **state)
{
    struct lwurl_addr got;
    int first = LWURL_PORT_NONE, second = LWURL_PORT_NONE;

    (void)state;
    assert_int_equal(step(&first, "four.test", &got), 0);
    coop_sleep_ms(50);
    assert_int_equal(step(&second, "both.test", &got), 0);
    assert_int_not_equal(first, second);
    coop_sleep_ms(50);
    assert_int_equal(step(&first, "four.test", &got), 1);
    assert_int_equal(got.bytes[3], 4);
    assert_int_equal(step(&second, "both.test", &got), 1);
    assert_int_equal(got.bytes[3], 46);
}

/* The late answer of the one that was given up reaches nobody. */
static void given_up_then_answered(void **state)
{
    struct lwurl_addr got;
    int late = LWURL_PORT_NONE, other = LWURL_PORT_NONE;
    int place;

    (void)state;
    assert_int_equal(step(&late, "late.test", &got), 0);
    place = late;
    port.resolve_cancel(port.ctx, late);
    assert_int_equal(step(&other, "silent.test", &got), 0);
    assert_int_not_equal(other, place); /* lwIP will still write there */
    coop_sleep_ms(50);
    peers.release_dns = true;
    coop_sleep_ms(50);
    assert_int_equal(step(&other, "silent.test", &got), 0);
    late = LWURL_PORT_NONE;
    assert_int_equal(step(&late, "four.test", &got), 0);
    assert_int_equal(late, place); /* free again */
    coop_sleep_ms(50);
    assert_int_equal(step(&late, "four.test", &got), 1);
    assert_int_equal(got.bytes[3], 4);
    port.resolve_cancel(port.ctx, other);
}

static void all_places_given_up_wait_their_turn(void **state)
{
    struct lwurl_addr got;
    int slots[LWURL_LWIP_LOOKUPS], slot = LWURL_PORT_NONE, i;
    uint32_t before = port.now_ms(port.ctx);

    (void)state;
    coop_sleep_ms(20000); /* what earlier tests gave up is over */
    for (i = 0; i < LWURL_LWIP_LOOKUPS; i++) {
        slots[i] = LWURL_PORT_NONE;
        assert_int_equal(step(&slots[i], i ? "silent.test" : "late.test", &got),
                         0);
    }
    for (i = 0; i < LWURL_LWIP_LOOKUPS; i++)
        port.resolve_cancel(port.ctx, slots[i]);
    assert_int_equal(step(&slot, "four.test", &got), 0);
    assert_int_equal(slot, LWURL_PORT_NONE);
    port.resolve_cancel(port.ctx, slot); /* harmless */
    is_ip4("four.test", 0, 192, 0, 2, 4);
    assert_in_range(port.now_ms(port.ctx) - before, 22000, 31000);
}

static void ignore(const char *name, const ip_addr_t *ip, void *arg)
{
    (void)name;
    (void)ip;
    (void)arg;
}

static void fill_table(void *arg)
{
    static char name[] = "silent.test.0";
    ip_addr_t ip;

    (void)arg;
    while (dns_gethostbyname(name, &ip, ignore, NULL) == ERR_INPROGRESS)
        name[12]++;
}

static void full_table_is_stack(void **state)
{
    struct lwurl_addr got;
    int slot = LWURL_PORT_NONE;

    (void)state;
    coop_sleep_ms(20000);
    peers.silent = true;
    in_lwip(fill_table, NULL);
    assert_int_equal(step(&slot, "four.test", &got), LWURL_ERR_STACK);
    assert_int_equal(slot, LWURL_PORT_NONE);
    peers.silent = false;
    coop_sleep_ms(20000);
    is_ip4("four.test", 0, 192, 0, 2, 4);
}

/* -------------------------------------------------------------------- hosts */

static const struct lwurl_lwip_host hosts[] = {
    {"localhost", "10.0.2.2"},
    {"127.0.0.1", "10.0.2.2"},
    {"localhost", "2001:db8::2"},
    {"both.test", "10.4.4.4"},
};

static int with_hosts(void **state)
{
    net.hosts = hosts;
    net.hosts_n = LWIP_ARRAYSIZE(hosts);
    return with_server(state);
}

static int without_hosts(void **state)
{
    (void)state;
    net.hosts_n = 0;
    return 0;
}

static void hosts_are_elsewhere(void **state)
{
    (void)state;
    is_ip4("localhost", 0, 10, 0, 2, 2);
    is_ip4("LocalHost", 0, 10, 0, 2, 2);
    is_ip6("localhost", 1, 2);
    is_unknown("localhost", 2);
    is_ip4("127.0.0.1", 0, 10, 0, 2, 2);
    is_unknown("127.0.0.1", 1);
    is_ip4("127.0.0.10", 0, 127, 0, 0, 10);
    is_ip4("both.test", 0, 10, 4, 4, 4);
    is_unknown("both.test", 1); /* DNS is not asked for the rest */
    is_unknown("both", 0);
    is_ip4("four.test", 0, 192, 0, 2, 4);
}

int run_name_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(literals_need_no_server, without_server),
        cmocka_unit_test_setup(without_server_it_fails_at_once, without_server),
        cmocka_unit_test_setup(literals_have_no_second_attempt, with_server),
        cmocka_unit_test(doubtful_literals_are_refused),
        cmocka_unit_test(zones_name_interfaces),
        cmocka_unit_test(families_are_told_apart),
        cmocka_unit_test(unknown_names_fail_soon),
        cmocka_unit_test(silence_ends),
        cmocka_unit_test(known_names_are_not_asked_for_again),
        cmocka_unit_test(long_names_are_not_asked_for),
        cmocka_unit_test(name_ends_where_the_slice_ends),
        cmocka_unit_test(answer_ends_the_wait),
        cmocka_unit_test(two_names_at_once),
        cmocka_unit_test(answer_waits_for_who_asked),
        cmocka_unit_test(given_up_then_answered),
        cmocka_unit_test(all_places_given_up_wait_their_turn),
        cmocka_unit_test(full_table_is_stack),
        cmocka_unit_test_setup_teardown(hosts_are_elsewhere, with_hosts,
                                        without_hosts),
    };

    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
