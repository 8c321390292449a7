#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints what an image takes of flash and RAM, part by part.

usage: size.py PREFIX IMAGE.elf IMAGE.map

PREFIX is the toolchain's, as arm-none-eabi-. The sections and their sizes
come from the image, who brought what from the linker's map; a difference
between the two is an error, not a rounding. Ends with 1 when core has .data
or .bss.
"""

import re
import subprocess
import sys
from collections import defaultdict, namedtuple

# A section of the image: nobits takes no flash.
Section = namedtuple("Section", "name address size nobits")
Region = namedtuple("Region", "name origin length writable")
# What one object brought into one section of the image.
Piece = namedtuple("Piece", "output name address size origin")

PARTS = ("core", "port", "lwIP", "BearSSL", "board", "stacks", "libc, libgcc",
         "alignment")

HEADER = re.compile(r"^\s+\[\s*\d+\]\s+(\.\S+)\s+(\S+)\s+([0-9a-f]+)\s+"
                    r"[0-9a-f]+\s+([0-9a-f]+)\s+[0-9a-f]+\s+([A-Z]*)\s")
OUTPUT = re.compile(r"^(\.\S+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+).*)?$")
INPUT = re.compile(r"^ (\S+)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (.*))?$")
NAME_ALONE = re.compile(r"^ (\.\S+|COMMON)$")
REGION = re.compile(r"^(\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$")


class MapError(Exception):
    """The map and the image do not belong together, or are not understood."""


def parse_sections(listing):
    """Sections that are loaded or reserved, from readelf -SW."""
    for line in listing.splitlines():
        match = HEADER.match(line)
        if match and "A" in match.group(5):
            yield Section(match.group(1), int(match.group(3), 16),
                          int(match.group(4), 16), match.group(2) == "NOBITS")


def parse_regions(text):
    """The memories of the linker script."""
    text = text.split("Memory Configuration", 1)[1]
    text = text.split("Linker script and memory map", 1)[0]
    for line in text.splitlines():
        match = REGION.match(line)
        if match and match.group(1) != "*default*":
            yield Region(match.group(1), int(match.group(2), 16),
                         int(match.group(3), 16), "w" in match.group(4))


def parse_pieces(text):
    output = name = None
    for line in text.split("Linker script and memory map", 1)[1].splitlines():
        match = OUTPUT.match(line)
        if match:
            output, name = match.group(1), None
            continue
        match = NAME_ALONE.match(line)
        if match:
            name = match.group(1)
            continue
        match = INPUT.match(line)
        if not match or not (match.group(1) or name):
            continue
        is_fill = match.group(1) == "*fill*"
        if output and (is_fill or match.group(4)):
            yield Piece(output, match.group(1) or name,
                        int(match.group(2), 16), int(match.group(3), 16),
                        None if is_fill else match.group(4))
        name = None


def clip(pieces):
    """Strings that were merged into others' are still in the map, as long as
    they were: such a piece ends where the next one begins."""
    pieces = list(pieces)
    for piece, behind in zip(pieces, pieces[1:]):
        over = piece.address + piece.size - behind.address
        if re.search(r"\.(?:str|cst)\d", piece.name) and over > 0 \
                and piece.output == behind.output:
            piece = piece._replace(size=max(piece.size - over, 0))
        yield piece
    yield from pieces[-1:]


def part_of(piece):
    if piece.output == ".stacks" or (
            piece.origin and re.match(r"\.(?:bss|noinit)\.\w*stack",
                                      piece.name)):
        return "stacks"
    if piece.origin is None:
        return "alignment"
    for library, part in (("liblwurl.a", "core"), ("libport.a", "port"),
                          ("liblwip.a", "lwIP"), ("libbearssl.a", "BearSSL")):
        if "/" + library + "(" in "/" + piece.origin:
            return part
    if re.search(r"/obj/(?:boards|build/device)/", piece.origin):
        return "board"
    return "libc, libgcc"


class Sizes:
    """Flash and RAM of an image, by part and by object of core."""

    def __init__(self, sections, regions, pieces):
        self.regions = regions
        self.sections = {section.name: section for section in sections
                         if section.size}
        self.flash = defaultdict(int)
        self.ram = defaultdict(int)
        self.core = defaultdict(lambda: [0, 0])
        known = defaultdict(int)
        for piece in pieces:
            if piece.output in self.sections and piece.size:
                known[piece.output] += piece.size
                self.add(self.sections[piece.output], piece)
        for section in self.sections.values():
            if known[section.name] != section.size:
                raise MapError(
                    "%s is %d bytes in the image, and %d by the map: built "
                    "apart?" % (section.name, section.size,
                                known[section.name]))

    def region_of(self, address):
        for region in self.regions:
            if region.origin <= address < region.origin + region.length:
                return region
        raise MapError("0x%x lies in no memory of the linker script" % address)

    def add(self, section, piece):
        in_ram = self.region_of(section.address).writable
        flash = 0 if section.nobits else piece.size
        ram = piece.size if in_ram else 0
        part = part_of(piece)
        self.flash[part] += flash
        self.ram[part] += ram
        if part == "core":
            member = piece.origin.rsplit("(", 1)[1].rstrip(")")
            self.core[member][0] += flash
            self.core[member][1] += ram

    def length(self, writable):
        return sum(region.length for region in self.regions
                   if region.writable == writable)


def print_table(title, rows, last):
    print("%-24s %10s %10s" % (title, "flash", "RAM"))
    for name, flash, ram in rows:
        print("%-24s %10s %10s" % (name, format(flash, ","),
                                   format(ram, ",")))
    print("%-24s %10s %10s\n" % last)


def report(image, sizes):
    flash, ram = sum(sizes.flash.values()), sum(sizes.ram.values())
    print_table(image, [(part, sizes.flash[part], sizes.ram[part])
                        for part in PARTS],
                ("all (bytes)", format(flash, ","), format(ram, ",")))
    print("%s of %s bytes of flash, %s of %s bytes of RAM\n" % tuple(
        format(number, ",") for number in
        (flash, sizes.length(False), ram, sizes.length(True))))
    rows = sorted(((name, row[0], row[1]) for name, row in
                   sizes.core.items()), key=lambda row: (-row[1], row[0]))
    print_table("core by object", rows, (
        "all of core", format(sizes.flash["core"], ","),
        format(sizes.ram["core"], ",")))
    print("core's .data + .bss: %d" % sizes.ram["core"])


def measure(prefix, image, map_path):
    listing = subprocess.run([prefix + "readelf", "-SW", image], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    with open(map_path, encoding="utf-8", errors="replace") as lines:
        text = lines.read()
    return Sizes(parse_sections(listing), list(parse_regions(text)),
                 clip(parse_pieces(text)))


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    prefix, image, map_path = sys.argv[1:]
    try:
        sizes = measure(prefix, image, map_path)
    except MapError as error:
        sys.exit("%s: %s" % (map_path, error))
    report(image, sizes)
    sys.exit(1 if sizes.ram["core"] else 0)


if __name__ == "__main__":
    main()
