# SPDX-License-Identifier: MIT
"""Asks a program of records (records.h), which is the first argument."""

import collections
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "check"))

import counted  # noqa: E402,F401

PROGRAM = os.path.abspath(sys.argv[1])

# texts: bytes, or None for an absent one; numbers: what stood between them
Answer = collections.namedtuple("Answer", "error texts numbers")


def run(command, data):
    """Exit status, output, errors; a sanitizer's report is a failure."""
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300)
    err = done.stderr.decode("latin-1")
    if "Sanitizer" in err or "runtime error" in err:
        raise AssertionError(err)
    return done.returncode, done.stdout, err


def to_word(value):
    if value is None:
        return "-"
    return "x" + value.hex() if isinstance(value, bytes) else str(value)


def to_answer(line):
    texts, numbers = [], []
    for word in line.split()[1:]:
        if word[0] == "x":
            texts.append(bytes.fromhex(word[1:]))
        elif word == "-":
            texts.append(None)
        else:
            numbers.append(int(word))
    return Answer(int(line.split()[0]), texts, numbers)


def ask(records):
    """Each is a name, then arguments: bytes, None or int."""
    code, out, err = run([PROGRAM], "".join(
        " ".join(map(to_word, record)) + "\n"
        for record in records).encode())
    if code != 0:
        raise AssertionError("exit status %d: %s" % (code, err))
    return list(map(to_answer, out.decode().splitlines()))
