/* SPDX-License-Identifier: MIT */
/* Basic authentication in whole fetches: core/handlers/auth_basic.c. The
   names A1 to A3 are those of urllib's answers that it follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_auth.h"
#include "lwurl_redirect.h"

#define DENIED(fields) \
    "HTTP/1.1 401 No\r\n" fields "Content-Length: 2\r\n\r\nno"
#define ASKED(challenge) DENIED("WWW-Authenticate: " challenge "\r\n")
#define LAST(challenge) \
    DENIED("WWW-Authenticate: " challenge "\r\nConnection: close\r\n")
#define REALM "Basic realm=\"x\""
#define OK    "HTTP/1.1 200 Fine\r\nContent-Length: 3\r\n\r\nyes"
#define GO(to) \
    "HTTP/1.1 302 There\r\nLocation: " to "\r\nContent-Length: 0\r\n\r\n"

/* user:pass, and others */
#define SENT    "\r\nAuthorization: Basic dXNlcjpwYXNz\r\n"
#define SENT_A  "\r\nAuthorization: Basic YTpi\r\n" /* a:b */
#define SENT_NO "Authorization"

static char realm[16], location[256];
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_HTTP};

static struct fake fake;
static struct fetch t;

static void begin(const struct fake_peer *peers, size_t n)
{
    basic = (struct lwurl_basic){.realm = realm, .realm_n = sizeof realm};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

/* How often a text is in another. */
static size_t count(const char *in, const char *text)
{
    size_t n = 0;

    for (; (in = strstr(in, text)) != NULL; in++)
        n++;
    return n;
}

static size_t requests(void)
{
    size_t n = 0;

    for (size_t i = 0; i < fake.conns_n; i++)
        n += fake.conns[i].heads;
    return n;
}

/* Requests that carried the field `text`. */
static size_t carried(const char *text)
{
    size_t n = 0;

    for (size_t i = 0; i < fake.conns_n; i++)
        n += count(heard(&fake, i), text);
    return n;
}

static void assert_realm(const char *expected)
{
    struct lwurl_str s = lwurl_basic_realm(&basic);

    assert_int_equal(s.n, strlen(expected));
    assert_memory_equal(s.p, expected, s.n);
}

static const struct lwurl_request plain = {
    .url = "http://h/a", .user = "user", .password = "pass"};

/* -------------------------------------------------------------- challenges */

/* One request, one challenge; what then is sent, and how it ends. */
static void run_challenge(const char *response, size_t n, bool answered,
                          int err)
{
    const struct fake_peer peer = {
        .says = {{.p = response, .n = n, .heads = 1}, {SAY(OK, 2)}}};

    for (size_t split = 0; split <= n; split++) {
        struct fake_peer cut = peer;
        cut.split = split;
        begin(&cut, 1);
        fetch_run(&t, &plain);
        assert_int_equal(t.got.err, err);
        assert_int_equal(requests(), answered ? 2 : 1);
        assert_int_equal(carried(SENT_NO), answered ? 1 : 0);
        assert_int_equal(carried(SENT), answered ? 1 : 0);
        assert_string_equal(t.got.body, answered                  ? "yes"
                                        : err == LWURL_ERR_STATUS ? "no"
                                                                  : "");
        assert_int_equal(t.got.status, answered ? 200 : 401);
        fetch_end(&t);
    }
}

#define ANSWERED(response) run_challenge(TEXT(response), true, LWURL_OK)
#define DELIVERED(response) \
    run_challenge(TEXT(response), false, LWURL_ERR_STATUS)
#define REFUSED(response) run_challenge(TEXT(response), false, LWURL_ERR_AUTH)

static void a1_challenges(void **state)
{
    (void)state;
    ANSWERED(ASKED("Basic realm=\"x\""));
    ANSWERED(ASKED("bAsIc ReAlM=\"x\""));
    ANSWERED(ASKED("Basic realm=x"));
    ANSWERED(ASKED("Basic realm='x'"));
    ANSWERED(ASKED("Basic realm=\"\""));
    ANSWERED(ASKED("Basic charset=\"UTF-8\", realm=\"x\"")); /* not CPython */
    ANSWERED(ASKED("Basic realm=\"a, \\\"Bearer\\\", b\""));
    ANSWERED(ASKED("Bearer realm=\"x\", Basic realm=\"y\""));
    ANSWERED(ASKED("Negotiate, NTLM, Basic realm=\"y\""));
    ANSWERED(ASKED("Negotiate YWJj==, Basic realm=\"y\""));
    ANSWERED(DENIED("WWW-Authenticate: Bearer\r\n"
                    "wWw-aUTHENTICATE: Basic realm=\"x\"\r\n"));
    ANSWERED(DENIED("WWW-Authenticate:\r\n Basic\r\n\trealm=\"x\"\r\n"));
}

/* Longer than the work buffer: it comes in pieces, which begin and end with
   blanks. */
static void in_pieces(void **state)
{
#define TEN  "          "
#define MANY TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG "0123456789012345678901234567890123456789012345678901234567890"
    (void)state;
    ANSWERED(ASKED("Basic" MANY "realm" MANY "=" MANY "\"x\""));
    ANSWERED(ASKED("Basic " TEN LONG LONG "=" LONG LONG ",realm=\"x\""));
    ANSWERED(ASKED("Bearer realm=\"" LONG LONG LONG "\", Basic realm=\"x\""));
    ANSWERED(ASKED(LONG LONG LONG ", Basic realm=\"x\""));
    REFUSED(ASKED("Bearer x=\"" LONG LONG ", Basic realm=\"x\""));
    ANSWERED(ASKED("Basic realm=\"" LONG LONG LONG "\""));
    assert_realm("0123456789012345");
}

static void a3_nothing_to_answer(void **state)
{
    (void)state;
    DELIVERED(DENIED(""));
    DELIVERED(DENIED("WWW-Authenticate: \r\n"));
    DELIVERED(DENIED("X-WWW-Authenticate: Basic realm=\"x\"\r\n"));
    DELIVERED(DENIED("Proxy-Authenticate: Basic realm=\"x\"\r\n"));
    REFUSED(ASKED("Bearer realm=\"x\""));
    REFUSED(ASKED("Digest realm=\"x\", nonce=\"Basic realm=y\""));
    DELIVERED(ASKED("Basic")); /* no realm: no challenge, as for CPython */
    DELIVERED(ASKED("Basic charset=\"UTF-8\""));
    REFUSED(ASKED("Basic, Bearer"));
    REFUSED(ASKED("BasicX realm=\"x\""));
    REFUSED(ASKED("Bearer, realm=\"Basic\""));
}

/* Only a 401 asks, and only in its head. */
static void not_a_challenge(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY("HTTP/1.1 200 Fine\r\nWWW-Authenticate: " REALM
                       "\r\nContent-Length: 3\r\n\r\nyes",
                       1)}}},
        {.says = {{SAY("HTTP/1.1 403 No\r\nWWW-Authenticate: " REALM
                       "\r\nContent-Length: 3\r\n\r\nyes",
                       1)}}},
        {.says = {{SAY("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nyes\r\n0\r\nWWW-Authenticate: " REALM "\r\n\r\n",
                       1)}}},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(&peers[i], 1);
        fetch_run(&t, &plain);
        assert_int_equal(t.got.err, i == 0 ? LWURL_OK : LWURL_ERR_STATUS);
        assert_string_equal(t.got.body, "yes");
        assert_int_equal(requests(), 1);
        assert_int_equal(carried(SENT_NO), 0);
        fetch_end(&t);
    }
}

