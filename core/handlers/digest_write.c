/* SPDX-License-Identifier: MIT */
/* Answers a Digest challenge (RFC 7616 3.4). Everything is computed again for
   every send: the same each time. */
#include <string.h>

#include "handlers/digest.h"
#include "http/head_out.h"
#include "tls/hash.h"

/* One answer; hashes and how they are made. */
struct sum {
    struct hash hash;
    const struct hash_kind *kind;
    unsigned char out[HASH_MAX];
};

static const char digits[] = "0123456789abcdef";

/* Behind a proxy the origin sees its own form, and holds the answer against
   that (lighttpd: 400); curl and browsers send it, urllib does not. */
static void put_target(const struct lwurl *u, const struct lwurl_digest *d,
                       struct lwurl_out *out)
{
    request_put_target(u, out, d->scheme != NULL);
}

/* --------------------------------------------------------------------- hash */

static void add(struct sum *s, struct lwurl_str text)
{
    if (text.n > 0)
        hash_add(&s->hash, text.p, text.n);
}

static void add_colon(struct sum *s)
{
    hash_add(&s->hash, ":", 1);
}

static void add_hex(struct sum *s, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char two[2] = {digits[p[i] >> 4], digits[p[i] & 15u]};
        hash_add(&s->hash, two, sizeof two);
    }
}

static void add_credential(struct sum *s, const struct credentials *c,
                           struct lwurl_str text)
{
    for (size_t at = 0; at < text.n;) {
        unsigned char byte = credentials_byte(c, text, &at);
        hash_add(&s->hash, &byte, 1);
    }
}

static size_t end(struct sum *s, unsigned char out[HASH_MAX])
{
    size_t n = hash_end(&s->hash, out);

    hash_begin(&s->hash, s->kind);
    return n;
}

/* The count as it is sent: nc, eight digits. */
static void put_count(uint32_t count, unsigned char out[4])
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (unsigned char)(count >> (24 - 8 * i));
}

/* ------------------------------------------------------------------- target */

static bool is_special(char c)
{
    return c == '"' || c == '\\';
}

static void put_byte(struct lwurl_out *out, char c)
{
    if (is_special(c))
        lwurl_out_ref(out, LIT("\\"));
    lwurl_out_copy(out, &c, 1);
}

static void put_escaped(struct lwurl_out *out, struct lwurl_str text)
{
    for (size_t i = 0; i < text.n; i++)
        put_byte(out, text.p[i]);
}

/* Hashes the request-target, or writes it with escapes. It is gathered as
   slices of the URL and of a room for what is not in one piece there, which are
   on the stack for no longer than this. */
static void take_target(const struct lwurl *u, const struct lwurl_digest *d,
                        struct sum *s, struct lwurl_out *out)
{
    struct lwurl_str slices[REQUEST_TARGET_SLICES];
    char room[REQUEST_TARGET_ROOM];
    struct lwurl_out target = {.slices = slices,
                               .max = REQUEST_TARGET_SLICES,
                               .room = room,
                               .room_n = sizeof room};

    put_target(u, d, &target);
    for (size_t i = 0; i < target.n; i++)
        if (s != NULL)
            add(s, slices[i]);
        else
            put_escaped(out, slices[i]);
}

/* Where nothing needs an escape, as nearly always, the URL is sent in place. */
static void put_uri(const struct lwurl *u, const struct lwurl_digest *d,
                    struct lwurl_out *out)
{
    if (str_find(u->url, '"') == u->url.n && str_find(u->url, '\\') == u->url.n)
        put_target(u, d, out);
    else
        take_target(u, d, NULL, out);
}

/* ------------------------------------------------------------------- answer */

/* H(user:realm:password), for -sess together with both nonces. */
static size_t hash_user(struct sum *s, const struct lwurl_digest *d,
                        const struct credentials *c)
{
    add_credential(s, c, c->user);
    add_colon(s);
    add(s, digest_text(d, DIGEST_REALM));
    add_colon(s);
    add_credential(s, c, c->password);
    size_t n = end(s, s->out);
    if ((d->best.flags & OFFER_SESS) == 0)
        return n;
    add_hex(s, s->out, n);
    add_colon(s);
    add(s, digest_text(d, DIGEST_NONCE));
    add_colon(s);
    add_hex(s, d->cnonce, sizeof d->cnonce);
    return end(s, s->out);
}

