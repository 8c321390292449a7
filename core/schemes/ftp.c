/* SPDX-License-Identifier: MIT */
/*
 * ftp: URLs as a source: a dialogue on the connection of the fetch, then a body
 * on one of our own.
 *
 *   stage      sends             next, by the reply
 *   CONNECT                      GREETING: connected
 *   GREETING                     220 USER
 *   USER       USER              331 PASS, 2yz CWD
 *   PASS       PASS              2yz CWD
 *   CWD        CWD               2yz TYPE; 550 for a listing: IS_FILE
 *   TYPE       TYPE I, TYPE A    2yz SIZE (of binary files), PASV or EPSV
 *   SIZE       SIZE              213, or refused: PASV or EPSV
 *   PASV       PASV              227 DATA; refused: EPSV, once
 *   EPSV       EPSV              229 DATA; refused: PASV, once
 *   DATA                         START: connected
 *   START      RETR, LIST, NLST  1yz REASON; 550 for a file: IS_DIRECTORY
 *   REASON     (response fields) TYPE, LENGTH, RESPONSE, BODY
 *   BODY                         END: the data connection is closed
 *   END                          2yz DONE
 *   IS_FILE, IS_DIRECTORY: MDTM and CWD, to say what is wrong with the URL
 *
 * The work buffer holds one line of a reply; while the body streams, what has
 * come of the next reply, and behind it body bytes for small reads.
 */
#include "schemes/ftp.h"

#include "http/conn.h"
#include "schemes/ftp_reply.h"
#include "schemes/http.h"
#include "schemes/source.h"
#include "text/url.h"

/* Times that one step reads from the control connection. */
#define FILLS_MAX 8

static struct lwurl_ftp *ftp_of(const struct lwurl *u)
{
    return u->scheme->state;
}

/* ------------------------------------------------------------------ opening */

/* A proxy speaks http. */
static bool goes_to_proxy(const struct lwurl *u)
{
    return (u->flags & F_PROXY) != 0;
}

static int ftp_open(struct lwurl *u)
{
    struct lwurl_ftp *f = ftp_of(u);
    struct lwurl_route way;
    struct ftp_place place;
    int found = http_of_origin(u, u->request->connect_to) != NULL
                    ? 0
                    : lwurl_find_route(u, &way);

    if (found < 0)
        return lwurl_fail(u, found, 0);
    if (found > 0 && way.how != LWURL_ROUTE_DIRECT)
        return lwurl_http_source.open(u);
    u->flags &= ~(uint32_t)F_PROXY;
    int err = ftp_check(u);
    if (err != LWURL_OK)
        return err;
    if (f->owner != NULL) /* another fetch: ours was closed */
        return lwurl_fail(u, LWURL_ERR_BUSY, 0);
    conn_close(u, &u->conn, true);
    u->conn.filter = NULL;
    u->conn_ms = conn_now(u);
    ftp_place(u, &place);
    *f = (struct lwurl_ftp){.names = f->names, .owner = u, .type = place.type};
    lwurl_source_begin(u, UINT64_MAX);
    u->phase = LWURL_PHASE_RESOLVE;
    return LWURL_OK;
}

/* --------------------------------------------------------------- connecting */

/* A step of the dialogue: its command goes out next. What came ahead of it
   answers nothing. */
static int go(struct lwurl *u, struct lwurl_ftp *f, unsigned stage)
{
    f->stage = (uint8_t)stage;
    f->sent = false;
    u->head_at = 0;
    u->flags |= F_AGAIN;
    return u->in_n > 0 ? lwurl_fail(u, LWURL_ERR_FTP_REPLY, 0)
                       : LWURL_TURN_WAIT;
}

