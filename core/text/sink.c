/* SPDX-License-Identifier: MIT */
#include "text/sink.h"

#include "text/proof.h"

void sink_str(struct sink *s, struct lwurl_str text)
{
    for (size_t i = 0; i < text.n; i++)
        LOOP_WRITES((i, SINK(s)), i <= text.n && SINK_GREW(s, i, i), text.n - i)
    {
        sink_put(s, text.p[i]);
    }
}

void sink_number(struct sink *s, uint64_t value)
{
    char digits[20]; /* 2^64 - 1 has 20 */
    size_t at = str_digits(value, digits);

    sink_str(s, (struct lwurl_str){digits + at, sizeof digits - at});
}

void sink_escape(struct sink *s, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";

    sink_put(s, '%');
    sink_put(s, digits[c >> 4]);
    sink_put(s, digits[c & 15u]);
}

int sink_end(struct sink *s, size_t *n)
{
    *n = s->n;
    if (s->n > s->max)
        return LWURL_ERR_ROOM;
    if (s->n < s->max)
        s->p[s->n] = '\0';
    return LWURL_OK;
}
