/* SPDX-License-Identifier: MIT */
/* Request bodies: core/http/stream.c, and what engine.c sends by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define FINE      "HTTP/1.1 204 N\r\n\r\n"
#define TOO_LARGE "HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"

static struct fake fake;
static struct fetch t;
static char content[5000];

static int fill_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = "0123456789abcdef\r\n"[i * 7 % 18];
    return 0;
}

/* Offset of the body in what the n-th connection was sent. */
static const char *body_at(size_t n, size_t *body_n)
{
    const char *p = fake.conns[n].sent;
    size_t i = 3;

    while (memcmp(p + i - 3, "\r\n\r\n", 4) != 0)
        assert_true(++i < fake.conns[n].sent_n);
    *body_n = fake.conns[n].sent_n - i - 1;
    return p + i + 1;
}

/* Takes a CRLF off the front. */
static const char *line_end(const char *p, const char *end)
{
    assert_true(end - p >= 2);
    assert_memory_equal(p, "\r\n", 2);
    return p + 2;
}

/* Decodes a chunked body, strictly; upper-case sizes, no extensions. Returns
   how many chunks there were. */
static unsigned unchunk(const char *p, size_t n, const char *want,
                        size_t want_n)
{
    const char *end = p + n;
    unsigned chunks = 0;
    char *digits_end;
    size_t size;

    do {
        assert_non_null(memchr(p, '\r', (size_t)(end - p)));
        assert_true(*p >= '0' && *p <= 'F' && (*p != '0' || p[1] == '\r'));
        size = strtoul(p, &digits_end, 16);
        p = line_end(digits_end, end);
        assert_true(size <= want_n && (size_t)(end - p) >= size);
        assert_memory_equal(p, want, size);
        want += size;
        want_n -= size;
        p = line_end(p + size, end);
        chunks += size > 0;
    } while (size > 0);
    assert_ptr_equal(p, end);
    assert_int_equal(want_n, 0);
    return chunks;
}

static void upload(const struct fake_peer *peer, uint32_t flags, size_t n,
                   size_t offer)
{
    struct lwurl_request request = {.url = "http://h/", .flags = flags};

    request.body_n = (flags & LWURL_BODY_STREAM) != 0 ? n : 0;
    fake_begin(&fake, peer, 1);
    fetch_init(&t, &fake, 128);
    t.out = content;
    t.out_n = n;
    t.offer = offer;
    fetch_run(&t, &request);
}

/* --------------------------------------------------------- what is on wire */

static const size_t sizes[] = {0, 1, 2, 15, 16, 33, 255, 300, 5000};
static const size_t offers[] = {1, 7, 31, 32, 33, 100, 0};
#define N(array) (sizeof(array) / sizeof(array)[0])

static void known_length(void **state)
{
    size_t n;

    (void)state;
    for (size_t i = 0; i < N(sizes) * N(offers) * 4; i++) {
        size_t size = sizes[i % N(sizes)],
               offer = offers[i / N(sizes) % N(offers)];
        struct fake_peer peer = {.says = {{SAY(FINE, 1)}}};
        peer.take = i / N(sizes) / N(offers); /* 0: any */
        peer.says[0].after = size;
        upload(&peer, LWURL_BODY_STREAM, size, offer);
        assert_int_equal(t.got.err, LWURL_OK);
        const char *body = body_at(0, &n);
        assert_int_equal(n, size);
        assert_memory_equal(body, content, size);
        assert_int_equal(lwurl_written(&t.u), size);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), 1);
        fetch_end(&t);
    }
}

static void chunked(void **state)
{
    size_t n;

    (void)state;
    for (size_t i = 0; i < N(sizes) * N(offers) * 6; i++) {
        size_t size = sizes[i % N(sizes)],
               offer = offers[i / N(sizes) % N(offers)];
        struct fake_peer peer = {.says = {{SAY(FINE, 2)}}};
        peer.take = i / N(sizes) / N(offers);
        if (size == 0)
            peer.says[0].heads = 2; /* "0\r\n\r\n" ends the second one */
        upload(&peer, LWURL_BODY_CHUNKED, size, offer);
        assert_int_equal(t.got.err, LWURL_OK);
        const char *body = body_at(0, &n);
        unsigned chunks = unchunk(body, n, content, size);
        size_t least = offer == 0 ? size > 0 : (size + offer - 1) / offer;
        if (peer.take == 0)
            assert_int_equal(chunks, least);
        assert_int_equal(lwurl_written(&t.u), size);
        fetch_end(&t);
    }
}

