#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the text of every source file: what no compiler looks at.

usage: text.py [ROOT]

Every text file: no trailing blanks, a newline at the end, no path of
somebody's machine, no host name of a package archive. Every source file: the
SPDX line. C: 80 columns, no tabs, no #if inside a function, no macro that
returns. Prints file:line, what is wrong and what to do; ends with 1 if
anything is.
"""

import os
import re
import sys
from collections import namedtuple

Problem = namedtuple("Problem", "path line text")

SKIPPED_FOLDERS = {"build", ".git", "__pycache__", ".cache"}

# Test data is as it came: only machine paths are looked for.
DATA_FOLDERS = ("tests/vectors/", "tests/fuzz/corpus/", "tests/sim/corpus/")

SOURCES = (".c", ".h", ".S", ".ld", ".py", ".sh", ".mk", ".inc")
OTHER_SOURCES = ("Makefile", ".ci/run")
SPDX = "SPDX-License-Identifier: MIT"
COLUMNS = 80

MACHINE_PATH = re.compile(r"(?<![\w.\])}])/(?:work|root|home/\w+)/\w")
ARCHIVE_HOST = re.compile(
    r"\b(?:deb|ftp\.\w+|security|snapshot|archive)\.(?:debian|ubuntu)\."
    r"(?:org|com)\b")
DEFINE = re.compile(r"\s*#\s*define\s")
LEAVES = re.compile(r"\b(?:return|goto)\b")
CONDITIONAL = re.compile(r"\s*#\s*(?:if|ifdef|ifndef|elif|else)\b")


def find_files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)


def check_any(path, lines):
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line):
            yield Problem(path, number, "a path of one machine; derive it or "
                          "take it as a parameter")
        if ARCHIVE_HOST.search(line):
            yield Problem(path, number, "a package archive's host name; ask "
                          "apt for the machine's own")


def check_layout(path, lines):
    patch = path.endswith(".patch")  # its empty lines begin with a blank
    for number, line in enumerate(lines, 1):
        if line != line.rstrip() and not (patch and line == " "):
            yield Problem(path, number, "blanks at the end of the line")
    if lines and not lines[-1]:
        yield Problem(path, len(lines), "an empty line at the end of the file")


def check_spdx(path, lines):
    if not any(SPDX in line for line in lines[:3]):
        yield Problem(path, 1, "starts without %s" % SPDX)


def check_c(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            yield Problem(path, number, "%d columns, %d are allowed"
                          % (len(line), COLUMNS))
        if "\t" in line:
            yield Problem(path, number, "a tab; use spaces")
    yield from check_functions(path, lines)
    yield from check_macros(path, lines)


def check_functions(path, lines):
    """A function's body lies between braces in column 0."""
    inside = False
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            inside = True
        elif line.startswith("}"):
            inside = False
        elif inside and CONDITIONAL.match(line):
            yield Problem(path, number, "#if inside a function; choose "
                          "between functions or files instead")


def check_macros(path, lines):
    inside = False
    for number, line in enumerate(lines, 1):
        inside = inside or DEFINE.match(line) is not None
        code = re.sub(r'"(?:\\.|[^"\\])*"|/\*.*?\*/', "", line)
        if inside and LEAVES.search(code):
            yield Problem(path, number, "a macro that leaves its caller; "
                          "write a function or the statement itself")
        inside = inside and line.endswith("\\")


def check_file(root, path):
    with open(os.path.join(root, path), "rb") as stream:
        data = stream.read()
    if b"\0" in data:
        return
    text = data.decode("utf-8", errors="replace")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    elif not path.startswith(DATA_FOLDERS):
        yield Problem(path, len(lines), "no newline at the end of the file")
    yield from check_any(path, lines)
    if path.startswith(DATA_FOLDERS):
        return
    yield from check_layout(path, lines)
    if path.endswith(SOURCES) or path in OTHER_SOURCES:
        yield from check_spdx(path, lines)
    if path.endswith((".c", ".h", ".inc")):
        yield from check_c(path, lines)


def check(root):
    return [problem for path in find_files(root)
            for problem in check_file(root, path)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    problems = check(root)
    for problem in problems:
        print("%s:%d: %s" % problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
