/* SPDX-License-Identifier: MIT */
/*
 * Response heads and trailers (RFC 9112 4 and 5), as they come. The window
 * holds at most one unfinished line; offsets count from its first byte.
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
#include "http/framing.h"

#include <string.h>

#include "text/proof.h"
#include "text/str.h"

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

/* ------------------------------------------------------------------- words */

/* Nearly all bytes of a head are passed over by words, up to the first one that
   holds anything but what is usual there. The lower seven bits of each byte are
   added to, or taken from a number above 0x7f, so that bit 7 is the answer and
   nothing is carried to the next byte, or borrowed. */

#define WORD sizeof(size_t)

/* The same byte in every place of a word. */
#define BYTES(byte) (SIZE_MAX / 255u * (byte))

static size_t word_at(const char *p)
{
    size_t word;

    memcpy(&word, p, sizeof word);
    return word;
}

/* Words begin before this offset in n bytes. */
static size_t words_end(size_t n)
{
    return n < WORD ? 0 : n - WORD + 1;
}

/* Bit 7 of every byte that is neither a letter nor '-'. */
static size_t not_of_name(size_t word)
{
    size_t low = word & BYTES(0x7fu);
    size_t lower_case = low | BYTES(0x20u);
    size_t below_a = BYTES(0x7fu + 'a') - lower_case;
    size_t past_z = lower_case + BYTES(0x7fu - 'z');
    size_t no_dash = (low ^ BYTES((size_t)'-')) + BYTES(0x7fu);

    return (((below_a | past_z) & no_dash) | word) & BYTES(0x80u);
}

/* Offset of the first byte that is not 0; there is one. */
static size_t first_byte(size_t word)
{
    char bytes[WORD];
    size_t i = 0;

    memcpy(bytes, &word, sizeof bytes);
    while (bytes[i] == 0)
        LOOP_HOLDS(i < WORD && (word >> (8 * i)) != 0, WORD - i)
    {
        i++;
    }
    return i;
}

/* Is there a byte up to CR? HT is rare, and none of the others may stand in a
   value. From 0x80 on some are taken for one, too: they are looked at again. */
static bool has_control(size_t word)
{
    size_t up_to_cr = BYTES(0x80u + '\r') - (word & BYTES(0x7fu));

    return (up_to_cr & BYTES(0x80u)) != 0;
}

/* ------------------------------------------------------------------ values */

/* Hands out [value_at, end) as a piece. Blanks go where the value begins and
   ends; between two pieces they belong to it. */
static int show(struct lwurl *u, size_t end, unsigned last)
{
    const char *p = window(u);
    size_t from = u->value_at;

    u->field_flags |= (uint8_t)last;
    if ((u->field_flags & PIECE_FIRST) != 0) {
        while (from < end && is_blank((unsigned char)p[from]))
            LOOP_HOLDS(AT_ENTRY(from) <= from && from <= end, end - from)
        {
            from++;
        }
    }
    if (last != 0) {
        while (from < end && is_blank((unsigned char)p[end - 1]))
            LOOP_HOLDS(from <= end && end <= AT_ENTRY(end), end)
        {
            end--;
        }
    }
    u->field_name = (struct lwurl_str){p, u->name_n};
    u->field_value = (struct lwurl_str){p + from, end - from};
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
        LOOP_HOLDS(u->value_at <= to && to <= end, to)
    {
        to--;
    }
    if (to == u->value_at) {
        cut_out(u, ++to, end);
        u->scan_at = (uint32_t)to;
        return HEAD_MORE;
    }
    u->scan_at = (uint32_t)to;
    return show(u, to, 0);
}

/* The first byte from `i` on that ends a line or a value: CR, LF or NUL. */
static size_t value_span(const char *p, size_t i, size_t n)
{
    size_t end = words_end(n);

    while (i < end && !has_control(word_at(p + i)))
        LOOP_HOLDS(AT_ENTRY(i) <= i && i <= n, n - i)
    {
        i += WORD;
    }
    while (i < n && ((unsigned char)p[i] > '\r' ||
                     (p[i] != '\r' && p[i] != '\n' && p[i] != '\0')))
        LOOP_HOLDS(AT_ENTRY(i) <= i && i <= n, n - i)
    {
        i++;
    }
    return i;
}

/* Only the byte behind a line end tells whether it is the field's: where that
   goes on (obs-fold, RFC 9112 5.2), each byte of the line end is a blank. */
