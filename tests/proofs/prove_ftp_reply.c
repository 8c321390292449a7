/* SPDX-License-Identifier: MIT */
/* Proves core/schemes/ftp_reply.c core/text/str.c
   Left out: ftp_reply_pasv, six_numbers (three loops in each other take the
   prover too long). */
#include "schemes/ftp_reply.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

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
