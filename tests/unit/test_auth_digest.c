/* SPDX-License-Identifier: MIT */
/* Digest with the origin in whole fetches: core/handlers/auth_digest.c and
   digest_judge.c. A2, A5 and A6 are urllib's answers, followed or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest_bench.h"
#include "fake_filter.h"
#include "lwurl_passwords.h"

/* ------------------------------------------------------------------ refusals
 */

/* A2: a wrong password is not sent twice, and never as Basic after that. */
static void a2_wrong_password(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1") ", Basic realm=\"x\""), 1)},
                 {SAY(ASKED(AUTH("n2") ", Basic realm=\"x\""), 2)}}};

    (void)state;
    begin_digest(&peer, 1);
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
    begin_digest(&peer, 1);
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
    begin_digest(peers, 8);
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
    begin_digest(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&post), LWURL_OK);
    for (unsigned i = 1; i < 4; i++)
        expect_answer(i, "n1", i);
    assert_int_equal(requests(), 4);
    assert_int_equal(noise.calls, 1);
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
    begin_digest(&peer, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(2, "n1", 2);
    expect_answer(3, "n2", 1);
    fetch_end(&t);
    begin_digest(&wrong, 1);
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
    begin_digest(peers, 2);
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
    begin_digest(peers, 2);
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
    assert_int_equal(noise.calls, 4);
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
        begin_digest(&peers[i], 1);
        digest.room_n = 32;
        assert_int_equal(run(&plain), LWURL_OK);
        assert_int_equal(run(&plain), LWURL_OK);
        assert_int_equal(requests(), 3);
        expect_answer(2, "n1", i < 2 ? 2 : 1);
        fetch_end(&t);
    }
}

/* Without entropy there is no cnonce for it: the server is asked anew. */
static void nextnonce_without_entropy(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)},
                 {SAY(OK_WITH("Authentication-Info: nextnonce=n2\r\n"), 2)},
                 {SAY(ASKED(AUTH("n3")), 3)},
                 {SAY(OK, 4)}}};

    (void)state;
    begin_digest(&peer, 1);
    noise.fails_at = 2;
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(run(&plain), LWURL_OK);
    assert_int_equal(requests(), 4);
    expect_answer(1, "n1", 1);
    expect_none(2);
    expect_answer(3, "n3", 1);
    fetch_end(&t);
}

/* A challenge behind the body comes too late. */
static void challenge_in_a_trailer(void **state)
{
    static const struct fake_peer peer = {
        .says = {
            {SAY("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "2\r\nno\r\n0\r\nWWW-Authenticate: " AUTH("n1") "\r\n\r\n",
                 1)}}};

    (void)state;
    begin_digest(&peer, 1);
    assert_int_equal(run(&plain), LWURL_ERR_STATUS);
    assert_string_equal(t.got.body, "no");
    assert_int_equal(requests(), 1);
    fetch_end(&t);
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
        begin_digest(peers, 3);
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

/* The same host and port, but another scheme: another server. */
static void other_scheme(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED(AUTH("n1")), 1)}, {SAY(OK, 2)}}},
        {.says = {{SAY(FAKE_HO, 0)}, {SAY(OK, 1)}}}};
    struct lwurl_request r = plain;

    (void)state;
    begin_digest(peers, 2);
    r.url = "http://h:443/a";
    assert_int_equal(run(&r), LWURL_OK);
    r.url = "https://h:443/a";
    assert_int_equal(run(&r), LWURL_OK);
    expect_none(2);
    fetch_end(&t);
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
        begin_digest(here, 1);
        assert_int_equal(run(&urls[i]), LWURL_OK);
        expect_answer(2, "n1", 2);
        assert_string_equal(request(2).target, "/b");
        fetch_end(&t);
        begin_digest(away, 2);
        assert_int_equal(run(&urls[i]), LWURL_ERR_STATUS);
        expect_none(2);
        assert_int_equal(requests(), 3);
        fetch_end(&t);
        begin_digest(and_back, 3);
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
    begin_digest(&p, 1);
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(2, "n1", 2);
    expect_answer(3, "n2", 1);
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
    begin_digest(&peer, 1);
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
    begin_digest(&peer, 1);
    assert_int_equal(run(&r), LWURL_ERR_STATUS);
    assert_int_equal(t.got.turns[LWURL_TURN_CREDENTIALS], 1);
    assert_int_equal(requests(), 1);
    fetch_end(&t);
}

