/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <stdbool.h>
#include <string.h>

#define JSMN_STATIC
#define JSMN_STRICT
#include "jsmn.h"

#define TOKENS_MAX 32 /* 16 bytes of stack each */
#define PERIOD_MAX 86400u

static bool is_named(const char *text, const jsmntok_t *t, const char *name)
{
    size_t n = (size_t)(t->end - t->start);

    return t->type == JSMN_STRING && n == strlen(name) &&
           memcmp(text + t->start, name, n) == 0;
}

static bool read_text(const char *text, const jsmntok_t *t, char *out,
                      size_t max)
{
    size_t n = (size_t)(t->end - t->start);

    if (t->type != JSMN_STRING || n >= max ||
        memchr(text + t->start, '\\', n) != NULL)
        return false;
    memcpy(out, text + t->start, n);
    out[n] = '\0';
    return true;
}

static bool read_period(const char *text, const jsmntok_t *t, uint32_t *out)
{
    uint32_t value = 0;

    if (t->type != JSMN_PRIMITIVE)
        return false;
    for (int i = t->start; i < t->end; i++) {
        if (text[i] < '0' || text[i] > '9' || value > PERIOD_MAX)
            return false;
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    *out = value;
    return value >= 1 && value <= PERIOD_MAX;
}

/* The token behind a value and all that is in it. */
static int behind(const jsmntok_t *tokens, int n, int at)
{
    int end = tokens[at].end;

    while (at < n && tokens[at].start < end)
        at++;
    return at;
}

/* jsmn takes a text that ends too early for one that is not complete, and one
   that goes on behind its end for two. */
static bool is_whole(const jsmntok_t *tokens, int n)
{
    return n > 0 && tokens[0].type == JSMN_OBJECT && behind(tokens, n, 0) == n;
}

const char *settings_read(struct settings *out, const char *text, size_t n)
{
    jsmntok_t tokens[TOKENS_MAX];
    struct settings s = *out;
    jsmn_parser parser;
    bool named = false, timed = false;

    jsmn_init(&parser);
    int found = jsmn_parse(&parser, text, n, tokens, TOKENS_MAX);
    if (found == JSMN_ERROR_NOMEM)
        return "more members than this device has room for";
    if (!is_whole(tokens, found))
        return "not an object of JSON";
    for (int i = 1; i + 1 < found; i = behind(tokens, found, i + 1)) {
        const jsmntok_t *value = &tokens[i + 1];
        if (is_named(text, &tokens[i], "name"))
            named = read_text(text, value, s.name, sizeof s.name);
        else if (is_named(text, &tokens[i], "report_every_s"))
            timed = read_period(text, value, &s.report_every_s);
    }
    if (!named || !timed)
        return "\"name\" or \"report_every_s\" is missing, or is not right";
    *out = s;
    return NULL;
}
