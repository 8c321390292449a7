/* SPDX-License-Identifier: MIT */
/*
 * A record: version (1), flags (1), said (2), order (4), date (8), expires (8),
 * came (8), max_age (4), stale_if_error (4), age (4), body_n (4), crc (4),
 * who (4), fields (4), URL of the validators (8), lengths of ETag (1),
 * Last-Modified (1) and URL (2); then these three.
 */
#include "handlers/cache_slots.h"

#include <string.h>

#include "store/gather.h"
#include "text/bytes.h"
#include "text/str.h"

#define VERSION 1u
#define HEAD    72u /* the sum of the above */

#define SLOTS_MAX 64u

/* ----------------------------------------------------------------- records */

static unsigned id_of(const struct lwurl_cache *c, int slot)
{
    return c->id + (unsigned)slot;
}

static unsigned char *put_head(const struct lwurl_cache *c, unsigned char *p,
                               uint32_t order)
{
    const struct lwurl_cache_entry *e = &c->entry;
    const struct lwurl_fresh *f = &e->fresh;

    p = put_number(p, VERSION, 1);
    p = put_number(p, e->flags, 1);
    p = put_number(p, f->said, 2);
    p = put_number(p, order, 4);
    p = put_number(p, (uint64_t)f->date, 8);
    p = put_number(p, (uint64_t)f->expires, 8);
    p = put_number(p, (uint64_t)f->came, 8);
    p = put_number(p, f->max_age, 4);
    p = put_number(p, f->stale_if_error, 4);
    p = put_number(p, f->age, 4);
    p = put_number(p, e->body_n, 4);
    p = put_number(p, e->crc, 4);
    p = put_number(p, e->who, 4);
    p = put_number(p, e->fields, 4);
    return put_number(p, e->have.url, 8);
}

/* Writes c->entry into the room: its length, or 0 where it does not fit; what
   no record can hold is refused when it is put. */
static size_t pack(struct lwurl_cache *c, uint32_t order, const struct url *url)
{
    const struct lwurl_validators *have = &c->entry.have;
    size_t etag_n = strlen(have->etag), date_n = strlen(have->last_modified);
    size_t at = HEAD + etag_n + date_n;
    uint64_t hash;
    size_t url_n = url_key(url, (char *)c->room + at, c->room_n - at, &hash);

    if (url_n > c->room_n - at)
        return 0;
    unsigned char *p = put_head(c, c->room, order);
    p = put_number(p, etag_n, 1);
    p = put_number(p, date_n, 1);
    p = put_number(p, url_n, 2);
    p = put_bytes(p, have->etag, etag_n);
    (void)put_bytes(p, have->last_modified, date_n);
    return at + url_n;
}

static uint32_t take_head(struct lwurl_cache_entry *e, const unsigned char **p)
{
    struct lwurl_fresh *f = &e->fresh;
    uint32_t order;

    e->flags = (uint8_t)take_number(p, 1);
    f->said = (uint16_t)take_number(p, 2);
    order = (uint32_t)take_number(p, 4);
    f->date = (int64_t)take_number(p, 8);
    f->expires = (int64_t)take_number(p, 8);
    f->came = (int64_t)take_number(p, 8);
    f->max_age = (uint32_t)take_number(p, 4);
    f->stale_if_error = (uint32_t)take_number(p, 4);
    f->age = (uint32_t)take_number(p, 4);
    e->body_n = (uint32_t)take_number(p, 4);
    e->crc = (uint32_t)take_number(p, 4);
    e->who = (uint32_t)take_number(p, 4);
    e->fields = (uint32_t)take_number(p, 4);
    e->have.url = take_number(p, 8);
    return order;
}

/* Reads n bytes of the room into c->entry: its order and its URL. Order 0: this
   is no record of ours, or of a cache with other sizes. */
static uint32_t unpack(struct lwurl_cache *c, size_t n, struct lwurl_str *url)
{
    static const struct lwurl_cache_entry none;
    struct lwurl_cache_entry *e = &c->entry;
    const unsigned char *p = c->room;

    *e = none;
    if (n < HEAD || take_number(&p, 1) != VERSION)
        return 0;
    uint32_t order = take_head(e, &p);
    size_t etag_n = (size_t)take_number(&p, 1);
    size_t date_n = (size_t)take_number(&p, 1);
    url->n = (size_t)take_number(&p, 2);
    if (etag_n > LWURL_ETAG_MAX || date_n > LWURL_MODIFIED_MAX ||
        n != HEAD + etag_n + date_n + url->n || e->body_n > c->body_max)
        return 0;
    take_bytes(&p, e->have.etag, etag_n);
    take_bytes(&p, e->have.last_modified, date_n);
    url->p = (const char *)p;
    return order;
}

