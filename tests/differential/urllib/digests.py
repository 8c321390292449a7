# SPDX-License-Identifier: MIT
"""Digest (RFC 7616) as servers see it: what the answer to a challenge says,
and whether it is right."""

import hashlib
import urllib.request

HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "SHA": hashlib.sha1}


def read(value):
    """Parameters of a challenge or an answer."""
    return urllib.request.parse_keqv_list(
        urllib.request.parse_http_list(value.partition(" ")[2]))


def expected(answer, method, password):
    name = answer.get("algorithm", "MD5").upper()
    sess = name.endswith("-SESS")
    algorithm = HASHES[name[:-5] if sess else name]

    def hashed(*parts):
        return algorithm(":".join(parts).encode()).hexdigest()
    ha1 = hashed(answer["username"], answer["realm"], password)
    if sess:
        ha1 = hashed(ha1, answer["nonce"], answer["cnonce"])
    ha2 = hashed(method, answer["uri"])
    if "qop" not in answer:
        return hashed(ha1, answer["nonce"], ha2)
    return hashed(ha1, answer["nonce"], answer["nc"], answer["cnonce"],
                  answer["qop"], ha2)


def is_good(value, method, user):
    if not value.startswith("Digest ") or user is None:
        return False
    answer = read(value)
    name, password = user.split(":", 1)
    return answer["username"] == name \
        and answer["response"] == expected(answer, method, password)


def describe(value, method, user):
    """The answer without what chance put into it."""
    answer = read(value)
    answer["response"] = "good" if is_good(value, method, user) else "bad"
    answer.setdefault("algorithm", "MD5")  # RFC 7616 3.4
    if "cnonce" in answer:
        answer["cnonce"] = "*"
    return "Digest(%s)" % ",".join(
        "%s:%s" % pair for pair in sorted(answer.items()))


def guarded(challenges, user, then):
    """A script: 401 with the challenge lines until an answer is right. A
    challenge may be a function of the request's number."""
    from servers import answer

    def script(request, n):
        value = dict(request.fields).get("authorization", "")
        if is_good(value, request.method, user):
            return then(request, n) if callable(then) else then
        lines = challenges(n) if callable(challenges) else challenges
        return answer(401, b"who?", *["WWW-Authenticate: " + line
                                      for line in lines])
    return script