/* A plain head and a body in memory leave in one send. */
static void memory_in_one_send(void **state)
{
    struct fake_peer peer = {.says = {{SAY(FINE, 1)}}};
    struct lwurl_request post = {.url = "http://h.example/path?query",
                                 .body = content};
    size_t n;

    (void)state;
    for (size_t i = 0; i < N(sizes); i++) {
        post.body_n = sizes[i];
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        fetch_run(&t, &post);
        assert_int_equal(fake.conns[0].sends_n, 1);
        assert_memory_equal(body_at(0, &n), content, sizes[i]);
        assert_int_equal(n, sizes[i]);
        fetch_end(&t);
    }
}

static void memory_in_short_sends(void **state)
{
    static char large[1000000];
    struct lwurl_request post = {
        .url = "http://h/", .body = large, .body_n = sizeof large};
    static const size_t takes[] = {1, 2, 3, 1459, 65536};
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i * 2654435761u >> 24);
    for (size_t i = 0; i < N(takes); i++) {
        struct fake_peer peer = {.says = {{SAY(FINE, 1)}}, .take = takes[i]};
        post.body_n = takes[i] < 4 ? 5000 : sizeof large;
        peer.says[0].after = (size_t)post.body_n;
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        fetch_run(&t, &post);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_memory_equal(body_at(0, &n), large, (size_t)post.body_n);
        assert_int_equal(n, post.body_n);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------- early and bad ends */

/* The connection dies after each byte of a request: an error, whatever was
   taken, and no success. */
static void lost_at_each_byte(void **state)
{
    static const uint32_t ways[] = {LWURL_BODY_STREAM, LWURL_BODY_CHUNKED};
    size_t all[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake_peer peer = {.end = 0};
        upload(&peer, ways[i], 40, 9);
        all[i] = fake.conns[0].sent_n;
        fetch_end(&t);
    }
    for (size_t i = 0; i / 2 + 1 < all[i % 2]; i++) {
        struct fake_peer peer = {.room = i / 2 + 1,
                                 .send_end = LWURL_ERR_RESET};
        upload(&peer, ways[i % 2], 40, 9);
        assert_int_equal(t.got.err, LWURL_ERR_RESET);
        assert_int_equal(t.got.phase, LWURL_PHASE_SEND);
        fetch_end(&t);
    }
}

/* A final answer before the whole request: it is delivered, sending ends, and
   the connection is not used again (RFC 9112 9.3). */
static void answered_early(void **state)
{
    static const uint32_t ways[] = {0, LWURL_BODY_STREAM, LWURL_BODY_CHUNKED};

    (void)state;
    for (size_t k = 0; k < 2 * 3 * 200; k++) {
        size_t i = k / 2;
        struct fake_peer peer = {.says = {{SAY(TOO_LARGE, 0)}}, .take = 3};
        struct lwurl_request post = {
            .url = "http://h/",
            .flags = ways[i % 3] | ((k & 1) != 0 ? LWURL_ASK_FIELDS : 0),
            .body_n = 1000};
        peer.says[0].after = i / 3 + 1;
        peer.room = i / 3 + 3;
        peer.send_end = (i & 1) != 0 ? LWURL_ERR_RESET : 0;
        post.body = ways[i % 3] == 0 ? content : NULL;
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        t.out = content;
        t.out_n = 1000;
        fetch_run(&t, &post);
        assert_int_equal(t.got.err, LWURL_ERR_STATUS);
        assert_int_equal(t.got.status, 413);
        assert_true(fake.conns[0].sent_n < 1000);
        assert_int_equal(lwurl_send(&t.u, "x", 1), LWURL_ERR_CALL);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), 0);
        fetch_end(&t);
    }
}

/* 100 Continue is no final answer. */
static void continue_in_between(void **state)
{
    struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 100 Go on\r\n\r\n", 1)}, {SAY(FINE, 1)}},
        .take = 10};

    (void)state;
    peer.says[1].after = 300;
    upload(&peer, LWURL_BODY_STREAM, 300, 0);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(t.got.status, 204);
    fetch_end(&t);
}

