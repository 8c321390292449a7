/* SPDX-License-Identifier: MIT */
/* What handlers say of a response, and where that leads: core/fetch.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define N(array)    (sizeof(array) / sizeof(array)[0])
#define FINE        "HTTP/1.1 204 N\r\n\r\n"
#define ASKED(rest) "HTTP/1.1 401 Who\r\n" rest

static struct fake fake;
static struct fetch t;

static const struct lwurl_request get = {.url = "http://h/"};

/* A handler that judges as it is told, and counts. */
struct judge {
    int verdicts[4];  /* of the 1st, 2nd ... response; then DELIVER */
    const char *next; /* URL of FOLLOW */
    unsigned how;     /* LWURL_FOLLOW_... */
    int follow_err;
    const char *fails_at; /* name of a field that is an error */
    unsigned responses, begins, fields, follows, ends, closes;
};

static struct judge judge;

static void judge_begin(struct lwurl *u, void *state)
{
    struct judge *j = state;

    (void)u;
    j->begins++;
}

static void judge_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    const struct judge *j = state;

    (void)u;
    lwurl_out_text(out, "X-Try: ");
    lwurl_out_number(out, j->responses);
    lwurl_out_text(out, "\r\n");
}

static int judge_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    struct judge *j = state;

    (void)u;
    j->fields++;
    return j->fails_at != NULL && lwurl_name_is(f->name, j->fails_at)
               ? LWURL_ERR_AUTH
               : LWURL_OK;
}

static int judge_response(struct lwurl *u, void *state)
{
    struct judge *j = state;
    int verdict = j->responses < 4 ? j->verdicts[j->responses] : 0;

    if (verdict == LWURL_ASK && u->user != NULL)
        verdict = LWURL_RETRY;
    if (verdict != LWURL_ASK)
        j->responses++;
    return verdict;
}

static int judge_follow(struct lwurl *u, void *state)
{
    struct judge *j = state;
    struct lwurl_str url = {j->next, strlen(j->next)};

    j->follows++;
    if (j->follow_err == LWURL_OK)
        lwurl_follow(u, url, j->how);
    return j->follow_err;
}

static void judge_end(struct lwurl *u, void *state)
{
    (void)u;
    ((struct judge *)state)->ends++;
}

static void judge_close(struct lwurl *u, void *state)
{
    (void)u;
    ((struct judge *)state)->closes++;
}

static const struct lwurl_handler_ops judge_ops = {
    .begin = judge_begin,
    .request = judge_request,
    .field = judge_field,
    .response = judge_response,
    .follow = judge_follow,
    .end = judge_end,
    .close = judge_close,
};

/* Does nothing at all. */
static const struct lwurl_handler_ops idle_ops = {.scheme = NULL};

static const struct lwurl_handler judged[] = {
    {&idle_ops, NULL}, {&judge_ops, &judge}, LWURL_HTTP};

static void begin_judged(const struct fake_peer *peers, size_t n,
                         const struct judge *j)
{
    judge = *j;
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 128);
    t.opener.handlers = judged;
    t.opener.handlers_n = N(judged);
}

/* The total time is over all connections: each of these is quick enough. */
static void one_deadline_for_all(void **state)
{
    static const struct judge again = {
        .verdicts = {LWURL_RETRY, LWURL_RETRY, LWURL_RETRY}};
    struct fake_peer peers[4];
    struct lwurl_request request = {.url = "http://h/", .deadline_ms = 1000};

    (void)state;
    for (size_t i = 0; i < N(peers); i++)
        peers[i] = (struct fake_peer){
            .says = {{SAY("HTTP/1.1 401 Who\r\nConnection: close\r\n"
                          "Content-Length: 0\r\n\r\n",
                          1),
                      .delay_ms = 400}}};
    begin_judged(peers, N(peers), &again);
    fetch_run(&t, &request);
    assert_string_equal(error_name(t.got.err), error_name(LWURL_ERR_DEADLINE));
    assert_int_equal(fake.conns_n, 3);
    fetch_end(&t);
}

