/* SPDX-License-Identifier: MIT */
#include "seed.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "link.h"
#include "near.h"
#include "near_tls.h"
#include "plan.h"
#include "replay.h"
#include "shrink.h"
#include "sim.h"
#include "world.h"

/* Of virtual time: four fetches of ten minutes, and all that waits. */
#define LIMIT_US (UINT64_C(3) * 3600 * 1000000)
#define WALL_S   30

COOP_STACK(near_stack, NEAR_STACK_N);

static struct seed_result *result;
static struct seed_kind seeds;

void sim_fail(const char *format, ...)
{
    va_list args;

    if (result->failure[0])
        return;
    va_start(args, format);
    /* clang-tidy 14 does not see va_start(). */
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(result->failure, sizeof result->failure, format, args);
    va_end(args);
}

void sim_assert(const char *what)
{
    sim_fail("%s", what);
    fflush(NULL);
    _exit(1);
}

void sim_count(int end)
{
    if (end <= 0 && end > -SEED_ENDS)
        result->ends[-end]++;
}

void sim_say(const char *format, ...)
{
    va_list args;

    if (!seeds.verbose)
        return;
    printf("%10.3f ms  ", (double)coop_virtual_now_us() / 1000.0);
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void seed_prepare(struct seed_result *to, const struct seed_kind *kind)
{
    result = to;
    seeds = *kind;
    link_prepare();
    peer_prepare();
    near_tls_prepare();
    world_keep();
}

static const char *reason(int code)
{
    return code == COOP_DEADLOCK   ? "deadlock"
           : code == COOP_LIVELOCK ? "livelock"
                                   : "stack overflow";
}

static void make_plan(uint64_t seed)
{
    plan_make(seed, seeds.tls);
    for (size_t i = 0; i < shrink_fields(); i++)
        if (seeds.neutral[i])
            shrink_field(i);
    if (replay_is_on())
        replay_plan();
}

static FILE *create(const char *path)
{
    return path ? fopen(path, "wb") : NULL;
}

static void end_file(FILE *file)
{
    if (file)
        fclose(file);
}

static void run_tasks(void)
{
    static struct coop_task task;
    int code;

    peer_start();
    coop_task_start(&task, "near", near_run, NULL, near_stack);
    code = coop_run(&coop_virtual, &task);
    if (code != 0)
        sim_fail("%s", reason(code));
}

void seed_run(uint64_t seed)
{
    FILE *pcap = create(seeds.pcap), *keys = create(seeds.keys);

    world_restore();
    memset(result, 0, sizeof *result);
    alarm(WALL_S);
    make_plan(seed);
    trace = UINT64_C(14695981039346656037);
    coop_virtual_reset(plan.start_us, plan.start_us + LIMIT_US);
    link_start(pcap);
    near_tls_log(keys);
    run_tasks();
    result->trace = trace;
    result->virtual_us = coop_virtual_now_us() - plan.start_us;
    result->finished = true;
    end_file(pcap);
    end_file(keys);
}
