/* SPDX-License-Identifier: MIT */
/* core/tls/chain.c, asked as BearSSL's engine asks it: certificates that no
   authority would sign, in every size of piece. Whole handshakes are in
   test_tls_trust.c. */
#include <string.h>

#include "der.h"
#include "text/str.h"
#include "tls/tls.h"
#include "tls_client.h"

static struct der certificate, key, extensions, contents, subject;
static struct der_certificate made;
static unsigned char point[65];
static struct tls_host host;
static const br_x509_class **x;
static br_x509_trust_anchor itself;

/* The certificate that the tests make is an anchor: BearSSL looks at all but
   its signature. */
static int set_up(void **state)
{
    tls_set_up(state);
    memcpy(point, leaf_key(&id)->key.ec.q, sizeof point);
    key.n = extensions.n = contents.n = subject.n = 0;
    der_ec_key(&key, point, sizeof point);
    der_subject(&subject);
    contents.n = 0;
    der_add(&contents, 0x82, "device.test", 11);
    der_extension(&extensions, 17, false, &contents);
    made = (struct der_certificate){.key = &key, .extensions = &extensions};
    itself = (br_x509_trust_anchor){
        .dn = {subject.bytes, subject.n},
        .pkey = {BR_KEYTYPE_EC,
                 {.ec = {BR_EC_secp256r1, point, sizeof point}}}};
    host = (struct tls_host){.name = "device.test"};
    tls.anchors = &itself;
    tls.anchors_n = 1;
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tls_tear_down)

static void begin(void)
{
    assert_int_equal(tls.trust->begin(&tls, lent, &host), LWURL_OK);
    x = slot.client.eng.x509ctx;
    (*x)->start_chain(x, host.name);
}

static void pass(const unsigned char *p, size_t n, size_t piece)
{
    (*x)->start_cert(x, (uint32_t)n);
    for (size_t at = 0; at < n; at += piece)
        (*x)->append(x, p + at, n - at < piece ? n - at : piece);
    (*x)->end_cert(x);
}

/* What becomes of the certificate that `made` describes. */
static unsigned judge(void)
{
    der_write(&certificate, &made);
    begin();
    pass(certificate.bytes, certificate.n, 64);
    return (*x)->end_chain(x);
}

/* -------------------------------------------------------------------- dates */

#define UTC 0x17
#define GEN 0x18

/* Beginnings and ends of a validity, seen on 2026-01-01. */
static void test_dates(void **state)
{
    static const struct {
        unsigned tag;
        const char *text;
        unsigned first, last; /* what comes of it as one or the other */
    } dates[] = {
        {UTC, "260101000000Z", 0, 0},
        {UTC, "260101000001Z", TLS_X509_NOT_YET, 0},
        {UTC, "251231235959Z", 0, BR_ERR_X509_EXPIRED},
        {UTC, "251231235960Z", 0, 0}, /* a leap second */
        {UTC, "700101000000Z", 0, BR_ERR_X509_EXPIRED},
        {UTC, "491231235959Z", TLS_X509_NOT_YET, 0},
        {GEN, "20260101000000Z", 0, 0},
        {GEN, "19700101000000Z", 0, BR_ERR_X509_EXPIRED},
        {GEN, "99991231235959Z", BR_ERR_X509_EXPIRED, 0}, /* behind the end */
#define BAD BR_ERR_X509_BAD_TIME, BR_ERR_X509_BAD_TIME
        {UTC, "2601010000Z", BAD}, /* without seconds */
        {UTC, "260101000000+0000", BAD},
        {UTC, "260101000000z", BAD},
        {UTC, "20260101000000Z", BAD},
        {GEN, "260101000000Z", BAD},
        {GEN, "20260101000000.5Z", BAD},
        {GEN, "2x260101000000Z", BAD},
        {GEN, "202x0101000000Z", BAD},
        {UTC, "26x101000000Z", BAD},
        {UTC, "260001000000Z", BAD},
        {UTC, "261301000000Z", BAD},
        {UTC, "260100000000Z", BAD},
        {UTC, "260132000000Z", BAD},
        {UTC, "260101240000Z", BAD},
        {UTC, "260101006000Z", BAD},
        {UTC, "260101000061Z", BAD},
        {UTC, "2601010000x0Z", BAD},
        {0x16, "260101000000Z", BAD},
#undef BAD
    };

    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        made.from_tag = dates[i].tag;
        made.from = dates[i].text;
        made.until_tag = 0;
        made.until = NULL;
        if (judge() != dates[i].first)
            fail_msg("from %s: %u", dates[i].text, judge());
        made.from_tag = 0;
        made.from = NULL;
        made.until_tag = dates[i].tag;
        made.until = dates[i].text;
        if (judge() != dates[i].last)
            fail_msg("until %s: %u", dates[i].text, judge());
    }
}

