/* SPDX-License-Identifier: MIT */
/* core/retrieve.c: a body goes into a sink, all of it or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "fake_sink.h"
#include "http/state.h"
#include "lwurl_auth.h"
#include "lwurl_resume.h"
#include "lwurl_retrieve.h"
#include "lwurl_verify.h"

#define OK11     "HTTP/1.1 200 OK\r\n"
#define OK_5     OK11 "Content-Length: 5\r\n\r\n"
#define CHUNKED  OK11 "Transfer-Encoding: chunked\r\n\r\n"
#define N(array) (sizeof(array) / sizeof(array)[0])

/* sha256("hello") */
static const unsigned char hello[32] = {
    0x2c, 0xf2, 0x4d, 0xba, 0x5f, 0xb0, 0xa3, 0x0e, 0x26, 0xe8, 0x3b,
    0x2a, 0xc5, 0xb9, 0xe2, 0x9e, 0x1b, 0x16, 0x1e, 0x5c, 0x1f, 0xa7,
    0x42, 0x5e, 0x73, 0x04, 0x33, 0x62, 0x93, 0x8b, 0x98, 0x24};
#define HELLO_64 "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
#define WORLD_64 "SG6kYiTRu0+2gPNPfJrZao8k7Ii+c+qOWmxlJg6cuKc="

static struct fake fake;
static struct fake_sink sink;
static struct lwurl_retrieve r;
static struct lwurl_verify verify;
static unsigned char work[LWURL_RETRIEVE_WORK_MIN];
static uint64_t reports[4096][2];
static unsigned reports_n;

static const struct lwurl_request get = {.url = "http://h/"};
static const struct lwurl_handler lines[] = {LWURL_HTTP, LWURL_DATA,
                                             LWURL_VERIFY(&verify)};
static struct lwurl_opener opener = {.handlers = lines, .handlers_n = N(lines)};

static void note(void *ctx, uint64_t done, uint64_t total)
{
    assert_ptr_equal(ctx, &sink);
    assert_true(reports_n < N(reports));
    reports[reports_n][0] = done;
    reports[reports_n++][1] = total;
}

static struct lwurl_retrieval what;

static void begin(const struct fake_peer *peers, size_t n)
{
    fake_begin(&fake, peers, n);
    fake_sink_begin(&sink, 0);
    memset(&verify, 0, sizeof verify);
    verify.ops = &lwurl_verify_sha256;
    opener.port = &fake.port;
    reports_n = 0;
    what = (struct lwurl_retrieval){.request = &get,
                                    .sink = &sink.sink,
                                    .verify = &verify,
                                    .progress = note,
                                    .progress_ctx = &sink};
}

static int run(void)
{
    return lwurl_retrieve(&r, &opener, &what, work, sizeof work);
}

static void end(void)
{
    lwurl_retrieve_close(&r);
    lwurl_end(&r.u);
    fake_end(&fake);
}

static int code(void)
{
    struct lwurl_error error;

    lwurl_error(&r.u, &error);
    return error.code;
}

static void assert_content(const char *text)
{
    assert_true(sink.committed);
    assert_int_equal(sink.n, strlen(text));
    assert_memory_equal(sink.bytes, text, strlen(text));
    assert_int_equal(sink.aborts, 0);
}

/* ------------------------------------------------------------------- bodies */

#define HEAD_3 "HTTP/1.0 200 OK\r\n\r\n"

static const struct {
    const char *text;
    uint64_t total;
    int end;
} bodies[] = {
    {OK_5 "hello", 5, 0},
    {CHUNKED "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", LWURL_LENGTH_UNKNOWN, 0},
    {HEAD_3 "hello", LWURL_LENGTH_UNKNOWN, LWURL_PORT_EOF},
};

/* Whole, byte by byte, and with bytes behind. */
static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(bodies); i++)
        for (size_t piece = 0; piece < 4; piece++) {
            struct fake_peer peer = {.says = {{.p = bodies[i].text,
                                               .n = strlen(bodies[i].text),
                                               .heads = 1}},
                                     .piece = piece,
                                     .end = bodies[i].end};
            begin(&peer, 1);
            verify.sha256 = hello;
            assert_int_equal(run(), LWURL_OK);
            assert_content("hello");
            assert_memory_equal(verify.result, hello, 32);
            assert_int_equal(sink.total, bodies[i].total);
            assert_int_equal(reports[0][0], 0);
            assert_int_equal(reports[0][1], bodies[i].total);
            assert_int_equal(reports[reports_n - 1][0], 5);
            assert_true(piece != 1 || reports_n == 6);
            assert_int_equal(lwurl_retrieve_done(&r), 5);
            assert_int_equal(lwurl_retrieve_total(&r), 5);
            assert_int_equal(lwurl_status(&r.u), 200);
            end();
        }
}

