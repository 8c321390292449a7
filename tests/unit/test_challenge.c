/* SPDX-License-Identifier: MIT */
/* Challenges, core/handlers/challenge.c: the events of a field as text, read
   whole, cut in two at every place, and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_port.h"
#include "handlers/challenge.h"
#include "text/str.h"

/* "Scheme|name=value|name=value|Scheme|..." */
struct notes {
    char text[512];
    size_t n;
};

static void note(struct notes *to, const char *p, size_t n)
{
    assert_true(n < sizeof to->text - to->n);
    memcpy(to->text + to->n, p, n);
    to->n += n;
    to->text[to->n] = '\0';
}

static void note_event(struct notes *to, enum challenge_event event,
                       struct lwurl_str piece)
{
    if (event == CHALLENGE_MORE)
        return;
    if (event != CHALLENGE_VALUE && to->n > 0)
        note(to, "|", 1);
    assert_true(piece.n > 0 || event == CHALLENGE_PARAM);
    note(to, piece.p, piece.n);
    if (event == CHALLENGE_PARAM)
        note(to, "=", 1);
}

/* A piece, which ends where memory ends and is gone afterwards. */
static void feed(struct lwurl_challenge *c, struct notes *to, const char *p,
                 size_t n)
{
    char *copy = guarded(0, n > 0 ? n : 1);
    struct lwurl_str in = {copy, n}, piece;
    enum challenge_event event;
    unsigned events = 0;

    memcpy(copy, p, n);
    do {
        event = challenge_next(c, &in, &piece);
        note_event(to, event, piece);
        assert_true(events++ <= 2 * n + 1);
    } while (event != CHALLENGE_MORE);
    assert_int_equal(in.n, 0);
    memset(copy, '?', n);
}

static void end(struct lwurl_challenge *c, struct notes *to)
{
    struct lwurl_str piece;
    enum challenge_event event = challenge_end(c, &piece);

    note_event(to, event, piece);
    assert_int_equal(challenge_end(c, &piece), CHALLENGE_MORE);
}

static const char *last_field = "";

/* Says where a test failed. */
static int where(void **state)
{
    (void)state;
    print_message("# last: %s\n", last_field);
    return 0;
}

static void check(const char *field, const char *expected)
{
    size_t n = strlen(field);
    struct lwurl_challenge c;
    struct notes got;

    last_field = field;
    for (size_t cut = 0; cut <= n; cut++) {
        got.n = 0;
        memset(&c, 0xa5, sizeof c);
        challenge_begin(&c);
        feed(&c, &got, field, cut);
        feed(&c, &got, field + cut, n - cut);
        end(&c, &got);
        assert_string_equal(got.n > 0 ? got.text : "", expected);
    }
    got.n = 0;
    challenge_begin(&c);
    for (size_t i = 0; i < n; i++)
        feed(&c, &got, field + i, 1);
    end(&c, &got);
    assert_string_equal(got.n > 0 ? got.text : "", expected);
}

static void by_the_rfc(void **state)
{
    (void)state;
    check("", "");
    check("Basic", "Basic");
    check("Basic realm=\"x\"", "Basic|realm=x");
    check("Basic realm=\"a, b\"", "Basic|realm=a, b");
    check("Basic realm=\"\"", "Basic|realm=");
    check("Basic realm=x", "Basic|realm=x");
    check("basic REALM=\"x\",charset=\"UTF-8\"", "basic|REALM=x|charset=UTF-8");
    check("Basic realm = \"x\" , charset\t=\tUTF-8",
          "Basic|realm=x|charset=UTF-8");
    check("Basic realm=\"a\\\"b\\\\c\\d\"", "Basic|realm=a\"b\\cd");
    check("Negotiate, Basic realm=\"x\"", "Negotiate|Basic|realm=x");
    check("Negotiate,NTLM,Basic", "Negotiate|NTLM|Basic");
    check("Negotiate a87421000492aa874209af8bc028",
          "Negotiate"); /* a token68 */
    check("NTLM TlRMTVNT/+U-_.~AAC", "NTLM");
    check("NTLM TlRM, Basic realm=\"x\"", "NTLM|Basic|realm=x");
    /* RFC 9110 11.6.1's own example. */
    check("Basic realm=\"simple\", Newauth realm=\"apps\", type=1, "
          "title=\"Login to \\\"apps\\\"\"",
          "Basic|realm=simple|Newauth|realm=apps|type=1|"
          "title=Login to \"apps\"");
    /* RFC 7616 3.9.1. */
    check("Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
          "algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCA\", "
          "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
          "Digest|realm=http-auth@example.org|qop=auth, auth-int|"
          "algorithm=SHA-256|nonce=7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCA|"
          "opaque=FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS");
    check(",, ,Basic realm=x,,, ,Bearer , ,", "Basic|realm=x|Bearer");
    check("Basic , realm=\"x\"", "Basic|realm=x"); /* an empty list element */
}

