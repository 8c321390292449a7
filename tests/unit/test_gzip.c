/* SPDX-License-Identifier: MIT */
/*
 * Compressed bodies, core/handlers/gzip.c. What CPython's zlib made of them is
 * in build/gzip-vectors (gzip_vectors.py): each is run whole, in pieces, cut in
 * two at places, chunked, up to the end of the connection, and taken bytewise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "exchange.h"
#include "fake_filter.h"
#include "http/state.h"
#include "lwurl_auth.h"
#include "lwurl_gzip.h"
#include "lwurl_parts.h"
#include "lwurl_redirect.h"
#include "lwurl_retrieve.h"
#include "seen.h"

#define CODED_MAX 80000u
#define CAP       5000u

static char location[256], realm[32];
static struct lwurl_inflater inflater;
static struct lwurl_gzip gzip;
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_GZIP(&gzip),
    LWURL_HTTP, LWURL_DATA};

static struct fake fake;
static struct fetch t;

/* ----------------------------------------------------------------- running */

static void begin(const struct fake_peer *peers, size_t n, size_t window_n)
{
    basic = (struct lwurl_basic){.realm = realm, .realm_n = sizeof realm};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    gzip = (struct lwurl_gzip){.inflater = &inflater};
    memset(&inflater, '~', sizeof inflater);
    gzip.window = guarded(2, window_n > 0 ? window_n : 1);
    gzip.window_n = window_n;
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

/* ----------------------------------------------------------------- records */

struct record {
    char name[32], coding[12], error[12];
    size_t window, coded_n, plain_n;
    long detail;
    unsigned char coded[CODED_MAX], plain[CODED_MAX];
};

static struct record record;
static FILE *records;

static int open_records(void **state)
{
    (void)state;
    records = fopen("build/gzip-vectors/records", "rb");
    return records == NULL;
}

static int close_records(void **state)
{
    (void)state;
    return fclose(records);
}

static bool next_record(void)
{
    struct record *r = &record;
    int n =
        fscanf(records, "%31s %11s %zu %11s %ld %zu %zu", r->name, r->coding,
               &r->window, r->error, &r->detail, &r->coded_n, &r->plain_n);

    if (n == EOF)
        return false;
    assert_int_equal(n, 7);
    assert_int_equal(fgetc(records), '\n');
    assert_true(r->coded_n <= CODED_MAX && r->plain_n <= CODED_MAX);
    assert_int_equal(fread(r->coded, 1, r->coded_n, records), r->coded_n);
    assert_int_equal(fread(r->plain, 1, r->plain_n, records), r->plain_n);
    assert_int_equal(fgetc(records), '\n');
    return true;
}

static int error_of(const struct record *r)
{
    static const struct {
        const char *name;
        int err;
    } errors[] = {{"ok", LWURL_OK},
                  {"broken", LWURL_ERR_CONTENT_CODING},
                  {"incomplete", LWURL_ERR_INCOMPLETE},
                  {"room", LWURL_ERR_ROOM},
                  {"expansion", LWURL_ERR_EXPANSION}};
    size_t i = 0;

    while (strcmp(errors[i].name, r->error) != 0)
        assert_true(++i < sizeof errors / sizeof errors[0]);
    return errors[i].err;
}

/* How a body is framed. */
enum framing { LENGTH, CHUNKED, CLOSING };

static char response[2 * CODED_MAX];
static size_t response_n;

static void add(const void *p, size_t n)
{
    assert_true(n < sizeof response - response_n);
    if (n > 0)
        memcpy(response + response_n, p, n);
    response_n += n;
}

static void add_text(const char *text)
{
    add(text, strlen(text));
}

static void add_chunks(const struct record *r, size_t chunk_n)
{
    char line[16];

    for (size_t at = 0, n; at < r->coded_n; at += n) {
        n = r->coded_n - at < chunk_n ? r->coded_n - at : chunk_n;
        (void)snprintf(line, sizeof line, "%zx\r\n", n);
        add_text(line);
        add(r->coded + at, n);
        add_text("\r\n");
    }
    add_text("0\r\nX-Trailer: content-encoding\r\n\r\n");
}

static void make_response(const struct record *r, enum framing framing,
                          size_t chunk_n)
{
    char head[256];

    response_n = 0;
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n", r->coding);
    add_text(head);
    if (framing == CHUNKED) {
        add_text("Transfer-Encoding: chunked\r\n\r\n");
        add_chunks(r, chunk_n);
        return;
    }
    (void)snprintf(head, sizeof head, "Content-Length: %zu\r\n\r\n",
                   r->coded_n);
    add_text(framing == LENGTH ? head : "\r\n");
    add(r->coded, r->coded_n);
}

/* A way to run a record. */
struct way {
    enum framing framing;
    size_t chunk_n, piece, split, bite;
};

static void say_way(const struct way *way)
{
    print_error("%s: framing %d, chunk %zu, piece %zu, split %zu, bite %zu: "
                "%s, %zu bytes\n",
                record.name, (int)way->framing, way->chunk_n, way->piece,
                way->split, way->bite, error_name(t.got.err), t.got.body_n);
}

/* What comes before an error is good as well. */
static bool is_as_recorded(const struct record *r)
{
    int err = error_of(r);

    if (t.got.err != err || t.got.length != UINT64_MAX)
        return false;
    if (err != LWURL_OK && t.got.detail != r->detail)
        return false;
    return t.got.body_n <= r->plain_n &&
           memcmp(t.got.body, r->plain, t.got.body_n) == 0 &&
           (err != LWURL_OK || t.got.body_n == r->plain_n);
}

static void run(const struct record *r, const struct way *way)
{
    struct fake_peer peer = {
        .says = {{.p = response, .n = response_n, .heads = 1}},
        .piece = way->piece,
        .split = way->split,
        .end = way->framing == CLOSING ? LWURL_PORT_EOF : 0};
    const struct lwurl_request request = {.url = "http://h/"};

    begin(&peer, 1, r->window);
    gzip.max =
        error_of(r) == LWURL_ERR_EXPANSION || r->plain_n == CAP ? CAP : 0;
    t.bite = way->bite;
    fetch_run(&t, &request);
    if (!is_as_recorded(r)) {
        say_way(way);
        fail();
    }
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake),
                     t.got.err == LWURL_OK && way->framing != CLOSING);
    fetch_end(&t);
}

