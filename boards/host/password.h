/* SPDX-License-Identifier: MIT */
#ifndef PASSWORD_H
#define PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

/* Asks on the terminal and does not show what is typed. False: there is no
   terminal, or its input ended. */
bool password_ask(const char *question, char *password, size_t max);

#endif