/* BearSSL counts days from the year 0, we from 1970. */
static void test_before_1970(void **state)
{
    (void)state;
    made.from = "691231235959Z";
    assert_int_equal(judge(), BR_ERR_X509_BAD_TIME);
    made.from = NULL;
    made.until = "691231235959Z";
    assert_int_equal(judge(), BR_ERR_X509_EXPIRED);
}

/* ----------------------------------------------------- purposes, addresses */

static void add_purpose(const void *oid, size_t n)
{
    contents.n = 0;
    der_add(&contents, 0x06, oid, n);
    der_extension(&extensions, 37, false, &contents);
}

static void test_purposes(void **state)
{
    static const struct {
        const char *oid;
        size_t n;
        unsigned err;
    } purposes[] = {
        {"\x2B\6\1\5\5\7\3\1", 8, 0},   {"\x55\x1D\x25\0", 4, 0},
        {"\x2B\6\1\5\5\7\3\2", 8, 1},   {"\x55\x1D\x25\1", 4, 1},
        {"\x2B\6\1\5\5\7\3\1\1", 9, 1}, {"\x2B\6\1\5\5\7\3", 7, 1},
        {"\x55\x1D\x25", 3, 1},
    };

    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        set_up(state);
        add_purpose(purposes[i].oid, purposes[i].n);
        assert_int_equal(judge(), purposes[i].err != 0 ? TLS_X509_PURPOSE : 0);
    }
}

static void test_addresses(void **state)
{
    static const unsigned char v6[16] = {0x20, 1, 0xd, 0xb8, [15] = 7};

    (void)state;
    contents.n = extensions.n = 0;
    der_add(&contents, 0x87, "\xC0\0\2\7", 4);
    der_add(&contents, 0x87, v6, sizeof v6);
    der_extension(&extensions, 17, false, &contents);
    host = (struct tls_host){.text = STR("192.0.2.7")};
    assert_int_equal(judge(), 0);
    host.text = STR("2001:db8::7");
    assert_int_equal(judge(), 0);
    host.text = STR("2001:db8::8");
    assert_int_equal(judge(), BR_ERR_X509_BAD_SERVER_NAME);
    host.text = STR("192.0.2.8");
    assert_int_equal(judge(), BR_ERR_X509_BAD_SERVER_NAME);
    /* Its first bytes are those of the address of 16. */
    host.text = STR("32.1.13.184");
    assert_int_equal(judge(), BR_ERR_X509_BAD_SERVER_NAME);
}

/* ------------------------------------------------------------ pieces, bytes */

/* A real chain with a critical purpose, whose hash has to come out right: the
   byte that says "critical" begins a piece, or ends one, or both. */
static void test_pieces(void **state)
{
    (void)state;
    load_identity(&id, "critical-purpose");
    tls.anchors = anchor_list;
    tls.anchors_n = anchors.n;
    for (size_t piece = 1; piece < 512; piece += 1 + piece / 8) {
        begin();
        for (size_t i = 0; i < id.chain_n; i++)
            pass(id.chain[i].data, id.chain[i].data_len, piece);
        assert_int_equal((*x)->end_chain(x), 0);
        assert_int_equal((*x)->get_pkey(x, NULL)->key_type, BR_KEYTYPE_EC);
    }
}

/* The certificate with so many bytes that say nothing before the name. */
static unsigned judge_padded(size_t n)
{
    static const unsigned char zeros[66000];

    contents.n = extensions.n = 0;
    der_add(&contents, 0x04, zeros, n);
    der_extension(&extensions, 99, false, &contents);
    contents.n = 0;
    der_add(&contents, 0x82, "device.test", 11);
    der_extension(&extensions, 17, false, &contents);
    return judge();
}

/* BearSSL would take certificates of any length. */
static void test_longest_certificate(void **state)
{
    size_t n;

    (void)state;
    assert_int_equal(judge_padded(65000), 0);
    n = 65000 + 65535 - certificate.n;
    assert_int_equal(judge_padded(n), 0);
    assert_int_equal(certificate.n, 65535);
    assert_int_equal(judge_padded(n + 1), BR_ERR_X509_LIMIT_EXCEEDED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_dates),    TEST(test_before_1970),
        TEST(test_purposes), TEST(test_addresses),
        TEST(test_pieces),   TEST(test_longest_certificate),
    };

    return cmocka_run_group_tests_name("core/tls/chain", tests, NULL, NULL);
}
