/* SPDX-License-Identifier: MIT */
/* Trust anchors from PEM text. */
#include "lwurl_anchors.h"

#include <string.h>

/* lwurl_anchors.inside */
enum { NOTHING, CERTIFICATE, OTHER };

static void fail(struct lwurl_anchors *a, int err)
{
    if (a->err == LWURL_OK)
        a->err = err;
}

/* Copies into the room. NULL: full. */
static unsigned char *keep(struct lwurl_anchors *a, const void *p, size_t n)
{
    unsigned char *to = a->room + a->room_n;

    if (n > a->room_max - a->room_n) {
        fail(a, LWURL_ERR_ROOM);
        return NULL;
    }
    memcpy(to, p, n);
    a->room_n += n;
    return to;
}

static void take_name(void *ctx, const void *p, size_t n)
{
    (void)keep(ctx, p, n);
}

static void take_der(void *ctx, const void *p, size_t n)
{
    struct lwurl_anchors *a = ctx;

    br_x509_decoder_push(&a->x509, p, n);
}

static void begin_certificate(struct lwurl_anchors *a)
{
    a->inside = CERTIFICATE;
    a->dn_at = a->room_n;
    br_x509_decoder_init(&a->x509, take_name, a);
    br_pem_decoder_setdest(&a->pem, take_der, a);
}

static void begin_object(struct lwurl_anchors *a)
{
    const char *name = br_pem_decoder_name(&a->pem);

    if (strcmp(name, "CERTIFICATE") == 0 ||
        strcmp(name, "X509 CERTIFICATE") == 0) {
        begin_certificate(a);
        return;
    }
    a->inside = OTHER;
    br_pem_decoder_setdest(&a->pem, NULL, NULL);
}

/* Moves the key out of the decoder, whose memory the next certificate takes. */
static void keep_key(struct lwurl_anchors *a, br_x509_pkey *key)
{
    if (key->key_type == BR_KEYTYPE_RSA) {
        key->key.rsa.n = keep(a, key->key.rsa.n, key->key.rsa.nlen);
        key->key.rsa.e = keep(a, key->key.rsa.e, key->key.rsa.elen);
    } else {
        key->key.ec.q = keep(a, key->key.ec.q, key->key.ec.qlen);
    }
}

static void end_certificate(struct lwurl_anchors *a)
{
    br_x509_pkey *key = br_x509_decoder_get_pkey(&a->x509);
    br_x509_trust_anchor anchor;

    if (key == NULL && a->err == LWURL_OK) {
        a->room_n = a->dn_at;
        a->skipped++;
        return;
    }
    if (a->n == a->max)
        fail(a, LWURL_ERR_ROOM);
    if (a->err == LWURL_OK) {
        anchor.dn.data = a->room + a->dn_at;
        anchor.dn.len = a->room_n - a->dn_at;
        anchor.flags = br_x509_decoder_isCA(&a->x509) ? BR_X509_TA_CA : 0;
        anchor.pkey = *key;
        keep_key(a, &anchor.pkey);
    }
    if (a->err == LWURL_OK)
        a->list[a->n++] = anchor;
    else
        a->room_n = a->dn_at;
}

static void end_object(struct lwurl_anchors *a)
{
    if (a->inside == CERTIFICATE)
        end_certificate(a);
    a->inside = NOTHING;
}

void lwurl_anchors_init(struct lwurl_anchors *a, br_x509_trust_anchor *list,
                        size_t max, unsigned char *room, size_t room_max)
{
    memset(a, 0, sizeof *a);
    a->list = list;
    a->max = max;
    a->room = room;
    a->room_max = room_max;
    br_pem_decoder_init(&a->pem);
}

int lwurl_anchors_add(struct lwurl_anchors *a, const void *pem, size_t n)
{
    const unsigned char *p = pem;

    while (n > 0 && a->err == LWURL_OK) {
        size_t used = br_pem_decoder_push(&a->pem, p, n);

        p += used;
        n -= used;
        switch (br_pem_decoder_event(&a->pem)) {
        case BR_PEM_BEGIN_OBJ:
            begin_object(a);
            break;
        case BR_PEM_END_OBJ:
            end_object(a);
            break;
        case BR_PEM_ERROR:
            fail(a, LWURL_ERR_CERT);
            break;
        default:
            break;
        }
    }
    return a->err;
}

int lwurl_anchors_end(struct lwurl_anchors *a)
{
    /* The decoder sees a line when its end has come. */
    (void)lwurl_anchors_add(a, "\n", 1);
    if (a->inside != NOTHING || a->n == 0)
        fail(a, LWURL_ERR_CERT);
    return a->err;
}
