/* SPDX-License-Identifier: MIT */
/* Bodies in parts: core/schemes/https_parts.c, over a filter that is not TLS.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "fake_filter.h"
#include "fake_sink.h"
#include "http/state.h"
#include "lwurl_parts.h"
#include "lwurl_resume.h"
#include "lwurl_retrieve.h"
#include "vectors.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

#define MAX  400   /* content of a record that fits */
#define FULL 16413 /* bytes of a record buffer that takes all */

/* A part of "abcdefghijklmnopqrstuvwxy", with `more` fields. */
#define PART(n, range, more, body)                       \
    "HTTP/1.1 206 Partial Content\r\nContent-Length: " n \
    "\r\nContent-Range: bytes " range "\r\n" more "\r\n" body
#define TAG "ETag: \"v1\"\r\n"
#define ONE PART("10", "0-9/25", TAG, "abcdefghij")
#define TWO PART("10", "10-19/25", TAG, "klmnopqrst")
#define SIX PART("5", "20-24/25", TAG, "uvwxy")
#define ALL "abcdefghijklmnopqrstuvwxy"

#define STATUS(line, body) "HTTP/1.1 " line "\r\nContent-Length: 5\r\n\r\n" body
#define HO                 FAKE_HO

static struct fake fake;
static struct fetch t;
static struct fake_slot slot;
static char tag[32];
static struct lwurl_parts parts;
static struct lwurl_handler_ops ops; /* LWURL_HTTPS_PARTS, another filter */

/* Counts what a handler of the table gets to see, and may answer a 401. */
struct other {
    unsigned heads, fields, responses, ends;
    bool answers;
    bool ranges;  /* it asks for a part itself */
    bool forgets; /* behind the first head: the way there */
};

static struct other other;

static int other_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    struct other *o = state;

    (void)u;
    o->heads += f->name.n == 0 && f->first;
    o->fields += f->name.n > 0 && f->first;
    return LWURL_OK;
}

static void other_begin(struct lwurl *u, void *state)
{
    if (((struct other *)state)->ranges)
        u->flags |= F_RANGE;
}

static int other_route(struct lwurl *u, void *state, struct lwurl_route *out)
{
    const struct other *o = state;

    (void)u;
    (void)out;
    return o->forgets && o->heads > 0 ? LWURL_ERR_NETDOWN : 0;
}

static int other_response(struct lwurl *u, void *state)
{
    struct other *o = state;

    o->responses++;
    return u->status == 401 && o->answers ? LWURL_RETRY : LWURL_DELIVER;
}

static void other_end(struct lwurl *u, void *state)
{
    (void)u;
    ((struct other *)state)->ends++;
}

static const struct lwurl_handler_ops other_ops = {.begin = other_begin,
                                                   .route = other_route,
                                                   .field = other_field,
                                                   .response = other_response,
                                                   .end = other_end};

static struct lwurl_handler table[] = {{&other_ops, &other}, {&ops, &slot}};

static const struct lwurl_request get = {.url = "https://h/a"};

static void begin(const struct fake_peer *peers, size_t n)
{
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 160);
    slot = (struct fake_slot){.parts = &parts, .parts_max = MAX};
    memset(&parts, 0xa5, sizeof parts);
    parts.room = tag;
    parts.room_n = sizeof tag;
    memset(&other, 0, sizeof other);
    ops = lwurl_https_parts_ops;
    ops.filter = &fake_filter;
    t.opener.handlers = table;
    t.opener.handlers_n = N(table);
}

static void run(const struct lwurl_request *request, int err)
{
    fetch_run(&t, request);
    if (t.got.err != err)
        print_error("%s\n%s\n", error_name(t.got.err), heard(&fake, 0));
    assert_int_equal(t.got.err, err);
}

static void run_ok(const struct lwurl_request *request, const char *body)
{
    run(request, LWURL_OK);
    assert_string_equal(t.got.body, body);
}

/* Times that a text was sent on the n-th connection. */
static unsigned count(size_t n, const char *text)
{
    unsigned found = 0;

    for (const char *p = heard(&fake, n); (p = strstr(p, text)) != NULL; p++)
        found++;
    return found;
}

static const struct fake_peer three = {
    .says = {{SAY(HO, 0)},
             {SAY(ONE, 1)},
             {SAY(TWO, 2)},
             {SAY(SIX, 3)},
             {SAY(STATUS("200 OK", "after"), 4)}}};

