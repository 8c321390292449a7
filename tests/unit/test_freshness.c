/* SPDX-License-Identifier: MIT */
/* How long a response is good for: the rules of RFC 9111 as a table. Each row
   runs with its fields whole, byte by byte, and in pieces of seven bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handlers/freshness.h"
#include "text/str.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

/* Times in the rows count from this one. */
#define EPOCH  784111777
#define T      "Sun, 06 Nov 1994 08:49:37 GMT"
#define T_60   "Sun, 06 Nov 1994 08:50:37 GMT"
#define T_3600 "Sun, 06 Nov 1994 09:49:37 GMT"
#define T_9999 "Fri, 31 Dec 9999 23:59:59 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:33:57 GMT" /* 940 s */
#define NOBODY INT32_MIN                       /* knows the time */
#define MOST   FRESH_MOST
#define GUESS  86400u

enum { STORE = FRESH_NO_STORE, ANY = FRESH_VARIES };

struct row {
    const char *what;   /* section of RFC 9111 where it has a number */
    const char *fields; /* "Name: value\n" ... */
    int32_t came;       /* when the head was complete, or NOBODY knows */
    uint32_t delay;     /* seconds since it was asked for */
    uint32_t guess;     /* most of a guessed lifetime */
    uint32_t here;      /* seconds that it has been here since */
    uint32_t life, age; /* expected */
    bool fresh;         /* expected */
    unsigned without;   /* expected of FRESH_NO_STORE and FRESH_VARIES */
};

