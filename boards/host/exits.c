/* SPDX-License-Identifier: MIT */
#include "exits.h"

#include <stddef.h>

#include "lwurl.h"

struct meaning {
    int status;
    const char *text;
};

static const struct meaning meanings[] = {
    {0, "good"},
    {1, "no handler for the URL's scheme"},
    {EXIT_USAGE, "wrong option, field, method or body"},
    {3, "malformed URL"},
    {6, "name not found"},
    {EXIT_CONNECTION, "no connection: refused, unreachable, network down"},
    {EXIT_RESPONSE, "the answer is no good HTTP, or no good ftp"},
    {9, "the ftp server refused"},
    {18, "the body was cut short"},
    {EXIT_HTTP, "HTTP status 400 and up, with -f"},
    {EXIT_WRITE, "output cannot be written"},
    {EXIT_READ, "a file cannot be read"},
    {27, "out of memory: buffer, TLS slot, sockets"},
    {28, "out of time"},
    {EXIT_TLS, "TLS failed"},
    {33, "the server sends other bytes than it was asked for"},
    {37, "the file of a file: URL cannot be read"},
    {42, "canceled"},
    {EXIT_NETWORK, "no network for this program"},
    {47, "redirect that is refused, or has no end"},
    {52, "closed without an answer"},
    {56, "connection lost"},
    {EXIT_OWN_KEY, "client certificate or its key cannot be used"},
    {EXIT_CERTIFICATE, "certificate not accepted"},
    {61, "Content-Encoding that is unknown or broken"},
    {EXIT_SIZE, "more bytes than are allowed"},
    {65, "the request body cannot be sent again"},
    {67, "credentials not accepted"},
    {EXIT_ANCHORS, "trust anchors cannot be read"},
    {90, "no key of the server is pinned"},
};

static const struct {
    int err;
    int status;
} statuses[] = {
    {LWURL_OK, 0},
    {LWURL_ERR_CALL, EXIT_USAGE},
    {LWURL_ERR_URL, 3},
    {LWURL_ERR_SCHEME, 1},
    {LWURL_ERR_NO_HOST, 3},
    {LWURL_ERR_METHOD, EXIT_USAGE},
    {LWURL_ERR_HEADER, EXIT_USAGE},
    {LWURL_ERR_BODY, EXIT_USAGE},
    {LWURL_ERR_CREDENTIALS, EXIT_USAGE},
    {LWURL_ERR_ROOM, 27},
    {LWURL_ERR_BUSY, 27},
    {LWURL_ERR_CANCELED, 42},
    {LWURL_ERR_ENTROPY, EXIT_TLS},
    {LWURL_ERR_TLS_NAME, EXIT_CERTIFICATE},
    {LWURL_ERR_TLS_SETUP, EXIT_TLS},
    {LWURL_ERR_REPLAY, 65},
    {LWURL_ERR_CLOCK, EXIT_TLS},
    {LWURL_ERR_FILE, 37},
    {LWURL_ERR_NOT_FILE, 37},
    {LWURL_ERR_NOT_DIRECTORY, 9},
    {LWURL_ERR_NOT_LOCAL, 3},
    {LWURL_ERR_STORAGE, EXIT_WRITE},
    {LWURL_ERR_METER, EXIT_SIZE},
    {LWURL_ERR_RETRY, EXIT_CONNECTION},
    {LWURL_ERR_BUNDLE, EXIT_ANCHORS},
    {LWURL_ERR_NOT_CACHED, EXIT_READ},
    {LWURL_ERR_STATUS, EXIT_HTTP},
    {LWURL_ERR_STATUS_LINE, EXIT_RESPONSE},
    {LWURL_ERR_VERSION, EXIT_RESPONSE},
    {LWURL_ERR_FIELD, EXIT_RESPONSE},
    {LWURL_ERR_LENGTH, EXIT_RESPONSE},
    {LWURL_ERR_CHUNK, EXIT_RESPONSE},
    {LWURL_ERR_CODING, EXIT_RESPONSE},
    {LWURL_ERR_INCOMPLETE, 18},
    {LWURL_ERR_UPGRADE, EXIT_RESPONSE},
    {LWURL_ERR_DISCONNECTED, 52},
    {LWURL_ERR_MAYBE_SENT, 56},
    {LWURL_ERR_HEAD_LIMIT, EXIT_RESPONSE},
    {LWURL_ERR_DATA, 3},
    {LWURL_ERR_REDIRECT, 47},
    {LWURL_ERR_AUTH, 67},
    {LWURL_ERR_AUTH_INT, 67},
    {LWURL_ERR_PROXY, 56},
    {LWURL_ERR_FTP, 9},
    {LWURL_ERR_FTP_REPLY, EXIT_RESPONSE},
    {LWURL_ERR_LOGIN, 67},
    {LWURL_ERR_TLS, EXIT_TLS},
    {LWURL_ERR_TLS_ALERT, EXIT_TLS},
    {LWURL_ERR_TLS_VERSION, EXIT_TLS},
    {LWURL_ERR_TLS_RECORD, EXIT_TLS},
    {LWURL_ERR_TLS_TRUNCATED, 18},
    {LWURL_ERR_CERT_NAME, EXIT_CERTIFICATE},
    {LWURL_ERR_CERT_TIME, EXIT_CERTIFICATE},
    {LWURL_ERR_CERT_TRUST, EXIT_CERTIFICATE},
    {LWURL_ERR_CERT, EXIT_CERTIFICATE},
    {LWURL_ERR_CERT_NOT_YET, EXIT_CERTIFICATE},
    {LWURL_ERR_CERT_PURPOSE, EXIT_CERTIFICATE},
    {LWURL_ERR_CERT_PIN, 90},
    {LWURL_ERR_CONTENT, EXIT_RESPONSE},
    {LWURL_ERR_RANGE, 33},
    {LWURL_ERR_SIZE, EXIT_SIZE},
    {LWURL_ERR_CONTENT_CODING, 61},
    {LWURL_ERR_EXPANSION, EXIT_SIZE},
    {LWURL_ERR_SIGNATURE, EXIT_CERTIFICATE},
    {LWURL_ERR_NETDOWN, EXIT_CONNECTION},
    {LWURL_ERR_DNS, 6},
    {LWURL_ERR_REFUSED, EXIT_CONNECTION},
    {LWURL_ERR_UNREACHABLE, EXIT_CONNECTION},
    {LWURL_ERR_RESET, 56},
    {LWURL_ERR_DEADLINE, 28},
    {LWURL_ERR_IDLE, 28},
    {LWURL_ERR_STACK, 27},
};

/* Of an error that has none of its own, by its family: lwurl_types.h. */
static int family_of(int err)
{
    if (err > LWURL_ERR_STATUS)
        return EXIT_USAGE;
    if (err > LWURL_ERR_TLS)
        return EXIT_RESPONSE;
    return err > LWURL_ERR_NETDOWN ? EXIT_TLS : EXIT_CONNECTION;
}

int exits_of(int err)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].err == err)
            return statuses[i].status;
    return family_of(err);
}

void exits_help(FILE *to)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        fprintf(to, "  %2d  %s\n", meanings[i].status, meanings[i].text);
}
