/* SPDX-License-Identifier: MIT */
/*
 * port/freertos by itself, on a board: what lwIP asks of a sys_arch, with
 * tasks that preempt each other and an interrupt that we raise.
 *
 * Each test prints "ok NAME", or "FAILED NAME at LINE". No network.
 */
#include "lwip/opt.h"

#include <errno.h>
#include <string.h>

#include "lwip/pbuf.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include "cortexm.h"
#include "os_freertos.h"

#define HELPERS 3
#define LOW     1 /* main's */
#define HIGH    2

static unsigned failed_line;

#define CHECK(good)                           \
    do {                                      \
        if (!(good) && failed_line == 0)      \
            failed_line = (unsigned)__LINE__; \
    } while (0)

/* ---- Helpers: tasks that run one function after the other ---- */

static struct helper {
    struct os_task task;
    void (*run)(void *arg);
    void *arg;
    volatile bool done;
} helpers[HELPERS];
static unsigned char stacks[HELPERS][OS_STACK_N(640)]
    __attribute__((aligned(BOARD_GUARD_N)));

static void help(void *arg)
{
    struct helper *helper = arg;

    for (;;) {
        vTaskSuspend(NULL);
        helper->run(helper->arg);
        helper->done = true;
    }
}

static void start_helpers(void)
{
    for (size_t i = 0; i < HELPERS; i++) {
        helpers[i].task.name = "helper";
        helpers[i].task.lowest = stacks[i];
        helpers[i].task.n = sizeof stacks[i];
        helpers[i].task.priority = HIGH;
        os_task_start(&helpers[i].task, help, &helpers[i]);
    }
}

static TaskHandle_t handle_of(struct helper *helper)
{
    return (TaskHandle_t)&helper->task.task;
}

/* Runs at once where `priority` is above main's. */
static void call(struct helper *helper, unsigned priority,
                 void (*run)(void *arg), void *arg)
{
    helper->run = run;
    helper->arg = arg;
    helper->done = false;
    vTaskPrioritySet(handle_of(helper), priority);
    vTaskResume(handle_of(helper));
}

/* ---- An interrupt of ours ---- */

static void (*volatile interrupt)(void);
static volatile unsigned interrupts;

static void on_interrupt(void)
{
    interrupts++;
    if (interrupt != NULL)
        interrupt();
}

static void raise_interrupt(void (*run)(void))
{
    interrupt = run;
    REG32(0xE000E200) = 1;
    cortexm_barrier();
}

/* Number 0, in a vector table of its own. */
static void start_interrupt(void)
{
    static uint32_t vectors[64] __attribute__((aligned(256)));

    for (size_t i = 0; i < 64; i++)
        vectors[i] = (uint32_t)(uintptr_t)cortexm_fault;
    vectors[11] = (uint32_t)(uintptr_t)os_svc;
    vectors[14] = (uint32_t)(uintptr_t)os_switch;
    vectors[15] = (uint32_t)(uintptr_t)cortexm_tick;
    vectors[16] = (uint32_t)(uintptr_t)on_interrupt;
    SCB_VTOR = (uint32_t)(uintptr_t)vectors;
    cortexm_barrier();
    cortexm_irq_enable(0);
}

/* ---- Mailboxes ---- */

static sys_mbox_t mbox;
static char messages[] = "0123456789";

static void a_mailbox_fills_and_drains(void)
{
    void *message = &message;

    CHECK(sys_mbox_new(&mbox, 3) == ERR_OK && sys_mbox_valid(&mbox));
    CHECK(sys_arch_mbox_tryfetch(&mbox, &message) == SYS_MBOX_EMPTY);
    CHECK(message == NULL);
    for (int i = 0; i < 3; i++)
        CHECK(sys_mbox_trypost(&mbox, &messages[i]) == ERR_OK);
    CHECK(sys_mbox_trypost(&mbox, &messages[3]) == ERR_MEM);
    CHECK(sys_mbox_trypost_fromisr(&mbox, &messages[3]) == ERR_MEM);
    for (int i = 0; i < 2; i++) {
        CHECK(sys_arch_mbox_fetch(&mbox, &message, 0) != SYS_ARCH_TIMEOUT);
        CHECK(message == &messages[i]);
    }
    CHECK(sys_arch_mbox_fetch(&mbox, NULL, 1) != SYS_ARCH_TIMEOUT);
    sys_mbox_free(&mbox);
    CHECK(!sys_mbox_valid(&mbox));
}

