/* SPDX-License-Identifier: MIT */
/*
 * Cache-Control and Vary are lists; this reads one byte after the other:
 *
 *   state     eats                      then
 *   WORD      a name                    "=" ARGUMENT, blank AFTER, "," (told)
 *   ARGUMENT  a token, or '"'           '"' QUOTED, blank AFTER, "," (told)
 *   QUOTED    up to '"'                 AFTER; "\" ESCAPED
 *   ESCAPED   one byte                  QUOTED
 *   AFTER     blanks; else it is junk   "," (told)
 *
 * The end of a field is a comma. What is malformed makes a response stale,
 * never fresh: a directive that restricts counts with any argument, one that
 * gives time only with a number.
 */
#include "handlers/freshness.h"

#include <string.h>

#include "text/date.h"
#include "text/proof.h"
#include "text/str.h"

enum { WORD, ARGUMENT, QUOTED, ESCAPED, AFTER };

/* fresh_reader.digits: what the argument is made of. */
enum { DIGITS_NONE, DIGITS_ONLY, DIGITS_NOT };

/* fresh_reader.field */
enum { FIELD_OTHER, FIELD_CONTROL, FIELD_VARY, FIELD_AGE };

/* What a Cache-Control gives, and a Vary. */
#define OF_CONTROL                                                             \
    (FRESH_CONTROL | FRESH_NO_STORE | FRESH_NO_CACHE | FRESH_MUST_REVALIDATE | \
     FRESH_MAX_AGE | FRESH_STALE_IF_ERROR | FRESH_CONTRADICTS)
#define OF_EXPIRES (FRESH_EXPIRES | FRESH_EXPIRED)
#define OF_VARY    (FRESH_VARY | FRESH_VARIES)

static uint32_t add(uint32_t a, uint32_t b)
{
    return b < FRESH_MOST && a < FRESH_MOST - b ? a + b : FRESH_MOST;
}

WRAPS_BEGIN

/* Seconds from one time to another, 0 to FRESH_MOST. */
static uint32_t seconds(int64_t from, int64_t to)
{
    if (to <= from)
        return 0;
    return (uint64_t)to - (uint64_t)from < FRESH_MOST ? (uint32_t)(to - from)
                                                      : FRESH_MOST;
}

WRAPS_END

/* -------------------------------------------------------------- directives */

static bool is_word(const struct lwurl_fresh_reader *r, const char *word)
{
    return r->word_n <= sizeof r->word &&
           str_is((struct lwurl_str){r->word, r->word_n}, word);
}

/* The first one counts; a second one that says something else takes it back,
   as one does that is no number. */
static void set_seconds(struct lwurl_fresh_reader *r, unsigned bit,
                        uint32_t *to)
{
    struct lwurl_fresh *got = &r->got;
    bool good = r->digits == DIGITS_ONLY;

    if ((got->said & bit) == 0)
        *to = good ? r->number : 0;
    else if (!good || *to != r->number)
        *to = 0;
    got->said |= (uint16_t)bit;
}

static void tell_control(struct lwurl_fresh_reader *r)
{
    if (is_word(r, "no-store"))
        r->got.said |= FRESH_NO_STORE;
    else if (is_word(r, "no-cache"))
        r->got.said |= FRESH_NO_CACHE;
    else if (is_word(r, "must-revalidate"))
        r->got.said |= FRESH_MUST_REVALIDATE;
    else if (is_word(r, "max-age"))
        set_seconds(r, FRESH_MAX_AGE, &r->got.max_age);
    else if (is_word(r, "stale-if-error"))
        set_seconds(r, FRESH_STALE_IF_ERROR, &r->got.stale_if_error);
}

/* For proofs: what holds between two bytes. */
#define HOLDS(r)                                         \
    ((r)->state <= AFTER && (r)->digits <= DIGITS_NOT && \
     (r)->number <= FRESH_MOST)

/* Fields that other handlers add, which nobody can compare. */
static void tell_vary(struct lwurl_fresh_reader *r)
{
    r->got.said |= FRESH_VARY;
    if (is_word(r, "*") || is_word(r, "Cookie") || is_word(r, "Authorization"))
        r->got.said |= FRESH_VARIES;
}

