/* SPDX-License-Identifier: MIT */
#include "tap.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hosts_text.h"
#include "lwurl_types.h"
#include "supply.h"

static void say(const struct tap *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct tap *t, const char *format, ...)
{
    char line[512];
    va_list args;

    if (t->say == NULL)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    t->say(line);
}

void tap_begin(struct tap *t)
{
    t->began_us = host_now_us();
    memset(&t->times, 0, sizeof t->times);
    t->connects = 0;
    t->sent_n = t->received_n = 0;
}

int64_t tap_now(const struct tap *t)
{
    int64_t us = host_now_us() - t->began_us;

    return us > 0 ? us : 1;
}

static void address_text(const struct lwurl_addr *a,
                         char text[ADDRESS_TEXT_MAX])
{
    char numbers[INET6_ADDRSTRLEN];

    inet_ntop(a->family == 6 ? AF_INET6 : AF_INET, a->bytes, numbers,
              sizeof numbers);
    snprintf(text, ADDRESS_TEXT_MAX, "%s", hosts_to_pc(numbers));
}

void tap_peer_text(const struct tap *t, char text[ADDRESS_TEXT_MAX])
{
    text[0] = '\0';
    if (t->peer.family != 0)
        address_text(&t->peer, text);
}
