/* SPDX-License-Identifier: MIT */
/* The functions of the C library that core calls, so that their frames are in
   the call graph. */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *text);

/* volatile: else the compiler sees what a loop does and calls memcpy(). */
void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    volatile unsigned char *t = to;
    const unsigned char *f = from;

    for (size_t i = 0; i < n; i++)
        t[i] = f[i];
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    volatile unsigned char *t = to;
    const volatile unsigned char *f = from;

    if (t <= f)
        return memcpy(to, from, n);
    while (n-- > 0)
        t[n] = f[n];
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    volatile unsigned char *t = to;

    for (size_t i = 0; i < n; i++)
        t[i] = (unsigned char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;
    size_t i = 0;

    while (i < n && p[i] == q[i])
        i++;
    return i < n ? p[i] - q[i] : 0;
}

size_t strlen(const char *text)
{
    const volatile char *p = text;

    while (*p != '\0')
        p++;
    return (size_t)(p - text);
}
