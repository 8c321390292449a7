/* SPDX-License-Identifier: MIT */
/*
 * Trust by a chain of certificates that ends at an anchor.
 *
 * BearSSL's x509_minimal checks the chain. This stands before it, skims each
 * byte before that one sees it, and adds what it leaves out: dates by our
 * policy, purposes, addresses, pins. It judges certificates only until the
 * chain has reached an anchor: what a server sends beyond says nothing.
 */
#include "tls/tls.h"

#include <string.h>

#include "text/date.h"
#include "tls/address.h"
#include "tls/skim.h"

/* From BearSSL's day 0 (0000-01-01) to 1970-01-01. */
#define UNIX_DAY 719528u
#define DAY      86400

/* Smallest RSA modulus in a certificate, in bytes: 2,048 bits. */
#define RSA_MIN 256

/* check.flags */
enum {
    LEAF = 1,       /* the certificate at hand is the server's own */
    NAMED = 2,      /* by address; names are BearSSL's part */
    PURPOSES = 4,   /* the certificate says what it is for */
    SERVERS = 8,    /* and it is for servers */
    PINNED = 16,    /* a pinned key was seen */
    CLOCKLESS = 32, /* `now` is when the firmware was built */
    BROKEN = 64     /* nothing can be skimmed any more */
};

struct check {
    const br_x509_class *vtable; /* first: BearSSL casts */
    const struct lwurl_tls *tls;
    int64_t now;
    int64_t expires; /* the first end of a validity in the chain */
    struct skim skim;
    br_sha256_context key;
    unsigned err; /* the first one sticks */
    uint8_t flags;
    uint8_t address_n;
    unsigned char address[ADDRESS_MAX];
    br_x509_minimal_context chain;
};

/* The public header promises enough. */
enum { ROOM_AGREES = 1 / (sizeof(struct check) <= LWURL_TLS_LENT) };

static struct check *check_of(const br_x509_class *const *ctx)
{
    return (struct check *)(uintptr_t)ctx;
}

static void fail(struct check *c, unsigned err)
{
    if (c->err == 0)
        c->err = err;
}

/* ------------------------------------------------------------------- dates */

