/* SPDX-License-Identifier: MIT */
/* The response of an ftp server: fields, and the data connection's bytes. */
#include <string.h>

#include "http/conn.h"
#include "schemes/ftp.h"
#include "schemes/source.h"
#include "text/mime.h"

/* ----------------------------------------------------------------- response */

static struct lwurl_str kind_text(const struct lwurl *u, struct lwurl_ftp *f)
{
    struct lwurl_str kind = {f->text, 0};
    struct ftp_place place;

    ftp_place(u, &place);
    if (f->type != 'd')
        kind.n = mime_guess(place.name, f->text);
    return kind;
}

static struct lwurl_str length_text(const struct lwurl *u, struct lwurl_ftp *f)
{
    struct lwurl_str length = {f->text, 0};

    if ((u->flags & F_LENGTH) != 0) {
        size_t at = str_digits(u->in_left, f->text);
        length = (struct lwurl_str){f->text + at, 20 - at};
    }
    return length;
}

/* The fields that are known. */
static int deliver(struct lwurl *u, struct lwurl_ftp *f, unsigned stage)
{
    static const char *const names[] = {"", "Content-type", "Content-length"};
    struct lwurl_str value = {"", 0};

    if (stage == AT_KIND)
        value = kind_text(u, f);
    else if (stage == AT_LENGTH)
        value = length_text(u, f);
    if (stage != AT_REASON && value.n == 0)
        return 0;
    return source_field(u, names[stage - AT_REASON], value);
}

int ftp_head_step(struct lwurl *u, struct lwurl_ftp *f)
{
    while (f->stage < AT_RESPONSE) {
        int r = deliver(u, f, f->stage++);
        if (r != 0)
            return r > 0 ? LWURL_TURN_FIELD : r;
    }
    f->stage = AT_BODY;
    u->phase = LWURL_PHASE_BODY;
    return LWURL_TURN_RESPONSE;
}

static void end_data(struct lwurl *u, struct lwurl_ftp *f)
{
    conn_close(u, &f->data, false);
    f->stage = AT_END;
    f->sent = true;
    u->flags |= F_AGAIN;
}

/* All that was promised is here: nothing may follow. */
static int expect_end(struct lwurl *u, struct lwurl_ftp *f)
{
    char more;
    int r = conn_recv(u, &f->data, &more, 1);

    if (r > 0)
        r = LWURL_ERR_LENGTH;
    if (r == CONN_EOF)
        end_data(u, f);
    else if (r < 0)
        return lwurl_fail(u, r, 0);
    return LWURL_TURN_WAIT;
}

static bool is_all(const struct lwurl *u)
{
    return (u->flags & F_LENGTH) != 0 && u->in_left == 0;
}

int ftp_body_step(struct lwurl *u, struct lwurl_ftp *f)
{
    if (is_all(u))
        return expect_end(u, f);
    if ((u->flags & F_DRY) == 0)
        return LWURL_TURN_BODY;
    u->flags &= ~(uint32_t)F_DRY;
    return LWURL_TURN_WAIT;
}

/* n, but not beyond the length where it is known. */
static size_t in_length(const struct lwurl *u, size_t n)
{
    return (u->flags & F_LENGTH) == 0 || n < u->in_left ? n
                                                        : (size_t)u->in_left;
}

/* Up to n bytes: few ones through the work buffer, many straight into dst. */
static int take_data(struct lwurl *u, struct lwurl_ftp *f, char *dst, size_t n)
{
    size_t begin = u->in_at + u->in_n, room = u->work_max - begin;

    if (f->held_n == 0 && n >= room)
        return conn_recv(u, &f->data, dst, n);
    if (f->held_n == 0) {
        room = room < UINT16_MAX ? room : UINT16_MAX;
        int r = conn_recv(u, &f->data, u->work + begin, in_length(u, room));
        if (r <= 0)
            return r;
        f->held_at = 0;
        f->held_n = (uint16_t)r;
    }
    n = n < f->held_n ? n : f->held_n;
    memcpy(dst, u->work + begin + f->held_at, n);
    f->held_at = (uint16_t)(f->held_at + n);
    f->held_n = (uint16_t)(f->held_n - n);
    return (int)n;
}

static int body_end(struct lwurl *u, struct lwurl_ftp *f)
{
    if ((u->flags & F_LENGTH) != 0)
        return source_incomplete(u);
    end_data(u, f);
    return 0;
}

int ftp_body_take(struct lwurl *u, struct lwurl_ftp *f, void *dst, size_t n)
{
    if (f->stage != AT_BODY || is_all(u))
        return 0;
    n = n < INT32_MAX ? n : INT32_MAX;
    int r = take_data(u, f, dst, in_length(u, n));
    if (r == CONN_EOF)
        return body_end(u, f);
    if (r < 0)
        return lwurl_fail(u, r, 0);
    if (r == 0)
        u->flags |= F_DRY;
    if ((u->flags & F_LENGTH) != 0)
        u->in_left -= (unsigned)r;
    return r;
}
