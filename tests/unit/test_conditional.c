/* SPDX-License-Identifier: MIT */
/* "Only if it changed", in whole fetches: core/handlers/conditional.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_conditional.h"
#include "lwurl_redirect.h"
#include "seen.h"
#include "text/url.h"

#define N(array)  (sizeof(array) / sizeof(array)[0])
#define DATE      "Wed, 21 Oct 2015 07:28:00 GMT"
#define UNCHANGED "HTTP/1.1 304 Not Modified\r\n"
#define WHOLE     "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"

static struct fake fake;
static struct fetch t;
static struct lwurl_conditional c;
static char location[256];
static struct lwurl_redirect redirect;
static const struct lwurl_handler handlers[] = {
    LWURL_CONDITIONAL(&c), LWURL_REDIRECT(&redirect), LWURL_HTTP, LWURL_DATA};

static void begin(const struct fake_peer *peers, size_t n,
                  const struct lwurl_validators *ask)
{
    c = (struct lwurl_conditional){.ask = ask};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = N(handlers);
}

static struct fake_say say(const char *text, unsigned heads)
{
    return (struct fake_say){.p = text, .n = strlen(text), .heads = heads};
}

static uint64_t hash_of(const char *text)
{
    struct url url;
    uint64_t hash;
    int32_t at;

    assert_int_equal(url_split(str_of(text), &url, &at), LWURL_OK);
    (void)url_key(&url, NULL, 0, &hash);
    return hash;
}

/* ------------------------------------------------------------------- asking */

static void asks(void **state)
{
    enum { NONE, MATCH, SINCE };
    static const struct lwurl_header own[][1] = {
        {{NULL, NULL}},
        {{"if-none-match", "\"mine\""}},
        {{"if-modified-since", DATE}}};
    static const struct {
        struct lwurl_validators ask;
        const char *method;
        unsigned own;        /* the caller's field */
        const char *sent[2]; /* NULL: not */
        bool taken;          /* a 304 is a success */
    } ways[] = {
        {{.etag = "\"a\""}, NULL, NONE, {"If-None-Match: \"a\"\r\n"}, true},
        {{.etag = "W/\"a\"", .last_modified = DATE},
         NULL,
         NONE,
         {"If-None-Match: W/\"a\"\r\n", "If-Modified-Since: " DATE "\r\n"},
         true},
        {{.last_modified = DATE},
         "HEAD",
         NONE,
         {NULL, "If-Modified-Since: " DATE "\r\n"},
         true},
        {{.url = 0}, NULL, SINCE, {"if-modified-since: " DATE "\r\n"}, true},
        {{.url = 0}, NULL, NONE, {NULL}, false},
        {{.etag = "\"a\""}, NULL, MATCH, {"if-none-match: \"mine\"\r\n"}, true},
        {{.url = 0}, NULL, MATCH, {"if-none-match: \"mine\"\r\n"}, true},
        {{.etag = "\"a\""}, "PUT", NONE, {NULL}, false},
        {{.etag = "\"a\""}, "POST", MATCH, {"if-none-match: \"mine\""}, false},
        {{.url = 1, .etag = "\"a\""}, NULL, NONE, {NULL}, false},
    };

    (void)state;
    for (size_t i = 0; i < 3 * N(ways); i++) {
        const struct fake_peer peer = {
            .says = {say(UNCHANGED "ETag: \"new\"\r\n\r\n", 1)},
            .piece = i % 3,
            .take = i % 3};
        struct lwurl_request request = {.url = "http://h/",
                                        .method = ways[i / 3].method,
                                        .headers = own[ways[i / 3].own],
                                        .headers_n = ways[i / 3].own != NONE};
        begin(&peer, 1, &ways[i / 3].ask);
        fetch_run(&t, &request);
        assert_string_equal(error_name(t.got.err),
                            ways[i / 3].taken ? "OK" : "ERR_STATUS");
        assert_int_equal(t.got.status, 304);
        assert_int_equal(t.got.body_n, 0);
        unsigned sent = 0;
        for (int k = 0; k < 2; k++) {
            const char *field = ways[i / 3].sent[k];
            sent += field != NULL;
            if (field != NULL)
                assert_int_equal(seen_count(&fake, field), 1);
        }
        assert_int_equal(
            seen_count(&fake, "\nIf-") + seen_count(&fake, "\nif-"), sent);
        fetch_end(&t);
    }
}

