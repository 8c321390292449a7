/* SPDX-License-Identifier: MIT */
/*
 * Reads Digest challenges (RFC 7616 3.3). Texts go to the room in the order in
 * which they come:
 *
 *     room[0 .. best.used)    the strongest offer so far
 *     room[best.used ..)      the one that is being read
 *
 * An offer that is longer than the room counts on without writing: of its
 * texts, what was written.
 */
#include "handlers/digest.h"

#include <string.h>

#include "handlers/challenge.h"
#include "text/proof.h"

/* lwurl_digest.param: a text, or one of these. */
enum { ALGORITHM = DIGEST_TEXTS, QOP, STALE, USERHASH, OTHER };

size_t digest_room(const struct lwurl_digest *d)
{
    return d->room_n < UINT16_MAX ? d->room_n : UINT16_MAX;
}

struct lwurl_str digest_text(const struct lwurl_digest *d, unsigned which)
{
    struct lwurl_str s = {d->room + d->best.at[which], d->best.n[which]};

    return s;
}

void digest_forget(struct lwurl_digest *d)
{
    d->flags &= DIGEST_FRESH;
    d->basic = false;
    d->wanted = 0;
    memset(&d->best, 0, sizeof d->best);
}

/* --------------------------------------------------------------- parameters */

static bool word_is(const struct lwurl_digest *d, const char *text)
{
    return lwurl_name_is((struct lwurl_str){d->word, d->word_n}, text);
}

static unsigned algorithm(const struct lwurl_digest *d)
{
    if (word_is(d, "md5"))
        return 0;
    if (word_is(d, "md5-sess"))
        return OFFER_SESS;
    if (word_is(d, "sha-256"))
        return OFFER_SHA256;
    return word_is(d, "sha-256-sess") ? OFFER_SHA256 | OFFER_SESS
                                      : OFFER_UNKNOWN;
}

/* One of the list; an empty list says nothing. */
static unsigned qop(const struct lwurl_digest *d)
{
    if (d->word_n == 0)
        return 0;
    if (word_is(d, "auth"))
        return OFFER_QOP | OFFER_AUTH;
    return word_is(d, "auth-int") ? OFFER_QOP | OFFER_AUTH_INT : OFFER_QOP;
}

/* A word is complete: the value of the parameter, or one of its list. */
static void end_word(struct lwurl_digest *d)
{
    unsigned flags = 0;

    if (d->param == ALGORITHM)
        flags = OFFER_ALGORITHM | algorithm(d);
    else if (d->param == QOP)
        flags = qop(d);
    else if (d->param == STALE && word_is(d, "true"))
        flags = OFFER_STALE;
    else if (d->param == USERHASH && word_is(d, "true"))
        flags = OFFER_USERHASH;
    d->next.flags = (uint16_t)(d->next.flags | flags);
    d->word_n = 0;
}

WRAPS_BEGIN /* beyond the room: nobody looks where that text is */

static void begin_param(struct lwurl_digest *d, struct lwurl_str name,
                        const char *const *names)
{
    uint8_t param = 0;

    while (param < OTHER && !lwurl_name_is(name, names[param]))
        LOOP_HOLDS(param <= OTHER, OTHER - param)
    {
        param++;
    }
    d->param = param;
    d->word_n = 0;
    if (param >= DIGEST_TEXTS)
        return;
    if (((unsigned)d->next.flags >> param & 1u) !=
        0) { /* the first one counts */
        d->param = OTHER;
        return;
    }
    d->next.flags = (uint16_t)(d->next.flags | 1u << param);
    d->next.at[param] = (uint16_t)d->next.used;
    d->next.n[param] = 0;
}

WRAPS_END

/* It goes back in a head: an offer with a control character in it is none. */
static void put_text(struct lwurl_digest *d, char c)
{
    size_t at = (size_t)d->best.used + d->next.used;

    if (is_control((unsigned char)c) && c != '\t')
        d->next.flags |= OFFER_UNKNOWN;
    if (at < digest_room(d)) {
        d->room[at] = c;
        d->next.n[d->param]++;
    }
    d->next.used++;
}

static void put_word(struct lwurl_digest *d, char c)
{
    if (d->param == QOP && (c == ',' || is_blank((unsigned char)c)))
        end_word(d);
    else if (d->word_n < sizeof d->word)
        d->word[d->word_n++] = c;
}

