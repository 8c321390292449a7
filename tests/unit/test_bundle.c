/* SPDX-License-Identifier: MIT */
/* core/tls/bundle.c and bundle_parse.c: trust anchors that are replaced in the
   field. The bundles are what `make bundle` makes: bundle.mk. */
#include "lwurl_bundle.h"

#include <stdio.h>
#include <string.h>

#include "fake_storage.h"
#include "tls/bundle_parse.h"
#include "tls_client.h"

#define REGION 1024u

static struct fake_storage flash;
static br_x509_trust_anchor list[4], built_in[4];
static unsigned char room[REGION], built_in_room[2048];
static br_x509_pkey signer_key;
static struct lwurl_signer signer;
static struct lwurl_bundle bundle;
static unsigned char bytes[4096]; /* of the bundle that came */
static size_t bytes_n;

static void take_bundle(const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof path, "build/bundles/%s", name);
    bytes_n = load(path, (char *)bytes, sizeof bytes);
}

static void set_signer(const char *name)
{
    static struct identity of;

    load_identity(&of, name);
    signer_key = *leaf_key(&of);
    signer =
        (struct lwurl_signer){&signer_key, &br_ec_p256_m31,
                              br_ecdsa_i31_vrfy_asn1, br_rsa_i31_pkcs1_vrfy};
}

/* The device starts again: nothing but the storage is left. */
static int restart(void)
{
    fake_storage_restart(&flash);
    memset(list, 0, sizeof list);
    memset(room, 0xAA, sizeof room);
    tls.anchors = NULL;
    tls.anchors_n = 99;
    bundle = (struct lwurl_bundle){
        .tls = &tls,
        .storage = &flash.storage,
        .size = flash.storage.size,
        .signer = &signer,
        .built_in = built_in,
        .built_in_n = 1,
        .list = list,
        .max = 4,
        .room = room,
        .room_max = sizeof room,
    };
    return lwurl_bundle_load(&bundle);
}

/* A device that trusts "stranger" alone, with an empty storage; the server is
   below ec-root. */
static int set_up(void **state)
{
    static char text[4096];
    size_t n = load(pki("stranger-root", ".pem"), text, sizeof text);

    tls_set_up(state);
    lwurl_anchors_init(&anchors, built_in, 4, built_in_room,
                       sizeof built_in_room);
    assert_int_equal(lwurl_anchors_add(&anchors, text, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    fake_storage_begin(&flash, 2 * REGION, 256, 4);
    set_signer("ec");
    assert_int_equal(restart(), LWURL_OK);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tls_tear_down)

static int install(const char *name)
{
    take_bundle(name);
    return lwurl_bundle_install(&bundle, bytes, bytes_n);
}

/* The anchors in use are those of the bundle with this number; 0: built in. */
static void assert_uses(uint32_t sequence)
{
    static const size_t counts[] = {1, 2, 1, 2, 1, 1, 2, 1, 1};

    assert_int_equal(bundle.sequence, sequence);
    assert_int_equal(tls.anchors_n, counts[sequence]);
    assert_ptr_equal(tls.anchors, sequence == 0 ? built_in : list);
    if (sequence > 0)
        assert_memory_equal(tls.anchors[0].dn.data, "\x30", 1);
}

static void assert_refused(int err)
{
    struct fake_storage before = flash;

    assert_int_equal(lwurl_bundle_install(&bundle, bytes, bytes_n), err);
    assert_memory_equal(flash.bytes, before.bytes, sizeof before.bytes);
}

/* ------------------------------------------------------------- end to end */

static int connects(void)
{
    int32_t detail;
    int err = LWURL_OK;

    events = 0;
    connect_peer(0);
    if (bits() & LWURL_FILTER_CLOSED)
        err = error_of(&detail);
    else
        exchange(100);
    ops->stop(&tls);
    return err;
}

static void test_server_is_trusted_then(void **state)
{
    (void)state;
    assert_uses(0);
    assert_int_equal(connects(), LWURL_ERR_CERT_TRUST);
    assert_int_equal(install("first"), LWURL_OK);
    assert_uses(1);
    assert_int_equal(connects(), LWURL_OK);
    assert_int_equal(restart(), LWURL_OK);
    assert_uses(1);
    assert_int_equal(connects(), LWURL_OK);
    load_identity(&id, "stranger"); /* was trusted, and is no more */
    assert_int_equal(connects(), LWURL_ERR_CERT_TRUST);
}

static void test_the_flags_and_keys_arrive(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    trust_roots("roots");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(list[i].flags, BR_X509_TA_CA);
        assert_int_equal(list[i].dn.len, anchor_list[i].dn.len);
        assert_memory_equal(list[i].dn.data, anchor_list[i].dn.data,
                            list[i].dn.len);
        assert_int_equal(list[i].pkey.key_type, anchor_list[i].pkey.key_type);
    }
    assert_memory_equal(list[0].pkey.key.rsa.n, anchor_list[0].pkey.key.rsa.n,
                        256);
    assert_memory_equal(list[0].pkey.key.rsa.e, "\1\0\1", 3);
    assert_memory_equal(list[1].pkey.key.ec.q, anchor_list[1].pkey.key.ec.q,
                        65);
    assert_int_equal(list[1].pkey.key.ec.curve, BR_EC_secp256r1);
}

/* A session is bound to the anchors that it began under. */
static void test_sessions_end(void **state)
{
    static struct lwurl_tls_session kept[2];
    struct lwurl_tls_sessions sessions = LWURL_TLS_SESSIONS(kept, 2);
    struct lwurl_tls_info info;

    (void)state;
    memset(kept, 0, sizeof kept);
    peer_forget_sessions();
    tls.sessions = &sessions;
    assert_int_equal(install("first"), LWURL_OK);
    for (int i = 0; i < 4; i++) {
        if (i == 2)
            assert_int_equal(install("second"), LWURL_OK);
        assert_int_equal(connects(), LWURL_OK);
        lwurl_tls_info(&tls, &info);
        assert_int_equal(info.resumed, i % 2);
    }
}

static void test_not_while_connected(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    connect_good(0);
    assert_int_equal(install("second"), LWURL_ERR_BUSY);
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_BUSY);
    assert_uses(1);
    ops->stop(&tls);
    assert_int_equal(install("second"), LWURL_OK);
    tls.slot = NULL; /* not set up yet */
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_OK);
    assert_uses(2);
    tls.slot = &slot;
}