static void nobody_to_ask_with(void **state)
{
    const struct fake_peer peer = {.says = {say(UNCHANGED "\r\n", 1)}};

    (void)state;
    begin(&peer, 1, NULL);
    fetch_run(&t, &(struct lwurl_request){.url = "http://h/"});
    assert_string_equal(error_name(t.got.err), "ERR_STATUS");
    fetch_end(&t);
}

/* Texts that cannot stand in a field are refused before anything is sent. */
static void bad_texts(void **state)
{
    struct lwurl_validators bad[] = {{.etag = "a\r\nX: y"},
                                     {.last_modified = "\n"},
                                     {.etag = "\x7f"},
                                     {0},
                                     {0}};

    (void)state;
    memset(bad[3].etag, 'x', sizeof bad[3].etag); /* has no end */
    memset(bad[4].last_modified, 'x', sizeof bad[4].last_modified);
    for (size_t i = 0; i < N(bad); i++) {
        begin(NULL, 0, &bad[i]);
        assert_int_equal(
            fetch_begin(&t, &(struct lwurl_request){.url = "http://h/"}),
            LWURL_ERR_HEADER);
        assert_int_equal(fake.calls, 0);
        fetch_end(&t);
    }
}

/* -------------------------------------------------------------- collecting */

#define LONG                                                                \
    "\"0123456789012345678901234567890123456789012345678901234567890123456" \
    "78901234567\""

static void collects(void **state)
{
    static const struct {
        const char *head, *etag, *last_modified;
        unsigned left_out;
    } ways[] = {
        {WHOLE "ETag: \"a\"\r\nlast-modified:  " DATE " \r\n", "\"a\"", DATE,
         0},
        {WHOLE "eTAG:W/\"\"\r\n", "W/\"\"", "", 0},
        {WHOLE "ETag: unquoted and blank\r\n", "unquoted and blank", "", 0},
        {WHOLE "ETag:\r\nLast-Modified:\r\n", "", "", 0},
        {WHOLE, "", "", 0},
        /* to the byte: 80 fit */
        {WHOLE "ETag: " LONG "\r\n", LONG, "", 0},
        {WHOLE "ETag: " LONG "x\r\n", "", "", LWURL_LEFT_ETAG},
        {WHOLE "ETag: " LONG LONG LONG "\r\nLast-Modified: " DATE "\r\n", "",
         DATE, LWURL_LEFT_ETAG},
        {WHOLE "Last-Modified: " LONG "\r\n", "", "", LWURL_LEFT_MODIFIED},
        /* what says two things says nothing */
        {WHOLE "ETag: \"a\"\r\nETag: \"b\"\r\n", "", "", LWURL_LEFT_ETAG},
        {WHOLE "ETag: \"a\"\r\nX: y\r\nETag: \"a\"\r\nETag: \"a\"\r\n", "", "",
         LWURL_LEFT_ETAG},
        {WHOLE "ETag: \"a\x01\"\r\n", "", "", LWURL_LEFT_ETAG},
        /* heads before the last one */
        {"HTTP/1.1 103 Early\r\nETag: \"e\"\r\n\r\n" WHOLE, "", "", 0},
        {"HTTP/1.1 404 No\r\nContent-Length: 3\r\nETag: \"e\"\r\n", "", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < 3 * N(ways); i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "%s\r\nyes", ways[i / 3].head);
        const struct fake_peer peer = {.says = {say(text, 1)}, .piece = i % 3};
        begin(&peer, 1, NULL);
        fetch_run(&t, &(struct lwurl_request){.url = "http://h/"});
        assert_string_equal(t.got.body, "yes");
        assert_string_equal(c.got.etag, ways[i / 3].etag);
        assert_string_equal(c.got.last_modified, ways[i / 3].last_modified);
        assert_int_equal(c.left_out, ways[i / 3].left_out);
        assert_int_equal(c.got.url, hash_of("http://h/"));
        fetch_end(&t);
    }
}

static void not_of_a_trailer(void **state)
{
    const struct fake_peer peer = {
        .says = {say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nyes\r\n0\r\nETag: \"t\"\r\n\r\n",
                     1)}};

    (void)state;
    begin(&peer, 1, NULL);
    fetch_run(&t, &(struct lwurl_request){.url = "http://h/"});
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(c.got.etag, "");
    fetch_end(&t);
}

