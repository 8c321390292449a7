/* SPDX-License-Identifier: MIT */
/*
 * data: URLs as RFC 2397 and browsers read them (WHATWG Fetch 6): base64 is
 * good or an error, the media type is parsed, a fragment is not data. Nothing
 * is stored but the type, in the work buffer that nobody else needs.
 *
 *   stage      step                       next
 *   REASON     an empty reason phrase     TYPE
 *   TYPE       Content-type               LENGTH
 *   LENGTH     Content-length             RESPONSE
 *   RESPONSE   turn RESPONSE              BODY
 *   BODY       turn BODY, at its end DONE
 */
#include "schemes/source.h"
#include "text/media_type.h"
#include "text/proof.h"
#include "text/url.h"

enum { AT_REASON, AT_TYPE, AT_LENGTH, AT_RESPONSE };

/* Where decoding is: in the area of struct lwurl. */
struct decoder {
    uint16_t at;   /* offset in the URL */
    uint8_t stage; /* AT_REASON ... */
    bool base64;
    uint8_t left; /* the last sextet */
    uint8_t quad; /* sextets of the group so far, 0 to 3 */
    uint8_t pads; /* '=' behind all of them */
    bool bad;     /* a character that cannot stand where it stands */
};

static struct decoder *decoder(struct lwurl *u)
{
    return (struct decoder *)(void *)u->area.bytes;
}

/* ---------------------------------------------------------------- decoding */

/* The URL without fragment, and without blanks and controls behind it. */
static struct lwurl_str bare_url(const struct lwurl *u)
{
    struct lwurl_str url = u->url; /* "data:" at least */

    while ((unsigned char)url.p[url.n - 1] <= 0x20)
        LOOP_WRITES((url.n),
                    url.n > 0 && url.n <= AT_ENTRY(url.n) &&
                        (unsigned char)url.p[0] > 0x20,
                    url.n)
    {
        url.n--;
    }
    return str_cut(url, 0, str_find(url, '#'));
}

/* Moves *at to a byte of the URL that counts: TAB, CR and LF do not. */
static bool find_byte(struct lwurl_str url, size_t *at)
{
    while (*at < url.n &&
           (url.p[*at] == '\t' || url.p[*at] == '\r' || url.p[*at] == '\n'))
        LOOP_WRITES((*at), AT_ENTRY(*at) <= *at && *at <= url.n, url.n - *at)
    {
        ++*at;
    }
    return *at < url.n;
}

/* Takes a hexadecimal digit. */
static int take_digit(struct lwurl_str url, size_t *at)
{
    return find_byte(url, at) ? hex_value((unsigned char)url.p[(*at)++]) : -1;
}

/* The next byte, percent-decoded; false at the end. */
static bool next_byte(struct lwurl_str url, struct decoder *d,
                      unsigned char *out)
{
    size_t at = d->at;

    if (!find_byte(url, &at))
        return false;
    *out = (unsigned char)url.p[at++];
    d->at = (uint16_t)at;
    if (*out != '%')
        return true;
    int high = take_digit(url, &at);
    int low = high < 0 ? -1 : take_digit(url, &at);
    if (low >= 0) {
        *out = (unsigned char)(high * 16 + low);
        d->at = (uint16_t)at;
    }
    return true;
}

