/* SPDX-License-Identifier: MIT */
/*
 * A response head, as it comes. The window holds at most one unfinished line;
 * offsets count from its first byte.
 *
 *   state        eats                              then
 *   STATUS_LINE  "HTTP/1.1 200"                    VALUE (of the reason)
 *   NAME         token ":"                         VALUE
 *                empty line                        event END
 *   VALUE        up to CRLF or LF and one byte     SHOWN, event FIELD
 *                a full window                     SHOWN, event FIELD (part)
 *   SHOWN        drops what was shown              NAME, or VALUE after a part
 *
 * Invariant: name_n <= value_at <= scan_at <= in_n <= work_max in VALUE;
 * bytes before scan_at have been judged and are not looked at again.
 */
#include "http/head_in.h"

#include <string.h>

#include "text/str.h"

/* Go on with the state that was just set. */
#define HEAD_GO (HEAD_QUIET + 1)

static char *window(const struct lwurl *u)
{
    return u->work + u->in_at;
}

/* Nothing more fits behind the window, wherever it stands. */
static bool is_full(const struct lwurl *u)
{
    return u->in_n == u->work_max;
}

/* Takes the bytes from..to out of the window. */
static void cut_out(struct lwurl *u, size_t from, size_t to)
{
    char *p = window(u);

    memmove(p + from, p + to, u->in_n - to);
    u->in_n -= to - from;
}

/* ------------------------------------------------------------- status line */

/* A response that has no status line is a body, where that is allowed. */
static int no_status_line(struct lwurl *u)
{
    if ((u->request->flags & LWURL_HTTP09) == 0)
        return LWURL_ERR_STATUS_LINE;
    u->version = 9;
    u->status = 200;
    return HEAD_END;
}

/* "HTTP/1.1 200" and the byte behind it. Major versions above 1 frame their
   messages in another way. */
static int status_line(struct lwurl *u)
{
    const char *p = window(u);
    size_t known = u->in_n < 5 ? u->in_n : 5;
    uint64_t status;

    if (memcmp(p, "HTTP/", known) != 0)
        return no_status_line(u);
    if (memchr(p, '\n', u->in_n < 12 ? u->in_n : 12) != NULL)
        return LWURL_ERR_STATUS_LINE;
    if (u->in_n < 13)
        return HEAD_MORE;
    if (!is_digit((unsigned char)p[5]) || p[6] != '.' ||
        !is_digit((unsigned char)p[7]) || p[8] != ' ')
        return LWURL_ERR_STATUS_LINE;
    if (p[5] > '1')
        return LWURL_ERR_VERSION;
    if (!str_number((struct lwurl_str){p + 9, 3}, &status) || status < 100 ||
        (p[12] != ' ' && p[12] != '\r' && p[12] != '\n'))
        return LWURL_ERR_STATUS_LINE;
    u->version = p[5] == '1' && p[7] > '0' ? 11 : 10;
    u->status = (uint16_t)status;
    u->name_n = 0;
    u->value_at = u->scan_at = 12;
    u->field_flags = PIECE_FIRST;
    u->head = HEAD_VALUE;
    return HEAD_GO;
}

/* ------------------------------------------------------------------- names */

/* A longer name is cut: the value needs a quarter of the window. */
static size_t name_max(const struct lwurl *u)
{
    return u->work_max - u->work_max / 4;
}

/* Drops the tail of a name that is too long, keeping what follows `to`. */
static void cut_name(struct lwurl *u, size_t to)
{
    cut_out(u, name_max(u), to);
    u->scan_at = (uint32_t)name_max(u);
    u->field_flags |= PIECE_CUT;
}

/* CRLF or LF in place of a name: the head is complete. */
static int empty_line(struct lwurl *u)
{
    const char *p = window(u);
    size_t n = p[0] == '\r' ? 2 : 1;

    if (u->in_n < n)
        return HEAD_MORE;
    if (p[n - 1] != '\n')
        return LWURL_ERR_FIELD;
    u->in_at += n;
    u->in_n -= n;
    return HEAD_END;
}

