/* SPDX-License-Identifier: MIT */
/* Proves core/schemes/data_strict.c core/text/url.c core/text/str.c
   tests/proofs/exchange.c
   Left out: strict_open, strict_step, strict_take, count, deliver, refuse,
   write_type (the prover has no answer to the last, which has no loop, in a
   minute; the others are of a whole fetch, as those of data.c). */
#include "schemes/data_strict.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

#ifdef __CPROVER__

/* clang-format off */

static bool find_byte(struct lwurl_str url, size_t *at)
__CPROVER_requires(IS_GOOD(url) && *at <= url.n)
__CPROVER_assigns(*at)
__CPROVER_ensures(*at >= OLD(*at) && *at <= url.n)
__CPROVER_ensures(RESULT == (*at < url.n));

static bool next_byte(struct lwurl_str url, struct decoder *d,
                      unsigned char *out)
__CPROVER_requires(IS_GOOD(url) && url.n <= LWURL_URL_MAX && d->at <= url.n)
__CPROVER_assigns(d->at, *out)
__CPROVER_ensures(d->at >= OLD(d->at) && d->at <= url.n)
__CPROVER_ensures(IMPLIES(RESULT, d->at > OLD(d->at)));

/* clang-format on */

#endif

/* Of a URL that has the scheme "data", of the length that is taken. */
static struct lwurl *any_data(void)
{
    struct lwurl *u = any_fetch();

    u->url = any_str();
    ASSUME(u->url.n >= 5 && u->url.n <= LWURL_URL_MAX);
    ASSUME(u->url.p[0] == 'd');
    return u;
}

/* What holds between two characters of a URL of n bytes. */
static struct decoder any_decoder(size_t n)
{
    struct decoder d = {any_u16(),  any_byte(), any_bool(), any_byte(),
                        any_byte(), any_byte(), any_bool()};

    ASSUME(d.at <= n && d.quad <= 3 && d.left <= 63);
    ASSUME(d.pads <= (d.bad ? 3 : 2));
    return d;
}

static struct lwurl_str any_url(void)
{
    struct lwurl_str url = any_str();

    ASSUME(url.n > 0 && url.n <= LWURL_URL_MAX);
    return url;
}

PROOF(decoder)
{
    PROVE(WRITABLE(decoder(any_fetch()), sizeof(struct decoder)));
}

PROOF(bare_url)
{
    struct lwurl *u = any_data();

    PROVE(is_within(bare_url(u), u->url));
}

PROOF(find_byte)
{
    size_t at = any_size();

    find_byte(any_str(), &at);
}

PROOF(next_byte)
{
    struct decoder d = {.at = any_u16()};
    unsigned char c;

    next_byte(any_str(), &d, &c);
}

PROOF(next)
{
    struct lwurl_str url = any_url();
    struct decoder d = any_decoder(url.n);
    unsigned char c;
    size_t at = d.at;
    bool got = next(url, &d, &c);

    PROVE(d.at <= url.n && d.quad <= 3 && d.left <= 63);
    PROVE(d.pads <= (d.bad ? 3 : 2));
    PROVE(got ? d.at > at : d.at >= at);
}

PROOF(ends_well)
{
    struct decoder d = any_decoder(any_length(UINT16_MAX));

    ends_well(&d);
}

PROOF(media_type)
{
    struct lwurl_str url = any_url();

    PROVE(is_within(media_type(url), url));
}

PROOF(take_base64)
{
    struct lwurl_str type = any_str(), rest = type;

    take_base64(&rest);
    PROVE(is_within(rest, type));
}

PROOF(find_line_end)
{
    struct lwurl_str s = any_str();

    PROVE(find_line_end(s) <= s.n);
}

PROOF(has_bad_authority)
{
    has_bad_authority(any_str());
}
