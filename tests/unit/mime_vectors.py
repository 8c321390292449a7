#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Paths and times, and what CPython makes of them, as C.

usage: mime_vectors.py [--check FILE]

Prints mime_vectors.inc: mimetypes without the system's files, and dates of
email.utils. With --check, says whether FILE is what this interpreter would
print, which it should be on Debian 12's /usr/bin/python3.
"""

import datetime
import email.utils
import mimetypes
import random
import sys

SEED = 2046  # of RFC 2046, Media Types
RANDOM = 300

TYPES = mimetypes.MimeTypes()
ODD = ["", "/", "/.", "/..", "/...", "/.html", "/..html", "/a..html", "/a.",
       "/a.b/c", "/a.html/", "/a.html?", "/a.html;type=a", "/a?b.html",
       "/a.%68tml", "/.tgz", "/a.TGZ", "/a.GZ", "/a.tar.z", "/a.tar.Z",
       "/a.gz", "/a.gz.gz", "/a.tgz.gz", "/a.tar.gz.gz", "/a.html.br",
       "/.html.gz", "/a.x-tar", "/a.application", "/a.javascript", "/a.l",
       "html", ".html", "a.html", "/a.;", "/a. ", "/a.html ", "/a.xm"]
PIECES = [".", "/", "gz", "Z", "tar", "tgz", "html", "..", "svgz", "-", "xml",
          "x", "%2e", "XZ", ";", " "]
TIMES = [0, 1, -1, 59, 60, 3599, 3600, 86399, 86400, 951782399, 951782400,
         951868799, 951868800, 1077926400, 4107542399, 4107542400,
         -62135596800, 253402300799]


def paths(dice):
    for known in (TYPES.types_map[True], TYPES.suffix_map,
                  TYPES.encodings_map):
        for extension in sorted(known):
            yield "/path/name" + extension
    for extension in sorted(TYPES.encodings_map) + ["Z", ".GZ"]:
        yield "/a.css" + extension
    for extension in (".Html", ".JSON", ".tXt"):
        yield "/a" + extension
    yield from ODD
    for _ in range(RANDOM):
        yield "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 7)))


def type_of(path):
    return TYPES.guess_type(path)[0] or ""


def date_of(seconds):
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return email.utils.format_datetime(
        epoch + datetime.timedelta(seconds=seconds), usegmt=True)


def generate():
    dice = random.Random(SEED)
    lines = ["/* SPDX-License-Identifier: MIT */",
             "/* Made by mime_vectors.py: path, type; time, date. */"]
    lines += ['TYPE("%s", "%s")' % (path, type_of(path))
              for path in dict.fromkeys(paths(dice))]
    times = TIMES + [dice.randint(TIMES[-2], TIMES[-1]) for _ in range(100)]
    lines += ['DATE(%d, "%s")' % (time, date_of(time)) for time in times]
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        with open(sys.argv[2], encoding="utf-8") as file:
            good = file.read() == generate()
        print("%s is%s what CPython %s makes" % (
            sys.argv[2], "" if good else " not", sys.version.split()[0]))
        print("%d passed, %d failed" % (good, not good))
        sys.exit(0 if good else 1)
    sys.stdout.write(generate())


if __name__ == "__main__":
    main()
