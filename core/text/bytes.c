/* SPDX-License-Identifier: MIT */
#include "text/bytes.h"

#include <string.h>

unsigned char *put_number(unsigned char *p, uint64_t value, unsigned n)
{
    while (n-- > 0)
        *p++ = (unsigned char)(value >> (8 * n));
    return p;
}

uint64_t take_number(const unsigned char **p, unsigned n)
{
    uint64_t value = 0;

    while (n-- > 0)
        value = value << 8 | *(*p)++;
    return value;
}

unsigned char *put_bytes(unsigned char *p, const void *bytes, size_t n)
{
    if (n > 0)
        memcpy(p, bytes, n);
    return p + n;
}

void take_bytes(const unsigned char **p, void *bytes, size_t n)
{
    if (n > 0)
        memcpy(bytes, *p, n);
    *p += n;
}

uint32_t crc_add(uint32_t crc, const void *p, size_t n)
{
    const unsigned char *from = p;

    crc = ~crc;
    while (n-- > 0) {
        crc ^= *from++;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (UINT32_C(0xEDB88320) & (0u - (crc & 1u)));
    }
    return ~crc;
}
