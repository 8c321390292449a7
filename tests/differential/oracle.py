# SPDX-License-Identifier: MIT
"""What CPython's urllib.parse says, and how to hold an answer against it.

A check_* function gets a text (or several) and the answer of parse.c. It
returns None where both agree, "D19" or "D20" where that deviation of the
table explains the difference, and raises Difference elsewhere.

Texts are str with one character per byte (Latin-1), or anything, as UTF-8.
"""

import ipaddress
import unicodedata
import urllib.parse

OK, ERR_URL = 0, -11
C0_OR_SPACE = "".join(map(chr, range(0x21)))


class Difference(Exception):
    pass


def same(ours, theirs):
    if ours != theirs:
        raise Difference("%r, CPython: %r" % (ours, theirs))


def encode(text):
    """As the bytes that lwurl gets."""
    if text is None or isinstance(text, bytes):
        return text
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def decode(data, like):
    """Back, as the text that `data` came of was encoded."""
    if data is None:
        return None
    wide = any(ord(c) > 0xff for c in like)
    return data.decode("utf-8" if wide else "latin-1")


def has_line_end(url):
    """D19: urlsplit deletes these, lwurl refuses them."""
    return any(c in url.lstrip(C0_OR_SPACE) for c in "\t\r\n")


def without_line_ends(url):
    return "".join(c for c in url if c not in "\t\r\n")


def expands(url):
    """D19: has a character of which NFKC makes others."""
    return unicodedata.normalize("NFKC", url) != url


# ----------------------------------------------------------------------- URLs


def lower_host(host):
    """As urlsplit().hostname; the zone keeps its case."""
    if host is None:
        return None
    name, percent, zone = host.partition("%")
    return name.lower() + percent + zone


def ask_split(url):
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port or 0
    except ValueError:
        port = ERR_URL
    return (parts.scheme, parts.netloc, parts.path, parts.query,
            parts.fragment, parts.username, parts.password, parts.hostname,
            port)


def read_split(url, answer):
    scheme, netloc, path, query, fragment, user, password, host = (
        decode(part, url) for part in answer.texts[:8])
    port = answer.numbers[1] if answer.numbers[0] == OK else answer.numbers[0]
    return ((scheme or "").lower(), netloc or "", path, query or "",
            fragment or "", user, password, lower_host(host), port)


def check_split(url, answer):
    if has_line_end(url):
        same(answer.error, ERR_URL)
        return "D19"
    try:
        theirs = ask_split(url)
    except ValueError as error:
        return check_refusal([url], answer, error)
    same(answer.error, OK)
    same(read_split(url, answer), theirs)
    return None


def check_unsplit(parts, answer):
    """The scheme is written in lower case, as urlsplit would give it."""
    scheme, netloc, path, query, fragment = (part or "" for part in parts)
    theirs = urllib.parse.urlunsplit((scheme.lower(), netloc, path, query,
                                      fragment))
    same(answer.error, OK)
    same(decode(answer.texts[0], "".join(part or "" for part in parts)),
         theirs)
    as_is = urllib.parse.urlunsplit((scheme, netloc, path, query, fragment))
    return None if as_is == theirs else "D19"


def is_good(url):
    try:
        urllib.parse.urlsplit(url)
    except ValueError:
        return False
    return True


def check_refusal(urls, answer, error):
    """CPython said ValueError to one of the URLs; NFKC is the only reason
    that does not count here."""
    plain = ["".join("w" if expands(c) else c for c in url) for url in urls]
    if "NFKC" in str(error) and all(map(is_good, plain)):
        same(answer.error, OK)
        return "D19"
    same(answer.error, ERR_URL)
    return None


def check_join(pair, answer):
    base, ref = pair
    if base and ref and any(map(has_line_end, pair)):
        same(answer.error, ERR_URL)
        return "D19"
    try:
        theirs = urllib.parse.urljoin(base, ref)
    except ValueError as error:
        return check_refusal(pair, answer, error)
    same(answer.error, OK)
    same(decode(answer.texts[0], base + ref), theirs)
    return None


def check_defrag(url, answer):
    if "#" in url and has_line_end(url):
        same(answer.error, ERR_URL)
        return "D19"
    try:
        theirs = urllib.parse.urldefrag(url)
    except ValueError as error:
        return check_refusal([url], answer, error)
    same(answer.error, OK)
    same(tuple(decode(part, url) or "" for part in answer.texts),
         tuple(theirs))
    return None


def check_literal(host, answer):
    try:
        theirs = ipaddress.ip_address(host).version
    except ValueError:
        theirs = 0
    same(answer.error, theirs)


def check_unwrap(text, answer):
    """Blanks are ASCII's (D20): NEL and NBSP of Latin-1 are letters here."""
    letters = text.translate({0x85: 0x100, 0xa0: 0x101})
    ours = decode(answer.texts[0], text)
    same(ours.translate({0x85: 0x100, 0xa0: 0x101}),
         urllib.parse.unwrap(letters))
    return None if ours == urllib.parse.unwrap(text) else "D20"


# --------------------------------------------------------------------- quoting


def check_quote(pair, answer, function=urllib.parse.quote):
    data, safe = pair
    same((answer.error, answer.texts[0]),
         (OK, function(data, safe).encode("ascii")))


def check_quote_plus(pair, answer):
    check_quote(pair, answer, urllib.parse.quote_plus)


def check_unquote(text, answer):
    """The same bytes; D20 where CPython has no character for them."""
    same((answer.error, answer.texts[0]),
         (OK, urllib.parse.unquote_to_bytes(encode(text))))
    return explain_text(answer.texts[0], text, urllib.parse.unquote(text))


def check_unquote_plus(text, answer):
    spaced = text.replace("+", " ")
    same((answer.error, answer.texts[0]),
         (OK, urllib.parse.unquote_to_bytes(encode(spaced))))
    return explain_text(answer.texts[0], text, urllib.parse.unquote_plus(text))


def explain_text(ours, text, theirs):
    """`ours` are bytes that `text` stands for, `theirs` is a text."""
    if not text.isascii():
        return None  # compared as bytes; CPython never mixes the two
    if ours.decode("utf-8", "replace") != theirs:
        raise Difference("%r, CPython: %r" % (ours, theirs))
    return "D20" if "\ufffd" in theirs else None


def check_urlencode(pairs, answer):
    same((answer.error, answer.texts[0]),
         (OK, urllib.parse.urlencode(pairs).encode("ascii")))


def check_qsl(pair, answer):
    """As Latin-1, that is, byte by byte; then as the text of CPython."""
    query, keep = pair
    theirs = urllib.parse.parse_qsl(query, keep, encoding="latin-1")
    texts = [text.decode("latin-1") for text in answer.texts]
    same(list(zip(texts[::2], texts[1::2])), theirs)
    if not query.isascii():
        return None
    as_text = urllib.parse.parse_qsl(query, keep)
    same([text.decode("utf-8", "replace") for text in answer.texts],
         [text for pair in as_text for text in pair])
    return "D20" if "\ufffd" in "".join(map("".join, as_text)) else None
