/* SPDX-License-Identifier: MIT */
/* The cache in whole fetches: what it sends, what it keeps, what it gives
   back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cache_device.h"
#include "seen.h"

/* ------------------------------------------------------------ what is sent */

/* What a response that is kept does to the next request. */
static void second_requests(void **state)
{
    static const struct {
        const char *first; /* fields of the first response */
        uint32_t after;    /* seconds */
        const char *sent;  /* in the second request; NULL: none is sent */
        const char *then;  /* the second response */
        enum lwurl_cache_from from;
        const char *text;
    } ways[] = {
        {FRESH60, 0, NULL, "", LWURL_FROM_FRESH, "first"},
        {FRESH60 "ETag: \"v\"\r\n", 59, NULL, "", LWURL_FROM_FRESH, "first"},
        {FRESH60 "ETag: \"v\"\r\n", 60, "If-None-Match: \"v\"\r\n", SAME(""),
         LWURL_FROM_CONFIRMED, "first"},
        {FRESH60 "ETag: \"v\"\r\n", 60, "If-None-Match: \"v\"\r\n",
         OK("", "other"), LWURL_FROM_NETWORK, "other"},
        {FRESH60, 60, "GET /a HTTP/1.1\r\n", OK("", "other"),
         LWURL_FROM_NETWORK, "other"},
        {"ETag: W/\"v\"\r\n", 0, "If-None-Match: W/\"v\"\r\n",
         SAME("ETag: \"v\"\r\n"), LWURL_FROM_CONFIRMED, "first"},
        {"Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0,
         "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", SAME(""),
         LWURL_FROM_CONFIRMED, "first"},
        {"Cache-Control: no-cache, max-age=60\r\nETag: \"v\"\r\n", 0,
         "If-None-Match: \"v\"\r\n", SAME(""), LWURL_FROM_CONFIRMED, "first"},
        {FRESH60 "Age: 50\r\nETag: \"v\"\r\n", 10, "If-None-Match: \"v\"\r\n",
         SAME(""), LWURL_FROM_CONFIRMED, "first"},
        {"Cache-Control: no-store, max-age=60\r\nETag: \"v\"\r\n", 0,
         "GET /a HTTP/1.1\r\n", OK("", "other"), LWURL_FROM_NETWORK, "other"},
        {FRESH60 "Vary: *\r\n", 0, "GET /a HTTP/1.1\r\n", OK("", "other"),
         LWURL_FROM_NETWORK, "other"},
        {FRESH60 "Vary: Accept-Encoding\r\n", 0, NULL, "", LWURL_FROM_FRESH,
         "first"},
        {"Cache-Control: max-age=60, max-age=90\r\n", 0, "GET /a HTTP/1.1\r\n",
         OK("", "other"), LWURL_FROM_NETWORK, "other"},
        {"Cache-Control: max-age=99999999999999999999\r\n", 2147480000, NULL,
         "", LWURL_FROM_FRESH, "first"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * N(ways); i++) {
        char first[512];
        (void)snprintf(first, sizeof first, OK("%s", "first"),
                       ways[i / 2].first);
        const struct fake_peer peer = {
            .says = {say(first, 1), say(ways[i / 2].then, 2)}};
        const struct fake_peer peers[] = {peer,
                                          {.says = {say(ways[i / 2].then, 1)}}};
        device_begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        if (i % 2 == 1)
            device_reboot(); /* the clock goes on */
        device_pass(ways[i / 2].after);
        expect(A, 0, ways[i / 2].from, ways[i / 2].text);
        assert_int_equal(seen_n(&dev.fake), ways[i / 2].sent != NULL ? 2 : 1);
        if (ways[i / 2].sent != NULL)
            assert_true(seen_count(&dev.fake, ways[i / 2].sent) >= 1);
        if (ways[i / 2].sent != NULL && ways[i / 2].sent[0] == 'G')
            assert_int_equal(seen_count(&dev.fake, "If-"), 0);
        device_end();
    }
}

/* A 304 renews: fresh again, with what it said, after a reset too. */
static void renewed(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60 "ETag: \"v\"\r\n", "first"), 1),
                  say(SAME("Cache-Control: max-age=100\r\n"), 2)}},
        {.says = {say(SAME("ETag: \"v\"\r\n"), 1), say(SAME(""), 2)}}};
    struct lwurl_cache_view view;

    (void)state;
    device_begin(peers, 2);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    device_pass(60);
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    device_pass(99);
    device_reboot();
    expect(A, 0, LWURL_FROM_FRESH, "first");
    assert_int_equal(
        lwurl_cache_look(&dev.cache, &dev.opener, "HTTP://H:80/a#x", &view),
        LWURL_OK);
    assert_int_equal(view.length, 5);
    assert_int_equal(view.age_s, 99);
    assert_int_equal(view.fresh_s, 1);
    assert_int_equal(view.came_s, EPOCH + 60);
    device_pass(1);
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    expect(A, 0, LWURL_FROM_FRESH, "first");
    expect(A, LWURL_CACHE_ASK, LWURL_FROM_CONFIRMED, "first");
    assert_int_equal(seen_count(&dev.fake, "If-None-Match: \"v\"\r\n"), 3);
    assert_int_equal(lwurl_cache_look(&dev.cache, &dev.opener, B, &view),
                     LWURL_ERR_NOT_CACHED);
    device_end();
}

