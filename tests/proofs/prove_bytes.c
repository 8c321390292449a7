/* SPDX-License-Identifier: MIT */
/* Proves core/text/bytes.c core/text/str.c */
#include "text/bytes.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* A number of any width, written, and read where it stands. */
PROOF(put_number)
{
    unsigned n = any_byte();

    ASSUME(n <= 8);
    unsigned char *p = any_memory(n), *end = put_number(p, any_u64(), n);
    PROVE(end == p + n);
}

PROOF(take_number)
{
    unsigned n = any_byte();

    ASSUME(n <= 8);
    const unsigned char *p = any_memory(n);
    take_number(&p, n);
}

PROOF(put_bytes)
{
    struct lwurl_str s = any_str();
    unsigned char *p = any_memory(s.n);

    PROVE(put_bytes(p, s.p, s.n) == p + s.n);
}

PROOF(take_bytes)
{
    struct lwurl_str s = any_str();
    const unsigned char *p = (const unsigned char *)s.p;

    take_bytes(&p, any_memory(s.n), s.n);
    PROVE((const char *)p == s.p + s.n);
}

PROOF(crc_add)
{
    struct lwurl_str s = any_str();

    crc_add(any_u32(), s.p, s.n);
}