static void expect_three(void)
{
    assert_int_equal(t.got.status, 200);
    assert_int_equal(t.got.length, 25);
    assert_int_equal(lwurl_length(&t.u), 25);
    assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
    assert_int_equal(other.heads, 1);
    assert_int_equal(other.fields, 3);
    assert_int_equal(other.responses, 1);
    assert_int_equal(other.ends, 1);
    assert_int_equal(fake.conns_n, 1);
    assert_int_equal(count(0, "\r\nRange: bytes="), 3);
    assert_int_equal(count(0, "\r\nIf-Range: \"v1\"\r\n"), 2);
    assert_int_equal(count(0, "Range: bytes=0-199\r\n"), 1);
    assert_int_equal(count(0, "Range: bytes=10-"), 1);
    assert_int_equal(count(0, "Range: bytes=20-"), 1);
}

static void three_parts(void **state)
{
    struct fake_peer peer = three;

    (void)state;
    for (size_t piece = 0; piece < 40; piece++) {
        peer.piece = piece;
        begin(&peer, 1);
        t.bite = piece % 7;
        run_ok(&get, ALL);
        expect_three();
        fetch_end(&t);
    }
}

static void cut_anywhere(void **state)
{
    struct fake_peer peer = three;

    (void)state;
    for (size_t split = 1; split < sizeof ONE TWO SIX; split++) {
        peer.split = split;
        begin(&peer, 1);
        run_ok(&get, ALL);
        expect_three();
        fetch_end(&t);
    }
}

static void kept_connection(void **state)
{
    static const struct lwurl_request post = {
        .url = "https://h/a", .body = "x", .body_n = 1};

    (void)state;
    begin(&three, 1);
    run_ok(&get, ALL);
    run_ok(&post, "after");
    assert_int_equal(fake.conns_n, 1);
    assert_int_equal(count(0, "\r\nRange: bytes="), 3);
    assert_int_equal(t.got.status, 200);
    assert_int_equal(t.got.length, 5);
    fetch_end(&t);
}

/* The application sees the fields of one response. */
static void fields_of_the_first(void **state)
{
    static const struct lwurl_request ask = {.url = "https://h/a",
                                             .flags = LWURL_ASK_FIELDS};
    (void)state;
    begin(&three, 1);
    run_ok(&ask, ALL);
    assert_string_equal(t.got.fields,
                        ": Partial Content\nContent-Length: 10\n"
                        "Content-Range: bytes 0-9/25\nETag: \"v1\"\n");
    fetch_end(&t);
}

