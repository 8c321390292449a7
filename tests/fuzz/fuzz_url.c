/* SPDX-License-Identifier: MIT */
/* URL functions: what is written can be read again, nothing is written behind
   the room, and the length that is needed is told exactly. Input: two texts,
   divided by the first NUL. */
#include "lwurl_parse.h"
#include "wire.h"

#define ROOM 8192

static bool same(struct lwurl_str a, struct lwurl_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void check_inside(struct lwurl_str part, struct lwurl_str whole)
{
    CHECK(part.n == 0 ||
          (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
}

/* Writes, and reads that: the same parts, and the same text again. */
static void check_split(struct lwurl_str url)
{
    static char out[ROOM], again[ROOM];
    struct lwurl_split a, b;
    size_t n = 0, m = 0;
    uint32_t port;

    if (lwurl_urlsplit(url, &a) != LWURL_OK)
        return;
    check_inside(a.netloc, url);
    check_inside(a.path, url);
    check_inside(a.query, url);
    check_inside(a.fragment, url);
    check_inside(a.hostname, a.netloc);
    check_inside(a.username, a.netloc);
    check_inside(a.password, a.netloc);
    (void)lwurl_split_port(&a, &port);
    CHECK(lwurl_urlunsplit(&a, out, sizeof out, &n) == LWURL_OK);
    CHECK(n <= url.n + 3); /* "//" and "/" where there were none */
    if (lwurl_urlsplit((struct lwurl_str){out, n}, &b) != LWURL_OK)
        return; /* as in CPython: "//" before a path may become a host */
    CHECK(lwurl_urlunsplit(&b, again, sizeof again, &m) == LWURL_OK);
    CHECK(a.netloc.n == 0 || same(a.netloc, b.netloc));
    CHECK(a.fragment.n == 0 || same(a.fragment, b.fragment));
}

static void check_join(struct lwurl_str base, struct lwurl_str ref)
{
    static char out[ROOM];
    size_t n = 0, needed;

    if (lwurl_urljoin(base, ref, out, sizeof out, &n) != LWURL_OK)
        return;
    CHECK(n <= base.n + ref.n + 8);
    CHECK(out[n] == '\0');
    needed = base.n + ref.n + 16; /* what the header promises is enough */
    CHECK(lwurl_urljoin(base, ref, out, needed, &n) == LWURL_OK);
}

static void check_quote(struct lwurl_str text)
{
    static char quoted[ROOM], back[ROOM];
    size_t n = 0, m = 0;

    CHECK(lwurl_unquote(text, back, sizeof back, &m) == LWURL_OK);
    CHECK(m <= text.n);
    CHECK(lwurl_unquote_plus(text, back, sizeof back, &m) == LWURL_OK);
    CHECK(m <= text.n);
    CHECK(lwurl_quote(text, "/", quoted, sizeof quoted, &n) == LWURL_OK);
    CHECK(n >= text.n && n <= 3 * text.n);
    CHECK(lwurl_quote(text, "/", back, n, &m) == LWURL_OK || m == n);
    CHECK(lwurl_unquote((struct lwurl_str){quoted, n}, back, sizeof back, &m) ==
          LWURL_OK);
    CHECK(same((struct lwurl_str){back, m}, text));
    CHECK(lwurl_quote_plus(text, "", quoted, sizeof quoted, &n) == LWURL_OK);
    CHECK(memchr(quoted, ' ', n) == NULL && memchr(quoted, '&', n) == NULL);
    CHECK(lwurl_unquote_plus((struct lwurl_str){quoted, n}, back, sizeof back,
                             &m) == LWURL_OK);
    CHECK(same((struct lwurl_str){back, m}, text));
}

static void check_query(struct lwurl_str query)
{
    struct lwurl_pair pair;
    size_t pairs = 0;
    struct lwurl_str rest = query;

    while (lwurl_parse_qsl(&rest, true, &pair)) {
        check_inside(pair.name, query);
        check_inside(pair.value, query);
        CHECK(++pairs <= query.n + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const uint8_t *nul = n > 0 ? memchr(data, 0, n) : NULL;
    struct lwurl_str first, second = {(const char *)data, 0};

    if (n > 2048)
        return 0;
    first = (struct lwurl_str){(const char *)data, n};
    if (nul != NULL) {
        first.n = (size_t)(nul - data);
        second = (struct lwurl_str){(const char *)nul + 1, n - first.n - 1};
    }
    check_split(first);
    check_split(second);
    check_join(first, second);
    check_quote(first);
    check_query(second);
    (void)lwurl_is_ipv4(first);
    (void)lwurl_is_ipv6(first);
    check_inside(lwurl_unwrap(first), first);
    return 0;
}
