/* SPDX-License-Identifier: MIT */
/*
 * multipart/form-data (RFC 7578): forms and files as a request body that is
 * made piece by piece, so that no file has to fit into memory.
 *
 *     static const struct lwurl_part parts[] = {
 *         {.name = "device", .value = "42", .n = 2},
 *         {.name = "log", .filename = "log.txt", .n = LWURL_UNKNOWN,
 *          .read = read_log},
 *     };
 *     lwurl_multipart_init(&form, parts, 2, NULL);
 *     lwurl_multipart_type(&form, type, sizeof type, &n);
 *     request.content_type = type;
 *     request.body_n = lwurl_multipart_length(&form);
 *     request.flags = LWURL_BODY_CHUNKED | LWURL_BODY_REWINDS;
 *     lwurl_open(&u, ...);
 *     lwurl_multipart_write(&form, &u, room, sizeof room);
 *
 * LWURL_BODY_STREAM instead of _CHUNKED where the length is known. Parts, their
 * texts and the boundary are the caller's and stay unchanged until the body is
 * sent. No state but struct lwurl_multipart, which holds no pointer into
 * itself; one task at a time.
 *
 * Stack: 1472 bytes at most, above the port (make stack).
 */
#ifndef LWURL_MULTIPART_H
#define LWURL_MULTIPART_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LWURL_UNKNOWN UINT64_MAX /* a length that nobody knows yet */

/* A field of the form. `name` and `filename` are sent as browsers send them:
   bytes as they are (UTF-8), but '"' and control characters as %XX. */
struct lwurl_part {
    const char *name;
    const char *filename;     /* NULL: a plain value, no file */
    const char *content_type; /* NULL: none said of a plain value,
                                 application/octet-stream of a file */
    const void *value;        /* in memory; not used where there is a `read` */
    uint64_t n;               /* bytes of it, or LWURL_UNKNOWN with a `read` */

    /* Gives up to n bytes of the value, from its byte `at` on: > 0 bytes, 0 at
       the end, < 0 to stop. Called in order; at == 0 again after a rewind. A
       negative value is passed on once all before it is handed out, and nothing
       is lost by it: it is asked for the same bytes again ("none yet" can so be
       a number of yours). */
    int (*read)(void *context, uint64_t at, void *dst, size_t n);
    void *context;
};

/* A form on its way. Private members; set by lwurl_multipart_init(). */
struct lwurl_multipart {
    const struct lwurl_part *parts;
    size_t parts_n;
    const char *boundary; /* the caller's; NULL: `derived` */
    size_t part;          /* at hand; parts_n: the end of the form */
    uint64_t at;          /* offset in its head or value */
    uint8_t stage;
    uint8_t matched; /* bytes of a line that may become the boundary */
    char derived[23];
};

/*
 * Begins a form. `boundary`: 1 to 70 characters that RFC 2046 5.1.1 allows,
 * best from a random source; NULL: one is derived from the form's names and
 * lengths that occurs in no value in memory. Values that are read are watched
 * as they pass.
 *
 * LWURL_ERR_CALL: a part without name or value. LWURL_ERR_HEADER: a boundary or
 * content type that cannot be sent. LWURL_ERR_BODY: a value holds the boundary.
 */
int lwurl_multipart_init(struct lwurl_multipart *m,
                         const struct lwurl_part *parts, size_t parts_n,
                         const char *boundary);

/* Room for any Content-Type that lwurl_multipart_type() makes, NUL included. */
#define LWURL_MULTIPART_TYPE_MAX 103

/* Writes the Content-Type of the whole, as lwurl_quote() writes: LWURL_OK, or
   LWURL_ERR_ROOM with the length in *n. */
int lwurl_multipart_type(const struct lwurl_multipart *m, char *out, size_t max,
                         size_t *n);

/* Content-Length of the whole, exact; LWURL_UNKNOWN when a part's is unknown,
   or all together pass 2^64 - 2. */
uint64_t lwurl_multipart_length(const struct lwurl_multipart *m);

/*
 * Makes the next up to n bytes of the body. > 0: bytes, for lwurl_write() or
 * lwurl_send(). 0: complete (or n was 0). < 0: what a `read` said; or
 * LWURL_ERR_BODY: a value is shorter than stated, or holds the boundary. The
 * body must then not be finished: lwurl_end().
 */
int lwurl_multipart_read(struct lwurl_multipart *m, void *dst, size_t n);

/* From the first byte again: where lwurl_send() has the turn and
   lwurl_written() is 0, because a password or a redirect wants it. */
void lwurl_multipart_rewind(struct lwurl_multipart *m);

/* For blocking programs: writes the whole body through `room` (1 byte or more;
   larger is faster) and finishes it, again where it is wanted again. Result as
   of lwurl_finish(), or < 0 as of lwurl_multipart_read(). */
int lwurl_multipart_write(struct lwurl_multipart *m, struct lwurl *u,
                          void *room, size_t n);

#ifdef __cplusplus
}
#endif

#endif
