/* SPDX-License-Identifier: MIT */
/* core/tls: what comes over the wire broken, cut or closed; and what stays in
   memory after it. */
#include "tls_client.h"

#include <string.h>

/* ------------------------------------------------------- broken and closed */

/* The server's bytes after the ClientHello, and nothing else. */
static void answer_hello(const void *bytes, size_t n)
{
    size_t out;

    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    while (ops->buf(&tls, LWURL_FILTER_WIRE_OUT, &out) != NULL)
        ops->ack(&tls, LWURL_FILTER_WIRE_OUT, out);
    memcpy(peer.to_client.bytes, bytes, n);
    peer.to_client.n = n;
    peer_run(&peer, &tls);
}

static void test_answers_to_the_hello(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        int err;
        int32_t detail;
    } cases[] = {
        {"\x15\3\3\0\2\2\x46", 7, LWURL_ERR_TLS_VERSION, 70},
        {"\x15\3\1\0\2\2\x46", 7, LWURL_ERR_TLS_VERSION, 70},
        {"\x15\3\3\0\2\2\x28", 7, LWURL_ERR_TLS_VERSION, 40},
        {"\x15\3\3\0\2\2\x47", 7, LWURL_ERR_TLS_VERSION, 71},
        {"\x15\3\3\0\2\2\x50", 7, LWURL_ERR_TLS_ALERT, 80},
        {"\x15\3\3\0\2\2\x70", 7, LWURL_ERR_TLS_ALERT, 112},
        {"\x15\3\3\0\2\1\0", 7, LWURL_ERR_TLS_ALERT, 0},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", 28, LWURL_ERR_TLS,
         BR_ERR_UNSUPPORTED_VERSION},
        {"\x16\2\0\0\1\0", 6, LWURL_ERR_TLS_VERSION,
         BR_ERR_UNSUPPORTED_VERSION},
        {"\x17\3\3\0\1\0", 6, LWURL_ERR_TLS, BR_ERR_UNEXPECTED},
        {"\x16\3\3\x40\1\2", 6, LWURL_ERR_TLS, BR_ERR_BAD_LENGTH},
    };
    int32_t detail;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tls_set_up(state);
        answer_hello(cases[i].bytes, cases[i].n);
        assert_int_equal(error_of(&detail), cases[i].err);
        assert_int_equal(detail, cases[i].detail);
        tls_tear_down(state);
    }
}

static void test_nothing_in_common(void **state)
{
    static const uint16_t cbc[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
    int32_t detail;

    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_suites(&peer.server.eng, cbc, 1);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_VERSION);
    tls_tear_down(state);
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_versions(&peer.server.eng, BR_TLS10, BR_TLS11);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_VERSION);
}

/* The wire ends at every place of the handshake, whole and cut in records:
   always an error, never a connection. */
static void test_truncated_handshake(void **state)
{
    size_t whole;
    int32_t detail;

    connect_good(0);
    whole = peer.passed_n;
    tls_tear_down(state);
    for (size_t cut = 1; cut < whole; cut += cut % 97 == 0 ? 31 : 1 + cut / 9) {
        tls_set_up(state);
        assert_int_equal(start(), LWURL_OK);
        peer_start(&peer, &id);
        peer.cut_at = cut;
        peer_run(&peer, &tls);
        assert_int_equal(bits(), LWURL_FILTER_CLOSED);
        assert_int_equal(error_of(&detail), LWURL_ERR_TLS_TRUNCATED);
        assert_int_equal(events, 0);
        tls_tear_down(state);
    }
}

/* A connection after its handshake, to be gone back to. */
static struct lwurl_tls_slot saved_slot;
static unsigned char saved_record[LWURL_TLS_RECORD_ANY];

/* Server's bytes of a response in two records, and its close_notify. */
static size_t response(unsigned char *bytes)
{
    size_t n;

    connect_good(0);
    client_write("?", 1);
    peer_read(&peer, bytes, 1);
    peer.to_client.at = peer.to_client.n = 0;
    saved_slot = slot;
    memcpy(saved_record, record, sizeof record);
    peer_write(&peer, "first,", 6);
    peer_write(&peer, "second", 6);
    br_ssl_engine_close(&peer.server.eng);
    (void)br_ssl_engine_sendrec_buf(&peer.server.eng, &n);
    memcpy(peer.to_client.bytes + peer.to_client.n,
           br_ssl_engine_sendrec_buf(&peer.server.eng, &n), n);
    n += peer.to_client.n;
    memcpy(bytes, peer.to_client.bytes, n);
    return n;
}

