/* SPDX-License-Identifier: MIT */
/* The media type that a file's name suggests. */
#ifndef LWURL_MIME_H
#define LWURL_MIME_H

#include "text/str.h"

/* Bytes of the longest type, and some. */
#define MIME_MAX 32

/* Writes the type of the file that a path, still percent-encoded, ends with,
   as Python's mimetypes knows it without the system's files; returns its
   length. 0: there is no extension, or nobody knows it. */
size_t mime_guess(struct lwurl_str path, char type[MIME_MAX]);

#endif
