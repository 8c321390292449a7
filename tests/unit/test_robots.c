/* SPDX-License-Identifier: MIT */
/* core/robots.c; CPython's view of many files is in tests/differential. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_robots.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What came of a file. */
struct told {
    int err;
    bool can_fetch, has_delay, has_rate;
    uint32_t delay, requests, seconds;
    bool cut;
    char maps[256]; /* "URL\n" each */
};

static void keep_map(struct told *t, struct lwurl_str map)
{
    size_t n = strlen(t->maps);

    assert_true(n + map.n + 2 <= sizeof t->maps);
    memcpy(t->maps + n, map.p, map.n);
    t->maps[n + map.n] = '\n';
    t->maps[n + map.n + 1] = '\0';
}

static void feed(struct lwurl_robots *r, const char *file, size_t piece,
                 struct told *t)
{
    for (size_t at = 0, n = strlen(file); at < n;) {
        size_t some = piece < n - at ? piece : n - at, used;
        char *copy = guarded(1, some);
        memcpy(copy, file + at, some);
        int got = lwurl_robots_feed(r, copy, some, &used);
        assert_true(used <= some && (got != LWURL_OK || used == some));
        if (got == LWURL_ROBOTS_SITEMAP)
            keep_map(t, r->sitemap);
        at += used;
    }
}

static void ask_in(size_t room_n, size_t piece, const char *const question[3],
                   struct told *t)
{
    struct lwurl_robots r;

    memset(t, 0, sizeof *t);
    t->err = lwurl_robots_begin(&r, question[0], question[1],
                                guarded(0, room_n), room_n);
    if (t->err != LWURL_OK)
        return;
    assert_false(lwurl_robots_can_fetch(&r));
    feed(&r, question[2], piece, t);
    assert_false(lwurl_robots_can_fetch(&r)); /* it may have been cut short */
    assert_false(lwurl_robots_crawl_delay(&r, &t->delay));
    if (lwurl_robots_end(&r) == LWURL_ROBOTS_SITEMAP)
        keep_map(t, r.sitemap);
    t->can_fetch = lwurl_robots_can_fetch(&r);
    t->has_delay = lwurl_robots_crawl_delay(&r, &t->delay);
    t->has_rate = lwurl_robots_request_rate(&r, &t->requests, &t->seconds);
    t->cut = r.cut;
}

/* In pieces of every size. */
static struct told ask(const char *agent, const char *url, const char *file)
{
    const char *const question[3] = {agent, url, file};
    struct told whole, pieces;

    ask_in(512, SIZE_MAX, question, &whole);
    for (size_t piece = 1; piece <= strlen(file); piece++) {
        ask_in(512, piece, question, &pieces);
        assert_memory_equal(&whole, &pieces, sizeof whole);
    }
    assert_false(whole.cut);
    return whole;
}

static bool may(const char *agent, const char *url, const char *file)
{
    struct told t = ask(agent, url, file);

    assert_int_equal(t.err, LWURL_OK);
    return t.can_fetch;
}

