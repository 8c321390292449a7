/* SPDX-License-Identifier: MIT */
/* Requests through a proxy, in absolute-form and through tunnels, by a filter
   that is not TLS: core/schemes/http.c, core/http/head_out.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "xor_filter.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define OK_5     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define OPENED   "HTTP/1.1 200 Opened\r\n\r\n"
#define AGENT    "User-Agent: lwurl/" LWURL_VERSION "\r\n"
#define ACCEPT   "Accept-Encoding: identity\r\n"

static struct fake fake;
static struct fetch t;
static struct xor_slot slot;

/* A handler that sends all through a proxy, and may answer a 407. */
struct proxy {
    int route;     /* 1, 0 or an error */
    uint8_t how;   /* of the route */
    uint16_t port; /* 0: 3128 */
    bool again;
    bool follow; /* to another host, where no proxy is needed */
    unsigned responses, fields;
};

static struct proxy proxy;

static int proxy_route(struct lwurl *u, void *state, struct lwurl_route *out)
{
    const struct proxy *p = state;

    if (p->follow && strstr(u->url.p, "//near") != NULL)
        return 0;
    if (p->route == 1)
        *out = (struct lwurl_route){.host = {TEXT("proxy")},
                                    .port = p->port != 0 ? p->port : 3128,
                                    .how = p->how};
    return p->route;
}

static void proxy_tunnel(struct lwurl *u, void *state, struct lwurl_out *out)
{
    const struct proxy *p = state;

    (void)u;
    lwurl_out_text(out, "X-Answers: ");
    lwurl_out_number(out, p->responses);
    lwurl_out_text(out, "\r\n");
}

static int proxy_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    struct proxy *p = state;

    (void)u;
    (void)f;
    p->fields++;
    return LWURL_OK;
}

static int proxy_response(struct lwurl *u, void *state)
{
    struct proxy *p = state;

    p->responses++;
    if (p->follow && p->responses == 1)
        return LWURL_FOLLOW;
    return u->status == 407 && p->again && p->responses == 1 ? LWURL_RETRY
                                                             : LWURL_DELIVER;
}

static int proxy_follow(struct lwurl *u, void *state)
{
    static const char next[] = "http://near/";

    (void)state;
    lwurl_follow(u, (struct lwurl_str){next, sizeof next - 1}, 0);
    return LWURL_OK;
}

/* A handler of the origin's: a CONNECT does not concern it. */
static unsigned seen;

static int origin_field(struct lwurl *u, void *state,
                        const struct lwurl_field *f)
{
    (void)u;
    (void)state;
    (void)f;
    seen++;
    return LWURL_OK;
}

static int origin_response(struct lwurl *u, void *state)
{
    (void)u;
    (void)state;
    seen++;
    return LWURL_DELIVER;
}

static void origin_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    (void)u;
    (void)state;
    lwurl_out_text(out, "X-Secret: 1\r\n");
}

static const struct lwurl_handler_ops proxy_ops = {
    .route = proxy_route,
    .tunnel = proxy_tunnel,
    .field = proxy_field,
    .response = proxy_response,
    .follow = proxy_follow,
};
static const struct lwurl_handler_ops origin_ops = {
    .request = origin_request,
    .field = origin_field,
    .response = origin_response,
};
static const struct lwurl_handler handlers[] = {
    {&origin_ops, NULL}, {&proxy_ops, &proxy}, {&xor_ops, &slot}, LWURL_HTTP};

static const struct lwurl_request xor_get = {.url = "xor://host/",
                                             .flags = LWURL_ASK_FIELDS};

static const char CONNECT[] =
    "CONNECT host:99 HTTP/1.1\r\nHost: host:99\r\n" AGENT
    "X-Answers: 0\r\n\r\n";

static void begin(const struct fake_peer *peers, size_t n)
{
    proxy = (struct proxy){.route = 1};
    seen = 0;
    memset(&slot, 0, sizeof slot);
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 128);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
}

static char wire[600];

/* A proxy that opens the tunnel, and an origin behind it that answers n GETs
   of `each` bytes; 0: it says nothing. */