static void realms(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED("Bearer realm=no, Basic realm=\"a \\\"b\\\"\","
                             " Basic realm=c, realm=d"),
                       1)}}},
        {.says = {{SAY(ASKED("Basic realm=\"sixteen bytes ...x\""), 1)}}},
        {.says = {{SAY(ASKED("Basic realm=\"x\""), 1)}}},
    };
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    begin(&peers[0], 1);
    fetch_run(&t, &request);
    assert_realm("a \"b\"");
    fetch_end(&t);
    begin(&peers[1], 1);
    fetch_run(&t, &request);
    assert_realm("sixteen bytes ..");
    fetch_end(&t);
    begin(&peers[2], 1);
    basic.realm = NULL;
    basic.realm_n = 0;
    fetch_run(&t, &request);
    assert_realm("");
    assert_int_equal(t.got.err, LWURL_ERR_STATUS);
    fetch_end(&t);
}

/* -------------------------------------------------------- whose credentials */

static void a2_same_password_once(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(ASKED(REALM), 2)}}};

    (void)state;
    begin(&peer, 1);
    fetch_run(&t, &plain);
    assert_int_equal(t.got.err, LWURL_ERR_STATUS);
    assert_int_equal(t.got.status, 401);
    assert_string_equal(t.got.body, "no");
    assert_int_equal(requests(), 2);
    assert_int_equal(carried(SENT), 1);
    fetch_end(&t);
}

