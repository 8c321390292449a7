/* SPDX-License-Identifier: MIT */
/* The responses that parsers are counted with, and who reads them. Made
   without stdio: boards have none. */
#include <string.h>

#include "parser.h"

#define FIELDS_N 30
#define CHUNK_N  4096u

char response[ROOM], window[ROOM], body[BODY_N];
size_t response_n, head_n, body_n;

/* --------------------------------------------------------------- responses */

static char *put_text(char *to, const char *text)
{
    size_t n = strlen(text);

    memcpy(to, text, n + 1);
    return to + n;
}

static char *put_number(char *to, size_t value)
{
    char digits[12];
    size_t n = sizeof digits;

    digits[--n] = '\0';
    do
        digits[--n] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    return put_text(to, digits + n);
}

static void add(const char *text)
{
    response_n += strlen(text);
    put_text(response + response_n - strlen(text), text);
}

static void add_body(size_t n)
{
    memset(response + response_n, 'x', n);
    response_n += n;
}

/* About 2 KB: names and values as long as those that servers send. */
static void make_head(const char *framing)
{
    char line[128];

    response_n = 0;
    add("HTTP/1.1 200 OK\r\n");
    for (size_t i = 0; i < FIELDS_N - 1; i++) {
        char *p = put_text(line, i < 10 ? "X-Some-Field-0" : "X-Some-Field-");
        p = put_number(p, i);
        p = put_text(p, ": a value of forty bytes, or some more ");
        put_text(put_number(p, 1000 + i), "\r\n");
        add(line);
    }
    add(framing);
    add("\r\n");
    head_n = response_n;
}

static void make_length(void)
{
    make_head("Content-Length: 65536\r\n");
    add_body(BODY_N);
}

static void make_chunked(void)
{
    make_head("Transfer-Encoding: chunked\r\n");
    for (size_t n = 0; n < BODY_N; n += CHUNK_N) {
        add("1000\r\n");
        add_body(CHUNK_N);
        add("\r\n");
    }
    add("0\r\n\r\n");
}

static void make_empty(void)
{
    make_head("Content-Length: 0\r\n");
}

/* ----------------------------------------------------------------- parsers */

size_t piece_at(size_t at, size_t piece)
{
    return response_n - at < piece ? response_n - at : piece;
}

/* Every byte into the window; those of a body to `body`. */
void run_copy(size_t piece)
{
    for (size_t at = 0; at < response_n;) {
        size_t n = piece_at(at, piece);
        memcpy(window, response + at, n);
        at += n;
    }
    for (size_t at = head_n; at < response_n && body_n < BODY_N;) {
        size_t n = piece_at(at, piece);
        n = n < BODY_N - body_n ? n : BODY_N - body_n;
        memcpy(body + body_n, response + at, n);
        body_n += n;
        at += n;
    }
}

static const struct parser {
    const char *name;
    run_fn *run;
} parsers[] = {
    {"copy", run_copy},
    {"lwurl", run_lwurl},
    {"http_parser", run_http_parser},
    {"llhttp", run_llhttp},
    {"pico", run_pico},
};

static const struct kind {
    const char *name;
    void (*make)(void);
    size_t body_n;
} kinds[] = {
    {"head", make_empty, 0},
    {"length", make_length, BODY_N},
    {"chunked", make_chunked, BODY_N},
};

static const struct {
    const char *name;
    size_t n;
} pieces[] = {{"whole", ROOM}, {"1460", 1460}, {"64", 64}};

static int count_one(void (*count)(const char *label, run_fn *run,
                                   size_t piece),
                     const struct kind *kind, const char *piece_name,
                     size_t piece, const struct parser *parser)
{
    char label[64], *p = put_text(put_text(label, kind->name), " ");

    p = put_text(put_text(p, piece_name), " ");
    p = put_text(put_text(p, parser->name), " ");
    put_number(p, kind->body_n > 0 ? kind->body_n : head_n);
    body_n = 0;
    memset(body, 0, sizeof body);
    count(label, parser->run, piece);
    return body_n == kind->body_n &&
           (body_n == 0 || memchr(body, 0, sizeof body) == NULL);
}

int each_parser(void (*count)(const char *label, run_fn *run, size_t piece))
{
    int good = 1;

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        kinds[k].make();
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
            for (size_t j = 0; j < sizeof parsers / sizeof *parsers; j++)
                good &= count_one(count, &kinds[k], pieces[i].name, pieces[i].n,
                                  &parsers[j]);
    }
    return good;
}
