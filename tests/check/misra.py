#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds C sources against MISRA C:2012, as far as cppcheck's addon knows it.

usage: misra.py DEVIATIONS FILE ...

DEVIATIONS has a line for each rule that the sources depart from: its number,
where (a pattern of paths, * for all), and why. Prints every finding that no
line admits and every line that admits none; ends with 1 if there is any. The
texts of the rules are not free: the numbers are those of the standard.
"""

import fnmatch
import os
import re
import subprocess
import sys
import tempfile
from collections import namedtuple

Finding = namedtuple("Finding", "rule path line")
Deviation = namedtuple("Deviation", "rule where why line")

FOUND = re.compile(r"^(.*):(\d+): misra-c2012-([\d.]+)$")
ADMITTED = re.compile(r"^(\d+\.\d+)\s+(\S+)\s+(\S.*)$")

# A 32-bit machine, as those are that this is for.
CPPCHECK = ("cppcheck", "--quiet", "--addon=misra", "--enable=style",
            "--std=c99", "--platform=unix32", "--max-configs=1",
            "--template={file}:{line}: {id}", "-Icore", "-Iport", "-Iconfig")


def find(files):
    """What cppcheck finds; its other opinions are asked for elsewhere."""
    with tempfile.TemporaryDirectory() as dumps:  # not beside the sources
        command = CPPCHECK + ("-j%d" % os.cpu_count(),
                              "--cppcheck-build-dir=" + dumps) + tuple(files)
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True,
                              stderr=subprocess.STDOUT, text=True)
    matches = map(FOUND.match, done.stdout.splitlines())
    return sorted({Finding(m.group(3), os.path.normpath(m.group(1)),
                           int(m.group(2))) for m in matches if m})


def read_deviations(path):
    deviations = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = ADMITTED.match(line.rstrip())
            if not match:
                sys.exit("%s:%d: want a rule, a pattern of paths and a reason"
                         % (path, number))
            deviations.append(Deviation(*match.groups(), number))
    return deviations


def admits(deviation, finding):
    return (deviation.rule == finding.rule
            and fnmatch.fnmatch(finding.path, deviation.where))


def judge(findings, deviations):
    """Findings that nothing admits, and deviations that admit nothing."""
    new = [f for f in findings if not any(admits(d, f) for d in deviations)]
    idle = [d for d in deviations if not any(admits(d, f) for f in findings)]
    return new, idle


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    findings = find(sys.argv[2:])
    new, idle = judge(findings, read_deviations(sys.argv[1]))
    for f in new:
        print("%s:%d: MISRA C:2012 rule %s; mend it, or say in %s why not"
              % (f.path, f.line, f.rule, sys.argv[1]))
    for d in idle:
        print("%s:%d: rule %s is kept in %s: take the line out"
              % (sys.argv[1], d.line, d.rule, d.where))
    sys.exit(1 if new or idle else 0)


if __name__ == "__main__":
    main()
