/* SPDX-License-Identifier: MIT */
/*
 * What stands at a loop for the proofs of `make prove` (tests/proofs): nothing
 * for a compiler. The macro follows the loop's head, before the braces; behind
 * the condition of do and while.
 */
#ifndef LWURL_PROOF_H
#define LWURL_PROOF_H

#include <stddef.h>

#ifdef __CPROVER__

/* Before each turn `always` is true, and each turn makes `falls` smaller, which
   is never below 0: the loop is safe and ends, however long its input is. */
#define LOOP_HOLDS(always, falls) \
    __CPROVER_loop_invariant(always) __CPROVER_decreases(falls)

/* The same, with a list of what the loop writes in parentheses, where that
   cannot be read off its text. */
#define LOOP_WRITES(what, always, falls) \
    __CPROVER_assigns what LOOP_HOLDS(always, falls)

/* A value as it was before the first turn. */
#define AT_ENTRY(value) __CPROVER_loop_entry(value)

/* The whole object that p points into, in a list of what a loop writes. */
#define ALL_OF(p) __CPROVER_object_whole(p)

/* Slice s lies in what it was. */
#define IS_PART(s) LIES_IN(s, AT_ENTRY((s).p), AT_ENTRY((s).n))

/* Slice s lies in the n bytes at p. */
#define LIES_IN(s, of_p, of_n)                                \
    ((s).n <= (of_n) && __CPROVER_same_object((s).p, of_p) && \
     OFFSET_OF((s).p) >= OFFSET_OF(of_p) &&                   \
     OFFSET_OF((s).p) + (s).n <= OFFSET_OF(of_p) + (of_n))

/* Pointer p lies between, in their object. */
#define IS_BETWEEN(p, from, to)                                           \
    (__CPROVER_same_object(p, from) && OFFSET_OF(from) <= OFFSET_OF(p) && \
     OFFSET_OF(p) <= OFFSET_OF(to))

/* Character i is not behind the NUL of a text that fills its array. */
#define IN_TEXT(text, i) ((i) < TEXT_MAX(text))
#define TEXT_MAX(text)   (__CPROVER_OBJECT_SIZE(text) - OFFSET_OF(text))

#define OFFSET_OF(p) __CPROVER_POINTER_OFFSET(p)

/* Arithmetic that is meant to wrap, as that of hashes, and conversions that are
   meant to keep the bits. */
#define WRAPS_BEGIN                                            \
    _Pragma("CPROVER check push")                              \
        _Pragma("CPROVER check disable \"unsigned-overflow\"") \
            _Pragma("CPROVER check disable \"conversion\"")
#define WRAPS_END _Pragma("CPROVER check pop")

/* NULL + 0 is NULL, as every compiler has it and C2y says: an absent slice. */
#define BEHIND(p, n) ((n) == 0 ? (p) : (p) + (n))

#else

#define BEHIND(p, n) ((p) + (n))
#define LOOP_HOLDS(always, falls)
#define LOOP_WRITES(what, always, falls)
#define WRAPS_BEGIN
#define WRAPS_END

#endif

#endif
