/* SPDX-License-Identifier: MIT */
/* --retrieve: a file that appears only when all of it is right, and a download
   that the next call goes on with. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include "lwurl_resume.h"
#include "lwurl_retrieve.h"
#include "lwurl_verify.h"

#include "options.h"

/* For the table of the opener. */
extern struct lwurl_resume host_resume;
extern struct lwurl_verify host_verify;

/* What --retrieve and --sha256 say. 0, or an exit status: said on stderr. */
int download_init(const struct options *o);

/* What is to be retrieved into the file, with FILE.part and FILE.journal
   beside it; NULL: it cannot be, which was said on stderr. */
const struct lwurl_retrieval *download_begin(
    const struct lwurl_request *request, const char *path);

/* It is over; the journal stays when it may be of use. */
void download_end(void);

#endif
