#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What `make run BOARD=...` does for a board that QEMU knows.

usage: run.py IMAGE CA [URL]

Starts a server of device configurations on loopback, in a network namespace
without anything else, and runs IMAGE in QEMU, which fetches one from it. CA is
what the image trusts, as boards/host/server.sh takes it. With a URL, fetches
that instead, through QEMU's own network: then IMAGE has to trust its server
(ANCHORS=).
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../tests/firmware"))
import qemu  # noqa: E402

NAME = "config.example"
SERVER = os.path.join(qemu.ROOT, "boards/host/server.sh")
SECONDS = 60


def read(folder, name):
    with open(os.path.join(folder, name), encoding="ascii") as file:
        return file.read().strip()


def show(result):
    sys.stdout.write(result.text)
    if result.code == qemu.TIMED_OUT:
        print("run.py: no end after %d s" % SECONDS, file=sys.stderr)
    return result.code


def run_with_server(image, authority):
    folder = os.path.join(os.path.dirname(os.path.abspath(image)), "run")
    subprocess.run(["sh", SERVER, folder, "EC", os.path.abspath(authority)],
                   check=True)
    try:
        url = "https://%s:%s/device/42.json" % (NAME, read(folder, "port"))
        print("nginx listens as %s on a loopback of its own, with\na "
              "certificate and a password made for this run. The firmware in "
              "QEMU:\n" % NAME, flush=True)
        with qemu.names(NAME):
            return show(qemu.run(
                image, "-u", read(folder, "user") + ":" +
                read(folder, "password"), url, timeout=SECONDS))
    finally:
        os.kill(int(read(folder, "nginx.pid")), 15)


def main():
    image, authority = sys.argv[1:3]
    if len(sys.argv) > 3 and sys.argv[3]:
        return show(qemu.run(image, sys.argv[3], timeout=SECONDS))
    qemu.enter()
    return run_with_server(image, authority)


if __name__ == "__main__":
    sys.exit(main())