static void test_rules(void **state)
{
    static const char file[] = "User-agent: *\n"
                               "Allow: /a/public\n"
                               "Disallow: /a/\n"
                               "Disallow: /q?x=1\n"
                               "Allow: /\n"
                               "Disallow: /a\n";
    static const struct {
        const char *url;
        bool may;
    } cases[] = {
        {"/", true},
        {"/a", true},
        {"/a/", false},
        {"/a/b", false},
        {"/a/public", true},
        {"/a/public/x", true},
        {"/%61/b", false},
        {"http://h/a/b", false},
        {"//h/a/b", false},
        {"http://h", true},
        {"/q?x=1", false},
        {"/q?x=12&y", false},
        {"/q?x=2", true},
        {"/q%3fx=1", false},
        {"", true},
        {"/A/", true},
        {"/a/#fragment", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(may("bot", cases[i].url, file), cases[i].may);
    assert_true(may("bot", "/", ""));
    assert_true(may("bot", "/", "Disallow: /")); /* of nobody */
    assert_false(may("bot", "/", "User-agent: *\nDisallow: /"));
    assert_true(may("bot", "/", "User-agent: *\nDisallow:"));
    assert_true(may("bot", "/", "User-agent: *\nDisallow:\nDisallow: /"));
    assert_true(may("bot", "/x", "User-agent: *\nDisallow: /xy"));
    assert_true(may("bot", "/x", "User-agent: *\nDisallow: //[bad\n"));
}

static void test_groups(void **state)
{
    (void)state;
    /* one's own before the rest, wherever it stands */
    assert_true(may("bot", "/",
                    "User-agent: *\nDisallow: /\n\n"
                    "User-agent: bot\nAllow: /\n"));
    assert_true(may("bot", "/",
                    "User-agent: bot\nAllow: /\nUser-agent: *\nDisallow: /"));
    /* the first of one's own, the first of the rest */
    assert_false(may("bot", "/",
                     "User-agent: b\nDisallow: /\nUser-agent: bot\nAllow: /"));
    assert_false(
        may("bot", "/", "User-agent: *\nDisallow: /\nUser-agent: *\nAllow: /"));
    /* a part of the name, in any case, up to '/' */
    assert_false(may("MyBot/1.0", "/", "User-agent: bot\nDisallow: /"));
    assert_true(may("MyBot/1.0", "/", "User-agent: bot/1\nDisallow: /"));
    assert_true(may("bot", "/", "User-agent: mybot\nDisallow: /"));
    assert_false(may("bot", "/", "User-agent:\nDisallow: /"));
    /* several agents; "*" among them makes it the rest's */
    assert_false(
        may("bot", "/", "User-agent: a\nUser-agent: bot\nDisallow: /"));
    assert_true(may("bot", "/",
                    "User-agent: bot\nUser-agent: *\nDisallow: /\n"
                    "User-agent: bot\nAllow: /"));
    /* an empty line ends a group, others do not */
    assert_true(may("bot", "/", "User-agent: bot\n\nDisallow: /"));
    assert_false(may("bot", "/", "User-agent: bot\n \n#\nDisallow: /"));
    assert_true(may("bot", "/x", "User-agent: bot\nAllow: /\n\nDisallow: /x"));
    /* agents without rules are none */
    assert_false(
        may("bot", "/", "User-agent: *\nDisallow: /\nUser-agent: bot"));
}

static void test_lines(void **state)
{
    (void)state;
    assert_false(may("bot", "/", "user-AGENT:*\r\ndisALLOW:/\r\n"));
    assert_false(may("bot", "/", "User-agent: *\rDisallow: /\r"));
    assert_false(may("bot", "/", " \tUser-agent \t:\t * # x\n Disallow:/ #\n"));
    assert_false(may("bot", "/a\tb", "User-agent: *\nDisallow: /a%09b%0a"));
    assert_false(may("bot", "/ab", "User-agent: *\nDisallow: /a%0d\tb"));
    for (const char *end = "\n\v\f\r\x1c\x1d\x1e"; *end != '\0'; end++) {
        char file[] = "User-agent: *?Disallow: /";
        *strchr(file, '?') = *end;
        assert_false(may("bot", "/", file));
    }
    assert_true(may("bot", "/",
                    "User-agent: *\x1f"
                    "Disallow: /"));
    assert_true(may("bot", "/", "User-agent: *\n\rDisallow: /"));
    assert_true(may("bot", "/", "User-agent: *\r\rDisallow: /"));
    assert_false(may("bot", "/", "User-agent: *\nDisallow /x\nDisallow: /"));
    assert_true(may("bot", "/", "User-agent: *\nDisallowed: /"));
    assert_true(may("bot", "/", "#User-agent: *\n#Disallow: /"));
    assert_false(may("bot", "/a#b", "User-agent: *\nDisallow: /a%23b"));
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        uint32_t value;
    } cases[] = {
        {"0", true, 0},
        {"5", true, 5},
        {" 007 ", true, 7},
        {"4294967290", true, UINT32_MAX - 5},
        {"4294967295", true, UINT32_MAX},
        {"4294967296", true, UINT32_MAX},
        {"42949672950", true, UINT32_MAX},
        {"99999999999999999999999999", true, UINT32_MAX},
        {"%31", true, 1},
        {"", false, 0},
        {"-1", false, 0},
        {"+1", false, 0},
        {"1.5", false, 0},
        {"1 2", false, 0},
        {"x", false, 0},
    };
    char file[128];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(file, sizeof file,
                 "User-agent: *\nCrawl-delay: %s\nRequest-rate: %s/%s\n",
                 cases[i].text, cases[i].text, cases[i].text);
        struct told t = ask("bot", "/", file);
        assert_int_equal(t.has_delay, cases[i].good);
        assert_int_equal(t.has_rate, cases[i].good);
        assert_int_equal(t.delay, cases[i].value);
        assert_int_equal(t.requests, cases[i].value);
        assert_int_equal(t.seconds, cases[i].value);
    }
    struct told t = ask("bot", "/",
                        "Crawl-delay: 1\nUser-agent: bot\nCrawl-delay: 2\n"
                        "Crawl-delay: 3\nRequest-rate: 1/2/3\n"
                        "Request-rate: 4/5\nRequest-rate: 6\n"
                        "User-agent: *\nCrawl-delay: 9");
    assert_int_equal(t.delay, 3);
    assert_int_equal(t.requests, 4);
    assert_int_equal(t.seconds, 5);
    assert_false(ask("bot", "/", "Crawl-delay: 1").has_delay);
    assert_false(ask("bot", "/", "Request-rate: 1/2").has_rate);
}

