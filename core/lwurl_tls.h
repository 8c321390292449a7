/* SPDX-License-Identifier: MIT */
/*
 * https: a TLS slot, what it trusts, and the line of the opener that names it.
 *
 *     static struct lwurl_tls_slot slot;
 *     static unsigned char record[LWURL_TLS_RECORD_ANY];
 *     static const struct lwurl_tls tls = {
 *         .slot = &slot, .record = record, .record_n = sizeof record,
 *         .profile = &lwurl_tls_fast, .trust = &lwurl_tls_chain,
 *         .anchors = anchors, .anchors_n = ANCHORS_N, // from `make anchors`
 *         .entropy = &board_entropy, .clock = &board_clock,
 *     };
 *     ... {..., LWURL_HTTPS(&tls), ...} in the table of the opener
 *
 * Rules
 *  - One slot is one connection at a time: a second fetch that wants it gets
 *    LWURL_ERR_BUSY. Slots that do not share memory are independent, and may
 *    run in different tasks.
 *  - struct lwurl_tls is const and may lie in flash; the slot and the buffers
 *    are yours and live as long as the opener. Set the slot to zero once.
 *  - TLS 1.2 with forward secrecy and AEAD suites only; no renegotiation, no
 *    compression, no session tickets, no check for revocation.
 *  - Certificates are always checked. There is no flag that turns it off.
 *  - Nothing here may be called from an interrupt.
 *
 * Stack: 96 bytes at most, above the port (make stack).
 */
#ifndef LWURL_TLS_H
#define LWURL_TLS_H

#include <stdbool.h>

#include <bearssl.h>

#include "lwurl.h"
#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lwurl_tls;
struct lwurl_filter_ops; /* lwurl_handler.h */

extern const struct lwurl_handler_ops lwurl_https_ops;

/* A line of the opener: https:// with this struct lwurl_tls. */
/* clang-format off */
#define LWURL_HTTPS(tls) {&lwurl_https_ops, (void *)(tls)}
/* clang-format on */

/* ------------------------------------------------------------------ memory */

/* Lengths for the record buffer, in bytes. ANY takes the records of every
   server. The others are asked of the server (maximum_fragment_length,
   RFC 6066 4); one that does not know the extension may send a record that is
   too large: LWURL_ERR_TLS_RECORD, or see lwurl_parts.h. Any length from 837 is
   allowed. */
#define LWURL_TLS_RECORD_ANY  16413 /* 16384 + 29: header, nonce and tag */
#define LWURL_TLS_RECORD_4096 4421  /* 4096 + 325, what BearSSL allots */
#define LWURL_TLS_RECORD_2048 2373
#define LWURL_TLS_RECORD_1024 1349
#define LWURL_TLS_RECORD_512  837

/* Bytes of a chain check: .lent_n for a record buffer under 4421 bytes. */
#define LWURL_TLS_LENT (sizeof(br_x509_minimal_context) + 224)

/* The same for lwurl_tls_pinned_key, and a buffer under 1,600 bytes. */
#define LWURL_TLS_LENT_PINNED 704

/* What a handshake came to: lwurl_tls_info(). */
struct lwurl_tls_info {
    int64_t expires_s; /* when the chain's first certificate expires, in Unix
                          time; 0: no chain was checked */
    uint16_t version;  /* 0x0303: TLS 1.2 */
    uint16_t suite;    /* IANA's number: lwurl_tls_suite_name() */
    /* Most bytes of content that the server will put into a record
       (max_fragment_length), 0 where it did not agree to any; and most that
       the record buffer takes. With 0, a longer record may come and fail with
       LWURL_ERR_TLS_RECORD, unless record_max is 16384 (see lwurl_parts.h). */
    uint16_t fragment_max;
    uint16_t record_max;
    bool resumed;   /* a session was resumed: no chain was checked now */
    bool clockless; /* valid only as far as .built_s tells */
    bool alpn;      /* the server chose "http/1.1" (RFC 7301) */
};

/* Private: the reader of the ServerHello. */
struct lwurl_tls_hello {
    uint32_t head;
    uint16_t at, end, extensions, length, skip, agreed;
    uint8_t field;
};