#if SYS_STATS
static unsigned errors_counted(void)
{
    return lwip_stats.sys.mbox.err;
}
#else
static unsigned errors_counted(void)
{
    return 0;
}
#endif

static void a_mailbox_too_long_is_an_error(void)
{
    unsigned before = errors_counted();

    sys_mbox_set_invalid(&mbox);
    CHECK(sys_mbox_new(&mbox, SYS_MBOX_SLOTS + 1) == ERR_MEM);
    CHECK(!sys_mbox_valid(&mbox));
    CHECK(errors_counted() == before + SYS_STATS);
}

static void a_fetch_ends_in_time(void)
{
    void *message = &message;
    uint32_t since_ms = sys_now();

    sys_mbox_new(&mbox, 1);
    CHECK(sys_arch_mbox_fetch(&mbox, &message, 20) == SYS_ARCH_TIMEOUT);
    CHECK(message == NULL);
    CHECK(sys_now() - since_ms >= 20);
    sys_mbox_free(&mbox);
}

static void post_all(void *unused)
{
    (void)unused;
    for (int i = 0; i < 10; i++)
        sys_mbox_post(&mbox, &messages[i]); /* waits for room */
}

static void who_posts_waits_for_room(void)
{
    void *message;

    sys_mbox_new(&mbox, 3);
    call(&helpers[0], HIGH, post_all, NULL);
    CHECK(!helpers[0].done);
    for (int i = 0; i < 10; i++) {
        CHECK(sys_arch_mbox_fetch(&mbox, &message, 100) != SYS_ARCH_TIMEOUT);
        CHECK(message == &messages[i]);
    }
    CHECK(helpers[0].done);
    sys_mbox_free(&mbox);
}

static void fetch_one(void *taken)
{
    sys_arch_mbox_fetch(&mbox, taken, 0);
}

static void post_two(void)
{
    CHECK(sys_mbox_trypost_fromisr(&mbox, &messages[0]) == ERR_OK);
    CHECK(sys_mbox_trypost_fromisr(&mbox, &messages[1]) == ERR_MEM);
}

/* And whom it wakes runs before what it interrupted. */
static void an_interrupt_posts(void)
{
    void *message = NULL;

    sys_mbox_new(&mbox, 1);
    call(&helpers[0], HIGH, fetch_one, &message);
    CHECK(!helpers[0].done);
    raise_interrupt(post_two);
    CHECK(helpers[0].done && message == &messages[0]);
    sys_mbox_free(&mbox);
}

/* ---- Semaphores ---- */

static sys_sem_t sem;

static void a_semaphore_counts(void)
{
    uint32_t since_ms;

    CHECK(sys_sem_new(&sem, 1) == ERR_OK && sys_sem_valid(&sem));
    sys_sem_signal(&sem);
    sys_sem_signal(&sem);
    for (int i = 0; i < 3; i++)
        CHECK(sys_arch_sem_wait(&sem, 1) != SYS_ARCH_TIMEOUT);
    since_ms = sys_now();
    CHECK(sys_arch_sem_wait(&sem, 10) == SYS_ARCH_TIMEOUT);
    CHECK(sys_now() - since_ms >= 10);
    sys_sem_free(&sem);
    CHECK(!sys_sem_valid(&sem));
}

static void signal_sem(void)
{
    sys_sem_signal(&sem);
}

static void wait_for_sem(void *unused)
{
    (void)unused;
    CHECK(sys_arch_sem_wait(&sem, 0) != SYS_ARCH_TIMEOUT);
}

static void an_interrupt_signals(void)
{
    sys_sem_new(&sem, 0);
    call(&helpers[0], HIGH, wait_for_sem, NULL);
    CHECK(!helpers[0].done);
    raise_interrupt(signal_sem);
    CHECK(helpers[0].done);
    sys_sem_free(&sem);
}

