/* SPDX-License-Identifier: MIT */
/*
 * How deep the calls of a fetch really go on a Cortex-M3: whole fetches over a
 * scripted port, the stack painted before each call and looked at after it.
 * Prints lines "opener function bytes", for painted.py, which holds them
 * against the bounds from the call graph. No interrupts meanwhile: their
 * frames would count.
 */
#include <string.h>

#include "board.h"
#include "lwurl.h"
#include "lwurl_auth.h"
#include "lwurl_cookies.h"
#include "lwurl_digest.h"
#include "lwurl_port.h"
#include "lwurl_proxy.h"
#include "lwurl_redirect.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define PAINTED  2048u
#define PAINT    0xA5u

enum call { BEGIN, STEP, TAKE, CLOSE, CALLS };
static const char *const call_names[CALLS] = {"lwurl_begin", "lwurl_step",
                                              "lwurl_take", "lwurl_close"};
static size_t deepest[CALLS];

/* ------------------------------------------------------------------- paint */

__attribute__((always_inline)) static inline unsigned char *stack_top(void)
{
    unsigned char *sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

/* Without a call, so that nothing of it is below sp. */
__attribute__((always_inline)) static inline void paint(
    volatile unsigned char *top)
{
    for (size_t i = 1; i <= PAINTED; i++)
        *(top - i) = PAINT;
}

__attribute__((always_inline)) static inline void look(
    enum call which, const volatile unsigned char *top)
{
    size_t n = PAINTED;

    while (n > 0 && *(top - n) == PAINT)
        n--;
    if (n > deepest[which])
        deepest[which] = n;
}

/* -------------------------------------------------------------------- port */

/* Responses, one a connection; told in pieces that end anywhere. */
static const char *const *script;
static const char *said;

static uint32_t port_now(void *ctx)
{
    (void)ctx;
    return 0;
}

static int port_up(void *ctx)
{
    (void)ctx;
    return 1;
}

static int port_resolve(void *ctx, int *slot, struct lwurl_str name,
                        unsigned attempt, struct lwurl_addr *out)
{
    (void)ctx, (void)slot, (void)name, (void)attempt;
    out->family = 4;
    return 1;
}

static int port_connect(void *ctx, const struct lwurl_addr *to)
{
    (void)ctx, (void)to;
    said = *script++;
    return 1;
}

static int port_connected(void *ctx, int fd)
{
    (void)ctx, (void)fd;
    return 1;
}

static int port_send(void *ctx, int fd, const struct lwurl_str *slices,
                     size_t n)
{
    (void)ctx, (void)fd, (void)n;
    return (int)slices[0].n;
}

static int port_recv(void *ctx, int fd, void *p, size_t n)
{
    char *to = p;
    int got = 0;

    (void)ctx, (void)fd;
    while (*said != '\0' && (size_t)got < n && got < 61)
        to[got++] = *said++;
    return got == 0 ? LWURL_PORT_EOF : got;
}

static void port_close(void *ctx, int fd, int abort)
{
    (void)ctx, (void)fd, (void)abort;
}

static const struct lwurl_port painted_port = {
    .now_ms = port_now,
    .up = port_up,
    .resolve = port_resolve,
    .connect = port_connect,
    .connected = port_connected,
    .send = port_send,
    .recv = port_recv,
    .close = port_close,
};

/* ----------------------------------------------------------------- openers */

static char url_room[256], realm[32], digest_room[256], line[256];
static struct lwurl_redirect redirect = {.room = url_room,
                                         .room_n = sizeof url_room};
static struct lwurl_basic basic = {.realm = realm, .realm_n = sizeof realm};
static struct lwurl_digest digest = {.room = digest_room,
                                     .room_n = sizeof digest_room};
static struct lwurl_cookie_slot slots[4];
static struct lwurl_jar jar = {
    .slots = slots, .slots_n = N(slots), .line = line, .line_n = sizeof line};
static const struct lwurl_proxy_entry proxy_table[] = {
    {"http", "http://me:secret@proxy.example:3128"}};
static const struct lwurl_proxies proxies = {.table = proxy_table,
                                             .table_n = N(proxy_table)};

static const struct lwurl_handler with_http[] = {LWURL_HTTP};
static const struct lwurl_handler with_redirect[] = {LWURL_REDIRECT(&redirect),
                                                     LWURL_HTTP};
static const struct lwurl_handler with_basic[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_HTTP};
static const struct lwurl_handler with_digest[] = {
    LWURL_DIGEST(&digest), LWURL_REDIRECT(&redirect), LWURL_HTTP};
static const struct lwurl_handler with_cookies[] = {
    LWURL_COOKIES(&jar), LWURL_REDIRECT(&redirect), LWURL_HTTP};
static const struct lwurl_handler with_proxy[] = {
    LWURL_PROXY(&proxies), LWURL_REDIRECT(&redirect), LWURL_HTTP};

/* ----------------------------------------------------------------- scripts */

#define HEAD    "HTTP/1.1 200 OK\r\nServer: painted\r\nConnection: close\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
#define MOVED                                                             \
    "HTTP/1.1 302 Found\r\nLocation: //[2001:db8::1]:8080/a/../b?c=d\r\n" \
    "Connection: close\r\nContent-Length: 3\r\n\r\nabc"
#define WHO(how)                                                         \
    "HTTP/1.1 401 Who\r\nWWW-Authenticate: " how "\r\nConnection: close" \
    "\r\nContent-Length: 2\r\n\r\nno"
#define COOKIE                                         \
    HEAD "Set-Cookie: a=b; Path=/; Domain=h.example; " \
         "Expires=Wed, 09 Jun 2100 10:18:14 GMT\r\nContent-Length: 1\r\n\r\nx"

static const char *const plain[] = {CHUNKED};
static const char *const moved[] = {MOVED, CHUNKED};
static const char *const asked[] = {WHO("Basic realm=\"r\""), CHUNKED};
static const char *const asked_digest[] = {
    WHO("Digest realm=\"r\", qop=\"auth\", nonce=\"n\", algorithm=SHA-256"),
    CHUNKED};
static const char *const told[] = {COOKIE};

/* The names are those in calls.txt. */
static const struct run {
    const char *name;
    const struct lwurl_handler *handlers;
    size_t handlers_n;
    const char *const *script;
} runs[] = {
    {"http", with_http, N(with_http), plain},
    {"redirect", with_redirect, N(with_redirect), moved},
    {"basic", with_basic, N(with_basic), asked},
    {"digest", with_digest, N(with_digest), asked_digest},
    {"cookies", with_cookies, N(with_cookies), told},
    {"cookies", with_cookies, N(with_cookies), told},
    {"proxy", with_proxy, N(with_proxy), plain},
};

static const struct lwurl_request request = {
    .url = "http://me:secret@h.example:8080/path/of/it?query=1#fragment"};

/* ------------------------------------------------------------------- fetch */

static struct lwurl u;
static char work[LWURL_WORK_MIN], body[64];

static int begin(const struct lwurl_opener *opener)
{
    unsigned char *top = stack_top();
    int r;

    paint(top);
    r = lwurl_begin(&u, opener, &request, work, sizeof work);
    look(BEGIN, top);
    return r;
}

static int step(void)
{
    unsigned char *top = stack_top();
    int r;

    paint(top);
    r = lwurl_step(&u);
    look(STEP, top);
    return r;
}

static int take(void)
{
    unsigned char *top = stack_top();
    int r;

    paint(top);
    r = lwurl_take(&u, body, sizeof body);
    look(TAKE, top);
    return r;
}

static void finish(void)
{
    unsigned char *top = stack_top();

    paint(top);
    lwurl_close(&u);
    look(CLOSE, top);
}

/* Turns of a fetch: bounded, since the script is. */
static int fetch(const struct lwurl_opener *opener)
{
    int r = begin(opener);

    for (int i = 0; r >= 0 && r != LWURL_TURN_DONE && i < 1000; i++) {
        r = step();
        if (r == LWURL_TURN_BODY)
            r = take();
    }
    finish();
    return r;
}

static void report(const char *name)
{
    for (size_t i = 0; i < CALLS; i++) {
        console_puts(name);
        console_puts(" ");
        console_puts(call_names[i]);
        console_puts(" ");
        console_u32(deepest[i]);
        console_puts("\n");
    }
}

int app_main(int argc, char *argv[])
{
    (void)argc, (void)argv;
    __asm__ volatile("cpsid i" ::: "memory");
    for (size_t i = 0; i < N(runs); i++) {
        const struct lwurl_opener opener = {&painted_port, runs[i].handlers,
                                            runs[i].handlers_n};
        script = runs[i].script;
        memset(&u, 0, sizeof u);
        memset(deepest, 0, sizeof deepest);
        if (fetch(&opener) != LWURL_TURN_DONE)
            return 1;
        report(runs[i].name);
    }
    return 0;
}
