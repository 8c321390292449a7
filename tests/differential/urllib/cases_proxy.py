# SPDX-License-Identifier: MIT
"""Proxies: X1 to X6, A4, D12, D13."""

import base64

import digests
from clients import Case
from servers import OK, answer, always, redirect, reply, sequence

CASES = []


def case(*args, **more):
    CASES.append(Case(*args, **more))


TARGET = "http://name.example/path?q"
PROXY = {"A": always(OK), "B": always(OK)}
B64 = base64.b64encode(b"u:p@ss").decode()


def variables(name, env, url=TARGET, **more):
    case("X1", name, PROXY, url, env=env, **more)


# -------------------------------------------------- X1: environment variables

variables("http_proxy", {"http_proxy": "http://<A>"})
variables("HTTP_PROXY", {"HTTP_PROXY": "http://<A>"})
variables("Http_Proxy", {"Http_Proxy": "http://<A>"})
variables("HTTP_proxy, lower suffix", {"HTTP_proxy": "http://<A>"})
variables("lower case wins", {"HTTP_PROXY": "http://<A>",
                              "http_proxy": "http://<B>"})
variables("lower case wins, whatever the order", {"http_proxy": "http://<B>",
                                                  "HTTP_PROXY": "http://<A>"})
variables("empty lower case takes away", {"HTTP_PROXY": "http://<A>",
                                          "http_proxy": ""})
variables("empty upper case is none", {"HTTP_PROXY": ""}, "http://<B>/")
variables("REQUEST_METHOD", {"HTTP_PROXY": "http://<A>",
                             "REQUEST_METHOD": "GET"})
variables("REQUEST_METHOD, lower case", {"http_proxy": "http://<A>",
                                         "REQUEST_METHOD": "GET"})
variables("all_proxy has no meaning", {"all_proxy": "http://<A>"},
          "http://<B>/")
variables("https_proxy is not for http", {"https_proxy": "http://<A>"},
          "http://<B>/")

# ----------------------------------------------------------------- X2: no_proxy

for url, no_proxy in (
        ("http://localhost:<B:port>/", "localhost"),
        ("http://localhost:<B:port>/", "LOCALHOST"),
        ("http://LOCALHOST:<B:port>/", "localhost"),
        ("http://localhost:<B:port>/", "localhost:<B:port>"),
        ("http://localhost:<B:port>/", "localhost:1"),
        ("http://localhost:<B:port>/", "*"),
        ("http://localhost:<B:port>/", "a,*"),
        ("http://localhost:<B:port>/", " a , localhost "),
        ("http://localhost:<B:port>/", ".localhost"),
        ("http://localhost:<B:port>/", "..localhost"),
        ("http://localhost:<B:port>/", "host"),
        ("http://localhost:<B:port>/", "*.localhost"),
        ("http://localhost:<B:port>/", ""),
        ("http://localhost:<B:port>/", ","),
        ("http://www.site.example:<B:port>/", "site.example"),
        ("http://www.site.example:<B:port>/", ".example"),
        ("http://www.site.example:<B:port>/", "site.example:<B:port>"),
        ("http://www.site.example:<B:port>/", "te.example"),
        ("http://www.site.example:<B:port>/", "ww.site.example"),
        ("http://www.site.example:<B:port>/", "www.site.example."),
        ("http://<B>/", "127.0.0.1"), ("http://<B>/", "0.0.1"),
        ("http://<B>/", "127.0.0.0/8"), ("http://<B>/", "127.0.0.1:<B:port>")):
    case("X2", "%s by %r" % (url, no_proxy), PROXY, url,
         names=["www.site.example"],
         env={"http_proxy": "http://<A>", "no_proxy": no_proxy})
case("X2", "NO_PROXY", PROXY, "http://<B>/",
     env={"http_proxy": "http://<A>", "NO_PROXY": "127.0.0.1"})

# --------------------------------------------------- X3: what names a proxy

