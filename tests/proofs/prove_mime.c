/* SPDX-License-Identifier: MIT */
/* Proves core/text/mime.c core/text/str.c
   Left out: mime_guess, find, own_extension, take_extension (what the table
   holds is theirs to know: that it has a name at each place, and none longer
   than MIME_MAX; the last one has no answer in 4 minutes). */
#include "text/mime.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(is_one_of)
{
    is_one_of(any_str(), any_str());
}

PROOF(expand)
{
    expand(any_str());
}

PROOF(is_compressed)
{
    struct lwurl_str extension = any_str();

    if (is_compressed(extension))
        PROVE(extension.n <= 3);
}
