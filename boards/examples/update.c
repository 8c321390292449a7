/* SPDX-License-Identifier: MIT */
/*
 * A device that updates itself: downloads a signed image into its storage,
 * goes on where a drop or a power cut ended the last try, and marks the image
 * bootable in one write when length and signature agree. The signature lies
 * beside the image, as URL.sig (openssl dgst -sha256 -sign).
 *
 *     update [-s STORAGE] URL
 *
 * Erasing flash that code runs from stops a chip of one bank for some 20 ms a
 * page; a product with two banks, or with its image in a serial flash, has no
 * such pause.
 */
#include <string.h>

#include "arguments.h"
#include "board.h"
#include "lwurl_redirect.h"
#include "lwurl_resume.h"
#include "lwurl_retrieve.h"
#include "lwurl_retry.h"
#include "lwurl_signature.h"
#include "lwurl_verify.h"
#include "network.h"
#include "signer.h" /* of build/device, by make */
#include "cortexm/tls.h"

#define SIGNATURE_MAX 80u /* bytes; ECDSA on P-256 has 72 at most */
#define URL_MAX       256u
#define STEP          (16u * 1024u) /* bytes between two lines of progress */

enum { RECORD_IMAGE = 1, RECORD_JOURNAL, RECORD_BUDGET, RECORD_SIGNATURE };

/* ------------------------------------------------------------------ memory */

/* The storage: a few erase units of records, then the image. */
static struct lwurl_records records = {.storage = &board_storage};
static struct lwurl_region region = {
    .storage = &board_storage, .records = &records, .id = RECORD_IMAGE};
static struct lwurl_sink image_sink;

static unsigned char signature[SIGNATURE_MAX];
static struct lwurl_memory signature_memory = {.p = signature,
                                               .max = sizeof signature};
static const struct lwurl_sink signature_sink =
    LWURL_MEMORY_SINK(&signature_memory);

static const struct lwurl_signer signer = LWURL_SIGNER_EC(signer_key);
static struct lwurl_verify verify = {.ops = &lwurl_verify_signature,
                                     .signer = &signer};
static struct lwurl_resume resume = {
    .ops = &lwurl_resume_ops, .records = &records, .id = RECORD_JOURNAL};

static const struct lwurl_retry_rules rules = {.tries = 8};
static struct lwurl_manners manners = {.rules = &rules};
static struct lwurl_retry retry = {.manners = &manners, .clock = &board_clock};
static char redirect_room[URL_MAX];
static struct lwurl_redirect redirect = {.room = redirect_room,
                                         .room_n = sizeof redirect_room};

static const struct lwurl_handler handlers[] = {
    LWURL_RETRY(&retry),
    LWURL_RESUME(&resume),
    LWURL_VERIFY(&verify),
    LWURL_REDIRECT(&redirect),
    LWURL_HTTP,
    LWURL_HTTPS(&device_tls),
};
static const struct lwurl_opener opener = {
    &net_port, handlers, sizeof handlers / sizeof handlers[0]};

static struct lwurl_retrieve retrieve;
static unsigned char work[1024];

/* ----------------------------------------------------------------- console */

static void say_number(const char *before, uint64_t n, const char *after)
{
    console_puts(before);
    console_u32((uint32_t)n);
    console_puts(after);
}

static void say_progress(void *ctx, uint64_t done, uint64_t total)
{
    static uint64_t said = UINT64_MAX;

    (void)ctx;
    (void)total;
    if (said > done || done / STEP != said / STEP)
        say_number("at ", done, " bytes\n");
    said = done;
}

static void say_error(const char *what, int err)
{
    console_puts(what);
    console_puts(": ");
    console_puts(lwurl_strerror(err));
    console_puts("\n");
}

/* --------------------------------------------------------------- downloads */

