/* SPDX-License-Identifier: MIT */
/*
 * ftp: URLs (urllib.request.FTPHandler; RFC 959, RFC 2428, RFC 1738 3.2): a
 * line of the opener.
 *
 *     static struct lwurl_ftp ftp;
 *     ... {LWURL_FTP(&ftp), LWURL_HTTP} in the table of the opener
 *
 * Rules
 *  - The URL says what is fetched, nothing is guessed: "ftp://host/dir/file" is
 *    a file, as it is or with ";type=i", as text with ";type=a";
 *    "ftp://host/dir/" or ";type=d" is a listing. LWURL_ERR_NOT_FILE and
 *    LWURL_ERR_NOT_DIRECTORY say that it is the other.
 *  - The path is relative to where the login begins; "//etc" or "/%2Fetc" is
 *    absolute. It is percent-decoded; CR, LF and NUL in it are LWURL_ERR_URL.
 *  - Who: lwurl_request.user and .password, else those of the URL, else
 *    anonymous. They go over the wire for all to read. LWURL_ERR_LOGIN: not
 *    taken. After a redirect to another origin only the URL's are used.
 *  - Connections are opened to the server only (PASV, EPSV), the second one to
 *    the address of the first, whatever the server says. They are closed with
 *    the response; none is kept.
 *  - Fields: Content-type as the name suggests, Content-length where the server
 *    says it. The status is 0, as urllib's None.
 *  - The body is complete when the server says so (226); shorter ones are
 *    errors, as for every scheme.
 *  - A refusal is LWURL_ERR_FTP, the reply's code its detail: 550 for what does
 *    not exist.
 *  - With a proxy for ftp (lwurl_proxy.h, lwurl_request.proxy) the URL is asked
 *    of it over http, as in urllib.
 *  - The state serves one fetch at a time: LWURL_ERR_BUSY.
 */
#ifndef LWURL_FTP_H
#define LWURL_FTP_H

#include "lwurl.h"
#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_ftp_ops;

/* A line of the opener, for a struct lwurl_ftp. */
/* clang-format off */
#define LWURL_FTP(state) {&lwurl_ftp_ops, (state)}
/* clang-format on */

/* Zero is good. */
struct lwurl_ftp {
    bool names; /* listings are of names alone (NLST), not as for people
                   (LIST) */
    /* private */
    struct lwurl *owner;    /* the fetch that it serves */
    struct lwurl_conn data; /* the second connection */
    struct lwurl_addr peer; /* of both */
    char text[32];          /* value of a response field */
    uint16_t data_port;     /* that the server named */
    uint16_t reply_code;    /* of a reply that is coming in */
    uint16_t held_at;       /* body bytes in the work buffer, for small reads */
    uint16_t held_n;
    uint8_t reply_line;
    uint8_t stage;
    char type;  /* a, i or d */
    bool sent;  /* the command of this stage is out */
    bool other; /* the second way of opening a data connection is tried */
};

#ifdef __cplusplus
}
#endif

#endif
