/* SPDX-License-Identifier: MIT */
/* Bodies and what frames them: core/http/engine.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/engine.h"
#include "vectors.h"

static void run_all(const struct vector *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        vector_run(&v[i]);
}

#define RUN(vectors) run_all((vectors), sizeof(vectors) / sizeof(vectors)[0])

#define OK11    "HTTP/1.1 200 OK\r\n"
#define OK10    "HTTP/1.0 200 OK\r\n"
#define LENGTH  "Content-Length: "
#define CHUNKED "Transfer-Encoding: chunked\r\n"

/* A response whose fields are not looked at. */
#define BODY(name, flags, response, body) \
    GOOD(name, flags, 200, response, NULL, body)

static void content_length(void **state)
{
    static const struct vector vectors[] = {
        {BODY("5", V_KEEP, OK11 LENGTH "5\r\n\r\nhello", "hello")},
        {BODY("0", V_KEEP, OK11 LENGTH "0\r\n\r\n", "")},
        {BODY("leading zeros", V_KEEP, OK11 LENGTH "005\r\n\r\nhello",
              "hello")},
        {BODY("blanks around", V_KEEP, OK11 LENGTH " \t5 \r\n\r\nhello",
              "hello")},
        {BODY("name in any case", V_KEEP, OK11 "cONTENT-lENGTH:5\r\n\r\nhello",
              "hello")},
        {BODY("twice the same", V_KEEP,
              OK11 LENGTH "5\r\n" LENGTH "5\r\n\r\nhello", "hello")},
        {BODY("a list of the same", V_KEEP, OK11 LENGTH "5, 5\r\n\r\nhello",
              "hello")},
        {BODY("a list with empty elements", V_KEEP,
              OK11 LENGTH ",5,,05, \r\n\r\nhello", "hello")},
        {BODY("body that looks like a response", V_KEEP,
              OK11 LENGTH "19\r\n\r\nHTTP/1.1 404 X\r\n\r\n\n",
              "HTTP/1.1 404 X"
              "\r\n\r\n\n")},
        {BODY("body of NULs", V_KEEP, OK11 LENGTH "3\r\n\r\n\0\0\0", "\0\0\0")},
        {BODY("in a folded line", V_KEEP, OK11 LENGTH "\r\n 5\r\n\r\nhello",
              "hello")},
        {BODY("longer than all buffers", V_KEEP, OK11 LENGTH "300\r\n\r\n" X300,
              X300)},
    };
    (void)state;
    RUN(vectors);
}

/* A length that cannot be read, or that contradicts another (D5). */
static void bad_content_length(void **state)
{
    static const char *const values[] = {
        "",
        "-5",
        "+5",
        "5 5",
        "5x",
        "0x5",
        "5.0",
        "five",
        "5,6",
        ",",
        "5;5",
        "\"5\"",
        "5\r\n 5",
        "5,5,x",
        "18446744073709551616",
        "99999999999999999999999999999999",
        X300,
        ("1\r\n" LENGTH "2"),
        ("5\r\n" LENGTH "-5"),
        ("5\r\n" LENGTH),
        ("5\r\n" LENGTH ","),
    };
    char response[600];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct vector v = {.name = values[i],
                           .err = LWURL_ERR_LENGTH,
                           .status = 200,
                           .response.p = response};
        v.response.n =
            (size_t)snprintf(response, sizeof response,
                             OK11 LENGTH "%s\r\n\r\nhello", values[i]);
        vector_run(&v);
    }
}