/* A request, and the field that answers its challenge; NULL: none. */
static void check_sent(struct lwurl_request request, const char *sent)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}}};

    print_message("# %s\n", request.url);
    begin(&peer, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, sent != NULL ? LWURL_OK : LWURL_ERR_STATUS);
    assert_int_equal(carried(SENT_NO), sent != NULL);
    assert_int_equal(carried(sent != NULL ? sent : "Authorization"),
                     sent != NULL);
    assert_int_equal(carried("@"), 0); /* D8: not in Host, not in the target */
    assert_int_equal(carried("\r\nHost: h\r\n"), requests());
    fetch_end(&t);
}

static void whose(void **state)
{
#define GET(...)      ((struct lwurl_request){__VA_ARGS__})
#define FIELD(base64) "\r\nAuthorization: Basic " base64 "\r\n"
    (void)state;
    check_sent(GET(.url = "http://h/"), NULL);
    check_sent(GET(.url = "http://@h/"), NULL);
    check_sent(GET(.url = "http://h/", .password = "only"), NULL);
    check_sent(GET(.url = "http://h/", .user = "user", .password = "pass"),
               SENT);
    check_sent(GET(.url = "http://h/", .user = "a"), FIELD("YTo="));
    check_sent(GET(.url = "http://h/", .user = "", .password = "b"),
               FIELD("OmI="));
    check_sent(GET(.url = "http://h/", .user = "%41", .password = "a:b:%"),
               FIELD("JTQxOmE6Yjol")); /* not decoded, colons are fine */
    check_sent(GET(.url = "http://h/", .user = "\xc3\xa4", .password = " \xff"),
               FIELD("w6Q6IP8="));
    check_sent(GET(.url = "http://user:pass@h/"), SENT);
    check_sent(GET(.url = "http://a@h/"), FIELD("YTo="));
    check_sent(GET(.url = "http://:b@h/"), FIELD("OmI="));
    check_sent(GET(.url = "http://%75ser:p%61ss@h/"), SENT);
    check_sent(GET(.url = "http://a:b:c%3a%40@h/"), FIELD("YTpiOmM6QA=="));
    check_sent(GET(.url = "http://a%@h/"), FIELD("YSU6"));
    check_sent(GET(.url = "http://a:b@h/", .user = "user", .password = "pass"),
               SENT);
}

static void unsendable(void **state)
{
    static const struct lwurl_request bad[] = {
        {.url = "http://h/", .user = "a:b"},
        {.url = "http://h/", .user = "a\r\nX: y"},
        {.url = "http://h/", .user = "a", .password = "\x1f"},
        {.url = "http://h/", .user = "a", .password = "b\x7f"},
        {.url = "http://h/", .user = "a\t"},
        {.url = "http://a%3Ab@h/"},
        {.url = "http://a%00@h/"},
        {.url = "http://a:%0a@h/"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(NULL, 0);
        assert_int_equal(fetch_begin(&t, &bad[i]), LWURL_ERR_CREDENTIALS);
        assert_int_equal(lwurl_step(&t.u), LWURL_ERR_CREDENTIALS);
        assert_int_equal(fake.conns_n, 0);
        assert_int_equal(fake.resolves, 0);
        fetch_end(&t);
    }
}

static void callers_own_field(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(ASKED(REALM), 1)}}};
    static const struct lwurl_header own = {"authorization", "Basic mine"};
    struct lwurl_request request = plain;

    (void)state;
    request.headers = &own;
    request.headers_n = 1;
    request.flags = LWURL_AUTH_FIRST | LWURL_ASK_CREDENTIALS;
    begin(&peer, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.status, 401);
    assert_int_equal(requests(), 1);
    assert_int_equal(carried("\r\nauthorization: Basic mine\r\n"), 1);
    assert_int_equal(carried(SENT_NO), 0);
    assert_int_equal(t.got.turns[LWURL_TURN_CREDENTIALS], 0);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- asking */

