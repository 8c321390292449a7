/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <string.h>

#include "chance.h"
#include "replay.h"
#include "want.h"

const char *const host_names[HOSTS_N] = {
    [HOST_A] = "a.wild.test",          [HOST_B] = "b.wild.test",
    [HOST_FALL] = "fall.wild.test",    [HOST_CLOSED] = "closed.wild.test",
    [HOST_UNKNOWN] = "none.wild.test", [HOST_SILENT] = "silent.wild.test",
};

struct plan plan;

/* Jitter reorders what is sent at once. lwIP keeps segments that came too early
   in its pool of 6 packets (PBUF_POOL_SIZE): a window of small segments fills
   it, the one that is missing finds no room, and the sender's timeout doubles
   each time, until a limit ends the fetch. With a pool of 200, each such seed
   succeeds. A window of full segments fits. */
#define FULL_SEGMENT 1460

static uint32_t pick(uint32_t n)
{
    return chance(CHANCE_PLAN, n);
}

static bool hits(unsigned percent)
{
    return chance_hits(CHANCE_PLAN, percent);
}

/* Small numbers as often as large ones. */
static uint32_t pick_size(uint32_t max)
{
    static const uint32_t steps[] = {1, 2, 16, 130, 600, 1461, 6000};
    uint32_t bound = pick(8);

    bound = bound < 7 ? steps[bound] : max;
    return pick(bound < max ? bound : max);
}

static struct plan_link make_link(bool bad)
{
    struct plan_link link = {.delay_us = 100 + pick(30000)};

    if (hits(50))
        link.jitter_us = pick(40000);
    if (!bad)
        return link;
    link.lost = pick(4) * pick(60);
    link.doubled = pick(2) * pick(100);
    link.broken = pick(2) * pick(50);
    return link;
}

static void make_redirect(struct plan_resource *r, bool with_tls)
{
    r->to = (uint8_t)pick(RESOURCES_N);
    r->to_host = (uint8_t)(hits(60) ? pick(2) : pick(HOSTS_N));
    r->relative = hits(40);
    r->to_secure = with_tls && hits(80);
}

static void make_fault(struct plan_resource *r)
{
    r->fault = (uint8_t)(FAULT_RESET + pick(4));
    r->fault_at = hits(40) ? pick(r->body_n + 250) : pick(300);
    r->fault_once = hits(50);
    r->pause_ms = 1 + pick_size(30000);
}

static struct plan_resource make_resource(bool faulty, bool with_tls)
{
    static const uint8_t kinds[] = {
        STATUS_OK,      STATUS_OK,       STATUS_OK,
        STATUS_OK,      STATUS_REDIRECT, STATUS_REDIRECT,
        STATUS_MISSING, STATUS_EMPTY,    STATUS_INFO};
    struct plan_resource r = {.body_n = pick_size(BODY_MAX)};

    r.kind = kinds[pick(sizeof kinds)];
    r.framing = (uint8_t)pick(3);
    r.piece_n = 1 + pick_size(3000) + r.body_n / 500;
    r.wants_password = hits(20);
    r.closes = hits(20);
    r.just_closes = hits(15);
    r.early = hits(15);
    make_redirect(&r, with_tls);
    if (r.kind == STATUS_EMPTY)
        r.body_n = 0;
    if (faulty && hits(50))
        make_fault(&r);
    return r;
}

static uint32_t make_deadline(bool bad)
{
    if (!bad)
        return 300000;
    return hits(20) ? 1 + pick_size(60000) : 5000 + pick(200000);
}

static struct plan_fetch make_fetch(bool bad, bool with_tls)
{
    struct plan_fetch f = {.resource = (uint8_t)pick(RESOURCES_N)};

    f.host = (uint8_t)(hits(75) ? pick(2) : pick(HOSTS_N));
    f.deadline_ms = make_deadline(bad);
    f.idle_ms = bad && hits(30) ? 100 + pick(20000) : 0;
    f.work_n = 128 + pick_size(2000);
    f.read_max = 1 + pick_size(4000);
    f.login = hits(60);
    f.post_n = hits(15) ? 1 + pick_size(8000) : 0;
    f.stepwise = hits(50);
    f.ends = hits(15);
    f.leaves_early = bad && hits(15);
    f.pause_ms = hits(20) ? pick(300) : 0;
    f.cancel_at = bad && hits(5) ? 1 + pick(20) : 0;
    f.before_ms = hits(30) ? pick_size(70000) : 0;
    f.secure = with_tls && hits(90);
    return f;
}