/* One connection. Members are private. 3,456 bytes on a Cortex-M. */
struct lwurl_tls_slot {
    br_ssl_client_context client;
    int64_t expires_s;   /* for lwurl_tls_info() */
    uint64_t bound;      /* what a session is bound to */
    struct lwurl *owner; /* NULL: free */
    struct lwurl_tls_hello hello;
    uint16_t flight_at; /* of the gathered flight: sent, and held */
    uint16_t flight_n;
    uint16_t suite;
    uint8_t flags;
};

/* ------------------------------------------------------------------- trust */

/* Whom to believe. One of these; what is not named is not linked. */
struct lwurl_tls_trust;

/* A chain of certificates that ends at one of .anchors, each valid now
   (.clock), each for TLS servers where it says what it is for, and for the
   host of the URL or .tls_name: a name, or an address among its iPAddress
   names. RSA keys of 2,048 bits or more. With .pins, one key of the chain has
   to be pinned too: the server's, or that of a CA whose certificate it sends.
   Wants LWURL_TLS_LENT bytes during the handshake: the end of a record buffer
   of 4,421 bytes or more, else .lent. */
extern const struct lwurl_tls_trust lwurl_tls_chain;

/* The server's key is one of .pins, whoever certifies it: no chain, no host
   name, no clock, 7.5 KB less flash. Put the next key's pin beside the one in
   use, before the server changes it. Wants LWURL_TLS_LENT_PINNED bytes. */
extern const struct lwurl_tls_trust lwurl_tls_pinned_key;

/* The one key .known, whatever certificate it comes in: no chain, no host
   name, no clock, and 9 KB less flash. The connection is as good as the way
   the key came into the firmware; when the server changes it, this ends. */
extern const struct lwurl_tls_trust lwurl_tls_known_key;

/* SHA-256 of a SubjectPublicKeyInfo (RFC 7469 2.4): `make anchors PIN=1`. */
struct lwurl_tls_pin {
    unsigned char sha256[32];
};

/* Values of .known: an EC key (BR_EC_secp256r1 and its 65 bytes, the first of
   them 4), or an RSA key (modulus and exponent, big-endian). */
/* clang-format off */
#define LWURL_TLS_KNOWN_EC(curve, q, q_n) \
    {&br_x509_knownkey_vtable, \
     {BR_KEYTYPE_EC, {.ec = {curve, (unsigned char *)(q), q_n}}}, \
     BR_KEYTYPE_SIGN}
#define LWURL_TLS_KNOWN_RSA(n, n_n, e, e_n) \
    {&br_x509_knownkey_vtable, \
     {BR_KEYTYPE_RSA, \
      {.rsa = {(unsigned char *)(n), n_n, (unsigned char *)(e), e_n}}}, \
     BR_KEYTYPE_SIGN}
/* clang-format on */

/* ----------------------------------------------------------------- profile */

/* The algorithms, and which code of BearSSL does them. NULL leaves one out of
   the link. Suites are offered in the order given, and each needs its part:
   chacha20 and poly1305, or aes and ghash; sha384_prf for those on SHA-384. */
struct lwurl_tls_profile {
    const uint16_t *suites; /* BR_TLS_ECDHE_... */
    size_t suites_n;
    const br_ec_impl *ec;       /* key exchange, the server's signature */
    const br_ec_impl *chain_ec; /* signatures in chains: may know more curves */
    br_ecdsa_vrfy ecdsa;
    br_rsa_pkcs1_vrfy rsa;
    const br_hash_class *sha384; /* SHA-256 is always there */
    const br_hash_class *sha512;
    br_tls_prf_impl sha384_prf;
    br_chacha20_run chacha20;
    br_poly1305_run poly1305;
    const br_sslrec_in_chapol_class *chapol_in;
    const br_sslrec_out_chapol_class *chapol_out;
    const br_block_ctr_class *aes;
    br_ghash ghash;
    const br_sslrec_in_gcm_class *gcm_in;
    const br_sslrec_out_gcm_class *gcm_out;
};

/* Each: ECDHE with ChaCha20-Poly1305 first, then AES-128-GCM; RSA and EC
   chains with SHA-256 and SHA-384. */
