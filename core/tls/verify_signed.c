/* SPDX-License-Identifier: MIT */
/* A signature over the SHA-256 of a download. */
#include "tls/verify.h"
#include "tls/verify_content.h"

static int end_signed(struct lwurl_verify *v)
{
    int err = verify_end(v);

    if (err != LWURL_OK)
        return err;
    return v->signer != NULL && v->signature != NULL &&
                   verify_signature(v->signer, v->result, v->signature,
                                    v->signature_n)
               ? LWURL_OK
               : LWURL_ERR_SIGNATURE;
}

const struct lwurl_verify_ops lwurl_verify_signature = {
    .begin = verify_begin,
    .add = verify_add,
    .end = end_signed,
    .save = verify_save,
    .load = verify_load,
};