static void test_load_comes_first(void **state)
{
    (void)state;
    bundle.loaded = 0;
    assert_int_equal(install("first"), LWURL_ERR_CALL);
}

/* ---------------------------------------------------------------- sequence */

static void test_never_back(void **state)
{
    (void)state;
    assert_int_equal(install("second"), LWURL_OK);
    take_bundle("second");
    assert_refused(LWURL_ERR_BUNDLE);
    assert_int_equal(bundle.detail, 8);
    take_bundle("first");
    assert_refused(LWURL_ERR_BUNDLE);
    assert_int_equal(bundle.detail, 8);
    assert_int_equal(restart(), LWURL_OK);
    take_bundle("first");
    assert_refused(LWURL_ERR_BUNDLE);
    assert_uses(2);
    assert_int_equal(install("rotated"), LWURL_OK);
    assert_uses(3);
}

/* New firmware has newer anchors than the bundle that its device has. */
static void test_firmware_is_newer(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    assert_int_equal(install("second"), LWURL_OK);
    bundle.built_in_sequence = 1;
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_OK);
    assert_uses(2);
    bundle.built_in_sequence = 2;
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_OK);
    assert_ptr_equal(tls.anchors, built_in);
    assert_int_equal(bundle.sequence, 2);
    take_bundle("second");
    assert_refused(LWURL_ERR_BUNDLE);
    assert_int_equal(install("rotated"), LWURL_OK);
    assert_uses(3);
}

/* -------------------------------------------------------------------- keys */

static void test_another_signer(void **state)
{
    (void)state;
    set_signer("stranger");
    take_bundle("first");
    assert_refused(LWURL_ERR_SIGNATURE);
    take_bundle("rotated"); /* it is signed by "stranger", but for "ec" */
    assert_refused(LWURL_ERR_SIGNATURE);
    assert_uses(0);
}

static void test_rotation(void **state)
{
    (void)state;
    assert_int_equal(install("second"), LWURL_OK);
    assert_int_equal(install("rotated"), LWURL_OK);
    take_bundle("old-key"); /* the old key was stolen, say */
    assert_refused(LWURL_ERR_SIGNATURE);
    assert_int_equal(restart(), LWURL_OK);
    assert_uses(3);
    assert_refused(LWURL_ERR_SIGNATURE);
    assert_int_equal(install("later"), LWURL_OK);
    assert_int_equal(install("by-rsa"), LWURL_OK);
    assert_int_equal(restart(), LWURL_OK);
    assert_uses(5);
    assert_int_equal(list[0].pkey.key.ec.curve, BR_EC_secp384r1);
    take_bundle("old-key");
    assert_refused(LWURL_ERR_SIGNATURE);
}

