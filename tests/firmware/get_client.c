/* SPDX-License-Identifier: MIT */
/* The smallest client that is still of use: GET with redirects, no TLS; with
   CLIENT_GZIP, bodies that are compressed, too. Its size is a line of `make
   budget`. Usage: get_client URL */
#include "board.h"
#include "lwip/lwurl_lwip.h"
#include "lwurl_gzip.h"
#include "lwurl_redirect.h"

#define NET_MS 10000u

static struct lwurl_lwip net;
static const struct lwurl_port port = LWURL_LWIP_PORT(&net);

static struct lwurl u;
static char work[LWURL_WORK_MIN], body[512];

#ifdef CLIENT_GZIP
/* The body is its own window. */
static struct lwurl_inflater inflater;
static struct lwurl_gzip gzip = {
    .inflater = &inflater, .window = body, .window_n = sizeof body};
#define AND_GZIP LWURL_GZIP(&gzip),
#else
#define AND_GZIP
#endif

static char room[256];
static struct lwurl_redirect redirect = {.room = room, .room_n = sizeof room};
static const struct lwurl_handler handlers[] = {
    LWURL_REDIRECT(&redirect),
    AND_GZIP LWURL_HTTP,
};
static const struct lwurl_opener opener = {
    &port, handlers, sizeof handlers / sizeof handlers[0]};

static int fetch(const char *url)
{
    const struct lwurl_request request = {.url = url, .deadline_ms = 15000};
    size_t n = 0;
    int err = lwurl_open(&u, &opener, &request, work, sizeof work);

    if (err == LWURL_OK)
        err = lwurl_read_all(&u, body, sizeof body, &n);
    if (err == LWURL_OK)
        console_write(body, n);
    lwurl_close(&u);
    return err;
}

int app_main(int argc, char *argv[])
{
    if (argc != 2 || board_net_up(NET_MS) != 0 ||
        lwurl_lwip_init(&net) != LWURL_OK)
        return 1;
    return -fetch(argv[1]);
}
