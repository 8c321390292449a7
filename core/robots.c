/* SPDX-License-Identifier: MIT */
/*
 * robots.txt in one pass (urllib.robotparser, RFC 9309 where CPython has it).
 * A group is lines of agents, then lines of rules:
 *
 *   state    line            next
 *   START    User-agent      AGENTS
 *   AGENTS   User-agent      AGENTS
 *            a rule          RULES
 *            empty           START: the group is forgotten
 *   RULES    a rule          RULES
 *            User-agent      AGENTS: the group counts, a new one begins
 *            empty           START: the group counts
 *
 * A rule is Allow, Disallow, Crawl-delay or Request-rate, good or not; before
 * any agent it is passed over. A line of blanks or of a comment is not empty.
 */
#include "lwurl_robots.h"

#include <string.h>

#include "text/proof.h"
#include "text/split.h"

enum { START, AGENTS, RULES };

/* struct lwurl_robots.line: what passed of the line at hand. */
enum {
    ANYTHING = 1, /* it is not empty */
    COMMENT = 2,  /* what follows is not kept */
    CUT = 4,      /* the room was too small for it */
    AFTER_CR = 8  /* LF belongs to the line before */
};

/* struct lwurl_robots.end: why there is an answer. */
enum { UNREAD, READ, ALL_ALLOWED, ALL_FORBIDDEN };

/* struct lwurl_robots_group.said */
enum {
    COUNTS = 1, /* the group is complete */
    MINE = 2,   /* names the agent */
    STAR = 4,   /* names "*" */
    ALLOWS = 8, /* the first rule that fits */
    FORBIDS = 16,
    DELAY = 32,
    RATE = 64
};

static const struct lwurl_robots_group empty_group;

/* -------------------------------------------------------------------- texts */

/* Decodes escapes in place. */
static void unquote(char *p, size_t *n)
{
    struct lwurl_str s = {p, *n};
    size_t to = 0;

    for (size_t at = 0; at < s.n;)
        LOOP_WRITES((at, to; s.n > 0
                     : ALL_OF(p)),
                    to <= at && at <= s.n, s.n - at)
    {
        p[to++] = (char)str_unquote(s, &at);
    }
    *n = to;
}

/* As urlsplit of CPython, which lwurl_urlsplit() is not. */
static void drop_line_ends(char *p, size_t *n)
{
    size_t to = 0;

    for (size_t at = 0; at < *n; at++)
        LOOP_WRITES((at, to; *n > 0 : ALL_OF(p)), to <= at && at <= *n, *n - at)
    {
        if (p[at] != '\t' && p[at] != '\r' && p[at] != '\n')
            p[to++] = p[at];
    }
    *n = to;
}

/* Is `part` somewhere in s, without case? */
static bool holds(struct lwurl_str s, struct lwurl_str part)
{
    for (size_t at = 0; at + part.n <= s.n; at++)
        LOOP_HOLDS(at <= s.n + 1, s.n + 1 - at)
    {
        if (str_same(str_cut(s, at, part.n), part))
            return true;
    }
    return false;
}

/* Blanks and digits; up to UINT32_MAX. */
static bool read_number(struct lwurl_str s, uint32_t *out)
{
    uint32_t value = 0;

    s = str_strip(s);
    for (size_t i = 0; i < s.n; i++)
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        unsigned char c = (unsigned char)s.p[i];
        if (!is_digit(c))
            return false;
        uint32_t digit = (uint32_t)c - '0';
        value =
            value > (UINT32_MAX - digit) / 10 ? UINT32_MAX : value * 10 + digit;
    }
    *out = value;
    return s.n > 0;
}

/* --------------------------------------------------------------------- URLs */

/* Splits the decoded URL at p, as urlparse. False: it is none. */
static bool split(char *p, size_t n, struct lwurl_split *parts,
                  struct lwurl_str *params)
{
    drop_line_ends(p, &n);
    if (lwurl_urlsplit((struct lwurl_str){p, n}, parts) != LWURL_OK)
        return false;
    *params = split_cut_params(parts->scheme, &parts->path);
    return true;
}

/* Puts the parts together again, without what is empty in them (urlunparse).
   They may lie in p[0..max) themselves: nothing is written over that was not
   read, where the room begins INSERTED bytes before them. */
#define INSERTED 3 /* "x:a" becomes "x:///a" */

static struct lwurl_str unsplit(char *p, size_t max,
                                const struct lwurl_split *parts,
                                struct lwurl_str params)
{
    struct sink s = {p, max, 0};

    split_write(parts, params, &s);
    return str_cut((struct lwurl_str){p, max}, 0, s.n);
}

