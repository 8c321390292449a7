/* SPDX-License-Identifier: MIT */
/*
 * lwurl: urllib.request for microcontrollers. This header is one fetch.
 *
 * Rules
 *  - Memory is the caller's: one struct lwurl and one work buffer per fetch in
 *    flight. lwurl allocates nothing and keeps no global state.
 *  - What a request, an opener and a work buffer point to must live and stay
 *    unchanged until lwurl_close(); the opener and the work buffer until
 *    lwurl_end() when the connection is to be kept.
 *  - Pointers may be NULL where the text says so, nowhere else.
 *  - One struct lwurl belongs to one task at a time. Different ones may run in
 *    different tasks when they do not share an opener. Nothing here may be
 *    called from an interrupt, except lwurl_cancel().
 *  - 0 is good, errors are negative (lwurl_types.h). The first error sticks
 *    until the next lwurl_open() or lwurl_begin().
 *
 * Two ways to use it
 *  - Blocking: lwurl_open, lwurl_read ..., lwurl_close. As in urllib.
 *  - In a loop of your own: lwurl_begin, then lwurl_step, which never waits
 *    and says whose turn it is; lwurl_wants says what to wait for.
 *
 * Stack: 1440 bytes at most, above the port (make stack).
 */
#ifndef LWURL_H
#define LWURL_H

#include <stdbool.h>

#include "lwurl_config.h"
#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LWURL_VERSION        "0.1.0"
#define LWURL_VERSION_NUMBER 0x000100 /* 0xMMmmpp */

/* Bytes that a work buffer must have: a line of a response head is longer
   only in pieces. */
#define LWURL_WORK_MIN 128u

struct lwurl;
struct lwurl_out;        /* lwurl_handler.h */
struct lwurl_port;       /* lwurl_port.h */
struct lwurl_filter_ops; /* lwurl_handler.h */

/* ------------------------------------------------------------------ opener */

struct lwurl_handler_ops; /* lwurl_handler.h, for authors of handlers */

/* One line of an opener: what a handler does, and the memory it does it in
   (NULL where a handler needs none). */
struct lwurl_handler {
    const struct lwurl_handler_ops *ops;
    void *state;
};

/* urllib.request.OpenerDirector as a const table: what is not in it is not
   linked. Order: cookies, auth, redirect, then the schemes. An opener with
   stateful handlers serves one task. */
struct lwurl_opener {
    const struct lwurl_port *port;
    const struct lwurl_handler *handlers;
    size_t handlers_n;
};

/* Lines of the table. Handlers with state have headers of their own:
   lwurl_tls.h, lwurl_auth.h, lwurl_fields.h. */
extern const struct lwurl_handler_ops lwurl_http_ops;
extern const struct lwurl_handler_ops lwurl_data_ops;
extern const struct lwurl_handler_ops lwurl_data_strict_ops;
/* clang-format off */
#define LWURL_HTTP {&lwurl_http_ops, NULL} /* http:// (RFC 9112) */
#define LWURL_DATA {&lwurl_data_ops, NULL} /* data:, as urllib reads it */
/* The same as RFC 2397 and browsers read it (WHATWG Fetch): base64 is good or
   an error, the media type is parsed, a fragment is no data. */
#define LWURL_DATA_STRICT {&lwurl_data_strict_ops, NULL}
/* clang-format on */

/* ----------------------------------------------------------------- request */

/* A request field. Sent as written; CR, LF, NUL and other control characters
   (but HT in the value) are refused before anything is sent. */
struct lwurl_header {
    const char *name;
    const char *value; /* NULL: no such field, though lwurl or a handler would
                          send one: Accept-Encoding, Cookie, Host ... */
};

/* lwurl_request.flags */
enum {
    /* The body comes by lwurl_write/lwurl_send; body_n says its length. */
    LWURL_BODY_STREAM = 1 << 0,
    /* The same with unknown length: Transfer-Encoding: chunked. */
    LWURL_BODY_CHUNKED = 1 << 1,
    /* A streamed body can be written again from its first byte. */
    LWURL_BODY_REWINDS = 1 << 2,
    /* May be repeated though its method is not idempotent (RFC 9110 9.2.2). */
    LWURL_REPEATABLE = 1 << 3,
    /* Send .user/.password or the URL's with the first request, unasked
       (urllib's HTTPPasswordMgrWithPriorAuth). Only for one who would take
       Basic: it shows the password to whoever answers. */
    LWURL_AUTH_FIRST = 1 << 4,
    /* Take the turns FIELD, CREDENTIALS, REDIRECT. Without the flag a field
       passes by, missing credentials are a status 401, a redirect is followed.
     */
    LWURL_ASK_FIELDS = 1 << 5,
    LWURL_ASK_CREDENTIALS = 1 << 6,
    LWURL_ASK_REDIRECT = 1 << 7,
    /* Follow a redirect from https to http. */
    LWURL_DOWNGRADE = 1 << 8,
    /* Send the body again on 307 and 308 (with RFC 9110 15.4.8). */
    LWURL_RESEND_BODY = 1 << 9,
    /* A response without status line is a body (HTTP/0.9). */
    LWURL_HTTP09 = 1 << 10,
    /* Close after this response: "Connection: close". */
    LWURL_CLOSE = 1 << 11
};

