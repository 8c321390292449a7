/* SPDX-License-Identifier: MIT */
/* What the configuration of the example says, read from JSON. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct settings {
    char name[32];           /* "name" */
    uint32_t report_every_s; /* "report_every_s", 1 to 86,400 */
};

/* Reads text[0..n). NULL, or what is wrong with it: then *out is not changed,
   so that a device goes on with what it has. Unknown members are left out:
   an older firmware may get a newer configuration. */
const char *settings_read(struct settings *out, const char *text, size_t n);

#endif
