/* SPDX-License-Identifier: MIT */
/* Exit statuses. Where curl has one for it, it is that number. */
#ifndef EXITS_H
#define EXITS_H

#include <stdio.h>

enum {
    EXIT_USAGE = 2,
    EXIT_CONNECTION = 7,
    EXIT_RESPONSE = 8,
    EXIT_HTTP = 22,
    EXIT_WRITE = 23,
    EXIT_READ = 26,
    EXIT_TLS = 35,
    EXIT_NETWORK = 45,
    EXIT_OWN_KEY = 58,
    EXIT_CERTIFICATE = 60,
    EXIT_SIZE = 63,
    EXIT_ANCHORS = 77
};

/* The status for an LWURL_ERR_*. */
int exits_of(int err);

/* Prints a line for each status. */
void exits_help(FILE *to);

#endif