/* Goes on to the next CREDENTIALS turn, which must come, and answers. */
static void answer(unsigned attempt, const char *user, const char *password)
{
    unsigned until = 1u << LWURL_TURN_CREDENTIALS | 1u << LWURL_TURN_DONE;

    assert_int_equal(fetch_until(&t, until), LWURL_TURN_CREDENTIALS);
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_CREDENTIALS); /* again */
    assert_int_equal(lwurl_attempt(&t.u), attempt);
    assert_realm("x");
    assert_int_equal(lwurl_credentials(&t.u, user, password), LWURL_OK);
    assert_int_equal(lwurl_credentials(&t.u, user, password), LWURL_ERR_CALL);
}

static void expect_status(unsigned status)
{
    unsigned until = 1u << LWURL_TURN_CREDENTIALS | 1u << LWURL_TURN_DONE;

    assert_int_equal(fetch_until(&t, until), LWURL_TURN_DONE);
    assert_int_equal(lwurl_status(&t.u), status);
}

static void asked(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(ASKED(REALM), 2)}, {SAY(OK, 3)}}};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(1, "a", "b");
    answer(2, "user", "pass");
    expect_status(200);
    assert_string_equal(t.got.body, "yes");
    assert_int_equal(requests(), 3);
    assert_int_equal(carried(SENT_A), 1);
    assert_int_equal(carried(SENT), 1);
    fetch_end(&t);
}

/* The request's own password is tried before anyone is asked. */
static void asked_after_failure(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(ASKED(REALM), 2)}, {SAY(OK, 3)}}};
    struct lwurl_request request = {.url = "http://a:b@h/",
                                    .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(2, "user", "pass");
    expect_status(200);
    assert_int_equal(carried(SENT_A), 1);
    assert_int_equal(carried(SENT), 1);
    fetch_end(&t);
}

static void asked_and_none(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(ASKED(REALM), 2)}}};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(1, NULL, NULL);
    expect_status(401);
    assert_string_equal(t.got.body, "no");
    assert_int_equal(requests(), 1);
    request.url = "http://a:b@h/"; /* and the URL's do not come back */
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    fetch_end(&t);
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(2, NULL, "x");
    expect_status(401);
    assert_int_equal(requests(), 2);
    fetch_end(&t);
}

static void asked_five_times(void **state)
{
    struct fake_peer peers[6];
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    for (size_t i = 0; i < 6; i++)
        peers[i] = (struct fake_peer){.says = {{SAY(LAST(REALM), 1)}},
                                      .end = LWURL_PORT_EOF,
                                      .end_heads = 1};
    begin(peers, 6);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    for (unsigned attempt = 1; attempt <= 5; attempt++)
        answer(attempt, "a", "b");
    expect_status(401);
    assert_int_equal(requests(), 6);
    assert_int_equal(carried(SENT_A), 5);
    fetch_end(&t);
}

static void answer_unsendable(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(ASKED(REALM), 1)}}};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(1, "a:b", "c");
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_CREDENTIALS);
    assert_int_equal(requests(), 1);
    fetch_end(&t);
}

/* Nobody is asked for what cannot be answered. */
static void not_asked(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED("Digest realm=\"x\""), 1)}}},
        {.says = {{SAY(DENIED(""), 1)}}},
    };
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(&peers[i], 1);
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        expect_status(401);
        fetch_end(&t);
    }
}

/* ----------------------------------------------------------------- unasked */

static void auth_first(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(OK, 1)}}},
        {.says = {{SAY(ASKED(REALM), 1)}}},
        {.says = {{SAY(ASKED("Bearer"), 1)}}},
        {.says = {{SAY(GO("/b"), 1)}, {SAY(OK, 2)}}},
    };
    static const int errs[] = {LWURL_OK, LWURL_ERR_STATUS, LWURL_ERR_AUTH,
                               LWURL_OK};
    struct lwurl_request request = plain;

    (void)state;
    request.flags = LWURL_AUTH_FIRST;
    for (size_t i = 0; i < 4; i++) {
        begin(&peers[i], 1);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, errs[i]);
        assert_int_equal(requests(), i == 3 ? 2 : 1);
        assert_int_equal(carried(SENT), requests());
        fetch_end(&t);
    }
    request.user = NULL;
    begin(&peers[0], 1);
    fetch_run(&t, &request);
    assert_int_equal(carried(SENT_NO), 0);
    fetch_end(&t);
}

