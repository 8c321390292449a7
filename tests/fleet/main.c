/* SPDX-License-Identifier: MIT */
/*
 * usage: fleet --series FILE    10,000 devices without and with manners: what a
 *                               server sees, second by second, and a table
 *        fleet --test           the same, smaller, by many seeds: properties
 */
#include <stdio.h>
#include <string.h>

#include "fleet.h"

#define POWER_S 360u

static struct fleet_result plain, mannered;

static struct fleet_plan large(bool manners)
{
    return (struct fleet_plan){
        .devices = 10000,
        .manners = manners,
        .seed = 1,
        .capacity = 100,
        .seconds = POWER_S + 900,
        .power_ms = POWER_S * 1000,
        .period_ms = 600000,
    };
}

static unsigned most(const struct fleet_plan *plan, const unsigned *in)
{
    unsigned n = 0;

    for (unsigned s = plan->power_ms / 1000; s < plan->seconds; s++)
        n = in[s] > n ? in[s] : n;
    return n;
}

/* When so many percent of the devices are served, in seconds since the power.
 */
static unsigned served_after(const struct fleet_plan *plan,
                             const struct fleet_result *r, unsigned percent)
{
    unsigned s = plan->power_ms / 1000;

    while (s < plan->seconds &&
           100ull * r->served[s] < 1ull * percent * plan->devices)
        s++;
    return s - plan->power_ms / 1000;
}

/* ------------------------------------------------------------------- series */

static void print_served(const char *what, const struct fleet_plan *plan,
                         unsigned percent)
{
    const struct fleet_result *r[] = {&plain, &mannered};

    printf("%s", what);
    for (int i = 0; i < 2; i++) {
        unsigned s = served_after(plan, r[i], percent);
        bool is = s < plan->seconds - plan->power_ms / 1000;
        printf(is ? "  %u s" : "  not in %u s", s);
    }
    printf("\n");
}

/* "1,234". */
static void print_number(uint64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            putchar(',');
        putchar(digits[i]);
    }
}

/* Columns are two blanks apart: tests/readme/tables.py reads them. */
static void print_row(const char *what, uint64_t without, uint64_t with)
{
    printf("%s  ", what);
    print_number(without);
    printf("  ");
    print_number(with);
    printf("\n");
}

static void print_table(const struct fleet_plan *plan)
{
    const struct fleet_result *r[] = {&plain, &mannered};

    print_number(plan->devices);
    printf(" devices after a power cut  without  with manners\n");
    print_row("requests in the worst second", most(plan, r[0]->requests),
              most(plan, r[1]->requests));
    print_row("requests until all are served, or 900 s",
              r[0]->requests_until_served, r[1]->requests_until_served);
    print_row("of them answered 503", r[0]->refused, r[1]->refused);
    print_row("of them dropped", r[0]->reset, r[1]->reset);
    print_row("most requests of one device", r[0]->tries_max, r[1]->tries_max);
    print_served("half of the devices served after", plan, 50);
    print_served("all served after", plan, 100);
}

/* Of two seconds in a row: a picture has room for no more. */
static unsigned worse(const unsigned *of)
{
    return of[0] > of[1] ? of[0] : of[1];
}

static int series(const char *path)
{
    struct fleet_plan plan = large(false);
    FILE *to = fopen(path, "w");

    if (to == NULL) {
        perror(path);
        return 1;
    }
    fleet_run(&plan, &plain);
    plan.manners = true;
    fleet_run(&plan, &mannered);
    for (unsigned s = 0; s + 1 < plan.seconds; s += 2)
        fprintf(to, "%d %u %u %.2f %.2f\n", (int)s - (int)POWER_S,
                worse(plain.requests + s), worse(mannered.requests + s),
                100.0 * plain.served[s] / plan.devices,
                100.0 * mannered.served[s] / plan.devices);
    print_table(&plan);
    fprintf(stderr, "a device has %zu bytes of lwurl here (64-bit)\n",
            device_ram());
    return fclose(to) != 0;
}

/* --------------------------------------------------------------- properties */

static unsigned passed, failed;

static void check(bool good, const char *what, const struct fleet_plan *plan)
{
    passed += good;
    failed += !good;
    if (!good)
        printf("seed %u, %s manners: %s\n", (unsigned)plan->seed,
               plan->manners ? "with" : "without", what);
}

static bool is_gentle(const struct fleet_plan *plan,
                      const struct fleet_result *r)
{
    return most(plan, r->requests) <= 4 * plan->capacity && r->reset == 0;
}

static void test_seed(uint64_t seed)
{
    struct fleet_plan plan = large(true);

    plan.devices = 1000;
    plan.capacity = 10;
    plan.seed = seed;
    fleet_run(&plan, &mannered);
    check(is_gentle(&plan, &mannered), "the peak is bounded", &plan);
    check(mannered.last_ms != 0, "all are served", &plan);
    check(served_after(&plan, &mannered, 100) <= 500,
          "and nobody starves, where 100 s would do", &plan);
    check(mannered.tries_max <= 10, "in few requests each", &plan);
    fleet_run(&plan, &plain);
    check(plain.last_ms == mannered.last_ms &&
              memcmp(plain.requests, mannered.requests,
                     sizeof plain.requests) == 0,
          "the same seed is the same run", &plan);
    plan.manners = false;
    fleet_run(&plan, &plain);
    check(!is_gentle(&plan, &plain), "that takes manners", &plan);
    check(plain.requests_until_served > 3 * mannered.requests_until_served,
          "which save requests", &plan);
}

int main(int argc, char *argv[])
{
    if (argc == 3 && strcmp(argv[1], "--series") == 0)
        return series(argv[2]);
    if (argc != 2 || strcmp(argv[1], "--test") != 0) {
        fputs("usage: fleet --series FILE | --test\n", stderr);
        return 2;
    }
    for (uint64_t seed = 1; seed <= 8; seed++)
        test_seed(seed);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