static struct fake_peer tunnel(const char *opened, size_t each)
{
    size_t n = xor_frames(wire, 0, OK_5 "hello", 43, 20);
    struct fake_peer peer = {
        .says = {{.p = opened, .n = strlen(opened), .heads = 1},
                 {TEXT("OLEH"), .heads = 1, .after = 4},
                 {.p = wire, .n = n, .heads = 1, .after = 4 + each},
                 {.p = wire, .n = n, .heads = 1, .after = 4 + 2 * each}}};
    if (each == 0)
        peer.says[2].n = peer.says[3].n = 0;
    return peer;
}

static size_t request_n(const struct lwurl_request *request)
{
    struct fake_peer peer = tunnel(OPENED, 0);
    size_t n;

    begin(&peer, 1);
    fetch_run(&t, request);
    assert_int_equal(t.got.err, LWURL_ERR_IDLE);
    n = fake.conns[0].sent_n - fake.conns[0].head_ends[0] - 4;
    fetch_end(&t);
    return n;
}

static void absolute_form(void **state)
{
    static const char *const targets[][3] = {
        {"http://h", "http://h/", "h"},
        {"http://u:p@h:81?q#f", "http://h:81/?q", "h:81"},
        {"http://[fe80::1%1]:80/a/b?c", "http://[fe80::1]:80/a/b?c",
         "[fe80::1]:80"},
    };
    char want[300];

    (void)state;
    for (size_t i = 0; i < N(targets); i++) {
        struct lwurl_request get = {.url = targets[i][0]};
        struct fake_peer peer = {
            .says = {{SAY(OK_5 "hello", 1)}, {SAY(OK_5 "again", 2)}}};
        begin(&peer, 1);
        fetch_run(&t, &get);
        assert_string_equal(t.got.body, "hello");
        assert_string_equal(fake.name, "proxy");
        assert_int_equal(fake.conns[0].to.port, 3128);
        (void)snprintf(want, sizeof want,
                       "GET %s HTTP/1.1\r\nHost: %s\r\n" AGENT ACCEPT
                       "X-Secret: 1\r\n\r\n",
                       targets[i][1], targets[i][2]);
        assert_string_equal(heard(&fake, 0), want);
        fetch_run(&t, &get);
        assert_string_equal(t.got.body, "again");
        fetch_end(&t);
    }
}

/* The route was asked for, and is not taken. */
static void no_proxy(void **state)
{
    struct fake_peer peers[2] = {{.says = {{SAY(OK_5 "hello", 1)}}},
                                 {.says = {{SAY(OK_5 "hello", 1)}}}};
    struct lwurl_request get = {.url = "http://h/", .connect_to = "other:8"};

    (void)state;
    begin(peers, 2);
    fetch_run(&t, &get); /* connect_to says more */
    assert_string_equal(fake.name, "other");
    assert_int_equal(memcmp(heard(&fake, 0), "GET / ", 6), 0);
    get.connect_to = NULL;
    proxy.route = 0;
    fetch_run(&t, &get);
    assert_string_equal(fake.name, "h");
    assert_int_equal(memcmp(heard(&fake, 1), "GET / ", 6), 0);
    proxy.route = LWURL_ERR_URL;
    fetch_run(&t, &get);
    assert_int_equal(t.got.err, LWURL_ERR_URL);
    fetch_end(&t);
}

/* The same URL by another way is another connection. */
static void other_proxy(void **state)
{
    static const struct lwurl_request get = {.url = "http://h/"};
    struct fake_peer peers[4];

    (void)state;
    for (size_t i = 0; i < N(peers); i++)
        peers[i] = (struct fake_peer){
            .says = {{SAY(OK_5 "hello", 1)}, {SAY(OK_5 "again", 2)}}};
    begin(peers, N(peers));
    fetch_run(&t, &get);
    lwurl_close(&t.u);
    proxy.port = 8888;
    fetch_run(&t, &get);
    assert_int_equal(fake.conns_n, 2);
    assert_int_equal(fake.conns[1].to.port, 8888);
    lwurl_close(&t.u);
    proxy.port = 8888 + 256;
    fetch_run(&t, &get);
    assert_int_equal(fake.conns_n, 3);
    lwurl_close(&t.u);
    proxy.route = 0;
    fetch_run(&t, &get);
    assert_int_equal(fake.conns_n, 4);
    assert_string_equal(fake.name, "h");
    fetch_run(&t, &get);
    assert_int_equal(fake.conns_n, 4);
    fetch_end(&t);
}