static void run_framed(const struct record *r, enum framing framing,
                       size_t chunk_n)
{
    struct way way = {.framing = framing, .chunk_n = chunk_n};

    make_response(r, framing, chunk_n);
    run(r, &way);
    if (r->plain_n <= 6000) {
        way.bite = 1;
        run(r, &way);
    }
    way.bite = 300;
    run(r, &way);
    if (r->coded_n <= 3500) {
        way.piece = 1;
        run(r, &way);
        way.bite = 0;
        run(r, &way);
    }
}

static void run_split(const struct record *r)
{
    struct way way = {.framing = LENGTH};
    size_t step = r->coded_n < 300 ? 1 : r->coded_n / 20;

    make_response(r, LENGTH, 0);
    for (way.split = response_n - r->coded_n; way.split < response_n;
         way.split += step)
        run(r, &way);
}

static void every_record(void **state)
{
    unsigned n = 0;

    (void)state;
    for (; next_record(); n++) {
        bool cut = strncmp(record.name, "cut-", 4) == 0;
        run_framed(&record, LENGTH, 0);
        run_framed(&record, CLOSING, 0);
        run_framed(&record, CHUNKED, 1000);
        if (record.coded_n < 2000)
            run_framed(&record, CHUNKED, 3);
        if (!cut)
            run_split(&record);
    }
    assert_true(n > 300);
}

/* A byte of the body that changes: the same body, where nobody uses that bit,
   or an error; never another body. */
static void flips(const struct record *r)
{
    static struct record flipped;
    const struct lwurl_request request = {.url = "http://h/"};

    for (size_t bit = 0; bit < 8 * r->coded_n; bit++) {
        flipped = *r;
        flipped.coded[bit / 8] ^= (unsigned char)(1u << bit % 8);
        make_response(&flipped, LENGTH, 0);
        struct fake_peer peer = {
            .says = {{.p = response, .n = response_n, .heads = 1}}};
        begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
        fetch_run(&t, &request);
        bool same = t.got.body_n == r->plain_n &&
                    memcmp(t.got.body, r->plain, r->plain_n) == 0;
        if (t.got.err == LWURL_OK && !same)
            fail_msg("%s: bit %zu makes another body", r->name, bit);
        fetch_end(&t);
    }
}

