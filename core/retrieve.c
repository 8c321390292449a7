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
#include "lwurl_request.h"
#include "lwurl_verify.h"
#include "resume.h"
#include "text/str.h"

enum { IDLE, FETCH, BODY, VERIFY, COMMIT, DONE, FAILED };

/* Bytes between two entries of the journal, where nobody says. */
#define EVERY 4096u

/* The caller's own Range is the caller's own affair; NULL: there is none. */
static const struct lwurl_header *own_range(const struct lwurl_request *request)
{
    const struct lwurl_header *h = request->headers;

    for (size_t i = 0; i < request->headers_n && h != NULL; i++)
        if (str_is(str_of(h[i].name), "Range"))
            return &h[i];
    return NULL;
}

/* One without a value is to be left out. */
static bool asks_for_part(const struct lwurl_retrieve *r)
{
    const struct lwurl_header *range = own_range(r->what->request);

    return range != NULL && range->value != NULL;
}

/* Can what was begun go on at all? */
static bool can_resume(const struct lwurl_retrieve *r)
{
    return r->what->resume != NULL && own_range(r->what->request) == NULL &&
           text_equal(lwurl_request_method(r->what->request), "GET");
}

/* The sink is not wanted any more, nor the journal for now. */
static void let_go(struct lwurl_retrieve *r)
{
    const struct lwurl_sink *sink = r->what->sink;
    bool keep = r->resume != NULL && r->resume->saved;

    if (r->resume != NULL)
        r->resume->active = false;
    r->resume = NULL;
    if (r->sinking)
        sink->abort(sink->ctx, keep);
    r->sinking = false;
}

/* ------------------------------------------------------------------- begin */

/* The half of a work buffer that bodies go through. */
static size_t piece_of(size_t work_n)
{
    return work_n / 2 - work_n / 2 % 64;
}

static int begin_fetch(struct lwurl_retrieve *r)
{
    int err = lwurl_begin(&r->u, r->opener, r->what->request, r->work,
                          r->work_n - r->piece_max);

    r->phase = err == LWURL_OK ? FETCH : FAILED;
    return err;
}

/* Whether what was begun before can go on. */
static void begin_resume(struct lwurl_retrieve *r)
{
    struct lwurl_resume *resume = r->what->resume;
    const struct lwurl_sink *sink = r->what->sink;

    if (!can_resume(r))
        return;
    r->resume = resume;
    resume->active = true;
    resume->ops->load(resume, r->what);
    if (resume->from == 0)
        return;
    if (sink->begin(sink->ctx, resume->total, resume->from) == LWURL_OK) {
        r->sinking = true;
        r->done = resume->from;
        r->total = resume->total;
    } else {
        resume->from = 0; /* what the journal tells of is gone */
    }
}

int lwurl_retrieve_begin(struct lwurl_retrieve *r,
                         const struct lwurl_opener *opener,
                         const struct lwurl_retrieval *what, void *work,
                         size_t work_n)
{
    int err;

    if (r == NULL || opener == NULL || what == NULL || what->sink == NULL ||
        work == NULL || what->request == NULL || what->request->url == NULL ||
        (what->resume != NULL && what->resume->ops == NULL))
        return LWURL_ERR_CALL;
    lwurl_retrieve_close(r);
    if (work_n < LWURL_RETRIEVE_WORK_MIN)
        return LWURL_ERR_ROOM;
    r->what = what;
    r->opener = opener;
    r->work = work;
    r->work_n = work_n;
    r->piece_max = piece_of(work_n);
    r->piece = (unsigned char *)work + (work_n - r->piece_max);
    r->done = 0;
    r->total = LWURL_LENGTH_UNKNOWN;
    r->tries = 1;
    if (what->verify != NULL)
        what->verify->told = what->verify->coded = false;
    begin_resume(r);
    err = begin_fetch(r);
    if (err != LWURL_OK)
        lwurl_retrieve_close(r);
    return err;
}

/* --------------------------------------------------------------- the journal
 */

/* Entries are at multiples of what the sink, a hash and the caller want. */
static uint64_t next_entry(const struct lwurl_retrieve *r)
{
    const struct lwurl_sink *sink = r->what->sink;
    const struct lwurl_resume *resume = r->resume;
    uint64_t grain = sink->grain > 1 ? sink->grain : 1, step = grain;
    uint64_t every;

    if (resume == NULL || resume->records == NULL || sink->sync == NULL ||
        resume->validator[0] == '\0')
        return UINT64_MAX;
    while (step % 64 != 0)
        step += grain;
    every = resume->every != 0 ? resume->every : EVERY;
    step = (every + step - 1) / step * step;
    return (r->done / step + 1) * step;
}

/* Makes what is here last, and notes it; not at the end of the content. */
static int note_entry(struct lwurl_retrieve *r)
{
    const struct lwurl_sink *sink = r->what->sink;
    int err = LWURL_OK;

    if (r->done != r->next)
        return LWURL_OK;
    if (r->done != r->total) {
        err = sink->sync(sink->ctx);
        if (err == LWURL_OK)
            r->resume->ops->save(r->resume, r->what, r->done);
    }
    r->next = next_entry(r);
    return err;
}

/* ------------------------------------------------------------------- failing
 */