/* A redirect to where no proxy is needed. */
static void from_a_proxy(void **state)
{
    static const struct lwurl_request get = {.url = "http://far/"};
    struct fake_peer peers[2] = {{.says = {{SAY(OK_5 "moved", 1)}}},
                                 {.says = {{SAY(OK_5 "hello", 1)}}}};

    (void)state;
    begin(peers, 2);
    proxy.follow = true;
    fetch_run(&t, &get);
    assert_string_equal(t.got.body, "hello");
    assert_int_equal(memcmp(heard(&fake, 0), "GET http://far/ ", 16), 0);
    assert_int_equal(memcmp(heard(&fake, 1), "GET / ", 6), 0);
    fetch_end(&t);
}

static void through_a_tunnel(void **state)
{
    static const char *const opened[] = {
        OPENED,
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 204 \n\n",
        ("HTTP/1.1 100 C\r\n\r\n" OPENED),
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"};
    size_t each = request_n(&xor_get);

    (void)state;
    for (size_t i = 0; i < 3 * N(opened); i++) {
        struct fake_peer peer = tunnel(opened[i / 3], each);
        bool ended;
        peer.piece = i % 3;
        peer.take = i % 3 * 5;
        begin(&peer, 1);
        fetch_run(&t, &xor_get);
        assert_string_equal(error_name(t.got.err), "OK");
        assert_string_equal(t.got.body, "hello");
        assert_string_equal(t.got.fields, ": OK\nContent-Length: 5\n");
        assert_int_equal(seen, 3);
        assert_string_equal(fake.name, "proxy");
        assert_string_equal(slot.host, "host");
        assert_memory_equal(fake.conns[0].sent, CONNECT, sizeof CONNECT - 1);
        size_t at = sizeof CONNECT - 1 + 4;
        (void)xor_unframe(fake.conns[0].sent + at, fake.conns[0].sent_n - at,
                          &ended);
        assert_memory_equal(fake.conns[0].sent + at, "GET / HTTP/1.1\r\n", 16);
        fetch_run(&t, &xor_get); /* no second CONNECT */
        assert_string_equal(t.got.body, "hello");
        assert_int_equal(fake.conns_n, 1);
        fetch_end(&t);
    }
}

static void body_through_a_tunnel(void **state)
{
    static const struct lwurl_request posts[] = {
        {.url = "xor://host/", .body = "hello", .body_n = 5},
        {.url = "xor://host/", .body_n = 5, .flags = LWURL_BODY_STREAM},
        {.url = "xor://host/", .flags = LWURL_BODY_CHUNKED},
    };
    (void)state;
    for (size_t i = 0; i < N(posts); i++) {
        struct fake_peer peer = tunnel(OPENED, 0);
        bool ended;
        begin(&peer, 1);
        t.out = "hello";
        t.out_n = 5;
        fetch_run(&t, &posts[i]);
        assert_int_equal(t.got.phase, LWURL_PHASE_HEAD);
        assert_memory_equal(fake.conns[0].sent, CONNECT, sizeof CONNECT - 1);
        size_t at = sizeof CONNECT - 1 + 4;
        size_t n = xor_unframe(fake.conns[0].sent + at,
                               fake.conns[0].sent_n - at, &ended);
        assert_memory_equal(fake.conns[0].sent + at, "POST / ", 7);
        const char *end = i < 2 ? "\r\n\r\nhello" : "\r\nhello\r\n0\r\n\r\n";
        n -= strlen(end);
        assert_memory_equal(fake.conns[0].sent + at + n, end, strlen(end));
        fetch_end(&t);
    }
}

/* No tunnel: an error of its own, with the proxy's status. */
static void refused(void **state)
{
    static const struct {
        const char *says;
        int err;
        long detail;
    } ways[] = {
        {"HTTP/1.1 407 P\r\nContent-Length: 0\r\n\r\n", LWURL_ERR_PROXY, 407},
        {"HTTP/1.1 502 B\r\n\r\n", LWURL_ERR_PROXY, 502},
        {"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n", LWURL_ERR_PROXY, 302},
        {OPENED "x", LWURL_ERR_PROXY, 200}, /* it talks into the tunnel */
        {"OLEH", LWURL_ERR_STATUS_LINE, 0},
        {"", LWURL_ERR_DISCONNECTED, 0},
        {"HTTP/1.1 200 OK\r\n", LWURL_ERR_INCOMPLETE, 0},
    };
    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct fake_peer peer = tunnel(ways[i].says, 0);
        peer.says[1].n = 0;
        peer.end = LWURL_PORT_EOF;
        peer.end_heads = 1;
        begin(&peer, 1);
        fetch_run(&t, &xor_get);
        assert_string_equal(error_name(t.got.err), error_name(ways[i].err));
        assert_int_equal(t.got.detail, ways[i].detail);
        assert_int_equal(seen, 0);
        assert_int_equal(t.got.turns[LWURL_TURN_FIELD], 0);
        assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 0);
        fetch_end(&t);
        assert_int_equal(slot.starts, 0);
    }
}

