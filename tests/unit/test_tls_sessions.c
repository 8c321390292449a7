/* SPDX-License-Identifier: MIT */
/* core/tls: sessions, what they are bound to and when they end; what the
   handshake agrees on beside the keys. */
#include "tls_client.h"

#include <string.h>

static struct lwurl_tls_session list[3];
static struct lwurl_tls_sessions sessions;

static int set_up(void **state)
{
    struct lwurl_tls_sessions fresh = LWURL_TLS_SESSIONS(list, 3);

    tls_set_up(state);
    peer_forget_sessions();
    memset(list, 0, sizeof list);
    sessions = fresh;
    tls.sessions = &sessions;
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tls_tear_down)

/* One connection that works; was its session resumed? */
static bool resumed(void)
{
    struct lwurl_tls_info info;

    events = 0;
    connect_good(0);
    lwurl_tls_info(&tls, &info);
    exchange(100);
    ops->stop(&tls);
    return info.resumed;
}

static void test_resumed_by_default(void **state)
{
    struct lwurl_tls_info info;

    (void)state;
    assert_false(resumed());
    for (int i = 0; i < 5; i++)
        assert_true(resumed());
    lwurl_tls_info(&tls, &info);
    assert_int_equal(info.version, BR_TLS12);
    assert_int_equal(info.expires_s, 2524607999);
    tls.sessions = NULL;
    assert_false(resumed());
}

static void test_by_every_profile_and_record(void **state)
{
    static const struct lwurl_tls_profile *const profiles[] = {
        &lwurl_tls_fast, &lwurl_tls_small, &lwurl_tls_careful, &lwurl_tls_wide};

    for (size_t i = 0; i < 8; i++) {
        set_up(state);
        tls.profile = profiles[i / 2];
        tls.record_n = i % 2 ? LWURL_TLS_RECORD_512 : LWURL_TLS_RECORD_ANY;
        tls.lent = lent;
        tls.lent_n = sizeof lent;
        assert_false(resumed());
        assert_true(resumed());
        tls_tear_down(state);
    }
}

/* A server that has forgotten is no error. */
static void test_forgotten_by_the_server(void **state)
{
    (void)state;
    assert_false(resumed());
    peer_forget_sessions();
    assert_false(resumed());
    assert_true(resumed());
}

static void test_one_per_origin(void **state)
{
    (void)state;
    assert_false(resumed());
    set_host("localhost");
    assert_false(resumed());
    how.port = 8443;
    assert_false(resumed());
    assert_true(resumed());
    how.port = 443;
    assert_true(resumed());
    set_host("DEVICE.test.");
    assert_true(resumed()); /* the same name */
    how.tls_name = "localhost";
    assert_true(resumed()); /* what was checked was this name */
}

/* Three places: the one that waited longest goes. */
static void test_cache_is_full(void **state)
{
    (void)state;
    for (uint16_t port = 1; port <= 3; port++) {
        how.port = port;
        assert_false(resumed());
    }
    how.port = 1;
    assert_true(resumed());
    how.port = 4;
    assert_false(resumed());
    how.port = 2;
    assert_false(resumed());
    how.port = 1;
    assert_true(resumed());
    how.port = 4;
    assert_true(resumed());
    sessions.n = 0; /* no place at all */
    assert_false(resumed());
}

/* Every part of the trust, changed: looked at again. */
static void test_changed_trust(void **state)
{
    static struct lwurl_tls_pin pin[2];
    char bytes[64];

    (void)state;
    assert_int_equal(load(pki("ec", ".pin"), bytes, sizeof bytes), 32);
    memcpy(pin[0].sha256, bytes, 32);
    assert_false(resumed());
    assert_true(resumed());
    tls.pins = pin; /* a pin more */
    tls.pins_n = 1;
    assert_false(resumed());
    assert_true(resumed());
    tls.pins_n = 2;
    assert_false(resumed());
    pin[1].sha256[31] ^= 1;
    assert_false(resumed());
    tls.trust = &lwurl_tls_pinned_key;
    assert_false(resumed());
    assert_true(resumed());
    tls.trust = &lwurl_tls_chain;
    tls.pins_n = 0;
    memset(list, 0, sizeof list);
    assert_false(resumed());
    trust_roots("ec-root"); /* an anchor less */
    tls.anchors_n = anchors.n;
    assert_false(resumed());
    assert_true(resumed());
    anchor_list[0].pkey.key.ec.q[64] ^= 1; /* in place, and no longer good */
    connect_peer(0);
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
}

