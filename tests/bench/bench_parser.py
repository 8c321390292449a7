# SPDX-License-Identifier: MIT
"""Instructions per byte of response parsers, on the host and on a Cortex-M3.

The copy of the bytes, which each parser is fed with, is taken off, and so is
the head from the rows of bodies.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../firmware"),
                os.path.join(HERE, "../check")]

import callgrind  # noqa: E402
import qemu       # noqa: E402
import size       # noqa: E402

PIECES = (("whole", "whole"), ("1460", "1,460"), ("64", "64"))
KINDS = (("head", "30 fields, 2 KB"), ("length", "64 KB by length"),
         ("chunked", "64 KB in chunks"))
PARSERS = "lwurl", "http_parser", "llhttp", "pico"
MACHINES = "x86-64", "Cortex-M3"
# For lwurl on the Cortex-M3.
GOALS = {("head", "whole"): "8.5", ("head", "64"): "9.5",
         ("length", "1460"): "0.10", ("chunked", "1460"): "0.30"}
# Who brings a parser's code into the image.
ORIGINS = {"lwurl": r"liblwurl\.a\(", "http_parser": r"peers/http_parser/",
           "llhttp": r"peers/llhttp/", "pico": r"peers/pico/"}


def on_board(image):
    """Instructions by label, as parser_board.c prints them."""
    result = qemu.run(image, timeout=100, icount=True)
    if result.code != 0:
        raise SystemExit("%s: exit code %d\n%s" % (
            image, result.code, result.text))
    return {label: int(number) for label, number
            in re.findall(r"^(\w.*) (\d+)\r?$", result.text, re.M)}


def by_case(counted):
    """From labels "KIND PIECE PARSER BYTES" to {(kind, piece, parser):
    (instructions, bytes)}."""
    found = {}
    for label, spent in counted.items():
        kind, piece, parser, n = label.split()
        found[kind, piece, parser] = spent, int(n)
    return found


def per_byte(cases, kind, piece, parser):
    """Above the copy, and above the head where it is about a body."""
    def above_copy(which):
        return cases[which, piece, parser][0] - cases[which, piece, "copy"][0]

    spent = above_copy(kind)
    if kind != "head":
        spent -= above_copy("head")
    return spent / cases[kind, piece, parser][1]


def measured(program, image):
    """{machine: {(kind, piece, parser): instructions a byte}}."""
    found = {}
    for machine, counted in ((MACHINES[0], callgrind.parts(program)),
                             (MACHINES[1], on_board(image))):
        cases = by_case(counted)
        found[machine] = {
            (kind, piece, parser): per_byte(cases, kind, piece, parser)
            for kind, _ in KINDS for piece, _ in PIECES for parser in PARSERS}
    return found


def flash(image):
    """Bytes of each parser in the image of the board."""
    with open(image.replace(".elf", ".map"), encoding="utf-8") as text:
        pieces = list(size.clip(size.parse_pieces(text.read())))
    return {parser: sum(piece.size for piece in pieces
                        if piece.output in (".text", ".data")
                        and piece.origin and re.search(origin, piece.origin))
            for parser, origin in ORIGINS.items()}


def figure(value):
    return "%.1f" % value if value >= 1 else "%.3f" % abs(value)


def table(found, goals):
    """Of one machine."""
    yield ["instructions a byte", "pieces"] + list(PARSERS) \
        + (["goal"] if goals else [])
    for kind, text in KINDS:
        for piece, name in PIECES:
            yield [text, name] + [figure(found[kind, piece, parser])
                                  for parser in PARSERS] \
                + ([goals.get((kind, piece), "")] if goals else [])


def flash_row(code):
    return ["flash, bytes", "-"] + [format(code[parser], ",")
                                   for parser in PARSERS] + ["2,048"]
