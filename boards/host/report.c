/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <string.h>

#include "exits.h"
#include "net.h"
#include "opener.h"
#include "tls.h"

static struct net_count before;

void report_begin(struct report *r, const char *output)
{
    memset(r, 0, sizeof *r);
    r->output = output;
    r->scheme = r->method = r->version = r->message = "";
    before = net_count;
    tap_begin(&host_tap);
}

/* ---------------------------------------------------------------- collecting
 */

static const char *version_text(unsigned version)
{
    switch (version) {
    case 9:
        return "0.9";
    case 10:
        return "1.0";
    case 11:
        return "1.1";
    default:
        return "0";
    }
}

static const char *scheme_text(const char *url)
{
    static const char *const known[] = {"http", "https", "data"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t n = strlen(known[i]);
        if (strncmp(url, known[i], n) == 0 && url[n] == ':')
            return known[i];
    }
    return "";
}

static void take_times(struct report *r)
{
    const struct tap_times *t = &host_tap.times;

    r->named = t->name;
    r->connected = t->connected;
    r->secured = t->secured;
    r->ready = t->secured > 0 ? t->secured : t->connected;
    r->answered = t->answered;
    r->ended = tap_now(&host_tap);
    r->connects = host_tap.connects;
    r->speed = r->received * 1000000u / (uint64_t)r->ended;
    tap_peer_text(&host_tap, r->peer);
    r->peer_port = host_tap.peer.port;
}

static void take_wire(struct report *r)
{
    r->wire_sent_n = net_count.sent_n - before.sent_n;
    r->wire_sent_frames = net_count.sent_frames - before.sent_frames;
    r->wire_received_n = net_count.received_n - before.received_n;
    r->wire_received_frames =
        net_count.received_frames - before.received_frames;
}

static void take_cost(struct report *r)
{
    lwurl_meter_read(&host_meter, &r->cost[0], &r->cost[1]);
    r->head_received = r->cost[1].head;
    r->request_n = r->cost[0].head + r->cost[0].body;
}

void report_end(struct report *r, const struct lwurl *u)
{
    struct lwurl_str url[2];

    r->stack_n = net_stack_peak();
    lwurl_error(u, &r->error);
    lwurl_url_public(u, url);
    snprintf(r->url, sizeof r->url, "%.*s%.*s", (int)url[0].n, url[0].p,
             (int)url[1].n, url[1].p);
    r->scheme = scheme_text(r->url);
    r->status = lwurl_status(u);
    r->version = version_text(lwurl_version(u));
    r->received = lwurl_received(u);
    if (r->error.code != LWURL_OK && r->error.code != LWURL_ERR_STATUS) {
        r->message = lwurl_strerror(r->error.code);
        r->verified = exits_of(r->error.code) == EXIT_CERTIFICATE;
    }
    take_times(r);
    take_wire(r);
    take_cost(r);
}

/* A URL without its userinfo. */
static void copy_public(char *to, size_t max, const char *url)
{
    const char *slashes = strstr(url, "//");
    size_t from = slashes != NULL ? (size_t)(slashes - url) + 2 : 0;
    size_t n = strcspn(url + from, "/?#"), skip = n;

    while (skip > 0 && url[from + skip - 1] != '@')
        skip--;
    snprintf(to, max, "%.*s%s", (int)from, url, url + from + skip);
}

void report_kept(struct report *r, const char *url, int err, uint64_t got)
{
    copy_public(r->url, sizeof r->url, url);
    r->scheme = scheme_text(r->url);
    r->error = (struct lwurl_error){.code = err};
    r->message = err != LWURL_OK ? lwurl_strerror(err) : "";
    r->verified = 0;
    r->status = err == LWURL_OK ? 200 : 0;
    r->received = got;
}

/* ------------------------------------------------------------------- message
 */

/* Where an option of this program is the answer, it takes the place of
   lwurl's advice, which is for firmware. */
static const struct {
    int code;
    const char *advice;
} advices[] = {
    {LWURL_ERR_SCHEME, "this program has http, https and data"},
    {LWURL_ERR_HEADER, "look at -H, -A; lwurl frames the body by itself"},
    {LWURL_ERR_ROOM, "--work-buffer makes it larger"},
    {LWURL_ERR_REPLAY, "send the password with -u USER:PASSWORD"},
    {LWURL_ERR_TLS_NAME, "use a host name; --resolve gives it an address"},
    {LWURL_ERR_TLS_SETUP, "name trust anchors with --cacert"},
    {LWURL_ERR_TLS_RECORD, "--tls-record makes it larger"},
    {LWURL_ERR_CERT_TRUST, "--cacert names other trust anchors"},
    {LWURL_ERR_METER, "the limit is that of --max-bytes"},
    {LWURL_ERR_DEADLINE, "the limit is that of -m"},
    {LWURL_ERR_IDLE, "the limits: --idle-timeout, --connect-timeout"},
};

