/* SPDX-License-Identifier: MIT */
/*
 * A port with one server behind it that has a file of two versions, and serves
 * ranges of it as it is told to, well or badly. Its answers depend on what it
 * is asked, which the scripts of fake_port.h cannot.
 */
#ifndef RANGE_SERVER_H
#define RANGE_SERVER_H

#include <stdbool.h>

#include "lwurl.h"
#include "lwurl_port.h"

enum { SERVER_REQUESTS = 512 };

/* How it behaves; zero is a server that keeps to RFC 9110. */
struct manner {
    bool no_ranges;      /* always 200 */
    bool no_if_range;    /* 206 for any If-Range */
    bool no_validator;   /* neither ETag nor Last-Modified */
    bool weak;           /* a weak ETag */
    bool dated;          /* Last-Modified, a day old, instead of ETag */
    bool young;          /* the same, but as old as its Date */
    bool silent;         /* no validator in a 206 */
    bool chunked;        /* no Content-Length */
    bool coded;          /* Content-Encoding: x */
    bool multipart;      /* multipart/byteranges */
    bool moves;          /* redirects to a URL of the version, and gives both
                            versions one ETag */
    bool always_206;     /* a 206, asked for or not */
    bool always_416;     /* a 416 for every Range */
    bool only_416;       /* a 416 for everything */
    bool no_date;        /* no Date */
    const char *fields;  /* more of them in a 200 and a 206; NULL: none */
    bool no_range_field; /* a 206 without Content-Range */
    bool star;           /* "/ *" for the length */
    int first_off;       /* added to the first byte's number */
    int last_off;        /* to the last one's */
    int total_off;       /* to the length */
    int body_off;        /* bytes that the body begins too late */
    int body_less;       /* bytes that the body of a 206 is too short */
    unsigned part_max;   /* sends no more than so many bytes of a range */
};

struct range_server {
    struct lwurl_port port;
    struct manner manner;
    unsigned version;      /* of the file: 1 or 2 */
    uint64_t size;         /* its bytes */
    unsigned change_at;    /* the version changes before this request; 0: no */
    unsigned drops;        /* so many responses break ... */
    uint64_t drop_at;      /* ... before this byte */
    size_t piece;          /* most bytes of one recv(); 0: any */
    struct lwurl *cancels; /* is cancelled when a response breaks, or NULL */
    bool refuses;          /* no connection at all */
    unsigned requests;     /* so far */
    uint64_t asked[SERVER_REQUESTS]; /* first byte that each asked for */
    /* private */
    uint32_t now;
    bool open;
    char request[2048];
    size_t request_n;
    char answer[70000];
    size_t answer_n, answer_at;
    bool drops_now;
};

/* A server with version 1. */
void range_server_begin(struct range_server *s, uint64_t size);

/* Byte `at` of a version. */
unsigned char range_server_byte(unsigned version, uint64_t at);

#endif