/* The answer in s->out; returns its length. */
static size_t respond(struct sum *s, const struct lwurl *u,
                      const struct lwurl_digest *d, const struct credentials *c)
{
    unsigned char request[HASH_MAX], count[4];

    add(s, str_of(request_method(u))); /* H(method:target) */
    add_colon(s);
    take_target(u, d, s, NULL);
    (void)end(s, request);
    size_t n = hash_user(s, d, c);
    add_hex(s, s->out, n);
    add_colon(s);
    add(s, digest_text(d, DIGEST_NONCE));
    add_colon(s);
    if ((d->best.flags & OFFER_AUTH) != 0) {
        put_count(d->count, count);
        add_hex(s, count, sizeof count);
        add_colon(s);
        add_hex(s, d->cnonce, sizeof d->cnonce);
        add(s, STR(":auth:"));
    }
    add_hex(s, request, n);
    return end(s, s->out);
}

/* -------------------------------------------------------------------- write */

static void put_hex(struct lwurl_out *out, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char two[2] = {digits[p[i] >> 4], digits[p[i] & 15u]};
        lwurl_out_copy(out, two, sizeof two);
    }
}

/* Text that lives, as the inside of a quoted-string (RFC 9110 5.6.4). */
static void put_text(struct lwurl_out *out, struct lwurl_str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.n; i++)
        if (is_special(text.p[i])) {
            lwurl_out_ref(out, text.p + from, i - from);
            lwurl_out_ref(out, LIT("\\"));
            from = i;
        }
    lwurl_out_ref(out, text.p + from, text.n - from);
}

static void put_user(struct lwurl_out *out, const struct credentials *c)
{
    for (size_t at = 0; at < c->user.n;)
        put_byte(out, (char)credentials_byte(c, c->user, &at));
}

/* H(user:realm) in place of the user (RFC 7616 3.4.4). */
static void put_userhash(struct sum *s, const struct lwurl_digest *d,
                         const struct credentials *c, struct lwurl_out *out)
{
    add_credential(s, c, c->user);
    add_colon(s);
    add(s, digest_text(d, DIGEST_REALM));
    put_hex(out, s->out, end(s, s->out));
}

static void put_algorithm(const struct lwurl_digest *d, struct lwurl_out *out)
{
    if ((d->best.flags & OFFER_ALGORITHM) == 0)
        return;
    lwurl_out_ref(out, LIT(", algorithm="));
    lwurl_out_text(out,
                   (d->best.flags & OFFER_SHA256) != 0 ? "SHA-256" : "MD5");
    if ((d->best.flags & OFFER_SESS) != 0)
        lwurl_out_ref(out, LIT("-sess"));
}

/* -sess without qop needs its cnonce too, though RFC 2617 forgot it. */
static void put_nonces(const struct lwurl_digest *d, struct lwurl_out *out)
{
    unsigned char count[4];

    put_count(d->count, count);
    if ((d->best.flags & OFFER_AUTH) != 0) {
        lwurl_out_ref(out, LIT(", qop=auth, nc="));
        put_hex(out, count, sizeof count);
    }
    if ((d->best.flags & (OFFER_AUTH | OFFER_SESS)) != 0) {
        lwurl_out_ref(out, LIT(", cnonce=\""));
        put_hex(out, d->cnonce, sizeof d->cnonce);
        lwurl_out_ref(out, LIT("\""));
    }
}

static void put_server_text(const struct lwurl_digest *d, unsigned which,
                            const char *before, struct lwurl_out *out)
{
    lwurl_out_text(out, before);
    put_text(out, digest_text(d, which));
}

/* urllib's order of parameters. */
void digest_write(struct lwurl *u, const struct lwurl_digest *d,
                  const struct credentials *c, struct lwurl_out *out)
{
    bool hidden = (d->best.flags & OFFER_USERHASH) != 0;
    struct sum s = {.kind = (d->best.flags & OFFER_SHA256) != 0 ? &hash_sha256
                                                                : &hash_md5};

    hash_begin(&s.hash, s.kind);
    lwurl_out_ref(out, LIT("Digest username=\""));
    if (hidden)
        put_userhash(&s, d, c, out);
    else
        put_user(out, c);
    put_server_text(d, DIGEST_REALM, "\", realm=\"", out);
    put_server_text(d, DIGEST_NONCE, "\", nonce=\"", out);
    lwurl_out_ref(out, LIT("\", uri=\""));
    put_uri(u, d, out);
    lwurl_out_ref(out, LIT("\", response=\""));
    put_hex(out, s.out, respond(&s, u, d, c));
    if ((d->best.flags & 1u << DIGEST_OPAQUE) != 0)
        put_server_text(d, DIGEST_OPAQUE, "\", opaque=\"", out);
    lwurl_out_ref(out, LIT("\""));
    put_algorithm(d, out);
    put_nonces(d, out);
    lwurl_out_text(out, hidden ? ", userhash=true\r\n" : "\r\n");
}
