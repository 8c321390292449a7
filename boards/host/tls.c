/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "exits.h"
#include "lwurl_anchors.h"
#include "supply.h"

#define SYSTEM_ANCHORS "/etc/ssl/certs/ca-certificates.crt"

/* Debian's bundle has about 140 anchors in 80 KB; a bundle may grow. */
#define ANCHORS_MAX      1024
#define ANCHORS_ROOM_MAX 1000000

static br_x509_trust_anchor anchors[ANCHORS_MAX];
static unsigned char anchors_room[ANCHORS_ROOM_MAX];
static struct lwurl_tls_slot slot;
static unsigned char record[RECORD_MAX];
static unsigned char lent[LWURL_TLS_LENT] __attribute__((aligned));
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
    .entropy = &host_entropy,
    .clock = &host_clock,
    .event = event,
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

/* Without a bundle there is no https; all else works. */
static int init_anchors(const char *path)
{
    bool wanted = path != NULL;
    FILE *from = fopen(wanted ? path : SYSTEM_ANCHORS, "rb");
    int code;

    if (from == NULL)
        return wanted ? fail(path, strerror(errno)) : 0;
    code = read_anchors(wanted ? path : SYSTEM_ANCHORS, from);
    fclose(from);
    return wanted ? code : 0;
}

int tls_init(const struct options *o)
{
    if (o->record_n != 0)
        host_tls.record_n = o->record_n;
    if (o->keylog != NULL) {
        keylog = fopen(o->keylog, "ab");
        if (keylog == NULL) {
            fprintf(stderr, "lwurl: %s: %s\n", o->keylog, strerror(errno));
            return EXIT_WRITE;
        }
    }
    return init_anchors(o->cacert);
}
