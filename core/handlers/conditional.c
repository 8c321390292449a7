/* SPDX-License-Identifier: MIT */
#include "handlers/conditional.h"

#include <string.h>

#include "http/head_out.h"
#include "http/state.h"
#include "text/str.h"
#include "text/url.h"

#define NONE_MATCH     "If-None-Match"
#define MODIFIED_SINCE "If-Modified-Since"

uint64_t conditional_url(const struct lwurl *u)
{
    struct url url;
    uint64_t hash;
    int32_t at;

    (void)url_split(u->url, &url, &at); /* checked when the hop was opened */
    (void)url_key(&url, NULL, 0, &hash);
    return hash;
}

/* ------------------------------------------------------------------ asking */

static bool reads(const struct lwurl *u)
{
    return text_equal(request_method(u), "GET") || request_is_head(u);
}

/* Is there anything to ask the current URL with? */
static bool applies(const struct lwurl *u, const struct lwurl_conditional *c)
{
    const struct lwurl_validators *ask = c->ask;

    if (ask == NULL || (ask->etag[0] == '\0' && ask->last_modified[0] == '\0'))
        return false;
    return ask->url == 0 ? (u->flags & F_CROSSED) == 0
                         : ask->url == conditional_url(u);
}

/* It may come from memory that something else wrote to. */
static bool is_sound(const struct lwurl_validators *v)
{
    return v->etag[LWURL_ETAG_MAX] == '\0' &&
           v->last_modified[LWURL_MODIFIED_MAX] == '\0' &&
           request_is_value(v->etag) && request_is_value(v->last_modified);
}

void conditional_begin(struct lwurl *u, void *state)
{
    static const struct lwurl_validators none;
    struct lwurl_conditional *c = state;
    const struct lwurl_validators *ask = c->ask;

    c->got = none;
    c->left_out = c->open = c->seen = 0;
    if (ask != NULL && !is_sound(ask))
        (void)lwurl_fail(u, LWURL_ERR_HEADER, -1);
}

static void put(const struct lwurl *u, struct lwurl_out *out, const char *name,
                const char *value)
{
    if (value[0] == '\0' || request_gives(u, name))
        return;
    lwurl_out_text(out, name);
    lwurl_out_text(out, ": ");
    lwurl_out_text(out, value);
    lwurl_out_text(out, "\r\n");
}

void conditional_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    const struct lwurl_conditional *c = state;

    if (!reads(u) || !applies(u, c))
        return;
    put(u, out, NONE_MATCH, c->ask->etag);
    put(u, out, MODIFIED_SINCE, c->ask->last_modified);
}

/* -------------------------------------------------------------- collecting */

struct place {
    char *room;
    size_t max;
};

static struct place place_of(struct lwurl_conditional *c, unsigned which)
{
    return which == LWURL_LEFT_ETAG
               ? (struct place){c->got.etag, LWURL_ETAG_MAX}
               : (struct place){c->got.last_modified, LWURL_MODIFIED_MAX};
}

static unsigned kind(const struct lwurl_field *f)
{
    if (str_is(f->name, "ETag"))
        return LWURL_LEFT_ETAG;
    return str_is(f->name, "Last-Modified") ? LWURL_LEFT_MODIFIED : 0;
}

/* A validator that is broken, or that contradicts itself, is none. */
static void leave_out(struct lwurl_conditional *c)
{
    place_of(c, c->open).room[0] = '\0';
    c->left_out |= c->open;
    c->open = 0;
}

static void append(struct lwurl_conditional *c, struct lwurl_str piece)
{
    struct place to = place_of(c, c->open);
    size_t n = strlen(to.room);

    if (piece.n > to.max - n) {
        leave_out(c);
        return;
    }
    if (piece.n > 0)
        memcpy(to.room + n, piece.p, piece.n);
    to.room[n + piece.n] = '\0';
    if (!request_is_value(to.room))
        leave_out(c);
}

int conditional_field(struct lwurl *u, void *state, const struct lwurl_field *f)
{
    struct lwurl_conditional *c = state;

    if (f->name.n == 0) { /* the reason: a head begins */
        c->got.etag[0] = c->got.last_modified[0] = '\0';
        c->left_out = c->seen = 0;
    }
    if (f->first) {
        bool counts = u->status / 100 == 2 || u->status == 304;
        c->open = counts && !f->trailer ? (uint8_t)kind(f) : 0;
        if ((c->seen & c->open) != 0)
            leave_out(c);
        c->seen |= c->open;
    }
    if (c->open != 0)
        append(c, f->value);
    return LWURL_OK;
}

/* ----------------------------------------------------------------- verdict */

/* What a 304 does not repeat is as it was (RFC 9111 3.2). */
static void fill_in(struct lwurl_conditional *c)
{
    const struct lwurl_validators *ask = c->ask;

    if ((c->seen & LWURL_LEFT_ETAG) == 0)
        memcpy(c->got.etag, ask->etag, sizeof ask->etag);
    if ((c->seen & LWURL_LEFT_MODIFIED) == 0)
        memcpy(c->got.last_modified, ask->last_modified,
               sizeof ask->last_modified);
}

int conditional_response(struct lwurl *u, void *state)
{
    struct lwurl_conditional *c = state;

    if (u->status == 0) /* not HTTP */
        return LWURL_DELIVER;
    c->got.url = conditional_url(u);
    if (u->status != 304 || !reads(u))
        return LWURL_DELIVER;
    bool ours = applies(u, c);
    if (ours)
        fill_in(c);
    return ours || request_gives(u, NONE_MATCH) ||
                   request_gives(u, MODIFIED_SINCE)
               ? LWURL_ACCEPT
               : LWURL_DELIVER;
}

const struct lwurl_handler_ops lwurl_conditional_ops = {
    .begin = conditional_begin,
    .request = conditional_request,
    .field = conditional_field,
    .response = conditional_response,
};
