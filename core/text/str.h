/* SPDX-License-Identifier: MIT */
/* Slices and characters: the ground floor of core. */
#ifndef LWURL_STR_H
#define LWURL_STR_H

#include <stdbool.h>

#include "lwurl_types.h"
#include "text/proof.h"

/* A string literal as the two arguments p, n, or as a slice. */
#define LIT(text) (text), (sizeof(text) - 1)
#define STR(text) ((struct lwurl_str){LIT(text)})

WRAPS_BEGIN

/* Of a decimal digit; above 9: it is none. */
static inline unsigned digit_value(unsigned char c)
{
    return (unsigned)c - '0';
}

static inline bool is_digit(unsigned char c)
{
    return digit_value(c) <= 9u;
}

static inline unsigned char to_lower(unsigned char c)
{
    return (unsigned)c - 'A' <= 25u ? (unsigned char)(c | 0x20) : c;
}

WRAPS_END

static inline bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* A TAB is one, too: where it may stand, say so. */
static inline bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

/* Value of a hexadecimal digit, or -1. */
int hex_value(unsigned char c);

/* Value of a base64 character (RFC 4648 4), or -1. */
int str_base64(unsigned char c);

/* A set of ASCII characters: bit c - 0x20 of its words, as one number. */
static inline bool char_is_in(const uint32_t set[3], unsigned char c)
{
    return c >= 0x20 && c < 0x80 && ((set[c / 32 - 1] >> (c % 32)) & 1u) != 0;
}

/* RFC 9110 5.6.2: tchar, the characters of methods and field names. */
bool is_token_char(unsigned char c);

/* How many of them p[0..n) begins with. */
size_t str_token(const char *p, size_t n);

/* A NUL-terminated text as a slice; NULL gives {NULL, 0}. */
struct lwurl_str str_of(const char *text);

/* Equality to the letter. */
bool str_equal(struct lwurl_str a, struct lwurl_str b);

/* The same of two NUL-terminated texts. */
bool text_equal(const char *a, const char *b);

/* ASCII case-insensitive equality; and with a NUL-terminated text. */
bool str_same(struct lwurl_str a, struct lwurl_str b);
bool str_is(struct lwurl_str s, const char *text);

/* Offset of the first c in s, or s.n. */
size_t str_find(struct lwurl_str s, char c);

/* s from offset `from` (<= s.n), n bytes or what there is. Inline: the call
   would be longer. */
static inline struct lwurl_str str_cut(struct lwurl_str s, size_t from,
                                       size_t n)
{
    struct lwurl_str cut = {BEHIND(s.p, from), s.n - from < n ? s.n - from : n};

    return cut;
}

/* s without blanks (SP, HT) at both ends, or at one. */
struct lwurl_str str_trim(struct lwurl_str s);
struct lwurl_str str_trim_start(struct lwurl_str s);
struct lwurl_str str_trim_end(struct lwurl_str s);

/* s without what Python's str.strip() takes for white space in ASCII, at both
   ends: SP, HT to CR, FS to US. */
struct lwurl_str str_strip(struct lwurl_str s);

/* All of s as a decimal number. False when it is empty, has another character
   or passes 2^64 - 1. */
bool str_number(struct lwurl_str s, uint64_t *out);

/* Writes a number in decimal to the end of digits; returns where it begins. */
size_t str_digits(uint64_t value, char digits[20]);

/* Takes the next element off a comma-separated list (RFC 9110 5.6.1), empty
   ones left out. False at the end. */
bool str_next(struct lwurl_str *list, struct lwurl_str *element);

/* Percent-decoded byte of s at *at, which moves behind it (RFC 3986 2.1). A
   '%' without two digits stands for itself, as in urllib's unquote. */
unsigned char str_unquote(struct lwurl_str s, size_t *at);

#endif