static void every_flip(void **state)
{
    unsigned n = 0;

    (void)state;
    while (next_record()) {
        bool raw = strncmp(record.name, "raw", 3) == 0; /* nothing checks it */
        if (strcmp(record.error, "ok") == 0 && record.coded_n > 0 &&
            record.coded_n < 900 && !raw) {
            flips(&record);
            n++;
        }
    }
    assert_true(n > 10);
}

/* ------------------------------------------------------- which coding it is */

/* "hello, hello, hello\n" as CPython's gzip.compress(..., mtime=0) and
   zlib.compress() give it. */
#define PLAIN "hello, hello, hello\n"
#define GZIPPED                                                        \
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7" \
    "\x51\xc8\x40\xa2\xb8\x00\xe7\x42\x6e\x52\x14\x00\x00\x00"
#define ZLIBBED                                                        \
    "\x78\x9c\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\xb8\x00\x4b\x07" \
    "\x06\xdf"

#define HEAD(fields, length)                                             \
    "HTTP/1.1 200 OK\r\n" fields "Content-Length: " length "\r\nX-End: " \
    "1\r\n\r\n"

struct named {
    const char *name;
    struct lwurl_str response;
    int err;
    const char *body;
};

#define NAMED(name_, response_, err_, body_)  \
    {                                         \
        name_, {TEXT(response_)}, err_, body_ \
    }

#define GZIP_AS(fields) HEAD(fields, "30") GZIPPED

