/* SPDX-License-Identifier: MIT */
#include "password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>

static bool read_line(FILE *tty, const char *question, char *line, size_t max)
{
    bool good;

    fputs(question, tty);
    fflush(tty);
    good = fgets(line, (int)max, tty) != NULL;
    if (good)
        line[strcspn(line, "\r\n")] = '\0';
    fputc('\n', tty);
    return good;
}

bool password_ask(const char *question, char *password, size_t max)
{
    struct termios was, quiet;
    FILE *tty = fopen("/dev/tty", "r+");
    bool good;

    if (tty == NULL)
        return false;
    good = tcgetattr(fileno(tty), &was) == 0;
    if (good) {
        quiet = was;
        quiet.c_lflag &= (tcflag_t)~ECHO;
        tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
        good = read_line(tty, question, password, max);
        tcsetattr(fileno(tty), TCSAFLUSH, &was);
    }
    fclose(tty);
    return good;
}
