/* SPDX-License-Identifier: MIT */
/*
 * https in parts: the source of http, once for each part (RFC 9110 15.3.7).
 *
 *   turn of http           what becomes of it
 *   RESPONSE  206, first   RESPONSE, as 200
 *             206, later   WAIT: the body goes on
 *             401, later   RESPONSE: for a handler that can answer it
 *             else, later  LWURL_ERR_RANGE
 *             416, first   RESPONSE, and a retry without Range
 *             else, first  RESPONSE
 *   DONE      of a part    WAIT, and the next one is asked for
 *             of the last  DONE
 *   LWURL_ERR_TLS_RECORD   WAIT, once: a smaller part on a new connection
 */
#include "lwurl_parts.h"

#include <string.h>

#include "http/content_range.h"
#include "http/head_out.h"
#include "http/state.h"
#include "schemes/http.h"
#include "text/date.h"
#include "text/str.h"
#include "tls/filter.h"

/* struct lwurl_parts.state */
enum {
    PART_ASKED = 1,   /* this request asks for a part */
    PART_BODY = 2,    /* and this is it */
    PART_WHOLE = 4,   /* the server has no parts of this body */
    PART_SHRUNK = 8,  /* a part was too long, once */
    PART_DROPPED = 16 /* nobody wants the rest */
};

/* struct lwurl_parts.seen, in one head */
enum { SEEN_RANGE = 1, SEEN_TAG = 2, SEEN_DATE = 4, SEEN_OTHER = 8 };

#define PARTIAL_CONTENT 206u

/* A head that nobody has seen yet has so many bytes, or half of the record. */
#define HEAD_GUESS 512u

/* The next head may be longer: digits of Content-Range, blanks that the parser
   does not show. */
#define HEAD_GROWS 64u

#define PART_MIN 16u

/* A TLS record: its content at most, and header, nonce and tag around it. */
#define CONTENT_MAX 16384u
#define AROUND      29u

/* "HTTP/1.1 206 " and CRLF; ": " and CRLF. */
#define STATUS_LINE_N 15u
#define FIELD_N       4u

static const struct lwurl_source_ops source;

/* NULL where the current hop is not for this line of the opener, or has no
   memory for parts. *max: content of records that fit; 0: all do. */
static struct lwurl_parts *parts_of(const struct lwurl *u, void *state,
                                    uint32_t *max)
{
    const struct lwurl_handler_ops *ops = u->scheme->ops;

    *max = 0;
    return ops->source == &source && u->scheme->state == state
               ? ops->filter->parts(state, max)
               : NULL;
}

static struct lwurl_parts *current(const struct lwurl *u)
{
    uint32_t max;

    return parts_of(u, u->scheme->state, &max);
}

static bool is_first(const struct lwurl *u)
{
    return (u->flags & F_PARTS) == 0;
}

/* ----------------------------------------------------------------- request */

/* A part is asked for where a record may come that is too large; and once
   begun, the body goes on in parts whatever the next connection agrees to. */
static bool is_wanted(const struct lwurl *u, const struct lwurl_parts *p,
                      uint32_t max)
{
    if (!is_first(u))
        return true;
    return max > 0 && (p->state & PART_WHOLE) == 0 &&
           (u->flags & F_RANGE) == 0 && text_equal(request_method(u), "GET") &&
           !request_has_body(u) && !request_gives(u, "Range") &&
           !request_gives(u, "If-Range");
}

/* Bytes of the next part: servers put the head into the same record. */
static uint32_t part_size(const struct lwurl_parts *p)
{
    uint32_t max = p->record_max;
    uint32_t head = p->head_n + HEAD_GROWS;

    if (p->head_n == 0)
        head = max < 2 * HEAD_GUESS ? max / 2 : HEAD_GUESS;
    return max < head + PART_MIN ? PART_MIN : max - head;
}

static void parts_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    uint32_t max;
    struct lwurl_parts *p = parts_of(u, state, &max);

    if (p == NULL || !is_wanted(u, p, max))
        return;
    if ((p->state & PART_ASKED) == 0) { /* once: the same bytes each time */
        p->record_max = max > 0 ? max : p->record_max;
        p->asked = (uint16_t)part_size(p);
        p->state |= PART_ASKED;
    }
    lwurl_out_text(out, "Range: bytes=");
    lwurl_out_number(out, p->at);
    lwurl_out_text(out, "-");
    lwurl_out_number(out, p->at + p->asked - 1);
    if (!is_first(u)) {
        lwurl_out_text(out, "\r\nIf-Range: ");
        lwurl_out_ref(out, p->room, p->tag_n);
    }
    lwurl_out_text(out, "\r\n");
}

/* ---------------------------------------------------------------- response */

/* RFC 9110 14.4, within what was asked for. One that comes in pieces is none,
   from the first of them. */
