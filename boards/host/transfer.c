/* SPDX-License-Identifier: MIT */
#include "transfer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conditions.h"
#include "continued.h"
#include "download.h"
#include "exits.h"
#include "form.h"
#include "kept.h"
#include "lwurl_handler.h"
#include "lwurl_request.h"
#include "net.h"
#include "opener.h"
#include "output.h"
#include "password.h"
#include "progress.h"
#include "request.h"
#include "target.h"

static struct lwurl_retrieve retrieve;
static struct lwurl *const fetch = &retrieve.u;
static unsigned char work[WORK_MAX];
static unsigned char piece[64 * 1024];

/* The fetch at hand. */
struct transfer {
    const struct options *options;
    struct report *report;
    int exit_code; /* of a failure of our own: output */
    bool over;     /* stop, though more would come */
    bool in_head;  /* fields came, their end did not */
    uint64_t from; /* -C: so many bytes are there */
    uint64_t skip; /* of the body, to be dropped */
    const char *url;
    uint64_t got; /* bytes of the body */
    bool unmet;   /* a condition is not met: there is no news */
};

/* -------------------------------------------------------------------- turns */

static void put(struct transfer *t, const void *p, size_t n)
{
    if (n > 0 && !output_write(p, n)) {
        t->exit_code = EXIT_WRITE;
        t->over = true;
    }
}

static void put_text(struct transfer *t, const char *text)
{
    put(t, text, strlen(text));
}

static void put_status_line(struct transfer *t)
{
    char line[32];
    unsigned version = lwurl_version(fetch);

    if (version == 0) /* data: has none */
        return;
    snprintf(line, sizeof line, "HTTP/%u.%u %u ", version / 10, version % 10,
             lwurl_status(fetch));
    put_text(t, line);
}

static void put_field(struct transfer *t, const struct lwurl_field *f)
{
    bool reason = f->name.n == 0;

    if (f->first && reason)
        put_status_line(t);
    if (f->first && !reason) {
        put(t, f->name.p, f->name.n);
        put_text(t, ": ");
    }
    put(t, f->value.p, f->value.n);
    if (f->last && !(reason && lwurl_version(fetch) == 0))
        put_text(t, "\r\n");
}

static bool prints_head(const struct transfer *t)
{
    return t->options->include || t->options->head;
}

/* The head of a response that is not the last one has no turn at its end. */
static void end_head(struct transfer *t)
{
    if (t->in_head && prints_head(t))
        put_text(t, "\r\n");
    t->in_head = false;
}

static void add_content_type(struct report *r, const struct lwurl_field *f)
{
    size_t have = f->first ? 0 : strlen(r->content_type);

    snprintf(r->content_type + have, sizeof r->content_type - have, "%.*s",
             (int)f->value.n, f->value.p);
}

static void take_field(struct transfer *t)
{
    struct report *r = t->report;
    struct lwurl_field f;

    lwurl_field(fetch, &f);
    if (f.trailer)
        return;
    if (f.name.n == 0 && f.first) { /* a head begins */
        end_head(t);
        t->in_head = true;
        r->headers = 0;
        r->content_type[0] = '\0';
        host_tap.times.answered = tap_now(&host_tap);
    }
    continued_field(&f);
    if (f.name.n > 0)
        r->headers += f.first;
    if (lwurl_name_is(f.name, "content-type"))
        add_content_type(r, &f);
    if (prints_head(t))
        put_field(t, &f);
}

/* -C: 0, or an error. */
static int continue_output(struct transfer *t)
{
    switch (continued_judge(fetch)) {
    case CONTINUED_SKIP:
        t->skip = t->from;
        output_append();
        return 0;
    case CONTINUED_REST:
        output_append();
        return 0;
    case CONTINUED_WHOLE:
        t->over = true;
        output_append();
        return 0;
    case CONTINUED_REFUSED:
        t->over = true;
        t->exit_code = EXIT_HTTP;
        return 0;
    case CONTINUED_NOT:
        return lwurl_fail(fetch, LWURL_ERR_RANGE, 0);
    default:
        t->from = 0;
        return 0;
    }
}

/* --max-filesize, for so many bytes. */
static bool is_too_long(const struct transfer *t, uint64_t n)
{
    return t->options->size_max != 0 && n != UINT64_MAX &&
           n > t->options->size_max;
}

static bool cached(const struct transfer *t)
{
    return t->options->cache != NULL;
}

/* Did the cache answer? */
static bool is_kept(const struct transfer *t)
{
    return cached(t) && lwurl_cache_from(&host_cache) != LWURL_FROM_NETWORK;
}

