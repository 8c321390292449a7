/* SPDX-License-Identifier: MIT */
/* Proxies in whole fetches: core/handlers/proxy.c and proxy_digest.c, and what
   core/schemes/http.c makes of a route. X1 to X6 and D13 are urllib's answers,
   followed or not; those of no_proxy are CPython's, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest_oracle.h"
#include "exchange.h"
#include "fake_filter.h"
#include "lwurl_digest.h"
#include "lwurl_proxy.h"
#include "lwurl_redirect.h"
#include "seen.h"

#define OK     "HTTP/1.1 200 Fine\r\nContent-Length: 3\r\n\r\nyes"
#define OPENED "HTTP/1.1 200 Connection established\r\n\r\n"
#define GO(to) \
    "HTTP/1.1 302 There\r\nLocation: " to "\r\nContent-Length: 0\r\n\r\n"
#define HEAD_407(fields) \
    "HTTP/1.1 407 Who\r\n" fields "Content-Length: 2\r\n\r\nno"
#define WHO(challenge) HEAD_407("Proxy-Authenticate: " challenge "\r\n")
#define WHO_CLOSE(challenge) \
    HEAD_407("Proxy-Authenticate: " challenge "\r\nConnection: close\r\n")
#define ASKED(challenge)                              \
    "HTTP/1.1 401 No\r\nWWW-Authenticate: " challenge \
    "\r\nContent-Length: 2\r\n\r\nno"
#define DIGEST(nonce) "Digest realm=\"p\", nonce=\"" nonce "\", qop=\"auth\""
#define BASIC         "Basic realm=\"p\""
/* user:pass */
#define SENT  "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"
#define FIELD "Proxy-Authorization"

static char room[128], proxy_room[128], realm[16], location[256];
static struct lwurl_digest digest, proxy_digest;
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static struct fake_slot slot;
static struct lwurl_proxies proxies;

static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_PROXY(&proxies),
    LWURL_HTTP, FAKE_HTTPS(&slot)};
static const struct lwurl_handler with_digest[] = {
    LWURL_PROXY_DIGEST(&proxy_digest),
    LWURL_DIGEST(&digest),
    LWURL_BASIC(&basic),
    LWURL_REDIRECT(&redirect),
    LWURL_PROXY(&proxies),
    LWURL_HTTP,
    FAKE_HTTPS(&slot)};

static const struct lwurl_proxy_entry table[] = {
    {"http", "http://user:pass@proxy:3128/ignored"},
    {"https", "user:pass@proxy:3128"},
};
static const struct oracle_user user = {"user", "pass"};

static struct fake fake;
static struct fetch t;

static void begin(const struct fake_peer *peers, size_t n)
{
    basic = (struct lwurl_basic){.realm = realm, .realm_n = sizeof realm};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    proxies = (struct lwurl_proxies){.table = table, .table_n = 2};
    slot = (struct fake_slot){.owner = NULL};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

static void begin_digest(const struct fake_peer *peers, size_t n)
{
    begin(peers, n);
    digest = (struct lwurl_digest){.room = room, .room_n = sizeof room};
    proxy_digest =
        (struct lwurl_digest){.room = proxy_room, .room_n = sizeof proxy_room};
    t.opener.handlers = with_digest;
    t.opener.handlers_n = sizeof with_digest / sizeof with_digest[0];
}

static int get(const char *url)
{
    struct lwurl_request request = {.url = url};

    fetch_run(&t, &request);
    return t.got.err;
}

/* ---------------------------------------------------------------- no_proxy */

static void x2_no_proxy(void **state)
{
    static const struct {
        const char *list, *host;
        bool direct;
    } cases[] = {
        {"localhost", "localhost", true},
        {"localhost", "LOCALHOST", true},
        {"localhost", "mylocalhost", false},
        {"localhost", "my.localhost", true},
        {"ex.com", "ex.com:8080", true},
        {"ex.com:8080", "ex.com:8080", true},
        {"ex.com:8080", "ex.com", false},
        {"ex.com:8080", "www.ex.com:8080", true},
        {".ex.com", "ex.com", true},
        {"..ex.com", "www.ex.com", true},
        {"*", "anything", true},
        {"a,*", "anything", false},
        {" * ", "x", false},
        {"*.ex.com", "www.ex.com", false},
        {"a, ex.com ,b", "www.ex.com", true},
        {"a,,b", "c", false},
        {"", "x", false},
        {"ex.com", "ex.com.evil", false},
        {"ex.com", "notex.com", false},
        {"10.0.0.1", "10.0.0.1:80", true},
        {"10.0.0.0/8", "10.0.0.1", false},
        {"[::1]", "[::1]:80", true},
        {"[::1]", "[::1]", true},
        {"::1", "[::1]", false},
        {".", "x", false},
        {"ex.com.", "ex.com", false},
        {"EX.com", "ex.COM", true},
        {"x", "80", false},
        {"80", "80", true},
        {"x", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t n = strlen(cases[i].host);
        char *host = guarded(2, n);
        memcpy(host, cases[i].host, n);
        if (lwurl_no_proxy(cases[i].list, (struct lwurl_str){host, n}) !=
            cases[i].direct)
            fail_msg("%s, %s", cases[i].list, cases[i].host);
    }
    assert_false(lwurl_no_proxy(NULL, (struct lwurl_str){"x", 1}));
}

static void no_proxy_in_fetch(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(OK, 1)}}};
    static const char *const urls[] = {
        "http://u:p@in.local/a", "http://in.local", "http://in.local?b@c",
        "http://in.local#@out", "http://u:p@a@in.local:8080/x"};

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        begin(&peer, 1);
        proxies.no_proxy = "local";
        assert_int_equal(get(urls[i]), LWURL_OK);
        assert_string_equal(fake.name, "in.local");
        assert_int_equal(seen_request(&fake, 0, FIELD).target[0], '/');
        assert_int_equal(seen_count(&fake, FIELD), 0);
        fetch_end(&t);
    }
    begin(&peer, 1);
    proxies.no_proxy = "local";
    assert_int_equal(get("http://in.local@out/"), LWURL_OK);
    assert_string_equal(fake.name, "proxy");
    fetch_end(&t);
}