static const struct named codings[] = {
    NAMED("gzip", GZIP_AS("Content-Encoding: gzip\r\n"), LWURL_OK, PLAIN),
    NAMED("any case", GZIP_AS("content-ENCODING:GZip\r\n"), LWURL_OK, PLAIN),
    NAMED("x-gzip", GZIP_AS("Content-Encoding: x-gzip\r\n"), LWURL_OK, PLAIN),
    NAMED("deflate", HEAD("Content-Encoding: deflate\r\n", "18") ZLIBBED,
          LWURL_OK, PLAIN),
    NAMED("identity", HEAD("Content-Encoding: identity\r\n", "3") "abc",
          LWURL_OK, "abc"),
    NAMED("beside identity", GZIP_AS("Content-Encoding: identity, gzip\r\n"),
          LWURL_OK, PLAIN),
    NAMED("list with holes", GZIP_AS("Content-Encoding: , gzip ,\r\n"),
          LWURL_OK, PLAIN),
    NAMED("empty", HEAD("Content-Encoding:\r\n", "3") "abc", LWURL_OK, "abc"),
    NAMED("none", HEAD("", "3") "abc", LWURL_OK, "abc"),
    NAMED("br", HEAD("Content-Encoding: br\r\n", "3") "abc",
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("compress", HEAD("Content-Encoding: x-compress\r\n", "3") "abc",
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("two", GZIP_AS("Content-Encoding: gzip, gzip\r\n"),
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("two lines",
          GZIP_AS("Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n"),
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("longer than the work buffer",
          GZIP_AS("Content-Encoding: "
                  "gzipxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"),
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("unknown, no body", HEAD("Content-Encoding: br\r\n", "0"), LWURL_OK,
          ""),
    NAMED("204", "HTTP/1.1 204 N\r\nContent-Encoding: gzip\r\n\r\n", LWURL_OK,
          ""),
    NAMED("304",
          "HTTP/1.1 304 N\r\nContent-Encoding: gzip\r\n"
          "Content-Length: 30\r\n\r\n",
          LWURL_ERR_STATUS, ""),
    NAMED("a part",
          "HTTP/1.1 206 P\r\nContent-Encoding: gzip\r\n"
          "Content-Range: bytes 0-29/30\r\nContent-Length: 30\r\n\r\n" GZIPPED,
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("an error",
          "HTTP/1.1 404 N\r\nContent-Encoding: gzip\r\n"
          "Content-Length: 30\r\n\r\n" GZIPPED,
          LWURL_ERR_STATUS, PLAIN),
    NAMED("an error in br",
          "HTTP/1.1 404 N\r\nContent-Encoding: br\r\n"
          "Content-Length: 3\r\n\r\nabc",
          LWURL_ERR_CONTENT_CODING, ""),
    NAMED("interim says gzip",
          "HTTP/1.1 103 E\r\nContent-Encoding: gzip\r\n\r\n"
          "HTTP/1.1 200 O\r\nContent-Length: 3\r\n\r\nabc",
          LWURL_OK, "abc"),
    NAMED("trailer says gzip",
          "HTTP/1.1 200 O\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
          "0\r\nContent-Encoding: gzip\r\n\r\n",
          LWURL_OK, "abc"),
    NAMED("HTTP/1.0",
          "HTTP/1.0 200 O\r\nContent-Encoding: gzip\r\n"
          "Content-Length: 30\r\n\r\n" GZIPPED,
          LWURL_OK, PLAIN),
};

static void expect_named(const struct named *n, size_t split)
{
    if (t.got.err != n->err || strcmp(t.got.body, n->body) != 0)
        fail_msg("%s, split at %zu: %s (%ld), body [%s]", n->name, split,
                 error_name(t.got.err), t.got.detail, t.got.body);
    if (n->err == LWURL_ERR_CONTENT_CODING)
        assert_int_equal(t.got.detail, 0);
}

static void names_of_codings(void **state)
{
    const struct lwurl_request request = {.url = "http://h/",
                                          .flags = LWURL_ASK_FIELDS};

    (void)state;
    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++) {
        const struct named *n = &codings[i];
        for (size_t split = 0; split < n->response.n; split++) {
            const struct fake_peer peer = {
                .says = {{.p = n->response.p, .n = n->response.n, .heads = 1}},
                .split = split};
            begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
            fetch_run(&t, &request);
            expect_named(n, split);
            fetch_end(&t);
        }
    }
}

/* ----------------------------------------------------------------- requests */

static void expect_asks(const struct lwurl_request *request, const char *wanted)
{
    const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 204 N\r\n\r\n", 1)}}};

    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    fetch_run(&t, request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(seen_request(&fake, 0, "Accept-Encoding").field,
                        wanted);
    fetch_end(&t);
}

static void asks(void **state)
{
    static const struct lwurl_header own[] = {{"Accept-Encoding", "br"}};
    static const struct lwurl_header range[] = {{"range", "bytes=5-"}};
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    expect_asks(&request, "gzip, deflate");
    request.headers_n = 1;
    request.headers = own;
    expect_asks(&request, "br");
    request.headers = range;
    expect_asks(&request, "identity");
}

/* A handler that asks for a part. */
static void wants_part(struct lwurl *u, void *state)
{
    (void)state;
    u->flags |= F_RANGE;
}

static void asks_for_a_part(void **state)
{
    static const struct lwurl_handler_ops part = {.begin = wants_part};
    static const struct lwurl_handler lines[] = {
        {&part, NULL}, LWURL_GZIP(&gzip), LWURL_HTTP};
    const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 204 N\r\n\r\n", 1)}}};
    const struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    t.opener.handlers = lines;
    t.opener.handlers_n = 3;
    fetch_run(&t, &request);
    assert_string_equal(seen_request(&fake, 0, "Accept-Encoding").field,
                        "identity");
    fetch_end(&t);
}

/* Without the line in the table: as urllib. */
static void without_handler(void **state)
{
    const struct fake_peer peer = {
        .says = {{SAY(GZIP_AS("Content-Encoding: gzip\r\n"), 1)}}};
    const struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    t.opener.handlers = handlers + 3;
    t.opener.handlers_n = 2;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(t.got.length, 30);
    assert_int_equal(t.got.body_n, 30);
    assert_memory_equal(t.got.body, GZIPPED, 30);
    assert_string_equal(seen_request(&fake, 0, "Accept-Encoding").field,
                        "identity");
    fetch_end(&t);
}

static void head(void **state)
{
    const struct fake_peer peer = {
        .says = {{SAY(HEAD("Content-Encoding: gzip\r\n", "30"), 1)}}};
    const struct lwurl_request request = {.url = "http://h/", .method = "HEAD"};

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(t.got.body_n, 0);
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), 1);
    fetch_end(&t);
}

/* ------------------------------------------------------------ several hops */

#define CODED(status, fields)                                  \
    "HTTP/1.1 " status "\r\nContent-Encoding: gzip\r\n" fields \
    "Content-Length: 30\r\n\r\n" GZIPPED
#define PLAINLY "HTTP/1.1 200 O\r\nContent-Length: 3\r\n\r\nabc"

/* All over one connection: a coded body is dropped for what it is. */
static void over_hops(void **state)
{
    const struct fake_peer peer = {
        .says = {
            {SAY(CODED("302 F", "Location: /next\r\n"), 1)},
            {SAY(CODED("401 U", "WWW-Authenticate: Basic realm=x\r\n"), 2)},
            {SAY(CODED("200 O", ""), 3)},
            {SAY(PLAINLY, 4)},
            {SAY(CODED("200 O", ""), 5)}}};
    struct lwurl_request request = {
        .url = "http://h/", .user = "u", .password = "p"};

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, PLAIN);
    fetch_run(&t, &request);
    assert_string_equal(t.got.body, "abc");
    assert_int_equal(t.got.length, 3);
    fetch_run(&t, &request);
    assert_string_equal(t.got.body, PLAIN);
    assert_int_equal(fake.conns_n, 1);
    fetch_end(&t);
}

/* What concerned a response of http says nothing of another scheme's. */
static void other_scheme_next(void **state)
{
    const struct fake_peer peer = {.says = {{SAY(CODED("200 O", ""), 1)}}};
    const struct lwurl_request http = {.url = "http://h/"},
                               data = {.url = "data:,abc"};

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    fetch_run(&t, &http);
    assert_string_equal(t.got.body, PLAIN);
    fetch_run(&t, &data);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "abc");
    fetch_end(&t);
}

/* A handler behind it that asks for a password judges the response twice: the
   body is decoded once, whoever is asked. */
static void judged_twice(void **state)
{
    static const struct lwurl_handler lines[] = {
        LWURL_GZIP(&gzip), LWURL_BASIC(&basic), LWURL_HTTP};
    const struct fake_peer peer = {
        .says = {
            {SAY(CODED("401 U", "WWW-Authenticate: Basic realm=x\r\n"), 1)},
            {SAY(CODED("200 O", ""), 2)}}};
    const struct lwurl_request request = {.url = "http://h/",
                                          .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    for (int known = 0; known < 2; known++) {
        begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
        t.opener.handlers = lines;
        t.opener.handlers_n = 3;
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_CREDENTIALS),
                         LWURL_TURN_CREDENTIALS);
        assert_int_equal(lwurl_credentials(&t.u, known ? "u" : NULL, "p"),
                         LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE),
                         LWURL_TURN_DONE);
        assert_int_equal(lwurl_status(&t.u), known ? 200 : 401);
        assert_string_equal(t.got.body, PLAIN);
        assert_int_equal(fake.conns_n, 1);
        fetch_end(&t);
    }
}

