#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts a table that a command printed into the README.

usage: COMMAND | tables.py README NAME

Reads columns that are at least two blanks apart, and replaces what is between
"<!-- table: NAME -->" and "<!-- end -->".
"""

import re
import sys


def markdown(text):
    rows = [re.split(r"\s{2,}", line.strip())
            for line in text.splitlines() if line.strip()]
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" + "|---:" * (width - 1) + "|")
    return "\n".join(lines) + "\n"


def main(path, name):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    block = re.compile(r"(<!-- table: %s -->\n).*?(<!-- end -->)"
                       % re.escape(name), re.S)
    if len(block.findall(text)) != 1:
        sys.exit("%s: no table %s" % (path, name))
    table = markdown(sys.stdin.read())
    with open(path, "w", encoding="utf-8") as f:
        f.write(block.sub(lambda m: m.group(1) + table + m.group(2), text))


if __name__ == "__main__":
    main(*sys.argv[1:3])
