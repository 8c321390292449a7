# SPDX-License-Identifier: MIT
"""Requests as they are sent: W1 to W5, 4.9, D8, D10, D14, D18."""

from clients import Case
from servers import OK, always

CASES = []


def case(id, name, *urls, **more):
    CASES.append(Case(id, name, always(OK), *urls, **more))


FORM = "content-type=application/x-www-form-urlencoded"

# ---------------------------------------------------------------- W1: names

case("W1", "fields of the caller", headers=[("X-Foo-Bar", "1"), ("Y", "2")])
case("W1", "one that is its own by default", headers=[
    ("Accept-Encoding", "gzip"), ("User-Agent", "own"), ("Accept", "*/*")],
    show=("default",),
    cpython=["<A> GET / accept-encoding=gzip accept=*/* connection=close "
             "host=<A> user-agent=own", "= 200 http://<A>/ b'ok'"],
    here=["<A> GET / accept-encoding=gzip accept=*/* host=<A> user-agent=own",
          "= 200 http://<A>/ b'ok'"],
    why="no Connection field (D18)")
case("D18", "names of fields", headers=[("x-fOO-bar", "1")], show=("raw",),
     cpython=["<A> GET / Host=<A> X-Foo-Bar=1", "= 200 http://<A>/ b'ok'"],
     here=["<A> GET / Host=<A> x-fOO-bar=1", "= 200 http://<A>/ b'ok'"],
     why="as the caller wrote them")
case("D18", "default fields", show=("default",),
     cpython=["<A> GET / accept-encoding=identity connection=close host=<A> "
              "user-agent=Python-urllib/x.y", "= 200 http://<A>/ b'ok'"],
     here=["<A> GET / accept-encoding=identity host=<A> user-agent=lwurl/x.y",
           "= 200 http://<A>/ b'ok'"],
     why="an own User-Agent, no Connection field")
case("D10", "two requests", "http://<A>/1", "http://<A>/2",
     show=("connections",),
     cpython=["<A>#1 GET /1 host=<A>", "<A>#2 GET /2 host=<A>",
              "= 200 http://<A>/1 b'ok'", "= 200 http://<A>/2 b'ok'"],
     here=["<A>#1 GET /1 host=<A>", "<A>#1 GET /2 host=<A>",
           "= 200 http://<A>/1 b'ok'", "= 200 http://<A>/2 b'ok'"],
     why="one connection")

# --------------------------------------------------------------- W2: bodies

for method in (None, "POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"):
    case("W2", "body with %s" % method, method=method, data=b"a=1&b=\0\xff")
case("W2", "empty body", data=b"")
case("W2", "type of the caller's", data=b"{}",
     headers=[("Content-Type", "application/json")])
case("W2", "type of the caller's, in lower case", data=b"{}",
     headers=[("content-type", "application/json")])
case("W2", "100 KB", data=bytes(range(256)) * 400)
for method in (None, "PUT"):
    case("W2", "chunked with %s" % method, method=method, data=b"hello",
         chunked=True)
case("W2", "chunked, 100 KB", data=b"0123456789" * 10000, chunked=True)

# ------------------------------------------------------------ W3: no bodies

for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS",
               "PROPFIND", "FOO"):
    case("W3", "%s without a body" % method, method=method)
case("W3", "lower case is another method", method="post",
     cpython=["<A> post / content-length=0 host=<A> b''",
              "= 200 http://<A>/ b'ok'"],
     here=["<A> post / host=<A>", "= 200 http://<A>/ b'ok'"],
     why="methods are case-sensitive (RFC 9110 9.1)")

# ---------------------------------------------------------------- W4: targets

for path in ("", "/", "?q", "/?", "?", "/a?", "/a?b?c", "/a;p", "/a#f", "#f",
             "?q#f", "//a", "/a//b", "/./a/../b", "/%41%2f", "/a%", "/a%zz",
             "/~!$&'()*+,;=:@", "/\"<>\\^`{|}", "/a?\"<>\\^`{|}"):
    case("W4", repr(path), "http://<A>" + path)