/* A scheme of the application's that names a coding is taken as it is: what
   that means is http's to say. */
static int own_open(struct lwurl *u)
{
    lwurl_source_begin(u, 3);
    return LWURL_OK;
}

static int own_step(struct lwurl *u)
{
    struct lwurl_field f = {.name = {TEXT("Content-Encoding")},
                            .value = {TEXT("gzip")},
                            .first = true,
                            .last = true};

    if (u->phase == LWURL_PHASE_BODY) {
        u->phase = u->in_left > 0 ? LWURL_PHASE_BODY : LWURL_PHASE_DONE;
        return u->in_left > 0 ? LWURL_TURN_BODY : LWURL_TURN_DONE;
    }
    u->phase = LWURL_PHASE_BODY;
    return lwurl_deliver_field(u, &f) < 0 ? u->err : LWURL_TURN_RESPONSE;
}

static int own_take(struct lwurl *u, void *dst, size_t n)
{
    assert_true(n >= 3);
    memcpy(dst, "raw", 3);
    u->in_left = 0;
    return 3;
}

static void own_close(struct lwurl *u, bool keep)
{
    (void)u;
    (void)keep;
}

static void scheme_that_is_not_http(void **state)
{
    static const struct lwurl_source_ops source = {.open = own_open,
                                                   .step = own_step,
                                                   .take = own_take,
                                                   .close = own_close};
    static const struct lwurl_handler_ops own = {.scheme = "own",
                                                 .source = &source};
    static const struct lwurl_handler lines[] = {LWURL_GZIP(&gzip),
                                                 {&own, NULL}};
    const struct lwurl_request request = {.url = "own:x"};

    (void)state;
    begin(NULL, 0, LWURL_GZIP_WINDOW_ANY);
    t.opener.handlers = lines;
    t.opener.handlers_n = 2;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "raw");
    fetch_end(&t);
}

