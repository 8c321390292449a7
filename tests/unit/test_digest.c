/* SPDX-License-Identifier: MIT */
/* Challenges and what answers them: core/handlers/digest_read.c and
   digest_write.c. What is sent is judged by digest_oracle.c. A3 and D6 are
   urllib's answers, followed or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest_bench.h"

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
        begin_digest(&peer, 1);
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
        begin_digest(&peer, 1);
        assert_int_equal(run(&request_), LWURL_OK);
        assert_int_equal(requests(), 2);
        expect_answer(1, "n\"1", 1);
        assert_string_equal(oracle_param(request(1).field, "realm"), "re alm");
        fetch_end(&t);
    }
    for (peer.piece = 1; peer.piece < 5; peer.piece++) {
        begin_digest(&peer, 1);
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
        begin_digest(&peer, 1);
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
        {AUTH("n\x01"), LWURL_ERR_AUTH}, /* it cannot be sent back */
        {AUTH("n") ", opaque=\"\x7f\"", LWURL_ERR_AUTH},
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
        begin_digest(&peer, 1);
        if (!both_lines)
            digest_alone();
        int expected = with_basic && both_lines ? LWURL_OK : cases[i / 4].err;
        assert_int_equal(run(&plain), expected);
        assert_int_equal(requests(), expected == LWURL_OK ? 2 : 1);
        if (expected == LWURL_OK)
            assert_string_equal(request(1).field, "Basic dXNlcjpwYXNz");
        fetch_end(&t);
        begin_digest(&peer, 1);
        assert_int_equal(run(&nobody), LWURL_ERR_STATUS);
        assert_int_equal(t.got.status, 401);
        fetch_end(&t);
    }
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
        {ASKED("Digest realm=\"\", nonce=\"\", qop=auth"), 1},
    };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const struct fake_peer peer = {.says = {{.p = cases[i].response,
                                                 .n = strlen(cases[i].response),
                                                 .heads = 1},
                                                {SAY(OK, 2)}}};
        for (long n = 0; n <= cases[i].wanted; n++) {
            begin_digest(&peer, 1);
            digest.room = guarded(1, (size_t)n);
            digest.room_n = (size_t)n;
            int err = run(&plain);
            assert_int_equal(err,
                             n < cases[i].wanted ? LWURL_ERR_ROOM : LWURL_OK);
            if (err != LWURL_OK)
                assert_in_range(t.got.detail, n + 1, cases[i].wanted);
            else
                assert_true(oracle_accepts(request(1).field, "GET", &user));
            fetch_end(&t);
        }
        begin_digest(&peer, 1);
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
    begin_digest(&peer, 1);
    digest.room_n = 0;
    assert_int_equal(run(&nobody), LWURL_ERR_STATUS);
    assert_null(lwurl_digest_realm(&digest).p);
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
    begin_digest(&peer, 1);
    assert_int_equal(run(&r), LWURL_OK);
    struct seen s = request(1);
    assert_string_equal(s.target, "/a\"b\\c?\"");
    assert_string_equal(oracle_param(s.field, "uri"), s.target);
    assert_string_equal(oracle_param(s.field, "realm"), "a\"b\\");
    assert_true(oracle_accepts(s.field, "GET", &who));
    fetch_end(&t);
}

/* A backslash is escaped where no quote is, and goes out as it is elsewhere. */
static void backslash(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(OK, 2)}}};
    struct lwurl_request r = plain;

    (void)state;
    r.url = "http://h/a\\b";
    begin_digest(&peer, 1);
    assert_int_equal(run(&r), LWURL_OK);
    assert_string_equal(request(1).target, "/a\\b");
    assert_non_null(strstr(request(1).field, "uri=\"/a\\\\b\""));
    expect_answer(1, "n1", 1);
    fetch_end(&t);
}

static void userhash(void **state)
{
    static const struct fake_peer peer = {
        .says = {
            {SAY(ASKED(SHA256("n1") ", userhash=true, charset=\"UTF-8\""), 1)},
            {SAY(OK, 2)}}};

    (void)state;
    begin_digest(&peer, 1);
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
    begin_digest(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    struct seen s = request(1);
    assert_true(oracle_accepts(s.field, "GET", &user));
    assert_null(oracle_param(s.field, "qop"));
    assert_string_equal(oracle_param(s.field, "cnonce"), "0123456789abcdef");
    fetch_end(&t);
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
        begin_digest(peers, 8);
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
        cmocka_unit_test(oracle),           cmocka_unit_test(letters),
        cmocka_unit_test(cut_everywhere),   cmocka_unit_test(d6_strongest),
        cmocka_unit_test(a3_unanswered),    cmocka_unit_test(room_needed),
        cmocka_unit_test(room_not_needed),  cmocka_unit_test(quoted),
        cmocka_unit_test(backslash),        cmocka_unit_test(userhash),
        cmocka_unit_test(sess_without_qop), cmocka_unit_test(random_challenges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
