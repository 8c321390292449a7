/* SPDX-License-Identifier: MIT */
#include "range_server.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DATE  "Sun, 06 Nov 1994 08:49:37 GMT"
#define OLDER "Sat, 05 Nov 1994 08:49:3%u GMT"
#define YOUNG "Sun, 06 Nov 1994 08:49:0%u GMT"

unsigned char range_server_byte(unsigned version, uint64_t at)
{
    return (unsigned char)(at * 7 + (at >> 8) + version * 101);
}

static void say(struct range_server *s, const char *format, ...)
{
    size_t room = sizeof s->answer - s->answer_n;
    va_list values;

    va_start(values, format);
    int n = vsnprintf(s->answer + s->answer_n, room, format, values);
    va_end(values);
    assert_true(n >= 0 && (size_t)n < room);
    s->answer_n += (size_t)n;
}

static void put_bytes_of(struct range_server *s, uint64_t first, uint64_t n)
{
    assert_true(n <= sizeof s->answer - s->answer_n);
    for (uint64_t i = 0; i < n; i++)
        s->answer[s->answer_n++] =
            (char)range_server_byte(s->version, first + i);
}

static void put_body(struct range_server *s, uint64_t first, uint64_t n)
{
    if (!s->manner.chunked) {
        say(s, "Content-Length: %" PRIu64 "\r\n\r\n", n);
        put_bytes_of(s, first, n);
        return;
    }
    say(s, "Transfer-Encoding: chunked\r\n\r\n");
    while (n > 0) {
        uint64_t step = n < 100 ? n : 100;
        say(s, "%" PRIx64 "\r\n", step);
        put_bytes_of(s, first, step);
        say(s, "\r\n");
        first += step;
        n -= step;
    }
    say(s, "0\r\n\r\n");
}

static void validator(const struct range_server *s, char text[64])
{
    const struct manner *m = &s->manner;
    const char *format = m->young   ? YOUNG
                         : m->dated ? OLDER
                         : m->weak  ? "W/\"v%u\""
                                    : "\"v%u\"";

    text[0] = '\0';
    if (!m->no_validator)
        snprintf(text, 64, format, m->moves ? 1 : s->version);
}

static void put_validator(struct range_server *s)
{
    const struct manner *m = &s->manner;
    char text[64];

    validator(s, text);
    if (!m->no_date)
        say(s, "Date: " DATE "\r\n");
    if (m->fields != NULL)
        say(s, "%s", m->fields);
    if (text[0] != '\0')
        say(s, "%s: %s\r\n", m->dated || m->young ? "Last-Modified" : "ETag",
            text);
}

static void answer_whole(struct range_server *s)
{
    say(s, "HTTP/1.1 200 OK\r\n");
    put_validator(s);
    if (s->manner.coded)
        say(s, "Content-Encoding: x\r\n");
    put_body(s, 0, s->size);
}

static void answer_part(struct range_server *s, uint64_t first)
{
    const struct manner *m = &s->manner;
    uint64_t last = s->size - 1;
    char total[32] = "*";

    if (m->part_max != 0 && last - first >= m->part_max)
        last = first + m->part_max - 1;
    if (!m->star)
        snprintf(total, sizeof total, "%" PRId64,
                 (int64_t)s->size + m->total_off);
    say(s, "HTTP/1.1 206 Partial Content\r\n");
    if (!m->silent)
        put_validator(s);
    if (m->multipart)
        say(s, "Content-Type: multipart/byteranges; boundary=x\r\n");
    else if (!m->no_range_field)
        say(s, "Content-Range: bytes %" PRId64 "-%" PRId64 "/%s\r\n",
            (int64_t)first + m->first_off, (int64_t)last + m->last_off, total);
    put_body(s, first + (unsigned)m->body_off,
             last - first + 1 - (unsigned)m->body_less);
}

/* The value of a field of the request, up to the line's end. */
static bool field(const struct range_server *s, const char *name,
                  char value[128])
{
    char line[64];
    const char *at;

    snprintf(line, sizeof line, "\r\n%s: ", name);
    at = strstr(s->request, line);
    if (at == NULL)
        return false;
    at += strlen(line);
    snprintf(value, 128, "%.*s", (int)strcspn(at, "\r"), at);
    return true;
}

/* RFC 9110 13.2.2: does the Range count? */
static bool range_counts(const struct range_server *s)
{
    char wanted[128], current[64];

    validator(s, current);
    return !field(s, "If-Range", wanted) || s->manner.no_if_range ||
           strcmp(wanted, current) == 0;
}

