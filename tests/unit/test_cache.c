/* SPDX-License-Identifier: MIT */
/* The cache in whole fetches: what it sends, what it keeps, what it gives
   back, over flash that may lose its power at any write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "fake_filter.h"
#include "fake_storage.h"
#include "lwurl_cache.h"
#include "lwurl_redirect.h"
#include "seen.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define ERASE    256u
#define BODY_MAX 1024u
#define SLOTS    3u
#define RECORDS  (8u * ERASE) /* two halves */
#define NOBODY   INT64_MIN    /* knows the time */
#define EPOCH    784111777    /* Sun, 06 Nov 1994 08:49:37 GMT */
#define A        "http://h/a"
#define B        "http://h/b"

static struct fake fake;
static struct fake_storage flash;
static struct lwurl u;
static struct lwurl_records records;
static struct lwurl_cache cache;
static struct lwurl_cache_slot slots[SLOTS];
static unsigned char room[LWURL_CACHE_ROOM(64)];
static char location[256];
static struct lwurl_redirect redirect;
static struct fake_slot tls;
static const struct lwurl_handler handlers[] = {
    LWURL_CACHE(&cache), LWURL_REDIRECT(&redirect), LWURL_HTTP,
    FAKE_HTTPS(&tls), LWURL_DATA};
static struct lwurl_opener opener = {&fake.port, handlers, N(handlers)};
static char work[LWURL_WORK_MIN];

/* ------------------------------------------------------------------ a device
 */

static int64_t wall;

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = wall;
    return wall == NOBODY ? -1 : 0;
}

static const struct lwurl_clock wall_clock = {NULL, read_clock};

/* Time goes by. */
static void pass(uint32_t seconds)
{
    fake.now += seconds * 1000u;
    if (wall != NOBODY)
        wall += seconds;
}

static int mount(void)
{
    records = (struct lwurl_records){
        .storage = &flash.storage, .at = SLOTS * BODY_MAX, .size = RECORDS};
    cache = (struct lwurl_cache){.records = &records,
                                 .id = 7,
                                 .storage = &flash.storage,
                                 .body_max = BODY_MAX,
                                 .slots = slots,
                                 .slots_n = SLOTS,
                                 .room = room,
                                 .room_n = sizeof room,
                                 .work = work,
                                 .work_n = sizeof work,
                                 .clock = &wall_clock};
    assert_int_equal(lwurl_records_open(&records), LWURL_OK);
    return lwurl_cache_init(&cache);
}

/* The device starts again, and its port's time with it. */
static void reboot(void)
{
    lwurl_cache_close(&cache);
    lwurl_end(&u);
    memset(&u, 0, sizeof u);
    fake_storage_restart(&flash);
    memset(slots, 0x55, sizeof slots);
    fake.now = 77;
    assert_int_equal(mount(), LWURL_OK);
}

static void begin_on(const struct fake_peer *peers, size_t n, uint32_t unit)
{
    fake_begin(&fake, peers, n);
    fake_storage_begin(&flash, SLOTS * BODY_MAX + RECORDS, ERASE, unit);
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    tls = (struct fake_slot){.owner = NULL};
    memset(&u, 0, sizeof u);
    wall = EPOCH;
    assert_int_equal(mount(), LWURL_OK);
}

static void begin(const struct fake_peer *peers, size_t n)
{
    begin_on(peers, n, 8);
}

static void end(void)
{
    lwurl_cache_close(&cache);
    lwurl_end(&u);
    fake_end(&fake);
}

static struct fake_say say(const char *text, unsigned heads)
{
    return (struct fake_say){.p = text, .n = strlen(text), .heads = heads};
}

/* What came last. */
static char body[4 * BODY_MAX];
static size_t body_n;

static int ask(const struct lwurl_request *request, unsigned how)
{
    int err = lwurl_cache_open(&cache, &u, &opener, request, how);

    body_n = 0;
    if (err == LWURL_OK || err == LWURL_ERR_STATUS) {
        int r = lwurl_cache_read_all(&cache, body, sizeof body - 1, &body_n);
        err = r < 0 ? r : err;
    }
    body[body_n] = '\0';
    return err;
}

static int get(const char *url, unsigned how)
{
    struct lwurl_request request = {.url = url};
    int err = ask(&request, how);

    lwurl_cache_close(&cache); /* the request ends here */
    return err;
}

