/* SPDX-License-Identifier: MIT */
/* A connection to the far side: what came, and what is to be answered. */
#ifndef TESTS_SIM_CONN_H
#define TESTS_SIM_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/tcp.h"

#include "coop/clock_virtual.h"

#define CONNS_MAX 32
#define WIRE_MAX  65536u

struct conn {
    struct tcp_pcb *pcb; /* NULL: free */
    struct coop_event resume;
    uint32_t request_n, post_n, post_at;
    uint32_t wire_n, sent;
    uint32_t fetch;    /* that a request belongs to */
    uint32_t secure_n; /* bytes of TLS sent */
    uint8_t resource;
    bool answering;
    bool paused;
    bool fault_done;
    bool over;    /* what comes is thrown away */
    bool closing; /* close_notify is said */
    bool secure;  /* TLS is spoken */
    bool tls_faulty;
    char *wire; /* the answer */
    char request[2048];
};

#endif
