/* SPDX-License-Identifier: MIT */
/*
 * Trust anchors that are replaced while the firmware stays: a signed bundle,
 * made by `make bundle`, kept in two regions of a storage.
 *
 *     static struct lwurl_tls tls = {...}; // in RAM: .anchors will be set
 *     static br_x509_trust_anchor list[4];
 *     static unsigned char room[2048];
 *     static struct lwurl_bundle bundle = {
 *         .tls = &tls, .storage = &flash, .at = 0x3E000, .size = 8192,
 *         .signer = &signer, .built_in = anchors, .built_in_n = ANCHORS_N,
 *         .list = list, .max = 4, .room = room, .room_max = sizeof room,
 *     };
 *
 *     lwurl_bundle_load(&bundle);  // at start, instead of setting .anchors
 *     ... a fetch puts anchors.bundle into body[0..n)
 *     lwurl_end(&u);               // the TLS slot is free
 *     err = lwurl_bundle_install(&bundle, body, n);
 *
 * Rules
 *  - A bundle replaces all anchors that are in use. It is signed, so that it
 *    may come by any way: plain http, too, when the anchors have expired.
 *  - Sequence numbers rise: an older bundle, or the same, is refused. A stored
 *    bundle that is no newer than .built_in_sequence is left aside: new
 *    firmware brings its own anchors.
 *  - The key that signs may change: a bundle names keys, each signed by the one
 *    before, the first by .signer; the last one has signed the bundle. Once
 *    installed, a bundle binds the device to its keys: what comes later has to
 *    name the same, and may add to them. So a device that was switched off for
 *    years takes the newest bundle, and one that knows the new key does not
 *    listen to the old.
 *  - New firmware may name another .signer. Bundles begin with that one then;
 *    what is in the storage is not good any more until the next install.
 *  - A power cut at any moment of an install leaves the old bundle or the new.
 *  - What is in the storage is checked like what comes from the network.
 *  - Sessions that began under other anchors are not resumed.
 *  - Nothing here may be called while the TLS slot is in use, or from another
 *    task than the slot's. Another struct lwurl_tls may copy .anchors and
 *    .anchors_n from .tls, after each call, while its own slot is free.
 *
 * It takes 2.4 KB of flash on a Cortex-M3, of who calls it.
 *
 * The format, version 1; numbers are big-endian:
 *
 *     0  4  "lwb", 1
 *     4  4  length of what is signed, in bytes: of all but the signature
 *     8  4  sequence number
 *    12  1  number of keys, 0 to LWURL_BUNDLE_KEYS_MAX; each:
 *               key, signature of SHA-256("lwk", 1, key) by the key before
 *        2  number of anchors, 1 and up; each:
 *               flags (1 byte; 1: a CA), length (2) and DER of the subject, key
 *           signature of all that is before, by the last key
 *
 *     key        1 byte: 1 for RSA, then length (2) and bytes of the modulus,
 *                length (1) and bytes of the exponent; 23, 24, 25 for P-256,
 *                P-384, P-521 (RFC 8422 5.1.1), then the uncompressed point
 *     signature  length (2), bytes (lwurl_signature.h)
 *
 * Stack: 992 bytes at most, above the port (make stack).
 */
#ifndef LWURL_BUNDLE_H
#define LWURL_BUNDLE_H

#include "lwurl_signature.h"
#include "lwurl_storage.h"
#include "lwurl_tls.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LWURL_BUNDLE_KEYS_MAX 8u

struct lwurl_bundle {
    /* Yours; as long as .tls is used. */
    struct lwurl_tls *tls;
    const struct lwurl_storage *storage;
    uint32_t at;   /* where its part begins, at an erase unit */
    uint32_t size; /* bytes, an even number of erase units; one half is for the
                      bundle in use, the other for the next */
    const struct lwurl_signer *signer;
    const br_x509_trust_anchor *built_in; /* while there is no bundle */
    size_t built_in_n;
    uint32_t built_in_sequence; /* 0: older than any bundle */
    br_x509_trust_anchor *list; /* 32 bytes per anchor on a Cortex-M */
    size_t max;
    unsigned char *room; /* for a whole bundle: `make bundle` tells how long */
    size_t room_max;

    /* Set by both functions. */
    uint32_t sequence; /* of the anchors in use */
    int32_t detail;    /* of an error, as said with its code */

    /* Private. */
    size_t room_n; /* length of the bundle in use, 0: the built-in anchors */
    uint8_t region, loaded;
};

/*
 * Gives .tls the anchors of the newest good bundle in the storage, or else the
 * built-in ones. An error tells that a bundle is there and no good, and why;
 * .tls has anchors nevertheless: of the other region's, or the built-in ones.
 * LWURL_ERR_CALL: at or size do not suit the storage. LWURL_ERR_STORAGE, and as
 * for install. LWURL_ERR_BUSY alone changes nothing.
 * A signature is checked for the bundle and for each of its keys: one takes as
 * long as the longest step of a handshake.
 */
int lwurl_bundle_load(struct lwurl_bundle *bundle);

/*
 * Checks the bundle p[0..n), writes it where the one in use is not, and loads
 * it. After an error that is not LWURL_ERR_STORAGE nothing has changed; after
 * that one .tls has checked anchors still: the old ones, the new ones, or those
 * that are built in.
 *
 * LWURL_ERR_BUNDLE: malformed, or not newer; the detail is the offset of what
 * is wrong: 8, the sequence number. LWURL_ERR_SIGNATURE: one of its signatures
 * is not good, or it lacks a key of the bundle in use. LWURL_ERR_ROOM: too
 * long for room, storage or list; the detail is the length, or the number of
 * anchors. LWURL_ERR_BUSY: the TLS slot is in use. LWURL_ERR_CALL: load first.
 */
int lwurl_bundle_install(struct lwurl_bundle *bundle, const void *p, size_t n);

#ifdef __cplusplus
}
#endif

#endif
