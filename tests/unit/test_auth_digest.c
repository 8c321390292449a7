/* SPDX-License-Identifier: MIT */
/* Digest in whole fetches: core/handlers/auth_digest.c and digest_*.c. What is
   sent is judged by digest_oracle.c. A2, A5, A6 and D6 are urllib's answers,
   followed or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest_oracle.h"
#include "exchange.h"
#include "lwurl_digest.h"
#include "lwurl_passwords.h"
#include "lwurl_redirect.h"
#include "seen.h"

#define DENIED(fields) \
    "HTTP/1.1 401 No\r\n" fields "Content-Length: 2\r\n\r\nno"
#define ASKED(challenge) DENIED("WWW-Authenticate: " challenge "\r\n")
#define OK_WITH(fields) \
    "HTTP/1.1 200 Fine\r\n" fields "Content-Length: 3\r\n\r\nyes"
#define OK OK_WITH("")
#define GO(to) \
    "HTTP/1.1 302 There\r\nLocation: " to "\r\nContent-Length: 0\r\n\r\n"
#define PLAIN(nonce)  "Digest realm=\"x\", nonce=\"" nonce "\""
#define AUTH(nonce)   PLAIN(nonce) ", qop=\"auth\""
#define SHA256(nonce) AUTH(nonce) ", algorithm=SHA-256"
#define STALE(nonce)  AUTH(nonce) ", stale=true"

/* ------------------------------------------------------------------- entropy
 */

static int entropy_result;
static unsigned entropy_calls;

static int read_entropy(void *ctx, void *p, size_t n)
{
    static const unsigned char bytes[8] = {0x01, 0x23, 0x45, 0x67,
                                           0x89, 0xab, 0xcd, 0xef};

    (void)ctx;
    assert_int_equal(n, sizeof bytes);
    memcpy(p, bytes, n);
    ((unsigned char *)p)[0] = (unsigned char)(1 + entropy_calls++);
    return entropy_result;
}

static const struct lwurl_entropy entropy = {NULL, read_entropy};

/* --------------------------------------------------------------------- bench
 */

static char room[256], realm[16], location[256];
static struct lwurl_digest digest;
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static const struct lwurl_handler handlers[] = {
    LWURL_DIGEST(&digest), LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect),
    LWURL_HTTP};
static const struct lwurl_handler digest_only[] = {LWURL_DIGEST(&digest),
                                                   LWURL_HTTP};

static struct fake fake;
static struct fetch t;

