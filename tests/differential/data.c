/* SPDX-License-Identifier: MIT */
/*
 * data: URLs as a program of records, without a network:
 *
 *     strict URL PIECE  ->  ERROR CONTENT-TYPE BODY
 *     lax URL PIECE     ->  ERROR CONTENT-TYPE BODY
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl.h"
#include "lwurl_port.h"
#include "records.h"

static const struct lwurl_handler strict[] = {LWURL_DATA_STRICT};
static const struct lwurl_handler lax[] = {LWURL_DATA};

static uint32_t now_ms(void *ctx)
{
    (void)ctx;
    return 0;
}

static const struct lwurl_port port = {.now_ms = now_ms};

/* What a fetch gave. */
struct outcome {
    size_t type_n, body_n;
    char type[8192], body[8192];
};

static void keep(char *to, size_t *to_n, struct lwurl_str bytes)
{
    if (bytes.n > 8192 - *to_n)
        record_die("no room");
    if (bytes.n > 0)
        memcpy(to + *to_n, bytes.p, bytes.n);
    *to_n += bytes.n;
}

static void keep_field(const struct lwurl *u, struct outcome *out)
{
    struct lwurl_field field;

    lwurl_field(u, &field);
    if (lwurl_name_is(field.name, "content-type"))
        keep(out->type, &out->type_n, field.value);
}

static void take(struct lwurl *u, struct outcome *out)
{
    size_t max = record_number(1);
    char *piece = record_allocate(max);
    int n = lwurl_take(u, piece, max);

    keep(out->body, &out->body_n, (struct lwurl_str){piece, (size_t)n});
    free(piece);
}

static int fetch(const struct lwurl_opener *opener, struct outcome *out)
{
    struct lwurl_request request = {.url = record_string(0),
                                    .flags = LWURL_ASK_FIELDS};
    struct lwurl u = {0};
    char *work = record_allocate(512);
    int r = lwurl_begin(&u, opener, &request, work, 512);

    if (r == LWURL_OK)
        r = 1;
    while (r > 0 && r != LWURL_TURN_DONE) {
        r = lwurl_step(&u);
        if (r == LWURL_TURN_FIELD)
            keep_field(&u, out);
        if (r == LWURL_TURN_BODY)
            take(&u, out);
    }
    if (r > 0 && lwurl_length(&u) != out->body_n)
        record_die("another length");
    lwurl_end(&u);
    free(work);
    return r < 0 ? r : LWURL_OK;
}

int main(void)
{
    struct lwurl_opener opener = {.port = &port, .handlers_n = 1};
    static struct outcome out;

    while (record_next()) {
        out.type_n = out.body_n = 0;
        opener.handlers = strcmp(record_name(), "strict") == 0 ? strict : lax;
        printf("%d", fetch(&opener, &out));
        record_print((struct lwurl_str){out.type, out.type_n});
        record_print((struct lwurl_str){out.body, out.body_n});
        putchar('\n');
    }
    return 0;
}
