#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates in PEM to a signed bundle of trust anchors (lwurl_bundle.h).

usage: bundle.py --key KEY --seq N [--from BUNDLE] [--old-key KEY] PEM BUNDLE

KEY is the private key that signs, in PEM: EC on P-256, or RSA. `openssl` signs
with it. With --from, the keys that an earlier bundle names stay in the new
one. With --old-key, KEY is new: the old key signs it, and it is named, too.

Prints each anchor (date of expiry, kind of key, bytes of flash as a header,
subject), who signed, and how much room the device needs for the bundle.
Only the Python standard library and openssl are needed.
"""

import argparse
import base64
import hashlib
import struct
import subprocess
import sys

import anchors
from anchors import Der, Problem, RsaKey

MAGIC, KEY_MAGIC = b"lwb\1", b"lwk\1"
KEYS_MAX = 8
CURVES = {"BR_EC_secp256r1": 23, "BR_EC_secp384r1": 24, "BR_EC_secp521r1": 25}
LENGTHS = {23: 65, 24: 97, 25: 133}


def sized(data):
    return struct.pack(">H", len(data)) + data


def pack_key(key):
    if isinstance(key, RsaKey):
        if not 256 <= len(key.n) <= 512 or len(key.e) > 4:
            raise Problem("RSA keys have 2048 to 4096 bits, not %d"
                          % (8 * len(key.n)))
        return b"\1" + sized(key.n) + bytes([len(key.e)]) + key.e
    return bytes([CURVES[key.curve]]) + key.q


def pack_anchor(anchor):
    return bytes([anchor.is_ca]) + sized(anchor.subject) \
        + pack_key(anchor.key)


class Bytes:
    """What is left of a bundle; IndexError where it ends too early."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise IndexError("cut short")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, n):
        return int.from_bytes(self.take(n), "big")

    def sized(self):
        return self.take(self.number(2))

    def key(self):
        """The bytes of one, with its kind."""
        start, kind = self.at, self.number(1)
        if kind == 1:
            self.sized()
            self.take(self.number(1))
        else:
            self.take(LENGTHS[kind])
        return self.data[start:self.at]

    def item(self):
        """The bytes of an anchor."""
        start = self.at
        self.take(1)
        self.sized()
        self.key()
        return self.data[start:self.at]


class Bundle:
    """Keys are pairs (key, signature by the one before)."""

    def __init__(self, sequence, keys, items):
        self.sequence, self.keys, self.items = sequence, keys, items

    def text(self):
        """All but head and signature."""
        return bytes([len(self.keys)]) \
            + b"".join(key + sized(by) for key, by in self.keys) \
            + struct.pack(">H", len(self.items)) + b"".join(self.items)

    def signed_by(self, private_key):
        text = self.text()
        text = MAGIC + struct.pack(">II", 12 + len(text), self.sequence) + text
        return text + sized(sign(private_key, text))


def openssl(*arguments, text=b""):
    done = subprocess.run(("openssl",) + arguments, input=text, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Problem("openssl %s: %s" % (
            arguments[0], done.stderr.decode(errors="replace").strip()))
    return done.stdout


def sign(private_key, text):
    return openssl("dgst", "-sha256", "-sign", private_key, text=text)


def public_key(private_key):
    """Its SubjectPublicKeyInfo, and that packed."""
    info = openssl("pkey", "-in", private_key, "-pubout", "-outform", "DER")
    key = anchors.read_key(Der(info))
    if key is None or not isinstance(key, RsaKey) and key.bits != 256:
        raise Problem("%s: the key that signs is EC on P-256, or RSA"
                      % private_key)
    return info, pack_key(key)


def read_bundle(path):
    with open(path, "rb") as file:
        data = file.read()
    r = Bytes(data)
    try:
        if r.take(4) != MAGIC:
            raise IndexError("it does not begin like one")
        length, sequence = r.number(4), r.number(4)
        keys = [(r.key(), r.sized()) for _ in range(r.number(1))]
        items = [r.item() for _ in range(r.number(2))]
        if r.at != length:
            raise IndexError("its length is another")
        r.sized()
        if r.at != len(data):
            raise IndexError("there is more behind it")
    except (IndexError, KeyError) as problem:
        raise Problem("%s: no bundle (%s)" % (path, problem)) from problem
    return Bundle(sequence, keys, items)


# -------------------------------------------------------------------- work

def keys_for(options, earlier):
    """The keys that the new bundle names."""
    keys = list(earlier.keys) if earlier else []
    _, last = public_key(options.key)
    if options.old_key:
        _, old = public_key(options.old_key)
        if keys and keys[-1][0] != old:
            raise Problem("OLD_KEY is not the last key of FROM")
        keys.append((last, sign(options.old_key, KEY_MAGIC + last)))
    elif keys and keys[-1][0] != last:
        raise Problem("KEY is not the last key of FROM; a new key needs "
                      "OLD_KEY")
    if len(keys) > KEYS_MAX:
        raise Problem("more than %d keys: new firmware has to name a new "
                      "signer" % KEYS_MAX)
    return keys


def pack_anchors(path):
    """Anchors of a PEM file, each once, those that BearSSL can use."""
    found = {}
    for label, der in anchors.read_pem(path):
        if "CERTIFICATE" not in label or der in found:
            continue
        anchor = anchors.read_certificate(der)
        if anchor.key is None:
            print("left out, BearSSL does not know its kind of key:",
                  anchor.text)
            continue
        found[der] = pack_anchor(anchor)
        anchors.report(anchor)
    if not found:
        raise Problem("no certificate that BearSSL can use")
    return list(found.values())


def make_bundle(options):
    earlier = read_bundle(options.old) if options.old else None
    least = earlier.sequence + 1 if earlier else 1
    if not least <= options.seq < 1 << 32:
        raise Problem("SEQ has to be %d to 4294967295" % least)
    keys, items = keys_for(options, earlier), pack_anchors(options.pem)
    data = Bundle(options.seq, keys, items).signed_by(options.key)
    with open(options.bundle, "wb") as file:
        file.write(data)
    info, _ = public_key(options.key)
    print("%d anchors, sequence %d" % (len(items), options.seq))
    print("signed by %s, SHA-256 %s, %s" % (
        anchors.describe(anchors.read_key(Der(info))),
        base64.b64encode(hashlib.sha256(info).digest()).decode(),
        "%d keys after the firmware's" % len(keys) if keys
        else "the firmware's key"))
    print("%d bytes of .room, .max = %d" % (len(data), len(items)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--key", required=True,
                        help="private key that signs, PEM")
    parser.add_argument("--seq", required=True, type=int,
                        help="higher than that of any earlier bundle")
    parser.add_argument("--from", dest="old", metavar="BUNDLE",
                        help="an earlier bundle, whose keys are named again")
    parser.add_argument("--old-key", metavar="KEY",
                        help="private key that signs the new --key")
    parser.add_argument("pem")
    parser.add_argument("bundle")
    options = parser.parse_args()
    try:
        make_bundle(options)
    except (OSError, Problem) as problem:
        sys.exit("bundle.py: %s" % problem)
    except (IndexError, ValueError) as problem:
        sys.exit("bundle.py: %s: broken certificate (%s)"
                 % (options.pem, problem))


if __name__ == "__main__":
    main()
