/* SPDX-License-Identifier: MIT */
/* One fetch: from its URL to the output. In the task that has the network. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "options.h"
#include "report.h"

/* Fetches the nth URL of the options. The report says how it went. */
void transfer_run(const struct options *o, size_t nth, struct report *report);

/* Closes a connection that was kept for the next URL. */
void transfer_end(void);

#endif
