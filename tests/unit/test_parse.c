/* SPDX-License-Identifier: MIT */
/* lwurl_parse.h: tables by hand; CPython's view of the same functions is in
   tests/differential. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwurl_parse.h"

static struct lwurl_str str(const char *text)
{
    struct lwurl_str s = {text, text == NULL ? 0 : strlen(text)};
    return s;
}

static void same(struct lwurl_str s, const char *expected)
{
    if (expected == NULL) {
        assert_null(s.p);
        return;
    }
    assert_non_null(s.p);
    assert_int_equal(s.n, strlen(expected));
    assert_memory_equal(s.p, expected, s.n);
}

/* A function with (out, max, n) on two texts. */
typedef int (*writer)(struct lwurl_str a, struct lwurl_str b, char *out,
                      size_t max, size_t *n);

/* Every room from nothing up: either whole, or an error and untouched bytes
   behind the room; `spare` is what may be needed beyond the result. */
static void writes(writer f, const char *a, const char *b, const char *expected,
                   size_t spare)
{
    size_t length = strlen(expected), n = 0;

    for (size_t max = 0; max <= length + spare + 1; max++) {
        char *room = malloc(max + 1);
        assert_non_null(room);
        room[max] = '#';
        int err = f(str(a), str(b), room, max, &n);
        assert_int_equal(room[max], '#');
        if (err == LWURL_OK) {
            assert_true(max >= length);
            assert_int_equal(n, length);
            assert_memory_equal(room, expected, length);
            assert_true(max == length || room[length] == '\0');
        } else {
            assert_int_equal(err, LWURL_ERR_ROOM);
            assert_true(n > max);
            assert_true(n <= length + spare);
        }
        free(room);
    }
    assert_int_equal(n, length);
}

/* -------------------------------------------------------------------- split */

struct split_case {
    const char *url, *scheme, *netloc, *path, *query, *fragment;
    const char *username, *password, *hostname, *port;
};

static const struct split_case splits[] = {
    {"http://u:p@h.example:81/a/b?q=1#f", "http", "u:p@h.example:81", "/a/b",
     "q=1", "f", "u", "p", "h.example", "81"},
    {"", NULL, NULL, "", NULL, NULL, NULL, NULL, NULL, NULL},
    {"//h", NULL, "h", "", NULL, NULL, NULL, NULL, "h", NULL},
    {"//h#f", NULL, "h", "", NULL, "f", NULL, NULL, "h", NULL},
    {"http:", "http", NULL, "", NULL, NULL, NULL, NULL, NULL, NULL},
    {"mailto:a@b", "mailto", NULL, "a@b", NULL, NULL, NULL, NULL, NULL, NULL},
    {"1http://h", NULL, NULL, "1http://h", NULL, NULL, NULL, NULL, NULL, NULL},
    {"a?b?c#d#e", NULL, NULL, "a", "b?c", "d#e", NULL, NULL, NULL, NULL},
    {"http://h?", "http", "h", "", "", NULL, NULL, NULL, "h", NULL},
    {"http://[::1%eth0]:8/", "http", "[::1%eth0]:8", "/", NULL, NULL, NULL,
     NULL, "::1%eth0", "8"},
    {"http://[v1.x:y]/", "http", "[v1.x:y]", "/", NULL, NULL, NULL, NULL,
     "v1.x:y", NULL},
    {"http://a@b@h/", "http", "a@b@h", "/", NULL, NULL, "a@b", NULL, "h", NULL},
    {"http://:@h:/", "http", ":@h:", "/", NULL, NULL, "", "", "h", NULL},
    {"  HTTP://H", "HTTP", "H", "", NULL, NULL, NULL, NULL, "H", NULL},
};

static void test_urlsplit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof splits / sizeof splits[0]; i++) {
        const struct split_case *c = &splits[i];
        struct lwurl_split s;
        assert_int_equal(lwurl_urlsplit(str(c->url), &s), LWURL_OK);
        same(s.scheme, c->scheme);
        same(s.netloc, c->netloc);
        same(s.path, c->path);
        same(s.query, c->query);
        same(s.fragment, c->fragment);
        same(s.username, c->username);
        same(s.password, c->password);
        same(s.hostname, c->hostname);
        same(s.port, c->port);
    }
}

