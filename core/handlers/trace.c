/* SPDX-License-Identifier: MIT */
#include "lwurl_trace.h"

#include <string.h>

#include "lwurl_handler.h"
#include "text/str.h"

static const struct lwurl_str dots = {LIT("...")};
static const struct lwurl_str stars = {LIT("***")};

/* ----------------------------------------------------------------- masking */

static bool ends_in(struct lwurl_str name, struct lwurl_str end)
{
    return name.n >= end.n &&
           str_same(str_cut(name, name.n - end.n, end.n), end);
}

static bool is_authorization(struct lwurl_str name)
{
    return ends_in(name, STR("authorization"));
}

static bool is_secret(struct lwurl_str name)
{
    return is_authorization(name) || str_same(name, STR("cookie")) ||
           str_same(name, STR("set-cookie")) || ends_in(name, STR("-key")) ||
           ends_in(name, STR("-token"));
}

/* Puts stars in the place of room[from..to). */
static void mask(struct lwurl_trace *t, size_t from, size_t to)
{
    size_t n = to - from < stars.n ? to - from : stars.n;

    memcpy(t->room + from, stars.p, n);
    memmove(t->room + from + n, t->room + to, t->n - to);
    t->n -= to - from - n;
}

/* The value of a secret field; of an Authorization the scheme is none. */
static void mask_value(struct lwurl_trace *t)
{
    struct lwurl_str line = {t->room, t->n};
    size_t at = str_find(line, ':'), scheme_n;
    struct lwurl_str name = str_cut(line, 0, at);

    if (at == line.n || !is_secret(name))
        return;
    for (at++; at < line.n && is_blank((unsigned char)line.p[at]);)
        at++;
    scheme_n = str_find(str_cut(line, at, line.n), ' ') + 1;
    if (is_authorization(name) && scheme_n < line.n - at)
        at += scheme_n;
    mask(t, at, line.n);
}

/* Where the authority that begins at `at` ends; *user_n tells how long the
   userinfo in it is. In a line that was cut it may go on behind the end. */
static size_t find_userinfo(const struct lwurl_trace *t, size_t at,
                            size_t *user_n)
{
    size_t end = at;

    *user_n = 0;
    for (; end < t->n && strchr("/?# \t\"<>", t->room[end]) == NULL; end++)
        if (t->room[end] == '@')
            *user_n = end - at;
    if (end == t->n && t->cut)
        *user_n = end - at;
    return end;
}

static void mask_userinfo(struct lwurl_trace *t)
{
    size_t user_n;

    for (size_t at = 2; at < t->n; at++) {
        if (t->room[at - 2] != '/' || t->room[at - 1] != '/')
            continue;
        (void)find_userinfo(t, at, &user_n);
        if (user_n > 0)
            mask(t, at, at + user_n);
    }
}

/* ------------------------------------------------------------------- lines */

static void put(struct lwurl_trace *t, struct lwurl_str s)
{
    size_t left = t->room_n - dots.n - 1 - t->n;

    if (s.n > left) {
        s.n = left;
        t->cut = true;
    }
    memcpy(t->room + t->n, s.p, s.n);
    t->n += s.n;
}

static void end_line(struct lwurl_trace *t, char direction)
{
    mask_value(t);
    mask_userinfo(t);
    if (t->cut) {
        memcpy(t->room + t->n, dots.p, dots.n);
        t->n += dots.n;
    }
    t->room[t->n] = '\0';
    t->line(t->ctx, direction, t->room);
    t->n = 0;
    t->cut = false;
}

/* ---------------------------------------------------------------- requests */

static void show_sent(struct lwurl_trace *t, struct lwurl_str s)
{
    while (s.n > 0) {
        size_t n = str_find(s, '\n');
        bool whole = n < s.n;
        size_t text_n = n > 0 && s.p[n - 1] == '\r' ? n - 1 : n;

        put(t, str_cut(s, 0, text_n));
        if (whole)
            end_line(t, '>');
        s = str_cut(s, n + whole, s.n);
    }
}

/* The head from its byte u->head_at on lies in `out`, as far as there is room:
   what was not shown before is shown. */
static void request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    struct lwurl_trace *t = state;
    size_t known;

    if (u->head_at == 0)
        t->n = t->shown_n = 0;
    known = t->shown_n - u->head_at;
    for (size_t i = 0; i < out->n; i++) {
        struct lwurl_str s = out->slices[i];
        size_t skip = known < s.n ? known : s.n;

        known -= skip;
        t->shown_n += s.n - skip;
        show_sent(t, str_cut(s, skip, s.n));
    }
}

/* --------------------------------------------------------------- responses */

static void status_line(struct lwurl *u, struct lwurl_trace *t)
{
    char line[] = "HTTP/1.1 200 ";
    unsigned status = u->status;

    line[5] = (char)('0' + u->version / 10);
    line[7] = (char)('0' + u->version % 10);
    for (int at = 11; at >= 9; at--, status /= 10)
        line[at] = (char)('0' + status % 10);
    put(t, (struct lwurl_str){line, sizeof line - 1});
}

static int field(struct lwurl *u, void *state, const struct lwurl_field *f)
{
    struct lwurl_trace *t = state;

    if (f->first) {
        t->n = 0;
        t->cut = false;
        put(t, f->name);
    }
    if (f->first && f->name.n > 0)
        put(t, STR(": "));
    else if (f->first && u->version != 0)
        status_line(u, t);
    put(t, f->value);
    if (f->last)
        end_line(t, '<');
    return 0;
}

const struct lwurl_handler_ops lwurl_trace_ops = {
    .request = request,
    .field = field,
};
