/* SPDX-License-Identifier: MIT */
/* The table of passwords: core/handlers/passwords.c, alone and in whole
   fetches. The names P1 to P4, A7 and D7 are those of urllib's answers that it
   follows, or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_passwords.h"
#include "lwurl_redirect.h"
#include "seen.h"

static struct lwurl_str text(const char *s)
{
    return (struct lwurl_str){s, s == NULL ? 0 : strlen(s)};
}

static const char *find(const struct lwurl_passwords *p, const char *url,
                        const char *realm)
{
    struct lwurl_login login = {NULL, NULL};

    /* slices, not texts: what is behind them must not be read */
    char *u = guarded(2, strlen(url)), *r = NULL;
    memcpy(u, url, strlen(url));
    if (realm != NULL) {
        r = guarded(3, strlen(realm));
        memcpy(r, realm, strlen(realm));
    }
    if (lwurl_passwords_find((void *)(uintptr_t)p,
                             (struct lwurl_str){u, strlen(url)},
                             (struct lwurl_str){r, text(realm).n}, &login) == 0)
        return NULL;
    return login.user;
}

/* Does a line of this URI answer for the URL? */
static bool covers(const char *uri, const char *url)
{
    struct lwurl_password line = {NULL, uri, "u", "p"};
    struct lwurl_passwords one = {&line, 1, NULL};

    return find(&one, url, NULL) != NULL;
}

