/* SPDX-License-Identifier: MIT */
/* A response is the same in whatever pieces it comes: well-formed ones, spoilt
   by a generator with a fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define ROUNDS   4000
#define LONGEST  2000
#define N(array) (sizeof(array) / sizeof(array)[0])

#define X50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define OK11 "HTTP/1.1 200 OK\r\n"

static const char *const seeds[] = {
    OK11 "Content-Length: 5\r\n\r\nhello",
    OK11 "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n10\r\n"
         "0123456789abcdef\r\n0\r\nT: u\r\n\r\n",
    OK11 "A: b\r\nC: d\r\n e\r\n\r\nuntil the end",
    "HTTP/1.1 100 C\r\nX: y\r\n\r\nHTTP/1.1 404 No\r\nConnection: close\r\n"
    "Content-Length: 3, 3\r\n\r\nabc",
    OK11 "Long: " X50 " " X50 "  " X50 "\r\n\t" X50 X50
         "\r\nContent-Length: 0\r\n\r\n",
    OK11 X50 X50 X50 ": b\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length: 1\n\nx",
};

static uint32_t state32;

static uint32_t pick(uint32_t below)
{
    state32 = state32 * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(state32 >> 8) * below) >> 24);
}

/* Changes a byte, drops some, doubles some, or puts one in. */
static size_t spoil(char *p, size_t n)
{
    static const char bytes[] = "\r\n\r\n :;,\t0159afF-+HT/.\0x";
    size_t at = pick((uint32_t)n), k = 1 + pick(12);

    if (k > n - at)
        k = n - at;
    switch (pick(4)) {
    case 0:
        p[at] = bytes[pick(sizeof bytes - 1)];
        return n;
    case 1:
        memmove(p + at, p + at + k, n - at - k);
        return n - k;
    case 2:
        if (n + k > LONGEST)
            return n;
        memmove(p + at + k, p + at, n - at);
        return n + k;
    default:
        memmove(p + at + 1, p + at, n - at);
        p[at] = bytes[pick(sizeof bytes - 1)];
        return n + 1;
    }
}

static struct fake fake;
static struct fetch t;

static void run(const struct fake_peer *peer, size_t work_n)
{
    static const struct lwurl_request get = {.url = "http://h/",
                                             .flags = LWURL_ASK_FIELDS};
    fake_begin(&fake, peer, 1);
    fetch_init(&t, &fake, work_n);
    fetch_run(&t, &get);
    lwurl_close(&t.u);
}

static void same_in_pieces(void **state)
{
    static const size_t works[] = {128, 129, 200, 1024};
    static struct outcome whole;
    static char bytes[LONGEST + 2];
    unsigned good = 0;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const char *seed = seeds[round % N(seeds)];
        size_t work_n = works[round / 7 % N(works)];
        size_t n = (size_t)snprintf(bytes, sizeof bytes, "%s", seed);
        state32 = round;
        for (uint32_t k = pick(4) + 1; k > 0 && n > 1; k--)
            n = spoil(bytes, n);
        struct fake_peer peer = {.says = {{.p = bytes, .n = n, .heads = 1}},
                                 .end = LWURL_PORT_EOF};
        run(&peer, work_n);
        whole = t.got;
        fetch_end(&t);
        good += whole.err == LWURL_OK;
        for (unsigned way = 0; way < 4; way++) {
            peer.piece = way < 2 ? 1 + way * 6 : 0;
            peer.split = way < 2 ? 0 : 1 + pick((uint32_t)n);
            run(&peer, work_n);
            if (t.got.err != whole.err || t.got.status != whole.status ||
                strcmp(t.got.fields, whole.fields) != 0 ||
                t.got.body_n != whole.body_n ||
                memcmp(t.got.body, whole.body, whole.body_n) != 0)
                fail_msg("round %u: %s [%s] not %s [%s]", round,
                         error_name(t.got.err), t.got.fields,
                         error_name(whole.err), whole.fields);
            fetch_end(&t);
        }
    }
    assert_in_range(good, ROUNDS / 10, ROUNDS * 9 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
