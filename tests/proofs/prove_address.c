/* SPDX-License-Identifier: MIT */
/* Proves core/tls/address.c core/text/str.c */
#include "tls/address.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(address_bytes)
{
    unsigned char out[ADDRESS_MAX];
    size_t n = address_bytes(any_str(), out);

    PROVE(n == 0 || n == 4 || n == 16);
}

PROOF(take_part)
{
    unsigned char out[ADDRESS_MAX];
    struct lwurl_str whole = any_str();
    struct reader r = {whole, out, any_size(), any_size()};

    ASSUME(whole.n > 0 && HOLDS(r));
    if (take_part(&r))
        PROVE(HOLDS(r) && is_within(r.s, whole) && r.s.n < whole.n);
}

PROOF(read_group)
{
    unsigned char out[2];

    read_group(any_str(), out);
}