/* ------------------------------------------------------------------ values */

/* X3: where a proxy's value leads, and with which credentials. */
static void x3_values(void **state)
{
    static const struct {
        const char *value, *name;
        unsigned port;
        const char *field;
    } good[] = {
        {"proxy", "proxy", 80, ""},
        {"proxy:3128", "proxy", 3128, ""},
        {"http://proxy", "proxy", 80, ""},
        {"HTTP://proxy:8080/path?q#f", "proxy", 8080, ""},
        {"//proxy:8080", "proxy", 8080, ""},
        {"//user:pass@proxy/", "proxy", 80, "Basic dXNlcjpwYXNz"},
        {"user:pass@proxy:1", "proxy", 1, "Basic dXNlcjpwYXNz"},
        {"http://user:pass@proxy:1", "proxy", 1, "Basic dXNlcjpwYXNz"},
        {"us%65r:p%61ss@proxy", "proxy", 80, "Basic dXNlcjpwYXNz"},
        {"user@proxy", "proxy", 80, ""},
        {"user:@proxy", "proxy", 80, ""},
        {":pass@proxy", "proxy", 80, ""},
        {"@proxy", "proxy", 80, ""},
        {"a:b@c@proxy", "proxy", 80, "Basic YTpiQGM="},
        {"http://10.0.0.1:8080", "10.0.0.1", 8080, ""},
        {"[fe80::1]:8080", "fe80::1", 8080, ""},
        {"http://[::1]", "::1", 80, ""},
        {"http:", "http", 80, ""},
    };
    static const struct {
        const char *value;
        int err;
    } bad[] = {
        {"https://proxy", LWURL_ERR_SCHEME}, /* X6 */
        {"socks5://proxy", LWURL_ERR_SCHEME},
        {"http:/x", LWURL_ERR_NO_HOST}, /* "proxy URL with no authority" */
        {"http:/", LWURL_ERR_NO_HOST},
        {"/", LWURL_ERR_NO_HOST},
        {"http://", LWURL_ERR_NO_HOST},
        {"http:///x", LWURL_ERR_NO_HOST},
        {"proxy:port", LWURL_ERR_URL},
        {"proxy:0", LWURL_ERR_URL},
        {"proxy:65536", LWURL_ERR_URL},
        {"pro xy", LWURL_ERR_URL},
        {"user:pass@", LWURL_ERR_NO_HOST},
        {":80", LWURL_ERR_NO_HOST},
    };
    static const struct fake_peer peer = {.says = {{SAY(OK, 1)}}};
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        print_message("# %s\n", good[i].value);
        begin(&peer, 1);
        request.proxy = good[i].value;
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(fake.name, good[i].name);
        assert_int_equal(fake.conns[0].to.port, good[i].port);
        struct seen s = seen_request(&fake, 0, FIELD);
        assert_string_equal(s.target, "http://h/");
        assert_string_equal(s.field, good[i].field);
        fetch_end(&t);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        print_message("# %s\n", bad[i].value);
        begin(NULL, 0);
        request.proxy = bad[i].value;
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, bad[i].err);
        fetch_end(&t);
    }
}

