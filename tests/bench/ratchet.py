#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What lwurl takes, held against ratchet.txt, which says what it took.

usage: ratchet.py BOARD BENCH-PARSER [--write]

Ends with 1 when a figure is more than 1 % above the recorded one. A figure
that another compiler made than the recorded one is only told. --write records
what is measured now.

Flash and RAM are of the images of tests/firmware/budget.mk, stacks those that
the public headers say (tests/stack holds them), instructions those of the
parser on the host, above the copy.
"""

import glob
import os
import re
import subprocess
import sys
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(HERE, "../firmware")]

import bench_parser  # noqa: E402
import callgrind     # noqa: E402

RECORD = os.path.join(HERE, "ratchet.txt")
WORSE = 1.01
LEAST = 1000    # bytes of a handler that has a row: alignment is less than 1 %
CROSS = "arm-none-eabi-gcc"
HOST = "gcc"
HEADER = """\
# What lwurl takes, as far as `make check` holds it: nothing may become more
# than 1 % worse under these compilers. Written by `make ratchet-write`.
"""

# The tool is what the figure depends on.
Row = namedtuple("Row", "kind name value tool")
Verdict = namedtuple("Verdict", "worse text")


# ---- Measuring ----

def version(tool):
    text = subprocess.run([tool, "--version"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return text.splitlines()[0].split(" ", 1)[1]


def from_images():
    import test_budget
    import test_handlers
    yield "flash", "GET client, own code", test_budget.own_code("get")
    yield "flash", "https firmware, fast", test_budget.flash("any1460")
    yield "flash", "https firmware, small", test_budget.flash("i31")
    yield "flash", "gzip and deflate", \
        test_budget.flash("gzip") - test_budget.flash("get")
    for what, flash, _, _ in list(test_handlers.measure(True))[1:]:
        if flash >= LEAST:
            yield "flash", "with " + what, flash
    yield "RAM", "struct lwurl", test_budget.symbol("get", "u")[1]
    yield "RAM", "TLS slot", test_budget.symbol("any536", "slot")[1]
    for name in test_budget.RAM:
        yield "RAM", "https firmware " + name, test_budget.ram(name)[0]


def from_headers():
    for path in sorted(glob.glob(os.path.join(ROOT, "core", "lwurl*.h"))):
        with open(path, encoding="utf-8") as header:
            found = re.search(r"Stack: (\d+) bytes at most", header.read())
        if found:
            yield "stack", os.path.basename(path), int(found[1])


def from_parser(program):
    cases = bench_parser.by_case(callgrind.parts(program))
    for (kind, piece, parser), (spent, _) in cases.items():
        if parser == "lwurl":
            yield "instructions", "%s, pieces %s" % (kind, piece), \
                spent - cases[kind, piece, "copy"][0]


def measured(program):
    return [Row(*row, CROSS) for row in from_images()] \
        + [Row(*row, CROSS) for row in from_headers()] \
        + [Row(*row, HOST) for row in from_parser(program)]


# ---- The record ----

def write(rows, versions):
    lines = ["with  %s  %s" % pair for pair in sorted(versions.items())]
    lines += ["%s  %s  %d" % row[:3] for row in rows]
    return HEADER + "\n".join(lines) + "\n"


def read(text):
    """({(kind, name): value}, {tool: version})."""
    values, versions = {}, {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        kind, name, value = re.split(r"\s{2,}", line.strip())
        if kind == "with":
            versions[name] = value
        else:
            values[kind, name] = int(value)
    return values, versions


def compare(rows, versions, recorded):
    """A Verdict for each row that is worse than recorded, or so much better
    that the record should say so."""
    values, tools = recorded
    for row in rows:
        was = values.get((row.kind, row.name))
        if was is None:
            yield Verdict(False, "%s: %s: %d is not recorded yet"
                          % row[:3])
        elif row.value > was or row.value * WORSE < was:
            same = versions[row.tool] == tools.get(row.tool)
            yield Verdict(same and row.value > was * WORSE,
                          "%s: %s: %d, was %d (%+.1f %%)%s" % (
                              row[:3] + (was, 100.0 * (row.value - was)
                                         / max(was, 1),
                                         "" if same else
                                         ", with another " + row.tool)))


def main(program, writes):
    rows = measured(program)
    versions = {tool: version(tool) for tool in (CROSS, HOST)}
    if writes:
        with open(RECORD, "w", encoding="utf-8") as out:
            out.write(write(rows, versions))
        return 0
    with open(RECORD, encoding="utf-8") as text:
        verdicts = list(compare(rows, versions, read(text.read())))
    for verdict in verdicts:
        print("ratchet: %s%s" % (verdict.text,
                                 ": worse" if verdict.worse else ""))
    if not any(verdict.worse for verdict in verdicts):
        return 0
    print("ratchet: make it good again, or say why in the commit and run"
          " `make ratchet-write`")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[2], "--write" in sys.argv[3:]))
