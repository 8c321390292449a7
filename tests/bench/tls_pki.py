#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Chains and keys of the TLS tests as C, for a program without files.

usage: tls_pki.py PKI-FOLDER SOURCE
"""

import base64
import re
import sys

PEM = re.compile(r"-----BEGIN [A-Z ]+-----(.*?)-----END", re.S)


def objects(path):
    with open(path, encoding="ascii") as file:
        return [base64.b64decode(body) for body in PEM.findall(file.read())]


def c_bytes(name, data):
    return "static const unsigned char %s[] = {%s};" % (
        name, ",".join(map(str, data)))


def main():
    folder, source = sys.argv[1:3]
    lines = ["/* Made by tls_pki.py. */", '#include "tls_pki.h"',
             '#include "anchors.h"',
             "const br_x509_trust_anchor *const bench_anchors = anchors;",
             "const size_t bench_anchors_n = ANCHORS_N;"]
    for kind in ("rsa", "ec"):
        chain = objects("%s/%s.pem" % (folder, kind))
        key = objects("%s/%s.key" % (folder, kind))[0]
        for i, der in enumerate(chain):
            lines.append(c_bytes("%s_%d" % (kind, i), der))
        lines.append(c_bytes(kind + "_key", key))
        lines.append("static const br_x509_certificate %s_chain[] = {%s};" % (
            kind, ",".join("{(unsigned char *)%s_%d, sizeof %s_%d}"
                           % (kind, i, kind, i) for i in range(len(chain)))))
        lines.append("const struct bench_server bench_%s = {%s_chain, %d, "
                     "%s_key, sizeof %s_key};" % (kind, kind, len(chain),
                                                  kind, kind))
    with open(source, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