/* A list is an error, of which the first counts (RFC 9111 5.1). */
static void tell_age(struct lwurl_fresh_reader *r)
{
    if ((r->got.said & FRESH_AGE) == 0 && r->digits == DIGITS_ONLY)
        r->got.age = r->number;
    r->got.said |= FRESH_AGE;
}

static void tell(struct lwurl_fresh_reader *r)
{
    if (r->field == FIELD_CONTROL && r->word_n > 0)
        tell_control(r);
    else if (r->field == FIELD_VARY && r->word_n > 0)
        tell_vary(r);
    else if (r->field == FIELD_AGE)
        tell_age(r);
    r->state = r->field == FIELD_AGE ? ARGUMENT : WORD;
    r->word_n = 0;
    r->number = 0;
    r->digits = DIGITS_NONE;
}

/* A number beyond FRESH_MOST is that (RFC 9111 1.2.2). */
static void add_digit(struct lwurl_fresh_reader *r, unsigned char c)
{
    uint32_t digit = digit_value(c);

    if (!is_digit(c) || r->digits == DIGITS_NOT) {
        r->digits = DIGITS_NOT;
        return;
    }
    r->digits = DIGITS_ONLY;
    r->number = r->number > (FRESH_MOST - digit) / 10 ? FRESH_MOST
                                                      : r->number * 10 + digit;
}

static void add_letter(struct lwurl_fresh_reader *r, char c)
{
    if (r->word_n < sizeof r->word)
        r->word[r->word_n] = c;
    if (r->word_n <= sizeof r->word)
        r->word_n++;
}

static void in_word(struct lwurl_fresh_reader *r, unsigned char c)
{
    if (c == '=')
        r->state = ARGUMENT;
    else if (!is_blank(c))
        add_letter(r, (char)c);
    else if (r->word_n > 0)
        r->state = AFTER;
}

static void in_argument(struct lwurl_fresh_reader *r, unsigned char c)
{
    if (c == '"' && r->digits == DIGITS_NONE)
        r->state = QUOTED;
    else if (!is_blank(c))
        add_digit(r, c);
    else if (r->digits != DIGITS_NONE || r->field != FIELD_AGE)
        r->state = AFTER;
}

static void in_quoted(struct lwurl_fresh_reader *r, unsigned char c)
{
    if (c == '"')
        r->state = AFTER;
    else if (c == '\\')
        r->state = ESCAPED;
    else
        add_digit(r, c);
}

static void eat(struct lwurl_fresh_reader *r, unsigned char c)
{
    if (c == ',' && r->state != QUOTED && r->state != ESCAPED) {
        tell(r);
    } else if (r->state == WORD) {
        in_word(r, c);
    } else if (r->state == ARGUMENT) {
        in_argument(r, c);
    } else if (r->state == QUOTED) {
        in_quoted(r, c);
    } else if (r->state == ESCAPED) {
        r->state = QUOTED;
        add_digit(r, c);
    } else if (!is_blank(c)) {
        r->digits = DIGITS_NOT;
    }
}

/* ------------------------------------------------------------------ fields */

static void take_date(struct lwurl_fresh *got, const struct lwurl_field *f)
{
    int64_t when;

    if (!f->first || !f->last || !date_parse(f->value, &when))
        return;
    if ((got->said & FRESH_DATE) != 0 && when != got->date)
        got->said |= FRESH_CONTRADICTS;
    got->said |= FRESH_DATE;
    got->date = when;
}

/* What is no date, "0" above all, is in the past (RFC 9111 5.3). */
static void take_expires(struct lwurl_fresh *got, const struct lwurl_field *f)
{
    int64_t when = 0;
    bool good = f->first && f->last && date_parse(f->value, &when);

    if (!good || ((got->said & FRESH_EXPIRES) != 0 && when != got->expires))
        got->said |= FRESH_EXPIRED;
    got->said |= FRESH_EXPIRES;
    got->expires = when;
}

static unsigned field_of(struct lwurl_str name)
{
    if (str_is(name, "Cache-Control"))
        return FIELD_CONTROL;
    if (str_is(name, "Vary"))
        return FIELD_VARY;
    return str_is(name, "Age") ? FIELD_AGE : FIELD_OTHER;
}