static void test_urlsplit_refuses(void **state)
{
    static const char *const bad[] = {
        "http://a\tb/",   "http://h/\n",     "http://h/\r",
        "http://[::1/",   "http://::1]/",    "http://[1.2.3.4]/",
        "http://a[::1]/", "http://[::1]a/",  "http://[v.x]/",
        "http://[v1.]/",  "http://[::1]x:1", "http://[]/",
        "http://[u]@/",   "http://[v1]/",    "http://[v1xy]/",
    };
    static const struct lwurl_split empty;
    struct lwurl_split s;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(lwurl_urlsplit(str(bad[i]), &s), LWURL_ERR_URL);
        assert_memory_equal(&s, &empty, sizeof s);
    }
}

static void test_port(void **state)
{
    static const struct {
        const char *url;
        int err;
        uint32_t port;
    } cases[] = {
        {"http://h", LWURL_OK, 0},
        {"http://h:", LWURL_OK, 0},
        {"http://h:0", LWURL_OK, 0},
        {"http://h:65535", LWURL_OK, 65535},
        {"http://h:65536", LWURL_ERR_URL, 0},
        {"http://h:-1", LWURL_ERR_URL, 0},
        {"http://h:8o", LWURL_ERR_URL, 0},
        {"http://h:0080", LWURL_OK, 80},
        {"http://h:99999999999999999999", LWURL_ERR_URL, 0},
    };
    struct lwurl_split s;
    uint32_t port;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(lwurl_urlsplit(str(cases[i].url), &s), LWURL_OK);
        assert_int_equal(lwurl_split_port(&s, &port), cases[i].err);
        assert_int_equal(port, cases[i].port);
    }
}

static void test_literals(void **state)
{
    static const char *const v4[] = {"0.0.0.0", "1.2.3.4", "255.255.255.255"};
    static const char *const not_v4[] = {"",          "1.2.3",    "1.2.3.4.5",
                                         "256.1.1.1", "01.2.3.4", "1.2.3.x",
                                         "1..2.3",    "1.2.3.",   "0001.2.3.4"};
    static const char *const v6[] = {"::",
                                     "::1",
                                     "1::",
                                     "fe80::1%eth0",
                                     "1:2:3:4:5:6:7:8",
                                     "1:2:3:4:5:6:1.2.3.4",
                                     "::ffff:1.2.3.4",
                                     "1::3:4:5:6:7:8"};
    static const char *const not_v6[] = {"",
                                         ":",
                                         ":::",
                                         "1:2:3:4:5:6:7",
                                         "::1%",
                                         "1::2::",
                                         "12345::",
                                         "1:2:3:4:5:6:7:8:9",
                                         "::1%a%",
                                         ":1::",
                                         "1:2:3:4:5:6:7:1.2.3.4",
                                         "::g",
                                         "1g::",
                                         "1:2:3:4:5:6:7:8g",
                                         "::1.2.3",
                                         "1:",
                                         "1::2:3:4:5:6:7:8"};

    (void)state;
    for (size_t i = 0; i < sizeof v4 / sizeof v4[0]; i++)
        assert_true(lwurl_is_ipv4(str(v4[i])));
    for (size_t i = 0; i < sizeof not_v4 / sizeof not_v4[0]; i++)
        assert_false(lwurl_is_ipv4(str(not_v4[i])));
    for (size_t i = 0; i < sizeof v6 / sizeof v6[0]; i++)
        assert_true(lwurl_is_ipv6(str(v6[i])));
    for (size_t i = 0; i < sizeof not_v6 / sizeof not_v6[0]; i++)
        assert_false(lwurl_is_ipv6(str(not_v6[i])));
}

/* --------------------------------------------------------------------- join */

static int unsplit(struct lwurl_str a, struct lwurl_str b, char *out,
                   size_t max, size_t *n)
{
    struct lwurl_split s;

    (void)b;
    assert_int_equal(lwurl_urlsplit(a, &s), LWURL_OK);
    return lwurl_urlunsplit(&s, out, max, n);
}

