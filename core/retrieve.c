/* SPDX-License-Identifier: MIT */
/*
 * urlretrieve: a body into a sink.
 *
 *   phase    does                             next
 *   FETCH    steps of the fetch, up to the    BODY: the sink has begun;
 *            response head                    DONE: 304
 *   BODY     takes a piece, or steps          VERIFY: the body is complete
 *   VERIFY   digest and signature             COMMIT
 *   COMMIT   commit of the sink               DONE
 *   any      an error: abort of the sink      FAILED
 */
#include "http/conn.h"
#include "lwurl_retrieve.h"
#include "lwurl_verify.h"

enum { IDLE, FETCH, BODY, VERIFY, COMMIT, DONE, FAILED };

/* ------------------------------------------------------------------- begin */

/* The half of a work buffer that bodies go through. */
static size_t piece_of(size_t work_n)
{
    return work_n / 2 - work_n / 2 % 64;
}

int lwurl_retrieve_begin(struct lwurl_retrieve *r,
                         const struct lwurl_opener *opener,
                         const struct lwurl_retrieval *what, void *work,
                         size_t work_n)
{
    int err;

    if (r == NULL || what == NULL || what->sink == NULL || work == NULL)
        return LWURL_ERR_CALL;
    lwurl_retrieve_close(r);
    if (work_n < LWURL_RETRIEVE_WORK_MIN)
        return LWURL_ERR_ROOM;
    r->what = what;
    r->piece_max = piece_of(work_n);
    r->piece = (unsigned char *)work + (work_n - r->piece_max);
    r->done = 0;
    r->total = LWURL_LENGTH_UNKNOWN;
    err =
        lwurl_begin(&r->u, opener, what->request, work, work_n - r->piece_max);
    r->phase = err == LWURL_OK ? FETCH : FAILED;
    return err;
}

/* -------------------------------------------------------------------- step */

static int fail(struct lwurl_retrieve *r, int err)
{
    const struct lwurl_sink *sink = r->what->sink;

    if (r->u.err == LWURL_OK)
        (void)lwurl_fail(&r->u, err, 0);
    r->phase = FAILED;
    if (r->sinking)
        sink->abort(sink->ctx, 0);
    r->sinking = false;
    return err;
}

static void report(const struct lwurl_retrieve *r)
{
    const struct lwurl_retrieval *what = r->what;

    if (what->progress != NULL)
        what->progress(what->progress_ctx, r->done, r->total);
}

static bool is_too_long(const struct lwurl_retrieve *r, uint64_t n)
{
    return r->what->size_max != 0 && n > r->what->size_max;
}

static int begin_body(struct lwurl_retrieve *r)
{
    const struct lwurl_sink *sink = r->what->sink;
    struct lwurl_verify *verify = r->what->verify;
    int err;

    r->done = 0;
    r->total = lwurl_length(&r->u);
    if (r->total != LWURL_LENGTH_UNKNOWN && is_too_long(r, r->total))
        return LWURL_ERR_SIZE;
    r->sinking = true;
    err = sink->begin(sink->ctx, r->total, 0);
    if (err != LWURL_OK)
        return err;
    if (verify != NULL)
        verify->ops->begin(verify);
    r->phase = BODY;
    report(r);
    return LWURL_TURN_BODY;
}

static int take_response(struct lwurl_retrieve *r)
{
    unsigned status = lwurl_status(&r->u);
    struct lwurl_error error;

    lwurl_error(&r->u, &error);
    if (error.code != LWURL_OK)
        return error.code;
    if (status == 0 || status / 100 == 2)
        return begin_body(r);
    r->phase = DONE;
    return LWURL_TURN_DONE;
}

static int put(struct lwurl_retrieve *r, size_t n)
{
    const struct lwurl_sink *sink = r->what->sink;
    struct lwurl_verify *verify = r->what->verify;
    int err;

    if (is_too_long(r, r->done + n))
        return LWURL_ERR_SIZE;
    err = sink->write(sink->ctx, r->done, r->piece, n);
    if (err != LWURL_OK)
        return err;
    if (verify != NULL)
        verify->ops->add(verify, r->piece, n);
    r->done += n;
    report(r);
    return LWURL_TURN_BODY;
}