static void which_proxy(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(OK, 1)}}};
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    begin(&peer, 1);
    proxies.table_n = 0;
    assert_int_equal(get("http://h/"), LWURL_OK);
    assert_string_equal(fake.name, "h");
    fetch_end(&t);
    begin(&peer, 1);
    request.proxy = "";
    fetch_run(&t, &request);
    assert_string_equal(fake.name, "h");
    fetch_end(&t);
    begin(&peer, 1); /* what the request says is not for no_proxy to judge */
    request.proxy = "other";
    proxies.no_proxy = "*";
    fetch_run(&t, &request);
    assert_string_equal(fake.name, "other");
    fetch_end(&t);
    begin(&peer, 1);
    request.connect_to = "10.0.0.9:99";
    fetch_run(&t, &request);
    assert_string_equal(fake.name, "10.0.0.9");
    assert_int_equal(fake.conns[0].to.port, 99);
    assert_string_equal(seen_request(&fake, 0, FIELD).target, "/");
    assert_int_equal(seen_count(&fake, FIELD), 0);
    fetch_end(&t);
}

/* Another handler's way; or it forgets it, once we are connected. */
static bool forgetful;

static int elsewhere_route(struct lwurl *u, void *state,
                           struct lwurl_route *out)
{
    (void)state;
    if (forgetful && u->phase >= LWURL_PHASE_SEND)
        return 0;
    *out = (struct lwurl_route){.host = {TEXT("elsewhere")}, .port = 8080};
    return 1;
}

static const struct lwurl_handler_ops elsewhere_ops = {.route =
                                                           elsewhere_route};
static const struct lwurl_handler by_elsewhere[] = {
    {&elsewhere_ops, NULL},
    LWURL_PROXY(&proxies),
    LWURL_HTTP,
    LWURL_PROXY_DIGEST(&proxy_digest)};

static void begin_elsewhere(const struct fake_peer *peer, bool forgets,
                            size_t lines)
{
    begin(peer, 1);
    proxy_digest =
        (struct lwurl_digest){.room = proxy_room, .room_n = sizeof proxy_room};
    forgetful = forgets;
    t.opener.handlers = by_elsewhere;
    t.opener.handlers_n = lines;
}

/* A password is for its own proxy: where another handler leads elsewhere, it
   stays here. */
static void another_way(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(OK, 1)}}};

    (void)state;
    begin_elsewhere(&peer, false, 3);
    assert_int_equal(get("http://h/"), LWURL_OK);
    assert_string_equal(fake.name, "elsewhere");
    assert_string_equal(seen_request(&fake, 0, FIELD).target, "http://h/");
    assert_int_equal(seen_count(&fake, FIELD), 0);
    fetch_end(&t);
}

/* A way that nobody knows any more when we are there: nobody's password. */
static void way_forgotten(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(OK, 1)}}}, {.says = {{SAY(WHO(DIGEST("n1")), 1)}}}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin_elsewhere(&peers[i], true, 3 + i);
        proxies.table_n = 0;
        assert_int_equal(get("http://h/"),
                         i == 0 ? LWURL_OK : LWURL_ERR_STATUS);
        assert_int_equal(t.got.status, i == 0 ? 200 : 407);
        assert_string_equal(seen_request(&fake, 0, FIELD).target, "http://h/");
        assert_int_equal(seen_n(&fake), 1);
        assert_int_equal(seen_count(&fake, FIELD), 0);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------ absolute-form */

static void x4_letters(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(OK, 1)}, {SAY(OK, 2)}}};
    static const char url[] = "http://origin:secret@Host.example:8080?q=1#frag";

    (void)state;
    begin(&peer, 1);
    assert_int_equal(get(url), LWURL_OK);
    assert_string_equal(heard(&fake, 0),
                        "GET http://Host.example:8080/?q=1 HTTP/1.1\r\n"
                        "Host: Host.example:8080\r\n"
                        "User-Agent: lwurl/" LWURL_VERSION "\r\n"
                        "Accept-Encoding: identity\r\n" SENT "\r\n");
    assert_string_equal(fake.name, "proxy");
    assert_int_equal(fake.conns[0].to.port, 3128);
    assert_int_equal(get(url), LWURL_OK); /* on the same connection */
    assert_int_equal(fake.conns[0].heads, 2);
    fetch_end(&t);
}

/* .tunnel: http by CONNECT, too; the password is for the proxy alone. */
static void tunnel_for_http(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(OPENED, 1)}, {SAY(OK, 2)}, {SAY(OK, 3)}}};

    (void)state;
    begin(&peer, 1);
    proxies.tunnel = true;
    assert_int_equal(get("http://h/a"), LWURL_OK);
    assert_int_equal(get("http://h/b"), LWURL_OK);
    assert_string_equal(heard(&fake, 0),
                        "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n"
                        "User-Agent: lwurl/" LWURL_VERSION "\r\n" SENT "\r\n"
                        "GET /a HTTP/1.1\r\nHost: h\r\n"
                        "User-Agent: lwurl/" LWURL_VERSION "\r\n"
                        "Accept-Encoding: identity\r\n\r\n"
                        "GET /b HTTP/1.1\r\nHost: h\r\n"
                        "User-Agent: lwurl/" LWURL_VERSION "\r\n"
                        "Accept-Encoding: identity\r\n\r\n");
    fetch_end(&t);
}

