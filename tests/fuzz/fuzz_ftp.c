/* SPDX-License-Identifier: MIT */
/* Replies of an ftp server on the control connection, and anything on the data
   connection: the reader, and whole fetches. */
#include "lwurl_ftp.h"
#include "schemes/ftp_reply.h"
#include "wire.h"

struct replies {
    size_t n;
    int codes[4096];
};

/* Reads a window that grows by piece_n bytes at a time. */
static void read_all(struct lwurl_str in, size_t piece_n, struct replies *out)
{
    struct ftp_reply reply = {0, 0};
    struct lwurl_str window = {in.p, 0}, text;
    size_t used, most = 4 * in.n + 4;
    int r = 0;

    out->n = 0;
    while (r >= 0 && most-- > 0) {
        r = ftp_reply_read(&reply, window, false, &used, &text);
        CHECK(used <= window.n);
        if (r > 0) {
            CHECK(r >= 100 && r < 600 && out->n < 4096);
            CHECK(text.n == 0 ||
                  (text.p >= window.p && text.p + text.n <= window.p + used));
            (void)ftp_reply_pasv(text);
            (void)ftp_reply_epsv(text);
            (void)ftp_reply_size(text, &(uint64_t){0});
        }
        if (r != 0)
            out->codes[out->n++] = r;
        window.p += used;
        window.n -= used;
        if (r == 0 && window.p + window.n == in.p + in.n)
            return;
        if (r == 0) {
            size_t left = (size_t)(in.p + in.n - window.p) - window.n;
            window.n += left < piece_n ? left : piece_n;
        }
    }
    CHECK(r < 0);
}

static void check_reader(struct lwurl_str in, size_t piece_n)
{
    static struct replies whole, pieces;

    read_all(in, SIZE_MAX, &whole);
    read_all(in, piece_n, &pieces);
    CHECK(whole.n == pieces.n);
    CHECK(memcmp(whole.codes, pieces.codes, whole.n * sizeof(int)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n < 1 || n > 2048)
        return 0;
    check_reader((struct lwurl_str){(const char *)data + 1, n - 1},
                 1 + data[0] % 5);
    return 0;
}