/* Gets, and expects this body from there. */
static void expect(const char *url, unsigned how, enum lwurl_cache_from from,
                   const char *text)
{
    struct lwurl_request request = {.url = url};

    assert_string_equal(error_name(ask(&request, how)), "OK");
    assert_string_equal(body, text);
    assert_int_equal(lwurl_cache_from(&cache), from);
    lwurl_cache_close(&cache);
}

static void expect_kept(const char *url, const char *text)
{
    expect(url, LWURL_CACHE_OFFLINE,
           get(url, LWURL_CACHE_OFFLINE) == LWURL_OK
               ? (enum lwurl_cache_from)cache.from
               : LWURL_FROM_STALE,
           text);
}

static void expect_not_kept(const char *url)
{
    assert_int_equal(get(url, LWURL_CACHE_OFFLINE), LWURL_ERR_NOT_CACHED);
    assert_int_equal(body_n, 0);
}

#define OK(fields, text) \
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" fields "\r\n" text
#define SAME(fields) "HTTP/1.1 304 Same\r\n" fields "\r\n"
#define FRESH60      "Cache-Control: max-age=60\r\n"

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
        begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        if (i % 2 == 1)
            reboot(); /* the clock goes on */
        pass(ways[i / 2].after);
        expect(A, 0, ways[i / 2].from, ways[i / 2].text);
        assert_int_equal(seen_n(&fake), ways[i / 2].sent != NULL ? 2 : 1);
        if (ways[i / 2].sent != NULL)
            assert_true(seen_count(&fake, ways[i / 2].sent) >= 1);
        if (ways[i / 2].sent != NULL && ways[i / 2].sent[0] == 'G')
            assert_int_equal(seen_count(&fake, "If-"), 0);
        end();
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
    begin(peers, 2);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    pass(60);
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    pass(99);
    reboot();
    expect(A, 0, LWURL_FROM_FRESH, "first");
    assert_int_equal(
        lwurl_cache_look(&cache, &opener, "HTTP://H:80/a#x", &view), LWURL_OK);
    assert_int_equal(view.length, 5);
    assert_int_equal(view.age_s, 99);
    assert_int_equal(view.fresh_s, 1);
    assert_int_equal(view.came_s, EPOCH + 60);
    pass(1);
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    expect(A, 0, LWURL_FROM_FRESH, "first");
    expect(A, LWURL_CACHE_ASK, LWURL_FROM_CONFIRMED, "first");
    assert_int_equal(seen_count(&fake, "If-None-Match: \"v\"\r\n"), 3);
    assert_int_equal(lwurl_cache_look(&cache, &opener, B, &view),
                     LWURL_ERR_NOT_CACHED);
    end();
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
        begin(peers, 2);
        wall = ways[i].first;
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        fake.now += ways[i].after * 1000u;
        if (ways[i].reset)
            reboot();
        wall = ways[i].then;
        print_message("# %zu\n", i);
        if (ways[i].fresh)
            expect(A, 0, LWURL_FROM_FRESH, "first");
        else
            expect(A, 0, LWURL_FROM_NETWORK, "other");
        end();
    }
}

