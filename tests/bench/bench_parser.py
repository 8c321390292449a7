#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Instructions per byte of response parsers, by callgrind, as a table.

usage: bench_parser.py PROGRAM

The copy of the bytes, which each parser is fed with, is taken off, and so is
the head from the rows of bodies.
"""

import re
import subprocess
import sys
import tempfile

PIECES = (("whole", 4096), ("1,460", 1460), ("64", 64))
KINDS = (("head", "30 fields, 2 KB"), ("length", "64 KB by length"),
         ("chunked", "64 KB in chunks"))
PARSERS = ("lwurl", "http_parser")
BODY_N = 65536


def count(program, parser, kind, piece):
    """Instructions below run_PARSER, bytes of the response, of the body."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--collect-atstart=no",
             "--toggle-collect=run_" + parser,
             "--callgrind-out-file=%s/out" % folder,
             program, parser, kind, str(piece)],
            check=True, capture_output=True, text=True)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if counted is None:
        sys.exit("bench_parser.py: callgrind says no count:\n" + done.stderr)
    total, body = (int(word) for word in done.stdout.split())
    return int(counted.group(1)), total, body


def above_copy(program, parser, kind, piece):
    """The same, without what moving the bytes takes."""
    spent, total, found = count(program, parser, kind, piece)
    return spent - count(program, "copy", kind, piece)[0], total, found


def row(program, kind, piece):
    per_byte = []
    for parser in PARSERS:
        spent, total, found = above_copy(program, parser, kind, piece)
        if kind != "head":
            spent -= above_copy(program, parser, "head", piece)[0]
            total = BODY_N
        if found != (0 if kind == "head" else BODY_N):
            sys.exit("bench_parser.py: %s found %d bytes" % (parser, found))
        per_byte.append(spent / total)
    return per_byte


def main():
    program = sys.argv[1]
    print("instructions a byte  pieces  " + "  ".join(PARSERS))
    for kind, text in KINDS:
        for name, piece in PIECES:
            print("%-18s  %-6s  %s" % (text, name, "  ".join(
                "%6.3f" % value for value in row(program, kind, piece))),
                flush=True)


if __name__ == "__main__":
    main()
