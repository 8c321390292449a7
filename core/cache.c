/* SPDX-License-Identifier: MIT */
/*
 * A fetch through a cache.
 *
 *   phase      does                            next
 *   (begin)    looks for an entry              CHECK; NET: there is none
 *   CHECK      reads its body against its CRC  KEPT: fresh, or offline; NET
 *   NET        steps of the fetch              KEPT: 304, or no answer
 *                                              BODY: any other (RESPONSE)
 *   BODY       the body, into a slot as well   OVER: it is kept
 *   KEPT       a body that is kept             OVER
 *   OVER                                       IDLE: close
 */
#include <string.h>

#include "handlers/cache_slots.h"
#include "http/conn.h"
#include "http/engine.h"
#include "text/bytes.h"
#include "text/str.h"

enum { IDLE, CHECK, NET, BODY, KEPT, OVER };

/* Bytes that one step reads of a body, and at once. */
#define CHECK_STEP  2048u
#define CHECK_PIECE 64u

static int fail(struct lwurl_cache *c, int err)
{
    c->err = (int16_t)err;
    return err;
}

/* ------------------------------------------------------------- the request */

/* Fields with which a request asks for something of its own. */
static bool goes_past(const struct lwurl_request *r)
{
    static const char *const own[] = {"Range", "Cache-Control", "Pragma"};

    for (size_t i = 0; i < r->headers_n; i++) {
        struct lwurl_str name = str_of(r->headers[i].name);
        if (str_is(str_cut(name, 0, 3), "If-"))
            return true;
        for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
            if (str_is(name, own[k]))
                return true;
    }
    return false;
}

static bool is_get(const struct lwurl_request *r)
{
    return (r->method == NULL || text_equal(r->method, "GET")) &&
           r->body == NULL &&
           (r->flags & (LWURL_BODY_STREAM | LWURL_BODY_CHUNKED)) == 0;
}

/* Is the request one for the cache? Sets *url where it is. */
static bool split(const struct lwurl_request *r, struct url *url)
{
    int32_t at;

    return is_get(r) && !goes_past(r) &&
           url_split(str_of(r->url), url, &at) == LWURL_OK &&
           (str_is(url->scheme, "http") || str_is(url->scheme, "https"));
}

static bool is_secret(struct lwurl_str name)
{
    return str_is(name, "Authorization") || str_is(name, "Cookie") ||
           str_is(name, "Proxy-Authorization");
}

/* The user's name, and that fields of the caller's say who it is. */
static uint32_t who_asks(const struct lwurl_request *r, const struct url *url)
{
    struct lwurl_str user = str_of(r->user);
    uint32_t crc;

    if (user.p == NULL)
        user = str_cut(url->userinfo, 0, str_find(url->userinfo, ':'));
    crc = crc_add(0, user.p, user.n);
    for (size_t i = 0; i < r->headers_n; i++) {
        struct lwurl_str name = str_of(r->headers[i].name);
        if (is_secret(name))
            crc = crc_add(crc, name.p, name.n);
    }
    return crc;
}

/* What a Vary may be about. */
static uint32_t fields_of(const struct lwurl_request *r)
{
    struct lwurl_str agent = str_of(r->user_agent);
    uint32_t crc = crc_add(0, agent.p, agent.n);

    for (size_t i = 0; i < r->headers_n; i++) {
        struct lwurl_str name = str_of(r->headers[i].name);
        struct lwurl_str value = str_of(r->headers[i].value);
        crc = crc_add(crc, name.p, name.n);
        if (!is_secret(name))
            crc = crc_add(crc, value.p, value.n);
        crc = crc_add(crc, "\n", 1);
    }
    return crc;
}

/* --------------------------------------------------------------- the entry */

static bool matches(const struct lwurl_cache *c, const struct url *url)
{
    const struct lwurl_cache_entry *e = &c->entry;

    return e->who == who_asks(c->request, url) &&
           (e->fresh.said & FRESH_VARIES) == 0 &&
           ((e->fresh.said & FRESH_VARY) == 0 ||
            e->fields == fields_of(c->request));
}

static uint32_t lifetime(const struct lwurl_cache *c)
{
    const struct lwurl_cache_entry *e = &c->entry;

    if (e->flags != 0)
        return 0;
    return fresh_lifetime(&e->fresh, str_of(e->have.last_modified), c->guess_s);
}