static int begin_stream(uint32_t flags, uint64_t n)
{
    static struct fake_peer peer;
    struct lwurl_request request = {
        .url = "http://h/", .flags = flags, .body_n = n};
    peer = (struct fake_peer){.says = {{SAY(FINE, 2)}}};
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(lwurl_send(&t.u, "x", 1), LWURL_ERR_CALL); /* too early */
    assert_int_equal(lwurl_send_end(&t.u), LWURL_ERR_CALL);
    return fetch_until(&t, 1u << LWURL_TURN_SEND | 1u << LWURL_TURN_RESPONSE);
}

static void too_long(void **state)
{
    (void)state;
    assert_int_equal(begin_stream(LWURL_BODY_STREAM, 5), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, "123", 3), 3);
    assert_int_equal(lwurl_send(&t.u, "456", 3), LWURL_ERR_BODY);
    assert_int_equal(lwurl_send(&t.u, "4", 1), LWURL_ERR_BODY); /* it sticks */
    assert_int_equal(lwurl_send_end(&t.u), LWURL_ERR_BODY);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_BODY);
    assert_int_equal(fake.conns[0].sent[fake.conns[0].sent_n - 1], '3');
    fetch_end(&t);
}

static void too_short(void **state)
{
    (void)state;
    assert_int_equal(begin_stream(LWURL_BODY_STREAM, 5), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, "1234", 4), 4);
    assert_int_equal(lwurl_send_end(&t.u), LWURL_ERR_BODY);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_BODY);
    fetch_end(&t);
    assert_true(fake.conns[0].aborted);
}

static void ends(void **state)
{
    (void)state;
    assert_int_equal(begin_stream(LWURL_BODY_STREAM, 3), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, "", 0), 0);
    assert_int_equal(lwurl_send(&t.u, "123", 3), 3);
    assert_int_equal(lwurl_send(&t.u, "4", 1), LWURL_ERR_CALL); /* was whole */
    assert_int_equal(lwurl_send_end(&t.u), LWURL_OK);
    assert_int_equal(lwurl_send_end(&t.u), LWURL_OK);
    fetch_end(&t);
    assert_int_equal(begin_stream(LWURL_BODY_CHUNKED, 0), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, "123", 3), 3);
    assert_int_equal(lwurl_send_end(&t.u), LWURL_OK);
    assert_int_equal(lwurl_send(&t.u, "4", 1), LWURL_ERR_CALL); /* ended */
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    fetch_end(&t);
}

/* A chunk whose size was sent cannot be taken back, but one of which nothing
   was sent can. */
static void chunk_under_way(void **state)
{
    struct fake_peer peer = {.says = {{SAY(FINE, 2)}}, .take = 5};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_BODY_CHUNKED};
    size_t n;

    (void)state;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, content, 900), 0); /* no room yet */
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, content, 10), 2); /* "A\r\n" and 2 */
    assert_int_equal(lwurl_send_end(&t.u), LWURL_ERR_BODY);
    fetch_end(&t);

    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND), LWURL_TURN_SEND);
    fake.conns[0].stuffed = false;
    assert_int_equal(lwurl_send(&t.u, content, 10), 2);
    fake.conns[0].stuffed = false;
    assert_int_equal(lwurl_send(&t.u, content + 2, 500), 5); /* of its rest */
    fake.conns[0].stuffed = false;
    assert_int_equal(lwurl_send(&t.u, content + 7, 1), 1);
    t.out = content;
    t.out_n = 12;
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    const char *body = body_at(0, &n);
    assert_int_equal(unchunk(body, n, content, 12), 2);
    fetch_end(&t);
}

/* -------------------------------------------------------------- once more */

