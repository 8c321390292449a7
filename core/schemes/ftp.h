/* SPDX-License-Identifier: MIT */
/* What the files of ftp share: stages, and what a URL asks for. */
#ifndef LWURL_SCHEME_FTP_H
#define LWURL_SCHEME_FTP_H

#include "lwurl_ftp.h"
#include "lwurl_handler.h"
#include "text/str.h"

/* The table of their transitions is at the head of ftp.c. */
enum {
    AT_CONNECT,
    AT_GREETING,
    AT_USER,
    AT_PASS,
    AT_CWD,
    AT_TYPE,
    AT_SIZE,
    AT_PASV,
    AT_EPSV,
    AT_DATA,
    AT_START,
    AT_IS_FILE,
    AT_IS_DIRECTORY,
    AT_REASON,
    AT_KIND, /* Content-type */
    AT_LENGTH,
    AT_RESPONSE,
    AT_BODY,
    AT_END
};

/* ----- ftp_command.c */

/* The path of a URL, percent-encoded. */
struct ftp_place {
    struct lwurl_str path; /* without the '/' behind the host */
    struct lwurl_str directory, name;
    char type; /* a, i, d, or 0 for what is none of them */
    struct lwurl_str type_text;
};

/* That of the current URL, which ftp_check() found good. */
void ftp_place(const struct lwurl *u, struct ftp_place *place);

/* All that can be wrong before anything is sent. */
int ftp_check(struct lwurl *u);

/* Writes the command of the stage, always the same bytes. */
void ftp_write_command(const struct lwurl *u, const struct lwurl_ftp *f,
                       struct lwurl_out *out);

/* ----- ftp_body.c */

/* Response fields and body: from REASON on, but END. A turn, or < 0. */
int ftp_head_step(struct lwurl *u, struct lwurl_ftp *f);
int ftp_body_step(struct lwurl *u, struct lwurl_ftp *f);

/* As lwurl_take(). */
int ftp_body_take(struct lwurl *u, struct lwurl_ftp *f, void *dst, size_t n);

#endif