/* Errors behind which no byte of what came is worth keeping. */
static bool is_spoilt(int err)
{
    return err == LWURL_ERR_CONTENT || err == LWURL_ERR_SIGNATURE ||
           err == LWURL_ERR_RANGE || err == LWURL_ERR_SIZE;
}

static int fail(struct lwurl_retrieve *r, int err)
{
    if (r->u.err == LWURL_OK)
        (void)lwurl_fail(&r->u, err, 0);
    if (r->resume != NULL && is_spoilt(err))
        (void)r->resume->ops->forget(r->resume);
    let_go(r);
    r->phase = FAILED;
    return err;
}

/* Asks for the rest, on the same connection where it can serve again. */
static int ask_for_rest(struct lwurl_retrieve *r)
{
    int err;

    r->resume->from = r->resume->validator[0] != '\0' ? r->done : 0;
    lwurl_close(&r->u);
    if (r->u.cancel != 0)
        return LWURL_ERR_CANCELED;
    err = begin_fetch(r);
    return err == LWURL_OK ? LWURL_TURN_BODY : err;
}

/* A connection that broke, or did not come about, may be tried again. */
static bool may_try(const struct lwurl_retrieve *r, int err)
{
    struct lwurl_error error;

    lwurl_error(&r->u, &error);
    return r->resume != NULL && r->tries < r->resume->tries && error.retry &&
           err != LWURL_ERR_STATUS && err != LWURL_ERR_DEADLINE &&
           !is_spoilt(err);
}

/* -------------------------------------------------------------------- step */

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

/* Before the first byte of the old ones goes. A download that cannot resume
   did not look whether there is an entry: it is removed as well. */
static int forget_entry(const struct lwurl_retrieve *r)
{
    struct lwurl_resume *resume = r->what->resume;

    if (resume == NULL)
        return LWURL_OK;
    if (r->resume == NULL)
        resume->saved = true;
    return resume->ops->forget(resume);
}

static int begin_anew(struct lwurl_retrieve *r)
{
    const struct lwurl_sink *sink = r->what->sink;
    struct lwurl_verify *verify = r->what->verify;
    int err;

    r->done = 0;
    r->total = r->end = lwurl_length(&r->u);
    if (r->total != LWURL_LENGTH_UNKNOWN && is_too_long(r, r->total))
        return LWURL_ERR_SIZE;
    err = forget_entry(r);
    if (err != LWURL_OK)
        return err;
    r->sinking = true;
    err = sink->begin(sink->ctx, r->total, 0);
    if (err == LWURL_OK && verify != NULL)
        verify->ops->begin(verify);
    return err;
}

/* The rest of what is here comes. */
static int go_on(struct lwurl_retrieve *r)
{
    r->total = r->resume->total;
    r->end = r->resume->end;
    return is_too_long(r, r->total) ? LWURL_ERR_SIZE : LWURL_OK;
}

static int begin_body(struct lwurl_retrieve *r)
{
    bool goes_on = r->resume != NULL && r->resume->from > 0;
    int err;

    if (r->resume != NULL && !r->resume->judged)
        return LWURL_ERR_CALL; /* the opener has no LWURL_RESUME */
    err = goes_on ? go_on(r) : begin_anew(r);
    if (err != LWURL_OK)
        return err;
    r->next = next_entry(r);
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
    if (status == 206 && r->resume == NULL && !asks_for_part(r))
        return LWURL_ERR_RANGE;
    if (status == 0 || status / 100 == 2)
        return begin_body(r);
    let_go(r);
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
    if (n > r->end - r->done)
        return LWURL_ERR_RANGE;
    err = sink->write(sink->ctx, r->done, r->piece, n);
    if (err != LWURL_OK)
        return err;
    if (verify != NULL)
        verify->ops->add(verify, r->piece, n);
    r->done += n;
    report(r);
    err = note_entry(r);
    return err == LWURL_OK ? LWURL_TURN_BODY : err;
}

static int take_body(struct lwurl_retrieve *r)
{
    size_t max = r->piece_max;
    int n;

    if (max > r->next - r->done)
        max = (size_t)(r->next - r->done);
    n = lwurl_take(&r->u, r->piece, max);
    return n <= 0 ? n : put(r, (size_t)n);
}

static int end_body(struct lwurl_retrieve *r)
{
    if (r->end != LWURL_LENGTH_UNKNOWN && r->end != r->done)
        return LWURL_ERR_INCOMPLETE;
    if (r->resume != NULL && r->total != LWURL_LENGTH_UNKNOWN &&
        r->done < r->total) /* so far the server sent what it wanted to */
        return ask_for_rest(r);
    r->total = r->done;
    r->phase = VERIFY;
    return LWURL_TURN_BODY;
}

static int step_fetch(struct lwurl_retrieve *r)
{
    int turn = lwurl_step(&r->u);

    if (turn == LWURL_TURN_RESPONSE)
        return take_response(r);
    if (turn == LWURL_TURN_BODY)
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
    if (r->resume != NULL) /* an entry that stays is found to be void later */
        (void)r->resume->ops->forget(r->resume);
    let_go(r);
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
    case FAILED:
        return r->u.err;
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
    if (turn < 0 && r->phase < VERIFY && may_try(r, turn)) {
        r->tries++;
        turn = ask_for_rest(r);
    }
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
    if (r->what != NULL)
        let_go(r);
    r->what = NULL;
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
