/* SPDX-License-Identifier: MIT */
/*
 * What sealing adds to each record is the cipher's (24 bytes for AES-GCM, 16
 * for ChaCha20-Poly1305), and shows in the first sealed record: a Finished of
 * 16 bytes, right behind ChangeCipherSpec (RFC 5246 7.1, 7.4.9).
 */
#include "tls/records.h"

#define HEADER_N   5
#define FINISHED_N 16

enum { CHANGE_CIPHER_SPEC = 20, HANDSHAKE = 22, APPLICATION_DATA = 23 };

void records_begin(struct lwurl_meter_records *r)
{
    *r = (struct lwurl_meter_records){.left = 0};
}

/* Content type, version, length. */
static void header_byte(struct lwurl_meter_records *r, unsigned char c)
{
    if (r->header_n == 0)
        r->type = c;
    else if (r->header_n >= HEADER_N - 2)
        r->length = (uint16_t)(r->length << 8 | c);
    r->left = r->length;
    r->header_n++;
}

/* Content of the record that is complete. */
static unsigned end_record(struct lwurl_meter_records *r)
{
    unsigned content = 0;

    if (r->type == HANDSHAKE && r->before == CHANGE_CIPHER_SPEC &&
        r->length >= FINISHED_N)
        r->seal = (uint16_t)(r->length - FINISHED_N);
    else if (r->type == APPLICATION_DATA && r->length > r->seal)
        content = r->length - (unsigned)r->seal;
    r->before = r->type;
    r->header_n = 0;
    return content;
}

uint64_t records_pass(struct lwurl_meter_records *r, const void *p, size_t n)
{
    const unsigned char *at = p, *end = at + n;
    uint64_t content = 0;

    while (at < end) {
        if (r->header_n < HEADER_N) {
            header_byte(r, *at++);
        } else {
            size_t part = (size_t)(end - at);
            part = part < r->left ? part : r->left;
            at += part;
            r->left = (uint16_t)(r->left - part);
        }
        if (r->header_n == HEADER_N && r->left == 0)
            content += end_record(r);
    }
    return content;
}