/* ------------------------------------------------------------------- clocks */

static void clocks(void **state)
{
    static const struct {
        int64_t first, then; /* wall clock; NOBODY */
        uint32_t after;      /* seconds of the port */
        bool reset;
        bool fresh;
    } ways[] = {
        {EPOCH, EPOCH + 59, 59, false, true},
        {EPOCH, EPOCH + 59, 59, true, true},
        /* nobody knows the time: the port's counts until a reset */
        {NOBODY, NOBODY, 59, false, true},
        {NOBODY, NOBODY, 60, false, false},
        {NOBODY, NOBODY, 0, true, false},
        {NOBODY, EPOCH, 10, false, true},
        {NOBODY, EPOCH, 10, true, false},
        {EPOCH, NOBODY, 10, false, true},
        {EPOCH, NOBODY, 10, true, false},
        /* the clock jumped back */
        {EPOCH, EPOCH - 1, 10, false, true},
        {EPOCH, EPOCH - 1, 60, false, false},
        {EPOCH, EPOCH - 1, 10, true, false},
        {EPOCH, 0, 0, true, false},
        /* or forth */
        {EPOCH, EPOCH + 61, 1, false, false},
        {EPOCH, EPOCH + 61, 1, true, false},
        {EPOCH, INT64_MAX, 1, true, false},
        /* or stands still */
        {EPOCH, EPOCH, 61, false, false},
        {0, 10, 10, true, true},
        {-100, -90, 10, true, true},
        /* the port's time is about to come round */
        {NOBODY, NOBODY, 2147484, false, false},
        {NOBODY, NOBODY, 4294000, false, false},
    };
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60, "first"), 1), say(OK("", "other"), 2)}},
        {.says = {say(OK("", "other"), 1)}}};

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        device_begin(peers, 2);
        dev.wall = ways[i].first;
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        dev.fake.now += ways[i].after * 1000u;
        if (ways[i].reset)
            device_reboot();
        dev.wall = ways[i].then;
        print_message("# %zu\n", i);
        if (ways[i].fresh)
            expect(A, 0, LWURL_FROM_FRESH, "first");
        else
            expect(A, 0, LWURL_FROM_NETWORK, "other");
        device_end();
    }
}

/* Something was kept at a later time than it is: nothing is fresh. */
static void clock_before_what_is_kept(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60, "of a "), 1), say(OK("", "of b "), 2)}},
        {.says = {say(OK("", "other"), 1)}}};

    (void)state;
    device_begin(peers, 2);
    expect(A, 0, LWURL_FROM_NETWORK, "of a ");
    device_pass(20);
    expect(B, 0, LWURL_FROM_NETWORK, "of b ");
    device_reboot();
    expect(A, 0, LWURL_FROM_FRESH, "of a ");
    dev.wall -= 10; /* still after a, but before b */
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    device_end();
}

/* The device was without power for a year, and nobody knows. */
static void guesses(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                         "Last-Modified: Sun, 06 Nov 1994 08:33:57 GMT\r\n",
                         "first"),
                      1),
                  say(SAME(""), 2)}}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        device_begin(peers, 1);
        dev.cache.guess_s = i == 1 ? 3600 : 0;
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        device_pass(93);
        expect(A, 0, i == 1 ? LWURL_FROM_FRESH : LWURL_FROM_CONFIRMED, "first");
        device_end();
    }
}

/* ---------------------------------------------------------------- no answer */

