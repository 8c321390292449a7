# SPDX-License-Identifier: MIT
"""Passwords: A1 to A7, D8."""

import base64

import digests
from clients import Case
from servers import OK, answer, guarded, redirect

CASES = []


def case(*args, **more):
    CASES.append(Case(*args, **more))


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


GOOD = basic("user:pass")
WHO = "WWW-Authenticate: "

# ------------------------------------------------------ A1: which challenges

for name, lines in (
        ("quoted", ['Basic realm="a b"']),
        ("single quotes", ["Basic realm='a'"]),
        ("bare", ["Basic realm=a"]),
        ("any case", ['bAsIc ReAlM="a"']),
        ("empty realm", ['Basic realm=""']),
        ("blanks", ['Basic   realm="a"']),
        ("more parameters", ['Basic realm="a", charset="UTF-8"']),
        ("second header", ['Bearer realm="b"', 'Basic realm="a"']),
        ("first header", ['Basic realm="a"', 'Bearer realm="b"']),
        ("second of one header", ['Bearer realm="b", Basic realm="a"']),
        ("after a bare scheme", ['Negotiate, Basic realm="a"']),
        ("after a token", ['Negotiate YWJj, Basic realm="a"']),
        ("two of Basic", ['Basic realm="a", Basic realm="b"'])):
    case("A1", name, guarded([WHO + line for line in lines], GOOD),
         user="user:pass")
case("A1", "realm is not the first parameter",
     guarded(WHO + 'Basic charset="UTF-8", realm="a"', GOOD),
     user="user:pass",
     cpython=["<A> GET / host=<A>", "= 401 http://<A>/ b'who?'"],
     here=["<A> GET / host=<A>", "<A> GET / authorization=%s host=<A>" % GOOD,
           "= 200 http://<A>/ b'ok'"],
     why="parameters of a challenge come in any order (RFC 9110 11.2)")
case("A1", "Basic inside a quoted text",
     guarded(WHO + 'Bearer x="1, Basic realm=2"', GOOD), user="user:pass",
     cpython=["<A> GET / host=<A>", "<A> GET / authorization=%s host=<A>"
              % GOOD, "= 200 http://<A>/ b'ok'"],
     here=["<A> GET / host=<A>", "! auth scheme"],
     why="what is quoted is no challenge")

# ------------------------------------------------------------ A2: retry limits

case("A2", "always 401", guarded(WHO + 'Basic realm="a"', "never"),
     user="user:pass")
case("A2", "POST is sent again", guarded(WHO + 'Basic realm="a"', GOOD),
     user="user:pass", data=b"a=b")
case("A2", "empty PUT is sent again", guarded(WHO + 'Basic realm="a"', GOOD),
     user="user:pass", data=b"", method="PUT")
case("A2", "password, then redirect", lambda request, n: guarded(
    WHO + 'Basic realm="a"', GOOD,
    redirect("/b") if request.target == "/x" else OK)(request, n),
     "http://<A>/x", user="user:pass")
case("A2", "redirect, then password",
     lambda request, n: redirect("/b") if request.target == "/x" else
     guarded(WHO + 'Basic realm="a"', GOOD)(request, n),
     "http://<A>/x", user="user:pass")
case("A2", "two URLs", guarded(WHO + 'Basic realm="a"', GOOD),
     "http://<A>/1", "http://<A>/2", user="user:pass")
case("A2", "the caller's own Authorization", guarded(
    WHO + 'Basic realm="a"', "own"), headers=[("Authorization", "own")])
case("A2", "UTF-8", guarded(WHO + 'Basic realm="a"', basic("us\xe9r:p\xe4ss")),
     user="us\xe9r:p\xe4ss", args=["-u", "us\xc3\xa9r:p\xc3\xa4ss"])
case("A2", "colons in the password", guarded(
    WHO + 'Basic realm="a"', basic("user:p:a:ss")), user="user:p:a:ss")
case("A2", "empty password", guarded(
    WHO + 'Basic realm="a"', basic("user:")), user="user:")

# ------------------------------------------------------ A3: nothing to answer

case("A3", "other schemes only", guarded(WHO + 'Bearer realm="a"', GOOD),
     user="user:pass")
case("A3", "no challenge", lambda r, n: answer(401, b"no"), user="user:pass")
case("A3", "no credentials", guarded(WHO + 'Basic realm="a"', GOOD))
case("A3", "no credentials, other scheme", guarded(WHO + "Bearer", GOOD))
for digest in (False, True):
    case("A3", "Basic without realm" + ", Digest is there" * digest,
         guarded(WHO + "Basic", GOOD), user="user:pass", digest=digest)

