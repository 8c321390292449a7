/* SPDX-License-Identifier: MIT */
#include "download.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exits.h"
#include "file_sink.h"
#include "file_storage.h"

#define JOURNAL 1u
#define EVERY   65536u /* bytes between two entries of the journal */

static struct file_storage storage = {
    .storage = {.size = 2048, .erase_unit = 1024, .write_unit = 1}, .fd = -1};
static struct lwurl_records records = {.storage = &storage.storage,
                                       .size = 2048};
static struct file_sink file;
static struct lwurl_sink sink;
static char journal[FILENAME_MAX + 16];
static unsigned char expected[32];
static struct lwurl_retrieval what;

struct lwurl_resume host_resume = {.ops = &lwurl_resume_ops,
                                   .records = &records,
                                   .id = JOURNAL,
                                   .every = EVERY};
struct lwurl_verify host_verify = {.ops = &lwurl_verify_sha256};

static int complain(const char *name, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", name, why);
    return EXIT_USAGE;
}

static bool read_digest(const char *text)
{
    if (strlen(text) != 2 * sizeof expected ||
        text[strspn(text, "0123456789abcdefABCDEF")] != '\0')
        return false;
    for (size_t i = 0; i < sizeof expected; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        expected[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return true;
}

int download_init(const struct options *o)
{
    if (o->sha256 != NULL && !o->retrieve)
        return complain("--sha256", "only --retrieve looks at it");
    if (!o->retrieve)
        return 0;
    if (o->outputs.n < o->urls.n)
        return complain("--retrieve", "wants -o FILE for each URL");
    if (o->continue_at != NULL || o->head || o->include)
        return complain("--retrieve", "does not go with -C, -I, -i");
    if (o->sha256 != NULL && !read_digest(o->sha256))
        return complain("--sha256", "wants 64 hexadecimal digits");
    if (o->sha256 != NULL)
        host_verify.sha256 = expected;
    what.size_max = o->size_max;
    return 0;
}

const struct lwurl_retrieval *download_begin(
    const struct lwurl_request *request, const char *path)
{
    if (path == NULL) {
        (void)complain("--retrieve", "wants -o FILE, not -");
        return NULL;
    }
    snprintf(journal, sizeof journal, "%s.journal", path);
    if (file_sink_init(&file, path, &sink) != LWURL_OK ||
        !file_storage_open(&storage, journal) ||
        lwurl_records_open(&records) != LWURL_OK) {
        (void)complain(journal, strerror(errno));
        file_storage_close(&storage);
        return NULL;
    }
    what.request = request;
    what.sink = &sink;
    what.verify = &host_verify;
    what.resume = &host_resume;
    return &what;
}

void download_end(void)
{
    file_storage_close(&storage);
    if (!host_resume.saved)
        unlink(journal);
}