case("W4", "host in capitals", "http://LOCALHOST:<A:port>/")
case("W4", "scheme in capitals", "HTTP://<A>/")
case("W4", "empty port", "http://localhost:/")
case("W4", "host percent-encoded", "http://loc%61lhost:<A:port>/",
     cpython=["<A> GET / host=localhost:<A:port>",
              "= 200 http://loc%61lhost:<A:port>/ b'ok'"],
     here=["! bad url"],
     why="a percent-encoded host is refused: the name that is looked up must "
         "be the one that is read")
case("W4", "wrapped", "<URL:http://<A>/x>",
     cpython=["<A> GET /x host=<A>", "= 200 http://<A>/x b'ok'"],
     here=["! unknown scheme"],
     why="<URL:...> is refused; lwurl_unwrap() takes it off")

# ----------------------------------------------------- W5, D14: field values

case("W5", "Latin-1", headers=[("X", "\xe9t\xe9")])
case("W5", "TAB inside", headers=[("X", "a\tb")])
case("W5", "Host of the caller's", headers=[("Host", "other.example:1")])
case("W5", "same name twice is one field", headers=[("X", "1")])
case("W5", "folded", headers=[("X", "a\r\n b")],
     cpython=["<A> GET /  b= host=<A> x=a", "= 200 http://<A>/ b'ok'"],
     here=["! bad header"], why="no line ends in a value (RFC 9110 5.5)")
for name, value in (("CR LF", "a\r\nY: b"), ("LF", "a\nY: b"), ("CR", "a\rb")):
    case("4.9", "value with %s" % name, headers=[("X", value)])
case("D14", "a control character in a value", headers=[("X", "a\1b")],
     cpython=["<A> GET / host=<A> x=a\1b", "= 200 http://<A>/ b'ok'"],
     here=["! bad header"], why="refused")
case("D14", "a blank in a method", method="GE T",
     cpython=["<A> GE T / host=<A>", "= 200 http://<A>/ b'ok'"],
     here=["! bad method"], why="refused")

# ------------------------------------------------------------ 4.9: rejections

for name, url in (
        ("blank in a path", "http://<A>/a b"),
        ("TAB in a path", "http://<A>/a\tb"),
        ("LF in a path", "http://<A>/a\nb"),
        ("CR LF in a path", "http://<A>/a\r\nX: y"),
        ("DEL in a path", "http://<A>/a\x7fb"),
        ("control character in a path", "http://<A>/a\x01b"),
        ("non-ASCII path", "http://<A>/\xe9"),
        ("blank in a query", "http://<A>/?a b"),
        ("blank in a host", "http://local host:<A:port>/"),
        ("control character in a host", "http://local\x01host:<A:port>/"),
        ("port that is no number", "http://localhost:80a/"),
        ("no host", "http:///a"), ("no slashes", "http:///"),
        ("empty", "http://"),
        ("unknown scheme", "foo://<A>/"), ("unknown scheme", "x+y://a/")):
    case("4.9", "%s: %s" % (name, ascii(url)), url)
for name, url, error in (("negative port", "http://localhost:-1/", "bad url"),
                         ("port only", "http://:80/", "no host")):
    case("4.9", name, url, cpython=["! no such name"], here=["! " + error],
         why="a negative port, or a port alone, is refused before a name is "
         "looked up")
for method in ("GET\n", "GE\rT", "G\x01T"):
    case("4.9", "method %s" % ascii(method), method=method)
case("D14", "a blank in a field name", headers=[("X Y", "1")],
     cpython=["<A> GET / host=<A> x y=1", "= 200 http://<A>/ b'ok'"],
     here=["! bad header"], why="refused")
for name in (" X", "X\n", "X\r\nY: 1"):
    case("4.9", "field name %s" % ascii(name), headers=[(name, "1")])