# ------------------------------------------------------------- A7: unasked

case("A7", "sent with the first request", guarded(WHO + 'Basic realm="a"',
                                                  GOOD),
     "http://<A>/1", "http://<A>/2", user="user:pass", first=True)
case("A7", "refused", guarded(WHO + 'Basic realm="a"', "never"),
     user="user:pass", first=True)

# ---------------------------------------------------- A5, A6, D6: Digest

REALM = 'realm="a", nonce="n0"'


def digest(id, name, challenges, *urls, **more):
    if isinstance(challenges, str):
        challenges = [challenges]
    case(id, name, digests.guarded(challenges, "user:pass", OK), *urls,
         user="user:pass", digest=True, **more)


for name, challenge in (
        ("RFC 2069", "Digest " + REALM),
        ("MD5", "Digest %s, algorithm=MD5" % REALM),
        ("MD5, quoted", 'Digest %s, algorithm="MD5"' % REALM),
        ("qop", 'Digest %s, qop="auth"' % REALM),
        ("qop, bare", "Digest %s, qop=auth" % REALM),
        ("auth and auth-int", 'Digest %s, qop="auth,auth-int"' % REALM),
        ("opaque", 'Digest %s, qop="auth", opaque="o p"' % REALM),
        ("any case of the scheme", 'dIGEST %s, qop="auth"' % REALM),
        ("unknown parameters", 'Digest %s, qop="auth", x=y, z="1,2"' % REALM),
        ("order", 'Digest qop="auth", nonce="n", opaque="o", realm="a b"')):
    digest("A5", name, challenge, "http://<A>/p;x?q=1&r")
for method, data in (("HEAD", None), ("PUT", b"abc"), (None, b"a=b"),
                     ("OPTIONS", None)):
    digest("A5", "with %s" % method, 'Digest %s, qop="auth"' % REALM,
           method=method, data=data)
digest("A5", "before Basic", ['Digest %s, qop="auth"' % REALM,
                              'Basic realm="a"'])
digest("A5", "no realm", 'Digest nonce="n"')
digest("A5", "no nonce", 'Digest realm="a"')


def answered(algorithm="MD5", nc=1, nonce="n0", target="/", qop=True):
    """The request with a good answer, as clients.py shows it."""
    counts = ["cnonce:*", "nc:%08x" % nc, "nonce:" + nonce, "qop:auth"] \
        if qop else ["nonce:" + nonce]
    return "<A> GET %s authorization=Digest(%s) host=<A>" % (
        target, ",".join(["algorithm:" + algorithm] + counts + [
            "realm:a", "response:good", "uri:" + target, "username:user"]))


ASKED = "<A> GET / host=<A>"
FINE = "= 200 http://<A>/ b'ok'"
BASIC = "<A> GET / authorization=%s host=<A>" % GOOD
DENIED = "= 401 http://<A>/ b'who?'"

case("A6", "redirect", digests.guarded(
    ['Digest %s, qop="auth"' % REALM], "user:pass",
    lambda r, n: redirect("/b") if r.target == "/x" else OK), "http://<A>/x",
     user="user:pass", digest=True,
     cpython=["<A> GET /x host=<A>", answered(target="/x"),
              "<A> GET /b host=<A>", answered(target="/b", nc=2),
              "= 200 http://<A>/b b'ok'"],
     here=["<A> GET /x host=<A>", answered(target="/x"),
           answered(target="/b", nc=2), "= 200 http://<A>/b b'ok'"],
     why="later requests are answered unasked, as nc is for")
digest("A6", "two URLs", 'Digest %s, qop="auth"' % REALM, "http://<A>/1",
       "http://<A>/2",
       cpython=["<A> GET /1 host=<A>", answered(target="/1"),
                "<A> GET /2 host=<A>", answered(target="/2", nc=2),
                "= 200 http://<A>/1 b'ok'", "= 200 http://<A>/2 b'ok'"],
       here=["<A> GET /1 host=<A>", answered(target="/1"),
             answered(target="/2", nc=2), "= 200 http://<A>/1 b'ok'",
             "= 200 http://<A>/2 b'ok'"],
       why="later requests are answered unasked, as nc is for")
