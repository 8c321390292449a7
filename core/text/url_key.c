/* SPDX-License-Identifier: MIT */
/* One text for all the ways to write a URL (RFC 3986 6.2.2.1, 6.2.3). */
#include "text/proof.h"
#include "text/sink.h"
#include "text/url.h"

/* FNV-1a, 64 bits: offset basis and prime. */
#define HASH_BASIS UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

struct key {
    struct sink text;
    uint64_t hash;
    struct lwurl_str is; /* p NULL: nothing to compare with */
    bool same;           /* the bytes so far are its first ones */
};

static void put(struct key *k, struct lwurl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        LOOP_WRITES((i, k->same, k->hash, SINK(&k->text)),
                    i <= s.n && SINK_GREW(&k->text, i, i), s.n - i)
    {
        size_t at = k->text.n;
        k->same = k->same && at < k->is.n && k->is.p[at] == s.p[i];
        sink_put(&k->text, s.p[i]);
        WRAPS_BEGIN
        k->hash = (k->hash ^ (unsigned char)s.p[i]) * HASH_PRIME;
        WRAPS_END
    }
}

static void put_lower(struct key *k, struct lwurl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        LOOP_WRITES((i, k->same, k->hash, SINK(&k->text)),
                    i <= s.n && SINK_GREW(&k->text, i, i), s.n - i)
    {
        char c = (char)to_lower((unsigned char)s.p[i]);
        put(k, (struct lwurl_str){&c, 1});
    }
}

static void put_authority(struct key *k, const struct url *url)
{
    struct url bare = {.scheme = url->scheme};
    char digits[20];
    size_t at = str_digits(url->port, digits);

    if (url->bracketed)
        put(k, STR("["));
    put_lower(k, url->host);
    if (url->bracketed)
        put(k, STR("]"));
    if (url->port == 0 || url->port == url_port(&bare))
        return;
    put(k, STR(":"));
    put(k, (struct lwurl_str){digits + at, sizeof digits - at});
}

static void put_all(struct key *k, const struct url *url)
{
    put_lower(k, url->scheme);
    put(k, STR("://"));
    put_authority(k, url);
    if (url->target.n == 0 || url->target.p[0] != '/')
        put(k, STR("/"));
    put(k, url->target);
}

size_t url_key(const struct url *url, char *room, size_t room_n, uint64_t *hash)
{
    struct key k = {.text = {room, room_n, 0}, .hash = HASH_BASIS};

    put_all(&k, url);
    *hash = k.hash != 0 ? k.hash : 1;
    return k.text.n;
}

bool url_key_is(const struct url *url, struct lwurl_str text)
{
    struct key k = {.is = text, .same = true};

    put_all(&k, url);
    return k.same && k.text.n == text.n;
}
