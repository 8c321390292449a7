/* SPDX-License-Identifier: MIT */
/*
 * A body of parts (RFC 2046 5.1, RFC 7578), made as it is asked for:
 *
 *   stage   bytes                                    next
 *   HEAD    delimiter and fields of part; of the     VALUE; at the end DONE
 *           last, the closing delimiter
 *   VALUE   of part                                  HEAD of part + 1
 *   DONE    none
 *   BROKEN  an error, until it is rewound
 *
 * A head is written from its first byte each time, and what went before is
 * skipped: so a room of one byte will do.
 */
#include "lwurl_multipart.h"

#include <limits.h>
#include <string.h>

#include "http/head_out.h"
#include "text/sink.h"

enum { AT_HEAD, AT_VALUE, AT_DONE, AT_BROKEN };

#define BOUNDARY_MAX 70 /* RFC 2046 5.1.1 */
#define DERIVATIONS  16 /* tries to find one that occurs nowhere */

static struct lwurl_str boundary_of(const struct lwurl_multipart *m)
{
    return str_of(m->boundary != NULL ? m->boundary : m->derived);
}

/* -------------------------------------------------------------------- heads */

/* Bytes skip .. skip + max of a text that is written from its beginning. */
struct window {
    char *p;
    size_t max, n;
    uint64_t skip, at;
};

static void put(struct window *w, char c)
{
    if (w->at >= w->skip && w->n < w->max)
        w->p[w->n++] = c;
    w->at++;
}

static void put_text(struct window *w, const char *text)
{
    while (*text != '\0')
        put(w, *text++);
}

/* In quotes, as browsers escape it: what would end the quotes or the line. */
static void put_quoted(struct window *w, const char *text)
{
    put(w, '"');
    for (; *text != '\0'; text++) {
        char escape[4];
        struct sink s = {escape, sizeof escape - 1, 0};
        unsigned char c = (unsigned char)*text;
        if (!is_control(c) && c != '"') {
            put(w, *text);
            continue;
        }
        sink_escape(&s, c);
        escape[s.n] = '\0';
        put_text(w, escape);
    }
    put(w, '"');
}

static const char *type_of(const struct lwurl_part *part)
{
    if (part->content_type != NULL || part->filename == NULL)
        return part->content_type;
    return "application/octet-stream";
}

static void put_fields(struct window *w, const struct lwurl_part *part)
{
    const char *type = type_of(part);

    put_text(w, "\r\nContent-Disposition: form-data; name=");
    put_quoted(w, part->name);
    if (part->filename != NULL) {
        put_text(w, "; filename=");
        put_quoted(w, part->filename);
    }
    if (type != NULL) {
        put_text(w, "\r\nContent-Type: ");
        put_text(w, type);
    }
    put_text(w, "\r\n\r\n");
}

/* The line break before a delimiter belongs to it. */
static void put_head(const struct lwurl_multipart *m, size_t part,
                     struct window *w)
{
    put_text(w, part > 0 ? "\r\n--" : "--");
    put_text(w, boundary_of(m).p);
    if (part < m->parts_n)
        put_fields(w, &m->parts[part]);
    else
        put_text(w, "--\r\n");
}

/* ----------------------------------------------------------------- boundary */

/* Does a line of p[0..n) begin with "--" and the boundary? *matched carries on
   from piece to piece: 1 at the beginning of a line, then what of it fits. Any
   CR or LF begins a line, for readers that are not strict. */
static bool holds(struct lwurl_str boundary, uint8_t *matched, const char *p,
                  size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = *matched;
        char wanted = at == 0 ? '\0' : at < 3 ? '-' : boundary.p[at - 3];
        if (p[i] == '\r' || p[i] == '\n')
            *matched = 1;
        else
            *matched = at > 0 && p[i] == wanted ? (uint8_t)(at + 1) : 0;
        if (*matched == boundary.n + 3)
            return true;
    }
    return false;
}

static bool is_read(const struct lwurl_part *part)
{
    return part->read != NULL;
}

static bool in_memory_parts(const struct lwurl_multipart *m)
{
    struct lwurl_str boundary = boundary_of(m);
    bool found = false;

    for (size_t i = 0; i < m->parts_n && !found; i++) {
        uint8_t matched = 1;
        if (!is_read(&m->parts[i]))
            found = holds(boundary, &matched, m->parts[i].value,
                          (size_t)m->parts[i].n);
    }
    return found;
}

