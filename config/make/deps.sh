#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Fetches the sources of third-party libraries into a folder, through apt.
#
# usage: deps.sh FOLDER NAME:PACKAGE:SUITE:SHA256[:PART] ...
#
# Each library ends up in FOLDER/NAME, unpacked from the upstream tarball of
# Debian's source package PACKAGE in SUITE; where there is a PART, the folder of
# that name in it and nothing else. The tarball must have the SHA-256 that is
# written down here; it is kept in FOLDER as NAME-SHA256.tar.xz, or .gz as it
# comes, so a machine without a network can be given it by hand. How apt is
# asked: apt.sh.

set -eu

folder=$1
shift
kind=deb-src
. "$(dirname "$0")/apt.sh"

# The tarball NAME-SHA256 in the folder, if it is there and good.
find_tarball() {
    for got in "$folder/$1-$2".tar.*; do
        ! has_sum "$got" "$2" || printf '%s' "$got"
    done
}

# download NAME PACKAGE SUITE SHA256
download() {
    echo "FETCH $2/$3 (source package)"
    mkdir -p "$apt/$1"
    (cd "$apt/$1" && private_apt source --download-only --tar-only \
        "$2/$3" >"$apt/log" 2>&1) || {
        cat "$apt/log" >&2
        fail "apt-get source $2/$3 failed." "$offline_hint"
    }
    for got in "$apt/$1"/*.orig.tar.*; do
        has_sum "$got" "$4" ||
            fail "the tarball $(basename "$got") is not the pinned one." \
                "expected SHA-256 $4" \
                "got      SHA-256 $(sha256sum <"$got" | cut -d' ' -f1)" \
                "Look at what changed before you change the pin."
        mv "$got" "$folder/$1-$4.tar.${got##*.}"
    done
}

# unpack NAME TARBALL PART
unpack() {
    command -v xz >/dev/null ||
        fail "xz is missing: install the package xz-utils."
    rm -rf "$folder/$1.new"
    mkdir "$folder/$1.new"
    tar -xf "$2" -C "$folder/$1.new" --strip-components=1 \
        ${3:+--wildcards "*/$3/*"} ||
        fail "could not unpack $2: is the disk full?"
    rm -rf "${folder:?}/$1"
    mv "$folder/$1.new${3:+/$3}" "$folder/$1"
    rm -rf "$folder/$1.new"
}

suites=$(printf '%s\n' "$@" | cut -d: -f3 | sort -u)
for item in "$@"; do
    name=$(printf '%s' "$item" | cut -d: -f1)
    package=$(printf '%s' "$item" | cut -d: -f2)
    suite=$(printf '%s' "$item" | cut -d: -f3)
    sum=$(printf '%s' "$item" | cut -d: -f4)
    part=$(printf '%s' "$item" | cut -d: -f5)
    stamp=$folder/.$name-$sum
    [ ! -e "$stamp" ] || continue
    dir_variable=$(printf '%s_DIR' "$name" | tr '[:lower:]' '[:upper:]')
    offline_hint="Or pass $dir_variable=<an unpacked tree> to make, or put \
the
    $package tarball (SHA-256 $sum)
    at $folder/$name-$sum.tar.xz (or .gz)."
    if [ -z "$(find_tarball "$name" "$sum")" ]; then
        # shellcheck disable=SC2086
        update_once $suites
        download "$name" "$package" "$suite" "$sum"
    fi
    unpack "$name" "$(find_tarball "$name" "$sum")" "$part"
    : >"$stamp"
done
