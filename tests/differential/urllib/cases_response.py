# SPDX-License-Identifier: MIT
"""Responses: 4.7, D5, D9, D11, D16, D22, D23."""

from clients import Case
from servers import OK, answer, always, reply

CASES = []


def case(id, name, script, *urls, **more):
    if isinstance(script, bytes):
        script = always(script)
    elif hasattr(script, "data"):
        script = always(script)
    CASES.append(Case(id, name, script, *urls, **more))


def differs(id, name, data, cpython, here, why, **more):
    case(id, name, data, cpython=["<A> GET / host=<A>"] + cpython,
         here=["<A> GET / host=<A>"] + here, why=why, **more)


def raw(data):
    """A response that ends with its connection."""
    return reply(data, close=True)


GOOD = ["= 200 http://<A>/ b'ok'"]

# ------------------------------------------------------------ 4.7: statuses

for status in (200, 201, 202, 203, 206, 226, 299, 400, 401, 402, 403, 404,
               405, 407, 410, 412, 416, 418, 429, 451, 499, 500, 501, 503,
               599, 600, 999, 300, 305):
    case("4.7", "status %d" % status, answer(status, b"body"))
for status in (204, 304):
    case("4.7", "%d has no body" % status, answer(status, b"", length=False))
    case("4.7", "%d has no body, whatever it says" % status,
         answer(status, b"", "Content-Length: 5", length=False))
for method in ("HEAD",):
    case("4.7", "HEAD has no body", answer(200, b"", "Content-Length: 5",
                                           length=False), method=method)
    case("4.7", "HEAD of what is not there", answer(
        404, b"", "Content-Length: 5", length=False), method=method)
    case("4.7", "HEAD, chunked", answer(
        200, b"", "Transfer-Encoding: chunked", length=False), method=method)
case("4.7", "205", answer(205, b""))

# --------------------------------------------------------- 4.7: status lines

for line in (b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.1 200 A B  C",
             b"HTTP/1.0 200 OK", b"HTTP/1.2 200 OK", b"HTTP/1.9 200 OK",
             b"HTTP/1.1 200 \xe9"):
    case("4.7", "%s" % line, line + b"\r\nContent-Length: 2\r\n\r\nok")
for line in (b"HTTP/2.0 200 OK", b"HTTP/1.1 abc OK", b"HTTP/1.1 20 OK",
             b"HTTP/1.1 2000 OK", b"HTTP/1.1 -20 OK", b"HTTP/1.1 099 OK",
             b"HELLO", b"<html>", b"ICY 200 OK", b"\0\0\0\0"):
    case("4.7", "%s" % line, raw(line + b"\r\nContent-Length: 2\r\n\r\nok"))