static void nobody_answers(void **state)
{
    static const struct {
        const char *first; /* fields */
        const char *then;  /* of the server; NULL: it cannot be reached */
        int end;           /* after that */
        uint32_t lets;     /* .stale_s */
        int err;           /* OK: what is kept is used */
    } ways[] = {
        {"", NULL, 0, 0, LWURL_OK},
        {"Cache-Control: max-age=5\r\nETag: \"v\"\r\n", NULL, 0, 0, LWURL_OK},
        {"Cache-Control: must-revalidate\r\n", NULL, 0, LWURL_FOREVER,
         LWURL_ERR_REFUSED},
        {"Cache-Control: no-cache\r\n", NULL, 0, LWURL_FOREVER,
         LWURL_ERR_REFUSED},
        {"Cache-Control: no-store\r\n", NULL, 0, LWURL_FOREVER,
         LWURL_ERR_REFUSED},
        {"", "", LWURL_PORT_EOF, 0, LWURL_OK},
        {"", "HTTP/1.1 200 OK\r\nContent-Le", LWURL_ERR_RESET, 0, LWURL_OK},
        {"", "HTTP/1.1 200 OK\r\nContent-Le", LWURL_PORT_EOF, 0, LWURL_OK},
        /* what is no HTTP is no silence: somebody else answers */
        {"", "SSH-2.0-x\r\n\r\n", 0, LWURL_FOREVER, LWURL_ERR_STATUS_LINE},
        {"", "HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n", 0, 0,
         LWURL_ERR_STATUS},
        {"", "HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n", 0, 60, LWURL_OK},
        {"", "HTTP/1.1 503 B\r\nContent-Length: 0\r\n\r\n", 0, 9,
         LWURL_ERR_STATUS},
        {"", "HTTP/1.1 500 B\r\n\r\nlong", 0, LWURL_FOREVER, LWURL_OK},
        {"", "HTTP/1.1 505 B\r\nContent-Length: 0\r\n\r\n", 0, LWURL_FOREVER,
         LWURL_ERR_STATUS},
        {"", "HTTP/1.1 501 B\r\nContent-Length: 0\r\n\r\n", 0, LWURL_FOREVER,
         LWURL_ERR_STATUS},
        {"", "HTTP/1.1 404 N\r\nContent-Length: 0\r\n\r\n", 0, LWURL_FOREVER,
         LWURL_ERR_STATUS},
        {"Cache-Control: stale-if-error=60\r\n",
         "HTTP/1.1 504 B\r\nContent-Length: 0\r\n\r\n", 0, 0, LWURL_OK},
        {"Cache-Control: max-age=5, stale-if-error=4\r\n",
         "HTTP/1.1 504 B\r\nContent-Length: 0\r\n\r\n", 0, 0, LWURL_ERR_STATUS},
        {"Cache-Control: stale-if-error=60, must-revalidate\r\n",
         "HTTP/1.1 504 B\r\nContent-Length: 0\r\n\r\n", 0, LWURL_FOREVER,
         LWURL_ERR_STATUS},
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        char first[512];
        (void)snprintf(first, sizeof first,
                       OK("Connection: close\r\n%s", "first"), ways[i].first);
        struct fake_peer peers[] = {
            {.says = {say(first, 1)}},
            {.end = ways[i].end},
            {.refuse = LWURL_ERR_REFUSED},
        };
        if (ways[i].then != NULL)
            peers[1].says[0] = say(ways[i].then, 1);
        else
            peers[1].refuse = LWURL_ERR_REFUSED;
        peers[1].end_heads = 1;
        device_begin(peers, 3);
        dev.cache.stale_s = ways[i].lets;
        dev.fake.names[1].result = LWURL_ERR_DNS; /* one family */
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        device_pass(10);
        struct lwurl_request request = {.url = A};
        print_message("# %zu\n", i);
        assert_string_equal(error_name(ask(&request, 0)),
                            error_name(ways[i].err));
        if (ways[i].err == LWURL_OK) {
            struct lwurl_error e;
            assert_string_equal(dev.body, "first");
            assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_STALE);
            lwurl_error(&dev.u, &e);
            assert_int_not_equal(e.code, LWURL_OK);
        }
        lwurl_cache_close(&dev.cache);
        if (strstr(ways[i].first, "no-store") == NULL)
            expect_kept(A, "first"); /* whatever is forbidden */
        device_end();
    }
}

