/* SPDX-License-Identifier: MIT */
/* Our own certificate, for servers that want to know who asks. */
#include <string.h>

#include "tls/tls.h"

static const struct lwurl_tls_key *key_of(
    const br_ssl_client_certificate_class **ctx)
{
    return (const struct lwurl_tls_key *)(void *)ctx;
}

/* The server's list of CA names is not looked at: there is one certificate,
   and it is for the server to refuse it. */
static void pass(const br_ssl_client_certificate_class **ctx)
{
    (void)ctx;
}

static void pass_length(const br_ssl_client_certificate_class **ctx, size_t n)
{
    (void)ctx;
    (void)n;
}

static void pass_bytes(const br_ssl_client_certificate_class **ctx,
                       const unsigned char *p, size_t n)
{
    (void)ctx;
    (void)p;
    (void)n;
}

/* A server that does not take SHA-256 with this kind of key gets none. */
static void choose(const br_ssl_client_certificate_class **ctx,
                   const br_ssl_client_context *client, uint32_t types,
                   br_ssl_client_certificate *choice)
{
    const struct lwurl_tls_key *key = key_of(ctx);
    bool ec = key->type == BR_KEYTYPE_EC;

    (void)client;
    memset(choice, 0, sizeof *choice);
    if ((types >> (ec ? 8 + br_sha256_ID : br_sha256_ID) & 1) == 0)
        return;
    choice->auth_type = ec ? BR_AUTH_ECDSA : BR_AUTH_RSA;
    choice->hash_id = br_sha256_ID;
    choice->chain = key->chain;
    choice->chain_len = key->chain_n;
}

/* The hash is the one that choose() named. */
static size_t sign(const br_ssl_client_certificate_class **ctx, int hash_id,
                   size_t hash_n, unsigned char *data, size_t max)
{
    const struct lwurl_tls_key *key = key_of(ctx);
    unsigned char hash[br_sha256_SIZE];
    size_t n;

    (void)hash_id;
    (void)hash_n;
    memcpy(hash, data, sizeof hash);
    n = key->sign(key->ctx, hash, data, max);
    return n <= max ? n : 0;
}

const br_ssl_client_certificate_class lwurl_tls_key_class = {
    .context_size = sizeof(struct lwurl_tls_key),
    .start_name_list = pass,
    .start_name = pass_length,
    .append_name = pass_bytes,
    .end_name = pass,
    .end_name_list = pass,
    .choose = choose,
    .do_keyx = NULL, /* for static ECDH, which choose() does not name */
    .do_sign = sign,
};
