/* SPDX-License-Identifier: MIT */
/* Trust in one public key, whoever certifies it. */
#include "tls/tls.h"

/* BearSSL's part for this never writes to its context, so that it can stay
   in flash. */
static int begin(const struct lwurl_tls *tls, void *room,
                 const struct tls_host *host)
{
    (void)room;
    (void)host;
    if (tls->known == NULL || tls->pins_n > 0)
        return LWURL_ERR_TLS_SETUP;
    br_ssl_engine_set_x509(engine_of(tls),
                           (const br_x509_class **)(void *)tls->known);
    return LWURL_OK;
}

/* A server with another key cannot sign with this one. */
static int error(int number)
{
    return number == BR_ERR_BAD_SIGNATURE || number == BR_ERR_WRONG_KEY_USAGE
               ? LWURL_ERR_CERT_TRUST
               : LWURL_OK;
}

const struct lwurl_tls_trust lwurl_tls_known_key = {
    .kind = 3,
    .room = 0,
    .begin = begin,
    .error = error,
};