static void chunked(void **state)
{
    static const struct vector vectors[] = {
        {BODY("one chunk", V_KEEP, OK11 CHUNKED "\r\n5\r\nhello\r\n0\r\n\r\n",
              "hello")},
        {BODY("no data", V_KEEP, OK11 CHUNKED "\r\n0\r\n\r\n", "")},
        {BODY("bytewise", V_KEEP,
              OK11 CHUNKED "\r\n1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n"
                           "1\r\no\r\n0\r\n\r\n",
              "hello")},
        {BODY("two digits", V_KEEP,
              OK11 CHUNKED "\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n"
                           "0\r\n\r\n",
              "abcdefghijklmnopqrstuvwxyz")},
        {BODY("lower case, leading zeros", V_KEEP,
              OK11 CHUNKED "\r\n0000000000000000000000b\r\nhello world\r\n"
                           "00000\r\n\r\n",
              "hello world")},
        {BODY("extensions", V_KEEP,
              OK11 CHUNKED "\r\n5;a=b;c=\"d;\xff\"\r\nhello\r\n0;x\r\n\r\n",
              "hello")},
        {BODY("blanks behind the size", V_KEEP,
              OK11 CHUNKED "\r\n5 \t\r\nhello\r\n0 ;x\r\n\r\n", "hello")},
        {BODY("CRLF in the data", V_KEEP,
              OK11 CHUNKED "\r\n9\r\n\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n",
              "\r\n0\r\n\r\n\r\n")},
        {BODY("any case", V_KEEP,
              OK11 "transfer-encoding: Chunked\r\n\r\n0\r\n\r\n", "")},
        {BODY("beside a length: chunked wins", 0,
              OK11 LENGTH "3\r\n" CHUNKED "\r\n5\r\nhello\r\n0\r\n\r\n",
              "hello")},
        {BODY("before a length", 0,
              OK11 CHUNKED LENGTH "3\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello")},
        {BODY("in HTTP/1.0", 0,
              OK10 "Connection: keep-alive\r\n" CHUNKED
                   "\r\n5\r\nhello\r\n0\r\n\r\n",
              "hello")},
        {BODY("longer than all buffers", V_KEEP,
              OK11 CHUNKED "\r\n12C\r\n" X300 "\r\n0\r\n\r\n", X300)},
    };
    (void)state;
    RUN(vectors);
}

static void trailers(void **state)
{
    static const struct vector vectors[] = {
        {GOOD("one", V_KEEP, 200,
              OK11 CHUNKED "\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
              ": OK\nTransfer-Encoding: chunked\n+A: b\n", "hello")},
        {GOOD("some", V_KEEP, 200,
              OK11 CHUNKED "\r\n0\r\nA: b\r\n c\nD:\r\n\r\n",
              ": OK\nTransfer-Encoding: chunked\n+A: b   c\n+D: \n", "")},
        {GOOD("that would frame", V_KEEP, 200,
              OK11 CHUNKED "\r\n0\r\n" LENGTH "7\r\nConnection: close\r\n"
                           "Transfer-Encoding: gzip\r\n\r\n",
              ": OK\nTransfer-Encoding: chunked\n+Content-Length: 7\n"
              "+Connection: close\n+Transfer-Encoding: gzip\n",
              "")},
        {GOOD("long", V_KEEP, 200, OK11 CHUNKED "\r\n0\r\nA: " X300 "\r\n\r\n",
              ": OK\nTransfer-Encoding: chunked\n+A: " X300 "\n", "")},
        {GOOD("LF alone", V_KEEP, 200, OK11 CHUNKED "\r\n0\r\nA: b\n\n",
              ": OK\nTransfer-Encoding: chunked\n+A: b\n", "")},
        {BAD("no colon", LWURL_ERR_FIELD,
             OK11 CHUNKED "\r\n5\r\nhello\r\n0\r\nA\r\n\r\n"),
         .status = 200},
        {BAD("blank in front", LWURL_ERR_FIELD,
             OK11 CHUNKED "\r\n5\r\nhello\r\n0\r\n A: b\r\n\r\n"),
         .status = 200},
    };
    (void)state;
    RUN(vectors);
}

static void bad_chunks(void **state)
{
    static const char *const bodies[] = {
        "\r\n",
        "\n",
        ";\r\n",
        "x\r\n",
        " 3 \r\nabc\r\n0\r\n\r\n",
        "\t3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "1_0\r\n",
        "-1\r\n",
        "+3\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nab\r\n0\r\n\r\n",
        "3\rabc\r\n",
        "3\r\r\nabc\r\n",
        "3;x\nabc\r\n0\r\n\r\n",
        "3;x\ry\r\nabc\r\n",
        "3\r\nabc\r0\r\n\r\n",
        "3\r\nabc\rx0\r\n\r\n",
        "3\r\nabcx\n0\r\n\r\n",
        "3\r\nabc\r\nx\r\n",
        "3\r\nabc\r\n\r\n",
        "10000000000000000\r\n",
        "123456789abcdef01\r\n",
        "fffffffffffffffff\r\n",
        "3,3\r\n",
        "3.0\r\n",
    };
    char response[600];

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct vector v = {.name = bodies[i],
                           .err = LWURL_ERR_CHUNK,
                           .status = 200,
                           .response.p = response};
        v.response.n = (size_t)snprintf(response, sizeof response,
                                        OK11 CHUNKED "\r\n%s", bodies[i]);
        vector_run(&v);
    }
}

