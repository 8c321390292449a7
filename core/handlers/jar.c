/* SPDX-License-Identifier: MIT */
#include "handlers/jar.h"

#include <string.h>

#include "text/proof.h"
#include "text/str.h"

void jar_view(const struct lwurl_cookie_slot *slot, struct lwurl_cookie *out)
{
    const char *p = slot->text;

    out->name = (struct lwurl_str){p, slot->name_n};
    p += slot->name_n;
    out->value = (struct lwurl_str){p, slot->value_n};
    p += slot->value_n;
    out->domain = (struct lwurl_str){p, slot->domain_n};
    p += slot->domain_n;
    out->path = (struct lwurl_str){p, slot->path_n};
    out->expires = slot->expires;
    out->host_only = (slot->flags & COOKIE_HOST_ONLY) != 0;
    out->secure = (slot->flags & COOKIE_SECURE) != 0;
    out->http_only = (slot->flags & COOKIE_HTTP_ONLY) != 0;
}

uint32_t jar_now(const struct lwurl_jar *jar)
{
    int64_t now = 0;

    if (jar->clock == NULL || jar->clock->now(jar->clock->ctx, &now) != 0 ||
        now < 0)
        return 0;
    return now > UINT32_MAX ? UINT32_MAX : (uint32_t)now;
}

bool jar_alive(const struct lwurl_jar *jar,
               const struct lwurl_cookie_slot *slot)
{
    return slot->order != 0 &&
           (slot->expires == 0 || slot->expires > jar_now(jar));
}

static struct lwurl_cookie_slot *find(const struct lwurl_jar *jar,
                                      const struct lwurl_cookie *cookie)
{
    struct lwurl_cookie here;

    for (size_t i = 0; i < jar->slots_n; i++)
        LOOP_WRITES((i, here), i <= jar->slots_n, jar->slots_n - i)
    {
        if (jar->slots[i].order == 0)
            continue;
        jar_view(&jar->slots[i], &here);
        if (str_equal(here.name, cookie->name) &&
            str_same(here.domain, cookie->domain) &&
            here.host_only == cookie->host_only &&
            str_equal(here.path, cookie->path))
            return &jar->slots[i];
    }
    return NULL;
}

/* The slot to lose: a free one, an expired one, the oldest. */
static struct lwurl_cookie_slot *make_room(struct lwurl_jar *jar)
{
    struct lwurl_cookie_slot *oldest = NULL;

    for (size_t i = 0; i < jar->slots_n; i++)
        LOOP_WRITES(
            (i, oldest),
            i <= jar->slots_n &&
                (oldest == NULL || IS_BETWEEN(oldest, jar->slots,
                                              jar->slots + (jar->slots_n - 1))),
            jar->slots_n - i)
    {
        struct lwurl_cookie_slot *slot = &jar->slots[i];
        if (!jar_alive(jar, slot))
            return slot;
        if (oldest == NULL || slot->order < oldest->order)
            oldest = slot;
    }
    return oldest;
}

void jar_remove(struct lwurl_jar *jar, const struct lwurl_cookie *cookie)
{
    struct lwurl_cookie_slot *slot = find(jar, cookie);

    if (slot != NULL)
        memset(slot, 0, sizeof *slot);
}

static char *append(char *to, struct lwurl_str s)
{
    if (s.n > 0)
        memcpy(to, s.p, s.n);
    return to + s.n;
}

/* Each length has a byte; ORed, as they are checked before they are added. */
static bool fits(const struct lwurl_cookie *c)
{
    return (c->name.n | c->value.n | c->domain.n | c->path.n) <= UINT8_MAX &&
           c->name.n + c->value.n + c->domain.n + c->path.n <=
               LWURL_COOKIE_TEXT;
}

static void fill(struct lwurl_cookie_slot *slot, const struct lwurl_cookie *c)
{
    char *p = append(slot->text, c->name);

    p = append(p, c->value);
    p = append(p, c->domain);
    (void)append(p, c->path);
    slot->name_n = (uint8_t)c->name.n;
    slot->value_n = (uint8_t)c->value.n;
    slot->domain_n = (uint8_t)c->domain.n;
    slot->path_n = (uint8_t)c->path.n;
    slot->expires = c->expires;
    slot->flags = (uint8_t)((c->host_only ? COOKIE_HOST_ONLY : 0) |
                            (c->secure ? COOKIE_SECURE : 0) |
                            (c->http_only ? COOKIE_HTTP_ONLY : 0));
}

WRAPS_BEGIN /* after 2^32 cookies */
/* The next order. A jar that was imported, or restored as it lay in memory,
   goes on behind its youngest. */
static uint32_t next_order(struct lwurl_jar *jar)
{
    for (size_t i = 0; i < jar->slots_n; i++)
        LOOP_WRITES((i, jar->order), i <= jar->slots_n, jar->slots_n - i)
    {
        if (jar->slots[i].order > jar->order)
            jar->order = jar->slots[i].order;
    }
    return ++jar->order;
}
WRAPS_END

/* A cookie that replaces another keeps its place in the order (RFC 6265 5.3,
   11.3). */
int lwurl_jar_put(struct lwurl_jar *jar, const struct lwurl_cookie *c)
{
    struct lwurl_cookie_slot *slot = find(jar, c);
    uint32_t order = slot == NULL ? 0 : slot->order;

    if (slot == NULL)
        slot = make_room(jar);
    if (slot == NULL || !fits(c)) {
        WRAPS_BEGIN
        jar->dropped++;
        WRAPS_END
        return LWURL_ERR_ROOM;
    }
    fill(slot, c);
    slot->order = order != 0 ? order : next_order(jar);
    return LWURL_OK;
}

bool lwurl_jar_next(const struct lwurl_jar *jar, size_t *at,
                    struct lwurl_cookie *out)
{
    while (*at < jar->slots_n)
        LOOP_WRITES((*at, *out), *at >= AT_ENTRY(*at) && *at <= jar->slots_n,
                    jar->slots_n - *at)
    {
        const struct lwurl_cookie_slot *slot = &jar->slots[(*at)++];
        if (jar_alive(jar, slot)) {
            jar_view(slot, out);
            return true;
        }
    }
    return false;
}

void lwurl_jar_clear(struct lwurl_jar *jar)
{
    memset(jar->slots, 0, jar->slots_n * sizeof jar->slots[0]);
}

void lwurl_jar_clear_session(struct lwurl_jar *jar)
{
    for (size_t i = 0; i < jar->slots_n; i++)
        LOOP_WRITES((i, ALL_OF(jar->slots)), i <= jar->slots_n,
                    jar->slots_n - i)
    {
        if (jar->slots[i].expires == 0)
            memset(&jar->slots[i], 0, sizeof jar->slots[i]);
    }
}