static void deadline(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK("Connection: close\r\n", "first"), 1)}},
        {.waits = FAKE_NEVER},
        {.waits = FAKE_NEVER},
        {.waits = FAKE_NEVER}};
    struct lwurl_request request = {.url = A, .deadline_ms = 500};

    (void)state;
    device_begin(peers, 4);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(ask(&request, 0), LWURL_OK);
    assert_string_equal(dev.body, "first");
    assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_STALE);
    device_end();
}

/* A handler that lets nothing begin, as a circuit breaker. */
static void refuse_to_begin(struct lwurl *fetch, void *state)
{
    (void)lwurl_fail(fetch, *(const int *)state, 0);
}

static void not_even_asked(void **state)
{
    static const struct lwurl_handler_ops refuses = {.begin = refuse_to_begin};
    static int why;
    static const struct lwurl_handler with[] = {
        {&refuses, &why}, LWURL_CACHE(&dev.cache), LWURL_HTTP};
    static const int errors[] = {LWURL_ERR_RETRY, LWURL_ERR_ROOM};
    const struct fake_peer peer = {.says = {say(OK("", "first"), 1)}};
    struct lwurl_opener refusing = {&dev.fake.port, with, N(with)};
    struct lwurl_request request = {.url = A};
    size_t n;

    (void)state;
    for (int i = 0; i < 2; i++) {
        device_begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        why = errors[i];
        int err = lwurl_cache_open(&dev.cache, &dev.u, &refusing, &request, 0);
        assert_int_equal(err, i == 0 ? LWURL_OK : LWURL_ERR_ROOM);
        if (i == 0) {
            assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_STALE);
            assert_int_equal(lwurl_cache_read_all(&dev.cache, dev.body, 9, &n),
                             0);
            assert_memory_equal(dev.body, "first", 5);
        }
        request.url = B; /* nothing is kept of it */
        assert_int_equal(
            lwurl_cache_open(&dev.cache, &dev.u, &refusing, &request, 0),
            errors[i]);
        request.url = A;
        device_end();
    }
}

static void offline(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60 "Vary: X\r\n", "first"), 1)}}};
    static const struct lwurl_header x[] = {{"X", "y"}};
    struct lwurl_request other = {.url = A, .headers = x, .headers_n = 1};

    (void)state;
    device_begin(peers, 1);
    expect_not_kept(A);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, LWURL_CACHE_OFFLINE, LWURL_FROM_FRESH, "first");
    expect(A, LWURL_CACHE_OFFLINE | LWURL_CACHE_ASK, LWURL_FROM_STALE, "first");
    dev.wall = NOBODY;
    device_reboot();
    expect(A, LWURL_CACHE_OFFLINE, LWURL_FROM_STALE, "first");
    expect_not_kept(B);
    expect_not_kept("https://h/a");
    expect_not_kept("http://h:81/a");
    expect_not_kept("data:,x");
    expect_not_kept("ftp://h/a");
    assert_int_equal(ask(&other, LWURL_CACHE_OFFLINE), LWURL_ERR_NOT_CACHED);
    lwurl_cache_close(&dev.cache);
    assert_int_equal(seen_n(&dev.fake), 1);
    assert_int_equal(lwurl_cache_forget(&dev.cache, "http://H/a"), LWURL_OK);
    assert_int_equal(lwurl_cache_forget(&dev.cache, A), LWURL_OK);
    expect_not_kept(A);
    device_reboot();
    expect_not_kept(A);
    device_end();
}

/* ------------------------------------------------------------- what is kept */