/* A connection that ends, or breaks, at any byte: an error and an abort, but
   where it is the end. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(bodies); i++)
        for (size_t cut = 1; cut <= strlen(bodies[i].text); cut++) {
            struct fake_peer peer = {.says = {{.p = bodies[i].text,
                                               .n = strlen(bodies[i].text),
                                               .heads = 1}},
                                     .cut = cut,
                                     .end = i == 2 ? LWURL_ERR_RESET
                                                   : LWURL_PORT_EOF};
            begin(&peer, 1);
            assert_int_not_equal(run(), LWURL_OK);
            assert_int_not_equal(code(), LWURL_OK);
            assert_false(sink.committed);
            assert_int_equal(sink.aborts, sink.begins);
            assert_int_equal(sink.keeps, 0);
            end();
        }
}

static void test_too_short(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hell", 1)}},
                             .end = LWURL_PORT_EOF};
    struct lwurl_error error;

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(), LWURL_ERR_INCOMPLETE);
    lwurl_error(&r.u, &error);
    assert_int_equal(error.detail, 1);
    assert_true(error.retry);
    assert_int_equal(lwurl_retrieve_done(&r), 4);
    assert_int_equal(lwurl_retrieve_total(&r), 5);
    end();
}

static void test_long_body(void **state)
{
    static char bytes[50000];
    size_t head = (size_t)sprintf(bytes, OK11 "Content-Length: 49000\r\n\r\n");
    struct fake_peer peer = {
        .says = {{.p = bytes, .n = head + 49000, .heads = 1}}, .piece = 1460};

    (void)state;
    for (size_t i = 0; i < 49000; i++)
        bytes[head + i] = (char)(i * 31 >> 3);
    begin(&peer, 1);
    assert_int_equal(run(), LWURL_OK);
    assert_int_equal(sink.n, 49000);
    assert_memory_equal(sink.bytes, bytes + head, 49000);
    for (unsigned i = 1; i < reports_n; i++) {
        assert_true(reports[i][0] > reports[i - 1][0]);
        assert_true(reports[i][0] - reports[i - 1][0] <= sizeof work / 2);
    }
    end();
}

/* -------------------------------------------------- what is not to be kept */

static void test_cap(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(bodies); i++)
        for (uint64_t max = 1; max < 7; max++) {
            struct fake_peer peer = {.says = {{.p = bodies[i].text,
                                               .n = strlen(bodies[i].text),
                                               .heads = 1}},
                                     .piece = 1,
                                     .end = bodies[i].end};
            begin(&peer, 1);
            what.size_max = max;
            assert_int_equal(run(), max < 5 ? LWURL_ERR_SIZE : LWURL_OK);
            assert_int_equal(sink.committed, max >= 5);
            assert_true(sink.n <= max);
            assert_int_equal(sink.begins, i > 0 || max >= 5); /* 0: told */
            end();
        }
}

static void test_statuses(void **state)
{
    static const struct {
        const char *text;
        unsigned status;
    } answers[] = {
        {"HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nhello", 404},
        {"HTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\nhello", 503},
        {"HTTP/1.1 302 No\r\nContent-Length: 5\r\n\r\nhello", 302},
        {"HTTP/1.1 304 No\r\n\r\n", 304},
    };

    (void)state;
    for (size_t i = 0; i < N(answers); i++) {
        struct fake_peer peer = {.says = {{.p = answers[i].text,
                                           .n = strlen(answers[i].text),
                                           .heads = 1}}};
        struct lwurl_error error;
        begin(&peer, 1);
        assert_int_equal(run(), LWURL_ERR_STATUS);
        lwurl_error(&r.u, &error);
        assert_int_equal(error.code, LWURL_ERR_STATUS);
        assert_int_equal(error.detail, answers[i].status);
        assert_int_equal(error.status, answers[i].status);
        assert_int_equal(sink.begins, 0);
        end();
    }
}