static bool is_white(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* One character of forgiving base64 (WHATWG Infra 7), behind good ones: true
   when it completes a byte, which takes its place. */
static bool take_character(struct decoder *d, unsigned char *c)
{
    int value = str_base64(*c);

    if (is_white(*c))
        return false;
    if (*c == '=' && ++d->pads <= 2)
        return false;
    d->bad = value < 0 || d->pads > 0;
    if (d->bad)
        return false;
    d->quad = (d->quad + 1) & 3;
    *c = (unsigned char)(((d->left << 6 | value) >> (2 * (-d->quad & 3))) &
                         0xff);
    d->left = (uint8_t)value;
    return d->quad != 1;
}

/* Behind good characters. Where padding is, it has to be all of it. */
static bool ends_well(const struct decoder *d)
{
    return d->quad != 1 && (d->pads == 0 || ((d->quad + d->pads) & 3) == 0);
}

static bool next(struct lwurl_str url, struct decoder *d, unsigned char *out)
{
    bool got = false;

    while (!got && !d->bad && next_byte(url, d, out))
        LOOP_WRITES((*out, got, d->at, d->left, d->quad, d->pads, d->bad),
                    d->at >= AT_ENTRY(d->at) + (got ? 1 : 0) &&
                        d->at <= url.n && d->quad <= 3 && d->left <= 63 &&
                        d->pads <= (d->bad ? 3 : 2),
                    url.n - d->at)
    {
        got = !d->base64 || take_character(d, out);
    }
    return got;
}

/* -------------------------------------------------------------- media type */

/* What is between the scheme and the comma. */
static struct lwurl_str media_type(struct lwurl_str url)
{
    struct lwurl_str s = str_cut(url, url_scheme(url).n + 1, SIZE_MAX);

    return str_cut(s, 0, str_find(s, ','));
}

/* Takes ";base64" off the end, in any case, blanks before and behind it. */
static bool take_base64(struct lwurl_str *type)
{
    static const char mark[] = "base64";
    size_t n = sizeof mark - 1;
    struct lwurl_str s = str_trim(*type);

    if (s.n < n || !str_same(str_cut(s, s.n - n, n), STR("base64")))
        return false;
    s = str_trim_end(str_cut(s, 0, s.n - n));
    if (s.n == 0 || s.p[s.n - 1] != ';')
        return false;
    *type = str_cut(s, 0, s.n - 1);
    return true;
}

/* Writes it at work[0..work_max); returns its length, which may be longer. */
static size_t write_type(struct lwurl *u)
{
    struct lwurl_str type = media_type(bare_url(u)), essence;
    struct sink s = {u->work, u->work_max, 0};

    (void)take_base64(&type);
    type = str_trim(type);
    essence = str_trim_end(str_cut(type, 0, str_find(type, ';')));
    struct lwurl_str params = str_cut(type, str_find(type, ';'), SIZE_MAX);
    if (type.n > 0 && type.p[0] == ';')
        essence = STR("text/plain");
    if (!media_type_write(essence, params, &s))
        sink_str(&s, STR("text/plain;charset=US-ASCII"));
    return s.n;
}

/* ----------------------------------------------------------------- opening */

static int refuse(struct lwurl *u, size_t at)
{
    return lwurl_fail(u, LWURL_ERR_DATA, (int32_t)at);
}

/* Offset of the first TAB, CR or LF: two readers would see two types. */
static size_t find_line_end(struct lwurl_str s)
{
    size_t at = 0;

    while (at < s.n && s.p[at] != '\t' && s.p[at] != '\r' && s.p[at] != '\n')
        LOOP_HOLDS(at <= s.n, s.n - at)
    {
        at++;
    }
    return at;
}

/* A URL that shows an authority, which means nothing here, has to have a good
   one, or be empty in its place. */
static bool has_bad_authority(struct lwurl_str path)
{
    struct url parts;
    int32_t at;

    if (path.n < 2 || path.p[0] != '/' || path.p[1] != '/')
        return false;
    path = str_cut(path, 2, SIZE_MAX);
    path.n = str_find(path, '/');
    return path.n > 0 && url_authority(path, &parts, &at) != LWURL_OK;
}

/* Decodes it once, to check and to count. */
static int count(struct lwurl *u, size_t from, bool base64)
{
    static const struct decoder zero;
    struct decoder *d = decoder(u), begin;
    struct lwurl_str url = bare_url(u);
    unsigned char c;
    size_t n = 0;

    *d = zero;
    d->at = (uint16_t)from;
    d->base64 = base64;
    begin = *d;
    while (next(url, d, &c))
        n++;
    if (d->bad)
        return refuse(u, d->at - 1u);
    if (!ends_well(d))
        return refuse(u, url.n);
    *d = begin;
    lwurl_source_begin(u, n);
    return LWURL_OK;
}

static int strict_open(struct lwurl *u)
{
    struct lwurl_str url = bare_url(u), type = media_type(url);
    size_t from = (size_t)(type.p - url.p), at = find_line_end(type);

    if (from + type.n == url.n || at < type.n)
        return refuse(u, from + at);
    if (has_bad_authority(type))
        return refuse(u, from);
    size_t type_n = write_type(u);
    if (type_n > u->work_max)
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)type_n);
    from += type.n + 1;
    return count(u, from, take_base64(&type));
}

/* ---------------------------------------------------------------- response */

static int deliver(struct lwurl *u, unsigned stage)
{
    struct sink s = {u->work, u->work_max, 0};

    if (stage == AT_REASON)
        return source_field(u, "", STR(""));
    if (stage == AT_TYPE) {
        struct lwurl_str type = {u->work, write_type(u)};
        return source_field(u, "Content-type", type);
    }
    sink_number(&s, u->in_left);
    return source_field(u, "Content-length", (struct lwurl_str){u->work, s.n});
}

static int strict_step(struct lwurl *u)
{
    struct decoder *d = decoder(u);

    while (d->stage < AT_RESPONSE) {
        int r = deliver(u, d->stage++);
        if (r != 0)
            return r > 0 ? LWURL_TURN_FIELD : r;
    }
    return source_turn(u);
}

static int strict_take(struct lwurl *u, void *dst, size_t n)
{
    struct lwurl_str url = bare_url(u);
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

static const struct lwurl_source_ops strict_source = {
    .open = strict_open,
    .step = strict_step,
    .take = strict_take,
    .close = source_close,
};

const struct lwurl_handler_ops lwurl_data_strict_ops = {
    .scheme = "data",
    .source = &strict_source,
};
