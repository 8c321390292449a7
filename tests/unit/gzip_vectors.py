#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes coded bodies for test_gzip.c, made by CPython's zlib.

usage: gzip_vectors.py FILE

Each record is a line "NAME CODING WINDOW ERROR DETAIL CODED_N PLAIN_N", the
coded bytes, the plain ones, and a line end. WINDOW is the bytes of window to
decode it with. ERROR is ok, broken (Content-Encoding), incomplete, room or
expansion (of a cap of CAP bytes). The plain bytes of a bad one are those that
may come before the error.
"""

import random
import struct
import sys
import zlib

ANY = 32768
CAP = 5000
DATA_ERROR = -3
RAW, ZLIB, GZIP = -1, 0, 16

STRATEGIES = {"filtered": zlib.Z_FILTERED, "huffman": zlib.Z_HUFFMAN_ONLY,
              "rle": zlib.Z_RLE, "fixed": zlib.Z_FIXED}


def prose(n):
    """Words that come again, near and far."""
    pick = random.Random(n)
    words = ["%x" % pick.randrange(1 << 24) for _ in range(900)]
    text = ""
    while len(text) < n:
        text += pick.choice(words) + " "
    return text[:n].encode()


def noise(n):
    return random.Random(n).randbytes(n)


def deflate(plain, wrap, level=6, bits=15, strategy=zlib.Z_DEFAULT_STRATEGY):
    wbits = -bits if wrap == RAW else bits + wrap
    z = zlib.compressobj(level, zlib.DEFLATED, wbits, 8, strategy)
    return z.compress(plain) + z.flush()


def flushed(plain, wrap, mode):
    """Several blocks, empty ones among them."""
    z = zlib.compressobj(6, zlib.DEFLATED, -15 if wrap == RAW else 15 + wrap)
    out = b""
    for at in range(0, len(plain), 37):
        out += z.compress(plain[at:at + 37]) + z.flush(mode)
    return out + z.flush()


def member(plain, flags=0, extra=b"", name=b"", comment=b"", check=0,
           method=8, magic=b"\x1f\x8b", crc=0, size=0):
    """A member of gzip (RFC 1952 2.3); check, crc and size are differences
    from what is right."""
    head = magic + struct.pack("<BBIBB", method, flags, 0, 0, 255)
    if flags & 4:
        head += struct.pack("<H", len(extra)) + extra
    if flags & 8:
        head += name + b"\0"
    if flags & 16:
        head += comment + b"\0"
    if flags & 2:
        head += struct.pack("<H", zlib.crc32(head) + check & 0xffff)
    return head + deflate(plain, RAW) + struct.pack(
        "<II", zlib.crc32(plain) + crc & 0xffffffff,
        len(plain) + size & 0xffffffff)


def frame(plain, cmf=0x78, flags=0, check=0):
    """A frame of zlib (RFC 1950 2.2)."""
    head = (cmf << 8) + flags
    head += 31 - head % 31
    return struct.pack(">H", head) + deflate(plain, RAW) + struct.pack(
        ">I", zlib.adler32(plain) + check & 0xffffffff)


def good_ones():
    """(name, coding, window, coded, plain) that are decoded."""
    wraps = {"gzip": ("gzip", GZIP), "zlib": ("deflate", ZLIB),
             "raw": ("deflate", RAW)}
    bodies = {"prose": prose(5000), "long": prose(60000), "noise": noise(3000),
              "zeros": bytes(9000), "short": b"{\"door\":\"open\"}\n",
              "byte": b"x", "empty": b""}
    for wrap, (coding, number) in wraps.items():
        for name, plain in bodies.items():
            yield "%s-%s" % (wrap, name), coding, ANY, deflate(
                plain, number), plain
        for level in range(10):
            yield "%s-level-%d" % (wrap, level), coding, ANY, deflate(
                bodies["prose"], number, level), bodies["prose"]
        for name, strategy in STRATEGIES.items():
            yield "%s-%s" % (wrap, name), coding, ANY, deflate(
                bodies["prose"], number, strategy=strategy), bodies["prose"]
        for bits in range(9, 16):
            yield "%s-window-%d" % (wrap, 1 << bits), coding, 1 << bits, \
                deflate(bodies["long"], number, bits=bits), bodies["long"]
        for name, mode in (("sync", zlib.Z_SYNC_FLUSH),
                           ("full", zlib.Z_FULL_FLUSH),
                           ("partial", zlib.Z_PARTIAL_FLUSH)):
            yield "%s-flush-%s" % (wrap, name), coding, ANY, flushed(
                bodies["prose"][:600], number, mode), bodies["prose"][:600]
        # A body that is no longer than the window needs no larger one.
        yield "%s-fits-4096" % wrap, coding, 4096, deflate(
            bodies["long"][:4096], number), bodies["long"][:4096]


def good_frames():
    text = prose(700)
    one = member(text)
    yield "name", "gzip", ANY, member(text, 8, name=b"a.txt"), text
    yield "long-name", "gzip", ANY, member(text, 8, name=b"n" * 9000), text
    yield "comment", "x-gzip", ANY, member(text, 16, comment=b"c" * 300), text
    yield "extra", "gzip", ANY, member(text, 4, extra=b"e" * 65535), text
    yield "extra-empty", "gzip", ANY, member(text, 4), text
    yield "head-crc", "gzip", ANY, member(text, 2), text
    yield "all-fields", "gzip", ANY, member(
        text, 31, b"extra", b"name", b"comment"), text
    yield "two-members", "gzip", ANY, one + member(b"more"), text + b"more"
    yield "empty-members", "gzip", ANY, \
        member(b"") * 3 + one + member(b"") * 2, text
    yield "zeros-behind", "gzip", ANY, one + bytes(700), text
    yield "zeros-between", "gzip", ANY, one + bytes(3) + one, text * 2
    yield "nothing", "gzip", ANY, b"", b""
    yield "nothing-deflate", "deflate", ANY, b"", b""
    yield "smaller-claim", "deflate", 256, frame(text[:200], 0x08), text[:200]
    yield "larger-claim", "deflate", 256, frame(text[:200], 0x78), text[:200]
    yield "odd-window", "deflate", 511, frame(text[:256], 0x78), text[:256]
    yield "cap", "gzip", ANY, member(prose(CAP)), prose(CAP)
    yield "cap-and-empty", "gzip", ANY, member(prose(CAP)) + member(b""), \
        prose(CAP)


def bad_ones():
    """(name, coding, window, error, detail, coded, plain)"""
    text = prose(700)
    one = member(text)
    broken = ("broken", DATA_ERROR)
    for name, coded, plain in (
            ("magic", member(text, magic=b"\x1f\x8a"), b""),
            ("zlib-as-gzip", frame(text), b""),
            ("method", member(text, method=7), b""),
            ("reserved-flag", member(text, 0x20), b""),
            ("bad-head-crc", member(text, 2, check=1), b""),
            ("bad-crc", member(text, crc=1), text),
            ("bad-size", member(text, size=1), text),
            ("garbage-behind", one + b"garbage", text),
            ("garbage-behind-zeros", one + bytes(300) + b"g", text),
            ("bad-second", one + member(b"more", crc=1), text + b"more"),
            ("block-type", member(b"")[:10] + b"\x07", b""),
            ("html", b"<html>this is no gzip</html>", b"")):
        yield name, "gzip", ANY, *broken, coded, plain
    yield "gzip-as-deflate", "deflate", ANY, *broken, one, b""
    yield "bad-adler", "deflate", ANY, *broken, frame(text, check=1), text
    yield "claim-beyond", "deflate", ANY, *broken, frame(text, 0x88), b""
    yield "dictionary", "deflate", ANY, *broken, \
        frame(text, flags=0x20), b""
    yield "zlib-garbage", "deflate", ANY, *broken, frame(text) + b"g", text
    yield "raw-garbage", "deflate", ANY, *broken, deflate(text, RAW) + b"g", \
        text
    # A match of 4 bytes that lie before the first one.
    yield "before-start", "deflate", ANY, *broken, b"\x03\x01\x00", b""
    far = noise(5000)
    far += far
    for coding, wrap in (("gzip", GZIP), ("deflate", RAW), ("deflate", ZLIB)):
        coded = deflate(far, wrap, 9)
        yield "too-far-%s%d" % (coding, wrap), coding, 4096, "room", ANY, \
            coded, far
    yield "too-far-claimed", "deflate", 4096, "room", 8192, deflate(
        far, ZLIB, 9, bits=13), far
    yield "expands", "gzip", ANY, "expansion", CAP, member(prose(CAP + 1)), \
        prose(CAP + 1)[:CAP]
    yield "bomb", "gzip", ANY, "expansion", CAP, member(bytes(5000000)), \
        bytes(CAP)
    yield "second-expands", "gzip", ANY, "expansion", CAP, \
        member(prose(CAP)) + member(b"x"), prose(CAP)
    for name, coding, coded in (("gzip", "gzip", member(text[:60], 31, b"e",
                                                        b"n", b"c")),
                                ("zlib", "deflate", frame(text[:60])),
                                ("raw", "deflate", deflate(text[:60], RAW))):
        for n in range(1, len(coded)):
            yield "cut-%s-%d" % (name, n), coding, ANY, "incomplete", 0, \
                coded[:n], text[:60]


def records():
    for name, coding, window, coded, plain in [*good_ones(), *good_frames()]:
        yield name, coding, window, "ok", 0, coded, plain
    yield from bad_ones()


def main():
    with open(sys.argv[1], "wb") as out:
        for *words, coded, plain in records():
            line = " ".join(str(w) for w in [*words, len(coded), len(plain)])
            out.write(line.encode() + b"\n" + coded + plain + b"\n")


if __name__ == "__main__":
    main()