/* Responses that are sent again for, and whether their connection serves. */
static void retries(void **state)
{
    static const struct {
        const char *first;
        int end;
        bool same;
    } ways[] = {
        {ASKED("Content-Length: 0\r\n\r\n"), 0, true},
        {ASKED("Content-Length: 5\r\n\r\nhello"), 0, true},
        {ASKED("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n"
               "A: b\r\n\r\n"),
         0, true},
        {"HTTP/1.1 204 N\r\nContent-Length: 99999\r\n\r\n", 0, true},
        /* what cannot be kept */
        {ASKED("Connection: close\r\nContent-Length: 5\r\n\r\nhello"), 0,
         false},
        {ASKED("\r\nhello"), LWURL_PORT_EOF, false},
        {"HTTP/1.0 401 Who\r\nContent-Length: 5\r\n\r\nhello", 0, false},
        /* what is longer than it is worth, or never ends */
        {ASKED("Content-Length: 5000\r\n\r\nhello"), 0, false},
        {ASKED("Content-Length: 18446744073709551615\r\n\r\nhello"), 0, false},
        /* what is broken: nobody wanted it */
        {ASKED("Content-Length: 6\r\n\r\nhello"), LWURL_PORT_EOF, false},
        {ASKED("Content-Length: 6\r\n\r\nhello"), LWURL_ERR_RESET, false},
        {ASKED("Transfer-Encoding: chunked\r\n\r\nx"), 0, false},
        {ASKED("Transfer-Encoding: chunked\r\n\r\n0\r\nA\r\n\r\n"), 0, false},
    };
    static const struct judge again = {.verdicts = {LWURL_RETRY}};

    (void)state;
    for (size_t i = 0; i < 3 * N(ways); i++) {
        const char *first = ways[i / 3].first;
        bool same = ways[i / 3].same;
        struct fake_peer peers[2] = {
            {.says = {{.p = first, .n = strlen(first), .heads = 1}},
             .end = ways[i / 3].end,
             .piece = i % 3},
            {.says = {{SAY(FINE, 1)}}}};
        struct lwurl_request request = {.url = "http://h/",
                                        .flags = LWURL_ASK_FIELDS};
        if (same)
            peers[0].says[1] = (struct fake_say){SAY(FINE, 2)};
        begin_judged(peers, 2, &again);
        fetch_run(&t, &request);
        assert_string_equal(error_name(t.got.err), "OK");
        assert_int_equal(t.got.status, 204);
        assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
        assert_int_equal(fake.conns_n, same ? 1 : 2);
        assert_non_null(strstr(heard(&fake, 0), "X-Try: 0\r\n"));
        assert_non_null(strstr(heard(&fake, fake.conns_n - 1), "X-Try: 1\r\n"));
        fetch_end(&t);
        assert_int_equal(judge.begins, 1);
        assert_int_equal(judge.ends, 1);
        assert_int_equal(judge.closes, 1);
    }
}

/* LWURL_DRAIN_MAX, to the byte, counted and chunked. */
static void drain_bound(void **state)
{
    static const struct judge again = {.verdicts = {LWURL_RETRY}};
    static char bytes[LWURL_DRAIN_MAX + 300];

    (void)state;
    for (size_t i = 0; i < 2 * 4; i++) {
        size_t n = LWURL_DRAIN_MAX - 2 + i / 2;
        bool chunked = (i & 1) != 0;
        int head = sprintf(bytes,
                           chunked ? ASKED("Transfer-Encoding: chunked\r\n\r\n"
                                           "%zx\r\n")
                                   : ASKED("Content-Length: %zu\r\n\r\n"),
                           n);
        memset(bytes + head, 'x', n);
        (void)sprintf(bytes + head + n, "\r\n0\r\n\r\n");
        struct fake_peer peers[2] = {
            {.says = {{.p = bytes,
                       .n = (size_t)head + n + (chunked ? 7 : 0),
                       .heads = 1},
                      {SAY(FINE, 2)}}},
            {.says = {{SAY(FINE, 1)}}}};
        begin_judged(peers, 2, &again);
        fetch_run(&t, &get);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_int_equal(fake.conns_n, n <= LWURL_DRAIN_MAX ? 1 : 2);
        assert_true(t.got.steps > 4); /* some bytes in each */
        fetch_end(&t);
    }
}