static void kept_or_not(void **state)
{
    static const struct {
        const char *response;
        int end;
        int err;    /* of the fetch */
        int stored; /* of lwurl_cache_stored() */
        const char *url;
    } ways[] = {
        {OK("", "yes!!"), 0, LWURL_OK, LWURL_OK, A},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, LWURL_OK, LWURL_OK,
         A},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nyes!!\r\n"
         "0\r\n\r\n",
         0, LWURL_OK, LWURL_OK, A},
        {OK("Cache-Control: private=\"x\"\r\n", "yes!!"), 0, LWURL_OK, LWURL_OK,
         A},
        /* torn, or nobody knows */
        {OK("", "yes!"), LWURL_PORT_EOF, LWURL_ERR_INCOMPLETE,
         LWURL_ERR_NOT_CACHED, A},
        {OK("", "yes!"), LWURL_ERR_RESET, LWURL_ERR_RESET, LWURL_ERR_NOT_CACHED,
         A},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nyes!!\r\n",
         LWURL_PORT_EOF, LWURL_ERR_INCOMPLETE, LWURL_ERR_NOT_CACHED, A},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nyes!!\r\nx",
         0, LWURL_ERR_CHUNK, LWURL_ERR_NOT_CACHED, A},
        {"HTTP/1.1 200 OK\r\n\r\nyes!!", LWURL_PORT_EOF, LWURL_OK,
         LWURL_ERR_NOT_CACHED, A},
        {"HTTP/1.0 200 OK\r\n\r\nyes!!", LWURL_PORT_EOF, LWURL_OK,
         LWURL_ERR_NOT_CACHED, A},
        /* no 200 */
        {"HTTP/1.1 201 OK\r\nContent-Length: 5\r\n\r\nyes!!", 0, LWURL_OK,
         LWURL_ERR_NOT_CACHED, A},
        {"HTTP/1.1 206 OK\r\nContent-Length: 5\r\nContent-Range: bytes 0-4/9"
         "\r\n\r\nyes!!",
         0, LWURL_OK, LWURL_ERR_NOT_CACHED, A},
        {"HTTP/1.1 404 OK\r\nContent-Length: 5\r\n" FRESH60 "\r\nyes!!", 0,
         LWURL_ERR_STATUS, LWURL_ERR_NOT_CACHED, A},
        {SAME("ETag: \"v\"\r\n"), 0, LWURL_ERR_STATUS, LWURL_ERR_NOT_CACHED, A},
        /* forbidden */
        {OK("Cache-Control: max-age=9,no-store\r\n", "yes!!"), 0, LWURL_OK,
         LWURL_ERR_NOT_CACHED, A},
        {OK("Vary: Cookie\r\n", "yes!!"), 0, LWURL_OK, LWURL_ERR_NOT_CACHED, A},
        /* too long */
        {"HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n", LWURL_PORT_EOF,
         LWURL_ERR_INCOMPLETE, LWURL_ERR_ROOM, A},
        {OK("", "yes!!"), 0, LWURL_OK, LWURL_ERR_ROOM,
         "http://h/"
         "0123456789012345678901234567890123456789012345678901234567890123456"
         "0123456789012345678901234567890123456789012345678901234567890123456"
         "0123456789012345678901234567890123456789012345678901234567890123456"},
    };

    (void)state;
    for (size_t i = 0; i < 3 * N(ways); i++) {
        struct lwurl_request request = {.url = ways[i / 3].url};
        struct fake_peer peer = {.says = {say(ways[i / 3].response, 1)},
                                 .end = ways[i / 3].end,
                                 .end_heads = 1,
                                 .piece = i % 3};
        device_begin(&peer, 1);
        print_message("# %zu\n", i / 3);
        assert_string_equal(error_name(ask(&request, 0)),
                            error_name(ways[i / 3].err));
        assert_int_equal(lwurl_cache_stored(&dev.cache), ways[i / 3].stored);
        lwurl_cache_close(&dev.cache);
        device_reboot();
        if (ways[i / 3].stored == LWURL_OK)
            expect_kept(ways[i / 3].url,
                        strstr(ways[i / 3].response, "yes!!") != NULL ? "yes!!"
                                                                      : "");
        else
            expect_not_kept(ways[i / 3].url);
        device_end();
    }
}

/* Over TLS the end of the connection proves the end of the body. */
static void ended_by_tls(void **state)
{
    const struct fake_peer peer = {
        .says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                 say("HTTP/1.1 200 OK\r\n\r\nyes!!", 1)},
        .end = LWURL_PORT_EOF,
        .end_heads = 1};

    (void)state;
    device_begin(&peer, 1);
    expect("https://h/a", 0, LWURL_FROM_NETWORK, "yes!!");
    assert_int_equal(lwurl_cache_stored(&dev.cache), LWURL_OK);
    expect_kept("https://h/a", "yes!!");
    device_end();
}

/* A handshake that is cut short is no answer, as no connection is. */
static void silent_tls(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                  say(OK("Connection: close\r\n", "first"), 1)}},
        {.end = LWURL_PORT_EOF}};
    struct lwurl_error e;

    (void)state;
    device_begin(peers, 2);
    expect("https://h/a", 0, LWURL_FROM_NETWORK, "first");
    expect("https://h/a", 0, LWURL_FROM_STALE, "first");
    lwurl_error(&dev.u, &e);
    assert_int_equal(e.code, LWURL_ERR_TLS_TRUNCATED);
    device_end();
}