#define LWURL_FOREVER UINT32_MAX /* for the *_ms members: no such limit */

/* urllib.request.Request. Zero is a good default for every member but url. */
struct lwurl_request {
    const char *url;    /* "user:password@" in it is this origin's credential */
    const char *method; /* NULL: GET, or POST when there is a body */
    const struct lwurl_header *headers; /* sent after Host and User-Agent, and
                                           instead of them where same-named */
    size_t headers_n;
    size_t unredirected_n; /* the last so many of them go to .url alone, and
                              not where a redirect leads */
    const void *body; /* request body in memory, NULL for none or streamed */
    uint64_t body_n;  /* its length in bytes, streamed or not */
    const char
        *content_type; /* of the body; NULL: form-urlencoded, as urllib */
    const char *user;  /* NULL: from the URL, or no credentials */
    const char *password;
    const char *user_agent; /* NULL: "lwurl/" version; "": field not sent */
    const char *connect_to; /* connect to this "host", "host:port" or
                               "[v6]:port" instead of the URL's; Host field,
                               certificate check and SNI stay the URL's. Not
                               for where a redirect to another origin leads */
    const char *proxy;      /* as in struct lwurl_proxy_entry, for this request;
                               "": none; NULL: the table's. Needs the line
                               LWURL_PROXY in the opener */
    const char *tls_name;   /* check the certificate for this name instead;
                               of this origin alone, as connect_to */
    uint32_t deadline_ms;   /* over everything, DNS included; 0: no deadline */
    uint32_t idle_ms;    /* longest time without progress; 0: LWURL_IDLE_MS */
    uint32_t connect_ms; /* for name, TCP and TLS together; 0: no own limit */
    uint32_t flags;      /* LWURL_BODY_STREAM ... */
};

/* ------------------------------------------------------------------- fetch */

/* A connection and what is spoken on it; members are private. */
struct lwurl_conn {
    const struct lwurl_filter_ops *filter; /* NULL: bytes go as they are */
    void *slot;                            /* of the filter */
    int fd;                                /* or the place in resolve() */
    int16_t first_err;                     /* of attempt 0 */
    uint16_t port, wire_port;              /* of the URL, and connected to */
    uint8_t phase;                         /* enum conn_phase in conn.h */
    uint8_t attempt;                       /* 0 or 1: family; 2: as 0 */
};

/* One fetch. All members are private; sizes are in the README's table. It
   holds no pointer into itself. Set it to zero once before first use. What is
   asked most comes first: a Thumb instruction of 2 bytes reaches bytes up to
   31, halfwords up to 62, words up to 124. */
struct lwurl {
    const struct lwurl_opener *opener;
    const struct lwurl_request *request;
    const struct lwurl_handler *scheme; /* line of the opener in use */
    uint32_t flags;
    uint8_t phase, out, in, head; /* the states: fetch, engine, head parser */
    uint8_t last_phase, version, field_flags;
    uint8_t tries, hops; /* authentication, redirects */
    volatile uint8_t cancel;
    uint16_t status;
    int16_t err, send_err;
    uint16_t kept_n;              /* origin of a kept connection, in work */
    char *work;                   /* the caller's buffer */
    size_t work_max, in_at, in_n; /* window of unread bytes in it */
    uint32_t scan_at, name_n, value_at; /* head parser, offsets from in_at */
    uint32_t head_at;                   /* request head bytes sent */
    uint32_t head_n;                    /* response head bytes read */
    uint32_t drain_n;                   /* body bytes dropped */
    uint32_t chunk_at; /* chunk prefix bytes sent, and its size */
    uint32_t chunk_n;
    /* Writes the last chunk, once the application ended its streamed body. */
    void (*end_chunks)(const struct lwurl *u, struct lwurl_out *out);
    uint32_t started_ms, moved_ms; /* clock at begin, at last progress */
    uint32_t conn_ms;              /* clock when this connection began */
    int32_t detail;
    struct lwurl_str url;        /* current: request's or redirect's */
    const char *user, *password; /* answer to CREDENTIALS */
    struct lwurl_str field_name, field_value;
    struct lwurl_conn conn;
    uint64_t out_left;  /* request body bytes not yet sent */
    uint64_t out_total; /* of it, written so far */
    uint64_t in_left;   /* of the body, or of the chunk */
    uint64_t body_n;    /* body bytes delivered */
    union {
        uint8_t bytes[LWURL_AREA];
        void *pointer;
        uint64_t number;
    } area; /* of the scheme in use */
};

