/* SPDX-License-Identifier: MIT */
/* Memory of the near lwIP that is not there when it is wanted, as the plan
   says. The linker leads memp_malloc() and mem_malloc() past here. */
#ifndef TESTS_SIM_WANT_H
#define TESTS_SIM_WANT_H

/* Sockets, connections, segments, packets that come, packets without bytes of
   their own, messages to the tcpip thread, DNS questions, and the heap that
   packets to send are in. */
enum want_kind {
    WANT_NETCONN,
    WANT_TCP_PCB,
    WANT_TCP_SEG,
    WANT_PBUF_POOL,
    WANT_PBUF,
    WANT_MSG_INPKT,
    WANT_UDP_PCB,
    WANT_HEAP,
    WANT_KINDS
};

/* While the program fetches. */
void want_begin(void);
void want_end(void);

#endif