int lwurl_robots_begin(struct lwurl_robots *r, const char *agent,
                       const char *url, void *room, size_t room_n)
{
    static const struct lwurl_robots empty;
    struct lwurl_split parts;
    struct lwurl_str params, none = {NULL, 0};
    size_t n;

    *r = empty;
    r->agent = str_of(agent);
    r->agent.n = str_find(r->agent, '/');
    r->room = room;
    r->room_n = room_n;
    if (lwurl_unquote(str_of(url), room, room_n, &n) != LWURL_OK ||
        room_n - n < LWURL_ROBOTS_LINE_MIN)
        return LWURL_ERR_ROOM;
    if (!split(room, n, &parts, &params))
        return LWURL_ERR_URL;
    parts.scheme = none;
    parts.netloc = none;
    r->path_n = unsplit(room, n, &parts, params).n; /* nothing is inserted */
    if (r->path_n == 0)
        r->room[r->path_n++] = '/';
    return LWURL_OK;
}

/* ------------------------------------------------------------------- groups */

/* CPython's entries: the first for the agent, and the first for "*", which
   may name the agent as well. */
static void end_group(struct lwurl_robots *r)
{
    struct lwurl_robots_group *to = NULL;

    if ((r->group.said & STAR) != 0)
        to = &r->others;
    else if ((r->group.said & MINE) != 0)
        to = &r->mine;
    if (to != NULL && (to->said & COUNTS) == 0) {
        *to = r->group;
        to->said |= COUNTS;
    }
}

static void begin_group(struct lwurl_robots *r)
{
    if (r->state == RULES)
        end_group(r);
    r->group = empty_group;
    r->state = START;
}

/* -------------------------------------------------------------------- lines */

/* Behind "name:"; the value is decoded, in the room. */
typedef int (*reader)(struct lwurl_robots *r, char *p, size_t n);

static int read_agent(struct lwurl_robots *r, char *p, size_t n)
{
    struct lwurl_str value = {p, n};

    if (r->state == RULES)
        begin_group(r);
    if ((r->line & CUT) == 0 && str_equal(value, STR("*")))
        r->group.said |= STAR;
    if (holds(r->agent, value)) /* or may: what was cut is longer */
        r->group.said |= MINE;
    r->state = AGENTS;
    return LWURL_OK;
}

/* Is the rule a prefix of the path? Both are compared decoded: encoding is the
   same for each byte. What was cut is a longer rule. */
static bool fits(const struct lwurl_robots *r, char *p, size_t n)
{
    struct lwurl_split parts;
    struct lwurl_str params, rule;

    if (!split(p, n, &parts, &params))
        return false;
    rule = unsplit(p - INSERTED, n + INSERTED, &parts, params);
    return rule.n <= r->path_n && memcmp(rule.p, r->room, rule.n) == 0;
}

static int read_rule(struct lwurl_robots *r, char *p, size_t n, unsigned says)
{
    bool cut = (r->line & CUT) != 0;

    if (r->state == START)
        return LWURL_OK;
    r->state = RULES;
    if ((r->group.said & (ALLOWS | FORBIDS)) != 0 || (cut && says == ALLOWS))
        return LWURL_OK;
    if (n == 0 && !cut) /* "Disallow:" allows all, as "Allow:" */
        says = ALLOWS;
    if (fits(r, p, n))
        r->group.said |= (uint8_t)says;
    return LWURL_OK;
}

static int read_allow(struct lwurl_robots *r, char *p, size_t n)
{
    return read_rule(r, p, n, ALLOWS);
}

static int read_disallow(struct lwurl_robots *r, char *p, size_t n)
{
    return read_rule(r, p, n, FORBIDS);
}

static int read_delay(struct lwurl_robots *r, char *p, size_t n)
{
    uint32_t delay;

    if (r->state == START)
        return LWURL_OK;
    r->state = RULES;
    if ((r->line & CUT) == 0 && read_number((struct lwurl_str){p, n}, &delay)) {
        r->group.delay = delay;
        r->group.said |= DELAY;
    }
    return LWURL_OK;
}

static int read_rate(struct lwurl_robots *r, char *p, size_t n)
{
    struct lwurl_str value = {p, n};
    size_t slash = str_find(value, '/');
    uint32_t requests, seconds;

    if (r->state == START)
        return LWURL_OK;
    r->state = RULES;
    if ((r->line & CUT) == 0 && slash < n &&
        read_number(str_cut(value, 0, slash), &requests) &&
        read_number(str_cut(value, slash + 1, SIZE_MAX), &seconds)) {
        r->group.requests = requests;
        r->group.seconds = seconds;
        r->group.said |= RATE;
    }
    return LWURL_OK;
}

static int read_sitemap(struct lwurl_robots *r, char *p, size_t n)
{
    if ((r->line & CUT) != 0)
        return LWURL_OK;
    r->sitemap = (struct lwurl_str){p, n};
    return LWURL_ROBOTS_SITEMAP;
}

