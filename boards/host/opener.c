/* SPDX-License-Identifier: MIT */
#include "opener.h"

#include <ctype.h>
#include <stdio.h>
#include <time.h>

#include "lwurl_auth.h"
#include "lwurl_trace.h"
#include "net.h"
#include "tls.h"

static char realm[64];
static struct lwurl_basic basic = {.realm = realm, .realm_n = sizeof realm};

/* Bytes of a server can steer a terminal: only text is shown. */
static void show(void *ctx, char direction, const char *text)
{
    (void)ctx;
    fputc(direction, stderr);
    fputc(' ', stderr);
    for (; *text != '\0'; text++)
        fputc(isprint((unsigned char)*text) ? *text : '?', stderr);
    fputc('\n', stderr);
}

static char trace_room[4096];
static struct lwurl_trace trace = {
    .line = show, .room = trace_room, .room_n = sizeof trace_room};

/* The trace is the last one, and left out where nobody looks. */
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_HTTP,          LWURL_HTTPS(&host_tls),
    LWURL_DATA,          LWURL_TRACE(&trace),
};

#define HANDLERS_N (sizeof handlers / sizeof handlers[0])

struct tap host_tap = {.inner = &net_port};
static const struct lwurl_port port = TAP_PORT(&host_tap);

struct lwurl_opener host_opener = {
    .port = &port,
    .handlers = handlers,
    .handlers_n = HANDLERS_N - 1,
};

struct lwurl_str opener_realm(void)
{
    return lwurl_basic_realm(&basic);
}

static void say(const char *line)
{
    show(NULL, '*', line);
}

static void show_tls(void)
{
    struct lwurl_tls_info info;
    char line[128], date[32];

    host_tap.times.secured = tap_now(&host_tap);
    if (host_tap.say == NULL)
        return;
    lwurl_tls_info(&host_tls, &info);
    snprintf(line, sizeof line, "TLS 1.2, %s%s",
             lwurl_tls_suite_name(info.suite),
             info.resumed ? ", session resumed" : "");
    say(line);
    if (info.expires_s == 0)
        return;
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S",
             gmtime(&(time_t){info.expires_s}));
    snprintf(line, sizeof line, "Certificates valid until %s UTC", date);
    say(line);
}

void opener_init(bool verbose)
{
    tls_ready = show_tls;
    if (!verbose)
        return;
    host_tap.say = say;
    host_opener.handlers_n = HANDLERS_N;
}
