/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "exits.h"
#include "lwurl_anchors.h"
#include "lwurl_parts.h"
#include "own_key.h"
#include "sessions.h"
#include "supply.h"

#define SYSTEM_ANCHORS "/etc/ssl/certs/ca-certificates.crt"

/* Debian's bundle has about 140 anchors in 80 KB; a bundle may grow. */
#define ANCHORS_MAX      1024
#define ANCHORS_ROOM_MAX 1000000

#define PINS_MAX 8

static br_x509_trust_anchor anchors[ANCHORS_MAX];
static unsigned char anchors_room[ANCHORS_ROOM_MAX];
static struct lwurl_tls_slot slot;
static unsigned char record[RECORD_MAX];
static unsigned char lent[LWURL_TLS_LENT] __attribute__((aligned));
static struct lwurl_tls_pin pins[PINS_MAX];
static char part_tag[256];
static struct lwurl_parts parts = {.room = part_tag, .room_n = sizeof part_tag};
static FILE *keylog;

void (*tls_ready)(void);

static void event(void *ctx, const struct lwurl_tls *tls,
                  enum lwurl_tls_event what)
{
    char line[LWURL_TLS_KEYLOG_N];

    (void)ctx;
    if (what != LWURL_TLS_READY)
        return;
    if (tls_ready != NULL)
        tls_ready();
    if (keylog == NULL)
        return;
    lwurl_tls_keylog(tls, line);
    fprintf(keylog, "%s\n", line);
    fflush(keylog);
    memset(line, 0, sizeof line);
}

struct lwurl_tls host_tls = {
    .slot = &slot,
    .record = record,
    .record_n = sizeof record,
    .lent = lent,
    .lent_n = sizeof lent,
    .profile = &lwurl_tls_wide,
    .trust = &lwurl_tls_chain,
    .anchors = anchors,
    .pins = pins,
    .entropy = &host_entropy,
    .clock = &host_clock,
    .event = event,
    .parts = &parts,
};

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "lwurl: trust anchors %s: %s\n", path, why);
    return EXIT_ANCHORS;
}

static int read_anchors(const char *path, FILE *from)
{
    static struct lwurl_anchors reader;
    char piece[4096];
    size_t n;
    int err = LWURL_OK;

    lwurl_anchors_init(&reader, anchors, ANCHORS_MAX, anchors_room,
                       sizeof anchors_room);
    while (err == LWURL_OK && (n = fread(piece, 1, sizeof piece, from)) > 0)
        err = lwurl_anchors_add(&reader, piece, n);
    if (ferror(from))
        return fail(path, strerror(errno));
    if (err == LWURL_OK)
        err = lwurl_anchors_end(&reader);
    if (err == LWURL_ERR_ROOM)
        return fail(path, "too many");
    if (err != LWURL_OK)
        return fail(path, "no certificate in PEM form");
    host_tls.anchors_n = reader.n;
    return 0;
}

/* By a URL, or a redirect. */
static bool https_may_come(const struct options *o)
{
    for (size_t i = 0; i < o->urls.n; i++)
        if (strncasecmp(o->urls.item[i].text, "https:", 6) == 0)
            return true;
    return o->location;
}

/* Without a bundle there is no https; all else works. The system's takes 60 ms
   to read. */
static int init_anchors(const struct options *o)
{
    const char *path = o->cacert;
    bool wanted = path != NULL;
    FILE *from;
    int code;

    if (!wanted && !https_may_come(o))
        return 0;
    from = fopen(wanted ? path : SYSTEM_ANCHORS, "rb");
    if (from == NULL)
        return wanted ? fail(path, strerror(errno)) : 0;
    code = read_anchors(wanted ? path : SYSTEM_ANCHORS, from);
    fclose(from);
    return wanted ? code : 0;
}

/* ---------------------------------------------------------------------- pins
 */

/* Value of a base64 digit (RFC 4648 4), or -1. */
static int digit_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* "sha256//" and 43 digits for 32 bytes. What follows, or NULL. */
static const char *read_pin(unsigned char hash[32], const char *text)
{
    static const char prefix[] = "sha256//";
    uint32_t bits = 0;
    unsigned n = 0;

    if (strncmp(text, prefix, sizeof prefix - 1) != 0)
        return NULL;
    text += sizeof prefix - 1;
    for (int i = 0; i < 43; i++) {
        int value = digit_value(*text++);
        if (value < 0)
            return NULL;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 > 0)
            hash[n++] = (unsigned char)(bits >> (6 - i % 4 * 2));
    }
    return *text == '=' ? text + 1 : NULL;
}

/* Pins with semicolons between them. */
static int init_pins(const char *text)
{
    while (text != NULL && host_tls.pins_n < PINS_MAX) {
        text = read_pin(pins[host_tls.pins_n++].sha256, text);
        if (text != NULL && *text == '\0')
            return 0;
        if (text != NULL && *text++ != ';')
            break;
    }
    fputs("lwurl: --pinnedpubkey: wants sha256//BASE64, at most 8\n", stderr);
    return EXIT_USAGE;
}

/* What this program is to servers, and what it remembers of them. */
static int init_own(const struct options *o)
{
    int code = own_key_init(o, &host_tls.own);

    if (code != 0)
        return code;
    host_tls.sessions = o->no_sessions ? NULL : &host_sessions;
    return sessions_read(o);
}

int tls_init(const struct options *o)
{
    int code = init_own(o);

    if (code != 0)
        return code;
    if (o->pins != NULL && init_pins(o->pins) != 0)
        return EXIT_USAGE;
    if (o->record_n != 0)
        host_tls.record_n = o->record_n;
    if (o->keylog != NULL) {
        keylog = fopen(o->keylog, "ab");
        if (keylog == NULL) {
            fprintf(stderr, "lwurl: %s: %s\n", o->keylog, strerror(errno));
            return EXIT_WRITE;
        }
    }
    return init_anchors(o);
}
