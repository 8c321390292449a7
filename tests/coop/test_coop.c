/* SPDX-License-Identifier: MIT */
/* The scheduler and its clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "coop/clock_host.h"
#include "coop/clock_virtual.h"
#include "coop/coop.h"

#include "journal.h"

/* ---- Tasks ---- */

static int yield_thrice(void *name)
{
    for (int i = 0; i < 3; i++) {
        note(*(const char *)name);
        coop_yield();
    }
    return 0;
}

static int start_three(void *arg)
{
    start(&task_1, yield_thrice, A);
    start(&task_2, yield_thrice, B);
    start(&task_3, yield_thrice, C);
    return yield_thrice(arg);
}

static void first_come_first_served(void **state)
{
    (void)state;
    assert_int_equal(run_main(start_three, M), 0);
    assert_string_equal(journal, "MABCMABCMABC");
}

static int return_42(void *arg)
{
    (void)arg;
    return 42;
}

static int end_among_others(void *arg)
{
    start(&task_1, yield_thrice, A);
    coop_yield();
    return return_42(arg);
}

/* The second run finds nothing of the first. */
static void main_ends_it_all(void **state)
{
    (void)state;
    assert_int_equal(run_main(end_among_others, NULL), 42);
    assert_null(coop_task_next(NULL));
    assert_int_equal(run_main(end_among_others, NULL), 42);
    assert_string_equal(journal, "AA");
    assert_int_equal(coop_now_ms(), 0);
}

static int start_and_outlive(void *arg)
{
    (void)arg;
    start(&task_1, return_42, NULL);
    note(coop_task_next(&task_0) == &task_1 ? '1' : '-');
    coop_yield();
    note(task_1.ended && task_1.exit_code == 42 ? 'e' : '-');
    note(coop_task_next(&task_0) == NULL ? '0' : '-');
    start(&task_1, return_42, NULL); /* its memory may be used again */
    coop_yield();
    note(coop_self() == &task_0 ? 's' : '-');
    return 0;
}

static void a_task_ends(void **state)
{
    (void)state;
    assert_int_equal(run_main(start_and_outlive, NULL), 0);
    assert_string_equal(journal, "1e0s");
}

/* ---- Semaphores ---- */

static struct coop_sem sem;

static int wait_and_note(void *name)
{
    note(coop_sem_wait(&sem, COOP_FOREVER) ? *(const char *)name : '-');
    return 0;
}

static int signal_two(void *arg)
{
    (void)arg;
    coop_sem_init(&sem, 0);
    start(&task_1, wait_and_note, A);
    start(&task_2, wait_and_note, B);
    start(&task_3, wait_and_note, C);
    coop_yield();
    coop_sem_signal(&sem);
    note(coop_sem_wait(&sem, 0) ? 's' : '.'); /* it was A's already */
    coop_sem_signal(&sem);
    coop_yield();
    coop_sem_signal(&sem);
    coop_sem_signal(&sem);
    note(coop_sem_wait(&sem, 0) ? 's' : '.'); /* C has one, this is free */
    coop_yield();
    return 0;
}

static void units_go_to_the_longest_waiter(void **state)
{
    (void)state;
    assert_int_equal(run_main(signal_two, NULL), 0);
    assert_string_equal(journal, ".ABsC");
}

static int wait_50(void *name)
{
    note_at(coop_sem_wait(&sem, 50) ? *(const char *)name : '-');
    return 0;
}

static int signal_at_49(void *arg)
{
    (void)arg;
    coop_sem_init(&sem, 0);
    start(&task_1, wait_50, A);
    start(&task_2, wait_50, B);
    coop_sleep_ms(49);
    coop_sem_signal(&sem);
    coop_sleep_ms(10);
    coop_sem_signal(&sem); /* B is gone: the unit stays */
    note_at(coop_sem_wait(&sem, 1000) ? 'M' : '-');
    note_at(coop_sem_wait(&sem, 1000) ? 'M' : '-');
    return 0;
}

static void a_wait_ends_in_time(void **state)
{
    (void)state;
    assert_int_equal(run_main(signal_at_49, NULL), 0);
    assert_string_equal(journal, "A49 -50 M59 -1059 ");
}

/* 2^32 ms is not a multiple of anything here. */
static void the_clock_may_wrap(void **state)
{
    (void)state;
    coop_virtual_reset((UINT64_C(0x100000000) - 20) * 1000, UINT64_MAX);
    assert_int_equal(run_main(signal_at_49, NULL), 0);
    assert_string_equal(journal, "A29 -30 M39 -1039 ");
}

static int sleep_and_note(void *ms)
{
    coop_sleep_ms(*(const uint32_t *)ms);
    note_at(coop_self() == &task_1 ? 'A' : 'B');
    return 0;
}

static int sleep_long(void *arg)
{
    static uint32_t longer = COOP_FOREVER - 1, shorter = 7;

    (void)arg;
    start(&task_1, sleep_and_note, &longer);
    start(&task_2, sleep_and_note, &shorter);
    coop_sleep_ms(0);
    note_at('M');
    coop_sleep_ms(INT32_MAX);
    coop_yield();
    return 0;
}

