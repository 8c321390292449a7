/* SPDX-License-Identifier: MIT */
/*
 * Certificates and a key from files, in PEM or DER. A key is PKCS #8, SEC 1 or
 * PKCS #1, and may stand in the certificate's file, as curl allows.
 */
#include "own_key.h"

#include <errno.h>
#include <string.h>

#include "exits.h"

#define CHAIN_MAX 8
#define FILE_MAX  65536

/* DER of the chain, one certificate behind the other. */
static unsigned char chain_der[FILE_MAX];
static size_t chain_der_n;
static br_x509_certificate chain[CHAIN_MAX];
static size_t chain_n;

static br_skey_decoder_context decoder;
static struct lwurl_tls_ec_key ec;
static struct lwurl_tls_rsa_key rsa;
static struct lwurl_tls_key key = {.ops = &lwurl_tls_key_class, .chain = chain};
static bool has_key, used;

bool own_key_used(void)
{
    bool was = used;

    used = false;
    return was;
}

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "lwurl: client certificate: %s: %s\n", path, why);
    return EXIT_OWN_KEY;
}

/* ----------------------------------------------------------------- signing */

static size_t sign_ec(void *ctx, const unsigned char hash[32],
                      unsigned char *out, size_t max)
{
    used = true;
    return lwurl_tls_sign_ec(ctx, hash, out, max);
}

static size_t sign_rsa(void *ctx, const unsigned char hash[32],
                       unsigned char *out, size_t max)
{
    used = true;
    return lwurl_tls_sign_rsa(ctx, hash, out, max);
}

/* Key and certificate by their public parts: a server would only say that the
   signature is wrong. */
static bool is_pair(const br_x509_pkey *public)
{
    unsigned char buffer[BR_EC_KBUF_PUB_MAX_SIZE];
    static unsigned char modulus[512];
    br_ec_public_key point;

    if (public->key_type != key.type)
        return false;
    if (key.type == BR_KEYTYPE_RSA)
        return public->key.rsa.nlen == (rsa.key.n_bitlen + 7) / 8 &&
               public->key.rsa.nlen <= sizeof modulus &&
               br_rsa_i31_compute_modulus(modulus, &rsa.key) > 0 &&
               memcmp(modulus, public->key.rsa.n, public->key.rsa.nlen) == 0;
    return br_ec_compute_pub(ec.ec, &point, buffer, &ec.key) ==
               public->key.ec.qlen &&
           memcmp(point.q, public->key.ec.q, point.qlen) == 0;
}

static bool is_ours(void)
{
    static br_x509_decoder_context x509;
    const br_x509_pkey *public;

    br_x509_decoder_init(&x509, NULL, NULL);
    br_x509_decoder_push(&x509, chain[0].data, chain[0].data_len);
    public = br_x509_decoder_get_pkey(&x509);
    return public != NULL && is_pair(public);
}

/* ----------------------------------------------------------------- reading */

static const char *take_key(const unsigned char *der, size_t n)
{
    br_skey_decoder_init(&decoder);
    br_skey_decoder_push(&decoder, der, n);
    key.type = br_skey_decoder_key_type(&decoder);
    has_key = key.type != 0;
    if (key.type == BR_KEYTYPE_RSA) {
        rsa = (struct lwurl_tls_rsa_key){br_rsa_i31_pkcs1_sign,
                                         *br_skey_decoder_get_rsa(&decoder)};
        key.sign = sign_rsa;
        key.ctx = &rsa;
    } else if (key.type == BR_KEYTYPE_EC) {
        ec = (struct lwurl_tls_ec_key){&br_ec_all_m31, br_ecdsa_i31_sign_asn1,
                                       *br_skey_decoder_get_ec(&decoder)};
        key.sign = sign_ec;
        key.ctx = &ec;
    }
    return has_key ? NULL : "no private key that is RSA or EC, unencrypted";
}

static const char *take_certificate(const unsigned char *der, size_t n)
{
    if (chain_n == CHAIN_MAX || n > sizeof chain_der - chain_der_n)
        return "too many certificates";
    memcpy(chain_der + chain_der_n, der, n);
    chain[chain_n].data = chain_der + chain_der_n;
    chain[chain_n++].data_len = n;
    chain_der_n += n;
    return NULL;
}

