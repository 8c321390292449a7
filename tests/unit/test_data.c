/* SPDX-License-Identifier: MIT */
/* data: URLs against CPython's urllib.request, core/schemes/data.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define GOOD(url_, type_, body_) \
    .url = (url_), .type = (type_), .body = (body_), .n = sizeof(body_) - 1
#define BAD(url_) .url = (url_)

/* type NULL: refused. */
struct data_vector {
    const char *url, *type, *body;
    size_t n;
};

static const struct data_vector vectors[] = {
#include "data_vectors.inc"
};

static const struct lwurl_handler data_only[] = {LWURL_DATA};

static void begin(struct fetch *t, struct fake *f)
{
    fake_begin(f, NULL, 0);
    fetch_init(t, f, LWURL_WORK_MIN);
    t->opener.handlers = data_only;
    t->opener.handlers_n = 1;
}

static void check_good(const struct fetch *t, const struct data_vector *v,
                       bool fields)
{
    char expected[256];

    snprintf(expected, sizeof expected,
             ": \nContent-type: %s\nContent-length: %zu\n", v->type, v->n);
    assert_int_equal(t->got.err, LWURL_OK);
    assert_string_equal(t->got.fields, fields ? expected : "");
    assert_int_equal(t->got.length, v->n);
    assert_int_equal(t->got.body_n, v->n);
    assert_memory_equal(t->got.body, v->body, v->n);
    assert_int_equal(t->got.status, 0);
    assert_int_equal(t->got.version, 0);
    assert_int_equal(t->got.turns[LWURL_TURN_RESPONSE], 1);
}

/* Nothing came of it, not even a field. */
static void check_bad(const struct fetch *t)
{
    assert_int_equal(t->got.err, LWURL_ERR_DATA);
    assert_string_equal(t->got.fields, "");
    assert_int_equal(t->got.body_n, 0);
    assert_int_equal(t->got.turns[LWURL_TURN_RESPONSE], 0);
    assert_in_range(t->got.detail, 5, t->u.url.n);
}

static const char *last_url = "";

/* Says where a test failed. */
static int where(void **state)
{
    (void)state;
    print_message("# last: %s\n", last_url);
    return 0;
}

static void run(const struct data_vector *v, size_t bite, bool fields)
{
    static struct fake f;
    static struct fetch t;
    struct lwurl_request request = {.url = v->url};

    last_url = v->url;
    begin(&t, &f);
    t.bite = bite;
    request.flags = fields ? LWURL_ASK_FIELDS : 0;
    fetch_run(&t, &request);
    if (v->type != NULL)
        check_good(&t, v, fields);
    else
        check_bad(&t);
    fetch_end(&t);
}

/* CPython's answers, taken whole, byte by byte and in threes. */
static void as_cpython(void **state)
{
    static const size_t bites[] = {0, 1, 3};

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        for (size_t k = 0; k < 6; k++) {
            run(&vectors[i], bites[k / 2], k % 2 != 0);
        }
}

static void offsets(void **state)
{
    static const struct {
        const char *url;
        long at;
    } bad[] = {
        {"data:", 5},
        {"data:text/plain", 15},
        {"data:text/\x01,x", 10},
        {"data:text/plain\nSet-Cookie: a=b,x", 15},
        {"data:a\rb,x", 6},
        {"data:\x7f,x", 5},
        {"data:;base64,YWJjZ", 18},
        {"data:;base64,YW=", 16},
    };
    static struct fake f;
    static struct fetch t;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct lwurl_request request = {.url = bad[i].url};
        begin(&t, &f);
        fetch_run(&t, &request);
        check_bad(&t);
        assert_int_equal(t.got.detail, bad[i].at);
        fetch_end(&t);
    }
}

/* Bytes of all values pass, and control characters in the data do no harm;
   a NUL byte is a byte. */
