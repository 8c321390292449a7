/* SPDX-License-Identifier: MIT */
/*
 * lwurl_parse.h for a test in another language: a record per line on standard
 * input, its answer per line on standard output.
 *
 *     NAME ARGUMENT ...   ->   ERROR RESULT ...
 *
 * Texts are hexadecimal behind an 'x'; "-" is an absent one. Every argument is
 * read from, and every result written to, memory of exactly its size; a result
 * has to be the same in a larger room, and short ones are tried in every
 * smaller room, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl_parse.h"

#define LINE_MAX_N (1u << 20)
#define ARGS_MAX   32
#define SHORT      12 /* bytes of a result that is tried in every room */

static char line[LINE_MAX_N];
static struct lwurl_str args[ARGS_MAX];
static size_t args_n;
static struct lwurl_str fragment; /* second result of urldefrag */

static void die(const char *why)
{
    fprintf(stderr, "parse: %s: %s\n", why, line);
    exit(2);
}

static void *allocate(size_t n)
{
    void *p = malloc(n > 0 ? n : 1);

    if (p == NULL)
        die("no memory");
    return p;
}

/* ------------------------------------------------------------------- texts */

static void print_text(struct lwurl_str s)
{
    if (s.p == NULL) {
        fputs(" -", stdout);
        return;
    }
    fputs(" x", stdout);
    for (size_t i = 0; i < s.n; i++)
        printf("%02x", (unsigned char)s.p[i]);
}

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* `word` is what stands between blanks. */
static struct lwurl_str read_text(const char *word)
{
    struct lwurl_str s = {NULL, 0};

    if (word[0] == '-')
        return s;
    s.n = strlen(word + 1) / 2;
    char *p = allocate(s.n);
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(digit(word[1 + 2 * i]) << 4 | digit(word[2 + 2 * i]));
    s.p = p;
    return s;
}

static void free_text(struct lwurl_str s)
{
    free((void *)(uintptr_t)s.p);
}

static struct lwurl_str arg(size_t i)
{
    return i < args_n ? args[i] : (struct lwurl_str){NULL, 0};
}

/* ---------------------------------------------- functions with (out, max, n)
 */

static int unsplit(char *out, size_t max, size_t *n)
{
    struct lwurl_split parts = {.scheme = arg(0),
                                .netloc = arg(1),
                                .path = arg(2),
                                .query = arg(3),
                                .fragment = arg(4)};

    return lwurl_urlunsplit(&parts, out, max, n);
}

static int join(char *out, size_t max, size_t *n)
{
    return lwurl_urljoin(arg(0), arg(1), out, max, n);
}

static int defrag(char *out, size_t max, size_t *n)
{
    return lwurl_urldefrag(arg(0), out, max, n, &fragment);
}

/* The second argument is `safe`, as a C string. */
static const char *safe(void)
{
    static char text[256];

    if (arg(1).n >= sizeof text)
        die("safe is too long");
    if (arg(1).n > 0)
        memcpy(text, arg(1).p, arg(1).n);
    text[arg(1).n] = '\0';
    return text;
}

static int quote(char *out, size_t max, size_t *n)
{
    return lwurl_quote(arg(0), safe(), out, max, n);
}

static int quote_plus(char *out, size_t max, size_t *n)
{
    return lwurl_quote_plus(arg(0), safe(), out, max, n);
}

static int unquote(char *out, size_t max, size_t *n)
{
    return lwurl_unquote(arg(0), out, max, n);
}

static int unquote_plus(char *out, size_t max, size_t *n)
{
    return lwurl_unquote_plus(arg(0), out, max, n);
}

static int encode(char *out, size_t max, size_t *n)
{
    struct lwurl_pair pairs[ARGS_MAX / 2];

    for (size_t i = 0; i < args_n / 2; i++)
        pairs[i] = (struct lwurl_pair){arg(2 * i), arg(2 * i + 1)};
    return lwurl_urlencode(pairs, args_n / 2, out, max, n);
}

typedef int (*writer)(char *out, size_t max, size_t *n);

/* In a room of its own, which ends where it ends. */
static int write_in(writer f, size_t max, struct lwurl_str *out)
{
    char *room = allocate(max);
    size_t n = SIZE_MAX;
    int err = f(room, max, &n);

    if (err == LWURL_OK && n < max && room[n] != '\0')
        die("no NUL behind the result");
    if (err == LWURL_OK && n > max)
        die("longer than its room");
    if (err == LWURL_ERR_ROOM && n <= max)
        die("refused a room that is large enough");
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
            die("another result in a smaller room");
        if (err != LWURL_OK && err != LWURL_ERR_ROOM)
            die("another error in a smaller room");
        free_text(s);
    }
}

static void run_writer(writer f)
{
    struct lwurl_str s, larger;
    size_t max = 0;
    int err;

    while ((err = write_in(f, max, &s)) == LWURL_ERR_ROOM) {
        max = s.n; /* more than before: write_in sees to it */
        free_text(s);
    }
    if (write_in(f, max + 1, &larger) != err || larger.n != s.n ||
        (err == LWURL_OK && memcmp(larger.p, s.p, s.n) != 0))
        die("another result in a larger room");
    if (err == LWURL_OK && max <= SHORT)
        try_smaller(f, max, s);
    printf("%d", err);
    if (err == LWURL_OK)
        print_text(s);
    if (err == LWURL_OK && f == defrag)
        print_text(fragment);
    free_text(s);
    free_text(larger);
}

/* ------------------------------------------------------------------- others */

static void run_split(void)
{
    struct lwurl_split s;
    uint32_t port = 0;
    int err = lwurl_urlsplit(arg(0), &s);

    printf("%d", err);
    print_text(s.scheme);
    print_text(s.netloc);
    print_text(s.path);
    print_text(s.query);
    print_text(s.fragment);
    print_text(s.username);
    print_text(s.password);
    print_text(s.hostname);
    print_text(s.port);
    if (err == LWURL_OK)
        err = lwurl_split_port(&s, &port);
    printf(" %d %lu", err, (unsigned long)port);
}

static void print_decoded(struct lwurl_str s)
{
    char *room = allocate(s.n);
    struct lwurl_str out = {room, 0};

    if (lwurl_unquote_plus(s, room, s.n, &out.n) != LWURL_OK)
        die("longer when decoded");
    print_text(out);
    free(room);
}

/* The second argument is "x01" to keep blanks. */
static void run_qsl(void)
{
    struct lwurl_str query = arg(0);
    struct lwurl_pair pair;

    printf("0");
    while (lwurl_parse_qsl(&query, arg(1).n > 0, &pair)) {
        print_decoded(pair.name);
        print_decoded(pair.value);
    }
}

static void run_unwrap(void)
{
    printf("0");
    print_text(lwurl_unwrap(arg(0)));
}

static void run_literal(void)
{
    printf("%d", lwurl_is_ipv4(arg(0)) ? 4 : lwurl_is_ipv6(arg(0)) ? 6 : 0);
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

static void run(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, name) != 0)
            continue;
        if (functions[i].write != NULL)
            run_writer(functions[i].write);
        else
            functions[i].run();
        putchar('\n');
        return;
    }
    die("no such function");
}

int main(void)
{
    while (fgets(line, sizeof line, stdin) != NULL) {
        const char *name = strtok(line, " \n"), *word;

        args_n = 0;
        while ((word = strtok(NULL, " \n")) != NULL && args_n < ARGS_MAX)
            args[args_n++] = read_text(word);
        if (name == NULL || word != NULL)
            die("no record");
        run(name);
        while (args_n > 0)
            free_text(args[--args_n]);
    }
    return 0;
}