/* What a file may give. */
enum { WANT_CHAIN = 1, WANT_KEY = 2 };

struct reader {
    unsigned wanted;
    unsigned char der[FILE_MAX];
    size_t n;
};

static void put_der(void *ctx, const void *p, size_t n)
{
    struct reader *r = ctx;

    if (n <= sizeof r->der - r->n)
        memcpy(r->der + r->n, p, n);
    r->n += n <= sizeof r->der - r->n ? n : 0;
}

static const char *take_object(struct reader *r, const char *name)
{
    size_t end = strlen(name);
    bool is_key = end >= 11 && strcmp(name + end - 11, "PRIVATE KEY") == 0;

    if (is_key && (r->wanted & WANT_KEY) != 0)
        return strncmp(name, "ENCRYPTED", 9) == 0
                   ? "the key is encrypted; `openssl pkey` opens it"
                   : take_key(r->der, r->n);
    if ((r->wanted & WANT_CHAIN) != 0 &&
        (strcmp(name, "CERTIFICATE") == 0 ||
         strcmp(name, "X509 CERTIFICATE") == 0))
        return take_certificate(r->der, r->n);
    return NULL;
}

static const char *read_pem(struct reader *r, const char *text, size_t n)
{
    br_pem_decoder_context pem;
    const char *why = NULL;

    br_pem_decoder_init(&pem);
    for (size_t at = 0; at <= n && why == NULL;) {
        /* a last line needs an end, too */
        at += at < n ? br_pem_decoder_push(&pem, text + at, n - at)
                     : br_pem_decoder_push(&pem, "\n", 1);
        switch (br_pem_decoder_event(&pem)) {
        case BR_PEM_BEGIN_OBJ:
            r->n = 0;
            br_pem_decoder_setdest(&pem, put_der, r);
            break;
        case BR_PEM_END_OBJ:
            why = take_object(r, br_pem_decoder_name(&pem));
            break;
        case BR_PEM_ERROR:
            why = "broken PEM, or an encrypted key";
            break;
        default:
            break;
        }
    }
    return why;
}

/* DER of all of these is a SEQUENCE. */
static const char *read_text(struct reader *r, const char *text, size_t n)
{
    const unsigned char *der = (const unsigned char *)text;

    if (n == 0 || der[0] != 0x30)
        return read_pem(r, text, n);
    if (r->wanted == WANT_KEY)
        return take_key(der, n);
    return take_certificate(der, n);
}

static int read_file(const char *path, unsigned wanted)
{
    static struct reader reader;
    static char text[FILE_MAX];
    FILE *in = fopen(path, "rb");
    const char *why;

    if (in == NULL)
        return fail(path, strerror(errno));
    size_t n = fread(text, 1, sizeof text, in);
    why = ferror(in) ? strerror(errno) : n == sizeof text ? "too long" : NULL;
    fclose(in);
    reader.wanted = wanted;
    if (why == NULL)
        why = read_text(&reader, text, n);
    memset(text, 0, sizeof text);
    memset(&reader, 0, sizeof reader);
    return why != NULL ? fail(path, why) : 0;
}

int own_key_init(const struct options *o, const struct lwurl_tls_key **own)
{
    int code = 0;

    *own = NULL;
    if (o->cert == NULL)
        return o->key == NULL ? 0 : fail(o->key, "--key wants --cert");
    code = read_file(o->cert, WANT_CHAIN | (o->key == NULL ? WANT_KEY : 0));
    if (code == 0 && o->key != NULL)
        code = read_file(o->key, WANT_KEY);
    if (code != 0)
        return code;
    if (chain_n == 0)
        return fail(o->cert, "no certificate, in PEM or DER");
    if (!has_key)
        return fail(o->key != NULL ? o->key : o->cert,
                    "no private key; --key names its file");
    if (!is_ours())
        return fail(o->cert, "the key is not that of the certificate");
    key.chain_n = chain_n;
    *own = &key;
    return 0;
}