/* Closed after n decoded bytes: a short rest is read and dropped, and the
   connection serves again. */
static void closed_early(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {{SAY(CODED("200 O", ""), 1)}, {SAY(PLAINLY, 2)}}}};
    const struct lwurl_request request = {.url = "http://h/"};
    char piece[32];

    (void)state;
    for (size_t n = 0; n <= sizeof PLAIN - 1; n++) {
        begin(peers, 1, LWURL_GZIP_WINDOW_ANY);
        assert_int_equal(
            lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n), LWURL_OK);
        assert_int_equal(lwurl_read(&t.u, piece, n), n);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), 1);
        fetch_run(&t, &request);
        assert_string_equal(t.got.body, "abc");
        fetch_end(&t);
    }
}

/* Every call of the port fails once; the error is that of the port. */
static void port_fails(void **state)
{
    const struct fake_peer one = {.says = {{SAY(CODED("200 O", ""), 1)}},
                                  .piece = 7};
    const struct fake_peer peers[] = {one, one, one};
    const struct lwurl_request request = {.url = "http://h/"};
    unsigned failed = 0;

    (void)state;
    for (unsigned at = 1; at < 40; at++) {
        begin(peers, 3, LWURL_GZIP_WINDOW_ANY);
        fake.fail_at = at;
        fake.fail_with = LWURL_ERR_STACK;
        fetch_run(&t, &request);
        if (t.got.err != LWURL_OK) {
            assert_int_equal(t.got.err, LWURL_ERR_STACK);
            failed++;
        }
        fetch_end(&t);
    }
    assert_true(failed > 15);
}

/* ----------------------------------------------------------- coded in parts */

static struct fake_slot slot;
static struct lwurl_parts parts;
static struct lwurl_handler_ops parts_ops; /* over another filter */
static char tag[16], answers[3][256];

static int try_again(struct lwurl *u, void *state)
{
    (void)state;
    return u->status == 401 ? LWURL_RETRY : LWURL_DELIVER;
}

static const struct lwurl_handler_ops answering = {.response = try_again};
static const struct lwurl_handler in_parts[] = {
    {&answering, NULL}, LWURL_GZIP(&gzip), {&parts_ops, &slot}};

/* Ten of the thirty coded bytes, from `at`. */
static struct fake_say part(unsigned heads, int at)
{
    char *p = answers[heads - 1];
    int n = snprintf(p, sizeof answers[0],
                     "HTTP/1.1 206 P\r\nContent-Length: 10\r\n"
                     "Content-Encoding: gzip\r\nETag: \"v1\"\r\n"
                     "Content-Range: bytes %d-%d/30\r\n\r\n",
                     at, at + 9);

    memcpy(p + n, &GZIPPED[at], 10);
    return (struct fake_say){.p = p, .n = (size_t)n + 10, .heads = heads};
}

static void run_in_parts(struct fake_peer *peer)
{
    static const struct lwurl_request request = {.url = "https://h/"};

    begin(peer, 1, LWURL_GZIP_WINDOW_ANY);
    peer->says[0] = (struct fake_say){SAY(FAKE_HO, 0)};
    slot = (struct fake_slot){.parts = &parts, .parts_max = 400};
    parts = (struct lwurl_parts){.room = tag, .room_n = sizeof tag};
    parts_ops = lwurl_https_parts_ops;
    parts_ops.filter = &fake_filter;
    t.opener.handlers = in_parts;
    t.opener.handlers_n = sizeof in_parts / sizeof in_parts[0];
    fetch_run(&t, &request);
}

