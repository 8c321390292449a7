/* SPDX-License-Identifier: MIT */
/* What stands around deflated bytes: gzip's frame (RFC 1952) and zlib's (RFC
   1950), read byte by byte. The members of struct lwurl_gzip that are of it say
   which one, and where in it. */
#ifndef LWURL_GZIP_FRAME_H
#define LWURL_GZIP_FRAME_H

#include "lwurl_gzip.h"

enum { FRAME_RAW, FRAME_ZLIB, FRAME_GZIP }; /* struct lwurl_gzip.frame */

/* What a byte did. */
enum frame_event { FRAME_BROKEN, FRAME_MORE, FRAME_DONE };

/* First byte of a member of gzip. */
#define FRAME_MAGIC 0x1f

/* The head of a member of gzip comes, of any length. */
void frame_begin_gzip(struct lwurl_gzip *g);
enum frame_event frame_head(struct lwurl_gzip *g, unsigned char c);

/* Do two bytes open a frame of zlib? No deflated bytes without one do: they
   would be a stored block with padding that is not 0. */
bool frame_is_zlib(const unsigned char p[2]);

/* Takes these: false where it needs a dictionary, or a window that deflate does
   not have. Else *window is how much of one the sender may use. */
bool frame_begin_zlib(struct lwurl_gzip *g, const unsigned char p[2],
                      size_t *window);

/* The end of the frame: it agrees with .check and .size of what was inflated.
 */
enum frame_event frame_tail(struct lwurl_gzip *g, unsigned char c);

#endif
