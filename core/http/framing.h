/* SPDX-License-Identifier: MIT */
/* What a response head says of its body and its connection (RFC 9112 6, 9). */
#ifndef LWURL_FRAMING_H
#define LWURL_FRAMING_H

#include "http/engine.h"

/* Could a field be of use to framing_field()? The reason, Connection,
   Content-Length and Transfer-Encoding are, most others have names of other
   lengths. */
static inline bool framing_may_be(struct lwurl_str name)
{
    const uint32_t lengths = 1u | 1u << 10 | 1u << 14 | 1u << 17;

    return name.n < 18 && ((lengths >> name.n) & 1u) != 0;
}

/* Takes in the piece of a field that is at hand. LWURL_OK, or what is wrong
   with it. */
int framing_field(struct lwurl *u);

/* The head is complete: the state that its body is read in. */
void framing_end(struct lwurl *u);

#endif
