/* SPDX-License-Identifier: MIT */
/*
 * data: URLs as urllib.request reads them (DataHandler; RFC 2397, laxly): all
 * behind the first comma is data, a '#' too. open() decodes it once to check
 * and count it, take() once more to hand it out, so nothing is stored.
 *
 *   stage      step                       next
 *   REASON     an empty reason phrase     TYPE
 *   TYPE       Content-type               LENGTH
 *   LENGTH     Content-length             RESPONSE
 *   RESPONSE   turn RESPONSE              BODY
 *   BODY       turn BODY, at its end DONE
 */
#include <string.h>

#include "schemes/source.h"
#include "text/proof.h"
#include "text/url.h"

enum { AT_REASON, AT_TYPE, AT_LENGTH, AT_RESPONSE };

/* Where decoding is: in the area of struct lwurl. */
struct decoder {
    uint16_t at;    /* offset in the URL; beyond it: the data has ended */
    uint8_t stage;  /* AT_REASON ... */
    uint8_t base64; /* 1: it is */
    uint8_t left;   /* the last sextet */
    uint8_t quad;   /* sextets of the group so far, 0 to 3 */
    uint8_t pads;   /* '=' behind them */
};

static struct decoder *decoder(struct lwurl *u)
{
    return (struct decoder *)(void *)u->area.bytes;
}

/* ---------------------------------------------------------------- decoding */

/* One character: true when it completes a byte, which takes its place. As
   CPython's binascii: '=' ends the data, whatever follows, where it completes
   a group; elsewhere it is skipped, like all that is not in the alphabet. */
static bool take_character(struct decoder *d, unsigned char *c)
{
    int value = str_base64(*c);

    if (*c == '=' && d->quad >= 2 && d->quad + ++d->pads >= 4) {
        d->quad = 0;
        d->at = UINT16_MAX;
    }
    if (value < 0)
        return false;
    d->pads = 0;
    d->quad = (d->quad + 1) & 3;
    *c = (unsigned char)(((d->left << 6 | value) >> (2 * (-d->quad & 3))) &
                         0xff);
    d->left = (uint8_t)value;
    return d->quad != 1;
}

/* The next byte: true and *out. At the end, quad tells whether it is one. */
static bool next(struct lwurl_str url, struct decoder *d, unsigned char *out)
{
    bool got = false;

    while (d->at < url.n && !got)
        LOOP_WRITES((*out, got, d->at, d->left, d->quad, d->pads),
                    d->quad <= 3 && d->pads <= 2 && d->left <= 63 &&
                        (d->quad < 2 || d->quad + d->pads < 4) &&
                        d->at >= AT_ENTRY(d->at) + (got ? 1 : 0),
                    UINT16_MAX - d->at)
    {
        size_t at = d->at;
        *out = str_unquote(url, &at);
        d->at = (uint16_t)at;
        got = d->base64 == 0 || take_character(d, out);
    }
    return got;
}

/* ----------------------------------------------------------------- opening */

/* The URL as urllib's Request keeps it: without an empty fragment's '#'. */
static struct lwurl_str full_url(const struct lwurl *u)
{
    size_t n = u->url.n; /* > 0: it has a scheme */

    return str_cut(u->url, 0, u->url.p[n - 1] == '#' ? n - 1 : n);
}

/* "type/subtype;name=value", up to the comma. */
static struct lwurl_str media_type(struct lwurl_str url)
{
    struct lwurl_str s = str_cut(url, url_scheme(url).n + 1, SIZE_MAX);

    return str_cut(s, 0, str_find(s, ','));
}

/* Takes ";base64" off the end; lower-case only, as urllib. */
static bool take_base64(struct lwurl_str *type)
{
    static const char mark[] = ";base64";
    size_t n = sizeof mark - 1;

    if (type->n < n || memcmp(type->p + type->n - n, mark, n) != 0)
        return false;
    type->n -= n;
    return true;
}

/* Offset of the first control character: it would forge fields. */
static size_t find_control(struct lwurl_str s)
{
    size_t i = 0;

    while (i < s.n && (!is_control((unsigned char)s.p[i]) || s.p[i] == '\t'))
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        i++;
    }
    return i;
}

static int refuse(struct lwurl *u, size_t at)
{
    return lwurl_fail(u, LWURL_ERR_DATA, (int32_t)at);
}

static int data_open(struct lwurl *u)
{
    static const struct decoder zero;
    struct decoder *d = decoder(u);
    struct lwurl_str url = full_url(u), type = media_type(url);
    size_t from = (size_t)(type.p - url.p), n = 0;
    unsigned char c;

    if (from + type.n == url.n || find_control(type) < type.n)
        return refuse(u, from + find_control(type));
    *d = zero;
    d->at = (uint16_t)(from + type.n + 1);
    d->base64 = take_base64(&type);
    struct decoder begin = *d;
    while (next(url, d, &c))
        n++;
    if (d->quad != 0)
        return refuse(u, url.n);
    *d = begin;
    lwurl_source_begin(u, n);
    return LWURL_OK;
}

/* ---------------------------------------------------------------- response */

/* In the work buffer, which nobody else needs: it has to outlive the step. */
static struct lwurl_str length_text(struct lwurl *u)
{
    unsigned length = (unsigned)u->in_left; /* <= LWURL_URL_MAX */
    char *end = u->work + 5, *p = end;

    do {
        *--p = (char)('0' + length % 10);
        length /= 10;
    } while (length > 0);
    return (struct lwurl_str){p, (size_t)(end - p)};
}

static struct lwurl_str type_text(const struct lwurl *u)
{
    struct lwurl_str type = media_type(full_url(u));

    (void)take_base64(&type);
    return type.n > 0 ? str_trim(type) : STR("text/plain;charset=US-ASCII");
}

static int deliver(struct lwurl *u, unsigned stage)
{
    static const char *const names[] = {"", "Content-type", "Content-length"};
    struct lwurl_str value = stage == AT_TYPE     ? type_text(u)
                             : stage == AT_LENGTH ? length_text(u)
                                                  : STR("");

    return source_field(u, names[stage], value);
}

static int data_step(struct lwurl *u)
{
    struct decoder *d = decoder(u);

    while (d->stage < AT_RESPONSE) {
        int r = deliver(u, d->stage++);
        if (r != 0)
            return r > 0 ? LWURL_TURN_FIELD : r;
    }
    return source_turn(u);
}

static int data_take(struct lwurl *u, void *dst, size_t n)
{
    struct lwurl_str url = full_url(u);
    unsigned char *to = dst, c;
    unsigned taken = 0;

    while (taken < n && next(url, decoder(u), &c)) {
        if (to != NULL)
            to[taken] = c;
        taken++;
    }
    u->in_left -= taken;
    return (int)taken;
}

static const struct lwurl_source_ops data_source = {
    .open = data_open,
    .step = data_step,
    .take = data_take,
    .close = source_close,
};

const struct lwurl_handler_ops lwurl_data_ops = {
    .scheme = "data",
    .source = &data_source,
};
