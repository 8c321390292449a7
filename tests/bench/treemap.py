# SPDX-License-Identifier: MIT
"""Rectangles whose areas are given numbers, as square as they go: rows along
the shorter side, each taken as long as that makes its worst one better (the
squarified treemap of Bruls, Huizing and van Wijk, 2000)."""

from collections import namedtuple

Box = namedtuple("Box", "x y width height")


def worst(row, side):
    """The largest ratio of sides in a row of areas along a side."""
    total = sum(row)
    return max(max(side * side * area / total ** 2,
                   total ** 2 / (side * side * area)) for area in row)


def place(row, box):
    """The boxes of a row of areas along the shorter side, and what is left."""
    total = sum(row)
    boxes, along = [], 0.0
    if box.width >= box.height:
        depth = total / box.height
        for area in row:
            boxes.append(Box(box.x, box.y + along, depth, area / depth))
            along += area / depth
        return boxes, Box(box.x + depth, box.y, box.width - depth, box.height)
    depth = total / box.width
    for area in row:
        boxes.append(Box(box.x + along, box.y, area / depth, depth))
        along += area / depth
    return boxes, Box(box.x, box.y + depth, box.width, box.height - depth)


def layout(sizes, box):
    """A box for each size, which are above 0 and fall; together they fill the
    box."""
    scale = box.width * box.height / sum(sizes) if sizes else 0
    boxes, row = [], []
    for area in (size * scale for size in sizes):
        side = min(box.width, box.height)
        if row and worst(row + [area], side) > worst(row, side):
            placed, box = place(row, box)
            boxes += placed
            row = []
        row.append(area)
    if row:
        boxes += place(row, box)[0]
    return boxes
