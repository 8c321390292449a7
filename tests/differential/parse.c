/* SPDX-License-Identifier: MIT */
/*
 * lwurl_parse.h as a program of records. Every result is written to memory of
 * exactly its size; it has to be the same in a larger room, and short ones are
 * tried in every smaller room, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl_parse.h"
#include "records.h"

#define PAIRS_MAX 16
#define SHORT     12 /* bytes of a result that is tried in every room */

static struct lwurl_str fragment; /* second result of urldefrag */

/* --------------------------------------------- functions with (out, max, n) */

static int unsplit(char *out, size_t max, size_t *n)
{
    struct lwurl_split parts = {.scheme = record_text(0),
                                .netloc = record_text(1),
                                .path = record_text(2),
                                .query = record_text(3),
                                .fragment = record_text(4)};

    return lwurl_urlunsplit(&parts, out, max, n);
}

static int join(char *out, size_t max, size_t *n)
{
    return lwurl_urljoin(record_text(0), record_text(1), out, max, n);
}

static int defrag(char *out, size_t max, size_t *n)
{
    return lwurl_urldefrag(record_text(0), out, max, n, &fragment);
}

static int quote(char *out, size_t max, size_t *n)
{
    return lwurl_quote(record_text(0), record_string(1), out, max, n);
}

static int quote_plus(char *out, size_t max, size_t *n)
{
    return lwurl_quote_plus(record_text(0), record_string(1), out, max, n);
}

static int unquote(char *out, size_t max, size_t *n)
{
    return lwurl_unquote(record_text(0), out, max, n);
}

static int unquote_plus(char *out, size_t max, size_t *n)
{
    return lwurl_unquote_plus(record_text(0), out, max, n);
}

static int encode(char *out, size_t max, size_t *n)
{
    struct lwurl_pair pairs[PAIRS_MAX];

    for (size_t i = 0; i < record_args() / 2; i++)
        pairs[i] =
            (struct lwurl_pair){record_text(2 * i), record_text(2 * i + 1)};
    return lwurl_urlencode(pairs, record_args() / 2, out, max, n);
}

typedef int (*writer)(char *out, size_t max, size_t *n);

/* In a room of its own, which ends where it ends. */
static int write_in(writer f, size_t max, struct lwurl_str *out)
{
    char *room = record_allocate(max);
    size_t n = SIZE_MAX;
    int err = f(room, max, &n);

    if (err == LWURL_OK && n < max && room[n] != '\0')
        record_die("no NUL behind the result");
    if (err == LWURL_OK && n > max)
        record_die("longer than its room");
    if (err == LWURL_ERR_ROOM && n <= max)
        record_die("refused a room that is large enough");
    out->n = n;
    out->p = room;
    return err;
}

/* Every room below one that holds all: refused, or the same result. */
static void try_smaller(writer f, size_t max, struct lwurl_str whole)
{
    while (max-- > 0) {
        struct lwurl_str s;
        int err = write_in(f, max, &s);
        if (err == LWURL_OK &&
            (s.n != whole.n || memcmp(s.p, whole.p, s.n) != 0))
            record_die("another result in a smaller room");
        if (err != LWURL_OK && err != LWURL_ERR_ROOM)
            record_die("another error in a smaller room");
        free((void *)(uintptr_t)s.p);
    }
}

static void run_writer(writer f)
{
    struct lwurl_str s, larger;
    size_t max = 0;
    int err;

    while ((err = write_in(f, max, &s)) == LWURL_ERR_ROOM) {
        max = s.n; /* more than before: write_in sees to it */
        free((void *)(uintptr_t)s.p);
    }
    if (write_in(f, max + 1, &larger) != err || larger.n != s.n ||
        (err == LWURL_OK && memcmp(larger.p, s.p, s.n) != 0))
        record_die("another result in a larger room");
    if (err == LWURL_OK && max <= SHORT)
        try_smaller(f, max, s);
    printf("%d", err);
    if (err == LWURL_OK)
        record_print(s);
    if (err == LWURL_OK && f == defrag)
        record_print(fragment);
    free((void *)(uintptr_t)s.p);
    free((void *)(uintptr_t)larger.p);
}

/* ------------------------------------------------------------------- others */

static void run_split(void)
{
    struct lwurl_split s;
    uint32_t port = 0;
    int err = lwurl_urlsplit(record_text(0), &s);

    printf("%d", err);
    record_print(s.scheme);
    record_print(s.netloc);
    record_print(s.path);
    record_print(s.query);
    record_print(s.fragment);
    record_print(s.username);
    record_print(s.password);
    record_print(s.hostname);
    record_print(s.port);
    if (err == LWURL_OK)
        err = lwurl_split_port(&s, &port);
    printf(" %d %lu", err, (unsigned long)port);
}

static void print_decoded(struct lwurl_str s)
{
    char *room = record_allocate(s.n);
    struct lwurl_str out = {room, 0};

    if (lwurl_unquote_plus(s, room, s.n, &out.n) != LWURL_OK)
        record_die("longer when decoded");
    record_print(out);
    free(room);
}

/* The second argument is "x01" to keep blanks. */
static void run_qsl(void)
{
    struct lwurl_str query = record_text(0);
    struct lwurl_pair pair;

    printf("0");
    while (lwurl_parse_qsl(&query, record_text(1).n > 0, &pair)) {
        print_decoded(pair.name);
        print_decoded(pair.value);
    }
}

static void run_unwrap(void)
{
    printf("0");
    record_print(lwurl_unwrap(record_text(0)));
}

static void run_literal(void)
{
    printf("%d", lwurl_is_ipv4(record_text(0))   ? 4
                 : lwurl_is_ipv6(record_text(0)) ? 6
                                                 : 0);
}

static const struct {
    const char *name;
    writer write;
    void (*run)(void);
} functions[] = {
    {"split", NULL, run_split},   {"unsplit", unsplit, NULL},
    {"join", join, NULL},         {"defrag", defrag, NULL},
    {"quote", quote, NULL},       {"quote_plus", quote_plus, NULL},
    {"unquote", unquote, NULL},   {"unquote_plus", unquote_plus, NULL},
    {"urlencode", encode, NULL},  {"qsl", NULL, run_qsl},
    {"unwrap", NULL, run_unwrap}, {"literal", NULL, run_literal},
};

static void run(void)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, record_name()) != 0)
            continue;
        if (functions[i].write != NULL)
            run_writer(functions[i].write);
        else
            functions[i].run();
        putchar('\n');
        return;
    }
    record_die("no such function");
}

int main(void)
{
    while (record_next())
        run();
    return 0;
}
