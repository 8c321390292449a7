/* SPDX-License-Identifier: MIT */
/* picohttpparser: heads are read from their beginning again until they are
   whole; lengths are the caller's. */
#include <picohttpparser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser.h"

#define FIELDS_MAX 64
#define MORE       (-2)

static struct phr_chunked_decoder chunks;
static int chunked;

/* What the fields say of the body. */
static void look(const struct phr_header *fields, size_t n)
{
    chunked = 0;
    memset(&chunks, 0, sizeof chunks);
    chunks.consume_trailer = 1;
    for (size_t i = 0; i < n; i++)
        if (fields[i].name_len == 17 &&
            strncasecmp(fields[i].name, "transfer-encoding", 17) == 0)
            chunked = 1;
}

static void take(char *p, size_t n)
{
    if (chunked && phr_decode_chunked(&chunks, p, &n) == -1)
        abort();
    memcpy(body + body_n, p, n);
    body_n += n;
}

void run_pico(size_t piece)
{
    struct phr_header fields[FIELDS_MAX];
    size_t held = 0;
    int head = MORE;

    for (size_t at = 0; at < response_n;) {
        size_t n = piece_at(at, piece), fields_n = FIELDS_MAX, text_n;
        int minor, status;
        const char *text;

        memcpy(window + held, response + at, n);
        at += n;
        if (head >= 0) {
            take(window, n);
            continue;
        }
        head = phr_parse_response(window, held + n, &minor, &status, &text,
                                  &text_n, fields, &fields_n, held);
        held += n;
        if (head >= 0) {
            look(fields, fields_n);
            take(window + head, held - (size_t)head);
            held = 0;
        } else if (head != MORE) {
            abort();
        }
    }
}
