/* SPDX-License-Identifier: MIT */
/* core/tls/pinned_key.c, asked as BearSSL's engine asks it: keys of every form,
   each pinned. Whole handshakes are in test_tls_trust.c. */
#include <string.h>

#include "der.h"
#include "tls/tls.h"
#include "tls_client.h"

static struct der certificate, key;
static struct der_certificate with_key = {.key = &key};
static struct lwurl_tls_pin pin;
static uint64_t room[LWURL_TLS_LENT_PINNED / 8];
static const br_x509_class **x;

static int set_up(void **state)
{
    static const struct tls_host nobody;

    tls_set_up(state);
    tls.pins = &pin;
    tls.pins_n = 1;
    assert_int_equal(lwurl_tls_pinned_key.begin(&tls, room, &nobody), LWURL_OK);
    x = slot.client.eng.x509ctx;
    key.n = 0;
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tls_tear_down)

static unsigned end_chain(void)
{
    return (*x)->end_chain(x);
}

static const br_x509_pkey *get_key(void)
{
    unsigned usages = 0;
    const br_x509_pkey *got = (*x)->get_pkey(x, &usages);

    assert_int_equal(usages, BR_KEYTYPE_SIGN);
    assert_ptr_equal((*x)->get_pkey(x, NULL), got);
    return got;
}

/* A chain of this one certificate, in pieces. */
static void pass(const unsigned char *p, size_t n, size_t piece)
{
    (*x)->start_chain(x, "device.test");
    (*x)->start_cert(x, (uint32_t)n);
    for (size_t at = 0; at < n; at += piece)
        (*x)->append(x, p + at, n - at < piece ? n - at : piece);
    (*x)->end_cert(x);
}

/* What becomes of a certificate with the key, which is pinned. */
static unsigned judge(void)
{
    br_sha256_context h;

    br_sha256_init(&h);
    br_sha256_update(&h, key.bytes, key.n);
    br_sha256_out(&h, pin.sha256);
    der_write(&certificate, &with_key);
    pass(certificate.bytes, certificate.n, 7);
    if (end_chain() != 0)
        assert_null(get_key());
    return end_chain();
}

static unsigned char number[600];

/* Bytes that tell a key from another, the first of them not 0. */
static void fill_number(void)
{
    for (size_t i = 0; i < sizeof number; i++)
        number[i] = (unsigned char)(i % 255 + 1);
}

/* With lengths of one, two and three bytes, and zeros before the numbers. */
static void test_rsa(void **state)
{
    static const size_t sizes[] = {40, 100, 128, 130, 200, 256, 512};
    const br_rsa_public_key *got;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] * 3; i++) {
        size_t n = sizes[i / 3], zeros = i % 3;

        set_up(state);
        fill_number();
        memset(number, 0, zeros);
        der_rsa_key(&key, number, n, zeros > 0 ? "\0\1\0\1" : "\1\0\1",
                    zeros > 0 ? 4 : 3);
        assert_int_equal(judge(), 0);
        assert_int_equal(get_key()->key_type, BR_KEYTYPE_RSA);
        got = &get_key()->key.rsa;
        assert_int_equal(got->nlen, n - zeros);
        assert_memory_equal(got->n, number + zeros, n - zeros);
        assert_int_equal(got->elen, 3);
        assert_memory_equal(got->e, "\1\0\1", 3);
        tls_tear_down(state);
    }
}

/* SEQUENCE { SEQUENCE { OID of the algorithm, second }, third } */
static void set_key(const void *second, size_t second_n, const void *third,
                    size_t third_n)
{
    key.n = 0;
    der_add(&key, 0x06, "\x2A\x86\x48\xCE\x3D\2\1", 7);
    der_raw(&key, second, second_n);
    der_wrap(&key, 0x30, 0);
    der_raw(&key, third, third_n);
    der_wrap(&key, 0x30, 0);
}

#define POINT "\3\4\0\4\1\2" /* a BIT STRING that looks like a short point */

