/* SPDX-License-Identifier: MIT */
/* core/tls: whom it believes. Certificates good and bad, made with openssl
   (tests/integration/tls/pki.sh); clocks; pins. */
#include "tls_client.h"

#include <string.h>

/* A chain and the key that goes with it, or another one where BearSSL's server
   cannot read that: it will not be asked for. */
static void load_chain(const char *name)
{
    if (strcmp(name, "ed25519-leaf") == 0) {
        load_identity(&id, "plain");
        load_chain_only(&id, name);
        return;
    }
    load_identity(&id, name);
}

/* ------------------------------------------------------------ certificates */

static void test_good_certificates(void **state)
{
    static const struct {
        const char *chain, *host;
    } good[] = {
        {"rsa", "device.test"},
        {"ec", "device.test"},
        {"rsa4096", "device.test"},
        {"critical-purpose", "device.test"},
        {"any-purpose", "device.test"},
        {"two-purposes", "device.test"},
        {"purpose-mid", "device.test"},
        {"plain", "device.test"},
        {"mid-address", "device.test"},
        {"generalized", "device.test"},
        {"cn-alone", "device.test"},
        {"tail", "device.test"},
        {"address", "device.test"},
        {"address", "127.0.0.1"},
        {"address", "::1"},
        {"address", "0:0::0:1"},
        {"address", "0:0:0:0:0:0:0:1"},
        {"address", "0:0:0:0:0:0:0.0.0.1"},
    };
    static const size_t pieces[] = {0, 1, 7};

    for (size_t i = 0; i < sizeof good / sizeof *good * 3; i++) {
        tls_set_up(state);
        load_chain(good[i / 3].chain);
        set_host(good[i / 3].host);
        connect_good(pieces[i % 3]);
        assert_int_equal(warnings, 0);
        tls_tear_down(state);
    }
}

#define NAME      LWURL_ERR_CERT_NAME, BR_ERR_X509_BAD_SERVER_NAME
#define PURPOSE   LWURL_ERR_CERT_PURPOSE, 71
#define UNTRUSTED LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED
#define EXPIRED   LWURL_ERR_CERT_TIME, BR_ERR_X509_EXPIRED
#define NOT_YET   LWURL_ERR_CERT_NOT_YET, 70

