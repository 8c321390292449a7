/* SPDX-License-Identifier: MIT */
/*
 * Whole fetches with every handler of http in the opener, by script: eight
 * bytes say what is asked, how the network sends, receives, stalls and closes,
 * how the clock ticks and when the fetch is cancelled; then come the answers of
 * up to four connections, divided by NUL. Credentials are seen by their origin
 * and by the proxy alone, whatever the answers are.
 */
#include "lwurl_auth.h"
#include "lwurl_cookies.h"
#include "lwurl_digest.h"
#include "lwurl_proxy.h"
#include "lwurl_redirect.h"
#include "wire.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define HOST     "origin.example"
#define BODY     "k=v&body=here"

static struct lwurl_cookie_slot slots[4];
static char line[256], url_room[300], basic_realm[32], digest_room[200];
static char proxy_room[200];
static struct lwurl_jar jar;
static struct lwurl_basic basic;
static struct lwurl_digest digest, proxy_digest;
static struct lwurl_redirect redirect;

static const struct lwurl_proxy_entry proxy_table[] = {
    {"http", "http://proxy-user:proxy-secret@proxy.example:3128"}};
static const struct lwurl_proxies proxies = {.table = proxy_table,
                                             .table_n = N(proxy_table)};

static const struct lwurl_handler handlers[] = {
    LWURL_COOKIES(&jar),
    LWURL_DIGEST(&digest),
    LWURL_BASIC(&basic),
    LWURL_PROXY_DIGEST(&proxy_digest),
    LWURL_PROXY(&proxies),
    LWURL_REDIRECT(&redirect),
    LWURL_HTTP,
    LWURL_DATA,
};

static void forget_all(void)
{
    memset(slots, 0, sizeof slots);
    jar = (struct lwurl_jar){.slots = slots,
                             .slots_n = N(slots),
                             .line = line,
                             .line_n = sizeof line};
    basic = (struct lwurl_basic){.realm = basic_realm,
                                 .realm_n = sizeof basic_realm};
    digest = (struct lwurl_digest){.room = digest_room,
                                   .room_n = sizeof digest_room};
    proxy_digest = (struct lwurl_digest){
        .room = proxy_room, .room_n = sizeof proxy_room, .or_basic = true};
    redirect =
        (struct lwurl_redirect){.room = url_room, .room_n = sizeof url_room};
}

static bool contains(const char *p, size_t n, const char *text)
{
    size_t m = strlen(text);

    for (size_t i = 0; i + m <= n; i++)
        if (memcmp(p + i, text, m) == 0)
            return true;
    return false;
}

/* Nobody but origin and proxy is shown a password, in base64 or as it is. */
static void check_credentials(const struct wire *w)
{
    for (size_t i = 0; i < w->conns && i < WIRE_CONNS; i++) {
        const struct wire_conn *c = &w->conn[i];
        size_t end =
            i + 1 < w->conns && i + 1 < WIRE_CONNS ? c[1].at : w->sent_n;
        const char *p = w->sent + c->at;
        bool is_origin = strcmp(c->name, HOST) == 0 && c->port == 80;
        bool is_proxy = strcmp(c->name, "proxy.example") == 0;

        CHECK(!contains(p, end - c->at, "secret"));
        if (!is_origin && !is_proxy) { /* "me:secret" */
            CHECK(!contains(p, end - c->at, "bWU6c2VjcmV0"));
            CHECK(!contains(p, end - c->at, "username=\"me\""));
        }
        if (!is_proxy)
            CHECK(!contains(p, end - c->at, "\r\nProxy-Authorization:"));
    }
}

static void split_answers(struct wire *w, const uint8_t *p, size_t n)
{
    const uint8_t *nul;

    w->answers_n = 0;
    while (w->answers_n < WIRE_ANSWERS) {
        nul = n > 0 ? memchr(p, 0, n) : NULL;
        size_t m = nul != NULL ? (size_t)(nul - p) : n;
        w->answers[w->answers_n++] = (struct lwurl_str){(const char *)p, m};
        if (nul == NULL)
            return;
        p += m + 1;
        n -= m + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint32_t flags[] = {
        0,
        LWURL_BODY_STREAM,
        LWURL_BODY_CHUNKED,
        LWURL_BODY_CHUNKED | LWURL_BODY_REWINDS | LWURL_RESEND_BODY,
        LWURL_AUTH_FIRST,
        LWURL_ASK_CREDENTIALS | LWURL_ASK_FIELDS | LWURL_ASK_REDIRECT,
        LWURL_HTTP09 | LWURL_CLOSE,
        LWURL_BODY_STREAM | LWURL_REPEATABLE,
    };
    static const uint32_t ticks[] = {1000, 100, 5000, 40000};
    static const int ends[] = {0, LWURL_ERR_RESET, LWURL_ERR_STACK, 0};
    static struct wire w;
    static struct outcome out;
    struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = N(handlers),
        .request = {.url = "http://me:secret@" HOST "/a/b?c#d",
                    .deadline_ms = 60000},
        .body = BODY,
    };

    if (n < 8 || n > 2048)
        return 0;
    if (contains((const char *)data, n, "secret") ||
        contains((const char *)data, n, "bWU6") ||
        contains((const char *)data, n, "\"me\""))
        return 0; /* it is no leak when the peer said it */
    f.request.flags = flags[data[0] % N(flags)];
    f.request.body_n = sizeof BODY - 1;
    if ((f.request.flags & (LWURL_BODY_STREAM | LWURL_BODY_CHUNKED)) == 0)
        f.request.body_n = 0;
    f.request.method = (data[1] & 3) == 1 ? "HEAD" : NULL;
    f.request.proxy = (data[1] & 4) != 0 ? NULL : "";
    w.piece = data[2] % 64;
    w.take = data[3] % 64;
    w.end = ends[data[4] % N(ends)];
    w.silent = data[4] / N(ends) % 4 == 1;
    w.stall = data[7] % 32;
    w.tick_ms = ticks[data[7] / 32 % N(ticks)];
    f.cancel = data[1] / 8;
    f.work_n = LWURL_WORK_MIN + data[5];
    f.bite = 1 + data[6];
    forget_all();
    split_answers(&w, data + 8, n - 8);
    wire_run(&w, &f, &out);
    check_credentials(&w);
    wire_run(&w, &f, &out); /* with what the handlers remember */
    check_credentials(&w);
    return 0;
}
