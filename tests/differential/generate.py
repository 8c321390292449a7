# SPDX-License-Identifier: MIT
"""URLs, references, query strings and texts to compare parsers with.

Everything comes from the random.Random that is given: a seed is a corpus.
Most texts are almost right, because that is where two parsers part.
"""

SCHEMES = ["http", "https", "ftp", "file", "HTTP", "hTTps", "mailto", "data",
           "x", "urn", "svn+ssh", "ws", "sip", "tel", "rtsp", "a.b-c+1",
           "1http", "h\u00e9", "ht tp", "", "javascript", "gopher", "news"]
HOSTS = ["h", "example.com", "EXAMPLE.Com", "a.b.c.", "192.0.2.1", "", "h h",
         "[::1]", "[fe80::1%eth0]", "[FE80::A%En0]", "[v1.x:y]", "[vF.a]",
         "[v.x]", "[1.2.3.4]", "[::1", "::1]", "[]", "[::g]", "a[::1]",
         "[::1]a", "[1:2:3:4:5:6:7:8]", "[::ffff:192.0.2.1]", "%41", "h%",
         "\u00e9.example", "\u00c9", "a_b", "a@", "..", "[::1]]", "[[::1]"]
PORTS = ["", ":", ":80", ":0", ":0080", ":65535", ":65536", ":x", ":-1",
         ":8:0", ":+1", ": 80", ":8\u00b2", ":99999999999999999999999", ":1_0"]
USERS = ["", "", "", "@", "u@", "u:p@", ":@", ":p@", "u:@", "u:p:q@", "a@b@",
         "u%3a:p%40@", "[u]@", "u/@", "\u00e9:\u00df@"]
SEGMENTS = ["", ".", "..", "a", "b;c", ";", ";x=1", "a;b;c", "...", "%2e",
            "%2E%2e", "a b", "\u00e9", "g:h", ":", "@", "index.html", "a%20b",
            "..a", "a..", "*", "~u", "[", "]", "|", "\\", "\"", "%", "+"]
QUERIES = ["", "?", "?q", "?a=1&b=2", "?/../x", "??", "?q;p", "?a?b", "?:@/",
           "?\u00e9=\u00fc", "?#", "?[", "?%zz"]
FRAGMENTS = ["", "", "#", "#f", "#f#g", "#/../x?y", "#;", "#\u00e9", "#]"]
BLANKS = ["\t", "\n", "\r", " ", "\x00", "\x1f", "\x0b", "\x0c", "\x1c",
          "\x7f", "\x85", "\xa0"]
ALPHABET = list("abzAZ019/?#[]@:;.&=+%-_~!$'()*,<>\"\\^`{|} ") + BLANKS + [
    "//", "..", "%41", "%e9", "%C3%A9", "%4", "%zz", "://", "http:", "\u00e9",
    "\u00ff", "\u0080"]
# Outside of Latin-1, and some that NFKC makes "/", "?", "#", "@" or ":" of.
WIDE = ["\u20ac", "\u2100", "\uff1a", "\uff20", "\uff1f", "\u0130", "\u1e9e",
        "\U0001f600", "e\u0301"]


def text(dice, most=12):
    return "".join(dice.choice(ALPHABET)
                   for _ in range(dice.randint(0, most)))


def path(dice, most=5):
    segments = [dice.choice(SEGMENTS) for _ in range(dice.randint(0, most))]
    return dice.choice(["", "/", "/", "//"]) + "/".join(segments)


def tail(dice):
    return dice.choice(QUERIES) + dice.choice(FRAGMENTS)


def netloc(dice):
    return dice.choice(USERS) + dice.choice(HOSTS) + dice.choice(PORTS)


def whole(dice):
    return (dice.choice(SCHEMES) + dice.choice([":", ":", ":", ""])
            + dice.choice(["//", "//", "//", "/", ""]) + netloc(dice)
            + path(dice) + tail(dice))


def plain(dice):
    """A base as it should be."""
    return (dice.choice(["http", "https", "ftp", "file", "x", "sip"]) + "://"
            + dice.choice(["h", "u:p@h:81", "[::1]", ""])
            + "/" + path(dice).lstrip("/") + tail(dice))


def mutated(dice, url):
    """With one character more, less, or another."""
    at = dice.randint(0, len(url))
    return url[:at] + dice.choice(["", dice.choice(ALPHABET)]) \
        + url[at + dice.randint(0, 1):]


def url(dice):
    kind = dice.randint(0, 9)
    if kind < 4:
        return whole(dice)
    if kind < 6:
        return plain(dice)
    if kind < 8:
        return mutated(dice, plain(dice))
    if kind < 9:
        return path(dice) + tail(dice)
    return text(dice)


def wide_url(dice):
    """One that has to be encoded as UTF-8."""
    start = url(dice)
    at = dice.randint(0, len(start))
    return start[:at] + dice.choice(WIDE) + start[at:]


def reference(dice):
    kind = dice.randint(0, 9)
    if kind < 6:
        return path(dice) + tail(dice)
    if kind < 7:
        return "//" + netloc(dice) + path(dice) + tail(dice)
    return url(dice)


def query(dice):
    pieces = ["a", "b", "=", "=", "&", "&", ";", "+", "%20", "%", "%26", "%3d",
              "%e9", "%C3%A9", "\u00e9", "1", " ", "&&", "==", "\x00", "%00"]
    return "".join(dice.choice(pieces) for _ in range(dice.randint(0, 14)))


def some_bytes(dice, most=10):
    return bytes(dice.choice([dice.randint(0, 255), dice.randint(32, 126), 32])
                 for _ in range(dice.randint(0, most)))


def wrapped(dice):
    blanks = ["", "", " ", "\t", "\n ", "\r\n", "\x0b", "\x0c", "\x1c", "\x1f",
              "\x00"]
    opening = dice.choice(["", "<", "<", "<<", "URL:", "<URL:", "< URL:",
                           "<url:", "URL:<", "<URL:URL:"])
    closing = dice.choice(["", ">", ">", ">>", " >", "<"])
    return (dice.choice(blanks) + opening + dice.choice(blanks)
            + dice.choice(["", plain(dice), text(dice, 3)])
            + dice.choice(blanks) + closing + dice.choice(blanks))


def literal(dice):
    """Something like an IPv4 or IPv6 address."""
    groups = ["0", "1", "ff", "0db8", "ffff", "12345", "g", "", "", ":", "%a",
              "1.2.3.4", "%", "192.0.2.256", "01", "255", "1.2.3", "00"]
    joint = dice.choice([":", ":", ":", "."])
    word = joint.join(dice.choice(groups) for _ in range(dice.randint(1, 9)))
    return dice.choice(["", "", "::"]) + word
