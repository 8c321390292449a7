#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the unit tests of several rows and counts what passed and failed.

usage: rows.py ROW ...

Each ROW is FOLDER or FOLDER:EMULATOR: its programs test_* are run, as many at
once as there are processors; by the emulator, unless the kernel can. A row
fails when a program of its does, and when it runs other tests than the first
row: what is tested may not depend on the machine. Ends with "N passed, M
failed".
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "check"))
from run_suites import count  # noqa: E402

SECONDS = 900  # of one program, with other work on the machine
NAMED = re.compile(r"^(?:not )?ok \d+ - (.*)$", re.MULTILINE)


def programs(folder):
    return sorted(name for name in os.listdir(folder)
                  if name.startswith("test_") and "." not in name)


def start(program, emulator):
    """Runs it to its end: by the emulator, unless the kernel can."""
    how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
           "stderr": subprocess.STDOUT, "timeout": SECONDS, "check": False,
           "env": dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")}
    try:
        return subprocess.run([program], **how)
    except OSError:
        if not emulator:
            raise
        return subprocess.run([emulator, program], **how)


def run(program, emulator):
    """What it printed, and what is to be counted of it."""
    try:
        done = start(program, emulator)
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode(errors="replace")
        return output, count(output, -1, True)
    output = done.stdout.decode(errors="replace")
    return output, count(output, done.returncode, False)


def run_row(row, pool):
    """The row's counts, and the names of its tests."""
    folder, _, emulator = row.partition(":")
    names = programs(folder)
    results = pool.map(lambda name: run(os.path.join(folder, name), emulator),
                       names)
    passed = failed = 0
    tests = set()
    for name, (output, found) in zip(names, results):
        passed += found.passed
        failed += found.failed
        tests.update((name, test) for test in NAMED.findall(output))
        if found.failed:
            print("%s/%s:" % (folder, name))
            print("\n".join(output.splitlines()[-40:]))
            print("\n".join(found.problems), flush=True)
    return passed, failed, tests


def differences(tests, first):
    return ["%s: %s" % (program, test)
            for program, test in sorted(tests ^ first)]


def run_all(rows):
    all_passed = all_failed = 0
    first = None
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in rows:
            start_time = time.monotonic()
            passed, failed, tests = run_row(row, pool)
            first = first or tests
            for test in differences(tests, first):
                print("in this row alone, or in the first: " + test)
                failed += 1
            print("%-6s %-32s %5d passed %4d failed %7.1f s" % (
                "FAIL" if failed else "PASS",
                os.path.basename(row.partition(":")[0]), passed, failed,
                time.monotonic() - start_time), flush=True)
            all_passed += passed
            all_failed += failed
    print("%d passed, %d failed" % (all_passed, all_failed))
    return all_passed > 0 and all_failed == 0


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if run_all(sys.argv[1:]) else 1)


if __name__ == "__main__":
    main()