/* Five answers, of whom nobody is right: then the 401 is the response. */
static void asked_five_times(void **state)
{
    struct fake_peer peers[6];
    struct lwurl_request r = {.url = "http://h/",
                              .flags = LWURL_ASK_CREDENTIALS};
    unsigned until = 1u << LWURL_TURN_CREDENTIALS | 1u << LWURL_TURN_DONE;

    (void)state;
    for (size_t i = 0; i < 6; i++)
        peers[i] = (struct fake_peer){
            .says = {{SAY(
                DENIED("WWW-Authenticate: " AUTH("n") "\r\n"
                                                      "Connection: close\r\n"),
                1)}},
            .end = LWURL_PORT_EOF,
            .end_heads = 1};
    begin_digest(peers, 6);
    assert_int_equal(fetch_begin(&t, &r), LWURL_OK);
    for (unsigned attempt = 1; attempt <= 5; attempt++) {
        assert_int_equal(fetch_until(&t, until), LWURL_TURN_CREDENTIALS);
        assert_int_equal(lwurl_attempt(&t.u), attempt);
        assert_int_equal(lwurl_credentials(&t.u, "user", "wrong"), LWURL_OK);
    }
    assert_int_equal(fetch_until(&t, until), LWURL_TURN_DONE);
    assert_int_equal(lwurl_status(&t.u), 401);
    assert_string_equal(t.got.body, "no");
    assert_int_equal(requests(), 6);
    fetch_end(&t);
}

/* An answer that no head can carry is an error of its own. */
static void asked_and_unsendable(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}}};
    struct lwurl_request r = {.url = "http://h/",
                              .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin_digest(&peer, 1);
    assert_int_equal(fetch_begin(&t, &r), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_CREDENTIALS),
                     LWURL_TURN_CREDENTIALS);
    assert_int_equal(lwurl_credentials(&t.u, "us\ner", "pass"), LWURL_OK);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_CREDENTIALS);
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
    begin_digest(&peer, 1);
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
    begin_digest(&peer, 1);
    noise.result = -1;
    assert_int_equal(run(&plain), LWURL_ERR_ENTROPY);
    assert_int_equal(requests(), 1);
    fetch_end(&t);
    begin_digest(&peer, 1);
    digest.entropy = NULL;
    assert_int_equal(run(&plain), LWURL_OK);
    expect_answer(1, "n1", 1);
    assert_string_equal(oracle_param(request(1).field, "cnonce"),
                        "0000000000000000");
    fetch_end(&t);
}

/* ------------------------------------------------------------- odd requests */

static void callers_own_field(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(AUTH("n1")), 1)}}};
    static const struct lwurl_header own = {"authorization", "Mine"};
    struct lwurl_request r = plain;

    (void)state;
    r.headers = &own;
    r.headers_n = 1;
    begin_digest(&peer, 1);
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
    begin_digest(NULL, 0);
    digest_alone();
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
    begin_digest(&peer, 1);
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
    begin_digest(&peer, 1);
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
        begin_digest(peers, 2);
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a2_wrong_password),
        cmocka_unit_test(stale),
        cmocka_unit_test(a6_stale_for_ever),
        cmocka_unit_test(counted),
        cmocka_unit_test(kept_and_refused),
        cmocka_unit_test(counted_when_lost),
        cmocka_unit_test(nextnonce),
        cmocka_unit_test(nextnonce_ignored),
        cmocka_unit_test(nextnonce_without_entropy),
        cmocka_unit_test(challenge_in_a_trailer),
        cmocka_unit_test(other_origins),
        cmocka_unit_test(other_scheme),
        cmocka_unit_test(redirects),
        cmocka_unit_test(other_realm),
        cmocka_unit_test(asked),
        cmocka_unit_test(asked_and_none),
        cmocka_unit_test(asked_five_times),
        cmocka_unit_test(asked_and_unsendable),
        cmocka_unit_test(asked_for_basic),
        cmocka_unit_test(no_entropy),
        cmocka_unit_test(callers_own_field),
        cmocka_unit_test(unsendable),
        cmocka_unit_test(auth_first),
        cmocka_unit_test(from_the_manager),
        cmocka_unit_test(answered_amid_the_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