static void all_bytes(void **state)
{
    static char url[8 + 3 * 256] = "data:,";
    static char body[256];
    struct data_vector v = {url, "text/plain;charset=US-ASCII", body,
                            sizeof body};

    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        body[i] = (char)i;
        snprintf(url + 6 + (size_t)3 * i, 4, i % 2 != 0 ? "%%%02x" : "%%%02X",
                 i);
    }
    run(&v, 0, true);
    run(&v, 1, true);
    run(&(struct data_vector){GOOD("data:,a\r\nb: \x01\x7f",
                                   "text/plain;charset=US-ASCII",
                                   "a\r\nb: \x01\x7f")},
        0, true);
    run(&(struct data_vector){GOOD("data:\t,x", "", "x")}, 0, true);
}

/* The longest URL, and one more. */
static void ceiling(void **state)
{
    static char url[LWURL_URL_MAX + 2] = "data:,", body[LWURL_URL_MAX];
    struct data_vector v = {url, "text/plain;charset=US-ASCII", body,
                            LWURL_URL_MAX - 6};
    struct lwurl_request request = {.url = url};
    static struct fake f;
    static struct fetch t;

    (void)state;
    memset(body, 'x', sizeof body);
    memset(url + 6, 'x', LWURL_URL_MAX - 6);
    run(&v, 0, true);
    url[LWURL_URL_MAX] = 'x';
    begin(&t, &f);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_ROOM);
    assert_int_equal(t.got.detail, LWURL_URL_MAX + 1);
    fetch_end(&t);
}

/* The blocking calls, and what a data: URL does not have. */
static void blocking(void **state)
{
    static struct fake f;
    static struct fetch t;
    struct lwurl_request request = {.url = "data:text/x;base64,YWJjZGVm#"};
    unsigned char body[8], work[LWURL_WORK_MIN];
    size_t n;

    (void)state;
    begin(&t, &f);
    request.method = "POST";
    request.body = "ignored, as by urllib";
    request.body_n = 7;
    assert_int_equal(lwurl_open(&t.u, &t.opener, &request, work, sizeof work),
                     LWURL_OK);
    assert_int_equal(lwurl_length(&t.u), 6);
    assert_int_equal(lwurl_read(&t.u, body, 2), 2);
    assert_int_equal(lwurl_length(&t.u), 6);
    assert_int_equal(lwurl_received(&t.u), 2);
    assert_int_equal(lwurl_send(&t.u, "x", 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_read_all(&t.u, body, sizeof body, &n), LWURL_OK);
    assert_int_equal(n, 4);
    assert_memory_equal(body, "cdef", 4);
    assert_int_equal(lwurl_read(&t.u, body, 1), 0);
    assert_string_equal(lwurl_url(&t.u).p, request.url);
    lwurl_close(&t.u);
    assert_int_equal(f.conns_n, 0);
    assert_int_equal(f.resolves, 0);
    fetch_end(&t);
}

/* Closed in the middle, then the same memory for the next. */
static void close_early(void **state)
{
    static struct fake f;
    static struct fetch t;
    struct lwurl_request request = {.url = "data:,abcdef"};
    struct lwurl_request next = {.url = "data:;base64,MDE="};
    char c;

    (void)state;
    begin(&t, &f);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_BODY), LWURL_TURN_BODY);
    assert_int_equal(lwurl_take(&t.u, &c, 1), 1);
    fetch_run(&t, &next);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "01");
    fetch_end(&t);
}

/* Bug: a connection that http had kept was lost when the scheme changed. */
static void closes_kept_connection(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}};
    static const struct lwurl_handler both[] = {LWURL_HTTP, LWURL_DATA};
    static struct fake f;
    static struct fetch t;
    struct lwurl_request http = {.url = "http://h/"};
    struct lwurl_request data = {.url = "data:,x"};

    (void)state;
    fake_begin(&f, &peer, 1);
    fetch_init(&t, &f, 256);
    t.opener.handlers = both;
    t.opener.handlers_n = 2;
    fetch_run(&t, &http);
    assert_int_equal(t.got.err, LWURL_OK);
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&f), 1);
    fetch_run(&t, &data);
    assert_string_equal(t.got.body, "x");
    assert_int_equal(fake_open(&f), 0);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(as_cpython, where),
        cmocka_unit_test(offsets),
        cmocka_unit_test(all_bytes),
        cmocka_unit_test(ceiling),
        cmocka_unit_test(blocking),
        cmocka_unit_test(close_early),
        cmocka_unit_test(closes_kept_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
