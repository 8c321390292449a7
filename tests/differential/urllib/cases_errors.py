# SPDX-License-Identifier: MIT
"""Errors and time: 4.10, D15."""

from clients import Case
from servers import OK, answer, always, redirect, reply

CASES = []


def case(*args, **more):
    CASES.append(Case(*args, **more))


case("4.10", "refused", {}, "http://localhost:1/")
case("4.10", "no such name", {}, "http://nowhere.example/")
case("4.10", "a name that is known", always(OK),
     "http://known.example:<A:port>/", names=["known.example"])
case("4.10", "closed without a byte", lambda request, n: None)
case("4.10", "closed within the status line", always(
    reply(b"HTTP/1.1 20", close=True)),
     cpython=["<A> GET / host=<A>", "! bad status line"],
     here=["<A> GET / host=<A>", "! incomplete"],
     why="a status line that is cut is incomplete, not bad")
case("4.10", "closed within the head", always(
    reply(b"HTTP/1.1 200 OK\r\nContent-Le", close=True)),
     cpython=["<A> GET / host=<A>", "= 200 http://<A>/ b''"],
     here=["<A> GET / host=<A>", "! incomplete"],
     why="half a head is no response")
case("4.10", "reset before a byte", always(reply(b"", reset=True)))
case("4.10", "silence", always(reply(OK, pause=3)), timeout=1)
case("4.10", "silence within a body", always(
    reply(answer(200, b"ok", "Content-Length: 9", length=False))), timeout=1)
case("4.10", "redirect to where nobody is", always(
    redirect("http://localhost:1/")))
case("4.10", "redirect to an unknown name", always(
    redirect("http://nowhere.example/")))
case("4.10", "certificate of another", {"A": always(OK)},
     "https://127.0.0.1:<A:port>/", tls="A")
case("4.10", "http on a port of TLS", {"A": always(OK)},
     "http://<A>/", tls="A")

DRIP = reply(answer(200, 20 * b"x"), pause=0.15, piece=8)
case("D15", "a drop every 0.15 s", always(DRIP), timeout=1, args=["-m", "0.6"],
     cpython=["<A> GET / host=<A>", "= 200 http://<A>/ b'%s'" % (20 * "x")],
     here=["<A> GET / host=<A>", "! deadline"],
     why="one deadline over everything; CPython's is for each operation")
