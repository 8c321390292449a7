/* SPDX-License-Identifier: MIT */
/* What a proof begins with: values of which nothing is known but what is said
   here. Whatever holds for them holds for all. */
#ifndef TESTS_PROOFS_ANY_H
#define TESTS_PROOFS_ANY_H

#include "contracts.h"

#ifndef __CPROVER__ /* so that a compiler can read a proof, too */
void __CPROVER_assume(bool what);
void __CPROVER_assert(bool what, const char *text);
bool __CPROVER_r_ok(const void *p, size_t n);
bool __CPROVER_w_ok(const void *p, size_t n);
void __CPROVER_havoc_slice(void *p, size_t n);
bool __CPROVER_same_object(const void *p, const void *q);
#define LIES_IN(s, of_p, of_n) ((s).p >= (of_p) && (s).n <= (of_n))
#endif

#define ASSUME(what) __CPROVER_assume(what)
#define PROVE(what)  __CPROVER_assert(what, #what)

/* A function that proves something. */
#define PROOF(of)          \
    void prove_##of(void); \
    void prove_##of(void)

/* n bytes at p are there. */
#define READABLE(p, n) __CPROVER_r_ok(p, n)
#define WRITABLE(p, n) __CPROVER_w_ok(p, n)

/* Whatever may be in them from now on. */
#define BECOMES_ANY(p, n) __CPROVER_havoc_slice(p, n)

/* No length of a real object comes near it: offsets in an object have 24 bits
   with a sign in the prover's model of the target, and some are doubled. */
#define ANY_MAX 0xfffff

int any_int(void);
bool any_bool(void);
unsigned char any_byte(void);
uint16_t any_u16(void);
uint32_t any_u32(void);
uint64_t any_u64(void);
int64_t any_i64(void);
size_t any_size(void);

/* At most `max` (<= ANY_MAX), and 0 too. */
size_t any_length(size_t max);

/* n bytes of memory, writable, with whatever in them. */
void *any_memory(size_t n);

/* A slice of any length with any bytes; or one that is absent. */
struct lwurl_str any_str(void);

/* A NUL-terminated text of any length. */
const char *any_text(void);

/* A buffer of any length, written to any place or beyond its end. */
struct sink any_sink(void);

/* Does s lie within `whole`, or is it empty? */
bool is_within(struct lwurl_str s, struct lwurl_str whole);

#endif
