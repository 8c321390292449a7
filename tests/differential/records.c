/* SPDX-License-Identifier: MIT */
#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_N (1u << 20)
#define ARGS_MAX   64

/* What was read of an argument: the text itself, and with a NUL behind. */
struct argument {
    struct lwurl_str text;
    char *string;
};

static char line[LINE_MAX_N];
static const char *name = "";
static struct argument args[ARGS_MAX];
static size_t args_n;

void record_die(const char *why)
{
    fprintf(stderr, "%s: %s\n", name, why);
    exit(2);
}

void *record_allocate(size_t n)
{
    void *p = malloc(n > 0 ? n : 1);

    if (p == NULL)
        record_die("no memory");
    return p;
}

void record_print(struct lwurl_str s)
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

static void decode(struct argument *to, const char *word)
{
    size_t n = strlen(word) / 2;
    char *p = record_allocate(n);

    to->string = record_allocate(n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(digit(word[2 * i]) << 4 | digit(word[2 * i + 1]));
    memcpy(to->string, p, n);
    to->string[n] = '\0';
    to->text = (struct lwurl_str){p, n};
}

static void add(const char *word)
{
    struct argument *to = &args[args_n++];

    if (word[0] == 'x') {
        decode(to, word + 1);
    } else if (word[0] == '-') {
        *to = (struct argument){{NULL, 0}, NULL};
    } else { /* a number */
        to->text = (struct lwurl_str){NULL, 0};
        to->string = record_allocate(strlen(word) + 1);
        memcpy(to->string, word, strlen(word) + 1);
    }
}

static void forget(void)
{
    while (args_n > 0) {
        args_n--;
        free((void *)(uintptr_t)args[args_n].text.p);
        free(args[args_n].string);
    }
}

int record_next(void)
{
    const char *word;

    forget();
    if (fgets(line, sizeof line, stdin) == NULL)
        return 0;
    if (strchr(line, '\n') == NULL || (name = strtok(line, " \n")) == NULL)
        record_die("no record");
    while ((word = strtok(NULL, " \n")) != NULL) {
        if (args_n == ARGS_MAX)
            record_die("too many arguments");
        add(word);
    }
    return 1;
}

const char *record_name(void)
{
    return name;
}

size_t record_args(void)
{
    return args_n;
}

struct lwurl_str record_text(size_t i)
{
    return i < args_n ? args[i].text : (struct lwurl_str){NULL, 0};
}

const char *record_string(size_t i)
{
    return i < args_n ? args[i].string : NULL;
}

unsigned long record_number(size_t i)
{
    if (i >= args_n || args[i].string == NULL)
        record_die("no number");
    return strtoul(args[i].string, NULL, 10);
}
