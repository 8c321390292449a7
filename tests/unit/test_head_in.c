/* SPDX-License-Identifier: MIT */
/* Response heads: core/http/head_in.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "vectors.h"

#define LENGTH_0 "Content-Length: 0\r\n"

static void run_all(const struct vector *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        vector_run(&v[i]);
}

#define RUN(vectors) run_all((vectors), sizeof(vectors) / sizeof(vectors)[0])

static void status_lines(void **state)
{
    static const struct vector vectors[] = {
        {GOOD("1.1", V_KEEP, 200, "HTTP/1.1 200 OK\r\n" LENGTH_0 "\r\n",
              ": OK\nContent-Length: 0\n", "")},
        {GOOD("1.0", 0, 200, "HTTP/1.0 200 OK\r\n" LENGTH_0 "\r\n",
              ": OK\nContent-Length: 0\n", "")},
        {GOOD("1.2 is as 1.1", V_KEEP, 200,
              "HTTP/1.2 200 OK\r\n" LENGTH_0 "\r\n",
              ": OK\nContent-Length: 0\n", "")},
        {GOOD("0.9 in a status line", 0, 200,
              "HTTP/0.9 200 OK\r\n" LENGTH_0 "\r\n",
              ": OK\nContent-Length: 0\n", "")},
        {GOOD("no reason", V_KEEP, 204, "HTTP/1.1 204 \r\n\r\n", ": \n", "")},
        {GOOD("no reason, no blank", V_KEEP, 204, "HTTP/1.1 204\r\n\r\n",
              ": \n", "")},
        {GOOD("LF alone", V_KEEP, 204, "HTTP/1.1 204 Fine\n\n", ": Fine\n",
              "")},
        {GOOD("LF alone, no reason", V_KEEP, 204, "HTTP/1.1 204\n\n", ": \n",
              "")},
        {GOOD("reason with blanks", V_KEEP, 204,
              "HTTP/1.1 204  No  body\t \r\n\r\n", ": No  body\n", "")},
        {GOOD("reason in Latin-1", V_KEEP, 204,
              "HTTP/1.1 204 \xe9t\xe9\r\n\r\n", ": \xe9t\xe9\n", "")},
        {GOOD("reason longer than the buffer", V_KEEP, 204,
              "HTTP/1.1 204 " X300 " " X300 " \r\n\r\n",
              ": " X300 " " X300 "\n", "")},
        {GOOD("status 999", V_KEEP, 999, "HTTP/1.1 999 X\r\n" LENGTH_0 "\r\n",
              ": X\nContent-Length: 0\n", ""),
         .err = LWURL_ERR_STATUS},
    };
    (void)state;
    RUN(vectors);
}

static void bad_status_lines(void **state)
{
    static const struct vector vectors[] = {
        {BAD("HTTP/2.0", LWURL_ERR_VERSION, "HTTP/2.0 200 OK\r\n\r\n")},
        {BAD("HTTP/9.9", LWURL_ERR_VERSION, "HTTP/9.9 200 OK\r\n\r\n")},
        {BAD("garbage", LWURL_ERR_STATUS_LINE, "garbage\r\n\r\n")},
        {BAD("one byte", LWURL_ERR_STATUS_LINE, "\x16")},
        {BAD("empty line first", LWURL_ERR_STATUS_LINE,
             "\r\nHTTP/1.1 200 OK\r\n\r\n")},
        {BAD("lower case", LWURL_ERR_STATUS_LINE, "http/1.1 200 OK\r\n\r\n")},
        {BAD("no version", LWURL_ERR_STATUS_LINE, "HTTP/ 200 OK\r\n\r\n")},
        {BAD("one number", LWURL_ERR_STATUS_LINE, "HTTP/1 200 OK\r\n\r\n")},
        {BAD("two digits", LWURL_ERR_STATUS_LINE, "HTTP/11.1 200 OK\r\n\r\n")},
        {BAD("minor of two digits", LWURL_ERR_STATUS_LINE,
             "HTTP/1.10 200 OK\r\n\r\n")},
        {BAD("letters", LWURL_ERR_STATUS_LINE, "HTTP/x.1 200 OK\r\n\r\n")},
        {BAD("letter as minor", LWURL_ERR_STATUS_LINE,
             "HTTP/1.x 200 OK\r\n\r\n")},
        {BAD("no status", LWURL_ERR_STATUS_LINE, "HTTP/1.1\r\n\r\n")},
        {BAD("short status", LWURL_ERR_STATUS_LINE, "HTTP/1.1 20\r\n\r\n")},
        {BAD("tab", LWURL_ERR_STATUS_LINE, "HTTP/1.1\t200 OK\r\n\r\n")},
        {BAD("two blanks", LWURL_ERR_STATUS_LINE, "HTTP/1.1  200 OK\r\n\r\n")},
        {BAD("status 099", LWURL_ERR_STATUS_LINE, "HTTP/1.1 099 OK\r\n\r\n")},
        {BAD("status of four digits", LWURL_ERR_STATUS_LINE,
             "HTTP/1.1 2000 OK\r\n\r\n")},
        {BAD("status with sign", LWURL_ERR_STATUS_LINE,
             "HTTP/1.1 +20 OK\r\n\r\n")},
        {BAD("status with letter", LWURL_ERR_STATUS_LINE,
             "HTTP/1.1 2x0 OK\r\n\r\n")},
        {BAD("a body without head", LWURL_ERR_STATUS_LINE, "<html>")},
    };
    (void)state;
    RUN(vectors);
}

static void http_09(void **state)
{
    static const struct vector vectors[] = {
        {GOOD("a body", V_CLOSE, 200, "hello", "", "hello"),
         .request_flags = LWURL_HTTP09},
        {GOOD("lines", V_CLOSE, 200, "\r\nHello\r\n", "", "\r\nHello\r\n"),
         .request_flags = LWURL_HTTP09},
        {GOOD("a real head", V_KEEP, 200,
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
              ": OK\nContent-Length: 2\n", "ab"),
         .request_flags = LWURL_HTTP09},
        {BAD("perhaps the start of a status line", LWURL_ERR_INCOMPLETE,
             "HTTP/"),
         .request_flags = LWURL_HTTP09},
        {BAD("a broken status line", LWURL_ERR_STATUS_LINE, "HTTP/1.1\r\n\r\n"),
         .request_flags = LWURL_HTTP09},
    };
    (void)state;
    RUN(vectors);
}

/* 204: what follows is the fields' alone. */
#define FIELDS(name, fields, shown)                                            \
    GOOD(name, V_KEEP, 204, "HTTP/1.1 204 N\r\n" fields "\r\n", ": N\n" shown, \
         "")
