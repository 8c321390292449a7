/* SPDX-License-Identifier: MIT */
/* The line of a cache in an opener: it asks with what is kept, reads what
   comes, and sees what is done to a URL that is kept. */
#include "handlers/cache_slots.h"
#include "handlers/conditional.h"
#include "http/head_out.h"
#include "text/str.h"

/* Is this the fetch that the cache began? Others pass by. */
static bool is_ours(const struct lwurl_cache *c, const struct lwurl *u)
{
    return c->u == u && c->usable;
}

static void cache_begin(struct lwurl *u, void *state)
{
    struct lwurl_cache *c = state;
    bool asks = is_ours(c, u) && c->slot >= 0;

    c->conditional.ask = asks ? &c->entry.have : NULL;
    conditional_begin(u, &c->conditional);
}

static void cache_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    conditional_request(u, &((struct lwurl_cache *)state)->conditional, out);
}

static int cache_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    struct lwurl_cache *c = state;

    fresh_field(&c->reader, f);
    return conditional_field(u, &c->conditional, f);
}

/* ----------------------------------------------------------------- verdict */

/* Methods that change nothing (RFC 9110 9.2.1). */
static bool is_safe(const char *method)
{
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "TRACE"};

    for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++)
        if (text_equal(method, safe[i]))
            return true;
    return false;
}

/* What is kept of the current URL may not be so any more (RFC 9111 4.4). What
   cannot be marked is not used. */
static void doubt(struct lwurl_cache *c, const struct lwurl *u)
{
    struct url url;
    int32_t at;
    int slot;

    (void)url_split(u->url, &url, &at); /* checked when the hop was opened */
    slot = cache_find(c, &url);
    if (slot < 0)
        return;
    c->entry.flags |= ENTRY_DOUBTFUL;
    if (cache_put(c, slot, &url) != LWURL_OK)
        (void)cache_remove(c, slot); /* less to write; in RAM at any rate */
}

/* The tag without the mark of weakness (RFC 9110 8.8.3.2). */
static struct lwurl_str opaque(const char *etag)
{
    struct lwurl_str s = str_of(etag);

    return s.n > 2 && s.p[0] == 'W' && s.p[1] == '/' ? str_cut(s, 2, SIZE_MAX)
                                                     : s;
}

/* Does a 304 speak of another version than ours (RFC 9111 4.3.4)? */
static bool is_of_another(const struct lwurl_conditional *c)
{
    return c->ask != NULL && (c->seen & LWURL_LEFT_ETAG) != 0 &&
           !str_equal(opaque(c->got.etag), opaque(c->ask->etag));
}

static int cache_response(struct lwurl *u, void *state)
{
    struct lwurl_cache *c = state;

    if (!is_safe(request_method(u)) &&
        (u->status / 100 == 2 || u->status / 100 == 3))
        doubt(c, u);
    if (u->status == 304 && is_ours(c, u) && is_of_another(&c->conditional)) {
        c->conditional.ask = NULL;
        return LWURL_RETRY;
    }
    return conditional_response(u, &c->conditional);
}

const struct lwurl_handler_ops lwurl_cache_ops = {
    .begin = cache_begin,
    .request = cache_request,
    .field = cache_field,
    .response = cache_response,
};
