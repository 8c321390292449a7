/* SPDX-License-Identifier: MIT */
/*
 * lwurl_robots.h as a program of records:
 *
 *     robots AGENT URL ROOM STATUS FILE
 *       ->  ERROR CAN-FETCH DELAY REQUESTS SECONDS CUT SITEMAP ...
 *
 * STATUS other than 200: there is no file. What was not said is -1. The file
 * is fed whole, then byte by byte, then split at some place: all the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl_robots.h"
#include "records.h"

#define TEXT_MAX (1 << 16)

/* An answer, as it is printed. */
struct answer {
    size_t n;
    char text[TEXT_MAX];
};

static void put(struct answer *a, const char *word)
{
    size_t n = strlen(word);

    if (n >= sizeof a->text - a->n)
        record_die("answer too long");
    memcpy(a->text + a->n, word, n + 1);
    a->n += n;
}

static void put_number(struct answer *a, bool known, uint32_t number)
{
    char word[16];

    snprintf(word, sizeof word, " %" PRId64, known ? (int64_t)number : -1);
    put(a, word);
}

static void put_error(struct answer *a, int err)
{
    char word[16];

    snprintf(word, sizeof word, "%d", err);
    put(a, word);
}

static void put_sitemap(struct answer *a, struct lwurl_str url)
{
    char word[3];

    put(a, " x");
    for (size_t i = 0; i < url.n; i++) {
        snprintf(word, sizeof word, "%02x", (unsigned char)url.p[i]);
        put(a, word);
    }
}

/* In memory of its own, that ends where the piece does. */
static void feed(struct lwurl_robots *r, struct lwurl_str piece,
                 struct answer *maps)
{
    char *copy = record_allocate(piece.n);
    size_t at = 0, used;

    if (piece.n > 0)
        memcpy(copy, piece.p, piece.n);
    while (lwurl_robots_feed(r, copy + at, piece.n - at, &used) ==
           LWURL_ROBOTS_SITEMAP) {
        put_sitemap(maps, r->sitemap);
        at += used;
    }
    if (at + used != piece.n)
        record_die("not all was taken");
    free(copy);
}

static void print_answer(const struct lwurl_robots *r, struct answer *a)
{
    uint32_t first, second;
    bool known = lwurl_robots_crawl_delay(r, &first);

    put(a, lwurl_robots_can_fetch(r) ? "0 1" : "0 0");
    put_number(a, known, first);
    known = lwurl_robots_request_rate(r, &first, &second);
    put_number(a, known, first);
    put_number(a, known, second);
    put_number(a, true, r->cut);
}

/* Fed in pieces of `piece` bytes after a first one of `first`. */
static void ask(size_t first, size_t piece, struct answer *a)
{
    static struct answer maps;
    struct lwurl_str file = record_text(4);
    size_t room_n = record_number(2);
    char *room = record_allocate(room_n);
    struct lwurl_robots r;
    int err = lwurl_robots_begin(&r, record_string(0), record_string(1), room,
                                 room_n);

    a->n = 0;
    maps.n = 0;
    maps.text[0] = '\0';
    if (err == LWURL_OK && record_number(3) != 200)
        lwurl_robots_status(&r, (unsigned)record_number(3));
    for (size_t at = 0, n = first; err == LWURL_OK && at < file.n; at += n) {
        n = at == 0 ? first : piece;
        n = n < file.n - at ? n : file.n - at;
        feed(&r, (struct lwurl_str){file.p + at, n}, &maps);
    }
    if (err == LWURL_OK && record_number(3) == 200 &&
        lwurl_robots_end(&r) == LWURL_ROBOTS_SITEMAP)
        put_sitemap(&maps, r.sitemap);
    if (err == LWURL_OK)
        print_answer(&r, a);
    else
        put_error(a, err);
    put(a, maps.text);
    free(room);
}

int main(void)
{
    static struct answer whole, pieces;

    while (record_next()) {
        size_t n = record_text(4).n, half = n > 1 ? n / 2 : 1;
        ask(n > 0 ? n : 1, 1, &whole);
        ask(1, 1, &pieces);
        if (strcmp(whole.text, pieces.text) != 0)
            record_die("another answer byte by byte");
        ask(half, n > 0 ? n : 1, &pieces);
        if (strcmp(whole.text, pieces.text) != 0)
            record_die("another answer in two halves");
        puts(whole.text);
    }
    return 0;
}
