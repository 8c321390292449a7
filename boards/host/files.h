/* SPDX-License-Identifier: MIT */
/* The files of this PC, for file: URLs. */
#ifndef FILES_H
#define FILES_H

#include "lwurl_file.h"

extern const struct lwurl_files host_files;

#endif