/* Requests that go past the cache, both ways. */
static void past_the_cache(void **state)
{
    static const struct lwurl_header fields[][1] = {
        {{"Range", "bytes=0-4"}}, {{"if-match", "\"x\""}},
        {{"If-Range", "\"x\""}},  {{"Cache-Control", "no-cache"}},
        {{"Pragma", "no-cache"}}, {{"If-Modified-Since", "x"}},
    };
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "first"), 1), say(OK(FRESH60, "other"), 2)}};

    (void)state;
    for (size_t i = 0; i < N(fields) + 4; i++) {
        struct lwurl_request request = {.url = A};
        device_begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        if (i < N(fields)) {
            request.headers = fields[i];
            request.headers_n = 1;
        } else if (i == N(fields)) {
            request.body = "x";
            request.body_n = 1;
            request.method = "GET";
        } else if (i == N(fields) + 3) {
            request.method = "GET";
            request.flags = LWURL_BODY_STREAM; /* of no bytes */
        } else {
            request.method = i == N(fields) + 1 ? "OPTIONS" : "get";
        }
        assert_int_equal(ask(&request, 0), LWURL_OK);
        assert_string_equal(dev.body, "other");
        assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_NETWORK);
        assert_int_equal(lwurl_cache_stored(&dev.cache), LWURL_ERR_NOT_CACHED);
        assert_int_equal(ask(&request, LWURL_CACHE_OFFLINE),
                         LWURL_ERR_NOT_CACHED);
        lwurl_cache_close(&dev.cache);
        if (i != N(fields) + 2) /* "get" may be anything, so it is unsafe */
            expect(A, 0, LWURL_FROM_FRESH, "first");
        device_end();
    }
}

/* ------------------------------------------------------ who asks, with what */

static void users(void **state)
{
    static const struct lwurl_header bearer[] = {{"Authorization", "Bearer x"}};
    static const struct lwurl_header jar[] = {{"cookie", "Bearer=x"}};
    static const struct lwurl_header proxy[] = {
        {"Proxy-Authorization", "Bearer x"}};
    static const struct lwurl_request requests[] = {
        {.url = A, .user = "me", .password = "p"},
        {.url = A, .user = "you", .password = "p"},
        {.url = A},
        {.url = "http://you:p@h/a"},
        {.url = A, .headers = bearer, .headers_n = 1},
        {.url = A, .headers = jar, .headers_n = 1},
        {.url = A, .headers = proxy, .headers_n = 1},
    };
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "first"), 1), say(OK(FRESH60, "other"), 2)}};

    (void)state;
    for (size_t i = 0; i < N(requests) * N(requests); i++) {
        size_t a = i / N(requests), b = i % N(requests);
        bool same = a == b || (a == 1 && b == 3) || (a == 3 && b == 1);
        device_begin(&peer, 1);
        assert_int_equal(ask(&requests[a], 0), LWURL_OK);
        lwurl_cache_close(&dev.cache);
        device_reboot();
        for (size_t k = 0; k < dev.flash.storage.size - 6; k++) {
            assert_memory_not_equal(dev.flash.bytes + k, "Bearer", 6);
            assert_memory_not_equal(dev.flash.bytes + k, "you", 3);
            assert_memory_not_equal(dev.flash.bytes + k, "/a?", 3);
        }
        assert_int_equal(ask(&requests[b], LWURL_CACHE_OFFLINE),
                         same ? LWURL_OK : LWURL_ERR_NOT_CACHED);
        device_end();
    }
}

static void varying(void **state)
{
    static const struct lwurl_header en[] = {{"Accept-Language", "en"}},
                                     de[] = {{"Accept-Language", "de"}};
    static const struct lwurl_request requests[] = {
        {.url = A, .headers = en, .headers_n = 1},
        {.url = A, .headers = de, .headers_n = 1},
        {.url = A, .user_agent = "x"},
        {.url = A},
    };
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60 "Vary: Accept-Language\r\nETag: \"v\"\r\n",
                         "first"),
                      1),
                  say(OK(FRESH60, "other"), 2)}}};

    (void)state;
    for (size_t i = 0; i < 16; i++) {
        bool same = i / 4 == i % 4;
        device_begin(peers, 1);
        assert_int_equal(ask(&requests[i / 4], 0), LWURL_OK);
        assert_int_equal(ask(&requests[i % 4], 0), LWURL_OK);
        assert_string_equal(dev.body, same ? "first" : "other");
        assert_int_equal(seen_count(&dev.fake, "If-None-Match"), 0);
        lwurl_cache_close(&dev.cache);
        if (!same) /* which replaced it */
            expect(A, 0, LWURL_FROM_FRESH, "other");
        device_end();
    }
}

