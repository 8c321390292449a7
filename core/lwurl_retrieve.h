/* SPDX-License-Identifier: MIT */
/*
 * A download (urllib.request.urlretrieve): a body goes into a sink piece by
 * piece, is checked on the way, and counts only when all of it is right.
 *
 *     static char room[2048];
 *     static struct lwurl_memory memory = {.p = room, .max = sizeof room};
 *     static const struct lwurl_sink sink = LWURL_MEMORY_SINK(&memory);
 *     static const struct lwurl_retrieval config = {
 *         .request = &config_request, .sink = &sink,
 *     };
 *     static unsigned char work[512];
 *     static struct lwurl_retrieve r;
 *     ... lwurl_retrieve(&r, &opener, &config, work, sizeof work) == LWURL_OK
 *
 * Rules
 *  - With a journal it goes on where the last try stopped (lwurl_resume.h).
 *  - LWURL_OK says: status 2xx, the length is the one that the server told,
 *    digest and signature are as wanted (lwurl_verify.h), and the sink's commit
 *    returned. Else the sink's abort was called, or the sink not at all.
 *  - Memory is the caller's: a struct lwurl_retrieve, which holds the fetch,
 *    and one work buffer: of it one half is for heads, the other one for what
 *    goes to the sink in one piece. What the retrieval points to lives until
 *    lwurl_retrieve_close().
 *  - The fetch `u` in it is one as any other: ask lwurl_status(&r.u),
 *    lwurl_url(&r.u), lwurl_error(&r.u) during or after it; lwurl_cancel(&r.u)
 *    from anywhere. A connection stays open for the next download with the
 *    same struct, opener and buffer; lwurl_end(&r.u) drops it.
 *  - Threads and interrupts: as lwurl.h says.
 *
 * Stack: 1536 bytes at most, above the port (make stack).
 */
#ifndef LWURL_RETRIEVE_H
#define LWURL_RETRIEVE_H

#include "lwurl.h"
#include "lwurl_record.h"
#include "lwurl_sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that a work buffer must have here. */
#define LWURL_RETRIEVE_WORK_MIN 256u

struct lwurl_verify; /* lwurl_verify.h */
struct lwurl_resume; /* lwurl_resume.h */

/* What is to be retrieved. Zero is a good default for all but the first two.
 */
struct lwurl_retrieval {
    const struct lwurl_request *request;
    const struct lwurl_sink *sink;
    struct lwurl_verify *verify; /* NULL: only the length is checked */
    struct lwurl_resume *resume; /* NULL: from the first byte, and once */
    uint64_t size_max; /* bytes; a longer body is LWURL_ERR_SIZE. 0: any */
    /* urllib's reporthook: called when the body begins, then after each piece.
       total: LWURL_LENGTH_UNKNOWN where the server did not tell. */
    void (*progress)(void *ctx, uint64_t done, uint64_t total);
    void *progress_ctx;
};

/* One download. Set it to zero once before first use. */
struct lwurl_retrieve {
    struct lwurl u;
    /* private */
    const struct lwurl_retrieval *what;
    unsigned char *piece;
    size_t piece_max;
    const struct lwurl_opener *opener;
    struct lwurl_resume *resume; /* where it can help */
    void *work;
    size_t work_n;
    uint64_t done, total;
    uint64_t end;  /* of this response */
    uint64_t next; /* entry of the journal */
    uint16_t tries;
    uint8_t phase;
    bool sinking; /* the sink wants a commit or an abort */
};

/* Retrieves, waiting for all of it. Errors of a fetch (LWURL_ERR_STATUS for
   any status but 2xx, LWURL_ERR_INCOMPLETE for urllib's ContentTooShortError),
   of the sink, and LWURL_ERR_SIZE, LWURL_ERR_CONTENT, LWURL_ERR_SIGNATURE,
   LWURL_ERR_RANGE for a 206 that is not what was asked for.
   A status 304, which only a handler that asked for it lets pass, is LWURL_OK
   and leaves the sink alone. */
