#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates in PEM to a C header of trust anchors for struct lwurl_tls.

usage: anchors.py [--key | --pin] [--select LIST] [--name NAME] PEM HEADER

Writes NAME (default: anchors) as an array of br_x509_trust_anchor, and
NAME_N in capitals, its length. Prints what is in it: subject, date of expiry,
kind of key and bytes of flash on a 32-bit board.

With --key: writes NAME as the known key (br_x509_knownkey_context) of the
first certificate or public key in the file, for lwurl_tls_known_key.

With --pin: writes NAME as an array of struct lwurl_tls_pin, one for each
certificate or public key in the file, and NAME_N.

With --select: takes those certificates only whose SHA-256 is at the beginning
of a line of LIST, and fails when one is not there.

Only the Python standard library is needed.
"""

import argparse
import base64
import datetime
import hashlib
import re
import sys
from collections import namedtuple

Anchor = namedtuple("Anchor", "subject text expires is_ca key info")
RsaKey = namedtuple("RsaKey", "n e")
EcKey = namedtuple("EcKey", "curve bits q")

PEM = re.compile(r"-----BEGIN ((?:X509 )?CERTIFICATE|PUBLIC KEY)-----"
                 r"(.*?)-----END \1-----", re.S)

RSA = "1.2.840.113549.1.1.1"
EC = "1.2.840.10045.2.1"
CURVES = {
    "1.2.840.10045.3.1.7": ("BR_EC_secp256r1", 256),
    "1.3.132.0.34": ("BR_EC_secp384r1", 384),
    "1.3.132.0.35": ("BR_EC_secp521r1", 521),
}
BASIC_CONSTRAINTS = "2.5.29.19"
NAMES = {"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
         "2.5.4.10": "O", "2.5.4.11": "OU"}

# sizeof(br_x509_trust_anchor) where a pointer has 4 bytes.
ANCHOR_SIZE = 32


class Problem(Exception):
    """What is wrong with the input, for its user."""


# ------------------------------------------------------------- DER (X.690)

class Der:
    """One element: its tag, its contents, and all of its bytes."""

    def __init__(self, data, at=0):
        self.tag = data[at]
        length, head = data[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[head:head + count], "big")
            head += count
        self.end = head + length
        if self.end > len(data):
            raise IndexError("an element is longer than what holds it")
        self.value = data[head:self.end]
        self.all = data[at:self.end]

    def __iter__(self):
        at = 0
        while at < len(self.value):
            element = Der(self.value, at)
            yield element
            at = element.end

    def list(self):
        return list(self)

    def oid(self):
        numbers, value = [], 0
        for byte in self.value:
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first]
                            + numbers[1:]))

    def text(self):
        coding = {0x1E: "utf-16-be", 0x0C: "utf-8"}.get(self.tag, "latin-1")
        return self.value.decode(coding, "replace")

    def time(self):
        """UTCTime or GeneralizedTime; two-digit years as in RFC 5280."""
        text = self.value.decode("ascii")
        if self.tag == 0x17:
            text = ("20" if text[0] < "5" else "19") + text
        return datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ")


def read_key(info):
    """A SubjectPublicKeyInfo."""
    algorithm, bits = info
    kind = algorithm.list()
    data = bits.value[1:]
    if kind[0].oid() == RSA:
        n, e = Der(data)
        return RsaKey(n.value.lstrip(b"\0"), e.value.lstrip(b"\0"))
    if kind[0].oid() == EC and kind[1].oid() in CURVES:
        return EcKey(*CURVES[kind[1].oid()], data)
    return None


def read_name(name):
    parts = []
    for relative in name:
        for pair in relative:
            oid, value = pair
            parts.append("%s=%s" % (NAMES.get(oid.oid(), oid.oid()),
                                    value.text()))
    return ", ".join(parts)


def read_is_ca(fields):
    for field in fields:
        if field.tag != 0xA3:
            continue
        for extension in field.list()[0]:
            parts = extension.list()
            if parts[0].oid() == BASIC_CONSTRAINTS:
                flags = Der(parts[-1].value).list()
                return bool(flags) and flags[0].tag == 1 \
                    and flags[0].value != b"\0"
    return False


def read_certificate(der):
    fields = Der(der).list()[0].list()
    if fields[0].tag == 0xA0:
        fields = fields[1:]
    validity, subject, info = fields[3], fields[4], fields[5]
    return Anchor(subject.all, read_name(subject),
                  validity.list()[1].time(), read_is_ca(fields[6:]),
                  read_key(info), info.all)


def read_pem(path):
    """Pairs (what it is, its DER)."""
    with open(path, encoding="latin-1") as file:
        found = PEM.findall(file.read())
    if not found:
        raise Problem("%s: no certificate in it" % path)
    return [(label, base64.b64decode(body)) for label, body in found]


# ------------------------------------------------------------------ C text

def c_bytes(name, data):
    lines = ["static const unsigned char %s[] = {" % name]
    for at in range(0, len(data), 12):
        lines.append("    " + ", ".join("0x%02x" % byte
                                        for byte in data[at:at + 12]) + ",")
    return lines + ["};"]


def c_comment(text):
    """Subjects are not ours: nothing of them may end the comment."""
    return "".join(c if " " <= c <= "~" else "?" for c in text) \
        .replace("*/", "* /").replace("/*", "/ *")


def c_key_bytes(name, key):
    if isinstance(key, RsaKey):
        return c_bytes(name + "_n", key.n) + c_bytes(name + "_e", key.e)
    return c_bytes(name + "_q", key.q)


def c_key(name, key):
    if isinstance(key, RsaKey):
        return ("{BR_KEYTYPE_RSA,\n      {.rsa = {(unsigned char *)%s_n, "
                "sizeof %s_n,\n               (unsigned char *)%s_e, "
                "sizeof %s_e}}}" % (name, name, name, name))
    return ("{BR_KEYTYPE_EC,\n      {.ec = {%s, (unsigned char *)%s_q,\n"
            "              sizeof %s_q}}}" % (key.curve, name, name))


def c_anchor(name, anchor):
    return ("    {{(unsigned char *)%s_dn, sizeof %s_dn},\n     %s,\n     %s},"
            % (name, name, "BR_X509_TA_CA" if anchor.is_ca else "0",
               c_key(name, anchor.key)))


def c_known(name, key):
    if isinstance(key, RsaKey):
        return ["static const br_x509_knownkey_context %s =" % name,
                "    LWURL_TLS_KNOWN_RSA(%s_n, sizeof %s_n, %s_e, "
                "sizeof %s_e);" % (name, name, name, name)]
    return ["static const br_x509_knownkey_context %s =" % name,
            "    LWURL_TLS_KNOWN_EC(%s, %s_q, sizeof %s_q);"
            % (key.curve, name, name)]


def c_header(name, lines):
    guard = name.upper() + "_H"
    return "\n".join(["/* Made by `make anchors`; do not edit. */",
                      "#ifndef " + guard, "#define " + guard, ""]
                     + lines + ["", "#endif", ""])


# -------------------------------------------------------------------- work

def describe(key):
    if isinstance(key, RsaKey):
        return "RSA %d" % (int.from_bytes(key.n, "big").bit_length())
    return "EC P-%d" % key.bits


def flash(anchor):
    key = anchor.key
    data = len(key.n) + len(key.e) if isinstance(key, RsaKey) else len(key.q)
    return ANCHOR_SIZE + len(anchor.subject) + data


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def report(anchor):
    note = "" if anchor.is_ca else "  (no CA: trusted for itself alone)"
    if anchor.expires < now():
        note += "  EXPIRED"
    print("%s  %-8s %5d B  %s%s" % (anchor.expires.strftime("%Y-%m-%d"),
                                    describe(anchor.key), flash(anchor),
                                    anchor.text, note))


def make_anchors(name, objects):
    lines, table, total, seen = ["#include <bearssl.h>", ""], [], 0, set()
    for label, der in objects:
        if "CERTIFICATE" not in label or der in seen:
            continue
        seen.add(der)
        anchor = read_certificate(der)
        if anchor.key is None:
            print("left out, BearSSL does not know its kind of key:",
                  anchor.text)
            continue
        one = "%s_%d" % (name, len(table))
        report(anchor)
        total += flash(anchor)
        lines.append("/* %s\n   until %s, %s */" % (
            c_comment(anchor.text), anchor.expires.strftime("%Y-%m-%d"),
            describe(anchor.key)))
        lines += c_bytes(one + "_dn", anchor.subject)
        lines += c_key_bytes(one, anchor.key) + [""]
        table.append(c_anchor(one, anchor))
    if not table:
        raise Problem("no certificate that BearSSL can use")
    print("%d anchors, %d bytes of flash" % (len(table), total))
    lines += ["static const br_x509_trust_anchor %s[] = {" % name] + table \
        + ["};", "", "#define %s_N %d" % (name.upper(), len(table))]
    return c_header(name, lines)


def make_known_key(name, objects):
    label, der = objects[0]
    key = read_key(Der(der)) if label == "PUBLIC KEY" \
        else read_certificate(der).key
    if key is None:
        raise Problem("BearSSL does not know this kind of key")
    print("known key: %s" % describe(key))
    return c_header(name, ['#include "lwurl_tls.h"', ""]
                    + c_key_bytes(name, key) + [""] + c_known(name, key))


def make_pins(name, objects):
    lines, seen = ['#include "lwurl_tls.h"', "",
                   "static const struct lwurl_tls_pin %s[] = {" % name], set()
    for label, der in objects:
        text, info = "a public key", der
        if label != "PUBLIC KEY":
            certificate = read_certificate(der)
            text, info = certificate.text, certificate.info
        pin = hashlib.sha256(info).digest()
        if pin in seen:
            continue
        seen.add(pin)
        print("%s  %s" % (base64.b64encode(pin).decode(), text))
        rows = [", ".join("0x%02x" % byte for byte in pin[at:at + 8])
                for at in range(0, 32, 8)]
        lines += ["    /* %s */" % c_comment(text),
                  "    {{%s}}," % ",\n      ".join(rows)]
    lines += ["};", "", "#define %s_N %d" % (name.upper(), len(seen))]
    print("%d pins, %d bytes of flash" % (len(seen), 32 * len(seen)))
    return c_header(name, lines)


def select(objects, path):
    """The certificates that a list names, in its order."""
    by_hash = {hashlib.sha256(der).hexdigest(): (label, der)
               for label, der in objects if "CERTIFICATE" in label}
    chosen = []
    with open(path, encoding="utf-8") as file:
        wanted = re.findall(r"(?m)^([0-9a-f]{64})\b[ \t]*(.*)", file.read())
    if not wanted:
        raise Problem("%s: no SHA-256 in it" % path)
    for sha256, text in wanted:
        if sha256 not in by_hash:
            raise Problem("not there: %s %s" % (sha256, text))
        chosen.append(by_hash[sha256])
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--key", action="store_true",
                        help="the first key as a known key, no anchors")
    parser.add_argument("--pin", action="store_true",
                        help="pins of the keys, no anchors")
    parser.add_argument("--select", metavar="LIST",
                        help="certificates to take, by SHA-256")
    parser.add_argument("--name", default="anchors")
    parser.add_argument("pem")
    parser.add_argument("header")
    options = parser.parse_args()
    if not re.fullmatch(r"[A-Za-z_]\w*", options.name):
        parser.error("--name is no name in C")
    make = make_known_key if options.key \
        else make_pins if options.pin else make_anchors
    try:
        objects = read_pem(options.pem)
        if options.select:
            objects = select(objects, options.select)
        text = make(options.name, objects)
        with open(options.header, "w", encoding="ascii") as file:
            file.write(text)
    except (OSError, Problem) as problem:
        sys.exit("anchors.py: %s" % problem)
    except (IndexError, ValueError) as problem:
        sys.exit("anchors.py: %s: broken certificate (%s)"
                 % (options.pem, problem))


if __name__ == "__main__":
    main()
