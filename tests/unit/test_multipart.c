/* SPDX-License-Identifier: MIT */
/* core/multipart.c; what other readers make of it is in tests/differential. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_multipart.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A source of a text, which may fail once it has given so many bytes. */
struct source {
    const char *text;
    size_t bite;    /* most bytes given at once */
    size_t fail_at; /* offset; SIZE_MAX: never */
    int fail_with;
    bool once; /* it fails once */
    unsigned rewinds;
    uint64_t next; /* offset that has to be asked for, or 0 */
};

static int give(void *context, uint64_t at, void *dst, size_t n)
{
    struct source *s = context;
    size_t left = strlen(s->text) - (size_t)at;

    assert_true(at == s->next || at == 0);
    assert_true(n > 0);
    s->rewinds += at == 0 && s->next != 0;
    s->next = at;
    if (at >= s->fail_at) {
        s->fail_at = s->once ? SIZE_MAX : s->fail_at;
        return s->fail_with;
    }
    n = n < s->bite ? n : s->bite;
    n = n < left ? n : left;
    n = at + n > s->fail_at ? s->fail_at - (size_t)at : n;
    memcpy(dst, s->text + at, n);
    s->next = at + n;
    return (int)n;
}

#define SOURCE(text_)                                          \
    &(struct source)                                           \
    {                                                          \
        .text = (text_), .bite = SIZE_MAX, .fail_at = SIZE_MAX \
    }

/* Takes it in pieces into memory that ends where the piece ends. */
static int take(struct lwurl_multipart *m, size_t piece, char *body, size_t *n)
{
    char *room = guarded(0, piece);
    int r;

    *n = 0;
    while ((r = lwurl_multipart_read(m, room, piece)) > 0) {
        assert_true((size_t)r <= piece);
        memcpy(body + *n, room, (size_t)r);
        *n += (size_t)r;
    }
    return r;
}

/* In every size of piece, each after a rewind. */
static void makes(struct lwurl_multipart *m, const char *expected)
{
    size_t n, length = strlen(expected);
    char body[2048];

    for (size_t piece = 1; piece <= length + 1; piece++) {
        assert_int_equal(take(m, piece, body, &n), 0);
        assert_int_equal(n, length);
        assert_memory_equal(body, expected, n);
        assert_int_equal(lwurl_multipart_read(m, body, sizeof body), 0);
        lwurl_multipart_rewind(m);
    }
    assert_int_equal(lwurl_multipart_read(m, body, SIZE_MAX), length);
    assert_memory_equal(body, expected, length);
    lwurl_multipart_rewind(m);
}

static void test_form(void **state)
{
    const struct lwurl_part parts[] = {
        {.name = "a", .value = "1", .n = 1},
        {.name = "empty"},
        {.name = "file", .filename = "f.txt", .value = "x\r\ny", .n = 4},
        {.name = "typed",
         .content_type = "text/html",
         .n = 3,
         .read = give,
         .context = SOURCE("abc")},
        {.name = "read",
         .filename = "",
         .content_type = "a/b",
         .n = LWURL_UNKNOWN,
         .read = give,
         .context = SOURCE("0123456789")},
    };
    struct lwurl_multipart m;

    (void)state;
    assert_int_equal(lwurl_multipart_init(&m, parts, 5, "xyz"), LWURL_OK);
    makes(&m, "--xyz\r\n"
              "Content-Disposition: form-data; name=\"a\"\r\n\r\n"
              "1\r\n--xyz\r\n"
              "Content-Disposition: form-data; name=\"empty\"\r\n\r\n"
              "\r\n--xyz\r\n"
              "Content-Disposition: form-data; name=\"file\"; "
              "filename=\"f.txt\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n"
              "x\r\ny\r\n--xyz\r\n"
              "Content-Disposition: form-data; name=\"typed\"\r\n"
              "Content-Type: text/html\r\n\r\n"
              "abc\r\n--xyz\r\n"
              "Content-Disposition: form-data; name=\"read\"; filename=\"\"\r\n"
              "Content-Type: a/b\r\n\r\n"
              "0123456789\r\n--xyz--\r\n");
    assert_int_equal(lwurl_multipart_length(&m), LWURL_UNKNOWN);
    assert_int_equal(lwurl_multipart_init(&m, parts, 0, "xyz"), LWURL_OK);
    makes(&m, "--xyz--\r\n");
    assert_int_equal(lwurl_multipart_length(&m), 9);
}

