/* SPDX-License-Identifier: MIT */
/* Proves core/http/out.c core/text/str.c */
#include "http/out.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* A few slices, where any number would do: the last one alone is looked at
   again. It ends anywhere in the text, or where the room begins. */
#define SLICES 4

static struct lwurl_out any_out(struct lwurl_str text)
{
    struct lwurl_out out = {.max = any_length(SLICES), .n = any_length(SLICES)};
    size_t room_n = any_length(ANY_MAX), used = any_length(room_n);
    char *room = any_memory(room_n);

    ASSUME(out.n <= out.max);
    out.slices = any_memory(SLICES * sizeof *out.slices);
    out.room = room + used;
    out.room_n = room_n - used;
    out.skip = any_size();
    out.full = any_bool();
    if (out.n > 0) {
        struct lwurl_str from =
            any_bool() ? (struct lwurl_str){room, used} : text;
        size_t end = any_length(from.n), n = any_length(end);
        ASSUME(n > 0);
        out.slices[out.n - 1] = (struct lwurl_str){from.p + (end - n), n};
    }
    return out;
}

/* What is there still fits, and the last slice can be read. */
static void prove_out(const struct lwurl_out *out)
{
    PROVE(out->n <= out->max);
    PROVE(WRITABLE(out->room, out->room_n));
    if (out->n > 0) {
        struct lwurl_str last = out->slices[out->n - 1];
        PROVE(last.n > 0 && READABLE(last.p, last.n));
    }
}

PROOF(add)
{
    struct lwurl_str text = any_str();
    struct lwurl_out out = any_out(text);
    size_t at = any_length(text.n), n = any_length(text.n);

    ASSUME(n > 0 && n <= text.n - at);
    add(&out, text.p + at, n);
    prove_out(&out);
}

PROOF(skipped)
{
    struct lwurl_str text = any_str();
    struct lwurl_out out = any_out(text);
    const char *p = text.p;
    size_t n = text.n, skip = out.skip;

    if (!skipped(&out, &p, &n))
        PROVE(n > 0 && is_within((struct lwurl_str){p, n}, text));
    PROVE(skip - out.skip <= text.n && out.skip <= skip);
}

PROOF(copy)
{
    struct lwurl_str text = any_str();
    struct lwurl_out out = any_out(text);

    ASSUME(text.n > 0 && !out.full);
    copy(&out, text.p, text.n);
    prove_out(&out);
}

PROOF(lwurl_out_ref)
{
    struct lwurl_out out = any_out(any_str());
    struct lwurl_str bytes = any_str();

    lwurl_out_ref(&out, bytes.p, bytes.n);
    prove_out(&out);
}

PROOF(lwurl_out_text)
{
    struct lwurl_out out = any_out(any_str());

    lwurl_out_text(&out, any_text());
    prove_out(&out);
}

PROOF(lwurl_out_copy)
{
    struct lwurl_out out = any_out(any_str());
    struct lwurl_str bytes = any_str();

    lwurl_out_copy(&out, bytes.p, bytes.n);
    prove_out(&out);
}

PROOF(lwurl_out_number)
{
    struct lwurl_out out = any_out(any_str());

    lwurl_out_number(&out, any_u64());
    prove_out(&out);
}

PROOF(lwurl_base64_put)
{
    struct lwurl_out out = any_out(any_str());
    struct lwurl_base64 b = {&out, any_u32(), any_byte()};

    ASSUME(b.n <= 2);
    lwurl_base64_put(&b, any_byte());
    PROVE(b.n <= 2);
    prove_out(&out);
}

PROOF(lwurl_base64_end)
{
    struct lwurl_out out = any_out(any_str());
    struct lwurl_base64 b = {&out, any_u32(), any_byte()};

    ASSUME(b.n <= 2);
    lwurl_base64_end(&b);
    PROVE(b.n == 0);
    prove_out(&out);
}
