/* SPDX-License-Identifier: MIT */
/* The far lwIP's timers, on the virtual clock. */
#ifndef TESTS_SIM_TIMERS_H
#define TESTS_SIM_TIMERS_H

/* After everything that may have set one. */
void timers_plan(void);

#endif