static void test_escapes(void **state)
{
    const struct lwurl_part part = {.name =
                                        "\"\r\n\t\x01\x1f\x7f\\%22 \xc3\xa4",
                                    .filename = "a\"; name=\"b\r\nX: y"};
    struct lwurl_multipart m;

    (void)state;
    assert_int_equal(lwurl_multipart_init(&m, &part, 1, "x"), LWURL_OK);
    makes(&m, "--x\r\nContent-Disposition: form-data; "
              "name=\"%22%0D%0A%09%01%1F%7F\\%22 \xc3\xa4\"; "
              "filename=\"a%22; name=%22b%0D%0AX: y\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n"
              "\r\n--x--\r\n");
}

static void length_of_first(struct lwurl_part *parts, uint64_t n)
{
    parts[0].n = n;
}

static void test_lengths(void **state)
{
    struct source none = {.text = ""};
    struct lwurl_part parts[] = {
        {.name = "a", .n = 1000, .value = NULL, .read = give, .context = &none},
        {.name = "b", .value = "12345", .n = 5},
    };
    struct lwurl_multipart m;
    uint64_t frame, most;

    (void)state;
    assert_int_equal(lwurl_multipart_init(&m, parts, 2, "x"), LWURL_OK);
    frame = lwurl_multipart_length(&m) - 1005;
    assert_int_equal(frame, 49 + 51 + 9);
    most = LWURL_UNKNOWN - 1 - frame - 5;
    length_of_first(parts, most);
    assert_int_equal(lwurl_multipart_length(&m), LWURL_UNKNOWN - 1);
    for (uint64_t n = most + 1; n != 0;
         n = n > LWURL_UNKNOWN - 200 ? n + 1 : n + 50) {
        length_of_first(parts, n);
        assert_int_equal(lwurl_multipart_length(&m), LWURL_UNKNOWN);
    }
}

/* ----------------------------------------------------------------- boundary */

static void test_type(void **state)
{
    static const struct {
        const char *boundary, *type;
    } cases[] = {
        {"x", "multipart/form-data; boundary=x"},
        {"a-'+_.b", "multipart/form-data; boundary=a-'+_.b"},
        {"a b", "multipart/form-data; boundary=\"a b\""},
        {"(x)", "multipart/form-data; boundary=\"(x)\""},
        {"/,:=?", "multipart/form-data; boundary=\"/,:=?\""},
        {":123456789012345678901234567890123456789012345678901234567890123456"
         "789",
         "multipart/form-data; boundary=\":12345678901234567890123456789012345"
         "6789012345678901234567890123456789\""},
    };
    struct lwurl_multipart m;
    size_t n;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t length = strlen(cases[i].type);
        assert_int_equal(lwurl_multipart_init(&m, NULL, 0, cases[i].boundary),
                         LWURL_OK);
        assert_true(length < LWURL_MULTIPART_TYPE_MAX);
        for (size_t max = 0; max <= length + 1; max++) {
            char *type = guarded(0, max);
            assert_int_equal(lwurl_multipart_type(&m, type, max, &n),
                             max < length ? LWURL_ERR_ROOM : LWURL_OK);
            assert_int_equal(n, length);
            if (max >= length)
                assert_memory_equal(type, cases[i].type, length);
        }
    }
    assert_int_equal(strlen(cases[COUNT(cases) - 1].type) + 1,
                     LWURL_MULTIPART_TYPE_MAX);
}

static void test_derived(void **state)
{
    struct lwurl_part parts[] = {{.name = "a", .value = "", .n = 0},
                                 {.name = "b", .value = "1", .n = 1}};
    char taken[16][40], type[LWURL_MULTIPART_TYPE_MAX];
    struct lwurl_multipart m;
    size_t n;

    (void)state;
    /* Each that it derives is put into the value, and it derives another; the
       value's length is always the same, since it is derived from that, too. */
    char value[16 * 40 + 1];
    memset(value, 'x', sizeof value);
    parts[0].value = value;
    parts[0].n = sizeof value - 1;
    for (size_t i = 0; i < 16; i++) {
        assert_int_equal(lwurl_multipart_init(&m, parts, 2, NULL), LWURL_OK);
        assert_int_equal(lwurl_multipart_type(&m, type, sizeof type, &n), 0);
        assert_int_equal(n, 30 + 22);
        memcpy(taken[i], type + 30, n - 30 + 1);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(taken[i], taken[j]);
        memset(value + 40 * i, '\n', 1);
        memset(value + 40 * i + 1, '-', 2);
        memcpy(value + 40 * i + 3, taken[i], 22);
    }
    assert_int_equal(lwurl_multipart_init(&m, parts, 2, NULL), LWURL_ERR_BODY);
    assert_int_equal(lwurl_multipart_read(&m, value, 1), LWURL_ERR_BODY);
    parts[0].name = "c"; /* another form, another boundary */
    assert_int_equal(lwurl_multipart_init(&m, parts, 2, NULL), LWURL_OK);
}