/* Something was kept at a later time than it is: nothing is fresh. */
static void clock_before_what_is_kept(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60, "of a "), 1), say(OK("", "of b "), 2)}},
        {.says = {say(OK("", "other"), 1)}}};

    (void)state;
    begin(peers, 2);
    expect(A, 0, LWURL_FROM_NETWORK, "of a ");
    pass(20);
    expect(B, 0, LWURL_FROM_NETWORK, "of b ");
    reboot();
    expect(A, 0, LWURL_FROM_FRESH, "of a ");
    wall -= 10; /* still after a, but before b */
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    end();
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
        begin(peers, 1);
        cache.guess_s = i == 1 ? 3600 : 0;
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        pass(93);
        expect(A, 0, i == 1 ? LWURL_FROM_FRESH : LWURL_FROM_CONFIRMED, "first");
        end();
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
        begin(peers, 3);
        cache.stale_s = ways[i].lets;
        fake.names[1].result = LWURL_ERR_DNS; /* one family */
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        pass(10);
        struct lwurl_request request = {.url = A};
        print_message("# %zu\n", i);
        assert_string_equal(error_name(ask(&request, 0)),
                            error_name(ways[i].err));
        if (ways[i].err == LWURL_OK) {
            struct lwurl_error e;
            assert_string_equal(body, "first");
            assert_int_equal(lwurl_cache_from(&cache), LWURL_FROM_STALE);
            lwurl_error(&u, &e);
            assert_int_not_equal(e.code, LWURL_OK);
        }
        lwurl_cache_close(&cache);
        if (strstr(ways[i].first, "no-store") == NULL)
            expect_kept(A, "first"); /* whatever is forbidden */
        end();
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
    begin(peers, 4);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(ask(&request, 0), LWURL_OK);
    assert_string_equal(body, "first");
    assert_int_equal(lwurl_cache_from(&cache), LWURL_FROM_STALE);
    end();
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
        {&refuses, &why}, LWURL_CACHE(&cache), LWURL_HTTP};
    static const int errors[] = {LWURL_ERR_RETRY, LWURL_ERR_ROOM};
    const struct fake_peer peer = {.says = {say(OK("", "first"), 1)}};
    struct lwurl_opener refusing = {&fake.port, with, N(with)};
    struct lwurl_request request = {.url = A};
    size_t n;

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        why = errors[i];
        int err = lwurl_cache_open(&cache, &u, &refusing, &request, 0);
        assert_int_equal(err, i == 0 ? LWURL_OK : LWURL_ERR_ROOM);
        if (i == 0) {
            assert_int_equal(lwurl_cache_from(&cache), LWURL_FROM_STALE);
            assert_int_equal(lwurl_cache_read_all(&cache, body, 9, &n), 0);
            assert_memory_equal(body, "first", 5);
        }
        request.url = B; /* nothing is kept of it */
        assert_int_equal(lwurl_cache_open(&cache, &u, &refusing, &request, 0),
                         errors[i]);
        request.url = A;
        end();
    }
}

static void offline(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60 "Vary: X\r\n", "first"), 1)}}};
    static const struct lwurl_header x[] = {{"X", "y"}};
    struct lwurl_request other = {.url = A, .headers = x, .headers_n = 1};

    (void)state;
    begin(peers, 1);
    expect_not_kept(A);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, LWURL_CACHE_OFFLINE, LWURL_FROM_FRESH, "first");
    expect(A, LWURL_CACHE_OFFLINE | LWURL_CACHE_ASK, LWURL_FROM_STALE, "first");
    wall = NOBODY;
    reboot();
    expect(A, LWURL_CACHE_OFFLINE, LWURL_FROM_STALE, "first");
    expect_not_kept(B);
    expect_not_kept("https://h/a");
    expect_not_kept("http://h:81/a");
    expect_not_kept("data:,x");
    assert_int_equal(ask(&other, LWURL_CACHE_OFFLINE), LWURL_ERR_NOT_CACHED);
    lwurl_cache_close(&cache);
    assert_int_equal(seen_n(&fake), 1);
    assert_int_equal(lwurl_cache_forget(&cache, "http://H/a"), LWURL_OK);
    assert_int_equal(lwurl_cache_forget(&cache, A), LWURL_OK);
    expect_not_kept(A);
    reboot();
    expect_not_kept(A);
    end();
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
        begin(&peer, 1);
        print_message("# %zu\n", i / 3);
        assert_string_equal(error_name(ask(&request, 0)),
                            error_name(ways[i / 3].err));
        assert_int_equal(lwurl_cache_stored(&cache), ways[i / 3].stored);
        lwurl_cache_close(&cache);
        reboot();
        if (ways[i / 3].stored == LWURL_OK)
            expect_kept(ways[i / 3].url,
                        strstr(ways[i / 3].response, "yes!!") != NULL ? "yes!!"
                                                                      : "");
        else
            expect_not_kept(ways[i / 3].url);
        end();
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
    begin(&peer, 1);
    expect("https://h/a", 0, LWURL_FROM_NETWORK, "yes!!");
    assert_int_equal(lwurl_cache_stored(&cache), LWURL_OK);
    expect_kept("https://h/a", "yes!!");
    end();
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
    for (size_t i = 0; i < N(fields) + 3; i++) {
        struct lwurl_request request = {.url = A};
        begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        if (i < N(fields)) {
            request.headers = fields[i];
            request.headers_n = 1;
        } else if (i == N(fields)) {
            request.body = "x";
            request.body_n = 1;
            request.method = "GET";
        } else {
            request.method = i == N(fields) + 1 ? "OPTIONS" : "get";
        }
        assert_int_equal(ask(&request, 0), LWURL_OK);
        assert_string_equal(body, "other");
        assert_int_equal(lwurl_cache_from(&cache), LWURL_FROM_NETWORK);
        assert_int_equal(lwurl_cache_stored(&cache), LWURL_ERR_NOT_CACHED);
        assert_int_equal(ask(&request, LWURL_CACHE_OFFLINE),
                         LWURL_ERR_NOT_CACHED);
        lwurl_cache_close(&cache);
        if (i != N(fields) + 2) /* "get" may be anything, so it is unsafe */
            expect(A, 0, LWURL_FROM_FRESH, "first");
        end();
    }
}

