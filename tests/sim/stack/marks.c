/* SPDX-License-Identifier: MIT */
#include "stack/marks.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "coop/coop.h"
#include "near.h"
#include "plan.h"

/* What the painter's own frames may take, and what is painted below them. */
#define SHALLOW 256u
#define PAINTED 4096u

/* The address above the return address of the function that it is in. */
#define FRAME() ((char *)__builtin_dwarf_cfa())

enum entry { OPEN, READ, BEGIN, STEP, TAKE, CLOSE, END, ENTRIES };
static const char *const entry_names[ENTRIES] = {
    "marked_open", "marked_read",  "marked_begin", "marked_step",
    "marked_take", "marked_close", "marked_end"};

enum member {
    NOW,
    UP,
    RESOLVE,
    CANCEL,
    CONNECT,
    CONNECTED,
    SEND,
    RECV,
    PORT_CLOSE,
    WAIT,
    NO_PORT, /* the call made none */
    MEMBERS
};
static const char *const member_names[MEMBERS] = {
    "now_ms", "up",   "resolve", "resolve_cancel", "connect", "connected",
    "send",   "recv", "close",   "wait",           "-"};

/* Shared by the processes that run seeds. */
static size_t (*deepest)[MEMBERS];

__attribute__((constructor)) static void make_room(void)
{
    void *p = mmap(NULL, ENTRIES * sizeof *deepest, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        abort();
    deepest = p;
}

/* Processes that run seeds end without it. */
__attribute__((destructor)) static void report(void)
{
    for (int e = 0; e < ENTRIES; e++)
        for (int m = 0; m < MEMBERS; m++)
            if (deepest[e][m] > 0)
                printf("# stack %s %s %zu\n", entry_names[e], member_names[m],
                       deepest[e][m]);
}

/* ------------------------------------------------------------------- marks */

static struct mark {
    const struct coop_task *task; /* NULL: free */
    enum entry entry;
    char *top; /* NULL: the task is in no call */
    bool in_port;
} marks[TASKS_MAX];

static struct mark *mark_of(const struct coop_task *task)
{
    struct mark *mark = marks;

    while (mark->task && mark->task != task)
        mark++;
    mark->task = task;
    return mark;
}

static void keep(enum entry entry, enum member member, size_t n)
{
    if (n > deepest[entry][member])
        deepest[entry][member] = n;
}

static __attribute__((noinline)) void enter(enum entry entry, char *top)
{
    struct mark *mark = mark_of(coop_self());

    mark->entry = entry;
    mark->top = top;
    mark->in_port = false;
    coop_paint(top - PAINTED, PAINTED - SHALLOW);
}

static __attribute__((noinline)) void leave(void)
{
    struct mark *mark = mark_of(coop_self());
    size_t n = coop_peak(mark->top - PAINTED, PAINTED - SHALLOW);

    if (!mark->in_port && n > 0)
        keep(mark->entry, NO_PORT, n + SHALLOW);
    mark->top = NULL;
}

static void reach(enum member member, const char *frame)
{
    struct mark *mark = mark_of(coop_self());

    if (mark->top)
        keep(mark->entry, member, (size_t)(mark->top - frame));
    mark->in_port = true;
}

/* ------------------------------------------------------------------- twins */

int marked_open(struct lwurl *u, const struct lwurl_opener *opener,
                const struct lwurl_request *request, void *work, size_t n)
{
    enter(OPEN, FRAME());
    int r = lwurl_open(u, opener, request, work, n);
    leave();
    return r;
}

int marked_read(struct lwurl *u, void *dst, size_t n)
{
    enter(READ, FRAME());
    int r = lwurl_read(u, dst, n);
    leave();
    return r;
}

int marked_begin(struct lwurl *u, const struct lwurl_opener *opener,
                 const struct lwurl_request *request, void *work, size_t n)
{
    enter(BEGIN, FRAME());
    int r = lwurl_begin(u, opener, request, work, n);
    leave();
    return r;
}

int marked_step(struct lwurl *u)
{
    enter(STEP, FRAME());
    int r = lwurl_step(u);
    leave();
    return r;
}

int marked_take(struct lwurl *u, void *dst, size_t n)
{
    enter(TAKE, FRAME());
    int r = lwurl_take(u, dst, n);
    leave();
    return r;
}

void marked_close(struct lwurl *u)
{
    enter(CLOSE, FRAME());
    lwurl_close(u);
    leave();
}

void marked_end(struct lwurl *u)
{
    enter(END, FRAME());
    lwurl_end(u);
    leave();
}

/* -------------------------------------------------------------------- port */

static uint32_t now_ms(void *ctx)
{
    (void)ctx;
    reach(NOW, FRAME());
    return near_port.now_ms(near_port.ctx);
}

static int up(void *ctx)
{
    (void)ctx;
    reach(UP, FRAME());
    return near_port.up(near_port.ctx);
}

static int resolve(void *ctx, int *slot, struct lwurl_str name,
                   unsigned attempt, struct lwurl_addr *out)
{
    (void)ctx;
    reach(RESOLVE, FRAME());
    return near_port.resolve(near_port.ctx, slot, name, attempt, out);
}

static void resolve_cancel(void *ctx, int slot)
{
    (void)ctx;
    reach(CANCEL, FRAME());
    near_port.resolve_cancel(near_port.ctx, slot);
}

static int connect_to(void *ctx, const struct lwurl_addr *to)
{
    (void)ctx;
    reach(CONNECT, FRAME());
    return near_port.connect(near_port.ctx, to);
}

static int connected(void *ctx, int fd)
{
    (void)ctx;
    reach(CONNECTED, FRAME());
    return near_port.connected(near_port.ctx, fd);
}

static int send_slices(void *ctx, int fd, const struct lwurl_str *slices,
                       size_t n)
{
    (void)ctx;
    reach(SEND, FRAME());
    return near_port.send(near_port.ctx, fd, slices, n);
}

static int recv_bytes(void *ctx, int fd, void *p, size_t n)
{
    (void)ctx;
    reach(RECV, FRAME());
    return near_port.recv(near_port.ctx, fd, p, n);
}

static void close_fd(void *ctx, int fd, int abort)
{
    (void)ctx;
    reach(PORT_CLOSE, FRAME());
    near_port.close(near_port.ctx, fd, abort);
}

static void wait_for(void *ctx, int fd, unsigned events, uint32_t ms)
{
    (void)ctx;
    reach(WAIT, FRAME());
    near_port.wait(near_port.ctx, fd, events, ms);
}

static void wake(void *ctx)
{
    (void)ctx;
    near_port.wake(near_port.ctx);
}

const struct lwurl_port marked_port = {
    .now_ms = now_ms,
    .up = up,
    .resolve = resolve,
    .resolve_cancel = resolve_cancel,
    .connect = connect_to,
    .connected = connected,
    .send = send_slices,
    .recv = recv_bytes,
    .close = close_fd,
    .wait = wait_for,
    .wake = wake,
};
