/* SPDX-License-Identifier: MIT */
/* What all schemes but http have in common, whatever they read from: handlers
   may refuse their fields, and have them say all of it once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_file.h"
#include "lwurl_ftp.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static const struct lwurl_table_file file = {"/f.txt", "hello", 5, 1234567890};
static const struct lwurl_file_table table = {&file, 1};
static const struct lwurl_files files = LWURL_FILE_TABLE(&table);

/* Of ftp: both connections, and both again. */
#define CONTROL                                       \
    {                                                 \
        .lines = true,                                \
        .says = {{SAY("220 hi\r\n", 0)},              \
                 {SAY("331 password\r\n", 1)},        \
                 {SAY("230 in\r\n", 2)},              \
                 {SAY("250 there\r\n", 3)},           \
                 {SAY("200 type\r\n", 4)},            \
                 {SAY("213 5\r\n", 5)},               \
                 {SAY("227 =10,9,8,7,4,1\r\n", 6)},   \
                 {SAY("150 go\r\n226 done\r\n", 7)}}, \
        .end = LWURL_PORT_EOF                         \
    }
#define TRANSFER                                           \
    {                                                      \
        .says = {{SAY("hello", 0)}}, .end = LWURL_PORT_EOF \
    }
static const struct fake_peer peers[] = {CONTROL, TRANSFER, CONTROL, TRANSFER};

static const struct {
    const char *url;
    struct lwurl_handler line;
    unsigned fields; /* the reason is one */
} sources[] = {
    {"data:,hello", LWURL_DATA, 3},
    {"data:,hello", LWURL_DATA_STRICT, 3},
    {"file:///f.txt", LWURL_FILE(&files), 4},
    {"ftp://h/f.txt", LWURL_FTP(&(struct lwurl_ftp){.names = false}), 3},
};

static struct fake fake;
static struct fetch t;

/* Runs a source behind another handler. */
static void run(size_t i, const struct lwurl_handler_ops *ops, void *state)
{
    const struct lwurl_request request = {.url = sources[i].url};
    const struct lwurl_handler lines[] = {{ops, state}, sources[i].line};

    fake_begin(&fake, peers, N(peers));
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = lines;
    t.opener.handlers_n = N(lines);
    fetch_run(&t, &request);
    lwurl_end(&t.u);
    fake_end(&fake);
}

/* Counts down to the field that it refuses. */
static int refuse_field(struct lwurl *u, void *state,
                        const struct lwurl_field *f)
{
    unsigned *left = state;

    (void)u;
    assert_true(f->first && f->last && !f->trailer);
    return --*left == 0 ? LWURL_ERR_FIELD : LWURL_OK;
}

/* The handler's error is the fetch's, and nothing is delivered. */
static void field_refused(void **state)
{
    static const struct lwurl_handler_ops ops = {.field = refuse_field};

    (void)state;
    for (size_t i = 0; i < N(sources); i++)
        for (unsigned at = 1; at <= sources[i].fields + 1; at++) {
            bool none = at > sources[i].fields;
            unsigned left = at;
            run(i, &ops, &left);
            assert_int_equal(t.got.err, none ? LWURL_OK : LWURL_ERR_FIELD);
            assert_string_equal(t.got.body, none ? "hello" : "");
        }
}

/* Counts responses, and wants a second one. */
static int once_more(struct lwurl *u, void *state)
{
    unsigned *responses = state;

    (void)u;
    return ++*responses == 1 ? LWURL_RETRY : LWURL_DELIVER;
}

/* The first body is dropped, the second one whole. */
static void once_again(void **state)
{
    static const struct lwurl_handler_ops ops = {.response = once_more};

    (void)state;
    for (size_t i = 0; i < N(sources); i++) {
        unsigned responses = 0;
        run(i, &ops, &responses);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(t.got.body, "hello");
        assert_int_equal(t.got.turns[LWURL_TURN_RESPONSE], 1);
        assert_int_equal(responses, 2);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(field_refused),
        cmocka_unit_test(once_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
