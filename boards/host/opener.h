/* SPDX-License-Identifier: MIT */
/* What the program can fetch, and with what: the table of handlers. */
#ifndef OPENER_H
#define OPENER_H

#include "lwurl.h"
#include "lwurl_meter.h"

#include "options.h"
#include "tap.h"

extern struct lwurl_opener host_opener;
extern struct tap host_tap;
extern struct lwurl_meter host_meter;

/* Who asked for a password, as the server calls itself. */
struct lwurl_str opener_realm(const struct lwurl *u);

/* Makes the table of what the options ask for. */
void opener_init(const struct options *o);

#endif
