/* SPDX-License-Identifier: MIT */
/* lwIP's netif_find() reads the digits of "en0" with it. newlib's goes through
   strtol(): locale tables and the reentrancy structure, 0.9 KB of flash and
   100 bytes of RAM. No sign, no blanks, no overflow here. */
#include <stdlib.h>

int atoi(const char *digits)
{
    int value = 0;

    while (*digits >= '0' && *digits <= '9')
        value = value * 10 + (*digits++ - '0');
    return value;
}