/* The bodies of requests that are sent again. */
static void retries_with_body(void **state)
{
    static const struct judge again = {.verdicts = {LWURL_RETRY}};

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        struct fake_peer peer = {
            .says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1), .after = 5},
                     {SAY(FINE, 2), .after = 5}}};
        struct lwurl_request post = {.url = "http://h/", .body_n = 5};
        if (i == 0)
            post.body = "hello";
        else
            post.flags = LWURL_BODY_STREAM | (i & 1 ? LWURL_BODY_REWINDS : 0);
        if (i >= 3)
            peer.says[0].after = 0; /* asked before the body came */
        struct fake_peer peers[2] = {peer, {.says = {{SAY(FINE, 1)}}}};
        peers[1].says[0].after = 5;
        begin_judged(peers, 2, &again);
        t.out = "hello";
        t.out_n = 5;
        fetch_run(&t, &post);
        assert_string_equal(error_name(t.got.err),
                            i == 2 ? "ERR_REPLAY" : "OK");
        if (i != 2)
            assert_non_null(
                strstr(strstr(heard(&fake, i < 3 ? 0 : 1), "X-Try: 1"),
                       "\r\n\r\nhello"));
        fetch_end(&t);
    }
}

static void follows(void **state)
{
    static const struct lwurl_header headers[] = {
        {"Authorization", "Mine"},  {"Cookie", "c"},
        {"Host", "mine"},           {"X-Kept", "k"},
        {"content-language", "de"}, {"Proxy-Authorization", "secret"}};
    static const struct {
        const char *next;
        unsigned how;
        bool same;
        const char *head;
    } ways[] = {
        {"http://h/b", 0, true,
         "POST /b HTTP/1.1\r\nUser-Agent: lwurl/" LWURL_VERSION
         "\r\nAccept-Encoding: identity\r\nContent-Type: "
         "application/x-www-form-urlencoded\r\nContent-Length: 5\r\n"
         "Authorization: Mine\r\nCookie: c\r\nHost: mine\r\nX-Kept: k\r\n"
         "content-language: de\r\nProxy-Authorization: secret\r\nX-Try: "
         "1\r\n\r\nhello"},
        {"http://h/b", LWURL_FOLLOW_GET, true,
         "GET /b HTTP/1.1\r\nUser-Agent: lwurl/" LWURL_VERSION
         "\r\nAccept-Encoding: identity\r\n"
         "Authorization: Mine\r\nCookie: c\r\nHost: mine\r\nX-Kept: k\r\n"
         "Proxy-Authorization: secret\r\nX-Try: 1\r\n\r\n"},
        {"http://other:8/b", LWURL_FOLLOW_GET | LWURL_FOLLOW_CROSSED, false,
         "GET /b HTTP/1.1\r\nHost: other:8\r\nUser-Agent: lwurl/" LWURL_VERSION
         "\r\nAccept-Encoding: identity\r\nX-Kept: k\r\nX-Try: 1\r\n\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < 2 * N(ways); i++) {
        struct judge j = {.verdicts = {LWURL_FOLLOW},
                          .next = ways[i / 2].next,
                          .how = ways[i / 2].how};
        struct lwurl_request post = {.url = "http://h/a",
                                     .headers = headers,
                                     .headers_n = 6,
                                     .body = "hello",
                                     .body_n = 5,
                                     .user = "me",
                                     .password = "p",
                                     .flags =
                                         (i & 1) != 0 ? LWURL_ASK_REDIRECT : 0};
        struct fake_peer peers[2] = {
            {.says = {{SAY(ASKED("Content-Length: 3\r\n\r\nold"), 1)},
                      {SAY(FINE, 2)}}},
            {.says = {{SAY(FINE, 1)}}}};
        peers[0].says[0].after = 5;
        peers[0].says[1].after = (ways[i / 2].how & LWURL_FOLLOW_GET) ? 0 : 5;
        begin_judged(peers, 2, &j);
        fetch_run(&t, &post);
        assert_string_equal(error_name(t.got.err), "OK");
        assert_int_equal(t.got.turns[LWURL_TURN_REDIRECT], i & 1);
        assert_int_equal(fake.conns_n, ways[i / 2].same ? 1 : 2);
        size_t behind = ways[i / 2].same ? fake.conns[0].head_ends[0] + 5 : 0;
        assert_string_equal(heard(&fake, fake.conns_n - 1) + behind,
                            ways[i / 2].head);
        assert_int_equal(lwurl_url(&t.u).n, strlen(j.next));
        bool crossed = (j.how & LWURL_FOLLOW_CROSSED) != 0;
        assert_true(crossed == (t.u.user == NULL));
        assert_true(crossed == (t.u.password == NULL));
        fetch_end(&t);
        assert_int_equal(judge.follows, 1);
    }
}

static void follow_fails(void **state)
{
    static const struct {
        struct judge judge;
        int err;
    } ways[] = {
        {{.next = "http://h/ b"}, LWURL_ERR_URL},
        {{.next = "gopher://h/"}, LWURL_ERR_SCHEME},
        {{.next = "http:///"}, LWURL_ERR_NO_HOST},
        {{.next = "", .follow_err = LWURL_ERR_REDIRECT}, LWURL_ERR_REDIRECT},
    };
    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct fake_peer peer = {
            .says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1)}}};
        struct judge j = ways[i].judge;
        j.verdicts[0] = LWURL_FOLLOW;
        begin_judged(&peer, 1, &j);
        fetch_run(&t, &get);
        assert_string_equal(error_name(t.got.err), error_name(ways[i].err));
        fetch_end(&t);
        assert_int_equal(judge.ends, 0);
        assert_int_equal(judge.closes, 1);
    }
}

