/* SPDX-License-Identifier: MIT */
/* Everything from the debugger or emulator, by Arm's semihosting. A breakpoint
   with nobody to take it is a hard fault: only where there is one. */
#include "supply.h"

#include "board.h"

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_READ = 0x06,
    SYS_TIME = 0x11,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20
};

#define ARGS_MAX 192 /* bytes of a command line, its NUL among them */

#define ADP_STOPPED_APPLICATION_EXIT 0x20026u
#define OPEN_RB                      1u /* fopen's "rb" */

static int32_t semihost(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

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
    static const char name[] = "/dev/urandom";
    const uint32_t open[3] = {(uint32_t)(uintptr_t)name, OPEN_RB,
                              sizeof name - 1};
    int32_t file = semihost(SYS_OPEN, open);

    if (file < 0)
        return -1;
    const uint32_t read[3] = {(uint32_t)file, (uint32_t)(uintptr_t)p, n};
    const uint32_t close[1] = {(uint32_t)file};
    int32_t missing = semihost(SYS_READ, read);

    semihost(SYS_CLOSE, close);
    return missing == 0 ? 0 : -1;
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