/* One that saw none of the bundles between takes the newest at once. */
static void test_rotation_that_was_missed(void **state)
{
    (void)state;
    assert_int_equal(install("by-rsa"), LWURL_OK);
    assert_uses(5);
    take_bundle("old-key");
    assert_refused(LWURL_ERR_SIGNATURE);
}

/* The first key signed two others. Who follows one of them does not change to
   the other, be its name longer or shorter. */
static void test_fork(void **state)
{
    (void)state;
    assert_int_equal(install("rotated"), LWURL_OK);
    take_bundle("fork");
    assert_refused(LWURL_ERR_SIGNATURE);
    assert_uses(3);
    fake_storage_begin(&flash, 2 * REGION, 256, 4);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(install("fork"), LWURL_OK);
    take_bundle("forked");
    assert_refused(LWURL_ERR_SIGNATURE);
    assert_uses(7);
}

/* Nobody writes into the room but us: what does not hold its bundle any more
   is no base for a newer one. */
static void test_room_written_over(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    room[0] = 0;
    take_bundle("second");
    assert_refused(LWURL_ERR_BUNDLE);
    assert_int_equal(restart(), LWURL_OK);
    assert_uses(1);
    assert_int_equal(install("second"), LWURL_OK);
}

static void test_rsa_signer(void **state)
{
    (void)state;
    set_signer("rsa");
    assert_int_equal(install("rsa-first"), LWURL_OK);
    assert_uses(6);
    signer.rsa = NULL;
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_SIGNATURE);
    assert_uses(0);
}

/* --------------------------------------------------------- what is no good */

static void test_every_truncation(void **state)
{
    (void)state;
    take_bundle("rotated");
    for (size_t whole = bytes_n; bytes_n-- > 0;) {
        unsigned char *end = bytes + whole - bytes_n;

        /* At the end of its memory: to read on is a finding of ASan's. */
        memmove(end, bytes, bytes_n);
        assert_int_equal(lwurl_bundle_install(&bundle, end, bytes_n),
                         LWURL_ERR_BUNDLE);
        assert_true(bundle.detail >= 0 && (size_t)bundle.detail <= bytes_n);
        memmove(bytes, end, bytes_n);
    }
    assert_int_equal(fake_storage_calls(&flash), 0);
    take_bundle("rotated");
    bytes_n++;
    assert_refused(LWURL_ERR_BUNDLE);
    assert_int_equal(bundle.detail, bytes_n - 1);
}

