#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs fuzz targets one after the other and prints a table.

usage: fuzz.py [--seconds S] BUILD TARGET...

BUILD holds the programs fuzz_TARGET. Each runs for S seconds of CPU from the
files in tests/fuzz/corpus/TARGET; what it finds new is kept in
BUILD/corpus/TARGET, so that the next run goes on there. An input that fails is
left in BUILD, named by the target, and ends this with 1.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DONE = re.compile(r"^#(\d+)\s+DONE\s+cov: (\d+) ft: (\d+) corp: (\d+)", re.M)


def turn(build, target, seconds):
    """Fuzzes for SECONDS of wall time: (CPU seconds, runs, edges, features,
    files), or None when it failed."""
    own = os.path.join(build, "corpus", target)
    os.makedirs(own, exist_ok=True)
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            [os.path.join(build, "fuzz_" + target), "-max_len=2048",
             "-timeout=10", "-rss_limit_mb=1024",
             "-max_total_time=%d" % seconds,
             "-artifact_prefix=%s/%s-" % (build, target), own,
             os.path.join(HERE, "corpus", target)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    match = DONE.search(text)
    if process.returncode != 0 or match is None:
        print("\n".join(text.splitlines()[-40:]))
        return None
    return [used.ru_utime + used.ru_stime] + [int(n) for n in match.groups()]


def run(build, target, seconds):
    """The same for SECONDS of CPU, however busy the machine is: in turns, each
    of which goes on with what the one before found."""
    spent, runs = 0.0, 0
    while spent < seconds:
        found = turn(build, target, max(1, round(seconds - spent)))
        if found is None:
            return None
        spent += found[0]
        runs += found[1]
    return [int(spent), runs] + found[2:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("build")
    parser.add_argument("targets", nargs="+")
    args = parser.parse_args()
    failed = 0
    print("%-12s  CPU s  %12s  edges  features  files" % ("target", "runs"),
          flush=True)
    for target in args.targets:
        found = run(args.build, target, args.seconds)
        failed += found is None
        if found:
            print("%-12s  %5d  %12s  %5d  %8d  %5d" % (
                target, found[0], format(found[1], ","), *found[2:]),
                flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