#define REFUSED(name, fields) \
    BAD(name, LWURL_ERR_FIELD, "HTTP/1.1 204 N\r\n" fields "\r\n")

#define BLANKS "          \t         "

static void fields(void **state)
{
    static const struct vector vectors[] = {
        {FIELDS("none", "", "")},
        {FIELDS("one", "A: b\r\n", "A: b\n")},
        {FIELDS("empty value", "A:\r\nB: \r\nC: \t \r\n", "A: \nB: \nC: \n")},
        {FIELDS("no blank", "A:b\r\n", "A: b\n")},
        {FIELDS("blanks around", "A: \t b c \t\r\n", "A: b c\n")},
        {FIELDS("colons inside", "A: b: c:\r\n", "A: b: c:\n")},
        {FIELDS("tab inside", "A: b\tc\r\n", "A: b\tc\n")},
        {FIELDS("all token characters", "!#$%&'*+-.^_`|~09azAZ: b\r\n",
                "!#$%&'*+-.^_`|~09azAZ: b\n")},
        {FIELDS("bytes above ASCII", "A: \xff\x80\r\n", "A: \xff\x80\n")},
        {FIELDS("controls", "A: \x01\x1f\x7f\r\n", "A: \x01\x1f\x7f\n")},
        {FIELDS("LF alone", "A: b\nC: d\n", "A: b\nC: d\n")},
        {FIELDS("same name", "A: b\r\nA: c\r\n", "A: b\nA: c\n")},
        {FIELDS("trailing blanks of a long value, cut by the window",
                "A: " X50 X50 X10 X10 BLANKS BLANKS "\r\n",
                "A: " X50 X50 X10 X10 "\n")},
        {FIELDS("a window of blanks at the end",
                "A: " X50 BLANKS BLANKS BLANKS BLANKS BLANKS BLANKS "\r\n",
                "A: " X50 "\n")},
        {FIELDS("value longer than the buffer", "A: " X300 "y\r\n",
                "A: " X300 "y\n")},
        {FIELDS("blanks inside a long value",
                "A: " X50 BLANKS X50 BLANKS X50 " b " X50 "\t" X50 "\r\n",
                "A: " X50 BLANKS X50 BLANKS X50 " b " X50 "\t" X50 "\n")},
        {FIELDS("many blanks before the value",
                "A:" BLANKS BLANKS BLANKS BLANKS BLANKS BLANKS BLANKS "b\r\n",
                "A: b\n")},
        {FIELDS("many blanks and no value",
                "A:" BLANKS BLANKS BLANKS BLANKS BLANKS BLANKS BLANKS "\r\n",
                "A: \n")},
        {.name = "name longer than the buffer",
         .flags = V_KEEP | V_CUT,
         .status = 204,
         .response = {TEXT("HTTP/1.1 204 N\r\n" X300 ": b\r\nC: d\r\n\r\n")},
         .body = {"", 0}},
        {FIELDS("name that just fits", X50 X10 X10 X10 X10 "xxxxx: b\r\n",
                X50 X10 X10 X10 X10 "xxxxx: b\n")},
    };
    (void)state;
    RUN(vectors);
}

