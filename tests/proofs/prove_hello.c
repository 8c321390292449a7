/* SPDX-License-Identifier: MIT */
/* Proves core/tls/hello.c core/text/str.c */
#include "tls/hello.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* Bytes of a server, behind any that came before. */
PROOF(hello_put)
{
    struct lwurl_tls_hello *h = any_memory(sizeof *h);
    struct lwurl_str s = any_str();

    ASSUME(HOLDS(h));
    hello_put(h, (const unsigned char *)s.p, s.n);
    PROVE(HOLDS(h));
}

PROOF(put_extension)
{
    struct lwurl_tls_hello *h = any_memory(sizeof *h);
    uint16_t before = h->agreed;

    ASSUME(HOLDS(h));
    put_extension(h, any_byte());
    PROVE(HOLDS(h));
    PROVE(h->agreed == before || (h->agreed >= 512 && h->agreed <= 4096));
}