static void flip(size_t bit)
{
    bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

/* Bits of bytes[from..to) that are changed on the way. */
static void refuse_bits(size_t from, size_t to, size_t step)
{
    for (size_t bit = 8 * from; bit < 8 * to; bit += step) {
        int err;

        flip(bit);
        err = lwurl_bundle_install(&bundle, bytes, bytes_n);
        assert_true(err == LWURL_ERR_BUNDLE || err == LWURL_ERR_SIGNATURE);
        flip(bit);
    }
    assert_int_equal(fake_storage_calls(&flash), 0);
    assert_uses(0);
}

static void test_every_bit(void **state)
{
    (void)state;
    take_bundle("second");
    refuse_bits(0, bytes_n, 1);
    take_bundle("rotated"); /* with a key, and its signature */
    refuse_bits(12, 13 + 66 + 2 + 70, 5);
    assert_int_equal(install("rotated"), LWURL_OK);
}

/* Signs again what the test has changed: the signer's own mistakes. */
static void sign_again(size_t signed_n)
{
    struct lwurl_tls_ec_key key = {
        &br_ec_p256_m31,
        br_ecdsa_i31_sign_asn1,
        *br_skey_decoder_get_ec(&id.key),
    };
    unsigned char sha256[32];
    br_sha256_context h;
    size_t n;

    br_sha256_init(&h);
    br_sha256_update(&h, bytes, signed_n);
    br_sha256_out(&h, sha256);
    n = lwurl_tls_sign_ec(&key, sha256, bytes + signed_n + 2, 200);
    bytes[signed_n] = 0;
    bytes[signed_n + 1] = (unsigned char)n;
    bytes_n = signed_n + 2 + n;
}

static size_t signed_n(void)
{
    return (size_t)bytes[6] << 8 | bytes[7];
}

static bool is_inside(const unsigned char *p, size_t n)
{
    return p >= room && n <= bundle.room_n &&
           p - room <= (ptrdiff_t)(bundle.room_n - n);
}

/* Whatever is signed: it is refused, or its anchors lie in the room. */
static void test_every_bit_signed(void **state)
{
    size_t n;

    (void)state;
    take_bundle("second");
    n = signed_n();
    for (size_t bit = 0; bit < 8 * n; bit += 11) {
        take_bundle("second");
        flip(bit);
        sign_again(n);
        fake_storage_begin(&flash, 2 * REGION, 256, 4);
        assert_int_equal(restart(), LWURL_OK);
        if (lwurl_bundle_install(&bundle, bytes, bytes_n) != LWURL_OK) {
            assert_uses(0);
            continue;
        }
        for (size_t i = 0; i < tls.anchors_n; i++) {
            assert_true(is_inside(list[i].dn.data, list[i].dn.len));
            assert_int_equal(list[i].pkey.key_type, BR_KEYTYPE_EC);
            assert_true(is_inside(list[i].pkey.key.ec.q, 65));
        }
    }
}

/* One byte of "first", changed and signed: refused, and where. Its first
   anchor has RSA, the second EC; its subjects have 32 and 31 bytes. */
static void test_what_the_format_forbids(void **state)
{
    enum { SUBJECT = 18, RSA = SUBJECT + 32, EC = RSA + 263 };
    static const struct {
        size_t at;
        unsigned char value;
        size_t detail;
    } wrong[] = {
        {0, 'L', 0},
        {3, 2, 0},         /* another version */
        {4, 1, 4},         /* length */
        {7, 0, 4},         /* length */
        {12, 9, 12},       /* too many keys */
        {12, 1, 13},       /* a key that is none */
        {14, 0, 13},       /* no anchor at all */
        {14, 3, EC + 103}, /* an anchor more */
        {14, 1, 4},        /* an anchor less */
        {15, 2, 15},       /* unknown flag */
        {17, 1, 16},       /* subject of one byte */
        {SUBJECT, 0x31, SUBJECT},
        {SUBJECT + 1, 27, SUBJECT},
        {SUBJECT + 1, 0x81, SUBJECT},
        {RSA, 2, RSA}, /* unknown kind of key */
        {RSA, 22, RSA},
        {RSA, 26, RSA},
        {RSA + 1, 0, RSA + 1},     /* modulus of 0 bytes */
        {RSA + 1, 3, RSA + 1},     /* of 768 */
        {RSA + 3, 0, RSA + 3},     /* with a leading zero */
        {RSA + 259, 0, RSA + 259}, /* exponent of 0 bytes */
        {RSA + 259, 5, RSA + 259},
        {RSA + 260, 0, RSA + 260},
        {EC + 35, 3, EC + 35}, /* compressed point */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t n;

        take_bundle("first");
        n = signed_n();
        assert_int_not_equal(bytes[wrong[i].at], wrong[i].value);
        bytes[wrong[i].at] = wrong[i].value;
        sign_again(n);
        assert_refused(LWURL_ERR_BUNDLE);
        if ((size_t)bundle.detail != wrong[i].detail)
            print_error("case %u\n", (unsigned)i);
        assert_int_equal(bundle.detail, wrong[i].detail);
    }
}

/* "second" with a subject of n bytes that begins so: is it refused? Behind its
   subject is an EC key. */
static int install_subject(const char *head, size_t n)
{
    enum { LENGTH = 16, SUBJECT = 18, KEY = 1 + 65 };
    unsigned char key[KEY];
    size_t end;

    take_bundle("second");
    assert_int_equal(bytes[LENGTH], 0);
    memcpy(key, bytes + SUBJECT + bytes[LENGTH + 1], KEY);
    bytes[LENGTH] = (unsigned char)(n >> 8);
    bytes[LENGTH + 1] = (unsigned char)n;
    memset(bytes + SUBJECT, 0x5A, n);
    memcpy(bytes + SUBJECT, head, 4);
    memcpy(bytes + SUBJECT + n, key, KEY);
    end = SUBJECT + n + KEY;
    bytes[6] = (unsigned char)(end >> 8);
    bytes[7] = (unsigned char)end;
    sign_again(end);
    bundle.detail = 0;
    int err = lwurl_bundle_install(&bundle, bytes, bytes_n);
    if (err != LWURL_OK) {
        assert_int_equal(err, LWURL_ERR_BUNDLE);
        assert_int_equal(bundle.detail, SUBJECT);
    } else {
        assert_int_equal(list[0].dn.len, n);
        assert_memory_equal(list[0].dn.data, head, 4);
    }
    return err;
}

/* The length of a subject is written in the shortest form. Bug: 255 bytes with
   a length of two were taken. */
static void test_long_subjects(void **state)
{
    static const struct {
        const char *head;
        size_t n;
        bool good;
    } subjects[] = {
        {"\x30\x7F..", 129, true},      {"\x30\x7E..", 129, false},
        {"\x30\x80..", 130, false},     {"\x30\x81\x7F.", 130, false},
        {"\x30\x81\x80.", 131, true},   {"\x30\x81\x81.", 131, false},
        {"\x30\x82\x80.", 131, false},  {"\x30\x82\0\x7F", 131, false},
        {"\x30\x81\xFF.", 258, true},   {"\x30\x81\0.", 259, false},
        {"\x30\x82\0\xFF", 259, false}, {"\x30\x82\1\0", 260, true},
        {"\x30\x81\1\0", 260, false},   {"\x30\x82\1\1", 260, false},
        {"\x30\x83\1\0", 260, false},   {"\x31\x82\1\0", 260, false},
        {"\x30\x82\2\x9A", 670, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        fake_storage_begin(&flash, 2 * REGION, 256, 4);
        assert_int_equal(restart(), LWURL_OK);
        assert_int_equal(install_subject(subjects[i].head, subjects[i].n),
                         subjects[i].good ? LWURL_OK : LWURL_ERR_BUNDLE);
    }
}

static void test_sequence_zero(void **state)
{
    size_t n;

    (void)state;
    take_bundle("first");
    n = signed_n();
    bytes[11] = 0;
    sign_again(n);
    assert_refused(LWURL_ERR_BUNDLE);
    assert_int_equal(bundle.detail, 8);
}

static void test_junk(void **state)
{
    (void)state;
    memset(bytes, 0, sizeof bytes);
    for (bytes_n = 0; bytes_n < 300; bytes_n++)
        assert_refused(LWURL_ERR_BUNDLE);
}

/* What was good when it was taken apart, and is shorter now. */
static void test_cut_short_is_not_signed(void **state)
{
    struct bundle b = {.p = bytes};
    int32_t detail;

    (void)state;
    take_bundle("first");
    b.n = bytes_n;
    assert_int_equal(bundle_parse(&b, NULL, 0, &detail), LWURL_OK);
    assert_true(bundle_is_signed(&b, &signer));
    for (b.n--; b.n >= b.signed_n; b.n--)
        assert_false(bundle_is_signed(&b, &signer));
}

/* -------------------------------------------------------------------- room */

static void test_too_small(void **state)
{
    (void)state;
    take_bundle("first");
    bundle.room_max = bytes_n - 1;
    assert_refused(LWURL_ERR_ROOM);
    assert_int_equal(bundle.detail, bytes_n);
    bundle.room_max = bytes_n;
    bundle.max = 1;
    assert_refused(LWURL_ERR_ROOM);
    assert_int_equal(bundle.detail, 2);
    bundle.max = 2;
    bundle.size = 512; /* regions of 256 bytes */
    assert_refused(LWURL_ERR_ROOM);
    assert_int_equal(bundle.detail, bytes_n);
    bundle.size = 1024;
    assert_int_equal(install("first"), LWURL_OK);
    bundle.max = 1; /* new firmware with less room */
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_ROOM);
    assert_int_equal(bundle.detail, 2);
    assert_uses(0);
    bundle.max = 2;
    bundle.room_max--;
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_ROOM);
    assert_int_equal(bundle.detail, bytes_n);
    assert_uses(0);
}

