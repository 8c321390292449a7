/* SPDX-License-Identifier: MIT */
#include "tls/hello.h"

#include "text/proof.h"

#define SERVER_HELLO 2
#define MAX_FRAGMENT 1

/* Offsets in the first record: its header (5), type and length of the message
   (4), version (2), random (32), then the session. */
enum { AT_LENGTH = 4, AT_TYPE = 5, AT_SESSION = 43 };

/* Behind the session: suite (2), compression (1), length of the extensions. */
#define BEFORE_EXTENSIONS 5u

/* For proofs: what holds between two bytes. Of an extension without bytes, none
   is waited for. */
#define HOLDS(h) ((h)->field <= 4 && ((h)->field < 4 || (h)->skip > 0))

/* Type (2), length (2), then `skip` bytes. */
static void put_extension(struct lwurl_tls_hello *h, unsigned char c)
{
    if (h->field < 4) {
        h->head = h->head << 8 | c;
        h->field++;
        h->skip = (uint16_t)(h->head & 0xffff);
    } else {
        /* One byte: 512 is 1, 4096 is 4. BearSSL has seen to it that it is
           what was asked for, else this handshake fails. */
        if (h->head == (MAX_FRAGMENT << 16 | 1) && c >= 1 && c <= 4)
            h->agreed = (uint16_t)(256u << c);
        h->skip--;
    }
    if (h->field == 4 && h->skip == 0)
        h->field = 0;
}

static void put(struct lwurl_tls_hello *h, unsigned char c)
{
    uint16_t at = h->at++;

    if (at == AT_LENGTH - 1 || at == AT_LENGTH)
        h->end = (uint16_t)((h->end << 8 | c) & 0xffff);
    else if (at == AT_TYPE)
        h->end =
            c == SERVER_HELLO ? (uint16_t)((h->end + AT_TYPE) & 0xffff) : 0;
    else if (at == AT_SESSION)
        h->extensions = (uint16_t)(AT_SESSION + 1 + c + BEFORE_EXTENSIONS);
    else if (at < AT_SESSION)
        return;
    else if (at + 2 == h->extensions || at + 1 == h->extensions)
        h->length = (uint16_t)((h->length << 8 | c) & 0xffff);
    else if (at >= h->extensions && at - h->extensions < h->length)
        put_extension(h, c);
}

void hello_put(struct lwurl_tls_hello *h, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n && (h->at <= AT_TYPE || h->at < h->end); i++)
        LOOP_WRITES((i, *h), i <= n && HOLDS(h), n - i)
    {
        put(h, p[i]);
    }
}