static void blocking(void **state)
{
    char body[32];
    size_t n;

    (void)state;
    begin(&three, 1);
    assert_int_equal(lwurl_open(&t.u, &t.opener, &get, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_read(&t.u, body, 4), 4);
    assert_int_equal(lwurl_status(&t.u), 200);
    assert_int_equal(lwurl_read_all(&t.u, body, sizeof body, &n), LWURL_OK);
    assert_int_equal(n, 21);
    assert_memory_equal(body, &ALL[4], 21);
    fetch_end(&t);

    begin(&three, 1);
    assert_int_equal(lwurl_open(&t.u, &t.opener, &get, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_read_all(&t.u, body, 24, &n), LWURL_ERR_ROOM);
    struct lwurl_error e;
    lwurl_error(&t.u, &e);
    assert_int_equal(e.detail, 25);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- sizes */

/* What the n-th request asked for: bytes. */
static long asked(unsigned n)
{
    const char *p = heard(&fake, 0);
    long from, to;

    for (unsigned i = 0; i <= n; i++) {
        p = strstr(p, "Range: bytes=");
        assert_non_null(p);
        p += sizeof "Range: bytes=" - 1;
    }
    assert_int_equal(sscanf(p, "%ld-%ld", &from, &to), 2);
    return to - from + 1;
}

/* Head and part fit into a record, and fill most of it. */
static void sizes(void **state)
{
    static const uint32_t maxima[] = {300, 808, 1023, 1024, 4392, 16383};
    long head = (long)strlen(ONE) - 10;

    (void)state;
    for (size_t i = 0; i < N(maxima); i++) {
        long max = (long)maxima[i];
        begin(&three, 1);
        slot.parts_max = maxima[i];
        run_ok(&get, ALL);
        assert_int_equal(asked(0), max < 1024 ? max - max / 2 : max - 512);
        assert_in_range(asked(1) + head, max - 80, max - 40);
        fetch_end(&t);
    }
    begin(&three, 1);
    slot.parts_max = (uint32_t)head; /* too small to be true */
    run_ok(&get, ALL);
    assert_int_equal(asked(1), 16);
    fetch_end(&t);
}

/* ---------------------------------------------------------------- not asked */

static void not_in_parts(void **state)
{
    static const struct lwurl_header range[] = {{"range", "bytes=1-2"}};
    static const struct lwurl_header if_range[] = {{"If-Range", "\"x\""}};
    static const struct lwurl_request requests[] = {
        {.url = "https://h/", .method = "HEAD"},
        {.url = "https://h/", .method = "PUT", .body = "x", .body_n = 1},
        {.url = "https://h/", .method = "DELETE"},
        {.url = "https://h/", .method = "GET", .body = "x", .body_n = 1},
        {.url = "https://h/", .headers = if_range, .headers_n = 1},
        {.url = "https://h/", .headers = range, .headers_n = 1},
    };
    static const struct fake_peer whole = {
        .says = {{SAY(HO, 0)}, {SAY(STATUS("200 OK", "hello"), 1)}}};
    (void)state;
    for (size_t i = 0; i < N(requests); i++) {
        begin(&whole, 1);
        run(&requests[i], LWURL_OK);
        assert_int_equal(count(0, "Range: bytes="), 0);
        assert_int_equal(count(0, "range: bytes=1-2"), i == N(requests) - 1);
        fetch_end(&t);
    }
    begin(&whole, 1); /* the peer keeps its records small */
    slot.parts_max = 0;
    run_ok(&get, "hello");
    assert_int_equal(count(0, "ange"), 0);
    fetch_end(&t);
    begin(&whole, 1);
    other.ranges = true;
    run_ok(&get, "hello");
    assert_int_equal(count(0, "ange"), 0);
    fetch_end(&t);
    begin(&whole, 1);
    slot.parts = NULL;
    run_ok(&get, "hello");
    assert_int_equal(count(0, "ange"), 0);
    fetch_end(&t);
}

/* A 206 that the application asked for stays one. */
static void range_of_the_callers(void **state)
{
    static const struct lwurl_header range[] = {{"Range", "bytes=0-9"}};
    static const struct lwurl_request own = {
        .url = "https://h/", .headers = range, .headers_n = 1};

    (void)state;
    begin(&three, 1);
    run_ok(&own, "abcdefghij");
    assert_int_equal(t.got.status, 206);
    assert_int_equal(t.got.length, 10);
    fetch_end(&t);
}

static void server_without_parts(void **state)
{
    static const struct {
        struct fake_peer peer;
        int err;
        const char *body;
        unsigned requests;
    } cases[] = {
        {{.says = {{SAY(HO, 0)}, {SAY(STATUS("200 OK", "whole"), 1)}}},
         LWURL_OK,
         "whole",
         1},
        {{.says = {{SAY(HO, 0)}, {SAY(STATUS("404 No", "where"), 1)}}},
         LWURL_ERR_STATUS,
         "where",
         1},
        {{.says = {{SAY(HO, 0)},
                   {SAY(STATUS("416 Empty", "is it"), 1)},
                   {SAY("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 2)}}},
         LWURL_OK,
         "",
         2},
        {{.says = {{SAY(HO, 0)},
                   {SAY(STATUS("416 No", "parts"), 1)},
                   {SAY(STATUS("416 No", "never"), 2)}}},
         LWURL_ERR_STATUS,
         "never",
         2},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        begin(&cases[i].peer, 1);
        run(&get, cases[i].err);
        assert_string_equal(t.got.body, cases[i].body);
        assert_int_equal(count(0, "GET "), cases[i].requests);
        assert_int_equal(count(0, "Range: "), 1);
        fetch_end(&t);
    }
}

/* -------------------------------------------------------------- validators */

#define OLD "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define NOW "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n"

/* First parts of 10 of 25 bytes: what becomes of the fetch. */
static const struct {
    struct fake_say first;
    int err;
    long detail;
    const char *sent; /* with the next request */
} validators[] = {
    {{SAY(PART("10", "0-9/25", "ETag: W/\"v1\"\r\n", ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "", ""), 1)}, LWURL_ERR_TLS_RECORD, FULL, NULL},
    {{SAY(PART("10", "0-9/25", "ETag:\r\n" OLD NOW, ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: v1\r\n", ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: \"\r\n", ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: \"v1\r\n", ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", OLD, ""), 1)}, LWURL_ERR_TLS_RECORD, FULL, NULL},
    {{SAY(PART("10", "0-9/25", OLD "Date: " X300 "\r\n", ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", NOW "Last-Modified: " X300 "\r\n", ""), 1)},
     LWURL_ERR_ROOM,
     300,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: \"" X300 "\"\r\n", ""), 1)},
     LWURL_ERR_ROOM,
     302,
     NULL},
    {{SAY(PART("10", "0-9/25", NOW OLD "ETag: W/\"1\"\r\n", ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: W/\"1\"\r\n" NOW OLD, ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", OLD "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
               ""),
          1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "Date: Sun, 06 Nov 1994 08:49:36 GMT\r\n" OLD,
               ""),
          1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "Last-Modified: yesterday\r\n" NOW, ""), 1)},
     LWURL_ERR_TLS_RECORD,
     FULL,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: \"123456789012345678901234567890!\"\r\n",
               ""),
          1)},
     LWURL_ERR_ROOM,
     33,
     NULL},
    {{SAY(PART("10", "0-9/25", "ETag: \"123456789012345678901234567890\"\r\n",
               "abcdefghij"),
          1)},
     LWURL_OK,
     0,
     "If-Range: \"123456789012345678901234567890\"\r\n"},
    {{SAY(PART("10", "0-9/25", OLD NOW, "abcdefghij"), 1)},
     LWURL_OK,
     0,
     "If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"},
    {{SAY(PART("10", "0-9/25", NOW OLD TAG, "abcdefghij"), 1)},
     LWURL_OK,
     0,
     "If-Range: \"v1\"\r\n"},
    {{SAY(PART("10", "0-9/25", TAG NOW OLD, "abcdefghij"), 1)},
     LWURL_OK,
     0,
     "If-Range: \"v1\"\r\n"},
    {{SAY(PART("10", "0-9/25", "ETag: \"\"\r\n", "abcdefghij"), 1)},
     LWURL_OK,
     0,
     "If-Range: \"\"\r\n"},
};

static void kinds_of_validators(void **state)
{
    (void)state;
    for (size_t n = 0; n < N(validators); n++) {
        struct fake_peer peer = {.says = {{SAY(HO, 0)}, validators[n].first}};
        struct lwurl_error e;
        begin(&peer, 1);
        assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
        (void)fetch_until(&t, 1u << LWURL_TURN_RESPONSE);
        lwurl_error(&t.u, &e);
        assert_int_equal(e.code, validators[n].err);
        assert_int_equal(e.detail, validators[n].detail);
        for (int i = 0; e.code == LWURL_OK && i < 9; i++)
            (void)fetch_until(&t, 1u << LWURL_TURN_WAIT);
        if (e.code == LWURL_OK)
            assert_int_equal(count(0, validators[n].sent), 1);
        fetch_end(&t);
    }
}

#define LONG_TAG(end) "ETag: \"" X300 end "\"\r\n"

/* One that comes in pieces, as all of its field, counts to the byte: when it
   is told, when it is compared, and for the size of the next part. */
static void long_validator(void **state)
{
    static char room[320];
    static const struct fake_peer same = {
        .says = {{SAY(HO, 0)},
                 {SAY(PART("10", "0-9/25", LONG_TAG("1"), "abcdefghij"), 1)},
                 {SAY(PART("10", "10-19/25", LONG_TAG("1"), "klmnopqrst"), 2)},
                 {SAY(PART("5", "20-24/25", LONG_TAG("1"), "uvwxy"), 3)}}};
    static const struct fake_peer changed = {
        .says = {
            {SAY(HO, 0)},
            {SAY(PART("10", "0-9/25", LONG_TAG("1"), "abcdefghij"), 1)},
            {SAY(PART("10", "10-19/25", LONG_TAG("2"), "klmnopqrst"), 2)}}};
    long head = (long)same.says[1].n - 10;

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(i == 0 ? &same : &changed, 1);
        parts.room = room;
        parts.room_n = sizeof room;
        slot.parts_max = 1000;
        run(&get, i == 0 ? LWURL_OK : LWURL_ERR_RANGE);
        assert_memory_equal(t.got.body, ALL, i == 0 ? 25 : 10);
        assert_int_equal(count(0, "If-Range: \"" X300 "1\"\r\n"), 2 - i);
        assert_in_range(asked(1) + head, 1000 - 80, 1000 - 40);
        fetch_end(&t);
    }
}

/* Where one part is all, nothing has to be the same. */
static void all_in_one(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(HO, 0)}, {SAY(PART("5", "0-4/5", "", "hello"), 1)}}};
    static const struct fake_peer chunked = {
        .says = {{SAY(HO, 0)},
                 {SAY("HTTP/1.1 206 P\r\nTransfer-Encoding: chunked\r\n"
                      "Content-Range: bytes 0-4/5\r\n\r\n"
                      "2\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n",
                      1)}}};
    (void)state;
    begin(&peer, 1);
    run_ok(&get, "hello");
    assert_int_equal(t.got.length, 5);
    fetch_end(&t);
    begin(&chunked, 1);
    run_ok(&get, "hello");
    assert_int_equal(t.got.length, 5);
    fetch_end(&t);
}

static void dates(void **state)
{
    static const struct fake_peer same = {
        .says = {{SAY(HO, 0)},
                 {SAY(PART("10", "0-9/25", OLD NOW, "abcdefghij"), 1)},
                 {SAY(PART("10", "10-19/25", "", "klmnopqrst"), 2)},
                 {SAY(PART("5", "20-24/25", OLD, "uvwxy"), 3)}}};
    static const struct fake_peer newer = {
        .says = {{SAY(HO, 0)},
                 {SAY(PART("10", "0-9/25", OLD NOW, "abcdefghij"), 1)},
                 {SAY(PART("10", "10-19/25",
                           "Last-Modified: Sun, 06 Nov 1994 08:49:39 GMT\r\n",
                           "klmnopqrst"),
                      2)}}};
    (void)state;
    begin(&same, 1);
    run_ok(&get, ALL);
    fetch_end(&t);
    begin(&newer, 1);
    run(&get, LWURL_ERR_RANGE);
    fetch_end(&t);
}

/* ------------------------------------------------------------ contradictions
 */

/* Answers to the first request that no part can be. */
static const struct fake_say bad_first[] = {
    {SAY("HTTP/1.1 206 P\r\nContent-Length: 25\r\n" TAG "\r\n" ALL, 1)},
    {SAY(PART("10", "1-10/25", TAG, ""), 1)},
    {SAY(PART("9", "0-9/25", TAG, ""), 1)},
    {SAY(PART("11", "0-9/25", TAG, ""), 1)},
    {SAY(PART("25", "0-24/24", TAG, ""), 1)},
    {SAY(PART("10", "0-9/*", TAG, ""), 1)},
    {SAY(PART("10", "*/25", TAG, ""), 1)},
    {SAY(PART("10", "0-/25", TAG, ""), 1)},
    {SAY(PART("10", "0-9", TAG, ""), 1)},
    {SAY(PART("10", "0-9/", TAG, ""), 1)},
    {SAY(PART("10", "0-9/25/1", TAG, ""), 1)},
    {SAY(PART("10", "0--9/25", TAG, ""), 1)},
    {SAY(PART("10", "0-18446744073709551616/25", TAG, ""), 1)},
    {SAY(PART("10", "0-9/18446744073709551616", TAG, ""), 1)},
    {SAY(PART("201", "0-200/300", TAG, ""), 1)},
    {SAY(PART("10", "0-9/25" X300, TAG, ""), 1)},
    {SAY(PART("10", "0-9/25\r\nContent-Range: bytes 0-9/25", TAG, ""), 1)},
    {SAY("HTTP/1.1 206 P\r\nContent-Length: 10\r\n"
         "Content-Range: lines 0-9/25\r\n" TAG "\r\n",
         1)},
    {SAY("HTTP/1.1 206 P\r\nContent-Length: 10\r\nContent-Range:\r\n" TAG
         "\r\n",
         1)},
};

/* And to the second. */
static const struct fake_say bad_second[] = {
    {SAY(ONE, 2)},
    {SAY(SIX, 2)},
    {SAY(PART("10", "10-19/26", TAG, ""), 2)},
    {SAY(PART("10", "10-19/25", "", ""), 2)},
    {SAY(PART("10", "10-19/25", "ETag: \"v2\"\r\n", ""), 2)},
    {SAY(PART("10", "10-19/25", "ETag: \"v11\"\r\n", ""), 2)},
    {SAY(PART("10", "10-19/25", "ETag: \"v\"\r\n", ""), 2)},
    {SAY(PART("10", "10-19/25", "ETag: W/\"v1\"\r\n", ""), 2)},
    {SAY(PART("10", "10-19/25", "ETag:\r\n", ""), 2)},
    {SAY(PART("10", "10-19/25", OLD, ""), 2)},
    {SAY("HTTP/1.1 206 P\r\nContent-Length: 10\r\n" TAG "\r\nklmnopqrst", 2)},
    {SAY("HTTP/1.1 206 P\r\nTransfer-Encoding: chunked\r\n"
         "Content-Range: bytes 10-19/25\r\n" TAG "\r\n"
         "9\r\nklmnopqrs\r\n0\r\n\r\n",
         2)},
    {SAY("HTTP/1.1 206 P\r\nTransfer-Encoding: chunked\r\n"
         "Content-Range: bytes 10-19/25\r\n" TAG "\r\n"
         "b\r\nklmnopqrstu\r\n0\r\n\r\n",
         2)},
    {SAY(STATUS("200 OK", "other"), 2)},
    {SAY(STATUS("302 Over there", "other"), 2)},
    {SAY(STATUS("404 Gone", "other"), 2)},
    {SAY(STATUS("401 Who", "other"), 2)},
    {SAY(STATUS("416 Shorter", "other"), 2)},
    {SAY(STATUS("503 Later", "other"), 2)},
};

static void contradictions(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(bad_first); i++) {
        struct fake_peer peer = {.says = {{SAY(HO, 0)}, bad_first[i]}};
        begin(&peer, 1);
        run(&get, LWURL_ERR_RANGE);
        assert_int_equal(t.got.body_n, 0);
        assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 0);
        fetch_end(&t);
    }
    for (size_t i = 0; i < N(bad_second); i++) {
        struct fake_peer peer = {
            .says = {{SAY(HO, 0)}, {SAY(ONE, 1)}, bad_second[i]}};
        begin(&peer, 1);
        run(&get, LWURL_ERR_RANGE);
        assert_int_equal(t.got.status, 200);
        assert_true(t.got.body_n <= 20);
        assert_memory_equal(t.got.body, ALL, t.got.body_n);
        assert_int_equal(other.ends, 0);
        fetch_end(&t);
    }
}

