/* SPDX-License-Identifier: MIT */
/*
 * Records, appended to one of two halves:
 *
 *   half     header, record ..., nothing but 0xFF
 *   header   "lwr", a version, generation (4), CRC-32 of these; written last,
 *            when the records that were copied are there: it makes the half
 *            the one in use
 *   record   id (2), length (2), content, CRC-32 of generation and these;
 *            padded with 0xFF to whole write units
 *
 * The half in use is the one whose header is good and has the higher
 * generation. It is never written to but behind its last record, and only
 * where the rest of it is blank: a record that a power cut tore makes it full.
 * Then, and when it is really full, the other half is erased, filled, and
 * headed; until its header is there the first one is in use.
 */
#include <string.h>

#include "lwurl_record.h"
#include "store/gather.h"
#include "store/part.h"
#include "text/bytes.h"

#define HEADER 12u
#define HEAD   4u /* of a record: id, length */
#define CRC    4u
#define PIECE  32u /* bytes of a record at hand */

static const unsigned char magic[4] = {'l', 'w', 'r', 1};

/* A record: in the storage at `at`, or else in memory. */
struct record {
    const unsigned char *p; /* NULL: its content lies in the storage */
    uint32_t at;            /* of its head */
    uint16_t id, n;
};

static int read_at(const struct lwurl_records *r, uint32_t at, void *p,
                   size_t n)
{
    const struct lwurl_storage *s = r->storage;

    return s->read(s->ctx, at, p, n) == LWURL_OK ? LWURL_OK : LWURL_ERR_STORAGE;
}

static uint32_t half_at(const struct lwurl_records *r, unsigned half)
{
    return half == 0 ? r->at : r->at + r->size / 2;
}

/* Where the records of the half in use begin, and where it ends. */
static uint32_t first_at(const struct lwurl_records *r)
{
    return half_at(r, r->half) + gather_round(r->storage, HEADER);
}

static uint32_t limit_at(const struct lwurl_records *r)
{
    return half_at(r, r->half) + r->size / 2;
}

/* Bytes that a record of n bytes takes. */
static uint32_t taken(const struct lwurl_records *r, size_t n)
{
    return gather_round(r->storage, HEAD + (uint32_t)n + CRC);
}

/* ----------------------------------------------------------------- finding */

static void put_header(unsigned char header[HEADER], uint32_t generation)
{
    unsigned char *p = put_bytes(header, magic, sizeof magic);

    p = put_number(p, generation, 4);
    (void)put_number(p, crc_add(0, header, HEADER - CRC), CRC);
}

/* *generation of a half; 0: it is not in use. */
static int read_generation(const struct lwurl_records *r, unsigned half,
                           uint32_t *generation)
{
    unsigned char header[HEADER], good[HEADER];
    const unsigned char *p = header + sizeof magic;
    int err = read_at(r, half_at(r, half), header, HEADER);

    if (err != LWURL_OK)
        return err;
    *generation = (uint32_t)take_number(&p, 4);
    put_header(good, *generation);
    if (memcmp(header, good, HEADER) != 0)
        *generation = 0;
    return LWURL_OK;
}

/* The head of the record at an address below the limit; it may be none. */
static int read_head(const struct lwurl_records *r, uint32_t at,
                     struct record *record)
{
    unsigned char head[HEAD] = {0};
    const unsigned char *p = head;
    int err = read_at(r, at, head, HEAD);

    record->p = NULL;
    record->at = at;
    record->id = (uint16_t)take_number(&p, 2);
    record->n = (uint16_t)take_number(&p, 2);
    return err;
}

/* n <= PIECE bytes of a record's content. */
static int read_piece(const struct lwurl_records *r,
                      const struct record *record, uint32_t from, void *p,
                      uint32_t n)
{
    if (record->p == NULL)
        return read_at(r, record->at + HEAD + from, p, n);
    memcpy(p, record->p + from, n);
    return LWURL_OK;
}

static uint32_t crc_begin(uint32_t generation, const struct record *record,
                          unsigned char head[HEAD])
{
    unsigned char salt[4];

    (void)put_number(salt, generation, 4);
    (void)put_number(put_number(head, record->id, 2), record->n, 2);
    return crc_add(crc_add(0, salt, sizeof salt), head, HEAD);
}