differs("4.7", "a blank before the status line",
        raw(b" HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), GOOD,
        ["! bad status line"],
        "a blank before the status line is an error (RFC 9112 4)")
differs("4.7", "HTTP/3", raw(b"HTTP/3 200 OK\r\n\r\n"), ["! bad version"],
        ["! bad status line"], "a version has two digits (RFC 9112 2.3)")
case("4.7", "lines that end in LF",
     b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok")
case("4.7", "folded field",
     b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok")
case("4.7", "field without a value",
     b"HTTP/1.1 200 OK\r\nX:\r\nContent-Length: 2\r\n\r\nok")
case("4.7", "blanks around a value",
     b"HTTP/1.1 200 OK\r\nContent-Length: \t 2 \t\r\n\r\nok")
case("4.7", "names in any case",
     b"HTTP/1.1 200 OK\r\ncONTENT-lENGTH: 2\r\n\r\nok")

# ----------------------------------------------------------------- 4.7: bodies

case("4.7", "to the end of the connection", raw(
    b"HTTP/1.1 200 OK\r\n\r\nall of it"))
case("4.7", "to the end of the connection, HTTP/1.0", raw(
    b"HTTP/1.0 200 OK\r\n\r\nall of it"))
case("4.7", "Connection: close", raw(answer(200, b"ok", "Connection: close")))
case("4.7", "nothing", answer(200, b""))
case("4.7", "100 KB", answer(200, b"0123456789" * 10000))
case("4.7", "bytes after the body", answer(200, b"ok") + b"more")


def chunked(data, **more):
    return answer(200, data, "Transfer-Encoding: chunked", length=False,
                  **more)


for name, data in (
        ("one", b"2\r\nok\r\n0\r\n\r\n"),
        ("many", b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n"),
        ("none", b"0\r\n\r\n"),
        ("extensions", b"2;a=b;c\r\nok\r\n0;x\r\n\r\n"),
        ("trailers", b"2\r\nok\r\n0\r\nX: 1\r\nY: 2\r\n\r\n"),
        ("leading zeros", b"0002\r\nok\r\n000\r\n\r\n"),
        ("capitals", b"A\r\n0123456789\r\n0\r\n\r\n")):
    case("4.7", "chunks: " + name, chunked(data))
case("4.7", "chunks: large", chunked(b"".join(
    b"%x\r\n%s\r\n" % (n, b"x" * n) for n in range(1, 300)) + b"0\r\n\r\n"))
case("4.7", "chunks: Chunked in capitals", answer(
    200, b"2\r\nok\r\n0\r\n\r\n", "Transfer-Encoding: CHUNKED", length=False))
differs("D9", "chunks without their last line", raw(chunked(
    b"2\r\nok\r\n0\r\n")), GOOD, ["! incomplete"],
        "the end belongs to the body (RFC 9112 7.1)")
differs("D9", "a chunk that is cut", raw(chunked(b"5\r\nok")),
        ["! incomplete"], ["! incomplete 3"], "with the bytes missing")
case("4.7", "chunks: cut between", raw(chunked(b"2\r\nok\r\n")))
case("4.7", "length: cut", raw(answer(200, b"ok", "Content-Length: 7",
                                      length=False)))
case("4.7", "chunked and a length", raw(
    answer(200, b"2\r\nok\r\n0\r\n\r\n", "Content-Length: 3",
           "Transfer-Encoding: chunked", length=False)))
case("4.7", "100 first", b"HTTP/1.1 100 Continue\r\n\r\n" + OK)
case("4.7", "100 three times", 3 * b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n"
     + OK)
case("4.7", "byte by byte", reply(
    answer(200, b"ok", "X: 1"), pause=0.001, piece=1))

# ----------------------------------------------------------------- D5: framing

TWO = b"2\r\nok\r\n"
END = b"0\r\n\r\n"
for name, lines, cpython, here in (
        ("negative length", ["Content-Length: -2"], GOOD, "bad length"),
        ("length that is no number", ["Content-Length: 2x"], GOOD,
         "bad length"),
        ("length with a sign", ["Content-Length: +2"], GOOD, "bad length"),
        ("empty length", ["Content-Length:"], GOOD, "bad length"),
        ("two lengths that differ", ["Content-Length: 2",
                                     "Content-Length: 3"], GOOD,
         "bad length"),
        ("unknown coding", ["Transfer-Encoding: gzip"], GOOD, "bad coding"),
        ("two codings", ["Transfer-Encoding: gzip, chunked"], GOOD,
         "bad coding")):
    differs("D5", name, raw(answer(200, b"ok", *lines, length=False)),
            cpython, ["! " + here], "an error, not to the end of the "
            "connection")
case("4.7", "two lengths that agree", answer(
    200, b"ok", "Content-Length: 2", "Content-Length: 2", length=False))
for name, data, cpython, here in (
        ("chunk size with 0x", b"0x2\r\nok\r\n" + END, GOOD, "bad chunk"),
        ("chunk size with _", b"0_2\r\nok\r\n" + END, GOOD, "bad chunk"),
        ("chunk size with +", b"+2\r\nok\r\n" + END, GOOD, "bad chunk"),
        ("no line end behind a chunk", b"2\r\nokXX" + END, GOOD,
         "bad chunk")):
    differs("D5", name, chunked(data), cpython, ["! " + here],
            "an error (RFC 9112 7.1)")
for name, size in (("that is no number", b"zz"), ("that is empty", b"")):
    differs("D5", "chunk size " + name, chunked(size + b"\r\nok\r\n" + END),
            ["! incomplete"], ["! bad chunk"], "an error of its own")
case("D5", "chunked beside a length", always(answer(
    200, TWO + END, "Content-Length: 3", "Transfer-Encoding: chunked",
    length=False)), "http://<A>/1", "http://<A>/2", show=("default",),
     cpython=["<A> GET /%d accept-encoding=identity connection=close host=<A> "
              "user-agent=Python-urllib/x.y" % n for n in (1, 2)]
     + ["= 200 http://<A>/%d b'ok'" % n for n in (1, 2)],
     here=["<A> GET /%d accept-encoding=identity host=<A> "
           "user-agent=lwurl/x.y" % n for n in (1, 2)]
     + ["= 200 http://<A>/%d b'ok'" % n for n in (1, 2)],
     why="chunked wins in both; here that closes the connection, as CPython "
         "always does")

# ------------------------------------------------------------- D9: short bodies


def read_in_pieces(opener, url, case):
    response = opener.open(url, timeout=case.timeout)
    body = b"".join(iter(lambda: response.read(4), b""))
    return "= %03d %s %r" % (response.status, response.geturl(), body)


differs("D9", "read in pieces", raw(answer(200, b"ok", "Content-Length: 7",
                                           length=False)),
        GOOD, ["! incomplete 5"], "never a silent end",
        python=read_in_pieces)

# ------------------------------------------------------------------ D11: 1xx

for status in (102, 103, 199):
    differs("D11", "%d first" % status,
            b"HTTP/1.1 %d Wait\r\nX: 1\r\n\r\n" % status + OK,
            ["= %d http://<A>/ b''" % status], GOOD,
            "an interim response is not the response")
differs("D11", "101", b"HTTP/1.1 101 Switch\r\n\r\n" + OK,
        ["= 101 http://<A>/ b''"], ["! upgrade"], "never asked for")

# ---------------------------------------------------------- D16: large heads

differs("D16", "150 fields", answer(200, b"ok", *["X: %d" % n
                                                  for n in range(150)]),
        ["! HTTPException('got more than 100 headers')"], GOOD,
        "fields stream by")
differs("D16", "a field of 70,000 bytes", answer(200, b"ok",
                                                 "X: " + 70000 * "x"),
        ["! line too long"], GOOD, "fields stream by")
differs("D16", "a head without end",
        answer(200, b"ok", *["X: %s" % (1000 * "x")] * 300),
        ["! HTTPException('got more than 100 headers')"],
        ["! head too long"], "LWURL_HEAD_MAX, 256 KB by default")
case("4.7", "99 fields", answer(200, b"ok", *["X: %d" % n
                                              for n in range(98)]))