static void error_can_pass(void **state)
{
    static const struct fake_peer peer = {
        .says = {
            {SAY(HO, 0)}, {SAY(ONE, 1)}, {SAY(STATUS("404 Gone", "x"), 2)}}};
    struct lwurl_error e;

    (void)state;
    begin(&peer, 1);
    run(&get, LWURL_ERR_RANGE);
    lwurl_error(&t.u, &e);
    assert_true(e.retry);
    assert_int_equal(e.detail, 404);
    assert_int_equal(e.bytes, 10);
    fetch_end(&t);
}

/* ------------------------------------------------------------- connections */

/* Servers that close after each part, with and without a word. */
static void one_connection_each(void **state)
{
#define LAST "Connection: close\r\n" TAG
    static const struct fake_peer says[] = {
        {.says = {{SAY(HO, 0)},
                  {SAY(PART("10", "0-9/25", LAST, "abcdefghij"), 1)}}},
        {.says = {{SAY(HO, 0)},
                  {SAY(PART("10", "10-19/25", LAST, "klmnopqrst"), 1)}}},
        {.says = {{SAY(HO, 0)}, {SAY(SIX, 1)}}},
    };
    static const struct fake_peer silent[] = {
        {.says = {{SAY(HO, 0)}, {SAY(ONE, 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 1},
        {.says = {{SAY(HO, 0)}, {SAY(TWO, 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 2}, /* not before it has read the next request */
        {.says = {{SAY(HO, 0)}, {SAY(SIX, 1)}}},
    };
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(i == 0 ? says : silent, 3);
        run_ok(&get, ALL);
        assert_int_equal(fake.conns_n, 3);
        assert_int_equal(t.got.length, 25);
        fetch_end(&t);
    }
}

/* The next connection's peer may keep its records small. */
static void goes_on_in_parts(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(HO, 0)}, {SAY(ONE, 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 1},
        {.says = {{SAY(HO, 0)}, {SAY(TWO, 1)}, {SAY(SIX, 2)}}},
    };
    (void)state;
    begin(peers, 2);
    (void)fetch_begin(&t, &get);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_BODY), LWURL_TURN_BODY);
    slot.parts_max = 0;
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    assert_string_equal(t.got.body, ALL);
    fetch_end(&t);
}

/* A download that broke asks for the rest of it: no more than what fits a
   record, where those that do not are refused. */
static void download_goes_on(void **state)
{
#define WHOLE(body) "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n" TAG "\r\n" body
    static const struct fake_peer peers[][2] = {
        {{.says = {{SAY(HO, 0)},
                   {SAY(ONE, 1)},
                   {SAY(PART("10", "10-19/25", TAG, "klm"), 2)}},
          .end = LWURL_ERR_RESET,
          .end_heads = 2},
         {.says = {{SAY(HO, 0)},
                   {SAY(PART("7", "13-19/25", TAG, "nopqrst"), 1)},
                   {SAY(SIX, 2)}}}},
        {{.says = {{SAY(HO, 0)}, {SAY(WHOLE("abcdefghijklm"), 1)}},
          .end = LWURL_ERR_RESET,
          .end_heads = 1},
         {.says = {{SAY(HO, 0)},
                   {SAY(PART("12", "13-24/25", TAG, "nopqrstuvwxy"), 1)}}}},
    };
    static struct lwurl_filter_ops filter;
    static struct lwurl_resume resume;
    static struct lwurl_retrieve r;
    static struct fake_sink sink;
    static const struct lwurl_handler lines[] = {LWURL_RESUME(&resume),
                                                 {&ops, &slot}};
    const struct lwurl_retrieval what = {
        .request = &get, .sink = &sink.sink, .resume = &resume};
    char work[512];

    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        begin(peers[kind > 0], 2);
        if (kind == 1)
            slot.parts = NULL;
        if (kind == 2) { /* a filter that knows nothing of it */
            filter = fake_filter;
            filter.parts = NULL;
            ops = fake_https_ops;
            ops.filter = &filter;
        }
        fake_sink_begin(&sink, 0);
        resume = (struct lwurl_resume){.ops = &lwurl_resume_ops, .tries = 2};
        t.opener.handlers = lines;
        assert_int_equal(
            lwurl_retrieve(&r, &t.opener, &what, work, sizeof work), LWURL_OK);
        assert_true(sink.committed);
        assert_int_equal(sink.n, 25);
        assert_memory_equal(sink.bytes, ALL, 25);
        assert_int_equal(count(1, kind == 0 ? "Range: bytes=13-212\r\n"
                                            : "Range: bytes=13-\r\n"),
                         1);
        assert_int_equal(count(1, "If-Range: \"v1\"\r\n"), 1 + (kind == 0));
        lwurl_end(&r.u);
        fetch_end(&t);
    }
}

/* Every call of the port fails once; never is a part taken twice, or lost. */
static void calls_that_fail(void **state)
{
    static const struct fake_peer pair[] = {
        {.says = {{SAY(HO, 0)}, {SAY(ONE, 1)}, {SAY(TWO, 2)}, {SAY(SIX, 3)}}},
        {.says = {{SAY(HO, 0)}, {SAY(TWO, 1)}, {SAY(SIX, 2)}}},
    };
    unsigned good = 0;

    (void)state;
    for (unsigned call = 1; call < 200; call++) {
        begin(pair, 2);
        fake.fail_at = call;
        fake.fail_with = LWURL_ERR_RESET;
        fetch_run(&t, &get);
        good += t.got.err == LWURL_OK && fake.calls < call;
        if (t.got.err == LWURL_OK)
            assert_string_equal(t.got.body, ALL);
        assert_memory_equal(t.got.body, ALL, t.got.body_n);
        fetch_end(&t);
    }
    assert_true(good > 0); /* all of them were tried */
}

/* A record that is too large, once. */
static void smaller_once(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(HO, 0)}, {SAY("\1", 1)}}},
        {.says = {{SAY(HO, 0)}, {SAY(ONE, 1)}, {SAY("\1", 2)}}},
        {.says = {{SAY(HO, 0)}, {SAY(TWO, 1)}, {SAY(SIX, 2)}}},
    };
    (void)state;
    begin(peers, 3); /* head of 250 bytes */
    slot.large = 29 + 200 + 250;
    run(&get, LWURL_ERR_TLS_RECORD);
    assert_int_equal(t.got.detail, slot.large);
    assert_int_equal(fake.conns_n, 2);
    assert_non_null(strstr(heard(&fake, 1), "Range: bytes=0-85\r\n"));
    assert_string_equal(t.got.body, "abcdefghij");
    fetch_end(&t);

    begin(peers + 1, 2);
    slot.large = 29 + MAX + 1;
    run_ok(&get, ALL);
    assert_int_equal(fake.conns_n, 2);
    assert_non_null(strstr(heard(&fake, 1), "Range: bytes=10-"));
    fetch_end(&t);
}

