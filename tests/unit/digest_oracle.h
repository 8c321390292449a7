/* SPDX-License-Identifier: MIT */
/* What a server does with an answer to a Digest challenge: written for the
   tests, straight from RFC 7616 3.4, and tried on the RFCs' own examples. */
#ifndef DIGEST_ORACLE_H
#define DIGEST_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

/* Who may come in. */
struct oracle_user {
    const char *name, *password;
};

/* The value of a parameter of a field value, without quotes; NULL where it has
   none. Lives until the next call but three. */
const char *oracle_param(const char *field, const char *name);

/* Is the answer in this field value ("Digest username=...") right? Fails the
   test where it is malformed: quotes where none may be, a parameter twice. */
bool oracle_accepts(const char *field, const char *method,
                    const struct oracle_user *user);

#endif