#define READERS 6u

static reader find_reader(struct lwurl_str name)
{
    static const char *const names[READERS] = {
        "user-agent",  "disallow",     "allow",
        "crawl-delay", "request-rate", "sitemap",
    };
    static const reader readers[READERS] = {
        read_agent, read_disallow, read_allow,
        read_delay, read_rate,     read_sitemap,
    };

    size_t i = 0;

    while (i < READERS && !str_is(name, names[i]))
        i++;
    return i < READERS ? readers[i] : NULL;
}

/* The line is complete, or the file. */
static int read_line(struct lwurl_robots *r)
{
    char *p = r->room + r->path_n;
    struct lwurl_str line = {p, r->line_n};
    size_t colon = str_find(line, ':');
    struct lwurl_str name = str_strip(str_cut(line, 0, colon));

    r->cut = r->cut || (r->line & CUT) != 0;
    if (colon == line.n)
        return LWURL_OK;
    struct lwurl_str value = str_strip(str_cut(line, colon + 1, SIZE_MAX));
    reader read = find_reader(name);
    if (read == NULL)
        return LWURL_OK;
    p += value.p - line.p;    /* p + INSERTED or more: there was a name */
    if ((r->line & CUT) != 0) /* the last escape may be half of one */
        value.n -= value.n < 2 ? value.n : 2;
    unquote(p, &value.n);
    return read(r, p, value.n);
}

static int end_line(struct lwurl_robots *r)
{
    int got = LWURL_OK;

    if ((r->line & ANYTHING) == 0)
        begin_group(r);
    else
        got = read_line(r);
    r->line = 0;
    r->line_n = 0;
    return got;
}

/* --------------------------------------------------------------------- file */

WRAPS_BEGIN

/* What str.splitlines() splits at, in ASCII. */
static bool is_line_end(unsigned char c)
{
    return (unsigned)c - 0x0a <= 3u || (unsigned)c - 0x1c <= 2u;
}

WRAPS_END

static void take(struct lwurl_robots *r, char c)
{
    size_t max = r->room_n - r->path_n;
    bool blank = is_blank((unsigned char)c);

    r->line |= ANYTHING;
    if (c == '#')
        r->line |= COMMENT;
    if ((r->line & COMMENT) != 0 || (blank && r->line_n == 0))
        return;
    if (r->line_n < max)
        r->room[r->path_n + r->line_n++] = c;
    else if (!blank)
        r->line |= CUT;
}

int lwurl_robots_feed(struct lwurl_robots *r, const void *p, size_t n,
                      size_t *used)
{
    const char *from = p;
    int got = LWURL_OK;

    for (*used = 0; *used < n && got == LWURL_OK; ++*used) {
        char c = from[*used];
        bool after_cr = (r->line & AFTER_CR) != 0;
        r->line &= (uint8_t)~AFTER_CR;
        if (after_cr && c == '\n')
            continue;
        if (!is_line_end((unsigned char)c)) {
            take(r, c);
            continue;
        }
        got = end_line(r);
        if (c == '\r')
            r->line = AFTER_CR;
    }
    return got;
}

int lwurl_robots_end(struct lwurl_robots *r)
{
    int got = LWURL_OK;

    if ((r->line & ANYTHING) != 0)
        got = end_line(r);
    begin_group(r);
    r->end = READ;
    return got;
}

void lwurl_robots_status(struct lwurl_robots *r, unsigned status)
{
    if (status == 401 || status == 403)
        r->end = ALL_FORBIDDEN;
    else if (status >= 400 && status < 500)
        r->end = ALL_ALLOWED;
}

/* ------------------------------------------------------------------ answers */

/* The group that counts; an empty one where there is none, or no end. */
static const struct lwurl_robots_group *chosen(const struct lwurl_robots *r)
{
    if (r->end != READ)
        return &empty_group;
    return (r->mine.said & COUNTS) != 0 ? &r->mine : &r->others;
}

bool lwurl_robots_can_fetch(const struct lwurl_robots *r)
{
    return r->end == ALL_ALLOWED ||
           (r->end == READ && (chosen(r)->said & FORBIDS) == 0);
}

bool lwurl_robots_crawl_delay(const struct lwurl_robots *r, uint32_t *seconds)
{
    const struct lwurl_robots_group *group = chosen(r);

    *seconds = group->delay;
    return (group->said & DELAY) != 0;
}

bool lwurl_robots_request_rate(const struct lwurl_robots *r, uint32_t *requests,
                               uint32_t *seconds)
{
    const struct lwurl_robots_group *group = chosen(r);

    *requests = group->requests;
    *seconds = group->seconds;
    return (group->said & RATE) != 0;
}
