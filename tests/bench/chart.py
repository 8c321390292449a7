# SPDX-License-Identifier: MIT
"""How the charts of this project look: one style, and SVG files that are the
same bytes for the same figures (text stays text, no dates, fixed ids).

    fig, ax = chart.figure(7.2, 2.6)
    ax.plot(...)
    chart.save(fig, "build/some.svg")

Needs python3-matplotlib (`make packages-chart`), which no test needs.
"""

import io
import os

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.fonttype": "none",
    "svg.hashsalt": "lwurl",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana"],
    "font.size": 9,
    "figure.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "axes.labelcolor": "#333333",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "legend.frameon": False,
    "path.simplify": True,
})

from matplotlib import pyplot  # noqa: E402

# Told apart by people who see few colours, and in grey (Okabe and Ito).
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9",
    "#f0e442", "#999999")
COLOURS = BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY

MOST = 60_000  # bytes: they are committed


def figure(width, height, rows=1, columns=1, **more):
    """Inches; 7.2 is as wide as the README shows it without scaling."""
    fig, axes = pyplot.subplots(rows, columns, figsize=(width, height),
                                layout="constrained", **more)
    return fig, axes


def save(fig, path):
    folder = os.path.dirname(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    drawn = io.StringIO()
    fig.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(fig)
    text = "".join(line.rstrip() + "\n"
                   for line in drawn.getvalue().splitlines())
    if len(text) > MOST:
        raise ValueError("%s has %d bytes, more than %d: draw fewer points"
                         % (path, len(text), MOST))
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
