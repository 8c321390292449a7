/* SPDX-License-Identifier: MIT */
/* A chunked body of any bytes, trailers included. Success means that the body
   is what a decoder of a few lines makes of it. */
#include "wire.h"

#define HEAD "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static const struct lwurl_handler handlers[] = {LWURL_HTTP};

static int hex(int c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The body of a good chunked message: its length. */
static size_t decode(const char *p, size_t n, char *body)
{
    const char *end = p + n;
    size_t got = 0, size;

    do {
        size = 0;
        while (p < end && hex(*p) >= 0)
            size = size * 16 + (size_t)hex(*p++);
        p = memchr(p, '\n', (size_t)(end - p));
        CHECK(p != NULL && size <= (size_t)(end - p - 1));
        memcpy(body + got, p + 1, size);
        got += size;
        p += 1 + size;
        if (size > 0)
            CHECK(p[0] == '\r' && p[1] == '\n');
        p += 2;
    } while (size > 0);
    return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct wire w;
    static struct outcome whole, pieces;
    static char message[sizeof HEAD + 2048], body[2048];
    struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = 1,
        .request = {.url = "http://h/"},
        .work_n = LWURL_WORK_MIN,
        .bite = 4096,
    };
    const size_t head_n = sizeof HEAD - 1;

    if (n < 1 || n > 2048)
        return 0;
    memcpy(message, HEAD, head_n);
    memcpy(message + head_n, data + 1, n - 1);
    w.answers[0] = (struct lwurl_str){message, head_n + n - 1};
    w.answers_n = 1;
    w.piece = 0;
    wire_run(&w, &f, &whole);

    w.piece = 1 + data[0] % 5;
    f.bite = 1 + data[0] / 5 % 7;
    wire_run(&w, &f, &pieces);
    CHECK(pieces.err == whole.err && whole.status == 200);
    CHECK(pieces.n == whole.n &&
          memcmp(pieces.bytes, whole.bytes, whole.n) == 0);
    if (whole.err != LWURL_OK)
        return 0;
    size_t body_n = decode(message + head_n, n - 1, body);
    CHECK(whole.n == body_n + 2);
    CHECK(memcmp(whole.bytes + 2, body, body_n) == 0);
    return 0;
}