/* All in one record: asking again would not help. */
static void too_large_at_all(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(HO, 0)}, {SAY("\1", 1)}}};
    static const int32_t larges[] = {16413, 29 + 200, 29 + 200 + 330};

    (void)state;
    for (size_t i = 0; i < N(larges); i++) {
        begin(&peer, 1);
        slot.large = larges[i];
        run(&get, LWURL_ERR_TLS_RECORD);
        assert_int_equal(t.got.detail, larges[i]);
        assert_int_equal(fake.conns_n, 1);
        fetch_end(&t);
    }
}

/* The same amid a body: it is another one now. */
static void another_body(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(HO, 0)}, {SAY(ONE, 1)}, {SAY("\1", 2)}}};
    (void)state;
    begin(&peer, 1);
    slot.large = FULL;
    run(&get, LWURL_ERR_RANGE);
    assert_int_equal(t.got.detail, FULL);
    assert_string_equal(t.got.body, "abcdefghij");
    assert_int_equal(fake.conns_n, 1);
    fetch_end(&t);
}

/* On a connection that served before, it is no dead connection. */
static void too_large_for_a_post(void **state)
{
    static const struct lwurl_request post = {
        .url = "https://h/a", .body = "x", .body_n = 1};
    static const struct fake_peer peer = {
        .says = {
            {SAY(HO, 0)}, {SAY(STATUS("200 OK", "first"), 1)}, {SAY("\1", 2)}}};
    (void)state;
    begin(&peer, 1);
    slot.large = 5000;
    run_ok(&post, "first");
    run(&post, LWURL_ERR_TLS_RECORD);
    assert_int_equal(t.got.detail, 5000);
    fetch_end(&t);
}

