/* SPDX-License-Identifier: MIT */
/* -F: a form and its files as the body of a request, made while it is sent. */
#ifndef FORM_H
#define FORM_H

#include "lwurl_handler.h"
#include "lwurl_multipart.h"

#include "options.h"

/* Reads what -F says, and opens its files. 0, or an exit status: said what is
   wrong on stderr. Does nothing where there is no -F. */
int form_init(const struct options *o);

/* Sets the request's body: its type, length and flags. */
void form_describe(struct lwurl_request *request);

/* At the turn SEND of a request that was described so: as lwurl_send(). */
int form_send(struct lwurl *u);

#endif
