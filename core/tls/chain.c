/* SPDX-License-Identifier: MIT */
/* Trust by a chain of certificates that ends at an anchor. */
#include "tls/tls.h"

/* Days from BearSSL's day 0 (0000-01-01) to 1970-01-01. */
#define UNIX_DAY 719528u

/* Smallest RSA modulus in a certificate, in bytes: 2,048 bits. */
#define RSA_MIN 256

/* The time for all checks of this chain. Seconds in units of 2^7 fit 32 bits
   up to the year 17,000, and 86,400 = 675 * 2^7: no 64-bit division. */
static int set_time(const struct lwurl_clock *clock,
                    br_x509_minimal_context *x509)
{
    int64_t now = 0;
    uint32_t days;

    if (clock == NULL || clock->now(clock->ctx, &now) != 0)
        return LWURL_ERR_TLS_SETUP;
    if (now < 0 || now >> 39 != 0)
        return LWURL_ERR_TLS_SETUP;
    days = (uint32_t)(now >> 7) / 675u;
    br_x509_minimal_set_time(x509, days + UNIX_DAY,
                             (uint32_t)(now - (int64_t)days * 86400));
    return LWURL_OK;
}

static void use_hash(br_x509_minimal_context *x509, int id,
                     const br_hash_class *hash)
{
    if (hash != NULL)
        br_x509_minimal_set_hash(x509, id, hash);
}

static int begin(const struct lwurl_tls *tls, void *room, const char *name)
{
    const struct lwurl_tls_profile *profile = tls->profile;
    br_x509_minimal_context *x509 = room;

    if (tls->anchors == NULL || tls->anchors_n == 0)
        return LWURL_ERR_TLS_SETUP;
    if (name == NULL)
        return LWURL_ERR_TLS_NAME;
    br_x509_minimal_init(x509, &br_sha256_vtable, tls->anchors, tls->anchors_n);
    br_x509_minimal_set_rsa(x509, profile->rsa);
    br_x509_minimal_set_ecdsa(x509, profile->chain_ec, profile->ecdsa);
    use_hash(x509, br_sha256_ID, &br_sha256_vtable);
    use_hash(x509, br_sha384_ID, profile->sha384);
    use_hash(x509, br_sha512_ID, profile->sha512);
    br_x509_minimal_set_minrsa(x509, RSA_MIN);
    br_ssl_engine_set_x509(engine_of(tls), &x509->vtable);
    return set_time(tls->clock, x509);
}

static int error(int number)
{
    (void)number;
    return LWURL_OK;
}

const struct lwurl_tls_trust lwurl_tls_chain = {
    .room = sizeof(br_x509_minimal_context),
    .begin = begin,
    .error = error,
};