for proxy in ("<A>", "http://<A>", "http://<A>/", "http://<A>/path?q",
              "//<A>", "HTTP://<A>", "http://localhost:<A:port>",
              "http://u:p%40ss@<A>", "u:p%40ss@<A>", "http://u@<A>",
              "http://u:@<A>", "http://:p@<A>"):
    case("X3", repr(proxy), PROXY, TARGET, env={"http_proxy": proxy})
case("X3", "one slash", PROXY, TARGET, env={"http_proxy": "http:/<A>"})
case("X3", "password of a tunnel", {"A": always(answer(403, b""))},
     "https://name.example/", env={"https_proxy": "u:p@<A>"})

# --------------------------------------------------- X4, D12: absolute-form

for url, target in (("http://name.example", "http://name.example/"),
                    ("http://name.example?q", "http://name.example/?q")):
    case("X4", url, PROXY, url, env={"http_proxy": "http://<A>"},
         cpython=["<A> GET %s host=name.example" % url,
                  "= 200 %s b'ok'" % url],
         here=["<A> GET %s host=name.example" % target,
               "= 200 %s b'ok'" % url],
         why="an empty path is sent as / (RFC 9112 3.2.2)")
for url in ("http://name.example:81/a", "http://NAME.example:80/",
            "http://[::1]:82/a"):
    case("X4", url, PROXY, url, env={"http_proxy": "http://<A>"})
case("X4", "POST", PROXY, TARGET, data=b"a=b",
     env={"http_proxy": "http://<A>"})
case("X4", "redirect", {"A": sequence(redirect("/b"), OK)}, TARGET,
     env={"http_proxy": "http://<A>"})
case("D12", "fragment to a proxy", PROXY, "http://name.example/a?b#c",
     env={"http_proxy": "http://<A>"},
     cpython=["<A> GET http://name.example/a?b#c host=name.example",
              "= 200 http://name.example/a?b#c b'ok'"],
     here=["<A> GET http://name.example/a?b host=name.example",
           "= 200 http://name.example/a?b#c b'ok'"],
     why="never sent")

# ------------------------------------------------------------- X5: CONNECT

OPEN = reply(b"HTTP/1.1 200 Connection established\r\n\r\n", tunnel=True)
SECURE = "https://localhost:<B:port>/x"


def tunnel(name, proxy, **more):
    case("X5", name, {"A": proxy, "B": always(OK)}, SECURE, tls="B",
         env={"https_proxy": more.pop("via", "http://<A>")}, **more)


tunnel("through a tunnel", always(OPEN))
tunnel("through a tunnel, proxy with password", always(OPEN),
       via="http://u:p%40ss@<A>")
tunnel("secrets are for the origin", always(OPEN),
       headers=[("Authorization", "own"), ("Cookie", "c=d"), ("X-Own", "1")])
tunnel("POST", always(OPEN), data=b"a=b")
for status in (201, 204, 299, 302, 400, 403, 407, 500, 503):
    tunnel("refused with %d" % status, always(answer(status, b"no")))
tunnel("hangs up", lambda request, n: None)
tunnel("no HTTP", always(reply(b"hello\r\n\r\n", close=True)))
case("X5", "no proxy is there", {"A": always(OK)}, "https://name.example/",
     env={"https_proxy": "http://localhost:1"})
case("X5", "no_proxy", {"A": always(OK), "B": always(OK)}, SECURE, tls="B",
     env={"https_proxy": "http://<A>", "no_proxy": "localhost"})
INSIDE = ["<B> GET /x host=localhost:<B:port>",
          "<B> GET /b host=localhost:<B:port>",
          "= 200 https://localhost:<B:port>/b b'ok'"]
OPENED = "<A> CONNECT localhost:<B:port>"
case("D10", "redirect within a tunnel", {
    "A": always(OPEN), "B": sequence(redirect("/b"), OK)}, SECURE, tls="B",
     env={"https_proxy": "http://<A>"},
     cpython=[OPENED, INSIDE[0], OPENED] + INSIDE[1:],
     here=[OPENED] + INSIDE, why="the tunnel is used again")