/* A kept connection is for its proxy, whatever differs of it. */
static void kept_connections(void **state)
{
    static const char *const others[] = {"proxy:3129", "proxy2:3128", ""};
    static const struct fake_peer peers[] = {{.says = {{SAY(OK, 1)}}},
                                             {.says = {{SAY(OK, 1)}}}};
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(peers, 2);
        assert_int_equal(get("http://h/"), LWURL_OK);
        request.proxy = others[i];
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(fake.conns_n, 2);
        fetch_end(&t);
    }
}

/* ----------------------------------------------------------------- tunnels */

static void x5_letters(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY(OPENED FAKE_HO, 1)}, {SAY(OK, 2)}, {SAY(OK, 3)}}};
    static const struct lwurl_header fields[] = {{"Cookie", "a=b"},
                                                 {"Authorization", "mine"}};
    struct lwurl_request request = {.url = "https://u:p@h/a?b#c",
                                    .headers = fields,
                                    .headers_n = 2,
                                    .flags = LWURL_ASK_FIELDS};

    (void)state;
    struct fake_peer p = peer;
    p.says[0] = (struct fake_say){SAY(OPENED, 1)};
    p.says[1] = (struct fake_say){SAY(FAKE_HO, 1), .after = sizeof FAKE_HI - 1};
    p.says[2] = (struct fake_say){SAY(OK, 2)};
    p.says[3] = (struct fake_say){SAY(OK, 3)};
    begin(&p, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "yes");
    assert_string_equal(t.got.fields, ": Fine\nContent-Length: 3\n");
    assert_string_equal(heard(&fake, 0),
                        "CONNECT h:443 HTTP/1.1\r\n"
                        "Host: h:443\r\n"
                        "User-Agent: lwurl/" LWURL_VERSION "\r\n" SENT
                        "\r\n" FAKE_HI "GET /a?b HTTP/1.1\r\n"
                        "Host: h\r\n"
                        "User-Agent: lwurl/" LWURL_VERSION "\r\n"
                        "Accept-Encoding: identity\r\n"
                        "Cookie: a=b\r\n"
                        "Authorization: mine\r\n\r\n");
    assert_string_equal(slot.host, "h");
    assert_int_equal(slot.port, 443);
    assert_int_equal(get("https://h/b"), LWURL_OK); /* through the tunnel */
    assert_string_equal(seen_request(&fake, 2, FIELD).target, "/b");
    assert_string_equal(seen_request(&fake, 2, FIELD).field, "");
    assert_int_equal(slot.starts, 1);
    fetch_end(&t);
}

/* A tunnel, however the answers are cut and the requests leave. */
static void x5_cut_everywhere(void **state)
{
    struct fake_peer peer = {
        .says = {{SAY("HTTP/1.0 200 OK\r\nContent-Length: 7\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n",
                      1)}, /* RFC 9110 9.3.6: these mean nothing there */
                 {SAY(FAKE_HO, 1), .after = sizeof FAKE_HI - 1},
                 {SAY(OK, 2)}}};

    (void)state;
    for (size_t split = 0; split < 130; split++) {
        peer.split = split;
        peer.take = split % 5;
        begin(&peer, 1);
        assert_int_equal(get("https://h:444/"), LWURL_OK);
        assert_string_equal(t.got.body, "yes");
        assert_string_equal(seen_request(&fake, 0, FIELD).target, "h:444");
        fetch_end(&t);
    }
    peer.split = 0;
    for (peer.piece = 1; peer.piece < 4; peer.piece++) {
        begin(&peer, 1);
        assert_int_equal(get("https://[fe80::1%25eth0]/"), LWURL_OK);
        assert_string_equal(seen_request(&fake, 0, FIELD).target,
                            "[fe80::1]:443");
        fetch_end(&t);
    }
}

/* Refusals: the status is the detail, and nothing of the answer comes out. */
static void x5_refused(void **state)
{
    static const struct {
        const char *response;
        int status;
    } cases[] = {
        {"HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", 403},
        {"HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nno", 407},
        {WHO(BASIC), 407},
        {"HTTP/1.1 302 F\r\nLocation: http://evil/\r\nContent-Length: "
         "0\r\n\r\n",
         302},
        {ASKED(BASIC), 401},
        {OPENED "and more", 200},
    };
    struct lwurl_request request = {
        .url = "https://h/",
        .user = "origin",
        .password = "secret",
        .flags = LWURL_ASK_FIELDS | LWURL_AUTH_FIRST | LWURL_ASK_CREDENTIALS};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fake_peer peer = {.says = {{.p = cases[i].response,
                                                 .n = strlen(cases[i].response),
                                                 .heads = 1}}};
        begin(&peer, 1);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_ERR_PROXY);
        assert_int_equal(t.got.detail, cases[i].status);
        assert_string_equal(t.got.fields, "");
        assert_string_equal(t.got.body, "");
        assert_int_equal(t.got.turns[LWURL_TURN_CREDENTIALS], 0);
        assert_int_equal(seen_n(&fake), 1);
        assert_int_equal(seen_count(&fake, "\r\nAuthorization"), 0);
        assert_int_equal(slot.starts, 0);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), 0);
        fetch_end(&t);
    }
}

