/* SPDX-License-Identifier: MIT */
/* Counts on the host: callgrind writes a profile for each label. */
#include <valgrind/callgrind.h>

#include "parser.h"

static void count(const char *label, run_fn *run, size_t piece)
{
    CALLGRIND_ZERO_STATS;
    run(piece);
    CALLGRIND_DUMP_STATS_AT(label);
}

int main(void)
{
    return each_parser(count) ? 0 : 1;
}
