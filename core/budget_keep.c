/* SPDX-License-Identifier: MIT */
/* The budget of retries in a record: its debt, as 4 bytes. A file of its own,
   so that who keeps nothing links no records. */
#include "manners.h"
#include "text/bytes.h"

#define DEBT_MAX 172800000u /* more is no debt of ours: twice 24 hours */

static void write_debt(struct lwurl_manners *m)
{
    unsigned char bytes[4];

    (void)put_number(bytes, m->debt_ms, sizeof bytes);
    m->keep_err =
        lwurl_records_put(m->records, m->record_id, bytes, sizeof bytes);
    if (m->keep_err == LWURL_OK)
        m->kept_ms = m->debt_ms;
}

int lwurl_manners_keep(struct lwurl_manners *manners,
                       struct lwurl_records *records, unsigned id)
{
    unsigned char bytes[4];
    const unsigned char *at = bytes;
    uint32_t debt = 0;
    size_t n;
    int err = lwurl_records_get(records, id, bytes, sizeof bytes, &n);

    if (err == LWURL_OK && n == sizeof bytes)
        debt = (uint32_t)take_number(&at, sizeof bytes);
    if (err != LWURL_OK || debt > DEBT_MAX)
        debt = DEBT_MAX;
    manners->debt_ms = manners->kept_ms = debt;
    manners->records = records;
    manners->record_id = (uint16_t)id;
    manners->keep = write_debt;
    return err;
}