static const struct {
    const char *value;
    bool held;
} values[] = {
    {"--xyx", true},         {"a\r\n--xyx", true},    {"a\n--xyx--", true},
    {"a\r--xyx", true},      {"\n--\r\n--xyx", true}, {"--x\n--xyx", true},
    {"--xyxyx", true},       {"a--xyx", false},       {"-xyx", false},
    {"\r\n--xyX", false},    {"\r\n--xy", false},     {"\r\n --xyx", false},
    {"\r\n--xy\r\n", false}, {"---xyx", false},       {"", false},
};

static void test_boundary_in_memory(void **state)
{
    struct lwurl_multipart m;
    char c;

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct lwurl_part parts[] = {{.name = "a", .value = "1", .n = 1},
                                     {.name = "b",
                                      .value = values[i].value,
                                      .n = strlen(values[i].value)}};
        assert_int_equal(lwurl_multipart_init(&m, parts, 2, "xyx"),
                         values[i].held ? LWURL_ERR_BODY : LWURL_OK);
        assert_int_equal(lwurl_multipart_read(&m, &c, 1),
                         values[i].held ? LWURL_ERR_BODY : 1);
        lwurl_multipart_rewind(&m);
        assert_int_equal(lwurl_multipart_read(&m, &c, 1),
                         values[i].held ? LWURL_ERR_BODY : 1);
    }
}

/* Wherever the pieces are cut, the last byte of the boundary never leaves. */
static void test_boundary_in_source(void **state)
{
    char body[2048];
    size_t n;

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++)
        for (size_t piece = 1; piece < 40; piece++) {
            struct source source = {
                .text = values[i].value, .bite = 3, .fail_at = SIZE_MAX};
            const struct lwurl_part part = {.name = "a",
                                            .n = LWURL_UNKNOWN,
                                            .read = give,
                                            .context = &source};
            struct lwurl_multipart m;
            assert_int_equal(lwurl_multipart_init(&m, &part, 1, "xyx"), 0);
            assert_int_equal(take(&m, piece, body, &n),
                             values[i].held ? LWURL_ERR_BODY : 0);
            body[n] = '\0';
            assert_true(strstr(body + 5, "--xyx--\r\n") != NULL ||
                        strstr(body + 5, "--xyx") == NULL);
            assert_int_equal(lwurl_multipart_read(&m, body, 1),
                             values[i].held ? LWURL_ERR_BODY : 0);
        }
}

static void test_refused(void **state)
{
    static char long_one[72];
    const char *const boundaries[] = {long_one, "",    "a ",   "a\r\n",
                                      "a\"b",   "a\\", "\xe4", "a@b"};
    static const struct lwurl_part bad[] = {
        {.value = "1", .n = 1},
        {.name = "a", .n = 1},
        {.name = "a", .value = "", .content_type = "a\r\nb: c"},
        {.name = "a", .value = "", .content_type = "a\nb"},
        {.name = "a", .value = "", .content_type = "a\x7f"},
        {.name = "a", .value = "", .content_type = "\x01"},
    };
    static const int errors[] = {LWURL_ERR_CALL,   LWURL_ERR_CALL,
                                 LWURL_ERR_HEADER, LWURL_ERR_HEADER,
                                 LWURL_ERR_HEADER, LWURL_ERR_HEADER};
    struct lwurl_multipart m;
    char c;

    (void)state;
    memset(long_one, 'x', 71);
    for (size_t i = 0; i < COUNT(boundaries); i++)
        assert_int_equal(lwurl_multipart_init(&m, NULL, 0, boundaries[i]),
                         LWURL_ERR_HEADER);
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(lwurl_multipart_init(&m, &bad[i], 1, NULL), errors[i]);
        assert_int_equal(lwurl_multipart_read(&m, &c, 1), LWURL_ERR_BODY);
    }
    assert_int_equal(lwurl_multipart_init(&m, bad, COUNT(bad), NULL),
                     LWURL_ERR_CALL); /* the first one's */
}

/* ------------------------------------------------------------------ sources */