static void begin(const struct fake_peer *peers, size_t n)
{
    digest = (struct lwurl_digest){
        .room = room, .room_n = sizeof room, .entropy = &entropy};
    basic = (struct lwurl_basic){.realm = realm, .realm_n = sizeof realm};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    entropy_result = 0;
    entropy_calls = 0;
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

static const struct lwurl_request plain = {
    .url = "http://h/a", .user = "user", .password = "pass"};
static const struct oracle_user user = {"user", "pass"};

static struct seen request(unsigned n)
{
    return seen_request(&fake, n, "Authorization");
}

static unsigned requests(void)
{
    return seen_n(&fake);
}

/* The n-th request carries a right answer to this nonce, with this count. */
static void expect_answer(unsigned n, const char *nonce, unsigned count)
{
    struct seen s = request(n);
    char nc[16];

    (void)sprintf(nc, "%08x", count);
    assert_string_not_equal(s.field, "");
    assert_true(oracle_accepts(s.field, s.method, &user));
    assert_string_equal(oracle_param(s.field, "uri"), s.target);
    assert_string_equal(oracle_param(s.field, "nonce"), nonce);
    assert_string_equal(oracle_param(s.field, "nc"), nc);
    assert_string_equal(oracle_param(s.field, "qop"), "auth");
}

static void expect_none(unsigned n)
{
    assert_string_equal(request(n).field, "");
}

static int run(const struct lwurl_request *r)
{
    fetch_run(&t, r);
    return t.got.err;
}

/* --------------------------------------------------------------- the oracle */

#define RFC7616 "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
#define CNONCE  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

static void oracle(void **state)
{
    static const struct oracle_user users[] = {
        {"Mufasa", "Circle of Life"},
        {"Mufasa", "Circle Of Life"},
        {"Mufasa", "CircleOfLife"},
    };
    static const struct {
        const char *field;
        unsigned user;
    } rfc[] = {
        {"Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
         "uri=\"/dir/index.html\", algorithm=MD5, nonce=\"" RFC7616 "\", "
         "nc=00000001, cnonce=\"" CNONCE "\", qop=auth, "
         "response=\"8ca523f5e9506fed4657c9700eebdbec\", "
         "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
         0},
        {"Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
         "uri=\"/dir/index.html\", algorithm=SHA-256, nonce=\"" RFC7616 "\", "
         "nc=00000001, cnonce=\"" CNONCE "\", qop=auth, "
         "response=\"753927fa0e85d155564e2e272a28d180"
         "2ca10daf4496794697cf8db5856cb6c1\"",
         0},
        {"Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
         "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
         "uri=\"/dir/index.html\", qop=auth, nc=00000001, "
         "cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\"",
         1}, /* RFC 2617 3.5 */
        {"Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
         "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
         "uri=\"/dir/index.html\", "
         "response=\"1949323746fe6a43ef61f9606e7febea\"",
         2}, /* RFC 2069 2.4, with its erratum */
    };

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        for (unsigned k = 0; k < 3; k++)
            assert_true(oracle_accepts(rfc[i].field, "GET", &users[k]) ==
                        (k == rfc[i].user));
    assert_false(oracle_accepts(rfc[0].field, "POST", &users[0]));
}

/* -------------------------------------------------------------------- fields
 */

/* What is sent, to the letter; the numbers are from CPython's hashlib. */
static void letters(void **state)
{
#define START \
    "Digest username=\"user\", realm=\"x\", nonce=\"n1\", uri=\"/a\", "
#define TAIL ", qop=auth, nc=00000001, cnonce=\"0123456789abcdef\""
    static const struct {
        const char *response, *field;
    } cases[] = {
        {ASKED(AUTH("n1")),
         START "response=\"0d81e9b1c193139e5132790744be64fc\"" TAIL},
        {ASKED(AUTH("n1") ", opaque=\"o \\\"p\\\\\", algorithm=md5"),
         START "response=\"0d81e9b1c193139e5132790744be64fc\", "
               "opaque=\"o \\\"p\\\\\", algorithm=MD5" TAIL},
        {ASKED(SHA256("n1")),
         START "response=\"57f21ded27b1a2abb4f6c15999e70ab8"
               "3f97d0fc8a205dcf70d51d47502a6622\", algorithm=SHA-256" TAIL},
        {ASKED(AUTH("n1") ", algorithm=\"sha-256-SESS\""), START
         "response=\"35ed5d192b8583f94052c3ed5c223a71"
         "af50a09cb7f8b0921462c5aaaf6225c1\", algorithm=SHA-256-sess" TAIL},
        {ASKED(PLAIN("n1")),
         START "response=\"152aca26c2449c938f8a54131833d442\""},
        {ASKED(PLAIN("n1") ", qop=\"\", opaque=\"\""),
         START "response=\"152aca26c2449c938f8a54131833d442\", opaque=\"\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fake_peer peer = {.says = {{.p = cases[i].response,
                                                 .n = strlen(cases[i].response),
                                                 .heads = 1},
                                                {SAY(OK, 2)}}};
        begin(&peer, 1);
        assert_int_equal(run(&plain), LWURL_OK);
        assert_string_equal(t.got.body, "yes");
        assert_int_equal(requests(), 2);
        expect_none(0);
        assert_string_equal(request(1).field, cases[i].field);
        fetch_end(&t);
    }
}

/* A challenge, however it is cut, and an answer that leaves in pieces. */
static void cut_everywhere(void **state)
{
    static const char response[] = DENIED(
        "WWW-Authenticate: Newauth realm=\"a, b\", Digest nonce=\"n\\\"1\", "
        "algorithm=SHA-256 , realm=\"re alm\",qop=\"auth-int, auth\"\r\n"
        "WWW-Authenticate: Basic realm=\"x\"\r\n");
    struct lwurl_request request_ = {
        .url = "http://h/a/path/longer/than/32/bytes?with=a&query",
        .user = "user",
        .password = "pass"};
    struct fake_peer peer = {.says = {{SAY("", 1)}, {SAY(OK, 2)}}};

    (void)state;
    peer.says[0].p = response;
    peer.says[0].n = sizeof response - 1;
    for (size_t split = 0; split < sizeof response; split++) {
        peer.split = split;
        peer.take = split % 37;
        begin(&peer, 1);
        assert_int_equal(run(&request_), LWURL_OK);
        assert_int_equal(requests(), 2);
        expect_answer(1, "n\"1", 1);
        assert_string_equal(oracle_param(request(1).field, "realm"), "re alm");
        fetch_end(&t);
    }
    for (peer.piece = 1; peer.piece < 5; peer.piece++) {
        begin(&peer, 1);
        assert_int_equal(run(&request_), LWURL_OK);
        expect_answer(1, "n\"1", 1);
        fetch_end(&t);
    }
}

