/* SPDX-License-Identifier: MIT */
#include "app.h"

#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "link.h"
#include "lwurl.h"
#include "lwurl_auth.h"
#include "lwurl_redirect.h"
#include "near.h"
#include "near_tls.h"
#include "plan.h"
#include "sim.h"

/* A call may be late by the rest of a millisecond, and one more. */
#define LATE_MS 2u

/* A task's opener, and the fetch that runs. */
static struct app {
    struct lwurl u;
    struct lwurl_request request;
    const struct plan_fetch *plan;
    unsigned number;
    uint32_t began_ms, call_ms;
    uint32_t got_n;
    uint32_t steps;
    bool whole;
    char user[4], password[4], url[64];
    struct lwurl_opener opener;
    struct lwurl_handler handlers[4];
    struct lwurl_basic basic;
    struct lwurl_redirect redirect;
    char realm[32], room[200], work[2200];
} apps[TASKS_MAX];

/* --------------------------------------------------------------- properties */

static uint32_t since(uint32_t ms)
{
    return coop_now_ms() - ms;
}

/* No call returns after the deadline, unless it began there. */
static void check_time(const struct app *a)
{
    uint32_t took = since(a->call_ms);

    if (took > LATE_MS && since(a->began_ms) > a->plan->deadline_ms + LATE_MS)
        sim_fail("fetch %u: a call of %u ms ends %u ms after begin, "
                 "deadline %u",
                 a->number, (unsigned)took, (unsigned)since(a->began_ms),
                 (unsigned)a->plan->deadline_ms);
}

static void check_no_time(const struct app *a, const char *what)
{
    if (since(a->call_ms) != 0)
        sim_fail("fetch %u: %s waits", a->number, what);
}

static uint32_t resource_got(const struct app *a)
{
    struct lwurl_str at = lwurl_url(&a->u);
    size_t slash = at.n;

    while (slash > 0 && at.p[slash - 1] != '/')
        slash--;
    if (slash == 0 || slash == at.n)
        return 0;
    return (uint32_t)(at.p[slash] - '0') % RESOURCES_N;
}

static bool is_refusal(const struct app *a, uint32_t resource)
{
    unsigned status = lwurl_status(&a->u);

    return status == 401 || plan.resources[resource].kind == STATUS_REDIRECT;
}

static uint32_t right_length(const struct app *a, uint32_t resource)
{
    return is_refusal(a, resource) ? PLAN_REFUSAL_N
                                   : plan.resources[resource].body_n;
}

static bool is_https(const struct app *a)
{
    struct lwurl_str at = lwurl_url(&a->u);

    return at.n > 6 && memcmp(at.p, "https:", 6) == 0;
}

/* Without a length, nobody can tell an early end; but TLS says its end. */
static bool may_end_early(const struct app *a, uint32_t resource)
{
    const struct plan_resource *r = &plan.resources[resource];

    return r->framing == BY_CLOSE && r->fault == FAULT_FIN && !is_https(a) &&
           !is_refusal(a, resource);
}

static void take_body(struct app *a, const uint8_t *p, size_t n)
{
    uint32_t resource = resource_got(a);
    uint32_t who = is_refusal(a, resource) ? resource + RESOURCES_N : resource;

    if (a->got_n + n > right_length(a, resource))
        sim_fail("fetch %u: more body than there is", a->number);
    for (size_t i = 0; i < n; i++, a->got_n++)
        if (p[i] != plan_byte(who, a->got_n))
            sim_fail("fetch %u: byte %u of the body is wrong", a->number,
                     (unsigned)a->got_n);
}

static void take_end(struct app *a)
{
    uint32_t resource = resource_got(a);

    a->whole = true;
    if (a->got_n != right_length(a, resource) && !may_end_early(a, resource))
        sim_fail("fetch %u: success with %u of %u bytes", a->number,
                 (unsigned)a->got_n, (unsigned)right_length(a, resource));
}

static void check_posted(const struct app *a, int result)
{
    const struct plan_resource *r = &plan.resources[a->plan->resource];

    if (result == LWURL_OK && a->plan->post_n > 0 && !r->early &&
        peer_posted(a->number) != a->plan->post_n)
        sim_fail("fetch %u: success, but the server has %u of %u bytes",
                 a->number, (unsigned)peer_posted(a->number),
                 (unsigned)a->plan->post_n);
}

/* But for TLS that is cut short. */
static bool is_tls_trouble(int result)
{
    return (result <= LWURL_ERR_TLS && result >= LWURL_ERR_TLS_RECORD) ||
           (result <= LWURL_ERR_CERT_NAME && result >= LWURL_ERR_CERT_PIN);
}

static void check_result(const struct app *a, int result)
{
    if (plan_is_clean(a->plan) && result != LWURL_OK &&
        result != LWURL_ERR_STATUS)
        sim_fail("fetch %u: nothing was wrong, but result %d", a->number,
                 result);
    if (is_tls_trouble(result) && plan.tls.fault != FAULT_SPOIL)
        sim_fail("fetch %u: nobody spoiled the TLS, but result %d", a->number,
                 result);
    if (result > 0 || result < -99)
        sim_fail("fetch %u: no result is %d", a->number, result);
    if ((result == LWURL_OK) != (a->whole && lwurl_status(&a->u) / 100 == 2) &&
        !a->plan->leaves_early)
        sim_fail("fetch %u: result %d, status %u", a->number, result,
                 lwurl_status(&a->u));
    check_posted(a, result);
}

/* ----------------------------------------------------------------- fetching */

static void maybe_pause(struct app *a)
{
    if (a->plan->pause_ms > 0 && chance(CHANCE_APP, 3) == 0)
        coop_sleep_ms(chance(CHANCE_APP, a->plan->pause_ms) + 1);
    a->call_ms = coop_now_ms();
}

