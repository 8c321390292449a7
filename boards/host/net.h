/* SPDX-License-Identifier: MIT */
/* The network of the host program: lwIP over libslirp, in one thread. */
#ifndef NET_H
#define NET_H

#include "lwurl_port.h"

#include "options.h"

/* lwurl's port on it. */
extern const struct lwurl_port net_port;

/* Ethernet frames and their bytes so far. */
struct net_count {
    unsigned long sent_frames, sent_n, received_frames, received_n;
};
extern struct net_count net_count;

/* Runs `run` in a task that has a network as the options want it, and returns
   what it returns, or EXIT_NETWORK. */
int net_run(const struct options *o, int (*run)(void *arg), void *arg);

/* Has the names of --resolve and localhost ready for a URL with this host. */
void net_map_hosts(struct lwurl_str host, unsigned port);

/* Bytes of its stack that this task ever used, those of the C library's
   functions included. */
size_t net_stack_peak(void);

#endif
