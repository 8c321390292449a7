/* SPDX-License-Identifier: MIT */
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char TAIL[] = "\r\nHTTP/1.1 999 Tail\r\n\r\n";

static const size_t sizes[] = {128, 131, 1024};

static char where[256];
static struct fake fake;
static struct fetch t;

int vector_where(void **state)
{
    (void)state;
    if (where[0] != '\0')
        print_error("%s\n", where);
    where[0] = '\0';
    return 0;
}

/* Of one way of running a vector. */
struct way {
    const char *name;
    size_t at; /* place of a split or a cut */
    size_t work_n, bite;
    bool quiet; /* fields are not asked for */
};

static bool is_good(const struct vector *v)
{
    return v->err == LWURL_OK || v->err == LWURL_ERR_STATUS;
}

static struct fake_peer peer_of(const struct vector *v)
{
    struct fake_peer peer = {
        .says = {{.p = v->response.p, .n = v->response.n, .heads = 1}}};

    if ((v->flags & V_CLOSE) != 0 || v->err == LWURL_ERR_INCOMPLETE ||
        v->err == LWURL_ERR_DISCONNECTED)
        peer.end = LWURL_PORT_EOF;
    return peer;
}

static void run(const struct vector *v, const struct fake_peer *peers,
                const struct way *way)
{
    struct lwurl_request request = {
        .url = "http://h/",
        .method = v->method,
        .flags = v->request_flags | (way->quiet ? 0 : LWURL_ASK_FIELDS),
    };

    (void)snprintf(where, sizeof where, "%s: %s %zu, work %zu, bite %zu",
                   v->name, way->name, way->at, way->work_n, way->bite);
    fake_begin(&fake, peers, 2);
    fetch_init(&t, &fake, way->work_n);
    t.bite = way->bite;
    fetch_run(&t, &request);
}

static void expect_err(int is, int want)
{
    if (is != want)
        fail_msg("%s, not %s (%s)", error_name(is), error_name(want), where);
}

static void expect_text(const char *what, const char *is, const char *want)
{
    if (strcmp(is, want) != 0)
        fail_msg("%s [%s], not [%s] (%s)", what, is, want, where);
}

static void expect_good(const struct vector *v, const struct way *way,
                        struct lwurl_str tail)
{
    expect_err(t.got.err, v->err);
    assert_int_equal(t.got.status, v->status);
    if (!is_good(v))
        return;
    assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
    if (v->fields != NULL)
        expect_text("fields", t.got.fields, way->quiet ? "" : v->fields);
    assert_int_equal(t.got.body_n, v->body.n + tail.n);
    assert_memory_equal(t.got.body, v->body.p, v->body.n);
    assert_memory_equal(t.got.body + v->body.n, tail.p, tail.n);
    assert_int_equal(t.got.cut && !way->quiet, (v->flags & V_CUT) != 0 &&
                                                   way->work_n < 1024 &&
                                                   !way->quiet);
}

/* All that the vector holds, and nothing more. */
static void run_whole(const struct vector *v, const struct fake_peer *peer,
                      const struct way *way)
{
    struct fake_peer peers[2] = {*peer};

    run(v, peers, way);
    expect_good(v, way, (struct lwurl_str){"", 0});
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), (v->flags & V_KEEP) != 0);
    fetch_end(&t);
}

/* More than it holds: that is the body's, or it ends the connection. */
static void run_tail(const struct vector *v, const struct fake_peer *peer,
                     const struct way *way)
{
    struct lwurl_str tail = {TAIL, sizeof TAIL - 1};
    bool body = (v->flags & V_CLOSE) != 0;
    struct lwurl_request next = {.url = "http://h/"};
    if (peer->end != 0 && !body)
        return;
    struct fake_peer peers[2] = {
        *peer, {.says = {{SAY("HTTP/1.1 204 N\r\n\r\n", 1)}}}};

    peers[0].says[1] = (struct fake_say){.p = tail.p, .n = tail.n, .heads = 1};
    run(v, peers, way);
    expect_good(v, way, body ? tail : (struct lwurl_str){"", 0});
    fake.conns[0].dry = false; /* what is behind it has come by now */
    fetch_run(&t, &next);
    assert_int_equal(t.got.status, 204);
    assert_int_equal(fake.conns_n, 2);
    fetch_end(&t);
}

static void expect_cut(const struct vector *v, size_t at, int end)
{
    size_t head_n = v->response.n - v->body.n;
    bool whole = (v->flags & V_CLOSE) != 0 && at >= head_n && at > 0;
    int short_err = at == 0 ? LWURL_ERR_DISCONNECTED : LWURL_ERR_INCOMPLETE;

    if (!is_good(v) && t.got.err == v->err)
        return;
    if (whole && end == LWURL_PORT_EOF)
        expect_err(t.got.err, v->err);
    else
        expect_err(t.got.err, end == LWURL_PORT_EOF ? short_err : end);
}

/* Less than it holds, and then an end of some kind. */
static void run_cut(const struct vector *v, const struct way *way, int end)
{
    struct fake_peer peers[2] = {peer_of(v)};

    peers[0].cut = way->at + 1;
    peers[0].end = end;
    run(v, peers, way);
    expect_cut(v, way->at, end);
    assert_true(t.got.turns[LWURL_TURN_DONE] == 0 || (v->flags & V_CLOSE) != 0);
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), 0);
    fetch_end(&t);
}

static void run_at(const struct vector *v, size_t work_n, size_t at)
{
    struct way way = {"split at", at, work_n, 0, false};
    struct fake_peer peer = peer_of(v);

    peer.split = at;
    run_whole(v, &peer, &way);
    way.name = "tail, split at";
    run_tail(v, &peer, &way);
    way.name = "end at";
    run_cut(v, &way, LWURL_PORT_EOF);
    way.name = "reset at";
    run_cut(v, &way, LWURL_ERR_RESET);
}

static void run_sized(const struct vector *v, size_t work_n)
{
    struct way way = {"whole", 0, work_n, 0, false};
    struct fake_peer peer = peer_of(v);

    run_whole(v, &peer, &way);
    way.quiet = true;
    run_whole(v, &peer, &way);
    way.quiet = false;
    way.bite = 1;
    run_whole(v, &peer, &way);
    way.bite = 3;
    run_tail(v, &peer, &way);
    for (peer.piece = 1; peer.piece < 4; peer.piece++) {
        way.name = "in pieces of";
        way.at = peer.piece;
        run_whole(v, &peer, &way);
        run_tail(v, &peer, &way);
    }
    /* the middle of a long vector is like its neighbours */
    size_t step = v->response.n > 2000 ? 97 : 1;
    for (size_t at = 0; at < v->response.n; at += step)
        run_at(v, work_n, at);
}

void vector_run(const struct vector *v)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        run_sized(v, sizes[i]);
    where[0] = '\0';
}
