#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A device's certificate and private key in PEM to a C header: struct
lwurl_tls_key for .own of struct lwurl_tls.

usage: own_key.py --key KEY [--name NAME] CERTIFICATES HEADER

CERTIFICATES is the chain as it is sent: the device's first, without the root.
KEY is its private key, not encrypted: EC on P-256, P-384 or P-521, or RSA.
Prints what it found, and the bytes of flash on a 32-bit board.

THE HEADER HOLDS THE PRIVATE KEY: it is written so that others cannot read it.

Only the Python standard library is needed.
"""

import argparse
import base64
import os
import re
import sys

import anchors
from anchors import Der, EcKey, Problem, RsaKey, c_bytes

PEM = re.compile(r"-----BEGIN ((?:EC |RSA |ENCRYPTED )?PRIVATE KEY)-----"
                 r"(.*?)-----END \1-----", re.S)
RSA_PARTS = "p", "q", "dp", "dq", "iq"
# sizeof(struct lwurl_tls_key), of a certificate in a chain, of the keys.
KEY_SIZE, CERTIFICATE_SIZE, EC_SIZE, RSA_SIZE = 24, 8, 20, 48


class Private:
    """A private key: its public one, None where it does not tell, and its
    numbers by name."""

    def __init__(self, public, numbers):
        self.public, self.numbers = public, numbers


def read_rsa(der):
    """RSAPrivateKey (RFC 8017 A.1.2)."""
    numbers = [field.value.lstrip(b"\0") for field in Der(der)]
    return Private(RsaKey(numbers[1], numbers[2]),
                   dict(zip(RSA_PARTS, numbers[4:9])))


def read_ec(der, curve):
    """ECPrivateKey (RFC 5915 3), on a curve that may stand outside of it."""
    fields = Der(der).list()
    tagged = {field.tag: field.list()[0] for field in fields[2:]}
    if 0xA0 in tagged:
        curve = tagged[0xA0].oid()
    if curve not in anchors.CURVES:
        raise Problem("the key lies on a curve that BearSSL does not know")
    name, bits = anchors.CURVES[curve]
    q = tagged[0xA1].value[1:] if 0xA1 in tagged else None
    return Private(q and EcKey(name, bits, q), {"x": fields[1].value})


def read_key(path):
    with open(path, encoding="latin-1") as file:
        found = PEM.search(file.read())
    if not found:
        raise Problem("%s: no private key in it" % path)
    if "ENCRYPTED" in found[1] or "Proc-Type" in found[2]:
        raise Problem("%s: decrypt it first: openssl pkey -in ..." % path)
    kind, der = found[1], base64.b64decode(found[2])
    if kind == "RSA PRIVATE KEY":
        return read_rsa(der)
    if kind == "EC PRIVATE KEY":
        return read_ec(der, None)
    _, algorithm, octets = Der(der).list()[:3]
    oids = [part.oid() for part in algorithm if part.tag == 6]
    if oids[0] == anchors.RSA:
        return read_rsa(octets.value)
    if oids[0] == anchors.EC:
        return read_ec(octets.value, oids[-1])
    raise Problem("%s: BearSSL does not know this kind of key" % path)


def c_chain(name, chain):
    lines = []
    for i, der in enumerate(chain):
        lines += c_bytes("%s_certificate_%d" % (name, i), der)
    return lines + ["", "static const br_x509_certificate %s_chain[] = {"
                    % name] + [
        "    {(unsigned char *)%s_certificate_%d, sizeof %s_certificate_%d},"
        % (name, i, name, i) for i in range(len(chain))] + ["};", ""]


def c_code(name, pairs, note):
    """Macros that a firmware may set before it includes the header."""
    lines = ["/* BearSSL's code that signs; %s. */" % note]
    for macro, code in pairs:
        macro = "%s_%s" % (name.upper(), macro)
        lines += ["#ifndef " + macro, "#define %s %s" % (macro, code),
                  "#endif"]
    return lines + [""]


def c_ec(name, key, private):
    fast = "br_ec_p256_m31" if key.bits == 256 else "br_ec_prime_i31"
    return c_bytes(name + "_x", private.numbers["x"]) + c_code(
        name, (("EC", fast), ("SIGN", "br_ecdsa_i31_sign_asn1")),
        "br_ec_p256_m15 and\n   br_ecdsa_i15_sign_asn1 where the time of a "
        "long multiplication varies") + [
        "static const struct lwurl_tls_ec_key %s_key = {" % name,
        "    &%s_EC, %s_SIGN," % (name.upper(), name.upper()),
        "    {%s, (unsigned char *)%s_x, sizeof %s_x}};"
        % (key.curve, name, name)]


def c_rsa(name, key, private):
    lines = []
    for part in RSA_PARTS:
        lines += c_bytes("%s_%s" % (name, part), private.numbers[part])
    lines += c_code(name, (("SIGN", "br_rsa_i31_pkcs1_sign"),),
                    "br_rsa_i15_pkcs1_sign\n   where the time of a long "
                    "multiplication varies")
    lines += ["static const struct lwurl_tls_rsa_key %s_key = {" % name,
              "    %s_SIGN," % name.upper(),
              "    {%d," % int.from_bytes(key.n, "big").bit_length()]
    lines += ["     (unsigned char *)%s_%s, sizeof %s_%s," % (
        name, part, name, part) for part in RSA_PARTS]
    return lines[:-1] + [lines[-1][:-1] + "}};"]


def make_header(name, chain, key, private):
    is_rsa = isinstance(key, RsaKey)
    lines = ["/* HOLDS A PRIVATE KEY. */", '#include "lwurl_tls.h"', ""]
    lines += c_chain(name, chain)
    lines += (c_rsa if is_rsa else c_ec)(name, key, private)
    lines += ["", "static const struct lwurl_tls_key %s = {" % name,
              "    &lwurl_tls_key_class, %s_chain, %d, %s," % (
                  name, len(chain),
                  "BR_KEYTYPE_RSA" if is_rsa else "BR_KEYTYPE_EC"),
              "    %s, (void *)&%s_key};" % (
                  "lwurl_tls_sign_rsa" if is_rsa else "lwurl_tls_sign_ec",
                  name)]
    return anchors.c_header(name, lines)


def flash(chain, private):
    return KEY_SIZE + sum(CERTIFICATE_SIZE + len(der) for der in chain) \
        + (RSA_SIZE if "p" in private.numbers else EC_SIZE) \
        + sum(map(len, private.numbers.values()))


def make(options):
    chain = [der for label, der in anchors.read_pem(options.certificates)
             if "CERTIFICATE" in label]
    if not chain:
        raise Problem("%s: no certificate in it" % options.certificates)
    private = read_key(options.key)
    first = anchors.read_certificate(chain[0])
    if first.key is None:
        raise Problem("BearSSL does not know the certificate's kind of key")
    if isinstance(first.key, RsaKey) != ("p" in private.numbers) \
            or private.public not in (None, first.key):
        raise Problem("the private key is not that of the first certificate: "
                      + first.text)
    for der in chain:
        one = anchors.read_certificate(der)
        print("%s  %-8s %5d B  %s%s" % (
            one.expires.strftime("%Y-%m-%d"),
            anchors.describe(one.key) if one.key else "?", len(der), one.text,
            "  EXPIRED" if one.expires < anchors.now() else ""))
    print("%d certificates and a private key, %d bytes of flash"
          % (len(chain), flash(chain, private)))
    return make_header(options.name, chain, first.key, private)


def write_secret(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--key", required=True, help="private key, PEM")
    parser.add_argument("--name", default="own")
    parser.add_argument("certificates")
    parser.add_argument("header")
    options = parser.parse_args()
    if not re.fullmatch(r"[A-Za-z_]\w*", options.name):
        parser.error("--name is no name in C")
    try:
        write_secret(options.header, make(options))
    except (OSError, Problem) as problem:
        sys.exit("own_key.py: %s" % problem)
    except (IndexError, ValueError) as problem:
        sys.exit("own_key.py: broken certificate or key (%s)" % problem)


if __name__ == "__main__":
    main()
