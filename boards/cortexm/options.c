/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <string.h>

static int set_user(struct options *o, char *text)
{
    char *colon = strchr(text, ':');

    if (colon == NULL)
        return -1;
    *colon = '\0';
    o->user = text;
    o->password = colon + 1;
    return 0;
}

/* Up to six digits: no overflow, also in milliseconds of 32 bits. */
static int set_number(uint32_t *value, const char *text, uint32_t unit)
{
    size_t n = strlen(text);

    if (n == 0 || n > 6)
        return -1;
    for (*value = 0; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        *value = *value * 10 + (uint32_t)(*text - '0');
    }
    *value *= unit;
    return 0;
}

static int set_option(struct options *o, char letter, char *text)
{
    switch (letter) {
    case 'u':
        return set_user(o, text);
    case 'm':
        return set_number(&o->deadline_ms, text, 1000);
    case 'c':
        return set_number(&o->anchor, text, 1);
    default:
        return -1;
    }
}

/* The first URL takes the place of the one built in. */
static int add_url(struct options *o, const char *url, size_t *given)
{
    if (*given == URLS_MAX)
        return -1;
    o->urls[(*given)++] = url;
    o->urls_n = *given;
    return 0;
}

int options_parse(struct options *o, int argc, char *argv[])
{
    size_t given = 0;
    int err = 0;

    for (int i = 1; i < argc && err == 0; i++) {
        if (argv[i][0] != '-')
            err = add_url(o, argv[i], &given);
        else if (strlen(argv[i]) != 2 || i + 1 == argc)
            err = -1;
        else {
            err = set_option(o, argv[i][1], argv[i + 1]);
            i++;
        }
    }
    return err;
}