/* Of what is offered, the strongest; the algorithm says which it was. */
static void d6_strongest(void **state)
{
    static const struct {
        const char *fields, *nonce, *algorithm;
    } cases[] = {
        {"WWW-Authenticate: " AUTH("m") "\r\n"
                                        "WWW-Authenticate: " SHA256("s") "\r\n",
         "s", "SHA-256"},
        {"WWW-Authenticate: " SHA256("s") ", " AUTH("m") "\r\n", "s",
         "SHA-256"},
        {"WWW-Authenticate: " AUTH("m") ", algorithm=MD5, " SHA256("s") "\r\n",
         "s", "SHA-256"},
        {"WWW-Authenticate: Basic realm=\"b\", " AUTH(
             "m") ", algorithm=MD5-sess, Bearer\r\n",
         "m", "MD5-sess"},
        {"WWW-Authenticate: Basic realm=\"b\"\r\n"
         "WWW-Authenticate: " SHA256("s") "\r\n",
         "s", "SHA-256"},
        {"WWW-Authenticate: " AUTH("x") ", algorithm=SHA-512-256\r\n"
                                        "WWW-Authenticate: " AUTH("m") "\r\n",
         "m", NULL},
        {"WWW-Authenticate: " AUTH("1") "\r\n"
                                        "WWW-Authenticate: " AUTH("2") "\r\n",
         "1", NULL},
        {"WWW-Authenticate: " PLAIN("p") ", algorithm=MD5\r\n"
                                         "WWW-Authenticate: " AUTH("m") "\r\n",
         "m", NULL},
        {"WWW-Authenticate: " PLAIN("i") ", algorithm=SHA-256, qop=auth-int\r\n"
                                         "WWW-Authenticate: " AUTH("m") "\r\n",
         "m", NULL},
        {"WWW-Authenticate: Digest nonce=\"r\", algorithm=SHA-256, qop=auth\r\n"
         "WWW-Authenticate: " AUTH("m") "\r\n",
         "m", NULL},
        {"WWW-Authenticate: Digest realm=\"x\", nonce=\"1\", nonce=\"2\", "
         "qop=\"x , auth,auth-int\"\r\n",
         "1", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char response[512];
        (void)snprintf(response, sizeof response,
                       "HTTP/1.1 401 N\r\n%sContent-Length: 0\r\n\r\n",
                       cases[i].fields);
        const struct fake_peer peer = {
            .says = {{.p = response, .n = strlen(response), .heads = 1},
                     {SAY(OK, 2)}}};
        begin(&peer, 1);
        assert_int_equal(run(&plain), LWURL_OK);
        expect_answer(1, cases[i].nonce, 1);
        const char *algorithm = oracle_param(request(1).field, "algorithm");
        if (cases[i].algorithm == NULL && algorithm != NULL)
            assert_string_equal(algorithm, "MD5");
        else if (cases[i].algorithm != NULL)
            assert_string_equal(algorithm, cases[i].algorithm);
        fetch_end(&t);
    }
}

/* Nothing that can be answered: an error that says so, but only where there
   was a password; and Basic, where that is offered too. */
static void a3_unanswered(void **state)
{
    static const struct {
        const char *challenge;
        int err;
    } cases[] = {
        {AUTH("n") ", algorithm=SHA-512-256", LWURL_ERR_AUTH},
        {AUTH("n") ", algorithm=SHA-256-sessX", LWURL_ERR_AUTH},
        {AUTH("n") ", algorithm=", LWURL_ERR_AUTH},
        {"Digest realm=\"x\", qop=\"auth\"", LWURL_ERR_AUTH},
        {"Digest nonce=\"x\", qop=\"auth\"", LWURL_ERR_AUTH},
        {"Digest", LWURL_ERR_AUTH},
        {"Bearer realm=\"x\", nonce=\"x\"", LWURL_ERR_AUTH},
        {PLAIN("n") ", qop=\"auth-int\"", LWURL_ERR_AUTH_INT},
        {PLAIN("n") ", qop=auth-int", LWURL_ERR_AUTH_INT},
        {PLAIN("n") ", qop=\"auth-conf\"", LWURL_ERR_AUTH},
        {"", LWURL_ERR_STATUS},
        {"Basic", LWURL_ERR_STATUS}, /* as urllib: no error of its own */
        {"Basic charset=UTF-8", LWURL_ERR_STATUS},
    };
    static const char b[] = "Basic realm=\"x\"";

    (void)state;
    for (size_t i = 0; i < 4 * sizeof cases / sizeof cases[0]; i++) {
        bool with_basic = i % 2 == 1, both_lines = i / 2 % 2 == 1;
        char response[512];
        (void)snprintf(response, sizeof response, ASKED("%s%s%s"),
                       cases[i / 4].challenge, with_basic ? ", " : "",
                       with_basic ? b : "");
        const struct fake_peer peer = {
            .says = {{.p = response, .n = strlen(response), .heads = 1},
                     {SAY(OK, 2)}}};
        struct lwurl_request nobody = {.url = "http://h/"};
        begin(&peer, 1);
        if (!both_lines) {
            t.opener.handlers = digest_only;
            t.opener.handlers_n = 2;
        }
        int expected = with_basic && both_lines ? LWURL_OK : cases[i / 4].err;
        assert_int_equal(run(&plain), expected);
        assert_int_equal(requests(), expected == LWURL_OK ? 2 : 1);
        if (expected == LWURL_OK)
            assert_string_equal(request(1).field, "Basic dXNlcjpwYXNz");
        fetch_end(&t);
        begin(&peer, 1);
        assert_int_equal(run(&nobody), LWURL_ERR_STATUS);
        assert_int_equal(t.got.status, 401);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------------ refusals
 */

/* A2: a wrong password is not sent twice, and never as Basic after that. */
static void a2_wrong_password(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1") ", Basic realm=\"x\""), 1)},
                 {SAY(ASKED(AUTH("n2") ", Basic realm=\"x\""), 2)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&plain), LWURL_ERR_STATUS);
    assert_int_equal(t.got.status, 401);
    assert_string_equal(t.got.body, "no");
    assert_int_equal(requests(), 2);
    expect_answer(1, "n1", 1);
    fetch_end(&t);
}

