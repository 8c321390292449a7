/* SPDX-License-Identifier: MIT */
/*
 * The board's tasks on FreeRTOS: start, tick, sleep, guards, errno.
 *
 * The kernel starts on interrupts' stack and throws away what is on it; it
 * finds its end in the vectors, where NULL points to, so the MPU is switched
 * on by the main task.
 */
#include "os_freertos.h"

#include <errno.h>

#include "lwip/sys.h"

/* Of a task that is preempted: its registers, the kernel's frames. */
#define SWITCH_N 224

#define MAIN_PRIORITY 1

/* Of each task: where its errno is. */
#define ERRNO_INDEX 0

#define IDLE_STACK_N (configMINIMAL_STACK_SIZE * sizeof(StackType_t))

/* At the start of RAM: see mpu.c. */
static unsigned char main_stack[OS_STACK_N(BOARD_MAIN_STACK + SWITCH_N)]
    __attribute__((section(".stack.main"), aligned(BOARD_GUARD_N)));
static struct os_task main_task = {
    .name = "main",
    .lowest = main_stack,
    .n = sizeof main_stack,
    .priority = MAIN_PRIORITY,
};

static unsigned char idle_stack[IDLE_STACK_N]
    __attribute__((aligned(BOARD_GUARD_N)));
static struct os_task idle_task = {
    .name = "idle",
    .lowest = idle_stack,
    .n = sizeof idle_stack,
};

static struct os_task *tasks; /* in order of start */
static const void *running;   /* the lowest byte of its stack */

/* ---- Tasks ---- */

static void add(struct os_task *task)
{
    struct os_task **link = &tasks;

    task->next = NULL;
    taskENTER_CRITICAL();
    while (*link != NULL)
        link = &(*link)->next;
    *link = task;
    taskEXIT_CRITICAL();
}

/* It does not run before it has its errno. */
void os_task_start(struct os_task *task, void (*run)(void *arg), void *arg)
{
    StackType_t *stack = (StackType_t *)(void *)task->lowest;
    TaskHandle_t handle;

    add(task);
    vTaskSuspendAll();
    handle =
        xTaskCreateStatic(run, task->name, (uint32_t)(task->n / sizeof *stack),
                          arg, task->priority, stack, &task->task);
    vTaskSetThreadLocalStoragePointer(handle, ERRNO_INDEX, &task->error);
    (void)xTaskResumeAll();
}

static void run_main(void *line)
{
    os_switched_in(main_stack);
    cortexm_mpu_init();
    board_main(line);
}

void os_run(char *line)
{
    os_task_start(&main_task, run_main, line);
    vTaskStartScheduler();
    board_die("no scheduler");
}

/* newlib's errno, without its reentrancy structure of 96 bytes. */
int *__errno(void)
{
    static int of_others;
    int *own = NULL;

    if (xTaskGetCurrentTaskHandle() != NULL)
        own = pvTaskGetThreadLocalStoragePointer(NULL, ERRNO_INDEX);
    return own != NULL ? own : &of_others;
}

/* ---- What the kernel calls ---- */

void xPortSysTickHandler(void);

void os_tick(void)
{
    if (xTaskGetSchedulerState() != taskSCHEDULER_NOT_STARTED)
        xPortSysTickHandler();
}

void os_switched_in(const void *stack)
{
    uintptr_t lowest = (uintptr_t)stack + BOARD_GUARD_N - 1;

    running = stack;
    cortexm_guard((const void *)(lowest / BOARD_GUARD_N * BOARD_GUARD_N));
}

void vApplicationIdleHook(void);
void vApplicationIdleHook(void)
{
    __asm__ volatile("dsb\n\twfi" ::: "memory");
}

void vApplicationStackOverflowHook(TaskHandle_t task, char *name);
void vApplicationStackOverflowHook(TaskHandle_t task, char *name)
{
    (void)task;
    console_puts("\nin task ");
    console_puts(name);
    board_die("a task's stack is full to its last words");
}

void vApplicationGetIdleTaskMemory(StaticTask_t **task, StackType_t **stack,
                                   uint32_t *words);
void vApplicationGetIdleTaskMemory(StaticTask_t **task, StackType_t **stack,
                                   uint32_t *words)
{
    add(&idle_task);
    *task = &idle_task.task;
    *stack = (StackType_t *)(void *)idle_stack;
    *words = sizeof idle_stack / sizeof **stack;
}

/* ---- Stacks ---- */

static void describe(struct board_stack *out, const char *name,
                     const void *lowest, size_t n)
{
    out->name = name;
    out->lowest = lowest;
    out->n = n;
}

static bool find_stack(unsigned i, struct board_stack *out)
{
    const struct os_task *task = tasks;
    const struct sys_thread *tcpip = sys_tcpip_thread();

    for (; task != NULL && i > 0; i--)
        task = task->next;
    if (task != NULL)
        describe(out, task->name, task->lowest, task->n);
    else if (i == 0 && tcpip->handle != NULL)
        describe(out, tcpip->name, tcpip->stack, tcpip->stack_n);
    else
        return false;
    return true;
}

bool os_stack(unsigned i, struct board_stack *out)
{
    if (!find_stack(i, out))
        return false;
    out->used_n = board_peak(out->lowest, out->n);
    return true;
}

/* In a fault. A task that is not known has a name, too. */
bool os_stack_running(struct board_stack *out)
{
    if (running == NULL)
        return false;
    for (unsigned i = 0; find_stack(i, out); i++)
        if (out->lowest == running)
            return true;
    describe(out, pcTaskGetName(NULL), running, BOARD_GUARD_N);
    return true;
}
