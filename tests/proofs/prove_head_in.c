/* SPDX-License-Identifier: MIT */
/* Proves core/http/head_in.c core/http/framing.c core/http/head_out.c
   core/text/str.c tests/proofs/exchange.c
   Left out: engine_head (its loop would need the invariant of the engine as one
   expression; head_step, head_end and field, which it calls in turn, are proven
   to keep it, and to come nearer to the end of the window). */
#include "http/head_in.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

static bool in_head(const struct lwurl *u)
{
    return holds(u) && (u->in == IN_HEAD || u->in == IN_TRAILER);
}

/* A complete head or trailer; or none, where a body begins at once. */
static bool is_end(const struct lwurl *u)
{
    if (u->head != HEAD_STATUS_LINE)
        return in_head(u) && u->head == HEAD_NAME && u->scan_at == 0;
    return u->in == IN_HEAD && u->version == 9 && u->status == 200 &&
           (u->flags & F_CHUNKED) == 0 && u->out <= OUT_DONE &&
           u->in_at <= u->work_max && u->in_n <= u->work_max - u->in_at;
}

/* After each step: who waits has room for more bytes, and a piece is of the
   window. */
static bool is_step(const struct lwurl *u, int event)
{
    if (event < 0)
        return true;
    if (event == HEAD_END)
        return is_end(u);
    if (event == HEAD_MORE)
        return in_head(u) && u->in_n < u->work_max;
    return event == HEAD_FIELD && in_head(u) && u->head == HEAD_SHOWN &&
           LIES_IN(u->field_name, window(u), u->in_n) &&
           LIES_IN(u->field_value, window(u), u->in_n);
}

#ifdef __CPROVER__

/* clang-format off */

#define PIECE u->field_flags, u->field_name, u->field_value, u->head
#define LINE  u->scan_at, u->in_n, PIECE, __CPROVER_object_whole(u->work)
#define HEAD  LINE, u->in_at, u->name_n, u->value_at, u->version, u->status

static size_t value_span(const char *p, size_t i, size_t n)
__CPROVER_requires(i <= n && (n == 0 || __CPROVER_r_ok(p, n)))
__CPROVER_assigns()
__CPROVER_ensures(RESULT >= i && RESULT <= n);

static size_t name_span(const char *p, size_t i, size_t n)
__CPROVER_requires(i <= n && (n == 0 || __CPROVER_r_ok(p, n)))
__CPROVER_assigns()
__CPROVER_ensures(RESULT >= i && RESULT <= n);

static int show(struct lwurl *u, size_t end, unsigned last)
__CPROVER_requires(in_head(u) && u->head == HEAD_VALUE)
__CPROVER_requires(end >= u->value_at && end <= u->scan_at)
__CPROVER_requires(last == PIECE_LAST || last == 0)
__CPROVER_requires(u->scan_at > (last != 0 ? 0 : u->value_at))
__CPROVER_assigns(PIECE)
__CPROVER_ensures(RESULT == HEAD_FIELD && is_step(u, RESULT));

static int value(struct lwurl *u)
__CPROVER_requires(in_head(u) && u->head == HEAD_VALUE)
__CPROVER_assigns(LINE)
__CPROVER_ensures(RESULT <= HEAD_FIELD && is_step(u, RESULT))
__CPROVER_ensures(u->in_n <= OLD(u->in_n));

static void cut_name(struct lwurl *u, size_t to)
__CPROVER_requires(in_head(u) && u->head == HEAD_NAME)
__CPROVER_requires(to <= u->in_n && to > u->work_max - u->work_max / 4)
__CPROVER_assigns(u->in_n, u->scan_at, u->field_flags,
                  __CPROVER_object_whole(u->work))
__CPROVER_ensures(in_head(u) && u->head == HEAD_NAME)
__CPROVER_ensures(u->scan_at == u->work_max - u->work_max / 4)
__CPROVER_ensures(u->in_n == OLD(u->in_n) - (to - u->scan_at));

static int name(struct lwurl *u)
__CPROVER_requires(in_head(u) && u->head == HEAD_NAME && u->in_n > 0)
__CPROVER_assigns(HEAD)
__CPROVER_ensures(RESULT <= HEAD_END && is_step(u, RESULT))
__CPROVER_ensures(u->in_n + (RESULT == HEAD_END) <= OLD(u->in_n))
__CPROVER_ensures(IMPLIES(RESULT == HEAD_END, u->head == HEAD_NAME));

static void drop(struct lwurl *u)
__CPROVER_requires(in_head(u) && u->head == HEAD_SHOWN)
__CPROVER_assigns(HEAD)
__CPROVER_ensures(in_head(u) && u->in_n < OLD(u->in_n))
__CPROVER_ensures(u->head == HEAD_NAME || u->head == HEAD_VALUE);

/* clang-format on */

#endif

static struct lwurl *any_head(void)
{
    struct lwurl *u = any_fetch();

    ((struct lwurl_request *)u->request)->method =
        any_bool() ? any_text() : NULL;
    return u;
}

PROOF(value_span)
{
    struct lwurl_str s = any_str();

    value_span(s.p, any_size(), s.n);
}

PROOF(name_span)
{
    struct lwurl_str s = any_str();

    name_span(s.p, any_size(), s.n);
}

PROOF(show)
{
    show(any_head(), any_size(), any_u32());
}

PROOF(value_open)
{
    struct lwurl *u = any_head();
    size_t end = any_size();

    ASSUME(in_head(u) && u->head == HEAD_VALUE);
    ASSUME(u->scan_at <= end && end <= u->in_n && u->in_n - end <= 2);
    int r = value_open(u, end);
    PROVE(in_head(u));
    PROVE(r == HEAD_MORE ? u->in_n < u->work_max : r == HEAD_FIELD);
}

PROOF(value)
{
    value(any_head());
}

PROOF(cut_name)
{
    cut_name(any_head(), any_size());
}

PROOF(name)
{
    name(any_head());
}

PROOF(drop)
{
    drop(any_head());
}

/* What each step makes smaller that neither waits nor ends. */
static size_t left(const struct lwurl *u)
{
    return 2 * u->in_n + (u->head != HEAD_SHOWN);
}

PROOF(head_step)
{
    struct lwurl *u = any_head();

    ASSUME(in_head(u));
    size_t before = left(u);
    int r = head_step(u);
    PROVE(r <= HEAD_END && is_step(u, r));
    if (r == HEAD_FIELD || (r == HEAD_END && u->head == HEAD_NAME))
        PROVE(left(u) < before);
}

/* An interim response is over: the next one begins where it ended. */
PROOF(head_end)
{
    struct lwurl *u = any_head();

    ASSUME(is_end(u));
    bool final = u->in == IN_TRAILER || u->status >= 200;
    size_t n = u->in_n;
    int r = head_end(u);
    PROVE(u->in_n == n && (r < 0 || holds(u)));
    PROVE(r < 0 || r == (final ? HEAD_END : HEAD_QUIET));
    PROVE(r != HEAD_QUIET || in_head(u));
}

PROOF(field)
{
    struct lwurl *u = any_head();
    size_t from = any_length(ANY_MAX), n = any_length(ANY_MAX);

    ASSUME(in_head(u) && u->head == HEAD_SHOWN);
    ASSUME(from <= u->in_n && n <= u->in_n - from);
    u->field_name = (struct lwurl_str){window(u), u->name_n};
    u->field_value = (struct lwurl_str){window(u) + from, n};
    int r = field(u);
    PROVE(r < 0 || r == HEAD_FIELD || r == HEAD_QUIET);
    PROVE(r < 0 || in_head(u));
}