/* A handler that says FOLLOW, and none that can. */
static void nobody_follows(void **state)
{
    static const struct lwurl_handler_ops mute = {.response = judge_response};
    static const struct lwurl_handler handlers[] = {{&mute, &judge},
                                                    LWURL_HTTP};
    static const struct judge j = {.verdicts = {LWURL_FOLLOW}};
    struct fake_peer peer = {.says = {{SAY(FINE, 1)}}};

    (void)state;
    begin_judged(&peer, 1, &j);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
    fetch_run(&t, &get);
    assert_int_equal(t.got.err, LWURL_ERR_CALL);
    fetch_end(&t);
}

/* HEAD stays HEAD, though a handler would make a GET of it. */
static void head_follows(void **state)
{
    static const struct judge j = {.verdicts = {LWURL_FOLLOW},
                                   .next = "http://h/b",
                                   .how = LWURL_FOLLOW_GET};
    struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 302 F\r\nContent-Length: 9999\r\n\r\n", 1)},
                 {SAY("HTTP/1.1 200 O\r\nContent-Length: 5\r\n\r\n", 2)}}};
    struct lwurl_request head = {.url = "http://h/a", .method = "HEAD"};

    (void)state;
    begin_judged(&peer, 1, &j);
    fetch_run(&t, &head);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(t.got.body_n, 0);
    assert_int_equal(t.got.length, 5);
    assert_non_null(strstr(heard(&fake, 0), "HEAD /b HTTP/1.1\r\n"));
    fetch_end(&t);
}

/* A streamed body cannot follow, unless it is left behind. */
static void follows_with_stream(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct judge j = {.verdicts = {LWURL_FOLLOW},
                          .next = "http://h/",
                          .how = i == 1 ? LWURL_FOLLOW_GET : 0};
        struct fake_peer peer = {
            .says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1)},
                     {SAY(FINE, 2)}}};
        struct lwurl_request post = {
            .url = "http://h/", .body_n = 5, .flags = LWURL_BODY_STREAM};
        post.flags |= i == 2 ? LWURL_BODY_REWINDS : 0;
        peer.says[0].after = 5;
        peer.says[1].after = i == 2 ? 5 : 0;
        begin_judged(&peer, 1, &j);
        t.out = "hello";
        t.out_n = 5;
        fetch_run(&t, &post);
        assert_string_equal(error_name(t.got.err),
                            i == 0 ? "ERR_REPLAY" : "OK");
        fetch_end(&t);
    }
}