static const struct {
    const char *chain;
    const char *host; /* NULL: device.test */
    int err;
    int32_t detail;
} bad[] = {
    {"other-host", NULL, NAME},
    {"wild-part", NULL, NAME},
    {"wild-all", NULL, NAME},
    {"wild-all", "localhost", NAME},
    {"wild-two", NULL, NAME},
    {"wild-inner", NULL, NAME},
    {"ec", "a.b.wild.test", NAME},
    {"ec", "wild.test", NAME},
    {"ec", "xwild.test", NAME},
    {"name-nul", NULL, NAME},
    {"name-mail", NULL, NAME},
    {"name-uri", NULL, NAME},
    {"cn-beside", NULL, NAME},
    {"cn-mail", NULL, NAME},
    {"address", "127.0.0.2", NAME},
    {"address", "::2", NAME},
    {"address-other", "127.0.0.1", NAME},
    {"address-other", "::1", NAME},
    {"address-name", "127.0.0.1", NAME},
    {"address-cn", "127.0.0.1", NAME},
    {"ec", "127.0.0.1", NAME},
    {"mid-address", "127.0.0.1", NAME}, /* the CA's address is not his */
    {"expired", NULL, EXPIRED},
    {"mid-expired", NULL, EXPIRED},
    {"future", NULL, NOT_YET},
    {"mid-future", NULL, NOT_YET},
    {"reversed", NULL, EXPIRED},
    {"client-only", NULL, PURPOSE},
    {"client-critical", NULL, PURPOSE},
    {"code-signing", NULL, PURPOSE},
    {"purpose-empty", NULL, LWURL_ERR_CERT, BR_ERR_X509_UNEXPECTED},
    {"mid-client", NULL, PURPOSE},
    {"usage-none", NULL, LWURL_ERR_CERT_PURPOSE, BR_ERR_WRONG_KEY_USAGE},
    {"usage-keyx", NULL, LWURL_ERR_CERT_PURPOSE, BR_ERR_WRONG_KEY_USAGE},
    {"mid-no-sign", NULL, LWURL_ERR_CERT_PURPOSE,
     BR_ERR_X509_FORBIDDEN_KEY_USAGE},
    {"mid-no-ca", NULL, LWURL_ERR_CERT, BR_ERR_X509_NOT_CA},
    {"mid-no-basic", NULL, LWURL_ERR_CERT, BR_ERR_X509_NOT_CA},
    {"mid-leaf", NULL, LWURL_ERR_CERT, BR_ERR_X509_NOT_CA},
    {"path", NULL, LWURL_ERR_CERT, BR_ERR_X509_NOT_CA},
    {"critical", NULL, LWURL_ERR_CERT, BR_ERR_X509_CRITICAL_EXTENSION},
    {"mid-critical", NULL, LWURL_ERR_CERT, BR_ERR_X509_CRITICAL_EXTENSION},
    {"mid-names", NULL, LWURL_ERR_CERT, BR_ERR_X509_CRITICAL_EXTENSION},
    {"weak", NULL, LWURL_ERR_CERT, BR_ERR_X509_WEAK_PUBLIC_KEY},
    {"weak-issuer", NULL, LWURL_ERR_CERT, BR_ERR_X509_WEAK_PUBLIC_KEY},
    {"sha1", NULL, LWURL_ERR_CERT, BR_ERR_X509_UNSUPPORTED},
    {"pss", NULL, LWURL_ERR_CERT, BR_ERR_X509_UNSUPPORTED},
    {"ed25519-leaf", NULL, LWURL_ERR_CERT, BR_ERR_X509_UNSUPPORTED},
    {"bad-signature", NULL, LWURL_ERR_CERT, BR_ERR_X509_BAD_SIGNATURE},
    {"bad-body", NULL, LWURL_ERR_CERT, BR_ERR_X509_BAD_SIGNATURE},
    {"bad-mid", NULL, UNTRUSTED},
    {"impostor", NULL, LWURL_ERR_CERT, BR_ERR_X509_BAD_SIGNATURE},
    {"false-root", NULL, UNTRUSTED},
    {"twice", NULL, LWURL_ERR_CERT, BR_ERR_X509_DN_MISMATCH},
    {"stranger", NULL, UNTRUSTED},
    {"self", NULL, UNTRUSTED},
    {"gap", NULL, UNTRUSTED},
    /* The server has another key than its certificate says. */
    {"wrong-key", NULL, LWURL_ERR_TLS, BR_ERR_BAD_SIGNATURE},
};

static void test_bad_certificates(void **state)
{
    static const size_t pieces[] = {0, 1, 7};
    int32_t detail;

    for (size_t i = 0; i < sizeof bad / sizeof *bad * 3; i++) {
        tls_set_up(state);
        load_chain(bad[i / 3].chain);
        if (bad[i / 3].host != NULL)
            set_host(bad[i / 3].host);
        connect_peer(pieces[i % 3]);
        assert_int_equal(error_of(&detail), bad[i / 3].err);
        assert_int_equal(detail, bad[i / 3].detail);
        assert_int_equal(events, 0);
        tls_tear_down(state);
    }
}

/* Any byte of a chain changed: an error, and never a crash. (The bytes behind
   the leaf's signature that nobody reads are the intermediate's.) */
static void test_every_byte_matters(void **state)
{
    struct identity good;
    int32_t detail;

    load_identity(&id, "critical-purpose");
    good = id;
    for (size_t i = 0; i < good.chain[0].data_len; i += 3) {
        tls_set_up(state);
        load_identity(&id, "critical-purpose");
        id.der[0][i] ^= (unsigned char)(1 << i % 8);
        connect_peer(0);
        assert_true(error_of(&detail) < 0);
        assert_int_equal(events, 0);
        tls_tear_down(state);
    }
}