/* A kept connection dies under a streamed body. */
static void lost_and_again(void **state)
{
    static const struct lwurl_request get = {.url = "http://h/"};
    size_t n;

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        bool chunk = (i & 1) != 0, rewinds = (i & 2) != 0, put = (i & 4) != 0,
             some = (i & 8) != 0;
        static struct fake_peer peers[2];
        struct lwurl_request request = {
            .url = "http://h/",
            .method = put ? "PUT" : "POST",
            .body_n = chunk ? 0 : 40,
            .flags = (chunk ? LWURL_BODY_CHUNKED : LWURL_BODY_STREAM) |
                     (rewinds ? LWURL_BODY_REWINDS : 0)};
        peers[0] = peers[1] = (struct fake_peer){.says = {{SAY(FINE, 1)}}};
        fake_begin(&fake, peers, 2);
        fetch_init(&t, &fake, 128);
        t.out = content;
        t.out_n = 40;
        t.offer = 8;
        fetch_run(&t, &get);
        peers[0].end = LWURL_ERR_RESET;
        peers[0].end_heads = 2;
        if (some) { /* of the body is taken before the end is seen */
            peers[0].end_heads = 99;
            peers[0].room = fake.conns[0].sent_n + 185;
            peers[0].send_end = LWURL_ERR_RESET;
        }
        peers[1].says[0].heads = chunk ? 2 : 1;
        peers[1].says[0].after = chunk ? 0 : 40;
        fetch_run(&t, &request);
        if (!put)
            assert_int_equal(t.got.err, LWURL_ERR_MAYBE_SENT);
        else if (some && !rewinds)
            assert_int_equal(t.got.err, LWURL_ERR_REPLAY);
        else
            assert_int_equal(t.got.err, LWURL_OK);
        if (t.got.err == LWURL_OK) {
            const char *body = body_at(1, &n);
            if (chunk)
                (void)unchunk(body, n, content, 40);
            else
                assert_memory_equal(body, content, 40);
        }
        fetch_end(&t);
    }
}

/* A chunk of which no byte was sent is forgotten. */
static void begin_no_chunk(bool some)
{
    struct fake_peer peer = {.says = {{SAY(FINE, 2)}}, .take = 1000};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_BODY_CHUNKED};
    size_t n;

    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, content, 9), 0); /* no room yet */
    if (some) {
        fake.conns[0].stuffed = false;
        assert_int_equal(lwurl_send(&t.u, content, 3), 3);
        assert_int_equal(lwurl_send(&t.u, content + 3, 9), 0);
    }
    assert_int_equal(lwurl_send_end(&t.u), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    const char *body = body_at(0, &n);
    assert_int_equal(unchunk(body, n, content, some ? 3 : 0), some);
    fetch_end(&t);
}

static void chunk_not_begun(void **state)
{
    (void)state;
    begin_no_chunk(false);
    begin_no_chunk(true);
}

/* The largest chunk has eight digits. */
static void huge_chunk(void **state)
{
    struct fake_peer peer = {.take = 200};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_BODY_CHUNKED};
    size_t n;

    (void)state;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND), LWURL_TURN_SEND);
    fake.conns[0].stuffed = false;
    assert_int_equal(lwurl_send(&t.u, content, SIZE_MAX), 190);
    const char *body = body_at(0, &n);
    assert_memory_equal(body, "FFFFFFFF\r\n", 10);
    assert_memory_equal(body + 10, content, 190);
    fetch_end(&t);
}

/* What a server says early may fill the work buffer that a chunk's size needs:
   then it leaves in pieces. */
static void little_room(void **state)
{
    static char early[200];
    size_t n;

    (void)state;
    for (int room = 0; room < 12; room++) {
        int k = sprintf(early, "HTTP/1.1 100 ");
        memset(early + k, 'x', (size_t)(128 - k - room));
        (void)sprintf(early + 128 - room, "\r\n\r\n");
        struct fake_peer peer = {
            .says = {{.p = early, .n = (size_t)(128 - room), .heads = 1},
                     {.p = early + 128 - room, .n = 4, .heads = 2},
                     {SAY(FINE, 2)}}};
        upload(&peer, LWURL_BODY_CHUNKED, 1000, 300);
        assert_int_equal(t.got.err, LWURL_OK);
        const char *body = body_at(0, &n);
        assert_int_equal(unchunk(body, n, content, 1000), 4);
        fetch_end(&t);
    }
}

/* A turn that is not SEND, with a full buffer; and none at all. */
static void out_of_turn(void **state)
{
    static char early[300];
    struct lwurl_request request = {
        .url = "http://h/", .flags = LWURL_BODY_CHUNKED | LWURL_ASK_FIELDS};
    int n = sprintf(early, "HTTP/1.1 200 O\r\nA: ");

    (void)state;
    memset(early + n, 'x', 200);
    struct fake_peer peer = {
        .says = {{.p = early, .n = (size_t)n + 200, .heads = 1}}};
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_FIELD), LWURL_TURN_FIELD);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_FIELD), LWURL_TURN_FIELD);
    assert_int_equal(lwurl_send(&t.u, "x", 1), 0);
    lwurl_close(&t.u);
    assert_int_equal(lwurl_send(&t.u, "x", 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_send_end(&t.u), LWURL_ERR_CALL);
    fetch_end(&t);
}

