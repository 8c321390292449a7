/* SPDX-License-Identifier: MIT */
/*
 * Deterministic simulation: lwurl, port/lwip and lwIP's sockets against a
 * scripted server on a second lwIP, over a link that loses and spoils packets,
 * on a virtual clock. A seed decides everything.
 *
 *     sim [--tls] [--seeds N] [--seed K] [--repeat M] [--traces]
 *         [--verbose] [--pcap FILE] [--keys FILE] [--only FIELDS] [--shrink]
 *         [--replay PCAP --body FILE]
 *
 * runs the seeds K to K + N - 1 in one process, and each M-th one again in a
 * process of its own, to see that its trace is the same. --tls: most fetches
 * are https. --traces prints each seed's trace. Ends with 1 when a property
 * does not hold; then a line says how to see that seed again.
 */
#include "sim.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plan.h"
#include "replay.h"
#include "seed.h"
#include "shrink.h"

#define FAILED_MAX 10

struct options {
    uint64_t seed, seeds, repeat;
    struct seed_kind kind;
    const char *only, *replay, *body;
    bool traces, shrink;
};

/* What the processes share. */
static struct shared {
    struct seed_result now;
    uint64_t done; /* seeds */
    uint64_t all;  /* their traces in one */
    uint64_t virtual_us;
    uint64_t ends[SEED_ENDS];
    unsigned failed;
    bool neutral[SHRINK_MAX];
    uint64_t traces[]; /* of each --repeat-th seed */
} * shared;

static void *share(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0);

    if (p == MAP_FAILED) {
        fputs("sim: no memory\n", stderr);
        exit(2);
    }
    return p;
}

static void report(const struct options *o, uint64_t seed, const char *failure)
{
    printf("seed %llu: %s\n    to see it: make sim SEED=%llu%s\n",
           (unsigned long long)seed, failure, (unsigned long long)seed,
           o->kind.tls ? " TLS=1" : "");
    shared->failed++;
}

/* After a seed, whether it came to its end or took the process with it. */
static void account(const struct options *o)
{
    const struct seed_result *r = &shared->now;
    uint64_t seed = o->seed + shared->done;

    for (int e = 0; e < SEED_ENDS; e++)
        shared->ends[e] += r->ends[e];
    shared->all = (shared->all ^ r->trace) * UINT64_C(1099511628211);
    shared->virtual_us += r->virtual_us;
    if (o->repeat > 0 && shared->done % o->repeat == 0)
        shared->traces[shared->done / o->repeat] = r->trace;
    if (o->traces)
        printf("%llu %016llx\n", (unsigned long long)seed,
               (unsigned long long)r->trace);
    if (r->failure[0])
        report(o, seed, r->failure);
    shared->done++;
}

static bool goes_on(const struct options *o)
{
    return shared->done < o->seeds && shared->failed < FAILED_MAX;
}

static pid_t start_process(void)
{
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child < 0) {
        fputs("sim: no process\n", stderr);
        exit(2);
    }
    return child;
}

/* In a process of its own, as the next. */
static void run_rest(const struct options *o)
{
    while (goes_on(o)) {
        seed_run(o->seed + shared->done);
        account(o);
        fflush(NULL);
    }
    _exit(0);
}

static void run_one(uint64_t seed)
{
    seed_run(seed);
    _exit(0);
}

static void wait_for(pid_t child)
{
    struct seed_result *r = &shared->now;
    int status = 0;

    if (waitpid(child, &status, 0) != child || status == 0 || r->failure[0])
        return;
    snprintf(r->failure, sizeof r->failure, "the process ended with %#x",
             (unsigned)status);
}

static void run_all(const struct options *o)
{
    while (goes_on(o)) {
        uint64_t before = shared->done;
        pid_t child = start_process();

        if (child == 0)
            run_rest(o);
        wait_for(child);
        if (shared->now.failure[0] && !shared->now.finished)
            account(o);
        if (shared->done == before)
            exit(2);
    }
}

static void repeat(const struct options *o)
{
    for (uint64_t i = 0; i < shared->done; i += o->repeat) {
        pid_t child = start_process();

        if (child == 0)
            run_one(o->seed + i);
        wait_for(child);
        if (shared->now.trace != shared->traces[i / o->repeat] &&
            shared->failed < FAILED_MAX)
            report(o, o->seed + i, "alone, its trace is another");
    }
}

/* -------------------------------------------------------------- shrinking */

static void take_only(const char *names)
{
    for (size_t i = 0; names && i < shrink_fields(); i++)
        shared->neutral[i] = true;
    while (names && *names) {
        size_t n = strcspn(names, ","), i = shrink_find(names, n);

        if (i == shrink_fields()) {
            fprintf(stderr, "sim: a plan has no %.*s\n", (int)n, names);
            exit(2);
        }
        shared->neutral[i] = false;
        names += n + (names[n] == ',');
    }
}

/* What a failure says, but for its numbers. */
static void kind_of_failure(char *text)
{
    char *to = text;

    for (const char *p = text; *p; p++)
        if (*p < '0' || *p > '9')
            *to++ = *p;
    *to = '\0';
}

