/* SPDX-License-Identifier: MIT */
/* Two lwIPs in one program on a virtual clock: the near one is counted, the
   far one is a server on 10.0.0.1, port 80 and (TLS) 443. It is linked apart,
   and only peer_*() are seen of it. */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_BODY_N 524288u /* of each answer */
#define WIRE_MTU    1500u

/* A packet, on its way: from the far side or to it. */
void wire_from_peer(const uint8_t *packet, size_t n);
void peer_input(const uint8_t *packet, size_t n);
void peer_start(void);

#endif
