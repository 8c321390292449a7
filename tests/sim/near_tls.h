/* SPDX-License-Identifier: MIT */
/* https on the near side: a slot and a record buffer for each task. */
#ifndef TESTS_SIM_NEAR_TLS_H
#define TESTS_SIM_NEAR_TLS_H

#include <stdio.h>

#include "lwurl_tls.h"

/* Before world_keep(). */
void near_tls_prepare(void);

/* As the plan says. */
void near_tls_start(void);

/* Lines of a key log go here; NULL: nowhere. */
void near_tls_log(FILE *to);

/* For LWURL_HTTPS(). */
const struct lwurl_tls *near_tls(unsigned task);

/* Slots that belong to a fetch. */
unsigned near_tls_held(void);

#endif