case("A6", "wrong password", digests.guarded(
    ['Digest %s, qop="auth"' % REALM], "user:other", OK), user="user:pass",
     digest=True, cpython=[ASKED] + [answered(nc=n) for n in range(1, 7)]
     + ["= 401 http://<A>/ ''"], here=[ASKED, answered(), DENIED],
     why="a refusal that is not stale is one")
case("A6", "a new nonce each time", digests.guarded(
    lambda n: ['Digest realm="a", nonce="n%d", qop="auth"' % n],
    "user:other", OK), user="user:pass", digest=True,
     cpython=[ASKED] + [answered(nonce="n%d" % n) for n in range(6)]
     + ["= 401 http://<A>/ ''"], here=[ASKED, answered(), DENIED],
     why="a refusal that is not stale is one")
case("A6", "stale for ever", digests.guarded(
    lambda n: ['Digest realm="a", nonce="n%d", qop="auth", stale=true' % n],
    "user:other", OK), user="user:pass", digest=True,
     cpython=[ASKED] + [answered(nonce="n%d" % n) for n in range(6)]
     + ["= 401 http://<A>/ ''"],
     here=[ASKED] + [answered(nonce="n%d" % n) for n in range(5)] + [DENIED],
     why="five answers, and the last 401 can be read")
case("A6", "stale once", digests.guarded(
    ['Digest %s, qop="auth", stale=true' % REALM], "user:pass", OK),
     user="user:pass", digest=True)
for algorithm, echoed in (("MD5-sess", "MD5-sess"), ("SHA-256", "SHA-256"),
                          ("SHA-256-sess", "SHA-256-sess"), ("md5", "MD5"),
                          ("sha-256", "SHA-256")):
    digest("D6", algorithm, 'Digest %s, qop="auth", algorithm=%s'
           % (REALM, algorithm), cpython=[ASKED, "! auth scheme"],
           here=[ASKED, answered(echoed), FINE], why="known, in any case")
digest("D6", "SHA(-1)", "Digest %s, algorithm=SHA" % REALM,
       cpython=[ASKED, answered("SHA", qop=False), FINE],
       here=[ASKED, "! auth scheme"], why="not in RFC 7616")
digest("D6", "blanks in qop", 'Digest %s, qop="auth-int, auth"' % REALM,
       cpython=[ASKED, "! auth scheme"], here=[ASKED, answered(), FINE],
       why="a list has blanks")
digest("A5", "auth-int alone", 'Digest %s, qop="auth-int"' % REALM)
for name, lines in (
        ("the second field", ['Basic realm="a"',
                              'Digest %s, qop="auth"' % REALM]),
        ("the second of one field",
         'Basic realm="a", Digest %s, qop="auth"' % REALM)):
    digest("D6", name, lines, cpython=[ASKED, BASIC, DENIED],
           here=[ASKED, answered(), FINE],
           why="Digest where it is offered, wherever")
digest("D6", "the strongest", ['Digest %s, qop="auth", algorithm=%s'
                               % (REALM, a) for a in ("MD5", "SHA-256")],
       cpython=[ASKED, answered(), FINE],
       here=[ASKED, answered("SHA-256"), FINE], why="SHA-256 before MD5")
digest("A5", "unknown algorithm", 'Digest %s, algorithm=SHA-512-256' % REALM)

# ----------------------------------------------------------------------- D8

URL = "http://user:p%40ss@<A>/x"
case("D8", "password in the URL", guarded(
    WHO + 'Basic realm="a"', basic("user:p@ss")), URL,
     cpython=["! no such name"],
     here=["<A> GET /x host=<A>", "<A> GET /x authorization=%s host=<A>"
           % basic("user:p@ss"), "= 200 http://<A>/x b'ok'"],
     why="it is that origin's credential")
case("D8", "user in the URL", guarded(
    WHO + 'Basic realm="a"', basic("user:")), "http://user@<A>/",
     cpython=["! no such name"],
     here=["<A> GET / host=<A>", "<A> GET / authorization=%s host=<A>"
           % basic("user:"), "= 200 http://<A>/ b'ok'"],
     why="with an empty password")
case("D8", "password of a redirect", {
    "A": lambda r, n: redirect("http://u:p@<B>/b"),
    "B": guarded(WHO + 'Basic realm="a"', basic("u:p"))},
     cpython=["<A> GET / host=<A>", "! no such name"],
     here=["<A> GET / host=<A>", "<B> GET /b host=<B>",
           "<B> GET /b authorization=%s host=<B>" % basic("u:p"),
           "= 200 http://<B>/b b'ok'"],
     why="a Location's is the next origin's")