/* ---------------------------------------------------------- other handlers */

/* A nonce that went stale amid the body. */
static void answered_401(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(HO, 0)},
                 {SAY(STATUS("401 Who", "are u"), 1)},
                 {SAY(ONE, 2)},
                 {SAY(STATUS("401 Who", "are u"), 3)},
                 {SAY(TWO, 4)},
                 {SAY(SIX, 5)}}};
    (void)state;
    begin(&peer, 1);
    other.answers = true;
    run_ok(&get, ALL);
    assert_int_equal(count(0, "Range: bytes=0-"), 2);
    assert_int_equal(count(0, "Range: bytes=10-"), 2);
    assert_int_equal(other.responses, 3);
    assert_int_equal(other.heads, 3);
    assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
    fetch_end(&t);
}

/* The line in the table is for its own scheme only. */
static void beside_http(void **state)
{
    static const struct lwurl_request plain = {.url = "http://h/"};
    static const struct fake_peer peers[] = {
        {.says = {{SAY(PART("10", "0-9/25", TAG, "abcdefghij"), 1)}}},
        {.says = {{SAY(HO, 0)}, {SAY(ONE, 1)}, {SAY(TWO, 2)}, {SAY(SIX, 3)}}},
    };
    struct lwurl_handler both[] = {{&ops, &slot}, LWURL_HTTP};

    (void)state;
    begin(peers, 2);
    t.opener.handlers = both;
    run_ok(&plain, "abcdefghij");
    assert_int_equal(t.got.status, 206);
    assert_int_equal(count(0, "Range"), 0);
    run_ok(&get, ALL);
    fetch_end(&t);
}

