/* SPDX-License-Identifier: MIT */
/*
 * Tasks for tests. A task only writes into the journal, which is judged when
 * coop_run() is over: cmocka's way out of a test is no way out of a task.
 */
#ifndef TESTS_COOP_JOURNAL_H
#define TESTS_COOP_JOURNAL_H

#include "coop/coop.h"

#define STACK_N 65536

extern struct coop_task task_0, task_1, task_2, task_3;

/* Names to give to tasks, as start() takes no constant. */
extern char A[], B[], C[], M[];

extern char journal[256];
void note(char c);
void note_at(char c);        /* "A50 ": with coop_now_ms() */
void note_event(void *name); /* "a50000 ": with coop_virtual_now_us() */

/* A test's setup: an empty journal, virtual time 0. */
int reset(void **state);

/* One of the four tasks above, on its own stack. */
void start(struct coop_task *task, int (*run)(void *), void *arg);

/* task_0 as the main task, on the virtual clock. */
int run_main(int (*run)(void *), void *arg);

#endif