static void transfer_encoding(void **state)
{
    static const char *const values[] = {
        "gzip",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "",
        "identity",
        "xchunked",
        "chunked;x",
        ("chunked\r\n" CHUNKED "X: y"),
        "\"chunked\"",
        X300,
    };
    char response[600];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct vector v = {.name = values[i],
                           .err = LWURL_ERR_CODING,
                           .status = 200,
                           .response.p = response};
        v.response.n = (size_t)snprintf(
            response, sizeof response,
            OK11 "Transfer-Encoding: %s\r\n\r\n0\r\n\r\n", values[i]);
        vector_run(&v);
    }
}

static void until_close(void **state)
{
    static const struct vector vectors[] = {
        {BODY("1.1", V_CLOSE, OK11 "\r\nhello", "hello")},
        {BODY("1.0", V_CLOSE, OK10 "\r\nhello", "hello")},
        {BODY("empty", V_CLOSE, OK11 "\r\n", "")},
        {BODY("1.0 that would keep", V_CLOSE,
              OK10 "Connection: keep-alive\r\n\r\nhello", "hello")},
        {BODY("long", V_CLOSE, OK11 "\r\n" X300, X300)},
    };
    (void)state;
    RUN(vectors);
}

/* What has no body, whatever its fields say (RFC 9112 6.3, 1). */
static void without_body(void **state)
{
    static const struct vector vectors[] = {
        {BODY("HEAD", V_KEEP, OK11 LENGTH "5\r\n\r\n", ""), .method = "HEAD"},
        {BODY("HEAD, chunked", V_KEEP, OK11 CHUNKED "\r\n", ""),
         .method = "HEAD"},
        {BODY("HEAD, no length", V_KEEP, OK11 "\r\n", ""), .method = "HEAD"},
        {BODY("HEAD, 1.0", 0, OK10 LENGTH "5\r\n\r\n", ""), .method = "HEAD"},
        {GOOD("HEAD, 404", V_KEEP, 404, "HTTP/1.1 404 N\r\n" LENGTH "5\r\n\r\n",
              NULL, ""),
         .method = "HEAD", .err = LWURL_ERR_STATUS},
        {GOOD("204", V_KEEP, 204, "HTTP/1.1 204 N\r\n" LENGTH "5\r\n\r\n", NULL,
              "")},
        {GOOD("204, chunked", V_KEEP, 204, "HTTP/1.1 204 N\r\n" CHUNKED "\r\n",
              NULL, "")},
        {GOOD("304", V_KEEP, 304, "HTTP/1.1 304 N\r\n" LENGTH "5\r\n\r\n", NULL,
              ""),
         .err = LWURL_ERR_STATUS},
    };
    (void)state;
    RUN(vectors);
}