/* A second line of its kind is not the one that serves. */
static void two_lines(void **state)
{
    static struct fake_slot idle;
    struct lwurl_handler lines[] = {table[0], table[1], {&ops, &idle}};

    (void)state;
    begin(&three, 1);
    idle = slot;
    t.opener.handlers = lines;
    t.opener.handlers_n = N(lines);
    run_ok(&get, ALL);
    expect_three();
    assert_int_equal(idle.starts, 0);
    fetch_end(&t);
}

/* Behind the first part nobody knows the way any more. */
static void way_lost(void **state)
{
    (void)state;
    begin(&three, 1);
    other.forgets = true;
    run(&get, LWURL_ERR_NETDOWN);
    assert_string_equal(t.got.body, "abcdefghij");
    assert_int_equal(t.got.status, 200);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- close */

static void closed_early(void **state)
{
    (void)state;
    for (unsigned bytes = 0; bytes < 25; bytes++) {
        char body[32];
        begin(&three, 1);
        assert_int_equal(lwurl_open(&t.u, &t.opener, &get, t.work, t.work_n),
                         LWURL_OK);
        for (unsigned i = 0; i < bytes; i++)
            assert_int_equal(lwurl_read(&t.u, body, 1), 1);
        lwurl_close(&t.u);
        assert_int_equal(other.ends, 0);
        /* what was asked for is here: kept, and nothing more is asked; behind
           a part the next one is on its way */
        assert_int_equal(count(0, "Range: bytes"),
                         bytes == 0 ? 1 : (bytes + 9) / 10);
        assert_int_equal(fake_open(&fake), bytes == 0 || bytes % 10 != 0);
        fetch_end(&t);
    }
}

/* Between two parts: nothing is here that could be dropped. */
static void closed_between(void **state)
{
    struct fake_peer peer = three;

    (void)state;
    peer.says[2].delay_ms = 1000;
    begin(&peer, 1);
    (void)fetch_begin(&t, &get);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_BODY), LWURL_TURN_BODY);
    for (int i = 0; i < 9 && count(0, "Range: bytes=10-") == 0; i++)
        (void)fetch_until(&t, 1u << LWURL_TURN_WAIT);
    char body[8];
    assert_int_equal(lwurl_take(&t.u, body, sizeof body), 0);
    assert_int_equal(lwurl_status(&t.u), 200);
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), 0);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_parts),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(kept_connection),
        cmocka_unit_test(fields_of_the_first),
        cmocka_unit_test(blocking),
        cmocka_unit_test(sizes),
        cmocka_unit_test(not_in_parts),
        cmocka_unit_test(range_of_the_callers),
        cmocka_unit_test(server_without_parts),
        cmocka_unit_test(kinds_of_validators),
        cmocka_unit_test(long_validator),
        cmocka_unit_test(all_in_one),
        cmocka_unit_test(dates),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(error_can_pass),
        cmocka_unit_test(one_connection_each),
        cmocka_unit_test(goes_on_in_parts),
        cmocka_unit_test(download_goes_on),
        cmocka_unit_test(calls_that_fail),
        cmocka_unit_test(smaller_once),
        cmocka_unit_test(too_large_at_all),
        cmocka_unit_test(another_body),
        cmocka_unit_test(too_large_for_a_post),
        cmocka_unit_test(answered_401),
        cmocka_unit_test(beside_http),
        cmocka_unit_test(two_lines),
        cmocka_unit_test(way_lost),
        cmocka_unit_test(closed_early),
        cmocka_unit_test(closed_between),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