static void test_sitemaps(void **state)
{
    (void)state;
    assert_string_equal(ask("bot", "/",
                            "Sitemap: http://h/a.xml\n"
                            "User-agent: *\nSITEMAP:http://h/%62.xml # x\n\n"
                            "Sitemap:\nDisallow: /\nSitemap: c")
                            .maps,
                        "http://h/a.xml\nhttp://h/b.xml\n\nc\n");
}

static void test_statuses(void **state)
{
    static const struct {
        unsigned status;
        bool may;
    } cases[] = {
        {401, false}, {403, false}, {400, true},  {404, true},
        {410, true},  {499, true},  {500, false}, {503, false},
        {200, false}, {304, false}, {0, false},
    };
    struct lwurl_robots r;
    char room[128];
    uint32_t n, m;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(lwurl_robots_begin(&r, "b", "/", room, sizeof room),
                         LWURL_OK);
        lwurl_robots_status(&r, cases[i].status);
        assert_int_equal(lwurl_robots_can_fetch(&r), cases[i].may);
        assert_false(lwurl_robots_crawl_delay(&r, &n));
        assert_false(lwurl_robots_request_rate(&r, &n, &m));
    }
}

/* The room: below the URL and a line it is refused; above, a line that does
   not fit is never read as more permission than it gives. */
static void test_rooms(void **state)
{
    static const char long_a[] =
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggg";
    char file[1024], url[128];
    const char *question[3] = {"bot", url, file};
    struct told t;

    (void)state;
    snprintf(url, sizeof url, "/%s", long_a);
    for (size_t room = 0; room < strlen(url) + LWURL_ROBOTS_LINE_MIN; room++) {
        ask_in(room, 1, question, &t);
        assert_int_equal(t.err, LWURL_ERR_ROOM);
    }
    for (size_t room = strlen(url) + LWURL_ROBOTS_LINE_MIN; room < 256;
         room++) {
        size_t line = room - strlen(url);
        snprintf(file, sizeof file, "User-agent: *\nDisallow: %s\n", url);
        ask_in(room, 1, question, &t);
        assert_int_equal(t.err, LWURL_OK);
        assert_false(t.can_fetch);
        assert_int_equal(t.cut, line < 10 + strlen(url));
        snprintf(file, sizeof file, "User-agent: *\nAllow: %s\nDisallow: /",
                 url);
        ask_in(room, 1, question, &t);
        assert_int_equal(t.can_fetch, line >= 7 + strlen(url));
        snprintf(file, sizeof file, "User-agent: *\nDisallow: /b%s\n", long_a);
        ask_in(room, 1, question, &t);
        assert_true(t.can_fetch);
        snprintf(file, sizeof file,
                 "# %s%s\nSitemap: x%s\nUser-agent: *\nDisallow: /b # %s", url,
                 url, url, url);
        ask_in(room, 1, question, &t);
        assert_true(t.can_fetch);
        assert_int_equal(strlen(t.maps) > 0, line >= 10 + strlen(url));
    }
}

/* An agent that does not fit may be ours as long as it is no longer. */
static void test_cut_agents(void **state)
{
    char file[256];
    const char *question[3] = {"bot", "/", file};
    struct told t;

    (void)state;
    snprintf(file, sizeof file, "User-agent: botany%80sx\nDisallow: /", "");
    ask_in(1 + LWURL_ROBOTS_LINE_MIN, 1, question, &t);
    assert_true(t.cut);
    assert_true(t.can_fetch);
    snprintf(file, sizeof file, "User-agent: %80sbot\nDisallow: /", "");
    ask_in(1 + LWURL_ROBOTS_LINE_MIN, 1, question, &t);
    assert_true(t.cut);
    assert_false(t.can_fetch);
    snprintf(file, sizeof file, "User-agent: *\nDisallow: %80s/x", "");
    ask_in(1 + LWURL_ROBOTS_LINE_MIN, 1, question, &t);
    assert_true(t.cut);
    assert_false(t.can_fetch);
    snprintf(file, sizeof file,
             "User-agent: *\nCrawl-delay: 1%080d\nRequest-rate: 1/%080d", 0, 1);
    ask_in(1 + LWURL_ROBOTS_LINE_MIN, 1, question, &t);
    assert_true(t.cut); /* half a number is none */
    assert_false(t.has_delay);
    assert_false(t.has_rate);
    snprintf(file, sizeof file, "User-agent: *%80s\nDisallow: /", "");
    ask_in(1 + LWURL_ROBOTS_LINE_MIN, 1, question, &t);
    assert_false(t.cut);
    assert_false(t.can_fetch);
}

static void test_refused(void **state)
{
    struct lwurl_robots r;
    char room[128];

    (void)state;
    assert_int_equal(
        lwurl_robots_begin(&r, "b", "http://[::1", room, sizeof room),
        LWURL_ERR_URL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),    cmocka_unit_test(test_groups),
        cmocka_unit_test(test_lines),    cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_sitemaps), cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_rooms),    cmocka_unit_test(test_cut_agents),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