static bool fails_like(uint64_t seed, const char *kind)
{
    pid_t child = start_process();
    char text[sizeof shared->now.failure];

    if (child == 0)
        run_one(seed);
    wait_for(child);
    memcpy(text, shared->now.failure, sizeof text);
    kind_of_failure(text);
    return kind ? strcmp(text, kind) == 0 : text[0] != '\0';
}

/* One field after the other, until nothing more can go. */
static void shrink_plan(uint64_t seed, const char *kind)
{
    bool smaller = true;

    while (smaller) {
        smaller = false;
        for (size_t i = 0; i < shrink_fields(); i++) {
            if (shared->neutral[i])
                continue;
            shared->neutral[i] = true;
            shared->neutral[i] = fails_like(seed, kind);
            smaller = smaller || shared->neutral[i];
        }
    }
}

static void print_shrunk(const struct options *o)
{
    char name[64];
    const char *comma = "";

    plan_make(o->seed, o->kind.tls);
    for (size_t i = 0; i < shrink_fields(); i++)
        if (!shared->neutral[i])
            (void)shrink_is_neutral(i, true);
    printf("    to see it: make sim SEED=%llu%s ONLY=",
           (unsigned long long)o->seed, o->kind.tls ? " TLS=1" : "");
    for (size_t i = 0; i < shrink_fields(); i++) {
        if (shared->neutral[i] || shrink_is_neutral(i, false))
            continue;
        shrink_name(i, name, sizeof name);
        printf("%s%s", comma, name);
        comma = ",";
    }
    putchar('\n');
}

static int shrink(const struct options *o)
{
    char kind[sizeof shared->now.failure];

    if (!fails_like(o->seed, NULL)) {
        printf("seed %llu does not fail\n", (unsigned long long)o->seed);
        return 1;
    }
    memcpy(kind, shared->now.failure, sizeof kind);
    printf("seed %llu: %s\n", (unsigned long long)o->seed, kind);
    kind_of_failure(kind);
    shrink_plan(o->seed, kind);
    print_shrunk(o);
    return 0;
}

/* ----------------------------------------------------------------- reports */

static double cpu_seconds(void)
{
    struct rusage used;

    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static void print_sums(void)
{
    printf("# how fetches ended:");
    for (int i = 0; i < SEED_ENDS; i++)
        if (shared->ends[i] > 0)
            printf(" %d: %llu", -i, (unsigned long long)shared->ends[i]);
    printf("\n# %llu seeds, trace %016llx, %.0f virtual s\n",
           (unsigned long long)shared->done, (unsigned long long)shared->all,
           (double)shared->virtual_us * 1e-6);
}

static struct options read_options(char **argv)
{
    struct options o = {.seed = 1, .seeds = 1, .repeat = 64};

    for (argv++; *argv; argv++) {
        if (strcmp(*argv, "--verbose") == 0)
            o.kind.verbose = true;
        else if (strcmp(*argv, "--tls") == 0)
            o.kind.tls = true;
        else if (strcmp(*argv, "--traces") == 0)
            o.traces = true;
        else if (strcmp(*argv, "--shrink") == 0)
            o.shrink = true;
        else if (!argv[1])
            break;
        else if (strcmp(*argv, "--seed") == 0)
            o.seed = strtoull(*++argv, NULL, 0);
        else if (strcmp(*argv, "--seeds") == 0)
            o.seeds = strtoull(*++argv, NULL, 0);
        else if (strcmp(*argv, "--repeat") == 0)
            o.repeat = strtoull(*++argv, NULL, 0);
        else if (strcmp(*argv, "--pcap") == 0)
            o.kind.pcap = *++argv;
        else if (strcmp(*argv, "--keys") == 0)
            o.kind.keys = *++argv;
        else if (strcmp(*argv, "--only") == 0)
            o.only = *++argv;
        else if (strcmp(*argv, "--replay") == 0)
            o.replay = *++argv;
        else if (strcmp(*argv, "--body") == 0)
            o.body = *++argv;
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
    double seconds;

    (void)argc;
    shared = share(sizeof *shared +
                   (o.repeat > 0 ? (size_t)(o.seeds / o.repeat) + 1 : 0) *
                       sizeof shared->traces[0]);
    take_only(o.only);
    if (o.replay)
        replay_load(o.replay, o.body);
    o.kind.neutral = shared->neutral;
    seed_prepare(&shared->now, &o.kind);
    if (o.shrink)
        return shrink(&o);
    run_all(&o);
    seconds = cpu_seconds();
    if (o.repeat > 0 && o.seeds > 1)
        repeat(&o);
    print_sums();
    fprintf(stderr, "# %.2f s of CPU time: %.0f seeds a minute\n", seconds,
            (double)shared->done * 60.0 / seconds);
    printf("1..1\n%s 1 - simulation\n", shared->failed ? "not ok" : "ok");
    return shared->failed != 0;
}
