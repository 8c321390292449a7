/* SPDX-License-Identifier: MIT */
/*
 * lwurl_passwords.h as a program of records:
 *
 *     find URL REALM  [REALM URI USER PASSWORD] ...   ->   FOUND USER PASSWORD
 */
#include <stdio.h>
#include <string.h>

#include "lwurl_passwords.h"
#include "records.h"

#define LINES_MAX 16

static struct lwurl_str text_of(const char *text)
{
    struct lwurl_str s = {text, text == NULL ? 0 : strlen(text)};

    return s;
}

static void find(void)
{
    struct lwurl_password table[LINES_MAX];
    struct lwurl_passwords passwords = {.table = table};
    struct lwurl_login login = {NULL, NULL};
    int found;

    for (size_t at = 2; at + 4 <= record_args(); at += 4) {
        if (passwords.table_n == LINES_MAX)
            record_die("too many lines");
        table[passwords.table_n++] = (struct lwurl_password){
            record_string(at), record_string(at + 1), record_string(at + 2),
            record_string(at + 3)};
    }
    found = lwurl_passwords_find(&passwords, record_text(0), record_text(1),
                                 &login);
    printf("%d", found);
    record_print(text_of(login.user));
    record_print(text_of(login.password));
    printf("\n");
}

int main(void)
{
    while (record_next()) {
        if (strcmp(record_name(), "find") != 0)
            record_die("no such function");
        find();
    }
    return 0;
}
