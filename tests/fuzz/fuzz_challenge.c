/* SPDX-License-Identifier: MIT */
/* WWW-Authenticate, as a reader of it and as what Basic and Digest make of it.
   The events are the same wherever the field is cut into pieces, and no
   challenge puts a line or a control character into a request. */
#include "handlers/challenge.h"
#include "lwurl_auth.h"
#include "lwurl_digest.h"
#include "wire.h"

struct events {
    size_t n;
    char bytes[16384];
};

static void note(struct events *e, enum challenge_event event,
                 struct lwurl_str piece)
{
    static const char mark[] = {'.', '\n', ' ', '='};

    CHECK(e->n + piece.n + 1 < sizeof e->bytes);
    /* A value in pieces is one value. */
    if (event != CHALLENGE_VALUE)
        e->bytes[e->n++] = mark[event];
    memcpy(e->bytes + e->n, piece.p, piece.n);
    e->n += piece.n;
}

static void read_all(struct lwurl_str value, size_t piece_n, struct events *e)
{
    struct lwurl_challenge c;
    struct lwurl_str piece = {"", 0}, in;
    enum challenge_event event;
    size_t most = 2 * value.n + 2;

    e->n = 0;
    memset(&c, 0, sizeof c);
    challenge_begin(&c);
    while (value.n > 0) {
        in = value;
        in.n = in.n < piece_n ? in.n : piece_n;
        value.p += in.n;
        value.n -= in.n;
        while ((event = challenge_next(&c, &in, &piece)) != CHALLENGE_MORE) {
            CHECK(most-- > 0);
            note(e, event, piece);
        }
        CHECK(in.n == 0);
    }
    if (challenge_end(&c, &piece) == CHALLENGE_SCHEME)
        note(e, CHALLENGE_SCHEME, piece);
}

static void check_reader(struct lwurl_str value, size_t piece_n)
{
    static struct events whole, pieces;

    read_all(value, SIZE_MAX, &whole);
    read_all(value, piece_n, &pieces);
    CHECK(whole.n == pieces.n &&
          memcmp(whole.bytes, pieces.bytes, whole.n) == 0);
}

static void check_answers(struct lwurl_str value)
{
    static struct wire w;
    static struct outcome out;
    static const char end[4] = {'\r', '\n', '\r', '\n'};
    static char asked[2560], digest_room[256], realm[32];
    static struct lwurl_digest digest;
    static struct lwurl_basic basic;
    const struct lwurl_handler handlers[] = {LWURL_DIGEST(&digest),
                                             LWURL_BASIC(&basic), LWURL_HTTP};
    struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = 3,
        .request = {.url = "http://h/a?b", .flags = LWURL_ASK_CREDENTIALS},
        .work_n = LWURL_WORK_MIN,
        .bite = 64,
    };
    int n;

    memset(&digest, 0, sizeof digest);
    memset(&basic, 0, sizeof basic);
    digest.room = digest_room;
    digest.room_n = sizeof digest_room;
    basic.realm = realm;
    basic.realm_n = sizeof realm;
    n = snprintf(asked, sizeof asked,
                 "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n"
                 "Connection: close\r\nWWW-Authenticate: ");
    memcpy(asked + n, value.p, value.n);
    memcpy(asked + n + value.n, end, sizeof end);
    w.answers[0] = (struct lwurl_str){asked, (size_t)n + value.n + 4};
    w.answers_n = 1;
    wire_run(&w, &f, &out);
    wire_check_heads(&w);
    CHECK(w.conns <= 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 1 || n > 2048)
        return 0;
    struct lwurl_str value = {(const char *)data + 1, n - 1};
    check_reader(value, 1 + data[0] % 9);
    check_answers(value);
    return 0;
}