static int name(struct lwurl *u)
{
    const char *p = window(u);
    size_t i = u->scan_at;

    if (i == 0 && (p[0] == '\r' || p[0] == '\n'))
        return empty_line(u);
    while (i < u->in_n && is_token_char((unsigned char)p[i]))
        i++;
    u->scan_at = (uint32_t)i;
    if (i == u->in_n) {
        if (is_full(u))
            cut_name(u, i);
        return HEAD_MORE;
    }
    if (p[i] != ':' || i == 0)
        return LWURL_ERR_FIELD;
    if (i > name_max(u))
        cut_name(u, i);
    u->name_n = u->scan_at;
    u->value_at = ++u->scan_at;
    u->field_flags |= PIECE_FIRST;
    u->head = HEAD_VALUE;
    return HEAD_GO;
}

/* ------------------------------------------------------------------ values */

/* Hands out [value_at, end) as a piece. Blanks go where the value begins and
   ends; between two pieces they belong to it. */
static int show(struct lwurl *u, size_t end, unsigned last)
{
    const char *p = window(u);
    struct lwurl_str value = {p + u->value_at, end - u->value_at};

    u->field_flags |= (uint8_t)last;
    if ((u->field_flags & PIECE_FIRST) != 0)
        value = str_trim_start(value);
    if (last != 0)
        value = str_trim_end(value);
    u->field_name = (struct lwurl_str){p, u->name_n};
    u->field_value = value;
    u->head = HEAD_SHOWN;
    return HEAD_FIELD;
}

/* The window ends at `end` within the value: wait, or hand out a part. Blanks
   at its end stay behind, as they may be the value's last; where there is
   nothing else in the window, one stands for all. */
static int value_open(struct lwurl *u, size_t end)
{
    const char *p = window(u);
    size_t to = end;

    u->scan_at = (uint32_t)end;
    if (!is_full(u))
        return HEAD_MORE;
    while (to > u->value_at && is_blank((unsigned char)p[to - 1]))
        to--;
    if (to == u->value_at) {
        cut_out(u, ++to, end);
        u->scan_at = (uint32_t)to;
        return HEAD_MORE;
    }
    u->scan_at = (uint32_t)to;
    return show(u, to, 0);
}

/* A line end at `at`, its LF at `lf`. Only the byte behind tells whether the
   field goes on (obs-fold, RFC 9112 5.2). */
static int line_end(struct lwurl *u, size_t at, size_t lf)
{
    char *p = window(u);

    if (lf + 1 >= u->in_n && u->name_n > 0)
        return value_open(u, at);
    if (u->name_n > 0 && is_blank((unsigned char)p[lf + 1])) {
        p[at] = p[lf] = ' ';
        u->scan_at = (uint32_t)lf + 1;
        return HEAD_GO;
    }
    u->scan_at = (uint32_t)lf + 1;
    return show(u, at, PIECE_LAST);
}

/* The first byte from `i` on that ends a line or a value: CR, LF or NUL. */
static size_t value_span(const char *p, size_t i, size_t n)
{
    while (i < n && ((unsigned char)p[i] > '\r' ||
                     (p[i] != '\r' && p[i] != '\n' && p[i] != '\0')))
        i++;
    return i;
}

static int value(struct lwurl *u)
{
    const char *p = window(u);
    size_t i = value_span(p, u->scan_at, u->in_n);

    if (i == u->in_n || (p[i] == '\r' && i + 1 == u->in_n))
        return value_open(u, i);
    if (p[i] == '\r' && p[i + 1] == '\n')
        return line_end(u, i, i + 1);
    return p[i] == '\n' ? line_end(u, i, i) : LWURL_ERR_FIELD;
}

/* Drops a piece that was shown; of a part, the name stays. */
static int drop(struct lwurl *u)
{
    if ((u->field_flags & PIECE_LAST) != 0) {
        u->in_at += u->scan_at;
        u->in_n -= u->scan_at;
        u->scan_at = 0;
        u->field_flags &= PIECE_TRAILER;
        u->head = HEAD_NAME;
    } else {
        cut_out(u, u->value_at, u->scan_at);
        u->scan_at = u->value_at;
        u->field_flags &= (uint8_t)~PIECE_FIRST;
        u->head = HEAD_VALUE;
    }
    return HEAD_GO;
}

int head_step(struct lwurl *u)
{
    int r = HEAD_GO;

    while (r == HEAD_GO) {
        if (u->head == HEAD_SHOWN)
            r = drop(u);
        else if (u->in_n == 0)
            r = HEAD_MORE;
        else if (u->head == HEAD_NAME)
            r = name(u);
        else
            r = u->head == HEAD_VALUE ? value(u) : status_line(u);
    }
    return r;
}
