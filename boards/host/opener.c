/* SPDX-License-Identifier: MIT */
#include "opener.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "connect_to.h"
#include "download.h"
#include "conditions.h"
#include "files.h"
#include "jar.h"
#include "kept.h"
#include "lwurl_digest.h"
#include "lwurl_ftp.h"
#include "lwurl_gzip.h"
#include "lwurl_parts.h"
#include "lwurl_redirect.h"
#include "lwurl_trace.h"
#include "net.h"
#include "own_key.h"
#include "proxies.h"
#include "retries.h"
#include "supply.h"
#include "tls.h"

static char realm[64];
static struct lwurl_basic basic = {.realm = realm, .realm_n = sizeof realm};

static char digest_room[2048], proxy_room[2048];
static struct lwurl_digest digest = {.room = digest_room,
                                     .room_n = sizeof digest_room,
                                     .entropy = &host_entropy};
static struct lwurl_digest proxy_digest = {
    .room = proxy_room, .room_n = sizeof proxy_room, .entropy = &host_entropy};

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

static char redirect_room[2 * LWURL_URL_MAX + 8];
static struct lwurl_redirect redirect = {.room = redirect_room,
                                         .room_n = sizeof redirect_room};

static unsigned char window[LWURL_GZIP_WINDOW_ANY];
static struct lwurl_inflater inflater;
static struct lwurl_gzip gzip = {
    .inflater = &inflater, .window = window, .window_n = sizeof window};

static struct lwurl_ftp ftp;

struct tap host_tap = {.inner = &net_port};
static const struct lwurl_port tapped = TAP_PORT(&host_tap);
struct lwurl_meter host_meter = {.inner = &tapped};
static const struct lwurl_port port = LWURL_METER_PORT(&host_meter);

/* The trace is the last one, to see what the others add. */
static const struct lwurl_handler all[] = {
    LWURL_CACHE(&host_cache),
    LWURL_CONDITIONAL(&host_conditional),
    LWURL_METER(&host_meter),
    LWURL_RETRY(&host_retry),
    LWURL_COOKIES(&host_jar),
    LWURL_DIGEST(&digest),
    LWURL_PROXY_DIGEST(&proxy_digest),
    LWURL_BASIC(&basic),
    LWURL_RESUME(&host_resume),
    LWURL_VERIFY(&host_verify),
    LWURL_REDIRECT(&redirect),
    LWURL_GZIP(&gzip),
    {&connect_to_ops, NULL},
    LWURL_PROXY(&host_proxies),
    LWURL_HTTP,
    LWURL_HTTPS_PARTS(&host_tls),
    LWURL_DATA,
    LWURL_FILE(&host_files),
    LWURL_FTP(&ftp),
    LWURL_TRACE(&trace),
};

#define ALL_N (sizeof all / sizeof all[0])

static struct lwurl_handler handlers[ALL_N];

struct lwurl_opener host_opener = {
    .port = &port,
    .handlers = handlers,
};

struct lwurl_str opener_realm(const struct lwurl *u)
{
    return strcmp(lwurl_auth_scheme(u), "Digest") == 0
               ? lwurl_digest_realm(&digest)
               : lwurl_basic_realm(&basic);
}

static void say(const char *line)
{
    show(NULL, '*', line);
}

/* What was agreed on, where the record buffer does not take all. */
static void show_records(const struct lwurl_tls_info *info)
{
    char line[128];

    if (info->record_max == 16384)
        return;
    if (info->fragment_max > 0)
        snprintf(line, sizeof line, "Records of %u bytes at most are agreed",
                 (unsigned)info->fragment_max);
    else
        snprintf(line, sizeof line,
                 "No record size is agreed; those up to %u bytes fit",
                 (unsigned)info->record_max);
    say(line);
}

static void show_tls(void)
{
    struct lwurl_tls_info info;
    char line[128], date[32];

    host_tap.times.secured = tap_now(&host_tap);
    if (host_tap.say == NULL)
        return;
    lwurl_tls_info(&host_tls, &info);
    snprintf(line, sizeof line, "TLS 1.2, %s%s%s",
             lwurl_tls_suite_name(info.suite),
             info.resumed ? ", session resumed" : "",
             own_key_used() ? ", with our certificate" : "");
    say(line);
    show_records(&info);
    if (info.expires_s == 0)
        return;
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S",
             gmtime(&(time_t){info.expires_s}));
    snprintf(line, sizeof line, "Certificates valid until %s UTC", date);
    say(line);
}

static bool is_wanted(const struct lwurl_handler *h, const struct options *o)
{
    if (h->ops == &lwurl_cache_ops)
        return o->cache != NULL;
    if (h->ops == &lwurl_conditional_ops)
        return conditions_wanted(o);
    if (h->ops == &lwurl_cookies_ops)
        return jar_wanted(o);
    if (h->ops == &lwurl_resume_handler || h->ops == &lwurl_verify_handler)
        return o->retrieve;
    if (h->ops == &lwurl_redirect_ops)
        return o->location;
    if (h->ops == &lwurl_gzip_ops)
        return o->compressed;
    if (h->ops == &lwurl_digest_ops)
        return o->digest || o->anyauth;
    if (h->ops == &lwurl_basic_ops)
        return !o->digest || o->basic || o->anyauth;
    if (h->ops == &lwurl_proxy_digest_ops)
        return o->proxy_digest || o->proxy_anyauth;
    return h->ops != &lwurl_trace_ops || o->verbose;
}

void opener_init(const struct options *o)
{
    for (size_t i = 0; i < ALL_N; i++)
        if (is_wanted(&all[i], o))
            handlers[host_opener.handlers_n++] = all[i];
    proxy_digest.or_basic = o->proxy_anyauth || o->proxy_basic;
    host_meter.max = o->bytes_max;
    host_tap.in.rate = host_tap.out.rate = o->rate;
    redirect.max = (unsigned)o->redirects_max;
    ftp.names = o->list_only;
    tls_ready = show_tls;
    if (o->verbose)
        host_tap.say = say;
}
