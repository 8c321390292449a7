/* SPDX-License-Identifier: MIT */
/* Node.js' parser: streaming, with callbacks. */
#include <llhttp.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

static int on_data(llhttp_t *parser, const char *p, size_t n)
{
    (void)parser;
    (void)p;
    (void)n;
    return 0;
}

static int on_body(llhttp_t *parser, const char *p, size_t n)
{
    (void)parser;
    memcpy(body + body_n, p, n);
    body_n += n;
    return 0;
}

void run_llhttp(size_t piece)
{
    llhttp_settings_t settings;
    llhttp_t parser;

    llhttp_settings_init(&settings);
    settings.on_status = settings.on_header_field = settings.on_header_value =
        on_data;
    settings.on_body = on_body;
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    for (size_t at = 0; at < response_n;) {
        size_t n = piece_at(at, piece);
        memcpy(window, response + at, n);
        if (llhttp_execute(&parser, window, n) != HPE_OK)
            abort();
        at += n;
    }
}