/* The trust that let the session begin is gone: it must not be resumed. */
static void test_anchors_replaced(void **state)
{
    int32_t detail;

    (void)state;
    assert_false(resumed());
    assert_true(resumed());
    trust_roots("stranger-root");
    tls.anchors_n = anchors.n;
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TRUST);
}

static void test_end_by_time(void **state)
{
    (void)state;
    assert_false(resumed());
    clock_now += LWURL_TLS_SESSION_S - 1;
    assert_true(resumed());
    clock_now += 1;
    assert_false(resumed());
    assert_true(resumed());
    clock_now -= 1; /* set back: who knows */
    assert_false(resumed());
}

/* "soon" expires at 1768003200, and its session with it. */
static void test_end_with_the_chain(void **state)
{
    int32_t detail;

    (void)state;
    load_identity(&id, "soon");
    clock_now = 1768003000;
    assert_false(resumed());
    clock_now = 1768003200;
    assert_true(resumed());
    clock_now++;
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TIME);
}

static void test_end_by_count(void **state)
{
    (void)state;
    clock_result = -1; /* unknown */
    tls.time = LWURL_TLS_TIME_FLOOR;
    tls.built_s = TODAY;
    assert_false(resumed());
    for (int i = 0; i < LWURL_TLS_SESSION_USES; i++)
        assert_true(resumed());
    assert_false(resumed());
    assert_true(resumed());
    clock_result = 0; /* known now: the chain is looked at with it */
    assert_false(resumed());
    assert_true(resumed());
}

/* After a connection that broke, the session is not resumed. */
static void test_end_by_failure(void **state)
{
    int32_t detail;

    (void)state;
    assert_false(resumed());
    events = 0;
    connect_good(0);
    memcpy(peer.to_client.bytes + peer.to_client.n, "\x17\3\3\0\x20", 5);
    memset(peer.to_client.bytes + peer.to_client.n + 5, 0, 32);
    peer.to_client.n += 37;
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS);
    ops->stop(&tls);
    assert_false(resumed());
    /* A handshake that came to nothing. */
    assert_int_equal(start(), LWURL_OK);
    ops->stop(&tls);
    assert_false(resumed());
    assert_true(resumed());
}

/* A server that resumes with another secret: no connection. */
static void test_wrong_secret(void **state)
{
    (void)state;
    assert_false(resumed());
    list[0].params.master_secret[5] ^= 1;
    connect_peer(0);
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
    ops->stop(&tls);
    assert_false(resumed());
}

/* ------------------------------------------------------------------- bytes */

static void test_export_and_import(void **state)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(3)];
    struct lwurl_tls_session before[3];
    size_t n;

    (void)state;
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, sizeof bytes),
                     LWURL_TLS_SESSIONS_BYTES(0));
    assert_false(resumed());
    how.port = 8443;
    assert_false(resumed());
    n = LWURL_TLS_SESSIONS_BYTES(2);
    for (size_t max = 0; max < n; max++)
        assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, max), 0);
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, n), n);
    memset(list, 0, sizeof list);
    for (size_t i = 0; i < n * 8; i++) { /* damaged */
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 0);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t cut = 0; cut < n; cut++)
        assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, cut), 0);
    memset(before, 0, sizeof before);
    assert_memory_equal(list, before, sizeof list);
    assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 2);
    assert_true(resumed());
    how.port = 443;
    assert_true(resumed());
    sessions.n = 1;
    assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 1);
}