static void stale(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)},
                 {SAY(ASKED(STALE("n2")), 2)},
                 {SAY(ASKED(AUTH("n3") ", stale=TRUE"), 3)},
                 {SAY(OK, 4)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    for (unsigned i = 1; i < 4; i++)
        expect_answer(i, i == 1 ? "n1" : i == 2 ? "n2" : "n3", 1);
    assert_string_not_equal(oracle_param(request(1).field, "cnonce"),
                            oracle_param(request(2).field, "cnonce"));
    fetch_end(&t);
}

/* A6: five answers, then the 401 is the response. */
static void a6_stale_for_ever(void **state)
{
    struct fake_peer peers[8];

    (void)state;
    for (size_t i = 0; i < 8; i++)
        peers[i] = (struct fake_peer){
            .says = {{SAY(DENIED("WWW-Authenticate: " STALE(
                              "n") "\r\nConnection: close\r\n"),
                          1)}},
            .end = LWURL_PORT_EOF,
            .end_heads = 1};
    begin(peers, 8);
    assert_int_equal(run(&plain), LWURL_ERR_STATUS);
    assert_int_equal(t.got.status, 401);
    assert_int_equal(requests(), 6);
    fetch_end(&t);
}

/* --------------------------------------------------------------- kept nonces
 */

static void counted(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(ASKED(AUTH("n1")), 1)},
                                                   {SAY(OK, 2)},
                                                   {SAY(OK, 3)},
                                                   {SAY(OK, 4)}}};
    struct lwurl_request post = {.url = "http://h/b?c=d",
                                 .method = "DELETE",
                                 .user = "user",
                                 .password = "pass"};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&post), LWURL_OK);
    for (unsigned i = 1; i < 4; i++)
        expect_answer(i, "n1", i);
    assert_int_equal(requests(), 4);
    assert_int_equal(entropy_calls, 1);
    fetch_end(&t);
}

/* A nonce of an earlier fetch that is not known any more, and not called
   stale: the password may still be right. */
static void kept_and_refused(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(ASKED(AUTH("n1")), 1)},
                                                   {SAY(OK, 2)},
                                                   {SAY(ASKED(AUTH("n2")), 3)},
                                                   {SAY(OK, 4)}}};
    static const struct fake_peer wrong = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)},
                 {SAY(OK, 2)},
                 {SAY(ASKED(AUTH("n2")), 3)},
                 {SAY(ASKED(AUTH("n3")), 4)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(2, "n1", 2);
    expect_answer(3, "n2", 1);
    fetch_end(&t);
    begin(&wrong, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&plain), LWURL_ERR_STATUS);
    assert_int_equal(requests(), 4);
    fetch_end(&t);
}

/* The connection died with the request: its count is used up. */
static void counted_when_lost(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 2},
        {.says = {{SAY(OK, 1)}}}};

    (void)state;
    begin(peers, 2);
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(1, "n1", 1);
    expect_answer(2, "n1", 2);
    fetch_end(&t);
}