/* ---- Protection ---- */

static void protection_nests(void)
{
    unsigned before = interrupts;

    SYS_ARCH_DECL_PROTECT(outer);
    SYS_ARCH_DECL_PROTECT(inner);
    SYS_ARCH_PROTECT(outer);
    SYS_ARCH_PROTECT(inner);
    raise_interrupt(NULL);
    CHECK(interrupts == before);
    SYS_ARCH_UNPROTECT(inner);
    cortexm_barrier();
    CHECK(interrupts == before);
    SYS_ARCH_UNPROTECT(outer);
    cortexm_barrier();
    CHECK(interrupts == before + 1);
}

/* lwIP does that where LWIP_TCPIP_CORE_LOCKING is 0. */
static void a_signal_ends_no_protection(void)
{
    unsigned before = interrupts;

    SYS_ARCH_DECL_PROTECT(was);
    sys_sem_new(&sem, 0);
    call(&helpers[0], HIGH, wait_for_sem, NULL);
    SYS_ARCH_PROTECT(was);
    sys_sem_signal(&sem);
    raise_interrupt(NULL);
    CHECK(interrupts == before && !helpers[0].done);
    SYS_ARCH_UNPROTECT(was);
    cortexm_barrier();
    CHECK(interrupts == before + 1 && helpers[0].done);
    sys_sem_free(&sem);
}

static struct pbuf *taken;

static void take_pbuf(void)
{
    taken = pbuf_alloc(PBUF_RAW, 100, PBUF_POOL);
    sys_sem_signal(&sem);
}

/* And leaves interrupts as they were. */
static void an_interrupt_takes_a_pbuf(void)
{
    unsigned before = interrupts;

    sys_sem_new(&sem, 0);
    raise_interrupt(take_pbuf);
    raise_interrupt(NULL);
    CHECK(interrupts == before + 2);
    CHECK(taken != NULL);
    CHECK(sys_arch_sem_wait(&sem, 1) != SYS_ARCH_TIMEOUT);
    if (taken != NULL)
        pbuf_free(taken);
    sys_sem_free(&sem);
}

/* ---- Mutexes ---- */

static sys_mutex_t mutex;
static volatile bool inside;

static void lock_and_leave(void *unused)
{
    (void)unused;
    sys_mutex_lock(&mutex);
    CHECK(!inside);
    sys_mutex_unlock(&mutex);
}

static void a_mutex_lends_its_priority(void)
{
    CHECK(sys_mutex_new(&mutex) == ERR_OK && sys_mutex_valid(&mutex));
    sys_mutex_lock(&mutex);
    inside = true;
    call(&helpers[0], HIGH, lock_and_leave, NULL);
    CHECK(!helpers[0].done);
    CHECK(uxTaskPriorityGet(NULL) == HIGH);
    inside = false;
    sys_mutex_unlock(&mutex);
    CHECK(helpers[0].done);
    CHECK(uxTaskPriorityGet(NULL) == LOW);
    sys_mutex_free(&mutex);
    CHECK(!sys_mutex_valid(&mutex));
}

/* ---- Time and errno ---- */

static void sleep_takes_its_time(void)
{
    uint32_t since_ms = sys_now();
    uint32_t board_since_ms = board_ms();

    sys_msleep(20);
    CHECK(sys_now() - since_ms >= 20);
    CHECK(board_ms() - board_since_ms >= 19);
}

static void set_errno(void *value)
{
    errno = *(int *)value;
    vTaskDelay(2);
    CHECK(errno == *(int *)value);
}

static void each_task_has_its_errno(void)
{
    static int values[HELPERS] = {11, 22, 33};

    errno = 44;
    for (size_t i = 0; i < HELPERS; i++)
        call(&helpers[i], HIGH, set_errno, &values[i]);
    CHECK(errno == 44);
    sys_msleep(10);
    for (size_t i = 0; i < HELPERS; i++)
        CHECK(helpers[i].done);
    CHECK(errno == 44);
}

/* ---- All together, by chance ---- */

enum { EACH = 300 };
static uint32_t items[HELPERS][EACH];
static uint32_t random_state = 1;

