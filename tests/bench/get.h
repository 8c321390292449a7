/* SPDX-License-Identifier: MIT */
/* What is got, and a way of getting it that wants lwIP's headers. */
#ifndef GET_H
#define GET_H

#include <stdbool.h>
#include <stddef.h>

extern struct get {
    const char *path;
    size_t body_n;
    unsigned port, times;
} get;

/* True: the whole body came. */
bool get_http_client(void);

#endif