/* The pieces of a list field. */
static void take_list(struct lwurl_fresh_reader *r, const struct lwurl_field *f)
{
    if (f->first && r->field == FIELD_CONTROL)
        r->got.said |= FRESH_CONTROL;
    for (size_t i = 0; i < f->value.n; i++)
        LOOP_WRITES((i, *r), i <= f->value.n && HOLDS(r), f->value.n - i)
    {
        eat(r, (unsigned char)f->value.p[i]);
    }
    if (!f->last)
        return;
    if (r->state == QUOTED || r->state == ESCAPED) {
        r->digits = DIGITS_NOT;
        r->got.said |= FRESH_CONTRADICTS; /* it may have swallowed others */
    }
    tell(r);
}

void fresh_field(struct lwurl_fresh_reader *r, const struct lwurl_field *f)
{
    if (f->name.n == 0) /* the reason: a head begins */
        memset(r, 0, sizeof *r);
    if (f->trailer)
        return;
    if (f->first) {
        r->field = (uint8_t)field_of(f->name);
        r->state = r->field == FIELD_AGE ? ARGUMENT : WORD;
    }
    if (r->field != FIELD_OTHER)
        take_list(r, f);
    else if (str_is(f->name, "Date"))
        take_date(&r->got, f);
    else if (str_is(f->name, "Expires"))
        take_expires(&r->got, f);
}

/* ------------------------------------------------------------------ reckoning
 */

void fresh_came(struct lwurl_fresh *fresh, int64_t now, uint32_t delay)
{
    fresh->came = now;
    fresh->age = add(fresh->age, delay);
    if (now == FRESH_UNKNOWN || (fresh->said & FRESH_DATE) == 0)
        return;
    uint32_t apparent = seconds(fresh->date, now);
    if (apparent > fresh->age)
        fresh->age = apparent;
}

static void replace(struct lwurl_fresh *stored, const struct lwurl_fresh *from,
                    unsigned bits)
{
    stored->said = (uint16_t)((stored->said & ~bits) | (from->said & bits));
}

void fresh_update(struct lwurl_fresh *stored, const struct lwurl_fresh *from)
{
    if ((from->said & FRESH_CONTROL) != 0) {
        replace(stored, from, OF_CONTROL);
        stored->max_age = from->max_age;
        stored->stale_if_error = from->stale_if_error;
    }
    if ((from->said & FRESH_EXPIRES) != 0) {
        replace(stored, from, OF_EXPIRES);
        stored->expires = from->expires;
    }
    if ((from->said & FRESH_VARY) != 0)
        replace(stored, from, OF_VARY);
    stored->said |= from->said & FRESH_CONTRADICTS;
    replace(stored, from, FRESH_DATE | FRESH_AGE);
    stored->date = from->date;
    stored->age = from->age;
    stored->came = from->came;
}

/* When it was made, or else when it came (RFC 9110 6.6.1). */
static int64_t made(const struct lwurl_fresh *fresh)
{
    return (fresh->said & FRESH_DATE) != 0 ? fresh->date : fresh->came;
}

static uint32_t guessed(const struct lwurl_fresh *fresh,
                        struct lwurl_str last_modified, uint32_t guess)
{
    int64_t then;

    if (made(fresh) == FRESH_UNKNOWN || !date_parse(last_modified, &then))
        return 0;
    uint32_t tenth = seconds(then, made(fresh)) / 10;
    return tenth < guess ? tenth : guess;
}

uint32_t fresh_lifetime(const struct lwurl_fresh *fresh,
                        struct lwurl_str last_modified, uint32_t guess)
{
    if ((fresh->said & (FRESH_NO_CACHE | FRESH_CONTRADICTS)) != 0)
        return 0;
    if ((fresh->said & FRESH_MAX_AGE) != 0)
        return fresh->max_age;
    if ((fresh->said & FRESH_EXPIRES) == 0)
        return guessed(fresh, last_modified, guess);
    if ((fresh->said & FRESH_EXPIRED) != 0 || made(fresh) == FRESH_UNKNOWN)
        return 0;
    return seconds(made(fresh), fresh->expires);
}

uint32_t fresh_age(const struct lwurl_fresh *fresh, uint32_t here)
{
    return add(fresh->age, here);
}

bool fresh_bears(const struct lwurl_fresh *fresh, uint32_t stale, uint32_t lets)
{
    if ((fresh->said & (FRESH_NO_CACHE | FRESH_MUST_REVALIDATE)) != 0)
        return false;
    return stale <= lets || ((fresh->said & FRESH_STALE_IF_ERROR) != 0 &&
                             stale <= fresh->stale_if_error);
}
