#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plants bugs, one after the other, and looks whether the tests find them.

usage: mutants.py BUILD [NAME...]

Each tests/mutants/NAME.patch is a bug: a line that says what is wrong, a line
"Suites:" with those of `make test` that should find it, and the change. It is
made in a copy of the tree under BUILD. Prints a line for each bug: who found
it, or that it survived; ends with 1 if one did, or does not fit any more.
"""

import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COPIED = ["deps", "host", "host-asan", "tls-pki", "port-lock", "coop-asan",
          "sim", "sim-far", "sim-asan", "sim-asan-far"]
SECONDS = 900


def copy_tree(to):
    """The tracked files, and what was built of them with its times, so that a
    bug costs the compilation of one file."""
    os.makedirs(to, exist_ok=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True,
                            capture_output=True).stdout
    subprocess.run(["rsync", "-a", "--files-from=-", "--from0", ROOT + "/",
                    to + "/"], input=listed, check=True)
    os.makedirs(to + "/build", exist_ok=True)
    for folder in COPIED:
        path = os.path.join(ROOT, "build", folder)
        if os.path.isdir(path):
            subprocess.run(["rsync", "-a", "--delete", path,
                            to + "/build/"], check=True)


def read(path):
    """What is wrong, and the suites."""
    with open(path, encoding="ascii") as file:
        lines = file.read().split("\n")
    return lines[0], lines[1].split(":", 1)[1].strip()


def change(tree, path, *options):
    done = subprocess.run(["patch", "-p1", "--quiet", "--force"] +
                          list(options) + ["-i", path], cwd=tree, check=False,
                          capture_output=True)
    return done.returncode == 0


def test(tree, suites):
    """The suites that failed, or [] when all passed."""
    try:
        done = subprocess.run(
            ["make", "INSTALL=no", "-j2", "test", "SUITE=" + suites],
            cwd=tree, check=False, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
            env={k: v for k, v in os.environ.items() if k != "MAKEFLAGS"})
    except subprocess.TimeoutExpired:
        return ["the time limit"]
    failed = re.findall(r"^FAIL\s+(\S+)", done.stdout, re.M)
    if done.returncode != 0 and not failed:
        sys.exit("the tests do not run:\n" + done.stdout[-2000:])
    return failed


def judge(tree, path):
    """True when the bug is found."""
    name = os.path.basename(path)[:-len(".patch")]
    what, suites = read(path)
    if not change(tree, path):
        print("%-24s does not fit the sources any more" % name)
        return False
    found = test(tree, suites)
    if not change(tree, path, "-R"):
        sys.exit("%s cannot be taken back" % name)
    print("%-24s %-10s %s" % (name, "found" if found else "SURVIVED",
                              " ".join(found) or what), flush=True)
    return bool(found)


def main():
    tree = os.path.join(os.path.abspath(sys.argv[1]), "tree")
    names = sys.argv[2:]
    copy_tree(tree)
    sane = test(tree, "unit/engine")
    if sane:
        sys.exit("the tests fail without a bug: " + " ".join(sane))
    paths = [path for path in sorted(glob.glob(HERE + "/*.patch"))
             if not names or os.path.basename(path)[:-6] in names]
    alive = [path for path in paths if not judge(tree, path)]
    print("%d bugs, %d found" % (len(paths), len(paths) - len(alive)))
    return 1 if alive or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