/* --------------------------------------------------------------- blocking */

/*
 * urllib's urlopen(): opens the request's URL and waits for the response head.
 * `work` is room for one unfinished line: LWURL_WORK_MIN bytes or more; larger
 * is faster.
 * A connection that `u` kept is used again where scheme, host and port agree.
 *
 * LWURL_OK: 2xx, read the body. With LWURL_BODY_STREAM or _CHUNKED: connected,
 * write the body, then lwurl_finish().
 * LWURL_ERR_STATUS: any other final status; the body can be read as well
 * (urllib's HTTPError). Every other error: nothing to read.
 */
int lwurl_open(struct lwurl *u, const struct lwurl_opener *opener,
               const struct lwurl_request *request, void *work, size_t work_n);

/* Writes n bytes of a streamed request body; waits until all are taken.
   LWURL_ERR_BODY above the stated length. LWURL_ERR_STATUS: the server
   answered early, stop writing; the response can be read. */
int lwurl_write(struct lwurl *u, const void *p, size_t n);

/* Ends a streamed request body and waits for the response head, as lwurl_open
   does. LWURL_ERR_REPLAY where the body is wanted again (a password was asked
   for) and LWURL_BODY_REWINDS is not set; with it, LWURL_ERR_BODY and
   lwurl_written() == 0: write it again. */
int lwurl_finish(struct lwurl *u);

/* Reads up to n bytes of the body into dst; waits for at least one. > 0: bytes
   read. 0: the body is complete (or n was 0). < 0: error; a body that is cut
   short is LWURL_ERR_INCOMPLETE, never a 0. */
int lwurl_read(struct lwurl *u, void *dst, size_t n);

/* Reads a line of the body, its LF too: up to n bytes of it, waiting for them
   (urllib's readline(n)). > 0: bytes; without LF behind them, the line is
   longer than n or the body's last. 0: the body is complete (or n was 0).
   < 0: error, and what was read of the line is not told. */
int lwurl_readline(struct lwurl *u, void *dst, size_t n);

/* Reads the whole body into dst, *n says how much. LWURL_ERR_ROOM when it is
   longer than max (detail: its length where the server told, else 0). */
int lwurl_read_all(struct lwurl *u, void *dst, size_t max, size_t *n);

/* Ends the response. Keeps the connection for the next lwurl_open() when the
   body was read to its end, or when what is left of it is here already and
   short (LWURL_DRAIN_MAX); else closes it. Never waits. Harmless at any time.
 */
void lwurl_close(struct lwurl *u);

/* Ends the response and the connection. */
void lwurl_end(struct lwurl *u);

/* --------------------------------------------------------------- stepwise */

/* Whose turn it is. */
enum lwurl_turn {
    LWURL_TURN_WAIT = 1,    /* nobody's: wait as lwurl_wants() says */
    LWURL_TURN_SEND,        /* room for request body: lwurl_send() */
    LWURL_TURN_FIELD,       /* a response field: lwurl_field() */
    LWURL_TURN_CREDENTIALS, /* wanted: lwurl_credentials() */
    LWURL_TURN_REDIRECT,    /* about to be followed: lwurl_url() says where;
                               step on, or lwurl_end() */
    LWURL_TURN_RESPONSE,    /* head complete: lwurl_status() ... */
    LWURL_TURN_BODY,        /* bytes may be here: lwurl_take() */
    LWURL_TURN_DONE         /* body complete */
};

/* Begins a fetch; sends nothing yet. Checks the request: what cannot be sent
   is refused here. Parameters and errors as in lwurl_open(). */
int lwurl_begin(struct lwurl *u, const struct lwurl_opener *opener,
                const struct lwurl_request *request, void *work, size_t work_n);

/* Does what can be done without waiting, bounded in time and bytes: one TLS
   operation (README: "the longest step") or a few sends and receives.
   > 0: enum lwurl_turn. < 0: the fetch failed. A turn that was not taken is
   given again, except RESPONSE, FIELD and REDIRECT. */
