/* SPDX-License-Identifier: MIT */
/* -w: a format with variables, named as curl names them. */
#include <inttypes.h>
#include <string.h>

#include "report.h"

enum kind { TEXT, ROOM, COUNT, STATUS, TIME };

/* clang-format off */
#define ROW(name, kind, member) {name, kind, offsetof(struct report, member)}
/* clang-format on */

static const struct variable {
    const char *name;
    enum kind kind;
    size_t at; /* of the member in struct report */
} variables[] = {
    ROW("content_type", ROOM, content_type),
    ROW("errormsg", TEXT, message),
    ROW("exitcode", COUNT, exit),
    ROW("filename_effective", TEXT, output),
    ROW("http_code", STATUS, status),
    ROW("http_version", TEXT, version),
    ROW("method", TEXT, method),
    ROW("num_connects", COUNT, connects),
    ROW("num_headers", COUNT, headers),
    ROW("num_redirects", COUNT, redirects),
    ROW("remote_ip", ROOM, peer),
    ROW("remote_port", COUNT, peer_port),
    ROW("response_code", STATUS, status),
    ROW("scheme", TEXT, scheme),
    ROW("size_download", COUNT, received),
    ROW("size_header", COUNT, head_received),
    ROW("size_request", COUNT, request_n),
    ROW("size_upload", COUNT, sent),
    ROW("speed_download", COUNT, speed),
    ROW("ssl_verify_result", COUNT, verified),
    ROW("time_appconnect", TIME, secured),
    ROW("time_connect", TIME, connected),
    ROW("time_namelookup", TIME, named),
    ROW("time_pretransfer", TIME, ready),
    ROW("time_starttransfer", TIME, answered),
    ROW("time_total", TIME, ended),
    ROW("url", ROOM, url),
    ROW("url_effective", ROOM, url),
};

static void put_variable(const struct report *r, const struct variable *v,
                         FILE *to)
{
    const char *at = (const char *)r + v->at;
    const char *text = at;
    uint64_t us;

    switch (v->kind) {
    case TEXT:
        memcpy(&text, at, sizeof text);
        fputs(text != NULL ? text : "", to);
        break;
    case ROOM:
        fputs(text, to);
        break;
    case COUNT:
        fprintf(to, "%" PRIu64, *(const uint64_t *)at);
        break;
    case STATUS:
        fprintf(to, "%03" PRIu64, *(const uint64_t *)at);
        break;
    case TIME:
        us = (uint64_t) * (const int64_t *)at;
        fprintf(to, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
        break;
    }
}

static const struct variable *find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (strlen(variables[i].name) == n &&
            memcmp(variables[i].name, name, n) == 0)
            return &variables[i];
    return NULL;
}

/* What stands behind "%{name}". An unknown name is text as any other. */
static const char *put_named(const struct report *r, const char *format,
                             FILE *to)
{
    const char *name = format + 2;
    size_t n = strcspn(name, "}");
    const struct variable *v = name[n] == '}' ? find(name, n) : NULL;

    if (v == NULL) {
        fputc('%', to);
        return format + 1;
    }
    put_variable(r, v, to);
    return name + n + 1;
}

static const char *put_escape(const char *format, FILE *to)
{
    static const char letters[] = "nrt\\", bytes[] = "\n\r\t\\";
    const char *at = format[1] != '\0' ? strchr(letters, format[1]) : NULL;

    fputc(at != NULL ? bytes[at - letters] : '\\', to);
    return format + (at != NULL ? 2 : 1);
}

void report_write_out(const struct report *r, const char *format, FILE *to)
{
    while (*format != '\0') {
        if (format[0] == '%' && format[1] == '{') {
            format = put_named(r, format, to);
        } else if (format[0] == '%' && format[1] == '%') {
            fputc('%', to);
            format += 2;
        } else if (format[0] == '\\') {
            format = put_escape(format, to);
        } else {
            fputc(*format++, to);
        }
    }
}
