/* SPDX-License-Identifier: MIT */
/*
 * Openers with handlers of their own, for tests/differential/urllib: a scheme,
 * statuses, an order. Public headers only, as an application has them, over the
 * network of the examples.
 *
 *     differential_openers OPENER URL ...
 *
 * Prints what the handlers were called for ("- NAME request", once for each
 * time that somebody is asked), and what came of each URL: "= STATUS URL BODY"
 * for a success, "e STATUS URL BODY" for an error that can be read, "! NUMBER"
 * for any other.
 */
#include <stdio.h>
#include <string.h>

#include "../../boards/board.h"
#include "../../boards/examples/network.h"
#include "lwurl_conditional.h"
#include "lwurl_default.h"
#include "lwurl_handler.h"
#include "lwurl_redirect.h"
#include "lwurl_retrieve.h"
#include "lwurl_tls.h"

static struct lwurl fetch;
static char work[1024], body[65536];

/* A line of the log: they come before the answers. */
static void say(const char *name, const char *what, unsigned status)
{
    if (status != 0)
        printf("- %s %s %u\n", name, what, status);
    else
        printf("- %s %s\n", name, what);
}

/* ----------------------------------------------------- a scheme of its own */

/* "greet:name" is "hello name" (urllib: greet_open). */
static struct lwurl_str name_of(const struct lwurl *u)
{
    struct lwurl_str url = lwurl_url(u);

    return (struct lwurl_str){url.p + 6, url.n - 6};
}

static int greet_open(struct lwurl *u)
{
    say(u->scheme->state, "open", 0);
    if (name_of(u).n == 0)
        return lwurl_fail(u, LWURL_ERR_URL, 6);
    u->area.number = 0;
    lwurl_source_begin(u, 6 + name_of(u).n);
    return LWURL_OK;
}

static int greet_step(struct lwurl *u)
{
    static const struct lwurl_field fields[] = {
        {.name = {"", 0}, .first = true, .last = true},
        {.name = {"Greeting", 8},
         .value = {"yes", 3},
         .first = true,
         .last = true}};

    while (u->area.number < 2) {
        int r = lwurl_deliver_field(u, &fields[u->area.number++]);
        if (r != 0)
            return r > 0 ? LWURL_TURN_FIELD : r;
    }
    if (u->area.number++ == 2) {
        u->phase = LWURL_PHASE_BODY;
        return LWURL_TURN_RESPONSE;
    }
    if (u->in_left > 0)
        return LWURL_TURN_BODY;
    u->phase = LWURL_PHASE_DONE;
    return LWURL_TURN_DONE;
}

static int greet_take(struct lwurl *u, void *dst, size_t n)
{
    struct lwurl_str name = name_of(u);
    size_t at = 6 + name.n - (size_t)u->in_left, i = 0;
    char *to = dst;

    for (; i < n && u->in_left > 0; i++, at++, u->in_left--)
        if (to != NULL)
            to[i] = at < 6 ? "hello "[at] : name.p[at - 6];
    return (int)i;
}

static void greet_close(struct lwurl *u, bool keep)
{
    (void)u;
    (void)keep;
}

static const struct lwurl_source_ops greet_source = {
    .open = greet_open,
    .step = greet_step,
    .take = greet_take,
    .close = greet_close,
};

static const struct lwurl_handler_ops greet_ops = {.scheme = "greet",
                                                   .source = &greet_source};
/* In the place of http: nothing of the network. */
static const struct lwurl_handler_ops http_ops = {.scheme = "http",
                                                  .source = &greet_source};

/* ------------------------------------------------------------- processors */

/* Says what it is asked, and does as its status says. */
struct own {
    const char *name;
    unsigned status;  /* that it is about */
    int verdict;      /* for it */
    unsigned times;   /* that it gives this verdict; then DELIVER */
    const char *line; /* a field to add, after a verdict RETRY or always */
    bool always;
    unsigned given;
    bool asked; /* the request was said */
};

static void own_begin(struct lwurl *u, void *state)
{
    (void)u;
    ((struct own *)state)->asked = false;
}

static void own_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    struct own *o = state;

    (void)u;
    if (!o->asked)
        say(o->name, "request", 0);
    o->asked = true;
    if (o->line != NULL && (o->always || o->given > 0))
        lwurl_out_text(out, o->line);
}

static int own_response(struct lwurl *u, void *state)
{
    struct own *o = state;

    say(o->name, "response", lwurl_status(u));
    o->asked = false;
    if (lwurl_status(u) != o->status || o->given == o->times)
        return LWURL_DELIVER;
    o->given++;
    return o->verdict;
}

static const struct lwurl_handler_ops own_ops = {
    .begin = own_begin,
    .request = own_request,
    .response = own_response,
};

/* ---------------------------------------------------------------- openers */

static char location[512];
static struct lwurl_redirect redirect = {.room = location,
                                         .room_n = sizeof location};
static const struct lwurl_proxies proxies = {.table_n = 0};
static const struct lwurl_tls tls = {.slot = NULL};
static struct lwurl_ftp ftp;
static const struct lwurl_table_file list[] = {
    {"/dir/note", "flash", 5, LWURL_FILE_NO_TIME}};
static const struct lwurl_file_table flash = {list, 1};
static const struct lwurl_files files = LWURL_FILE_TABLE(&flash);
static struct lwurl_validators have = {.etag = "\"one\""};
static struct lwurl_conditional conditional = {.ask = &have};

