/* SPDX-License-Identifier: MIT */
#include "any.h"

#include <stdlib.h>

/* The prover takes functions of such names for values that may be anything. */
int nondet_int(void);
bool nondet_bool(void);
unsigned char nondet_byte(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
int64_t nondet_i64(void);
size_t nondet_size(void);

int any_int(void)
{
    return nondet_int();
}

bool any_bool(void)
{
    return nondet_bool();
}

unsigned char any_byte(void)
{
    return nondet_byte();
}

uint16_t any_u16(void)
{
    return nondet_u16();
}

uint32_t any_u32(void)
{
    return nondet_u32();
}

uint64_t any_u64(void)
{
    return nondet_u64();
}

int64_t any_i64(void)
{
    return nondet_i64();
}

size_t any_size(void)
{
    return nondet_size();
}

size_t any_length(size_t max)
{
    size_t n = any_size();

    ASSUME(n <= max);
    return n;
}

void *any_memory(size_t n)
{
    void *p = malloc(n);

    ASSUME(p != NULL);
    return p;
}

struct lwurl_str any_str(void)
{
    size_t n = any_length(ANY_MAX);

    return (struct lwurl_str){any_memory(n), n};
}

const char *any_text(void)
{
    size_t n = any_length(ANY_MAX);
    char *p = any_memory(n + 1);

    p[n] = '\0';
    return p;
}

struct sink any_sink(void)
{
    size_t max = any_length(ANY_MAX);

    return (struct sink){any_memory(max), max, any_size()};
}

bool is_within(struct lwurl_str s, struct lwurl_str whole)
{
    return s.n == 0 || (__CPROVER_same_object(s.p, whole.p) && s.p >= whole.p &&
                        s.p + s.n <= whole.p + whole.n);
}