static uint32_t chance(uint32_t n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 16) % n;
}

static void produce(void *arg)
{
    uint32_t *mine = arg;

    for (int i = 0; i < EACH; i++) {
        if (chance(8) == 0)
            vTaskDelay(chance(3));
        if (chance(2) != 0 || sys_mbox_trypost(&mbox, &mine[i]) != ERR_OK)
            sys_mbox_post(&mbox, &mine[i]);
    }
}

/* Each producer's come in its order, none twice and none lost. */
static void consume_all(uint32_t next[HELPERS])
{
    void *message = NULL;

    for (int left = HELPERS * EACH; left > 0; left--) {
        if (sys_arch_mbox_fetch(&mbox, &message, 1000) == SYS_ARCH_TIMEOUT)
            break;
        size_t at = (size_t)((uint32_t *)message - &items[0][0]);

        CHECK(at % EACH == next[at / EACH]++);
    }
}

static void nothing_is_lost(void)
{
    for (unsigned slots = 1; slots <= SYS_MBOX_SLOTS; slots++) {
        uint32_t next[HELPERS] = {0};

        sys_mbox_new(&mbox, (int)slots);
        for (size_t i = 0; i < HELPERS; i++)
            call(&helpers[i], chance(2) + LOW, produce, items[i]);
        consume_all(next);
        for (size_t i = 0; i < HELPERS; i++)
            CHECK(next[i] == EACH);
        sys_msleep(1);
        sys_mbox_free(&mbox);
    }
}

/* ---- Faults ---- */

static uint32_t __attribute__((noinline)) recurse(uint32_t n);

/* Recursion is the purpose. */
#pragma GCC diagnostic ignored "-Winfinite-recursion"

static uint32_t recurse(uint32_t n)
{
    volatile uint32_t here = n;

    return recurse(here + 1) + here;
}

static void overflow(void *unused)
{
    (void)unused;
    (void)recurse(0);
}

/* A task that FreeRTOS alone knows. */
static void overflow_plain(void)
{
    static StaticTask_t task;
    static StackType_t stack[200];

    (void)xTaskCreateStatic(overflow, "plain", 200, NULL, HIGH, stack, &task);
}

/* Of a priority at which the kernel may not be called: it notices. */
static void signal_from_above(void)
{
    sys_sem_new(&sem, 0);
    *(volatile uint8_t *)(uintptr_t)NVIC_IPR0 = 0;
    raise_interrupt(signal_sem);
}

/* ---- The list ---- */

static const struct {
    const char *name;
    void (*run)(void);
} tests[] = {
#define TEST(name)  \
    {               \
#name, name \
    }
    TEST(a_mailbox_fills_and_drains),  TEST(a_mailbox_too_long_is_an_error),
    TEST(a_fetch_ends_in_time),        TEST(who_posts_waits_for_room),
    TEST(an_interrupt_posts),          TEST(a_semaphore_counts),
    TEST(an_interrupt_signals),        TEST(protection_nests),
    TEST(a_signal_ends_no_protection), TEST(an_interrupt_takes_a_pbuf),
    TEST(a_mutex_lends_its_priority),  TEST(sleep_takes_its_time),
    TEST(each_task_has_its_errno),     TEST(nothing_is_lost),
};

static int run_test(size_t i)
{
    failed_line = 0;
    tests[i].run();
    console_puts(failed_line == 0 ? "ok " : "FAILED ");
    console_puts(tests[i].name);
    if (failed_line != 0) {
        console_puts(" at ");
        console_u32(failed_line);
    }
    console_puts("\n");
    return failed_line == 0 ? 0 : 1;
}

int app_main(int argc, char *argv[])
{
    int failures = 0;

    start_helpers();
    start_interrupt();
    tcpip_init(NULL, NULL); /* pools */
    if (argc > 1 && strcmp(argv[1], "overflow") == 0)
        call(&helpers[0], HIGH, overflow, NULL);
    if (argc > 1 && strcmp(argv[1], "plain") == 0)
        overflow_plain();
    if (argc > 1 && strcmp(argv[1], "above") == 0)
        signal_from_above();
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        failures += run_test(i);
    return failures;
}