/* May the connection serve again (RFC 9112 9.3)? */
static void persistence(void **state)
{
    static const struct vector vectors[] = {
        {BODY("1.1 close", 0, OK11 "Connection: close\r\n" LENGTH "0\r\n\r\n",
              "")},
        {BODY("close in a list", 0,
              OK11 "Connection: Foo, CLOSE ,bar\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("close in the second field", 0,
              OK11 "Connection: foo\r\nconnection: close\r\n" LENGTH
                   "0\r\n\r\n",
              "")},
        {BODY("closed is not close", V_KEEP,
              OK11 "Connection: closed\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("other field", V_KEEP,
              OK11 "Proxy-Connection: close\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("keep-alive and close", 0,
              OK11 "Connection: keep-alive\r\nConnection: close\r\n" LENGTH
                   "0\r\n\r\n",
              "")},
        {BODY("close and keep-alive", 0,
              OK11 "Connection: close, keep-alive\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("1.0 keep-alive", V_KEEP,
              OK10 "Connection: Keep-Alive\r\n" LENGTH "5\r\n\r\nhello",
              "hello")},
        {BODY("1.0", 0, OK10 LENGTH "0\r\n\r\n", "")},
        {BODY("1.0 keep-alive and close", 0,
              OK10 "Connection: keep-alive, close\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("1.0 close and keep-alive", 0,
              OK10 "Connection: close, keep-alive\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("1.0 close, then keep-alive", 0,
              OK10 "Connection: close\r\nConnection: keep-alive\r\n" LENGTH
                   "0\r\n\r\n",
              "")},
        {BODY("a long list may hide a close", 0,
              OK11 "Connection: " X300 ", close\r\n" LENGTH "0\r\n\r\n", "")},
        {BODY("a long list in 1.0", 0,
              OK10 "Connection: keep-alive\r\nConnection: " X300
                   ", close\r\n" LENGTH "0\r\n\r\n",
              "")},
        {BODY("asked to close", 0, OK11 LENGTH "0\r\n\r\n", ""),
         .request_flags = LWURL_CLOSE},
    };
    (void)state;
    RUN(vectors);
}

/* A list that does not fit the buffer may hide a "close" where it is cut. */
static void long_connection_list(void **state)
{
    static const size_t works[] = {128, 1024};
    static struct fake fake;
    static struct fetch t;
    struct lwurl_request get = {.url = "http://h/"};
    struct fake_peer peer = {
        .says = {
            {SAY(OK11 "Connection: " X300 ", foo\r\n" LENGTH "0\r\n\r\n", 1)}}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, works[i]);
        fetch_run(&t, &get);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), i);
        fetch_end(&t);
    }
}

#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

/* RFC 9110 15.2: every 1xx but 101 is skipped, with all that it says. */
static void interim(void **state)
{
    static const struct vector vectors[] = {
        {GOOD("100", V_KEEP, 204, CONTINUE "HTTP/1.1 204 N\r\n\r\n", ": N\n",
              "")},
        {GOOD("many", V_KEEP, 204,
              CONTINUE CONTINUE "HTTP/1.1 102 \r\n\r\n" CONTINUE
                                "HTTP/1.1 199 x\n\nHTTP/1.1 204 N\r\n\r\n",
              ": N\n", "")},
        {GOOD("with fields", V_KEEP, 200,
              "HTTP/1.1 103 Hints\r\nLink: </a>\r\n" LENGTH "9\r\n" CHUNKED
              "Connection: close\r\n\r\n" OK11 LENGTH "2\r\n\r\nab",
              ": OK\nContent-Length: 2\n", "ab")},
        {GOOD("with bad framing", V_KEEP, 204,
              "HTTP/1.1 100 C\r\n" LENGTH "x\r\nTransfer-Encoding: y\r\n\r\n"
              "HTTP/1.1 204 N\r\n\r\n",
              ": N\n", "")},
        {GOOD("of 1.0, then 1.1", V_KEEP, 204,
              "HTTP/1.0 100 C\r\n\r\nHTTP/1.1 204 N\r\n\r\n", ": N\n", "")},
        {GOOD("of 1.1, then 1.0", 0, 200, CONTINUE OK10 LENGTH "0\r\n\r\n",
              ": OK\nContent-Length: 0\n", "")},
        {BAD("101", LWURL_ERR_UPGRADE,
             "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
         .status = 101},
        {BAD("then a broken one", LWURL_ERR_STATUS_LINE, CONTINUE "hello\r\n")},
        {BAD("then the end", LWURL_ERR_INCOMPLETE, CONTINUE)},
        {BAD("broken field", LWURL_ERR_FIELD, "HTTP/1.1 100 C\r\nA\r\n\r\n"),
         .status = 100},
    };
    (void)state;
    RUN(vectors);
}

/* ------------------------------------------------- servers without an end */

/* Runs a response of `begin` and then `again` without end. */
static void run_endless(const char *begin, const char *again, size_t work_n,
                        int err)
{
    static char bytes[LWURL_HEAD_MAX + 8192];
    static struct fake fake;
    static struct fetch t;
    struct lwurl_request get = {.url = "http://h/"};
    size_t at = strlen(begin), n = strlen(again);

    (void)snprintf(bytes, sizeof bytes, "%s", begin);
    for (size_t i = at; i < sizeof bytes; i++)
        bytes[i] = again[(i - at) % n];
    at = sizeof bytes;
    struct fake_peer peer = {.says = {{.p = bytes, .n = at, .heads = 1}}};
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, work_n);
    fetch_run(&t, &get);
    assert_string_equal(error_name(t.got.err), error_name(err));
    assert_true(fake.conns[0].said <= LWURL_HEAD_MAX + 2 * work_n);
    fetch_end(&t);
}