/* --------------------------------------------------------- whose passwords */

/* The origin's are the origin's, the proxy's the proxy's, on every way. */
static void not_each_others(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(ASKED(BASIC), 1)}, {SAY(GO("https://h2/"), 2)}}},
        {.says = {{SAY(OPENED, 1)},
                  {SAY(FAKE_HO, 1), .after = sizeof FAKE_HI - 1},
                  {SAY(GO("http://local/"), 2)}}},
        {.says = {{SAY(ASKED(BASIC), 1)}}},
    };
    struct lwurl_request request = {.url = "http://h1/",
                                    .user = "origin",
                                    .password = "secret",
                                    .flags = LWURL_DOWNGRADE};

    (void)state;
    begin(peers, 3);
    proxies.no_proxy = "local";
    fetch_run(&t, &request);
    assert_int_equal(t.got.status, 401);
    assert_int_equal(seen_n(&fake), 5);
    for (unsigned i = 0; i < 5; i++) {
        struct seen to_proxy = seen_request(&fake, i, FIELD);
        struct seen to_origin = seen_request(&fake, i, "Authorization");
        /* absolute-form twice, CONNECT; in the tunnel; without a proxy */
        assert_string_equal(to_proxy.field, i < 3 ? "Basic dXNlcjpwYXNz" : "");
        assert_string_equal(to_origin.field,
                            i == 1 ? "Basic b3JpZ2luOnNlY3JldA==" : "");
    }
    fetch_end(&t);
}

/* A caller that knows better: its field goes to the proxy, and to nobody else;
   its User-Agent is the only other one that a proxy is shown before a tunnel.
 */
