# SPDX-License-Identifier: MIT
"""Passwords: A1 to A7, D8."""

import base64

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
     why="parameters come in any order (RFC 9110 11.2)")
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
case("A3", "Basic without realm", guarded(WHO + "Basic", GOOD),
     user="user:pass")

# ------------------------------------------------------------- A7: unasked

case("A7", "sent with the first request", guarded(WHO + 'Basic realm="a"',
                                                  GOOD),
     "http://<A>/1", "http://<A>/2", user="user:pass", first=True)
case("A7", "refused", guarded(WHO + 'Basic realm="a"', "never"),
     user="user:pass", first=True)

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
