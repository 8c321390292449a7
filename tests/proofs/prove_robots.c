/* SPDX-License-Identifier: MIT */
/* Proves core/robots.c core/text/quote.c core/text/split.c core/text/sink.c
   core/text/str.c
   Left out: lwurl_robots_feed (inside of its loop, the prover takes the counter
   of the one in find_reader for what may not be written, and with a contract at
   that one, the names of the table for no texts; take and end_line, which it
   calls for each byte, are proven to keep what holds). */
#include "robots.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* Between two bytes: the line is in the room, behind the path. */
#define HOLDS(r)                                      \
    ((r)->path_n > 0 && (r)->path_n <= (r)->room_n && \
     (r)->line_n <= (r)->room_n - (r)->path_n)

#ifdef __CPROVER__

/* clang-format off */

static void unquote(char *p, size_t *n)
__CPROVER_requires(*n == 0 || __CPROVER_w_ok(p, *n))
__CPROVER_assigns(*n; *n > 0: __CPROVER_object_whole(p))
__CPROVER_ensures(*n <= OLD(*n));

static bool holds(struct lwurl_str s, struct lwurl_str part)
__CPROVER_requires(IS_GOOD(s) && IS_GOOD(part))
__CPROVER_assigns();

static bool read_number(struct lwurl_str s, uint32_t *out)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns(*out);

/* The rule is moved to the left of where it was. */
static bool fits(const struct lwurl_robots *r, char *p, size_t n)
__CPROVER_requires(HOLDS(r) && __CPROVER_w_ok(r->room, r->room_n))
__CPROVER_requires(__CPROVER_same_object(p, r->room) &&
                   OFFSET_OF(p) >= INSERTED && n <= r->room_n &&
                   OFFSET_OF(p) <= r->room_n - n)
__CPROVER_assigns(__CPROVER_object_whole(r->room));

/* clang-format on */

#endif

/* A file of which something has been read. */
static struct lwurl_robots *any_robots(void)
{
    struct lwurl_robots *r = any_memory(sizeof *r);

    r->agent = any_str();
    r->room_n = any_length(ANY_MAX);
    r->room = any_memory(r->room_n);
    r->cut = any_bool();
    ASSUME(HOLDS(r));
    return r;
}

PROOF(lwurl_robots_begin)
{
    struct lwurl_robots r;
    size_t room_n = any_length(ANY_MAX);

    if (lwurl_robots_begin(&r, any_text(), any_text(), any_memory(room_n),
                           room_n) == LWURL_OK)
        PROVE(HOLDS(&r) && READABLE(r.agent.p, r.agent.n));
}

PROOF(unquote)
{
    struct lwurl_str s = any_str();

    unquote((char *)s.p, &s.n);
}

PROOF(holds)
{
    holds(any_str(), any_str());
}

PROOF(read_number)
{
    uint32_t number;

    read_number(any_str(), &number);
}

PROOF(fits)
{
    struct lwurl_robots *r = any_robots();

    fits(r, r->room + any_length(r->room_n), any_size());
}

PROOF(end_line)
{
    struct lwurl_robots *r = any_robots();

    end_line(r);
    PROVE(HOLDS(r));
}

PROOF(take)
{
    struct lwurl_robots *r = any_robots();
    char c = (char)any_byte();

    if (!is_line_end((unsigned char)c))
        take(r, c);
    PROVE(HOLDS(r));
}

PROOF(lwurl_robots_end)
{
    lwurl_robots_end(any_robots());
}

PROOF(lwurl_robots_status)
{
    lwurl_robots_status(any_robots(), any_u32());
}

PROOF(lwurl_robots_can_fetch)
{
    struct lwurl_robots *r = any_robots();
    uint32_t requests, seconds;

    lwurl_robots_can_fetch(r);
    lwurl_robots_crawl_delay(r, &seconds);
    lwurl_robots_request_rate(r, &requests, &seconds);
}
