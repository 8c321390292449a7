#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the simulation as several programs: a seed's trace has to be the same.

usage: traces.py SEEDS TLS-SEEDS REFERENCE PROGRAM[:EMULATOR] ...

Each PROGRAM runs seeds of both kinds, by the words of EMULATOR if there are
any; each of its seeds has to have the trace that REFERENCE gives it. Ends with
"N passed, M failed".
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

SECONDS = 900
TRACE = re.compile(r"^(\d+) ([0-9a-f]{16})$", re.MULTILINE)


def command(row, options):
    program, _, emulator = row.partition(":")
    return emulator.split() + [program, "--traces"] + options


def run(row, options):
    """Its traces by seed, its last words, and whether it ended well."""
    try:
        done = subprocess.run(command(row, options), timeout=SECONDS,
                              stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return {}, "took too long", False
    return (dict(TRACE.findall(done.stdout)),
            "\n".join(done.stdout.splitlines()[-5:]), done.returncode == 0)


def differing(traces, reference):
    return sorted((seed for seed in reference
                   if traces.get(seed) != reference[seed]), key=int)


def judge(row, results, references):
    """Prints what is wrong with a row; returns what passed and failed."""
    passed = failed = 0
    for (options, reference), (traces, words, good) in zip(references,
                                                           results):
        wrong = differing(traces, reference)
        passed += len(reference) - len(wrong)
        failed += len(wrong) + (not good or not reference)
        if wrong:
            print("another trace: %s: seeds %s"
                  % (" ".join(command(row, options)), " ".join(wrong[:10])))
        if not good:
            print(words)
    return passed, failed


def compare(seeds, tls_seeds, reference, rows):
    kinds = (["--seeds", str(seeds)], ["--tls", "--seeds", str(tls_seeds)])
    all_passed = all_failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        references = []
        for options, (traces, words, good) in zip(
                kinds, pool.map(lambda kind: run(reference, kind), kinds)):
            if not good:
                print(words)
                all_failed += 1
            references.append((options, traces))
        for row in rows:
            start = time.monotonic()
            results = pool.map(lambda kind, of=row: run(of, kind), kinds)
            passed, failed = judge(row, results, references)
            print("%-6s %-40s %5d traces %4d others %7.1f s" % (
                "FAIL" if failed else "PASS", row.partition(":")[0], passed,
                failed, time.monotonic() - start), flush=True)
            all_passed += passed
            all_failed += failed
    print("%d passed, %d failed" % (all_passed, all_failed))
    return all_passed > 0 and all_failed == 0


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(0 if compare(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3],
                          sys.argv[4:]) else 1)


if __name__ == "__main__":
    main()
