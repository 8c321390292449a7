/* SPDX-License-Identifier: MIT */
/* lwIP's own client, of its apps: raw API, called in its thread. */
#include "lwip/apps/http_client.h"
#include "lwip/tcpip.h"

#include "get.h"

static struct {
    sys_sem_t ended;
    httpc_result_t result;
    size_t got_n;
} fetch;

static err_t on_body(void *arg, struct altcp_pcb *pcb, struct pbuf *p,
                     err_t err)
{
    (void)arg;
    (void)err;
    if (p == NULL)
        return ERR_OK;
    fetch.got_n += p->tot_len;
    altcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static void on_end(void *arg, httpc_result_t result, u32_t content_n,
                   u32_t status, err_t err)
{
    (void)arg;
    (void)content_n;
    (void)status;
    (void)err;
    fetch.result = result;
    sys_sem_signal(&fetch.ended);
}

bool get_http_client(void)
{
    static httpc_connection_t settings = {.result_fn = on_end};
    httpc_state_t *state;
    ip_addr_t to;
    err_t err;

    fetch.got_n = 0;
    sys_sem_new(&fetch.ended, 0);
    IP_ADDR4(&to, 10, 0, 2, 2);
    LOCK_TCPIP_CORE();
    err = httpc_get_file(&to, (u16_t)get.port, get.path, &settings, on_body,
                         NULL, &state);
    UNLOCK_TCPIP_CORE();
    if (err == ERR_OK)
        sys_arch_sem_wait(&fetch.ended, 0);
    sys_sem_free(&fetch.ended);
    return err == ERR_OK && fetch.result == HTTPC_RESULT_OK &&
           fetch.got_n == get.body_n;
}
