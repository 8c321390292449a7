/* SPDX-License-Identifier: MIT */
#include "secure.h"

#include <string.h>

#include "../chance.h"
#include "../plan.h"
#include "../sim.h"
#include "../world.h"
#include "lwurl_tls.h"
#include "server.inc"

static struct server {
    br_ssl_server_context context;
    unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
} servers[SECURE_MAX] __attribute__((aligned(8)));

static br_ssl_session_cache_lru cache;
static unsigned char cached[1000]; /* some ten sessions */

void secure_prepare(void)
{
    world_leave_out(servers, sizeof servers / 8 * 8);
}

void secure_start(void)
{
    br_ssl_session_cache_lru_init(&cache, cached, sizeof cached);
}

void secure_accept(int i)
{
    br_ssl_server_context *s = &servers[i].context;
    uint8_t entropy[32];

    chance_bytes(CHANCE_SERVER_ENTROPY, entropy, sizeof entropy);
    br_ssl_server_init_full_ec(s, server_chain, 2, BR_KEYTYPE_EC,
                               &server_key.key);
    br_ssl_engine_set_buffer(&s->eng, servers[i].buffer,
                             sizeof servers[i].buffer, 1);
    br_ssl_engine_inject_entropy(&s->eng, entropy, sizeof entropy);
    if (plan.tls.server_resumes)
        br_ssl_server_set_cache(s, &cache.vtable);
    if (!br_ssl_server_reset(s))
        sim_assert("the far side's TLS does not start");
}

size_t secure_wire_in(int i, const uint8_t *p, size_t n)
{
    br_ssl_engine_context *engine = &servers[i].context.eng;
    size_t room = 0;
    unsigned char *to = br_ssl_engine_recvrec_buf(engine, &room);

    if (!to)
        return 0;
    n = n < room ? n : room;
    memcpy(to, p, n);
    br_ssl_engine_recvrec_ack(engine, n);
    return n;
}

size_t secure_read(int i, uint8_t *p, size_t max)
{
    br_ssl_engine_context *engine = &servers[i].context.eng;
    size_t n = 0;
    const unsigned char *from = br_ssl_engine_recvapp_buf(engine, &n);

    if (!from)
        return 0;
    n = n < max ? n : max;
    memcpy(p, from, n);
    br_ssl_engine_recvapp_ack(engine, n);
    return n;
}

size_t secure_write(int i, const char *p, size_t n)
{
    br_ssl_engine_context *engine = &servers[i].context.eng;
    size_t room = 0;
    unsigned char *to = br_ssl_engine_sendapp_buf(engine, &room);

    if (!to)
        return 0;
    n = n < room ? n : room;
    memcpy(to, p, n);
    br_ssl_engine_sendapp_ack(engine, n);
    br_ssl_engine_flush(engine, 0);
    return n;
}

const uint8_t *secure_wire_out(int i, size_t *n)
{
    *n = 0;
    return br_ssl_engine_sendrec_buf(&servers[i].context.eng, n);
}

void secure_wire_gone(int i, size_t n)
{
    br_ssl_engine_sendrec_ack(&servers[i].context.eng, n);
}

void secure_close(int i)
{
    br_ssl_engine_close(&servers[i].context.eng);
}