/* nextnonce shorter, as long, longer than the last; in a head or a trailer. */
static void nextnonce(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED("Digest nonce=\"first\", realm=\"x\", "
                             "opaque=\"o\", qop=auth"),
                       1)},
                  {SAY(OK_WITH("Authentication-Info: nextnonce=\"second\", "
                               "rspauth=\"abc\"\r\n"),
                       2)},
                  {SAY(OK_WITH("authentication-info: qop=auth, "
                               "nextnonce=3\r\n"
                               "Connection: close\r\n"),
                       3)}}},
        {.says = {{SAY("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nyes\r\n0\r\nAuthentication-Info: nextnonce=4\r\n"
                       "\r\n",
                       1)},
                  {SAY(OK_WITH("Authentication-Info: nextnonce=\"\", a=b\r\n"),
                       2)},
                  {SAY(OK, 3)}}},
    };
    struct seen s;

    (void)state;
    begin(peers, 2);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(run(&plain), i == 2 ? LWURL_ERR_STATUS : LWURL_OK);
    expect_answer(1, "first", 1);
    expect_answer(2, "second", 1);
    expect_answer(3, "3", 1);
    expect_answer(4, "4", 1);
    expect_answer(5, "4", 2);
    for (unsigned i = 1; i < 6; i++) {
        s = request(i);
        assert_string_equal(oracle_param(s.field, "realm"), "x");
        assert_string_equal(oracle_param(s.field, "opaque"), "o");
    }
    assert_int_equal(entropy_calls, 4);
    fetch_end(&t);
}

/* One that is not taken: without room, and where a session key stands on the
   first; one for a request that was not signed. */
static void nextnonce_ignored(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)},
                  {SAY(OK_WITH("Authentication-Info: nextnonce=\"x234567890123"
                               "456789012345678901234567890\"\r\n"),
                       2)},
                  {SAY(OK, 3)}}},
        {.says = {{SAY(ASKED(AUTH("n1") ", algorithm=MD5-sess"), 1)},
                  {SAY(OK_WITH("Authentication-Info: nextnonce=n2\r\n"), 2)},
                  {SAY(OK, 3)}}},
        {.says = {{SAY(OK_WITH("Authentication-Info: nextnonce=n0\r\n"), 1)},
                  {SAY(ASKED(AUTH("n1")), 2)},
                  {SAY(OK, 3)}}},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(&peers[i], 1);
        digest.room_n = 32;
        assert_int_equal(run(&plain), LWURL_OK);
        assert_int_equal(run(&plain), LWURL_OK);
        assert_int_equal(requests(), 3);
        expect_answer(2, "n1", i < 2 ? 2 : 1);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------------- origins
 */

/* A nonce, and with it the user's name, is for its origin alone. */
static void other_origins(void **state)
{
    static const char *const urls[] = {"http://other/a", "http://h:81/a",
                                       "http://hh/a", "http://h.h/a"};
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(OK, 2)}}},
        {.says = {{SAY(OK, 1)}}},
        {.says = {{SAY(OK, 1)}}}};
    struct lwurl_request next = plain;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        begin(peers, 3);
        assert_int_equal(run(&plain), LWURL_OK);
        next.url = urls[i];
        assert_int_equal(run(&next), LWURL_OK);
        expect_none(2);
        next.url = "http://H:80/z"; /* the same, written otherwise */
        assert_int_equal(run(&next), LWURL_OK);
        expect_answer(3, "n1", 2);
        fetch_end(&t);
    }
}

static void redirects(void **state)
{
    static const struct fake_peer here[] = {
        {.says = {
             {SAY(ASKED(AUTH("n1")), 1)}, {SAY(GO("/b"), 2)}, {SAY(OK, 3)}}}};
    static const struct fake_peer away[] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(GO("http://evil/b"), 2)}}},
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}}}};
    static const struct fake_peer and_back[] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(GO("http://evil/b"), 2)}}},
        {.says = {{SAY(GO("http://h/b"), 1)}}},
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}}}};
    static const struct lwurl_request urls[] = {
        {.url = "http://h/a", .user = "user", .password = "pass"},
        {.url = "http://user:pass@h/a"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(here, 1);
        assert_int_equal(run(&urls[i]), LWURL_OK);
        expect_answer(2, "n1", 2);
        assert_string_equal(request(2).target, "/b");
        fetch_end(&t);
        begin(away, 2);
        assert_int_equal(run(&urls[i]), LWURL_ERR_STATUS);
        expect_none(2);
        assert_int_equal(requests(), 3);
        fetch_end(&t);
        begin(and_back, 3);
        assert_int_equal(run(&urls[i]), LWURL_ERR_STATUS);
        expect_none(2);
        expect_none(3);
        assert_int_equal(requests(), 4);
        fetch_end(&t);
    }
}

