/* SPDX-License-Identifier: MIT */
/*
 * robots.txt [urllib.robotparser], fed as it comes: one pass answers for one
 * user agent and one URL, in memory that does not grow with the file.
 *
 *     lwurl_robots_begin(&robots, "mybot/1.0", url, room, sizeof room);
 *     err = lwurl_open(&u, ...); // of lwurl_urljoin(url, "/robots.txt")
 *     while (err == LWURL_OK && (n = lwurl_read(&u, bytes, sizeof bytes)) > 0)
 *         lwurl_robots_feed(&robots, bytes, n, &used);
 *     if (err == LWURL_OK && n == 0)
 *         lwurl_robots_end(&robots);
 *     if (err == LWURL_ERR_STATUS)
 *         lwurl_robots_status(&robots, lwurl_status(&u));
 *     if (lwurl_robots_can_fetch(&robots)) ...
 *
 * It reads as CPython does: the first group that names the agent counts, that
 * of "*" where none does, and in it the first rule that is a prefix of the
 * URL's path. Escapes are decoded to bytes, white space and line ends are
 * ASCII's, a rule that is no URL is passed over. No state but the struct, whose
 * slices point into the room; one task at a time.
 *
 * Stack: 480 bytes at most, above the port (make stack).
 */
#ifndef LWURL_ROBOTS_H
#define LWURL_ROBOTS_H

#include <stdbool.h>

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one group of lines says. Private. */
struct lwurl_robots_group {
    uint32_t delay, requests, seconds;
    uint8_t said;
};

/* 88 bytes on a Cortex-M. All but `sitemap` and `cut` is private. */
struct lwurl_robots {
    struct lwurl_str sitemap; /* after LWURL_ROBOTS_SITEMAP: its URL, until the
                                 next call */
    bool cut; /* some line was too long for the room: its rule was taken to
                 forbid what it may forbid, and to allow nothing */

    struct lwurl_str agent;
    char *room; /* the path asked for, and behind it the line at hand */
    size_t room_n, path_n, line_n;
    struct lwurl_robots_group group, mine, others;
    uint8_t state, line, end;
};

/* Bytes that the room must have beside the URL. */
#define LWURL_ROBOTS_LINE_MIN 64

/*
 * Begins a file. `agent`: as in a User-Agent field; what is before a '/'
 * counts, and it must stay until the end. `url`: what is to be fetched, whole
 * or its path. room: the URL and one line; rules that matter are not longer
 * than the URL, comments are not kept: 256 bytes do for most.
 * LWURL_ERR_ROOM; LWURL_ERR_URL: as lwurl_urlsplit().
 */
int lwurl_robots_begin(struct lwurl_robots *r, const char *agent,
                       const char *url, void *room, size_t room_n);

/* What feed and end return when a Sitemap line has passed. */
#define LWURL_ROBOTS_SITEMAP 1

/* The next n bytes of the file. LWURL_OK: all are taken. LWURL_ROBOTS_SITEMAP:
 *used of them; call again with the rest. */
int lwurl_robots_feed(struct lwurl_robots *r, const void *p, size_t n,
                      size_t *used);

/* The file is complete. A file that breaks off has no end: it allows nothing.
   LWURL_OK, or LWURL_ROBOTS_SITEMAP for a last line without line end. */
int lwurl_robots_end(struct lwurl_robots *r);

/* There is no file, but this HTTP status: 401 and 403 forbid all, every other
   4xx allows all, and what is left allows nothing as long as it lasts. */
void lwurl_robots_status(struct lwurl_robots *r, unsigned status);

/* May the agent fetch the URL [can_fetch]? False before the end. */
bool lwurl_robots_can_fetch(const struct lwurl_robots *r);

/* Seconds between two requests [crawl_delay]; requests in so many seconds
   [request_rate]. False when the file does not say, or not yet; numbers above
   2^32 - 1 are that. */
bool lwurl_robots_crawl_delay(const struct lwurl_robots *r, uint32_t *seconds);
bool lwurl_robots_request_rate(const struct lwurl_robots *r, uint32_t *requests,
                               uint32_t *seconds);

#ifdef __cplusplus
}
#endif

#endif