static const char *advice_for(int code)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (advices[i].code == code)
            return advices[i].advice;
    return NULL;
}

void report_message(const struct report *r)
{
    const char *advice = advice_for(r->error.code);
    size_t what_n = strlen(r->message);

    if (r->exit_code == EXIT_HTTP)
        fprintf(stderr, "lwurl: %s: the server answered %u\n", r->url,
                (unsigned)r->status);
    if (r->message[0] == '\0')
        return;
    if (advice != NULL)
        what_n = strcspn(r->message, ";:");
    fprintf(stderr, "lwurl: %s: %.*s%s%s (", r->url, (int)what_n, r->message,
            advice != NULL ? "; " : "", advice != NULL ? advice : "");
    if (r->error.phase != LWURL_PHASE_IDLE)
        fprintf(stderr, "%s, ", lwurl_strphase(r->error.phase));
    fprintf(stderr, "error %d", r->error.code);
    if (r->error.detail != 0)
        fprintf(stderr, ", detail %ld", r->error.detail);
    fputs(")\n", stderr);
}

/* ------------------------------------------------------------------- summary
 */

static void print_span(const char *name, int64_t from, int64_t to)
{
    if (to > 0)
        fprintf(stderr, "%s %.1f, ", name, (double)(to - from) / 1000);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void print_phases(const struct report *r)
{
    fprintf(stderr, "  time   ");
    print_span("name", 0, r->named);
    print_span("connect", r->named, r->connected);
    print_span("TLS", r->connected, r->secured);
    print_span("response", r->ready, r->answered);
    print_span("body", later(r->ready, r->answered), r->ended);
    fprintf(stderr, "total %.1f ms%s\n", (double)r->ended / 1000,
            r->connects == 0 && r->peer_port != 0 ? " (connection was kept)"
                                                  : "");
}

static void print_tls(const struct report *r)
{
    struct lwurl_tls_info info;

    lwurl_tls_info(&host_tls, &info);
    if (strcmp(r->scheme, "https") != 0 || info.version == 0)
        return;
    fprintf(stderr, "  TLS    1.%d, %s%s\n", (info.version & 0xff) - 1,
            lwurl_tls_suite_name(info.suite),
            info.resumed ? ", session resumed" : "");
}

static void print_memory(const struct report *r, const struct options *o)
{
    bool tls = strcmp(r->scheme, "https") == 0;
    size_t fetch_n = sizeof(struct lwurl);
    size_t slot_n = tls ? sizeof(struct lwurl_tls_slot) : 0;
    size_t record_n = tls ? host_tls.record_n : 0;
    size_t lent_n =
        tls && record_n < LWURL_TLS_RECORD_4096 ? host_tls.lent_n : 0;

    fprintf(stderr, "  RAM    %zu bytes: fetch %zu, work buffer %zu",
            fetch_n + o->work_n + slot_n + record_n + lent_n, fetch_n,
            o->work_n);
    if (tls)
        fprintf(stderr, ", TLS %zu, its record %zu", slot_n, record_n);
    if (lent_n > 0)
        fprintf(stderr, ", lent to the handshake %zu", lent_n);
    fprintf(stderr, " (64-bit)\n");
    fprintf(stderr, "  stack  %zu bytes, lwIP's sockets included\n",
            r->stack_n);
}

static void print_cost(const char *way, const struct lwurl_meter_count *cost)
{
    fprintf(stderr,
            "  cost   %s %llu bytes: heads %llu, bodies %llu, TLS %llu\n", way,
            (unsigned long long)cost->wire, (unsigned long long)cost->head,
            (unsigned long long)cost->body, (unsigned long long)cost->tls);
}

void report_summary(const struct report *r, const struct options *o)
{
    fprintf(stderr, "\n  status %u, %llu bytes of %s\n", (unsigned)r->status,
            (unsigned long long)r->received,
            r->content_type[0] != '\0' ? r->content_type : "unknown type");
    print_phases(r);
    fprintf(stderr,
            "  wire   sent %llu bytes in %llu frames, received %llu in %llu\n",
            (unsigned long long)r->wire_sent_n,
            (unsigned long long)r->wire_sent_frames,
            (unsigned long long)r->wire_received_n,
            (unsigned long long)r->wire_received_frames);
    print_cost("sent", &r->cost[0]);
    print_cost("received", &r->cost[1]);
    print_tls(r);
    print_memory(r, o);
}