/* "None yet" loses nothing, wherever it comes. */
static void test_source_waits(void **state)
{
    static const char expected[] =
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
        "0123456789\r\n--x--\r\n";
    char body[256];

    (void)state;
    for (size_t at = 0; at <= 10; at++)
        for (size_t piece = 1; piece < sizeof body; piece++) {
            struct source source = {.text = "0123456789",
                                    .bite = 4,
                                    .fail_at = at,
                                    .fail_with = -1234,
                                    .once = true};
            const struct lwurl_part part = {
                .name = "a", .n = 10, .read = give, .context = &source};
            struct lwurl_multipart m;
            size_t n, more;
            assert_int_equal(lwurl_multipart_init(&m, &part, 1, "x"), 0);
            int r = take(&m, piece, body, &n);
            assert_true(r == 0 || (r == -1234 && at < 10));
            if (r < 0) /* it may also have been asked again already */
                assert_int_equal(take(&m, piece, body + n, &more), 0);
            assert_memory_equal(body, expected, sizeof expected - 1);
        }
}

static int gives_too_much(void *context, uint64_t at, void *dst, size_t n)
{
    (void)context;
    (void)at;
    (void)dst;
    return (int)n + 1;
}

static void test_source_lies(void **state)
{
    struct lwurl_part part = {
        .name = "a", .n = 4, .read = give, .context = SOURCE("123")};
    struct lwurl_multipart m;
    char body[256];
    size_t n;

    (void)state;
    assert_int_equal(lwurl_multipart_init(&m, &part, 1, "x"), 0);
    assert_int_equal(take(&m, 16, body, &n), LWURL_ERR_BODY); /* short */
    part.n = 2; /* longer than said: what is said is taken */
    lwurl_multipart_rewind(&m);
    assert_int_equal(take(&m, 16, body, &n), 0);
    assert_int_equal(n, lwurl_multipart_length(&m));
    part.read = gives_too_much;
    lwurl_multipart_rewind(&m);
    assert_int_equal(take(&m, 16, body, &n), LWURL_ERR_BODY);
}

/* --------------------------------------------------------------- in a fetch */

static struct fake fake;
static struct fetch t;

static struct source file;
static const struct lwurl_handler *upload_handlers; /* two; NULL: http alone */

static const struct lwurl_part upload_parts[] = {
    {.name = "a", .value = "1", .n = 1},
    {.name = "f",
     .filename = "f",
     .n = LWURL_UNKNOWN,
     .read = give,
     .context = &file},
};

static const char upload_body[] =
    "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
    "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\n"
    "file\r\n--x--\r\n";

/* What the first connection was sent behind its head, unchunked. */
static void unchunk(char *to)
{
    const struct fake_conn *conn = &fake.conns[0];
    const char *from = conn->sent + conn->head_ends[0];
    size_t n;
    char *end;

    do {
        assert_true(from < conn->sent + conn->sent_n);
        n = strtoul(from, &end, 16);
        memcpy(to, end + 2, n);
        to += n;
        from = end + 2 + n + 2;
    } while (n > 0);
    assert_ptr_equal(from, conn->sent + conn->sent_n);
    *to = '\0';
}

/* Bytes of it in chunks of `room`, of one or two digits. */
static size_t chunked_n(size_t room)
{
    size_t n = sizeof upload_body - 1, last = n % room;
    size_t sum = n / room * (room + (room < 16 ? 5 : 6));

    return sum + (last > 0 ? last + (last < 16 ? 5 : 6) : 0) + 5;
}

static int upload(const struct fake_peer *peer, size_t room_n,
                  struct lwurl_multipart *m)
{
    struct lwurl_request request = {
        .url = "http://u:p@h/",
        .flags = LWURL_BODY_CHUNKED | LWURL_BODY_REWINDS,
        .content_type = "multipart/form-data; boundary=x"};
    char room[64];

    fake_begin(&fake, peer, 1);
    fetch_init(&t, &fake, 256);
    assert_int_equal(lwurl_multipart_init(m, upload_parts, 2, "x"), 0);
    if (upload_handlers != NULL) {
        t.opener.handlers = upload_handlers;
        t.opener.handlers_n = 2;
    }
    t.request = request;
    int err = lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n);
    assert_int_equal(err, LWURL_OK);
    return lwurl_multipart_write(m, &t.u, room, room_n);
}

static void test_write(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 204 N\r\n\r\n", 1)}}};
    struct lwurl_multipart m;
    char body[512];

    (void)state;
    for (size_t room = 1; room <= 64; room++) {
        file = (struct source){.text = "file", .bite = 3, .fail_at = SIZE_MAX};
        struct fake_peer whole = peer;
        whole.says[0].after = chunked_n(room);
        assert_int_equal(upload(&whole, room, &m), LWURL_OK);
        assert_int_equal(lwurl_status(&t.u), 204);
        assert_non_null(strstr(heard(&fake, 0), "\r\nContent-Type: "
                                                "multipart/form-data; "
                                                "boundary=x\r\n"));
        unchunk(body);
        assert_string_equal(body, upload_body);
        fetch_end(&t);
    }
}

