/* SPDX-License-Identifier: MIT */
/* Proves core/schemes/data.c core/text/url.c core/text/str.c
   tests/proofs/exchange.c
   Left out: data_open, data_step, data_take, deliver, refuse (of a whole fetch,
   with handlers and events; what reads the bytes of a URL for them is proven
   here. That data_take finds the bytes that data_open counted, and in_left
   never falls below 0, is of no single call). */
#include "schemes/data.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

/* What holds between two characters: no count is beyond a group. */
static bool holds_decoder(const struct decoder *d)
{
    return d->quad <= 3 && d->pads <= 2 && d->left <= 63 &&
           (d->quad < 2 || d->quad + d->pads < 4) && d->stage <= AT_RESPONSE;
}

static struct decoder any_decoder(void)
{
    struct decoder *d = any_memory(sizeof *d);

    ASSUME(holds_decoder(d));
    return *d;
}

/* A URL of the length that lwurl_open() takes. */
static struct lwurl_str any_url(void)
{
    struct lwurl_str url = any_str();

    ASSUME(url.n > 0 && url.n <= LWURL_URL_MAX);
    return url;
}

PROOF(take_character)
{
    struct decoder d = any_decoder();
    unsigned char c = any_byte();

    take_character(&d, &c);
    PROVE(holds_decoder(&d));
}

PROOF(next)
{
    struct decoder d = any_decoder();
    struct lwurl_str url = any_url();
    unsigned char c;
    size_t at = d.at;
    bool got = next(url, &d, &c);

    PROVE(holds_decoder(&d));
    PROVE(got ? d.at > at : d.at >= at);
}

PROOF(media_type)
{
    struct lwurl_str url = any_url();

    PROVE(is_within(media_type(url), url));
}

PROOF(type_text)
{
    struct lwurl *u = any_fetch();

    u->url = any_url();
    ASSUME(u->url.n >= 5); /* "data:" */
    struct lwurl_str type = type_text(u);
    PROVE(READABLE(type.p, type.n));
    PROVE(is_within(full_url(u), u->url));
}

PROOF(decoder)
{
    PROVE(WRITABLE(decoder(any_fetch()), sizeof(struct decoder)));
}

PROOF(take_base64)
{
    struct lwurl_str type = any_str(), rest = type;

    take_base64(&rest);
    PROVE(is_within(rest, type));
}

PROOF(find_control)
{
    struct lwurl_str s = any_str();

    PROVE(find_control(s) <= s.n);
}

PROOF(length_text)
{
    struct lwurl *u = any_fetch();

    ASSUME(u->in_left <= LWURL_URL_MAX);
    struct lwurl_str text = length_text(u);
    PROVE(is_within(text, (struct lwurl_str){u->work, 5}));
}