/* What servers send all the same, and what must not be taken for a scheme. */
static void beside_the_rfc(void **state)
{
    (void)state;
    check("Basic realm='a b'", "Basic|realm=a b");
    check("Basic realm=\"it's\"", "Basic|realm=it's");
    check("Basic realm='a \"b\" c'", "Basic|realm=a \"b\" c");
    check("Basic realm=\"x\" charset=\"y\"", "Basic|realm=x|charset=y");
    check("Basic realm=\"x\"charset=\"y\"", "Basic|realm=x|charset=y");
    check("Basic realm=a@b:c/d", "Basic|realm=a@b:c/d");
    check("Basic realm=a=b", "Basic|realm=a=b");
    check("Basic realm=\"x\"\tBearer realm=y", "Basic|realm=x|Bearer|realm=y");
    check("Basic realm=", "Basic|realm=");
    check("Basic realm= ", "Basic|realm=");
    check("Basic realm=,Bearer", "Basic|realm=|Bearer");
    check("Basic realm=\"x", "Basic|realm=x");
    check("Basic realm=\"x\\", "Basic|realm=x");
    check("NTLM TlRM==, Basic realm=\"x\"", "NTLM|TlRM=|Basic|realm=x");
    check("NTLM TlRM=", "NTLM|TlRM=");
    check("NTLM TlRM Basic realm=\"x\"", "NTLM|Basic|realm=x");
    check("Bearer error=\"x, Basic realm=y\"", "Bearer|error=x, Basic realm=y");
    check("realm=\"x\"", "realm=x");
    check("=\"x\"", "=x");
    check("\"Basic\" realm=x", "\"Basic\"|realm=x");
    check("A-very-long-scheme x-very-long-parameter=y",
          "A-very-long-|x-very-long-=y");
    check("B\xc3\xa4sic realm=\"\x01\xff\"", "B\xc3\xa4sic|realm=\x01\xff");
    check("SCRAM-SHA-256 a=b", "SCRAM-SHA-25|a=b");
    check("123456789012 x=y", "123456789012|x=y");
}

/* Every string of four bytes out of those that matter: cut or whole, the
   events are the same, and each call goes on. */
static void all_short_ones(void **state)
{
    static const char bytes[] = "a, =\"'\\";
    const size_t n = sizeof bytes - 1;
    char field[6];

    (void)state;
    for (size_t i = 0; i < n * n * n * n * n; i++) {
        struct lwurl_challenge c;
        struct notes whole = {"", 0}, pieces = {"", 0};
        size_t rest = i;
        for (size_t k = 0; k < 5; k++, rest /= n)
            field[k] = bytes[rest % n];
        challenge_begin(&c);
        feed(&c, &whole, field, 5);
        end(&c, &whole);
        challenge_begin(&c);
        for (size_t k = 0; k < 5; k++)
            feed(&c, &pieces, field + k, 1);
        end(&c, &pieces);
        assert_string_equal(whole.text, pieces.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(by_the_rfc, where),
        cmocka_unit_test_teardown(beside_the_rfc, where),
        cmocka_unit_test(all_short_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