static void endless_heads(void **state)
{
    static const struct {
        const char *begin, *again;
    } heads[] = {
        {OK11, "A: b\r\n"},
        {OK11 "A: ", "bbbbbbb"},
        {OK11 "A: ", " "},
        {OK11 "A: b", "\r\n "},
        {OK11, "abcdefg"},
        {"HTTP/1.1 200 ", "reason "},
        {"", CONTINUE},
        {OK11 CHUNKED "\r\n0\r\n", "A: b\r\n"},
        {OK11 CHUNKED "\r\n0\r\nA: ", "b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        run_endless(heads[i].begin, heads[i].again, 128, LWURL_ERR_HEAD_LIMIT);
        run_endless(heads[i].begin, heads[i].again, 1024, LWURL_ERR_HEAD_LIMIT);
    }
}

static void endless_size_lines(void **state)
{
    (void)state;
    run_endless(OK11 CHUNKED "\r\n", "0", 128, LWURL_ERR_CHUNK);
    run_endless(OK11 CHUNKED "\r\n5;", "x", 128, LWURL_ERR_CHUNK);
    run_endless(OK11 CHUNKED "\r\n5", " ", 1024, LWURL_ERR_CHUNK);
}

/* A buffer above LWURL_HEAD_MAX that a body fills is no long head. */
static void large_buffer(void **state)
{
    static char bytes[LWURL_HEAD_MAX + 4096];
    static const char head[] = OK11 LENGTH "266000\r\n\r\n";
    static struct fake fake;
    static struct fetch t;
    struct lwurl_request get = {.url = "http://h/"};
    struct fake_peer peer = {
        .says = {{.p = bytes, .n = sizeof head - 1 + 266000, .heads = 1}}};

    (void)state;
    assert_true(peer.says[0].n <= sizeof bytes);
    memcpy(bytes, head, sizeof head - 1);
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, LWURL_HEAD_MAX + 8192);
    assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_RESPONSE),
                     LWURL_TURN_RESPONSE);
    fetch_end(&t);
}

/* Only a message that ended keeps its connection, whoever asks. */
static void unfinished_message(void **state)
{
    struct lwurl u = {0};

    (void)state;
    u.flags = F_PERSIST;
    u.in = IN_DONE;
    assert_true(engine_can_persist(&u));
    u.in_n = 1;
    assert_false(engine_can_persist(&u));
    u.in_n = 0;
    for (u.in = IN_HEAD; u.in < IN_DONE; u.in++)
        assert_false(engine_can_persist(&u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(content_length, vector_where),
        cmocka_unit_test_teardown(bad_content_length, vector_where),
        cmocka_unit_test_teardown(chunked, vector_where),
        cmocka_unit_test_teardown(trailers, vector_where),
        cmocka_unit_test_teardown(bad_chunks, vector_where),
        cmocka_unit_test_teardown(transfer_encoding, vector_where),
        cmocka_unit_test_teardown(until_close, vector_where),
        cmocka_unit_test_teardown(without_body, vector_where),
        cmocka_unit_test_teardown(persistence, vector_where),
        cmocka_unit_test(long_connection_list),
        cmocka_unit_test_teardown(interim, vector_where),
        cmocka_unit_test(endless_heads),
        cmocka_unit_test(endless_size_lines),
        cmocka_unit_test(large_buffer),
        cmocka_unit_test(unfinished_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
