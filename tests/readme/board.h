/* SPDX-License-Identifier: MIT */
/* What the README's example takes from its reader's board. */
#ifndef README_BOARD_H
#define README_BOARD_H

#include "lwurl_port.h"

extern const struct lwurl_entropy board_entropy;
extern const struct lwurl_clock board_clock;

int apply_config(const unsigned char *text, size_t n);

#endif
