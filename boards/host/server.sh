#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Starts nginx on loopback as a server of device configurations: https, with
# a certificate and a password that are made anew. So is the CA, unless CA is
# the path of one, without its .pem and .key: what a firmware trusts is in it.
#
# usage: server.sh DIR [EC|RSA [CA]]     leaves in DIR:
#
#     port  pid            of the server, to be stopped by whoever started it
#     ca.pem               its trust anchor
#     user  password       of Basic authentication
#     www/device/42.json   what it serves, as https://config.example:PORT/...

set -eu

dir=$1
kind=${2:-EC}
ca=${3:-}
name=config.example

make_key() {
    if [ "$kind" = RSA ]; then
        openssl genrsa -out "$1" 2048 2>"$dir/openssl.log"
    else
        openssl ecparam -name prime256v1 -genkey -noout -out "$1"
    fi
}

make_ca() {
    if [ -n "$ca" ]; then
        cp "$ca.key" "$dir/ca.key"
        cp "$ca.pem" "$dir/ca.pem"
        return
    fi
    make_key "$dir/ca.key"
    openssl req -x509 -new -key "$dir/ca.key" -days 30 -out "$dir/ca.pem" \
        -subj '/CN=CA of this run'
}

make_certificates() {
    make_ca
    make_key "$dir/server.key"
    openssl req -new -key "$dir/server.key" -subj "/CN=$name" \
        -out "$dir/server.csr"
    printf 'subjectAltName=DNS:%s\n' "$name" >"$dir/server.ext"
    openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.pem" \
        -CAkey "$dir/ca.key" -CAcreateserial -days 30 \
        -extfile "$dir/server.ext" -out "$dir/server.pem" 2>"$dir/openssl.log"
}

make_content() {
    mkdir -p "$dir/www/device"
    cat >"$dir/www/device/42.json" <<'END'
{
  "device": 42,
  "name": "boiler room, north wall",
  "report_every_s": 300,
  "alarm_above_c": 71.5,
  "firmware": "2.4.1"
}
END
    printf device42 >"$dir/user"
    openssl rand -hex 8 | tr -d '\n' >"$dir/password"
    printf '%s:%s\n' "$(cat "$dir/user")" \
        "$(openssl passwd -apr1 -in "$dir/password")" >"$dir/htpasswd"
}

# One process, all paths in the folder, no rights needed. Root stays root: the
# one of a user namespace cannot give anything to others.
make_configuration() {
    user=
    test "$(id -u)" -ne 0 || user='user root root;'
    cat >"$dir/nginx.conf" <<END
$user
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 64; }
http {
    access_log access.log;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
    uwsgi_temp_path tmp; scgi_temp_path tmp;
    types { application/json json; }
    server {
        listen 127.0.0.1:$1 ssl;
        server_name $name;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root www;
        location /device/ {
            auth_basic "device configurations";
            auth_basic_user_file htpasswd;
        }
    }
}
END
}

free_port() {
    /usr/bin/python3 -c 'import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])'
}

# Another program may take the port before nginx does: then once more.
start() {
    for attempt in 1 2 3; do
        port=$(free_port)
        make_configuration "$port"
        # It detaches itself once it listens.
        if nginx -p "$dir" -c nginx.conf 2>"$dir/start.log"; then
            printf '%s' "$port" >"$dir/port"
            return 0
        fi
    done
    cat "$dir/start.log" >&2
    return 1
}

rm -rf "$dir"
mkdir -p "$dir/tmp"
make_certificates
make_content
start