/* Is it refused by -f? What the cache gives was a 200 once. */
static bool is_refused(const struct transfer *t)
{
    return t->options->fail && !is_kept(t) && lwurl_status(fetch) >= 400;
}

static void say_kept(const struct transfer *t, const char *what,
                     const char *text)
{
    char line[80];

    if (!cached(t) || host_tap.say == NULL)
        return;
    snprintf(line, sizeof line, "%s%s", what, text);
    host_tap.say(line);
}

static int take_response(struct transfer *t)
{
    int err = continue_output(t);

    if (host_tap.times.answered == 0)
        host_tap.times.answered = tap_now(&host_tap);
    t->in_head = true; /* data: has no fields */
    end_head(t);
    say_kept(t, "From ", kept_from());
    t->unmet = !is_kept(t) && t->from == 0 &&
               (lwurl_status(fetch) == 304 || conditions_unmet());
    t->over = t->over || t->unmet || is_refused(t);
    if (err == 0 && !t->over && is_too_long(t, lwurl_length(fetch)))
        err = lwurl_fail(fetch, LWURL_ERR_SIZE, 0);
    progress_begin(!t->options->silent &&
                       (t->report->output != NULL || !isatty(STDOUT_FILENO)),
                   t->skip > 0 ? 0 : t->from);
    return err;
}

/* Of n bytes in piece those that are wanted. */
static void put_piece(struct transfer *t, size_t n)
{
    size_t skip = t->skip < n ? (size_t)t->skip : n;

    t->skip -= skip;
    put(t, piece + skip, n - skip);
}

/* 0, or an error of lwurl's, here and below. */
static int take_body(struct transfer *t)
{
    int n = cached(t) ? lwurl_cache_take(&host_cache, piece, sizeof piece)
                      : lwurl_take(fetch, piece, sizeof piece);

    t->got += n > 0 ? (unsigned)n : 0;
    if (n > 0 && is_too_long(t, t->got))
        return lwurl_fail(fetch, LWURL_ERR_SIZE, 0);
    if (n > 0)
        put_piece(t, (size_t)n);
    progress_show(t->got, cached(t) ? lwurl_cache_length(&host_cache)
                                    : lwurl_length(fetch));
    return n < 0 ? n : 0;
}

static int send_body(const struct transfer *t)
{
    struct lwurl_str body = request_body();
    uint64_t done = lwurl_written(fetch);
    int n;

    if (t->options->form.n > 0)
        return form_send(fetch);
    if (done == body.n)
        return lwurl_send_end(fetch);
    n = lwurl_send(fetch, body.p + done, body.n - (size_t)done);
    return n < 0 ? n : 0;
}

/* A realm may hold any byte, and bytes can steer a terminal. */
static void make_plain(char *text)
{
    for (; *text != '\0'; text++)
        if (!isprint((unsigned char)*text))
            *text = '?';
}

/* lwurl_credentials() with NULL, NULL says that there are none. */
static int take_credentials(void)
{
    static char password[256];
    char question[256];
    struct lwurl_str realm = opener_realm(fetch);
    const char *user = request_user();

    if (user == NULL)
        return lwurl_credentials(fetch, NULL, NULL);
    snprintf(question, sizeof question, "Password of %s for \"%.*s\": ", user,
             (int)realm.n, realm.p);
    make_plain(question);
    if (!password_ask(question, password, sizeof password))
        user = NULL;
    return lwurl_credentials(fetch, user, user != NULL ? password : NULL);
}

/* The next hop may be to another host, for which --resolve may know more. */
static int take_redirect(struct transfer *t)
{
    struct origin origin = request_origin(lwurl_url(fetch));

    t->report->redirects++;
    net_map_hosts(origin.host, origin.port);
    return t->options->redirects_max == 0
               ? lwurl_fail(fetch, LWURL_ERR_REDIRECT, 0)
               : 0;
}

static int take_turn(struct transfer *t, int turn)
{
    switch (turn) {
    case LWURL_TURN_FIELD:
        take_field(t);
        return 0;
    case LWURL_TURN_RESPONSE:
        return take_response(t);
    case LWURL_TURN_BODY:
        return take_body(t);
    case LWURL_TURN_SEND:
        return send_body(t);
    case LWURL_TURN_CREDENTIALS:
        return take_credentials();
    case LWURL_TURN_REDIRECT:
        return take_redirect(t);
    default:
        return 0;
    }
}

/* ---------------------------------------------------------------- one fetch */