/* What a chunked body leaves is nothing to the next one. */
static void memory_after_chunks(void **state)
{
    struct fake_peer peer = {.says = {{SAY(FINE, 2)}, {SAY(FINE, 3)}},
                             .take = 10};
    struct lwurl_request post = {
        .url = "http://h/", .body = content, .body_n = 500};
    (void)state;
    peer.says[1].after = 500;
    upload(&peer, LWURL_BODY_CHUNKED, 40, 0);
    assert_int_equal(t.got.err, LWURL_OK);
    fetch_run(&t, &post);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_memory_equal(fake.conns[0].sent + fake.conns[0].head_ends[2],
                        content, 500);
    assert_int_equal(fake.conns[0].sent_n, fake.conns[0].head_ends[2] + 500);
    fetch_end(&t);
}

/* After an early answer nothing is sent, and nobody waits for room. */
static void slow_early_answer(void **state)
{
    static const uint32_t ways[] = {0, LWURL_BODY_STREAM, LWURL_BODY_CHUNKED};

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct fake_peer peer = {
            .says = {{SAY("HTTP/1.1 413 L\r\nContent-Length: 5\r\n\r\n12", 1),
                      .after = 50},
                     {SAY("345", 1), .after = 50, .delay_ms = 9000}},
            .take = 30};
        struct lwurl_request post = {
            .url = "http://h/", .flags = ways[i], .body_n = 1000};
        post.body = ways[i] == 0 ? content : NULL;
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        t.out = content;
        t.out_n = 1000;
        fetch_run(&t, &post);
        assert_int_equal(t.got.err, LWURL_ERR_STATUS);
        assert_string_equal(t.got.body, "12345");
        assert_true(fake.waits < 40);
        fetch_end(&t);
    }
}

/* The last chunk waits for room on the wire as a response streams by: what it
   needs of the work buffer is not the response's. */
static void fields_beside_the_last_chunk(void **state)
{
    static const char answer[] = "HTTP/1.1 204 N\r\nA: one\r\nB: two\r\n"
                                 "C: three\r\nD: four\r\n\r\n";
    struct fake_peer peer = {
        .says = {{.p = answer, .n = sizeof answer - 1, .heads = 2}}};

    (void)state;
    upload(&peer, LWURL_BODY_CHUNKED, 10, 0); /* to know its bytes */
    size_t all = fake.conns[0].sent_n;
    fetch_end(&t);
    peer.says[0].heads = 1;
    peer.says[0].delay_ms = 20;
    for (size_t left = 0; left < 8; left++) {
        struct lwurl_request request = {
            .url = "http://h/", .flags = LWURL_BODY_CHUNKED | LWURL_ASK_FIELDS};
        peer.says[0].after = 10;
        peer.room = all - left;
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        t.out = content;
        t.out_n = 10;
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(t.got.fields,
                            ": N\nA: one\nB: two\nC: three\nD: four\n");
        fetch_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_length),
        cmocka_unit_test(chunked),
        cmocka_unit_test(memory_in_one_send),
        cmocka_unit_test(memory_in_short_sends),
        cmocka_unit_test(lost_at_each_byte),
        cmocka_unit_test(answered_early),
        cmocka_unit_test(continue_in_between),
        cmocka_unit_test(too_long),
        cmocka_unit_test(too_short),
        cmocka_unit_test(ends),
        cmocka_unit_test(chunk_under_way),
        cmocka_unit_test(lost_and_again),
        cmocka_unit_test(chunk_not_begun),
        cmocka_unit_test(huge_chunk),
        cmocka_unit_test(little_room),
        cmocka_unit_test(out_of_turn),
        cmocka_unit_test(memory_after_chunks),
        cmocka_unit_test(slow_early_answer),
        cmocka_unit_test(fields_beside_the_last_chunk),
    };
    return cmocka_run_group_tests(tests, fill_content, NULL);
}
