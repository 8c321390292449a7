#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Records what a real nginx answers: make sim-capture. The page is put together
# by server-side includes, so that it comes in chunks.
#
# usage: capture.sh PROGRAM FOLDER: writes FOLDER/nginx.pcap, FOLDER/nginx.body

set -eu

program=$(realpath "$1")
out=$(realpath "$2")
root=$(mktemp -d)
mkdir "$root/html"
trap 'kill "$server" 2>/dev/null || true; rm -rf "$root"' EXIT

seq 1 1200 >"$root/html/part.txt"
printf 'begin\n<!--#include virtual="part.txt" -->\nmiddle\n%s\nend\n' \
    '<!--#include virtual="part.txt" -->' >"$root/html/page.shtml"
cat >"$root/nginx.conf" <<CONF
daemon off;
master_process off;
pid $root/pid;
error_log stderr crit;
events {}
http {
    access_log off;
    client_body_temp_path $root/a;
    proxy_temp_path $root/b;
    fastcgi_temp_path $root/c;
    uwsgi_temp_path $root/d;
    scgi_temp_path $root/e;
    server {
        listen 127.0.0.1:8080;
        root $root/html;
        ssi on;
        ssi_types *;
    }
}
CONF
nginx -p "$root" -c "$root/nginx.conf" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    "$program" --pcap "$out/nginx.pcap" -o "$out/nginx.body" \
        http://10.0.2.2:8080/page.shtml && exit 0
done
exit 1