/* Somebody asked whether there is something new, and there is not. */
static int accept_all(struct lwurl *u, void *state)
{
    (void)u;
    (void)state;
    return LWURL_ACCEPT;
}

static void test_not_modified(void **state)
{
    static const struct lwurl_handler_ops acceptor = {.response = accept_all};
    const struct lwurl_handler handlers[] = {{&acceptor, NULL}, LWURL_HTTP};
    struct lwurl_opener accepting = {&fake.port, handlers, 2};
    struct fake_peer peer = {.says = {{SAY("HTTP/1.1 304 Same\r\n\r\n", 1)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(lwurl_retrieve(&r, &accepting, &what, work, sizeof work),
                     LWURL_OK);
    assert_int_equal(lwurl_status(&r.u), 304);
    assert_int_equal(sink.begins, 0);
    end();
}

/* Each call of the sink fails once, with each of its errors. */
static void test_sink_fails(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 1)}}, .piece = 2};
    unsigned last = 0;

    (void)state;
    for (unsigned at = 1; last == 0; at++) {
        const int errors[] = {LWURL_ERR_STORAGE, LWURL_ERR_ROOM};
        begin(&peer, 1);
        sink.fail_at = at;
        sink.fail_with = errors[at % 2];
        int err = run();
        if (sink.calls < at) {
            assert_int_equal(err, LWURL_OK);
            last = at;
        } else {
            assert_int_equal(err, sink.fail_with);
            assert_int_equal(code(), sink.fail_with);
            assert_int_equal(sink.aborts, 1);
            assert_false(sink.committed);
        }
        end();
    }
    assert_true(last > 4); /* begin, 3 writes, commit */
}

/* ------------------------------------------------------------------ digests */

static void test_expected_digest(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 1)}}};
    unsigned char wrong[32];

    (void)state;
    for (unsigned bit = 0; bit < 256; bit += 17) {
        memcpy(wrong, hello, sizeof wrong);
        wrong[bit / 8] ^= (unsigned char)(1u << bit % 8);
        begin(&peer, 1);
        verify.sha256 = wrong;
        assert_int_equal(run(), LWURL_ERR_CONTENT);
        assert_int_equal(code(), LWURL_ERR_CONTENT);
        assert_false(sink.committed);
        assert_int_equal(sink.aborts, 1);
        assert_memory_equal(verify.result, hello, 32);
        end();
    }
}

static const struct {
    const char *fields;
    int err, err_required;
} digests[] = {
    {"", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: sha-256=:" HELLO_64 ":\r\n", 0, 0},
    {"repr-digest:sha-256=:" HELLO_64 ":;a=b , sha-512=:AA==:\r\n", 0, 0},
    {"Repr-Digest: sha-512=:AAAA:,  sha-256=:" HELLO_64 ":\r\n", 0, 0},
    {"Content-Digest: sha-256=:" HELLO_64 ":\r\n", 0, 0},
    {"Digest: SHA-256=" HELLO_64 ",unixsum=1\r\n", 0, 0},
    {"Digest: md5=AAAA\r\nDigest: sha-256=" HELLO_64 "\r\n", 0, 0},
    {"Repr-Digest: sha-256=:" WORLD_64 ":\r\n", LWURL_ERR_CONTENT,
     LWURL_ERR_CONTENT},
    {"Digest: sha-256=" WORLD_64 "\r\n", LWURL_ERR_CONTENT, LWURL_ERR_CONTENT},
    /* Not a digest, or none of ours. */
    {"Repr-Digest: sha-256=:AAAA:\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: sha-256=:" HELLO_64 "AAAA:\r\n", 0, 0},
    {"Repr-Digest: sha-256=:AAAA" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: sha-256x=:" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: sha-25=:" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: xsha-256=:" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: id-sha-256=:" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: =, ,sha-256\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: sha-256 =:" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digest: sha-256=\"" WORLD_64 "\"\r\n", 0, LWURL_ERR_CONTENT},
    {"Repr-Digests: sha-256=:" WORLD_64 ":\r\n", 0, LWURL_ERR_CONTENT},
    {"Want-Repr-Digest: sha-256=9\r\n", 0, LWURL_ERR_CONTENT},
};

static void test_server_digest(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(digests); i++)
        for (size_t piece = 0; piece < 2; piece++)
            for (int required = 0; required < 2; required++) {
                char bytes[512];
                int n = snprintf(bytes, sizeof bytes,
                                 OK11 "%sContent-Length: 5\r\n\r\nhello",
                                 digests[i].fields);
                struct fake_peer peer = {
                    .says = {{.p = bytes, .n = (size_t)n, .heads = 1}},
                    .piece = piece};
                begin(&peer, 1);
                verify.required = required != 0;
                assert_int_equal(run(), required ? digests[i].err_required
                                                 : digests[i].err);
                end();
            }
}

