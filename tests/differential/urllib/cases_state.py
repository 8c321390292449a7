# SPDX-License-Identifier: MIT
"""data: URLs (4.5) and cookies (4.11, D17)."""

from clients import Case
from servers import OK, answer, always, redirect, sequence

CASES = []


def case(*args, **more):
    CASES.append(Case(*args, **more))


# ------------------------------------------------------------------ 4.5: data

for url in ("data:,", "data:,a", "data:,a%20b%00", "data:text/html,<b>",
            "data:;base64,b2s=", "data:text/plain;base64,b2s=",
            "data:;charset=utf-8,x", "data:,a,b", "data:,a#f", "data:,a?q",
            "data:;BASE64,b2s=", "data:;base64;x,b2s=", "DATA:,x",
            "data:;base64,b2 s=", "data:;base64,b%32s=", "data:;base64,b2s",
            "data:;base64,b", "data:nothing", "data:", "data:;base64,",
            "data:text/plain;a=b;base64,b2s=", "data:,%zz%4", "data://a/b,c",
            "data:;base64,b2s=b2s="):
    case("4.5", url, {}, url)

# -------------------------------------------------------------- 4.11: cookies

SITE = "http://www.site.example:<A:port>"
NAMES = ["www.site.example", "site.example", "a.www.site.example",
         "other.example", "example"]


def cookies(id, name, lines, *paths, **more):
    lines = [lines] if isinstance(lines, str) else lines
    urls = [path if ":" in path else SITE + path for path in paths]
    case(id, name, sequence(answer(200, b"ok", *["Set-Cookie: " + line
                                                 for line in lines]), OK),
         *urls, cookies=True, names=NAMES, **more)