static int take_body(struct lwurl_retrieve *r)
{
    int n = lwurl_take(&r->u, r->piece, r->piece_max);

    return n <= 0 ? n : put(r, (size_t)n);
}

static int end_body(struct lwurl_retrieve *r)
{
    if (r->total != LWURL_LENGTH_UNKNOWN && r->total != r->done)
        return LWURL_ERR_INCOMPLETE;
    r->total = r->done;
    r->phase = VERIFY;
    return LWURL_TURN_BODY;
}

static int step_fetch(struct lwurl_retrieve *r)
{
    int turn = lwurl_step(&r->u);

    if (turn == LWURL_TURN_RESPONSE)
        return take_response(r);
    if (turn == LWURL_TURN_BODY && r->phase == BODY)
        turn = take_body(r);
    else if (turn == LWURL_TURN_DONE)
        return end_body(r);
    return turn == 0 ? LWURL_TURN_BODY : turn; /* 0: nothing was there yet */
}

static int verify_all(struct lwurl_retrieve *r)
{
    struct lwurl_verify *verify = r->what->verify;
    int err = verify == NULL ? LWURL_OK : verify->ops->end(verify);

    if (err != LWURL_OK)
        return err;
    r->phase = COMMIT;
    return LWURL_TURN_BODY;
}

static int commit(struct lwurl_retrieve *r)
{
    const struct lwurl_sink *sink = r->what->sink;
    int err = sink->commit(sink->ctx, r->done);

    if (err != LWURL_OK)
        return err;
    r->sinking = false;
    r->phase = DONE;
    return LWURL_TURN_DONE;
}

static int step(struct lwurl_retrieve *r)
{
    switch (r->phase) {
    case VERIFY:
    case COMMIT:
        if (r->u.cancel != 0)
            return LWURL_ERR_CANCELED;
        return r->phase == VERIFY ? verify_all(r) : commit(r);
    case DONE:
        return LWURL_TURN_DONE;
    default:
        return step_fetch(r);
    }
}

int lwurl_retrieve_step(struct lwurl_retrieve *r)
{
    int turn;

    if (r->phase == IDLE)
        return LWURL_ERR_CALL;
    turn = step(r);
    return turn < 0 ? fail(r, turn) : turn;
}

void lwurl_retrieve_wants(struct lwurl_retrieve *r, struct lwurl_wants *out)
{
    lwurl_wants(&r->u, out);
}

uint64_t lwurl_retrieve_done(const struct lwurl_retrieve *r)
{
    return r->done;
}

uint64_t lwurl_retrieve_total(const struct lwurl_retrieve *r)
{
    return r->total;
}

void lwurl_retrieve_close(struct lwurl_retrieve *r)
{
    if (r->sinking)
        (void)fail(r, LWURL_ERR_CANCELED);
    lwurl_close(&r->u);
    r->phase = IDLE;
}

/* ---------------------------------------------------------------- blocking */

/* What a program that waits has to do for a turn. */
static int take_turn(struct lwurl_retrieve *r, int turn)
{
    struct lwurl_wants wants;

    if (turn == LWURL_TURN_WAIT) {
        lwurl_retrieve_wants(r, &wants);
        if (wants.ms > 0)
            conn_pause(&r->u, &wants);
    } else if (turn == LWURL_TURN_CREDENTIALS) {
        (void)lwurl_credentials(&r->u, NULL, NULL);
    } else if (turn == LWURL_TURN_SEND) {
        return fail(r, LWURL_ERR_CALL); /* nobody can write that body */
    }
    return turn;
}

int lwurl_retrieve(struct lwurl_retrieve *r, const struct lwurl_opener *opener,
                   const struct lwurl_retrieval *what, void *work,
                   size_t work_n)
{
    int turn = lwurl_retrieve_begin(r, opener, what, work, work_n);

    if (turn < 0)
        return turn;
    do
        turn = take_turn(r, lwurl_retrieve_step(r));
    while (turn >= 0 && turn != LWURL_TURN_DONE);
    lwurl_retrieve_close(r);
    return turn < 0 ? turn : LWURL_OK;
}
