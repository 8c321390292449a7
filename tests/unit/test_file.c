/* SPDX-License-Identifier: MIT */
/* file: URLs over a table and over files that misbehave, core/schemes/file.c,
   file_table.c. tests/integration/ftp compares real files with CPython. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_file.h"

#define FIELDS(type, length) \
    ": \nContent-type: " type "\nContent-length: " length "\n"
#define MODIFIED "Last-modified: Fri, 13 Feb 2009 23:31:30 GMT\n"

static const struct lwurl_table_file list[] = {
    {"/a.txt", "hello", 5, 1234567890},
    {"/www/index.html", "<p>", 3, LWURL_FILE_NO_TIME},
    {"/www/deep/x", "", 0, LWURL_FILE_NO_TIME},
    {"/a b?c#d%.json", "{}", 2, LWURL_FILE_NO_TIME},
    {"/nul", "a\0b", 3, 253402300800},
    {"/wwwx", "!", 1, LWURL_FILE_NO_TIME},
    {"//double.gz", "2", 1, LWURL_FILE_NO_TIME},
};
static const struct lwurl_file_table table = {list,
                                              sizeof list / sizeof list[0]};
static const struct lwurl_files table_files = LWURL_FILE_TABLE(&table);

/* A file that can be read wrongly, and a count of what is open. */
struct odd {
    uint64_t size, really;
    size_t piece; /* most bytes of one read; 0: any */
    size_t most;  /* that one read was asked for */
    int fails_at; /* the read that fails, from 1; 0: none */
    int reads, opened, closed;
    char path[256];
};

static int odd_open(void *ctx, struct lwurl_str path,
                    struct lwurl_file_info *info)
{
    struct odd *me = ctx;

    assert_int_equal(info->size + (uint64_t)info->mtime, 0);
    assert_true(path.n < sizeof me->path);
    memcpy(me->path, path.p, path.n);
    me->path[path.n] = '\0';
    info->size = me->size;
    info->detail = 13;
    if (strcmp(me->path, "/missing") == 0)
        return LWURL_ERR_FILE;
    me->opened++;
    return 7;
}

static int odd_read(void *ctx, int file, uint64_t offset, void *dst, size_t n)
{
    struct odd *me = ctx;

    assert_int_equal(file, 7);
    assert_true(n > 0);
    me->most = n > me->most ? n : me->most;
    assert_int_equal(me->opened - me->closed, 1);
    if (++me->reads == me->fails_at)
        return LWURL_ERR_FILE;
    if (offset >= me->really)
        return 0;
    if (n > me->really - offset)
        n = (size_t)(me->really - offset);
    if (me->piece != 0 && n > me->piece)
        n = me->piece;
    for (size_t i = 0; i < n; i++)
        ((char *)dst)[i] = (char)('a' + (offset + i) % 26);
    return (int)n;
}

static void odd_close(void *ctx, int file)
{
    assert_int_equal(file, 7);
    ((struct odd *)ctx)->closed++;
}

static struct fake f;
static struct fetch t;
static struct odd odd;
static const struct lwurl_files odd_files = {&odd, odd_open, odd_read,
                                             odd_close};
static const struct lwurl_handler with_table[] = {LWURL_FILE(&table_files)};
static const struct lwurl_handler with_odd[] = {LWURL_FILE(&odd_files)};

static void begin(const struct lwurl_handler *handler, size_t work_n)
{
    fake_begin(&f, NULL, 0);
    fetch_init(&t, &f, work_n);
    t.opener.handlers = handler;
    t.opener.handlers_n = 1;
    memset(&odd, 0, sizeof odd);
}

static void run(const char *url, size_t bite, uint32_t flags)
{
    struct lwurl_request request = {.url = url, .flags = flags};

    begin(with_table, LWURL_WORK_MIN);
    t.bite = bite;
    fetch_run(&t, &request);
}

