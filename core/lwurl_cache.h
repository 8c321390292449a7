/* SPDX-License-Identifier: MIT */
/*
 * A cache of responses in memory that survives a reset (RFC 9111, private):
 * what is fresh is read without network, what is stale is asked for with its
 * validators, and what was read last is there when nobody answers. urllib's
 * documentation wishes for one.
 *
 *     static struct lwurl_cache_slot slots[3];
 *     static unsigned char room[LWURL_CACHE_ROOM(80)], work[256];
 *     static struct lwurl_cache cache = {
 *         .records = &records, .id = 100,
 *         .storage = &board_flash, .at = 0x30000, .body_max = 4096,
 *         .slots = slots, .slots_n = 3,
 *         .room = room, .room_n = sizeof room,
 *         .work = work, .work_n = sizeof work, .clock = &board_clock,
 *     };
 *     ... {LWURL_CACHE(&cache), LWURL_REDIRECT(&r), LWURL_HTTP} in the table
 *     ... lwurl_cache_init(&cache) after a reset, behind lwurl_records_open()
 *     int err = lwurl_cache_open(&cache, &u, &opener, &request, 0);
 *     while (err == LWURL_OK && (n = lwurl_cache_read(&cache, p, max)) > 0)
 *         ...
 *     lwurl_cache_close(&cache);
 *
 * What is kept
 *  - Bodies of GET over http and https with status 200, complete, without
 *    no-store and with a Vary that can be compared; under the URL of the
 *    request, without userinfo and fragment. The query is kept: no secret
 *    belongs into it. Over http a body that only the end of the connection
 *    ends is not kept, since nobody can tell whether it is whole.
 *  - Of its fields: ETag, Last-Modified, and what Cache-Control, Expires, Date,
 *    Age and Vary said. No other field is (RFC 9111 3.1 wants them all).
 *  - No credentials: of the user's name a checksum, so that one user is not
 *    given what another one read. Of an Authorization or Cookie field of the
 *    caller's only counts that it is there: who has several tokens for one URL
 *    gives each a .user, or opens with LWURL_CACHE_ASK. A Vary that names
 *    Cookie or Authorization cannot be compared; any other is taken for one of
 *    all fields that the request gives.
 *  - slots_n slots keep the responses of slots_n - 1 URLs. A new body goes to
 *    the free one; when it is whole, a record makes it valid in one step, and
 *    the one that was confirmed longest ago makes room. So no failure takes
 *    anything away, and a power cut leaves the old state or the new one.
 *
 * What is used
 *  - Fresh is what max-age, else Expires, says. Nobody guesses a lifetime, but
 *    with .guess_s. What went through a redirect is asked for anew each time,
 *    for the redirect is not kept; so is what a POST or the like to its URL
 *    through this opener made doubtful (RFC 9111 4.4).
 *  - Age counts by the clock and, since the start, by the port's time, and the
 *    larger one counts. Where neither knows, and where the clock stands before
 *    a time at which something was kept, a response is stale. Without clock
 *    call lwurl_cache_begin() or _look() every 24 days at least: the port's
 *    time comes round after 49.
 *  - When the origin cannot be reached, or the connection breaks before the
 *    head, or lwurl_retry.h says that it is too early, what is here is used,
 * unless no-cache or must-revalidate forbid it. The same at a status 500, 502,
 * 503 or 504 within stale-if-error or .stale_s. LWURL_CACHE_OFFLINE reads it
 * whatever is forbidden.
 *  - A request with Range, If-..., Cache-Control or Pragma of its own goes past
 *    the cache, as does any that is no GET.
 *
 * The cache belongs to one opener, and so to one task and one fetch at a time.
 * Put its line before LWURL_REDIRECT, and not beside LWURL_CONDITIONAL.
 *
 * Stack: 1600 bytes at most, above the port (make stack).
 */
#ifndef LWURL_CACHE_H
#define LWURL_CACHE_H

#include "lwurl_conditional.h"
#include "lwurl_port.h"
#include "lwurl_record.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_cache_ops;

/* A line of the opener, for a struct lwurl_cache. */
/* clang-format off */
#define LWURL_CACHE(state) {&lwurl_cache_ops, (state)}
/* clang-format on */

