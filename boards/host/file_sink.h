/* SPDX-License-Identifier: MIT */
/* A file as the sink of a download: it is written beside, as FILE.part, and
   takes its name in one step, when all of it is on the disk. */
#ifndef FILE_SINK_H
#define FILE_SINK_H

#include <stdio.h>

#include "lwurl_sink.h"

/* Private. */
struct file_sink {
    char path[FILENAME_MAX], part[FILENAME_MAX + 8];
    int fd;
};

/* Makes a sink for the file of that name. LWURL_ERR_ROOM: it is too long. */
int file_sink_init(struct file_sink *f, const char *path,
                   struct lwurl_sink *out);

#endif
