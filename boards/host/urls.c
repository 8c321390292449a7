/* SPDX-License-Identifier: MIT */
/*
 * Each option takes its text from the command line, or "-": then a record per
 * line of standard input. An empty line stands between the answers; a record
 * that is refused is said on stderr, and its answer is empty (of --parse, it
 * is the line "error: malformed URL").
 */
#include "urls.h"

#include <string.h>

#include "exits.h"
#include "lwurl.h"
#include "lwurl_parse.h"

#define RECORD_LINE_MAX (1u << 20) /* bytes; untouched ones cost nothing */

static char line[RECORD_LINE_MAX];
static char result[3 * RECORD_LINE_MAX + 16]; /* all of a line as %XX, or two
                                                 halves of it joined */

/* One option: what it does to a record; `second` is what follows a TAB. */
struct job {
    const char *name;
    const char *text; /* NULL: not given */
    const char *ref;
    int (*run)(struct lwurl_str text, struct lwurl_str second);
};

static struct lwurl_str slice(const char *text)
{
    return (struct lwurl_str){text, strlen(text)};
}

/* ----------------------------------------------------------------- answers */

static void put_part(const char *name, struct lwurl_str value)
{
    printf("%s:", name);
    if (value.n > 0) {
        putchar(' ');
        fwrite(value.p, 1, value.n, stdout);
    }
    putchar('\n');
}

static int parse(struct lwurl_str text, struct lwurl_str second)
{
    struct lwurl_split s;
    uint32_t port = 0;
    char digits[12] = "";
    int err = lwurl_urlsplit(text, &s);

    (void)second;
    if (err == LWURL_OK)
        err = lwurl_split_port(&s, &port);
    if (err != LWURL_OK)
        return err;
    if (s.port.n > 0)
        snprintf(digits, sizeof digits, "%lu", (unsigned long)port);
    put_part("scheme", s.scheme);
    put_part("netloc", s.netloc);
    put_part("path", s.path);
    put_part("query", s.query);
    put_part("fragment", s.fragment);
    put_part("username", s.username);
    put_part("password", s.password);
    put_part("hostname", s.hostname);
    put_part("port", slice(digits));
    return LWURL_OK;
}

static int put_result(int err, size_t n)
{
    if (err == LWURL_OK) {
        fwrite(result, 1, n, stdout);
        putchar('\n');
    }
    return err;
}

static int join(struct lwurl_str text, struct lwurl_str second)
{
    size_t n;
    int err = lwurl_urljoin(text, second, result, sizeof result, &n);

    return put_result(err, n);
}

static int quote(struct lwurl_str text, struct lwurl_str second)
{
    size_t n;
    int err = lwurl_quote(text, "/", result, sizeof result, &n);

    (void)second;
    return put_result(err, n);
}

static int unquote(struct lwurl_str text, struct lwurl_str second)
{
    size_t n;
    int err = lwurl_unquote(text, result, sizeof result, &n);

    (void)second;
    return put_result(err, n);
}

/* ----------------------------------------------------------------- records */

static int complain(const struct job *job, size_t record, int err)
{
    if (err == LWURL_OK)
        return 0;
    fprintf(stderr, "lwurl: --%s: ", job->name);
    if (record > 0)
        fprintf(stderr, "record %zu: ", record);
    fprintf(stderr, "%s\n", lwurl_strerror(err));
    return exits_of(err);
}

/* Reads up to LF or the end; false when nothing is left. A line that is too
   long ends in mid-line, with n at the maximum. */
static bool read_line(struct lwurl_str *out)
{
    int c = getc(stdin);

    *out = (struct lwurl_str){line, 0};
    if (c == EOF)
        return false;
    while (c != EOF && c != '\n' && out->n < sizeof line) {
        line[out->n++] = (char)c;
        c = getc(stdin);
    }
    return true;
}

static int run_line(const struct job *job, struct lwurl_str text)
{
    struct lwurl_str second = {text.p + text.n, 0};
    const char *tab = job->run == join ? memchr(text.p, '\t', text.n) : NULL;

    if (tab != NULL) {
        second.n = (size_t)(text.p + text.n - tab) - 1;
        second.p = tab + 1;
        text.n = (size_t)(tab - text.p);
    }
    return job->run(text, second);
}

static int run_lines(const struct job *job)
{
    struct lwurl_str text;
    int code = 0;

    for (size_t record = 1; read_line(&text); record++) {
        if (text.n == sizeof line) {
            fprintf(stderr, "lwurl: --%s: record %zu: longer than %u bytes\n",
                    job->name, record, RECORD_LINE_MAX - 1);
            return EXIT_READ;
        }
        if (record > 1)
            putchar('\n');
        int err = run_line(job, text);
        if (err != LWURL_OK && job->run == parse)
            fputs("error: malformed URL", stdout);
        if (err != LWURL_OK)
            putchar('\n');
        int status = complain(job, record, err);
        code = status != 0 ? status : code;
    }
    return ferror(stdin) != 0 ? EXIT_READ : code;
}

static int run(const struct job *job)
{
    if (strcmp(job->text, "-") == 0)
        return run_lines(job);
    return complain(job, 0, job->run(slice(job->text), slice(job->ref)));
}

bool urls_wanted(const struct options *o)
{
    return o->parse != NULL || o->join.base != NULL || o->quote != NULL ||
           o->unquote != NULL;
}

int urls_run(const struct options *o)
{
    const struct job jobs[] = {
        {"parse", o->parse, "", parse},
        {"join", o->join.base, o->join.ref, join},
        {"quote", o->quote, "", quote},
        {"unquote", o->unquote, "", unquote},
    };
    bool first = true;
    int code = 0;

    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        if (jobs[i].text == NULL)
            continue;
        if (!first)
            putchar('\n');
        first = false;
        int status = run(&jobs[i]);
        code = status != 0 ? status : code;
    }
    return code;
}