static void callers_own_field(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(WHO(DIGEST("n1")), 1)}}},
        {.says = {{SAY(OPENED, 1)},
                  {SAY(FAKE_HO, 1), .after = sizeof FAKE_HI - 1},
                  {SAY(GO("http://local/"), 2)}}},
        {.says = {{SAY(OK, 1)}}}};
    static const struct lwurl_header fields[] = {
        {"proxy-authorization", "Mine"},
        {"Authorization", "His"},
        {"user-agent", "Me"}};
    struct lwurl_request request = {.url = "http://h/",
                                    .headers = fields,
                                    .headers_n = 3,
                                    .flags = LWURL_DOWNGRADE};

    (void)state;
    for (int i = 0; i < 2; i++) {
        (i == 0 ? begin : begin_digest)(peers, 3);
        proxies.no_proxy = "local";
        request.url = "http://h/";
        fetch_run(&t, &request);
        assert_int_equal(t.got.status, 407);
        request.url = "https://h/";
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(seen_n(&fake), 4);
        for (unsigned k = 0; k < 4; k++) {
            struct seen s = seen_request(&fake, k, "proxy-authorization");
            assert_string_equal(s.field, k < 2 ? "Mine" : "");
            s = seen_request(&fake, k, "user-agent");
            assert_string_equal(s.field, "Me");
            s = seen_request(&fake, k, "Authorization");
            assert_string_equal(s.field, k % 2 == 0 ? "His" : "");
        }
        assert_int_equal(seen_count(&fake, FIELD), 0);
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------------- digest */

/* The n-th request has a right answer for the proxy. */
static void expect_answer(unsigned n, const char *nonce, unsigned count)
{
    struct seen s = seen_request(&fake, n, FIELD);
    char nc[16];

    (void)sprintf(nc, "%08x", count);
    assert_string_not_equal(s.field, "");
    assert_true(oracle_accepts(s.field, s.method, &user));
    assert_string_equal(oracle_param(s.field, "uri"), s.target);
    assert_string_equal(oracle_param(s.field, "nonce"), nonce);
    assert_string_equal(oracle_param(s.field, "nc"), nc);
}

static void digest_absolute(void **state)
{
    static const struct fake_peer keeps[] = {
        {.says = {{SAY(WHO(DIGEST("n1")), 1)},
                  {SAY("HTTP/1.1 200 F\r\nProxy-Authentication-Info: "
                       "nextnonce=\"n2\"\r\nContent-Length: 0\r\n\r\n",
                       2)},
                  {SAY(OK, 3)}}}};
    static const struct fake_peer closes[] = {
        {.says = {{SAY(WHO_CLOSE(DIGEST("n1")), 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 1},
        {.says = {{SAY("HTTP/1.1 200 F\r\nProxy-Authentication-Info: "
                       "nextnonce=\"n2\"\r\nContent-Length: 0\r\n\r\n",
                       1)},
                  {SAY(OK, 2)}}}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin_digest(i == 0 ? keeps : closes, i == 0 ? 1 : 2);
        assert_int_equal(get("http://h/a"), LWURL_OK);
        assert_string_equal(seen_request(&fake, 0, FIELD).field, "");
        expect_answer(1, "n1", 1);
        assert_string_equal(seen_request(&fake, 1, FIELD).target, "http://h/a");
        assert_int_equal(get("http://h/a"), LWURL_OK);
        expect_answer(2, "n2", 1);
        fetch_end(&t);
    }
}

/* D13: 407 to CONNECT, where the proxy keeps the connection and where not. */
static void d13_digest_tunnel(void **state)
{
#define TUNNEL(heads_)                                       \
    {SAY(OPENED, heads_)},                                   \
        {SAY(FAKE_HO, heads_), .after = sizeof FAKE_HI - 1}, \
    {                                                        \
        SAY(OK, (heads_) + 1)                                \
    }
    static const struct fake_peer keeps[] = {
        {.says = {{SAY(WHO(DIGEST("n1")), 1)}, TUNNEL(2)}}};
    static const struct fake_peer closes[] = {
        {.says = {{SAY(WHO_CLOSE(DIGEST("n1")), 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 1},
        {.says = {TUNNEL(1)}}};
    static const struct fake_peer old[] = {
        {.says = {{SAY("HTTP/1.0 407 Who\r\nProxy-Authenticate: " DIGEST(
                           "n1") "\r\n\r\nThe reason, at length.",
                       1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 1},
        {.says = {TUNNEL(1)}}};
    static const struct fake_peer *const ways[] = {keeps, closes, old};

    (void)state;
    for (int i = 0; i < 3; i++) {
        begin_digest(ways[i], i == 0 ? 1 : 2);
        assert_int_equal(get("https://h/a"), LWURL_OK);
        assert_string_equal(t.got.body, "yes");
        assert_int_equal(seen_n(&fake), 3);
        assert_string_equal(seen_request(&fake, 0, FIELD).field, "");
        expect_answer(1, "n1", 1);
        assert_string_equal(seen_request(&fake, 1, FIELD).target, "h:443");
        assert_string_equal(seen_request(&fake, 2, FIELD).field, "");
        fetch_end(&t);
    }
}

/* One nonce for both ways through the proxy, and for more than one host. */
static void digest_counted(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(WHO(DIGEST("n1")), 1)}, {SAY(GO("https://h2/"), 2)}}},
        {.says = {TUNNEL(1)}},
        {.says = {{SAY(OK, 1)}}}};

    (void)state;
    begin_digest(peers, 3);
    assert_int_equal(get("http://h1/"), LWURL_OK);
    assert_int_equal(get("http://h3/"), LWURL_OK);
    expect_answer(1, "n1", 1);
    expect_answer(2, "n1", 2);
    expect_answer(4, "n1", 3);
    fetch_end(&t);
}

/* Another proxy gets nothing of the first one's. */
static void digest_other_proxy(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(WHO(DIGEST("n1")), 1)}, {SAY(OK, 2)}}},
        {.says = {{SAY(OK, 1)}}},
        {.says = {{SAY(OK, 1)}}}};
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    begin_digest(peers, 3);
    assert_int_equal(get("http://h/"), LWURL_OK);
    request.proxy = "user:pass@proxy:3129";
    fetch_run(&t, &request);
    request.proxy = "user:pass@evil:3128";
    fetch_run(&t, &request);
    assert_int_equal(seen_count(&fake, FIELD), 1);
    fetch_end(&t);
}

static void digest_wrong(void **state)
{
    static const struct fake_peer absolute = {
        .says = {{SAY(WHO(DIGEST("n1")), 1)}, {SAY(WHO(DIGEST("n2")), 2)}}};
    static const struct fake_peer stale = {
        .says = {{SAY(WHO(DIGEST("n1")), 1)},
                 {SAY(WHO(DIGEST("n2") ", stale=true"), 2)},
                 {SAY(OK, 3)}}};

    (void)state;
    begin_digest(&absolute, 1);
    assert_int_equal(get("http://h/"), LWURL_ERR_STATUS);
    assert_int_equal(t.got.status, 407);
    assert_int_equal(seen_n(&fake), 2);
    fetch_end(&t);
    begin_digest(&absolute, 1);
    assert_int_equal(get("https://h/"), LWURL_ERR_PROXY);
    assert_int_equal(t.got.detail, 407);
    assert_int_equal(seen_n(&fake), 2);
    fetch_end(&t);
    begin_digest(&stale, 1);
    assert_int_equal(get("http://h/"), LWURL_OK);
    expect_answer(2, "n2", 1);
    fetch_end(&t);
}

static void digest_stale_for_ever(void **state)
{
    struct fake_peer peers[8];

    (void)state;
    for (size_t i = 0; i < 8; i++)
        peers[i] = (struct fake_peer){
            .says = {{SAY(WHO_CLOSE(DIGEST("n") ", stale=true"), 1)}},
            .end = LWURL_PORT_EOF,
            .end_heads = 1};
    begin_digest(peers, 8);
    assert_int_equal(get("https://h/"), LWURL_ERR_PROXY);
    assert_int_equal(seen_n(&fake), 6);
    fetch_end(&t);
}

/* Basic alone is offered: only where the state says that it may go. */
static void digest_or_basic(void **state)
{
    static const struct fake_peer absolute[] = {
        {.says = {{SAY(WHO(BASIC), 1)}, {SAY(OK, 2)}}}};
    static const struct fake_peer tunnel[] = {
        {.says = {{SAY(WHO_CLOSE(BASIC), 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 1},
        {.says = {TUNNEL(1)}}};
    static const struct fake_peer refuses[] = {
        {.says = {{SAY(WHO(BASIC), 1)}, {SAY(WHO(BASIC), 2)}}}};
    static const struct fake_peer neither = {
        .says = {{SAY(WHO("Bearer realm=\"p\""), 1)}}};

    (void)state;
    for (int basic_too = 0; basic_too < 2; basic_too++) {
        begin_digest(absolute, 1);
        proxy_digest.or_basic = basic_too != 0;
        assert_int_equal(get("http://h/"),
                         basic_too ? LWURL_OK : LWURL_ERR_STATUS);
        assert_int_equal(seen_count(&fake, SENT), basic_too);
        assert_int_equal(seen_count(&fake, FIELD), basic_too);
        fetch_end(&t);
        begin_digest(tunnel, 2);
        proxy_digest.or_basic = basic_too != 0;
        assert_int_equal(get("https://h/"),
                         basic_too ? LWURL_OK : LWURL_ERR_PROXY);
        assert_int_equal(seen_count(&fake, SENT), basic_too);
        fetch_end(&t);
    }
    begin_digest(refuses, 1);
    proxy_digest.or_basic = true;
    assert_int_equal(get("http://h/"), LWURL_ERR_STATUS);
    assert_int_equal(seen_n(&fake), 2);
    fetch_end(&t);
    begin_digest(&neither, 1);
    proxy_digest.or_basic = true;
    assert_int_equal(get("http://h/"), LWURL_ERR_AUTH);
    assert_int_equal(seen_n(&fake), 1);
    fetch_end(&t);
}

static void digest_unanswered(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(WHO("Digest realm=p, nonce=n, qop=auth-int"), 1)}}},
        {.says = {{SAY(WHO("Digest realm=p, nonce=n, algorithm=X"), 1)}}},
        {.says = {{SAY(HEAD_407(""), 1)}}}};
    static const int errs[] = {LWURL_ERR_AUTH_INT, LWURL_ERR_AUTH,
                               LWURL_ERR_STATUS};
    struct lwurl_request nobody = {.url = "http://h/", .proxy = "proxy"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin_digest(&peers[i], 1);
        assert_int_equal(get("http://h/"), errs[i]);
        fetch_end(&t);
        begin_digest(&peers[i], 1);
        fetch_run(&t, &nobody);
        assert_int_equal(t.got.err, LWURL_ERR_STATUS);
        fetch_end(&t);
    }
}

/* Half a password is none, and a challenge behind the body comes too late. */
static void digest_not_answered(void **state)
{
    static const struct fake_peer asks = {
        .says = {{SAY(WHO(DIGEST("n1")), 1)}}};
    static const struct fake_peer late = {
        .says = {
            {SAY("HTTP/1.1 407 Who\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "2\r\nno\r\n0\r\nProxy-Authenticate: " DIGEST("n1") "\r\n\r\n",
                 1)}}};
    static const char *const values[] = {":pass@proxy", "user@proxy",
                                         "user:pass@proxy"};
    struct lwurl_request request = {.url = "http://h/"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin_digest(i < 2 ? &asks : &late, 1);
        request.proxy = values[i];
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_ERR_STATUS);
        assert_int_equal(t.got.status, 407);
        assert_string_equal(t.got.body, "no");
        assert_int_equal(seen_n(&fake), 1);
        fetch_end(&t);
    }
}

