/* SPDX-License-Identifier: MIT */
/*
 * A body in parts that a small TLS record buffer holds (RFC 9110 14).
 *
 * A record buffer under LWURL_TLS_RECORD_ANY asks the server for small records
 * (maximum_fragment_length). Its answer is in the handshake. Where it does not
 * agree, this line of the opener fetches a GET with Range requests, one after
 * the other on the one connection, each so short that head and body fit into
 * one record. There is no request more than that: a server that agrees, or a
 * record buffer that takes all, is asked as always.
 *
 *     static char tag[64];
 *     static struct lwurl_parts parts = {.room = tag, .room_n = sizeof tag};
 *     static const struct lwurl_tls tls = {..., .parts = &parts};
 *     ... LWURL_HTTPS_PARTS(&tls) in the table, instead of LWURL_HTTPS(&tls)
 *
 * The application sees one response: lwurl_status() is 200, lwurl_length() the
 * whole, the body one stream. Fields are those of the first part. All parts
 * have the same strong ETag, or, where there is no ETag, a Last-Modified that
 * is a second older than the Date (RFC 9110 8.8.2.2), and the same total; else
 * the fetch ends with LWURL_ERR_RANGE: the body changed while it was read.
 *
 * What cannot be had in parts is asked for as always, and ends with
 * LWURL_ERR_TLS_RECORD when a record is too large (detail: the buffer that it
 * takes): other methods, a Range of your own, an error page, a server that
 * answers with all or has no validator. The head of a response has to fit into
 * the record buffer in any case.
 *
 * A server that closes after some responses costs a handshake each time: name
 * .sessions.
 */
#ifndef LWURL_PARTS_H
#define LWURL_PARTS_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_https_parts_ops;

/* A line of the opener: https:// with this struct lwurl_tls and its .parts. */
/* clang-format off */
#define LWURL_HTTPS_PARTS(tls) {&lwurl_https_parts_ops, (void *)(tls)}
/* clang-format on */

/* What is known of the body. Members are private but the first two: room for
   the validator, 29 bytes for a date, 64 for most ETags; LWURL_ERR_ROOM with
   the length needed for longer ones. */
struct lwurl_parts {
    char *room;
    size_t room_n;
    uint64_t at, total;         /* the next byte, and all of them */
    int64_t modified_s, date_s; /* of the first part, 0: not known */
    uint32_t tag_n, same_n;     /* the validator, and compared of it */
    uint32_t head_n;            /* bytes of the last head */
    uint32_t record_max;        /* content that a record may have */
    uint16_t asked, left;       /* of the current part */
    uint8_t state, seen;
};

#ifdef __cplusplus
}
#endif

#endif
