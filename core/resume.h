/* SPDX-License-Identifier: MIT */
/* Resuming, as a download sees it: nothing of it is linked for who does not
   name it. */
#ifndef LWURL_CORE_RESUME_H
#define LWURL_CORE_RESUME_H

#include "lwurl_resume.h"
#include "lwurl_retrieve.h"

struct lwurl_resume_ops {
    /* A download begins: sets from, validator and total as the journal has
       them for this URL, and the state of its check; from 0: anew. */
    void (*load)(struct lwurl_resume *s, const struct lwurl_retrieval *what);
    /* All bytes up to `at` last in the sink, which can sync: notes it, where
       the check can go on from there. There are records and a validator. */
    void (*save)(struct lwurl_resume *s, const struct lwurl_retrieval *what,
                 uint64_t at);
    /* What the journal says will not be true any more. */
    int (*forget)(struct lwurl_resume *s);
};

/* The members, for the table: core/journal.c. */
void journal_load(struct lwurl_resume *s, const struct lwurl_retrieval *what);
void journal_save(struct lwurl_resume *s, const struct lwurl_retrieval *what,
                  uint64_t at);
int journal_forget(struct lwurl_resume *s);

#endif
