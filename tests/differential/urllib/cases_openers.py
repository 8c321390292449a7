# SPDX-License-Identifier: MIT
"""Openers with handlers of an application's own, by openers.c: 4.12, D23, and
urlretrieve of 4.8."""

import contextlib
import email.message
import io
import tempfile
import urllib.error
import urllib.request
import urllib.response

from clients import Case, kind_of_error
from servers import OK, answer, always, redirect, reply, routes, sequence

CASES = []


def show(mark, response):
    """As openers.c shows a response."""
    return "%s %03d %s '%s'" % (mark, response.status or 0, response.geturl(),
                                response.read().decode())


def asks(make):
    """CPython's side of a case: make(log) gives the handlers of an opener,
    which add to the log."""
    def python(opener, url, case):
        log = []
        opener = urllib.request.OpenerDirector()
        for handler in make(log):
            opener.add_handler(handler)
        try:
            line = show("=", opener.open(url, timeout=case.timeout))
        except urllib.error.HTTPError as error:
            line = show("e", error)
        except urllib.error.URLError as error:
            line = "! " + kind_of_error(error)
        return "\n".join(log + [line])
    return python


def case(name, opener, make, script, *urls, id="4.12", **more):
    CASES.append(Case(id, name, script, *urls, opener=opener,
                      python=asks(make), **more))


# ------------------------------------------------------------------- handlers

class Greet(urllib.request.BaseHandler):
    """"greet:name" is "hello name"; so may http be."""

    def __init__(self, log, name, order=500, scheme="greet", answers=True):
        self.log, self.name, self.handler_order = log, name, order
        self.answers = answers
        setattr(self, scheme + "_open", self.open)

    def open(self, request):
        self.log.append("- %s open" % self.name)
        if not self.answers:
            return None
        fields = email.message.Message()
        fields["Greeting"] = "yes"
        return urllib.response.addinfourl(
            io.BytesIO(b"hello " + request.full_url[6:].encode()), fields,
            request.full_url)

    def redirect(self, request):
        raise AssertionError("not for it")


class Own(urllib.request.BaseHandler):
    """Says what it is asked, and does as its status says."""

    def __init__(self, log, name, order, status=None, then=None, line=None,
                 always=False):
        self.log, self.name, self.handler_order = log, name, order
        self.line, self.always, self.given = line, always, 0
        if status is not None:
            self.then = then
            setattr(self, "http_error_%d" % status, self.judge)

    def http_request(self, request):
        self.log.append("- %s request" % self.name)
        if self.line and (self.always or self.given > 0):
            request.add_header(*self.line)
        return request

    def http_response(self, request, response):
        self.log.append("- %s response %d" % (self.name, response.status))
        return response

    def judge(self, request, response, *_):
        if self.then == "accept":
            return response
        if self.given > 0:
            return None
        self.given = 1
        return self.parent.open(request)


def plain(*more):
    return [urllib.request.UnknownHandler(), urllib.request.HTTPHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor()] + list(more)


def two(log, a=100, b=200):
    return [Own(log, "a", a, line=("X-A", "1"), always=True),
            Own(log, "b", b, line=("X-B", "1"), always=True)]


# ------------------------------------------------------------- 4.12: a scheme

case("a scheme of its own", "scheme", lambda log: plain(Greet(log, "a")), {},
     "greet:world", "greet:a/b?c", "greet:" + 300 * "x")
case("beside http", "scheme", lambda log: plain(Greet(log, "a")), always(OK),
     "greet:world", "http://<A>/", "foo:bar")
case("in any case", "scheme", lambda log: plain(Greet(log, "a")), {},
     "GREET:world")
case("the first of two", "first",
     lambda log: [Greet(log, "b", 600), Greet(log, "a", 400)], {},
     "greet:world")
case("in the place of http", "replaced",
     lambda log: [Greet(log, "a", scheme="http")], {}, "http://h/x")
case("an opener without its scheme", "first",
     lambda log: [urllib.request.UnknownHandler(), Greet(log, "a")], {},
     "data:,x")
case("one that passes on", "first",
     lambda log: [Greet(log, "a", 400, answers=False), Greet(log, "b", 600)],
     {}, "greet:world",
     cpython=["- a open", "- b open", "= 000 greet:world 'hello world'"],
     here=["- a open", "= 000 greet:world 'hello world'"],
     why="a scheme has one handler, the first in the table; there is no "
         "default_open, no unknown_open")

# ------------------------------------------------- 4.12: the default opener


def built(opener, url, case):
    try:
        return show("=", urllib.request.build_opener().open(
            url, timeout=case.timeout))
    except urllib.error.HTTPError as error:
        return show("e", error)
    except urllib.error.URLError as error:
        return "! " + kind_of_error(error)


CASES.append(Case(
    "4.12", "the default opener", routes(x=redirect("/b"), b=OK),
    "http://<A>/x", "http://<A>/none", "data:,x%20y", "foo:bar",
    "file:///no/such.file", "ftp:///x", opener="default", python=built))

# ------------------------------------------------- 4.12: requests, responses

case("order of processors", "order", lambda log: plain(*two(log)), always(OK))
case("the order is the table's", "order",
     lambda log: plain(*reversed(two(log))), always(OK))
