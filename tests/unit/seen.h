/* SPDX-License-Identifier: MIT */
/* The requests that fake servers were sent, one by one. */
#ifndef SEEN_H
#define SEEN_H

#include "fake_port.h"

/* A request without body, and one of its fields: "" where it has none. */
struct seen {
    char method[16], target[256], field[1024];
};

/* How many came, on all connections. */
unsigned seen_n(const struct fake *f);

/* The n-th of them, from 0, with its field `name`, which is there once at the
   most. */
struct seen seen_request(const struct fake *f, unsigned n, const char *name);

/* How often a text was sent, on all connections. */
unsigned seen_count(const struct fake *f, const char *text);

#endif