/* ------------------------------------------------------------- credentials */

static void ask_and_answer(void **state)
{
    static const struct judge j = {.verdicts = {LWURL_ASK, LWURL_DELIVER}};
    struct fake_peer peer = {
        .says = {{SAY(ASKED("Content-Length: 5\r\n\r\nwrong"), 1)},
                 {SAY(FINE, 2)}}};

    (void)state;
    begin_judged(&peer, 1, &j);
    assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
    assert_int_equal(lwurl_credentials(&t.u, "a", "b"), LWURL_ERR_CALL);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_CREDENTIALS),
                     LWURL_TURN_CREDENTIALS);
    assert_int_equal(lwurl_status(&t.u), 401);
    assert_int_equal(lwurl_attempt(&t.u), 1);
    fake.now += 60000; /* somebody looks for the note with the password */
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_CREDENTIALS);
    assert_int_equal(lwurl_credentials(&t.u, "me", "secret"), LWURL_OK);
    assert_int_equal(lwurl_credentials(&t.u, "me", "secret"), LWURL_ERR_CALL);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    assert_string_equal(t.u.user, "me");
    assert_string_equal(t.u.password, "secret");
    assert_int_equal(lwurl_status(&t.u), 204);
    assert_int_equal(fake.conns_n, 1);
    fetch_end(&t);
}

/* A handler that is asked again after a "no" delivers. */
static int ask_once(struct lwurl *u, void *state)
{
    struct judge *j = state;

    (void)u;
    return j->responses++ == 0 ? LWURL_ASK : LWURL_DELIVER;
}

static void ask_and_decline(void **state)
{
    static const struct lwurl_handler_ops asks = {.response = ask_once};
    static const struct lwurl_handler handlers[] = {{&asks, &judge},
                                                    LWURL_HTTP};
    static const struct judge j = {.verdicts = {0}};
    struct fake_peer peer = {
        .says = {{SAY(ASKED("Content-Length: 5\r\n\r\nwrong"), 1)}}};
    char to[8];
    size_t n;

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin_judged(&peer, 1, &j);
        t.opener.handlers = handlers;
        t.opener.handlers_n = N(handlers);
        t.request = get;
        if (i == 0) {
            fetch_run(&t, &get); /* declines */
            assert_int_equal(t.got.turns[LWURL_TURN_CREDENTIALS], 1);
            assert_string_equal(t.got.body, "wrong");
        } else {
            assert_int_equal(
                lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n),
                LWURL_ERR_STATUS);
            assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n), 0);
            assert_int_equal(n, 5);
        }
        assert_int_equal(lwurl_status(&t.u), 401);
        fetch_end(&t);
    }
}

/* ----------------------------------------------- what handlers may refuse */

static void handlers_refuse(void **state)
{
    static const struct judge ways[] = {
        {.fails_at = "A"},
        {.fails_at = "T"}, /* a trailer */
        {.fails_at = ""},  /* the reason */
        {.verdicts = {LWURL_ERR_AUTH}},
        {.verdicts = {LWURL_RETRY, LWURL_ERR_AUTH}},
    };
    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct fake_peer peer = {
            .says = {{SAY("HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: "
                          "chunked\r\n\r\n0\r\nT: u\r\n\r\n",
                          1)},
                     {SAY(FINE, 2)}}};
        begin_judged(&peer, 1, &ways[i]);
        fetch_run(&t, &get);
        assert_int_equal(t.got.err, LWURL_ERR_AUTH);
        fetch_end(&t);
        assert_int_equal(judge.ends, 0);
        assert_int_equal(judge.closes, 1);
    }
}

static void cancel(struct fake *f)
{
    (void)f;
    lwurl_cancel(&t.u);
}