static void filter_refuses(void **state)
{
    struct fake_peer peer = tunnel(OPENED, 0);

    (void)state;
    begin(&peer, 1);
    slot.refuse = LWURL_ERR_ENTROPY;
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_ENTROPY);
    assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
    fetch_end(&t);
    assert_int_equal(slot.stops, 0);
}

/* Of the caller's fields, the proxy's password goes into no tunnel, and nothing
   but that and the User-Agent goes ahead of one. Where no proxy is known here,
   it is sent as it was given. */
static void callers_fields(void **state)
{
    static const struct lwurl_header fields[] = {
        {"Proxy-Authorization", "secret"},
        {"User-Agent", "me"},
        {"Cookie", "c"}};
    static const char *const wants[] = {
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n" ACCEPT
        "Proxy-Authorization: secret\r\nUser-Agent: me\r\nCookie: c\r\n"
        "X-Secret: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n" ACCEPT
        "Proxy-Authorization: secret\r\nUser-Agent: me\r\nCookie: "
        "c\r\nX-Secret: 1\r\n\r\n"};
    static const char connect[] =
        "CONNECT host:99 HTTP/1.1\r\nHost: host:99\r\n"
        "Proxy-Authorization: secret\r\n"
        "User-Agent: me\r\nX-Answers: 0\r\n\r\nHELO";
    static const char inner[] = "GET / HTTP/1.1\r\nHost: host\r\n" ACCEPT
                                "User-Agent: me\r\nCookie: c\r\nX-Secret: 1\r\n"
                                "\r\n";
    struct lwurl_request get = {
        .url = "http://h/", .headers = fields, .headers_n = N(fields)};
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 1)}}};
    struct fake_peer peer_of_tunnel = tunnel(OPENED, 0);
    bool ended;

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(&peer, 1);
        proxy.route = 1 - i;
        fetch_run(&t, &get);
        assert_string_equal(heard(&fake, 0), wants[i]);
        fetch_end(&t);
    }
    get.url = "xor://host/";
    begin(&peer_of_tunnel, 1);
    fetch_run(&t, &get);
    assert_memory_equal(fake.conns[0].sent, connect, sizeof connect - 1);
    char *at = fake.conns[0].sent + sizeof connect - 1;
    size_t n =
        xor_unframe(at, fake.conns[0].sent_n - (sizeof connect - 1), &ended);
    assert_int_equal(n, sizeof inner - 1);
    assert_memory_equal(at, inner, n);
    fetch_end(&t);
}

/* A 407 that a handler answers: on the same connection where that lives. */
static void answered(void **state)
{
    static const char *const asks[] = {
        "HTTP/1.1 407 P\r\nContent-Length: 3\r\n\r\nwho",
        "HTTP/1.1 407 P\r\nContent-Length: 3\r\nConnection: close\r\n\r\nwho",
        "HTTP/1.0 407 P\r\n\r\n",
    };
    size_t each = request_n(&xor_get);

    (void)state;
    for (size_t i = 0; i < N(asks); i++) {
        struct fake_peer peers[2] = {
            {.says = {{.p = asks[i], .n = strlen(asks[i]), .heads = 1}}},
            tunnel(OPENED, each)};
        size_t at = i == 0 ? 0 : 1;
        if (i == 0) {
            peers[0].says[1] = peers[1].says[0];
            peers[0].says[2] = peers[1].says[1];
            peers[0].says[3] = peers[1].says[2];
            for (int k = 1; k < 4; k++)
                peers[0].says[k].heads = 2;
        } else {
            peers[0].end = LWURL_PORT_EOF;
            peers[0].end_heads = 1;
        }
        begin(peers, 2);
        proxy.again = true;
        fetch_run(&t, &xor_get);
        assert_string_equal(error_name(t.got.err), "OK");
        assert_string_equal(t.got.body, "hello");
        assert_int_equal(fake.conns_n, at + 1);
        assert_non_null(strstr(heard(&fake, 0), "X-Answers: 0\r\n"));
        assert_non_null(strstr(heard(&fake, at), "X-Answers: 1\r\n"));
        fetch_end(&t);
    }
}

