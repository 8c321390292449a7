/* SPDX-License-Identifier: MIT */
/* The words that every header of lwurl shares: slices, addresses, errors. */
#ifndef LWURL_TYPES_H
#define LWURL_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* A read-only slice of bytes, not NUL-terminated. Whoever hands one out says
   who owns the bytes and how long they live. {NULL, 0} is "absent". */
struct lwurl_str {
    const char *p;
    size_t n;
};

/*
 * 0 is good; every error is negative and says who has to act:
 *   -10..-39  ours:   the call, the request or a room that it was given
 *   -40..-79  theirs: the server, its HTTP or its TLS
 *   -80..-99  the road between: network, DNS, time
 * "detail" is what lwurl_error() gives beside the code.
 */
enum lwurl_err {
    LWURL_OK = 0,

    LWURL_ERR_CALL = -10,      /* NULL, or a call that is out of turn */
    LWURL_ERR_URL = -11,       /* malformed URL; detail: offset of the byte */
    LWURL_ERR_SCHEME = -12,    /* no handler of the opener for this scheme */
    LWURL_ERR_NO_HOST = -13,   /* "http:///x": a host is needed */
    LWURL_ERR_METHOD = -14,    /* method is not a token (RFC 9110 9.1) */
    LWURL_ERR_HEADER = -15,    /* field refused; detail: its index */
    LWURL_ERR_BODY = -16,      /* streamed body is not as long as stated */
    LWURL_ERR_ROOM = -17,      /* a room is too small; detail: bytes needed */
    LWURL_ERR_BUSY = -18,      /* the TLS slot serves another running fetch */
    LWURL_ERR_CANCELED = -19,  /* lwurl_cancel() */
    LWURL_ERR_ENTROPY = -20,   /* for https or Digest, and there is none */
    LWURL_ERR_TLS_NAME = -21,  /* https to what is no name and no address */
    LWURL_ERR_TLS_SETUP = -22, /* the TLS slot lacks trust, profile or room */
    LWURL_ERR_REPLAY = -23,    /* the body was sent and cannot be sent again */
    LWURL_ERR_CREDENTIALS = -24, /* a user or password that cannot be sent */
    LWURL_ERR_CLOCK = -25,       /* https, and nobody knows the time yet */
    LWURL_ERR_FILE = -26, /* no such file, or unreadable; detail: the system's
                             own number */
    LWURL_ERR_NOT_FILE = -27,      /* it is a directory, or has no bytes */
    LWURL_ERR_NOT_DIRECTORY = -28, /* a listing is asked for of a file */
    LWURL_ERR_NOT_LOCAL = -29,     /* file: with a host that is not ours */
    LWURL_ERR_STORAGE = -30,       /* storage or sink failed; detail: its own */
    LWURL_ERR_METER = -31,         /* bytes are used up; detail: the cap */
    LWURL_ERR_RETRY = -32,         /* not yet; detail: seconds until then */
    LWURL_ERR_NOT_CACHED = -33,    /* nothing usable is kept of this URL */
    LWURL_ERR_BUNDLE = -34, /* malformed bundle of anchors, or not newer than
                               those in use; detail: offset of what is wrong */