static void bad_fields(void **state)
{
    static const struct vector vectors[] = {
        {REFUSED("no colon", "A\r\n")},
        {REFUSED("no colon, then one", "A\r\nB: c\r\n")},
        {REFUSED("no name", ": b\r\n")},
        {REFUSED("blank before the colon", "A : b\r\n")},
        {REFUSED("tab before the colon", "A\t: b\r\n")},
        {REFUSED("blank in the name", "A B: c\r\n")},
        {REFUSED("parenthesis in the name", "A(B): c\r\n")},
        {REFUSED("NUL in the name", "A\0: c\r\n")},
        {REFUSED("byte above ASCII in the name", "\xc3: c\r\n")},
        {REFUSED("first line begins with a blank", " A: b\r\n")},
        {REFUSED("NUL in the value", "A: b\0c\r\n")},
        {REFUSED("CR in the value", "A: b\rc\r\n")},
        {REFUSED("CR CR LF", "A: b\r\r\n")},
        {REFUSED("CR before the name", "A: b\r\n\rC: d\r\n")},
        {REFUSED("CR instead of a line end", "\r\r\n")},
        {REFUSED("bad byte behind a long name", X300 " : b\r\n")},
        {BAD("NUL in the reason", LWURL_ERR_FIELD, "HTTP/1.1 204 \0\r\n\r\n")},
        {BAD("CR in the reason", LWURL_ERR_FIELD, "HTTP/1.1 204 \rN\r\n\r\n")},
        {BAD("blank behind the status line", LWURL_ERR_FIELD,
             "HTTP/1.1 204 N\r\n \r\n\r\n")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct vector v = vectors[i];
        v.status = 204;
        vector_run(&v);
    }
}

static void versions(void **state)
{
    static const struct {
        const char *bytes;
        unsigned version;
    } ways[] = {
        {"HTTP/1.1 200 OK\r\n\r\n", 11},
        {"HTTP/1.9 200 OK\r\n\r\n", 11},
        {"HTTP/1.0 200 OK\r\n\r\n", 10},
        {"HTTP/0.9 200 OK\r\n\r\n", 10},
        {"hello", 9},
    };
    static struct fake fake;
    static struct fetch t;
    struct lwurl_request get = {.url = "http://h/", .flags = LWURL_HTTP09};

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct fake_peer peer = {.says = {{.p = ways[i].bytes,
                                           .n = strlen(ways[i].bytes),
                                           .heads = 1}},
                                 .end = LWURL_PORT_EOF};
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        fetch_run(&t, &get);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(t.got.version, ways[i].version);
        fetch_end(&t);
    }
}