/* ------------------------------------------------------ who asks, with what */

static void users(void **state)
{
    static const struct lwurl_header bearer[] = {{"Authorization", "Bearer x"}};
    static const struct lwurl_request requests[] = {
        {.url = A, .user = "me", .password = "p"},
        {.url = A, .user = "you", .password = "p"},
        {.url = A},
        {.url = "http://you:p@h/a"},
        {.url = A, .headers = bearer, .headers_n = 1},
    };
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "first"), 1), say(OK(FRESH60, "other"), 2)}};

    (void)state;
    for (size_t i = 0; i < N(requests) * N(requests); i++) {
        size_t a = i / N(requests), b = i % N(requests);
        bool same = a == b || (a == 1 && b == 3) || (a == 3 && b == 1);
        begin(&peer, 1);
        assert_int_equal(ask(&requests[a], 0), LWURL_OK);
        lwurl_cache_close(&cache);
        reboot();
        for (size_t k = 0; k < flash.storage.size - 6; k++) {
            assert_memory_not_equal(flash.bytes + k, "Bearer", 6);
            assert_memory_not_equal(flash.bytes + k, "you", 3);
            assert_memory_not_equal(flash.bytes + k, "/a?", 3);
        }
        assert_int_equal(ask(&requests[b], LWURL_CACHE_OFFLINE),
                         same ? LWURL_OK : LWURL_ERR_NOT_CACHED);
        end();
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
        begin(peers, 1);
        assert_int_equal(ask(&requests[i / 4], 0), LWURL_OK);
        assert_int_equal(ask(&requests[i % 4], 0), LWURL_OK);
        assert_string_equal(body, same ? "first" : "other");
        assert_int_equal(seen_count(&fake, "If-None-Match"), 0);
        lwurl_cache_close(&cache);
        if (!same) /* which replaced it */
            expect(A, 0, LWURL_FROM_FRESH, "other");
        end();
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
        begin(peers, 2);
        cache.stale_s = LWURL_FOREVER;
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        (void)lwurl_open(&u, &opener, &unsafe, work, sizeof work);
        lwurl_close(&u);
        if (i % 2 == 1)
            reboot();
        expect_kept(A, "first");
        expect(A, 0,
               ways[i / 2].doubts ? LWURL_FROM_CONFIRMED : LWURL_FROM_FRESH,
               "first");
        expect(A, 0, LWURL_FROM_FRESH, "first");
        end();
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
    begin(peers, 2);
    fake.names[1].result = LWURL_ERR_DNS;
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(ask(&put, 0), LWURL_OK); /* through the cache, too */
    lwurl_cache_close(&cache);
    assert_int_equal(get(A, 0), LWURL_ERR_REFUSED);
    expect_kept(A, "first");
    end();
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
    begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_CONFIRMED, "first");
    assert_string_equal(seen_request(&fake, 2, "If-None-Match").field, "");
    assert_string_equal(seen_request(&fake, 3, "If-None-Match").field, "\"x\"");
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    assert_string_equal(seen_request(&fake, 4, "If-None-Match").field, "");
    assert_string_equal(seen_request(&fake, 5, "If-None-Match").field, "");
    expect_kept(A, "other");
    expect_not_kept("http://h/x"); /* kept under the request's URL alone */
    /* a 304 that was not asked for is no confirmation */
    assert_int_equal(get(A, 0), LWURL_ERR_STATUS);
    expect_kept(A, "other");
    end();
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
        begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        expect(A, 0, ways[i].again ? LWURL_FROM_NETWORK : LWURL_FROM_CONFIRMED,
               ways[i].again ? "other" : "first");
        assert_int_equal(seen_count(&fake, "If-"), 1);
        end();
        if (!ways[i].again)
            continue;
        peer.says[2] = say(then, 3); /* and again */
        begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        assert_int_equal(get(A, 0), LWURL_ERR_STATUS);
        expect_kept(A, "first");
        end();
    }
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
        begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        assert_int_equal(get(A, 0), LWURL_ERR_INCOMPLETE);
        expect_kept(A, "first");
        reboot();
        expect_kept(A, "first");
        end();
    }
}

