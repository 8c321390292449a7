/* SPDX-License-Identifier: MIT */
#include "retries.h"

#include "exits.h"

#include "net.h"
#include "supply.h"

#define FIRST_MS 1000u
#define MOST_MS  600000u

/* As long as lwurl lets it be: curl waits for any time. */
static const struct lwurl_retry_rules rules = {.after_max_s = UINT32_MAX};

static struct lwurl_manners manners = {.rules = &rules};
struct lwurl_retry host_retry = {.manners = &manners, .clock = &host_clock};

static struct {
    size_t left;
    uint32_t delay_ms;
    int64_t began_us;
} state;

/* Nothing is left to chance here, but manners without a seed are refused. */
void retries_begin(const struct options *o)
{
    lwurl_manners_seed(&manners, "", 0);
    state.left = o->retries;
    state.delay_ms = o->retry_delay_ms != 0 ? o->retry_delay_ms : FIRST_MS;
    state.began_us = host_now_us();
}

static bool is_passing_status(uint64_t status)
{
    return status == 408 || status == 429 || status == 500 || status == 502 ||
           status == 503 || status == 504;
}

/* What curl takes for a problem of the moment: its name for it, or NULL. */
static const char *problem(const struct options *o, const struct report *r)
{
    int code = r->error.code;

    if (r->exit_code == 28)
        return "out of time";
    if (r->exit_code == 6)
        return "name not found";
    if (o->retry_refused && code == LWURL_ERR_REFUSED)
        return "connection refused";
    if ((r->exit_code == 0 || r->exit_code == EXIT_HTTP) &&
        is_passing_status(r->status))
        return "HTTP error";
    if ((code == LWURL_ERR_FTP || code == LWURL_ERR_LOGIN) &&
        r->error.detail / 100 == 4)
        return "ftp error";
    return o->retry_all && r->exit_code != 0 ? "(any error)" : NULL;
}

static int64_t gone_ms(void)
{
    return (host_now_us() - state.began_us) / 1000;
}

/* The network goes on meanwhile. */
static void pause_ms(uint32_t ms)
{
    uint32_t from = net_port.now_ms(net_port.ctx), gone = 0;

    for (; gone < ms; gone = net_port.now_ms(net_port.ctx) - from)
        net_port.wait(net_port.ctx, LWURL_PORT_NONE, 0, ms - gone);
}

/* Only an HTTP error says how long, and only then curl looks ahead. */
static bool find_delay(const struct options *o, const struct report *r,
                       uint32_t *ms)
{
    uint32_t s;

    *ms = state.delay_ms;
    if (r->exit_code != 0 && r->exit_code != EXIT_HTTP)
        return true;
    if (lwurl_retry_after(&host_retry, &s) && s > 0)
        *ms = s * 1000;
    if (o->retry_max_ms == 0 || gone_ms() + *ms <= o->retry_max_ms)
        return true;
    if (!o->silent)
        fputs("lwurl: Retry-After is later than --retry-max-time\n", stderr);
    return false;
}

bool retries_again(const struct options *o, const struct report *r)
{
    const char *why = problem(o, r);
    uint32_t ms;

    if (why == NULL || state.left == 0 ||
        (o->retry_max_ms != 0 && gone_ms() >= o->retry_max_ms) ||
        !find_delay(o, r, &ms))
        return false;
    state.left--;
    if (!o->silent)
        fprintf(stderr, "lwurl: %s; again in %.3g s, %zu retries left\n", why,
                (double)ms / 1000, state.left);
    if (o->retry_delay_ms == 0)
        state.delay_ms =
            state.delay_ms < MOST_MS / 2 ? state.delay_ms * 2 : MOST_MS;
    pause_ms(ms);
    return true;
}