static void route(struct lwurl *u, struct conn_to *to)
{
    const char *connect_to = http_of_origin(u, u->request->connect_to);
    struct lwurl_route way;
    struct url url;
    int32_t at;

    (void)url_split(u->url, &url, &at);
    to->host = url.host;
    to->port = url_port(&url);
    if (connect_to != NULL) {
        (void)url_authority(str_of(connect_to), &url, &at);
        way.host = url.host;
        way.port = url.port;
    } else if (lwurl_find_route(u, &way) <= 0) {
        return;
    }
    to->host = way.host;
    if (way.port != 0)
        to->port = way.port;
}

/* Either connection; the data's goes where the first one went. */
static int connect_step(struct lwurl *u, struct lwurl_ftp *f)
{
    bool is_data = f->stage == AT_DATA;
    struct lwurl_conn *c = is_data ? &f->data : &u->conn;
    struct conn_to to = {.port = f->data_port, .peer = &f->peer};

    if (!is_data)
        route(u, &to);
    int r = conn_open(u, c, &to);
    u->phase =
        c->phase > CONN_RESOLVING ? LWURL_PHASE_CONNECT : LWURL_PHASE_RESOLVE;
    if (r < 0)
        return lwurl_fail(u, r, u->detail);
    if (r == 0)
        return LWURL_TURN_WAIT;
    u->phase = LWURL_PHASE_SEND;
    if (is_data)
        return go(u, f, AT_START);
    f->stage = AT_GREETING;
    f->sent = true;
    u->flags |= F_AGAIN;
    return LWURL_TURN_WAIT;
}

static int connect_data(struct lwurl *u, struct lwurl_ftp *f, uint16_t port)
{
    if (port == 0)
        return lwurl_fail(u, LWURL_ERR_FTP_REPLY, 0);
    f->data_port = port;
    u->conn_ms = conn_now(u);
    return go(u, f, AT_DATA);
}

/* ---------------------------------------------------------------- dialogue */

/* 1: the command is out. 0: blocked. < 0. */
static int transmit(struct lwurl *u, struct lwurl_ftp *f)
{
    struct lwurl_str slices[LWURL_SLICES];

    while (!f->sent) {
        struct lwurl_out out = {.slices = slices, .max = LWURL_SLICES};
        out.room = u->work; /* the window is empty: see go() */
        out.room_n = u->work_max;
        out.skip = u->head_at;
        ftp_write_command(u, f, &out);
        int r = conn_send(u, &u->conn, slices, out.n);
        if (r <= 0)
            return r;
        u->head_at += (uint32_t)r;
        size_t n = 0;
        while (out.n > 0)
            n += slices[--out.n].n;
        f->sent = !out.full && (size_t)r == n;
    }
    return 1;
}

/* ------------------------------------------------------------------ replies */

/* The reply is not the one that leads on. */
static int refuse(struct lwurl *u, int err, unsigned code)
{
    return lwurl_fail(u, err, (int32_t)code);
}

static int go_passive(struct lwurl *u, struct lwurl_ftp *f)
{
    return go(u, f, f->peer.family == 6 ? AT_EPSV : AT_PASV);
}

static int on_login(struct lwurl *u, struct lwurl_ftp *f, unsigned code)
{
    if (f->stage == AT_GREETING && code / 100 == 1) { /* "in 5 minutes" */
        u->flags |= F_AGAIN;
        return LWURL_TURN_WAIT;
    }
    if (f->stage == AT_USER && code == 331)
        return go(u, f, AT_PASS);
    if (code / 100 == 2)
        return go(u, f, f->stage == AT_GREETING ? AT_USER : AT_CWD);
    return refuse(u,
                  f->stage == AT_GREETING || code == 421 ? LWURL_ERR_FTP
                                                         : LWURL_ERR_LOGIN,
                  code);
}

static int on_directory(struct lwurl *u, struct lwurl_ftp *f, unsigned code)
{
    if (code / 100 == 2)
        return go(u, f, AT_TYPE);
    if (code == 550 && f->type == 'd')
        return go(u, f, AT_IS_FILE);
    return refuse(u, LWURL_ERR_FTP, code);
}