case("statuses that are errors", "order", lambda log: plain(*two(log)),
     always(answer(404, b"no")))
case("every hop of a redirect", "redirect", lambda log: plain(
    urllib.request.HTTPRedirectHandler(), *two(log)),
     routes(x=redirect("/b"), b=OK), "http://<A>/x")
case("no handler of redirects", "no-redirect", lambda log: plain(two(log)[0]),
     always(redirect("/b")))

# ------------------------------------------------------ 4.12: own statuses

case("a status that is a success", "accept", lambda log: plain(
    Own(log, "a", 100, 418, "accept"), two(log)[1]),
     sequence(answer(418, b"tea"), answer(404, b"no")), "http://<A>/1",
     "http://<A>/2",
     cpython=["<A> GET /1 host=<A> x-b=1", "<A> GET /2 host=<A> x-b=1",
              "- a request", "- b request", "- a response 418",
              "- b response 418", "= 418 http://<A>/1 'tea'",
              "- a request", "- b request", "- a response 404",
              "- b response 404", "e 404 http://<A>/2 'no'"],
     here=["<A> GET /1 host=<A> x-b=1", "<A> GET /2 host=<A> x-b=1",
           "- a request", "- b request", "- a response 418",
           "= 418 http://<A>/1 'tea'",
           "- a request", "- b request", "- a response 404",
           "- b response 404", "e 404 http://<A>/2 'no'"],
     why="who decides about a response has the last word; those behind it are "
         "not asked")
case("a status that is asked again for", "again",
     lambda log: plain(Own(log, "a", 100, 503, "again")),
     sequence(answer(503, b"busy"), OK))
case("again and again", "again",
     lambda log: plain(Own(log, "a", 100, 503, "again")),
     always(answer(503, b"busy")))
case("a scheme of authentication", "token", lambda log: plain(Own(
    log, "a", 100, 401, "again", line=("Authorization", "Token abc"))),
     lambda request, n: OK if ("authorization", "Token abc")
     in request.fields else answer(401, b"who?",
                                   "WWW-Authenticate: Token"))

# ----------------------------------------------------------------------- D23

SAME = answer(304, b"", 'ETag: "one"', length=False)


def ask_if_changed(log):
    return plain(Own(log, "-", 100, line=("If-None-Match", '"one"'),
                     always=True))


def conditional(opener, url, case):
    return "\n".join(line for line in asks(ask_if_changed)(
        opener, url, case).split("\n") if not line.startswith("- "))


CASES.append(Case(
    "D23", "304 to a conditional request", always(SAME), opener="conditional",
    python=conditional,
    cpython=['<A> GET / host=<A> if-none-match="one"',
             "e 304 http://<A>/ ''"],
    here=['<A> GET / host=<A> if-none-match="one"', "= 304 http://<A>/ ''"],
    why="what was asked for, and no error"))
CASES.append(Case(
    "4.7", "304 that nobody asked for", always(SAME), opener="no-redirect",
    python=asks(lambda log: plain(two(log)[0]))))

# ----------------------------------------------------------- 4.8: urlretrieve


def retrieve(opener, url, case):
    """The first and the last call of the reporthook are told."""
    log = []

    def report(blocks, size, total):
        log[1:] = ["- at %d of %d" % (blocks * size, total)]
    with tempfile.NamedTemporaryFile() as target:
        try:
            urllib.request.urlretrieve(url, target.name, report)
        except urllib.error.ContentTooShortError:
            return "\n".join(log + ["! incomplete"])
        except urllib.error.HTTPError as error:
            return "\n".join(log + ["! %d" % error.status])
        with open(target.name, "rb") as content, contextlib.suppress(OSError):
            return "\n".join(log + ["= 200 %s %d bytes"
                                    % (url, len(content.read()))])


def retrieval(name, script, **more):
    CASES.append(Case("4.8", "urlretrieve: " + name, script, opener="retrieve",
                      python=retrieve, **more))


def hooks(*ats, total):
    return ["- at %d of %d" % (at, total) for at in ats]


ASKED = "<A> GET / host=<A>"
retrieval("20,000 bytes", always(answer(200, 20000 * b"x")),
          cpython=[ASKED] + hooks(0, 24576, total=20000)
          + ["= 200 http://<A>/ 20000 bytes"],
          here=[ASKED] + hooks(0, 20000, total=20000)
          + ["= 200 http://<A>/ 20000 bytes"],
          why="progress is told in bytes that are there, not in blocks")
retrieval("nothing", always(answer(200, b"")))
retrieval("a length that is not told", always(reply(
    b"HTTP/1.1 200 OK\r\n\r\n" + 8192 * b"x", close=True)))
retrieval("too short", always(reply(answer(
    200, b"ok", "Content-Length: 7", length=False), close=True)),
          cpython=[ASKED] + hooks(0, 8192, total=7) + ["! incomplete"],
          here=[ASKED] + hooks(0, 2, total=7) + ["! incomplete"],
          why="a body that is too short is given up, and not left in a file")
retrieval("an error status", always(answer(404, b"no")),
          cpython=[ASKED, "! 404"], here=[ASKED, "! STATUS"],
          why="an HTTPError is LWURL_ERR_STATUS")
