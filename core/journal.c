/* SPDX-License-Identifier: MIT */
/*
 * The journal of a download, as a record; numbers are big-endian:
 *
 *   1   version and flags
 *   8   hash of the request's URL
 *   8   hash of the URL that answered, behind redirects
 *   8   length of the content, all ones: not known
 *   8   bytes that the sink keeps
 *  32   state of SHA-256 there           HAS_STATE
 *  32   digest that the server sent      HAS_DIGEST
 *  1+n  validator, its length first
 */
#include <string.h>

#include "lwurl_verify.h"
#include "resume.h"
#include "text/bytes.h"
#include "text/url.h"

enum { HAS_STATE = 1, HAS_DIGEST = 2, VERSION = 0x20 };

enum {
    SIZE_AGREES = 1 / (LWURL_JOURNAL_MAX ==
                       1 + 8 + 8 + 8 + 8 + 32 + 32 + 1 + LWURL_ETAG_MAX)
};

static uint64_t url_of(const struct lwurl_retrieval *what)
{
    struct url url;
    uint64_t hash = 0;
    int32_t at;

    if (url_split(str_of(what->request->url), &url, &at) == LWURL_OK)
        (void)url_key(&url, NULL, 0, &hash);
    return hash;
}

static bool has_state(const struct lwurl_retrieval *what)
{
    return what->verify != NULL && what->verify->ops->save != NULL;
}

void journal_save(struct lwurl_resume *s, const struct lwurl_retrieval *what,
                  uint64_t at)
{
    unsigned char entry[LWURL_JOURNAL_MAX], *p = entry;
    size_t n = strlen(s->validator);
    unsigned flags = has_state(what) ? HAS_STATE : 0;

    if (what->verify != NULL && flags == 0)
        return;
    if (flags != 0 && what->verify->told)
        flags |= HAS_DIGEST;
    p = put_number(p, VERSION | flags, 1);
    p = put_number(p, url_of(what), 8);
    p = put_number(p, s->of, 8);
    p = put_number(p, s->total, 8);
    p = put_number(p, at, 8);
    if ((flags & HAS_STATE) != 0) {
        what->verify->ops->save(what->verify, p);
        p += 32;
    }
    if ((flags & HAS_DIGEST) != 0)
        p = put_bytes(p, what->verify->server, 32);
    p = put_number(p, n, 1);
    p = put_bytes(p, s->validator, n);
    /* One that cannot be written costs no more than what it would have saved:
       the entry before it is as true. */
    if (lwurl_records_put(s->records, s->id, entry, (size_t)(p - entry)) ==
        LWURL_OK)
        s->saved = true;
}

int journal_forget(struct lwurl_resume *s)
{
    int err = LWURL_OK;

    if (s->records != NULL && s->saved)
        err = lwurl_records_put(s->records, s->id, NULL, 0);
    if (err == LWURL_OK)
        s->saved = false;
    return err;
}

/* The rest of an entry that is this download's: *at is what the sink keeps. */
static bool read_entry(struct lwurl_resume *s,
                       const struct lwurl_retrieval *what, unsigned flags,
                       const unsigned char *p)
{
    unsigned char state[32];
    size_t n;

    s->of = take_number(&p, 8);
    s->total = take_number(&p, 8);
    s->from = take_number(&p, 8);
    if ((flags & HAS_STATE) != 0)
        take_bytes(&p, state, sizeof state);
    if (has_state(what) != ((flags & HAS_STATE) != 0))
        return false;
    if (has_state(what)) {
        what->verify->ops->load(what->verify, state, s->from);
        what->verify->told = (flags & HAS_DIGEST) != 0;
        if (what->verify->told)
            take_bytes(&p, what->verify->server, 32);
    }
    n = (size_t)take_number(&p, 1);
    if (n > LWURL_ETAG_MAX)
        return false;
    take_bytes(&p, s->validator, n);
    s->validator[n] = '\0';
    return true;
}

void journal_load(struct lwurl_resume *s, const struct lwurl_retrieval *what)
{
    unsigned char entry[LWURL_JOURNAL_MAX] = {0};
    const unsigned char *p = entry;
    size_t n = 0;
    unsigned flags;
    int err;

    s->from = 0;
    s->validator[0] = '\0';
    s->saved = false;
    if (s->records == NULL)
        return;
    err = lwurl_records_get(s->records, s->id, entry, sizeof entry, &n);
    s->saved = err != LWURL_OK || n > 0; /* whatever it says */
    flags = (unsigned)take_number(&p, 1);
    if (err != LWURL_OK || what->sink->sync == NULL ||
        (flags & ~(unsigned)(HAS_STATE | HAS_DIGEST)) != VERSION ||
        take_number(&p, 8) != url_of(what) || !read_entry(s, what, flags, p))
        s->from = 0;
}
