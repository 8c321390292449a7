#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that a library keeps no state and calls nothing it should not.

usage: symbols.py PREFIX LIBRARY

PREFIX is the toolchain's, as arm-none-eabi-, or empty. In the objects of
LIBRARY nothing lies in a writable section (.data and .bss are 0), and they
take no more from outside than memory and string functions, BearSSL and zlib.
Prints where, what is wrong and what to do; ends with 1 if anything is.
"""

import re
import subprocess
import sys
from collections import namedtuple

Symbol = namedtuple("Symbol", "member section size name")

MEMBER = re.compile(r"^(\S+):\s+file format ")
LINE = re.compile(r"^[0-9a-f]+ .{7} (\S+)\s+([0-9a-f]+)\s+(?:\.\w+ )?(\S+)$")

# .data.rel.ro is written by the loader before the program starts, no more.
WRITABLE = re.compile(r"^(?:\.(?:data|bss|tdata|tbss)(?:\.(?!rel\.ro).*)?|"
                      r"\*COM\*|COMMON)$")

ALLOWED = re.compile(
    r"^(?:mem(?:cpy|move|set|cmp|chr)|str(?:len|cmp|ncmp|chr)|br_\w+|"
    r"inflate\w*|adler32|"
    r"_GLOBAL_OFFSET_TABLE_|__aeabi_\w+|__gnu_thumb1_\w+|__stack_chk_fail)$")


def parse(listing):
    """The symbols in the output of objdump -t."""
    member = "?"
    for line in listing.splitlines():
        match = MEMBER.match(line)
        if match:
            member = match.group(1)
            continue
        match = LINE.match(line)
        if match:
            yield Symbol(member, match.group(1), int(match.group(2), 16),
                         match.group(3))


def problems_of(symbols):
    symbols = list(symbols)
    if not symbols:
        return ["no symbol at all: is this a library?"]
    defined = {symbol.name for symbol in symbols if symbol.section != "*UND*"}
    problems = []
    for symbol in symbols:
        place = "%s: %s" % (symbol.member, symbol.name)
        if symbol.section == "*UND*":
            if symbol.name not in defined and not ALLOWED.match(symbol.name):
                problems.append(place + " is called, and core calls nothing "
                                "like it; pass it in, or do without")
        elif WRITABLE.match(symbol.section) and symbol.size:
            problems.append("%s has %d writable bytes in %s; make it const, "
                            "or the caller's" % (place, symbol.size,
                                                 symbol.section))
    return problems


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    listing = subprocess.run([sys.argv[1] + "objdump", "-t", sys.argv[2]],
                             check=True, stdout=subprocess.PIPE, text=True)
    problems = problems_of(parse(listing.stdout))
    for problem in problems:
        print("%s(%s" % (sys.argv[2], problem.replace(":", "):", 1)))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
