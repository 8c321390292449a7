/* SPDX-License-Identifier: MIT */
/* Each error in a sentence or two: what it means, and what to do. */
#include "lwurl.h"

static const char *const errors[] = {
    [-LWURL_OK] = "no error",

    [-LWURL_ERR_CALL] =
        "a NULL where none may be, or a call that is out of turn; see the "
        "function's text in lwurl.h",
    [-LWURL_ERR_URL] =
        "malformed URL; look at the byte that the detail counts to, and quote "
        "what is not plain ASCII",
    [-LWURL_ERR_SCHEME] =
        "no line of the opener serves this scheme; add it, or correct the URL",
    [-LWURL_ERR_NO_HOST] = "the URL has no host; write http://host/path",
    [-LWURL_ERR_METHOD] =
        "the method has a character that no method may have; it is one word, "
        "as GET or POST",
    [-LWURL_ERR_HEADER] =
        "a request field cannot be sent: control characters, a bad name, or "
        "framing; the detail is its index",
    [-LWURL_ERR_BODY] =
        "the request body is not as long as stated; write as many bytes as "
        "body_n says, or send it chunked",
    [-LWURL_ERR_ROOM] =
        "memory that was given is too small; the detail says how many bytes "
        "it takes, where that is known",
    [-LWURL_ERR_BUSY] =
        "the TLS slot serves another fetch; wait for that one, or give each a "
        "slot",
    [-LWURL_ERR_CANCELED] = "canceled by the application",
    [-LWURL_ERR_ENTROPY] =
        "no random numbers to begin TLS or Digest with; connect an entropy "
        "source",
    [-LWURL_ERR_TLS_NAME] =
        "https to a host that is neither name nor address; use a host name, "
        "or set tls_name",
    [-LWURL_ERR_TLS_SETUP] =
        "the TLS slot lacks trust, profile or record buffer; complete its "
        "struct lwurl_tls",
    [-LWURL_ERR_REPLAY] =
        "the request body is wanted again and is gone; send the password "
        "first, or set LWURL_BODY_REWINDS",
    [-LWURL_ERR_CREDENTIALS] =
        "this user or password cannot be sent: no control characters, and no "
        "colon in the user",
    [-LWURL_ERR_CLOCK] =
        "certificates cannot be checked while nobody knows the time; set the "
        "clock, then try again",
    [-LWURL_ERR_FILE] =
        "no such file, or it cannot be read; the detail is the system's own "
        "number",
    [-LWURL_ERR_NOT_FILE] =
        "this is no file but a directory; ftp lists one when the URL ends "
        "with '/' or \";type=d\"",
    [-LWURL_ERR_NOT_DIRECTORY] =
        "this is a file, and a listing was asked for; leave out the last '/', "
        "or use \";type=i\"",
    [-LWURL_ERR_NOT_LOCAL] =
        "file: reads this machine's files only; write file:///path",
    [-LWURL_ERR_STORAGE] =
        "the storage or the sink could not be read, written or erased; look "
        "at its driver, its size and the space that is left",
    [-LWURL_ERR_METER] =
        "the bytes that this fetch may cost are used up; the detail is the "
        "cap: raise it, or ask for less",
    [-LWURL_ERR_RETRY] =
        "not asked, for the host failed too often, or the retries of the day "
        "are spent; the detail is how many seconds to wait",
    [-LWURL_ERR_BUNDLE] =
        "no bundle of trust anchors, or one that is not newer than those in "
        "use (detail 8); make it with a higher SEQ",
    [-LWURL_ERR_NOT_CACHED] =
        "the cache has nothing of this URL that may be used; ask the network, "
        "without LWURL_CACHE_OFFLINE",

    [-LWURL_ERR_STATUS] =
        "the server answered with an error status; the response can be read",
    [-LWURL_ERR_STATUS_LINE] =
        "the answer does not begin like HTTP; is this the right port, and "
        "http or https as the server has it?",
    [-LWURL_ERR_VERSION] =
        "the server speaks a version of HTTP other than 1.0 and 1.1",
    [-LWURL_ERR_FIELD] =
        "malformed field in the response head; the server or something "
        "before it is at fault",
    [-LWURL_ERR_LENGTH] =
        "the response states a bad length, or two; its end cannot be known",
    [-LWURL_ERR_CHUNK] =
        "broken chunk in the response body; what was read may be incomplete",
    [-LWURL_ERR_CODING] =
        "the response has a Transfer-Encoding that nobody asked for",
    [-LWURL_ERR_INCOMPLETE] =
        "the body ended too early; the detail says how many bytes are "
        "missing; fetch it again",
    [-LWURL_ERR_UPGRADE] =
        "the server changed to another protocol, which nobody asked for",
    [-LWURL_ERR_DISCONNECTED] =
        "the server closed the connection without an answer; try again",
    [-LWURL_ERR_MAYBE_SENT] =
        "the connection died; the server may have acted on the request: look "
        "before you send it again",
    [-LWURL_ERR_HEAD_LIMIT] =
        "the response head does not end within LWURL_HEAD_MAX bytes",
    [-LWURL_ERR_DATA] =
        "malformed data: URL; look at the byte that the detail counts to",
    [-LWURL_ERR_REDIRECT] =
        "a redirect that is refused: from https to http, to a strange scheme, "
        "or one too many",
    [-LWURL_ERR_AUTH] =
        "the server asks for a way of authentication that the opener does not "
        "have",
    [-LWURL_ERR_PROXY] =
        "the proxy refused the connection; the detail is its HTTP status",
    [-LWURL_ERR_AUTH_INT] =
        "the server wants a Digest over the whole body (auth-int), which "
        "lwurl does not do",
    [-LWURL_ERR_FTP] =
        "the ftp server refused; the detail is its reply code (RFC 959 4.2), "
        "550: no such file",
    [-LWURL_ERR_FTP_REPLY] =
        "the answer is not what ftp allows here; is this an ftp server?",
    [-LWURL_ERR_LOGIN] =
        "the ftp server does not take this user and password; the detail is "
        "its reply code",

    [-LWURL_ERR_TLS] = "TLS failed; the detail is BearSSL's error number",
    [-LWURL_ERR_TLS_ALERT] =
        "the server refused the TLS connection; the detail is its alert "
        "(RFC 5246 7.2)",
    [-LWURL_ERR_TLS_VERSION] =
        "no TLS version or cipher suite in common; the server must allow TLS "
        "1.2 with ECDHE and AEAD",
    [-LWURL_ERR_TLS_RECORD] =
        "the server sent a record larger than the buffer; "
        "LWURL_TLS_RECORD_ANY takes every one",
    [-LWURL_ERR_TLS_TRUNCATED] =
        "the connection was cut inside TLS; what was read may be incomplete",
    [-LWURL_ERR_CERT_NAME] =
        "the certificate is for another host; use the name that it is for",
    [-LWURL_ERR_CERT_TIME] =
        "the certificate expired; check the clock here, then the server",
    [-LWURL_ERR_CERT_TRUST] =
        "nobody whom we trust vouches for this server; is the right trust "
        "anchor in the firmware?",
    [-LWURL_ERR_CERT] =
        "the certificate cannot be used; the detail is BearSSL's error number",
    [-LWURL_ERR_CERT_NOT_YET] =
        "the certificate is not yet valid; check the clock here, then the "
        "server",
    [-LWURL_ERR_CERT_PURPOSE] =
        "the certificate, or one of its chain, is for other purposes than a "
        "TLS server",
    [-LWURL_ERR_CERT_PIN] =
        "no key of the server is pinned here; it changed, or somebody listens "
        "between",
    [-LWURL_ERR_CONTENT] =
        "the SHA-256 of what came is not the one expected; it is damaged or "
        "another version, and was thrown away",
    [-LWURL_ERR_SIGNATURE] =
        "what came is not signed by the key that this device believes; it is "
        "another's, damaged, or for other devices",
    [-LWURL_ERR_RANGE] =
        "the server answered a Range with other bytes; the next try begins "
        "with the first byte",
    [-LWURL_ERR_SIZE] =
        "the body is longer than the size cap; raise the cap if that is right",
    [-LWURL_ERR_CONTENT_CODING] =
        "a compressed body is broken, or its Content-Encoding is not gzip or "
        "deflate; ask for identity",
    [-LWURL_ERR_EXPANSION] =
        "the body decodes to more bytes than allowed, which the detail says; "
        "raise the cap, if you trust it",

    [-LWURL_ERR_NETDOWN] =
        "the network is not up: no interface has a link and an address",
    [-LWURL_ERR_DNS] =
        "the name was not found, or no name server answers; check both",
    [-LWURL_ERR_REFUSED] =
        "connection refused; is the server running, and is this its port?",
    [-LWURL_ERR_UNREACHABLE] =
        "no way to the server, or no answer from it; check address, router "
        "and cable",
    [-LWURL_ERR_RESET] = "the connection was reset; try again",
    [-LWURL_ERR_DEADLINE] =
        "it took longer than deadline_ms allows; the phase says what it was "
        "waiting for",
    [-LWURL_ERR_IDLE] =
        "nothing came or went for too long; idle_ms and connect_ms are the "
        "limits",
    [-LWURL_ERR_STACK] =
        "the IP stack is out of sockets or memory; close something, or give "
        "it more in lwipopts.h",
};

static const char *const phases[] = {
    [LWURL_PHASE_IDLE] = "idle",
    [LWURL_PHASE_RESOLVE] = "looking up the name",
    [LWURL_PHASE_CONNECT] = "connecting",
    [LWURL_PHASE_TLS] = "TLS handshake",
    [LWURL_PHASE_SEND] = "sending the request",
    [LWURL_PHASE_HEAD] = "waiting for the response",
    [LWURL_PHASE_BODY] = "reading the body",
    [LWURL_PHASE_DONE] = "done",
};

static const char *text_at(const char *const *texts, size_t n, size_t i)
{
    return i < n && texts[i] != NULL ? texts[i] : "unknown";
}

const char *lwurl_strerror(int code)
{
    size_t i = code <= 0 ? 0u - (size_t)code : SIZE_MAX;

    return text_at(errors, sizeof errors / sizeof errors[0], i);
}

const char *lwurl_strphase(unsigned phase)
{
    return text_at(phases, sizeof phases / sizeof phases[0], phase);
}
