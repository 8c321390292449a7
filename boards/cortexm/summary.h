/* SPDX-License-Identifier: MIT */
/* How a fetch went, and what the program takes, on the console. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "fetch.h"

void summary_fetch(const struct fetch *f);

/* RAM, and the most that each stack ever held. */
void summary_memory(void);

#endif
