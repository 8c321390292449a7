/* SPDX-License-Identifier: MIT */
#include "semihosting.h"

#include <string.h>

int32_t semihost(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

int32_t semihost_open(const char *name, uint32_t mode)
{
    const uint32_t block[3] = {(uint32_t)(uintptr_t)name, mode, strlen(name)};

    return semihost(SYS_OPEN, block);
}

void semihost_close(int32_t file)
{
    const uint32_t block[1] = {(uint32_t)file};

    semihost(SYS_CLOSE, block);
}

/* Both return how many bytes are missing. */
static int move(uint32_t operation, int32_t file, const void *p, size_t n)
{
    const uint32_t block[3] = {(uint32_t)file, (uint32_t)(uintptr_t)p, n};

    return semihost(operation, block) == 0 ? 0 : -1;
}

int semihost_read(int32_t file, void *p, size_t n)
{
    return move(SYS_READ, file, p, n);
}

int semihost_write(int32_t file, const void *p, size_t n)
{
    return move(SYS_WRITE, file, p, n);
}

int32_t semihost_length(int32_t file)
{
    const uint32_t block[1] = {(uint32_t)file};

    return semihost(SYS_FLEN, block);
}

int semihost_seek(int32_t file, uint32_t at)
{
    const uint32_t block[2] = {(uint32_t)file, at};

    return semihost(SYS_SEEK, block) == 0 ? 0 : -1;
}
