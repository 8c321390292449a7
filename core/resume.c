/* SPDX-License-Identifier: MIT */
/*
 * Range and If-Range: the line of the opener that asks for the rest, and judges
 * what comes.
 *
 *   status   asked from 0              asked from further on
 *   206      LWURL_ERR_RANGE           goes on; another version: again from 0;
 *                                      other bytes: LWURL_ERR_RANGE
 *   416      an error status           again from 0
 *   2xx      all of it                 all of it, from 0
 */
#include "resume.h"

#include <string.h>

#include "handlers/conditional.h"
#include "http/content_range.h"
#include "http/state.h"
#include "text/date.h"
#include "text/str.h"
#include "text/url.h"

/* A Last-Modified that is older than its Date by so much is a strong validator
   (RFC 9110 8.8.2.2). */
#define STRONG_S 60

enum { DATE_FITS = 1 / (LWURL_ETAG_MAX >= LWURL_MODIFIED_MAX) };

static void resume_begin(struct lwurl *u, void *state)
{
    struct lwurl_resume *s = state;

    s->judged = false;
    conditional_begin(u, &s->seen);
}

/* Most bytes that fit where records do not: half of what a record may have, for
   head and body come in one (lwurl_parts.h). 0: any number. */
static uint32_t part_max(const struct lwurl *u)
{
    const struct lwurl_filter_ops *filter = u->conn.filter;
    uint32_t max = 0;

    if (filter == NULL || filter->parts == NULL ||
        filter->parts(u->conn.slot, &max) == NULL)
        return 0;
    return max / 2;
}

static void resume_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    const struct lwurl_resume *s = state;
    uint32_t max = part_max(u);

    u->flags &= ~(uint32_t)F_RANGE;
    if (s->from == 0 || !s->active)
        return;
    u->flags |= F_RANGE;
    lwurl_out_text(out, "Range: bytes=");
    lwurl_out_number(out, s->from);
    lwurl_out_text(out, "-");
    if (max > 0)
        lwurl_out_number(out, s->from + max - 1);
    lwurl_out_text(out, "\r\nIf-Range: ");
    lwurl_out_text(out, s->validator);
    lwurl_out_text(out, "\r\n");
}

/* ------------------------------------------------------------------- fields */

static void begin_head(struct lwurl_resume *s)
{
    s->coded = s->ranged = s->judged = false;
    s->date_s = INT64_MIN;
}

static void read_range(struct lwurl_resume *s, const struct lwurl_field *f)
{
    struct content_range range;

    s->ranged =
        !s->ranged && f->first && f->last && content_range(f->value, &range);
    if (!s->ranged)
        return;
    s->first = range.first;
    s->end = range.last + 1;
    s->range_total = range.total;
}

static int resume_field(struct lwurl *u, void *state,
                        const struct lwurl_field *f)
{
    struct lwurl_resume *s = state;

    if (!s->active)
        return LWURL_OK;
    if (f->name.n == 0) /* the reason, before all fields */
        begin_head(s);
    if (str_is(f->name, "content-encoding") && !str_is(f->value, "identity"))
        s->coded = true;
    if (str_is(f->name, "content-range"))
        read_range(s, f);
    if (str_is(f->name, "date") && f->first && f->last &&
        !date_parse(f->value, &s->date_s))
        s->date_s = INT64_MIN;
    return conditional_field(u, &s->seen, f);
}

/* ---------------------------------------------------------------- validators
 */

static bool is_old(const struct lwurl_resume *s, const char *modified)
{
    int64_t modified_s;

    return date_parse(str_of(modified), &modified_s) &&
           s->date_s >= INT64_MIN + STRONG_S &&
           s->date_s - STRONG_S >= modified_s;
}

/* The validator that a Range may be made to depend on; "": there is none. */
static const char *strong(const struct lwurl_resume *s)
{
    const struct lwurl_validators *got = &s->seen.got;

    if (got->etag[0] == '"')
        return got->etag;
    if (got->etag[0] == '\0' && is_old(s, got->last_modified))
        return got->last_modified;
    return "";
}

/* Whose validator it is: the URL that answers, which a redirect may have led
   to. Without the query: that may be a signature with a date. */
static uint64_t place(const struct lwurl *u)
{
    struct url url;
    uint64_t hash;
    int32_t at;

    if (url_split(u->url, &url, &at) != LWURL_OK)
        return 0; /* of a scheme without authority, which has no validator */
    url.target = str_cut(url.target, 0, str_find(url.target, '?'));
    (void)url_key(&url, NULL, 0, &hash);
    return hash;
}

/* Is it the version that was asked for, and says so? A validator tells apart
   what is at one URL (RFC 9110 8.8.3). */
static bool is_same(const struct lwurl *u, const struct lwurl_resume *s)
{
    const struct lwurl_validators *got = &s->seen.got;

    return !s->coded && s->of == place(u) &&
           text_equal(s->validator,
                      s->validator[0] == '"' ? got->etag : got->last_modified);
}

/* ------------------------------------------------------------------ verdicts
 */

/* The whole content comes. */
static int begin_anew(struct lwurl *u, struct lwurl_resume *s)
{
    const char *validator = s->coded ? "" : strong(s);

    s->from = 0;
    s->of = place(u);
    s->total = lwurl_length(u);
    s->end = s->total;
    memcpy(s->validator, validator, strlen(validator) + 1);
    return LWURL_DELIVER;
}

static int ask_anew(struct lwurl_resume *s)
{
    s->from = 0;
    return LWURL_RETRY;
}

/* A part: the one that was asked for, or less of it. */
static bool is_asked_for(const struct lwurl *u, const struct lwurl_resume *s)
{
    uint64_t length = lwurl_length(u);

    return s->first == s->from && s->end <= s->range_total &&
           s->range_total != LWURL_LENGTH_UNKNOWN &&
           (s->total == LWURL_LENGTH_UNKNOWN || s->total == s->range_total) &&
           (length == UINT64_MAX || length == s->end - s->first);
}

static int judge_part(const struct lwurl *u, struct lwurl_resume *s)
{
    if (s->from == 0 || !s->ranged) /* multipart/byteranges has none either */
        return LWURL_ERR_RANGE;
    if (!is_same(u, s))
        return ask_anew(s);
    if (s->range_total == LWURL_LENGTH_UNKNOWN)
        s->range_total = s->total;
    if (!is_asked_for(u, s))
        return LWURL_ERR_RANGE;
    s->total = s->range_total;
    return LWURL_DELIVER;
}

static int resume_response(struct lwurl *u, void *state)
{
    struct lwurl_resume *s = state;
    unsigned status = lwurl_status(u); /* 200 where lwurl_parts.h joined some */

    if (!s->active)
        return LWURL_DELIVER;
    s->judged = true;
    if (status == 206)
        return judge_part(u, s);
    if (status == 416 && s->from > 0)
        return ask_anew(s);
    if (status == 0 || status / 100 == 2)
        return begin_anew(u, s);
    return LWURL_DELIVER;
}

const struct lwurl_handler_ops lwurl_resume_handler = {
    .begin = resume_begin,
    .request = resume_request,
    .field = resume_field,
    .response = resume_response,
};

const struct lwurl_resume_ops lwurl_resume_ops = {
    .load = journal_load,
    .save = journal_save,
    .forget = journal_forget,
};