/* A restored device has the master secret, and nothing of the old seed: every
   handshake, resumed or not, asks for new bytes. */
static void test_seed_after_a_restore(void **state)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(1)], randoms[2][32];
    struct lwurl_tls_slot before;

    (void)state;
    assert_false(resumed());
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, sizeof bytes),
                     sizeof bytes);
    memcpy(&before, &slot, sizeof slot);
    for (int i = 0; i < 2; i++) {
        memcpy(&slot, &before, sizeof slot);
        memset(list, 0, sizeof list);
        assert_int_equal(
            lwurl_tls_sessions_import(&sessions, bytes, sizeof bytes), 1);
        entropy_asked = 0;
        events = 0;
        connect_good(0);
        struct lwurl_tls_info info;
        lwurl_tls_info(&tls, &info);
        assert_true(info.resumed);
        assert_int_equal(entropy_asked, 32);
        memcpy(randoms[i], slot.client.eng.client_random, 32);
        ops->stop(&tls);
    }
    assert_memory_not_equal(randoms[0], randoms[1], 32);
}

/* ---------------------------------------------------------- what is agreed */

static void test_alpn(void **state)
{
    static const char *const theirs[] = {"h2", "http/1.1"};
    struct lwurl_tls_info info;

    (void)state;
    connect_good(0);
    lwurl_tls_info(&tls, &info);
    assert_false(info.alpn);
    ops->stop(&tls);
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_protocol_names(&peer.server.eng, (const char **)theirs,
                                     2);
    peer_run(&peer, &tls);
    assert_string_equal(br_ssl_engine_get_selected_protocol(&peer.server.eng),
                        "http/1.1");
    ops->stop(&tls);
    lwurl_tls_info(&tls, &info);
    assert_true(info.alpn);
}

static void test_fragments(void **state)
{
    static const struct {
        size_t record_n;
        unsigned fragment, record;
    } cases[] = {
        {LWURL_TLS_RECORD_ANY, 4096, 16384},
        {LWURL_TLS_RECORD_4096, 4096, 4392},
        {LWURL_TLS_RECORD_2048, 2048, 2344},
        {LWURL_TLS_RECORD_1024, 1024, 1320},
        {LWURL_TLS_RECORD_512, 512, 808},
        {LWURL_TLS_RECORD_512 + 1, 512, 809},
    };
    static const size_t pieces[] = {0, 1, 3};
    struct lwurl_tls_info info;

    for (size_t i = 0; i < sizeof cases / sizeof *cases * 3; i++) {
        set_up(state);
        tls.record_n = cases[i / 3].record_n;
        tls.lent = lent;
        tls.lent_n = sizeof lent;
        for (int twice = 0; twice < 2; twice++) {
            events = 0;
            connect_good(pieces[i % 3]);
            lwurl_tls_info(&tls, &info);
            assert_int_equal(info.resumed, twice);
            assert_int_equal(info.record_max, cases[i / 3].record);
            assert_int_equal(info.fragment_max, cases[i / 3].fragment);
            ops->stop(&tls);
        }
        tls_tear_down(state);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_resumed_by_default),
        TEST(test_by_every_profile_and_record),
        TEST(test_forgotten_by_the_server),
        TEST(test_one_per_origin),
        TEST(test_cache_is_full),
        TEST(test_changed_trust),
        TEST(test_anchors_replaced),
        TEST(test_end_by_time),
        TEST(test_end_with_the_chain),
        TEST(test_end_by_count),
        TEST(test_end_by_failure),
        TEST(test_wrong_secret),
        TEST(test_export_and_import),
        TEST(test_seed_after_a_restore),
        TEST(test_alpn),
        TEST(test_fragments),
    };

    return cmocka_run_group_tests_name("core/tls: sessions", tests, NULL, NULL);
}
