/* SPDX-License-Identifier: MIT */
#include "tls/hash.h"

#include <bearssl.h>

struct hash_kind {
    const br_hash_class *class;
    size_t n;
};

const struct hash_kind hash_md5 = {&br_md5_vtable, br_md5_SIZE};
const struct hash_kind hash_sha256 = {&br_sha256_vtable, br_sha256_SIZE};

/* Does not compile when BearSSL's contexts outgrow the room. */
typedef char room_suffices[sizeof(br_sha256_context) <=
                                       sizeof((struct hash *)NULL)->room &&
                                   sizeof(br_md5_context) <=
                                       sizeof((struct hash *)NULL)->room
                               ? 1
                               : -1];

/* BearSSL's contexts begin with a pointer to their class. */
static const br_hash_class **context(struct hash *h)
{
    return (const br_hash_class **)(void *)h->room;
}

void hash_begin(struct hash *h, const struct hash_kind *kind)
{
    h->kind = kind;
    kind->class->init(context(h));
}

void hash_add(struct hash *h, const void *p, size_t n)
{
    h->kind->class->update(context(h), p, n);
}

size_t hash_end(struct hash *h, unsigned char out[HASH_MAX])
{
    h->kind->class->out(context(h), out);
    return h->kind->n;
}

void hash_save(const struct hash *h, unsigned char state[HASH_MAX])
{
    const br_hash_class *const *from = (const void *)h->room;

    (void)h->kind->class->state(from, state);
}

void hash_load(struct hash *h, const unsigned char state[HASH_MAX], uint64_t at)
{
    h->kind = &hash_sha256;
    h->kind->class->init(context(h));
    h->kind->class->set_state(context(h), state, at);
}
