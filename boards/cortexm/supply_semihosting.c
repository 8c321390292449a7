/* SPDX-License-Identifier: MIT */
/* Everything from the debugger or emulator, by Arm's semihosting. A breakpoint
   with nobody to take it is a hard fault: only where there is one. */
#include "supply.h"

#include "board.h"
#include "semihosting.h"

#define ARGS_MAX 192 /* bytes of a command line, its NUL among them */

#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

char *supply_args(void)
{
    static char line[ARGS_MAX];
    const uint32_t block[2] = {(uint32_t)(uintptr_t)line, sizeof line};

    if (semihost(SYS_GET_CMDLINE, block) != 0) {
        console_puts("no arguments, or too many bytes of them\n");
        line[0] = '\0';
    }
    line[sizeof line - 1] = '\0';
    return line;
}

int supply_entropy(void *p, size_t n)
{
    int32_t file = semihost_open("/dev/urandom", SEMIHOST_RB);

    if (file < 0)
        return -1;
    int missing = semihost_read(file, p, n);

    semihost_close(file);
    return missing;
}

int64_t supply_time(void)
{
    return (int64_t)(uint32_t)semihost(SYS_TIME, NULL);
}

void supply_exit(int code)
{
    const uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)code};

    for (;;)
        semihost(SYS_EXIT_EXTENDED, block);
}