static bool is_boundary_char(unsigned char c)
{
    static const char others[] = "'()+_,-./:=? ";

    return is_digit(c) || (unsigned)to_lower(c) - 'a' <= 25u ||
           memchr(others, c, sizeof others - 1) != NULL;
}

static bool is_boundary(struct lwurl_str s)
{
    bool good = s.n > 0 && s.n <= BOUNDARY_MAX && s.p[s.n - 1] != ' ';

    for (size_t i = 0; i < s.n; i++)
        good = good && is_boundary_char((unsigned char)s.p[i]);
    return good;
}

#define PRIME 0x100000001b3u

/* FNV-1a, which spreads well enough for a text that is checked anyway. */
static uint64_t mix(uint64_t hash, const void *p, size_t n)
{
    const unsigned char *bytes = p;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * PRIME;
    return hash;
}

static void derive(struct lwurl_multipart *m, unsigned attempt)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t hash = 0xcbf29ce484222325u + attempt;

    for (size_t i = 0; i < m->parts_n; i++) {
        struct lwurl_str name = str_of(m->parts[i].name);
        struct lwurl_str filename = str_of(m->parts[i].filename);
        hash = mix(hash, name.p, name.n);
        hash = mix(hash, filename.p, filename.n);
        hash = (hash ^ m->parts[i].n) * PRIME;
    }
    memcpy(m->derived, "lwurl-", 6);
    for (size_t i = 6; i < sizeof m->derived - 1; i++) {
        m->derived[i] = digits[hash & 15u];
        hash >>= 4;
    }
    m->derived[sizeof m->derived - 1] = '\0';
}

static int choose_boundary(struct lwurl_multipart *m, const char *boundary)
{
    bool found = true;

    m->boundary = boundary;
    if (boundary != NULL && !is_boundary(str_of(boundary)))
        return LWURL_ERR_HEADER;
    for (unsigned i = 0; found && i < (boundary == NULL ? DERIVATIONS : 1u);
         i++) {
        derive(m, i);
        found = in_memory_parts(m);
    }
    return found ? LWURL_ERR_BODY : LWURL_OK;
}

static void forget_boundary(struct lwurl_multipart *m)
{
    m->boundary = NULL;
    m->derived[0] = '\0';
}

/* -------------------------------------------------------------------- parts */

static int check(const struct lwurl_part *part)
{
    if (part->name == NULL)
        return LWURL_ERR_CALL;
    if (!is_read(part) &&
        (part->n > SIZE_MAX || (part->value == NULL && part->n > 0)))
        return LWURL_ERR_CALL;
    if (part->content_type != NULL && !request_is_value(part->content_type))
        return LWURL_ERR_HEADER;
    return LWURL_OK;
}

int lwurl_multipart_init(struct lwurl_multipart *m,
                         const struct lwurl_part *parts, size_t parts_n,
                         const char *boundary)
{
    int err = LWURL_OK;

    m->parts = parts;
    m->parts_n = parts_n;
    for (size_t i = 0; i < parts_n && err == LWURL_OK; i++)
        err = check(&parts[i]);
    if (err == LWURL_OK)
        err = choose_boundary(m, boundary);
    if (err != LWURL_OK)
        forget_boundary(m);
    lwurl_multipart_rewind(m);
    return err;
}

/* A form without boundary was refused by init. */
void lwurl_multipart_rewind(struct lwurl_multipart *m)
{
    m->part = 0;
    m->at = 0;
    m->stage = boundary_of(m).n > 0 ? AT_HEAD : AT_BROKEN;
    m->matched = 1;
}

int lwurl_multipart_type(const struct lwurl_multipart *m, char *out, size_t max,
                         size_t *n)
{
    struct lwurl_str boundary = boundary_of(m);
    struct sink s = {out, max, 0};
    bool token = true;

    for (size_t i = 0; i < boundary.n; i++)
        token = token && is_token_char((unsigned char)boundary.p[i]);
    sink_str(&s, STR("multipart/form-data; boundary="));
    if (!token)
        sink_put(&s, '"');
    sink_str(&s, boundary);
    if (!token)
        sink_put(&s, '"');
    return sink_end(&s, n);
}