static void good_files(void **state)
{
    static const struct {
        const char *url, *fields, *body;
        size_t n;
    } good[] = {
        {"file:///a.txt", FIELDS("text/plain", "5") MODIFIED, TEXT("hello")},
        {"file:/a.txt", FIELDS("text/plain", "5") MODIFIED, TEXT("hello")},
        {"file://localhost/a.txt#x", FIELDS("text/plain", "5") MODIFIED,
         TEXT("hello")},
        {"FILE://LocalHost/%61%2Etxt", FIELDS("text/plain", "5") MODIFIED,
         TEXT("hello")},
        {"file:///www/index.html", FIELDS("text/html", "3"), TEXT("<p>")},
        {"file:///www/deep/x", FIELDS("text/plain", "0"), TEXT("")},
        {"file:///a%20b?c%23d%.json", FIELDS("application/json", "2"),
         TEXT("{}")},
        {"file:///nul", FIELDS("text/plain", "3"), TEXT("a\0b")},
        {"file:////double.gz", FIELDS("text/plain", "1"), TEXT("2")},
    };
    static const size_t bites[] = {0, 1, 2};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        for (size_t k = 0; k < 6; k++) {
            run(good[i].url, bites[k / 2], k % 2 != 0 ? LWURL_ASK_FIELDS : 0);
            assert_int_equal(t.got.err, LWURL_OK);
            assert_string_equal(t.got.fields, k % 2 != 0 ? good[i].fields : "");
            assert_int_equal(t.got.length, good[i].n);
            assert_int_equal(t.got.body_n, good[i].n);
            assert_memory_equal(t.got.body, good[i].body, good[i].n);
            assert_int_equal(t.got.status, 0);
            assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
            fetch_end(&t);
        }
}

static void refused(void **state)
{
    static const struct {
        const char *url;
        int err;
        long detail;
    } bad[] = {
        {"file:///b.txt", LWURL_ERR_FILE, 0},
        {"file:///A.txt", LWURL_ERR_FILE, 0},
        {"file:///a.txt/", LWURL_ERR_FILE, 0},
        {"file:///a.txt?", LWURL_ERR_FILE, 0},
        {"file:///ww", LWURL_ERR_FILE, 0},
        {"file:///www", LWURL_ERR_NOT_FILE, 0},
        {"file:///www/", LWURL_ERR_NOT_FILE, 0},
        {"file:///www/deep", LWURL_ERR_NOT_FILE, 0},
        {"file:///", LWURL_ERR_NOT_FILE, 0},
        {"file://host/a.txt", LWURL_ERR_NOT_LOCAL, 0},
        {"file://localhost:80/a.txt", LWURL_ERR_NOT_LOCAL, 0},
        {"file://me@localhost/a.txt", LWURL_ERR_NOT_LOCAL, 0},
        {"file://a.txt", LWURL_ERR_NOT_LOCAL, 0},
        {"file://h?/a.txt", LWURL_ERR_NOT_LOCAL, 0},
        {"file:a.txt", LWURL_ERR_URL, 5},
        {"file:", LWURL_ERR_URL, 5},
        {"file://", LWURL_ERR_URL, 7},
        {"file://localhost", LWURL_ERR_URL, 16},
        {"file://localhost?/a.txt", LWURL_ERR_URL, 16},
        {"file:///a%00.txt", LWURL_ERR_URL, 9},
        {"file:///%00%00", LWURL_ERR_URL, 8},
        {"file:///a b", LWURL_ERR_URL, 9},
        {"file:///a\r\n", LWURL_ERR_URL, 9},
        {"file:///\xc3\xa4", LWURL_ERR_URL, 8},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        run(bad[i].url, 0, LWURL_ASK_FIELDS);
        if (t.got.err != bad[i].err)
            fail_msg("%s: %d", bad[i].url, t.got.err);
        assert_int_equal(t.got.detail, bad[i].detail);
        assert_string_equal(t.got.fields, "");
        fetch_end(&t);
    }
}