/* While a body is dropped, the limits hold, and nobody gets any of it. */
static void limits_while_draining(void **state)
{
    static const struct judge again = {.verdicts = {LWURL_RETRY}};
    static const int errors[] = {LWURL_ERR_IDLE, LWURL_ERR_DEADLINE,
                                 LWURL_ERR_CANCELED};
    struct fake_peer peer = {
        .says = {{SAY(ASKED("Content-Length: 9\r\n\r\nhello"), 1)}}};
    struct lwurl_request request = get;
    char byte;

    (void)state;
    for (size_t i = 0; i < N(errors); i++) {
        request.deadline_ms = i == 1 ? 100 : 0;
        request.idle_ms = i == 0 ? 200 : LWURL_FOREVER;
        begin_judged(&peer, 1, &again);
        fake.during_wait = i == 2 ? cancel : NULL;
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        for (int k = 0; k < 8; k++)
            assert_int_equal(lwurl_step(&t.u), LWURL_TURN_WAIT);
        assert_int_equal(lwurl_take(&t.u, &byte, 1), LWURL_ERR_CALL);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), errors[i]);
        fetch_end(&t);
    }
}

/* A handler cannot begin: nothing is sent. */
static void begin_fails(struct lwurl *u, void *state)
{
    (void)state;
    (void)lwurl_fail(u, LWURL_ERR_ROOM, 77);
}

static void cannot_begin(void **state)
{
    static const struct lwurl_handler_ops ops = {.begin = begin_fails};
    static const struct lwurl_handler handlers[] = {{&ops, NULL}, LWURL_HTTP};

    (void)state;
    fake_begin(&fake, NULL, 0);
    fetch_init(&t, &fake, 128);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
    assert_int_equal(fetch_begin(&t, &get), LWURL_ERR_ROOM);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_ROOM);
    assert_int_equal(fake.calls, 0);
    fetch_end(&t);
}

/* A scheme that has no status and waits for nothing; it ends the connection
   that another one kept. */
static void from_http_to_data(void **state)
{
    static const struct lwurl_handler handlers[] = {
        {&judge_ops, &judge}, LWURL_HTTP, LWURL_DATA};
    static const struct judge follow = {.verdicts = {LWURL_FOLLOW},
                                        .next = "data:,moved"};
    struct fake_peer peer = {
        .says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1)}}};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_FIELDS};
    struct lwurl_wants wants;

    (void)state;
    begin_judged(&peer, 1, &follow);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_RESPONSE),
                     LWURL_TURN_RESPONSE);
    assert_int_equal(fake_open(&fake), 0);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    assert_string_equal(t.got.body, "moved");
    assert_string_equal(t.got.fields,
                        ": Who\nContent-Length: 0\n: \nContent-type: "
                        "text/plain;charset=US-ASCII\n"
                        "Content-length: 5\n");
    assert_int_equal(lwurl_status(&t.u), 0);
    assert_int_equal(lwurl_version(&t.u), 0);
    request.url = "data:,";
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    memset(&wants, 9, sizeof wants);
    lwurl_wants(&t.u, &wants);
    assert_int_equal(wants.fd, LWURL_FD_NONE);
    assert_int_equal(wants.events, 0);
    assert_int_equal(wants.ms, 0);
    fetch_end(&t);
}

/* A follow that asks first, and a person asked for a password amid a write:
   the blocking calls go on, and decline. */
static void turns_of_blocking_calls(void **state)
{
    static const struct judge follow = {.verdicts = {LWURL_FOLLOW},
                                        .next = "http://h/b"};
    static const struct lwurl_handler_ops asks = {.response = ask_once};
    static const struct lwurl_handler handlers[] = {{&asks, &judge},
                                                    LWURL_HTTP};
    struct fake_peer peers[2] = {
        {.says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1)},
                  {SAY(FINE, 2)}}},
        {.says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1), .after = 5}},
         .take = 90}};
    (void)state;
    begin_judged(peers, 1, &follow);
    t.request = (struct lwurl_request){.url = "http://h/a",
                                       .flags = LWURL_ASK_REDIRECT};
    assert_int_equal(lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_status(&t.u), 204);
    fetch_end(&t);

    begin_judged(peers + 1, 1, &follow);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
    t.request = (struct lwurl_request){
        .url = "http://h/a", .flags = LWURL_BODY_STREAM, .body_n = 500};
    assert_int_equal(lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n),
                     LWURL_OK);
    char body[500] = "";
    assert_int_equal(lwurl_write(&t.u, body, sizeof body), LWURL_ERR_STATUS);
    assert_int_equal(lwurl_status(&t.u), 401);
    fetch_end(&t);
}

