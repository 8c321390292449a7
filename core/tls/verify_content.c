/* SPDX-License-Identifier: MIT */
/* SHA-256 of a download. */
#include "tls/verify_content.h"

#include <string.h>

#include "tls/hash.h"

/* Does not compile when a hash outgrows the room. */
enum {
    ROOM_SUFFICES =
        1 / (sizeof(struct hash) <= sizeof((struct lwurl_verify *)NULL)->room)
};

static struct hash *hash_of(struct lwurl_verify *v)
{
    return (struct hash *)(void *)v->room;
}

void verify_begin(struct lwurl_verify *v)
{
    hash_begin(hash_of(v), &hash_sha256);
}

void verify_add(struct lwurl_verify *v, const void *p, size_t n)
{
    hash_add(hash_of(v), p, n);
}

void verify_save(const struct lwurl_verify *v, unsigned char state[32])
{
    hash_save((const struct hash *)(const void *)v->room, state);
}

void verify_load(struct lwurl_verify *v, const unsigned char state[32],
                 uint64_t at)
{
    hash_load(hash_of(v), state, at);
}

int verify_end(struct lwurl_verify *v)
{
    bool told = v->told && !v->coded;
    size_t n = hash_end(hash_of(v), v->result);

    if (v->sha256 != NULL && memcmp(v->sha256, v->result, n) != 0)
        return LWURL_ERR_CONTENT;
    if (told && memcmp(v->server, v->result, n) != 0)
        return LWURL_ERR_CONTENT;
    return v->required && !told ? LWURL_ERR_CONTENT : LWURL_OK;
}

const struct lwurl_verify_ops lwurl_verify_sha256 = {
    .begin = verify_begin,
    .add = verify_add,
    .end = verify_end,
    .save = verify_save,
    .load = verify_load,
};
