/* SPDX-License-Identifier: MIT */
/* newlib's errno without its reentrancy structure of 96 bytes. One is enough
   for os_coop.c: tasks change only in a call that waits, and lwIP sets it
   after that. */
#include <errno.h>

int *__errno(void)
{
    static int value;

    return &value;
}