/* Bytes of .room for URLs of up to url_n bytes; a record of the cache has no
   more. Longer ones are fetched and not kept. */
#define LWURL_CACHE_HEAD 80u
#define LWURL_CACHE_ROOM(url_n) \
    (LWURL_CACHE_HEAD + LWURL_ETAG_MAX + LWURL_MODIFIED_MAX + (url_n))

/* ----------------------------------------------------------------- private */

/* What a response said of its freshness. Times are Unix seconds. */
struct lwurl_fresh {
    int64_t date, expires; /* where .said has them */
    int64_t came;          /* when it came, or the least value */
    uint32_t max_age;      /* seconds, as the next two */
    uint32_t stale_if_error;
    uint32_t age; /* that it had when it came */
    uint16_t said;
};

struct lwurl_fresh_reader {
    struct lwurl_fresh got;
    uint32_t number; /* argument of the directive at hand */
    uint8_t field, state, word_n, digits;
    char word[16]; /* its name; longer ones are none of ours */
};

/* What is known of a slot in RAM. */
struct lwurl_cache_slot {
    uint64_t url;     /* hash of its URL */
    int64_t came;     /* as in struct lwurl_fresh */
    uint32_t order;   /* of its record, the newest has the highest; 0: free */
    uint32_t came_ms; /* port time at which it came, when .timed */
    bool timed;
    bool recorded; /* it has a record, though it may be free */
};

/* A response that is kept. */
struct lwurl_cache_entry {
    struct lwurl_fresh fresh;
    struct lwurl_validators have;
    uint32_t body_n, crc;
    uint32_t who, fields; /* checksums: user, fields of the request */
    uint8_t flags;
};

/* A body on its way into a slot. */
struct lwurl_cache_body {
    uint32_t n, crc;
    uint32_t erased; /* bytes of the slot that are */
    uint32_t wait_n; /* bytes of an unfinished write unit */
    unsigned char wait[LWURL_WRITE_UNIT_MAX];
};

/* --------------------------------------------------------------- the cache */

/* 536 bytes on a Cortex-M3, and 32 for each slot. */
struct lwurl_cache {
    /* What is known of the slots: records .id to .id + slots_n - 1, each as
       long as .room at most. They may stand beside records of others. */
    struct lwurl_records *records;
    unsigned id;
    /* Bodies: slots_n times body_max bytes, which are whole erase units. */
    const struct lwurl_storage *storage;
    uint32_t at, body_max;
    struct lwurl_cache_slot *slots;
    size_t slots_n; /* 2 to 64 */
    unsigned char *room;
    size_t room_n; /* LWURL_CACHE_ROOM() */
    void *work;    /* of the fetches: lwurl_open() */
    size_t work_n;
    const struct lwurl_clock *clock; /* NULL: none */
    uint32_t guess_s; /* where a response says nothing of its lifetime: a tenth
                         of the time since it was modified, this at most (RFC
                         9111 4.2.2); 0: none */
    uint32_t stale_s; /* how long what is stale may be used while the server
                         answers 5xx, where it does not say; LWURL_FOREVER:
                         good for a configuration */
    /* private */
    struct lwurl_conditional conditional;
    struct lwurl_fresh_reader reader;
    struct lwurl_cache_entry entry; /* of `slot`, or of what comes in */
    struct lwurl_cache_body body;
    struct lwurl *u;
    const struct lwurl_opener *opener;
    const struct lwurl_request *request;
    uint32_t body_at; /* bytes read of a kept body */
    int16_t slot;     /* that answers, or -1 */
    int16_t store;    /* that is written, or -1 */
    int16_t stored;   /* why nothing is, or LWURL_OK */
    int16_t err;
    uint8_t phase, from, how;
    bool usable; /* the request is one for the cache */
};

/* Finds what is kept; erases and writes nothing. After a reset, and after
   lwurl_records_open(). LWURL_ERR_CALL: a member does not suit the others. */
int lwurl_cache_init(struct lwurl_cache *c);

/* ------------------------------------------------------------------- asking */

