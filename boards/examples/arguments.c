/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"

static bool read_user(struct arguments *a, char *text)
{
    char *colon = strchr(text, ':');

    if (colon == NULL)
        return false;
    *colon = '\0';
    a->user = text;
    a->password = colon + 1;
    return true;
}

/* Up to six digits: no overflow, in milliseconds either. */
static bool read_number(uint32_t *out, const char *text)
{
    size_t n = strspn(text, "0123456789");

    *out = 0;
    for (size_t i = 0; i < n && n <= 6; i++)
        *out = *out * 10 + (uint32_t)(text[i] - '0');
    return n > 0 && n <= 6 && text[n] == '\0';
}

static bool read_option(struct arguments *a, char letter, char *text)
{
    if (strchr(a->letters, letter) == NULL)
        return false;
    switch (letter) {
    case 's':
        a->storage = text;
        return true;
    case 'u':
        return read_user(a, text);
    case 'n':
        return read_number(&a->times, text);
    case 'p':
        return read_number(&a->period_s, text);
    default:
        return false;
    }
}

int arguments_read(struct arguments *out, int argc, char *argv[])
{
    bool good = true;

    for (int i = 1; i < argc && good; i++) {
        bool option = argv[i][0] == '-' && argv[i][1] != '\0' && i + 1 < argc;
        if (option)
            good = read_option(out, argv[i][1], argv[i + 1]);
        else
            out->url = argv[i];
        i += option;
    }
    if (good && out->url != NULL)
        return 0;
    console_puts("usage: ");
    console_puts(out->usage);
    console_puts("\n");
    return -1;
}