static int value(struct lwurl *u)
{
    char *p = window(u);
    size_t at, lf;

    for (;;)
        LOOP_WRITES((at, lf, u->scan_at, ALL_OF(p)),
                    u->value_at <= u->scan_at && u->scan_at <= u->in_n,
                    u->in_n - u->scan_at)
    {
        at = lf = value_span(p, u->scan_at, u->in_n);
        if (at < u->in_n && p[at] == '\r')
            lf++;
        if (lf == u->in_n)
            return value_open(u, at);
        if (p[lf] != '\n')
            return LWURL_ERR_FIELD;
        if (lf + 1 == u->in_n && u->name_n > 0)
            return value_open(u, at);
        u->scan_at = (uint32_t)lf + 1;
        if (u->name_n == 0 || !is_blank((unsigned char)p[lf + 1]))
            return show(u, at, PIECE_LAST);
        p[at] = p[lf] = ' ';
    }
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

/* No name: the head is complete, where CRLF or LF stands in its place. */
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

/* The first byte from `i` on that cannot be of a name. */
static size_t name_span(const char *p, size_t i, size_t n)
{
    size_t end = words_end(n);

    for (; i < end; i += WORD)
        LOOP_HOLDS(AT_ENTRY(i) <= i && i <= n, n - i)
    {
        size_t odd = not_of_name(word_at(p + i));
        if (odd != 0) {
            i += first_byte(odd);
            break;
        }
    }
    return i + str_token(p + i, n - i);
}

static int name(struct lwurl *u)
{
    const char *p = window(u);
    size_t i = name_span(p, u->scan_at, u->in_n);

    if (i == 0)
        return empty_line(u);
    u->scan_at = (uint32_t)i;
    if (i == u->in_n) {
        if (is_full(u))
            cut_name(u, i);
        return HEAD_MORE;
    }
    if (p[i] != ':')
        return LWURL_ERR_FIELD;
    if (i > name_max(u))
        cut_name(u, i);
    u->name_n = u->scan_at;
    u->value_at = ++u->scan_at;
    u->head = HEAD_VALUE;
    return value(u);
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

/* Three digits. */
static unsigned number(const char *p)
{
    return (unsigned)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
}

/* "HTTP/1.1 200" and the byte behind it. Major versions above 1 frame their
   messages in another way. */
static int status_line(struct lwurl *u)
{
    static const char form[] = "HTTP/0.0 000"; /* 0 is any digit */
    const char *p = window(u);
    size_t i;

    for (i = 0; i < u->in_n && form[i] != '\0'; i++)
        if (form[i] == '0' ? !is_digit((unsigned char)p[i]) : p[i] != form[i])
            return i < 5 ? no_status_line(u) : LWURL_ERR_STATUS_LINE;
    if (i == u->in_n)
        return HEAD_MORE;
    if (p[5] > '1')
        return LWURL_ERR_VERSION;
    unsigned status = number(p + 9);
    if (status < 100 || (p[12] != ' ' && p[12] != '\r' && p[12] != '\n'))
        return LWURL_ERR_STATUS_LINE;
    u->version = p[5] == '1' && p[7] > '0' ? 11 : 10;
    u->status = (uint16_t)status;
    u->name_n = 0;
    u->value_at = u->scan_at = 12;
    u->field_flags = PIECE_FIRST;
    u->head = HEAD_VALUE;
    return value(u);
}

/* -------------------------------------------------------------------- step */

/* Drops a piece that was shown; of a part, the name stays. */
static void drop(struct lwurl *u)
{
    if ((u->field_flags & PIECE_LAST) != 0) {
        u->in_at += u->scan_at;
        u->in_n -= u->scan_at;
        u->scan_at = 0;
        u->field_flags = (u->field_flags & PIECE_TRAILER) | PIECE_FIRST;
        u->head = HEAD_NAME;
    } else {
        cut_out(u, u->value_at, u->scan_at);
        u->scan_at = u->value_at;
        u->field_flags = (uint8_t)(u->field_flags & ~(unsigned)PIECE_FIRST);
        u->head = HEAD_VALUE;
    }
}

/* Reads the window up to the next event: enum head_event or an error. */
static int head_step(struct lwurl *u)
{
    if (u->head == HEAD_SHOWN)
        drop(u);
    if (u->in_n == 0)
        return HEAD_MORE;
    if (u->head == HEAD_VALUE)
        return value(u);
    return u->head == HEAD_NAME ? name(u) : status_line(u);
}

/* ------------------------------------------------------------------ events */

/* An interim response (RFC 9110 15.2): the final one follows. */
static int interim(struct lwurl *u)
{
    if (u->status == 101)
        return LWURL_ERR_UPGRADE;
    u->status = 0;
    u->head = HEAD_STATUS_LINE;
    return HEAD_QUIET;
}

static int head_end(struct lwurl *u)
{
    if (u->in == IN_TRAILER) {
        u->in = IN_DONE;
        return HEAD_END;
    }
    if (u->status < 200)
        return interim(u);
    if (u->out != OUT_DONE) /* an answer before the whole question */
        u->flags |= F_CLOSE;
    u->out = OUT_DONE;
    framing_end(u);
    return HEAD_END;
}

/* A piece of a field. Those of an interim response are nobody's. */
static int field(struct lwurl *u)
{
    if (u->in == IN_HEAD && u->status < 200)
        return HEAD_QUIET;
    int err = framing_may_be(u->field_name) ? framing_field(u) : LWURL_OK;
    return err != LWURL_OK ? err : HEAD_FIELD;
}

int engine_head(struct lwurl *u)
{
    int event = HEAD_QUIET;

    while (event == HEAD_QUIET) {
        event = head_step(u);
        if (event == HEAD_END)
            event = head_end(u);
        else if (event == HEAD_FIELD)
            event = field(u);
    }
    return event;
}
