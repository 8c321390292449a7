/* SPDX-License-Identifier: MIT */
/* URLs with an authority: core/text/url.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_port.h"
#include "text/url.h"

/* A copy that ends where memory ends. */
static struct lwurl_str at_edge(const char *text)
{
    struct lwurl_str s = str_of(text);
    char *p = guarded(0, s.n > 0 ? s.n : 1);

    memcpy(p, s.p, s.n);
    s.p = p;
    return s;
}

static void assert_str(struct lwurl_str s, const char *expected)
{
    assert_int_equal(s.p == NULL, expected == NULL);
    if (expected == NULL)
        return;
    assert_int_equal(s.n, strlen(expected));
    assert_memory_equal(s.p, expected, s.n);
}

struct good {
    const char *url, *userinfo, *host, *target;
    uint16_t port;
    bool bracketed;
};

static void good_urls(void **state)
{
    static const struct good urls[] = {
        {"http://h", NULL, "h", "", 0, false},
        {"http://h/", NULL, "h", "/", 0, false},
        {"http://h?q", NULL, "h", "?q", 0, false},
        {"http://h#f", NULL, "h", "", 0, false},
        {"http://h/a?b#c?d/e@f", NULL, "h", "/a?b", 0, false},
        {"http://h/a//b/../c;d?e=f&g=%20", NULL, "h", "/a//b/../c;d?e=f&g=%20",
         0, false},
        {"http://h:/", NULL, "h", "/", 0, false},
        {"http://h:1", NULL, "h", "", 1, false},
        {"http://h:8080/x", NULL, "h", "/x", 8080, false},
        {"http://h:65535", NULL, "h", "", 65535, false},
        {"http://h:00080", NULL, "h", "", 80, false},
        {"http://a-b_c.d~e!$&'()*+,;=/", NULL, "a-b_c.d~e!$&'()*+,;=", "/", 0,
         false},
        {"http://EXAMPLE.com.:80/", NULL, "EXAMPLE.com.", "/", 80, false},
        {"http://u@h/", "u", "h", "/", 0, false},
        {"http://u:p@h:1/", "u:p", "h", "/", 1, false},
        {"http://@h/", "", "h", "/", 0, false},
        {"http://u@v:w@h/", "u@v:w", "h", "/", 0, false},
        {"http://u:%40%2f@h/", "u:%40%2f", "h", "/", 0, false},
        {"http://u:[::1]@h/", "u:[::1]", "h", "/", 0, false},
        {"http://h/@x", NULL, "h", "/@x", 0, false},
        {"http://h?u@x", NULL, "h", "?u@x", 0, false},
        {"http://[::1]/", NULL, "::1", "/", 0, true},
        {"http://[::]/", NULL, "::", "/", 0, true},
        {"http://[::1]:443", NULL, "::1", "", 443, true},
        {"http://u:p@[fe80::1%25eth0]:1/", "u:p", "fe80::1%25eth0", "/", 1,
         true},
        {"http://[::ffff:1.2.3.4]", NULL, "::ffff:1.2.3.4", "", 0, true},
        {"h+t-t.p1://h/", NULL, "h", "/", 0, false},
        {"http://h/{}<>\"\\^`|[]", NULL, "h", "/{}<>\"\\^`|[]", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct url url;
        int32_t at;
        print_message("# %s\n", urls[i].url);
        assert_int_equal(url_split(at_edge(urls[i].url), &url, &at), LWURL_OK);
        assert_int_equal(url.scheme.n, strcspn(urls[i].url, ":"));
        assert_str(url.userinfo, urls[i].userinfo);
        assert_str(url.host, urls[i].host);
        assert_str(url.target, urls[i].target);
        assert_int_equal(url.port, urls[i].port);
        assert_int_equal(url.bracketed, urls[i].bracketed);
    }
}

static void bad_urls(void **state)
{
    static const struct {
        const char *url;
        int err;
        int32_t at;
    } urls[] = {
        {"", LWURL_ERR_URL, 0},
        {"h", LWURL_ERR_URL, 0},
        {"//h/", LWURL_ERR_URL, 0},
        {"/path", LWURL_ERR_URL, 0},
        {"://h", LWURL_ERR_URL, 0},
        {"1http://h", LWURL_ERR_URL, 0},
        {"ht tp://h", LWURL_ERR_URL, 2},
        {"ht_tp://h", LWURL_ERR_URL, 0},
        {"http:", LWURL_ERR_NO_HOST, 0},
        {"http:h", LWURL_ERR_NO_HOST, 0},
        {"http:/h", LWURL_ERR_NO_HOST, 0},
        {"http:/xh/", LWURL_ERR_NO_HOST, 0},
        {"http:x/h/", LWURL_ERR_NO_HOST, 0},
        {"http://", LWURL_ERR_NO_HOST, 0},
        {"http:///x", LWURL_ERR_NO_HOST, 0},
        {"http://?x", LWURL_ERR_NO_HOST, 0},
        {"http://#x", LWURL_ERR_NO_HOST, 0},
        {"http://:80/", LWURL_ERR_NO_HOST, 0},
        {"http://u:p@/", LWURL_ERR_NO_HOST, 0},
        {"http://h/ x", LWURL_ERR_URL, 9},
        {"http://h/\t", LWURL_ERR_URL, 9},
        {"http://h/x\r\nHost: y", LWURL_ERR_URL, 10},
        {"http://h/#\x7f", LWURL_ERR_URL, 10},
        {"http://h/\xc3\xa4", LWURL_ERR_URL, 9},
        {"http://\xc3\xa4/", LWURL_ERR_URL, 7},
        {" http://h/", LWURL_ERR_URL, 0},
        {"http://h/ ", LWURL_ERR_URL, 9},
        {"http://h\\x/", LWURL_ERR_URL, 8},
        {"http://%68/", LWURL_ERR_URL, 7},
        {"http://h%/", LWURL_ERR_URL, 8},
        {"http://u@h%/", LWURL_ERR_URL, 10},
        {"http://h:x/", LWURL_ERR_URL, 9},
        {"http://h:80x/", LWURL_ERR_URL, 9},
        {"http://h:-1/", LWURL_ERR_URL, 9},
        {"http://h:0/", LWURL_ERR_URL, 9},
        {"http://h:65536/", LWURL_ERR_URL, 9},
        {"http://h:18446744073709551697/", LWURL_ERR_URL, 9},
        {"http://h:80:80/", LWURL_ERR_URL, 9},
        {"http://::1/", LWURL_ERR_URL, 8},
        {"http://[::1/", LWURL_ERR_URL, 11},
        {"http://[/", LWURL_ERR_URL, 8},
        {"http://[]/", LWURL_ERR_URL, 8},
        {"http://[h]/", LWURL_ERR_URL, 8},
        {"http://[::1]x/", LWURL_ERR_URL, 12},
        {"http://[::1]:x/", LWURL_ERR_URL, 13},
        {"http://[::1%25et/h0]/", LWURL_ERR_URL, 16},
        {"http://[::1%25e:h0]/", LWURL_ERR_URL, 15},
    };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct url url;
        int32_t at = -1;
        print_message("# %s\n", urls[i].url);
        assert_int_equal(url_split(at_edge(urls[i].url), &url, &at),
                         urls[i].err);
        if (urls[i].err == LWURL_ERR_URL)
            assert_int_equal(at, urls[i].at);
    }
}

