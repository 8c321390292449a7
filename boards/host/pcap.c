/* SPDX-License-Identifier: MIT */
/* The pcap format in the byte order of this machine: readers tell by the first
   number, which also says that times are in nanoseconds. */
#include "pcap.h"

#include <time.h>

#define MAGIC_NS          0xa1b23c4du
#define SNAP_MAX          65535u
#define LINKTYPE_ETHERNET 1u

void pcap_begin(FILE *to)
{
    const uint16_t version[2] = {2, 4};
    const uint32_t rest[4] = {0, 0, SNAP_MAX, LINKTYPE_ETHERNET};
    const uint32_t magic = MAGIC_NS;

    fwrite(&magic, sizeof magic, 1, to);
    fwrite(version, sizeof version, 1, to);
    fwrite(rest, sizeof rest, 1, to);
}

void pcap_frame(FILE *to, const uint8_t *frame, size_t n)
{
    struct timespec now;
    uint32_t head[4];

    clock_gettime(CLOCK_REALTIME, &now);
    head[0] = (uint32_t)now.tv_sec;
    head[1] = (uint32_t)now.tv_nsec;
    head[2] = head[3] = (uint32_t)n;
    fwrite(head, sizeof head, 1, to);
    fwrite(frame, n, 1, to);
}
