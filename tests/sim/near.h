/* SPDX-License-Identifier: MIT */
/* The near side. */
#ifndef TESTS_SIM_NEAR_H
#define TESTS_SIM_NEAR_H

#include "lwurl_port.h"

/* Bytes of stack of each task. */
#define NEAR_STACK_N 49152

extern const struct lwurl_port near_port;

/* The program of the plan, as a task. */
int near_run(void *arg);

#endif