static struct own plain_a = {.name = "a", .line = "X-A: 1\r\n", .always = true};
static struct own plain_b = {.name = "b", .line = "X-B: 1\r\n", .always = true};
static struct own accept = {
    .name = "a", .status = 418, .verdict = LWURL_ACCEPT, .times = 9};
static struct own again = {
    .name = "a", .status = 503, .verdict = LWURL_RETRY, .times = 1};
static struct own token = {.name = "a",
                           .status = 401,
                           .verdict = LWURL_RETRY,
                           .times = 1,
                           .line = "Authorization: Token abc\r\n"};

static char name_a[] = "a", name_b[] = "b";

#define GREET(ops, name) \
    {                    \
        &(ops), (name)   \
    }
#define OWN(state)         \
    {                      \
        &own_ops, &(state) \
    }
#define LINES(...)                 \
    (const struct lwurl_handler[]) \
    {                              \
        __VA_ARGS__                \
    }

static const struct named {
    const char *name;
    const struct lwurl_handler *lines;
    size_t n;
} openers[] = {
    {"scheme", LINES(GREET(greet_ops, name_a), LWURL_HTTP), 2},
    {"first", LINES(GREET(greet_ops, name_a), GREET(greet_ops, name_b)), 2},
    {"replaced", LINES(GREET(http_ops, name_a), LWURL_HTTP), 2},
    {"order", LINES(OWN(plain_a), OWN(plain_b), LWURL_HTTP), 3},
    {"redirect",
     LINES(OWN(plain_a), OWN(plain_b), LWURL_REDIRECT(&redirect), LWURL_HTTP),
     4},
    {"no-redirect", LINES(OWN(plain_a), LWURL_HTTP), 2},
    {"accept", LINES(OWN(accept), OWN(plain_b), LWURL_HTTP), 3},
    {"again", LINES(OWN(again), LWURL_HTTP), 2},
    {"token", LINES(OWN(token), LWURL_HTTP), 2},
    {"conditional", LINES(LWURL_CONDITIONAL(&conditional), LWURL_HTTP), 2},
    {"retrieve", LINES(LWURL_HTTP), 1},
    {"default", LINES(LWURL_DEFAULT(&redirect, &proxies, &tls, &files, &ftp)),
     LWURL_DEFAULT_N},
};

#define OPENERS_N (sizeof openers / sizeof openers[0])

/* ----------------------------------------------------------------- fetches */

static void print_response(int err, size_t n)
{
    struct lwurl_str url = lwurl_url(&fetch);

    printf("%s %03u %.*s '%.*s'\n", err == LWURL_OK ? "=" : "e",
           lwurl_status(&fetch), (int)url.n, url.p, (int)n, body);
}

static void get(const struct lwurl_opener *opener, const char *url)
{
    const struct lwurl_request request = {.url = url, .idle_ms = 5000};
    size_t n = 0;
    int err = lwurl_open(&fetch, opener, &request, work, sizeof work);
    int read = LWURL_OK;

    if (err == LWURL_OK || err == LWURL_ERR_STATUS)
        read = lwurl_read_all(&fetch, body, sizeof body, &n);
    if (read != LWURL_OK || (err != LWURL_OK && err != LWURL_ERR_STATUS))
        printf("! %d\n", read != LWURL_OK ? read : err);
    else
        print_response(err, n);
    lwurl_close(&fetch);
}

/* urlretrieve with its reporthook, whose first and last call are printed: how
   many there are between them is a matter of segments. */
struct told {
    unsigned calls;
    uint64_t done, total;
};

static void print_told(const struct told *told)
{
    printf("- at %llu of %lld\n", (unsigned long long)told->done,
           told->total == LWURL_LENGTH_UNKNOWN ? -1LL : (long long)told->total);
}

static void report(void *ctx, uint64_t done, uint64_t total)
{
    struct told *told = ctx;

    told->done = done;
    told->total = total;
    if (told->calls++ == 0)
        print_told(told);
}

static void retrieve(const struct lwurl_opener *opener, const char *url)
{
    static unsigned char room[2 * 8192];
    static struct lwurl_retrieve r;
    struct lwurl_memory memory = {.p = body, .max = sizeof body};
    const struct lwurl_sink sink = LWURL_MEMORY_SINK(&memory);
    const struct lwurl_request request = {.url = url, .idle_ms = 5000};
    struct told told = {.calls = 0};
    const struct lwurl_retrieval what = {.request = &request,
                                         .sink = &sink,
                                         .progress = report,
                                         .progress_ctx = &told};
    int err = lwurl_retrieve(&r, opener, &what, room, sizeof room);

    if (told.calls > 1)
        print_told(&told);
    if (err == LWURL_OK)
        printf("= %03u %s %zu bytes\n", lwurl_status(&r.u), url, memory.n);
    else
        printf("! %d\n", err);
    lwurl_retrieve_close(&r);
    lwurl_end(&r.u);
}

int app_main(int argc, char *argv[])
{
    struct lwurl_opener opener = {.port = &net_port};

    if (argc < 3 || network_up(argv[2]) != LWURL_OK)
        return 2;
    for (size_t i = 0; i < OPENERS_N; i++)
        if (strcmp(openers[i].name, argv[1]) == 0) {
            opener.handlers = openers[i].lines;
            opener.handlers_n = openers[i].n;
        }
    for (char **url = argv + 2; *url != NULL; url++)
        if (strcmp(argv[1], "retrieve") == 0)
            retrieve(&opener, *url);
        else
            get(&opener, *url);
    lwurl_end(&fetch);
    return opener.handlers_n > 0 ? 0 : 2;
}