/* A body of n bytes that tells its version. */
static struct fake_say long_body(char *to, size_t n, char version,
                                 unsigned heads, const char *fields)
{
    int at = sprintf(to, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n", n,
                     fields);

    for (size_t i = 0; i < n; i++)
        to[at + (int)i] = (char)(i % 7 == 0 ? version : 'a' + (int)(i % 26));
    return (struct fake_say){.p = to, .n = (size_t)at + n, .heads = heads};
}

static void expect_version(const char *got, size_t n, size_t should,
                           char version)
{
    assert_int_equal(n, should);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(got[i], i % 7 == 0 ? version : 'a' + (int)(i % 26));
}

/* To the byte, and longer than a slot: given on, and not kept. */
static void sizes(void **state)
{
    static const size_t lengths[] = {
        1, 7, 8, 9, 255, 256, 257, 511, 1023, BODY_MAX, BODY_MAX + 1, 2000};
    static const uint32_t units[] = {1, 4, 32};

    (void)state;
    for (size_t i = 0; i < 3 * N(lengths); i++) {
        static char text[4096];
        size_t n = lengths[i / 3];
        struct fake_peer peer = {.says = {long_body(text, n, 'X', 1, "")},
                                 .piece = i % 2 ? 0 : 33};
        begin_on(&peer, 1, units[i % 3]);
        assert_int_equal(get(A, 0), LWURL_OK);
        expect_version(body, body_n, n, 'X');
        reboot();
        if (n > BODY_MAX) {
            assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_ERR_NOT_CACHED);
        } else {
            assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_OK);
            expect_version(body, body_n, n, 'X');
        }
        end();
    }
    /* chunked: its length is seen when it is too long */
    static char text[4096];
    int at = sprintf(text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                           "\r\n401\r\n");
    memset(text + at, 'x', 1025);
    (void)sprintf(text + at + 1025, "\r\n0\r\n\r\n");
    struct fake_peer peer = {.says = {say(text, 1)}};
    begin(&peer, 1);
    assert_int_equal(get(A, 0), LWURL_OK);
    assert_int_equal(body_n, 1025);
    assert_int_equal(lwurl_cache_stored(&cache), LWURL_ERR_ROOM);
    expect_not_kept(A);
    end();
}

/* Bits that flip: a body that is not what it was is not there. */
static void decay(void **state)
{
    static char text[2048];
    struct fake_peer peers[] = {{.says = {long_body(text, 500, 'X', 1, FRESH60),
                                          say(OK("", "other"), 2)}}};

    (void)state;
    for (uint32_t i = 0; i < 500; i += 83) {
        begin(peers, 1);
        assert_int_equal(get(A, 0), LWURL_OK);
        flash.bytes[i] ^= 1;
        if (i % 2 == 0)
            expect_not_kept(A);
        expect(A, 0, LWURL_FROM_NETWORK, "other");
        assert_int_equal(seen_count(&fake, "If-"), 0);
        end();
    }
}

/* ------------------------------------------------------------------ eviction
 */

/* Three slots keep two URLs: the one confirmed longest ago goes, when a third
   is whole. */
