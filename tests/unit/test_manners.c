/* SPDX-License-Identifier: MIT */
/* core/backoff.c, budget.c, breaker.c, retry_after.c: what they promise, over
   seeds, over clocks that wrap, and against hostile values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_storage.h"
#include "manners.h"

#define DAY_MS 86400000u
#define STARTS 3

/* Clocks that begin at 0, near the wrap of a signed and an unsigned number. */
static const uint32_t starts[STARTS] = {0, INT32_MAX - 5000u,
                                        UINT32_MAX - 5000u};

static struct lwurl_retry_rules rules;
static struct lwurl_breaker breakers[2];
static struct lwurl_manners manners;

static void init(uint32_t seed)
{
    memset(&rules, 0, sizeof rules);
    memset(breakers, 0, sizeof breakers);
    manners = (struct lwurl_manners){
        .rules = &rules, .breakers = breakers, .breakers_n = 2};
    lwurl_manners_seed(&manners, &seed, sizeof seed);
}

/* ------------------------------------------------------------------- jitter */

/* The first number of 10,000 devices with serial numbers in a row, in tenths
   of what is possible. */
static void test_devices_are_spread(void **state)
{
    unsigned tenth[10] = {0};

    (void)state;
    for (uint32_t serial = 0; serial < 10000; serial++) {
        init(serial);
        uint32_t ms = manners_random(&manners, 999);
        assert_true(ms <= 999);
        tenth[ms / 100]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(tenth[i], 900, 1100);
}

/* The same of texts that differ in their last digits. */
static void test_texts_are_spread(void **state)
{
    unsigned tenth[10] = {0};
    char text[24];

    (void)state;
    for (unsigned serial = 0; serial < 10000; serial++) {
        int n = snprintf(text, sizeof text, "SN-2026-%06u", serial);
        manners = (struct lwurl_manners){.rules = &rules};
        lwurl_manners_seed(&manners, text, (size_t)n);
        tenth[manners_random(&manners, 999) / 100]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(tenth[i], 900, 1100);
}

/* One device's own numbers; and bounds that are met. */
static void test_numbers_of_one_device(void **state)
{
    unsigned count[4] = {0};

    (void)state;
    for (uint32_t seed = 0; seed < 20; seed++) {
        init(seed);
        for (int i = 0; i < 1000; i++)
            count[manners_random(&manners, 3)]++;
        assert_int_equal(manners_random(&manners, 0), 0);
        (void)manners_random(&manners, UINT32_MAX);
    }
    for (int i = 0; i < 4; i++)
        assert_in_range(count[i], 4700, 5300);
}

static void test_same_seed(void **state)
{
    uint32_t first[8];

    (void)state;
    init(42);
    for (int i = 0; i < 8; i++)
        first[i] = manners_random(&manners, UINT32_MAX);
    init(42);
    for (int i = 0; i < 8; i++)
        assert_int_equal(manners_random(&manners, UINT32_MAX), first[i]);
    lwurl_manners_seed(&manners, "", 1); /* more of it is another seed */
    init(42);
    lwurl_manners_seed(&manners, "", 1);
    assert_int_not_equal(manners_random(&manners, UINT32_MAX), first[0]);
}

static void test_ceiling(void **state)
{
    static const struct {
        uint32_t base, cap;
        unsigned retries;
        uint32_t want;
    } rows[] = {
        {0, 0, 0, 1000},
        {0, 0, 1, 2000},
        {0, 0, 8, 256000},
        {0, 0, 9, 300000},
        {0, 0, UINT16_MAX, 300000},
        {100, 250, 1, 200},
        {100, 250, 2, 250},
        {500, 100, 0, 100},
        {1, UINT32_MAX, 29, 536870912},
        {1, UINT32_MAX, 30, 1000000000},
        {UINT32_MAX, UINT32_MAX, 0, 1000000000},
        {3, UINT32_MAX, UINT16_MAX, 1000000000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lwurl_retry_rules r = {.base_ms = rows[i].base,
                                      .cap_ms = rows[i].cap};
        assert_int_equal(backoff_ceiling(&r, rows[i].retries), rows[i].want);
    }
}

/* ------------------------------------------------------------------- budget */

#define GRANTS_MAX 2048

/* Somebody who takes all he gets, at times that `seed` chooses, for five days:
   no 24 hours see more than day_max, and what was promised is kept. */
static void greedy(uint32_t start, unsigned day_max, uint32_t seed)
{
    static uint64_t grants[GRANTS_MAX];
    struct lwurl_manners dice = {.random = seed};
    unsigned n = 0;
    uint64_t at = 0;

    init(seed);
    rules.day_max = (uint16_t)day_max;
    while (at < 5ull * DAY_MS) {
        uint32_t wait = budget_spend(&manners, start + (uint32_t)at);
        if (wait == 0) {
            assert_true(n < GRANTS_MAX);
            grants[n] = at;
            if (n >= day_max)
                assert_true(at - grants[n - day_max] >= DAY_MS);
            n++;
            at += seed == 0 ? 0 : manners_random(&dice, 2000000);
            continue;
        }
        assert_true(wait <= DAY_MS);
        if (wait > 1)
            assert_true(
                budget_spend(&manners, start + (uint32_t)(at + wait - 1)) == 1);
        at += wait;
    }
    if (seed == 0) /* all that was to be had */
        assert_in_range(n, 5 * ((day_max + 2) / 2), 6 * day_max);
}

static void test_budget(void **state)
{
    static const unsigned rows[] = {1, 2, 3, 4, 7, 10, 100, 333};

    (void)state;
    for (int s = 0; s < STARTS; s++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            for (uint32_t seed = 0; seed < 5; seed++)
                greedy(starts[s], rows[i], seed);
}

static void test_budget_defaults(void **state)
{
    (void)state;
    init(1);
    for (int i = 0; i < 50; i++)
        assert_int_equal(budget_spend(&manners, 5), 0);
    assert_int_not_equal(budget_spend(&manners, 5), 0);
    rules.day_max = LWURL_RETRY_NO_LIMIT;
    for (int i = 0; i < 100000; i++)
        assert_int_equal(budget_spend(&manners, 5), 0);
    init(1);
    rules.day_max = LWURL_RETRY_NO_LIMIT - 1;
    for (int i = 0; i < 32767; i++)
        assert_int_equal(budget_spend(&manners, 5), 0);
    assert_in_range(budget_spend(&manners, 5), 1, 2637);
}

static struct fake_storage flash;
static struct lwurl_records records;

/* The device starts, its clock anew at any number. */
static int restart(void)
{
    fake_storage_restart(&flash);
    records = (struct lwurl_records){.storage = &flash.storage, .size = 2048};
    assert_int_equal(lwurl_records_open(&records), LWURL_OK);
    init(1);
    rules.day_max = 10; /* 5 at once, 6 in 24 hours */
    return lwurl_manners_keep(&manners, &records, 7);
}

static void first_start(void)
{
    fake_storage_begin(&flash, 2048, 1024, 4);
    assert_int_equal(restart(), LWURL_OK);
}

/* Resets between retries give none away, nor does a loop of resets. */
static void test_budget_across_resets(void **state)
{
    (void)state;
    first_start();
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(budget_spend(&manners, i), 0);
        assert_int_equal(restart(), LWURL_OK);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(budget_spend(&manners, 1000), DAY_MS / 6);
        assert_int_equal(restart(), LWURL_OK);
    }
    assert_int_equal(manners.keep_err, LWURL_OK);
}

/* Hours in which nothing fails count, too, but for the last one. */
static void test_budget_between_resets(void **state)
{
    const uint32_t hour = 3600000, minute = 60000, from = UINT32_MAX - 5000;

    (void)state;
    first_start();
    for (int i = 0; i < 5; i++)
        assert_int_equal(budget_spend(&manners, from), 0);
    unsigned kept = 0;
    for (uint32_t at = 0; at <= 3 * hour; at += minute) {
        unsigned calls = fake_storage_calls(&flash);
        budget_pay(&manners, from + at);
        kept += fake_storage_calls(&flash) > calls;
    }
    assert_int_equal(kept, 3);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(budget_spend(&manners, 0), hour);
    budget_pay(&manners, hour - minute); /* is not written */
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(budget_spend(&manners, 77), hour);
    lwurl_manners_slept(&manners, hour);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(budget_spend(&manners, 99), 0);
    lwurl_manners_slept(&manners, 5 * DAY_MS);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(manners.debt_ms, 0);
    lwurl_manners_slept(&manners, DAY_MS); /* nothing is owed */
    assert_int_equal(fake_storage_calls(&flash), 0);
    assert_int_equal(budget_spend(&manners, 0), 0);
    lwurl_manners_slept(&manners, DAY_MS / 6 - 30 * minute);
    lwurl_manners_slept(&manners, 30 * minute); /* the last of it is written */
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(manners.debt_ms, 0);
}

/* Power that goes in any write: a retry was granted and is counted, or it was
   not granted. */
static void test_budget_and_power_cuts(void **state)
{
    (void)state;
    for (unsigned cut = 1; cut < 12; cut++) {
        first_start();
        flash.cut_at = cut;
        flash.seed = cut;
        unsigned granted = 0;
        while (!flash.dead && budget_spend(&manners, 5) == 0)
            granted += !flash.dead;
        assert_int_equal(manners.keep_err,
                         flash.dead ? LWURL_ERR_STORAGE : LWURL_OK);
        assert_int_equal(restart(), LWURL_OK);
        for (; budget_spend(&manners, 5) == 0; granted++)
            ;
        assert_in_range(granted, 4, 5);
    }
}

/* A write that failed once is made again by the next fetch that begins, not by
   the next retry alone. */
static void test_budget_and_a_failed_write(void **state)
{
    const uint32_t hour = 3600000;

    (void)state;
    first_start();
    flash.fail_at = fake_storage_calls(&flash) + 1;
    assert_int_equal(budget_spend(&manners, 5), 0);
    assert_int_equal(manners.keep_err, LWURL_ERR_STORAGE);
    budget_pay(&manners, 6);
    assert_int_equal(manners.keep_err, LWURL_OK);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(manners.debt_ms, DAY_MS / 6 - 1);
    budget_pay(&manners, 0);
    flash.fail_at = 1; /* the hour that was paid off */
    budget_pay(&manners, hour);
    assert_int_equal(manners.keep_err, LWURL_ERR_STORAGE);
    budget_pay(&manners, hour + 9);
    assert_int_equal(manners.keep_err, LWURL_OK);
    unsigned calls = fake_storage_calls(&flash);
    budget_pay(&manners, hour + 19); /* and then no more */
    assert_int_equal(fake_storage_calls(&flash), calls);
    assert_int_equal(restart(), LWURL_OK);
    assert_int_equal(manners.debt_ms, DAY_MS / 6 - 1 - hour - 9);
}

/* What cannot be read is spent, and comes back. */
static void test_budget_that_cannot_be_read(void **state)
{
    (void)state;
    first_start();
    assert_int_equal(lwurl_records_put(&records, 7, "too long", 8), LWURL_OK);
    assert_int_equal(restart(), LWURL_ERR_ROOM);
    assert_in_range(budget_spend(&manners, 9), DAY_MS, 2 * DAY_MS);
    assert_int_equal(lwurl_records_put(&records, 7, "\xff\xff\xff\xff", 4),
                     LWURL_OK);
    assert_int_equal(restart(), LWURL_OK);
    uint32_t wait = budget_spend(&manners, 9);
    assert_in_range(wait, DAY_MS, 2 * DAY_MS);
    assert_int_equal(budget_spend(&manners, 9 + wait), 0);
}

/* ------------------------------------------------------------------ breaker */

static void fail_host(uint32_t host, unsigned times, uint32_t now)
{
    while (times-- > 0)
        breaker_note(&manners, host, false, now);
}

static void test_breaker(void **state)
{
    (void)state;
    for (int s = 0; s < STARTS; s++) {
        uint32_t now = starts[s], left;
        init((uint32_t)s);
        fail_host(1, 4, now);
        assert_int_equal(breaker_ask(&manners, 1, now), 0);
        breaker_note(&manners, 1, true, now); /* in a row, or not at all */
        fail_host(1, 4, now);
        assert_int_equal(breaker_ask(&manners, 1, now), 0);
        fail_host(1, 1, now); /* open */
        left = breaker_left(&manners, 1, now);
        assert_in_range(left, 60000, 120000);
        assert_int_equal(breaker_ask(&manners, 1, now), left);
        assert_int_equal(breaker_ask(&manners, 1, now + 1000), left - 1000);
        assert_int_equal(breaker_ask(&manners, 1, now + left - 1), 1);
        now += left; /* half-open: one, whatever becomes of it */
        assert_int_equal(breaker_ask(&manners, 1, now), 0);
        left = breaker_ask(&manners, 1, now);
        assert_in_range(left, 60000, 120000);
        now += left;
        assert_int_equal(breaker_ask(&manners, 1, now), 0);
        fail_host(1, 1, now + 500); /* open again, from then on */
        assert_in_range(breaker_left(&manners, 1, now + 500), 60000, 120000);
        now += 120500;
        assert_int_equal(breaker_ask(&manners, 1, now), 0);
        breaker_note(&manners, 1, true, now); /* closed */
        for (int i = 0; i < 9; i++)
            assert_int_equal(breaker_ask(&manners, 1, now), 0);
        fail_host(1, 4, now);
        assert_int_equal(breaker_ask(&manners, 1, now), 0);
    }
}

/* A rest that was over long ago is over, at any distance. */
static void test_breaker_after_long(void **state)
{
    (void)state;
    for (uint64_t gone = 120000; gone < UINT32_MAX - 120000u;
         gone = gone * 3 / 2) {
        init(1);
        rules.fails_max = 1;
        fail_host(1, 1, starts[2]);
        assert_int_equal(breaker_left(&manners, 1, starts[2] + (uint32_t)gone),
                         0);
    }
}

static void test_breaker_places(void **state)
{
    (void)state;
    init(1);
    rules.fails_max = 2;
    breaker_note(&manners, 1, true, 10); /* who is well takes no place */
    assert_int_equal(breakers[0].host, 0);
    fail_host(1, 1, 10);
    fail_host(2, 1, 20);
    fail_host(3, 1, 30); /* in the place of 1, the oldest */
    fail_host(2, 1, 40);
    fail_host(1, 2, 50); /* in the place of 3: 2 is open */
    assert_true(breaker_left(&manners, 1, 60) > 0);
    assert_true(breaker_left(&manners, 2, 60) > 0);
    fail_host(3, 9, 70); /* finds none */
    assert_int_equal(breaker_left(&manners, 3, 70), 0);
    fail_host(0, 9, 80); /* data: has no host */
    assert_int_equal(breaker_ask(&manners, 0, 80), 0);
    manners.breakers_n = 0;
    fail_host(1, 9, 90);
    assert_int_equal(breaker_ask(&manners, 1, 90), 0);
}

/* The one that was not used for longest goes, wherever it is. */
static void test_breaker_oldest(void **state)
{
    (void)state;
    init(1);
    rules.fails_max = 2;
    fail_host(1, 1, 20);
    fail_host(2, 1, 10);
    fail_host(3, 1, 30); /* in the place of 2 */
    fail_host(1, 1, 40);
    fail_host(3, 1, 40);
    assert_true(breaker_left(&manners, 1, 50) > 0);
    assert_true(breaker_left(&manners, 3, 50) > 0);
}

static uint32_t host_of(const char *url)
{
    return breaker_host((struct lwurl_str){url, strlen(url)});
}

static void test_breaker_hosts(void **state)
{
    (void)state;
    assert_int_equal(host_of("http://h/a"), host_of("HTTP://u:p@H:80/b?c"));
    assert_int_not_equal(host_of("http://h/"), host_of("http://h:81/"));
    assert_int_not_equal(host_of("http://h/"), host_of("https://h/"));
    assert_int_not_equal(host_of("http://h/"), host_of("http://i/"));
    assert_int_equal(host_of("data:,x"), 0);
    assert_int_equal(host_of("http://"), 0);
}

/* ---------------------------------------------------------------- Retry-After
 */

#define DATE  "Sun, 06 Nov 1994 08:49:37 GMT"
#define LATER "Sun, 06 Nov 1994 08:51:37 GMT"
#define NO    UINT32_MAX

static const struct after {
    const char *fields; /* "name:value|name:value" */
    uint32_t want;
} afters[] = {
    {"", NO},
    {"Retry-After:0", 0},
    {"Retry-After:120", 120},
    {"rEtRy-aFtEr:0120", 120},
    {"Retry-After:86400", 86400},
    {"Retry-After:86401", 86400},
    {"Retry-After:4294967295", 86400},
    {"Retry-After:4294967296", 86400},
    {"Retry-After:18446744073709551617", 86400},
    {"Retry-After:99999999999999999999999999999999999999999999", 86400},
    {"Retry-After:", NO},
    {"Retry-After:-5", NO},
    {"Retry-After:+5", NO},
    {"Retry-After:5s", NO},
    {"Retry-After:5.5", NO},
    {"Retry-After:0x10", NO},
    {"Retry-After:5, 7", NO},
    {"Retry-After:soon", NO},
    {"Retry-After:\xff\xfe", NO},
    {"Retry-Afte:5", NO},
    {"X-Retry-After:5", NO},
    {"Retry-After:5|Retry-After:7", 7}, /* the longest of them */
    {"Retry-After:7|Retry-After:5", 7},
    {"Retry-After:7|Retry-After:junk", 7},
    {"Date:" DATE "|Retry-After:" LATER, 120},
    {"Retry-After:" LATER "|Date:" DATE, 120},
    {"Retry-After:Sunday, 06-Nov-94 08:51:37 GMT|Date:" DATE, 120},
    {"Retry-After:Sun Nov  6 08:51:37 1994|Date:" DATE, 120},
    {"Retry-After:" LATER "|Retry-After:180|Date:" DATE, 180},
    {"Retry-After:" LATER "|Retry-After:60|Date:" DATE, 120},
    {"Retry-After:" DATE "|Date:" LATER, 0}, /* in the past */
    {"Retry-After:Thu, 01 Jan 1970 00:00:01 GMT|Date:" LATER, 0},
    {"Retry-After:Fri, 31 Dec 9999 23:59:59 GMT|Date:" DATE, 86400},
    {"Retry-After:" LATER "|Retry-After:Sun, 06 Nov 1994 08:50:37 GMT|"
     "Date:" DATE,
     120},
    {"Retry-After:" LATER, NO}, /* and nobody knows the time */
    {"Retry-After:" LATER "|Date:yesterday", NO},
    {"Retry-After:Sun, 06 Nov 1994 99:99:99 GMT|Date:" DATE, NO},
};

static void put_fields(struct lwurl_retry *r, const char *fields)
{
    after_clear(r);
    while (*fields != '\0') {
        size_t name_n = strcspn(fields, ":");
        const char *value = fields + name_n + 1;
        size_t n = strcspn(value, "|");
        struct lwurl_field f = {
            {fields, name_n}, {value, n}, .first = true, .last = true};
        after_field(r, &f);
        fields = value + n + (value[n] == '|');
    }
}

static int now_is(void *ctx, int64_t *unix_s)
{
    *unix_s = *(const int64_t *)ctx;
    return *unix_s > 0 ? 0 : -1;
}

static void test_retry_after(void **state)
{
    struct lwurl_retry r = {.manners = &manners};

    (void)state;
    init(1);
    for (size_t i = 0; i < sizeof afters / sizeof afters[0]; i++) {
        uint32_t s = 0;
        put_fields(&r, afters[i].fields);
        bool has = lwurl_retry_after(&r, &s);
        if (has ? s != afters[i].want : afters[i].want != NO)
            fail_msg("%s: %u", afters[i].fields, s);
    }
}

static void test_retry_after_by_clock(void **state)
{
    static int64_t wall_s;
    const struct lwurl_clock clock = {&wall_s, now_is};
    struct lwurl_retry r = {.manners = &manners, .clock = &clock};
    uint32_t s;

    (void)state;
    init(1);
    wall_s = 784111777;
    put_fields(&r, "Retry-After:" LATER);
    assert_true(lwurl_retry_after(&r, &s));
    assert_int_equal(s, 120);
    put_fields(&r, "Retry-After:" LATER "|Date:Sun, 06 Nov 1994 08:50:37 GMT");
    assert_true(lwurl_retry_after(&r, &s));
    assert_int_equal(s, 60); /* the server's own is believed first */
    wall_s = 0;
    put_fields(&r, "Retry-After:" LATER);
    assert_false(lwurl_retry_after(&r, &s));
}

/* Pieces of a long value, trailers, and what a later head says. */
static void test_retry_after_in_pieces(void **state)
{
    struct lwurl_retry r = {.manners = &manners};
    struct lwurl_field f = {{"Retry-After", 11}, {"5", 1}, .first = true};
    uint32_t s;

    (void)state;
    init(1);
    after_clear(&r);
    after_field(&r, &f);
    f.first = false;
    f.last = true;
    after_field(&r, &f);
    f.first = f.trailer = true;
    after_field(&r, &f);
    assert_false(lwurl_retry_after(&r, &s));
    f.trailer = false;
    after_field(&r, &f);
    assert_true(lwurl_retry_after(&r, &s));
    f.name.n = 0; /* the rest of a long reason says nothing */
    f.first = false;
    after_field(&r, &f);
    assert_true(lwurl_retry_after(&r, &s));
    f.first = true; /* the reason of the next head */
    after_field(&r, &f);
    assert_false(lwurl_retry_after(&r, &s));
}

/* -------------------------------------------------------------------- polls */

static void test_polls(void **state)
{
    unsigned tenth[10] = {0};
    uint64_t sum = 0;

    (void)state;
    for (uint32_t seed = 0; seed < 5000; seed++) {
        struct lwurl_poll poll = {.manners = &manners, .period_ms = 80000};
        init(seed);
        uint32_t first = lwurl_poll_next(&poll, NULL);
        assert_true(first <= 80000);
        tenth[first / 8001]++;
        for (int i = 0; i < 10; i++) {
            uint32_t ms = lwurl_poll_next(&poll, NULL);
            assert_in_range(ms, 70000, 90000);
            sum += ms;
        }
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(tenth[i], 400, 600);
    assert_in_range(sum / 50000, 79800, 80200);
}

static void test_polls_after_errors(void **state)
{
    struct lwurl_poll poll = {
        .manners = &manners, .period_ms = 80000, .first_ms = 500};
    struct lwurl_retry r = {.wait_s = 300};

    (void)state;
    init(1);
    assert_true(lwurl_poll_next(&poll, NULL) <= 500);
    assert_int_equal(lwurl_poll_next(&poll, &r), 300000);
    r.wait_s = 10;
    assert_in_range(lwurl_poll_next(&poll, &r), 70000, 90000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_devices_are_spread),
        cmocka_unit_test(test_texts_are_spread),
        cmocka_unit_test(test_numbers_of_one_device),
        cmocka_unit_test(test_same_seed),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_budget_defaults),
        cmocka_unit_test(test_budget_across_resets),
        cmocka_unit_test(test_budget_between_resets),
        cmocka_unit_test(test_budget_and_power_cuts),
        cmocka_unit_test(test_budget_and_a_failed_write),
        cmocka_unit_test(test_budget_that_cannot_be_read),
        cmocka_unit_test(test_breaker),
        cmocka_unit_test(test_breaker_after_long),
        cmocka_unit_test(test_breaker_places),
        cmocka_unit_test(test_breaker_oldest),
        cmocka_unit_test(test_breaker_hosts),
        cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_retry_after_by_clock),
        cmocka_unit_test(test_retry_after_in_pieces),
        cmocka_unit_test(test_polls),
        cmocka_unit_test(test_polls_after_errors),
    };

    return cmocka_run_group_tests_name("core/manners", tests, NULL, NULL);
}
