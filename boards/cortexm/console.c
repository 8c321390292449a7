/* SPDX-License-Identifier: MIT */
/* Numbers on the console, without printf. */
#include <string.h>

#include "board.h"

void console_puts(const char *s)
{
    console_write(s, strlen(s));
}

void console_u32(uint32_t value)
{
    char digits[10]; /* 4294967295 */
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    console_write(digits + at, sizeof digits - at);
}

void console_i32(int32_t value)
{
    if (value < 0)
        console_write("-", 1);
    console_u32(value < 0 ? 0u - (uint32_t)value : (uint32_t)value);
}

void console_hex32(uint32_t value)
{
    char text[10] = "0x";

    for (size_t at = 2; at < sizeof text; at++) {
        text[at] = "0123456789abcdef"[value >> 28];
        value <<= 4;
    }
    console_write(text, sizeof text);
}
