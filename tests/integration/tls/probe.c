/* SPDX-License-Identifier: MIT */
/*
 * The TLS filter on a plain socket of this machine: one GET, and what came of
 * it as lines "key value".
 *
 * usage: tls_probe PORT HOST ANCHORS.pem PATH RECORD PROFILE [OPTION]...
 *
 *     own=NAME         certificate NAME.pem and key NAME.key of ours
 *     pin=FILE         a pinned key (32 bytes) beside the chain
 *     sessions=FILE    sessions are read from there, and written back
 *
 * Memory has exactly the length that is under test, on the heap, so that
 * AddressSanitizer sees every byte beyond it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lwurl_anchors.h"
#include "lwurl_handler.h"
#include "lwurl_tls.h"
#include "tls/filter.h"

static const struct lwurl_filter_ops *const ops = &lwurl_tls_filter;

static struct lwurl_tls_slot slot;
static struct lwurl owner;
static struct lwurl_anchors anchors;
static br_x509_trust_anchor list[16];
static unsigned char room[16384];
static size_t sends, longest_send;
static struct lwurl_tls_session session_list[4];
static struct lwurl_tls_sessions sessions = LWURL_TLS_SESSIONS(session_list, 4);
static struct lwurl_tls_pin pin;
static const char *sessions_path;

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = time(NULL);
    return 0;
}

static int read_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    return getrandom(p, n, 0) == (ssize_t)n ? 0 : -1;
}

static const struct lwurl_clock wall_clock = {.now = read_clock};
static const struct lwurl_entropy entropy = {.read = read_entropy};

static size_t load(const char *path, void *to, size_t max)
{
    FILE *f = fopen(path, "rb");
    size_t n = f == NULL ? 0 : fread(to, 1, max, f);

    if (f != NULL)
        fclose(f);
    return n;
}

static void load_anchors(const char *path)
{
    char text[4096];
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        exit(2);
    lwurl_anchors_init(&anchors, list, 16, room, sizeof room);
    while ((n = fread(text, 1, sizeof text, f)) > 0)
        (void)lwurl_anchors_add(&anchors, text, n);
    fclose(f);
    if (lwurl_anchors_end(&anchors) != LWURL_OK)
        exit(2);
}

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        exit(2);
    return fd;
}

static const struct lwurl_tls_profile *profile_of(const char *name)
{
    if (strcmp(name, "fast") == 0)
        return &lwurl_tls_fast;
    if (strcmp(name, "small") == 0)
        return &lwurl_tls_small;
    return strcmp(name, "careful") == 0 ? &lwurl_tls_careful : &lwurl_tls_wide;
}

/* --------------------------------------------------------------- own key */

/* Objects of a PEM file, one after the other in `der`. */
struct objects {
    unsigned char der[8192];
    size_t at[8], n, used;
};

static void take_der(void *ctx, const void *p, size_t n)
{
    struct objects *o = ctx;

    if (n > sizeof o->der - o->used)
        exit(2);
    memcpy(o->der + o->used, p, n);
    o->used += n;
}

static void read_objects(struct objects *o, const char *path)
{
    static char text[16384];
    br_pem_decoder_context pem;
    size_t n = load(path, text, sizeof text);

    br_pem_decoder_init(&pem);
    for (size_t at = 0; at < n;) {
        at += br_pem_decoder_push(&pem, text + at, n - at);
        if (br_pem_decoder_event(&pem) != BR_PEM_BEGIN_OBJ)
            continue;
        if (o->n == 7)
            exit(2);
        o->at[o->n++] = o->used;
        br_pem_decoder_setdest(&pem, take_der, o);
    }
    o->at[o->n] = o->used;
}

static const struct lwurl_tls_key *load_own(const char *name)
{
    static struct objects chain, key;
    static br_x509_certificate list_of[8];
    static br_skey_decoder_context decoder;
    static struct lwurl_tls_ec_key ec;
    static struct lwurl_tls_rsa_key rsa;
    static struct lwurl_tls_key own;
    char path[512];

    snprintf(path, sizeof path, "%s.pem", name);
    read_objects(&chain, path);
    snprintf(path, sizeof path, "%s.key", name);
    read_objects(&key, path);
    for (size_t i = 0; i < chain.n; i++) {
        list_of[i].data = chain.der + chain.at[i];
        list_of[i].data_len = chain.at[i + 1] - chain.at[i];
    }
    br_skey_decoder_init(&decoder);
    br_skey_decoder_push(&decoder, key.der, key.used);
    own = (struct lwurl_tls_key){.ops = &lwurl_tls_key_class,
                                 .chain = list_of,
                                 .chain_n = chain.n,
                                 .type = br_skey_decoder_key_type(&decoder)};
    if (own.type == BR_KEYTYPE_RSA) {
        rsa = (struct lwurl_tls_rsa_key){br_rsa_i31_pkcs1_sign,
                                         *br_skey_decoder_get_rsa(&decoder)};
        own.sign = lwurl_tls_sign_rsa;
        own.ctx = &rsa;
    } else {
        ec = (struct lwurl_tls_ec_key){&br_ec_p256_m31, br_ecdsa_i31_sign_asn1,
                                       *br_skey_decoder_get_ec(&decoder)};
        own.sign = lwurl_tls_sign_ec;
        own.ctx = &ec;
    }
    return &own;
}

