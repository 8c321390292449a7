/* SPDX-License-Identifier: MIT */
/* NSS key log: what Wireshark needs to read a connection. An object of its
   own, so that `make size` shows that no firmware has it. */
#include <string.h>

#include "tls/tls.h"

static const char label[] = "CLIENT_RANDOM ";

static char *put_hex(char *out, const unsigned char *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        *out++ = digits[p[i] >> 4];
        *out++ = digits[p[i] & 15];
    }
    return out;
}

void lwurl_tls_keylog(const struct lwurl_tls *tls,
                      char line[LWURL_TLS_KEYLOG_N])
{
    const br_ssl_engine_context *engine = engine_of(tls);
    char *at = line + sizeof label - 1;

    memcpy(line, label, sizeof label - 1);
    at = put_hex(at, engine->client_random, sizeof engine->client_random);
    *at++ = ' ';
    at = put_hex(at, engine->session.master_secret,
                 sizeof engine->session.master_secret);
    *at = '\0';
}
