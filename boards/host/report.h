/* SPDX-License-Identifier: MIT */
/* What can be told about a fetch: messages, -w, --summary. */
#ifndef REPORT_H
#define REPORT_H

#include "lwurl.h"
#include "lwurl_meter.h"

#include "options.h"

/* Plain data. Times in microseconds since the beginning, 0 for what did not
   happen. Texts never hold a password. */
struct report {
    int exit_code;
    struct lwurl_error error; /* where lwurl failed */
    char url[LWURL_URL_MAX + 16];
    char content_type[128];
    char peer[64]; /* address */
    const char *scheme;
    const char *method;
    const char *output;  /* NULL: standard output */
    const char *version; /* of HTTP */
    const char *message; /* of the error, or "" */
    uint64_t peer_port;
    uint64_t status;
    uint64_t headers;
    uint64_t connects;
    uint64_t redirects;
    uint64_t received, sent;          /* bytes of the bodies */
    uint64_t head_received;           /* bytes of heads */
    uint64_t request_n;               /* of heads and bodies sent */
    struct lwurl_meter_count cost[2]; /* sent, received */
    uint64_t speed;                   /* bytes received each second */
    uint64_t verified;                /* 0: certificate accepted, as in curl */
    uint64_t exit;
    size_t stack_n; /* most that the task's stack held so far */
    int64_t named, connected, secured, ready, answered, ended;
    uint64_t wire_sent_n, wire_sent_frames; /* Ethernet */
    uint64_t wire_received_n, wire_received_frames;
};

/* A fetch begins. */
void report_begin(struct report *r, const char *output);

/* It is over; u is not closed yet. */
void report_end(struct report *r, const struct lwurl *u);

/* Behind that: a cache answered instead of the fetch, or was to. `err` of it,
   and the bytes that came of the body. */
void report_kept(struct report *r, const char *url, int err, uint64_t got);

/* What went wrong, if anything did, in one line on stderr. */
void report_message(const struct report *r);

/* Phases, bytes, TLS, memory, stack, on stderr. */
void report_summary(const struct report *r, const struct options *o);

/* -w: prints the format with its %{variables}. */
void report_write_out(const struct report *r, const char *format, FILE *to);

#endif