/* What a 304 leaves out stays, what it gives anew replaces. */
static void of_a_304(void **state)
{
    static const struct {
        const char *head, *etag, *last_modified;
    } ways[] = {
        {"", "\"a\"", DATE},
        {"ETag: \"b\"\r\n", "\"b\"", DATE},
        {"ETag: " LONG LONG "\r\n", "", DATE},
        {"Last-Modified: Thu, 22 Oct 2015 07:28:00 GMT\r\n", "\"a\"",
         "Thu, 22 Oct 2015 07:28:00 GMT"},
    };
    const struct lwurl_validators ask = {.etag = "\"a\"",
                                         .last_modified = DATE};

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        char text[512];
        (void)snprintf(text, sizeof text, UNCHANGED "%s\r\n", ways[i].head);
        const struct fake_peer peer = {.says = {say(text, 1)}};
        begin(&peer, 1, &ask);
        fetch_run(&t, &(struct lwurl_request){.url = "http://h/"});
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(c.got.etag, ways[i].etag);
        assert_string_equal(c.got.last_modified, ways[i].last_modified);
        fetch_end(&t);
    }
}

/* ---------------------------------------------------------------- redirects */

/* A validator is told to the URL that it came from, and to no other. */
static void redirects(void **state)
{
    static const struct {
        const char *of;       /* URL of the validator; NULL: not known */
        const char *location; /* of the redirect from http://a/ */
        const char *sent[2];  /* is it told to the 1st and to the 2nd? */
    } ways[] = {
        {"http://b/x", "http://b/x", {NULL, "\"v\""}},
        {"http://a/", "http://b/x", {"\"v\"", NULL}},
        {"http://b/", "http://b/x", {NULL, NULL}},
        {"https://b/x", "http://b/x", {NULL, NULL}},
        {"HTTP://u:p@B:80/x#f", "http://b/x", {NULL, "\"v\""}},
        {NULL, "http://b/x", {"\"v\"", NULL}},
        {NULL, "http://a/x", {"\"v\"", "\"v\""}},
        {"http://a/x", "/x", {NULL, "\"v\""}},
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        char text[256];
        struct lwurl_validators ask = {
            .url = ways[i].of != NULL ? hash_of(ways[i].of) : 0,
            .etag = "\"v\""};
        (void)snprintf(text, sizeof text,
                       "HTTP/1.1 302 Go\r\nConnection: close\r\n"
                       "Content-Length: 0\r\nLocation: %s\r\n\r\n",
                       ways[i].location);
        const struct fake_peer peers[] = {
            {.says = {say(text, 1)}},
            {.says = {say(WHOLE "ETag: \"w\"\r\n\r\nyes", 1)}}};
        begin(peers, 2, &ask);
        fetch_run(&t, &(struct lwurl_request){.url = "http://a/"});
        assert_int_equal(t.got.err, LWURL_OK);
        for (unsigned k = 0; k < 2; k++)
            assert_int_equal(
                strstr(heard(&fake, k), "If-None-Match: \"v\"\r") != NULL,
                ways[i].sent[k] != NULL);
        assert_string_equal(c.got.etag, "\"w\"");
        assert_int_equal(c.got.url, hash_of(ways[i].location[0] == '/'
                                                ? "http://a/x"
                                                : ways[i].location));
        fetch_end(&t);
    }
}

/* A scheme without status has no validators. */
static void other_schemes(void **state)
{
    const struct lwurl_validators ask = {.etag = "\"a\""};

    (void)state;
    begin(NULL, 0, &ask);
    fetch_run(&t, &(struct lwurl_request){.url = "data:,yes"});
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "yes");
    assert_string_equal(c.got.etag, "");
    assert_int_equal(c.got.url, 0);
    fetch_end(&t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks),
        cmocka_unit_test(nobody_to_ask_with),
        cmocka_unit_test(bad_texts),
        cmocka_unit_test(collects),
        cmocka_unit_test(not_of_a_trailer),
        cmocka_unit_test(of_a_304),
        cmocka_unit_test(redirects),
        cmocka_unit_test(other_schemes),
    };

    return cmocka_run_group_tests_name("core/handlers/conditional", tests, NULL,
                                       NULL);
}