/* Reads the record of a slot; its order, 0 where it has none. */
static uint32_t get(struct lwurl_cache *c, int slot, struct lwurl_str *url)
{
    size_t n;
    int err =
        lwurl_records_get(c->records, id_of(c, slot), c->room, c->room_n, &n);

    c->slots[slot].recorded = n > 0 || err != LWURL_OK;
    return err == LWURL_OK ? unpack(c, n, url) : 0;
}

/* ------------------------------------------------------------------- slots */

void cache_drop(struct lwurl_cache *c, int slot)
{
    c->slots[slot].order = 0;
    c->slots[slot].timed = false;
}

int cache_remove(struct lwurl_cache *c, int slot)
{
    int err = LWURL_OK;

    cache_drop(c, slot);
    if (c->slots[slot].recorded)
        err = lwurl_records_put(c->records, id_of(c, slot), NULL, 0);
    if (err == LWURL_OK)
        c->slots[slot].recorded = false;
    return err;
}

/* Of slots that are all used, the one that was confirmed longest ago, but
   `except`. */
static int oldest(const struct lwurl_cache *c, int except)
{
    int found = CACHE_NONE;

    for (int i = 0; i < (int)c->slots_n; i++)
        if (i != except &&
            (found < 0 || c->slots[i].order < c->slots[found].order))
            found = i;
    return found;
}

static int free_slot(const struct lwurl_cache *c)
{
    for (int i = 0; i < (int)c->slots_n; i++)
        if (c->slots[i].order == 0)
            return i;
    return CACHE_NONE;
}

/* Frees what a slot supersedes. */
static void supersede(struct lwurl_cache *c, int slot)
{
    const struct lwurl_cache_slot *by = &c->slots[slot];

    for (int i = 0; i < (int)c->slots_n; i++)
        if (c->slots[i].url == by->url && c->slots[i].order < by->order)
            cache_drop(c, i);
}

/* Frees one slot in any case, but `except`. */
static void make_room(struct lwurl_cache *c, int except)
{
    if (free_slot(c) < 0)
        cache_drop(c, oldest(c, except));
}

static bool suits(const struct lwurl_cache *c)
{
    const struct lwurl_storage *s = c->storage;

    return c->records != NULL && s != NULL &&
           c->room_n >= LWURL_CACHE_ROOM(1) && c->slots_n >= 2 &&
           c->slots_n <= SLOTS_MAX && c->id < UINT16_MAX - SLOTS_MAX &&
           s->erase_unit > 0 && s->write_unit > 0 &&
           s->write_unit <= LWURL_WRITE_UNIT_MAX && c->body_max > 0 &&
           c->body_max % s->erase_unit == 0 && c->at % s->erase_unit == 0 &&
           c->at <= s->size && (s->size - c->at) / c->body_max >= c->slots_n;
}

/* The hash of a URL as a record has it. */
static bool hash_of(struct lwurl_str text, uint64_t *hash)
{
    struct url url;
    int32_t at;

    if (url_split(text, &url, &at) != LWURL_OK)
        return false;
    (void)url_key(&url, NULL, 0, hash);
    return true;
}

int cache_load(struct lwurl_cache *c)
{
    static const struct lwurl_cache_slot none;
    struct lwurl_str url = {NULL, 0};

    if (!suits(c))
        return LWURL_ERR_CALL;
    for (int i = 0; i < (int)c->slots_n; i++) {
        struct lwurl_cache_slot *slot = &c->slots[i];
        *slot = none;
        uint32_t order = get(c, i, &url);
        if (order != 0 && hash_of(url, &slot->url))
            slot->order = order;
        slot->came = c->entry.fresh.came;
    }
    for (int i = 0; i < (int)c->slots_n; i++)
        supersede(c, i);
    make_room(c, CACHE_NONE);
    return LWURL_OK;
}

int cache_find(struct lwurl_cache *c, const struct url *url)
{
    struct lwurl_str text = {NULL, 0};
    uint64_t hash;

    (void)url_key(url, NULL, 0, &hash);
    for (int i = 0; i < (int)c->slots_n; i++)
        if (c->slots[i].order != 0 && c->slots[i].url == hash &&
            get(c, i, &text) != 0 && url_key_is(url, text))
            return i;
    return CACHE_NONE;
}

int cache_forget(struct lwurl_cache *c, const struct url *url)
{
    struct lwurl_str text = {NULL, 0};
    int err = LWURL_OK;

    for (int i = 0; i < (int)c->slots_n && err == LWURL_OK; i++)
        if (get(c, i, &text) != 0 && url_key_is(url, text))
            err = cache_remove(c, i);
    return err;
}

static uint32_t newest(const struct lwurl_cache *c)
{
    uint32_t order = 0;

    for (size_t i = 0; i < c->slots_n; i++)
        if (c->slots[i].order > order)
            order = c->slots[i].order;
    return order;
}

