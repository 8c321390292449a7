# SPDX-License-Identifier: MIT
"""Instructions that programs take, by callgrind."""

import glob
import os
import re
import subprocess
import tempfile

# The same on every PC: the C library's functions for any x86-64. And of a copy
# by rep movsb, or past the caches, callgrind would count every byte.
PLAIN = ("glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-BMI2,-ERMS,-FSRM,"
         "-AVX_Fast_Unaligned_Load"
         ":glibc.cpu.x86_non_temporal_threshold=100000000")


def run(command, **options):
    """Runs it; the texts of the profiles that it wrote."""
    environment = dict(os.environ, GLIBC_TUNABLES=PLAIN)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--trace-children=no",
             "--callgrind-out-file=%s/out" % folder] + list(command),
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env=environment, **options)
        if done.returncode != 0:
            raise SystemExit("callgrind: %s: exit code %d\n%s" % (
                command[0], done.returncode, done.stderr))
        texts = []
        for path in sorted(glob.glob(os.path.join(folder, "out*")),
                           key=lambda name: (len(name), name)):
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
        return texts


def total(profile):
    return int(re.search(r"^(?:totals|summary): (\d+)", profile, re.M)[1])


def label(profile):
    """What CALLGRIND_DUMP_STATS_AT was told, or nothing."""
    match = re.search(r"^desc: Trigger: Client Request: (.*)$", profile, re.M)
    return match[1] if match else None


def parts(*command):
    """Instructions by label."""
    return {label(profile): total(profile) for profile in run(command)
            if label(profile) is not None}


def whole(*command, **options):
    """Instructions of a run."""
    return sum(map(total, run(command, **options)))