static uint32_t age(const struct lwurl_cache *c, int slot, uint32_t now_ms)
{
    return fresh_age(&c->entry.fresh, cache_here(c, slot, now_ms));
}

/* May it be used without an answer? */
static bool bears(const struct lwurl_cache *c, uint32_t lets)
{
    if (c->slot < 0 || (c->entry.flags & ENTRY_DOUBTFUL) != 0)
        return false;
    uint32_t good = lifetime(c), old = age(c, c->slot, conn_now(c->u));
    return fresh_bears(&c->entry.fresh, old > good ? old - good : 0, lets);
}

/* ------------------------------------------------------------------- begin */

static int fetch(struct lwurl_cache *c)
{
    c->phase = NET;
    int err = lwurl_begin(c->u, c->opener, c->request, c->work, c->work_n);
    return err == LWURL_OK ? LWURL_OK : fail(c, err);
}

static void look_for(struct lwurl_cache *c, const struct url *url)
{
    c->slot = (int16_t)cache_find(c, url);
    if (c->slot >= 0 && !matches(c, url))
        c->slot = CACHE_NONE;
}

int lwurl_cache_begin(struct lwurl_cache *c, struct lwurl *u,
                      const struct lwurl_opener *opener,
                      const struct lwurl_request *request, unsigned how)
{
    struct url url;

    if (c == NULL || u == NULL || opener == NULL || opener->port == NULL ||
        request == NULL || request->url == NULL ||
        (request->headers_n > 0 && request->headers == NULL))
        return LWURL_ERR_CALL;
    lwurl_cache_close(c);
    c->u = u;
    c->opener = opener;
    c->request = request;
    c->how = (uint8_t)how;
    c->from = LWURL_FROM_NETWORK;
    c->slot = CACHE_NONE;
    c->body_at = 0;
    c->err = LWURL_OK;
    cache_store_abort(c, LWURL_ERR_NOT_CACHED);
    cache_tick(c, conn_time(opener));
    c->usable = split(request, &url);
    if (c->usable)
        look_for(c, &url);
    c->phase = CHECK;
    c->body.crc = 0;
    if (c->slot >= 0)
        return LWURL_OK;
    return (how & LWURL_CACHE_OFFLINE) != 0 ? fail(c, LWURL_ERR_NOT_CACHED)
                                            : fetch(c);
}

/* ------------------------------------------------------------------- kept */

/* The entry answers. */
static int serve(struct lwurl_cache *c, enum lwurl_cache_from from)
{
    lwurl_close(c->u);
    c->from = (uint8_t)from;
    c->stored = LWURL_OK;
    c->body_at = 0;
    c->phase = KEPT;
    return LWURL_TURN_RESPONSE;
}

/* Errors by which nobody has answered. */
static bool is_unanswered(int err)
{
    return err <= LWURL_ERR_NETDOWN || err == LWURL_ERR_RETRY ||
           err == LWURL_ERR_DISCONNECTED || err == LWURL_ERR_INCOMPLETE ||
           err == LWURL_ERR_TLS_TRUNCATED;
}

/* Nobody has answered: an error, or what is kept in spite of it. */
static int unanswered(struct lwurl_cache *c, int err)
{
    if (!is_unanswered(err) || !bears(c, FRESH_MOST))
        return fail(c, err);
    c->err = LWURL_OK;
    return serve(c, LWURL_FROM_STALE);
}

/* The entry is there, or proved to be broken. */
static int decide(struct lwurl_cache *c)
{
    bool offline = (c->how & LWURL_CACHE_OFFLINE) != 0;

    if (c->slot < 0 && offline)
        return fail(c, LWURL_ERR_NOT_CACHED);
    if (c->slot >= 0) {
        bool fresh = lifetime(c) > age(c, c->slot, conn_time(c->opener));
        if (fresh && (c->how & LWURL_CACHE_ASK) == 0)
            return serve(c, LWURL_FROM_FRESH);
        if (offline)
            return serve(c, LWURL_FROM_STALE);
    }
    int err = fetch(c);
    return err == LWURL_OK ? LWURL_TURN_WAIT : unanswered(c, err);
}

