/* SPDX-License-Identifier: MIT */
/* Proves core/tls/pinned_key.c core/tls/pins.c core/tls/skim.c
   core/text/str.c tests/proofs/bearssl.c
   BearSSL's hash is its model in bearssl.c. Of BearSSL's engine it is taken
   that it appends no more of a certificate than the length that it began it
   with. */
#include "tls/pinned_key.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

#ifdef __CPROVER__

#define ARE_GOOD(tls)      \
    ((tls)->pins_n == 0 || \
     __CPROVER_r_ok((tls)->pins, (tls)->pins_n * sizeof(tls)->pins[0]))

/* clang-format off */

static bool read_key(struct der info, br_x509_pkey *out)
__CPROVER_requires(info.n <= KEY_MAX && __CPROVER_r_ok(info.p, info.n))
__CPROVER_assigns(*out);

/* Not 0: the first key is the server's, and ends what is read. */
static unsigned check_key(struct pinned *x)
__CPROVER_requires(x->info_n <= KEY_MAX && ARE_GOOD(x->tls))
__CPROVER_assigns(x->key)
__CPROVER_ensures(RESULT != 0);

/* clang-format on */

#endif

/* A check with any pins, in the middle of a certificate. */
static struct pinned *any_check(void)
{
    struct pinned *x = any_memory(sizeof *x);
    struct lwurl_tls *tls = any_memory(sizeof *tls);
    struct lwurl_tls_pin *pins;

    tls->pins_n = any_length(ANY_MAX / sizeof *pins);
    tls->pins = any_memory(tls->pins_n * sizeof *pins);
    x->tls = tls;
    return x;
}

static struct lwurl_str text_of(struct der d)
{
    return (struct lwurl_str){(const char *)d.p, d.n};
}

PROOF(append)
{
    struct pinned *x = any_check();
    struct lwurl_str piece = any_str();

    ASSUME(HOLDS(x, piece.n));
    append(&x->vtable, (const unsigned char *)piece.p, piece.n);
    PROVE(HOLDS(x, 0));
}

PROOF(check_key)
{
    check_key(any_check());
}

PROOF(start_cert)
{
    struct pinned *x = any_check();
    uint32_t length = any_u32();

    ASSUME(HOLDS(x, 0));
    start_cert(&x->vtable, length);
    PROVE(x->err != 0 || HOLDS(x, length));
}

PROOF(take)
{
    struct lwurl_str whole = any_str();
    struct der from = {(unsigned char *)whole.p, whole.n}, out;

    if (take(&from, any_byte(), &out))
        PROVE(is_within(text_of(out), whole) && from.n < whole.n);
    PROVE(is_within(text_of(from), whole));
}

PROOF(read_key)
{
    struct pinned *x = any_check();
    struct der info = {x->info, any_length(KEY_MAX)};
    br_x509_pkey *key = any_memory(sizeof *key);

    if (!read_key(info, key))
        return;
    if (key->key_type == BR_KEYTYPE_RSA) {
        PROVE(READABLE(key->key.rsa.n, key->key.rsa.nlen));
        PROVE(READABLE(key->key.rsa.e, key->key.rsa.elen));
    } else {
        PROVE(READABLE(key->key.ec.q, key->key.ec.qlen));
    }
}

PROOF(end_chain)
{
    struct pinned *x = any_check();
    unsigned usages;

    start_chain(&x->vtable, any_text());
    PROVE(end_chain(&x->vtable) != 0);
    end_cert(&x->vtable);
    PROVE(end_chain(&x->vtable) != 0);
    PROVE(get_pkey(&x->vtable, any_bool() ? &usages : NULL) == NULL);
}

PROOF(begin)
{
    struct pinned *x = any_memory(sizeof *x);
    struct lwurl_tls *tls = any_memory(sizeof *tls);
    struct tls_host host;

    tls->slot = any_memory(sizeof *tls->slot);
    if (begin(tls, x, &host) == LWURL_OK)
        PROVE(HOLDS(x, 0) && x->err == 0);
    PROVE(error(any_int()) == LWURL_OK);
}
