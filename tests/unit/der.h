/* SPDX-License-Identifier: MIT */
/* DER by hand (X.690), and certificates that no authority would sign. */
#ifndef DER_H
#define DER_H

#include <stdbool.h>
#include <stddef.h>

#define DER_MAX 70000

struct der {
    unsigned char bytes[DER_MAX];
    size_t n;
};

/* Appends an element; its length in the shortest form. */
void der_add(struct der *d, unsigned tag, const void *p, size_t n);

/* Appends bytes as they are. */
void der_raw(struct der *d, const void *p, size_t n);

/* Makes bytes[from..n) the contents of one element. */
void der_wrap(struct der *d, unsigned tag, size_t from);

/* What is in a certificate where the tests differ. */
struct der_certificate {
    /* Validity: tag and text of each; NULL: of 2024 and 2049. */
    unsigned from_tag, until_tag;
    const char *from, *until;
    const struct der *key;        /* SubjectPublicKeyInfo */
    const struct der *extensions; /* one behind the other; NULL: none */
    bool no_subject;              /* an empty one, and not CN=der */
};

/* Writes it, with a signature that is none. */
void der_write(struct der *d, const struct der_certificate *how);

/* The subject of them all but those without one. */
void der_subject(struct der *d);

/* Appends an extension: its OID behind 2.5.29, critical or not, and what is in
   the SEQUENCE that its octets hold. */
void der_extension(struct der *d, unsigned char which, bool critical,
                   const struct der *contents);

/* SubjectPublicKeyInfo of a point on P-256, and of an RSA key. */
void der_ec_key(struct der *d, const void *point, size_t n);
void der_rsa_key(struct der *d, const void *modulus, size_t n,
                 const void *exponent, size_t exponent_n);

#endif
