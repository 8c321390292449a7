/* SPDX-License-Identifier: MIT */
/* Calls to a debugger or emulator, by Arm's semihosting. Without one each is a
   breakpoint that nobody takes: a hard fault. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0A,
    SYS_FLEN = 0x0C,
    SYS_TIME = 0x11,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20
};

/* Modes of fopen(). */
enum { SEMIHOST_RB = 1, SEMIHOST_RPB = 3, SEMIHOST_WPB = 7 };

int32_t semihost(uint32_t operation, const void *block);

/* A file of the other side: >= 0, or -1. */
int32_t semihost_open(const char *name, uint32_t mode);
void semihost_close(int32_t file);

/* All n bytes, at the place where the file stands: 0, or -1. */
int semihost_read(int32_t file, void *p, size_t n);
int semihost_write(int32_t file, const void *p, size_t n);

/* Its length, or -1; and stands at an offset then: 0, or -1. */
int32_t semihost_length(int32_t file);
int semihost_seek(int32_t file, uint32_t at);

#endif