int lwurl_step(struct lwurl *u);

/* As lwurl_step(), but waits until it is anyone's turn: never returns
   LWURL_TURN_WAIT. For blocking programs that take fields or credentials. */
int lwurl_next(struct lwurl *u);

#define LWURL_FD_NONE (-1)

/* What a fetch waits for after LWURL_TURN_WAIT. */
struct lwurl_wants {
    int fd;          /* of the port; LWURL_FD_NONE: for a name, or time only */
    unsigned events; /* LWURL_PORT_READ | LWURL_PORT_WRITE, 0 without fd */
    uint32_t ms;     /* step again after so many ms at the latest, though
                        nothing came; 0: step again at once */
};
void lwurl_wants(struct lwurl *u, struct lwurl_wants *out);

/* Offers n bytes of the request body; returns how many were taken (0: none
   now), or < 0. Chunked: offer the rest of the same bytes next time. */
int lwurl_send(struct lwurl *u, const void *p, size_t n);

/* Says that the streamed body is complete. LWURL_ERR_BODY when it is shorter
   than stated. */
int lwurl_send_end(struct lwurl *u);

/* Bytes of the streamed body taken so far. Back at 0 when a retry or redirect
   wants it again: the turn SEND then asks for it from its first byte. */
uint64_t lwurl_written(const struct lwurl *u);

/* Takes up to n body bytes that are here, without waiting. > 0: bytes.
   0: none now, step on. < 0: error. */
int lwurl_take(struct lwurl *u, void *dst, size_t n);

/* A piece of a response field as it streams by, valid until the next step.
   The reason phrase comes first, with an empty name. A field that is longer
   than the work buffer comes in several pieces. */
struct lwurl_field {
    struct lwurl_str name;  /* as sent; compare with lwurl_name_is() */
    struct lwurl_str value; /* this piece, unfolded, outer blanks removed */
    bool first, last;       /* piece of the value */
    bool name_cut;          /* the name was too long for the work buffer */
    bool trailer;           /* came after a chunked body */
};
void lwurl_field(const struct lwurl *u, struct lwurl_field *out);

/* Case-insensitive comparison of a field name with a NUL-terminated one. */
bool lwurl_name_is(struct lwurl_str name, const char *is);

/* Answers LWURL_TURN_CREDENTIALS (urllib's prompt_user_passwd). Both must
   live until lwurl_close(). NULL, NULL: there are none; the 401 is then
   the response. Who asks is in lwurl_url() and the auth handler's realm;
   lwurl_attempt() counts from 1. */
int lwurl_credentials(struct lwurl *u, const char *user, const char *password);
unsigned lwurl_attempt(const struct lwurl *u);

/* --------------------------------------------------------------- response */

unsigned lwurl_status(const struct lwurl *u);  /* 200 ...; 0: none (data:) */
unsigned lwurl_version(const struct lwurl *u); /* 9, 10, 11; 0: not HTTP */

/* URL of the response, after redirects (urllib's geturl). Lives until
   lwurl_close(). May hold a password: do not log it (lwurl_url_public()). */
struct lwurl_str lwurl_url(const struct lwurl *u);

/* The same URL without its userinfo, as two slices: scheme with "//", rest. */
void lwurl_url_public(const struct lwurl *u, struct lwurl_str out[2]);

/* Length of the body where the server said it, else UINT64_MAX. */
uint64_t lwurl_length(const struct lwurl *u);

/* Body bytes delivered so far. */
uint64_t lwurl_received(const struct lwurl *u);

/* ----------------------------------------------------------------- errors */

struct lwurl_error {
    int code;        /* LWURL_ERR_*, or LWURL_OK */
    unsigned phase;  /* enum lwurl_phase: where it happened */
    long detail;     /* the layer's own number; see each code */
    bool retry;      /* the same request may succeed later */
    unsigned status; /* HTTP status, 0 when none came */
    uint64_t bytes;  /* body bytes delivered before */
};

/* The error of the fetch, or what it is doing. */
void lwurl_error(const struct lwurl *u, struct lwurl_error *out);

/* What it means and what to do, in English, from flash. A firmware that does
   not call these does not link them. */
const char *lwurl_strerror(int code);
const char *lwurl_strphase(unsigned phase);

/* Asks a fetch to stop: the next step returns LWURL_ERR_CANCELED. From any
   task or interrupt; the wait of the port is woken. */
void lwurl_cancel(struct lwurl *u);

#ifdef __cplusplus
}
#endif

#endif
