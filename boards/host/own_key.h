/* SPDX-License-Identifier: MIT */
/* The certificate that the program shows to servers that ask for one. */
#ifndef OWN_KEY_H
#define OWN_KEY_H

#include <stdbool.h>

#include "lwurl_tls.h"

#include "options.h"

/* Reads --cert and --key; *own is NULL where there is none. 0, or an exit
   status: said what is wrong on stderr. */
int own_key_init(const struct options *o, const struct lwurl_tls_key **own);

/* Did the handshake since the last call of this use it? */
bool own_key_used(void);

#endif
