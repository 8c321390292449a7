/* SPDX-License-Identifier: MIT */
/* lwurl_readline() over every scheme and framing, core/readline.c. Each is
   compared with the lines that the body has when it is read whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_file.h"
#include "lwurl_ftp.h"

static const char text[] = "first\r\nsecond\n\n\r\na longer line, of forty-odd "
                           "bytes, and some\nno end";
#define TEXT_N (sizeof text - 1)

static const struct lwurl_table_file list[] = {{"/text", text, TEXT_N, 0}};
static const struct lwurl_file_table table = {list, 1};
static const struct lwurl_files files = LWURL_FILE_TABLE(&table);

static struct fake f;
static struct fetch t;
static struct lwurl_ftp ftp;
static const struct lwurl_handler all[] = {LWURL_HTTP, LWURL_DATA,
                                           LWURL_FILE(&files), LWURL_FTP(&ftp)};

/* Lines of at most n bytes, as CPython's readline(n) makes them of the text. */
static void check_lines(size_t n)
{
    size_t at = 0;
    int r;

    char *dst = guarded(1, n);
    while ((r = lwurl_readline(&t.u, dst, n)) > 0) {
        const char *end = memchr(text + at, '\n', TEXT_N - at);
        size_t line = end == NULL ? TEXT_N - at : (size_t)(end - text) + 1 - at;
        assert_int_equal(r, line < n ? line : n);
        assert_memory_equal(dst, text + at, (size_t)r);
        at += (size_t)r;
    }
    assert_int_equal(r, 0);
    assert_int_equal(at, TEXT_N);
    assert_int_equal(lwurl_received(&t.u), TEXT_N);
    assert_int_equal(lwurl_readline(&t.u, dst, n), 0);
}

static void run(const struct fake_peer *peers, size_t peers_n, const char *url,
                size_t n)
{
    struct lwurl_request request = {.url = url};

    fake_begin(&f, peers, peers_n);
    fetch_init(&t, &f, LWURL_WORK_MIN);
    t.opener.handlers = all;
    t.opener.handlers_n = sizeof all / sizeof all[0];
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_readline(&t.u, NULL, 0), 0);
    check_lines(n);
    fetch_end(&t);
}

/* Lines whole, in pieces, and byte by byte; the wire whole and in pieces. */
static void run_all(struct fake_peer *peers, size_t peers_n, const char *url)
{
    static const size_t rooms[] = {1, 2, 7, 40, 200};
    static const size_t pieces[] = {0, 1, 5};

    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < (peers_n > 0 ? 3u : 1u); k++) {
            for (size_t p = 0; p < peers_n; p++)
                peers[p].piece = pieces[k];
            run(peers, peers_n, url, rooms[i]);
        }
}

static void framings(void **state)
{
    static char length[256], chunked[512];
    struct fake_peer peer = {.end = LWURL_PORT_EOF};
    size_t n;

    (void)state;
    n = (size_t)snprintf(length, sizeof length,
                         "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                         TEXT_N, text);
    peer.says[0] = (struct fake_say){.p = length, .n = n, .heads = 1};
    run_all(&peer, 1, "http://h/");
    n = (size_t)snprintf(length, sizeof length, "HTTP/1.0 200 OK\r\n\r\n%s",
                         text);
    peer.says[0].n = n;
    run_all(&peer, 1, "http://h/");
    n = (size_t)snprintf(chunked, sizeof chunked,
                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                         "\r\n9\r\n%.9s\r\n%zx\r\n%s\r\n0\r\nA: b\r\n\r\n",
                         text, TEXT_N - 9, text + 9);
    peer.says[0] = (struct fake_say){.p = chunked, .n = n, .heads = 1};
    run_all(&peer, 1, "http://h/");
}

static void schemes(void **state)
{
    static char data[3 * sizeof text + 8] = "data:,";
    struct fake_peer peers[] = {
        {.lines = true,
         .says = {{SAY("220 a\r\n", 0)},
                  {SAY("230 b\r\n", 1)},
                  {SAY("250 c\r\n", 2)},
                  {SAY("200 d\r\n", 3)},
                  {SAY("500 e\r\n", 4)},
                  {SAY("227 =1,2,3,4,5,6\r\n", 5)},
                  {SAY("150 f\r\n226 done\r\n", 6)}}},
        {.says = {{.p = text, .n = TEXT_N}}, .end = LWURL_PORT_EOF},
    };

    (void)state;
    for (size_t i = 0; i < TEXT_N; i++)
        snprintf(data + 6 + 3 * i, 4, "%%%02x", (unsigned)text[i]);
    run_all(NULL, 0, data);
    run_all(NULL, 0, "file:///text");
    run_all(peers, 2, "ftp://h/text");
}

/* Few bytes at a time do not mean as many calls of the port. */
static void few_calls(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n", 1)},
                 {SAY("0123456789\n0123456789\n0123456789\n0123456789\n"
                      "0123456789\n0123456789\n0123456789\n0123456789\n"
                      "0123456789\n0123456789\n0123456789\n0123456789\n",
                      1)}}};
    struct lwurl_request request = {.url = "http://h/"};
    char line[16];

    (void)state;
    fake_begin(&f, &peer, 1);
    fetch_init(&t, &f, LWURL_WORK_MIN);
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    unsigned calls = f.calls;
    for (int i = 0; i < 12; i++)
        /* no line is longer than a room of any size */
        assert_int_equal(lwurl_readline(&t.u, line, i % 2 ? SIZE_MAX : 16), 11);
    assert_in_range(f.calls - calls, 1, 3);
    fetch_end(&t);
}

/* Half a line at a cut is an error, not a line. */
static void cut_short(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab\ncd",
                      1)}},
        .end = LWURL_PORT_EOF};
    struct lwurl_request request = {.url = "http://h/"};
    struct lwurl_error e;
    char line[16];

    (void)state;
    fake_begin(&f, &peer, 1);
    fetch_init(&t, &f, LWURL_WORK_MIN);
    assert_int_equal(lwurl_readline(&t.u, line, 4), LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_readline(&t.u, line, sizeof line), 3);
    assert_int_equal(lwurl_readline(&t.u, line, sizeof line),
                     LWURL_ERR_INCOMPLETE);
    assert_int_equal(lwurl_readline(&t.u, line, sizeof line),
                     LWURL_ERR_INCOMPLETE);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.detail, 4);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(framings),
        cmocka_unit_test(schemes),
        cmocka_unit_test(few_calls),
        cmocka_unit_test(cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