/* Behind a text that has room for it. */
static void append(char *text, const char *more)
{
    memcpy(text + strlen(text), more, strlen(more) + 1);
}

/* The decoded path fills the work buffer, or is a byte too long. */
static void long_paths(void **state)
{
    char url[512] = "file:///";
    struct lwurl_request request = {.url = url};

    (void)state;
    for (size_t i = 0; i < 127; i++)
        append(url, i % 2 != 0 ? "%41" : "B");
    begin(with_odd, 128);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(strlen(odd.path), 128);
    lwurl_close(&t.u);
    append(url, "%20");
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_ROOM);
    assert_int_equal(t.got.detail, 129);
    assert_int_equal(odd.opened, 1);
    assert_int_equal(odd.closed, 1);
    fetch_end(&t);
}

static void fails(void **state)
{
    struct lwurl_request request = {.url = "file:///x"};
    struct lwurl_request missing = {.url = "file:///missing"};

    (void)state;
    begin(with_odd, 128);
    fetch_run(&t, &missing);
    assert_int_equal(t.got.err, LWURL_ERR_FILE);
    assert_int_equal(t.got.detail, 13);
    odd.size = odd.really = 100;
    odd.piece = 30;
    odd.fails_at = 3;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_FILE);
    assert_int_equal(t.got.detail, 0);
    assert_int_equal(t.got.body_n, 60);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_FILE);
    fetch_end(&t);
    assert_int_equal(odd.opened, 1);
    assert_int_equal(odd.closed, 1);
}

/* It shrinks, to any length; or grows. */
static void changes_size(void **state)
{
    struct lwurl_request request = {.url = "file:///x"};

    (void)state;
    begin(with_odd, 128);
    odd.size = 20;
    for (odd.really = 0; odd.really < 25; odd.really++) {
        fetch_run(&t, &request);
        size_t n = odd.really < 20 ? (size_t)odd.really : 20;
        assert_int_equal(t.got.err, n < 20 ? LWURL_ERR_INCOMPLETE : LWURL_OK);
        assert_int_equal(t.got.detail, n < 20 ? 20 - (long)n : 0);
        assert_int_equal(t.got.body_n, n);
        assert_memory_equal(t.got.body, "abcdefghijklmnopqrstuvwxyz", n);
    }
    fetch_end(&t);
    assert_int_equal(odd.opened, 25);
    assert_int_equal(odd.closed, 25);
}

/* Above 4 GiB: sizes and offsets have 64 bits; a missing count has 31. */
static void large(void **state)
{
    struct lwurl_request request = {.url = "file:///x"};
    char c[3];

    (void)state;
    begin(with_odd, 128);
    odd.size = odd.really = 0x500000000;
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_length(&t.u), 0x500000000);
    assert_int_equal(lwurl_read(&t.u, c, 3), 3);
    odd.really = 4;
    assert_int_equal(lwurl_read(&t.u, c, 3), 1);
    assert_int_equal(c[0], 'd');
    assert_int_equal(lwurl_read(&t.u, c, 3), LWURL_ERR_INCOMPLETE);
    struct lwurl_error e;
    lwurl_error(&t.u, &e);
    assert_int_equal(e.detail, INT32_MAX);
    assert_int_equal(e.phase, LWURL_PHASE_BODY);
    fetch_end(&t);
    assert_int_equal(odd.closed, 1);
}