/* Certificates cut short, and with a tail. */
static void test_lengths(void **state)
{
    int32_t detail;

    for (size_t n = 1; n < 400; n += 13) {
        tls_set_up(state);
        id.chain[0].data_len -= n;
        connect_peer(0);
        assert_int_equal(error_of(&detail), LWURL_ERR_CERT);
        tls_tear_down(state);
    }
    tls_set_up(state);
    id.chain[0].data_len += 1;
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT);
    tls_tear_down(state);
    tls_set_up(state);
    id.chain_n = 0; /* the engine finds this, before any trust is asked */
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS);
}

/* ------------------------------------------------------------------- clock */

static void expect(const char *chain, int err)
{
    int32_t detail;

    load_chain(chain);
    if (err == LWURL_OK) {
        connect_good(0);
    } else {
        connect_peer(0);
        assert_int_equal(error_of(&detail), err);
    }
    ops->stop(&tls);
    events = 0;
}

/* Without a clock, the date of the build is all there is to compare with. */
static void test_floor(void **state)
{
    struct lwurl_tls_info info;

    (void)state;
    clock_result = -1;
    tls.time = LWURL_TLS_TIME_FLOOR;
    tls.built_s = TODAY;
    expect("ec", LWURL_OK);
    lwurl_tls_info(&tls, &info);
    assert_true(info.clockless);
    assert_int_equal(info.expires_s, 2524607999);
    expect("expired", LWURL_ERR_CERT_TIME);
    expect("mid-expired", LWURL_ERR_CERT_TIME);
    expect("future", LWURL_OK);
    expect("soon", LWURL_OK);
    assert_int_equal(warnings, 0);
    tls.built_s = 1800000000; /* 2027 */
    expect("soon", LWURL_ERR_CERT_TIME);
    tls.clock = NULL;
    expect("ec", LWURL_OK);
}

/* A clock that is known is believed, floor or not; one that shows a time
   before the build is not known. */
static void test_clock_before_floor(void **state)
{
    struct lwurl_tls_info info;

    (void)state;
    tls.time = LWURL_TLS_TIME_FLOOR;
    tls.built_s = TODAY - 1000;
    expect("future", LWURL_ERR_CERT_NOT_YET);
    expect("ec", LWURL_OK);
    lwurl_tls_info(&tls, &info);
    assert_false(info.clockless);
    clock_now = 0; /* 1970: never set */
    expect("future", LWURL_OK);
    lwurl_tls_info(&tls, &info);
    assert_true(info.clockless);
    tls.time = LWURL_TLS_TIME_NEEDED;
    assert_int_equal(start(), LWURL_ERR_CLOCK);
}

/* "soon" expires nine days after TODAY. */
static void test_expiry_is_told(void **state)
{
    struct lwurl_tls_info info;

    (void)state;
    tls.warn_days = 30;
    expect("ec", LWURL_OK);
    assert_int_equal(warnings, 0);
    expect("soon", LWURL_OK);
    assert_int_equal(warnings, 1);
    lwurl_tls_info(&tls, &info);
    assert_int_equal(info.expires_s, 1768003200);
    tls.warn_days = 9;
    expect("soon", LWURL_OK);
    assert_int_equal(warnings, 1);
    clock_now = 1768003200;
    expect("soon", LWURL_OK);
    assert_int_equal(warnings, 2);
    clock_now++;
    expect("soon", LWURL_ERR_CERT_TIME);
    assert_int_equal(warnings, 2);
}

/* -------------------------------------------------------------------- pins */

static struct lwurl_tls_pin pins[3];