static const struct row rows[] = {
    /* 4.2.1: where the lifetime comes from */
    {"5.2.2.1 max-age", "Cache-Control: max-age=60\n", 0, 0, 0, 0, 60, 0, true,
     0},
    {"one second left", "Cache-Control: max-age=60\n", 0, 0, 0, 59, 60, 59,
     true, 0},
    {"4.2: fresh while life > age", "Cache-Control: max-age=60\n", 0, 0, 0, 60,
     60, 60, false, 0},
    {"past it", "Cache-Control: max-age=60\n", 0, 0, 0, 61, 60, 61, false, 0},
    {"max-age=0", "Cache-Control: max-age=0\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"nothing said", "", 0, 0, 0, 0, 0, 0, false, 0},
    {"5.3 Expires", "Date: " T "\nExpires: " T_60 "\n", 0, 0, 0, 0, 60, 0, true,
     0},
    {"Expires, later", "Date: " T "\nExpires: " T_60 "\n", 0, 0, 0, 60, 60, 60,
     false, 0},
    {"Expires before Date", "Date: " T_60 "\nExpires: " T "\n", 60, 0, 0, 0, 0,
     0, false, 0},
    {"Expires is Date", "Date: " T "\nExpires: " T "\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"Expires without Date", "Expires: " T_60 "\n", 0, 0, 0, 0, 60, 0, true, 0},
    {"Expires without Date, clock ahead", "Expires: " T_60 "\n", 50, 0, 0, 0,
     10, 0, true, 0},
    {"Expires without Date, no clock", "Expires: " T_60 "\n", NOBODY, 0, 0, 0,
     0, 0, false, 0},
    {"Expires with Date, no clock", "Date: " T "\nExpires: " T_60 "\n", NOBODY,
     0, 0, 0, 60, 0, true, 0},
    {"Expires: 0", "Date: " T "\nExpires: 0\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"Expires: -1", "Date: " T "\nExpires: -1\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"Expires: empty", "Date: " T "\nExpires:\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"Expires in RFC 850",
     "Date: " T "\nExpires: Sunday, 06-Nov-94 08:50:37 GMT\n", 0, 0, 0, 0, 60,
     0, true, 0},
    {"Expires in asctime", "Date: " T "\nExpires: Sun Nov  6 08:50:37 1994\n",
     0, 0, 0, 0, 60, 0, true, 0},
    {"Expires in year 9999", "Date: " T "\nExpires: " T_9999 "\n", 0, 0, 0, 0,
     MOST, 0, true, 0},
    {"max-age wins over Expires",
     "Cache-Control: max-age=5\nDate: " T "\nExpires: " T_60 "\n", 0, 0, 0, 0,
     5, 0, true, 0},
    {"max-age wins over a bad Expires",
     "Expires: 0\nCache-Control: max-age=5\n", 0, 0, 0, 0, 5, 0, true, 0},
    {"max-age=0 wins over Expires",
     "Date: " T "\nExpires: " T_60 "\nCache-Control: max-age=0\n", 0, 0, 0, 0,
     0, 0, false, 0},
    {"5.2.2.10 s-maxage is not ours", "Cache-Control: s-maxage=60\n", 0, 0, 0,
     0, 0, 0, false, 0},
    {"s-maxage beside max-age", "Cache-Control: s-maxage=5, max-age=60\n", 0, 0,
     0, 0, 60, 0, true, 0},

    /* what is contradicting or malformed is stale */
    {"two Expires", "Date: " T "\nExpires: " T_60 "\nExpires: " T_3600 "\n", 0,
     0, 0, 0, 0, 0, false, 0},
    {"one Expires twice", "Date: " T "\nExpires: " T_60 "\nExpires: " T_60 "\n",
     0, 0, 0, 0, 60, 0, true, 0},
    {"two max-age", "Cache-Control: max-age=60, max-age=90\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"two max-age, two lines",
     "Cache-Control: max-age=60\nCache-Control: max-age=90\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"three max-age", "Cache-Control: max-age=60, max-age=90, max-age=60\n", 0,
     0, 0, 0, 0, 0, false, 0},
    {"one max-age twice", "Cache-Control: max-age=60,max-age=060\n", 0, 0, 0, 0,
     60, 0, true, 0},
    {"one good, one bad", "Cache-Control: max-age=60, max-age=x\n", 0, 0, 0, 0,
     0, 0, false, 0},
    {"one bad, one good", "Cache-Control: max-age=, max-age=60\n", 0, 0, 0, 0,
     0, 0, false, 0},
    {"two Dates", "Cache-Control: max-age=60\nDate: " T "\nDate: " T_60 "\n", 0,
     0, 0, 0, 0, 0, false, 0},
    {"one Date twice", "Cache-Control: max-age=60\nDate: " T "\nDate: " T "\n",
     0, 0, 0, 0, 60, 0, true, 0},
    {"no number", "Cache-Control: max-age=ten\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"no argument", "Cache-Control: max-age\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"empty argument", "Cache-Control: max-age=\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"negative", "Cache-Control: max-age=-60\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"signed", "Cache-Control: max-age=+60\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"fraction", "Cache-Control: max-age=60.5\n", 0, 0, 0, 0, 0, 0, false, 0},
    {"hexadecimal", "Cache-Control: max-age=0x60\n", 0, 0, 0, 0, 0, 0, false,
     0},
    {"blank before =", "Cache-Control: max-age =60\n", 0, 0, 0, 0, 0, 0, false,
     0},
    {"blank after =", "Cache-Control: max-age= 60\n", 0, 0, 0, 0, 0, 0, false,
     0},
    {"something behind", "Cache-Control: max-age=60 90\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"semicolon for comma", "Cache-Control: max-age=60; public\n", 0, 0, 0, 0,
     0, 0, false, 0},
    {"5.2: quoted form is taken", "Cache-Control: max-age=\"60\"\n", 0, 0, 0, 0,
     60, 0, true, 0},
    {"quoted, escaped", "Cache-Control: max-age=\"6\\0\"\n", 0, 0, 0, 0, 60, 0,
     true, 0},
    {"quoted in the middle", "Cache-Control: max-age=6\"0\"\n", 0, 0, 0, 0, 0,
     0, false, 0},
    {"quoted, end in an escape", "Cache-Control: max-age=60, x=\"\\\n", 0, 0, 0,
     0, 0, 0, false, 0},
    {"quoted, and more", "Cache-Control: max-age=\"60\"0\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"quoted, no end", "Cache-Control: max-age=\"60\n", 0, 0, 0, 0, 0, 0, false,
     0},
    {"quoted list", "Cache-Control: max-age=\"60, 90\"\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"a quote that swallows", "Cache-Control: max-age=60, x=\"a, no-cache\n", 0,
     0, 0, 0, 0, 0, false, 0},
    {"a comma that is escaped",
     "Cache-Control: x=\"\\,no-store\", max-age=60\n", 0, 0, 0, 0, 60, 0, true,
     0},
    {"a quote that does not",
     "Cache-Control: x=\"a, no-store, \\\"\", max-age=60\n", 0, 0, 0, 0, 60, 0,
     true, 0},
    {"case and blanks", "cache-CONTROL: \t,,Max-AGE=60 , ,PUBLIC,\n", 0, 0, 0,
     0, 60, 0, true, 0},
    {"unknown directives",
     "Cache-Control: a=1, max-age-x=7, immutable, max-age=60, "
     "stale-while-revalidate=90\n",
     0, 0, 0, 0, 60, 0, true, 0},
    {"a name that goes on",
     "Cache-Control: max-age=60, must-revalidate-not, no-storex, xno-cache\n",
     0, 0, 0, 0, 60, 0, true, 0},

    /* 1.2.2: delta-seconds beyond what can be told apart */
    {"2^31 - 1", "Cache-Control: max-age=2147483647\n", 0, 0, 0, 0, MOST - 1, 0,
     true, 0},
    {"2^31", "Cache-Control: max-age=2147483648\n", 0, 0, 0, 0, MOST, 0, true,
     0},
    {"2^32 + 60", "Cache-Control: max-age=4294967356\n", 0, 0, 0, 0, MOST, 0,
     true, 0},
    {"2^64 + 60", "Cache-Control: max-age=18446744073709551676\n", 0, 0, 0, 0,
     MOST, 0, true, 0},
    {"forty digits",
     "Cache-Control: max-age=9999999999999999999999999999999999999999\n", 0, 0,
     0, 0, MOST, 0, true, 0},
    {"zeros in front", "Cache-Control: max-age=00000000000000000060\n", 0, 0, 0,
     0, 60, 0, true, 0},
    {"giant life, giant age",
     "Cache-Control: max-age=99999999999\nAge: 99999999999\n", 0, 0, 0, 0, MOST,
     MOST, false, 0},

    /* 4.2.3: age */
    {"5.1 Age", "Cache-Control: max-age=60\nAge: 20\n", 0, 0, 0, 0, 60, 20,
     true, 0},
    {"Age and time here", "Cache-Control: max-age=60\nAge: 20\n", 0, 0, 0, 40,
     60, 60, false, 0},
    {"Age above life", "Cache-Control: max-age=60\nAge: 61\n", 0, 0, 0, 0, 60,
     61, false, 0},
    {"response_delay", "Cache-Control: max-age=60\nAge: 20\n", 0, 15, 0, 0, 60,
     35, true, 0},
    {"delay alone", "Cache-Control: max-age=60\n", NOBODY, 60, 0, 0, 60, 60,
     false, 0},
    {"apparent_age", "Cache-Control: max-age=60\nDate: " T "\n", 50, 0, 0, 0,
     60, 50, true, 0},
    {"the larger: apparent", "Cache-Control: max-age=60\nDate: " T "\nAge: 5\n",
     50, 3, 0, 0, 60, 50, true, 0},
    {"the larger: Age", "Cache-Control: max-age=60\nDate: " T "\nAge: 70\n", 50,
     3, 0, 0, 60, 73, false, 0},
    {"Date in the future", "Cache-Control: max-age=60\nDate: " T_3600 "\n", 0,
     0, 0, 0, 60, 0, true, 0},
    {"Date of old, clock right", "Cache-Control: max-age=60\nDate: " T "\n",
     3600, 0, 0, 0, 60, 3600, false, 0},
    {"Date that is none", "Cache-Control: max-age=60\nDate: today\n", 90, 0, 0,
     0, 60, 0, true, 0},
    {"no clock: no apparent_age", "Cache-Control: max-age=60\nDate: " T "\n",
     NOBODY, 0, 0, 10, 60, 10, true, 0},
    {"Age: first of a list", "Cache-Control: max-age=60\nAge: 5, 99\n", 0, 0, 0,
     0, 60, 5, true, 0},
    {"Age: first of two", "Cache-Control: max-age=60\nAge: 5\nAge: 99\n", 0, 0,
     0, 0, 60, 5, true, 0},
    {"Age: no number", "Cache-Control: max-age=60\nAge: -5\n", 0, 0, 0, 0, 60,
     0, true, 0},
    {"Age: empty", "Cache-Control: max-age=60\nAge:\n", 0, 0, 0, 0, 60, 0, true,
     0},
    {"Age: 2^40", "Cache-Control: max-age=60\nAge: 1099511627776\n", 0, 0, 0, 0,
     60, MOST, false, 0},
    {"ages add up to no more",
     "Cache-Control: max-age=2147483648\nAge: 2147483647\n", 0, 9, 0, MOST,
     MOST, MOST, false, 0},

    /* 5.2.2: what forbids */
    {"5.2.2.4 no-cache", "Cache-Control: no-cache, max-age=60\n", 0, 0, 0, 0, 0,
     0, false, 0},
    {"no-cache with fields",
     "Cache-Control: max-age=60, no-cache=\"Set-Cookie, X\"\n", 0, 0, 0, 0, 0,
     0, false, 0},
    {"no-cache and Expires",
     "Cache-Control: no-cache\nDate: " T "\nExpires: " T_60 "\n", 0, 0, 0, 0, 0,
     0, false, 0},
    {"5.2.2.5 no-store", "Cache-Control: no-store\n", 0, 0, 0, 0, 0, 0, false,
     STORE},
    {"no-store beside max-age",
     "Cache-Control: max-age=60\nCache-Control: public,NO-STORE\n", 0, 0, 0, 0,
     60, 0, true, STORE},
    {"no-store with junk", "Cache-Control: no-store=\"x\" y, max-age=60\n", 0,
     0, 0, 0, 60, 0, true, STORE},
    {"5.2.2.3 must-understand is not",
     "Cache-Control: must-understand, no-store\n", 0, 0, 0, 0, 0, 0, false,
     STORE},
    {"5.2.2.7 private", "Cache-Control: private, max-age=60\n", 0, 0, 0, 0, 60,
     0, true, 0},
    {"private with fields", "Cache-Control: private=\"X-Y\", max-age=60\n", 0,
     0, 0, 0, 60, 0, true, 0},
    {"5.2.2.9 public says no time", "Cache-Control: public\n", 0, 0, 0, 0, 0, 0,
     false, 0},
    {"5.2.2.2 must-revalidate is fresh first",
     "Cache-Control: must-revalidate, max-age=60\n", 0, 0, 0, 0, 60, 0, true,
     0},
    {"5.4 Pragma says nothing", "Pragma: no-cache\nCache-Control: max-age=60\n",
     0, 0, 0, 0, 60, 0, true, 0},

    /* 4.1: Vary */
    {"Vary: *", "Cache-Control: max-age=60\nVary: *\n", 0, 0, 0, 0, 60, 0, true,
     ANY},
    {"Vary: nothing", "Cache-Control: max-age=60\nVary: ,\n", 0, 0, 0, 0, 60, 0,
     true, 0},
    {"Vary: Cookie", "Vary: Accept, cookie\n", 0, 0, 0, 0, 0, 0, false, ANY},
    {"Vary: Authorization", "Vary: Accept\nVary: Authorization\n", 0, 0, 0, 0,
     0, 0, false, ANY},
    {"Vary that compares",
     "Vary: Accept-Encoding, Accept-Language\nCache-Control: max-age=60\n", 0,
     0, 0, 0, 60, 0, true, 0},

    /* 4.2.2: a guess, where the application wants one */
    {"off", "Date: " T "\nLast-Modified: " BEFORE "\n", 0, 0, 0, 0, 0, 0, false,
     0},
    {"a tenth", "Date: " T "\nLast-Modified: " BEFORE "\n", 0, 0, GUESS, 0, 94,
     0, true, 0},
    {"a tenth, over", "Date: " T "\nLast-Modified: " BEFORE "\n", 0, 0, GUESS,
     94, 94, 94, false, 0},
    {"at most", "Date: " T "\nLast-Modified: Tue, 06 Nov 1984 08:49:37 GMT\n",
     0, 0, GUESS, 0, GUESS, 0, true, 0},
    {"modified after its Date", "Date: " T "\nLast-Modified: " T_60 "\n", 0, 0,
     GUESS, 0, 0, 0, false, 0},
    {"without Date", "Last-Modified: " BEFORE "\n", 0, 0, GUESS, 0, 94, 0, true,
     0},
    {"without Date and clock", "Last-Modified: " BEFORE "\n", NOBODY, 0, GUESS,
     0, 0, 0, false, 0},
    {"max-age is no guess",
     "Cache-Control: max-age=5\nDate: " T "\nLast-Modified: " BEFORE "\n", 0, 0,
     GUESS, 0, 5, 0, true, 0},
    {"nor is Expires", "Expires: 0\nDate: " T "\nLast-Modified: " BEFORE "\n",
     0, 0, GUESS, 0, 0, 0, false, 0},
    {"nor no-cache",
     "Cache-Control: no-cache\nDate: " T "\nLast-Modified: " BEFORE "\n", 0, 0,
     GUESS, 0, 0, 0, false, 0},
};

static void tell(struct lwurl_fresh_reader *r, struct lwurl_str name,
                 struct lwurl_str value, size_t piece)
{
    struct lwurl_field f = {.name = name, .first = true};
    size_t at = 0;

    do {
        f.value = str_cut(value, at, piece);
        at += f.value.n;
        f.last = at == value.n;
        fresh_field(r, &f);
        f.first = false;
    } while (!f.last);
}

/* Dates come whole: only the others may be longer than a line. */
static size_t piece_of(struct lwurl_str name, size_t piece)
{
    bool list = str_is(name, "Cache-Control") || str_is(name, "Vary") ||
                str_is(name, "Age");

    return list ? piece : SIZE_MAX;
}

/* Reads a head; returns its Last-Modified. */
static struct lwurl_str read(struct lwurl_fresh_reader *r, const char *text,
                             size_t piece)
{
    struct lwurl_str rest = str_of(text), modified = {"", 0};

    tell(r, STR(""), STR("OK"), piece);
    while (rest.n > 0) {
        struct lwurl_str line = str_cut(rest, 0, str_find(rest, '\n'));
        struct lwurl_str name = str_cut(line, 0, str_find(line, ':'));
        struct lwurl_str value = str_trim(str_cut(line, name.n + 1, SIZE_MAX));
        if (str_is(name, "Last-Modified"))
            modified = value;
        tell(r, name, value, piece_of(name, piece));
        rest = str_cut(rest, line.n + 1, SIZE_MAX);
    }
    return modified;
}

static int64_t time_of(int32_t offset)
{
    return offset == NOBODY ? FRESH_UNKNOWN : (int64_t)EPOCH + offset;
}

static void table(void **state)
{
    static const size_t pieces[] = {SIZE_MAX, 1, 7};

    (void)state;
    for (size_t i = 0; i < 3 * N(rows); i++) {
        const struct row *row = &rows[i / 3];
        struct lwurl_fresh_reader r = {.state = 0};
        struct lwurl_str modified = read(&r, row->fields, pieces[i % 3]);
        fresh_came(&r.got, time_of(row->came), row->delay);
        uint32_t life = fresh_lifetime(&r.got, modified, row->guess);
        uint32_t age = fresh_age(&r.got, row->here);
        unsigned without = r.got.said & (STORE | ANY);
        if (life != row->life || age != row->age || without != row->without ||
            (life > age) != row->fresh)
            fail_msg("%s: life %u, age %u, not %#x", row->what, (unsigned)life,
                     (unsigned)age, without);
    }
    print_message("# %zu rows\n", N(rows));
    assert_true(N(rows) >= 60);
}

/* RFC 9111 4.2.4, RFC 5861 4: what may be used though it is not fresh. */
static void without_an_answer(void **state)
{
    static const struct {
        const char *fields;
        uint32_t stale, lets;
        bool bears;
    } ways[] = {
        {"", 0, 0, true},
        {"", 1, 0, false},
        {"", 60, 60, true},
        {"", 61, 60, false},
        {"", MOST, UINT32_MAX, true},
        {"Cache-Control: stale-if-error=60\n", 60, 0, true},
        {"Cache-Control: stale-if-error=60\n", 61, 0, false},
        {"Cache-Control: stale-if-error=60\n", 90, 90, true},
        {"Cache-Control: stale-if-error=\"60\"\n", 60, 0, true},
        {"Cache-Control: stale-if-error\n", 1, 0, false},
        {"Cache-Control: stale-if-error=x\n", 1, 0, false},
        {"Cache-Control: stale-if-error=60, stale-if-error=90\n", 1, 0, false},
        {"Cache-Control: stale-if-error=99999999999\n", MOST, 0, true},
        {"Cache-Control: stale-if-error=60, must-revalidate\n", 1, 90, false},
        {"Cache-Control: stale-if-error=60, no-cache\n", 1, 90, false},
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct lwurl_fresh_reader r = {.state = 0};
        (void)read(&r, ways[i].fields, 1);
        if (fresh_bears(&r.got, ways[i].stale, ways[i].lets) != ways[i].bears)
            fail_msg("%s, %u, %u", ways[i].fields, (unsigned)ways[i].stale,
                     (unsigned)ways[i].lets);
    }
}

/* What a 304 says replaces what was said, field by field (3.2, 4.3.4). */
static void updates(void **state)
{
    static const struct {
        const char *stored, *from;
        uint32_t life, age;
        unsigned said; /* of the flags */
    } ways[] = {
        {"Cache-Control: max-age=60\n", "", 60, 0, FRESH_MAX_AGE},
        {"Cache-Control: max-age=60, no-cache\n", "Cache-Control: max-age=5\n",
         5, 0, FRESH_MAX_AGE},
        {"Cache-Control: max-age=60, must-revalidate\nAge: 50\n", "Age: 7\n",
         60, 7, FRESH_MAX_AGE | FRESH_MUST_REVALIDATE},
        {"Cache-Control: max-age=60\nAge: 50\n", "", 60, 0, FRESH_MAX_AGE},
        {"Cache-Control: max-age=60\n", "Cache-Control: no-cache\n", 0, 0,
         FRESH_NO_CACHE},
        {"Cache-Control: max-age=60, max-age=5\n", "Cache-Control:max-age=9\n",
         9, 0, FRESH_MAX_AGE},
        {"Date: " T "\nExpires: " T "\n", "Date: " T "\nExpires: " T_60 "\n",
         60, 0, 0},
        {"Date: " T "\nExpires: " T_3600 "\n", "Date: " T_60 "\n", 3540, 0, 0},
        {"Date: " T "\nExpires: " T_60 "\n", "Expires: never\n", 0, 0, 0},
        {"Vary: Accept\n", "Vary: *\n", 0, 0, FRESH_VARIES},
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct lwurl_fresh_reader stored = {.state = 0}, from = stored;
        (void)read(&stored, ways[i].stored, SIZE_MAX);
        fresh_came(&stored.got, EPOCH, 0);
        (void)read(&from, ways[i].from, SIZE_MAX);
        fresh_came(&from.got, EPOCH, 0);
        fresh_update(&stored.got, &from.got);
        assert_int_equal(fresh_lifetime(&stored.got, STR(""), 0), ways[i].life);
        assert_int_equal(fresh_age(&stored.got, 0), ways[i].age);
        assert_int_equal(stored.got.said &
                             (FRESH_MAX_AGE | FRESH_NO_CACHE | FRESH_VARIES |
                              FRESH_MUST_REVALIDATE | FRESH_CONTRADICTS),
                         ways[i].said);
    }
}

/* The next head forgets the last; a trailer says nothing; a date in pieces is
   none. */
static void heads(void **state)
{
    struct lwurl_fresh_reader r = {.state = 0};
    struct lwurl_field f = {.name = STR("Cache-Control"),
                            .value = STR("no-store"),
                            .first = true,
                            .last = true,
                            .trailer = true};

    (void)state;
    (void)read(&r, "Cache-Control: no-store\nAge: 9\nExpires: 0\n", 1);
    (void)read(&r, "Cache-Control: max-age=60\n", 1);
    assert_int_equal(r.got.said, FRESH_CONTROL | FRESH_MAX_AGE);
    assert_int_equal(r.got.age, 0);
    fresh_field(&r, &f);
    assert_int_equal(r.got.said, FRESH_CONTROL | FRESH_MAX_AGE);
    tell(&r, STR("Date"), STR(T), 20);
    tell(&r, STR("Expires"), STR(T), 20);
    assert_int_equal(r.got.said, FRESH_CONTROL | FRESH_MAX_AGE | FRESH_EXPIRES |
                                     FRESH_EXPIRED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(without_an_answer),
        cmocka_unit_test(updates),
        cmocka_unit_test(heads),
    };

    return cmocka_run_group_tests_name("core/handlers/freshness", tests, NULL,
                                       NULL);
}
