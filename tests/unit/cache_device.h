/* SPDX-License-Identifier: MIT */
/* A device with a cache in flash, over a fake port, and what it is asked for.
 */
#ifndef CACHE_DEVICE_H
#define CACHE_DEVICE_H

#include "exchange.h"
#include "fake_filter.h"
#include "fake_storage.h"
#include "lwurl_cache.h"
#include "lwurl_redirect.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define ERASE    256u
#define BODY_MAX 1024u
#define SLOTS    3u
#define RECORDS  (8u * ERASE) /* two halves */
#define NOBODY   INT64_MIN    /* knows the time */
#define EPOCH    784111777    /* Sun, 06 Nov 1994 08:49:37 GMT */
#define A        "http://h/a"
#define B        "http://h/b"

/* Responses. */
#define OK(fields, text) \
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" fields "\r\n" text
#define SAME(fields) "HTTP/1.1 304 Same\r\n" fields "\r\n"
#define FRESH60      "Cache-Control: max-age=60\r\n"

struct cache_device {
    struct fake fake;
    struct fake_storage flash; /* the bodies, then the records */
    struct lwurl u;
    struct lwurl_opener opener;
    struct lwurl_records records;
    struct lwurl_cache cache;
    struct lwurl_cache_slot slots[SLOTS];
    unsigned char room[LWURL_CACHE_ROOM(64)];
    char location[256];
    struct lwurl_redirect redirect;
    struct fake_slot tls;
    char work[LWURL_WORK_MIN];
    uint32_t body_max; /* bytes of a slot */
    int64_t wall;      /* its clock, or NOBODY */
    char body[4 * BODY_MAX + 1];
    size_t body_n; /* of what came last */
};

extern struct cache_device dev;

/* Blank, with these servers; write units of 8 bytes, or of `unit`; slots of
   BODY_MAX bytes, or four times as large. */
void device_begin(const struct fake_peer *peers, size_t n);
void device_begin_on(const struct fake_peer *peers, size_t n, uint32_t unit);
void device_begin_large(const struct fake_peer *peers, size_t n);
void device_end(void);

/* It starts again, and its port's time with it. */
void device_reboot(void);

/* Time goes by. */
void device_pass(uint32_t seconds);

/* Fetches into dev.body; lwurl_cache_close() is left to the caller. */
int ask(const struct lwurl_request *request, unsigned how);

/* The same and closes: the result of lwurl_cache_open(), or of the body. */
int get(const char *url, unsigned how);

/* Gets, and expects this body from there. */
void expect(const char *url, unsigned how, enum lwurl_cache_from from,
            const char *text);

/* What is there, or not, without a network. */
void expect_kept(const char *url, const char *text);
void expect_not_kept(const char *url);

struct fake_say say(const char *text, unsigned heads);

/* A response with a body of n bytes that tells its version, written to `to`. */
struct fake_say long_body(char *to, size_t n, char version, unsigned heads,
                          const char *fields);
/* That body is in dev.body. */
void expect_version(size_t n, char version);

#endif
