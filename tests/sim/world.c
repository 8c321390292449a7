/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "sim.h"

#define LEFT_OUT_MAX 8
#define WORD         sizeof(uintptr_t)

/* The linker's: from the first object of .data to the last of .bss. */
extern char __data_start[], _end[];

static struct range {
    char *from, *to;
} left_out[LEFT_OUT_MAX];
static size_t left_out_n;
static char *kept;

/* In order of address. */
void world_leave_out(void *p, size_t n)
{
    size_t at = left_out_n;

    if (at == LEFT_OUT_MAX || (uintptr_t)p % WORD || n % WORD)
        sim_assert("this cannot be left out of the world");
    while (at > 0 && left_out[at - 1].from > (char *)p) {
        left_out[at] = left_out[at - 1];
        at--;
    }
    left_out[at] = (struct range){p, (char *)p + n};
    left_out_n++;
}

/* Word by word, because the gaps between objects are AddressSanitizer's, which
   takes a memcpy() over them for an error. */
#if defined(__SANITIZE_ADDRESS__)
__attribute__((no_sanitize("address", "undefined"))) static void copy(
    char *to, const char *from, size_t n)
{
    volatile uintptr_t *words = (volatile uintptr_t *)(void *)to;
    const uintptr_t *source = (const uintptr_t *)(const void *)from;

    for (size_t i = 0; i < n / WORD; i++)
        words[i] = source[i];
}
#else
static void copy(char *to, const char *from, size_t n)
{
    memcpy(to, from, n);
}
#endif

/* What lies between the ranges that are left out: from the kept copy, or into
   it. */
static void copy_all(bool back)
{
    char *from = __data_start;

    for (size_t i = 0; i <= left_out_n; i++) {
        char *to = i < left_out_n ? left_out[i].from : _end;
        char *there = kept + ((uintptr_t)from - (uintptr_t)__data_start);

        copy(back ? from : there, back ? there : from,
             (uintptr_t)to - (uintptr_t)from);
        if (i < left_out_n)
            from = left_out[i].to;
    }
}

void world_keep(void)
{
    size_t n = (uintptr_t)_end - (uintptr_t)__data_start;

    kept = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    if (kept == MAP_FAILED)
        sim_assert("no memory to keep the world in");
    copy_all(false);
}

void world_restore(void)
{
    copy_all(true);
}