/* For proofs: what holds between two bytes, while an offer fits. Its texts end
   within it, none lies in another one, and the one at hand is the last. */
#define TEXT_END(o, i)     ((size_t)(o).at[i] + (o).n[i])
#define IS_BEFORE(o, i, j) (TEXT_END(o, i) <= (o).at[j])
#define ARE_APART(o, i, j) (IS_BEFORE(o, i, j) || IS_BEFORE(o, j, i))
#define IS_OFFER(o)                                                            \
    (TEXT_END(o, 0) <= (o).used && TEXT_END(o, 1) <= (o).used &&               \
     TEXT_END(o, 2) <= (o).used && ARE_APART(o, 0, 1) && ARE_APART(o, 0, 2) && \
     ARE_APART(o, 1, 2))
#define IS_LAST(o, i)                                                        \
    (((i) == 0 || IS_BEFORE(o, 0, i)) && ((i) == 1 || IS_BEFORE(o, 1, i)) && \
     ((i) == 2 || IS_BEFORE(o, 2, i)))
#define ROOM(d) ((d)->room_n < UINT16_MAX ? (d)->room_n : UINT16_MAX)
#define IS_TOO_LONG(d) \
    ((d)->best.used > ROOM(d) || (d)->next.used > ROOM(d) - (d)->best.used)
#define HOLDS(d)                                                             \
    ((d)->word_n <= sizeof(d)->word && (d)->next.n[0] <= (d)->next.used &&   \
     (d)->next.n[1] <= (d)->next.used && (d)->next.n[2] <= (d)->next.used && \
     (IS_TOO_LONG(d) ||                                                      \
      (IS_OFFER((d)->next) &&                                                \
       ((d)->param >= DIGEST_TEXTS || IS_LAST((d)->next, (d)->param)))))

static void add_value(struct lwurl_digest *d, struct lwurl_str piece)
{
    for (size_t i = 0; i < piece.n; i++)
        LOOP_WRITES((i, d->next, d->word, d->word_n; d->room_n > 0
                     : ALL_OF(d->room)),
                    i <= piece.n && HOLDS(d) &&
                        d->next.used <= AT_ENTRY(d->next.used) + i,
                    piece.n - i)
    {
        if (d->param < DIGEST_TEXTS)
            put_text(d, piece.p[i]);
        else
            put_word(d, piece.p[i]);
    }
}

/* --------------------------------------------------------------- challenges */

static void begin_offer(struct lwurl_digest *d)
{
    memset(&d->next, 0, sizeof d->next);
    d->param = OTHER;
    d->word_n = 0;
}

static bool is_usable(const struct lwurl_digest_offer *o)
{
    unsigned needed = 1u << DIGEST_REALM | 1u << DIGEST_NONCE;

    return (o->flags & needed) == needed && (o->flags & OFFER_UNKNOWN) == 0 &&
           ((o->flags & OFFER_QOP) == 0 || (o->flags & OFFER_AUTH) != 0);
}

/* The hash counts, then that the answer is bound to a count of ours. */
static unsigned rank(const struct lwurl_digest_offer *o)
{
    return 1u + ((o->flags & OFFER_SHA256) != 0 ? 2u : 0u) +
           ((o->flags & OFFER_AUTH) != 0 ? 1u : 0u);
}

static void choose(struct lwurl_digest *d)
{
    size_t wanted = (size_t)d->best.used + d->next.used;

    d->wanted = wanted > digest_room(d) ? (uint32_t)wanted : 0;
    if (d->wanted == 0 && d->next.used > 0)
        memmove(d->room, d->room + d->best.used, d->next.used);
    d->best = d->next;
    d->flags |= DIGEST_OFFERED;
}

static void end_offer(struct lwurl_digest *d)
{
    const struct lwurl_digest_offer *next = &d->next;

    if ((d->flags & DIGEST_IN) == 0)
        return;
    d->flags = (uint8_t)(d->flags & ~(unsigned)DIGEST_IN);
    end_word(d);
    if (!is_usable(next)) {
        if ((next->flags & (OFFER_AUTH | OFFER_AUTH_INT)) == OFFER_AUTH_INT)
            d->flags |= DIGEST_AUTH_INT;
    } else if ((d->flags & DIGEST_OFFERED) == 0 ||
               rank(next) > rank(&d->best)) {
        choose(d);
    }
}