/* Behind a member that is longer than the work buffer. */
static void test_server_digest_in_pieces(void **state)
{
    char bytes[2 * LWURL_RETRIEVE_WORK_MIN];
    int n =
        snprintf(bytes, sizeof bytes,
                 OK11 "Content-Length: 5\r\nRepr-Digest: a=:%0*d:, sha-256=:"
                      "%s:\r\n\r\nworld",
                 LWURL_RETRIEVE_WORK_MIN, 0, HELLO_64);
    struct fake_peer peer = {
        .says = {{.p = bytes, .n = (size_t)n, .heads = 1}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(), LWURL_ERR_CONTENT);
    assert_memory_equal(verify.server, hello, sizeof hello);
    end();
}

/* Of a part, Content-Digest tells nothing about the whole; Repr-Digest does. */
static void test_server_digest_of_a_part(void **state)
{
    static struct lwurl u = {.status = 206};
    struct lwurl_field f = {
        .value = {TEXT("sha-256=:" HELLO_64 ":")}, .first = true, .last = true};

    (void)state;
    memset(&verify, 0, sizeof verify);
    f.name = (struct lwurl_str){TEXT("Content-Digest")};
    assert_int_equal(lwurl_verify_handler.field(&u, &verify, &f), LWURL_OK);
    assert_false(verify.told);
    f.name = (struct lwurl_str){TEXT("Repr-Digest")};
    assert_int_equal(lwurl_verify_handler.field(&u, &verify, &f), LWURL_OK);
    assert_true(verify.told);
    assert_memory_equal(verify.server, hello, sizeof hello);
}

/* It may come in a trailer, and that of another response is not meant. */
static void test_server_digest_elsewhere(void **state)
{
    struct fake_peer trailer = {
        .says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\nRepr-Digest: "
                              "sha-256=:" WORLD_64 ":\r\n\r\n",
                      1)}}};
    struct fake_peer next = {
        .says = {{SAY(OK11 "Repr-Digest: sha-256=:" HELLO_64 ":\r\n"
                           "Content-Length: 5\r\n\r\nhello",
                      1)},
                 {SAY(OK_5 "world", 2)}}};

    (void)state;
    begin(&trailer, 1);
    assert_int_equal(run(), LWURL_ERR_CONTENT);
    end();
    begin(&next, 1);
    assert_int_equal(run(), LWURL_OK);
    assert_true(verify.told);
    assert_int_equal(run(), LWURL_OK); /* on the same connection */
    assert_int_equal(fake.conns_n, 1);
    assert_false(verify.told);
    assert_memory_equal(sink.bytes, "world", 5);
    end();
}

/* Of coded bytes it says nothing where somebody decodes them. */
static void decodes(struct lwurl *u, void *state)
{
    (void)state;
    u->flags |= F_DECODES;
}

static void test_server_digest_of_coded_bytes(void **state)
{
    static const struct lwurl_handler_ops decoder = {.begin = decodes};
    const struct lwurl_handler handlers[] = {
        {&decoder, NULL}, LWURL_VERIFY(&verify), LWURL_HTTP};
    struct lwurl_opener decoding = {&fake.port, handlers, N(handlers)};
    struct fake_peer peer = {
        .says = {{SAY(OK11 "Repr-Digest: sha-256=:" WORLD_64 ":\r\n"
                           "Content-Encoding: x\r\n"
                           "Content-Length: 5\r\n\r\nhello",
                      1)}}};
    struct fake_peer identity = {
        .says = {{SAY(OK11 "Repr-Digest: sha-256=:" WORLD_64 ":\r\n"
                           "Content-Encoding: identity\r\n"
                           "Content-Length: 5\r\n\r\nhello",
                      1)}}};

    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        begin(kind == 3 ? &identity : &peer, 1);
        verify.required = kind == 1;
        assert_int_equal(lwurl_retrieve(&r, kind == 2 ? &opener : &decoding,
                                        &what, work, sizeof work),
                         kind == 0 ? LWURL_OK : LWURL_ERR_CONTENT);
        end();
    }
}