/* Another realm on the same host, after a redirect: asked and answered. */
static void other_realm(void **state)
{
    static const struct fake_peer peer = {
        .says = {
            {SAY(ASKED(AUTH("n1")) GO("/b"), 1)},
            {SAY("", 2)},
            {SAY(ASKED("Digest realm=\"y\", nonce=\"n2\", qop=\"auth\""), 3)},
            {SAY(OK, 4)}}};
    struct fake_peer p = peer;

    (void)state;
    p.says[0] = (struct fake_say){SAY(ASKED(AUTH("n1")), 1)};
    p.says[1] = (struct fake_say){SAY(GO("/b"), 2)};
    begin(&p, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(2, "n1", 2);
    expect_answer(3, "n2", 1);
    fetch_end(&t);
}

/* ----------------------------------------------------------------- the room */

/* It says what it takes, and takes no more. */
static void room_needed(void **state)
{
    static const struct {
        const char *response;
        long wanted;
    } cases[] = {
        {ASKED("Digest realm=\"1234\", nonce=\"567890\", opaque=abc, qop=auth"),
         4 + 6 + 3 + 1},
        {ASKED(AUTH("123") ", " SHA256("12345678")), 4 + 9},
        {ASKED(SHA256("12345678") ", " AUTH("123456789012345")), 9 + 1},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct fake_peer peer = {.says = {{.p = cases[i].response,
                                                 .n = strlen(cases[i].response),
                                                 .heads = 1},
                                                {SAY(OK, 2)}}};
        for (long n = 0; n <= cases[i].wanted; n++) {
            begin(&peer, 1);
            digest.room = guarded(1, (size_t)n);
            digest.room_n = (size_t)n;
            int err = run(&plain);
            assert_int_equal(err,
                             n < cases[i].wanted ? LWURL_ERR_ROOM : LWURL_OK);
            if (err != LWURL_OK)
                assert_in_range(t.got.detail, n + 1, cases[i].wanted);
            fetch_end(&t);
        }
        begin(&peer, 1);
        digest.room = NULL;
        digest.room_n = 0;
        assert_int_equal(run(&plain), LWURL_ERR_ROOM);
        fetch_end(&t);
    }
}

/* A room that is too small is nobody's trouble where nobody has a password. */
static void room_not_needed(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(ASKED(AUTH("n")), 1)}}};
    struct lwurl_request nobody = {.url = "http://h/"};

    (void)state;
    begin(&peer, 1);
    digest.room_n = 0;
    assert_int_equal(run(&nobody), LWURL_ERR_STATUS);
    assert_null(lwurl_digest_realm(&digest).p);
    fetch_end(&t);
}

/* ----------------------------------------------------------------- turns */

static void asked(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED("Basic realm=\"b\", " AUTH("n1")), 1)},
                 {SAY(ASKED("Basic realm=\"b\", " AUTH("n2")), 2)},
                 {SAY(OK, 3)}}};
    struct lwurl_request r = {.url = "http://wrong:one@h/",
                              .flags = LWURL_ASK_CREDENTIALS};
    unsigned until = 1u << LWURL_TURN_CREDENTIALS | 1u << LWURL_TURN_DONE;

    (void)state;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &r), LWURL_OK);
    assert_int_equal(fetch_until(&t, until), LWURL_TURN_CREDENTIALS);
    assert_int_equal(lwurl_attempt(&t.u), 2);
    assert_string_equal(lwurl_auth_scheme(&t.u), "Digest");
    assert_int_equal(lwurl_digest_realm(&digest).n, 1);
    assert_memory_equal(lwurl_digest_realm(&digest).p, "x", 1);
    assert_int_equal(lwurl_credentials(&t.u, "user", "pass"), LWURL_OK);
    assert_int_equal(fetch_until(&t, until), LWURL_TURN_DONE);
    expect_answer(2, "n2", 1);
    fetch_end(&t);
}

/* None are given: that is the end, and nobody is asked again for Basic. */
static void asked_and_none(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED("Basic realm=\"b\", " AUTH("n1")), 1)}}};
    struct lwurl_request r = {.url = "http://h/",
                              .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&r), LWURL_ERR_STATUS);
    assert_int_equal(t.got.turns[LWURL_TURN_CREDENTIALS], 1);
    assert_int_equal(requests(), 1);
    fetch_end(&t);
}

static void asked_for_basic(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED("Basic realm=\"b\""), 1)}, {SAY(OK, 2)}}};
    struct lwurl_request r = {.url = "http://h/",
                              .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &r), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_CREDENTIALS),
                     LWURL_TURN_CREDENTIALS);
    assert_string_equal(lwurl_auth_scheme(&t.u), "Basic");
    fetch_end(&t);
}

/* ------------------------------------------------------------------ entropy */

static void no_entropy(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(OK, 2)}}};

    (void)state;
    begin(&peer, 1);
    entropy_result = -1;
    assert_int_equal(run(&plain), LWURL_ERR_ENTROPY);
    assert_int_equal(requests(), 1);
    fetch_end(&t);
    begin(&peer, 1);
    digest.entropy = NULL;
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(1, "n1", 1);
    assert_string_equal(oracle_param(request(1).field, "cnonce"),
                        "0000000000000000");
    fetch_end(&t);
}