static void load_sessions(void)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(4)];
    size_t n = load(sessions_path, bytes, sizeof bytes);

    (void)lwurl_tls_sessions_import(&sessions, bytes, n);
}

static void save_sessions(void)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(4)];
    size_t n = lwurl_tls_sessions_export(&sessions, bytes, sizeof bytes);
    FILE *f = fopen(sessions_path, "wb");

    if (f == NULL || fwrite(bytes, 1, n, f) != n)
        exit(2);
    fclose(f);
}

static void set_option(struct lwurl_tls *tls, const char *option)
{
    const char *value = strchr(option, '=');

    if (value == NULL)
        exit(2);
    value++;
    if (strncmp(option, "own=", 4) == 0) {
        tls->own = load_own(value);
    } else if (strncmp(option, "pin=", 4) == 0) {
        if (load(value, pin.sha256, 32) != 32)
            exit(2);
        tls->pins = &pin;
        tls->pins_n = 1;
    } else {
        sessions_path = value;
        tls->sessions = &sessions;
        load_sessions();
    }
}

/* ------------------------------------------------------------------- pump */

static int push(void *tls, int fd)
{
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_WIRE_OUT, &n);
    ssize_t done;

    if (p == NULL)
        return 0;
    done = send(fd, p, n, MSG_NOSIGNAL);
    if (done <= 0) {
        ops->wire_end(tls);
        return 1;
    }
    sends++;
    longest_send = n > longest_send ? n : longest_send;
    ops->ack(tls, LWURL_FILTER_WIRE_OUT, (size_t)done);
    return 1;
}

static void pull(void *tls, int fd)
{
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_WIRE_IN, &n);
    ssize_t done = recv(fd, p, n, 0);

    if (done <= 0)
        ops->wire_end(tls);
    else
        ops->ack(tls, LWURL_FILTER_WIRE_IN, (size_t)done);
}

static void ask(void *tls, const char *host, const char *path)
{
    char text[256];
    int length = snprintf(text, sizeof text,
                          "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host);
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_APP_OUT, &n);

    if (length <= 0 || n < (size_t)length)
        exit(2);
    memcpy(p, text, (size_t)length);
    ops->ack(tls, LWURL_FILTER_APP_OUT, (size_t)length);
    ops->flush(tls);
}

/* Writes what was received to standard error, the test's other pipe. */
static size_t take(void *tls)
{
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_APP_IN, &n);

    if (p == NULL)
        return 0;
    fwrite(p, 1, n, stderr);
    ops->ack(tls, LWURL_FILTER_APP_IN, n);
    return n;
}

static void run(void *tls, int fd, const char *host, const char *path)
{
    size_t asked = 0, n;

    for (;;) {
        unsigned bits = ops->state(tls);

        if (push(tls, fd))
            continue;
        if ((bits & LWURL_FILTER_CLOSED) != 0)
            return;
        if (!asked && (bits & LWURL_FILTER_APP_OUT) != 0) {
            printf("handshake_sends %zu\nlongest_send %zu\n", sends,
                   longest_send);
            ask(tls, host, path);
            asked = 1;
            continue;
        }
        n = take(tls);
        if (n == 0)
            pull(tls, fd);
    }
}

static void report(struct lwurl_tls *tls)
{
    struct lwurl_tls_info info;
    int32_t detail = 0;
    int err = ops->error(tls, &detail);

    lwurl_tls_info(tls, &info);
    printf("version %04x\nsuite %s\nresumed %d\nerror %d\ndetail %ld\n",
           info.version, lwurl_tls_suite_name(info.suite), info.resumed, err,
           (long)detail);
    printf("alpn %d\nfragment_max %d\nrecord_max %d\n", info.alpn,
           info.fragment_max, info.record_max);
}

int main(int argc, char **argv)
{
    struct lwurl_tls tls = {.slot = &slot,
                            .trust = &lwurl_tls_chain,
                            .entropy = &entropy,
                            .clock = &wall_clock};
    struct lwurl_filter_start how = {.owner = &owner, .port = 443};
    int fd, err;

    if (argc < 7)
        return 2;
    load_anchors(argv[3]);
    tls.anchors = list;
    tls.anchors_n = anchors.n;
    tls.record_n = strtoul(argv[5], NULL, 10);
    tls.record = malloc(tls.record_n);
    if (tls.record_n < LWURL_TLS_RECORD_4096) {
        tls.lent_n = LWURL_TLS_LENT;
        tls.lent = malloc(tls.lent_n);
    }
    tls.profile = profile_of(argv[6]);
    for (int i = 7; i < argc; i++)
        set_option(&tls, argv[i]);
    how.host.p = argv[2];
    how.host.n = strlen(argv[2]);
    fd = connect_to(atoi(argv[1]));
    err = ops->start(&tls, &how);
    if (err != LWURL_OK) {
        printf("start %d\n", err);
    } else {
        run(&tls, fd, argv[2], argv[4]);
        report(&tls);
    }
    ops->stop(&tls);
    if (sessions_path != NULL)
        save_sessions();
    close(fd);
    free(tls.record);
    free(tls.lent);
    return 0;
}