/* ------------------------------------------------- unsafe methods, redirects
 */

static void doubtful(void **state)
{
    static const struct {
        const char *method, *url, *status;
        bool doubts;
    } ways[] = {
        {"POST", A, "200", true},
        {"PUT", A, "204", true},
        {"DELETE", "http://H:80/a#f", "303", true},
        {"PATCH", A, "404", false},
        {"POST", A, "500", false},
        {"POST", B, "200", false},
        {"HEAD", A, "200", false},
        {"OPTIONS", A, "200", false},
        {"GET", A, "200", false},
        {"MKCOL", A, "200", true},
    };

    (void)state;
    for (size_t i = 0; i < 2 * N(ways); i++) {
        char then[128];
        (void)snprintf(then, sizeof then, "HTTP/1.1 %s X\r\n%s\r\n",
                       ways[i / 2].status,
                       strcmp(ways[i / 2].status, "204") == 0 ||
                               strcmp(ways[i / 2].method, "HEAD") == 0
                           ? ""
                           : "Content-Length: 0\r\n");
        const struct fake_peer peers[] = {
            {.says = {say(OK(FRESH60 "ETag: \"v\"\r\n", "first"), 1),
                      say(then, 2), say(SAME(""), 3)}},
            {.says = {say(SAME(""), 1)}}};
        struct lwurl_request unsafe = {.url = ways[i / 2].url,
                                       .method = ways[i / 2].method};
        device_begin(peers, 2);
        dev.cache.stale_s = LWURL_FOREVER;
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        (void)lwurl_open(&dev.u, &dev.opener, &unsafe, dev.work,
                         sizeof dev.work);
        lwurl_close(&dev.u);
        if (i % 2 == 1)
            device_reboot();
        expect_kept(A, "first");
        expect(A, 0,
               ways[i / 2].doubts ? LWURL_FROM_CONFIRMED : LWURL_FROM_FRESH,
               "first");
        expect(A, 0, LWURL_FROM_FRESH, "first");
        device_end();
    }
}

/* What may be wrong is not used where nobody answers, but offline. */
static void doubtful_and_alone(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60, "first"), 1),
                  say("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n", 2)}},
        {.refuse = LWURL_ERR_REFUSED}};
    struct lwurl_request put = {.url = A, .method = "PUT"};

    (void)state;
    device_begin(peers, 2);
    dev.fake.names[1].result = LWURL_ERR_DNS;
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(ask(&put, 0), LWURL_OK); /* through the cache, too */
    lwurl_cache_close(&dev.cache);
    assert_int_equal(get(A, 0), LWURL_ERR_REFUSED);
    expect_kept(A, "first");
    device_end();
}

#define GO(where) \
    "HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: " where "\r\n\r\n"

/* A redirect is asked for each time, its end with its own validator. */
static void redirected(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(GO("/x"), 1),
                  say(OK(FRESH60 "ETag: \"x\"\r\n", "first"), 2),
                  say(GO("/x"), 3), say(SAME(""), 4), /* the same place */
                  say(GO("/y"), 5),                   /* another one */
                  say(OK(FRESH60 "ETag: \"y\"\r\n", "other"), 6),
                  say(SAME(""), 7)}}};

    (void)state;
    device_begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    assert_string_equal(seen_request(&dev.fake, 2, "If-None-Match").field, "");
    assert_string_equal(seen_request(&dev.fake, 3, "If-None-Match").field,
                        "\"x\"");
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    assert_string_equal(seen_request(&dev.fake, 4, "If-None-Match").field, "");
    assert_string_equal(seen_request(&dev.fake, 5, "If-None-Match").field, "");
    expect_kept(A, "other");
    expect_not_kept("http://h/x"); /* kept under the request's URL alone */
    /* a 304 that was not asked for is no confirmation */
    assert_int_equal(get(A, 0), LWURL_ERR_STATUS);
    expect_kept(A, "other");
    device_end();
}

/* ------------------------------------------------------------------ hostile */