static int check(struct lwurl_cache *c)
{
    const struct lwurl_cache_entry *e = &c->entry;
    unsigned char piece[CHECK_PIECE];
    int err = LWURL_OK;

    for (uint32_t n = 0; n < CHECK_STEP && c->body_at < e->body_n;
         n += CHECK_PIECE) {
        uint32_t some = e->body_n - c->body_at;
        some = some < CHECK_PIECE ? some : CHECK_PIECE;
        err = cache_read(c, c->slot, c->body_at, piece, some);
        if (err != LWURL_OK)
            break;
        c->body.crc = crc_add(c->body.crc, piece, some);
        c->body_at += some;
    }
    if (err == LWURL_OK && c->body_at < e->body_n)
        return LWURL_TURN_WAIT;
    if (err != LWURL_OK || c->body.crc != e->crc) {
        cache_drop(c, c->slot);
        c->slot = CACHE_NONE;
    }
    return decide(c);
}

/* -------------------------------------------------------------- the answer */

/* RFC 5861 4 */
static bool is_servers_fault(unsigned status)
{
    return status == 500 || (status >= 502 && status <= 504);
}

static void note_arrival(struct lwurl_cache *c, int slot)
{
    c->slots[slot].came_ms = conn_now(c->u);
    c->slots[slot].timed = true;
    c->entry.flags = c->u->hops > 0 ? ENTRY_REDIRECTED : 0;
}

/* 304: what is kept is good, and what is known of it is renewed (RFC 9111
   4.3.4). Where that cannot be written, it stays as it was. */
static int confirmed(struct lwurl_cache *c, const struct url *url)
{
    if ((c->reader.got.said & FRESH_NO_STORE) == 0) {
        fresh_update(&c->entry.fresh, &c->reader.got);
        c->entry.have = c->conditional.got;
        note_arrival(c, c->slot);
        (void)cache_put(c, c->slot, url);
    }
    return serve(c, LWURL_FROM_CONFIRMED);
}

/* Whether a body that the end of the connection ends is whole, only TLS can
   tell. */
static bool may_be_kept(const struct lwurl_cache *c)
{
    const struct lwurl *u = c->u;

    return lwurl_status(u) == 200 &&
           (c->reader.got.said & (FRESH_NO_STORE | FRESH_VARIES)) == 0 &&
           (u->in != IN_CLOSE || u->conn.filter != NULL);
}

/* The entry of what comes takes the place of the one that was asked with. */
static void begin_to_keep(struct lwurl_cache *c, const struct url *url)
{
    struct lwurl_cache_entry *e = &c->entry;
    uint64_t length = lwurl_length(c->u);

    c->conditional.ask = NULL;
    e->fresh = c->reader.got;
    e->have = c->conditional.got;
    e->who = who_asks(c->request, url);
    e->fields = fields_of(c->request);
    if (length != UINT64_MAX && length > c->body_max) {
        c->stored = LWURL_ERR_ROOM;
        return;
    }
    cache_store_begin(c);
    if (c->store >= 0)
        note_arrival(c, c->store);
}

static int answered(struct lwurl_cache *c)
{
    const struct lwurl *u = c->u;
    uint32_t delay = (conn_now(u) - u->started_ms) / 1000u;
    struct url url;
    bool ours = split(c->request, &url);

    fresh_came(&c->reader.got, cache_now(c), delay);
    if (ours && c->slot >= 0 && u->status == 304 && u->err == LWURL_OK)
        return confirmed(c, &url);
    if (is_servers_fault(u->status) && bears(c, c->stale_s))
        return serve(c, LWURL_FROM_STALE);
    c->phase = BODY;
    if (ours && may_be_kept(c))
        begin_to_keep(c, &url);
    return LWURL_TURN_RESPONSE;
}

static int ask(struct lwurl_cache *c)
{
    int r = lwurl_step(c->u);

    if (r == LWURL_TURN_RESPONSE)
        return answered(c);
    return r > 0 ? r : unanswered(c, r);
}

/* ---------------------------------------------------------------- the body */

static void finish(struct lwurl_cache *c)
{
    struct url url;

    if (split(c->request, &url))
        cache_store_end(c, &url);
}

static int read_on(struct lwurl_cache *c)
{
    int r = lwurl_step(c->u);

    if (r < 0) {
        if (c->store >= 0)
            cache_store_abort(c, LWURL_ERR_NOT_CACHED);
        return fail(c, r);
    }
    if (r == LWURL_TURN_DONE) {
        c->phase = OVER;
        if ((c->how & LWURL_CACHE_HOLD) == 0)
            finish(c);
    }
    return r;
}