static void coded_in_parts(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 40; piece++) {
        struct fake_peer peer = {
            .says = {[1] = part(1, 0), [2] = part(2, 10), [3] = part(3, 20)},
            .piece = piece};
        run_in_parts(&peer);
        assert_string_equal(t.got.body, PLAIN);
        assert_int_equal(t.got.status, 200);
        assert_true(t.got.length == UINT64_MAX);
        fetch_end(&t);
    }
}

/* A 401 amid the body is no end of it, and nothing undecoded comes behind. */
static void refused_amid_parts(void **state)
{
    struct fake_peer peer = {
        .says = {[1] = part(1, 0),
                 [2] = {SAY("HTTP/1.1 401 U\r\nContent-Length: 0\r\n\r\n", 2)},
                 [3] = part(3, 10)}};

    (void)state;
    run_in_parts(&peer);
    assert_int_equal(t.got.err, LWURL_ERR_RANGE);
    assert_int_equal(t.got.detail, 401);
    assert_memory_equal(t.got.body, PLAIN, t.got.body_n);
    fetch_end(&t);
}

/* ------------------------------------------------------------------ windows */

static void least_window(void **state)
{
    const struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    for (size_t n = 0; n < LWURL_GZIP_WINDOW_MIN; n += 51) {
        begin(NULL, 0, n);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_ERR_ROOM);
        assert_int_equal(t.got.detail, LWURL_GZIP_WINDOW_MIN);
        fetch_end(&t);
    }
}

/* Reads a record into its own window. */
static int into_window(const struct record *r, size_t piece, size_t *n)
{
    static struct fake_peer peer; /* both live until fetch_end() */
    static const struct lwurl_request request = {.url = "http://h/"};

    peer = (struct fake_peer){
        .says = {{.p = response, .n = response_n, .heads = 1}}, .piece = piece};
    begin(&peer, 1, r->window);
    int err = lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n);
    assert_int_equal(err, LWURL_OK);
    return lwurl_read_all(&t.u, gzip.window, gzip.window_n, n);
}

static void window_is_body(void **state)
{
    unsigned fitting = 0;
    size_t n;

    (void)state;
    while (next_record()) {
        struct record *r = &record;
        bool fits =
            r->plain_n <= r->window && (r->window & (r->window - 1)) == 0;
        if (strcmp(r->error, "ok") != 0 || r->coded_n > 4000 || !fits)
            continue;
        for (size_t piece = 0; piece < 500; piece = 3 * piece + 1) {
            make_response(r, LENGTH, 0);
            assert_int_equal(into_window(r, piece, &n), LWURL_OK);
            assert_int_equal(n, r->plain_n);
            assert_memory_equal(gzip.window, r->plain, n);
            fetch_end(&t);
        }
        fitting++;
    }
    assert_true(fitting > 60);
}

/* The memory of a sink is the window: both write the same bytes there. */
static void sink_is_window(void **state)
{
    static struct lwurl_memory memory;
    static const struct lwurl_sink sink = LWURL_MEMORY_SINK(&memory);
    const struct lwurl_request request = {.url = "http://h/"};
    const struct lwurl_retrieval what = {.request = &request, .sink = &sink};
    static unsigned char work[1024];
    unsigned fitting = 0;

    (void)state;
    while (next_record()) {
        struct record *r = &record;
        struct lwurl_retrieve retrieve = {.phase = 0};
        struct fake_peer peer = {.piece = 100};
        if (strcmp(r->error, "ok") != 0 || r->plain_n > r->window ||
            (r->window & (r->window - 1)) != 0)
            continue;
        make_response(r, LENGTH, 0);
        peer.says[0] =
            (struct fake_say){.p = response, .n = response_n, .heads = 1};
        begin(&peer, 1, r->window);
        memory = (struct lwurl_memory){.p = gzip.window, .max = r->window};
        assert_int_equal(
            lwurl_retrieve(&retrieve, &t.opener, &what, work, sizeof work),
            LWURL_OK);
        assert_memory_equal(gzip.window, r->plain, r->plain_n);
        lwurl_end(&retrieve.u);
        fake_end(&fake);
        fitting++;
    }
    assert_true(fitting > 60);
}

/* A body that is longer than its window is an error, and nothing behind the
   window is touched: it is guarded. */