/* Parts that no storage can have: the built-in anchors, and no install. */
static void test_part_does_not_suit(void **state)
{
    static const uint32_t parts[][2] = {
        {0, 0},      {0, 256},    {0, 768},  {1, 512},
        {2048, 512}, {256, 2048}, {0, 4096}, {512, UINT32_MAX - 511}};

    (void)state;
    take_bundle("second");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        bundle.at = parts[i][0];
        bundle.size = parts[i][1];
        assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_CALL);
        assert_refused(LWURL_ERR_CALL);
        assert_uses(0);
    }
}

/* What lies beside the part is another's. */
static void test_a_part_of_a_storage(void **state)
{
    (void)state;
    memset(flash.bytes, 0x5A, 2 * REGION);
    bundle.at = 512;
    bundle.size = 1024;
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_OK);
    assert_int_equal(install("first"), LWURL_OK);
    assert_int_equal(install("second"), LWURL_OK);
    assert_int_equal(install("later"), LWURL_OK);
    assert_uses(4);
    for (size_t i = 0; i < 512; i++) {
        assert_int_equal(flash.bytes[i], 0x5A);
        assert_int_equal(flash.bytes[1536 + i], 0x5A);
    }
}

/* ----------------------------------------------------------------- storage */

static void test_every_unit(void **state)
{
    static const uint32_t units[][2] = {{256, 1},  {256, 2},  {256, 4},
                                        {64, 8},   {128, 16}, {32, 32},
                                        {1024, 4}, {1024, 32}};

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        fake_storage_begin(&flash, 2048, units[i][0], units[i][1]);
        assert_int_equal(restart(), LWURL_OK);
        for (uint32_t n = 1; n <= 5; n++) {
            static const char *const names[] = {"",        "first", "second",
                                                "rotated", "later", "by-rsa"};

            assert_int_equal(install(names[n]), LWURL_OK);
            assert_uses(n);
            assert_int_equal(restart(), LWURL_OK);
            assert_uses(n);
        }
    }
}