/* A fault falls into a full handshake of 1,600 bytes, or behind it. */
static void make_tls_fault(struct plan_tls *tls)
{
    tls->fault = (uint8_t)(FAULT_RESET + pick(5));
    tls->fault_at = hits(70) ? pick(1700) : pick(BODY_MAX);
    tls->fault_conn = (uint8_t)(hits(60) ? 0 : pick(5));
    tls->pause_ms = 1 + pick_size(30000);
    tls->spoiled_by = (uint8_t)(1 + pick(255));
}

static struct plan_tls make_tls(bool bad)
{
    static const uint16_t records[] = {16413, 4421, 2373, 837};
    struct plan_tls tls = {.record_n = records[pick(4)]};

    tls.known_key = hits(50);
    tls.resumes = hits(70);
    tls.server_resumes = hits(80);
    tls.no_entropy = bad && hits(3);
    tls.quiet_end = hits(30);
    if (bad && hits(50))
        make_tls_fault(&tls);
    return tls;
}

static struct plan_want make_want(void)
{
    struct plan_want want = {.from = 1 + pick(hits(50) ? 12 : 400)};

    want.kind = (uint8_t)pick(WANT_KINDS);
    want.n = 1 + pick_size(300);
    return want;
}

/* One seed in four has a link and a server that do nothing wrong; one in four
   begins shortly before the milliseconds wrap. */
void plan_make(uint64_t seed, bool with_tls)
{
    bool bad;

    chance_seed(seed);
    memset(&plan, 0, sizeof plan);
    bad = hits(75);
    if (hits(25))
        plan.start_us = ((UINT64_C(1) << 32) - 1 - pick(20000)) * 1000;
    plan.link[0] = make_link(bad && hits(70));
    plan.link[1] = make_link(bad && hits(70));
    for (uint32_t i = 0; i < RESOURCES_N; i++)
        plan.resources[i] = make_resource(bad, with_tls);
    plan.fetches_n = 1 + pick(FETCHES_MAX);
    for (uint32_t i = 0; i < plan.fetches_n; i++)
        plan.fetches[i] = make_fetch(bad, with_tls);
    plan.tasks_n = hits(60) ? 1 : 2 + pick(TASKS_MAX - 1);
    if (with_tls)
        plan.tls = make_tls(bad);
    if (bad && hits(20))
        plan.want = make_want();
}

static bool is_clean_link(const struct plan_link *link)
{
    return link->lost + link->doubled + link->broken == 0;
}

/* Where it leads after redirects; HOST_NONE: in a circle, or from https to
   http. */
static uint32_t ends_at(const struct plan_fetch *fetch)
{
    uint32_t host = fetch->host, at = fetch->resource;
    bool secure = fetch->secure;

    for (int hops = 0; hops <= 10; hops++) {
        const struct plan_resource *r = &plan.resources[at];

        if (r->fault != FAULT_NONE || host >= HOST_UNKNOWN)
            return HOST_NONE;
        if (r->kind != STATUS_REDIRECT)
            return at;
        if (!r->relative && secure && !r->to_secure)
            return HOST_NONE;
        if (!r->relative) {
            host = r->to_host;
            secure = r->to_secure;
        }
        at = r->to;
    }
    return HOST_NONE;
}

bool plan_is_clean(const struct plan_fetch *fetch)
{
    bool jitter = plan.link[0].jitter_us + plan.link[1].jitter_us > 0;

    for (uint32_t i = 0; i < RESOURCES_N; i++)
        if (plan.resources[i].fault != FAULT_NONE ||
            (jitter && plan.resources[i].piece_n < FULL_SEGMENT))
            return false;
    return plan.tasks_n == 1 && is_clean_link(&plan.link[0]) &&
           is_clean_link(&plan.link[1]) && fetch->post_n == 0 &&
           fetch->pause_ms == 0 && fetch->deadline_ms >= 300000 &&
           fetch->idle_ms == 0 && fetch->cancel_at == 0 &&
           plan.tls.fault == FAULT_NONE && !plan.tls.no_entropy &&
           plan.want.n == 0 && ends_at(fetch) != HOST_NONE;
}

static uint8_t mix(uint32_t who, uint32_t i)
{
    return (uint8_t)((i + 1) * 2654435761u >> 24 ^ who * 37u ^ i);
}

uint8_t plan_byte(uint32_t resource, uint32_t i)
{
    return replay_is_on() ? replay_body_byte(i) : mix(resource, i);
}

uint8_t plan_post_byte(uint32_t f, uint32_t i)
{
    return mix(f + 100, i);
}
