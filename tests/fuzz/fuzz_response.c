/* SPDX-License-Identifier: MIT */
/* A response of any bytes: head parser, body framing, engine. How its bytes
   are cut into pieces, and how large the rooms are, changes nothing. */
#include "wire.h"

static const struct lwurl_handler handlers[] = {LWURL_HTTP};

/* Room for the names and values of any input here, so that none is cut. */
#define ROOMY 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct wire w;
    static struct outcome whole, pieces;
    struct wire_fetch f = {
        .handlers = handlers,
        .handlers_n = 1,
        .request = {.url = "http://h/", .flags = LWURL_ASK_FIELDS},
        .work_n = ROOMY,
        .bite = 4096,
    };

    if (n < 1 || n > 2048)
        return 0;
    w.answers[0] = (struct lwurl_str){(const char *)data + 1, n - 1};
    w.answers_n = 1;
    w.piece = w.take = 0;
    if ((data[0] & 0x80) != 0)
        f.request.method = "HEAD";
    if ((data[0] & 0x40) != 0)
        f.request.flags |= LWURL_HTTP09;
    wire_run(&w, &f, &whole);
    wire_check_heads(&w);

    w.piece = 1 + data[0] % 7;
    w.take = 1 + data[0] % 5;
    f.bite = 1 + data[0] % 11;
    wire_run(&w, &f, &pieces);
    wire_check_heads(&w);
    CHECK(pieces.status == whole.status);
    CHECK(pieces.err == whole.err);
    CHECK(pieces.n == whole.n &&
          memcmp(pieces.bytes, whole.bytes, whole.n) == 0);

    /* Where a name does not fit it is cut; a length or coding that does not fit
       is refused (100 zeros before a number); of two faults the other one may
       be found first; nothing else changes. */
    f.work_n = LWURL_WORK_MIN;
    wire_run(&w, &f, &pieces);
    CHECK(pieces.status == whole.status);
    CHECK((pieces.err == LWURL_OK) == (whole.err == LWURL_OK) ||
          (whole.err == LWURL_OK && n > LWURL_WORK_MIN / 2 &&
           (pieces.err == LWURL_ERR_LENGTH || pieces.err == LWURL_ERR_CODING)));
    CHECK(whole.err != LWURL_OK || pieces.n <= whole.n);
    return 0;
}
