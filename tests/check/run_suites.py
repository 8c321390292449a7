#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs test suites one after another and counts what passed and failed.

usage: run_suites.py LIST LOGS

LIST has a line per suite: name, seconds allowed, command, separated by tabs.
A suite's command either prints TAP (as cmocka does when asked) or ends in a
line "N passed, N failed". Its output goes to LOGS/name.log. A suite fails by
itself when it ends with an error, takes too long, runs no test at all, or
runs another number of tests than its plan says.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections import namedtuple

TAIL_LINES = 40

Suite = namedtuple("Suite", "name seconds command")
Count = namedtuple("Count", "passed failed skipped problems")

COUNTED = re.compile(r"^(\d+) passed, (\d+) failed$")
TAP_RESULT = re.compile(r"^(not )?ok\b(?:.*#\s*(SKIP|TODO)\b)?", re.IGNORECASE)
TAP_PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#.*)?$")


def count_tap(lines):
    passed = failed = skipped = planned = 0
    for line in lines:
        plan = TAP_PLAN.match(line)
        if plan:
            planned += int(plan.group(1))
            continue
        result = TAP_RESULT.match(line)
        if not result:
            continue
        if (result.group(2) or "").upper() == "SKIP":
            skipped += 1
        elif result.group(1):
            failed += 1
        else:
            passed += 1
    problems = []
    if planned != passed + failed + skipped:
        problems.append("planned %d tests, ran %d"
                        % (planned, passed + failed + skipped))
    return Count(passed, failed, skipped, problems)


def count(output, status, timed_out):
    """What a suite's output says; each problem beside it counts as failed."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    last = COUNTED.match(lines[-1]) if lines else None
    if last:
        found = Count(int(last.group(1)), int(last.group(2)), 0, [])
    else:
        found = count_tap(lines)
    problems = list(found.problems)
    if timed_out:
        problems.append("took too long")
    elif status and not found.failed:
        problems.append("exit status %d" % status)
    if found.passed + found.failed == 0:
        problems.append("no test ran")
    return found._replace(failed=found.failed + len(problems),
                          problems=problems)


def run(suite, log_path):
    environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP",
                       UBSAN_OPTIONS="print_stacktrace=1",
                       PYTHONDONTWRITEBYTECODE="1")
    timed_out = False
    with open(log_path, "wb") as log:
        process = subprocess.Popen(
            suite.command, shell=True, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        try:
            status = process.wait(timeout=suite.seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
            status = -1
        finally:
            end_group(process)
    with open(log_path, encoding="utf-8", errors="replace") as log:
        return count(log.read(), status, timed_out)


def end_group(process):
    """Whatever a suite has started ends with it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def tail(log_path):
    with open(log_path, encoding="utf-8", errors="replace") as log:
        for line in log.readlines()[-TAIL_LINES:]:
            print("    " + line.rstrip())


def read_suites(path):
    suites = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                name, seconds, command = line.strip().split("\t", 2)
                suites.append(Suite(name, float(seconds), command))
    return suites


def run_all(suites, logs):
    os.makedirs(logs, exist_ok=True)
    passed = failed = skipped = 0
    for suite in suites:
        log_path = os.path.join(logs, suite.name.replace("/", "-") + ".log")
        start = time.monotonic()
        result = run(suite, log_path)
        print("%-6s %-32s %5d passed %4d failed %4d skipped %7.1f s" % (
            "FAIL" if result.failed else "PASS", suite.name, result.passed,
            result.failed, result.skipped, time.monotonic() - start),
            flush=True)
        if result.failed:
            tail(log_path)
            for problem in result.problems:
                print("  %s: %s" % (suite.name, problem))
            print("  all of it: %s" % log_path, flush=True)
        passed += result.passed
        failed += result.failed
        skipped += result.skipped
    if skipped:
        print("%d skipped" % skipped)
    print("%d passed, %d failed" % (passed, failed))
    return failed == 0 and passed > 0


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(0 if run_all(read_suites(sys.argv[1]), sys.argv[2]) else 1)


if __name__ == "__main__":
    main()