HOST = "www.site.example"
for name, lines, paths in (
        ("name and value", "a=b", ("/", "/")),
        ("empty value", "a=", ("/", "/")),
        ("quoted value", 'a="b c"', ("/", "/")),
        ("= in a value", "a=b=c", ("/", "/")),
        ("blanks", "  a = b ; Path=/", ("/", "/")),
        ("two fields", ["a=1", "b=2"], ("/", "/")),
        ("default path", "a=b", ("/d/e/f", "/d/e/", "/d/e", "/d/", "/")),
        ("default path of /d", "a=b", ("/d", "/", "/e")),
        ("path", "a=b; Path=/x", ("/x/y", "/x", "/x/", "/xy", "/")),
        ("path with a slash", "a=b; Path=/x/", ("/x/y", "/x", "/x/z")),
        ("path elsewhere", "a=b; Path=/x", ("/d", "/x")),
        ("Path=/", "a=b; Path=/", ("/d/e", "/", "/x")),
        ("longest path first", ["a=1; Path=/", "a=2; Path=/x"],
         ("/", "/x")),
        ("replaced", ["a=1; Path=/", "a=2; Path=/"], ("/", "/")),
        ("Domain", "a=b; Domain=site.example",
         ("/", "/", "http://site.example:<A:port>/",
          "http://a.www.site.example:<A:port>/",
          "http://other.example:<A:port>/")),
        ("Domain with a dot", "a=b; Domain=.site.example",
         ("/", "http://site.example:<A:port>/")),
        ("Domain in capitals", "a=b; Domain=SITE.EXAMPLE", ("/", "/")),
        ("Domain of another", "a=b; Domain=other.example",
         ("/", "/", "http://other.example:<A:port>/")),
        ("Domain below", "a=b; Domain=a.www.site.example",
         ("/", "http://a.www.site.example:<A:port>/")),
        ("Domain without a dot", "a=b; Domain=example",
         ("/", "/", "http://site.example:<A:port>/")),
        ("Domain that ends alike", "a=b; Domain=ite.example", ("/", "/")),
        ("Secure over http", "a=b; Secure", ("/", "/")),
        ("HttpOnly", "a=b; HttpOnly", ("/", "/")),
        ("Max-Age", "a=b; Max-Age=100", ("/", "/")),
        ("Max-Age 0", "a=b; Max-Age=0", ("/", "/")),
        ("Max-Age negative", "a=b; Max-Age=-1", ("/", "/")),
        ("Expires in the past",
         "a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ("/", "/")),
        ("Expires in the future",
         "a=b; Expires=Fri, 01 Jan 2049 00:00:00 GMT", ("/", "/")),
        ("Expires with hyphens",
         "a=b; Expires=Friday, 01-Jan-49 00:00:00 GMT", ("/", "/")),
        ("Expires that is none", "a=b; Expires=soon", ("/", "/")),
        ("unknown attribute", "a=b; SameSite=Lax; X", ("/", "/")),
        ("another port", "a=b", ("/", "http://%s:<B:port>/" % HOST)),
        ("another host", "a=b", ("/", "http://site.example:<A:port>/")),
        ("no name", "=b", ("/", "/"))):
    cookies("4.11", name, lines, *paths)
for each in CASES:
    if each.name == "another port":
        each.scripts["B"] = always(OK)


def sent(*steps):
    """Lines of requests, each a URL with the cookies that go there."""
    lines = []
    for url, cookie in steps:
        host, path = url[7:].split("/", 1)
        lines.append("<A> GET /%s %shost=%s" % (
            path, "cookie=%s " % cookie if cookie else "", host))
    return lines + ["= 200 %s b'ok'" % url for url, _ in steps]


def rfc6265(name, lines, steps, why):
    """D17: steps are URL, what CPython sends, what is sent here."""
    steps = [(url if "://" in url else SITE + url, a, b)
             for url, a, b in steps]
    cookies("D17", name, lines, *[step[0] for step in steps],
            cpython=sent(*[(url, a) for url, a, _ in steps]),
            here=sent(*[(url, b) for url, _, b in steps]), why=why)


BELOW = "http://a.www.site.example:<A:port>/"
rfc6265("a cookie of the host alone", "a=b",
        [("/", None, None), (BELOW, "a=b", None), ("/", "a=b", "a=b")],
        "it does not go to names below")
rfc6265("no value", "a", [("/", None, None), ("/", "a", None)],
        "no cookie (5.2)")
rfc6265("Path without a slash", "a=b; Path=x",
        [("/d/e", None, None), ("/d/f", None, "a=b")],
        "the default path (5.2.4)")
case("4.11", "deleted", sequence(
    answer(200, b"ok", "Set-Cookie: a=b; Path=/"), OK,
    answer(200, b"ok", "Set-Cookie: a=; Path=/; Max-Age=0"), OK),
     *4 * [SITE + "/"], cookies=True, names=NAMES)
case("4.11", "the caller's own field", sequence(
    answer(200, b"ok", "Set-Cookie: a=b"), OK), SITE, SITE, cookies=True,
     names=NAMES, headers=[("Cookie", "own=1")])
case("4.11", "Secure over https", {"A": sequence(
    answer(200, b"ok", "Set-Cookie: a=b; Secure; Path=/"), OK)},
     "https://localhost:<A:port>/", "https://localhost:<A:port>/",
     cookies=True, tls="A")
case("4.11", "redirect to another host", {
    "A": always(redirect("http://other.example:<B:port>/b", 302, b"",
                         "Set-Cookie: a=b; Path=/")), "B": always(OK)},
     SITE, cookies=True, names=NAMES)
case("4.11", "host that is an address", sequence(
    answer(200, b"ok", "Set-Cookie: a=b; Domain=127.0.0.1"), OK),
     "http://<A>/", "http://<A>/", cookies=True)
case("4.11", "a name without a dot", sequence(
    answer(200, b"ok", "Set-Cookie: a=b"), OK),
     "http://localhost:<A:port>/", "http://localhost:<A:port>/", cookies=True)
