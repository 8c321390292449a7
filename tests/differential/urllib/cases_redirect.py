# SPDX-License-Identifier: MIT
"""Redirects: R1 to R9, and the deviations that are about them."""

from clients import Case
from servers import OK, answer, redirect, reply, routes, sequence

CASES = []


def case(*args, **more):
    CASES.append(Case(*args, **more))


def hops(*paths):
    return ["<A> GET %s host=<A>" % path for path in paths]


def to_b(status=302, *fields):
    return routes(x=redirect("/b", status, b"moved", *fields),
                  b=answer(200, b"there"))


X = "http://<A>/x"

# ------------------------------------------------------- R1, R2: who goes on

for status in (301, 302, 303, 307, 308):
    case("R1", "%d is followed" % status, to_b(status), X)
for status in (300, 304, 305, 306, 309):
    case("R1", "%d is not" % status, to_b(status), X)

for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get"):
    case("R2", "%s is not redirected" % method, to_b(302), X, method=method)
for status in (301, 302, 303):
    case("R2", "POST becomes GET after %d" % status, to_b(status), X,
         data=b"a=b")
for status in (307, 308):
    case("R2", "POST stays after %d" % status, to_b(status), X, data=b"a=b")
case("R2", "PUT with a body is not redirected", to_b(303), X, method="PUT",
     data=b"abc")
case("R2", "chunked POST becomes GET", to_b(303), X, data=b"abc",
     chunked=True)
for status in (301, 307):
    case("D3", "HEAD after %d" % status, to_b(status), X, method="HEAD",
         cpython=["<A> HEAD /x host=<A>", "<A> GET /b host=<A>",
                  "= 200 http://<A>/b b'there'"],
         here=["<A> HEAD /x host=<A>", "<A> HEAD /b host=<A>",
               "= 200 http://<A>/b b''"],
         why="HEAD stays HEAD (as in CPython 3.13)")
for status in (307, 308):
    case("D4", "POST sent again after %d" % status, to_b(status), X,
         data=b"a=b", args=["--resend-body"],
         cpython=["<A> POST /x content-length=3 content-type="
                  "application/x-www-form-urlencoded host=<A> b'a=b'",
                  "= %d http://<A>/x b'moved'" % status],
         here=["<A> POST %s content-length=3 content-type="
               "application/x-www-form-urlencoded host=<A> b'a=b'" % path
               for path in ("/x", "/b")] + ["= 200 http://<A>/b b'there'"],
         why="an error, unless LWURL_RESEND_BODY is set")
case("R2", "PUT after 308 even when bodies may be sent again", to_b(308), X,
     method="PUT", data=b"a", args=["--resend-body"])

# ------------------------------------------------- R3: what goes along, D1, D2

KEPT = [("X-Own", "1"), ("Authorization", "own"), ("Cookie", "c=d")]

case("R3", "the caller's fields go along", to_b(), X, headers=KEPT)
case("R3", "more fields of a body", to_b(), X,
     headers=[("Content-Language", "en")],
     cpython=["<A> GET /x content-language=en host=<A>",
              "<A> GET /b content-language=en host=<A>",
              "= 200 http://<A>/b b'there'"],
     here=["<A> GET /x content-language=en host=<A>", "<A> GET /b host=<A>",
           "= 200 http://<A>/b b'there'"],
     why="every Content- field stays behind (RFC 9110 15.4)")
case("R3", "fields of the body stay behind", to_b(), X, data=b"abc",
     headers=[("Content-Type", "text/plain"), ("X-Own", "1")])
case("R3", "an explicit Host goes along", to_b(), X,
     headers=[("Host", "other.example")])
case("R3", "Referer and User-Agent of the caller", to_b(), X,
     headers=[("Referer", "http://r.example/"), ("User-Agent", "own/1")],
     show=("default",),
     cpython=["<A> GET /x accept-encoding=identity connection=close host=<A> "
              "referer=http://r.example/ user-agent=own/x.y",
              "<A> GET /b accept-encoding=identity connection=close host=<A> "
              "referer=http://r.example/ user-agent=own/x.y",
              "= 200 http://<A>/b b'there'"],
     here=["<A> GET /x accept-encoding=identity host=<A> "
           "referer=http://r.example/ user-agent=own/x.y",
           "<A> GET /b accept-encoding=identity host=<A> "
           "referer=http://r.example/ user-agent=own/x.y",
           "= 200 http://<A>/b b'there'"],
     why="no Connection field (D18)")

SECRETS = [("Authorization", "own"), ("Cookie", "c=d"), ("X-Own", "1"),
           ("Host", "a.example")]
