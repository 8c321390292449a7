/* SPDX-License-Identifier: MIT */
/*
 * A port without a network, for tests: servers that follow a script, a clock
 * that moves when somebody waits, and a record of all that was done.
 *
 * What lwurl may rely on is what lwurl_port.h says, and what it must keep to is
 * checked at every call: a breach fails the running test. A wait that nothing
 * can end fails it, too.
 */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include <stdbool.h>
#include <string.h>

#include "lwurl.h"
#include "lwurl_port.h"

#define FAKE_CONNS 8
#define FAKE_SAYS  16
#define FAKE_SENDS 64
#define FAKE_HEADS 16
#define FAKE_NEVER UINT32_MAX

/* A text with its length; it may hold NUL bytes. */
#define TEXT(text) (text), (sizeof(text) - 1)

/* Something that a server says: SAY(text, heads). */
struct fake_say {
    const char *p;
    size_t n;
    unsigned heads;    /* after so many heads of requests have arrived */
    size_t after;      /* and so many bytes behind the last of these */
    uint32_t delay_ms; /* and so long after that */
};

#define SAY(text, heads_) .p = (text), .n = sizeof(text) - 1, .heads = (heads_)

/* A server: one serves one connection. */
struct fake_peer {
    struct fake_say says[FAKE_SAYS];
    bool lines;         /* each line counts as a head */
    size_t piece;       /* most bytes of one recv(), then a wait; 0: any */
    size_t split;       /* offset at which one recv() ends, then a wait */
    size_t cut;         /* 1 + bytes after which `end` follows; 0: all */
    int end;            /* after the last byte: 0 silence, else of recv() */
    unsigned end_heads; /* but not before so many heads arrived */
    uint32_t end_ms;    /* and so long after that */
    size_t take;        /* most bytes of one send(), then a wait; 0: any */
    size_t room;        /* bytes after which `send_end` follows; 0: endless */
    int send_end;       /* 0: no more room, ever; else the error of send() */
    int refuse;         /* result of connect(), when negative */
    int fail;           /* result of connected(), when negative */
    uint32_t waits;     /* before connected(); FAKE_NEVER */
};

/* The answers of resolve(), by attempt. */
struct fake_name {
    int result;     /* 0: the address; else the error */
    uint32_t waits; /* before it */
};

struct fake_conn {
    const struct fake_peer *peer;
    struct lwurl_addr to;
    size_t said;  /* bytes given to recv() */
    bool dry;     /* recv() has nothing before the next wait */
    bool stuffed; /* send() has no room before the next wait */
    bool ended;   /* recv() has told of the end */
    bool open, aborted;
    uint32_t waits;
    unsigned heads, head_state;
    size_t head_ends[FAKE_HEADS]; /* offset behind each head, from the first */
    uint32_t heard_ms;            /* when the last request byte came */
    char *sent;
    size_t sent_n, sent_max;
    size_t sends[FAKE_SENDS]; /* bytes of each send */
    unsigned sends_n;
};

struct fake {
    struct lwurl_port port;
    uint32_t now;
    bool down; /* no network */
    struct fake_name names[2];
    const struct fake_peer *peers; /* of the 1st, 2nd ... connection */
    size_t peers_n;
    struct fake_conn conns[FAKE_CONNS];
    size_t conns_n;

    unsigned fail_at; /* call number that fails; 0: none */
    int fail_with;

    unsigned calls;    /* of functions that may fail */
    unsigned moves;    /* times that anything went on */
    unsigned waits;    /* calls of wait() */
    unsigned resolves; /* names that were looked up to the end */
    unsigned wakes;
    char name[128]; /* that was looked up last */
    unsigned attempt;
    bool resolving;
    uint32_t resolve_waits;
    unsigned cancels;
    void (*during_wait)(struct fake *f); /* NULL, or what happens meanwhile */
    void *aux;                           /* for it */
};

/* Starts anew with these servers. Frees what the last use left. */
void fake_begin(struct fake *f, const struct fake_peer *peers, size_t n);

/* Frees, and fails the test when a connection or a name was left open. */
void fake_end(struct fake *f);

/* Connections that are open now. */
unsigned fake_open(const struct fake *f);

/* n bytes that end where memory ends: the byte behind faults. They stay until
   the next call with the same `which` (0 to 3). */
void *guarded(unsigned which, size_t n);

#endif
