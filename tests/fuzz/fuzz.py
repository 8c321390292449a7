#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs fuzz targets one after the other and prints a table.

usage: fuzz.py [--seconds S] BUILD TARGET...

BUILD holds the programs fuzz_TARGET. Each runs for S seconds from the files in
tests/fuzz/corpus/TARGET; what it finds new is kept in BUILD/corpus/TARGET, so
that the next run goes on there. An input that fails is left in BUILD, named by
the target, and ends this with 1. The table has the seconds of CPU.
"""

import argparse
import os
import re
import resource
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DONE = re.compile(r"^#(\d+)\s+DONE\s+cov: (\d+) ft: (\d+) corp: (\d+)", re.M)


def run(build, target, seconds):
    """(seconds, runs, edges, features, files), or None when it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = os.path.join(build, "corpus", target)
    os.makedirs(own, exist_ok=True)
    done = subprocess.run(
        [os.path.join(build, "fuzz_" + target), "-max_len=2048",
         "-timeout=10", "-rss_limit_mb=1024",
         "-max_total_time=%d" % seconds,
         "-artifact_prefix=%s/%s-" % (build, target), own,
         os.path.join(HERE, "corpus", target)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    match = DONE.search(done.stdout)
    if done.returncode != 0 or match is None:
        print("\n".join(done.stdout.splitlines()[-40:]))
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return [int(spent)] + [int(number) for number in match.groups()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("build")
    parser.add_argument("targets", nargs="+")
    args = parser.parse_args()
    failed = 0
    print("%-12s  CPU s  %12s  edges  features  files" % ("target", "runs"))
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