/* ----------------------------------------------------------------- stepwise */

/* Cancelled, or closed, before each step: all is free at once. */
static void test_stop_anywhere(void **state)
{
    struct fake_peer peer = {
        .says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\n\r\n", 1)}},
        .piece = 1,
        .waits = 1,
        .take = 3};
    bool over = false;

    (void)state;
    for (unsigned stop = 0; !over; stop++) {
        begin(&peer, 1);
        fake.names[0].waits = 1;
        assert_int_equal(
            lwurl_retrieve_begin(&r, &opener, &what, work, sizeof work),
            LWURL_OK);
        for (unsigned i = 0; i < stop && !over; i++) {
            struct lwurl_wants wants;
            int turn = lwurl_retrieve_step(&r);
            assert_true(turn > 0);
            over = turn == LWURL_TURN_DONE;
            lwurl_retrieve_wants(&r, &wants);
            if (turn == LWURL_TURN_WAIT && wants.ms > 0)
                fake.port.wait(&fake, wants.fd, wants.events, wants.ms);
        }
        if (over)
            break;
        if (stop % 2 == 0) {
            lwurl_cancel(&r.u);
            assert_int_equal(lwurl_retrieve_step(&r), LWURL_ERR_CANCELED);
            assert_int_equal(lwurl_retrieve_step(&r), LWURL_ERR_CANCELED);
        }
        lwurl_retrieve_close(&r);
        lwurl_retrieve_close(&r);
        if (sink.n < 5) /* else it may serve again */
            assert_int_equal(fake_open(&fake), 0);
        assert_false(sink.committed);
        assert_int_equal(sink.aborts, sink.begins);
        assert_int_equal(lwurl_retrieve_step(&r), LWURL_ERR_CALL);
        end();
    }
    assert_content("hello");
    assert_int_equal(lwurl_retrieve_step(&r), LWURL_TURN_DONE);
    end();
}

static void test_calls(void **state)
{
    struct lwurl_request stream = {.url = "http://h/",
                                   .flags = LWURL_BODY_CHUNKED};
    struct lwurl_request nowhere = {.url = NULL}, bad = {.url = "http://h:x/"};
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 2)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(lwurl_retrieve_step(&r), LWURL_ERR_CALL);
    assert_int_equal(lwurl_retrieve(&r, &opener, NULL, work, sizeof work),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_retrieve(&r, &opener, &what, NULL, sizeof work),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_retrieve(&r, NULL, &what, work, sizeof work),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_retrieve(&r, &opener, &what, work, sizeof work - 1),
                     LWURL_ERR_ROOM);
    what.request = &stream;
    assert_int_equal(run(), LWURL_ERR_CALL);
    what.request = NULL;
    assert_int_equal(run(), LWURL_ERR_CALL);
    what.request = &nowhere;
    assert_int_equal(run(), LWURL_ERR_CALL);
    what.request = &bad;
    assert_int_equal(run(), LWURL_ERR_URL);
    assert_int_equal(lwurl_retrieve_step(&r), LWURL_ERR_CALL);
    assert_int_equal(sink.begins, 0);
    what.request = &get;
    what.sink = NULL;
    assert_int_equal(run(), LWURL_ERR_CALL);
    assert_int_equal(lwurl_retrieve(NULL, &opener, &what, work, sizeof work),
                     LWURL_ERR_CALL);
    end();
}

/* A step behind an error gives it again, and the sink nothing more. */
static void test_error_sticks(void **state)
{
    struct fake_peer peer = {
        .says = {
            {SAY("HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nhello", 1)}}};
    int turn;

    (void)state;
    begin(&peer, 1);
    assert_int_equal(
        lwurl_retrieve_begin(&r, &opener, &what, work, sizeof work), LWURL_OK);
    do
        turn = lwurl_retrieve_step(&r);
    while (turn >= 0);
    for (int i = 0; i < 9; i++)
        assert_int_equal(lwurl_retrieve_step(&r), LWURL_ERR_STATUS);
    assert_int_equal(sink.begins + sink.writes, 0);
    end();
}

