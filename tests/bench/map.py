#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws what an image takes of flash and RAM: a treemap, from the linker's map.

usage: map.py PREFIX IMAGE.elf IMAGE.map TITLE PICTURE.svg
"""

import os
import re
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../check")]

import size     # noqa: E402
import treemap  # noqa: E402

WIDTH = 7.2 * 72            # points
HEIGHTS = 3.0 * 72, 1.9 * 72
LEAST = 0.004               # of the whole: smaller ones are gathered
LETTER = 0.6                # width of one, of its height
LARGEST, SMALLEST = 7.5, 4.5


def object_of(piece):
    """engine of liblwurl.a(engine.o), tls of obj/boards/y/tls.o."""
    name = re.sub(r"^.*[/(]|\)$", "", piece.origin)
    return os.path.splitext(name)[0]


def variable_of(piece):
    """record of .bss.record; its object where sections have no names. lwIP's
    pools go by their own names."""
    match = re.match(r"\.(?:bss|data|noinit)\.(?:memp_memory_(\w+)_base|(\w+))",
                     piece.name)
    return match[1] or match[2] if match else object_of(piece)


def contents(sizes, pieces):
    """Bytes of flash by part and object, of RAM by part and variable."""
    flash = defaultdict(lambda: defaultdict(int))
    ram = defaultdict(lambda: defaultdict(int))
    for piece in pieces:
        section = sizes.sections.get(piece.output)
        if section is None or piece.size == 0:
            continue
        part, alone = size.part_of(piece), piece.origin is None
        if not section.nobits:
            flash[part][part if alone else object_of(piece)] += piece.size
        if sizes.region_of(section.address).writable:
            ram[part][part if alone else variable_of(piece)] += piece.size
    return flash, ram


def gathered(items, least):
    """Falling pairs (name, bytes); those below `least` together."""
    pairs = sorted(items.items(), key=lambda pair: (-pair[1], pair[0]))
    large = [pair for pair in pairs if pair[1] >= least]
    small = pairs[len(large):]
    if len(small) > 1:
        large.append(("%d others" % len(small),
                      sum(number for _, number in small)))
        large.sort(key=lambda pair: (-pair[1], pair[0]))
    else:
        large += small
    return large


def lines_of(name, width):
    """The name, in several lines where it is too long for one."""
    parts = name.split("_")
    if len(name) * LETTER * SMALLEST <= width:
        return [name]
    return [part + "_" for part in parts[:-1]] + parts[-1:]


def write(ax, box, name, number):
    """The name and the bytes, as far as there is room for them."""
    lines = lines_of(name, box.width - 3)
    height = min(LARGEST, (box.width - 3) / (LETTER * max(map(len, lines))))
    room = (box.height - 2) / (1.2 * height)
    if height < SMALLEST or room < len(lines):
        return
    if room >= len(lines) + 1:
        lines.append(format(number, ","))
    ax.text(box.x + box.width / 2, box.y + box.height / 2, "\n".join(lines),
            ha="center", va="center", fontsize=round(height, 1),
            linespacing=1.1)


def panel(ax, parts, title, height):
    """One memory; a part is a colour, and its name and bytes the legend."""
    from matplotlib.patches import Patch, Rectangle
    import chart
    whole = sum(sum(items.values()) for items in parts.values())
    order = sorted(parts, key=lambda part: -sum(parts[part].values()))
    boxes = treemap.layout([sum(parts[part].values()) for part in order],
                           treemap.Box(0, 0, WIDTH, height))
    legend = []
    for part, around in zip(order, boxes):
        colour = chart.COLOURS[size.PARTS.index(part)]
        items = gathered(parts[part], LEAST * whole)
        legend.append(Patch(color=colour, alpha=0.55, label="%s %s" % (
            part, format(sum(parts[part].values()), ","))))
        for (name, number), box in zip(items, treemap.layout(
                [number for _, number in items], around)):
            ax.add_patch(Rectangle((box.x, box.y), box.width, box.height,
                                   facecolor=colour, alpha=0.55,
                                   edgecolor="white", linewidth=0.6,
                                   clip_on=False))
            write(ax, box, name, number)
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(height, 0)
    ax.axis("off")
    ax.set_title(title, pad=18)
    ax.legend(handles=legend, loc="lower left", bbox_to_anchor=(-0.01, 1.0),
              ncols=len(legend), fontsize=6.5, handlelength=1, borderpad=0,
              columnspacing=0.9, handletextpad=0.4, borderaxespad=0.3)


def main(prefix, image, map_path, title, picture):
    import chart
    sizes = size.measure(prefix, image, map_path)
    with open(map_path, encoding="utf-8", errors="replace") as lines:
        flash, ram = contents(sizes, size.clip(size.parse_pieces(
            lines.read())))
    fig, axes = chart.figure(7.4, 5.9, rows=2, height_ratios=HEIGHTS)
    for ax, parts, name, height in zip(axes, (flash, ram), ("flash", "RAM"),
                                       HEIGHTS):
        total = sum(sum(items.values()) for items in parts.values())
        panel(ax, parts, "%s: %s bytes of %s" % (
            title, format(total, ","), name), height)
    chart.save(fig, picture)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
