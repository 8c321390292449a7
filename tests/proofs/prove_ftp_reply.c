/* SPDX-License-Identifier: MIT */
/* Proves core/schemes/ftp_reply.c core/text/str.c */
#include "schemes/ftp_reply.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

#ifdef __CPROVER__

/* clang-format off */

static bool take_decimal(struct lwurl_str s, size_t *at, uint32_t max,
                         uint32_t *value)
__CPROVER_requires(IS_GOOD(s) && *at <= s.n && max <= UINT16_MAX)
__CPROVER_assigns(*at, *value)
__CPROVER_ensures(*at >= OLD(*at) && *at <= s.n)
__CPROVER_ensures(IMPLIES(RESULT, *value <= max));

static uint16_t six_numbers(struct lwurl_str s, size_t at)
__CPROVER_requires(IS_GOOD(s) && at <= s.n)
__CPROVER_assigns();

/* clang-format on */

#endif

PROOF(take_decimal)
{
    size_t at = any_size();
    uint32_t value;

    take_decimal(any_str(), &at, any_u32(), &value);
}

PROOF(six_numbers)
{
    six_numbers(any_str(), any_size());
}

PROOF(ftp_reply_pasv)
{
    ftp_reply_pasv(any_str());
}

PROOF(ftp_reply_read)
{
    struct ftp_reply reply = {.code = any_u16(), .line = any_byte()};
    struct lwurl_str window = any_str(), text;
    size_t used;

    ASSUME(reply.line <= LINE_LAST);
    int code = ftp_reply_read(&reply, window, any_bool(), &used, &text);
    PROVE(used <= window.n);
    if (code > 0)
        PROVE(is_within(text, window));
}

PROOF(ftp_reply_epsv)
{
    ftp_reply_epsv(any_str());
}

PROOF(ftp_reply_size)
{
    uint64_t size;

    ftp_reply_size(any_str(), &size);
}
