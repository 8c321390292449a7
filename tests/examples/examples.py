# SPDX-License-Identifier: MIT
"""Runs the example programs: on a board in QEMU, or on this PC."""

import os
import random
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "firmware"))
import qemu  # noqa: E402

NAME = "device.test"
RECORDS = 4  # erase units in front of the image: boards/examples/update.c
ERASE_UNITS = {"lm3s6965evb": 1024, "mps2-an385": 4096, "host": 4096}


def command_line(board, program, args):
    if board == "host":
        return [os.path.join(ROOT, "build", "host", program)] + list(args)
    image = os.path.join(ROOT, "build", board, program + ".elf")
    return qemu.command_line(image, args, False)


def run(board, program, *args, timeout=40, cut=None):
    """A qemu.Result of the program with these arguments. With cut = (text, s)
    it is killed without a warning s seconds after it said the text."""
    started = time.monotonic()
    killed_at = started + timeout
    with tempfile.TemporaryFile() as output:
        def said():
            text = os.pread(output.fileno(), 65536, 0)
            return text.replace(qemu.NOISE, b"").decode(errors="replace")

        with subprocess.Popen(
                command_line(board, program, args), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT) as process:
            while process.poll() is None and time.monotonic() < killed_at:
                time.sleep(0.02)
                if cut is not None and cut[0] in said():
                    killed_at = min(killed_at, time.monotonic() + cut[1])
                    cut = None
            code = process.poll()
            process.kill()
        if code is None:
            code = qemu.TIMED_OUT
        return qemu.Result(code, said(), time.monotonic() - started)


def sign(path, key):
    """Leaves the signature of a file beside it, as PATH.sig."""
    subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, "-out",
                    path + ".sig", path], check=True)


def image_in(storage, board, n):
    with open(storage, "rb") as file:
        file.seek(RECORDS * ERASE_UNITS[board])
        return file.read(n)


def update_under_kills(board, url, storage, kills, seed):
    """Kills the program at random moments, two of three times while it is
    downloading, then lets it end. The result of the last run, and how many
    kills hit a download."""
    chance = random.Random(seed)
    hit = 0
    for i in range(kills):
        said = "bootable" if i % 3 == 0 else "at "
        result = run(board, "update", "-s", storage, url,
                     cut=(said, chance.uniform(0, 0.8)))
        if result.code != qemu.TIMED_OUT:
            return result, hit
        hit += "at " in result.text
    return run(board, "update", "-s", storage, url), hit