int lwurl_cache_step(struct lwurl_cache *c)
{
    if (c->err != LWURL_OK)
        return c->err;
    switch (c->phase) {
    case CHECK:
        return check(c);
    case NET:
        return ask(c);
    case BODY:
        return read_on(c);
    case KEPT:
        if (c->body_at < c->entry.body_n)
            return LWURL_TURN_BODY;
        c->phase = OVER;
        return LWURL_TURN_DONE;
    case OVER:
        return LWURL_TURN_DONE;
    default:
        return LWURL_ERR_CALL;
    }
}

void lwurl_cache_wants(struct lwurl_cache *c, struct lwurl_wants *out)
{
    out->fd = LWURL_FD_NONE;
    out->events = 0;
    out->ms = 0;
    if (c->err == LWURL_OK && (c->phase == NET || c->phase == BODY))
        lwurl_wants(c->u, out);
}

static int take_kept(struct lwurl_cache *c, void *dst, size_t n)
{
    uint32_t left = c->entry.body_n - c->body_at;

    n = n < left ? n : left;
    int err = n > 0 ? cache_read(c, c->slot, c->body_at, dst, n) : LWURL_OK;
    if (err != LWURL_OK)
        return fail(c, err);
    c->body_at += (uint32_t)n;
    return (int)n;
}

int lwurl_cache_take(struct lwurl_cache *c, void *dst, size_t n)
{
    if (c->err != LWURL_OK)
        return c->err;
    if (c->phase == KEPT || c->phase == BODY)
        n = n < c->storage->erase_unit ? n : c->storage->erase_unit;
    if (c->phase == KEPT)
        return take_kept(c, dst, n);
    if (c->phase != BODY && c->phase != NET)
        return c->phase == OVER ? 0 : LWURL_ERR_CALL;
    int r = lwurl_take(c->u, dst, n);
    if (r > 0)
        cache_store_add(c, dst, (size_t)r);
    return r;
}

int lwurl_cache_keep(struct lwurl_cache *c)
{
    if (c->phase != OVER)
        return LWURL_ERR_CALL;
    finish(c);
    return c->stored;
}

void lwurl_cache_close(struct lwurl_cache *c)
{
    if (c->phase == IDLE)
        return;
    if (c->store >= 0)
        cache_store_abort(c, LWURL_ERR_NOT_CACHED);
    if (c->phase == NET || c->phase == BODY || c->phase == OVER)
        lwurl_close(c->u);
    c->u = NULL;
    c->phase = IDLE;
}

/* ------------------------------------------------------------------ asking */

int lwurl_cache_init(struct lwurl_cache *c)
{
    return cache_load(c);
}

int lwurl_cache_look(struct lwurl_cache *c, const struct lwurl_opener *opener,
                     const char *url, struct lwurl_cache_view *out)
{
    static const struct lwurl_cache_view none;
    struct url parts;
    int32_t at;

    *out = none;
    if (c->phase != IDLE)
        return LWURL_ERR_CALL;
    int err = url_split(str_of(url), &parts, &at);
    if (err != LWURL_OK)
        return err;
    cache_tick(c, conn_time(opener));
    int slot = cache_find(c, &parts);
    if (slot < 0)
        return LWURL_ERR_NOT_CACHED;
    uint32_t good = lifetime(c), old = age(c, slot, conn_time(opener));
    out->length = c->entry.body_n;
    out->age_s = old == FRESH_MOST ? UINT32_MAX : old;
    out->fresh_s = good > old ? good - old : 0;
    out->came_s = c->entry.fresh.came;
    return LWURL_OK;
}

int lwurl_cache_forget(struct lwurl_cache *c, const char *url)
{
    struct url parts;
    int32_t at;

    if (c->phase != IDLE)
        return LWURL_ERR_CALL;
    int err = url_split(str_of(url), &parts, &at);
    if (err != LWURL_OK)
        return err;
    return cache_forget(c, &parts);
}

enum lwurl_cache_from lwurl_cache_from(const struct lwurl_cache *c)
{
    return (enum lwurl_cache_from)c->from;
}

uint64_t lwurl_cache_length(const struct lwurl_cache *c)
{
    return c->from == LWURL_FROM_NETWORK ? lwurl_length(c->u) : c->entry.body_n;
}

int lwurl_cache_stored(const struct lwurl_cache *c)
{
    return c->stored;
}
