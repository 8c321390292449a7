/* SPDX-License-Identifier: MIT */
/* TLS sessions of the program: resumed by default, kept in a file if wanted. */
#ifndef SESSIONS_H
#define SESSIONS_H

#include "lwurl_tls.h"

#include "options.h"

extern struct lwurl_tls_sessions host_sessions;

/* Reads and writes the file of --ssl-sessions, if there is one. 0, or an exit
   status: said what is wrong on stderr. */
int sessions_read(const struct options *o);
int sessions_write(const struct options *o);

#endif