for name, to, at, tls in (
        ("port", "http://<B>/b", "<B>", ""),
        ("host", "http://localhost:<A:port>/b", "<A>", ""),
        ("scheme", "https://localhost:<B:port>/b", "<B>", "B")):
    host = to.split("/")[2]
    case("D1", "credentials to another %s" % name,
         {"A": routes(x=redirect(to), b=OK), "B": routes(b=OK)}, X,
         headers=SECRETS, tls=tls,
         cpython=["<A> GET /x authorization=own cookie=c=d host=a.example "
                  "x-own=1",
                  "%s GET /b authorization=own cookie=c=d host=a.example "
                  "x-own=1" % at, "= 200 %s b'ok'" % to],
         here=["<A> GET /x authorization=own cookie=c=d host=a.example "
               "x-own=1",
               "%s GET /b host=%s x-own=1" % (at, host),
               "= 200 %s b'ok'" % to],
         why="Authorization, Cookie and Host of the caller's stay with their "
             "origin")
case("D1", "credentials do not come back", {
    "A": routes(x=redirect("http://<B>/b"), c=OK),
    "B": routes(b=redirect("http://<A>/c"))}, X,
     headers=[("Authorization", "own")],
     cpython=["<A> GET /x authorization=own host=<A>",
              "<B> GET /b authorization=own host=<B>",
              "<A> GET /c authorization=own host=<A>",
              "= 200 http://<A>/c b'ok'"],
     here=["<A> GET /x authorization=own host=<A>", "<B> GET /b host=<B>",
           "<A> GET /c host=<A>", "= 200 http://<A>/c b'ok'"],
     why="nor to the first origin by way of another")
case("R3", "the same origin, written otherwise",
     {"A": routes(x=redirect("http://LOCALHOST:<A:port>/b"), b=OK)},
     "http://localhost:<A:port>/x", headers=[("Authorization", "own")])
case("R6", "http to https", {
    "A": routes(x=redirect("https://localhost:<B:port>/b")),
    "B": routes(b=OK)}, X, tls="B")

SECURE = {"A": routes(x=redirect("http://<B>/b")), "B": routes(b=OK)}
SECURE_X = "https://localhost:<A:port>/x"
case("D2", "https to http", SECURE, SECURE_X, tls="A",
     cpython=["<A> GET /x host=localhost:<A:port>", "<B> GET /b host=<B>",
              "= 200 http://<B>/b b'ok'"],
     here=["<A> GET /x host=localhost:<A:port>", "! redirect"],
     why="refused, unless LWURL_DOWNGRADE is set")
case("R6", "https to http where it is allowed", SECURE, SECURE_X, tls="A",
     args=["--downgrade"])

# ------------------------------------------------------ R4, D22: bodies of 30x

case("R4", "no body", routes(x=redirect("/b", 302, b""), b=OK), X)
case("R4", "chunked body", routes(
    x=answer(302, b"3\r\nabc\r\n0\r\n\r\n", "Location: /b",
             "Transfer-Encoding: chunked", length=False), b=OK), X)
case("R4", "body to the end of the connection", routes(
    x=reply(answer(302, b"abc", "Location: /b", length=False), close=True),
    b=OK), X)
CUT = reply(redirect("/b").replace(b"moved", b"mo"), close=True)
case("D22", "a body that is cut short", routes(x=CUT, b=OK), X,
     cpython=["<A> GET /x host=<A>", "! incomplete 3"],
     here=["<A> GET /x host=<A>", "<A> GET /b host=<A>",
           "= 200 http://<A>/b b'ok'"],
     why="nobody wants it: the redirect is followed")
STALLS = reply(redirect("/b").replace(b"Length: 5", b"Length: 500000"))
case("D22", "a body without end", routes(x=STALLS, b=OK), X, timeout=1,
     show=("connections",),
     cpython=["<A>#1 GET /x host=<A>", "! timeout"],
     here=["<A>#1 GET /x host=<A>", "<A>#2 GET /b host=<A>",
           "= 200 http://<A>/b b'ok'"],
     why="of a long body nothing is waited for")

# ------------------------------------------------------- R5, R6, R7: Location

case("R5", "URI", routes(x=answer(302, b"", "URI: /b"), b=OK), X)
case("R5", "Location before URI", routes(
    x=answer(302, b"", "URI: /c", "Location: /b"), b=OK), X)
case("R5", "the first of two", routes(
    x=answer(302, b"", "Location: /b", "Location: /c"), b=OK), X)
case("R5", "neither", routes(x=answer(302, b"body"), b=OK), X)
case("R5", "empty: the same once more",
     sequence(redirect(""), redirect(""), OK), X)