int cache_put(struct lwurl_cache *c, int slot, const struct url *url)
{
    struct lwurl_cache_slot *s = &c->slots[slot];
    uint32_t order = newest(c) + 1;
    size_t n = pack(c, order, url);

    if (n == 0)
        return LWURL_ERR_ROOM;
    int err = lwurl_records_put(c->records, id_of(c, slot), c->room, n);
    if (err != LWURL_OK)
        return err;
    (void)url_key(url, NULL, 0, &s->url);
    s->order = order;
    s->came = c->entry.fresh.came;
    s->recorded = true;
    supersede(c, slot);
    make_room(c, slot);
    return LWURL_OK;
}

/* ------------------------------------------------------------------ bodies */

static uint32_t body_at(const struct lwurl_cache *c, int slot)
{
    return c->at + (uint32_t)slot * c->body_max;
}

int cache_read(const struct lwurl_cache *c, int slot, uint32_t at, void *p,
               size_t n)
{
    const struct lwurl_storage *s = c->storage;

    return s->read(s->ctx, body_at(c, slot) + at, p, n) == LWURL_OK
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}

void cache_store_abort(struct lwurl_cache *c, int why)
{
    c->store = CACHE_NONE;
    c->stored = (int16_t)why;
}

void cache_store_begin(struct lwurl_cache *c)
{
    static const struct lwurl_cache_body none;
    int slot = free_slot(c);
    int err = cache_remove(c, slot);

    c->body = none;
    c->stored = LWURL_ERR_NOT_CACHED;
    c->store = (int16_t)slot;
    if (err != LWURL_OK)
        cache_store_abort(c, err);
}

/* Erases what n more bytes will lie in. */
static int make_blank(struct lwurl_cache *c, size_t n)
{
    const struct lwurl_storage *s = c->storage;
    struct lwurl_cache_body *b = &c->body;

    for (; b->erased - b->n < n; b->erased += s->erase_unit)
        if (s->erase(s->ctx, body_at(c, c->store) + b->erased) != LWURL_OK)
            return LWURL_ERR_STORAGE;
    return LWURL_OK;
}

/* Writes n bytes, or with p NULL the last ones that wait. */
static int write_body(struct lwurl_cache *c, const void *p, size_t n)
{
    struct lwurl_cache_body *b = &c->body;
    struct lwurl_gather g = {.storage = c->storage, .n = b->wait_n};

    g.at = body_at(c, c->store) + b->n - b->wait_n;
    memcpy(g.unit, b->wait, sizeof g.unit);
    int err = p == NULL ? gather_end(&g) : gather_put(&g, p, n);
    memcpy(b->wait, g.unit, sizeof g.unit);
    b->wait_n = g.n;
    return err;
}

void cache_store_add(struct lwurl_cache *c, const void *p, size_t n)
{
    struct lwurl_cache_body *b = &c->body;

    if (c->store < 0)
        return;
    if (n > c->body_max - b->n) {
        cache_store_abort(c, LWURL_ERR_ROOM);
        return;
    }
    int err = make_blank(c, n);
    if (err == LWURL_OK)
        err = write_body(c, p, n);
    if (err != LWURL_OK) {
        cache_store_abort(c, err);
        return;
    }
    b->crc = crc_add(b->crc, p, n);
    b->n += (uint32_t)n;
}

void cache_store_end(struct lwurl_cache *c, const struct url *url)
{
    int err;

    if (c->store < 0)
        return;
    err = write_body(c, NULL, 0);
    c->entry.body_n = c->body.n;
    c->entry.crc = c->body.crc;
    if (err == LWURL_OK)
        err = cache_put(c, c->store, url);
    cache_store_abort(c, err);
}

/* -------------------------------------------------------------------- time */

int64_t cache_now(const struct lwurl_cache *c)
{
    int64_t now;

    if (c->clock == NULL || c->clock->now(c->clock->ctx, &now) != 0)
        return FRESH_UNKNOWN;
    for (size_t i = 0; i < c->slots_n; i++)
        if (c->slots[i].order != 0 && c->slots[i].came > now)
            return FRESH_UNKNOWN;
    return now;
}

/* By the clock, and since the start by the port's time: the larger one. */
uint32_t cache_here(const struct lwurl_cache *c, int slot, uint32_t now_ms)
{
    const struct lwurl_cache_slot *s = &c->slots[slot];
    int64_t now = cache_now(c);
    uint32_t by_port = s->timed ? (now_ms - s->came_ms) / 1000u : 0;
    uint64_t by_clock = 0;

    if (now != FRESH_UNKNOWN && s->came != FRESH_UNKNOWN)
        by_clock = (uint64_t)now - (uint64_t)s->came;
    else if (!s->timed)
        return FRESH_MOST;
    if (by_clock > FRESH_MOST)
        return FRESH_MOST;
    return by_port > by_clock ? by_port : (uint32_t)by_clock;
}

void cache_tick(struct lwurl_cache *c, uint32_t now_ms)
{
    for (size_t i = 0; i < c->slots_n; i++)
        if (now_ms - c->slots[i].came_ms > INT32_MAX)
            c->slots[i].timed = false;
}
