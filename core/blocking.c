/* SPDX-License-Identifier: MIT */
/* urlopen, read, close: the turns of a fetch, waited for. */
#include "http/conn.h"
#include "http/engine.h"

int lwurl_next(struct lwurl *u)
{
    struct lwurl_wants wants;
    int r;

    while ((r = lwurl_step(u)) == LWURL_TURN_WAIT) {
        lwurl_wants(u, &wants);
        if (wants.ms > 0)
            conn_pause(u, &wants);
    }
    return r;
}

/* Runs up to the response head, or to where a streamed body is wanted. */
static int run_to_response(struct lwurl *u)
{
    for (;;) {
        int r = lwurl_next(u);
        if (r < 0)
            return r;
        if (r == LWURL_TURN_CREDENTIALS)
            (void)lwurl_credentials(u, NULL, NULL);
        else if (r != LWURL_TURN_FIELD && r != LWURL_TURN_REDIRECT)
            return r == LWURL_TURN_SEND ? LWURL_OK : u->err;
    }
}

int lwurl_open(struct lwurl *u, const struct lwurl_opener *opener,
               const struct lwurl_request *request, void *work, size_t work_n)
{
    int err = lwurl_begin(u, opener, request, work, work_n);

    return err == LWURL_OK ? run_to_response(u) : err;
}

int lwurl_write(struct lwurl *u, const void *p, size_t n)
{
    const char *from = p;
    uint64_t written = lwurl_written(u);

    while (n > 0) {
        if ((u->flags & F_RESPONDED) != 0)
            return u->err;
        int r = lwurl_next(u);
        if (lwurl_written(u) < written) /* wanted again, from its first byte */
            r = LWURL_ERR_BODY;
        else if (r == LWURL_TURN_SEND)
            r = lwurl_send(u, from, n);
        else if (r == LWURL_TURN_CREDENTIALS)
            r = lwurl_credentials(u, NULL, NULL);
        else if (r > 0)
            r = 0;
        if (r < 0)
            return r;
        from += r;
        n -= (size_t)r;
        written = lwurl_written(u);
    }
    return LWURL_OK;
}

int lwurl_finish(struct lwurl *u)
{
    if ((u->flags & F_RESPONDED) != 0)
        return u->err;
    int r = lwurl_send_end(u);
    if (r == LWURL_OK)
        r = run_to_response(u);
    if (r == LWURL_OK && (u->flags & F_RESPONDED) == 0)
        r = LWURL_ERR_BODY; /* wanted again: lwurl_written() is 0 */
    return r;
}
