/* SPDX-License-Identifier: MIT */
#include "digest_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <bearssl.h>
#include <cmocka.h>

#define VALUE_MAX 1024

/* One "name=value" at p, which it returns behind. `quoted`: as it was. */
static const char *read_param(const char *p, char *name, char *value,
                              bool *quoted)
{
    bool in_quotes;
    size_t n = 0;

    while (*p != '=' && n < 31)
        name[n++] = *p++;
    name[n] = '\0';
    assert_int_equal(*p++, '=');
    in_quotes = *p == '"';
    if (in_quotes)
        p++;
    for (n = 0; *p != '\0' && *p != (in_quotes ? '"' : ','); n++) {
        if (in_quotes && *p == '\\')
            p++;
        assert_true(n < VALUE_MAX - 1);
        value[n] = *p++;
    }
    value[n] = '\0';
    if (in_quotes)
        assert_int_equal(*p++, '"');
    *quoted = in_quotes;
    assert_true(*p == '\0' || strncmp(p, ", ", 2) == 0);
    return *p == '\0' ? p : p + 2;
}

/* RFC 7616 3.4: which must be quoted, and which must not. */
static bool is_quoted(const char *name)
{
    return strcmp(name, "algorithm") != 0 && strcmp(name, "qop") != 0 &&
           strcmp(name, "nc") != 0 && strcmp(name, "userhash") != 0;
}

const char *oracle_param(const char *field, const char *name)
{
    static char values[16][VALUE_MAX];
    static unsigned next;
    char other[32], value[VALUE_MAX], *found = NULL;
    bool quoted;

    assert_int_equal(strncmp(field, "Digest ", 7), 0);
    for (const char *p = field + 7; *p != '\0';) {
        p = read_param(p, other, value, &quoted);
        assert_true(quoted == is_quoted(other));
        if (strcmp(other, name) != 0)
            continue;
        assert_null(found);
        found = values[next++ % 16];
        memcpy(found, value, VALUE_MAX);
    }
    return found;
}

/* H of a text as hex digits; text and hex may be the same. */
static void hash(const br_hash_class *class, const char *text, char *hex)
{
    br_hash_compat_context c;
    unsigned char out[64];
    size_t n = (class->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;

    class->init(&c.vtable);
    class->update(&c.vtable, text, strlen(text));
    class->out(&c.vtable, out);
    for (size_t i = 0; i < n; i++)
        (void)sprintf(hex + 2 * i, "%02x", out[i]);
}

#define JOIN(...) assert_true(snprintf(text, sizeof text, __VA_ARGS__) < 4096)

static bool is_user(const br_hash_class *class, const char *field,
                    const struct oracle_user *user)
{
    const char *userhash = oracle_param(field, "userhash");
    char text[4096], name[129];

    if (userhash == NULL || strcmp(userhash, "true") != 0)
        return strcmp(oracle_param(field, "username"), user->name) == 0;
    JOIN("%s:%s", user->name, oracle_param(field, "realm"));
    hash(class, text, name);
    return strcmp(oracle_param(field, "username"), name) == 0;
}

bool oracle_accepts(const char *field, const char *method,
                    const struct oracle_user *user)
{
    const char *algorithm = oracle_param(field, "algorithm");
    const char *nonce = oracle_param(field, "nonce");
    const char *cnonce = oracle_param(field, "cnonce");
    const char *qop = oracle_param(field, "qop");
    const char *response = oracle_param(field, "response");
    bool sha = algorithm != NULL && strncasecmp(algorithm, "SHA-256", 7) == 0;
    const br_hash_class *class = sha ? &br_sha256_vtable : &br_md5_vtable;
    char text[4096], a1[129], a2[129], expected[129];

    assert_non_null(response);
    if (!is_user(class, field, user))
        return false;
    JOIN("%s:%s:%s", user->name, oracle_param(field, "realm"), user->password);
    hash(class, text, a1);
    if (algorithm != NULL && strstr(algorithm, "-sess") != NULL) {
        JOIN("%s:%s:%s", a1, nonce, cnonce);
        hash(class, text, a1);
    }
    JOIN("%s:%s", method, oracle_param(field, "uri"));
    hash(class, text, a2);
    if (qop != NULL)
        JOIN("%s:%s:%s:%s:%s:%s", a1, nonce, oracle_param(field, "nc"), cnonce,
             qop, a2);
    else
        JOIN("%s:%s:%s", a1, nonce, a2);
    hash(class, text, expected);
    return strcmp(expected, response) == 0;
}
