/* SPDX-License-Identifier: MIT */
/*
 * Deterministic simulation: lwurl, port/lwip and lwIP's sockets against a
 * scripted server on a second lwIP, over a link that loses and spoils packets,
 * on a virtual clock. A seed decides everything.
 *
 *     sim [--seeds N] [--seed K] [--repeat M] [--pcap FILE] [--verbose]
 *
 * runs the seeds K to K + N - 1, each in a process of its own, and each M-th
 * one twice, to see that its trace is the same. Ends with 1 when a property
 * does not hold; then a line says how to see that seed again.
 */
#include "sim.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "link.h"
#include "plan.h"

/* Of virtual time: four fetches of ten minutes, and all that waits. */
#define LIMIT_US (UINT64_C(3) * 3600 * 1000000)
#define WALL_S   30

COOP_STACK(near_stack, 131072);

/* What the process of a seed leaves. */
static struct result {
    uint64_t trace;
    uint64_t virtual_us;
    bool finished;
    char failure[200];
    uint32_t ends[100];
} * result;

static bool verbose;

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
    sim_fail("lwIP: %s", what);
    _exit(1);
}

void sim_count(int end)
{
    if (end <= 0 && end > -100)
        result->ends[-end]++;
}

void sim_say(const char *format, ...)
{
    va_list args;

    if (!verbose)
        return;
    printf("%10.3f ms  ", (double)coop_virtual_now_us() / 1000.0);
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

/* In a process of its own. */
static void run_seed(uint64_t seed, FILE *pcap)
{
    static struct coop_task task;
    int code;

    alarm(WALL_S);
    plan_make(seed);
    trace = UINT64_C(14695981039346656037);
    coop_virtual_reset(plan.start_us, plan.start_us + LIMIT_US);
    link_start(pcap);
    peer_start();
    coop_task_start(&task, "near", near_run, NULL, near_stack);
    code = coop_run(&coop_virtual, &task);
    if (code != 0)
        sim_fail("%s", code == COOP_DEADLOCK   ? "deadlock"
                       : code == COOP_LIVELOCK ? "livelock"
                                               : "stack overflow");
    result->trace = trace;
    result->virtual_us = coop_virtual_now_us() - plan.start_us;
    result->finished = true;
    fflush(NULL);
    _exit(0);
}

static struct result run(uint64_t seed, const char *pcap)
{
    struct result r;
    int status = 0;
    pid_t child;

    memset(result, 0, sizeof *result);
    fflush(NULL);
    child = fork();
    if (child == 0)
        run_seed(seed, pcap ? fopen(pcap, "wb") : NULL);
    if (child < 0 || waitpid(child, &status, 0) != child)
        status = -1;
    if (!result->finished)
        sim_fail("the process ended with status %#x", (unsigned)status);
    r = *result;
    return r;
}

static void print_ends(const uint32_t ends[100])
{
    printf("# how fetches ended:");
    for (int i = 0; i < 100; i++)
        if (ends[i] > 0)
            printf(" %d: %u", -i, (unsigned)ends[i]);
    putchar('\n');
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct options {
    uint64_t seed, seeds, repeat;
    const char *pcap;
};

static void report(uint64_t seed, const struct result *r)
{
    printf("seed %llu: %s\n    to see it: make sim SEED=%llu\n",
           (unsigned long long)seed, r->failure, (unsigned long long)seed);
}

static unsigned run_all(const struct options *o)
{
    uint32_t ends[100] = {0};
    uint64_t all = 0, virtual_us = 0, i;
    double began = seconds();
    unsigned failed = 0;

    for (i = 0; i < o->seeds && failed < 10; i++) {
        struct result r = run(o->seed + i, o->pcap);

        if (!r.failure[0] && o->repeat > 0 && i % o->repeat == 0 &&
            run(o->seed + i, NULL).trace != r.trace)
            snprintf(r.failure, sizeof r.failure, "two runs differ");
        for (int e = 0; e < 100; e++)
            ends[e] += r.ends[e];
        all = (all ^ r.trace) * UINT64_C(1099511628211);
        virtual_us += r.virtual_us;
        if (r.failure[0])
            report(o->seed + i, &r);
        failed += r.failure[0] != '\0';
    }
    print_ends(ends);
    printf("# %llu seeds, trace %016llx, %.0f virtual s\n",
           (unsigned long long)i, (unsigned long long)all,
           (double)virtual_us * 1e-6);
    fprintf(stderr, "# %.0f seeds a minute\n",
            (double)i * 60.0 / (seconds() - began));
    return failed;
}

static struct options read_options(char **argv)
{
    struct options o = {.seed = 1, .seeds = 1, .repeat = 16};

    for (argv++; *argv; argv++) {
        if (strcmp(*argv, "--verbose") == 0)
            verbose = true;
        else if (!argv[1])
            break;
        else if (strcmp(*argv, "--seed") == 0)
            o.seed = strtoull(*++argv, NULL, 0);
        else if (strcmp(*argv, "--seeds") == 0)
            o.seeds = strtoull(*++argv, NULL, 0);
        else if (strcmp(*argv, "--repeat") == 0)
            o.repeat = strtoull(*++argv, NULL, 0);
        else if (strcmp(*argv, "--pcap") == 0)
            o.pcap = *++argv;
        else
            break;
    }
    if (*argv) {
        fprintf(stderr, "sim: no option %s, or its value is missing\n", *argv);
        exit(2);
    }
    return o;
}

int main(int argc, char *argv[])
{
    struct options o = read_options(argv);
    unsigned failed;

    (void)argc;
    result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED)
        return 2;
    failed = run_all(&o);
    printf("1..1\n%s 1 - simulation\n", failed ? "not ok" : "ok");
    return failed != 0;
}