int lwurl_retrieve(struct lwurl_retrieve *r, const struct lwurl_opener *opener,
                   const struct lwurl_retrieval *what, void *work,
                   size_t work_n);

/* --------------------------------------------------------------- stepwise */

/* Begins a download; sends nothing yet. Parameters as in lwurl_retrieve().
   LWURL_ERR_ROOM: the work buffer is too small. */
int lwurl_retrieve_begin(struct lwurl_retrieve *r,
                         const struct lwurl_opener *opener,
                         const struct lwurl_retrieval *what, void *work,
                         size_t work_n);

/* As lwurl_step(): never waits, at most one piece goes to the sink, and a
   check of a signature or a commit is a step of its own. LWURL_TURN_DONE: all
   is right and committed. LWURL_TURN_BODY: on the way; step again. _WAIT:
   first wait as lwurl_retrieve_wants() says. Other turns are those of
   lwurl_step(), to be taken with &r->u. < 0: it failed. */
int lwurl_retrieve_step(struct lwurl_retrieve *r);

/* What LWURL_TURN_WAIT waits for. */
void lwurl_retrieve_wants(struct lwurl_retrieve *r, struct lwurl_wants *out);

/* Bytes that the sink has, and those it will have: LWURL_LENGTH_UNKNOWN where
   nobody knows. */
uint64_t lwurl_retrieve_done(const struct lwurl_retrieve *r);
uint64_t lwurl_retrieve_total(const struct lwurl_retrieve *r);

/* Ends it: gives up what is under way, and frees socket and TLS slot at once,
   unless the connection can serve again. Harmless at any time. */
void lwurl_retrieve_close(struct lwurl_retrieve *r);

/* ---------------------------------------------------------- sink: memory */

/* Memory; after a good download p[0..n) is the content, else n is 0. */
struct lwurl_memory {
    void *p;
    size_t max; /* LWURL_ERR_ROOM above it */
    size_t n;
};

int lwurl_memory_begin(void *ctx, uint64_t total, uint64_t kept);
int lwurl_memory_write(void *ctx, uint64_t at, const void *p, size_t n);
int lwurl_memory_commit(void *ctx, uint64_t total);
void lwurl_memory_abort(void *ctx, int keep);

/* Initialises a struct lwurl_sink. */
/* clang-format off */
#define LWURL_MEMORY_SINK(memory) \
    {(memory), lwurl_memory_begin, lwurl_memory_write, NULL, 0, \
     lwurl_memory_commit, lwurl_memory_abort}
/* clang-format on */

/* ---------------------------------------------------------- sink: storage */

/*
 * A part of a storage, as flash beside the one that runs: erased as far as
 * bytes come, and valid from one write on, which is a record: the length (8
 * bytes, big-endian), then the note. Until then, and from the begin of the next
 * download on, there is no such record, and nothing in the region counts.
 * A download goes on at an erase unit.
 */
struct lwurl_region {
    const struct lwurl_storage *storage;
    uint32_t at, size; /* whole erase units; LWURL_ERR_ROOM above it */
    struct lwurl_records *records; /* open, elsewhere; NULL: nobody knows */
    uint16_t id;
    const void *note; /* of the same record, read at commit: a version, or the
                         .result of the lwurl_verify. NULL: none */
    size_t note_n;    /* LWURL_REGION_NOTE_MAX bytes at most */
    /* private */
    uint32_t erased; /* address up to which it is blank */
    struct lwurl_gather out;
};

#define LWURL_REGION_NOTE_MAX 56u

/* Makes a sink of it. */
void lwurl_region_sink(struct lwurl_region *region, struct lwurl_sink *out);

/* Bytes of the content that is valid there; 0: none is. LWURL_ERR_STORAGE. */
int lwurl_region_length(const struct lwurl_region *region, uint64_t *length);

#ifdef __cplusplus
}
#endif

#endif
