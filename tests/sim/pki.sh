#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Takes a certificate of the TLS tests for the simulation: make sim-pki. What it
# writes is kept, so that a seed is the same on every machine.
#
# usage: pki.sh FOLDER-OF-CERTIFICATES

set -eu

py=/usr/bin/python3
here=tests/sim

spdx() {
    { echo '/* SPDX-License-Identifier: MIT */' && cat "$@"; }
}

make_own() {
    $py config/make/own_key.py --key "$1/ec.key" --name server "$1/ec.pem" \
        build/sim-pki.h
    spdx build/sim-pki.h >$here/far/server.inc
    $py config/make/anchors.py --name roots "$1/ec-root.pem" build/sim-pki.h
    spdx build/sim-pki.h >$here/roots.inc
    $py config/make/anchors.py --key --name known "$1/ec.crt" build/sim-pki.h
    spdx build/sim-pki.h >$here/known.inc
    rm build/sim-pki.h
}

make_own "$1"