/* A server that has heard enough: what it says is what is wrong. */
static void test_write_until_an_answer(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 413 L\r\nContent-Length: 0\r\n\r\n", 1),
                  .after = 30}}};
    struct lwurl_multipart m;

    (void)state;
    for (size_t room = 1; room <= 64; room++) {
        file = (struct source){.text = "file", .bite = 3, .fail_at = SIZE_MAX};
        assert_int_equal(upload(&peer, room, &m), LWURL_ERR_STATUS);
        assert_int_equal(lwurl_status(&t.u), 413);
        assert_null(strstr(heard(&fake, 0), "--x--"));
        fetch_end(&t);
    }
}

/* A length that was stated, and is not that of the form. */
static void test_write_wrong_length(void **state)
{
    static const struct fake_peer peer = {.says = {{.n = 0}}};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_BODY_STREAM};
    struct lwurl_multipart m;
    char room[16];

    (void)state;
    for (int by = -1; by <= 1; by += 2) {
        file = (struct source){.text = "file", .bite = 3, .fail_at = SIZE_MAX};
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 256);
        assert_int_equal(lwurl_multipart_init(&m, upload_parts, 2, "x"), 0);
        t.request = request;
        t.request.body_n = sizeof upload_body - 1 + (size_t)by;
        assert_int_equal(
            lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n),
            LWURL_OK);
        assert_int_equal(lwurl_multipart_write(&m, &t.u, room, sizeof room),
                         LWURL_ERR_BODY);
        assert_int_equal(file.rewinds, 0);
        fetch_end(&t);
    }
}

static int retry(struct lwurl *u, void *state)
{
    (void)state;
    return lwurl_status(u) == 401 ? LWURL_RETRY : LWURL_DELIVER;
}

static const struct lwurl_handler_ops retry_ops = {.response = retry};

/* The password is asked for behind the whole body, which is made again. */
static void test_write_again(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 401 U\r\nContent-Length: 0\r\n"
                      "\r\n",
                      1)},
                 {SAY("HTTP/1.1 204 N\r\n\r\n", 4)}}};
    static const struct lwurl_handler handlers[] = {{&retry_ops, NULL},
                                                    LWURL_HTTP};
    struct fake_peer asks = peer;
    struct lwurl_multipart m;

    (void)state;
    /* each body has two empty lines, which the fake takes for heads' ends */
    asks.says[0].after = chunked_n(64);
    asks.says[1].heads = 4;
    asks.says[1].after = chunked_n(64);
    file = (struct source){.text = "file", .bite = 3, .fail_at = SIZE_MAX};
    upload_handlers = handlers;
    assert_int_equal(upload(&asks, 64, &m), LWURL_OK);
    assert_int_equal(lwurl_status(&t.u), 204);
    assert_int_equal(file.rewinds, 1);
    fetch_end(&t);
    upload_handlers = NULL;
}

/* A source that fails, also with a number of lwurl's, ends it. */
static void test_write_fails(void **state)
{
    static const struct fake_peer peer = {.says = {{.n = 0}}};
    static const int errors[] = {-1234, LWURL_ERR_BODY};
    struct lwurl_multipart m;

    (void)state;
    for (size_t i = 0; i < COUNT(errors); i++) {
        file = (struct source){
            .text = "file", .bite = 1, .fail_at = 2, .fail_with = errors[i]};
        assert_int_equal(upload(&peer, 7, &m), errors[i]);
        assert_null(strstr(heard(&fake, 0), "\r\n0\r\n"));
        fetch_end(&t);
    }
    file = (struct source){.text = "file\n--x", .bite = 4, .fail_at = SIZE_MAX};
    assert_int_equal(upload(&peer, 64, &m), LWURL_ERR_BODY);
    fetch_end(&t);
    assert_int_equal(lwurl_multipart_write(&m, &t.u, NULL, 0), LWURL_ERR_CALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_type),
        cmocka_unit_test(test_derived),
        cmocka_unit_test(test_boundary_in_memory),
        cmocka_unit_test(test_boundary_in_source),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_source_waits),
        cmocka_unit_test(test_source_lies),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_write_until_an_answer),
        cmocka_unit_test(test_write_wrong_length),
        cmocka_unit_test(test_write_again),
        cmocka_unit_test(test_write_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