/* A kept tunnel whose far end is gone: the next request opens another. */
static void lost_tunnel(void **state)
{
    size_t each = request_n(&xor_get);
    static struct fake_peer peers[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        peers[0] = peers[1] = tunnel(OPENED, each);
        begin(peers, 2);
        fetch_run(&t, &xor_get);
        peers[0].says[3].n = 0;
        peers[0].end = LWURL_PORT_EOF;
        peers[0].end_ms = i == 0 ? 0 : 50; /* before or after it was asked */
        fetch_run(&t, &xor_get);
        assert_string_equal(t.got.body, "hello");
        assert_int_equal(fake.conns_n, 2);
        assert_memory_equal(fake.conns[1].sent, "CONNECT host:99", 15);
        fetch_end(&t);
        assert_int_equal(slot.stops, 2);
    }
}

/* A connection to a proxy whose CONNECT was answered but not with a tunnel is
   kept for the next try, and may die in between. */
static void lost_before_the_tunnel(void **state)
{
    size_t each = request_n(&xor_get);
    struct fake_peer peers[2] = {
        {.says = {{SAY("HTTP/1.1 407 P\r\nContent-Length: 0\r\n\r\n", 1)}},
         .end = LWURL_ERR_RESET,
         .end_heads = 2},
        tunnel(OPENED, each)};
    struct lwurl_request post = xor_get;

    (void)state;
    post.method = "POST";
    begin(peers, 2);
    proxy.again = true;
    fetch_run(&t, &post); /* a CONNECT can be repeated */
    assert_int_equal(fake.conns_n, 2);
    assert_int_equal(t.got.status, 200);
    fetch_end(&t);
}

/* -------------------------------------------- http, as the route wants it */

#define CONNECT_H \
    "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n" AGENT "X-Answers: %u\r\n\r\n"
#define GET_H "GET / HTTP/1.1\r\nHost: h\r\n" AGENT ACCEPT "X-Secret: 1\r\n\r\n"

static const struct lwurl_request http_get = {.url = "http://h/"};

/* Was exactly this heard on the n-th connection: so many CONNECTs, then so many
   GETs? */
static void expect_tunnel(size_t n, unsigned connects, unsigned gets)
{
    char want[2000];
    size_t at = 0;

    for (unsigned i = 0; i < connects; i++)
        at += (size_t)snprintf(want + at, sizeof want - at, CONNECT_H, i);
    for (unsigned i = 0; i < gets; i++)
        at += (size_t)snprintf(want + at, sizeof want - at, "%s", GET_H);
    assert_string_equal(heard(&fake, n), want);
}

/* A route may want a tunnel for http, too: without a filter in it. */
static void plain_tunnel(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OPENED, 1)},
                                      {SAY(OK_5 "hello", 2)},
                                      {SAY(OK_5 "again", 3)}}};

    (void)state;
    for (size_t piece = 0; piece < 40; piece++) {
        peer.piece = piece;
        peer.take = piece;
        begin(&peer, 1);
        proxy.how = LWURL_ROUTE_TUNNEL;
        fetch_run(&t, &http_get);
        assert_string_equal(error_name(t.got.err), "OK");
        assert_string_equal(t.got.body, "hello");
        expect_tunnel(0, 1, 1);
        fetch_run(&t, &http_get); /* no second CONNECT */
        assert_string_equal(t.got.body, "again");
        assert_int_equal(fake.conns_n, 1);
        expect_tunnel(0, 1, 2);
        assert_string_equal(fake.name, "proxy");
        fetch_end(&t);
    }
}