/* ------------------------------------------------------------- odd requests */

static void quoted(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED("Digest realm=\"a\\\"b\\\\\", nonce=\"\\\"n\\\"\", "
                            "qop=\"auth\", algorithm=MD5-sess"),
                      1)},
                 {SAY(OK, 2)}}};
    static const struct lwurl_request r = {
        .url = "http://%22us%5cer:p%C3%A4:%22@h/a\"b\\c?\"#\""};
    static const struct oracle_user who = {"\"us\\er", "p\xc3\xa4:\""};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&r), LWURL_OK);
    struct seen s = request(1);
    assert_string_equal(s.target, "/a\"b\\c?\"");
    assert_string_equal(oracle_param(s.field, "uri"), s.target);
    assert_string_equal(oracle_param(s.field, "realm"), "a\"b\\");
    assert_true(oracle_accepts(s.field, "GET", &who));
    fetch_end(&t);
}

static void userhash(void **state)
{
    static const struct fake_peer peer = {
        .says = {
            {SAY(ASKED(SHA256("n1") ", userhash=true, charset=\"UTF-8\""), 1)},
            {SAY(OK, 2)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(1, "n1", 1);
    assert_null(strstr(heard(&fake, 0), "user\""));
    assert_string_equal(oracle_param(request(1).field, "userhash"), "true");
    fetch_end(&t);
}

/* RFC 2617's session form without a qop: the cnonce has to go along. */
static void sess_without_qop(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(PLAIN("n1") ", algorithm=MD5-sess"), 1)},
                 {SAY(OK, 2)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    struct seen s = request(1);
    assert_true(oracle_accepts(s.field, "GET", &user));
    assert_null(oracle_param(s.field, "qop"));
    assert_string_equal(oracle_param(s.field, "cnonce"), "0123456789abcdef");
    fetch_end(&t);
}

static void callers_own_field(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}}};
    static const struct lwurl_header own = {"authorization", "Mine"};
    struct lwurl_request r = plain;

    (void)state;
    r.headers = &own;
    r.headers_n = 1;
    begin(&peer, 1);
    assert_int_equal(run(&r), LWURL_ERR_STATUS);
    assert_int_equal(requests(), 1);
    assert_null(strstr(heard(&fake, 0), "Authorization"));
    fetch_end(&t);
}

static void unsendable(void **state)
{
    static const struct lwurl_request bad = {
        .url = "http://h/", .user = "a:b", .password = "c"};

    (void)state;
    begin(NULL, 0);
    t.opener.handlers = digest_only;
    t.opener.handlers_n = 2;
    assert_int_equal(fetch_begin(&t, &bad), LWURL_ERR_CREDENTIALS);
    fetch_end(&t);
}

/* Basic went unasked; the server wants Digest: only one field goes then. */
static void auth_first(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(OK, 2)}, {SAY(OK, 3)}}};
    struct lwurl_request r = plain;

    (void)state;
    r.flags = LWURL_AUTH_FIRST;
    begin(&peer, 1);
    assert_int_equal(run(&r), LWURL_OK);
    assert_string_equal(request(0).field, "Basic dXNlcjpwYXNz");
    expect_answer(1, "n1", 1);
    assert_int_equal(run(&r), LWURL_OK);
    expect_answer(2, "n1", 2);
    fetch_end(&t);
}

static void from_the_manager(void **state)
{
    static const struct lwurl_password lines[] = {
        {NULL, "http://h/", "other", "one"},
        {"x", "http://h/", "user", "pass"}};
    static const struct lwurl_passwords passwords = {lines, 2, NULL};
    static const struct lwurl_password_mgr mgr = LWURL_PASSWORDS(&passwords);
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(OK, 2)}, {SAY(OK, 3)}}};
    static const struct lwurl_request r = {.url = "http://h/a"};

    (void)state;
    begin(&peer, 1);
    digest.passwords = &mgr;
    assert_int_equal(run(&r), LWURL_OK);
    assert_int_equal(run(&r), LWURL_OK);
    expect_answer(1, "n1", 1);
    expect_answer(2, "n1", 2);
    fetch_end(&t);
}

/* The answer comes while the request is still going out: what is left of it
   never leaves, as the nonce that it was signed with is gone. */
