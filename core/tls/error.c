/* SPDX-License-Identifier: MIT */
/* BearSSL's numbers, and alerts of the server, as errors of lwurl. */
#include "lwurl_types.h"
#include "tls/tls.h"

/* Alerts (RFC 5246 7.2.2) by which a server says that it will not speak what
   we offer. The last two say so only when they answer the ClientHello. */
#define ALERT_PROTOCOL_VERSION      70
#define ALERT_HANDSHAKE_FAILURE     40
#define ALERT_INSUFFICIENT_SECURITY 71

static int alert(const br_ssl_engine_context *engine, int number)
{
    bool at_hello = engine->reneg == 0; /* set by the ServerHello */

    if (number == ALERT_PROTOCOL_VERSION ||
        (at_hello && (number == ALERT_HANDSHAKE_FAILURE ||
                      number == ALERT_INSUFFICIENT_SECURITY)))
        return LWURL_ERR_TLS_VERSION;
    return LWURL_ERR_TLS_ALERT;
}

static int certificate(int number)
{
    switch (number) {
    case BR_ERR_X509_EXPIRED:
        return LWURL_ERR_CERT_TIME;
    case TLS_X509_NOT_YET:
        return LWURL_ERR_CERT_NOT_YET;
    case TLS_X509_PURPOSE:
    case BR_ERR_X509_FORBIDDEN_KEY_USAGE:
        return LWURL_ERR_CERT_PURPOSE;
    case TLS_X509_PIN:
        return LWURL_ERR_CERT_PIN;
    case BR_ERR_X509_BAD_SERVER_NAME:
        return LWURL_ERR_CERT_NAME;
    case BR_ERR_X509_NOT_TRUSTED:
        return LWURL_ERR_CERT_TRUST;
    default:
        return LWURL_ERR_CERT;
    }
}

/* Something that is not TLS (plain HTTP on this port) fails as a version that
   is too strange; its first byte is no record type of TLS's, 20 to 23. */
static int version(const br_ssl_engine_context *engine)
{
    return engine->record_type_in - 20u <= 3u ? LWURL_ERR_TLS_VERSION
                                              : LWURL_ERR_TLS;
}

/* The header of the offending record is still there: type, version, length. */
static int32_t record_length(const br_ssl_engine_context *engine)
{
    return 5 + engine->ibuf[3] * 256 + engine->ibuf[4];
}

int tls_error(const struct lwurl_tls *tls, int32_t *detail)
{
    const br_ssl_engine_context *engine = engine_of(tls);
    int number = engine->err;
    int special = tls->trust->error(number);

    *detail = number;
    if (special != LWURL_OK)
        return special;
    switch (number) {
    case BR_ERR_OK:
        return LWURL_OK;
    case BR_ERR_TOO_LARGE:
        *detail = record_length(engine);
        return LWURL_ERR_TLS_RECORD;
    case BR_ERR_WRONG_KEY_USAGE:
        return LWURL_ERR_CERT_PURPOSE;
    case BR_ERR_UNSUPPORTED_VERSION:
    case BR_ERR_BAD_VERSION:
        return version(engine);
    default:
        break;
    }
    if (number > BR_ERR_X509_OK && number <= TLS_X509_PIN)
        return certificate(number);
    /* There is nothing above: BearSSL's client sends no fatal alerts. */
    if (number <= BR_ERR_RECV_FATAL_ALERT)
        return LWURL_ERR_TLS;
    *detail = number - BR_ERR_RECV_FATAL_ALERT;
    return alert(engine, (int)*detail);
}
