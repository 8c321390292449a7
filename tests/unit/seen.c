/* SPDX-License-Identifier: MIT */
#include "seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "fake_filter.h"

unsigned seen_n(const struct fake *f)
{
    unsigned n = 0;

    for (size_t i = 0; i < f->conns_n; i++)
        n += f->conns[i].heads;
    return n;
}

unsigned seen_count(const struct fake *f, const char *text)
{
    unsigned n = 0;

    for (size_t i = 0; i < f->conns_n; i++)
        for (const char *p = heard(f, i); (p = strstr(p, text)) != NULL; p++)
            n++;
    return n;
}

/* Copies up to `end`, and returns what is behind it. */
static const char *cut(char *to, size_t max, const char *from, char end)
{
    size_t n = strcspn(from, (char[]){end, '\0'});

    assert_true(n < max);
    memcpy(to, from, n);
    to[n] = '\0';
    return from + n + 1;
}

/* Where the n-th head of a connection begins, behind a handshake. */
static const char *find_head(const struct fake *f, size_t conn, unsigned n)
{
    const char *p = heard(f, conn);

    for (; n > 0; n--)
        p = strstr(p, "\r\n\r\n") + 4;
    return strncmp(p, FAKE_HI, strlen(FAKE_HI)) == 0 ? p + strlen(FAKE_HI) : p;
}

struct seen seen_request(const struct fake *f, unsigned n, const char *name)
{
    struct seen s = {{0}, {0}, {0}};
    char line[64];
    size_t conn = 0;

    assert_true(n < seen_n(f));
    for (; n >= f->conns[conn].heads; conn++)
        n -= f->conns[conn].heads;
    const char *p = find_head(f, conn, n);
    const char *end = strstr(p, "\r\n\r\n") + 2;
    (void)snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *field = strstr(p, line);
    (void)cut(s.target, sizeof s.target, cut(s.method, sizeof s.method, p, ' '),
              ' ');
    if (field != NULL && field < end) {
        (void)cut(s.field, sizeof s.field, field + strlen(line), '\r');
        field = strstr(field + 1, line);
        assert_true(field == NULL || field >= end);
    }
    return s;
}