static int begin(const struct transfer *t, const struct lwurl_request *request)
{
    size_t work_n = t->options->work_n;
    unsigned how = t->options->offline ? LWURL_CACHE_OFFLINE : 0;

    if (!cached(t))
        return lwurl_begin(fetch, &host_opener, request, work, work_n);
    host_cache.work = work;
    host_cache.work_n = work_n;
    return lwurl_cache_begin(&host_cache, fetch, &host_opener, request, how);
}

/* 0: the response is here, or as much as is wanted. < 0: lwurl's error. */
static int run(struct transfer *t, const struct lwurl_request *request)
{
    int r = begin(t, request);

    while (r >= 0 && !t->over) {
        r = cached(t) ? lwurl_cache_next(&host_cache) : lwurl_next(fetch);
        if (r == LWURL_TURN_DONE)
            return 0;
        if (r > 0)
            r = take_turn(t, r);
    }
    return r < 0 ? r : 0;
}

/* What is left of a turn that nobody else took. */
static int take_retrieve_turn(struct transfer *t, int turn)
{
    struct lwurl_wants wants;

    if (turn == LWURL_TURN_BODY) {
        progress_show(lwurl_retrieve_done(&retrieve),
                      lwurl_retrieve_total(&retrieve));
    } else if (turn != LWURL_TURN_WAIT) {
        return take_turn(t, turn);
    } else {
        lwurl_retrieve_wants(&retrieve, &wants);
        if (wants.ms > 0)
            host_opener.port->wait(host_opener.port->ctx, wants.fd,
                                   wants.events, wants.ms);
    }
    return 0;
}

/* The same for --retrieve. */
static int run_retrieve(struct transfer *t, const struct lwurl_request *request)
{
    const struct lwurl_retrieval *what =
        download_begin(request, t->report->output);
    int r;

    if (what == NULL) {
        t->exit_code = EXIT_WRITE;
        return 0;
    }
    progress_begin(!t->options->silent, 0);
    r = lwurl_retrieve_begin(&retrieve, &host_opener, what, work,
                             t->options->work_n);
    while (r >= 0 && r != LWURL_TURN_DONE) {
        r = lwurl_retrieve_step(&retrieve);
        if (r > 0 && r != LWURL_TURN_DONE)
            r = take_retrieve_turn(t, r);
    }
    return r < 0 ? r : 0;
}

static const char *output_of(const struct options *o, size_t nth)
{
    const char *path = nth < o->outputs.n ? o->outputs.item[nth].text : NULL;

    return path != NULL && strcmp(path, "-") == 0 ? NULL : path;
}

/* What to say and what to return, once it is over; err as run() gives it. */
static void conclude(struct transfer *t, int err)
{
    struct report *r = t->report;
    bool refused = is_refused(t);

    report_end(r, fetch);
    if (t->unmet)
        r->status = 304;
    if (is_kept(t) || err == LWURL_ERR_NOT_CACHED)
        report_kept(r, t->url, err, t->got);
    if (!t->options->retrieve &&
        !output_end(err == 0 && t->exit_code == 0 && !refused && !t->unmet))
        t->exit_code = EXIT_WRITE;
    if (err == 0 && t->exit_code == 0)
        t->exit_code = conditions_save(t->options);
    r->exit_code = t->exit_code != 0 ? t->exit_code
                   : err != 0        ? exits_of(err)
                   : refused         ? EXIT_HTTP
                                     : 0;
    r->exit = (uint64_t)r->exit_code;
    if (host_tap.times.answered > 0)
        r->sent = request_body_n();
}

void transfer_run(const struct options *o, size_t nth, struct report *report)
{
    const char *url = target_url(o, o->urls.item[nth].text, request_query());
    struct transfer t = {.options = o, .report = report, .url = url};
    const struct lwurl_request *request = request_for(url);
    struct origin origin = request_origin((struct lwurl_str){url, strlen(url)});
    int err;

    report_begin(report, output_of(o, nth));
    report->method = lwurl_request_method(request);
    net_map_hosts(origin.host, origin.port);
    output_begin(report->output);
    t.from = continued_begin(o, report->output);
    request_continue(t.from);
    err = o->retrieve ? run_retrieve(&t, request) : run(&t, request);
    progress_end();
    conclude(&t, err);
    lwurl_retrieve_close(&retrieve);
    if (o->retrieve)
        download_end();
    say_kept(&t, "Kept: ", kept_now());
    lwurl_cache_close(&host_cache);
    if (err != 0)
        lwurl_end(fetch);
    else
        lwurl_close(fetch);
}

void transfer_end(void)
{
    lwurl_end(fetch);
}