/* Pins, by the names of their keys; NULL: a pin of nobody. */
static void set_pins(const char *a, const char *b, const char *c)
{
    const char *names[] = {a, b, c};
    char bytes[64];

    memset(pins, 0xEE, sizeof pins);
    for (size_t i = 0; i < 3; i++) {
        if (names[i] == NULL)
            continue;
        assert_int_equal(load(pki(names[i], ".pin"), bytes, sizeof bytes), 32);
        memcpy(pins[i].sha256, bytes, 32);
    }
    tls.pins = pins;
    tls.pins_n = 3;
}

static void test_pins_beside_a_chain(void **state)
{
    (void)state;
    set_pins("ec", NULL, NULL);
    expect("ec", LWURL_OK);
    expect("rsa", LWURL_ERR_CERT_PIN);
    expect("plain", LWURL_ERR_CERT_PIN);
    set_pins(NULL, "rsa", "plain"); /* backup pins */
    expect("rsa", LWURL_OK);
    expect("plain", LWURL_OK);
    expect("ec", LWURL_ERR_CERT_PIN);
    set_pins(NULL, NULL, "ec-mid"); /* a CA's */
    expect("ec", LWURL_OK);
    expect("plain", LWURL_OK);
    expect("rsa", LWURL_ERR_CERT_PIN);
    /* A pin does not make a bad chain good... */
    set_pins("stranger", "expired", "other-host");
    expect("stranger", LWURL_ERR_CERT_TRUST);
    expect("expired", LWURL_ERR_CERT_TIME);
    expect("other-host", LWURL_ERR_CERT_NAME);
    /* ... and what is sent behind it counts for nothing. */
    expect("tail", LWURL_ERR_CERT_PIN);
    tls.pins = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
}

/* Alone, pins need no anchors, clock or name. */
static void test_pinned_keys(void **state)
{
    static uint64_t room[LWURL_TLS_LENT_PINNED / 8];
    static const char *const names[] = {"rsa", "ec", "rsa4096", "p384"};

    for (size_t i = 0; i < 4; i++) {
        tls_set_up(state);
        set_host("192.0.2.7");
        tls.trust = &lwurl_tls_pinned_key;
        tls.profile = &lwurl_tls_small;
        tls.anchors = NULL;
        tls.clock = NULL;
        tls.record_n = LWURL_TLS_RECORD_512;
        tls.lent = room;
        tls.lent_n = sizeof room;
        set_pins(names[i], NULL, NULL);
        expect(names[i], LWURL_OK);
        set_pins(NULL, NULL, names[i]);
        load_identity(&id, names[i]);
        connect_good(1);
        exchange(2000);
        ops->stop(&tls);
        expect("plain", LWURL_ERR_CERT_PIN);
        tls_tear_down(state);
    }
}

static void test_pinned_keys_refused(void **state)
{
    (void)state;
    tls.trust = &lwurl_tls_pinned_key;
    set_pins("ec-mid", "wrong-key", "ed25519-leaf");
    expect("ec", LWURL_ERR_CERT_PIN); /* a CA's key is not the server's */
    expect("ed25519-leaf", LWURL_ERR_CERT);
    set_pins("plain", NULL, NULL);
    expect("wrong-key", LWURL_ERR_TLS); /* cannot sign with it */
    load_chain("plain");
    for (size_t n = 0; n < 4; n++) {
        id.chain_n = n == 0 ? 0 : 1;
        id.chain[0].data_len = n * 50;
        connect_peer(0);
        assert_true(error_of(&(int32_t){0}) < 0);
        ops->stop(&tls);
    }
    tls.pins_n = 0;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TLS_TEST(test_good_certificates),
        TLS_TEST(test_bad_certificates),
        TLS_TEST(test_every_byte_matters),
        TLS_TEST(test_lengths),
        TLS_TEST(test_floor),
        TLS_TEST(test_clock_before_floor),
        TLS_TEST(test_expiry_is_told),
        TLS_TEST(test_pins_beside_a_chain),
        TLS_TEST(test_pinned_keys),
        TLS_TEST(test_pinned_keys_refused),
    };

    return cmocka_run_group_tests_name("core/tls: trust", tests, NULL, NULL);
}