    LWURL_ERR_STATUS = -40, /* HTTP error status; the response can be read */
    LWURL_ERR_STATUS_LINE = -41,  /* not a status line (BadStatusLine) */
    LWURL_ERR_VERSION = -42,      /* neither HTTP/1.x nor allowed HTTP/0.9 */
    LWURL_ERR_FIELD = -43,        /* malformed header field */
    LWURL_ERR_LENGTH = -44,       /* bad or contradicting Content-Length */
    LWURL_ERR_CHUNK = -45,        /* broken chunked framing */
    LWURL_ERR_CODING = -46,       /* Transfer-Encoding other than chunked */
    LWURL_ERR_INCOMPLETE = -47,   /* body cut short; detail: bytes missing */
    LWURL_ERR_UPGRADE = -48,      /* 101 Switching Protocols, never asked for */
    LWURL_ERR_DISCONNECTED = -49, /* closed before any byte of a response */
    LWURL_ERR_MAYBE_SENT = -50, /* connection died; it may have been acted on */
    LWURL_ERR_HEAD_LIMIT = -51, /* head longer than LWURL_HEAD_MAX */
    LWURL_ERR_DATA = -52,       /* malformed data: URL; detail: offset */
    LWURL_ERR_REDIRECT = -53,   /* redirect that is refused or has no end */
    LWURL_ERR_AUTH = -54,       /* no offered authentication can be answered */
    LWURL_ERR_PROXY = -55,      /* proxy refused the tunnel; detail: status */
    LWURL_ERR_AUTH_INT = -56,   /* Digest is offered with qop=auth-int only */
    LWURL_ERR_FTP = -57,        /* ftp server refused; detail: reply code */
    LWURL_ERR_FTP_REPLY = -58,  /* not a reply of ftp, or an unasked one */
    LWURL_ERR_LOGIN = -59,      /* ftp login refused; detail: reply code */

    LWURL_ERR_TLS = -60,           /* TLS failed; detail: BearSSL's number */
    LWURL_ERR_TLS_ALERT = -61,     /* server sent an alert; detail: which */
    LWURL_ERR_TLS_VERSION = -62,   /* no TLS version or suite in common */
    LWURL_ERR_TLS_RECORD = -63,    /* record larger than the slot's buffer */
    LWURL_ERR_TLS_TRUNCATED = -64, /* closed without close_notify */
    LWURL_ERR_CERT_NAME = -65,     /* certificate is for another host */
    LWURL_ERR_CERT_TIME = -66,     /* certificate expired */
    LWURL_ERR_CERT_TRUST = -67,    /* chain ends at no trust anchor */
    LWURL_ERR_CERT = -68, /* bad certificate; detail: BearSSL's number */
    LWURL_ERR_CERT_NOT_YET = -69,   /* certificate is not yet valid */
    LWURL_ERR_CERT_PURPOSE = -70,   /* certificate is not for TLS servers */
    LWURL_ERR_CERT_PIN = -71,       /* no key of the server is a pinned one */
    LWURL_ERR_CONTENT = -72,        /* digest of the content does not match */
    LWURL_ERR_SIGNATURE = -73,      /* not signed by whom we believe */
    LWURL_ERR_RANGE = -74,          /* other bytes than the Range asked for */
    LWURL_ERR_CONTENT_CODING = -75, /* a Content-Encoding that is not ours
                                       (detail 0), or broken */
    LWURL_ERR_SIZE = -76,           /* body larger than the caller's cap */
    LWURL_ERR_EXPANSION = -77, /* decoded body above its cap; detail: the cap */

    LWURL_ERR_NETDOWN = -80, /* no interface is up with link and address */
    LWURL_ERR_DNS = -81,     /* name not found, or no name server answers */
    LWURL_ERR_REFUSED = -82, /* connection refused or reset while connecting */
    LWURL_ERR_UNREACHABLE = -83, /* no route, or no answer to the connect */
    LWURL_ERR_RESET = -84,       /* connection reset by the peer */
    LWURL_ERR_DEADLINE = -85,    /* total time is over (.deadline_ms) */
    LWURL_ERR_IDLE = -86,        /* no progress for too long (.idle_ms) */
    LWURL_ERR_STACK = -87        /* the IP stack is out of sockets or memory */
};

/* Where a fetch is, and where it was when it failed. */
enum lwurl_phase {
    LWURL_PHASE_IDLE,    /* nothing opened */
    LWURL_PHASE_RESOLVE, /* name to address */
    LWURL_PHASE_CONNECT, /* TCP */
    LWURL_PHASE_TLS,     /* handshake */
    LWURL_PHASE_SEND,    /* request head and body */
    LWURL_PHASE_HEAD,    /* waiting for, or reading, the response head */
    LWURL_PHASE_BODY,    /* the application may read the body */
    LWURL_PHASE_DONE     /* body complete */
};

#endif
