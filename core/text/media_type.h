/* SPDX-License-Identifier: MIT */
/* Media types in data: URLs, read and written as browsers do (WHATWG MIME
   Sniffing 4.4 and 4.5). */
#ifndef LWURL_MEDIA_TYPE_H
#define LWURL_MEDIA_TYPE_H

#include "text/sink.h"

/* Writes "type/subtype" and ";name=value ..." as they are meant: lower case
   where case means nothing, quotes where they are needed, each parameter once,
   broken ones not. Bytes that no URL has are taken and written as their
   escapes; TAB, CR and LF must not be there. False, and nothing written: the
   essence is none. `params` begins with ';' or is empty. */
bool media_type_write(struct lwurl_str essence, struct lwurl_str params,
                      struct sink *s);

#endif
