/* SPDX-License-Identifier: MIT */
/* Node.js' former parser: streaming, with callbacks. */
#include <http_parser.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

static int on_data(http_parser *parser, const char *p, size_t n)
{
    (void)parser;
    (void)p;
    (void)n;
    return 0;
}

static int on_body(http_parser *parser, const char *p, size_t n)
{
    (void)parser;
    memcpy(body + body_n, p, n);
    body_n += n;
    return 0;
}

void run_http_parser(size_t piece)
{
    http_parser_settings settings;
    http_parser parser;

    http_parser_settings_init(&settings);
    settings.on_status = settings.on_header_field = settings.on_header_value =
        on_data;
    settings.on_body = on_body;
    http_parser_init(&parser, HTTP_RESPONSE);
    for (size_t at = 0; at < response_n;) {
        size_t n = piece_at(at, piece);
        memcpy(window, response + at, n);
        if (http_parser_execute(&parser, &settings, window, n) != n)
            abort();
        at += n;
    }
}