/* What a region holds is bad: the other one counts, and then the firmware. */
static void test_spoilt(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    assert_int_equal(install("second"), LWURL_OK);
    flash.bytes[REGION + 20] ^= 1; /* inside of the name */
    assert_int_equal(restart(), LWURL_ERR_SIGNATURE);
    assert_uses(1);
    assert_int_equal(install("second"), LWURL_OK);
    assert_int_equal(restart(), LWURL_OK);
    assert_uses(2);
    flash.bytes[REGION + 5] ^= 1; /* length: longer than the region */
    assert_int_equal(restart(), LWURL_ERR_ROOM);
    assert_uses(1);
    flash.bytes[30] ^= 1;
    assert_int_not_equal(restart(), LWURL_OK);
    assert_uses(0);
    assert_int_equal(install("first"), LWURL_OK);
    assert_uses(1);
}

/* A length that leads to anywhere. */
static void test_wild_lengths(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    for (unsigned bit = 0; bit < 32; bit++) {
        flash.bytes[4 + bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_int_not_equal(restart(), LWURL_OK);
        assert_uses(0);
        flash.bytes[4 + bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    memset(flash.bytes + 4, 0xFF, 4);
    assert_int_not_equal(restart(), LWURL_OK);
    assert_uses(0);
    for (uint32_t n = REGION - 3; n <= REGION + 1; n++) {
        memcpy(flash.bytes + 4, "\0", 2);
        flash.bytes[6] = (unsigned char)(n >> 8);
        flash.bytes[7] = (unsigned char)n;
        assert_int_equal(restart(), LWURL_ERR_ROOM);
        assert_uses(0);
    }
}

/* Any call of the driver may fail: a read, or a change. */
static int install_failing(unsigned read, unsigned change)
{
    int err;

    fake_storage_begin(&flash, 2 * REGION, 256, 4);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(install("first"), LWURL_OK);
    fake_storage_restart(&flash);
    flash.fail_read_at = read;
    flash.fail_at = change;
    err = install("second");
    assert_true(bundle.sequence <= 2);
    assert_uses(bundle.sequence);
    if (err == LWURL_OK) {
        assert_int_equal(bundle.sequence, 2);
    } else {
        assert_int_equal(err, LWURL_ERR_STORAGE);
        assert_int_equal(bundle.detail, 0);
    }
    return err;
}

static void test_driver_fails(void **state)
{
    unsigned changes = 1;

    (void)state;
    while (install_failing(0, changes) == LWURL_ERR_STORAGE)
        changes++;
    assert_in_range(changes, 4, 5); /* erase, the rest, its end, the head */
    for (unsigned call = 1; call <= 4; call++)
        (void)install_failing(call, 0);
    assert_int_equal(install_failing(3, 0), LWURL_ERR_STORAGE);
    for (unsigned call = 1; call <= 3; call++) {
        fake_storage_restart(&flash);
        flash.fail_read_at = call;
        assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_STORAGE);
        assert_int_equal(bundle.detail, 0);
    }
}

/* Whichever read fails while one bundle is there: not that one, then. */
static void test_every_read_fails(void **state)
{
    (void)state;
    assert_int_equal(install("first"), LWURL_OK);
    for (unsigned call = 1; call <= 4; call++) { /* heads, length, all */
        fake_storage_restart(&flash);
        flash.fail_read_at = call;
        assert_int_equal(lwurl_bundle_load(&bundle), LWURL_ERR_STORAGE);
        assert_int_equal(bundle.detail, 0);
        assert_uses(call == 3 ? 1 : 0); /* of the region that is empty */
    }
    assert_int_equal(flash.reads, 4);
    fake_storage_restart(&flash);
    assert_int_equal(lwurl_bundle_load(&bundle), LWURL_OK);
    assert_uses(1);
}

/* The power fails at one change of an install; then the device starts again,
   and installs the same bundle again. False: there are not so many changes. */
static bool cut(const char *name, uint32_t before, uint32_t after,
                unsigned change)
{
    int err;

    take_bundle(name);
    fake_storage_restart(&flash);
    flash.cut_at = change;
    err = lwurl_bundle_install(&bundle, bytes, bytes_n);
    if (!flash.dead) {
        assert_int_equal(err, LWURL_OK);
        return false;
    }
    assert_int_equal(err, LWURL_ERR_STORAGE);
    assert_uses(before); /* .tls has checked anchors as long as it lives */
    (void)restart();
    assert_true(bundle.sequence == before || bundle.sequence == after);
    assert_uses(bundle.sequence);
    if (bundle.sequence == before)
        assert_int_equal(install(name), LWURL_OK);
    assert_uses(after);
    return true;
}

/* Cuts at every change: into a new storage, or beside bundles. */
static unsigned cut_everywhere(const uint32_t units[2], uint32_t seed,
                               bool with_bundles)
{
    unsigned at = 0;
    bool more = true;

    while (more) {
        fake_storage_begin(&flash, 2 * REGION, units[0], units[1]);
        flash.seed = seed;
        assert_int_equal(restart(), LWURL_OK);
        if (with_bundles) {
            assert_int_equal(install("first"), LWURL_OK);
            assert_int_equal(install("second"), LWURL_OK);
        }
        at++;
        more = with_bundles ? cut("rotated", 2, 3, at) : cut("first", 0, 1, at);
    }
    return at - 1;
}

static void test_power_cut_at_every_change(void **state)
{
    static const uint32_t units[][2] = {{256, 4}, {64, 1}, {512, 32}};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (uint32_t seed = 0; seed < 3; seed++) {
            assert_true(cut_everywhere(units[i], seed, false) >= 3);
            assert_true(cut_everywhere(units[i], seed, true) >= 4);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_server_is_trusted_then),
        TEST(test_the_flags_and_keys_arrive),
        TEST(test_sessions_end),
        TEST(test_not_while_connected),
        TEST(test_load_comes_first),
        TEST(test_never_back),
        TEST(test_firmware_is_newer),
        TEST(test_another_signer),
        TEST(test_rotation),
        TEST(test_rotation_that_was_missed),
        TEST(test_fork),
        TEST(test_room_written_over),
        TEST(test_rsa_signer),
        TEST(test_every_truncation),
        TEST(test_every_bit),
        TEST(test_every_bit_signed),
        TEST(test_what_the_format_forbids),
        TEST(test_long_subjects),
        TEST(test_sequence_zero),
        TEST(test_junk),
        TEST(test_cut_short_is_not_signed),
        TEST(test_too_small),
        TEST(test_part_does_not_suit),
        TEST(test_a_part_of_a_storage),
        TEST(test_every_unit),
        TEST(test_spoilt),
        TEST(test_wild_lengths),
        TEST(test_driver_fails),
        TEST(test_every_read_fails),
        TEST(test_power_cut_at_every_change),
    };

    return cmocka_run_group_tests_name("core/tls/bundle", tests, NULL, NULL);
}
