/* SPDX-License-Identifier: MIT */
/*
 * Response parsers, to be counted by callgrind: what runs below run_NAME() is
 * counted, and run_copy() is what moving the bytes alone costs. Each reads a
 * response that comes in pieces of a given size.
 *
 *     parser lwurl|http_parser|copy head|length|chunked PIECE
 *
 * Prints the bytes of the response and of its body, as they were found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/engine.h"
#include "lwurl.h"
#include "parser.h"

#define FIELDS_N 30

char response[2 * BODY_N], body[BODY_N];
size_t response_n, body_n;
static size_t head_n;

/* --------------------------------------------------------------- responses */

static void add(const char *text)
{
    while (*text != '\0')
        response[response_n++] = *text++;
}

/* About 2 KB: names and values as long as those that servers send. */
static void make_head(const char *framing)
{
    char line[128];

    add("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < FIELDS_N - 1; i++) {
        snprintf(line, sizeof line,
                 "X-Some-Field-%02d: a value of forty bytes, or some more %d"
                 "\r\n",
                 i, 1000 + i);
        add(line);
    }
    add(framing);
    add("\r\n");
    head_n = response_n;
}

static void make_response(const char *kind)
{
    char size[16];

    if (strcmp(kind, "head") == 0) {
        make_head("Content-Length: 0\r\n");
    } else if (strcmp(kind, "length") == 0) {
        make_head("Content-Length: 65536\r\n");
        memset(response + response_n, 'x', BODY_N);
        response_n += BODY_N;
    } else {
        make_head("Transfer-Encoding: chunked\r\n");
        for (size_t n = 0; n < BODY_N; n += 4096) {
            snprintf(size, sizeof size, "%x\r\n", 4096);
            add(size);
            memset(response + response_n, 'x', 4096);
            response_n += 4096;
            add("\r\n");
        }
        add("0\r\n\r\n");
    }
}

/* ----------------------------------------------------------------- parsers */

/* Puts the next piece where the window has room. */
static size_t put(struct lwurl *u, size_t at, size_t piece)
{
    size_t n = response_n - at < piece ? response_n - at : piece;

    if (u->in_at > 0)
        memmove(u->work, u->work + u->in_at, u->in_n);
    u->in_at = 0;
    if (n > u->work_max - u->in_n)
        n = u->work_max - u->in_n;
    memcpy(u->work + u->in_n, response + at, n);
    u->in_n += n;
    return n;
}

/* What the window holds of a head or trailer: fields pass by. False: more
   bytes, please. */
static bool eat_head(struct lwurl *u)
{
    int r = HEAD_FIELD;

    while (r == HEAD_FIELD)
        r = engine_head(u);
    if (r < 0)
        abort();
    return r == HEAD_END;
}

/* Body bytes go from the window to `body`. */
static bool eat_body(struct lwurl *u)
{
    int r = engine_body(u);
    size_t n = engine_may_take(u, u->in_n);

    if (r < 0)
        abort();
    if (n == 0)
        return r > 0 && u->in == IN_TRAILER;
    memcpy(body + body_n, u->work + u->in_at, n);
    body_n += n;
    u->in_at += n;
    u->in_n -= n;
    engine_took(u, n);
    return true;
}

static void eat(struct lwurl *u)
{
    bool more = true;

    while (more && u->in != IN_DONE)
        more =
            u->in == IN_HEAD || u->in == IN_TRAILER ? eat_head(u) : eat_body(u);
}

void run_lwurl(size_t piece)
{
    static char work[ROOM];
    static const struct lwurl_request request = {.url = "http://h/"};
    static struct lwurl u;

    u.request = &request;
    u.work = work;
    u.work_max = sizeof work;
    engine_begin(&u);
    u.out = OUT_DONE;
    for (size_t at = 0; at < response_n;) {
        at += put(&u, at, piece);
        eat(&u);
    }
    if (u.in != IN_DONE)
        abort();
}

/* Every byte into the window; those of a body to `body`. */
void run_copy(size_t piece)
{
    static char window[ROOM];

    for (size_t at = 0; at < response_n;) {
        size_t n = response_n - at < piece ? response_n - at : piece;
        n = n < sizeof window ? n : sizeof window;
        memcpy(window, response + at, n);
        at += n;
    }
    for (size_t at = head_n; at < response_n;) {
        size_t n = response_n - at < piece ? response_n - at : piece;
        n = n < BODY_N - body_n ? n : BODY_N - body_n;
        if (n == 0)
            return;
        memcpy(body + body_n, response + at, n);
        body_n += n;
        at += n;
    }
}

int main(int argc, char *argv[])
{
    if (argc != 4)
        return 1;
    make_response(argv[2]);
    size_t piece = strtoul(argv[3], NULL, 10);
    if (strcmp(argv[1], "lwurl") == 0)
        run_lwurl(piece);
    else if (strcmp(argv[1], "http_parser") == 0)
        run_http_parser(piece);
    else
        run_copy(piece);
    printf("%zu %zu\n", response_n, body_n);
    return 0;
}
