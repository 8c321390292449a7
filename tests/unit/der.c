/* SPDX-License-Identifier: MIT */
#include "der.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BITS     0x03
#define NOTHING  0x05
#define OID      0x06
#define SEQUENCE 0x30

void der_raw(struct der *d, const void *p, size_t n)
{
    assert_true(n <= DER_MAX - d->n);
    if (n > 0)
        memcpy(d->bytes + d->n, p, n);
    d->n += n;
}

void der_wrap(struct der *d, unsigned tag, size_t from)
{
    size_t n = d->n - from;
    size_t head = n < 0x80 ? 2 : n < 0x100 ? 3 : n < 0x10000 ? 4 : 5;
    unsigned char *p = d->bytes + from;

    assert_true(head <= DER_MAX - d->n);
    memmove(p + head, p, n);
    d->n += head;
    p[0] = (unsigned char)tag;
    p[1] = (unsigned char)(head == 2 ? n : 0x80 + head - 2);
    for (size_t i = head; i > 2; i--, n >>= 8)
        p[i - 1] = (unsigned char)n;
}

void der_add(struct der *d, unsigned tag, const void *p, size_t n)
{
    size_t from = d->n;

    der_raw(d, p, n);
    der_wrap(d, tag, from);
}

void der_subject(struct der *d)
{
    size_t from = d->n;

    der_add(d, OID, "\x55\4\3", 3);
    der_add(d, 0x0C, "der", 3);
    der_wrap(d, SEQUENCE, from);
    der_wrap(d, 0x31, from);
    der_wrap(d, SEQUENCE, from);
}

/* ecdsa-with-SHA256 */
static void add_algorithm(struct der *d)
{
    size_t from = d->n;

    der_add(d, OID, "\x2A\x86\x48\xCE\x3D\4\3\2", 8);
    der_wrap(d, SEQUENCE, from);
}

static void add_validity(struct der *d, const struct der_certificate *how)
{
    const char *first = how->from != NULL ? how->from : "240101000000Z";
    const char *last = how->until != NULL ? how->until : "491231235959Z";
    size_t from = d->n;

    der_add(d, how->from_tag != 0 ? how->from_tag : 0x17, first, strlen(first));
    der_add(d, how->until_tag != 0 ? how->until_tag : 0x17, last, strlen(last));
    der_wrap(d, SEQUENCE, from);
}

void der_write(struct der *d, const struct der_certificate *how)
{
    size_t from;

    d->n = 0;
    der_add(d, 0xA0, "\2\1\2", 3);
    der_add(d, 0x02, "\1", 1);
    add_algorithm(d);
    der_subject(d);
    add_validity(d, how);
    if (how->no_subject)
        der_add(d, SEQUENCE, "", 0);
    else
        der_subject(d);
    der_raw(d, how->key->bytes, how->key->n);
    if (how->extensions != NULL) {
        from = d->n;
        der_add(d, SEQUENCE, how->extensions->bytes, how->extensions->n);
        der_wrap(d, 0xA3, from);
    }
    der_wrap(d, SEQUENCE, 0);
    add_algorithm(d);
    der_add(d, BITS, "\0\x30\6\2\1\1\2\1\1", 9);
    der_wrap(d, SEQUENCE, 0);
}

void der_extension(struct der *d, unsigned char which, bool critical,
                   const struct der *contents)
{
    unsigned char oid[] = {0x55, 0x1D, which};
    size_t from = d->n, inside;

    der_add(d, OID, oid, sizeof oid);
    if (critical)
        der_add(d, 0x01, "\xFF", 1);
    inside = d->n;
    der_add(d, SEQUENCE, contents->bytes, contents->n);
    der_wrap(d, 0x04, inside);
    der_wrap(d, SEQUENCE, from);
}

void der_ec_key(struct der *d, const void *point, size_t n)
{
    size_t from = d->n, bits;

    der_add(d, OID, "\x2A\x86\x48\xCE\x3D\2\1", 7);
    der_add(d, OID, "\x2A\x86\x48\xCE\x3D\3\1\7", 8);
    der_wrap(d, SEQUENCE, from);
    bits = d->n;
    der_raw(d, "", 1); /* unused bits */
    der_raw(d, point, n);
    der_wrap(d, BITS, bits);
    der_wrap(d, SEQUENCE, from);
}

void der_rsa_key(struct der *d, const void *modulus, size_t n,
                 const void *exponent, size_t exponent_n)
{
    size_t from = d->n, bits, numbers;

    der_add(d, OID, "\x2A\x86\x48\x86\xF7\x0D\1\1\1", 9);
    der_add(d, NOTHING, "", 0);
    der_wrap(d, SEQUENCE, from);
    bits = d->n;
    der_raw(d, "", 1);
    numbers = d->n;
    der_add(d, 0x02, modulus, n);
    der_add(d, 0x02, exponent, exponent_n);
    der_wrap(d, SEQUENCE, numbers);
    der_wrap(d, BITS, bits);
    der_wrap(d, SEQUENCE, from);
}
