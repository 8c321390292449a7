/* SPDX-License-Identifier: MIT */
/* Proves core/text/str.c */
#include "text/str.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(hex_value)
{
    int value = hex_value(any_byte());

    PROVE(value >= -1 && value <= 15);
}

PROOF(str_base64)
{
    int value = str_base64(any_byte());

    PROVE(value >= -1 && value <= 63);
}

PROOF(is_token_char)
{
    unsigned char c = any_byte();

    if (is_token_char(c))
        PROVE(c > ' ' && c < 0x7f && c != ':' && c != ',' && c != '"');
}

PROOF(str_equal)
{
    struct lwurl_str a = any_str(), b = any_str();

    if (str_equal(a, b))
        PROVE(a.n == b.n);
}

PROOF(str_same)
{
    struct lwurl_str a = any_str(), b = any_str();

    if (str_same(a, b))
        PROVE(a.n == b.n);
}

PROOF(str_find)
{
    struct lwurl_str s = any_str();
    char c = (char)any_byte();
    size_t at = str_find(s, c);

    PROVE(at <= s.n);
    if (at < s.n)
        PROVE(s.p[at] == c);
}

PROOF(str_trim_start)
{
    str_trim_start(any_str());
}

PROOF(str_trim_end)
{
    str_trim_end(any_str());
}

PROOF(str_trim)
{
    struct lwurl_str s = any_str(), trimmed = str_trim(s);

    PROVE(is_within(trimmed, s));
}

PROOF(str_strip)
{
    struct lwurl_str s = any_str(), stripped = str_strip(s);

    PROVE(is_within(stripped, s));
}

PROOF(str_number)
{
    uint64_t value;
    bool good = str_number(any_str(), &value);

    if (!good)
        PROVE(value == 0);
}

PROOF(text_equal)
{
    text_equal(any_text(), any_text());
}

PROOF(str_is)
{
    struct lwurl_str s = any_str();
    const char *text = any_text();

    if (str_is(s, text))
        PROVE(READABLE(text, s.n));
}

PROOF(str_digits)
{
    char digits[20];
    size_t at = str_digits(any_u64(), digits);

    PROVE(at < sizeof digits);
    PROVE(is_digit((unsigned char)digits[at]));
}

PROOF(str_next)
{
    struct lwurl_str list = any_str(), rest = list, element;

    if (str_next(&rest, &element))
        PROVE(element.n > 0 && is_within(element, list));
    PROVE(is_within(rest, list));
}

PROOF(str_unquote)
{
    struct lwurl_str s = any_str();
    size_t at = any_size(), from = at;

    ASSUME(at < s.n);
    str_unquote(s, &at);
    PROVE(at > from && at <= s.n);
}

PROOF(str_token)
{
    struct lwurl_str s = any_str();

    PROVE(str_token(s.p, s.n) <= s.n);
}