/* Two digits, or a number above 99 where they are none. */
static unsigned two(const unsigned char *p)
{
    unsigned tens = p[0] - 48u, ones = p[1] - 48u;

    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* HHMMSSZ, a leap second allowed. */
static bool read_clock(const unsigned char *p, int64_t *seconds)
{
    unsigned hour = two(p), minute = two(p + 2), second = two(p + 4);

    *seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    return hour < 24 && minute < 60 && second <= 60 && p[6] == 'Z';
}

/* UTCTime or GeneralizedTime, exactly as RFC 5280 4.1.2.5 wants them. */
static bool read_time(const struct skim *s, int64_t *unix_s)
{
    const unsigned char *p = s->value;
    unsigned year = two(p), month, day;

    if (s->tag == 0x17 && s->n == 13) {
        year += year < 50 ? 2000 : 1900;
    } else if (s->tag == 0x18 && s->n == 15) {
        p += 2;
        year = year * 100 + two(p);
    } else {
        return false;
    }
    month = two(p + 2);
    day = two(p + 4);
    if (year > 9999 || month - 1 > 11 || day - 1 > 30 ||
        !read_clock(p + 6, unix_s))
        return false;
    *unix_s +=
        (int64_t)date_days((int32_t)year, (int32_t)month, (int32_t)day) * DAY;
    return true;
}

/* x509_minimal is told that it is the first second of the validity. It knows
   no time (days 0) until then, and refuses what it would have to date. */
static void check_start_of_validity(struct check *c)
{
    int64_t from;
    uint32_t days;

    if (!read_time(&c->skim, &from) || from < 0) {
        fail(c, BR_ERR_X509_BAD_TIME);
        return;
    }
    /* Seconds in units of 2^7 fit 32 bits, and DAY = 675 * 2^7: no 64-bit
       division. */
    days = (uint32_t)(from >> 7) / 675u;
    br_x509_minimal_set_time(&c->chain, days + UNIX_DAY,
                             (uint32_t)(from - (int64_t)days * DAY));
    if (from > c->now && (c->flags & CLOCKLESS) == 0)
        fail(c, TLS_X509_NOT_YET);
}

static void check_end_of_validity(struct check *c)
{
    int64_t until;

    if (!read_time(&c->skim, &until))
        fail(c, BR_ERR_X509_BAD_TIME);
    else if (until < c->now)
        fail(c, BR_ERR_X509_EXPIRED);
    else if (until < c->expires)
        c->expires = until;
}

/* --------------------------------------------------------- purposes, names */

/* serverAuth 1.3.6.1.5.5.7.3.1, anyExtendedKeyUsage 2.5.29.37.0. */
static bool is_for_servers(const struct skim *s)
{
    static const unsigned char server[] = {0x2B, 6, 1, 5, 5, 7, 3, 1};
    static const unsigned char any[] = {0x55, 0x1D, 0x25, 0};

    return (s->n == sizeof server &&
            memcmp(s->value, server, sizeof server) == 0) ||
           (s->n == sizeof any && memcmp(s->value, any, sizeof any) == 0);
}

static void check_purpose(struct check *c)
{
    c->flags |= PURPOSES;
    if (is_for_servers(&c->skim))
        c->flags |= SERVERS;
}

static void check_address(struct check *c)
{
    if ((c->flags & LEAF) != 0 && c->address_n > 0 &&
        c->skim.n == c->address_n &&
        memcmp(c->skim.value, c->address, c->address_n) == 0)
        c->flags |= NAMED;
}

static void check_pin(struct check *c)
{
    unsigned char sha256[br_sha256_SIZE];

    br_sha256_out(&c->key, sha256);
    if (tls_is_pinned(c->tls, sha256))
        c->flags |= PINNED;
}

/* ------------------------------------------------------------ the X.509 part
 */

static void start_chain(const br_x509_class **ctx, const char *name)
{
    struct check *c = check_of(ctx);

    c->err = 0;
    c->flags = (uint8_t)((c->flags & CLOCKLESS) | LEAF);
    c->expires = INT64_MAX;
    c->chain.vtable->start_chain(&c->chain.vtable, name);
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
    struct check *c = check_of(ctx);

    if (c->chain.err == 0 && !skim_start(&c->skim, length))
        fail(c, BR_ERR_X509_LIMIT_EXCEEDED);
    c->flags &= (uint8_t) ~(PURPOSES | SERVERS);
    br_x509_minimal_set_time(&c->chain, 0, 0);
    br_sha256_init(&c->key);
    c->chain.vtable->start_cert(&c->chain.vtable, length);
}

/*
 * x509_minimal refuses every critical extKeyUsage, since it does not know what
 * it means. We do: it reads FALSE there, while its hash of the certificate,
 * which it takes everywhere that skim_put() looks, gets the byte that was
 * signed. `p` is the next piece, of which it has nothing yet; `at` is the
 * offset of that byte. Returns what is left of p.
 */
static const unsigned char *pass_critical(struct check *c,
                                          const unsigned char *p, size_t at)
{
    static const unsigned char no = 0;
    br_x509_minimal_context *chain = &c->chain;

    if (at > 0)
        chain->vtable->append(&chain->vtable, p, at);
    br_multihash_update(&chain->mhash, p + at, 1);
    chain->do_mhash = 0;
    chain->vtable->append(&chain->vtable, &no, 1);
    chain->do_mhash = 1;
    return p + at + 1;
}

static void judge(struct check *c, enum skim_event event, unsigned char byte)
{
    switch (event) {
    case SKIM_NOT_BEFORE:
        check_start_of_validity(c);
        break;
    case SKIM_NOT_AFTER:
        check_end_of_validity(c);
        break;
    case SKIM_KEY:
    case SKIM_KEY_END:
        br_sha256_update(&c->key, &byte, 1);
        if (event == SKIM_KEY_END)
            check_pin(c);
        break;
    case SKIM_PURPOSE:
        check_purpose(c);
        break;
    case SKIM_ADDRESS:
        check_address(c);
        break;
    case SKIM_BROKEN:
        c->flags |= BROKEN;
        fail(c, BR_ERR_X509_UNEXPECTED);
        break;
    default:
        break;
    }
}

static void append(const br_x509_class **ctx, const unsigned char *p, size_t n)
{
    struct check *c = check_of(ctx);
    const unsigned char *end = p + n;

    for (const unsigned char *q = p; q < end; q++) {
        enum skim_event event;

        if (c->chain.err != 0 || (c->flags & BROKEN) != 0)
            break;
        event = skim_put(&c->skim, *q);
        judge(c, event, *q);
        if (event == SKIM_CRITICAL)
            p = pass_critical(c, p, (size_t)(q - p));
    }
    if (p < end)
        c->chain.vtable->append(&c->chain.vtable, p, (size_t)(end - p));
}

static void end_cert(const br_x509_class **ctx)
{
    struct check *c = check_of(ctx);

    if ((c->flags & (PURPOSES | SERVERS)) == PURPOSES)
        fail(c, TLS_X509_PURPOSE);
    c->flags &= (uint8_t)~LEAF;
    c->chain.vtable->end_cert(&c->chain.vtable);
}

/* What a good chain lacks still. */
static unsigned judge_chain(struct check *c)
{
    struct lwurl_tls_slot *slot = c->tls->slot;

    if (c->address_n > 0 && (c->flags & NAMED) == 0)
        return BR_ERR_X509_BAD_SERVER_NAME;
    if (c->tls->pins_n > 0 && (c->flags & PINNED) == 0)
        return TLS_X509_PIN;
    slot->expires_s = c->expires;
    if ((c->flags & CLOCKLESS) != 0)
        slot->flags |= TLS_CLOCKLESS;
    else if (c->expires - c->now < (int64_t)c->tls->warn_days * DAY)
        slot->flags |= TLS_EXPIRING;
    return 0;
}

/* Dates and purposes of a chain that is not to be trusted mean nothing: what
   x509_minimal finds comes first, unless we kept a date from it. */
static unsigned end_chain(const br_x509_class **ctx)
{
    struct check *c = check_of(ctx);
    unsigned err = c->chain.vtable->end_chain(&c->chain.vtable);

    if (c->err != 0 && (err == 0 || err == BR_ERR_X509_TIME_UNKNOWN))
        return c->err;
    return err != 0 ? err : judge_chain(c);
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx,
                                    unsigned *usages)
{
    const struct check *c = check_of(ctx);

    return c->chain.vtable->get_pkey(&c->chain.vtable, usages);
}

static const br_x509_class vtable = {
    .context_size = sizeof(struct check),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};

/* ------------------------------------------------------------------- set-up */

static void use_hash(br_x509_minimal_context *x509, int id,
                     const br_hash_class *hash)
{
    if (hash != NULL)
        br_x509_minimal_set_hash(x509, id, hash);
}

static void use_profile(br_x509_minimal_context *x509,
                        const struct lwurl_tls_profile *profile)
{
    br_x509_minimal_set_rsa(x509, profile->rsa);
    br_x509_minimal_set_ecdsa(x509, profile->chain_ec, profile->ecdsa);
    use_hash(x509, br_sha256_ID, &br_sha256_vtable);
    use_hash(x509, br_sha384_ID, profile->sha384);
    use_hash(x509, br_sha512_ID, profile->sha512);
    br_x509_minimal_set_minrsa(x509, RSA_MIN);
}

static int set_time(struct check *c)
{
    const struct lwurl_tls *tls = c->tls;

    if (tls_now(tls, &c->now))
        return LWURL_OK;
    if (tls->time != LWURL_TLS_TIME_FLOOR)
        return LWURL_ERR_CLOCK;
    c->now = tls->built_s;
    c->flags |= CLOCKLESS;
    return c->now > 0 ? LWURL_OK : LWURL_ERR_TLS_SETUP;
}

static int set_host(struct check *c, const struct tls_host *host)
{
    if (host->name[0] != '\0')
        return LWURL_OK;
    c->address_n = (uint8_t)address_bytes(host->text, c->address);
    return c->address_n > 0 ? LWURL_OK : LWURL_ERR_TLS_NAME;
}

static int begin(const struct lwurl_tls *tls, void *room,
                 const struct tls_host *host)
{
    struct check *c = room;
    int err;

    if (tls->anchors == NULL || tls->anchors_n == 0)
        return LWURL_ERR_TLS_SETUP;
    if (tls->pins == NULL && tls->pins_n > 0)
        return LWURL_ERR_TLS_SETUP;
    memset(c, 0, offsetof(struct check, chain));
    c->vtable = &vtable;
    c->tls = tls;
    br_x509_minimal_init(&c->chain, &br_sha256_vtable, tls->anchors,
                         tls->anchors_n);
    use_profile(&c->chain, tls->profile);
    br_ssl_engine_set_x509(engine_of(tls), &c->vtable);
    err = set_host(c, host);
    return err == LWURL_OK ? set_time(c) : err;
}

static int error(int number)
{
    (void)number;
    return LWURL_OK;
}

const struct lwurl_tls_trust lwurl_tls_chain = {
    .kind = 1,
    .room = (sizeof(struct check) + 7) & ~(size_t)7,
    .begin = begin,
    .error = error,
};
