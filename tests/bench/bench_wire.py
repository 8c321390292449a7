# SPDX-License-Identifier: MIT
"""What http and https take of the CPU, beside a loop of lwip_recv() and one of
BearSSL that copies out, at reads of 1,460 bytes: by callgrind, lwIP included."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import callgrind  # noqa: E402

READ_N = 1460
SCHEMES = (("http", "lwip_recv()", "200, or 2 %"), ("https", "BearSSL", "2 %"))
WHENS = (("early", "bytes are there"), ("late", "each read waits"))


def per_read(counted):
    """From labels "SCHEME WHO WHEN READS BYTES" to {(scheme, who, when):
    instructions for 1,460 bytes}."""
    found = {}
    for label, spent in counted.items():
        scheme, who, when, _, n = label.split()
        found[scheme, who, when] = spent * READ_N / int(n)
    return found


def table(found):
    yield ["instructions a read", "bare loop", "lwurl", "a body byte",
           "above the loop", "goal"]
    for scheme, loop, goal in SCHEMES:
        for when, words in WHENS:
            bare = found[scheme, "bare", when]
            own = found[scheme, "lwurl", when]
            yield ["%s beside %s, %s" % (scheme, loop, words),
                   format(round(bare), ","), format(round(own), ","),
                   "%.1f" % (own / READ_N),
                   "%s, %.1f %%" % (format(round(own - bare), ","),
                                    100 * (own - bare) / bare), goal]


def measured(program):
    return per_read(callgrind.parts(program))