extern const struct lwurl_tls_profile lwurl_tls_fast;  /* m31: P-256 */
extern const struct lwurl_tls_profile lwurl_tls_small; /* i31: P-256 to P-521 */
/* m15/i15: 32-bit products only. On a Cortex-M3, whose long multiplication
   takes time that depends on the values, it keeps the key exchange
   constant-time; about half as fast. P-256. */
extern const struct lwurl_tls_profile lwurl_tls_careful;
/* For PCs and simulation: every curve, AES-256-GCM and SHA-512 too. */
extern const struct lwurl_tls_profile lwurl_tls_wide;

/* ---------------------------------------------------------------- sessions */

/*
 * A handshake that resumes a session costs 1 to 3 % of a full one. Name a cache
 * in .sessions, and it is done by itself: one session per origin, in memory of
 * yours. Resuming looks at no certificate. So a session is bound to host name,
 * port, anchors, pins, known key and own certificate: change one, and the next
 * handshake is a full one. It also ends after LWURL_TLS_SESSION_S seconds, when
 * its chain expires, or after LWURL_TLS_SESSION_USES times (the only end where
 * the clock is unknown), and when a connection fails.
 *
 *     static struct lwurl_tls_session list[4];
 *     static struct lwurl_tls_sessions sessions = LWURL_TLS_SESSIONS(list, 4);
 *     ... .sessions = &sessions
 *
 * One cache belongs to one task. Set the list to zero to forget everything.
 */
#define LWURL_TLS_SESSION_S    86400
#define LWURL_TLS_SESSION_USES 200

/* Members are private. 120 bytes on a Cortex-M. */
struct lwurl_tls_session {
    uint64_t bound; /* 0: free */
    int64_t expires_s, since_s;
    br_ssl_session_parameters params;
    uint16_t uses;
    uint32_t turn;
};

struct lwurl_tls_session_ops;
extern const struct lwurl_tls_session_ops lwurl_tls_session_ops;

struct lwurl_tls_sessions {
    const struct lwurl_tls_session_ops *ops;
    struct lwurl_tls_session *list;
    size_t n;
    uint32_t turn;
};
/* clang-format off */
#define LWURL_TLS_SESSIONS(list, n) {&lwurl_tls_session_ops, list, n, 0}
/* clang-format on */

/*
 * Sessions as bytes, to keep through deep sleep. THEY HOLD THE MASTER SECRETS:
 * who reads them can read and change what was and will be sent in these
 * sessions. Keep them where keys may be kept.
 *
 * Export returns the bytes written, 0 when max is too small. Import returns
 * the number of sessions that it took; 0 for bytes that are damaged or of
 * another version, and then the cache is as it was.
 */
#define LWURL_TLS_SESSIONS_BYTES(n) (10 + (n)*111)
size_t lwurl_tls_sessions_export(const struct lwurl_tls_sessions *sessions,
                                 void *out, size_t max);
size_t lwurl_tls_sessions_import(struct lwurl_tls_sessions *sessions,
                                 const void *in, size_t n);

/* ----------------------------------------------------------------- own key */

/*
 * Certificate and key of the device, for servers that ask for one. The key may
 * lie in a secure element: all that is asked of it is a signature of a SHA-256
 * hash, ECDSA as ASN.1 or RSA PKCS#1 v1.5, into out[0..max). Returns its
 * length, 0 when it fails: then the handshake fails. The call may take as long
 * as the element takes; it comes from inside of a step of the fetch. For a key
 * in memory, `make anchors CERT=device.pem KEY=device.key NAME=own` writes all
 * of this into a header.
 *
 *     static const struct lwurl_tls_ec_key ec = {
 *         &br_ec_p256_m31, br_ecdsa_i31_sign_asn1, {BR_EC_secp256r1, x, 32}};
 *     static const struct lwurl_tls_key own = {
 *         &lwurl_tls_key_class, chain, 2, BR_KEYTYPE_EC,
 *         lwurl_tls_sign_ec, (void *)&ec};
 *     ... .own = &own
 */
extern const br_ssl_client_certificate_class lwurl_tls_key_class;

struct lwurl_tls_key {
    const br_ssl_client_certificate_class *ops; /* &lwurl_tls_key_class */
    const br_x509_certificate *chain; /* DER, ours first, without the root */
    size_t chain_n;
    int type; /* BR_KEYTYPE_EC, BR_KEYTYPE_RSA */
    size_t (*sign)(void *ctx, const unsigned char hash[32], unsigned char *out,
                   size_t max);
    void *ctx;
};