/* The longest wait is 2^31 - 1 ms; more is cut down to that. */
static void sleeps_have_a_ceiling(void **state)
{
    (void)state;
    assert_int_equal(run_main(sleep_long, NULL), 0);
    assert_string_equal(journal, "M0 B7 A2147483647 ");
}

/* ---- Giving up ---- */

static int seen_reason;
static char seen_tasks[32];

static void look_at_the_stuck(void *ctx, int reason)
{
    const struct coop_task *t = NULL;
    char *p = seen_tasks;

    (void)ctx;
    seen_reason = reason;
    while ((t = coop_task_next(t)) != NULL)
        *p++ = t->waits_in ? (t->timed ? 't' : 'w') : 'r';
    *p = '\0';
}

static const struct coop_platform watched = {
    .now_ms = coop_virtual_now_ms,
    .idle = coop_virtual_idle,
    .stuck = look_at_the_stuck,
    .turns_max = 1000,
};

static int run_watched(int (*run)(void *), void *arg)
{
    seen_reason = 0;
    start(&task_0, run, arg);
    return coop_run(&watched, &task_0);
}

static int wait_for_each_other(void *arg)
{
    (void)arg;
    coop_sem_init(&sem, 0);
    start(&task_1, wait_and_note, A);
    coop_sem_wait(&sem, COOP_FOREVER);
    return 0;
}

static void a_deadlock_is_told(void **state)
{
    (void)state;
    assert_int_equal(run_watched(wait_for_each_other, NULL), COOP_DEADLOCK);
    assert_int_equal(seen_reason, COOP_DEADLOCK);
    assert_string_equal(seen_tasks, "ww");
    assert_string_equal(journal, "");
}

static int sleep_for_ever(void *arg)
{
    for (;;)
        coop_sleep_ms(10);
    return arg != NULL;
}

static void endless_time_is_told(void **state)
{
    (void)state;
    coop_virtual_reset(0, 1000000);
    assert_int_equal(run_watched(sleep_for_ever, NULL), COOP_LIVELOCK);
    assert_int_equal(coop_virtual_now_us(), 1000000);
    assert_string_equal(seen_tasks, "t");
}

static int yield_for_ever(void *arg)
{
    for (;;)
        coop_yield();
    return arg != NULL;
}

static void endless_turns_are_told(void **state)
{
    (void)state;
    assert_int_equal(run_watched(yield_for_ever, NULL), COOP_LIVELOCK);
    assert_int_equal(coop_virtual_now_us(), 0);
}

static int use_up_the_stack(void *arg)
{
    coop_self()->stack.lowest[COOP_GUARD_N] = 0;
    coop_yield();
    return arg != NULL;
}

static void a_full_stack_is_told(void **state)
{
    (void)state;
    assert_int_equal(run_watched(use_up_the_stack, NULL), COOP_OVERFLOW);
    assert_int_equal(seen_reason, COOP_OVERFLOW);
}

/* ---- Stack marks ---- */

static int use_10000(void *arg)
{
    volatile unsigned char frame[10000];

    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 1;
    coop_yield();
    return arg != NULL || frame[0] != 1;
}

static void peak_is_measured(void **state)
{
    size_t before;

    (void)state;
    assert_int_equal(run_main(return_42, NULL), 42);
    before = coop_task_peak(&task_0);
    assert_int_equal(run_main(use_10000, NULL), 0);
    assert_in_range(coop_task_peak(&task_0), before + 9000, before + 12000);
    for (size_t i = 0; i < COOP_GUARD_N; i++)
        assert_int_equal(task_0.stack.lowest[i], 0); /* not even painted */
    assert_true(task_0.stack.n >= STACK_N + COOP_GUARD_N);
}

/* ---- The outside ---- */

static unsigned looks, rests;

static int count_idle(void *ctx, uint32_t max_ms)
{
    (void)ctx;
    if (max_ms == 0)
        looks++;
    else
        rests++;
    if (rests > 0)
        coop_sem_signal(&sem); /* as an interrupt does */
    return 0;
}

static uint32_t stand_still(void *ctx)
{
    (void)ctx;
    return 5;
}

static int yield_1000_and_wait(void *arg)
{
    (void)arg;
    coop_sem_init(&sem, 0);
    for (int i = 0; i < 1000; i++)
        coop_yield();
    return coop_sem_wait(&sem, COOP_FOREVER) && coop_now_ms() == 5 ? 0 : 1;
}

/* Busy tasks do not shut the network out, and idle() can wake a task. */
static void idle_is_called_while_busy(void **state)
{
    static const struct coop_platform platform = {.now_ms = stand_still,
                                                  .idle = count_idle};
    (void)state;
    looks = 0;
    rests = 0;
    start(&task_0, yield_1000_and_wait, NULL);
    assert_int_equal(coop_run(&platform, &task_0), 0);
    assert_in_range(looks, 10, 100);
    assert_int_equal(rests, 1);
}