static void eviction(void **state)
{
    static const char torn[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nother";
    const struct fake_peer peers[] = {
        {.says = {say(OK("ETag: \"a\"\r\n", "of a "), 1),
                  say(OK("", "of b "), 2), say(SAME(""), 3), say(torn, 4)},
         .end = LWURL_PORT_EOF,
         .end_heads = 4},
        {.says = {say(OK("", "of c "), 1)}}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "of a ");
        expect(B, 0, LWURL_FROM_NETWORK, "of b ");
        expect(A, 0, LWURL_FROM_CONFIRMED, "of a ");
        assert_int_equal(get("http://h/c", 0), LWURL_ERR_INCOMPLETE);
        if (i == 1)
            reboot();
        expect_kept(A, "of a "); /* nothing was lost to it */
        expect_kept(B, "of b ");
        expect("http://h/c", 0, LWURL_FROM_NETWORK, "of c ");
        if (i == 1)
            reboot();
        expect_kept(A, "of a ");
        expect_kept("http://h/c", "of c ");
        expect_not_kept(B);
        end();
    }
}

static void held(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK("", "first"), 1), say(OK("", "other"), 2),
                  say(OK("", "other"), 3)}}};
    struct lwurl_request request = {.url = A};

    (void)state;
    begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(ask(&request, LWURL_CACHE_HOLD), LWURL_OK);
    assert_string_equal(body, "other");
    assert_int_equal(lwurl_cache_stored(&cache), LWURL_ERR_NOT_CACHED);
    lwurl_cache_close(&cache); /* it was no good */
    assert_int_equal(lwurl_cache_keep(&cache), LWURL_ERR_CALL);
    expect_kept(A, "first");
    assert_int_equal(ask(&request, LWURL_CACHE_HOLD), LWURL_OK);
    assert_int_equal(lwurl_cache_keep(&cache), LWURL_OK);
    assert_int_equal(lwurl_cache_keep(&cache), LWURL_OK);
    lwurl_cache_close(&cache);
    expect_kept(A, "other");
    end();
}

/* -------------------------------------------------------- the power goes off
 */

#define OLD_N 300
#define NEW_N 700

/* One update of a, while b is kept; the power goes at the nth write or erase.
   Returns whether the update was over before. */
static bool update_until(unsigned n, uint32_t unit, uint32_t seed, int kind)
{
    static char old[2048], new[2048];
    unsigned heads = kind == 2 ? 5 : 4;
    const struct fake_say c = say(OK("", "of c "), 4), none = {.p = NULL};
    const struct fake_peer peers[] = {
        {.says = {say(OK("", "of b "), 1),
                  long_body(old, OLD_N, 'X', 2, "ETag: \"v\"\r\n"),
                  say(SAME(FRESH60), 3), kind == 2 ? c : none,
                  kind == 0 ? say(SAME(FRESH60), heads)
                            : long_body(new, NEW_N, 'Y', heads, FRESH60)}},
        {.says = {long_body(new, NEW_N, 'Y', 1, FRESH60)}}};
    struct lwurl_cache_view view;

    begin_on(peers, 2, unit);
    fake.now = 0x12345;
    expect(B, 0, LWURL_FROM_NETWORK, "of b ");
    assert_int_equal(get(A, 0), LWURL_OK);
    pass(100);
    assert_int_equal(get(A, LWURL_CACHE_ASK), LWURL_OK);
    assert_int_equal(lwurl_cache_from(&cache), LWURL_FROM_CONFIRMED);
    if (kind == 2)
        expect("http://h/c", 0, LWURL_FROM_NETWORK, "of c ");
    pass(100);
    fake_storage_restart(&flash);
    flash.seed = n * 7919u + seed;
    flash.cut_at = n;
    int err = get(A, 0);
    bool over = !flash.dead;
    if (kind != 0 || over) /* what comes is given on, whatever happens */
        assert_int_equal(err, LWURL_OK);
    reboot();
    assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_OK);
    bool is_new = body_n == NEW_N;
    expect_version(body, body_n, is_new ? NEW_N : OLD_N, is_new ? 'Y' : 'X');
    assert_true(!over || is_new == (kind != 0));
    assert_int_equal(lwurl_cache_look(&cache, &opener, A, &view), LWURL_OK);
    if (over)
        assert_int_equal(view.fresh_s, 60);
    if (kind == 2)
        expect_kept("http://h/c", "of c ");
    else
        expect_kept(B, "of b ");
    /* and it works on */
    lwurl_cache_close(&cache);
    assert_int_equal(get(A, LWURL_CACHE_ASK), LWURL_OK);
    expect_version(body, body_n, NEW_N, 'Y');
    reboot();
    assert_int_equal(get(A, 0), LWURL_OK);
    assert_int_equal(lwurl_cache_from(&cache), LWURL_FROM_FRESH);
    expect_version(body, body_n, NEW_N, 'Y');
    end();
    return over;
}

