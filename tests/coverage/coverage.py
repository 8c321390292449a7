#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs unit tests that were compiled with --coverage, and tells what of core
they leave out.

usage: coverage.py BUILD FILES TEST...

BUILD holds the programs. FILES is a pattern of the files to show, as
'core/http/*'. Ends with 1 unless every line and every branch of them was run,
and when a marker in the sources takes one out without a reason.
"""

import fnmatch
import glob
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

MARKER = re.compile(r"[GL]COVR?_EXCL_\w+")  # all that gcovr obeys
REASONED = re.compile(r"/\* GCOVR_EXCL_(?:BR_)?LINE: \w[^*]{9,} \*/")


def unreasoned(text):
    """Numbers of the lines with a marker that is not one of ours."""
    return [number for number, line in enumerate(text.splitlines(), 1)
            if len(MARKER.findall(line)) != len(REASONED.findall(line))]


def excluded():
    """How many markers core has; the bad ones are printed."""
    count = bad = 0
    for path in sorted(glob.glob("core/**/*.[ch]", recursive=True)):
        with open(path, encoding="utf-8") as source:
            text = source.read()
        count += len(MARKER.findall(text))
        for number in unreasoned(text):
            bad += 1
            print("%s:%d: an exclusion without a reason: /* GCOVR_EXCL_LINE: "
                  "reason */ or GCOVR_EXCL_BR_LINE" % (path, number))
    return count, bad


def run(build, tests):
    """Runs all; the names of those that failed."""
    for old in glob.glob(build + "/**/*.gcda", recursive=True):
        os.remove(old)

    def one(test):
        done = subprocess.run(
            [os.path.join(build, test)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", timeout=300, check=False)
        if done.returncode:
            print("\n".join(done.stdout.splitlines()[-20:]))
        return done.returncode

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [test for test, status in zip(tests, pool.map(one, tests))
                if status]


def measured(build):
    """gcovr's files, as its JSON has them."""
    done = subprocess.run(
        ["gcovr", "--root", ".", "--object-directory", build,
         "--filter", "core/", "--exclude-unreachable-branches", "--json", "-",
         os.path.join(build, "obj", "core")],
        check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)["files"]


def tally(lines):
    """(lines, of them run, branches, of them taken, texts of what is not)"""
    counted = [line for line in lines if not line.get("gcovr/noncode")]
    missing = []
    branches = taken = 0
    for line in counted:
        ways = [way["count"] > 0 for way in line["branches"]]
        branches += len(ways)
        taken += sum(ways)
        if line["count"] == 0:
            missing.append("%d" % line["line_number"])
        elif not all(ways):
            missing.append("%d (%d of %d branches)" % (
                line["line_number"], sum(ways), len(ways)))
    hit = sum(line["count"] > 0 for line in counted)
    return len(counted), hit, branches, taken, missing


def report(files, pattern):
    """Prints what is missing; the sums over the files of PATTERN."""
    sums = [0, 0, 0, 0]
    for entry in files:
        if not fnmatch.fnmatch(entry["file"], pattern):
            continue
        *counts, missing = tally(entry["lines"])
        sums = [a + b for a, b in zip(sums, counts)]
        for text in missing:
            print("%s:%s is not run" % (entry["file"], text))
    return sums


def main():
    build, pattern, tests = sys.argv[1], sys.argv[2], sys.argv[3:]
    markers, bad = excluded()
    failed = run(build, tests)
    for test in failed:
        print("%s failed" % test)
    lines, hit, branches, taken = report(measured(build), pattern)
    print("%s: %d of %d lines, %d of %d branches; %d exclusions in core" % (
        pattern, hit, lines, taken, branches, markers))
    good = lines and (hit, taken) == (lines, branches)
    return 0 if good and not bad and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