static void p2_below(void **state)
{
    static const char *const bases[] = {"http://h/a", "http://h/a/"};
    static const struct {
        const char *url;
        bool covered[2];
    } urls[] = {
        {"http://h/a", {true, false}},     {"http://h/a/", {true, true}},
        {"http://h/a/b", {true, true}},    {"http://h/a/b/c?d#e", {true, true}},
        {"http://h/a?b=/", {true, false}}, {"http://h/a#b", {true, false}},
        {"http://h/ab", {false, false}},   {"http://h/", {false, false}},
        {"http://h", {false, false}},      {"http://h/b/a", {false, false}},
        {"http://h/A", {false, false}},    {"http://h//a", {false, false}},
        {"http://h/a//", {true, true}},    {"http://h/?/a", {false, false}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        for (size_t k = 0; k < 2; k++)
            if (covers(bases[k], urls[i].url) != urls[i].covered[k])
                fail_msg("%s and %s", bases[k], urls[i].url);
    assert_true(covers("http://h", "http://h"));
    assert_true(covers("http://h", "http://h/a/b"));
    assert_true(covers("http://h/", "http://h?q"));
    assert_true(covers("http://h?q", "http://h/x")); /* P1: queries go */
    assert_true(covers("http://h/a//b", "http://h/a//b/c"));
    assert_false(covers("http://h/a//b", "http://h/a/x/b"));
}

/* D7: what looks different and is the same path, or the reverse. */
static void d7_paths(void **state)
{
    (void)state;
    assert_true(covers("http://h/a", "http://h/b/../a"));
    assert_true(covers("http://h/a", "http://h/./a/."));
    assert_true(covers("http://h/a", "http://h/../a"));
    assert_true(covers("http://h/a/", "http://h/a/b/.."));
    assert_true(covers("http://h/a/", "http://h/a/."));
    assert_false(covers("http://h/a", "http://h/a/.."));
    assert_false(covers("http://h/a", "http://h/a/../b"));
    assert_false(covers("http://h/a", "http://h/a/%2e%2E/b"));
    assert_false(covers("http://h/a", "http://h/a/b/../../c"));
    assert_false(covers("http://h/a/b", "http://h/a/b/../c"));
    assert_true(covers("http://h/a/b", "http://h/a/c/../x/y/../../b/d"));
    assert_true(covers("http://h/x/../a/.", "http://h/a/b"));
    assert_true(covers("http://h/%61", "http://h/a"));
    assert_true(covers("http://h/a", "http://h/%61/b"));
    assert_false(covers("http://h/a/b", "http://h/a%2Fb"));
    assert_true(covers("http://h/...", "http://h/.../x"));
    assert_false(covers("http://h/...", "http://h/../x"));
    assert_false(covers("http://h/.a", "http://h/a"));
}

static void d7_origins(void **state)
{
    (void)state;
    assert_true(covers("http://Ex.com/", "http://eX.COM/a"));
    assert_true(covers("HTTP://ex.com:80/", "http://ex.com/a"));
    assert_true(covers("http://ex.com/", "http://ex.com:80/a"));
    assert_true(covers("https://ex.com/", "https://ex.com:443/a"));
    assert_true(covers("ftp://ex.com/", "ftp://ex.com:21/a"));
    assert_true(covers("http://[FE80::1]/", "http://[fe80::1]/"));
    assert_true(covers("http://h/", "http://user:pw@h/a"));
    assert_true(covers("http://user:pw@h/", "http://h/a"));
    assert_false(covers("https://ex.com/", "http://ex.com/"));
    assert_false(covers("https://ex.com/", "http://ex.com:443/"));
    assert_false(covers("http://ex.com/", "http://ex.com:8080/"));
    assert_false(covers("http://ex.com/", "http://www.ex.com/"));
    assert_false(covers("http://ex.com/", "http://ex.com.evil/"));
    assert_false(covers("http://ex.com/", "http://evil/http://ex.com/"));
    assert_false(covers("http://ex.com/", "http://ex.com@evil/"));
    assert_false(covers("ex.com", "http://ex.com/"));
    assert_false(covers("http://ex.com/", "not a URL"));
    assert_false(covers("http://ex.com/", ""));
    assert_false(covers("http:///", "http:///"));
    assert_false(covers("", "http://ex.com/"));
}

static void p3_p4_best(void **state)
{
    static const struct lwurl_password table[] = {
        {NULL, "http://h/", "root", ""},
        {NULL, "http://h/a", "a", ""},
        {NULL, "http://h/a/", "a/", ""},
        {NULL, "http://h/a", "second", ""},
        {NULL, "http://h/a/b/../b/c", "abc", ""},
        {"r", "http://h/", "r root", ""},
        {"r", "http://h/a/b", "r ab", ""},
        {"", "http://h/a/b", "empty", ""},
        {NULL, "http://h/a/b/d/e", "late", ""},
    };
    static const struct lwurl_passwords p = {table, 9, NULL};
    static const struct {
        const char *url, *realm, *user;
    } cases[] = {
        {"http://h/x", NULL, "root"},      {"http://h/a", NULL, "a"},
        {"http://h/a/", NULL, "a/"},       {"http://h/a/b", NULL, "a/"},
        {"http://h/a/b/c", NULL, "abc"},   {"http://h/a/b/c", "x", "abc"},
        {"http://h/a/b/c", "r", "r ab"},   {"http://h/a", "r", "r root"},
        {"http://h/a/b/c", "R", "abc"},    {"http://h/a/b/c", "", "empty"},
        {"http://h/a", "", "a"},           {"http://other/", "r", NULL},
        {"http://h/a/b/d/e", "x", "late"}, {"http://h/a/b/d/e", "r", "r ab"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *user = find(&p, cases[i].url, cases[i].realm);
        if (user == NULL || cases[i].user == NULL)
            assert_ptr_equal(user, cases[i].user);
        else
            assert_string_equal(user, cases[i].user);
    }
}

static void checked(void **state)
{
    static const struct lwurl_password table[] = {
        {NULL, "https://h/", "u", "p"},
        {NULL, "http://h:1/x", "u", "p"},
        {NULL, "h/x", "u", "p"},
    };
    struct lwurl_passwords p = {table, 2, NULL};
    size_t bad = 7;

    (void)state;
    assert_int_equal(lwurl_passwords_check(&p, &bad), LWURL_OK);
    assert_int_equal(bad, 2);
    p.table_n = 3;
    assert_int_equal(lwurl_passwords_check(&p, &bad), LWURL_ERR_URL);
    assert_int_equal(bad, 2);
}

/* Long paths of many dots end soon, and the same as without them. */
static void many_dots(void **state)
{
    static char url[2100];
    size_t n = 0;

    (void)state;
    n += (size_t)sprintf(url, "http://h");
    for (int i = 0; i < 400; i++)
        n += (size_t)sprintf(url + n, "/x");
    for (int i = 0; i < 400; i++)
        n += (size_t)sprintf(url + n, "/..");
    (void)sprintf(url + n, "/a");
    assert_true(covers("http://h/a", url));
    assert_false(covers("http://h/x", url));
}

/* ------------------------------------------------------------------ fetches */

#define DENIED(realm)                                           \
    "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"" realm \
    "\"\r\nContent-Length: 2\r\n\r\nno"
#define OK "HTTP/1.1 200 Fine\r\nContent-Length: 3\r\n\r\nyes"
#define GO(to) \
    "HTTP/1.1 302 There\r\nLocation: " to "\r\nContent-Length: 0\r\n\r\n"
#define SENT_X "\r\nAuthorization: Basic eDp4\r\n" /* x:x */
#define SENT_Y "\r\nAuthorization: Basic eTp5\r\n" /* y:y */

static char realm[16], location[256];
static uint8_t prior[2];
static const struct lwurl_password lines[] = {{NULL, "http://h/", "x", "x"},
                                              {"y", "http://h/", "y", "y"}};
static const struct lwurl_passwords passwords = {lines, 2, prior};
static const struct lwurl_password_mgr mgr = LWURL_PASSWORDS(&passwords);
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_HTTP};
static struct fake fake;
static struct fetch t;

static void begin(const struct fake_peer *peers, size_t n)
{
    basic = (struct lwurl_basic){
        .realm = realm, .realm_n = sizeof realm, .passwords = &mgr};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

static unsigned count(const char *what)
{
    return seen_count(&fake, what);
}

static const struct lwurl_request plain = {.url = "http://h/a"};

/* The realm of the challenge chooses. */
static void by_realm(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(DENIED("x"), 1)}, {SAY(OK, 2)}}},
        {.says = {{SAY(DENIED("y"), 1)}, {SAY(OK, 2)}}},
        {.says = {{SAY(DENIED("sixteen or more."), 1)}, {SAY(OK, 2)}}},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        prior[0] = prior[1] = 0;
        begin(&peers[i], 1);
        fetch_run(&t, &plain);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(count("Authorization"), 1);
        assert_int_equal(count(i == 1 ? SENT_Y : SENT_X), 1);
        fetch_end(&t);
    }
}