/* At every write and erase of a 304, of a 200, and of one after an eviction;
   what the cut leaves there is another thing each time. */
static void power_cuts(void **state)
{
    static const uint32_t units[] = {1, 8, 32};
    unsigned cuts = 0;

    (void)state;
    for (unsigned i = 0; i < 9 * 4; i++) {
        unsigned n = 1;
        while (!update_until(n, units[i % 3], i, (int)(i / 3 % 3)))
            n++;
        assert_true(n > 1);
        cuts += n - 1;
    }
    print_message("# %u power cuts\n", cuts);
}

/* A third URL drives one of two out: the one that was confirmed last stays, and
   of the others there is all or nothing. */
static void power_cuts_of_an_eviction(void **state)
{
    static char long_c[2048];
    const struct fake_peer peer = {
        .says = {say(OK("", "of a "), 1), say(OK("", "of b "), 2),
                 long_body(long_c, NEW_N, 'C', 3, "")}};
    unsigned n = 0, whole = 0;
    bool over;

    (void)state;
    do {
        begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "of a ");
        expect(B, 0, LWURL_FROM_NETWORK, "of b ");
        fake_storage_restart(&flash);
        flash.seed = n;
        flash.cut_at = ++n;
        assert_int_equal(get("http://h/c", 0), LWURL_OK);
        over = !flash.dead;
        reboot();
        expect_kept(B, "of b ");
        if (get(A, LWURL_CACHE_OFFLINE) == LWURL_OK)
            assert_string_equal(body, "of a ");
        bool old = body_n != 0;
        if (get("http://h/c", LWURL_CACHE_OFFLINE) == LWURL_OK) {
            expect_version(body, body_n, NEW_N, 'C');
            whole++;
        } else {
            assert_true(old && !over);
        }
        end();
    } while (!over);
    assert_true(n > 5 && whole >= 1);
}

/* Flash that fails once is no failure of a fetch. */
static void flash_fails(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK("", "first"), 1), say(OK("", "other"), 2)}}};
    struct lwurl_request request = {.url = A};
    unsigned n = 0, failed = 0;
    bool over;

    (void)state;
    do {
        begin(peers, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        fake_storage_restart(&flash);
        flash.fail_at = ++n;
        assert_int_equal(ask(&request, 0), LWURL_OK);
        assert_string_equal(body, "other");
        over = fake_storage_calls(&flash) < n;
        if (!over) {
            assert_int_equal(lwurl_cache_stored(&cache), LWURL_ERR_STORAGE);
            failed++;
        }
        lwurl_cache_close(&cache);
        flash.fail_at = 0;
        assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_OK);
        if (over)
            assert_string_equal(body, "other");
        else
            assert_string_equal(body, "first");
        end();
    } while (!over);
    assert_true(failed > 2);
}

/* ------------------------------------------------------------------ the calls
 */

