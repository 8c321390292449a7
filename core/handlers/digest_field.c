/* SPDX-License-Identifier: MIT */
/*
 * The digest that a server sends with a body: the member sha-256 of
 *
 *     Repr-Digest: sha-256=:BASE64:, sha-512=:...:     (RFC 9530 3)
 *     Content-Digest: the same, of this message alone  (RFC 9530 2)
 *     Digest: SHA-256=BASE64                           (RFC 3230 4.3.2)
 *
 * Values come in pieces, so they are read byte by byte:
 *
 *   state   byte                 next
 *   KEY     '='                  VALUE: the key is sha-256; else SKIP
 *   VALUE   base64               VALUE
 *   VALUE   ':' behind base64,   SKIP
 *           '=', ';'
 *   any     ','                  KEY
 */
#include <string.h>

#include "http/state.h"
#include "lwurl_handler.h"
#include "lwurl_verify.h"
#include "text/str.h"

enum { KEY, VALUE, SKIP };

#define NO_KEY  UINT8_MAX
#define SEXTETS 43u /* of 32 bytes; a '=' follows */

static const char key[] = "sha-256";

static void begin_member(struct lwurl_digest_field *f)
{
    memset(f, 0, sizeof *f);
}

static void take_key(struct lwurl_digest_field *f, unsigned char c)
{
    if (c == '=') {
        f->state = f->at == sizeof key - 1 ? VALUE : SKIP;
        f->at = 0;
    } else if (!is_blank(c) || f->at > 0) {
        bool good =
            f->at < sizeof key - 1 && to_lower(c) == (unsigned char)key[f->at];
        f->at = good ? (uint8_t)(f->at + 1) : NO_KEY;
    }
}

static void take_value(struct lwurl_verify *v, unsigned char c)
{
    struct lwurl_digest_field *f = &v->field;
    int value = str_base64(c);

    if (value < 0 && (f->at > 0 || c != ':'))
        f->state = SKIP;
    if (value < 0 || f->at > SEXTETS)
        return;
    if (f->at % 4 != 0 && f->at < SEXTETS)
        v->server[f->at / 4 * 3 + f->at % 4 - 1] =
            (unsigned char)(f->sextet << 2 * (f->at % 4) |
                            value >> (6 - 2 * (f->at % 4)));
    f->sextet = (uint8_t)value;
    f->at++;
    v->told = f->at == SEXTETS;
}

static void take(struct lwurl_verify *v, unsigned char c)
{
    struct lwurl_digest_field *f = &v->field;

    if (c == ',')
        begin_member(f);
    else if (f->state == KEY)
        take_key(f, c);
    else if (f->state == VALUE)
        take_value(v, c);
}

/* Of a part (206), Content-Digest says nothing about the whole. */
static bool is_digest(const struct lwurl *u, struct lwurl_str name)
{
    return str_is(name, "repr-digest") || str_is(name, "digest") ||
           (str_is(name, "content-digest") && lwurl_status(u) != 206);
}

static int digest_field(struct lwurl *u, void *state,
                        const struct lwurl_field *piece)
{
    struct lwurl_verify *v = state;
    unsigned status = lwurl_status(u);

    if (status / 100 != 2) /* not the content's */
        return LWURL_OK;
    if (piece->name.n == 0 && status != 206) /* the reason: a head begins */
        v->told = v->coded = false; /* a 206 goes on with what a 200 began */
    if (str_is(piece->name, "content-encoding") &&
        !str_is(piece->value, "identity"))
        v->coded = (u->flags & F_DECODES) != 0;
    if (!is_digest(u, piece->name))
        return LWURL_OK;
    if (piece->first)
        begin_member(&v->field);
    for (size_t i = 0; i < piece->value.n; i++)
        take(v, (unsigned char)piece->value.p[i]);
    return LWURL_OK;
}

const struct lwurl_handler_ops lwurl_verify_handler = {
    .field = digest_field,
};