static bool leaves_now(const struct app *a)
{
    return a->plan->leaves_early && chance(CHANCE_APP, 8) == 0;
}

static int fetch_blocking(struct app *a)
{
    uint8_t bytes[4096];
    int head =
        lwurl_open(&a->u, &a->opener, &a->request, a->work, a->plan->work_n);
    int n = 1;

    check_time(a);
    if (head != LWURL_OK && head != LWURL_ERR_STATUS)
        return head;
    while (n > 0 && !leaves_now(a)) {
        maybe_pause(a);
        n = lwurl_read(&a->u, bytes, a->plan->read_max);
        check_time(a);
        if (n > 0)
            take_body(a, bytes, (size_t)n);
    }
    if (n == 0)
        take_end(a);
    return n < 0 ? n : head;
}

static void wait_for_turn(struct app *a)
{
    struct lwurl_wants wants;

    lwurl_wants(&a->u, &wants);
    check_no_time(a, "wants");
    if (wants.ms > 0)
        near_port.wait(near_port.ctx, wants.fd, wants.events, wants.ms);
}

static int step_once(struct app *a)
{
    int turn;

    if (++a->steps == a->plan->cancel_at)
        lwurl_cancel(&a->u);
    a->call_ms = coop_now_ms();
    turn = lwurl_step(&a->u);
    check_no_time(a, "step");
    if (turn == LWURL_TURN_WAIT &&
        since(a->began_ms) > a->plan->deadline_ms + a->plan->pause_ms + LATE_MS)
        sim_fail("fetch %u: still waits %u ms after begin", a->number,
                 (unsigned)since(a->began_ms));
    return turn;
}

/* A turn to go on with, or how the fetch ended. */
static int take_turn(struct app *a, int turn)
{
    uint8_t bytes[4096];
    int n;

    if (turn == LWURL_TURN_WAIT)
        wait_for_turn(a);
    if (turn != LWURL_TURN_BODY)
        return turn;
    n = lwurl_take(&a->u, bytes, a->plan->read_max);
    if (n > 0)
        take_body(a, bytes, (size_t)n);
    maybe_pause(a);
    return n < 0 ? n : turn;
}

static int fetch_stepwise(struct app *a)
{
    struct lwurl_error error;
    int turn =
        lwurl_begin(&a->u, &a->opener, &a->request, a->work, a->plan->work_n);

    while (turn >= 0 && turn != LWURL_TURN_DONE) {
        turn = take_turn(a, step_once(a));
        if (turn == LWURL_TURN_BODY && leaves_now(a))
            return LWURL_ERR_CANCELED;
    }
    if (turn < 0)
        return turn;
    take_end(a);
    lwurl_error(&a->u, &error);
    return error.code;
}

static void make_request(struct app *a, unsigned number)
{
    static uint8_t posts[FETCHES_MAX][8192];
    const struct plan_fetch *p = &plan.fetches[number];

    memset(&a->request, 0, sizeof a->request);
    a->plan = p;
    a->number = number;
    a->got_n = a->steps = 0;
    a->whole = false;
    snprintf(a->url, sizeof a->url, "http%s://%s/%u?f=%u", p->secure ? "s" : "",
             host_names[p->host], p->resource, number);
    snprintf(a->user, sizeof a->user, "u%u", number % 10);
    snprintf(a->password, sizeof a->password, "p%u", number % 10);
    a->request.url = a->url;
    a->request.deadline_ms = p->deadline_ms;
    a->request.idle_ms = p->idle_ms;
    for (uint32_t i = 0; i < p->post_n; i++)
        posts[number][i] = plan_post_byte(number, i);
    a->request.body = p->post_n > 0 ? posts[number] : NULL;
    a->request.body_n = p->post_n;
    if (!p->login)
        return;
    a->request.user = a->user;
    a->request.password = a->password;
}

static void trace_end(const struct app *a, int result)
{
    sim_count(result);
    trace_word((uint64_t)(int64_t)result);
    trace_word(a->got_n);
    trace_word(coop_virtual_now_us());
}

static void fetch(struct app *a, unsigned number)
{
    int result;

    make_request(a, number);
    coop_sleep_ms(a->plan->before_ms);
    a->began_ms = a->call_ms = coop_now_ms();
    result = a->plan->stepwise ? fetch_stepwise(a) : fetch_blocking(a);
    sim_say("fetch %u: %s: %d, status %u, %u bytes, %u ms", number, a->url,
            result, lwurl_status(&a->u), (unsigned)a->got_n,
            (unsigned)since(a->began_ms));
    check_result(a, result);
    trace_end(a, result);
    a->call_ms = coop_now_ms();
    if (a->plan->ends)
        lwurl_end(&a->u);
    else
        lwurl_close(&a->u);
    check_no_time(a, "close");
}

static void set_up(struct app *a, unsigned task)
{
    const struct lwurl_handler lines[] = {
        LWURL_BASIC(&a->basic), LWURL_REDIRECT(&a->redirect),
        LWURL_HTTPS(near_tls(task)), LWURL_HTTP};

    a->basic.realm = a->realm;
    a->basic.realm_n = sizeof a->realm;
    a->redirect.room = a->room;
    a->redirect.room_n = sizeof a->room;
    memcpy(a->handlers, lines, sizeof lines);
    a->opener.port = &near_port;
    a->opener.handlers = a->handlers;
    a->opener.handlers_n = sizeof lines / sizeof lines[0];
}

void app_run(unsigned task)
{
    struct app *a = &apps[task];

    set_up(a, task);
    for (unsigned i = task; i < plan.fetches_n; i += plan.tasks_n)
        if (!plan.fetches[i].skip)
            fetch(a, i);
    lwurl_end(&a->u);
}