/* What the client has to read now, added to text. */
static size_t drain(char *text, size_t got)
{
    size_t n;
    const unsigned char *from;

    while ((from = ops->buf(&tls, LWURL_FILTER_APP_IN, &n)) != NULL) {
        memcpy(text + got, from, n);
        ops->ack(&tls, LWURL_FILTER_APP_IN, n);
        got += n;
    }
    return got;
}

/* Feeds the saved connection with n bytes, and then ends its wire while the
   last of them may be unread. Returns the length of the text it got. */
static size_t replay(const unsigned char *bytes, size_t n, char *text)
{
    size_t room, got = 0;

    slot = saved_slot;
    memcpy(record, saved_record, sizeof record);
    while (n > 0) {
        unsigned char *to = ops->buf(&tls, LWURL_FILTER_WIRE_IN, &room);

        if (to == NULL && (bits() & LWURL_FILTER_APP_IN) == 0)
            break;
        if (to == NULL) {
            got = drain(text, got);
            continue;
        }
        room = room < n ? room : n;
        memcpy(to, bytes, room);
        ops->ack(&tls, LWURL_FILTER_WIRE_IN, room);
        bytes += room;
        n -= room;
    }
    ops->wire_end(&tls);
    return drain(text, got);
}

/* The wire ends after every byte of a response: what was whole can be read,
   and only the close_notify makes the end an orderly one. */
static void test_truncated_response(void **state)
{
    static unsigned char bytes[QUEUE_MAX];
    size_t n = response(bytes), first = 6 + 21, both = 2 * first;
    char text[64];
    int32_t detail;

    (void)state;
    assert_int_equal(n, both + 2 + 21);
    for (size_t cut = 0; cut <= n; cut++) {
        size_t got = replay(bytes, cut, text);
        assert_int_equal(got, cut < first ? 0 : cut < both ? 6 : 12);
        assert_memory_equal(text, "first,second", got);
        assert_int_equal(bits(), LWURL_FILTER_CLOSED);
        assert_int_equal(error_of(&detail),
                         cut < n ? LWURL_ERR_TLS_TRUNCATED : LWURL_OK);
    }
}

/* Any changed bit of a record is noticed, before its bytes are handed out. */
static void test_forged_response(void **state)
{
    static unsigned char bytes[QUEUE_MAX];
    size_t n = response(bytes), first = 6 + 21;
    char text[64];
    int32_t detail;

    (void)state;
    for (size_t i = 0; i < n * 8; i++) {
        size_t got;

        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        got = replay(bytes, n, text);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_int_equal(got, i / 8 < first ? 0 : i / 8 < 2 * first ? 6 : 12);
        assert_memory_equal(text, "first,second", got);
        assert_int_not_equal(error_of(&detail), LWURL_OK);
    }
}

/* A server that sends more than it was asked to. */
static void test_record_larger_than_the_buffer(void **state)
{
    static unsigned char body[3000];
    int32_t detail;

    (void)state;
    tls.record_n = LWURL_TLS_RECORD_512;
    tls.lent = lent;
    tls.lent_n = sizeof lent;
    connect_good(0);
    assert_int_equal(peer.server.eng.max_frag_len, 512);
    peer.server.eng.max_frag_len = 2048;
    peer_write(&peer, body, 512);
    assert_int_equal(client_read(body, sizeof body), 512);
    peer_write(&peer, body, 2048);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_RECORD);
    assert_int_equal(detail, 5 + 2048 + 16);
}

/* Our own close: the server sees close_notify, and no error remains, whether
   it answers with its own or not, and whatever was left unread. */
static void test_close(void **state)
{
    static unsigned char body[600];
    int32_t detail;

    for (int unread = 0; unread < 2; unread++)
        for (int answers = 0; answers < 2; answers++) {
            tls_set_up(state);
            connect_good(0);
            if (unread)
                peer_write(&peer, body, sizeof body);
            peer_run(&peer, &tls);
            ops->close(&tls);
            assert_int_equal(bits() & LWURL_FILTER_WIRE_OUT,
                             LWURL_FILTER_WIRE_OUT);
            if (answers)
                peer_run(&peer, &tls);
            else
                ops->wire_end(&tls);
            assert_int_equal(error_of(&detail), LWURL_OK);
            assert_int_equal(br_ssl_engine_last_error(&peer.server.eng), 0);
            if (answers)
                assert_int_equal(br_ssl_engine_current_state(&peer.server.eng),
                                 BR_SSL_CLOSED);
            tls_tear_down(state);
        }
}

