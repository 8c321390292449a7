/* SPDX-License-Identifier: MIT */
/* Functions of the C library for any length: what they touch is proven, and of
   what they say no more is known than here. */
#include "any.h"
#include "text/proof.h"

int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *text);

int memcmp(const void *a, const void *b, size_t n)
{
    PROVE(READABLE(a, n));
    PROVE(READABLE(b, n));
    return n == 0 ? 0 : any_int();
}

size_t strlen(const char *text)
{
    size_t n = 0;

    while (text[n] != '\0')
        LOOP_HOLDS(IN_TEXT(text, n), TEXT_MAX(text) - n)
    {
        n++;
    }
    return n;
}