static const struct coop_task *entered[8];
static unsigned entered_n;

static void note_entry(void *ctx, const struct coop_task *task)
{
    (void)ctx;
    if (entered_n < 8)
        entered[entered_n++] = task;
}

static int yield_once(void *arg)
{
    start(&task_1, return_42, arg);
    coop_yield();
    return 0;
}

static void the_mpu_hears_of_each_switch(void **state)
{
    static const struct coop_platform platform = {.now_ms = coop_virtual_now_ms,
                                                  .idle = coop_virtual_idle,
                                                  .enter = note_entry};
    (void)state;
    entered_n = 0;
    start(&task_0, yield_once, NULL);
    assert_int_equal(coop_run(&platform, &task_0), 0);
    assert_int_equal(entered_n, 3);
    assert_ptr_equal(entered[0], &task_0);
    assert_ptr_equal(entered[1], &task_1);
    assert_ptr_equal(entered[2], &task_0);
}

static int sleep_30(void *arg)
{
    uint32_t before = coop_now_ms();

    coop_sleep_ms(30);
    return arg == NULL ? (int)(coop_now_ms() - before) : 0;
}

static void the_real_clock_runs(void **state)
{
    int slept;

    (void)state;
    start(&task_0, sleep_30, NULL);
    slept = coop_run(&coop_host, &task_0);
    assert_in_range(slept, 30, 2000);
    start(&task_0, wait_for_each_other, NULL);
    assert_int_equal(coop_run(&coop_host, &task_0), COOP_DEADLOCK);
}

/* ---- Virtual time ---- */

static char name_a[] = "a", name_b[] = "b", name_c[] = "c", name_d[] = "d";
static struct coop_event a = {.fire = note_event, .arg = name_a};
static struct coop_event b = {.fire = note_event, .arg = name_b};
static struct coop_event c = {.fire = note_event, .arg = name_c};
static struct coop_event d = {.fire = note_event, .arg = name_d};

static int sleep_among_events(void *arg)
{
    (void)arg;
    coop_virtual_plan(&a, 2000);
    coop_virtual_plan(&b, 1500);
    coop_virtual_plan(&c, 2000);
    coop_virtual_plan(&d, 1700);
    note(coop_virtual_cancel(&d) ? 'y' : 'n');
    note(coop_virtual_cancel(&d) ? 'y' : 'n');
    note(' ');
    coop_sleep_ms(2); /* until 2000: a is fired, then time is over */
    note_event(M);
    coop_virtual_plan(&d, 0); /* late: now, once nothing is ready */
    coop_yield();
    note_event(M);
    coop_sleep_ms(1);
    note_event(M);
    return 0;
}

static void events_come_in_order(void **state)
{
    (void)state;
    assert_int_equal(run_main(sleep_among_events, NULL), 0);
    assert_string_equal(journal, "yn b1500 a2000 M2000 M2000 c2000 d2000 "
                                 "M3000 ");
}

static void signal_it(void *arg)
{
    coop_sem_signal(arg);
}

static int wait_for_event(void *arg)
{
    static struct coop_event wake = {.fire = signal_it, .arg = &sem};

    (void)arg;
    coop_sem_init(&sem, 0);
    coop_virtual_plan(&wake, 123456);
    note(coop_sem_wait(&sem, COOP_FOREVER) ? 'y' : 'n');
    note_event(M);
    coop_sleep_ms(1); /* 0.456 ms are over: the next whole one is 124 */
    note_event(M);
    return 0;
}

static void an_event_wakes_a_task(void **state)
{
    (void)state;
    assert_int_equal(run_main(wait_for_event, NULL), 0);
    assert_string_equal(journal, "yM123456 M124000 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_come_first_served, reset),
        cmocka_unit_test_setup(main_ends_it_all, reset),
        cmocka_unit_test_setup(a_task_ends, reset),
        cmocka_unit_test_setup(units_go_to_the_longest_waiter, reset),
        cmocka_unit_test_setup(a_wait_ends_in_time, reset),
        cmocka_unit_test_setup(the_clock_may_wrap, reset),
        cmocka_unit_test_setup(sleeps_have_a_ceiling, reset),
        cmocka_unit_test_setup(a_deadlock_is_told, reset),
        cmocka_unit_test_setup(endless_time_is_told, reset),
        cmocka_unit_test_setup(endless_turns_are_told, reset),
        cmocka_unit_test_setup(a_full_stack_is_told, reset),
        cmocka_unit_test_setup(peak_is_measured, reset),
        cmocka_unit_test_setup(idle_is_called_while_busy, reset),
        cmocka_unit_test_setup(the_mpu_hears_of_each_switch, reset),
        cmocka_unit_test_setup(the_real_clock_runs, reset),
        cmocka_unit_test_setup(events_come_in_order, reset),
        cmocka_unit_test_setup(an_event_wakes_a_task, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
