/* SPDX-License-Identifier: MIT */
/* The program that fetches, and what must hold of each fetch. */
#ifndef TESTS_SIM_APP_H
#define TESTS_SIM_APP_H

/* Makes the fetches of one task of the plan. */
void app_run(unsigned task);

#endif
