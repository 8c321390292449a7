/* SPDX-License-Identifier: MIT */
/* The far side inside the same lwIP: servers on 127.0.0.1 that misbehave, each
   a task, and a DNS server that follows a script. */
#ifndef PORT_TEST_PEERS_H
#define PORT_TEST_PEERS_H

#include <stdbool.h>
#include <stdint.h>

/* One connection after another, each ended by the server as said. */
enum {
    PORT_ECHO = 7,  /* sends back until the end of file */
    PORT_HOLD,      /* reads nothing before peers.release, then all */
    PORT_STALL,     /* sends "stall", then as PORT_HOLD */
    PORT_RESET,     /* reads one byte of several, answers "last words" and
                       closes: a reset */
    PORT_HALF,      /* sends "hello" and a FIN, then reads all */
    PORT_SOURCE,    /* sends PATTERN_N bytes of pattern() */
    PORT_DRIP,      /* sends "drip" in four segments, 5 ms apart */
    PORT_DNS = 5353 /* UDP; see peers.c for the names */
};

struct peers {
    volatile bool
        release; /* PORT_HOLD, _STALL go on; back to false by itself */
    volatile bool release_dns; /* "late.test" is answered */
    volatile bool silent;      /* the DNS server answers nothing */
    volatile uint32_t got_n;   /* what PORT_HOLD or PORT_HALF read */
    volatile uint64_t got_hash;
    volatile int got_error;   /* and how that ended: 0, or errno */
    volatile unsigned served; /* connections ended */
    volatile unsigned asked;  /* questions seen by the DNS server */
};

extern struct peers peers;

/* Starts all tasks; they listen when the caller has waited once. */
void peers_start(void);

#endif