/* The request's own comes first, then the URL's, then the table. */
static void order(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(DENIED("r"), 1)}, {SAY(OK, 2)}}};
    static const struct lwurl_request requests[] = {
        {.url = "http://a:b@h/", .user = "y", .password = "y"},
        {.url = "http://y:y@h/"},
        {.url = "http://h/"},
        {.url = "http://other/"},
    };
    static const char *const sent[] = {SENT_Y, SENT_Y, SENT_X, NULL};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        prior[0] = 0;
        begin(&peer, 1);
        fetch_run(&t, &requests[i]);
        assert_int_equal(count("Authorization"), sent[i] != NULL);
        if (sent[i] != NULL)
            assert_int_equal(count(sent[i]), 1);
        fetch_end(&t);
    }
}

/* A table's password is refused once, and not tried again. */
static void refused(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(DENIED("x"), 1)}, {SAY(DENIED("x"), 2)}}};

    (void)state;
    begin(&peer, 1);
    fetch_run(&t, &plain);
    assert_int_equal(t.got.status, 401);
    assert_int_equal(count(SENT_X), 1);
    fetch_end(&t);
}

/* A7: learned from a good answer, forgotten with a bad status. */
static void a7_prior(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(DENIED("x"), 1)},
                 {SAY(OK, 2)},
                 {SAY(OK, 3)},
                 {SAY("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 4)}}};
    struct lwurl_request next = {.url = "http://h/b"};

    (void)state;
    prior[0] = prior[1] = 0;
    begin(&peer, 1);
    fetch_run(&t, &plain);
    assert_int_equal(count(SENT_X), 1);
    assert_int_equal(prior[0], 1);
    fetch_run(&t, &next);
    assert_int_equal(count(SENT_X), 2); /* unasked */
    assert_int_equal(fake.conns[0].heads, 3);
    fetch_run(&t, &next);
    assert_int_equal(t.got.status, 404);
    assert_int_equal(count(SENT_X), 3);
    assert_int_equal(prior[0], 0);
    assert_int_equal(prior[1], 0);
    fetch_end(&t);
}

/* A 2xx for a request without password teaches nothing. */
static void a7_not_asked(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(OK, 1)}}};

    (void)state;
    prior[0] = 0;
    begin(&peer, 1);
    fetch_run(&t, &plain);
    assert_int_equal(prior[0], 0);
    assert_int_equal(count("Authorization"), 0);
    fetch_end(&t);
}

/* What went unasked and was refused is not sent again; but another line's is,
   where the realm asks for that. */
static void a7_refused(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(DENIED("x"), 1)}}},
        {.says = {{SAY(DENIED("y"), 1)}, {SAY(OK, 2)}}},
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(&peers[i], 1);
        prior[0] = 1;
        fetch_run(&t, &plain);
        assert_int_equal(t.got.status, i == 0 ? 401 : 200);
        assert_int_equal(count(SENT_X), 1);
        assert_int_equal(count(SENT_Y), i);
        fetch_end(&t);
    }
}

/* Without .prior nothing goes unasked, whatever was learned. */
static void a7_none(void **state)
{
    static const struct lwurl_passwords all_wait = {lines, 2, NULL};
    static const struct lwurl_password_mgr waiting = LWURL_PASSWORDS(&all_wait);
    static const struct fake_peer peer = {.says = {{SAY(DENIED("x"), 1)},
                                                   {SAY(OK, 2)},
                                                   {SAY(DENIED("x"), 3)},
                                                   {SAY(OK, 4)}}};

    (void)state;
    begin(&peer, 1);
    basic.passwords = &waiting;
    for (unsigned i = 1; i <= 2; i++) {
        fetch_run(&t, &plain);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(count(SENT_X), i);
        assert_int_equal(seen_n(&fake), 2 * i);
    }
    fetch_end(&t);
}

