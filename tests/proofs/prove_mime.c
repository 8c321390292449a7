/* SPDX-License-Identifier: MIT */
/* Proves core/text/mime.c core/text/str.c
   Left out: mime_guess, find, own_extension (what the table holds is theirs to
   know: that it has a name at each place, and none longer than MIME_MAX). */
#include "text/mime.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(take_extension)
{
    struct lwurl_str path = any_str(), rest = path;
    struct lwurl_str extension = take_extension(&rest);

    PROVE(is_within(extension, path) && is_within(rest, path));
    PROVE(extension.n + rest.n <= path.n);
}

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