static void test_curves(void **state)
{
    static const struct {
        const char *oid;
        size_t n;
        int curve; /* 0: none that is known */
    } curves[] = {
        {"\6\x8\x2A\x86\x48\xCE\x3D\3\1\7", 10, BR_EC_secp256r1},
        {"\6\x8\x2A\x86\x48\xCE\x3D\3\1\1", 10, 0}, /* P-192 */
        {"\6\5\x2B\x81\4\0\x22", 7, BR_EC_secp384r1},
        {"\6\5\x2B\x81\4\0\x23", 7, BR_EC_secp521r1},
        {"\6\5\x2B\x81\4\0\x21", 7, 0}, /* P-224 */
        {"\6\6\x2B\x81\4\0\x22\1", 8, 0},
        {"\6\0", 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        set_key(curves[i].oid, curves[i].n, POINT, 6);
        assert_int_equal(judge(),
                         curves[i].curve != 0 ? 0 : BR_ERR_X509_UNSUPPORTED);
        if (curves[i].curve == 0)
            continue;
        assert_int_equal(get_key()->key_type, BR_KEYTYPE_EC);
        assert_int_equal(get_key()->key.ec.curve, curves[i].curve);
        assert_int_equal(get_key()->key.ec.qlen, 3);
        assert_memory_equal(get_key()->key.ec.q, "\4\1\2", 3);
    }
}

/* Keys that nobody can use, though somebody pinned them. */
static void test_no_keys(void **state)
{
    static const struct {
        const char *second;
        size_t second_n;
        const char *third;
        size_t third_n;
    } keys[] = {
        {"", 0, "", 0},             /* nothing */
        {"", 0, "\4\4\0\4\1\2", 6}, /* no BIT STRING */
        {"", 0, "\3\0", 2},
        {"", 0, "\3\1\0", 3},       /* no bits */
        {"", 0, "\3\5\0\4\1\2", 6}, /* longer than what is around it */
        {"", 0, "\3", 1},
        {"", 0, "\3\x81", 2}, /* half a length */
        {"", 0, "\3\x82\1", 3},
        {"", 0, "\3\x83\0\0\1\0", 6}, /* three bytes of it */
        /* Not EC, so RSA: */
        {"", 0, "\3\3\0\2\0", 5},   /* no SEQUENCE */
        {"", 0, "\3\3\0\x30\0", 5}, /* no modulus */
        {"", 0, "\3\6\0\x30\3\4\1\1", 8},
        {"", 0, "\3\6\0\x30\3\2\1\1", 8}, /* no exponent */
        {"", 0, "\3\x8\0\x30\5\2\1\1\2\0", 10},
        {"", 0, "\3\x9\0\x30\6\2\1\0\2\1\3", 11}, /* modulus of 0 */
        {"", 0, "\3\x9\0\x30\6\2\1\1\2\1\0", 11},
    };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        set_key(keys[i].second, keys[i].second_n, keys[i].third,
                keys[i].third_n);
        assert_int_equal(judge(), BR_ERR_X509_UNSUPPORTED);
    }
    key.n = 0;
    der_add(&key, 0x30, "\2\1\1", 3); /* no SEQUENCE of an algorithm */
    assert_int_equal(judge(), BR_ERR_X509_UNSUPPORTED);
    key.n = 0;
    der_add(&key, 0x30, "\x30\2\5\0", 4); /* no OID in it */
    assert_int_equal(judge(), BR_ERR_X509_UNSUPPORTED);
}

/* The longest that is kept, and one byte more or many. */
static void test_longest_key(void **state)
{
    (void)state;
    fill_number();
    der_rsa_key(&key, number, 517, "\1\0\1\1\1", 5);
    assert_int_equal(key.n, 556);
    assert_int_equal(judge(), 0);
    for (size_t more = 1; more < 40; more++) {
        key.n = 0;
        der_rsa_key(&key, number, 517 + more, "\1\0\1\1\1", 5);
        assert_int_equal(judge(), BR_ERR_X509_LIMIT_EXCEEDED);
    }
}

static void good_key(void)
{
    fill_number();
    key.n = 0;
    der_rsa_key(&key, number, 256, "\1\0\1", 3);
    assert_int_equal(judge(), 0);
}

static void test_another_pin(void **state)
{
    (void)state;
    good_key();
    pin.sha256[31] ^= 1;
    pass(certificate.bytes, certificate.n, 1);
    assert_int_equal(end_chain(), TLS_X509_PIN);
    assert_null(get_key());
}

/* The server's own key counts, whatever it sends behind its certificate. */
static void test_first_certificate_counts(void **state)
{
    (void)state;
    good_key();
    (*x)->start_cert(x, 70000);
    (*x)->append(x, (const unsigned char *)"\x1F", 1);
    (*x)->end_cert(x);
    assert_int_equal(end_chain(), 0);
    assert_non_null(get_key());
}

static void test_no_certificate(void **state)
{
    (void)state;
    good_key();
    (*x)->start_chain(x, "device.test");
    assert_int_equal(end_chain(), BR_ERR_X509_EMPTY_CHAIN);
    assert_null(get_key());
    for (size_t n = 0; n < 200; n++) { /* inside of the key */
        pass(certificate.bytes, n, 50);
        assert_int_not_equal(end_chain(), 0);
        assert_null(get_key());
    }
    (*x)->start_chain(x, "device.test");
    (*x)->start_cert(x, (uint32_t)certificate.n);
    (*x)->append(x, certificate.bytes, 20);
    (*x)->end_cert(x);
    assert_int_equal(end_chain(), BR_ERR_X509_TRUNCATED);
    pass((const unsigned char *)"\x1F\0", 2, 1);
    assert_int_equal(end_chain(), BR_ERR_X509_UNEXPECTED);
    (*x)->start_chain(x, "device.test");
    (*x)->start_cert(x, 65536);
    (*x)->end_cert(x);
    assert_int_equal(end_chain(), BR_ERR_X509_LIMIT_EXCEEDED);
}

static void test_incomplete_set_up(void **state)
{
    static const struct tls_host nobody;

    (void)state;
    tls.pins = NULL;
    assert_int_equal(lwurl_tls_pinned_key.begin(&tls, room, &nobody),
                     LWURL_ERR_TLS_SETUP);
    tls.pins = &pin;
    tls.pins_n = 0;
    assert_int_equal(lwurl_tls_pinned_key.begin(&tls, room, &nobody),
                     LWURL_ERR_TLS_SETUP);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_rsa),
        TEST(test_curves),
        TEST(test_no_keys),
        TEST(test_longest_key),
        TEST(test_another_pin),
        TEST(test_first_certificate_counts),
        TEST(test_no_certificate),
        TEST(test_incomplete_set_up),
    };

    return cmocka_run_group_tests_name("core/tls/pinned_key", tests, NULL,
                                       NULL);
}
