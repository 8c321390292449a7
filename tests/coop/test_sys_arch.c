/* SPDX-License-Identifier: MIT */
/* lwIP's mailboxes and mutexes on coop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lwip/sys.h"

#include "coop/clock_virtual.h"
#include "coop/coop.h"

#include "journal.h"

static sys_mbox_t mbox;
static char messages[] = "0123456789";

static int fetch_all(void *arg)
{
    void *message;

    (void)arg;
    while (sys_arch_mbox_fetch(&mbox, &message, 100) != SYS_ARCH_TIMEOUT)
        note(*(char *)message);
    note(message == NULL ? '|' : '?');
    return 0;
}

static int overfill(void *arg)
{
    void *message = &message;

    (void)arg;
    note(sys_mbox_new(&mbox, 3) == ERR_OK ? 'k' : '-');
    note(sys_arch_mbox_tryfetch(&mbox, &message) == SYS_MBOX_EMPTY ? 'e' : '-');
    note(message == NULL ? 'n' : '-');
    for (int i = 0; i < 3; i++)
        note(sys_mbox_trypost(&mbox, &messages[i]) == ERR_OK ? 'k' : '-');
    note(sys_mbox_trypost(&mbox, &messages[3]) == ERR_MEM ? 'f' : '-');
    note(sys_mbox_trypost_fromisr(&mbox, &messages[3]) == ERR_MEM ? 'f' : '-');
    start(&task_1, fetch_all, NULL);
    for (int i = 3; i < 10; i++)
        sys_mbox_post(&mbox, &messages[i]); /* waits for room */
    coop_sleep_ms(200);
    sys_mbox_free(&mbox);
    sys_mbox_set_invalid(&mbox);
    note(sys_mbox_valid(&mbox) ? '-' : 'i');
    note(sys_mbox_new(&mbox, SYS_MBOX_SLOTS + 1) == ERR_MEM ? 'm' : '-');
    return 0;
}

static void a_mailbox_fills_and_drains(void **state)
{
    (void)state;
    assert_int_equal(run_main(overfill, NULL), 0);
    assert_string_equal(journal, "kenkkkff0123456789|im");
}

static int post_one(void *message)
{
    sys_mbox_post(&mbox, message);
    note('p');
    return 0;
}

/* What waits to post keeps its place: a later trypost cannot overtake. */
static int overtake(void *arg)
{
    void *message;

    (void)arg;
    sys_mbox_new(&mbox, 1);
    sys_mbox_post(&mbox, &messages[0]);
    start(&task_1, post_one, &messages[1]);
    start(&task_2, post_one, &messages[2]);
    coop_yield();
    for (int i = 0; i < 3; i++) {
        sys_arch_mbox_fetch(&mbox, &message, 0);
        note(*(char *)message);
        if (i == 0)
            note(sys_mbox_trypost(&mbox, &messages[9]) == ERR_OK ? '-' : 'f');
    }
    coop_yield();
    return 0;
}

static void posters_wait_in_line(void **state)
{
    (void)state;
    assert_int_equal(run_main(overtake, NULL), 0);
    assert_string_equal(journal, "0fp1p2");
}

static sys_mutex_t mutex;

static int lock_and_note(void *name)
{
    sys_mutex_lock(&mutex);
    note(*(const char *)name);
    coop_yield();
    note(*(const char *)name);
    sys_mutex_unlock(&mutex);
    return 0;
}

static int contend(void *arg)
{
    sys_mutex_new(&mutex);
    sys_mutex_lock(&mutex);
    start(&task_1, lock_and_note, A);
    start(&task_2, lock_and_note, B);
    coop_yield();
    sys_mutex_unlock(&mutex);
    note('u');
    lock_and_note(arg);
    sys_mutex_free(&mutex);
    sys_mutex_set_invalid(&mutex);
    return sys_mutex_valid(&mutex);
}

static void a_mutex_is_handed_on(void **state)
{
    (void)state;
    assert_int_equal(run_main(contend, M), 0);
    assert_string_equal(journal, "uAABBMM");
}

/* ---- All together, by chance ---- */

/* Three producers and one consumer that sleep and yield as a seed says. */
enum { EACH = 200, PRODUCERS = 3 };
static struct traffic {
    uint32_t random;
    uint32_t next[PRODUCERS];
    uint32_t hash;
    bool wrong;
} traffic;
static uint32_t items[PRODUCERS][EACH];

static uint32_t chance(uint32_t n)
{
    traffic.random = traffic.random * 1664525u + 1013904223u;
    return (traffic.random >> 16) % n;
}

static void dawdle(void)
{
    if (chance(3) == 0)
        coop_sleep_ms(chance(4));
}

static int produce(void *arg)
{
    uint32_t *mine = arg;

    for (int i = 0; i < EACH; i++) {
        dawdle();
        if (chance(2) || sys_mbox_trypost(&mbox, &mine[i]) != ERR_OK)
            sys_mbox_post(&mbox, &mine[i]);
    }
    return 0;
}

static void consume_one(void)
{
    void *message = NULL;
    size_t at, who;

    if (sys_arch_mbox_fetch(&mbox, &message, chance(5)) == SYS_ARCH_TIMEOUT)
        return;
    at = (size_t)((uint32_t *)message - &items[0][0]);
    who = at / EACH;
    if (at % EACH != traffic.next[who]++)
        traffic.wrong = true;
    traffic.hash = (traffic.hash ^ (uint32_t)at ^ coop_now_ms()) * 16777619u;
}

static bool all_came(void)
{
    return traffic.next[0] + traffic.next[1] + traffic.next[2] ==
           EACH * PRODUCERS;
}

static int consume(void *arg)
{
    (void)arg;
    sys_mbox_new(&mbox, 1 + (int)chance(SYS_MBOX_SLOTS));
    start(&task_1, produce, items[0]);
    start(&task_2, produce, items[1]);
    start(&task_3, produce, items[2]);
    while (!all_came() && !traffic.wrong) {
        dawdle();
        consume_one();
    }
    return traffic.wrong;
}

static uint32_t hash_of(uint32_t seed)
{
    memset(&traffic, 0, sizeof traffic);
    traffic.random = seed;
    coop_virtual_reset(0, UINT64_MAX);
    assert_int_equal(run_main(consume, NULL), 0);
    return traffic.hash;
}

static void chance_repeats_itself(void **state)
{
    (void)state;
    assert_int_not_equal(hash_of(1), hash_of(2));
    for (uint32_t seed = 1; seed <= 100; seed++)
        assert_int_equal(hash_of(seed), hash_of(seed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_mailbox_fills_and_drains, reset),
        cmocka_unit_test_setup(posters_wait_in_line, reset),
        cmocka_unit_test_setup(a_mutex_is_handed_on, reset),
        cmocka_unit_test_setup(chance_repeats_itself, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