static void answer(struct range_server *s)
{
    const struct manner *m = &s->manner;
    uint64_t first = 0;
    char value[128];
    bool ranged = field(s, "Range", value);

    s->answer_n = s->answer_at = 0;
    if (m->moves && strncmp(s->request, "GET /file HTTP/1.1\r\n", 20) == 0) {
        say(s,
            "HTTP/1.1 302 Found\r\nLocation: /v%u\r\n"
            "Content-Length: 0\r\n\r\n",
            s->version);
        return;
    }
    if (!m->moves)
        assert_int_equal(strncmp(s->request, "GET /file HTTP/1.1\r\n", 20), 0);
    if (ranged)
        assert_int_equal(sscanf(value, "bytes=%" SCNu64 "-", &first), 1);
    assert_true(s->requests < SERVER_REQUESTS);
    s->asked[s->requests++] = first;
    if (s->requests == s->change_at)
        s->version = 3 - s->version;
    s->answer_n = s->answer_at = 0;
    s->drops_now = s->drops > 0;
    s->drops -= s->drops_now;
    if (m->only_416 || (ranged && (m->always_416 || first >= s->size)))
        say(s,
            "HTTP/1.1 416 No\r\nContent-Range: bytes */%" PRIu64
            "\r\nContent-Length: 0\r\n\r\n",
            s->size);
    else if (m->always_206 || (ranged && !m->no_ranges && range_counts(s)))
        answer_part(s, first);
    else
        answer_whole(s);
}

/* --------------------------------------------------------------------- port */

static uint32_t server_now(void *ctx)
{
    struct range_server *s = ctx;

    return s->now;
}

static int server_up(void *ctx)
{
    (void)ctx;
    return 1;
}

static int server_resolve(void *ctx, int *slot, struct lwurl_str name,
                          unsigned attempt, struct lwurl_addr *out)
{
    (void)ctx;
    (void)name;
    *slot = LWURL_PORT_NONE;
    memset(out, 0, sizeof *out);
    out->family = 4;
    return attempt == 0 ? 1 : LWURL_ERR_DNS;
}

static int server_connect(void *ctx, const struct lwurl_addr *to)
{
    struct range_server *s = ctx;

    (void)to;
    assert_false(s->open);
    if (s->refuses)
        return LWURL_ERR_REFUSED;
    s->open = true;
    s->request_n = s->answer_n = s->answer_at = 0;
    return 5;
}

static int server_connected(void *ctx, int fd)
{
    (void)ctx;
    assert_int_equal(fd, 5);
    return 1;
}

static int server_send(void *ctx, int fd, const struct lwurl_str *slices,
                       size_t n)
{
    struct range_server *s = ctx;
    size_t taken = 0;

    assert_true(s->open && fd == 5);
    for (size_t i = 0; i < n; i++) {
        assert_true(slices[i].n < sizeof s->request - s->request_n);
        memcpy(s->request + s->request_n, slices[i].p, slices[i].n);
        s->request_n += slices[i].n;
        taken += slices[i].n;
    }
    s->request[s->request_n] = '\0';
    if (strstr(s->request, "\r\n\r\n") != NULL) {
        answer(s);
        s->request_n = 0;
    }
    return (int)taken;
}

static int server_recv(void *ctx, int fd, void *p, size_t n)
{
    struct range_server *s = ctx;
    size_t left = s->answer_n - s->answer_at;

    assert_true(s->open && fd == 5);
    if (s->drops_now && s->answer_at + left > s->drop_at)
        left =
            s->answer_at < s->drop_at ? (size_t)s->drop_at - s->answer_at : 0;
    if (left == 0 && s->drops_now) {
        if (s->cancels != NULL)
            lwurl_cancel(s->cancels);
        return LWURL_ERR_RESET;
    }
    n = n < left ? n : left;
    n = s->piece != 0 && n > s->piece ? s->piece : n;
    memcpy(p, s->answer + s->answer_at, n);
    s->answer_at += n;
    return (int)n;
}

static void server_close(void *ctx, int fd, int abort)
{
    struct range_server *s = ctx;

    (void)abort;
    assert_true(s->open && fd == 5);
    s->open = false;
}

static void server_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    struct range_server *s = ctx;

    (void)fd;
    (void)events;
    s->now += ms;
}

void range_server_begin(struct range_server *s, uint64_t size)
{
    memset(s, 0, sizeof *s);
    s->version = 1;
    s->size = size;
    s->port = (struct lwurl_port){
        .ctx = s,
        .now_ms = server_now,
        .up = server_up,
        .resolve = server_resolve,
        .connect = server_connect,
        .connected = server_connected,
        .send = server_send,
        .recv = server_recv,
        .close = server_close,
        .wait = server_wait,
    };
}
