/* SPDX-License-Identifier: MIT */
#include "schemes/ftp_reply.h"

#include "text/proof.h"

/* What a line is to its reply. */
enum { LINE_NEW, LINE_INNER, LINE_LAST, LINE_BAD };

/* ------------------------------------------------------------------- lines */

/* "220", and what stands behind it. */
static unsigned take_code(struct lwurl_str line, char *behind)
{
    uint64_t code;

    if (line.n < 3 || !str_number(str_cut(line, 0, 3), &code))
        return 0;
    *behind = line.n > 3 ? line.p[3] : ' ';
    return code >= 100 && code < 600 ? (unsigned)code : 0;
}

/* The first line of a reply of several has a '-' behind the code, the last one
   the same code and a space; those between are anything else. */
static unsigned judge(struct ftp_reply *reply, struct lwurl_str line)
{
    char behind = '\0';
    unsigned code = take_code(line, &behind);

    if (reply->code != 0)
        return code == reply->code && behind == ' ' ? LINE_LAST : LINE_INNER;
    reply->code = (uint16_t)code;
    if (code == 0)
        return LINE_BAD;
    return behind == ' ' ? LINE_LAST : behind == '-' ? LINE_INNER : LINE_BAD;
}

static struct lwurl_str text_of(struct lwurl_str line, bool cut)
{
    if (cut)
        return line;
    return str_cut(line, line.n < 4 ? line.n : 4, SIZE_MAX);
}

static struct lwurl_str without_cr(struct lwurl_str line)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

int ftp_reply_read(struct ftp_reply *reply, struct lwurl_str window, bool full,
                   size_t *used, struct lwurl_str *text)
{
    *used = 0;
    for (;;)
        LOOP_WRITES((*used, *text, reply->code, reply->line),
                    *used <= window.n && reply->line <= LINE_BAD,
                    window.n - *used)
    {
        struct lwurl_str line = str_cut(window, *used, SIZE_MAX);
        size_t n = str_find(line, '\n');
        bool whole = n < line.n, cut = reply->line != LINE_NEW;
        if (!whole && (!full || *used > 0))
            return 0;
        line = without_cr(str_cut(line, 0, n));
        if (!cut)
            reply->line = (uint8_t)judge(reply, line);
        if (reply->line == LINE_BAD)
            return LWURL_ERR_FTP_REPLY;
        if (!whole) {
            *used = n / 2;
            return 0;
        }
        *used += n + 1;
        bool last = reply->line == LINE_LAST;
        reply->line = LINE_NEW;
        if (last) {
            int code = reply->code;
            reply->code = 0;
            *text = text_of(line, cut);
            return code;
        }
    }
}

/* ----------------------------------------------------------------- numbers */

/* A decimal number up to max at s[*at], which moves behind it. */
static bool take_decimal(struct lwurl_str s, size_t *at, uint32_t max,
                         uint32_t *value)
{
    size_t from = *at;

    *value = 0;
    while (*at < s.n && is_digit((unsigned char)s.p[*at]) && *value <= max)
        LOOP_WRITES((*at, *value),
                    from <= *at && *at <= s.n && *value <= max * 10 + 9,
                    s.n - *at)
    {
        *value = *value * 10 + (uint32_t)(s.p[(*at)++] - '0');
    }
    return *at > from && *value <= max;
}

/* Six numbers with commas between them, from `at` on: the port, or 0. */
static uint16_t six_numbers(struct lwurl_str s, size_t at)
{
    uint32_t port = 0, value;

    for (int i = 0; i < 6; i++)
        LOOP_WRITES((i, at, port, value), i >= 0 && i <= 6 && at <= s.n, 6 - i)
    {
        if (i > 0 && (at == s.n || s.p[at++] != ','))
            return 0;
        if (!take_decimal(s, &at, 255, &value))
            return 0;
        port = port << 8 | value;
    }
    return (uint16_t)(port & 0xffffu);
}

/* Nobody says what stands around them (RFC 1123 4.1.2.6). */
uint16_t ftp_reply_pasv(struct lwurl_str text)
{
    uint16_t port = 0;

    for (size_t i = 0; i < text.n && port == 0; i++)
        LOOP_HOLDS(i <= text.n, text.n - i)
    {
        if (i == 0 || !is_digit((unsigned char)text.p[i - 1]))
            port = six_numbers(text, i);
    }
    return port;
}

/* (<d><d><d>port<d>), any character for d. */
uint16_t ftp_reply_epsv(struct lwurl_str text)
{
    struct lwurl_str s = str_cut(text, str_find(text, '('), SIZE_MAX);
    size_t at = 4;
    uint32_t port;

    if (s.n < 7 || s.p[1] < 33 || s.p[1] > 126 || s.p[2] != s.p[1] ||
        s.p[3] != s.p[1])
        return 0;
    if (!take_decimal(s, &at, 65535, &port) || s.n - at < 2 ||
        s.p[at] != s.p[1] || s.p[at + 1] != ')')
        return 0;
    return (uint16_t)port;
}

bool ftp_reply_size(struct lwurl_str text, uint64_t *size)
{
    size_t from = text.n;

    while (from > 0 && text.p[from - 1] != '(')
        LOOP_HOLDS(from <= text.n, from)
    {
        from--;
    }
    struct lwurl_str inside = str_cut(text, from, SIZE_MAX);
    inside.n = str_find(inside, ')');
    size_t n = str_find(inside, ' ');
    return from > 0 && str_number(str_cut(inside, 0, n), size) &&
           str_same(str_cut(inside, n, SIZE_MAX), STR(" bytes"));
}