static void read_event(struct lwurl_digest *d, enum challenge_event event,
                       struct lwurl_str piece)
{
    static const char *const names[] = {
        "realm", "nonce", "opaque", "algorithm", "qop", "stale", "userhash"};

    if (event == CHALLENGE_SCHEME) {
        end_offer(d);
        if (lwurl_name_is(piece, "basic"))
            d->basic = true;
        else
            d->flags |= DIGEST_SEEN;
        if (lwurl_name_is(piece, "digest")) {
            d->flags |= DIGEST_IN;
            begin_offer(d);
        }
    } else if ((d->flags & DIGEST_IN) != 0 && event == CHALLENGE_PARAM) {
        end_word(d);
        begin_param(d, piece, names);
    } else if ((d->flags & DIGEST_IN) != 0 && event == CHALLENGE_VALUE) {
        add_value(d, piece);
    }
}

void digest_read(struct lwurl_digest *d, const struct lwurl_field *f)
{
    struct lwurl_str in = f->value, piece;
    enum challenge_event event;

    if (f->first) {
        challenge_begin(&d->challenge);
        d->flags = (uint8_t)(d->flags & ~(unsigned)DIGEST_IN);
    }
    do {
        event = challenge_next(&d->challenge, &in, &piece);
        read_event(d, event, piece);
    } while (event != CHALLENGE_MORE);
    if (!f->last)
        return;
    read_event(d, challenge_end(&d->challenge, &piece), piece);
    end_offer(d);
}

/* ---------------------------------------------------------------- nextnonce */

/* The nonce goes, what is behind it moves up, the new one is last. */
static void replace_nonce(struct lwurl_digest *d)
{
    uint16_t *at = d->best.at, *n = d->best.n;
    size_t from = (size_t)at[DIGEST_NONCE] + n[DIGEST_NONCE];
    uint16_t old_at = at[DIGEST_NONCE], old_n = n[DIGEST_NONCE];

    memmove(d->room + old_at, d->room + from,
            d->best.used + d->next.used - from);
    for (unsigned i = 0; i < DIGEST_TEXTS; i++)
        if (at[i] > old_at)
            at[i] = (uint16_t)(at[i] - old_n);
    if (d->host_at > old_at)
        d->host_at = (uint16_t)(d->host_at - old_n);
    at[DIGEST_NONCE] = (uint16_t)(d->best.used - old_n);
    n[DIGEST_NONCE] = (uint16_t)d->next.used;
    d->best.used = d->best.used - old_n + d->next.used;
}

static void read_info_event(struct lwurl_digest *d, enum challenge_event event,
                            struct lwurl_str piece)
{
    static const char *const names[] = {"", "nextnonce", "", "", "", "", ""};

    if (event == CHALLENGE_PARAM)
        begin_param(d, piece, names);
    else if (event == CHALLENGE_VALUE && d->param == DIGEST_NONCE)
        add_value(d, piece);
}

/* The key of a -sess form is made with its first nonce: there it stays. One
   that finds no room is as if it were not there. */
static void take_nextnonce(struct lwurl_digest *d)
{
    if ((d->flags & DIGEST_ACTIVE) == 0 || d->next.used == 0 ||
        (d->best.flags & OFFER_SESS) != 0 ||
        (size_t)d->best.used + d->next.used > digest_room(d))
        return;
    replace_nonce(d);
    if (digest_begin_count(d) != LWURL_OK)
        d->flags = (uint8_t)(d->flags & ~(unsigned)DIGEST_ACTIVE);
}

void digest_read_info(struct lwurl_digest *d, const struct lwurl_field *f)
{
    struct lwurl_str in = f->value, piece;
    enum challenge_event event;

    if (f->first) {
        challenge_begin(&d->challenge);
        begin_offer(d);
    }
    do {
        event = challenge_next(&d->challenge, &in, &piece);
        read_info_event(d, event, piece);
    } while (event != CHALLENGE_MORE);
    if (f->last)
        take_nextnonce(d);
}