static void set_up_wrongly(void **state)
{
    struct lwurl_cache good;

    (void)state;
    begin(NULL, 0);
    good = cache;
#define WRONG(member, value)                                        \
    do {                                                            \
        cache = good;                                               \
        cache.member = (value);                                     \
        assert_int_equal(lwurl_cache_init(&cache), LWURL_ERR_CALL); \
    } while (0)
    WRONG(slots_n, 1);
    WRONG(slots_n, 65);
    WRONG(slots_n, 6);
    WRONG(body_max, 0);
    WRONG(body_max, ERASE + 1);
    WRONG(at, 1);
    WRONG(at, 0xFFFFFF00u);
    WRONG(room_n, 100);
    WRONG(records, NULL);
    WRONG(storage, NULL);
    WRONG(id, 65500);
#undef WRONG
    cache = good;
    assert_int_equal(lwurl_cache_step(&cache), LWURL_ERR_CALL);
    assert_int_equal(lwurl_cache_take(&cache, body, 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_cache_keep(&cache), LWURL_ERR_CALL);
    lwurl_cache_close(&cache);
    end();
}

/* Step by step, byte by byte, and over before its end. */
static void steps(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60, "first"), 1)}, .piece = 1}};
    struct lwurl_request request = {.url = A};
    struct lwurl_wants wants;
    char to[8] = "";
    int n = 0;

    (void)state;
    begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(lwurl_cache_begin(&cache, &u, &opener, &request, 0),
                     LWURL_OK);
    lwurl_cache_wants(&cache, &wants);
    assert_int_equal(wants.ms, 0);
    assert_int_equal(lwurl_cache_step(&cache), LWURL_TURN_RESPONSE);
    assert_int_equal(lwurl_cache_length(&cache), 5);
    for (; lwurl_cache_step(&cache) == LWURL_TURN_BODY; n++)
        assert_int_equal(lwurl_cache_take(&cache, to + n, 1), 1);
    assert_int_equal(n, 5);
    assert_string_equal(to, "first");
    assert_int_equal(lwurl_cache_take(&cache, to, 1), 0);
    assert_int_equal(lwurl_cache_step(&cache), LWURL_TURN_DONE);
    lwurl_cache_close(&cache);
    assert_int_equal(lwurl_cache_step(&cache), LWURL_ERR_CALL);
    end();

    begin(peers, 1); /* closed amid the body */
    assert_int_equal(lwurl_cache_open(&cache, &u, &opener, &request, 0),
                     LWURL_OK);
    assert_true(lwurl_cache_read(&cache, to, 3) > 0);
    lwurl_cache_close(&cache);
    expect_not_kept(A);
    end();
}

/* What was superseded does not come back, when what superseded it is gone. */
static void forgotten(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK("", "first"), 1), say(OK("", "other"), 2)}};

    (void)state;
    begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    assert_int_equal(lwurl_cache_forget(&cache, A), LWURL_OK);
    expect_not_kept(A);
    reboot();
    expect_not_kept(A);
    end();
}

static void too_long_for_memory(void **state)
{
    const struct fake_peer peers[] = {{.says = {say(OK("", "first"), 1)}}};
    struct lwurl_request request = {.url = A};
    size_t n = 9;

    (void)state;
    begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(
        lwurl_cache_open(&cache, &u, &opener, &request, LWURL_CACHE_OFFLINE),
        LWURL_OK);
    assert_int_equal(lwurl_cache_read_all(&cache, body, 4, &n), LWURL_ERR_ROOM);
    assert_int_equal(n, 0);
    end();
}

/* Schemes that have no freshness, and fetches past the cache's own calls. */
static void others(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60 "ETag: \"v\"\r\n", "first"), 1),
                  say(OK("", "plain"), 2)}}};
    struct lwurl_request request = {.url = A};
    size_t n;

    (void)state;
    begin(peers, 1);
    expect("data:,yes", 0, LWURL_FROM_NETWORK, "yes");
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(lwurl_open(&u, &opener, &request, work, sizeof work),
                     LWURL_OK);
    assert_int_equal(lwurl_read_all(&u, body, 9, &n), LWURL_OK);
    lwurl_close(&u);
    assert_memory_equal(body, "plain", 5);
    assert_int_equal(seen_count(&fake, "If-"), 0);
    expect(A, 0, LWURL_FROM_FRESH, "first");
    end();
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
        cmocka_unit_test(past_the_cache),
        cmocka_unit_test(users),
        cmocka_unit_test(varying),
        cmocka_unit_test(doubtful),
        cmocka_unit_test(doubtful_and_alone),
        cmocka_unit_test(redirected),
        cmocka_unit_test(wrong_304),
        cmocka_unit_test(torn_update),
        cmocka_unit_test(sizes),
        cmocka_unit_test(decay),
        cmocka_unit_test(eviction),
        cmocka_unit_test(held),
        cmocka_unit_test(power_cuts),
        cmocka_unit_test(power_cuts_of_an_eviction),
        cmocka_unit_test(flash_fails),
        cmocka_unit_test(set_up_wrongly),
        cmocka_unit_test(steps),
        cmocka_unit_test(forgotten),
        cmocka_unit_test(too_long_for_memory),
        cmocka_unit_test(others),
    };

    return cmocka_run_group_tests_name("core/cache", tests, NULL, NULL);
}