/* Every byte at every place of a URL: none is read beyond its end, and none
   but printable ASCII passes. */
static void every_byte(void **state)
{
    static const char base[] = "http://u:p@[::1]:80/a?b#c";
    char *p = guarded(1, sizeof base - 1);
    struct lwurl_str s = {p, sizeof base - 1};
    struct url url;
    int32_t at;

    (void)state;
    for (size_t i = 0; i < sizeof base - 1; i++)
        for (unsigned c = 0; c < 256; c++) {
            memcpy(p, base, sizeof base - 1);
            p[i] = (char)c;
            int err = url_split(s, &url, &at);
            if (c > 0x20 && c < 0x7f)
                continue;
            assert_int_equal(err, LWURL_ERR_URL);
            assert_int_equal(at, i);
        }
    for (size_t n = 0; n < sizeof base; n++) {
        char *cut = guarded(1, n > 0 ? n : 1);
        memcpy(cut, base, n);
        int err = url_split((struct lwurl_str){cut, n}, &url, &at);
        assert_true(err == LWURL_OK || err == LWURL_ERR_URL ||
                    err == LWURL_ERR_NO_HOST);
    }
}

static void authorities(void **state)
{
    static const struct {
        const char *text, *host; /* host NULL: refused at `port` */
        uint16_t port;
    } texts[] = {
        {"h", "h", 0},
        {"h:", "h", 0},
        {"10.0.2.2:8443", "10.0.2.2", 8443},
        {"[::1]:80", "::1", 80},
        {"[::1]", "::1", 0},
        {"h/", NULL, 1},
        {"u@h", NULL, 1},
        {"h:80/", NULL, 2},
        {"h\n", NULL, 1},
        {"h ", NULL, 1},
        {"h\xe4", NULL, 1},
        {"[::1%\xe4]", NULL, 5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct url url;
        int32_t at = -1;
        int err = url_authority(at_edge(texts[i].text), &url, &at);
        if (texts[i].host == NULL) {
            assert_int_equal(err, LWURL_ERR_URL);
            assert_int_equal(at, texts[i].port);
            continue;
        }
        assert_int_equal(err, LWURL_OK);
        assert_str(url.host, texts[i].host);
        assert_int_equal(url.port, texts[i].port);
    }
    struct url url;
    int32_t at;
    assert_int_equal(url_authority(STR(""), &url, &at), LWURL_ERR_NO_HOST);
    assert_int_equal(url_authority(STR(":1"), &url, &at), LWURL_ERR_NO_HOST);
}

static void schemes(void **state)
{
    (void)state;
    assert_str(url_scheme(at_edge("http:x")), "http");
    assert_str(url_scheme(at_edge("a:")), "a");
    assert_str(url_scheme(at_edge("A+b-c.9:")), "A+b-c.9");
    assert_int_equal(url_scheme(at_edge("")).n, 0);
    assert_int_equal(url_scheme(at_edge("http")).n, 0);
    assert_int_equal(url_scheme(at_edge(":")).n, 0);
    assert_int_equal(url_scheme(at_edge("+a:")).n, 0);
    assert_int_equal(url_scheme(at_edge("9a:")).n, 0);
    assert_int_equal(url_scheme(at_edge("a b:")).n, 0);
    assert_int_equal(url_scheme(at_edge("a/b:")).n, 0);
}

static void addresses(void **state)
{
    (void)state;
    assert_true(url_is_address(STR("127.0.0.1")));
    assert_true(url_is_address(STR("1")));
    assert_true(url_is_address(STR("::1")));
    assert_true(url_is_address(STR("fe80::1%25eth0")));
    assert_false(url_is_address(STR("")));
    assert_false(url_is_address(STR("a")));
    assert_false(url_is_address(STR("1.2.3.4a")));
    assert_false(url_is_address(STR("1-2")));
}

/* Ways to write one URL, and others that are not the same. */
static void keys(void **state)
{
    static const struct {
        const char *url, *key;
    } urls[] = {
        {"http://h", "http://h/"},
        {"HTTP://u:p@H.Example:80?q=A#f", "http://h.example/?q=A"},
        {"http://h:/", "http://h/"},
        {"https://h:443/A/../b", "https://h/A/../b"},
        {"https://h:80/", "https://h:80/"},
        {"http://h:443/", "http://h:443/"},
        {"ftp://h:21/x", "ftp://h/x"},
        {"http://[FE80::1%e]:81/", "http://[fe80::1%e]:81/"},
        {"http://h/?", "http://h/?"},
    };
    uint64_t hashes[sizeof urls / sizeof urls[0]];
    char room[64];
    struct url url;
    int32_t at;

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        size_t n = strlen(urls[i].key);
        assert_int_equal(url_split(str_of(urls[i].url), &url, &at), LWURL_OK);
        for (size_t have = 0; have <= n + 1; have++) {
            uint64_t hash;
            memset(room, '~', sizeof room);
            assert_int_equal(url_key(&url, room, have, &hash), n);
            assert_memory_equal(room, urls[i].key, have < n ? have : n);
            assert_int_equal(room[have < n ? have : n], '~');
            assert_true(have == 0 || hash == hashes[i]);
            hashes[i] = hash;
        }
        for (size_t k = 0; k < sizeof urls / sizeof urls[0]; k++)
            assert_int_equal(url_key_is(&url, str_of(urls[k].key)),
                             strcmp(urls[k].key, urls[i].key) == 0);
        assert_false(url_key_is(&url, (struct lwurl_str){urls[i].key, n - 1}));
        assert_false(url_key_is(&url, (struct lwurl_str){urls[i].key, n + 1}));
        assert_false(url_key_is(&url, STR("")));
        for (size_t k = 0; k < i; k++)
            assert_true(hashes[k] != hashes[i] ||
                        strcmp(urls[k].key, urls[i].key) == 0);
    }
    /* FNV-1a of "http://h/", reckoned apart from this code */
    assert_true(hashes[0] == UINT64_C(0x80deaee31b4ed7c2));
}

/* 0 stands for no URL where hashes are kept: the one whose hash it is has
   another. */
static void hash_of_zero(void **state)
{
    static const char text[] = "http://h/ekR7Sn4*d//<";
    uint64_t plain = UINT64_C(0xcbf29ce484222325), hash;
    struct url url;
    int32_t at;

    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i++)
        plain = (plain ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    assert_true(plain == 0); /* FNV-1a */
    assert_int_equal(url_split(STR(text), &url, &at), LWURL_OK);
    (void)url_key(&url, NULL, 0, &hash);
    assert_true(hash == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_urls),  cmocka_unit_test(bad_urls),
        cmocka_unit_test(every_byte), cmocka_unit_test(authorities),
        cmocka_unit_test(schemes),    cmocka_unit_test(addresses),
        cmocka_unit_test(keys),       cmocka_unit_test(hash_of_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
