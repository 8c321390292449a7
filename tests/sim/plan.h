/* SPDX-License-Identifier: MIT */
/* What a seed stands for: a link, what the server has and how it misbehaves,
   and the fetches of one program. */
#ifndef TESTS_SIM_PLAN_H
#define TESTS_SIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESOURCES_N 6u
#define FETCHES_MAX 4u
#define TASKS_MAX   3u
#define BODY_MAX    20000u
#define HOST_NONE   UINT32_MAX

/* Names and where they lead. */
enum plan_host {
    HOST_A,      /* 10.0.0.1 */
    HOST_B,      /* 10.0.0.2 */
    HOST_FALL,   /* A: nobody; AAAA: the server */
    HOST_CLOSED, /* A: a port that refuses; AAAA: the server */
    HOST_UNKNOWN,
    HOST_SILENT, /* the name server does not answer */
    HOSTS_N
};
extern const char *const host_names[HOSTS_N];

enum plan_framing { BY_LENGTH, BY_CHUNKS, BY_CLOSE };

/* What the server does when it has sent `fault_at` bytes of a response. */
enum plan_fault {
    FAULT_NONE,
    FAULT_RESET,
    FAULT_FIN,   /* closes its side and reads on */
    FAULT_STALL, /* says nothing more */
    FAULT_PAUSE, /* goes on after pause_ms */
    FAULT_SPOIL  /* of TLS: the next byte is another */
};

enum { STATUS_OK, STATUS_REDIRECT, STATUS_MISSING, STATUS_EMPTY, STATUS_INFO };

struct plan_resource {
    uint32_t body_n;
    uint32_t piece_n; /* bytes of a write */
    uint32_t fault_at;
    uint32_t pause_ms;
    uint8_t kind; /* STATUS_ */
    uint8_t framing;
    uint8_t fault;
    uint8_t to, to_host; /* of a redirect */
    bool to_secure;      /* and its scheme */
    bool relative;       /* its Location */
    bool fault_once;     /* the next request is answered well */
    bool wants_password;
    bool closes;      /* says Connection: close */
    bool just_closes; /* closes after the response, unsaid */
    bool early;       /* answers before the request's body is here */
};

struct plan_fetch {
    uint32_t deadline_ms, idle_ms;
    uint32_t work_n;
    uint32_t read_max;
    uint32_t post_n;
    uint32_t pause_ms;  /* of the program, between two reads, now and then */
    uint32_t cancel_at; /* steps; 0: never */
    uint8_t host, resource;
    bool secure; /* https */
    bool skip;   /* only when a plan is shrunk */
    bool login;
    bool stepwise;
    bool ends;         /* lwurl_end, not lwurl_close */
    bool leaves_early; /* does not read it all */
    uint32_t before_ms;
};

/* What one TLS connection comes to, and the memory of the near side. */
struct plan_tls {
    uint32_t fault_at; /* bytes that the server sent, handshake included */
    uint32_t pause_ms;
    uint16_t record_n; /* LWURL_TLS_RECORD_ */
    uint8_t fault;
    uint8_t fault_conn; /* which connection, from 0 */
    uint8_t spoiled_by;
    bool known_key; /* else a chain is checked */
    bool resumes, server_resumes;
    bool no_entropy;
    bool quiet_end; /* no close_notify after a body of known length */
};

struct plan_link {
    uint32_t delay_us, jitter_us;
    uint32_t lost, doubled, broken; /* of 1000 */
};

/* Allocations of the near lwIP that fail: of one kind, `n` from the
   `from`-th on. */
struct plan_want {
    uint32_t from, n; /* 0: none */
    uint8_t kind;     /* of memory; see want.h */
};

struct plan {
    uint64_t start_us;
    struct plan_link link[2]; /* near to far, far to near */
    struct plan_resource resources[RESOURCES_N];
    struct plan_fetch fetches[FETCHES_MAX];
    unsigned fetches_n;
    unsigned tasks_n; /* fetch i is made by task i % tasks_n */
    struct plan_tls tls;
    struct plan_want want;
};

extern struct plan plan;

/* With TLS: most fetches are https. */
void plan_make(uint64_t seed, bool with_tls);

/* Nothing goes wrong here, and the program reads without pauses: the fetch must
   succeed. (A reader slower than the server's patience can end any connection;
   so can many small segments out of order, see FULL_SEGMENT, and those that
   another task leaves unread in the pool.) */
bool plan_is_clean(const struct plan_fetch *fetch);

/* Byte i of the body of a resource; of its 401 body with RESOURCES_N added. */
uint8_t plan_byte(uint32_t resource, uint32_t i);
#define PLAN_REFUSAL_N 57u

/* Byte i of what fetch f sends. */
uint8_t plan_post_byte(uint32_t f, uint32_t i);

#endif
