/* SPDX-License-Identifier: MIT */
/* core/tls/anchors.c: anchors from PEM text. */
#include "tls_client.h"

#include <string.h>

/* ----------------------------------------------------------------- anchors */

static char bundle[16384];

static size_t load_bundle(void)
{
    return load(pki("roots", ".pem"), bundle, sizeof bundle);
}

static void test_anchors_in_pieces(void **state)
{
    static br_x509_trust_anchor whole[8];
    size_t n = load_bundle();

    (void)state;
    assert_int_equal(anchors.n, 2);
    memcpy(whole, anchor_list, sizeof whole);
    assert_int_equal(whole[0].flags, BR_X509_TA_CA);
    assert_int_equal(whole[0].pkey.key_type, BR_KEYTYPE_RSA);
    assert_int_equal(whole[1].pkey.key_type, BR_KEYTYPE_EC);
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(lwurl_anchors_add(&anchors, bundle + i, 1), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
    assert_int_equal(anchor_list[1].dn.len, whole[1].dn.len);
    connect_good(0);
}

static void test_anchors_without_last_newline(void **state)
{
    size_t n = load_bundle();

    (void)state;
    while (bundle[n - 1] == '\n')
        n--;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
}

/* Every room that is too small says so and keeps what fits. */
static void test_anchors_without_room(void **state)
{
    size_t n = load_bundle(), needed = anchors.room_n;

    (void)state;
    for (size_t room = 0; room < needed; room++) {
        lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room, room);
        assert_int_equal(lwurl_anchors_add(&anchors, bundle, n),
                         LWURL_ERR_ROOM);
        assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_ROOM);
        assert_in_range(anchors.n, 0, 1);
        assert_true(anchors.room_n <= room);
    }
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room, needed);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    lwurl_anchors_init(&anchors, anchor_list, 1, anchor_room, needed);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_ERR_ROOM);
    assert_int_equal(anchors.n, 1);
}

/* A certificate with a kind of key that BearSSL does not know is passed over,
   and leaves nothing behind. */
static void test_anchors_of_unknown_kind(void **state)
{
    size_t n = load(pki("odd", ".pem"), bundle, sizeof bundle);

    (void)state;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(anchors.skipped, 1);
    assert_int_equal(anchors.room_n, 0);
    n = load_bundle();
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
}

static void test_anchors_from_junk(void **state)
{
    static const char broken[] = "-----BEGIN CERTIFICATE-----\n%%%%\n"
                                 "-----END CERTIFICATE-----\n";
    static const char empty[] = "-----BEGIN CERTIFICATE-----\nMAA=\n"
                                "-----END CERTIFICATE-----\n";
    static const char key[] = "-----BEGIN PRIVATE KEY-----\nMAA=\n"
                              "-----END PRIVATE KEY-----\n";

    (void)state;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_CERT);
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, broken, sizeof broken - 1),
                     LWURL_ERR_CERT);
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, empty, sizeof empty - 1),
                     LWURL_OK);
    assert_int_equal(lwurl_anchors_add(&anchors, key, sizeof key - 1),
                     LWURL_OK);
    assert_int_equal(anchors.skipped, 1);
    assert_int_equal(anchors.room_n, 0);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_CERT);
}

/* "X509 CERTIFICATE" is what old files say. */
static void test_anchors_by_the_old_name(void **state)
{
    size_t n = load_bundle();
    char *at = bundle;

    (void)state;
    bundle[n] = '\0';
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    while ((at = strstr(at, " CERTIFICATE")) != NULL) {
        memmove(at + 5, at, n - (size_t)(at - bundle) + 1);
        memcpy(at, " X509", 5);
        n += 5;
        at += 10;
    }
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
}

/* The file ends inside of its second certificate. */
static void test_anchors_cut_short(void **state)
{
    size_t n = load_bundle();

    (void)state;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n - 40), LWURL_OK);
    assert_int_equal(anchors.n, 1);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_CERT);
}

/* No room for a name, of a certificate that would be passed over: it could be
   another one. */
static void test_anchors_of_unknown_kind_without_room(void **state)
{
    size_t n = load(pki("odd", ".pem"), bundle, sizeof bundle);

    (void)state;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room, 10);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_ERR_ROOM);
    assert_int_equal(anchors.n, 0);
    assert_int_equal(anchors.room_n, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TLS_TEST(test_anchors_in_pieces),
        TLS_TEST(test_anchors_without_last_newline),
        TLS_TEST(test_anchors_without_room),
        TLS_TEST(test_anchors_of_unknown_kind),
        TLS_TEST(test_anchors_from_junk),
        TLS_TEST(test_anchors_by_the_old_name),
        TLS_TEST(test_anchors_cut_short),
        TLS_TEST(test_anchors_of_unknown_kind_without_room),
    };

    return cmocka_run_group_tests_name("core/tls/anchors", tests, NULL, NULL);
}
