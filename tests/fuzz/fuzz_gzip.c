/* SPDX-License-Identifier: MIT */
/* A coded body of any bytes: however it is cut and taken, the same comes of it,
   and in a smaller window the same or the beginning of it. */
#include "lwurl_gzip.h"
#include "wire.h"

#define BODY_MAX 2048u
#define CAP      40000u

#define FIELDS "HTTP/1.1 200 OK\r\nContent-Encoding: "

static struct lwurl_inflater inflater;
static unsigned char window[32768];
static struct lwurl_gzip gzip;
static const struct lwurl_handler handlers[] = {LWURL_GZIP(&gzip), LWURL_HTTP};

/* The body behind a head that names its coding, up to the connection's end. */
static struct lwurl_str response(const uint8_t *data, size_t n, bool deflate)
{
    static char message[sizeof FIELDS + 16 + BODY_MAX];
    int at = snprintf(message, sizeof message, FIELDS "%s\r\n\r\n",
                      deflate ? "deflate" : "gzip");

    memcpy(message + at, data, n);
    return (struct lwurl_str){message, (size_t)at + n};
}

static void run(struct wire *w, size_t window_n, size_t bite,
                struct outcome *out)
{
    const struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = 2,
        .request = {.url = "http://h/"},
        .work_n = LWURL_WORK_MIN,
        .bite = bite,
    };

    gzip = (struct lwurl_gzip){.inflater = &inflater,
                               .window = window,
                               .window_n = window_n,
                               .max = CAP};
    wire_run(w, &f, out);
}

/* Is it one of the errors that a coded body can have? */
static bool is_known(int err)
{
    return err == LWURL_OK || err == LWURL_ERR_CONTENT_CODING ||
           err == LWURL_ERR_ROOM || err == LWURL_ERR_EXPANSION ||
           err == LWURL_ERR_INCOMPLETE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct wire w;
    static struct outcome whole, pieces;

    if (n < 2 || n > BODY_MAX)
        return 0;
    w.answers[0] = response(data + 2, n - 2, (data[0] & 1) != 0);
    w.answers_n = 1;
    w.piece = 0;
    run(&w, sizeof window, 4096, &whole);
    CHECK(is_known(whole.err) && whole.status == 200);
    CHECK(whole.err != LWURL_ERR_ROOM); /* no sender needs a larger one */

    w.piece = 1 + data[1] % 7;
    run(&w, sizeof window, 1 + data[1] / 7 % 31, &pieces);
    CHECK(pieces.err == whole.err && pieces.n == whole.n &&
          memcmp(pieces.bytes, whole.bytes, whole.n) == 0);

    /* A smaller window: the same, or the beginning of it and why. */
    run(&w, (size_t)256 << (data[0] >> 1) % 8, 1 + data[1] % 97, &pieces);
    CHECK(is_known(pieces.err));
    CHECK(pieces.err == whole.err || pieces.err == LWURL_ERR_ROOM);
    CHECK(pieces.n <= whole.n &&
          memcmp(pieces.bytes, whole.bytes, pieces.n) == 0);
    return 0;
}