/* A password that was sent unasked, and refused: then one is asked for. */
static void auth_first_then_asked(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}}};
    struct lwurl_request request = plain;

    (void)state;
    request.flags = LWURL_AUTH_FIRST | LWURL_ASK_CREDENTIALS;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(1, "a", "b");
    expect_status(200);
    assert_int_equal(carried(SENT), 1);
    assert_int_equal(carried(SENT_A), 1);
    fetch_end(&t);
}

/* ------------------------------------------------ connections and redirects */

/* A new fetch starts without, though the connection is the same. */
static void next_fetch(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}, {SAY(OK, 3)}}};

    (void)state;
    begin(&peer, 1);
    fetch_run(&t, &plain);
    fetch_run(&t, &plain);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(requests(), 3);
    assert_int_equal(carried(SENT), 1);
    assert_int_equal(fake.conns_n, 1);
    assert_realm("");
    fetch_end(&t);
}

/* The answer goes out again where the connection for it is new, or was dead
   when it came. */
static void on_a_new_connection(void **state)
{
    static const struct fake_peer closed[] = {{.says = {{SAY(LAST(REALM), 1)}},
                                               .end = LWURL_PORT_EOF,
                                               .end_heads = 1},
                                              {.says = {{SAY(OK, 1)}}}};
    static const struct fake_peer died[] = {{.says = {{SAY(ASKED(REALM), 1)}},
                                             .end = LWURL_PORT_EOF,
                                             .end_heads = 2},
                                            {.says = {{SAY(OK, 1)}}}};

    (void)state;
    begin(closed, 2);
    fetch_run(&t, &plain);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(count(heard(&fake, 0), SENT_NO), 0);
    assert_int_equal(count(heard(&fake, 1), SENT), 1);
    fetch_end(&t);
    begin(died, 2);
    fetch_run(&t, &plain);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(count(heard(&fake, 0), SENT), 1);
    assert_int_equal(count(heard(&fake, 1), SENT), 1);
    fetch_end(&t);
}

/* urllib: each hop is challenged again, so this takes four requests. */
static void a2_redirect_same_origin(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(ASKED(REALM), 1)},
                                                   {SAY(GO("/b"), 2)},
                                                   {SAY(ASKED(REALM), 3)},
                                                   {SAY(OK, 4)}}};
    static const char *const urls[] = {"http://h/a", "http://user:pass@h/a"};
    struct lwurl_request request = {.url = urls[1]};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        request = i == 0 ? plain : request;
        request.url = urls[i];
        if (i == 1)
            request.user = request.password = NULL;
        begin(&peer, 1);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(requests(), 4);
        assert_int_equal(carried(SENT), 2);
        fetch_end(&t);
    }
}

/* The Location says the origin without the userinfo: it is still the one that
   the request's URL opens. */
static void redirect_drops_userinfo(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(GO("http://h/b"), 1)},
                                                   {SAY(ASKED(REALM), 2)},
                                                   {SAY(OK, 3)}}};
    struct lwurl_request request = {.url = "http://user:pass@h/a"};

    (void)state;
    begin(&peer, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(carried(SENT), 1);
    fetch_end(&t);
}

/* No password of the first origin is seen by another, asked or unasked. */
static void redirect_crossing(void **state)
{
    static const char *const to[] = {GO("http://other/"), GO("http://h:81/"),
                                     GO("//other/")};
    static const struct lwurl_request from[] = {
        {.url = "http://h/a", .user = "user", .password = "pass"},
        {.url = "http://user:pass@h/a"},
        {.url = "http://user:pass@h/a", .flags = LWURL_AUTH_FIRST},
    };

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        const char *go = to[i % 3];
        const struct fake_peer peers[] = {
            {.says = {{SAY(ASKED(REALM), 1)},
                      {.p = go, .n = strlen(go), .heads = 2}}},
            {.says = {{SAY(ASKED(REALM), 1)}}},
        };
        const struct fake_peer first[] = {
            {.says = {{.p = go, .n = strlen(go), .heads = 1}}}, peers[1]};
        begin(i / 3 == 2 ? first : peers, 2);
        fetch_run(&t, &from[i / 3]);
        assert_int_equal(t.got.err, LWURL_ERR_STATUS);
        assert_int_equal(t.got.status, 401);
        assert_int_equal(fake.conns_n, 2);
        assert_int_equal(count(heard(&fake, 0), SENT), 1);
        assert_int_equal(count(heard(&fake, 1), SENT_NO), 0);
        assert_int_equal(fake.conns[1].heads, 1);
        fetch_end(&t);
    }
}

