/* SPDX-License-Identifier: MIT */
/* data: URLs, as urllib reads them and strictly: the body does not depend on
   the pieces that it is taken in, and is no longer than the URL. */
#include "wire.h"

static const struct lwurl_handler loose[] = {LWURL_DATA};
static const struct lwurl_handler strict[] = {LWURL_DATA_STRICT};

static void check(const char *url, size_t url_n,
                  const struct lwurl_handler *handlers, size_t bite)
{
    static struct wire w;
    static struct outcome whole, pieces;
    struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = 1,
        .request = {.url = url, .flags = LWURL_ASK_FIELDS},
        .work_n = 4096,
        .bite = 4096,
    };

    w.answers[0] = (struct lwurl_str){"", url_n};
    w.answers_n = 1;
    wire_run(&w, &f, &whole);
    w.answers[0].n = 8 * url_n; /* a step for each byte */
    f.bite = bite;
    wire_run(&w, &f, &pieces);
    CHECK(w.conns == 0 && whole.err == pieces.err);
    if (whole.err != LWURL_OK)
        return;
    CHECK(pieces.n == whole.n &&
          memcmp(pieces.bytes, whole.bytes, whole.n) == 0);
    CHECK(whole.n <= 3 * url_n + 128); /* percent-encoded in the type */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static char url[LWURL_URL_MAX + 1];

    if (n < 1 || n > sizeof url - 6)
        return 0;
    memcpy(url, "data:", 5);
    memcpy(url + 5, data + 1, n - 1);
    url[5 + n - 1] = '\0';
    check(url, strlen(url), loose, 1 + data[0] % 7);
    check(url, strlen(url), strict, 1 + data[0] % 7);
    return 0;
}
