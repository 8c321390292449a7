/* SPDX-License-Identifier: MIT */
/*
 * Sessions as bytes: "lws", a version, the count (16 bits), the sessions, and
 * a CRC-32 (IEEE 802.3) over all of it. Numbers are big-endian.
 */
#include <string.h>

#include "lwurl_tls.h"
#include "text/bytes.h"

#define HEAD 6u
#define CRC  4u

/* bound, expires_s, since_s, uses, id and its length, version, suite, secret */
enum { ONE = 8 + 8 + 8 + 2 + 32 + 1 + 2 + 2 + 48 };
enum { SIZES_AGREE = 1 / (LWURL_TLS_SESSIONS_BYTES(1) == HEAD + ONE + CRC) };

static const unsigned char magic[4] = {'l', 'w', 's', 1};

static unsigned char *put_session(unsigned char *p,
                                  const struct lwurl_tls_session *session)
{
    p = put_number(p, session->bound, 8);
    p = put_number(p, (uint64_t)session->expires_s, 8);
    p = put_number(p, (uint64_t)session->since_s, 8);
    p = put_number(p, session->uses, 2);
    p = put_bytes(p, session->params.session_id, 32);
    p = put_number(p, session->params.session_id_len, 1);
    p = put_number(p, session->params.version, 2);
    p = put_number(p, session->params.cipher_suite, 2);
    return put_bytes(p, session->params.master_secret, 48);
}

static void take_session(const unsigned char **p,
                         struct lwurl_tls_session *session)
{
    memset(session, 0, sizeof *session);
    session->bound = take_number(p, 8);
    session->expires_s = (int64_t)take_number(p, 8);
    session->since_s = (int64_t)take_number(p, 8);
    session->uses = (uint16_t)take_number(p, 2);
    take_bytes(p, session->params.session_id, 32);
    session->params.session_id_len = (unsigned char)take_number(p, 1);
    session->params.version = (uint16_t)take_number(p, 2);
    session->params.cipher_suite = (uint16_t)take_number(p, 2);
    take_bytes(p, session->params.master_secret, 48);
    if (session->params.session_id_len > 32)
        memset(session, 0, sizeof *session);
}

size_t lwurl_tls_sessions_export(const struct lwurl_tls_sessions *sessions,
                                 void *out, size_t max)
{
    unsigned char *start = out, *p = start;
    size_t count = 0;

    for (size_t i = 0; i < sessions->n; i++)
        count += sessions->list[i].bound != 0;
    if (max < LWURL_TLS_SESSIONS_BYTES(count) || count > UINT16_MAX)
        return 0;
    p = put_bytes(p, magic, sizeof magic);
    p = put_number(p, count, 2);
    for (size_t i = 0; i < sessions->n; i++)
        if (sessions->list[i].bound != 0)
            p = put_session(p, &sessions->list[i]);
    p = put_number(p, crc_add(0, start, (size_t)(p - start)), 4);
    return (size_t)(p - start);
}

size_t lwurl_tls_sessions_import(struct lwurl_tls_sessions *sessions,
                                 const void *in, size_t n)
{
    const unsigned char *p = in, *end;
    size_t count;

    if (n < HEAD + CRC || memcmp(p, magic, sizeof magic) != 0)
        return 0;
    end = p + n - CRC;
    if (crc_add(0, p, n - CRC) != take_number(&end, 4))
        return 0;
    p += sizeof magic;
    count = (size_t)take_number(&p, 2);
    if (n != LWURL_TLS_SESSIONS_BYTES(count))
        return 0;
    if (count > sessions->n)
        count = sessions->n;
    for (size_t i = 0; i < count; i++)
        take_session(&p, &sessions->list[i]);
    return count;
}
