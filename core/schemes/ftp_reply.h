/* SPDX-License-Identifier: MIT */
/* Replies of ftp (RFC 959 4.2), without I/O. */
#ifndef LWURL_FTP_REPLY_H
#define LWURL_FTP_REPLY_H

#include "text/str.h"

/* Between two looks at a reply; all zero between replies. */
struct ftp_reply {
    uint16_t code; /* of its first line; 0: that is yet to come */
    uint8_t line;  /* what the line is whose beginning was dropped, or 0 */
};

/*
 * Reads on in a reply, from its window. > 0: its code, *text is what its last
 * line says. 0: more bytes, please. < 0: it is none, LWURL_ERR_FTP_REPLY.
 * *used bytes are to be taken off the window in either case; *text is in them.
 * `full`: the window has no room for more bytes; of a line that is longer, the
 * end is kept, since that is where the numbers are.
 */
int ftp_reply_read(struct ftp_reply *reply, struct lwurl_str window, bool full,
                   size_t *used, struct lwurl_str *text);

/* The port in the text of a 227 (h1,h2,h3,h4,p1,p2; the address is ignored) or
   of a 229 (|||port|, RFC 2428 3); 0: there is none. */
uint16_t ftp_reply_pasv(struct lwurl_str text);
uint16_t ftp_reply_epsv(struct lwurl_str text);

/* The length in the text of a 150, "... (123 bytes)". */
bool ftp_reply_size(struct lwurl_str text, uint64_t *size);

#endif
