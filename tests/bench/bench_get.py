# SPDX-License-Identifier: MIT
"""A whole GET from nginx on loopback: instructions of the process, by
callgrind, and fetches a second.

The kernel is not counted, where curl and urllib have their TCP; lwurl and
lwIP's http_client have theirs, and libslirp, in the process.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../firmware")]

import callgrind  # noqa: E402
import servers    # noqa: E402

SIZES = (("small", 400), ("large", 65536))
TIMES = 3           # what waits differs by a few polls: the least counts
ROUNDS = 12         # of wall time: the fastest counts
FETCHES = 100       # nginx closes a kept connection after 1,000
PYTHON = "import sys, urllib.request as r; r.urlopen(sys.argv[1]).read()"
SPEEDS = (("lwurl, a connection each", "lwurl"), ("lwurl, kept", "kept"),
          ("lwIP's http_client", "http_client"),
          ("sockets of the system", "sockets"))


def commands(program, get):
    """(name, how to get (port, path, bytes))."""
    def url(port, path):
        return "http://127.0.0.1:%d%s" % (port, path)

    def by(way):
        return lambda port, path, n: [get, way, str(port), path, str(n), "1"]

    return (
        ("lwurl, from C", by("lwurl")),
        ("lwIP's http_client", by("http_client")),
        ("lwurl, the program", lambda port, path, n: [
            program, "-s", "-o", os.devnull, "--loopback-only",
            url(port, path)]),
        ("curl", lambda port, path, n: [
            "curl", "-s", "-o", os.devnull, "-q", "--noproxy", "*",
            url(port, path)]),
        ("urllib.request", lambda port, path, n: [
            "/usr/bin/python3", "-I", "-c", PYTHON, url(port, path)]),
    )


def instructions(port, program, get):
    """{name: [instructions by size]}."""
    return {name: [min(callgrind.whole(*how(port, "/" + path, n))
                       for _ in range(TIMES)) for path, n in SIZES]
            for name, how in commands(program, get)}


def speeds(port, get):
    """{name: [fetches a second by size]}."""
    def seconds(way, path, n):
        return float(subprocess.run(
            [get, way, str(port), "/" + path, str(n), str(FETCHES)],
            check=True, stdout=subprocess.PIPE, text=True).stdout)

    best = {name: [float("inf")] * len(SIZES) for name, _ in SPEEDS}
    for _ in range(ROUNDS):
        for name, way in SPEEDS:
            for i, (path, n) in enumerate(SIZES):
                best[name][i] = min(best[name][i], seconds(way, path, n))
    return {name: [(FETCHES - 1) / s for s in found]
            for name, found in best.items()}


def million(value):
    return "%.2f" % (value / 1e6) if value < 99.5e6 else "%.0f" % (value / 1e6)


def table(counted):
    yield ["million instructions"] + [
        "%s bytes" % format(n, ",") for _, n in SIZES]
    for name, values in counted.items():
        yield [name] + [million(value) for value in values]


def speed_table(found):
    yield ["fetches a second"] + [
        "%s bytes" % format(n, ",") for _, n in SIZES] + ["MB/s"]
    for name, values in found.items():
        yield [name] + [format(round(value), ",") for value in values] \
            + ["%.0f" % (values[-1] * SIZES[-1][1] / 1e6)]


def measured(program, get):
    """What instructions() and speeds() say."""
    files = {path: b"x" * n for path, n in SIZES}
    with servers.Nginx((), files) as nginx:
        return (instructions(nginx.http, program, get),
                speeds(nginx.http, get))
