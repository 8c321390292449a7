/* SPDX-License-Identifier: MIT */
/* The name server of the plan. */
#ifndef TESTS_SIM_NAMES_H
#define TESTS_SIM_NAMES_H

void names_start(void);

#endif