static int on_type(struct lwurl *u, struct lwurl_ftp *f, unsigned code)
{
    if (code / 100 != 2)
        return refuse(u, LWURL_ERR_FTP, code);
    return f->type == 'i' ? go(u, f, AT_SIZE) : go_passive(u, f);
}

/* RFC 3659 4. Not every server tells. */
static int on_size(struct lwurl *u, struct lwurl_ftp *f, unsigned code,
                   struct lwurl_str text)
{
    if (code == 213) {
        if (!str_number(str_trim(text), &u->in_left))
            return refuse(u, LWURL_ERR_FTP_REPLY, code);
        u->flags |= F_LENGTH;
    } else if (code / 100 != 5) {
        return refuse(u, LWURL_ERR_FTP, code);
    }
    return go_passive(u, f);
}

static int on_passive(struct lwurl *u, struct lwurl_ftp *f, unsigned code,
                      struct lwurl_str text)
{
    bool old = f->stage == AT_PASV;

    if (code == (old ? 227 : 229))
        return connect_data(u, f,
                            old ? ftp_reply_pasv(text) : ftp_reply_epsv(text));
    if (code / 100 != 5 || f->other)
        return refuse(u, LWURL_ERR_FTP, code);
    f->other = true;
    return go(u, f, old ? AT_EPSV : AT_PASV);
}

/* The transfer begins. Text has no length that is known: line ends change. */
static int on_start(struct lwurl *u, struct lwurl_ftp *f, unsigned code,
                    struct lwurl_str text)
{
    uint64_t size;

    if (code == 550 && f->type != 'd') {
        conn_close(u, &f->data, true);
        return go(u, f, AT_IS_DIRECTORY);
    }
    if (code / 100 != 1)
        return refuse(u, LWURL_ERR_FTP, code);
    if (f->type == 'i' && code == 150 && (u->flags & F_LENGTH) == 0 &&
        ftp_reply_size(text, &size)) {
        u->in_left = size;
        u->flags |= F_LENGTH;
    }
    f->stage = AT_REASON;
    u->flags |= F_AGAIN;
    return LWURL_TURN_WAIT;
}

static int on_end(struct lwurl *u, unsigned code)
{
    if (code / 100 != 2)
        return refuse(u, LWURL_ERR_FTP, code);
    u->phase = LWURL_PHASE_DONE;
    return LWURL_TURN_DONE;
}

static int on_reply(struct lwurl *u, struct lwurl_ftp *f, unsigned code,
                    struct lwurl_str text)
{
    switch (f->stage) {
    case AT_CWD:
        return on_directory(u, f, code);
    case AT_TYPE:
        return on_type(u, f, code);
    case AT_SIZE:
        return on_size(u, f, code, text);
    case AT_PASV:
    case AT_EPSV:
        return on_passive(u, f, code, text);
    case AT_START:
        return on_start(u, f, code, text);
    case AT_IS_DIRECTORY:
        return code / 100 == 2 ? refuse(u, LWURL_ERR_NOT_FILE, 0)
                               : refuse(u, LWURL_ERR_FTP, 550);
    case AT_IS_FILE:
        return code == 213 ? refuse(u, LWURL_ERR_NOT_DIRECTORY, 0)
                           : refuse(u, LWURL_ERR_FTP, 550);
    case AT_END:
        return on_end(u, code);
    default: /* GREETING, USER, PASS */
        return on_login(u, f, code);
    }
}

/* A reply of the window: its code, 0 for more bytes, < 0. */
static int read_reply(struct lwurl *u, struct lwurl_ftp *f,
                      struct lwurl_str *text)
{
    struct ftp_reply reply = {f->reply_code, f->reply_line};
    struct lwurl_str window = {u->work + u->in_at, u->in_n};
    size_t used;
    int r = ftp_reply_read(&reply, window, u->in_n == u->work_max, &used, text);

    f->reply_code = reply.code;
    f->reply_line = reply.line;
    u->in_at += used;
    u->in_n -= used;
    return r;
}