/* The server's end is seen before our own close_notify can leave. */
static void test_close_by_the_server(void **state)
{
    unsigned after = LWURL_FILTER_CLOSED | LWURL_FILTER_WIRE_OUT;
    int32_t detail;
    size_t n;

    (void)state;
    connect_good(0);
    br_ssl_engine_close(&peer.server.eng);
    while ((bits() & LWURL_FILTER_CLOSED) == 0) {
        const unsigned char *from =
            br_ssl_engine_sendrec_buf(&peer.server.eng, &n);
        size_t room;
        unsigned char *to = ops->buf(&tls, LWURL_FILTER_WIRE_IN, &room);

        room = room < n ? room : n;
        memcpy(to, from, room);
        br_ssl_engine_sendrec_ack(&peer.server.eng, room);
        ops->ack(&tls, LWURL_FILTER_WIRE_IN, room);
    }
    assert_int_equal(bits(), after);
    assert_int_equal(error_of(&detail), LWURL_OK);
    ops->wire_end(&tls);
    assert_int_equal(bits(), LWURL_FILTER_CLOSED);
    assert_int_equal(error_of(&detail), LWURL_OK);
}

/* Renegotiation is refused, and the connection stays what it was. */
static void test_renegotiation_is_refused(void **state)
{
    size_t n;

    (void)state;
    connect_good(0);
    assert_int_equal(br_ssl_engine_renegotiate(&peer.server.eng), 1);
    peer_run(&peer, &tls);
    assert_int_equal(br_ssl_engine_last_error(&peer.server.eng),
                     BR_ERR_RECV_FATAL_ALERT + 100);
    assert_int_equal(events, 1);
    assert_non_null(ops->buf(&tls, LWURL_FILTER_APP_OUT, &n));
    assert_true(n > 128);
}

/* ----------------------------------------------------------------- secrets */

static bool holds(const void *memory, size_t n, const void *what, size_t what_n)
{
    const unsigned char *p = memory;

    for (size_t i = 0; i + what_n <= n; i++)
        if (memcmp(p + i, what, what_n) == 0)
            return true;
    return false;
}

static void test_secrets_are_wiped(void **state)
{
    unsigned char master[48];
    struct lwurl_tls_info before, after;
    char text[64];

    (void)state;
    connect_good(0);
    memcpy(master, slot.client.eng.session.master_secret, sizeof master);
    assert_memory_equal(master, peer.server.eng.session.master_secret, 48);
    lwurl_tls_info(&tls, &before);
    client_write("the password", 12);
    assert_int_equal(peer_read(&peer, text, sizeof text), 12);
    peer_write(&peer, "the secret", 10);
    assert_int_equal(client_read(text, sizeof text), 10);
    assert_true(holds(record, sizeof record, "the secret", 10));
    ops->stop(&tls);
    assert_false(holds(&slot, sizeof slot, master, 4));
    for (size_t i = 0; i < sizeof record; i++)
        assert_int_equal(record[i], 0);
    lwurl_tls_info(&tls, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(start(), LWURL_OK);
    lwurl_tls_info(&tls, &after);
    assert_int_equal(after.version, 0);
}

static void test_keylog(void **state)
{
    static const char hex[] = "0123456789abcdef";
    char line[LWURL_TLS_KEYLOG_N], want[LWURL_TLS_KEYLOG_N] = "CLIENT_RANDOM ";
    const br_ssl_engine_context *server = &peer.server.eng;
    char *at = want + 14;

    (void)state;
    connect_good(0);
    lwurl_tls_keylog(&tls, line);
    for (size_t i = 0; i < 32; i++) {
        *at++ = hex[server->client_random[i] >> 4];
        *at++ = hex[server->client_random[i] & 15];
    }
    *at++ = ' ';
    for (size_t i = 0; i < 48; i++) {
        *at++ = hex[server->session.master_secret[i] >> 4];
        *at++ = hex[server->session.master_secret[i] & 15];
    }
    *at = '\0';
    assert_string_equal(line, want);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TLS_TEST(test_answers_to_the_hello),
        TLS_TEST(test_nothing_in_common),
        TLS_TEST(test_truncated_handshake),
        TLS_TEST(test_truncated_response),
        TLS_TEST(test_forged_response),
        TLS_TEST(test_record_larger_than_the_buffer),
        TLS_TEST(test_close),
        TLS_TEST(test_close_by_the_server),
        TLS_TEST(test_renegotiation_is_refused),
        TLS_TEST(test_secrets_are_wiped),
        TLS_TEST(test_keylog),
    };

    return cmocka_run_group_tests_name("core/tls: wire", tests, NULL, NULL);
}