/* A 304 about another version: asked again, without condition. */
static void wrong_304(void **state)
{
    static const struct {
        const char *first, *fields;
        bool again;
    } ways[] = {
        {"ETag: \"v\"\r\n", "ETag: \"w\"\r\n", true},
        {"ETag: \"v\"\r\n", "ETag: \"v\"\r\nETag: \"w\"\r\n", true},
        {"ETag: \"v\"\r\n", "ETag:\r\n", true},
        {"ETag: W/\"v\"\r\n", "ETag: \"w\"\r\n", true},
        {"Last-Modified: Sun, 06 Nov 1994 08:33:57 GMT\r\n", "ETag: \"w\"\r\n",
         true},
        {"ETag: W\"v\"\r\n", "ETag: \"v\"\r\n", true}, /* no mark */
        {"ETag: Wvw\r\n", "ETag: Wvw\r\n", false},
        {"ETag: \"v\"\r\n", "ETag: W/\"v\"\r\n", false},
        {"ETag: \"v\"\r\n", "Last-Modified: never\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        char first[256], then[256];
        (void)snprintf(first, sizeof first, OK("%s", "first"), ways[i].first);
        (void)snprintf(then, sizeof then, SAME("%s"), ways[i].fields);
        struct fake_peer peer = {
            .says = {say(first, 1), say(then, 2), say(OK("", "other"), 3)}};
        device_begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        expect(A, 0, ways[i].again ? LWURL_FROM_NETWORK : LWURL_FROM_CONFIRMED,
               ways[i].again ? "other" : "first");
        assert_int_equal(seen_count(&dev.fake, "If-"), 1);
        device_end();
        if (!ways[i].again)
            continue;
        peer.says[2] = say(then, 3); /* and again */
        device_begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        assert_int_equal(get(A, 0), LWURL_ERR_STATUS);
        expect_kept(A, "first");
        device_end();
    }
}

/* What a 304 says of storing and varying counts from then on. */
static void new_rules(void **state)
{
    const struct fake_peer varies = {
        .says = {say(OK("ETag: \"v\"\r\n", "first"), 1),
                 say(SAME(FRESH60 "Vary: *\r\n"), 2), say(OK("", "other"), 3)}};
    const struct fake_peer forbids = {
        .says = {say(OK("ETag: \"v\"\r\n", "first"), 1),
                 say(SAME(FRESH60 "Cache-Control: no-store\r\n"), 2),
                 say(SAME(FRESH60), 3)}};

    (void)state;
    device_begin(&varies, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    expect(A, 0, LWURL_FROM_NETWORK, "other"); /* of another request */
    assert_int_equal(seen_count(&dev.fake, "If-None-Match"), 1);
    device_end();
    device_begin(&forbids, 1); /* what is kept stays as old as it was */
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    expect(A, 0, LWURL_FROM_FRESH, "first");
    assert_int_equal(seen_count(&dev.fake, "If-None-Match"), 2);
    device_end();
}

/* Bodies that begin well and break: what was kept stays. */
static void torn_update(void **state)
{
    static const char update[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nother";

    (void)state;
    for (unsigned pieces = 0; pieces < 3; pieces++) {
        const struct fake_peer peers[] = {
            {.says = {say(OK("Connection: close\r\n", "first"), 1)}},
            {.says = {say(update, 1)},
             .end = LWURL_PORT_EOF,
             .end_heads = 1,
             .piece = pieces}};
        device_begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        assert_int_equal(get(A, 0), LWURL_ERR_INCOMPLETE);
        expect_kept(A, "first");
        device_reboot();
        expect_kept(A, "first");
        device_end();
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_requests),
        cmocka_unit_test(renewed),
        cmocka_unit_test(clocks),
        cmocka_unit_test(clock_before_what_is_kept),
        cmocka_unit_test(guesses),
        cmocka_unit_test(nobody_answers),
        cmocka_unit_test(deadline),
        cmocka_unit_test(not_even_asked),
        cmocka_unit_test(offline),
        cmocka_unit_test(kept_or_not),
        cmocka_unit_test(ended_by_tls),
        cmocka_unit_test(silent_tls),
        cmocka_unit_test(past_the_cache),
        cmocka_unit_test(users),
        cmocka_unit_test(varying),
        cmocka_unit_test(doubtful),
        cmocka_unit_test(doubtful_and_alone),
        cmocka_unit_test(redirected),
        cmocka_unit_test(wrong_304),
        cmocka_unit_test(new_rules),
        cmocka_unit_test(torn_update),
    };

    return cmocka_run_group_tests_name("core/cache", tests, NULL, NULL);
}