/* Nobody is there who knows a password. */
static void test_asks_for_a_password(void **state)
{
    static const struct lwurl_request ask = {.url = "http://h/",
                                             .flags = LWURL_ASK_CREDENTIALS};
    static char realm[16];
    static struct lwurl_basic basic = {.realm = realm, .realm_n = sizeof realm};
    const struct lwurl_handler handlers[] = {LWURL_BASIC(&basic), LWURL_HTTP};
    struct lwurl_opener asking = {&fake.port, handlers, 2};
    struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=r\r\n"
                      "Content-Length: 0\r\n\r\n",
                      1)}}};

    (void)state;
    begin(&peer, 1);
    what.request = &ask;
    assert_int_equal(lwurl_retrieve(&r, &asking, &what, work, sizeof work),
                     LWURL_ERR_STATUS);
    assert_int_equal(lwurl_status(&r.u), 401);
    assert_int_equal(fake.conns[0].heads, 1);
    assert_int_equal(sink.begins, 0);
    end();
}

/* What is not made again, though .resume would let it: an answer that is an
   error, a POST, what is late. */
static void test_not_tried_again(void **state)
{
    static struct lwurl_resume resume = {.ops = &lwurl_resume_ops, .tries = 3};
    static const struct lwurl_request post = {.url = "http://h/",
                                              .body = "x",
                                              .body_n = 1},
                                      late = {.url = "http://h/",
                                              .deadline_ms = 500};
    static const struct {
        const struct lwurl_request *request;
        const char *says;
        int end, err;
    } rows[] = {
        {&get, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", 0,
         LWURL_ERR_STATUS},
        {&post, OK_5 "hel", LWURL_ERR_RESET, LWURL_ERR_RESET},
        {&late, OK_5 "hel", 0, LWURL_ERR_DEADLINE},
    };
    const struct lwurl_handler handlers[] = {LWURL_RESUME(&resume), LWURL_HTTP};
    struct lwurl_opener resuming = {&fake.port, handlers, 2};

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        struct fake_peer peer = {.says = {{.p = rows[i].says,
                                           .n = strlen(rows[i].says),
                                           .heads = 1}},
                                 .end = rows[i].end,
                                 .end_heads = 1};
        begin(&peer, 1);
        what.request = rows[i].request;
        what.resume = &resume;
        assert_int_equal(
            lwurl_retrieve(&r, &resuming, &what, work, sizeof work),
            rows[i].err);
        assert_int_equal(fake.conns_n, 1);
        assert_int_equal(fake.conns[0].heads, 1);
        assert_false(sink.committed);
        end();
    }
}

/* ------------------------------------------------------------------- memory */

static void test_memory(void **state)
{
    static const struct lwurl_request data = {.url = "data:,hello"};
    char room[5];
    struct lwurl_memory memory = {.p = room, .max = sizeof room};
    const struct lwurl_sink to = LWURL_MEMORY_SINK(&memory);

    (void)state;
    for (size_t i = 0; i < N(bodies); i++)
        for (size_t max = 0; max < 6; max++) {
            struct fake_peer peer = {.says = {{.p = bodies[i].text,
                                               .n = strlen(bodies[i].text),
                                               .heads = 1}},
                                     .piece = 1,
                                     .end = bodies[i].end};
            begin(&peer, 1);
            what.sink = &to;
            memory.max = max;
            assert_int_equal(run(), max < 5 ? LWURL_ERR_ROOM : LWURL_OK);
            assert_int_equal(memory.n, max < 5 ? 0 : 5);
            end();
        }
    assert_memory_equal(room, "hello", 5);
    begin(NULL, 0);
    what.sink = &to;
    what.request = &data;
    memset(room, 0, sizeof room);
    assert_int_equal(run(), LWURL_OK);
    assert_memory_equal(room, "hello", 5);
    end();
    assert_int_equal(to.write(to.ctx, sizeof room + 1, "x", 1), LWURL_ERR_ROOM);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_too_short),
        cmocka_unit_test(test_long_body),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_not_modified),
        cmocka_unit_test(test_sink_fails),
        cmocka_unit_test(test_expected_digest),
        cmocka_unit_test(test_server_digest),
        cmocka_unit_test(test_server_digest_in_pieces),
        cmocka_unit_test(test_server_digest_of_a_part),
        cmocka_unit_test(test_server_digest_elsewhere),
        cmocka_unit_test(test_server_digest_of_coded_bytes),
        cmocka_unit_test(test_stop_anywhere),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_error_sticks),
        cmocka_unit_test(test_asks_for_a_password),
        cmocka_unit_test(test_not_tried_again),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests_name("core/retrieve", tests, NULL, NULL);
}