/* Closed before, amid and after; no path leaves it open, or closes it twice. */
static void close_anywhere(void **state)
{
    static const unsigned until[] = {
        1u << LWURL_TURN_FIELD, 1u << LWURL_TURN_RESPONSE,
        1u << LWURL_TURN_BODY, 1u << LWURL_TURN_DONE};
    struct lwurl_request request = {.url = "file:///x",
                                    .flags = LWURL_ASK_FIELDS};
    char c;

    (void)state;
    begin(with_odd, 128);
    odd.size = odd.really = 5000; /* more than a close would drop */
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    lwurl_close(&t.u);
    assert_int_equal(odd.closed, 1);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        assert_true(fetch_until(&t, until[i]) > 0);
        if (i == 2)
            assert_int_equal(lwurl_take(&t.u, &c, 1), 1);
        lwurl_close(&t.u);
        assert_int_equal(odd.opened, i + 2);
        assert_int_equal(odd.closed, i + 2);
    }
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    lwurl_cancel(&t.u);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_CANCELED);
    lwurl_end(&t.u);
    fetch_end(&t);
    assert_int_equal(odd.opened, 6);
    assert_int_equal(odd.closed, 6);
}

/* What a kept http connection wrote into the work buffer is not the path's,
   and the other way round. */
static void beside_http(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}},
        {.says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}}};
    static const struct lwurl_handler both[] = {LWURL_HTTP,
                                                LWURL_FILE(&table_files)};
    struct lwurl_request http = {.url = "http://h/"};
    struct lwurl_request file = {.url = "file:///a.txt"};

    (void)state;
    fake_begin(&f, peers, 2);
    fetch_init(&t, &f, 256);
    t.opener.handlers = both;
    t.opener.handlers_n = 2;
    fetch_run(&t, &http);
    assert_int_equal(fake_open(&f), 1);
    fetch_run(&t, &file);
    assert_string_equal(t.got.body, "hello");
    assert_int_equal(fake_open(&f), 0);
    fetch_run(&t, &http);
    assert_int_equal(t.got.status, 204);
    fetch_end(&t);
}

/* The table by itself: no byte behind the end. */
static void table_reads(void **state)
{
    static const struct {
        uint64_t offset;
        size_t n;
        const char *read;
    } reads[] = {{0, 5, "hello"}, {0, 9, "hello"},    {3, 9, "lo"},
                 {4, 1, "o"},     {5, 1, ""},         {6, 9, ""},
                 {1, 2, "el"},    {UINT64_MAX, 9, ""}};

    (void)state;
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        size_t n = strlen(reads[i].read);
        char *to = guarded(1, n);
        assert_int_equal(lwurl_table_read((void *)(uintptr_t)&table, 0,
                                          reads[i].offset, to, reads[i].n),
                         n);
        assert_memory_equal(to, reads[i].read, n);
    }
}

/* One read asks for no more than its result can say. */
static void most_at_once(void **state)
{
    struct lwurl_request request = {.url = "file:///x"};
    char to[8];

    (void)state;
    begin(with_odd, LWURL_WORK_MIN);
    odd.size = UINT64_C(3) << 30;
    odd.really = sizeof to;
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_BODY), LWURL_TURN_BODY);
    assert_int_equal(lwurl_take(&t.u, to, SIZE_MAX), sizeof to);
    assert_memory_equal(to, "abcdefgh", sizeof to);
    assert_int_equal(odd.most, INT32_MAX);
    fetch_end(&t);
}

static void geturl(void **state)
{
    struct lwurl_request request = {.url = "file://localhost/a.txt#part"};
    char body[8];
    size_t n;

    (void)state;
    begin(with_table, 128);
    request.method = "POST";
    request.body = "ignored, as by urllib";
    request.body_n = 7;
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    struct lwurl_str url = lwurl_url(&t.u);
    assert_int_equal(url.n, strlen("file://localhost/a.txt"));
    assert_int_equal(lwurl_send(&t.u, "x", 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_read_all(&t.u, body, 4, &n), LWURL_ERR_ROOM);
    fetch_end(&t);
    assert_int_equal(f.resolves, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files),     cmocka_unit_test(refused),
        cmocka_unit_test(long_paths),     cmocka_unit_test(fails),
        cmocka_unit_test(changes_size),   cmocka_unit_test(large),
        cmocka_unit_test(close_anywhere), cmocka_unit_test(beside_http),
        cmocka_unit_test(geturl),         cmocka_unit_test(table_reads),
        cmocka_unit_test(most_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
