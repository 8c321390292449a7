/* SPDX-License-Identifier: MIT */
/*
 * Trust in pinned public keys, whoever certifies them. The server's key is
 * kept as it passes by; when its hash is one of the pins, its bytes are those
 * that the pin was made of, and only then they are read.
 */
#include "tls/tls.h"

#include <string.h>

#include "text/proof.h"
#include "tls/skim.h"

/* SubjectPublicKeyInfo of RSA with 4,096 bits and a 4-byte exponent: 552. */
#define KEY_MAX 556

#define SEQUENCE 0x30
#define INTEGER  0x02
#define OID      0x06
#define BITS     0x03

struct pinned {
    const br_x509_class *vtable; /* first: BearSSL casts */
    const struct lwurl_tls *tls;
    struct skim skim;
    br_x509_pkey key;
    unsigned err; /* BR_ERR_X509_OK: the key is good */
    uint16_t info_n;
    unsigned char info[KEY_MAX];
};

static struct pinned *pinned_of(const br_x509_class *const *ctx)
{
    return (struct pinned *)(uintptr_t)ctx;
}

/* ---------------------------------------------------------------- the key */

struct der {
    unsigned char *p;
    size_t n;
};

/* Takes the next element of `from`, which has to have this tag. */
static bool take(struct der *from, unsigned tag, struct der *out)
{
    size_t head = 2, n;

    if (from->n < 2 || from->p[0] != tag)
        return false;
    n = from->p[1];
    if (n > 0x80) {
        head += n & 0x7F;
        if (head > 4 || from->n < head)
            return false;
        n = head == 3 ? from->p[2] : (size_t)(from->p[2] << 8 | from->p[3]);
    }
    if (n > from->n - head)
        return false;
    *out = (struct der){from->p + head, n};
    from->p += head + n;
    from->n -= head + n;
    return true;
}

/* Unsigned, without the zero that keeps it positive. */
static bool take_integer(struct der *from, struct der *out)
{
    if (!take(from, INTEGER, out))
        return false;
    while (out->n > 0 && out->p[0] == 0)
        LOOP_WRITES((out->p, out->n), IS_PART(*out), out->n)
    {
        out->p++;
        out->n--;
    }
    return out->n > 0;
}

static bool read_rsa(struct der key, br_x509_pkey *out)
{
    struct der both, n, e;

    if (!take(&key, SEQUENCE, &both) || !take_integer(&both, &n) ||
        !take_integer(&both, &e))
        return false;
    out->key_type = BR_KEYTYPE_RSA;
    out->key.rsa = (br_rsa_public_key){n.p, n.n, e.p, e.n};
    return true;
}

/* The last byte tells the curves of these lengths apart (RFC 5480 2.1.1.1). */
static int curve_of(struct der oid)
{
    if (oid.n == 8)
        return oid.p[7] == 7 ? BR_EC_secp256r1 : 0;
    if (oid.n != 5)
        return 0;
    return oid.p[4] == 34   ? BR_EC_secp384r1
           : oid.p[4] == 35 ? BR_EC_secp521r1
                            : 0;
}

/* SEQUENCE { SEQUENCE { algorithm, curve or NULL }, BIT STRING }: only EC has
   an OID behind that of its algorithm. */
static bool read_key(struct der info, br_x509_pkey *out)
{
    struct der body = info, algorithm, oid, key;

    /* skim_put() told that it is one, and where it ends. */
    (void)take(&info, SEQUENCE, &body);
    if (!take(&body, SEQUENCE, &algorithm) || !take(&algorithm, OID, &oid) ||
        !take(&body, BITS, &key) || key.n < 2)
        return false;
    key.p++;
    key.n--;
    if (!take(&algorithm, OID, &oid))
        return read_rsa(key, out);
    out->key_type = BR_KEYTYPE_EC;
    out->key.ec = (br_ec_public_key){curve_of(oid), key.p, key.n};
    return out->key.ec.curve != 0;
}

