#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""All of `make bench`: tables, and a chart of them.

usage: bench.py [--svg PATH] [--into FOLDER] BENCH-PARSER BENCH-PARSER.elf
                BENCH-WIRE LWURL BENCH-GET

With --into each table is in a file of its own there, too, for the README.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bench_get     # noqa: E402
import bench_parser  # noqa: E402
import bench_wire    # noqa: E402

TITLES = {
    "parser-pc": "Parsers of responses on x86-64, above the copy",
    "parser": "Parsers of responses on a Cortex-M3, above the copy",
    "wire": "lwurl_read() of 1,460 bytes beside loops without HTTP, x86-64",
    "get": "A GET from nginx as a process, x86-64",
    "speed": "The same by the clock",
}


def text_of(rows):
    """In columns, at least two blanks apart."""
    rows = [list(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    return "".join("  ".join(
        [row[0].ljust(widths[0])]
        + [cell.rjust(n) for cell, n in zip(row[1:], widths[1:])]
    ).rstrip() + "\n" for row in rows)


def draw_heads(ax, board):
    import chart
    colours = chart.BLUE, chart.SKY, chart.GREY, chart.YELLOW
    for i, name in enumerate(bench_parser.PARSERS):
        values = [board["head", piece, name]
                  for piece, _ in bench_parser.PIECES]
        ax.bar([x + (i - 1.5) * 0.2 for x in range(len(values))], values, 0.2,
               color=colours[i], label=name)
    ax.set_xticks(range(len(bench_parser.PIECES)),
                  [text for _, text in bench_parser.PIECES])
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel("bytes of a piece")
    ax.set_ylabel("instructions a byte, Cortex-M3")
    ax.set_title("A head of 30 fields, by parser")
    ax.legend(fontsize=7, loc="upper left", ncols=2)
    ax.set_ylim(0, 30)
    ax.grid(True, axis="y")


def draw_whole(ax, whole):
    import chart
    decades = 0.1, 1, 10, 100, 1000
    for at, (name, (small, _)) in enumerate(whole.items()):
        ax.barh(-at, small / 1e6, 0.7, color=chart.BLUE if "lwurl" in name
                else chart.GREY)
        ax.text(small / 1e6 * 1.15, -at, bench_get.million(small),
                va="center")
    ax.set_xscale("log")
    ax.set_xlim(0.1, 1500)
    ax.set_xticks(decades, decades)
    ax.minorticks_off()
    ax.set_yticks([-at for at in range(len(whole))], list(whole))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("million instructions, x86-64")
    ax.set_title("A GET of 400 bytes as a process")
    ax.grid(True, axis="x")


def draw(parser, whole, path):
    import chart
    fig, axes = chart.figure(7.2, 2.9, columns=2)
    draw_heads(axes[0], parser[bench_parser.MACHINES[1]])
    draw_whole(axes[1], whole)
    chart.save(fig, path)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--svg", metavar="PATH")
    options.add_argument("--into", metavar="FOLDER")
    for name in ("parser", "image", "wire", "lwurl", "get"):
        options.add_argument(name)
    given = options.parse_args()
    parser = bench_parser.measured(given.parser, given.image)
    pc, board = bench_parser.MACHINES
    whole, fast = bench_get.measured(given.lwurl, given.get)
    tables = {
        "parser-pc": bench_parser.table(parser[pc], {}),
        "parser": list(bench_parser.table(parser[board], bench_parser.GOALS))
        + [bench_parser.flash_row(bench_parser.flash(given.image))],
        "wire": bench_wire.table(bench_wire.measured(given.wire)),
        "get": bench_get.table(whole),
        "speed": bench_get.speed_table(fast),
    }
    for name, rows in tables.items():
        text = text_of(rows)
        print("%s\n\n%s" % (TITLES[name], text))
        if given.into:
            with open(os.path.join(given.into, "bench-%s.txt" % name), "w",
                      encoding="utf-8") as out:
                out.write(text)
    if given.svg:
        draw(parser, whole, given.svg)


if __name__ == "__main__":
    main()