static void answered_amid_the_head(void **state)
{
    static const struct fake_peer script[2] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)},
                  {SAY(OK, 2)},
                  {SAY("HTTP/1.1 401 No\r\n", 2)},
                  {SAY("WWW-Authenticate: " AUTH(
                           "n2") "\r\nContent-Length: 0\r\n\r\n",
                       2),
                   .delay_ms = 50}},
         .take = 16},
        {.says = {{SAY(OK, 1)}}}};
    struct fake_peer peers[2];
    bool whole = false;

    (void)state;
    for (size_t at = 1; !whole; at += 7) {
        memcpy(peers, script, sizeof peers);
        peers[0].says[2].after = at;
        begin(peers, 2);
        assert_int_equal(run(&plain), LWURL_OK);
        size_t before = fake.conns[0].sent_n;
        int err = run(&plain);
        whole = fake.conns[0].heads > 2; /* then the server says no more */
        if (!whole) {
            assert_int_equal(err, LWURL_OK);
            assert_in_range(fake.conns[0].sent_n - before, at, at + 2 * 16);
            assert_null(strstr(heard(&fake, 0), "n2"));
            expect_answer(2, "n2", 1);
        } else {
            expect_answer(2, "n1", 2);
        }
        fetch_end(&t);
    }
}

/* --------------------------------------------------------------------- fuzz */

static uint32_t seed = 1;

static unsigned dice(unsigned n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* Words of challenges in any order: whatever comes of it, it ends, stays in
   its room and sends no more than the tries that it has. */
static void random_challenges(void **state)
{
    static const char *const words[] = {"Digest ",
                                        "Basic ",
                                        "realm=",
                                        "nonce=",
                                        "opaque=",
                                        "qop=",
                                        "stale=true",
                                        "algorithm=",
                                        "MD5",
                                        "SHA-256",
                                        "-sess",
                                        "auth",
                                        "auth-int",
                                        "\"",
                                        "\"",
                                        "\\",
                                        ", ",
                                        ",",
                                        " ",
                                        "=",
                                        "a",
                                        "0123456789",
                                        "nextnonce=",
                                        "userhash=",
                                        "true",
                                        "\r\nWWW-Authenticate: ",
                                        "\r\nAuthentication-Info: ",
                                        "\t",
                                        "realm=\"x\"",
                                        "nonce=\"n\"",
                                        "Digest realm=\"x\", nonce=\"n\", "};
    static const char *const status[] = {"401", "200"};

    (void)state;
    for (int round = 0; round < 4000; round++) {
        char text[2][2048];
        for (int i = 0; i < 2; i++) {
            size_t n = (size_t)sprintf(
                text[i], "HTTP/1.1 %s N\r\nA: ", status[i == 0 ? 0 : dice(2)]);
            for (unsigned k = dice(40); k > 0; k--)
                n += (size_t)sprintf(
                    text[i] + n, "%s",
                    words[dice(sizeof words / sizeof words[0])]);
            (void)sprintf(text[i] + n, "\r\nContent-Length: 0\r\n\r\n");
        }
        struct fake_peer peers[8];
        for (int i = 0; i < 8; i++)
            peers[i] = (struct fake_peer){
                .says = {{.p = text[0], .n = strlen(text[0]), .heads = 1},
                         {.p = text[1], .n = strlen(text[1]), .heads = 2}},
                .piece = dice(3) == 0 ? 1 + dice(9) : 0,
                .end = LWURL_PORT_EOF,
                .end_heads = 3};
        begin(peers, 8);
        digest.room_n = dice(60);
        digest.room = guarded(1, digest.room_n);
        fetch_run(&t, &plain);
        assert_in_range(requests(), 1, 12);
        for (unsigned i = 0; i < requests(); i++) {
            struct seen s = request(i);
            if (strncmp(s.field, "Digest ", 7) == 0)
                assert_true(oracle_accepts(s.field, s.method, &user));
        }
        fetch_end(&t);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle),
        cmocka_unit_test(letters),
        cmocka_unit_test(cut_everywhere),
        cmocka_unit_test(d6_strongest),
        cmocka_unit_test(a3_unanswered),
        cmocka_unit_test(a2_wrong_password),
        cmocka_unit_test(stale),
        cmocka_unit_test(a6_stale_for_ever),
        cmocka_unit_test(counted),
        cmocka_unit_test(kept_and_refused),
        cmocka_unit_test(counted_when_lost),
        cmocka_unit_test(nextnonce),
        cmocka_unit_test(nextnonce_ignored),
        cmocka_unit_test(other_origins),
        cmocka_unit_test(redirects),
        cmocka_unit_test(other_realm),
        cmocka_unit_test(room_needed),
        cmocka_unit_test(room_not_needed),
        cmocka_unit_test(asked),
        cmocka_unit_test(asked_and_none),
        cmocka_unit_test(asked_for_basic),
        cmocka_unit_test(no_entropy),
        cmocka_unit_test(quoted),
        cmocka_unit_test(userhash),
        cmocka_unit_test(sess_without_qop),
        cmocka_unit_test(callers_own_field),
        cmocka_unit_test(unsendable),
        cmocka_unit_test(auth_first),
        cmocka_unit_test(from_the_manager),
        cmocka_unit_test(answered_amid_the_head),
        cmocka_unit_test(random_challenges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