tunnel("HTTP/1.0 or 1.1", always(answer(403, b"")), show=("framing",),
       cpython=[OPENED + " HTTP/1.0", "! tunnel 403"],
       here=[OPENED + " host=localhost:<B:port> HTTP/1.1", "! tunnel 403"],
       why="HTTP/1.1 with Host, as CPython since 3.12")

# -------------------------------------------------- X6: schemes of a proxy

for scheme in ("foo", "socks5", "ftp2"):
    case("X6", scheme, PROXY, TARGET, env={"http_proxy": scheme + "://<A>"})
case("X6", "https, for https", {"A": always(OPEN), "B": always(OK)}, SECURE,
     tls="B", env={"https_proxy": "https://<A>"},
     cpython=[OPENED, INSIDE[0], "= 200 https://localhost:<B:port>/x b'ok'"],
     here=["! unknown scheme"],
     why="a proxy by https is refused: CPython goes there without TLS")

# ------------------------------------------------- A4: answers to a proxy's 407

case("A4", "407 without a password", {"A": always(answer(
    407, b"who?", 'Proxy-Authenticate: Basic realm="p"'))}, TARGET,
     env={"http_proxy": "http://<A>"})
case("A4", "407 to a wrong password", {"A": always(answer(
    407, b"who?", 'Proxy-Authenticate: Basic realm="p"'))}, TARGET,
     env={"http_proxy": "http://u:p@<A>"})

# ------------------------------------------------- D13: a 407 to CONNECT


def closed_by_password(good):
    """A tunnel for whose proxy password is good(value, method), else 407."""
    def script(request, n):
        value = dict(request.fields).get("proxy-authorization", "")
        if good(value, request.method):
            return OPEN
        return answer(407, b"who?", 'Proxy-Authenticate: Digest realm="p", '
                      'nonce="n0", qop="auth"')
    return script


VIA = "http://user:pass@<A>"
USER = "Basic " + base64.b64encode(b"user:pass").decode()
ANSWER = ("Digest(algorithm:MD5,cnonce:*,nc:0000000%d,nonce:n0,qop:auth,"
          "realm:p,response:good,uri:localhost:<B:port>,username:user)")
GOOD = closed_by_password(
    lambda value, method: digests.is_good(value, method, "user:pass"))
case("D13", "Digest to a proxy, through its tunnel",
     {"A": GOOD, "B": always(OK)}, SECURE, tls="B",
     env={"https_proxy": VIA}, args=["--proxy-digest"],
     cpython=[OPENED + " proxy-authorization=" + USER, "! tunnel 407"],
     here=[OPENED, OPENED + " proxy-authorization=" + ANSWER % 1, INSIDE[0],
           "= 200 https://localhost:<B:port>/x b'ok'"],
     why="answered, and tried once more")
case("D13", "a proxy that refuses every password",
     {"A": closed_by_password(lambda value, method: False),
      "B": always(OK)}, SECURE, tls="B", env={"https_proxy": VIA},
     args=["--proxy-digest"],
     cpython=[OPENED + " proxy-authorization=" + USER, "! tunnel 407"],
     here=[OPENED, OPENED + " proxy-authorization=" + ANSWER % 1,
           "! tunnel 407"], why="answered once")

# ------------------------------------------------ A5: Digest behind a proxy

URI = ("<A> GET %s authorization=Digest(algorithm:MD5,cnonce:*,nc:00000001,"
       "nonce:n0,qop:auth,realm:a,response:good,uri:%s,username:user) "
       "host=name.example")
case("A5", "behind a proxy", digests.guarded(
    ['Digest realm="a", nonce="n0", qop="auth"'], "user:pass", OK), TARGET,
     names=["name.example"], user="user:pass", digest=True,
     env={"http_proxy": "http://<A>"},
     cpython=["<A> GET %s host=name.example" % TARGET,
              URI % (TARGET, TARGET), "= 200 %s b'ok'" % TARGET],
     here=["<A> GET %s host=name.example" % TARGET,
           URI % (TARGET, "/path?q"), "= 200 %s b'ok'" % TARGET],
     why="behind a proxy the uri is path and query, which is what the origin "
         "sees")