/* The control connection is gone. */
static int lost(struct lwurl *u, const struct lwurl_ftp *f, int err)
{
    if (u->send_err != LWURL_OK)
        err = u->send_err;
    else if (err == CONN_EOF)
        err =
            f->stage == AT_END ? LWURL_ERR_INCOMPLETE : LWURL_ERR_DISCONNECTED;
    return lwurl_fail(u, err, 0);
}

static int receive(struct lwurl *u, struct lwurl_ftp *f)
{
    struct lwurl_str text;

    for (int fills = 0; fills < FILLS_MAX; fills++) {
        int r = read_reply(u, f, &text);
        if (r > 0 && (u->send_err == LWURL_OK || r == 421))
            return on_reply(u, f, (unsigned)r, text);
        if (r < 0)
            return lwurl_fail(u, r, 0);
        r = u->head_n < LWURL_HEAD_MAX ? source_fill(u) : LWURL_ERR_HEAD_LIMIT;
        if (r < 0)
            return lost(u, f, r);
        if (r == 0)
            return u->send_err == LWURL_OK ? LWURL_TURN_WAIT : lost(u, f, 0);
    }
    u->flags |= F_AGAIN;
    return LWURL_TURN_WAIT;
}

/* A command, and what is said to it. A send that fails may hide why: a reply
   that came before (421). */
static int converse(struct lwurl *u, struct lwurl_ftp *f)
{
    int r = transmit(u, f);

    if (f->stage != AT_END)
        u->phase = r == 0 ? LWURL_PHASE_SEND : LWURL_PHASE_HEAD;
    if (r == 0)
        return LWURL_TURN_WAIT;
    if (r < 0) {
        u->send_err = (int16_t)r;
        f->sent = true;
    }
    return receive(u, f);
}

/* ------------------------------------------------------------------ source */

static int ftp_step(struct lwurl *u)
{
    struct lwurl_ftp *f = ftp_of(u);

    if (goes_to_proxy(u))
        return lwurl_http_source.step(u);
    if (f->stage == AT_CONNECT || f->stage == AT_DATA)
        return connect_step(u, f);
    if (f->stage < AT_REASON || f->stage == AT_END)
        return converse(u, f);
    return f->stage == AT_BODY ? ftp_body_step(u, f) : ftp_head_step(u, f);
}

/* Nothing is gained by dropping a body: no connection is kept. */
static int ftp_take(struct lwurl *u, void *dst, size_t n)
{
    struct lwurl_ftp *f = ftp_of(u);

    if (goes_to_proxy(u))
        return lwurl_http_source.take(u, dst, n);
    if (dst == NULL)
        return LWURL_ERR_ROOM;
    return ftp_body_take(u, f, dst, n);
}

static void ftp_wants(struct lwurl *u, struct lwurl_wants *out)
{
    const struct lwurl_ftp *f = ftp_of(u);

    if (goes_to_proxy(u))
        lwurl_http_source.wants(u, out);
    else if (f->stage == AT_DATA || f->stage == AT_BODY)
        conn_wants(&f->data, false, out);
    else
        conn_wants(&u->conn, !f->sent, out);
}

static void ftp_close(struct lwurl *u, bool keep)
{
    struct lwurl_ftp *f = ftp_of(u);
    bool whole = u->phase == LWURL_PHASE_DONE;

    if (goes_to_proxy(u)) {
        lwurl_http_source.close(u, keep);
        return;
    }
    if (f->owner == u) {
        conn_close(u, &f->data, !whole);
        f->owner = NULL;
    }
    conn_close(u, &u->conn, !whole);
}

static const struct lwurl_source_ops ftp_source = {
    .open = ftp_open,
    .step = ftp_step,
    .take = ftp_take,
    .wants = ftp_wants,
    .close = ftp_close,
};

const struct lwurl_handler_ops lwurl_ftp_ops = {
    .scheme = "ftp",
    .default_port = 21,
    .source = &ftp_source,
};
