#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `make run` does: fetches a device's configuration from a server of its
# own, or, with a second argument, that URL.
#
# usage: run.sh PROGRAM [URL]

set -eu

program=$1
url=${2:-}
dir=build/run
name=config.example

if [ -n "$url" ]; then
    exec "$program" --summary "$url"
fi

stop() {
    test ! -s "$dir/nginx.pid" || kill "$(cat "$dir/nginx.pid")"
}

here=$(dirname "$0")
trap stop EXIT
trap 'exit 130' INT TERM
sh "$here/server.sh" "$PWD/$dir"
port=$(cat "$dir/port")
user=$(cat "$dir/user")

echo "nginx listens on 127.0.0.1:$port as $name, with a CA and a password made"
echo "for this run. The device's configuration:"
echo
"$program" --loopback-only --cacert "$dir/ca.pem" \
    --resolve "$name:$port:127.0.0.1" -u "$user:$(cat "$dir/password")" \
    --summary "https://$name:$port/device/42.json"