/* Is the record whose head was read whole? 1, 0, or an error. */
static int is_whole(const struct lwurl_records *r, const struct record *record)
{
    unsigned char piece[PIECE];
    const unsigned char *p = piece;
    uint32_t crc = crc_begin(r->generation, record, piece);
    int err;

    for (uint32_t from = 0, n; from < record->n; from += n) {
        n = record->n - from < PIECE ? record->n - from : PIECE;
        err = read_piece(r, record, from, piece, n);
        if (err != LWURL_OK)
            return err;
        crc = crc_add(crc, piece, n);
    }
    err = read_piece(r, record, record->n, piece, CRC);
    return err != LWURL_OK ? err : take_number(&p, CRC) == crc;
}

/* What cannot be read is not blank: that costs an erase, and no record. */
static bool is_blank(const struct lwurl_records *r, uint32_t at, uint32_t to)
{
    unsigned char piece[PIECE];

    while (at < to) {
        uint32_t n = to - at < PIECE ? to - at : PIECE;
        if (read_at(r, at, piece, n) != LWURL_OK)
            return false;
        while (n > 0 && piece[n - 1] == 0xFF) {
            n--;
            at++;
        }
        if (n > 0)
            return false;
    }
    return true;
}

/* Finds the end of the half in use: invariant, all below r->end is whole. */
static int find_end(struct lwurl_records *r)
{
    struct record record;
    uint32_t limit = limit_at(r);
    int whole = 1;

    while (whole > 0 && limit - r->end >= HEAD + CRC) {
        whole = read_head(r, r->end, &record);
        if (whole == LWURL_OK && record.n <= limit - r->end - HEAD - CRC)
            whole = is_whole(r, &record);
        if (whole > 0)
            r->end += taken(r, record.n);
    }
    r->full = !is_blank(r, r->end, limit);
    return whole < 0 ? whole : LWURL_OK;
}

int lwurl_records_open(struct lwurl_records *r)
{
    uint32_t first = 0, second = 0;
    int err;

    r->open = false;
    if (!part_suits(r->storage, r->at, r->size))
        return LWURL_ERR_CALL;
    err = read_generation(r, 0, &first);
    if (err == LWURL_OK)
        err = read_generation(r, 1, &second);
    r->half = second >= first; /* where none is in use, half 0 comes next */
    r->generation = r->half != 0 ? second : first;
    r->end = first_at(r);
    r->full = true;
    if (err == LWURL_OK && r->generation != 0)
        err = find_end(r);
    r->open = err == LWURL_OK;
    return err;
}

/* ----------------------------------------------------------------- reading */

/* The record with this id that was put last at or behind `at`; n 0 where none
   is, or where it was removed. *found: there is one. */
static int find(const struct lwurl_records *r, unsigned id, uint32_t at,
                struct record *found)
{
    struct record record;
    int err = LWURL_OK;

    memset(found, 0, sizeof *found);
    if (!r->open)
        return LWURL_ERR_STORAGE;
    while (at < r->end && err == LWURL_OK) {
        err = read_head(r, at, &record);
        if (err == LWURL_OK && record.id == id)
            *found = record;
        at += taken(r, record.n);
    }
    return err;
}

int lwurl_records_get(const struct lwurl_records *r, unsigned id, void *p,
                      size_t max, size_t *n)
{
    struct record record;
    int err = find(r, id, first_at(r), &record);

    *n = record.n;
    if (err != LWURL_OK || record.n == 0)
        return err;
    if (record.n > max)
        return LWURL_ERR_ROOM;
    return read_at(r, record.at + HEAD, p, record.n);
}

/* ----------------------------------------------------------------- writing */

static int write_record(const struct lwurl_records *r, struct lwurl_gather *to,
                        uint32_t generation, const struct record *record)
{
    unsigned char piece[PIECE];
    uint32_t crc = crc_begin(generation, record, piece);
    int err = gather_put(to, piece, HEAD);

    for (uint32_t from = 0, n; from < record->n && err == LWURL_OK; from += n) {
        n = record->n - from < PIECE ? record->n - from : PIECE;
        err = read_piece(r, record, from, piece, n);
        crc = crc_add(crc, piece, n);
        if (err == LWURL_OK)
            err = gather_put(to, piece, n);
    }
    (void)put_number(piece, crc, CRC);
    if (err == LWURL_OK)
        err = gather_put(to, piece, CRC);
    return err == LWURL_OK ? gather_end(to) : err;
}

