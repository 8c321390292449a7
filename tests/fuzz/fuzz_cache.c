/* SPDX-License-Identifier: MIT */
/* What a response says of its freshness reads the same in any pieces, no other
   words take a no-store back, and no time passes the most that is told apart;
   a record of a cache may hold anything, and what it leads to is inside the
   cache. Input: fields, divided by LF; the same bytes are the record. */
#include "handlers/freshness.h"
#include "lwurl_cache.h"
#include "wire.h"

#define UNIT  256u
#define SLOTS 3u
#define SIZE  16384u

/* --------------------------------------------------------------- freshness */

static void tell(struct lwurl_fresh_reader *r, struct lwurl_str name,
                 struct lwurl_str value, size_t piece)
{
    struct lwurl_field f = {.name = name, .first = true};
    size_t at = 0;

    do {
        size_t n = value.n - at < piece ? value.n - at : piece;
        f.value = (struct lwurl_str){value.p + at, n};
        at += n;
        f.last = at == value.n;
        fresh_field(r, &f);
        f.first = false;
    } while (!f.last);
}

static size_t find(struct lwurl_str s, char c)
{
    const char *at = s.n > 0 ? memchr(s.p, c, s.n) : NULL;

    return at != NULL ? (size_t)(at - s.p) : s.n;
}

/* Dates in pieces are none: so these come whole. */
static bool is_list(struct lwurl_str name)
{
    return lwurl_name_is(name, "Cache-Control") ||
           lwurl_name_is(name, "Vary") || lwurl_name_is(name, "Age");
}

static void read_head(struct lwurl_fresh_reader *r, struct lwurl_str rest,
                      size_t piece)
{
    tell(r, (struct lwurl_str){"", 0}, (struct lwurl_str){"OK", 2}, 2);
    while (rest.n > 0) {
        struct lwurl_str line = {rest.p, find(rest, '\n')};
        struct lwurl_str name = {line.p, find(line, ':')};
        size_t behind = name.n + (name.n < line.n);
        struct lwurl_str value = {line.p + behind, line.n - behind};

        tell(r, name, value, is_list(name) ? piece : SIZE_MAX);
        rest.p += line.n + (line.n < rest.n);
        rest.n -= line.n + (line.n < rest.n);
    }
}

static void check_times(const struct lwurl_fresh *fresh)
{
    struct lwurl_str modified = {"Sun, 06 Nov 1994 08:49:37 GMT", 29};
    uint32_t life = fresh_lifetime(fresh, modified, 3600);

    CHECK(life <= FRESH_MOST);
    CHECK(fresh_age(fresh, FRESH_MOST) == FRESH_MOST);
    CHECK(fresh_age(fresh, 5) >= 5 && fresh_age(fresh, 5) <= FRESH_MOST);
    CHECK((fresh->said & FRESH_NO_CACHE) == 0 || life == 0);
    CHECK((fresh->said & FRESH_MUST_REVALIDATE) == 0 ||
          !fresh_bears(fresh, 0, UINT32_MAX));
}

static void check_freshness(struct lwurl_str text)
{
    static const int64_t clocks[] = {FRESH_UNKNOWN, INT64_MAX, 0, 784111777};
    struct lwurl_fresh_reader whole = {.state = 0}, pieces = whole;

    read_head(&whole, text, SIZE_MAX);
    read_head(&pieces, text, 1);
    CHECK(whole.got.said == pieces.got.said);
    CHECK(whole.got.max_age == pieces.got.max_age);
    CHECK(whole.got.age == pieces.got.age);
    CHECK(whole.got.stale_if_error == pieces.got.stale_if_error);
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        struct lwurl_fresh fresh = whole.got;
        fresh_came(&fresh, clocks[i], 7);
        check_times(&fresh);
        fresh_update(&fresh, &pieces.got);
        check_times(&fresh);
    }
    tell(&whole, (struct lwurl_str){"Cache-Control", 13},
         (struct lwurl_str){"no-store", 8}, 3);
    CHECK((whole.got.said & FRESH_NO_STORE) != 0);
}

/* ----------------------------------------------------------------- records */

static unsigned char flash[SIZE];

static int flash_read(void *ctx, uint32_t at, void *p, size_t n)
{
    (void)ctx;
    CHECK(n <= SIZE && at <= SIZE - n);
    memcpy(p, flash + at, n);
    return LWURL_OK;
}

static int flash_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    (void)ctx;
    CHECK(n <= SIZE && at <= SIZE - n);
    memcpy(flash + at, p, n);
    return LWURL_OK;
}

static int flash_erase(void *ctx, uint32_t at)
{
    (void)ctx;
    CHECK(at % UNIT == 0 && at < SIZE);
    memset(flash + at, 0xFF, UNIT);
    return LWURL_OK;
}

static const struct lwurl_storage storage = {
    NULL, SIZE, UNIT, 1, flash_read, flash_write, flash_erase};
static struct lwurl_records records = {
    .storage = &storage, .at = SLOTS * 4 * UNIT, .size = 32 * UNIT};
static struct lwurl_cache_slot slots[SLOTS];
static unsigned char room[LWURL_CACHE_ROOM(64)];
static char work[LWURL_WORK_MIN];
static struct lwurl_cache cache = {
    .records = &records,
    .storage = &storage,
    .body_max = 4 * UNIT,
    .slots = slots,
    .slots_n = SLOTS,
    .room = room,
    .room_n = sizeof room,
    .work = work,
    .work_n = sizeof work,
};

/* Three records of any content: the cache begins, finds or not, reads. */
static void check_records(const uint8_t *data, size_t n)
{
    static const struct lwurl_handler handlers[] = {LWURL_CACHE(&cache),
                                                    LWURL_HTTP};
    static struct lwurl u;
    static struct wire w;
    struct lwurl_port port;
    struct lwurl_opener opener = {&port, handlers, 2};
    struct lwurl_request request = {.url = "http://h/"};
    struct lwurl_cache_view view;
    char body[8 * UNIT];
    size_t body_n;

    wire_port(&w, &port);
    memset(flash, 0xFF, sizeof flash);
    CHECK(lwurl_records_open(&records) == LWURL_OK);
    for (unsigned id = 0; id < SLOTS && n > 0; id++)
        CHECK(lwurl_records_put(&records, id, data, n) == LWURL_OK);
    CHECK(lwurl_cache_init(&cache) == LWURL_OK);
    if (lwurl_cache_look(&cache, &opener, request.url, &view) == LWURL_OK)
        CHECK(view.length <= cache.body_max && view.fresh_s <= FRESH_MOST);
    int err =
        lwurl_cache_open(&cache, &u, &opener, &request, LWURL_CACHE_OFFLINE);
    CHECK(err == LWURL_OK || err == LWURL_ERR_NOT_CACHED);
    if (err == LWURL_OK)
        CHECK(lwurl_cache_read_all(&cache, body, sizeof body, &body_n) ==
              LWURL_OK);
    lwurl_cache_close(&cache);
    lwurl_end(&u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    check_freshness((struct lwurl_str){(const char *)data, n});
    check_records(data, n < 512 ? n : 512);
    return 0;
}