/* What the other origin is due: the password that its own URL has, or the
   answer of who was asked for it. */
static void redirect_crossing_answered(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(GO("http://a:b@other/"), 1)}}},
        {.says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}}},
    };
    static const struct fake_peer asking[] = {
        {.says = {{SAY(ASKED(REALM), 1)}, {SAY(GO("http://other/"), 2)}}},
        {.says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}}},
    };
    struct lwurl_request request = plain;

    (void)state;
    begin(peers, 2);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(carried(SENT), 0);
    assert_int_equal(count(heard(&fake, 1), SENT_A), 1);
    fetch_end(&t);
    request.flags = LWURL_AUTH_FIRST; /* is for the first origin alone */
    begin(peers, 2);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(count(heard(&fake, 0), SENT), 1);
    assert_int_equal(count(heard(&fake, 1), SENT_A), 1);
    assert_int_equal(fake.conns[1].heads, 2);
    fetch_end(&t);
    request.flags = LWURL_ASK_CREDENTIALS;
    begin(asking, 2);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    answer(1, "a", "b");
    expect_status(200);
    assert_int_equal(count(heard(&fake, 0), SENT), 1);
    assert_int_equal(count(heard(&fake, 1), SENT), 0);
    assert_int_equal(count(heard(&fake, 1), SENT_A), 1);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- bodies */

static void body_again(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}}};
    struct lwurl_request request = plain;

    (void)state;
    request.body = "payload";
    request.body_n = 7;
    begin(&peer, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(requests(), 2);
    assert_int_equal(carried(SENT "\r\npayload"), 1);
    assert_int_equal(carried("payload"), 2);
    fetch_end(&t);
}

/* A streamed body that was begun is asked for again, or missed. */
static void streamed_body_again(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED(REALM), 1), .after = 50}}},
        {.says = {{SAY(OK, 1), .after = 200}}},
    };
    struct lwurl_request request = plain;

    (void)state;
    request.body_n = 200;
    for (int rewinds = 0; rewinds < 2; rewinds++) {
        request.flags = LWURL_BODY_STREAM | (rewinds ? LWURL_BODY_REWINDS : 0);
        begin(peers, 2);
        t.out = location + sizeof location - 200; /* any bytes */
        t.out_n = 200;
        t.offer = 10;
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, rewinds ? LWURL_OK : LWURL_ERR_REPLAY);
        assert_int_equal(requests(), 1 + rewinds);
        assert_int_equal(carried(SENT), rewinds);
        if (rewinds)
            assert_in_range(fake.conns[1].sent_n, 200 + sizeof SENT, 500);
        fetch_end(&t);
    }
}

/* The field is made again for every send: byte by byte, it is the same. */
static void in_small_sends(void **state)
{
    (void)state;
    for (size_t take = 1; take < 40; take++) {
        const struct fake_peer peer = {
            .says = {{SAY(ASKED(REALM), 1)}, {SAY(OK, 2)}}, .take = take};
        begin(&peer, 1);
        fetch_run(&t, &plain);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(requests(), 2);
        assert_int_equal(carried(SENT), 1);
        fetch_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a1_challenges),
        cmocka_unit_test(in_pieces),
        cmocka_unit_test(a3_nothing_to_answer),
        cmocka_unit_test(not_a_challenge),
        cmocka_unit_test(realms),
        cmocka_unit_test(a2_same_password_once),
        cmocka_unit_test(whose),
        cmocka_unit_test(unsendable),
        cmocka_unit_test(callers_own_field),
        cmocka_unit_test(asked),
        cmocka_unit_test(asked_after_failure),
        cmocka_unit_test(asked_and_none),
        cmocka_unit_test(asked_five_times),
        cmocka_unit_test(answer_unsendable),
        cmocka_unit_test(not_asked),
        cmocka_unit_test(auth_first),
        cmocka_unit_test(auth_first_then_asked),
        cmocka_unit_test(next_fetch),
        cmocka_unit_test(on_a_new_connection),
        cmocka_unit_test(a2_redirect_same_origin),
        cmocka_unit_test(redirect_drops_userinfo),
        cmocka_unit_test(redirect_crossing),
        cmocka_unit_test(redirect_crossing_answered),
        cmocka_unit_test(body_again),
        cmocka_unit_test(streamed_body_again),
        cmocka_unit_test(in_small_sends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