static int take_range(const struct lwurl *u, struct lwurl_parts *p,
                      const struct lwurl_field *f)
{
    struct content_range r;

    if (!f->last || (p->seen & SEEN_RANGE) != 0 ||
        !content_range(f->value, &r) || r.total == UINT64_MAX)
        return LWURL_ERR_RANGE;
    if (r.first != p->at || r.last - r.first >= p->asked ||
        (!is_first(u) && r.total != p->total))
        return LWURL_ERR_RANGE;
    p->left = (uint16_t)(r.last - r.first + 1);
    p->total = r.total;
    p->seen |= SEEN_RANGE;
    return LWURL_OK;
}

/* A piece of the validator: kept of the first part, compared of the others. */
static void validator(const struct lwurl *u, struct lwurl_parts *p,
                      const struct lwurl_field *f)
{
    uint32_t at = f->first ? 0 : p->same_n;
    size_t max = is_first(u) ? p->room_n : p->tag_n;
    bool fits = at <= max && f->value.n <= max - at;

    p->same_n = at + (uint32_t)f->value.n;
    if (is_first(u))
        p->tag_n = p->same_n;
    if (fits && is_first(u) && f->value.n > 0)
        memcpy(p->room + at, f->value.p, f->value.n);
    else if (!fits || (f->value.n > 0 &&
                       memcmp(p->room + at, f->value.p, f->value.n) != 0))
        p->seen |= SEEN_OTHER;
}

/* A date that is no date, or comes in pieces, counts as 0: too old to be sent
   as Date, so it cannot make a Last-Modified strong. */
static int64_t date_of(const struct lwurl_field *f)
{
    int64_t at = 0;

    return f->first && f->last && date_parse(f->value, &at) ? at : 0;
}

/* An ETag, of whatever kind, takes the place of a Last-Modified. */
static int part_field(const struct lwurl *u, struct lwurl_parts *p,
                      const struct lwurl_field *f)
{
    if (str_is(f->name, "content-range"))
        return take_range(u, p, f);
    if (str_is(f->name, "etag")) {
        if (f->first)
            p->seen = (uint8_t)((p->seen & SEEN_RANGE) | SEEN_TAG);
        validator(u, p, f);
    } else if (str_is(f->name, "last-modified") && (p->seen & SEEN_TAG) == 0) {
        p->seen |= SEEN_DATE;
        p->modified_s = date_of(f);
        validator(u, p, f);
    } else if (str_is(f->name, "date")) {
        p->date_s = date_of(f);
    }
    return LWURL_OK;
}

static int parts_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    uint32_t max;
    struct lwurl_parts *p = parts_of(u, state, &max);

    if (p == NULL || (p->state & PART_ASKED) == 0 || f->trailer ||
        u->status != PARTIAL_CONTENT)
        return LWURL_OK;
    if (f->first && f->name.n == 0) {
        p->head_n = STATUS_LINE_N;
        p->seen = 0;
        p->modified_s = p->date_s = 0;
    } else if (f->first) {
        p->head_n += FIELD_N + (uint32_t)f->name.n;
    }
    p->head_n += (uint32_t)f->value.n;
    return part_field(u, p, f);
}

/* ----------------------------------------------------------------- verdict */

/* RFC 9110 8.8.1 and 8.8.2.2: what cannot stay the same while bytes change. */
static bool is_strong(const struct lwurl_parts *p)
{
    if ((p->seen & SEEN_TAG) != 0)
        return p->tag_n >= 2 && p->room[0] == '"' &&
               p->room[p->tag_n - 1] == '"';
    return (p->seen & SEEN_DATE) != 0 && p->modified_s > 0 &&
           p->date_s > p->modified_s;
}

/* A server that answers If-Range need not repeat a Last-Modified (15.3.7). */
static bool is_same(const struct lwurl_parts *p)
{
    if (p->room[0] != '"' && (p->seen & (SEEN_TAG | SEEN_DATE)) == 0)
        return true;
    return (p->seen & SEEN_OTHER) == 0 && p->same_n == p->tag_n &&
           (p->seen & (SEEN_TAG | SEEN_DATE)) != 0;
}

/* One validator for all, unless one part is all. */
static int check_validator(struct lwurl *u, const struct lwurl_parts *p)
{
    if (!is_first(u))
        return is_same(p) ? LWURL_OK : lwurl_fail(u, LWURL_ERR_RANGE, 0);
    if (p->left == p->total)
        return LWURL_OK;
    if (p->tag_n > p->room_n && (p->seen & (SEEN_TAG | SEEN_DATE)) != 0)
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)p->tag_n);
    return is_strong(p)
               ? LWURL_OK
               : lwurl_fail(u, LWURL_ERR_TLS_RECORD, CONTENT_MAX + AROUND);
}

/* A part: its head is complete. */
static int accept(struct lwurl *u, struct lwurl_parts *p)
{
    bool first = is_first(u);
    bool length = (u->flags & F_LENGTH) != 0;

    if ((p->seen & SEEN_RANGE) == 0 || (length && u->in_left != p->left))
        return lwurl_fail(u, LWURL_ERR_RANGE, 0);
    int err = check_validator(u, p);
    if (err != LWURL_OK)
        return err;
    p->state |= PART_BODY;
    u->flags |= F_PARTS | F_AGAIN;
    u->area.number = p->total;
    u->status = 200;
    return first ? LWURL_TURN_RESPONSE : LWURL_TURN_WAIT;
}

