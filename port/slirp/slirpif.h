/* SPDX-License-Identifier: MIT */
/*
 * A network interface over libslirp: lwIP on a PC reaches the PC's network
 * through ordinary sockets, without privileges.
 *
 *     PC                                     lwIP
 *     127.0.0.1, any service     <-  10.0.2.2      fec0::2  -> ::1
 *     the resolver, if open      <-  10.0.2.3
 *                                    10.0.2.15     fec0::15    (lwIP itself)
 *
 * Nothing but the PC's own loopback can be reached, unless `open` is set: to
 * other addresses there is no route.
 *
 * libslirp is worked on in slirpif_idle() alone, on the scheduler's stack:
 * tasks only queue frames, so their stacks tell what lwIP and lwurl need.
 * SIGPIPE is ignored from slirpif_add() on, as libslirp writes to sockets that
 * may be closed. One interface in a program.
 */
#ifndef SLIRPIF_H
#define SLIRPIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwip/netif.h"

#ifdef __cplusplus
extern "C" {
#endif

struct slirpif_options {
    /* Everything that the PC reaches can be reached, and 10.0.2.3 answers DNS
       as the PC's resolver does. */
    bool open;

    /* Sees each Ethernet frame (no preamble, no checksum), sent by lwIP or
       received. In a task or in idle(). May be NULL. */
    void (*tap)(void *ctx, bool sent, const uint8_t *frame, size_t n);
    void *tap_ctx;
};

/* Adds *netif with the addresses above, up; if open, as the default interface
   and with 10.0.2.3 as DNS server. In the tcpip thread (tcpip_init() calls
   back there) or with the core locked. *options must stay. If open, IPv6
   gets its route in the next idle(): sleep for 1 ms before the first connection
   (else its SYN is lost). ERR_OK, or ERR_IF: libslirp does not start. */
err_t slirpif_add(struct netif *netif, const struct slirpif_options *options);

/* A coop platform's idle(), its ctx is not used; also before slirpif_add().
   Waits for the network, for max_ms at most. */
int slirpif_idle(void *ctx, uint32_t max_ms);

#ifdef __cplusplus
}
#endif

#endif
