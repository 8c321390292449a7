/* SPDX-License-Identifier: MIT */
/* Arguments of the examples. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdint.h>

/* -s STORAGE  -u USER:PASSWORD  -n TIMES  -p SECONDS  URL */
struct arguments {
    const char *letters; /* of the options that the program has */
    const char *usage;
    const char *url;
    const char *storage; /* file in place of flash */
    const char *user, *password;
    uint32_t times;    /* after which the program ends; 0: never */
    uint32_t period_s; /* between two times */
};

/* Cuts the texts of argv. 0, or -1: prints how it is used. */
int arguments_read(struct arguments *out, int argc, char *argv[]);

#endif
