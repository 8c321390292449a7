/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/jar.c core/text/str.c
   With LWURL_COOKIE_TEXT as contracts.h has it: four lengths of a byte each
   cannot exceed it, so that it is not proven here that fits() compares with
   it. */
#include "contracts.h"

#include "handlers/jar.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

#ifdef __CPROVER__

/* One of the jar's. */
#define IS_A_SLOT(slot, jar)                       \
    (__CPROVER_same_object(slot, (jar)->slots) &&  \
     OFFSET_OF(slot) >= OFFSET_OF((jar)->slots) && \
     OFFSET_OF(slot) + sizeof *(slot) <= (jar)->slots_n * sizeof *(slot))

/* clang-format off */

static char *append(char *to, struct lwurl_str s)
__CPROVER_requires(s.n <= UINT8_MAX && IS_GOOD(s) && __CPROVER_w_ok(to, s.n))
__CPROVER_assigns(s.n > 0: __CPROVER_object_whole(to))
__CPROVER_ensures(RESULT == to + s.n);

static bool fits(const struct lwurl_cookie *c)
__CPROVER_assigns()
__CPROVER_ensures(IMPLIES(RESULT, c->name.n <= UINT8_MAX &&
                                  c->value.n <= UINT8_MAX &&
                                  c->domain.n <= UINT8_MAX &&
                                  c->path.n <= UINT8_MAX));

static void fill(struct lwurl_cookie_slot *slot, const struct lwurl_cookie *c)
__CPROVER_requires(__CPROVER_w_ok(slot, sizeof *slot) && IS_COOKIE(c))
__CPROVER_requires(c->name.n <= UINT8_MAX && c->value.n <= UINT8_MAX &&
                   c->domain.n <= UINT8_MAX && c->path.n <= UINT8_MAX)
__CPROVER_assigns(__CPROVER_object_whole(slot));

static struct lwurl_cookie_slot *find(const struct lwurl_jar *jar,
                                      const struct lwurl_cookie *cookie)
__CPROVER_requires(ARE_SLOTS(jar) && IS_COOKIE(cookie))
__CPROVER_assigns()
__CPROVER_ensures(RESULT == NULL || IS_A_SLOT(RESULT, jar));

static struct lwurl_cookie_slot *make_room(struct lwurl_jar *jar)
__CPROVER_requires(ARE_SLOTS(jar))
__CPROVER_assigns()
__CPROVER_ensures(RESULT == NULL || IS_A_SLOT(RESULT, jar));

static uint32_t next_order(struct lwurl_jar *jar)
__CPROVER_requires(ARE_SLOTS(jar))
__CPROVER_assigns(jar->order);

/* clang-format on */

#endif

static int now_any(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = any_i64();
    return any_int();
}

static struct lwurl_jar any_jar(void)
{
    static const struct lwurl_clock clock = {.now = now_any};
    size_t n = any_length(ANY_MAX / sizeof(struct lwurl_cookie_slot));

    return (struct lwurl_jar){
        .slots = any_memory(n * sizeof(struct lwurl_cookie_slot)),
        .slots_n = n,
        .clock = any_bool() ? &clock : NULL,
        .order = any_u32(),
        .dropped = any_u32()};
}

static struct lwurl_cookie any_cookie(void)
{
    return (struct lwurl_cookie){.name = any_str(),
                                 .value = any_str(),
                                 .domain = any_str(),
                                 .path = any_str(),
                                 .host_only = any_bool()};
}

PROOF(jar_view)
{
    struct lwurl_cookie out;

    jar_view(any_memory(sizeof(struct lwurl_cookie_slot)), &out);
}

PROOF(jar_now)
{
    struct lwurl_jar jar = any_jar();

    jar_now(&jar);
}

PROOF(jar_alive)
{
    struct lwurl_jar jar = any_jar();

    jar_alive(&jar, any_memory(sizeof(struct lwurl_cookie_slot)));
}

PROOF(jar_remove)
{
    struct lwurl_jar jar = any_jar();
    struct lwurl_cookie cookie = any_cookie();

    jar_remove(&jar, &cookie);
}

PROOF(append)
{
    size_t n = any_length(UINT8_MAX);

    append(any_memory(n), (struct lwurl_str){any_memory(n), n});
}

PROOF(fits)
{
    struct lwurl_cookie cookie = any_cookie();

    fits(&cookie);
}

PROOF(fill)
{
    struct lwurl_cookie cookie = any_cookie();

    fill(any_memory(sizeof(struct lwurl_cookie_slot)), &cookie);
}

PROOF(find)
{
    struct lwurl_jar jar = any_jar();
    struct lwurl_cookie cookie = any_cookie();

    find(&jar, &cookie);
}

PROOF(make_room)
{
    struct lwurl_jar jar = any_jar();

    make_room(&jar);
}

PROOF(next_order)
{
    struct lwurl_jar jar = any_jar();

    next_order(&jar);
}

PROOF(lwurl_jar_put)
{
    struct lwurl_jar jar = any_jar();
    struct lwurl_cookie cookie = any_cookie();

    lwurl_jar_put(&jar, &cookie);
}

PROOF(lwurl_jar_next)
{
    struct lwurl_jar jar = any_jar();
    struct lwurl_cookie cookie;
    size_t at = any_size();

    lwurl_jar_next(&jar, &at, &cookie);
}

PROOF(lwurl_jar_clear)
{
    struct lwurl_jar jar = any_jar();

    lwurl_jar_clear(&jar);
}

PROOF(lwurl_jar_clear_session)
{
    struct lwurl_jar jar = any_jar();

    lwurl_jar_clear_session(&jar);
}
