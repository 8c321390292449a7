/* SPDX-License-Identifier: MIT */
#include "text/str.h"

#include <string.h>

#include "text/proof.h"

int hex_value(unsigned char c)
{
    if (is_digit(c))
        return c - '0';
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int str_base64(unsigned char c)
{
    unsigned char letter = to_lower(c);

    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + (c == letter ? 26 : 0);
    if (is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t str_token(const char *p, size_t n)
{
    /* bit c % 32 of word c / 32: ! # $ % & ' * + - . 0-9, A-Z ^ _, ` a-z | ~ */
    static const uint32_t set[8] = {0, 0x03ff6cfau, 0xc7fffffeu, 0x57ffffffu,
                                    0, 0,           0,           0};
    const char *from = p, *end = p + n;

    while (p != end &&
           ((set[(unsigned char)*p / 32] >> ((unsigned char)*p % 32)) & 1u) !=
               0)
        LOOP_HOLDS(IS_BETWEEN(p, from, end), (size_t)(end - p))
    {
        p++;
    }
    return (size_t)(p - from);
}

bool is_token_char(unsigned char c)
{
    char text = (char)c;

    return str_token(&text, 1) == 1;
}

struct lwurl_str str_of(const char *text)
{
    struct lwurl_str s = {text, text == NULL ? 0 : strlen(text)};
    return s;
}

bool str_equal(struct lwurl_str a, struct lwurl_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool text_equal(const char *a, const char *b)
{
    size_t i = 0;

    while (a[i] != '\0' && a[i] == b[i])
        LOOP_HOLDS(IN_TEXT(a, i) && IN_TEXT(b, i), TEXT_MAX(a) - i)
    {
        i++;
    }
    return a[i] == b[i];
}

bool str_same(struct lwurl_str a, struct lwurl_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        LOOP_HOLDS(i <= a.n, a.n - i)
    {
        if (to_lower((unsigned char)a.p[i]) != to_lower((unsigned char)b.p[i]))
            return false;
    }
    return true;
}

bool str_is(struct lwurl_str s, const char *text)
{
    return str_same(s, str_of(text));
}

size_t str_find(struct lwurl_str s, char c)
{
    size_t i = 0;

    while (i < s.n && s.p[i] != c)
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        i++;
    }
    return i;
}

struct lwurl_str str_trim_start(struct lwurl_str s)
{
    while (s.n > 0 && is_blank((unsigned char)s.p[0]))
        LOOP_HOLDS(IS_PART(s), s.n)
    {
        s.p++;
        s.n--;
    }
    return s;
}

struct lwurl_str str_trim_end(struct lwurl_str s)
{
    while (s.n > 0 && is_blank((unsigned char)s.p[s.n - 1]))
        LOOP_HOLDS(IS_PART(s), s.n)
    {
        s.n--;
    }
    return s;
}

struct lwurl_str str_trim(struct lwurl_str s)
{
    return str_trim_end(str_trim_start(s));
}

WRAPS_BEGIN
static bool is_space(unsigned char c)
{
    return (unsigned)c - 0x09 <= 4u || (unsigned)c - 0x1c <= 4u;
}

WRAPS_END
struct lwurl_str str_strip(struct lwurl_str s)
{
    while (s.n > 0 && is_space((unsigned char)s.p[0]))
        LOOP_HOLDS(IS_PART(s), s.n)
    {
        s = str_cut(s, 1, SIZE_MAX);
    }
    while (s.n > 0 && is_space((unsigned char)s.p[s.n - 1]))
        LOOP_HOLDS(IS_PART(s), s.n)
    {
        s.n--;
    }
    return s;
}

bool str_number(struct lwurl_str s, uint64_t *out)
{
    uint64_t value = 0;

    *out = 0;
    for (size_t i = 0; i < s.n; i++)
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        unsigned char c = (unsigned char)s.p[i];
        unsigned digit = digit_value(c);
        if (digit > 9 || value > UINT64_MAX / 10 ||
            (value == UINT64_MAX / 10 && digit > UINT64_MAX % 10))
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return s.n > 0;
}

/* Divides by ten in four steps of 16 bits, as one does by hand: the compiler's
   own division of 64 bits is 750 bytes of library. */
size_t str_digits(uint64_t value, char digits[20])
{
    size_t at = 20; /* digits of 2^64 - 1 */

    do {
        uint64_t tenth = 0;
        uint32_t rest = 0;
        for (int shift = 48; shift >= 0; shift -= 16) {
            rest = (rest << 16) | (uint32_t)((value >> shift) & 0xffffu);
            tenth = (tenth << 16) | (rest / 10);
            rest %= 10;
        }
        digits[--at] = (char)('0' + rest);
        value = tenth;
    } while (value > 0);
    return at;
}

bool str_next(struct lwurl_str *list, struct lwurl_str *element)
{
    while (true)
        LOOP_WRITES((*list, *element), IS_PART(*list), list->n)
    {
        size_t n = str_find(*list, ',');
        *element = str_trim(str_cut(*list, 0, n));
        *list = str_cut(*list, n < list->n ? n + 1 : n, SIZE_MAX);
        if (element->n > 0 || list->n == 0)
            return element->n > 0;
    }
}

unsigned char str_unquote(struct lwurl_str s, size_t *at)
{
    unsigned char c = (unsigned char)s.p[(*at)++];

    if (c != '%' || s.n - *at < 2)
        return c;
    int high = hex_value((unsigned char)s.p[*at]);
    int low = hex_value((unsigned char)s.p[*at + 1]);
    if (high < 0 || low < 0)
        return c;
    *at += 2;
    return (unsigned char)(high * 16 + low);
}
