/* SPDX-License-Identifier: MIT */
/* A device that downloads a file into flash, from a server that honours,
   ignores or breaks ranges. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include "fake_storage.h"
#include "lwurl_redirect.h"
#include "lwurl_resume.h"
#include "lwurl_retrieve.h"
#include "lwurl_verify.h"
#include "range_server.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define SIZE     3000u /* bytes of the file */
#define UNIT     256u  /* of an erase */

/* The flash: journal and index, then the region. */
#define REGION_AT (4 * UNIT)
#define REGION_N  (12 * UNIT)

enum { INDEX = 1, JOURNAL = 2 }; /* ids of the records */

struct download {
    struct range_server server;
    struct fake_storage flash;
    struct lwurl_records records;
    struct lwurl_region region;
    struct lwurl_sink sink; /* that is the region */
    struct lwurl_verify verify;
    struct lwurl_resume resume;
    struct lwurl_retrieve r;
    struct lwurl_retrieval what;
    struct lwurl_request get;
    struct lwurl_opener opener;
    unsigned char work[LWURL_RETRIEVE_WORK_MIN];
};

extern struct download dl;

/* Blank flash, version 1 of the file on a good server. */
void dl_begin(void);

/* As a device starts: nothing in RAM, what flash has. */
void dl_boot(void);

/* lwurl_retrieve() and lwurl_end(): its result. */
int dl_run(void);

/* The version that is valid in the region: whole and of one piece; 0: none. */
unsigned valid_version(void);

/* The check has seen this version; and that it is valid, too. */
void assert_digest_of(unsigned version);
void assert_whole(unsigned version);

#endif
