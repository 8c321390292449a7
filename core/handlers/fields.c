/* SPDX-License-Identifier: MIT */
/*
 * Response fields as records "name NUL value NUL", one behind the other.
 * Invariant: used <= room_n; room[0..used) holds whole records. A field that
 * is open writes behind them and becomes a record with its last piece, or, if
 * it passes the end of the room, a number of missed bytes.
 */
#include "lwurl_fields.h"

#include <string.h>

#include "lwurl_handler.h"
#include "text/str.h"

static bool is_wanted(const struct lwurl_fields *f, struct lwurl_str name)
{
    if (f->names == NULL)
        return true;
    for (const char *const *one = f->names; *one != NULL; one++)
        if (str_same(name, str_of(*one)))
            return true;
    return false;
}

static void clear(struct lwurl_fields *f)
{
    f->used = f->open_n = f->missed = 0;
    f->open = false;
}

static void fields_begin(struct lwurl *u, void *state)
{
    (void)u;
    clear(state);
}

/* Writes where there is room, and counts. What does not fit stops all that
   follows: open_n is beyond the room then. */
static void put(struct lwurl_fields *f, struct lwurl_str s)
{
    size_t left = f->room_n - f->used;

    if (f->open_n <= left && s.n <= left - f->open_n && s.n > 0)
        memcpy(f->room + f->used + f->open_n, s.p, s.n);
    f->open_n += s.n;
}

static void open_field(struct lwurl_fields *f, const struct lwurl_field *piece)
{
    struct lwurl_str name = piece->name;

    f->open_n = 0;
    f->open = is_wanted(f, name) && !piece->name_cut &&
              str_find(name, '\0') == name.n;
    if (f->open) {
        put(f, name);
        put(f, (struct lwurl_str){"", 1});
    }
}

static void end_field(struct lwurl_fields *f)
{
    put(f, (struct lwurl_str){"", 1});
    if (f->open_n <= f->room_n - f->used)
        f->used += f->open_n;
    else
        f->missed += f->open_n;
    f->open = false;
}

static int fields_field(struct lwurl *u, void *state,
                        const struct lwurl_field *piece)
{
    struct lwurl_fields *f = state;

    (void)u;
    if (piece->name.n == 0 && piece->first)
        clear(f);
    if (piece->first)
        open_field(f, piece);
    if (str_find(piece->value, '\0') < piece->value.n)
        f->open = false;
    if (!f->open)
        return 0;
    put(f, piece->value);
    if (piece->last)
        end_field(f);
    return 0;
}

/* The record at *at, whatever it is. */
static bool next_record(const struct lwurl_fields *f, size_t *at,
                        struct lwurl_str *name, struct lwurl_str *value)
{
    if (*at >= f->used)
        return false;
    *name = str_of(f->room + *at);
    *at += name->n + 1;
    *value = str_of(f->room + *at);
    *at += value->n + 1;
    return true;
}

bool lwurl_fields_next(const struct lwurl_fields *fields, size_t *at,
                       struct lwurl_str *name, struct lwurl_str *value)
{
    bool more = next_record(fields, at, name, value);

    if (more && name->n == 0) /* the reason */
        more = next_record(fields, at, name, value);
    return more;
}

/* The first record of a name, the reason's included. */
static struct lwurl_str find(const struct lwurl_fields *f,
                             struct lwurl_str wanted)
{
    struct lwurl_str name, value;
    size_t at = 0;

    while (next_record(f, &at, &name, &value))
        if (str_same(name, wanted))
            return value;
    return (struct lwurl_str){NULL, 0};
}

int lwurl_fields_get(const struct lwurl_fields *fields, const char *name,
                     struct lwurl_str *value)
{
    *value = (struct lwurl_str){NULL, 0};
    if (!is_wanted(fields, str_of(name)))
        return LWURL_ERR_CALL;
    *value = find(fields, str_of(name));
    return value->p == NULL && fields->missed > 0 ? LWURL_ERR_ROOM : LWURL_OK;
}

struct lwurl_str lwurl_fields_reason(const struct lwurl_fields *fields)
{
    return find(fields, STR(""));
}

size_t lwurl_fields_needed(const struct lwurl_fields *fields)
{
    return fields->used + fields->missed;
}

const struct lwurl_handler_ops lwurl_fields_ops = {
    .field = fields_field,
    .begin = fields_begin,
};