/* Keys in memory. `ec` has to be constant-time and know the key's curve. */
struct lwurl_tls_ec_key {
    const br_ec_impl *ec;
    br_ecdsa_sign sign; /* br_ecdsa_i31_sign_asn1, br_ecdsa_i15_sign_asn1 */
    br_ec_private_key key;
};
struct lwurl_tls_rsa_key {
    br_rsa_pkcs1_sign sign; /* br_rsa_i31_pkcs1_sign, br_rsa_i15_pkcs1_sign */
    br_rsa_private_key key;
};
size_t lwurl_tls_sign_ec(void *ctx, const unsigned char hash[32],
                         unsigned char *out, size_t max);
size_t lwurl_tls_sign_rsa(void *ctx, const unsigned char hash[32],
                          unsigned char *out, size_t max);

/* --------------------------------------------------------------------- tls */

enum lwurl_tls_event {
    LWURL_TLS_READY = 1,   /* handshake complete: lwurl_tls_info() is set */
    LWURL_TLS_EXPIRING = 2 /* right after it: a certificate of the chain
                              expires within .warn_days (info.expires_s) */
};

/* What to do while the clock is unknown: it says so, is not there, or shows a
   time before .built_s. */
enum lwurl_tls_time {
    /* LWURL_ERR_CLOCK before anything is sent: set the clock first. */
    LWURL_TLS_TIME_NEEDED = 0,
    /* Check against .built_s only: what expired before the firmware was built
       is refused; what expired since, or begins later, is not noticed
       (info.clockless). With a known clock all is checked. */
    LWURL_TLS_TIME_FLOOR
};

struct lwurl_tls {
    struct lwurl_tls_slot *slot;
    unsigned char *record; /* LWURL_TLS_RECORD_... bytes */
    size_t record_n;
    void *lent; /* for the handshake only, then yours again; pointer-aligned */
    size_t lent_n; /* NULL, 0: none */
    const struct lwurl_tls_profile *profile;
    const struct lwurl_tls_trust *trust;
    const br_x509_trust_anchor *anchors; /* lwurl_tls_chain */
    size_t anchors_n;
    const br_x509_knownkey_context *known; /* lwurl_tls_known_key */
    struct lwurl_tls_sessions *sessions;   /* NULL: each handshake is full */
    const struct lwurl_tls_key *own;       /* NULL: no certificate of ours */
    const struct lwurl_entropy *entropy;
    const struct lwurl_tls_pin *pins; /* lwurl_tls_pinned_key, or a chain */
    size_t pins_n;
    const struct lwurl_clock *clock; /* lwurl_tls_chain */
    int64_t built_s;   /* Unix time of the build; 0: unknown, no floor */
    uint8_t time;      /* enum lwurl_tls_time */
    uint8_t warn_days; /* LWURL_TLS_EXPIRING; 0: never, when still valid */
    /* Called in the task of the fetch, from inside its step: do not call back
       into the fetch. NULL: nobody listens. */
    void (*event)(void *ctx, const struct lwurl_tls *tls,
                  enum lwurl_tls_event event);
    void *event_ctx;
    struct lwurl_parts *parts; /* lwurl_parts.h; NULL: none */
};

/* ------------------------------------------------------------------- facts */

/* What was agreed on; see struct lwurl_tls_info. All zero before the handshake
   is complete. Stays readable after the connection is closed, until the slot
   starts again. */
void lwurl_tls_info(const struct lwurl_tls *tls, struct lwurl_tls_info *out);

/* IANA's name of a suite that this header's profiles offer, else "unknown".
   A firmware that does not call it does not link the table. */
const char *lwurl_tls_suite_name(uint16_t suite);

/* Line of an NSS key log for the connection, from LWURL_TLS_READY until it is
   closed, NUL-terminated, without a line end: with it, Wireshark reads all
   that was sent. It holds the master secret: for debugging only. */
#define LWURL_TLS_KEYLOG_N 176
void lwurl_tls_keylog(const struct lwurl_tls *tls,
                      char line[LWURL_TLS_KEYLOG_N]);

#ifdef __cplusplus
}
#endif

#endif
