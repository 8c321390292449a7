/* SPDX-License-Identifier: MIT */
/* Pinned keys, by the SHA-256 of their SubjectPublicKeyInfo (RFC 7469 2.4). */
#include <string.h>

#include "text/proof.h"
#include "tls/tls.h"

bool tls_is_pinned(const struct lwurl_tls *tls,
                   const unsigned char sha256[br_sha256_SIZE])
{
    for (size_t i = 0; i < tls->pins_n; i++)
        LOOP_HOLDS(i <= tls->pins_n, tls->pins_n - i)
    {
        if (memcmp(tls->pins[i].sha256, sha256, br_sha256_SIZE) == 0)
            return true;
    }
    return false;
}