/* A 407 from somebody who is not the proxy: an origin in a tunnel, or without
   any proxy. It is delivered, and says nothing to anybody. */
static void digest_not_the_proxy(void **state)
{
    static const struct fake_peer tunnel = {
        .says = {{SAY(OPENED, 1)},
                 {SAY(FAKE_HO, 1), .after = sizeof FAKE_HI - 1},
                 {SAY(WHO(DIGEST("n1")), 2)}}};
    static const struct fake_peer direct = {
        .says = {{SAY(WHO(DIGEST("n1")), 1)}}};

    (void)state;
    begin_digest(&tunnel, 1);
    assert_int_equal(get("https://h/"), LWURL_ERR_STATUS);
    assert_int_equal(t.got.status, 407);
    assert_int_equal(seen_n(&fake), 2);
    assert_int_equal(seen_count(&fake, FIELD), 0);
    fetch_end(&t);
    begin_digest(&direct, 1);
    proxies.no_proxy = "*";
    assert_int_equal(get("http://h/"), LWURL_ERR_STATUS);
    assert_int_equal(t.got.status, 407);
    assert_int_equal(seen_n(&fake), 1);
    fetch_end(&t);
}

/* Both ask: each gets its own answer, with the target as it sees it. */
static void digest_both(void **state)
{
    static const struct oracle_user origin = {"origin", "secret"};
    static const struct fake_peer peer = {
        .says = {{SAY(WHO(DIGEST("p1")), 1)},
                 {SAY(ASKED("Digest realm=o, nonce=o1, qop=auth"), 2)},
                 {SAY(OK, 3)},
                 {SAY(OK, 4)}}};
    struct lwurl_request request = {
        .url = "http://h/a?b", .user = "origin", .password = "secret"};

    (void)state;
    begin_digest(&peer, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    for (unsigned i = 1; i < 4; i++)
        expect_answer(i, "p1", i);
    for (unsigned i = 2; i < 4; i++) {
        struct seen s = seen_request(&fake, i, "Authorization");
        assert_true(oracle_accepts(s.field, "GET", &origin));
        assert_string_equal(oracle_param(s.field, "uri"), "/a?b");
        assert_string_equal(oracle_param(s.field, "nonce"), "o1");
    }
    fetch_end(&t);
}

/* A body that was sent before the 407, and one that cannot be sent again. */
static void digest_bodies(void **state)
{
    static const struct fake_peer absolute = {
        .says = {{SAY(WHO(DIGEST("n1")), 1), .after = 7},
                 {SAY(OK, 2), .after = 7}}};
    static const struct fake_peer tunnel = {
        .says = {{SAY(WHO(DIGEST("n1")), 1)}, TUNNEL(2)}};
    static const struct fake_peer streamed = {
        .says = {{SAY(WHO(DIGEST("n1")), 1)},
                 {SAY(OPENED, 2)},
                 {SAY(FAKE_HO, 2), .after = sizeof FAKE_HI - 1},
                 {SAY(OK, 3), .after = 7}}};
    struct lwurl_request request = {
        .url = "http://h/", .body = "payload", .body_n = 7};

    (void)state;
    begin_digest(&absolute, 1);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(seen_count(&fake, "\r\n\r\npayload"), 2);
    fetch_end(&t);
    begin_digest(&tunnel, 1);
    request.url = "https://h/";
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(seen_count(&fake, "payload"), 1);
    fetch_end(&t);
    begin_digest(&streamed, 1); /* nothing of it is gone by the 407 */
    request.body = NULL;
    request.flags = LWURL_BODY_STREAM;
    t.out = "payload";
    t.out_n = 7;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(seen_count(&fake, "payload"), 1);
    fetch_end(&t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(x2_no_proxy),
        cmocka_unit_test(no_proxy_in_fetch),
        cmocka_unit_test(x3_values),
        cmocka_unit_test(which_proxy),
        cmocka_unit_test(another_way),
        cmocka_unit_test(way_forgotten),
        cmocka_unit_test(x4_letters),
        cmocka_unit_test(tunnel_for_http),
        cmocka_unit_test(kept_connections),
        cmocka_unit_test(x5_letters),
        cmocka_unit_test(x5_cut_everywhere),
        cmocka_unit_test(x5_refused),
        cmocka_unit_test(not_each_others),
        cmocka_unit_test(callers_own_field),
        cmocka_unit_test(digest_absolute),
        cmocka_unit_test(d13_digest_tunnel),
        cmocka_unit_test(digest_counted),
        cmocka_unit_test(digest_other_proxy),
        cmocka_unit_test(digest_wrong),
        cmocka_unit_test(digest_stale_for_ever),
        cmocka_unit_test(digest_or_basic),
        cmocka_unit_test(digest_unanswered),
        cmocka_unit_test(digest_not_answered),
        cmocka_unit_test(digest_not_the_proxy),
        cmocka_unit_test(digest_both),
        cmocka_unit_test(digest_bodies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
