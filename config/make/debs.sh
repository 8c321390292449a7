#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Fetches programs that this release of Debian lacks from a later one, into a
# folder: nothing is installed.
#
# usage: debs.sh FOLDER NAME SUITE PROGRAMS PACKAGE:SHA256 ...
#
# The packages are unpacked over each other in FOLDER/NAME, and each of PROGRAMS
# (a list, by commas) can be run as FOLDER/NAME/PROGRAM, with the libraries that
# came along. The package must have the SHA-256 that is written down here, or
# `-`: libraries, which the archive replaces when it mends them; for these its
# signature has to do. How apt is asked: apt.sh.

set -eu

folder=$1 name=$2 suite=$3 programs=$4
shift 4
kind=deb
. "$(dirname "$0")/apt.sh"

stamp=$folder/.$name-${1#*:}
[ ! -e "$stamp" ] || exit 0
offline_hint="There is no other way to have $name yet."
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] ||
    fail "$name is pinned for amd64 alone." \
        "Have $programs on another machine, or pin them for this one."

packages=
for item in "$@"; do packages="$packages ${item%%:*}"; done
echo "FETCH$packages ($suite)"
update_once "$suite"
mkdir -p "$apt/debs"
# shellcheck disable=SC2086
(cd "$apt/debs" && private_apt download $packages >"$apt/log" 2>&1) || {
    cat "$apt/log" >&2
    fail "apt-get download$packages failed." "$offline_hint"
}

new=$folder/$name.new
rm -rf "$new"
mkdir "$new"
for item in "$@"; do
    got=$(echo "$apt/debs/${item%%:*}"_*.deb)
    [ "${item#*:}" = - ] || has_sum "$got" "${item#*:}" ||
        fail "the package $(basename "$got") is not the pinned one." \
            "expected SHA-256 ${item#*:}" \
            "got      SHA-256 $(sha256sum <"$got" | cut -d' ' -f1)" \
            "Look at what changed before you change the pin."
    dpkg-deb -x "$got" "$new" ||
        fail "could not unpack $got: is the disk full?"
done

for program in $(echo "$programs" | tr ',' ' '); do
    cat >"$new/$program" <<RUN
#!/bin/sh
root=\$(dirname "\$0")/usr
exec "\$root/lib64/ld-linux-x86-64.so.2" --argv0 $program --library-path \\
    "\$root/lib/x86_64-linux-gnu:\$root/lib" "\$root/bin/$program" "\$@"
RUN
    chmod +x "$new/$program"
done
rm -rf "${folder:?}/$name"
mv "$new" "$folder/$name"
: >"$stamp"