for to in ("ftp2://<A>/b", "gopher://<A>/b", "data:,x", "file:///etc/passwd",
           "javascript:x", "mailto:a@b.example", "x-y.z+1://h/"):
    case("R6", "not to %s" % to.split("/")[0], routes(x=redirect(to), b=OK), X)

LOCATIONS = (
    "/b", "b", "./b", "../b", "../../../b", "b/../c", "/a/./b/../c", "?q",
    "#f", "", "//<A>/b", "http://<A>", "http://<A>?q", "http://<A>/b#frag",
    "/b#frag", "b;p?q#f", "/a b", b"/\xe9", b"/\xc3\xa9", "/%20%e9",
    "/<>\"{}|\\^`", "/\x01", "/b?a b", "/b?<", "/..", "/../b/..", "/a:b",
    "a/b:c", "./a:b", "/b?x=/../y", "/b;x=1/../c", "//localhost:<A:port>/b",
    "/b//c", "//<A>//b", ".", "..", "./", "/~u/!$&'", "http://<A>/a/../../b",
    "/%2e%2e/b", "/b/%2E", "/b%", "/b%zz", "/\x7f", "http:b", "http:/b",
    "/b?q?r", "g?y/../x", "g#s/../x", "http://<A>/\xfc?\xfc#\xfc", "/a\tb")
OLD = "http://<A>/d/e/x?old"
for to in LOCATIONS:
    text = to.decode("latin-1") if isinstance(to, bytes) else to
    case("R7", "Location %s" % ascii(text), sequence(redirect(to), OK), OLD)


def location(id, to, cpython, here, why):
    """Targets and final URLs where the two differ; None: refused."""
    def lines(given):
        if given is None:
            return hops("/d/e/x?old") + ["! redirect"]
        target, url = given
        return hops("/d/e/x?old", target) + [
            "= 200 %s b'ok'" % (url if ":" in url else "http://<A>" + url)]
    case(id, "Location %s" % ascii(to), sequence(redirect(to), OK), OLD,
         cpython=lines(cpython), here=lines(here), why=why)


location("R7", "/b ", ("/b%20", "/b%20"), ("/b", "/b"),
         "blanks around a field's value are none of it (RFC 9110 5.5)")
location("R7", "?", ("/d/e/x?old", "/d/e/x?old"), ("/d/e/x?", "/d/e/x?"),
         "an empty query is one (RFC 3986 5.2.2)")
location("R7", "/b?#", ("/b", "/b"), ("/b?", "/b?#"),
         "an empty query is one (RFC 3986 5.2.2)")
location("R7", "/b#", ("/b", "/b"), ("/b", "/b#"),
         "an empty fragment stays in the URL")
for to in ("///b", "http:///b"):
    location("R7", to, ("/b", "/b"), None, "an empty host is none")
location("R7", "http://", ("/d/e/x?old", "/d/e/x?old"), None,
         "an empty host is none")
location("D12", "/b#f#g", ("/b#f", "/b#f#g"), ("/b", "/b#f#g"),
         "no fragment is sent, the first # begins it")
location("D19", "HTTP://<A>/b", ("/b", "/b"), ("/b", "HTTP://<A>/b"),
         "the URL keeps the scheme's case")
case("R7", "keeps no fragment of the first URL", to_b(), X + "#one")

# ------------------------------------------------------ R8, D21: loops, chains


def chain(n):
    """/0 leads to /n, which is there."""
    pages = {"/%d" % at: redirect("/%d" % (at + 1)) for at in range(n)}
    pages["/%d" % n] = OK
    return routes(pages)


case("R8", "10 redirects", chain(10), "http://<A>/0")
case("R8", "11 redirects", chain(11), "http://<A>/0")
case("D21", "to itself", routes(x=redirect("/x")), X,
     cpython=hops(*5 * ["/x"]) + ["! redirect"],
     here=hops(*11 * ["/x"]) + ["! redirect"],
     why="one limit for all, not one for each URL")
case("D21", "two in a circle",
     routes(x=redirect("/y"), y=redirect("/x")), X,
     cpython=hops(*(5 * ["/x", "/y"])[:9]) + ["! redirect"],
     here=hops(*(6 * ["/x", "/y"])[:11]) + ["! redirect"],
     why="one limit for all, not one for each URL")

# -------------------------------------------------------- R9: cookies of a 30x

case("R9", "a cookie of a 302", to_b(302, "Set-Cookie: k=v"), X, cookies=True)
case("R9", "a cookie that is replaced on the way", routes(
    x=redirect("/y", 302, b"", "Set-Cookie: k=1"),
    y=redirect("/b", 302, b"", "Set-Cookie: k=2"), b=OK), X, cookies=True)