/* One who can answer no challenge leaves it to the others. */
static int cannot_answer(struct lwurl *u, void *state)
{
    (void)u;
    return *(const int *)state;
}

static void answered_by_another(void **state)
{
    static int error;
    static const struct lwurl_handler_ops helpless = {.response =
                                                          cannot_answer};
    static const struct lwurl_handler handlers[] = {
        {&helpless, &error}, {&judge_ops, &judge}, LWURL_HTTP};
    static const struct judge again = {.verdicts = {LWURL_RETRY}};
    static const int errors[] = {LWURL_ERR_AUTH, LWURL_ERR_AUTH_INT,
                                 LWURL_ERR_REDIRECT};
    struct fake_peer peer = {
        .says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1)}, {SAY(FINE, 2)}}};

    (void)state;
    for (size_t i = 0; i < N(errors); i++) {
        error = errors[i];
        begin_judged(&peer, 1, &again);
        t.opener.handlers = handlers;
        t.opener.handlers_n = N(handlers);
        fetch_run(&t, &get);
        assert_int_equal(t.got.err, errors[i]);
        /* the second response was nobody's */
        assert_int_equal(t.got.status, i < 2 ? 204 : 401);
        fetch_end(&t);
    }
}

/* None of two can answer: the error is the first one's. */
static void answered_by_none(void **state)
{
    static int errors[] = {LWURL_ERR_AUTH_INT, LWURL_ERR_AUTH};
    static const struct lwurl_handler_ops helpless = {.response =
                                                          cannot_answer};
    static const struct lwurl_handler handlers[] = {
        {&helpless, &errors[0]}, {&helpless, &errors[1]}, LWURL_HTTP};
    static const struct judge none = {.verdicts = {0}};
    struct fake_peer peer = {
        .says = {{SAY(ASKED("Content-Length: 0\r\n\r\n"), 1)}}};

    (void)state;
    begin_judged(&peer, 1, &none);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
    fetch_run(&t, &get);
    assert_int_equal(t.got.err, LWURL_ERR_AUTH_INT);
    fetch_end(&t);
}

/* A body in many small chunks that all lie in the work buffer already: nothing
   on the wire says that there is more to drop. */
static void drained_without_the_wire(void **state)
{
    static const struct judge again = {.verdicts = {LWURL_RETRY}};
    static char bytes[600];
    int n = sprintf(bytes, ASKED("Transfer-Encoding: chunked\r\n\r\n"));
    struct lwurl_request request = get;

    (void)state;
    for (int i = 0; i < 50; i++)
        n += sprintf(bytes + n, "1\r\nx\r\n");
    n += sprintf(bytes + n, "0\r\n\r\n");
    struct fake_peer peer = {
        .says = {{.p = bytes, .n = (size_t)n, .heads = 1}, {SAY(FINE, 2)}}};
    request.idle_ms = LWURL_FOREVER;
    begin_judged(&peer, 1, &again);
    t.work = guarded(0, 1024);
    t.work_n = 1024;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(fake.conns_n, 1);
    fetch_end(&t);
}

/* What a fetch leaves is nothing to the next: no cancel, no detail. */
static void begun_anew(void **state)
{
    struct fake_peer peer = {.says = {{SAY(FINE, 1)}}};
    static const struct judge none = {.verdicts = {0}};
    struct lwurl_request bad = {
        .url = "http://h:x/", .user = "u", .password = "p"};
    struct lwurl_error e;

    (void)state;
    begin_judged(&peer, 1, &none);
    fetch_run(&t, &bad);
    assert_int_equal(t.got.err, LWURL_ERR_URL);
    assert_true(t.got.detail > 0);
    assert_string_equal(t.u.user, "u");
    assert_string_equal(t.u.password, "p");
    lwurl_cancel(&t.u);
    fetch_run(&t, &get);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.code, LWURL_OK);
    assert_int_equal(e.detail, 0);
    assert_null(t.u.password);
    assert_int_equal(lwurl_attempt(&t.u), 1);
    fetch_end(&t);
}

