/* SPDX-License-Identifier: MIT */
#include "text/bytes.h"

#include <string.h>

#include "text/proof.h"

WRAPS_BEGIN /* n, behind the last byte */

unsigned char *put_number(unsigned char *p, uint64_t value, unsigned n)
{
    while (n-- > 0)
        *p++ = (unsigned char)(value >> (8 * n) & 0xff);
    return p;
}

uint64_t take_number(const unsigned char **p, unsigned n)
{
    uint64_t value = 0;

    while (n-- > 0)
        LOOP_WRITES(
            (n, *p, value),
            n <= AT_ENTRY(n) && *p == AT_ENTRY(*p) + (AT_ENTRY(n) - n) &&
                (AT_ENTRY(n) - n > 7 || value >> (8 * (AT_ENTRY(n) - n)) == 0),
            n)
    {
        value = value << 8 | *(*p)++;
    }
    return value;
}

WRAPS_END

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

/* Four bits at a time: a table of 64 bytes is enough. */
uint32_t crc_add(uint32_t crc, const void *p, size_t n)
{
    static const uint32_t of_bits[16] = {
        0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu,
        0x76DC4190u, 0x6B6B51F4u, 0x4DB26158u, 0x5005713Cu,
        0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu,
        0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu};
    const unsigned char *from = p, *end = from + n;

    crc = ~crc;
    while (from != end)
        LOOP_HOLDS(IS_BETWEEN(from, p, end), (size_t)(end - from))
    {
        crc ^= *from++;
        crc = crc >> 4 ^ of_bits[crc & 15];
        crc = crc >> 4 ^ of_bits[crc & 15];
    }
    return ~crc;
}
