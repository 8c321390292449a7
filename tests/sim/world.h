/* SPDX-License-Identifier: MIT */
/* All that the program remembers from one seed to the next: its static
   objects, those of both lwIPs too. Kept before the first seed, put back before
   each; so thousands of seeds run in one process, and each finds what it would
   find alone. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include <stddef.h>

/* A large buffer, of which a seed reads only what it wrote itself. Eight at
   most, before world_keep(); address and n are whole words. */
void world_leave_out(void *p, size_t n);

void world_keep(void);
void world_restore(void);

#endif
