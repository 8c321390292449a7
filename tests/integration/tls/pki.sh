#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Makes certificates for the TLS tests, good and bad ones.
#
# usage: pki.sh FOLDER
#
# FOLDER/rsa-root.pem, ec-root.pem     the anchors
# FOLDER/NAME.pem, NAME.key            chain (leaf first) and key of a server
# FOLDER/NAME.rest                     chain without its leaf, if any
#
# Dates are fixed, from 2024 to 2049; the tests' clock is their own business.

set -eu

mkdir -p "$1"
cd "$1"
[ ! -e done ] || exit 0

from=20240101000000Z
to=20491231235959Z

cat >ca.cnf <<CNF
[ca]
default_ca = any
[any]
new_certs_dir = issued
database = index
rand_serial = yes
default_md = sha256
policy = names
unique_subject = no
copy_extensions = none
[names]
commonName = supplied
CNF
mkdir -p issued
: >index
: >log

key() { # key NAME rsa|rsa1024|ec|p384|ed25519
    case $2 in
    rsa) set -- "$1" RSA rsa_keygen_bits:2048 ;;
    rsa1024) set -- "$1" RSA rsa_keygen_bits:1024 ;;
    ec) set -- "$1" EC ec_paramgen_curve:P-256 ;;
    p384) set -- "$1" EC ec_paramgen_curve:P-384 ;;
    ed25519) set -- "$1" ED25519 ;;
    esac
    openssl genpkey -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1.key" 2>>log
}

# sign NAME ISSUER SUBJECT FROM TO EXTENSIONS: issuer NAME means self-signed
sign() {
    openssl req -new -key "$1.key" -subj "/CN=$3" -out "$1.csr" 2>>log
    printf '%s\n' "$6" >"$1.ext"
    if [ "$1" = "$2" ]; then
        set -- "$1" "$2" "$3" "$4" "$5" -selfsign -keyfile "$1.key"
    else
        set -- "$1" "$2" "$3" "$4" "$5" -cert "$2.crt" -keyfile "$2.key"
    fi
    name=$1 start=$4 end=$5
    shift 5
    openssl ca -batch -notext -config ca.cnf "$@" -in "$name.csr" \
        -extfile "$name.ext" -startdate "$start" -enddate "$end" \
        -out "$name.crt" 2>>log
}

ca='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash'

# authority NAME ISSUER TYPE
authority() {
    key "$1" "$3"
    sign "$1" "$2" "lwurl test $1" $from $to "$ca"
}

# server NAME ISSUER TYPE SAN [FROM TO]
server() {
    key "$1" "$3"
    sign "$1" "$2" "$1.test" "${5:-$from}" "${6:-$to}" "subjectAltName = $4
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth"
    cat "$1.crt" "$2.crt" >"$1.pem"
    cp "$2.crt" "$1.rest"
}

names='DNS:device.test, DNS:localhost, DNS:*.wild.test'

for type in rsa ec; do
    authority $type-root $type-root $type
    authority $type-mid $type-root $type
    server $type $type-mid $type "$names"
    cp $type-root.crt $type-root.pem
done
authority p384-root p384-root p384
authority p384-mid p384-root p384
server p384 p384-mid ec "$names"
cp p384-root.crt p384-root.pem
cat rsa-root.pem ec-root.pem >roots.pem

authority stranger-root stranger-root ec
server stranger stranger-root ec "$names"
server other-host ec-mid ec 'DNS:other.test'
server expired ec-mid ec "$names" $from 20240201000000Z
server future ec-mid ec "$names" 20491201000000Z $to
server address ec-mid ec "$names, IP:127.0.0.1, IP:::1"
server weak rsa-mid rsa1024 "$names"
# The leaf without its intermediate.
cp ec.crt gap.pem
cp ec.key gap.key
# Trusted for itself alone, signed by itself.
key self ec
sign self self self.test $from $to "subjectAltName = $names"
cp self.crt self.pem
# A kind of key that BearSSL does not know.
authority odd odd ed25519
cp odd.crt odd.pem

: >done