/* A tunnel is not the same as a proxy, or a way without one. */
static void plain_tunnel_or_not(void **state)
{
    struct fake_peer opens = {
        .says = {{SAY(OPENED, 1)}, {SAY(OK_5 "hello", 2)}}};
    struct fake_peer peers[5] = {opens,
                                 {.says = {{SAY(OK_5 "proxy", 1)}}},
                                 opens,
                                 {.says = {{SAY(OK_5 "plain", 1)}}},
                                 {.says = {{SAY(OK_5 "there", 1)}}}};
    static const uint8_t ways[] = {LWURL_ROUTE_TUNNEL, LWURL_ROUTE_PROXY,
                                   LWURL_ROUTE_TUNNEL, LWURL_ROUTE_DIRECT,
                                   LWURL_ROUTE_DIRECT};
    static const char *const bodies[] = {"hello", "proxy", "hello", "plain",
                                         "there"};

    (void)state;
    begin(peers, N(peers));
    for (size_t i = 0; i < N(peers); i++) {
        proxy.how = ways[i];
        proxy.port = i == 4 ? 99 : 0;
        fetch_run(&t, &http_get);
        assert_string_equal(t.got.body, bodies[i]);
        assert_int_equal(fake.conns_n, i + 1);
        lwurl_close(&t.u);
    }
    expect_tunnel(0, 1, 1);
    assert_memory_equal(heard(&fake, 1), "GET http://h/ ", 14);
    expect_tunnel(3, 0, 1);
    assert_int_equal(fake.conns[4].to.port, 99);
    fetch_end(&t);
}

static void plain_tunnel_refused(void **state)
{
    static const struct {
        const char *says;
        int err;
        long detail;
    } ways[] = {
        {"HTTP/1.1 403 F\r\nContent-Length: 0\r\n\r\n", LWURL_ERR_PROXY, 403},
        {OPENED OK_5 "hello", LWURL_ERR_PROXY, 200}, /* before it is asked */
        {"HTTP/1.1 2", LWURL_ERR_INCOMPLETE, 0},
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct fake_peer peer = {.says = {{.p = ways[i].says,
                                           .n = strlen(ways[i].says),
                                           .heads = 1}},
                                 .end = LWURL_PORT_EOF,
                                 .end_heads = 1};
        begin(&peer, 1);
        proxy.how = LWURL_ROUTE_TUNNEL;
        fetch_run(&t, &http_get);
        assert_string_equal(error_name(t.got.err), error_name(ways[i].err));
        assert_int_equal(t.got.detail, ways[i].detail);
        expect_tunnel(0, 1, 0);
        fetch_end(&t);
    }
}

/* A 407 that leaves the connection: the next CONNECT is on it. And a kept
   tunnel that died is opened again. */
static void plain_tunnel_again(void **state)
{
    struct fake_peer peers[2] = {
        {.says = {{SAY("HTTP/1.1 407 P\r\nContent-Length: 0\r\n\r\n", 1)},
                  {SAY(OPENED, 2)},
                  {SAY(OK_5 "hello", 3)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 3},
        {.says = {{SAY(OPENED, 1)}, {SAY(OK_5 "again", 2)}}}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        peers[0].end_ms = i == 0 ? 0 : 50; /* before or after it was asked */
        begin(peers, 2);
        proxy.how = LWURL_ROUTE_TUNNEL;
        proxy.again = true;
        fetch_run(&t, &http_get);
        assert_string_equal(t.got.body, "hello");
        assert_int_equal(fake.conns_n, 1);
        expect_tunnel(0, 2, 1);
        fetch_run(&t, &http_get);
        assert_string_equal(t.got.body, "again");
        assert_int_equal(fake.conns_n, 2);
        fetch_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absolute_form),
        cmocka_unit_test(no_proxy),
        cmocka_unit_test(other_proxy),
        cmocka_unit_test(from_a_proxy),
        cmocka_unit_test(through_a_tunnel),
        cmocka_unit_test(body_through_a_tunnel),
        cmocka_unit_test(refused),
        cmocka_unit_test(filter_refuses),
        cmocka_unit_test(callers_fields),
        cmocka_unit_test(answered),
        cmocka_unit_test(lost_tunnel),
        cmocka_unit_test(lost_before_the_tunnel),
        cmocka_unit_test(plain_tunnel),
        cmocka_unit_test(plain_tunnel_or_not),
        cmocka_unit_test(plain_tunnel_refused),
        cmocka_unit_test(plain_tunnel_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