/* What is kept of a URL. */
struct lwurl_cache_view {
    uint32_t length;  /* of the body */
    uint32_t age_s;   /* UINT32_MAX: not known */
    uint32_t fresh_s; /* seconds that it is fresh for; 0: it is stale */
    int64_t came_s;   /* when it came or was confirmed, in Unix time; the least
                         value: nobody knew */
};

/* Is this URL in the cache, and how fresh? LWURL_OK, or LWURL_ERR_NOT_CACHED,
   _URL, _NO_HOST. The body is looked at when it is opened. */
int lwurl_cache_look(struct lwurl_cache *c, const struct lwurl_opener *opener,
                     const char *url, struct lwurl_cache_view *out);

/* Removes what is kept of a URL. LWURL_OK, LWURL_ERR_STORAGE, _ROOM, _URL. */
int lwurl_cache_forget(struct lwurl_cache *c, const char *url);

/* ------------------------------------------------------------------ reading */

/* How a URL is opened: bits. */
enum {
    LWURL_CACHE_OFFLINE = 1, /* what is kept, however old; no network. Else
                                LWURL_ERR_NOT_CACHED */
    LWURL_CACHE_ASK = 2,     /* ask the origin, though it is fresh */
    LWURL_CACHE_HOLD = 4     /* a new body is kept when lwurl_cache_keep() says
                                that it is good, not at its end */
};

/* Where the body comes from. */
enum lwurl_cache_from {
    LWURL_FROM_NETWORK, /* as without a cache; lwurl_status() has its status */
    LWURL_FROM_FRESH,   /* it is fresh: no network was used */
    LWURL_FROM_CONFIRMED, /* the origin said that it is unchanged (304) */
    LWURL_FROM_STALE      /* it is stale: no answer, a 5xx, or OFFLINE;
                             lwurl_error() of the fetch says which */
};

/* Begins, as lwurl_begin(); u is the fetch's, where one is needed, until
   lwurl_cache_close(). `how`: LWURL_CACHE_... or 0. */
int lwurl_cache_begin(struct lwurl_cache *c, struct lwurl *u,
                      const struct lwurl_opener *opener,
                      const struct lwurl_request *request, unsigned how);

/* As lwurl_step(), with turns of the fetch as they come: RESPONSE, once, then
   BODY: lwurl_cache_take(), then DONE. Of a kept response no fields come. A
   step may erase one erase unit and change the halves of .records. */
int lwurl_cache_step(struct lwurl_cache *c);
void lwurl_cache_wants(struct lwurl_cache *c, struct lwurl_wants *out);

/* As lwurl_take(); at most an erase unit's bytes at once. LWURL_ERR_STORAGE:
   what is kept cannot be read. */
int lwurl_cache_take(struct lwurl_cache *c, void *dst, size_t n);

/* The same, waiting: lwurl_next(), lwurl_open(), lwurl_read() and
   lwurl_read_all(). */
int lwurl_cache_next(struct lwurl_cache *c);
int lwurl_cache_open(struct lwurl_cache *c, struct lwurl *u,
                     const struct lwurl_opener *opener,
                     const struct lwurl_request *request, unsigned how);
int lwurl_cache_read(struct lwurl_cache *c, void *dst, size_t n);
int lwurl_cache_read_all(struct lwurl_cache *c, void *dst, size_t max,
                         size_t *n);

/* After RESPONSE: where the body comes from, and its length (UINT64_MAX: not
   known). */
enum lwurl_cache_from lwurl_cache_from(const struct lwurl_cache *c);
uint64_t lwurl_cache_length(const struct lwurl_cache *c);

/* LWURL_CACHE_HOLD: the body was read to its end and is good. What it would
   replace stays until then. LWURL_ERR_CALL: there is nothing to keep; else as
   lwurl_cache_stored(). */
int lwurl_cache_keep(struct lwurl_cache *c);

/* Is what was read kept now? LWURL_OK, or why not: LWURL_ERR_NOT_CACHED (it
   may not be, or not yet), _ROOM (body or URL are too long, or .records is
   full), _STORAGE. */
int lwurl_cache_stored(const struct lwurl_cache *c);

/* Ends it; a body that was not read to its end is not kept. The connection is
   kept as by lwurl_close(). Harmless at any time. */
void lwurl_cache_close(struct lwurl_cache *c);

#ifdef __cplusplus
}
#endif

#endif
