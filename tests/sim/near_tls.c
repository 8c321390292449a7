/* SPDX-License-Identifier: MIT */
#include "near_tls.h"

#include <string.h>

#include "chance.h"
#include "coop/clock_virtual.h"
#include "known.inc"
#include "plan.h"
#include "roots.inc"
#include "sim.h"
#include "world.h"

#define RECORD_MAX ((LWURL_TLS_RECORD_ANY + 7) / 8 * 8)
#define JUNE_2026  1780272000

static struct lwurl_tls_slot slots[TASKS_MAX];
static unsigned char records[TASKS_MAX][RECORD_MAX] __attribute__((aligned(8)));
static unsigned char lent[TASKS_MAX][LWURL_TLS_LENT] __attribute__((aligned));
static struct lwurl_tls_session lists[TASKS_MAX][3];
static struct lwurl_tls_sessions sessions[TASKS_MAX];
static struct lwurl_tls tls[TASKS_MAX];
static FILE *keylog;

static int read_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    if (plan.tls.no_entropy)
        return -1;
    chance_bytes(CHANCE_ENTROPY, p, n);
    return 0;
}

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = JUNE_2026;
    return 0;
}

static const struct lwurl_entropy entropy = {NULL, read_entropy};
static const struct lwurl_clock wall_clock = {NULL, read_clock};

static void on_event(void *ctx, const struct lwurl_tls *of,
                     enum lwurl_tls_event event)
{
    char line[LWURL_TLS_KEYLOG_N];
    struct lwurl_tls_info info;

    (void)ctx;
    if (event != LWURL_TLS_READY)
        return;
    lwurl_tls_info(of, &info);
    sim_say("TLS: %s%s", lwurl_tls_suite_name(info.suite),
            info.resumed ? ", resumed" : "");
    if (!keylog)
        return;
    lwurl_tls_keylog(of, line);
    fprintf(keylog, "%s\n", line);
}

static void start(unsigned i)
{
    const struct lwurl_tls_sessions empty = LWURL_TLS_SESSIONS(lists[i], 3);
    struct lwurl_tls *t = &tls[i];

    sessions[i] = empty;
    t->slot = &slots[i];
    t->record = records[i];
    t->record_n = plan.tls.record_n;
    t->lent = lent[i];
    t->lent_n = sizeof lent[i];
    t->profile = &lwurl_tls_fast;
    t->trust = plan.tls.known_key ? &lwurl_tls_known_key : &lwurl_tls_chain;
    t->anchors = roots;
    t->anchors_n = ROOTS_N;
    t->known = &known;
    t->sessions = plan.tls.resumes ? &sessions[i] : NULL;
    t->entropy = &entropy;
    t->clock = &wall_clock;
    t->event = on_event;
}

void near_tls_prepare(void)
{
    world_leave_out(records, sizeof records);
}

void near_tls_start(void)
{
    for (unsigned i = 0; i < TASKS_MAX; i++)
        start(i);
}

void near_tls_log(FILE *to)
{
    keylog = to;
}

const struct lwurl_tls *near_tls(unsigned task)
{
    return &tls[task];
}

unsigned near_tls_held(void)
{
    unsigned held = 0;

    for (unsigned i = 0; i < TASKS_MAX; i++)
        held += slots[i].owner != NULL;
    return held;
}