static bool add(uint64_t *sum, uint64_t n)
{
    if (n >= LWURL_UNKNOWN - *sum) /* the sum is not LWURL_UNKNOWN either */
        return false;
    *sum += n;
    return true;
}

uint64_t lwurl_multipart_length(const struct lwurl_multipart *m)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= m->parts_n; i++) {
        struct window w = {NULL, 0, 0, 0, 0};
        put_head(m, i, &w);
        if (!add(&sum, w.at) || (i < m->parts_n && !add(&sum, m->parts[i].n)))
            return LWURL_UNKNOWN;
    }
    return sum;
}

/* ------------------------------------------------------------------ reading */

static int read_head(struct lwurl_multipart *m, char *dst, size_t n)
{
    struct window w = {dst, n, 0, m->at, 0};

    put_head(m, m->part, &w);
    return (int)w.n;
}

static int read_memory(const struct lwurl_multipart *m, char *dst, size_t n)
{
    const struct lwurl_part *part = &m->parts[m->part];

    if (n > 0)
        memcpy(dst, (const char *)part->value + m->at, n);
    return (int)n;
}

static int broken(struct lwurl_multipart *m)
{
    m->stage = AT_BROKEN;
    return LWURL_ERR_BODY;
}

static int read_source(struct lwurl_multipart *m, char *dst, size_t n)
{
    const struct lwurl_part *part = &m->parts[m->part];
    int r = n > 0 ? part->read(part->context, m->at, dst, n) : 0;

    if (r < 0)
        return r;
    if ((size_t)r > n || (r == 0 && n > 0 && part->n != LWURL_UNKNOWN) ||
        holds(boundary_of(m), &m->matched, dst, (size_t)r))
        return broken(m);
    return r;
}

static int read_value(struct lwurl_multipart *m, char *dst, size_t n)
{
    const struct lwurl_part *part = &m->parts[m->part];

    if (n > part->n - m->at)
        n = (size_t)(part->n - m->at);
    return is_read(part) ? read_source(m, dst, n) : read_memory(m, dst, n);
}

/* A head or value is over. */
static void advance(struct lwurl_multipart *m)
{
    m->at = 0;
    m->matched = 1;
    if (m->stage == AT_VALUE) {
        m->stage = AT_HEAD;
        m->part++;
    } else {
        m->stage = m->part < m->parts_n ? AT_VALUE : AT_DONE;
    }
}

int lwurl_multipart_read(struct lwurl_multipart *m, void *dst, size_t n)
{
    char *to = dst;
    size_t got = 0;

    if (n > INT_MAX)
        n = INT_MAX;
    if (m->stage == AT_BROKEN)
        return LWURL_ERR_BODY;
    while (got < n && m->stage != AT_DONE) {
        int r = m->stage == AT_HEAD ? read_head(m, to + got, n - got)
                                    : read_value(m, to + got, n - got);
        if (r < 0)
            return got > 0 ? (int)got : r;
        if (r == 0)
            advance(m);
        m->at += (unsigned)r;
        got += (unsigned)r;
    }
    return (int)got;
}

/* ------------------------------------------------------------------ writing */

static int write_once(struct lwurl_multipart *m, struct lwurl *u, void *room,
                      size_t n)
{
    int r, err = LWURL_OK;

    lwurl_multipart_rewind(m);
    while (err == LWURL_OK && (r = lwurl_multipart_read(m, room, n)) != 0) {
        if (r < 0) {
            m->stage = AT_BROKEN;
            return r;
        }
        err = lwurl_write(u, room, (size_t)r);
    }
    return err == LWURL_OK ? lwurl_finish(u) : err;
}

/* Is it LWURL_ERR_BODY because the fetch, which goes on, wants it again? */
static bool is_wanted_again(const struct lwurl_multipart *m,
                            const struct lwurl *u, int err)
{
    struct lwurl_error error;

    lwurl_error(u, &error);
    return err == LWURL_ERR_BODY && error.code == LWURL_OK &&
           m->stage != AT_BROKEN;
}

int lwurl_multipart_write(struct lwurl_multipart *m, struct lwurl *u,
                          void *room, size_t n)
{
    int err;

    if (n == 0)
        return LWURL_ERR_CALL;
    do
        err = write_once(m, u, room, n);
    while (is_wanted_again(m, u, err));
    return err;
}
