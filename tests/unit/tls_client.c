/* SPDX-License-Identifier: MIT */
#include "tls_client.h"

#include <string.h>

#include "tls/filter.h"

const struct lwurl_filter_ops *const ops = &lwurl_tls_filter;

int64_t clock_now;
int clock_result, entropy_result;
size_t entropy_asked;
unsigned events, warnings;
static unsigned char entropy_byte;

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = clock_now;
    return clock_result;
}

static int read_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    memset(p, ++entropy_byte, n);
    entropy_asked += n;
    return entropy_result;
}

static void on_event(void *ctx, const struct lwurl_tls *of,
                     enum lwurl_tls_event event)
{
    (void)of;
    if (event == LWURL_TLS_EXPIRING) {
        assert_int_equal(events, 1); /* after READY */
        warnings++;
        return;
    }
    assert_int_equal(event, LWURL_TLS_READY);
    ++*(unsigned *)ctx;
}

const struct lwurl_clock test_clock = {.now = read_clock};
const struct lwurl_entropy test_entropy = {.read = read_entropy};

struct lwurl_tls_slot slot;
unsigned char record[LWURL_TLS_RECORD_ANY];
uint64_t lent[(LWURL_TLS_LENT + 7) / 8];
br_x509_trust_anchor anchor_list[8];
unsigned char anchor_room[4096];
struct lwurl_anchors anchors;
struct identity id;
struct peer peer;
struct lwurl owner, other;

struct lwurl_tls tls;
struct lwurl_filter_start how;

void trust_roots(const char *name)
{
    static char text[16384];
    size_t n = load(pki(name, ".pem"), text, sizeof text);

    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, text, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
}

void set_host(const char *host)
{
    how.host.p = host;
    how.host.n = strlen(host);
}

/* Everything as it should be: an EC chain, a full record, the right name. */
int tls_set_up(void **state)
{
    (void)state;
    memset(&slot, 0, sizeof slot);
    memset(record, 0xAA, sizeof record);
    memset(&how, 0, sizeof how);
    clock_now = TODAY;
    clock_result = entropy_result = 0;
    entropy_asked = events = warnings = 0;
    trust_roots("roots");
    tls = (struct lwurl_tls){
        .slot = &slot,
        .record = record,
        .record_n = sizeof record,
        .profile = &lwurl_tls_fast,
        .trust = &lwurl_tls_chain,
        .anchors = anchor_list,
        .anchors_n = anchors.n,
        .entropy = &test_entropy,
        .clock = &test_clock,
        .event = on_event,
        .event_ctx = &events,
    };
    set_host("device.test");
    how.port = 443;
    how.owner = &owner;
    load_identity(&id, "ec");
    return 0;
}

int tls_tear_down(void **state)
{
    (void)state;
    ops->stop(&tls);
    return 0;
}

int start(void)
{
    return ops->start(&tls, &how);
}

unsigned bits(void)
{
    return ops->state(&tls);
}

int error_of(int32_t *detail)
{
    *detail = 0;
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
    return ops->error(&tls, detail);
}

/* Starts and runs until nothing moves; the handshake may have failed. */
void connect_peer(size_t piece)
{
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    peer.piece = piece;
    peer_run(&peer, &tls);
}

void connect_good(size_t piece)
{
    connect_peer(piece);
    assert_int_equal(bits(), LWURL_FILTER_WIRE_IN | LWURL_FILTER_APP_OUT);
    assert_int_equal(events, 1);
}

void client_write(const void *data, size_t n)
{
    const unsigned char *from = data;

    while (n > 0) {
        size_t room;
        unsigned char *to = ops->buf(&tls, LWURL_FILTER_APP_OUT, &room);

        if (to != NULL) {
            room = room < n ? room : n;
            memcpy(to, from, room);
            ops->ack(&tls, LWURL_FILTER_APP_OUT, room);
            from += room;
            n -= room;
            ops->flush(&tls);
        }
        peer_run(&peer, &tls);
    }
}

size_t client_read(void *data, size_t max)
{
    unsigned char *to = data;
    size_t n, got = 0;

    peer_run(&peer, &tls);
    for (;;) {
        const unsigned char *from = ops->buf(&tls, LWURL_FILTER_APP_IN, &n);

        if (from == NULL)
            return got;
        n = n < max - got ? n : max - got;
        memcpy(to + got, from, n);
        got += n;
        ops->ack(&tls, LWURL_FILTER_APP_IN, n);
        peer_run(&peer, &tls);
    }
}

static unsigned char pattern(size_t i)
{
    return (unsigned char)(i * 7 + i / 251);
}

/* A request, a response of n bytes, and the server's orderly close. */
void exchange(size_t n)
{
    static unsigned char body[40000], got[40000];
    char request[32];
    int32_t detail;

    for (size_t i = 0; i < n; i++)
        body[i] = pattern(i);
    client_write("GET / HTTP/1.1\r\n\r\n", 18);
    assert_int_equal(peer_read(&peer, request, sizeof request), 18);
    assert_memory_equal(request, "GET / HTTP/1.1\r\n\r\n", 18);
    peer_write(&peer, body, n);
    assert_int_equal(client_read(got, sizeof got), n);
    assert_memory_equal(got, body, n);
    br_ssl_engine_close(&peer.server.eng);
    peer_run(&peer, &tls);
    assert_int_equal(bits(), LWURL_FILTER_CLOSED);
    assert_int_equal(error_of(&detail), LWURL_OK);
    assert_int_equal(br_ssl_engine_current_state(&peer.server.eng),
                     BR_SSL_CLOSED);
    assert_int_equal(br_ssl_engine_last_error(&peer.server.eng), 0);
}
