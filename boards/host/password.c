/* SPDX-License-Identifier: MIT */
#include "password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>

static bool read_line(FILE *tty, char *line, size_t max)
{
    if (fgets(line, (int)max, tty) == NULL)
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* Echo goes off before the question comes: what is typed in between would show,
   and be dropped. Standard error may be a file; the question is for the
   terminal. */
static bool ask_quietly(FILE *in, FILE *out, const char *question, char *line,
                        size_t max)
{
    struct termios was, quiet;
    bool good;

    if (tcgetattr(fileno(in), &was) != 0)
        return false;
    quiet = was;
    quiet.c_lflag &= (tcflag_t)~ECHO;
    tcsetattr(fileno(in), TCSAFLUSH, &quiet);
    fputs(question, out);
    fflush(out);
    good = read_line(in, line, max);
    fputc('\n', out);
    tcsetattr(fileno(in), TCSAFLUSH, &was);
    return good;
}

bool password_ask(const char *question, char *password, size_t max)
{
    FILE *in = fopen("/dev/tty", "r"), *out = fopen("/dev/tty", "w");
    bool good = in != NULL && out != NULL &&
                ask_quietly(in, out, question, password, max);

    if (in != NULL)
        fclose(in);
    if (out != NULL)
        fclose(out);
    return good;
}