/* A line without user is for nobody. */
static void without_user(void **state)
{
    static const struct lwurl_password nobody = {NULL, "http://h/", NULL, "p"};
    static const struct lwurl_passwords one = {&nobody, 1, NULL};
    static const struct lwurl_password_mgr manager = LWURL_PASSWORDS(&one);
    static const struct fake_peer peer = {.says = {{SAY(DENIED("x"), 1)}}};

    (void)state;
    begin(&peer, 1);
    basic.passwords = &manager;
    fetch_run(&t, &plain);
    assert_int_equal(t.got.status, 401);
    assert_int_equal(seen_n(&fake), 1);
    fetch_end(&t);
}

/* ------------------------------------------------------ a manager of its own
 */

/* One user, whose password depends on the realm. */
static int find_secret(void *ctx, struct lwurl_str url, struct lwurl_str realm_,
                       struct lwurl_login *out)
{
    (void)ctx;
    (void)url;
    out->user = "x";
    out->password = realm_.n > 0 ? "x" : "guess";
    return 1;
}

static int always(void *ctx, struct lwurl_str url)
{
    (void)ctx;
    (void)url;
    return 1;
}

/* The same user again, but with the password of the realm. */
static void password_of_realm(void **state)
{
    static const struct lwurl_password_mgr guessing = {
        .find = find_secret, .is_authenticated = always};
    static const struct fake_peer peer = {
        .says = {{SAY(DENIED("r"), 1)}, {SAY(OK, 2)}}};

    (void)state;
    begin(&peer, 1);
    basic.passwords = &guessing;
    fetch_run(&t, &plain);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(count("Authorization: Basic eDpndWVzcw==\r\n"), 1);
    assert_int_equal(count(SENT_X), 1);
    fetch_end(&t);
}

/* All but `find` may be left out: it is asked when the server asks. */
static void find_alone(void **state)
{
    static const struct lwurl_password_mgr plainest = {.find = find_secret};
    static const struct fake_peer peer = {
        .says = {{SAY(DENIED("r"), 1)}, {SAY(OK, 2)}}};

    (void)state;
    begin(&peer, 1);
    basic.passwords = &plainest;
    fetch_run(&t, &plain);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(count("Authorization"), 1);
    assert_int_equal(count(SENT_X), 1);
    fetch_end(&t);
}

/* A line is for its own origin, redirects or not. */
static void redirected(void **state)
{
    static const struct fake_peer away[] = {
        {.says = {{SAY(GO("http://evil/"), 1)}}},
        {.says = {{SAY(DENIED("x"), 1)}}},
    };
    static const struct fake_peer here[] = {
        {.says = {{SAY(GO("http://h/"), 1)}}},
        {.says = {{SAY(DENIED("x"), 1)}, {SAY(OK, 2)}}},
    };
    struct lwurl_request request = {.url = "http://far/"};

    (void)state;
    begin(away, 2);
    prior[0] = 1;
    fetch_run(&t, &plain);
    assert_int_equal(t.got.status, 401);
    assert_non_null(strstr(heard(&fake, 0), SENT_X));
    assert_null(strstr(heard(&fake, 1), "Authorization"));
    fetch_end(&t);
    begin(here, 2);
    prior[0] = 0;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_null(strstr(heard(&fake, 0), "Authorization"));
    assert_non_null(strstr(heard(&fake, 1), SENT_X));
    fetch_end(&t);
}

static int teardown(void **state)
{
    (void)state;
    fake_begin(&fake, NULL, 0);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(p2_below),     cmocka_unit_test(d7_paths),
        cmocka_unit_test(d7_origins),   cmocka_unit_test(p3_p4_best),
        cmocka_unit_test(checked),      cmocka_unit_test(many_dots),
        cmocka_unit_test(by_realm),     cmocka_unit_test(order),
        cmocka_unit_test(refused),      cmocka_unit_test(a7_prior),
        cmocka_unit_test(a7_not_asked), cmocka_unit_test(a7_refused),
        cmocka_unit_test(a7_none),      cmocka_unit_test(without_user),
        cmocka_unit_test(redirected),   cmocka_unit_test(password_of_realm),
        cmocka_unit_test(find_alone),
    };

    return cmocka_run_group_tests_name("passwords", tests, NULL, teardown);
}