static int judge(struct lwurl *u, struct lwurl_parts *p)
{
    if (u->status == PARTIAL_CONTENT)
        return accept(u, p);
    return is_first(u) || u->status == 401
               ? LWURL_TURN_RESPONSE
               : lwurl_fail(u, LWURL_ERR_RANGE, u->status);
}

/* The last of the handlers, as schemes are: nobody answered the 401. */
static int parts_response(struct lwurl *u, void *state)
{
    uint32_t max;
    struct lwurl_parts *p = parts_of(u, state, &max);

    if (p == NULL || (p->state & (PART_ASKED | PART_BODY)) != PART_ASKED)
        return LWURL_DELIVER;
    if (!is_first(u))
        return LWURL_ERR_RANGE;
    if (u->status != 416)
        return LWURL_DELIVER;
    p->state |= PART_WHOLE;
    return LWURL_RETRY;
}

/* ------------------------------------------------------------------ source */

/* A fetch begins, or goes on after a response: with a part, or, after a
   redirect or a retry, with the first one again. */
static int parts_open(struct lwurl *u)
{
    struct lwurl_parts *p = current(u);

    if (p != NULL && is_first(u)) {
        p->state &= u->status == 0 ? 0 : PART_WHOLE;
        p->at = p->head_n = 0;
    } else if (p != NULL) {
        p->state &= PART_SHRUNK;
    }
    return lwurl_http_source.open(u);
}

/* Goes on with another request, on this connection where that can be. */
static int go_on(struct lwurl *u, bool keep)
{
    lwurl_http_source.close(u, keep);
    int err = parts_open(u);
    u->flags |= F_AGAIN;
    return err == LWURL_OK ? LWURL_TURN_WAIT : err;
}

/* A part was read to its end. */
static int next(struct lwurl *u, struct lwurl_parts *p)
{
    if (p->left > 0)
        return lwurl_fail(u, LWURL_ERR_RANGE, 0);
    if (p->at == p->total || (p->state & PART_DROPPED) != 0)
        return LWURL_TURN_DONE;
    return go_on(u, true);
}

/* Head and part were longer than a record may be: what was not the part, was
   the head. A server that sent all instead is not asked again; amid a body it
   did so because that is another one now (If-Range). */
static int shrink(struct lwurl *u, struct lwurl_parts *p)
{
    uint32_t content = (uint32_t)u->detail - AROUND;
    uint32_t head = content - p->asked;
    bool all =
        content <= p->asked || head + HEAD_GROWS + PART_MIN > p->record_max;

    if (all && !is_first(u))
        u->err = LWURL_ERR_RANGE;
    if (all || (p->state & PART_SHRUNK) != 0)
        return u->err;
    u->err = LWURL_OK;
    u->detail = 0;
    int r = go_on(u, false);
    p->state |= PART_SHRUNK;
    p->head_n = head;
    return r;
}

static int parts_step(struct lwurl *u)
{
    struct lwurl_parts *p = current(u);
    int r = lwurl_http_source.step(u);

    if (p == NULL || (p->state & PART_ASKED) == 0)
        ;
    else if (r == LWURL_ERR_TLS_RECORD)
        r = shrink(u, p);
    else if (r == LWURL_TURN_RESPONSE)
        r = judge(u, p);
    else if (r == LWURL_TURN_DONE && (p->state & PART_BODY) != 0)
        r = next(u, p);
    if (!is_first(u)) /* the application has its response */
        u->flags |= F_RESPONDED;
    return r;
}

static int parts_take(struct lwurl *u, void *dst, size_t n)
{
    struct lwurl_parts *p = current(u);

    if (u->phase < LWURL_PHASE_BODY) /* between two parts */
        return 0;
    int r = lwurl_http_source.take(u, dst, n);
    if (r <= 0 || p == NULL || (p->state & PART_BODY) == 0)
        return r;
    if ((uint32_t)r > p->left)
        return lwurl_fail(u, LWURL_ERR_RANGE, 0);
    p->at += (uint32_t)r;
    p->left = (uint16_t)(p->left - r);
    if (dst == NULL)
        p->state |= PART_DROPPED;
    return r;
}

static void parts_wants(struct lwurl *u, struct lwurl_wants *out)
{
    lwurl_http_source.wants(u, out);
}

static void parts_close(struct lwurl *u, bool keep)
{
    lwurl_http_source.close(u, keep);
}

static const struct lwurl_source_ops source = {
    .open = parts_open,
    .step = parts_step,
    .take = parts_take,
    .wants = parts_wants,
    .close = parts_close,
};

const struct lwurl_handler_ops lwurl_https_parts_ops = {
    .scheme = "https",
    .default_port = 443,
    .source = &source,
    .filter = &lwurl_tls_filter,
    .request = parts_request,
    .field = parts_field,
    .response = parts_response,
};
