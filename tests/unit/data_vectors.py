#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""data: URLs, and what CPython's urllib.request makes of them, as C.

usage: data_vectors.py [--check FILE]

Prints data_vectors.inc; with --check, says whether FILE is what this
interpreter would print, which it should be on Debian 12's /usr/bin/python3.
"""

import random
import sys
import urllib.request

SEED = 2397  # the RFC's number
RANDOM = 400

URLS = [
    # The shape of the URL.
    "data:,", "data:,a", "DATA:,a", "dAtA:,A%20brief%20note", "data:a",
    "data:", "data:;base64", "data://host/path,x", "data:///,x",
    "data:,a,b,,c", "data:,a#b", "data:,a#", "data:,a##", "data:,#",
    "data:#,a", "data:#", "data:,a?b#c%23d", "data:,data:,a",
    # The media type.
    "data:text/html,<p>", "data:text/html;charset=utf-8,x",
    "data:;charset=utf-8,x", "data:TEXT/Plain,x", "data:text/%70lain,x",
    "data:x,y", "data: text/plain,x", "data:text/plain ,x",
    "data:text/plain;a=\"b;c\",x", "data:text/plain;a=\"b,c\",x",
    # Percent-decoding.
    "data:,%41%42%43", "data:,%e4%c4", "data:,%", "data:,%4", "data:,%4g",
    "data:,%%41", "data:,%25%34%31", "data:,a%00b", "data:,%zz%41",
    "data:,a+b", "data:,%2C%2c", "data:,\u00e4\u20ac", "data:,a\tb",
    "data:,a b",
    # Base64: the mark.
    "data:;base64,YWJj", "data:text/plain;base64,YWJj",
    "data:;BASE64,YWJj", "data:; base64,YWJj", "data:;base64 ,YWJj",
    "data:base64,YWJj", "data:;base64;x=y,YWJj", "data:;base64;base64,YWJj",
    "data:x;base64=,YWJj", "data:;%62ase64,YWJj",
    # Base64: padding and strange characters.
    "data:;base64,", "data:;base64,Y", "data:;base64,YW",
    "data:;base64,YW=", "data:;base64,YW==", "data:;base64,YW===",
    "data:;base64,YWI", "data:;base64,YWI=", "data:;base64,YWI==",
    "data:;base64,YWJj=", "data:;base64,YWJj==", "data:;base64,=",
    "data:;base64,====", "data:;base64,=YW==", "data:;base64,Y=W==",
    "data:;base64,Y=W=I=", "data:;base64,YW=I", "data:;base64,YW=I=",
    "data:;base64,YW==YW==", "data:;base64,YW==Y", "data:;base64,YWI=YWI=",
    "data:;base64,YW==%41", "data:;base64,YW%3D%3D", "data:;base64,YW%3d=",
    "data:;base64,Y W J j", "data:;base64,YWJj%0A", "data:;base64,Y%00WJj",
    "data:;base64,Y-W_J.j", "data:;base64,YW=*=", "data:;base64,YW=-=",
    "data:;base64,%", "data:;base64,YWJj%", "data:;base64,%59%57%4A%6A",
    "data:;base64,YQ=", "data:;base64,YR==", "data:;base64,+/+/",
    "data:;base64,-_-_", "data:;base64,AAAA////", "data:;base64,\u00e4YWJj",
    "data:;base64,YWJj#YWJj", "data:;base64,YW==#", "data:;base64,,YWJj",
]

PIECES = (["a", "Z", "9", "+", "/", "=", "=", "==", "%", "%4", "%41", "%3D",
           "%zz", ",", ";", "#", "-", "_", ".", "?", "&", " ", "\u00e9"],
          ["YW", "YWI", "YWJj", "Y", "=", "==", "%3D", "*", " ", "AA", "%59",
           "//", "++", "zzzz"])
TYPES = ["", "text/plain", "a/b;c=d", ";x", "image/png;base64", ";base64",
         ";base64 ", ";Base64", "x"]


def random_url(dice):
    pieces = dice.choice(PIECES)
    data = "".join(dice.choice(pieces) for _ in range(dice.randint(0, 12)))
    comma = "," if dice.randint(0, 30) else ""
    return "data:" + dice.choice(TYPES) + comma + data


def ask(url):
    """(type, body), or None where CPython refuses it."""
    try:
        response = urllib.request.urlopen(url)
    except ValueError:
        return None
    assert response.status is None
    assert response.geturl() == url[:len(url) - url.endswith("#")]
    body = response.read()
    assert response.headers["Content-length"] == str(len(body))
    # Blanks around a field's value are not part of it (RFC 9110 5.5).
    return response.headers["Content-type"].strip(" \t"), body


def quote(data):
    """A C string, in lines."""
    text = ""
    for byte in data:
        char = chr(byte)
        if char in "\"\\?":
            text += "\\" + char
        elif 0x20 <= byte < 0x7f:
            text += char
        else:
            text += "\\%03o" % byte
    lines = []
    while len(text) > 60:
        at = 60
        while "\\" in text[at - 3:at]:
            at -= 1
        lines.append(text[:at])
        text = text[at:]
    return "\n     ".join('"%s"' % line for line in lines + [text])


def vectors():
    dice = random.Random(SEED)
    urls = URLS + [random_url(dice) for _ in range(RANDOM)]
    # urllib takes blanks off both ends of every URL, the core does not.
    for url in dict.fromkeys(u for u in urls if u == u.strip()):
        answer = ask(url)
        if answer is None:
            yield "{BAD(%s)},\n" % quote(url.encode())
        else:
            yield "{GOOD(%s,\n      %s,\n      %s)},\n" % (
                quote(url.encode()), quote(answer[0].encode()),
                quote(answer[1]))


def generate():
    return ("/* SPDX-License-Identifier: MIT */\n"
            "/* Made by data_vectors.py: URL, type, body. */\n"
            + "".join(vectors()))


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
