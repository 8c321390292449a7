/* SPDX-License-Identifier: MIT */
/* Set-Cookie fields, divided by LF: what comes back is one clean field, only
   to hosts that may have it, and a jar survives export and import. */
#include "lwurl_cookies.h"
#include "wire.h"

#define SLOTS 6
#define FINE  "HTTP/1.1 204 N\r\nConnection: close\r\n\r\n"

static int fixed_now(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = 1767225600;
    return 0;
}

static const struct lwurl_clock wall = {NULL, fixed_now};
static struct lwurl_cookie_slot slots[SLOTS], other_slots[SLOTS];
static char line[512], other_line[512];

static size_t make_answer(const uint8_t *data, size_t n, char *out, size_t max)
{
    static const char end[4] = {'\r', '\n', '\r', '\n'};
    size_t at = (size_t)snprintf(
        out, max, "HTTP/1.1 200 OK\r\nConnection: close\r\nSet-Cookie: ");

    for (size_t i = 0; i < n && at + 32 < max; i++) {
        if (data[i] == '\n')
            at += (size_t)snprintf(out + at, max - at, "\r\nSet-Cookie: ");
        else
            out[at++] = (char)data[i];
    }
    memcpy(out + at, end, sizeof end);
    return at + sizeof end;
}

static void fetch(struct lwurl_jar *jar, const char *url,
                  struct lwurl_str answer, struct wire *w)
{
    static struct outcome out;
    const struct lwurl_handler handlers[] = {LWURL_COOKIES(jar), LWURL_HTTP};
    struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = 2,
        .request = {.url = url},
        .work_n = LWURL_WORK_MIN,
        .bite = 64,
    };

    w->answers[0] = answer;
    w->answers_n = 1;
    wire_run(w, &f, &out);
    wire_check_heads(w);
}

static bool sends_cookies(const struct wire *w)
{
    static const char name[] = "\r\nCookie:";

    for (size_t i = 0; i + sizeof name - 1 <= w->sent_n; i++)
        if (memcmp(w->sent + i, name, sizeof name - 1) == 0)
            return true;
    return false;
}

static void check_export(struct lwurl_jar *jar)
{
    static char text[8192], again[8192];
    struct lwurl_jar other = {.slots = other_slots,
                              .slots_n = SLOTS,
                              .line = other_line,
                              .line_n = sizeof other_line,
                              .clock = &wall};
    size_t n = 0, m = 0;

    memset(other_slots, 0, sizeof other_slots);
    CHECK(lwurl_jar_export(jar, text, sizeof text, &n) == LWURL_OK);
    (void)lwurl_jar_import(&other, (struct lwurl_str){text, n});
    CHECK(lwurl_jar_export(&other, again, sizeof again, &m) == LWURL_OK);
    CHECK(n == m && memcmp(text, again, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct wire w;
    static char answer[4096];
    static const struct lwurl_str fine = {FINE, sizeof FINE - 1};
    struct lwurl_jar jar = {.slots = slots,
                            .slots_n = SLOTS,
                            .line = line,
                            .line_n = sizeof line,
                            .clock = &wall};

    if (n > 2048)
        return 0;
    memset(slots, 0, sizeof slots);
    fetch(
        &jar, "http://a.b.example/d/e",
        (struct lwurl_str){answer, make_answer(data, n, answer, sizeof answer)},
        &w);
    fetch(&jar, "http://a.b.example/d/f", fine, &w);
    fetch(&jar, "http://elsewhere.test/d/f", fine, &w);
    CHECK(!sends_cookies(&w));
    fetch(&jar, "http://example/d/f", fine, &w); /* one label: a suffix */
    CHECK(!sends_cookies(&w));
    check_export(&jar);
    return 0;
}