/* Does the record at `at` have to be copied, when one with this id comes? */
static int counts(const struct lwurl_records *r, const struct record *record,
                  unsigned id)
{
    struct record last;
    int err = find(r, record->id, record->at, &last);

    if (err != LWURL_OK)
        return err;
    return record->id != id && record->n > 0 && last.at == record->at;
}

/* Copies what counts to the other half; with to == NULL only adds it up. */
static int copy(const struct lwurl_records *r, struct lwurl_gather *to,
                unsigned id, uint32_t *sum)
{
    struct record record;
    int err = LWURL_OK;

    for (uint32_t at = first_at(r); at < r->end && err == LWURL_OK;
         at += taken(r, record.n)) {
        err = read_head(r, at, &record);
        int wanted = err == LWURL_OK ? counts(r, &record, id) : err;
        if (wanted <= 0)
            err = wanted;
        else if (to == NULL)
            *sum += taken(r, record.n);
        else
            err = write_record(r, to, r->generation + 1, &record);
    }
    return err;
}

static int erase_half(const struct lwurl_records *r, unsigned half)
{
    const struct lwurl_storage *s = r->storage;
    uint32_t at = half_at(r, half), end = at + r->size / 2;

    for (; at < end; at += s->erase_unit)
        if (s->erase(s->ctx, at) != LWURL_OK)
            return LWURL_ERR_STORAGE;
    return LWURL_OK;
}

static int write_header(struct lwurl_gather *to, uint32_t generation)
{
    unsigned char header[HEADER];
    int err;

    put_header(header, generation);
    err = gather_put(to, header, HEADER);
    return err == LWURL_OK ? gather_end(to) : err;
}

/* Goes on in the other half, with this record. */
static int change_halves(struct lwurl_records *r, const struct record *record)
{
    unsigned half = 1u - r->half;
    struct lwurl_gather header = {.storage = r->storage,
                                  .at = half_at(r, half)};
    struct lwurl_gather to = header;
    int err = erase_half(r, half);

    to.at += gather_round(r->storage, HEADER);
    if (err == LWURL_OK)
        err = copy(r, &to, record->id, NULL);
    if (err == LWURL_OK && record->n > 0)
        err = write_record(r, &to, r->generation + 1, record);
    if (err == LWURL_OK)
        err = write_header(&header, r->generation + 1);
    if (err != LWURL_OK) {
        r->full = true; /* its header may count after a reset: no more here */
        return err;
    }
    r->half = (uint8_t)half;
    r->generation++;
    r->end = to.at;
    r->full = false;
    return LWURL_OK;
}

static int append(struct lwurl_records *r, const struct record *record)
{
    struct lwurl_gather to = {.storage = r->storage, .at = r->end};
    int err = write_record(r, &to, r->generation, record);

    if (err == LWURL_OK)
        r->end = to.at;
    else
        r->full = true; /* what lies behind the end is not known */
    return err;
}

int lwurl_records_put(struct lwurl_records *r, unsigned id, const void *p,
                      size_t n)
{
    struct record record = {p, 0, (uint16_t)id, (uint16_t)n}, old;
    uint32_t sum = gather_round(r->storage, HEADER) + taken(r, n);
    int err;

    if (id >= UINT16_MAX)
        return LWURL_ERR_CALL;
    if (n > LWURL_RECORD_MAX)
        return LWURL_ERR_ROOM;
    err = find(r, id, first_at(r), &old);
    if (err != LWURL_OK || (n == 0 && old.n == 0))
        return err;
    if (!r->full && taken(r, n) <= limit_at(r) - r->end)
        return append(r, &record);
    err = copy(r, NULL, id, &sum);
    if (err == LWURL_OK && sum > r->size / 2)
        err = LWURL_ERR_ROOM;
    return err == LWURL_OK ? change_halves(r, &record) : err;
}