/* 10 KB, with blanks in many places, come as they are. */
static void long_value(void **state)
{
    static char response[11000], shown[11000];
    struct vector v = {
        .name = "10 KB", .flags = V_KEEP, .status = 204, .fields = shown};
    int n = sprintf(response, "HTTP/1.1 204 N\r\nLong: ");
    int k = sprintf(shown, ": N\nLong: ");

    (void)state;
    for (int i = 0; i < 10240; i++)
        response[n++] = shown[k++] = "abcdefghij klmno\tpq  rs"[i * i % 23];
    (void)sprintf(response + n, "z\r\n\r\n");
    (void)sprintf(shown + k, "z\n");
    v.response = (struct lwurl_str){response, (size_t)n + 5};
    vector_run(&v);
}

/* What the parser makes of one response with nothing behind it. */
static int parse(const char *response, size_t n)
{
    static struct fake fake;
    static struct fetch t;
    struct lwurl_request get = {.url = "http://h/"};
    struct fake_peer peer = {.says = {{.p = response, .n = n, .heads = 1}},
                             .end = LWURL_PORT_EOF};

    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &get);
    int err = t.got.err;
    fetch_end(&t);
    return err;
}

/* RFC 9110 5.6.2 in so many letters. */
static bool is_tchar(int c)
{
    return c != 0 && strchr("!#$%&'*+-.^_`|~0123456789"
                            "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                            c) != NULL;
}

/* Names are read by words: every byte, wherever it may stand in them. */
static void every_byte_in_a_name(void **state)
{
    char response[] = "HTTP/1.1 204 N\r\nAbcdefgh-Abcdefgh-Abc: d\r\n\r\n";
    char *name = response + 16;

    (void)state;
    for (int at = 0; at < 21; at++) {
        char was = name[at];
        for (int c = 0; c < 256; c++) {
            bool good =
                is_tchar(c) || (c == ':' && at > 0) || (c == '\n' && at == 0);
            name[at] = (char)c;
            int err = parse(response, sizeof response - 1);
            assert_int_equal(err, good ? LWURL_OK : LWURL_ERR_FIELD);
        }
        name[at] = was;
    }
}

/* The same of values: NUL and a CR alone are refused, LF begins a line that
   has no colon, unless one follows. */
static void every_byte_in_a_value(void **state)
{
    char response[] = "HTTP/1.1 204 N\r\nA:Abcdefgh-Abcdefgh-Abcd:e\r\n\r\n";
    char *value = response + 18;

    (void)state;
    for (int at = 0; at < 21; at++) {
        char was = value[at];
        for (int c = 0; c < 256; c++) {
            value[at] = (char)c;
            int err = parse(response, sizeof response - 1);
            assert_int_equal(err,
                             c == 0 || c == '\r' ? LWURL_ERR_FIELD : LWURL_OK);
        }
        value[at] = was;
    }
}

/* Blanks before a value that end wherever the window does. */
static void blanks_at_every_place(void **state)
{
    char response[600];
    struct vector v = {.name = "blanks",
                       .flags = V_KEEP,
                       .status = 204,
                       .fields = ": N\nA: b\nC: d\n"};

    (void)state;
    for (int n = 115; n < 135; n++) {
        v.response.p = response;
        v.response.n =
            (size_t)snprintf(response, sizeof response,
                             "HTTP/1.1 204 N\r\nA:%*sb\r\nC: d\r\n\r\n", n, "");
        vector_run(&v);
    }
}

/* Three quarters of the work buffer are for the name: the rest of a longer one
   is dropped, but looked at. */
static void long_names(void **state)
{
    static struct fake fake;
    static struct fetch t;
    char response[700], shown[700];
    struct lwurl_request get = {.url = "http://h/", .flags = LWURL_ASK_FIELDS};

    (void)state;
    for (size_t i = 0; i < 4 * 400; i++) {
        size_t n = 90 + i / 4, work_n = i % 4 < 2 ? 128 : 400;
        size_t max = work_n - work_n / 4, kept = n < max ? n : max;
        struct fake_peer peer = {.piece = i & 1};
        peer.says[0] = (struct fake_say){.p = response, .heads = 1};
        peer.says[0].n =
            (size_t)snprintf(response, sizeof response,
                             "HTTP/1.1 204 N\r\n%.*s%.*s: b\r\nC: d\r\n\r\n",
                             (int)(n - n / 2), X300, (int)(n / 2), X300);
        (void)snprintf(shown, sizeof shown, ": N\n%.*s%.*s: b\nC: d\n",
                       (int)(kept - kept / 2), X300, (int)(kept / 2), X300);
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, work_n);
        fetch_run(&t, &get);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(t.got.fields, shown);
        assert_int_equal(t.got.cut, n > max);
        fetch_end(&t);
    }
}

