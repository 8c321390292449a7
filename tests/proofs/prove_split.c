/* SPDX-License-Identifier: MIT */
/* Proves core/text/split.c core/text/url.c core/text/literal.c
   core/text/sink.c core/text/str.c */
#include "contracts.h"

#include "lwurl_parse.h"

#ifdef __CPROVER__

#define IS_UNSET(s) ((s).p == NULL && (s).n == 0)

/* clang-format off */

static struct lwurl_str cut_at(struct lwurl_str *s, char c)
__CPROVER_requires(IS_GOOD(*s))
__CPROVER_assigns(s->n)
__CPROVER_ensures(s->n <= OLD(s->n))
__CPROVER_ensures(IS_CUT(RESULT, s->p, OLD(s->n)));

static bool good_brackets(struct lwurl_str hostport)
__CPROVER_requires(IS_GOOD(hostport))
__CPROVER_assigns();

static int clean(struct lwurl_str *url)
__CPROVER_requires(IS_GOOD(*url))
__CPROVER_assigns(*url)
__CPROVER_ensures(IS_CUT(*url, OLD(url->p), OLD(url->n)));

static size_t netloc_span(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(RESULT <= s.n);

static int split_netloc(struct lwurl_split *out)
__CPROVER_requires(IS_GOOD(out->netloc) && IS_UNSET(out->username) &&
                   IS_UNSET(out->password) && IS_UNSET(out->hostname) &&
                   IS_UNSET(out->port))
__CPROVER_assigns(out->username, out->password, out->hostname, out->port)
__CPROVER_ensures(IS_CUT(out->username, out->netloc.p, out->netloc.n))
__CPROVER_ensures(IS_CUT(out->password, out->netloc.p, out->netloc.n))
__CPROVER_ensures(IS_CUT(out->hostname, out->netloc.p, out->netloc.n))
__CPROVER_ensures(IS_CUT(out->port, out->netloc.p, out->netloc.n));

/* clang-format on */

#endif

#include "text/split.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(cut_at)
{
    struct lwurl_str s = any_str();

    cut_at(&s, (char)any_byte());
}

PROOF(good_brackets)
{
    good_brackets(any_str());
}

static struct lwurl_split any_split(void)
{
    return (struct lwurl_split){.scheme = any_str(),
                                .netloc = any_str(),
                                .path = any_str(),
                                .query = any_str(),
                                .fragment = any_str()};
}

PROOF(lwurl_urlsplit)
{
    struct lwurl_split out;

    lwurl_urlsplit(any_str(), &out);
}

PROOF(clean)
{
    struct lwurl_str url = any_str();

    clean(&url);
}

PROOF(netloc_span)
{
    netloc_span(any_str());
}

PROOF(split_netloc)
{
    struct lwurl_split out = {.netloc = any_str()};

    split_netloc(&out);
}

PROOF(lwurl_split_port)
{
    struct lwurl_split split = {.port = any_str()};
    uint32_t port;

    lwurl_split_port(&split, &port);
    PROVE(port <= 65535);
}

PROOF(scheme_is_in)
{
    scheme_is_in(any_str(), any_text());
}

PROOF(split_cut_params)
{
    struct lwurl_str path = any_str();

    split_cut_params(any_str(), &path);
}

PROOF(split_write_scheme)
{
    struct lwurl_split split = any_split();
    struct sink s = any_sink();

    split_write_scheme(&split, &s);
}

PROOF(split_write_tail)
{
    struct lwurl_split split = any_split();
    struct sink s = any_sink();

    split_write_tail(&split, &s);
}

PROOF(split_write)
{
    struct lwurl_split split = any_split();
    struct sink s = any_sink();

    split_write(&split, any_str(), &s);
}

PROOF(lwurl_urlunsplit)
{
    struct lwurl_split split = any_split();
    size_t max = any_length(ANY_MAX), n;
    char *out = any_memory(max);

    lwurl_urlunsplit(&split, out, max, &n);
}

PROOF(lwurl_urldefrag)
{
    struct lwurl_str url = any_str(), fragment;
    size_t max = any_length(ANY_MAX), n;
    char *out = any_memory(max);

    if (lwurl_urldefrag(url, out, max, &n, &fragment) == LWURL_OK)
        PROVE(is_within(fragment, url));
}

PROOF(lwurl_unwrap)
{
    struct lwurl_str text = any_str();

    PROVE(is_within(lwurl_unwrap(text), text));
}