static void test_urlunsplit(void **state)
{
    (void)state;
    writes(unsplit, "HTTP://h/a?b#c", NULL, "http://h/a?b#c", 0);
    writes(unsplit, "http:a", NULL, "http:///a", 0);
    writes(unsplit, "x:a?#", NULL, "x:a", 0);
    writes(unsplit, "//h?q", NULL, "//h?q", 0);
    writes(unsplit, "http:////x", NULL, "http://x", 0);
    writes(unsplit, "x:////y", NULL, "x://y", 0);
    writes(unsplit, "http:/x", NULL, "http:///x", 0);
}

/* RFC 3986 5.4, where urljoin follows it. */
static void test_urljoin(void **state)
{
    static const char base[] = "http://a/b/c/d;p?q";
    static const char *const refs[][2] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/../h", "http://a/b/c/h"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof refs / sizeof refs[0]; i++)
        writes(lwurl_urljoin, base, refs[i][0], refs[i][1], 40);
    writes(lwurl_urljoin, "file:///a", "/.//x", "file://x", 40);
    writes(lwurl_urljoin, "http://a", "g", "http://a/g", 8);
}

/* Bases without a netloc, as CPython 3.11 has them. */
static void test_urljoin_bare(void **state)
{
    static const char *const cases[][3] = {
        {"", "g", "g"},
        {"", "", ""},
        {"a/b", "", "a/b"},
        {"a", "..", "/"},
        {"a/b", "c", "a/c"},
        {"a/b", "../c", "c"},
        {"a/b", ";x", "a/;x"},
        {"a/b", "?q", "a/b?q"},
        {"mailto:a", "b", "b"},
        {"http:a", ".", "http:///"},
        {"http:a/b", "c", "http:///a/c"},
        {"http:a/b", "/c", "http:///c"},
        {"http:/a", "g", "http:///g"},
        {"http:a", "//h", "http://h"},
        {"http:a", "/.//x", "http://x"},
        {"http:a", "http:////x", "http://x"},
        {"http:a", ";x", "http:///;x"},
        {"//h/a", "b", "//h/b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        writes(lwurl_urljoin, cases[i][0], cases[i][1], cases[i][2], 8);
}

/* A base or a reference that is refused: so is the whole. */
static void test_urljoin_refuses(void **state)
{
    static const char *const bad[][2] = {
        {"http://[::1/", "g"},
        {"http://h/", "//[::1/"},
        {"http://h/\n", "g"},
        {"http://h/", "a\tb"},
    };
    char room[64];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        n = 7;
        assert_int_equal(lwurl_urljoin(str(bad[i][0]), str(bad[i][1]), room,
                                       sizeof room, &n),
                         LWURL_ERR_URL);
        assert_int_equal(n, 0);
    }
}

static int defrag(struct lwurl_str a, struct lwurl_str b, char *out, size_t max,
                  size_t *n)
{
    struct lwurl_str fragment;
    int err = lwurl_urldefrag(a, out, max, n, &fragment);

    same(fragment, b.p);
    return err;
}

static void test_urldefrag(void **state)
{
    (void)state;
    writes(defrag, "http://h/a#f#g", "f#g", "http://h/a", 0);
    writes(defrag, "http://h/a?q", NULL, "http://h/a?q", 0);
    writes(defrag, "HTTP://h?#", "", "http://h", 0);
    writes(defrag, "http://h/a;b#f", "f", "http://h/a;b", 0);
    /* Bug: empty parameters stayed, unlike CPython's. */
    writes(defrag, "http://h/a;?q#f", "f", "http://h/a?q", 0);
    writes(defrag, "x:a;#f", "f", "x:a;", 0);
    writes(defrag, "http:;p#f", "f", "http:///;p", 0);
}

static void test_urldefrag_refuses(void **state)
{
    struct lwurl_str fragment = str("x");
    char room[32];
    size_t n = 7;

    (void)state;
    assert_int_equal(lwurl_urldefrag(str("http://h/a\tb#f"), room, sizeof room,
                                     &n, &fragment),
                     LWURL_ERR_URL);
    assert_int_equal(n, 0);
    same(fragment, NULL);
}

static void test_unwrap(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"http://h/", "http://h/"},
        {" \t\r\n\v\f\x1c\x1d\x1e\x1f a b \n", "a b"},
        {"<http://h/>", "http://h/"},
        {" < http://h/ > ", "http://h/"},
        {"<URL:http://h/>", "http://h/"},
        {"URL: x", "x"},
        {"<url:x>", "url:x"},
        {"<x", "<x"},
        {"x>", "x>"},
        {"<", "<"},
        {">", ">"},
        {"<>", ""},
        {"<<x>>", "<x>"},
        {"URL:", ""},
        {"URL", "URL"},
        {"URL:<x>", "<x>"},
        {"<URL:URL:x>", "URL:x"},
        {"\x1b", "\x1b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        same(lwurl_unwrap(str(cases[i][0])), cases[i][1]);
    assert_null(lwurl_unwrap(str(NULL)).p);
}

/* ------------------------------------------------------------------ quoting */

static int quote(struct lwurl_str a, struct lwurl_str b, char *out, size_t max,
                 size_t *n)
{
    return lwurl_quote(a, b.p, out, max, n);
}

static int quote_plus(struct lwurl_str a, struct lwurl_str b, char *out,
                      size_t max, size_t *n)
{
    return lwurl_quote_plus(a, b.p, out, max, n);
}

static int unquote(struct lwurl_str a, struct lwurl_str b, char *out,
                   size_t max, size_t *n)
{
    (void)b;
    return lwurl_unquote(a, out, max, n);
}

static int unquote_plus(struct lwurl_str a, struct lwurl_str b, char *out,
                        size_t max, size_t *n)
{
    (void)b;
    return lwurl_unquote_plus(a, out, max, n);
}

static void test_quoting(void **state)
{
    (void)state;
    writes(quote, "a b/c+~\xe9", "/", "a%20b/c%2B~%E9", 0);
    writes(quote, "a/b", "", "a%2Fb", 0);
    writes(quote, "azAZ09_.-~@[`{/:", "", "azAZ09_.-~%40%5B%60%7B%2F%3A", 0);
    writes(quote, "\xe9@", "@", "%E9@", 0);
    writes(quote_plus, "a b+c/", "", "a+b%2Bc%2F", 0);
    writes(unquote, "%41%4g%4%", "", "A%4g%4%", 0);
    writes(unquote, "a+b%2b", "", "a+b+", 0);
    writes(unquote_plus, "a+b%2b", "", "a b+", 0);
}

static int encode(struct lwurl_str a, struct lwurl_str b, char *out, size_t max,
                  size_t *n)
{
    struct lwurl_pair pairs[] = {{a, b}, {str("x y"), str("")}};

    return lwurl_urlencode(pairs, 2, out, max, n);
}

static void test_query(void **state)
{
    struct lwurl_str query = str("a=1&&b&c=&=d&e=f=g");
    struct lwurl_pair pair;

    (void)state;
    writes(encode, "k&", "v=", "k%26=v%3D&x+y=", 0);
    assert_true(lwurl_parse_qsl(&query, false, &pair));
    same(pair.name, "a");
    same(pair.value, "1");
    assert_true(lwurl_parse_qsl(&query, false, &pair));
    same(pair.name, "");
    same(pair.value, "d");
    assert_true(lwurl_parse_qsl(&query, false, &pair));
    same(pair.name, "e");
    same(pair.value, "f=g");
    assert_false(lwurl_parse_qsl(&query, false, &pair));

    query = str("b&&c=");
    assert_true(lwurl_parse_qsl(&query, true, &pair));
    same(pair.name, "b");
    same(pair.value, "");
    assert_true(lwurl_parse_qsl(&query, true, &pair));
    same(pair.name, "c");
    assert_false(lwurl_parse_qsl(&query, true, &pair));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urlsplit),
        cmocka_unit_test(test_urlsplit_refuses),
        cmocka_unit_test(test_port),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_urlunsplit),
        cmocka_unit_test(test_urljoin),
        cmocka_unit_test(test_urljoin_bare),
        cmocka_unit_test(test_urljoin_refuses),
        cmocka_unit_test(test_urldefrag),
        cmocka_unit_test(test_urldefrag_refuses),
        cmocka_unit_test(test_unwrap),
        cmocka_unit_test(test_quoting),
        cmocka_unit_test(test_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