/* ACCEPT: a success whatever the status, for this head and no other. */
static void accepted(void **state)
{
    static const struct {
        const char *head;
        unsigned status;
        const char *body;
    } ways[] = {
        {"HTTP/1.1 304 N\r\n\r\n", 304, ""},
        {"HTTP/1.1 304 N\r\nContent-Length: 5\r\n\r\n", 304, ""},
        {"HTTP/1.1 404 N\r\nContent-Length: 3\r\n\r\nyes", 404, "yes"},
        {"HTTP/1.1 200 N\r\nContent-Length: 3\r\n\r\nyes", 200, "yes"},
    };

    (void)state;
    for (size_t i = 0; i < 3 * 2 * N(ways); i++) {
        struct judge j = {.verdicts = {LWURL_ACCEPT}};
        const char *head = ways[i / 6].head;
        struct fake_peer peer = {
            .says = {{.p = head, .n = strlen(head), .heads = 1},
                     {SAY("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 2)}},
            .piece = i % 3};
        if (i / 3 % 2 == 1) { /* the second response is accepted */
            j.verdicts[0] = LWURL_RETRY;
            j.verdicts[1] = LWURL_ACCEPT;
            peer.says[1] = peer.says[0];
            peer.says[1].heads = 2;
            peer.says[0] = (struct fake_say){
                SAY("HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", 1)};
        }
        begin_judged(&peer, 1, &j);
        fetch_run(&t, &get);
        assert_string_equal(error_name(t.got.err), "OK");
        assert_int_equal(t.got.status, ways[i / 6].status);
        assert_string_equal(t.got.body, ways[i / 6].body);
        assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
        if (i / 3 % 2 == 0) { /* the next fetch is judged anew */
            fetch_run(&t, &get);
            assert_string_equal(error_name(t.got.err), "ERR_STATUS");
        }
        fetch_end(&t);
        assert_int_equal(fake.conns_n, 1);
    }
}

/* Who accepts has the last word, and blocking calls know of it. */
static void accepted_before_others(void **state)
{
    static const struct judge accept = {.verdicts = {LWURL_ACCEPT}};
    static int refusal = LWURL_ERR_REDIRECT;
    static const struct lwurl_handler_ops refuses = {.response = cannot_answer};
    static const struct lwurl_handler handlers[] = {{&refuses, &refusal},
                                                    {&judge_ops, &judge},
                                                    {&refuses, &refusal},
                                                    LWURL_HTTP};
    struct fake_peer peer = {.says = {{SAY("HTTP/1.1 304 N\r\n\r\n", 1)}}};
    char byte;

    (void)state;
    for (unsigned from = 0; from < 2; from++) {
        begin_judged(&peer, 1, &accept);
        t.opener.handlers = handlers + from;
        t.opener.handlers_n = N(handlers) - from;
        t.request = get;
        assert_int_equal(
            lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n),
            from == 0 ? LWURL_ERR_REDIRECT : LWURL_OK);
        if (from == 1)
            assert_int_equal(lwurl_read(&t.u, &byte, 1), 0);
        fetch_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_deadline_for_all),
        cmocka_unit_test(retries),
        cmocka_unit_test(drain_bound),
        cmocka_unit_test(retries_with_body),
        cmocka_unit_test(follows),
        cmocka_unit_test(head_follows),
        cmocka_unit_test(follow_fails),
        cmocka_unit_test(nobody_follows),
        cmocka_unit_test(follows_with_stream),
        cmocka_unit_test(ask_and_answer),
        cmocka_unit_test(ask_and_decline),
        cmocka_unit_test(handlers_refuse),
        cmocka_unit_test(limits_while_draining),
        cmocka_unit_test(cannot_begin),
        cmocka_unit_test(from_http_to_data),
        cmocka_unit_test(turns_of_blocking_calls),
        cmocka_unit_test(answered_by_another),
        cmocka_unit_test(answered_by_none),
        cmocka_unit_test(drained_without_the_wire),
        cmocka_unit_test(begun_anew),
        cmocka_unit_test(accepted),
        cmocka_unit_test(accepted_before_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