/* Until it is here, or the manners forbid another try. */
static int download(const struct lwurl_retrieval *what)
{
    int err, again;

    do {
        err = lwurl_retrieve(&retrieve, &opener, what, work, sizeof work);
        lwurl_retrieve_close(&retrieve);
        if (err != LWURL_OK)
            say_error("this try", err);
        again = lwurl_retry_wait(&retry, &retrieve.u);
    } while (again > 0);
    return err;
}

static int fetch_signature(const char *url)
{
    char name[URL_MAX];
    const struct lwurl_request request = {.url = name};
    const struct lwurl_retrieval what = {.request = &request,
                                         .sink = &signature_sink};
    size_t n = strlen(url);

    if (n + sizeof ".sig" > sizeof name)
        return LWURL_ERR_ROOM;
    memcpy(name, url, n);
    memcpy(name + n, ".sig", sizeof ".sig");
    return download(&what);
}

static int fetch_image(const char *url)
{
    const struct lwurl_request request = {.url = url};
    const struct lwurl_retrieval what = {
        .request = &request,
        .sink = &image_sink,
        .verify = &verify,
        .resume = &resume,
        .progress = say_progress,
    };

    verify.signature = signature;
    verify.signature_n = signature_memory.n;
    return download(&what);
}

/* ------------------------------------------------------------------ update */

/* Is the image that this signature is for here already? */
static bool is_here(uint64_t length)
{
    unsigned char kept[SIGNATURE_MAX];
    size_t n = 0;

    return length > 0 &&
           lwurl_records_get(&records, RECORD_SIGNATURE, kept, sizeof kept,
                             &n) == LWURL_OK &&
           n == signature_memory.n && memcmp(kept, signature, n) == 0;
}

static int say_bootable(void)
{
    uint64_t length = 0;
    int err = lwurl_region_length(&region, &length);

    if (err != LWURL_OK)
        return err;
    if (length > 0)
        say_number("bootable: an image of ", length, " bytes\n");
    else
        console_puts("bootable: none\n");
    return LWURL_OK;
}

static int update(const char *url)
{
    uint64_t length = 0;
    int err = fetch_signature(url);

    if (err == LWURL_OK)
        err = lwurl_region_length(&region, &length);
    if (err == LWURL_OK && is_here(length)) {
        console_puts("up to date\n");
        return LWURL_OK;
    }
    if (err == LWURL_OK)
        err = fetch_image(url);
    if (err == LWURL_OK)
        err = lwurl_records_put(&records, RECORD_SIGNATURE, signature,
                                signature_memory.n);
    return err;
}

/* ------------------------------------------------------------------- start */

static int open_storage(const char *name)
{
    int err = board_storage_open(name);

    records.size = 4 * board_storage.erase_unit;
    region.at = records.size;
    region.size = board_storage.size - records.size;
    lwurl_region_sink(&region, &image_sink);
    return err == LWURL_OK ? lwurl_records_open(&records) : err;
}

static int start(const char *storage, const char *url)
{
    uint32_t seed = 0;
    int err = open_storage(storage);

    (void)board_entropy.read(board_entropy.ctx, &seed, sizeof seed);
    lwurl_manners_seed(&manners, &seed, sizeof seed);
    if (err == LWURL_OK)
        err = lwurl_manners_keep(&manners, &records, RECORD_BUDGET);
    if (err != LWURL_OK)
        return err;
    return network_up(url);
}

int app_main(int argc, char *argv[])
{
    struct arguments a = {
        .storage = "flash.bin",
        .letters = "s",
        .usage = "update [-s STORAGE] URL",
    };
    int err;

    if (arguments_read(&a, argc, argv) != 0 || tls_init(0) != 0)
        return 1;
    err = start(a.storage, a.url);
    if (err == LWURL_OK)
        err = say_bootable();
    if (err == LWURL_OK)
        err = update(a.url);
    lwurl_end(&retrieve.u);
    if (err != LWURL_OK) {
        say_error("no update", err);
        return 2;
    }
    return say_bootable() == LWURL_OK ? 0 : 1;
}