/* RFC 9112 5.2: a line that begins with a blank goes on with the one before.
   Each of CR, LF and blank becomes one blank. */
static void folded_fields(void **state)
{
    static const struct vector vectors[] = {
        {FIELDS("one fold", "A: b\r\n c\r\n", "A: b   c\n")},
        {FIELDS("tab", "A: b\r\n\tc\r\n", "A: b  \tc\n")},
        {FIELDS("LF alone", "A: b\n c\n", "A: b  c\n")},
        {FIELDS("two folds", "A: b\r\n c\r\n d\r\n", "A: b   c   d\n")},
        {FIELDS("value begins on the second line", "A:\r\n b\r\n", "A: b\n")},
        {FIELDS("empty lines", "A: b\r\n \r\n \r\n", "A: b\n")},
        {FIELDS("nothing at all", "A:\r\n \r\n\t\r\n", "A: \n")},
        {FIELDS("next field", "A: b\r\n c\r\nD: e\r\n", "A: b   c\nD: e\n")},
        {FIELDS("long and folded",
                "A: " X50 "\r\n " X50 "\r\n " X50 "\r\n " X10 "\r\n",
                "A: " X50 "   " X50 "   " X50 "   " X10 "\n")},
        {FIELDS("long, begins on the third line",
                "A: \r\n \r\n " X50 X50 X50 X50 "\r\n",
                "A: " X50 X50 X50 X50 "\n")},
    };
    (void)state;
    RUN(vectors);
}

/* A fold at every place of the window, and what is at its edge. */
static void folds_at_every_place(void **state)
{
    char response[600], shown[600];
    struct vector v = {.name = "fold at", .flags = V_KEEP, .status = 204};

    (void)state;
    for (int at = 90; at < 140; at++) {
        v.response.p = response;
        v.response.n = (size_t)snprintf(
            response, sizeof response,
            "HTTP/1.1 204 N\r\nA: %.*s\r\n %.*s\r\nB: c\r\n\r\n", at, X300, at,
            X300);
        (void)snprintf(shown, sizeof shown, ": N\nA: %.*s   %.*s\nB: c\n", at,
                       X300, at, X300);
        v.fields = shown;
        vector_run(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(status_lines, vector_where),
        cmocka_unit_test_teardown(bad_status_lines, vector_where),
        cmocka_unit_test_teardown(http_09, vector_where),
        cmocka_unit_test_teardown(fields, vector_where),
        cmocka_unit_test_teardown(bad_fields, vector_where),
        cmocka_unit_test(versions),
        cmocka_unit_test_teardown(long_value, vector_where),
        cmocka_unit_test(every_byte_in_a_name),
        cmocka_unit_test(every_byte_in_a_value),
        cmocka_unit_test_teardown(blanks_at_every_place, vector_where),
        cmocka_unit_test(long_names),
        cmocka_unit_test_teardown(folded_fields, vector_where),
        cmocka_unit_test_teardown(folds_at_every_place, vector_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
