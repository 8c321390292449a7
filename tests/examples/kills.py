#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Power cuts: kills the update example at random moments, 50 times, and looks
for the right image after each download.

usage: kills.py BOARD SEED

Ends with 1 when an image is not the right one. The same seed is the same
images and the same waits, but not the same moments.
"""

import os
import random
import sys
import tempfile

import examples
import qemu
import servers

KILLS = 50
IMAGE_N = 110000
KEY = os.path.join(examples.ROOT, "build", "device", "signer.key")


def download(board, seed, kills):
    """One image under kills: how many hit it."""
    image = random.Random(seed).randbytes(IMAGE_N)
    with servers.Nginx(["ec"], {"slow/image.bin": image}) as server, \
            tempfile.TemporaryDirectory() as folder:
        examples.sign(os.path.join(server.folder, "www/slow/image.bin"), KEY)
        url = "https://%s:%d/slow/image.bin" % (examples.NAME,
                                                server.https["ec"])
        storage = os.path.join(folder, "flash.bin")
        result, hit = examples.update_under_kills(board, url, storage, kills,
                                                  seed)
        if result.code != 0 or \
                examples.image_in(storage, board, IMAGE_N) != image:
            sys.exit("seed %d: not the right image\n%s" % (seed, result.text))
        return hit


def main():
    board, seed = sys.argv[1], int(sys.argv[2])
    hits = downloads = 0
    while hits < KILLS:
        hits += download(board, seed + downloads, KILLS - hits)
        downloads += 1
    print("%d kills during %d downloads of %d bytes: every image was right" %
          (hits, downloads, IMAGE_N))


if __name__ == "__main__":
    qemu.enter()
    with qemu.names(examples.NAME):
        main()