static unsigned check_key(struct pinned *x)
{
    struct der info = {x->info, x->info_n};
    unsigned char sha256[br_sha256_SIZE];
    br_sha256_context hash;

    br_sha256_init(&hash);
    br_sha256_update(&hash, x->info, x->info_n);
    br_sha256_out(&hash, sha256);
    if (!tls_is_pinned(x->tls, sha256))
        return TLS_X509_PIN;
    return read_key(info, &x->key) ? BR_ERR_X509_OK : BR_ERR_X509_UNSUPPORTED;
}

/* ---------------------------------------------------------- the X.509 part */

static void start_chain(const br_x509_class **ctx, const char *name)
{
    struct pinned *x = pinned_of(ctx);

    (void)name;
    x->err = 0;
    x->info_n = 0;
}

/* For proofs: what holds between two bytes, of which `left` come still. */
#define HOLDS(x, left)         \
    ((x)->info_n <= KEY_MAX && \
     ((x)->err != 0 ||         \
      (SKIM_HOLDS(&(x)->skim) && (x)->skim.at + (left) <= UINT16_MAX)))

/* The first certificate is the server's; the others are passed over. */
static void start_cert(const br_x509_class **ctx, uint32_t length)
{
    struct pinned *x = pinned_of(ctx);

    if (x->err == 0 && !skim_start(&x->skim, length))
        x->err = BR_ERR_X509_LIMIT_EXCEEDED;
}

static void append(const br_x509_class **ctx, const unsigned char *p, size_t n)
{
    struct pinned *x = pinned_of(ctx);

    for (size_t i = 0; i < n && x->err == 0; i++)
        LOOP_WRITES((i, x->skim, x->key, x->err, x->info_n, x->info),
                    i <= n && HOLDS(x, n - i), n - i)
    {
        enum skim_event event = skim_put(&x->skim, p[i]);

        if (event == SKIM_BROKEN)
            x->err = BR_ERR_X509_UNEXPECTED;
        if (event != SKIM_KEY && event != SKIM_KEY_END)
            continue;
        if (x->info_n == sizeof x->info)
            x->err = BR_ERR_X509_LIMIT_EXCEEDED;
        else
            x->info[x->info_n++] = p[i];
        if (event == SKIM_KEY_END && x->err == 0)
            x->err = check_key(x);
    }
}

static void end_cert(const br_x509_class **ctx)
{
    struct pinned *x = pinned_of(ctx);

    if (x->err == 0)
        x->err = BR_ERR_X509_TRUNCATED;
}

static unsigned end_chain(const br_x509_class **ctx)
{
    const struct pinned *x = pinned_of(ctx);

    if (x->err == 0)
        return BR_ERR_X509_EMPTY_CHAIN;
    return x->err == BR_ERR_X509_OK ? 0 : x->err;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx,
                                    unsigned *usages)
{
    const struct pinned *x = pinned_of(ctx);

    if (usages != NULL)
        *usages = BR_KEYTYPE_SIGN;
    return x->err == BR_ERR_X509_OK ? &x->key : NULL;
}

static const br_x509_class vtable = {
    .context_size = sizeof(struct pinned),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};

/* ------------------------------------------------------------------ set-up */

static int begin(const struct lwurl_tls *tls, void *room,
                 const struct tls_host *host)
{
    struct pinned *x = room;

    (void)host;
    if (tls->pins == NULL || tls->pins_n == 0)
        return LWURL_ERR_TLS_SETUP;
    memset(x, 0, sizeof *x);
    x->vtable = &vtable;
    x->tls = tls;
    br_ssl_engine_set_x509(engine_of(tls), &x->vtable);
    return LWURL_OK;
}

static int error(int number)
{
    (void)number;
    return LWURL_OK;
}

const struct lwurl_tls_trust lwurl_tls_pinned_key = {
    .kind = 2,
    .room = (sizeof(struct pinned) + 7) & ~(size_t)7,
    .begin = begin,
    .error = error,
};