static void window_is_too_short(void **state)
{
    unsigned found = 0;
    size_t n;

    (void)state;
    while (next_record()) {
        struct record *r = &record;
        if (strcmp(r->error, "ok") != 0 || r->plain_n <= 256)
            continue;
        r->window = 256;
        make_response(r, LENGTH, 0);
        assert_int_equal(into_window(r, 0, &n), LWURL_ERR_ROOM);
        fetch_end(&t);
        found++;
    }
    assert_true(found > 80);
}

/* -------------------------------------------------------------------- bombs */

/* The most that deflate can make of its bytes costs no more takes than the
   bytes that are taken. */
static void bomb_without_cap(void **state)
{
    const struct lwurl_request request = {.url = "http://h/"};
    static char piece[4096];
    unsigned takes = 0;
    int n;

    (void)state;
    while (next_record() && strcmp(record.name, "bomb") != 0)
        ;
    make_response(&record, LENGTH, 0);
    struct fake_peer peer = {
        .says = {{.p = response, .n = response_n, .heads = 1}}};
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    while ((n = lwurl_read(&t.u, piece, sizeof piece)) > 0)
        takes++;
    assert_int_equal(n, 0);
    assert_int_equal(lwurl_received(&t.u), 5000000);
    assert_true(takes < 5000000 / sizeof piece + response_n / 256 + 2);
    fetch_end(&t);
}

/* A cap of more bytes than the detail of an error can say. */
static void cap_beyond_the_detail(void **state)
{
    const struct fake_peer peer = {.says = {{SAY(CODED("200 O", ""), 1)}}};
    const struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    gzip.max = 3000000000;
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_BODY), LWURL_TURN_BODY);
    gzip.out_n = gzip.max - 2; /* as if it had been so long */
    assert_int_equal(fetch_until(&t, 0), LWURL_ERR_EXPANSION);
    assert_int_equal(t.u.detail, INT32_MAX);
    assert_int_equal(t.got.body_n, 2);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- memory */

/* What zlib is lent: its state and the window, to the byte, and nothing of
   another size; and it may give them back. */
static void lent_memory(void **state)
{
    const struct fake_peer peer = {.says = {{SAY(CODED("200 O", ""), 1)}}};
    const struct lwurl_request request = {.url = "http://h/"};
    z_stream *z = (z_stream *)(void *)inflater.zlib.bytes;
    unsigned char *behind = inflater.zlib.bytes + sizeof *z;
    unsigned state_n = sizeof inflater.zlib.bytes - sizeof *z;

    (void)state;
    begin(&peer, 1, LWURL_GZIP_WINDOW_ANY);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_ptr_equal(z->zalloc(z->opaque, 1, state_n), behind);
    assert_null(z->zalloc(z->opaque, 1, state_n + 1));
    assert_ptr_equal(z->zalloc(z->opaque, LWURL_GZIP_WINDOW_ANY, 1),
                     gzip.window);
    assert_null(z->zalloc(z->opaque, LWURL_GZIP_WINDOW_ANY + 1, 1));
    assert_null(z->zalloc(z->opaque, LWURL_GZIP_WINDOW_ANY, 2));
    assert_int_equal(inflateEnd(z), Z_OK);
    fetch_end(&t);
}

#define RECORDED(f) \
    cmocka_unit_test_setup_teardown(f, open_records, close_records)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORDED(every_record),
        RECORDED(every_flip),
        cmocka_unit_test(names_of_codings),
        cmocka_unit_test(asks),
        cmocka_unit_test(asks_for_a_part),
        cmocka_unit_test(without_handler),
        cmocka_unit_test(head),
        cmocka_unit_test(over_hops),
        cmocka_unit_test(other_scheme_next),
        cmocka_unit_test(judged_twice),
        cmocka_unit_test(scheme_that_is_not_http),
        cmocka_unit_test(closed_early),
        cmocka_unit_test(port_fails),
        cmocka_unit_test(coded_in_parts),
        cmocka_unit_test(refused_amid_parts),
        cmocka_unit_test(least_window),
        RECORDED(window_is_body),
        RECORDED(sink_is_window),
        RECORDED(window_is_too_short),
        RECORDED(bomb_without_cap),
        cmocka_unit_test(cap_beyond_the_detail),
        cmocka_unit_test(lent_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
