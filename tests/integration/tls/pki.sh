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
# FOLDER/NAME.pin                      SHA-256 of a key's SubjectPublicKeyInfo
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
    rsa4096) set -- "$1" RSA rsa_keygen_bits:4096 ;;
    ec) set -- "$1" EC ec_paramgen_curve:P-256 ;;
    p384) set -- "$1" EC ec_paramgen_curve:P-384 ;;
    ed25519) set -- "$1" ED25519 ;;
    esac
    openssl genpkey -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$1.key" 2>>log
    openssl pkey -in "$1.key" -pubout -outform DER |
        openssl dgst -sha256 -binary >"$1.pin"
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
cp stranger-root.crt stranger-root.pem
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


# ----------------------------------------------------- good, but less common

basic='basicConstraints = CA:FALSE'
device="subjectAltName = $names"

# leaf NAME ISSUER EXTENSIONS [FROM TO]: an EC key and just these extensions;
# the subject is as long as sign() makes it.
leaf() {
    [ -e "$1.key" ] || key "$1" ec
    sign "$1" "$2" "${subject:-$1.test}" "${4:-$from}" "${5:-$to}" "$3"
    cat "$1.crt" "$2.crt" >"$1.pem"
    cp "$2.crt" "$1.rest"
}

# chain NAME ISSUER CA-EXTENSIONS [FROM TO]: a leaf below an intermediate
# NAME-mid with these extensions.
chain() {
    key "$1-mid" ec
    sign "$1-mid" "$2" "lwurl test $1-mid" "${4:-$from}" "${5:-$to}" "$3"
    leaf "$1" "$1-mid" "$device"
}

leaf critical-purpose ec-mid "$device
extendedKeyUsage = critical, serverAuth"
leaf any-purpose ec-mid "$device
extendedKeyUsage = anyExtendedKeyUsage"
leaf two-purposes ec-mid "$device
extendedKeyUsage = clientAuth, serverAuth"
leaf plain ec-mid "$device"
chain purpose-mid ec-root "$ca
extendedKeyUsage = critical, serverAuth, clientAuth"
chain mid-address ec-root "$ca
subjectAltName = IP:127.0.0.1"
leaf generalized ec-mid "$device" $from 20600101000000Z
subject=device.test leaf cn-alone ec-mid "$basic"
server rsa4096 rsa-mid rsa4096 "$names"
leaf soon ec-mid "$device" $from 20260110000000Z
# The server sends an old root behind the one that is trusted.
cp ec.key tail.key
cat ec.pem expired.crt >tail.pem
cat ec.rest expired.crt >tail.rest

# ------------------------------------------------------------------------ bad

leaf wild-part ec-mid 'subjectAltName = DNS:dev*.test, DNS:d*.test'
leaf wild-all ec-mid 'subjectAltName = DNS:*'
leaf wild-two ec-mid 'subjectAltName = DNS:*.*.test, DNS:*.*'
leaf wild-inner ec-mid 'subjectAltName = DNS:device.*, DNS:*evice.test'
leaf name-nul ec-mid \
    'subjectAltName = DER:30:13:82:11:64:65:76:69:63:65:2e:74:65:73:74:00:2e:65:76:69:6c'
leaf name-mail ec-mid 'subjectAltName = email:device.test'
leaf name-uri ec-mid 'subjectAltName = URI:device.test'
subject=device.test leaf cn-beside ec-mid 'subjectAltName = DNS:other.test'
subject=device.test leaf cn-mail ec-mid 'subjectAltName = email:a@b.test'
leaf address-other ec-mid 'subjectAltName = IP:127.0.0.2, IP:::2'
leaf address-name ec-mid 'subjectAltName = DNS:127.0.0.1, DNS:device.test'
subject=127.0.0.1 leaf address-cn ec-mid "$basic"
leaf reversed ec-mid "$device" $to $from
leaf client-only ec-mid "$device
extendedKeyUsage = clientAuth"
leaf client-critical ec-mid "$device
extendedKeyUsage = critical, clientAuth"
leaf code-signing ec-mid "$device
extendedKeyUsage = codeSigning, emailProtection"
leaf purpose-empty ec-mid "$device
2.5.29.37 = DER:30:00"
leaf usage-none ec-mid "$device
keyUsage = critical, keyCertSign"
leaf usage-keyx ec-mid "$device
keyUsage = critical, keyAgreement"
leaf critical ec-mid "$device
1.2.3.4.5 = critical, DER:05:00"
leaf sha1 ec-mid "$device"
openssl ca -batch -notext -config ca.cnf -md sha1 -cert ec-mid.crt \
    -keyfile ec-mid.key -in sha1.csr -extfile sha1.ext -startdate $from \
    -enddate $to -out sha1.crt 2>>log
cat sha1.crt ec-mid.crt >sha1.pem
key pss rsa
openssl req -new -key pss.key -subj /CN=pss.test -out pss.csr 2>>log
printf '%s\n' "$device" >pss.ext
openssl ca -batch -notext -config ca.cnf -cert rsa-mid.crt \
    -keyfile rsa-mid.key -in pss.csr -extfile pss.ext -startdate $from \
    -enddate $to -sigopt rsa_padding_mode:pss -out pss.crt 2>>log
cat pss.crt rsa-mid.crt >pss.pem
cp rsa-mid.crt pss.rest

chain mid-expired ec-root "$ca" $from 20240201000000Z
chain mid-future ec-root "$ca" 20491201000000Z $to
chain mid-client ec-root "$ca
extendedKeyUsage = clientAuth"
chain mid-no-ca ec-root "$basic"
chain mid-no-basic ec-root 'keyUsage = critical, keyCertSign'
chain mid-no-sign ec-root 'basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature'
chain mid-critical ec-root "$ca
1.2.3.4.5 = critical, DER:05:00"
chain mid-names ec-root "$ca
nameConstraints = critical, permitted;DNS:other.test"
leaf mid-leaf plain "$device"
cat mid-leaf.crt plain.crt ec-mid.crt >mid-leaf.pem
cat plain.crt ec-mid.crt >mid-leaf.rest
# May have no CA below it, and has one.
key path-top ec
sign path-top ec-root 'lwurl test path-top' $from $to \
    'basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign'
chain path path-top "$ca"
cat path.crt path-mid.crt path-top.crt >path.pem
cat path-mid.crt path-top.crt >path.rest
key weak-mid rsa1024
sign weak-mid rsa-root 'lwurl test weak-mid' $from $to "$ca"
leaf weak-issuer weak-mid "$device"
# The names of ec-root and ec-mid, but other keys.
key impostor-mid ec
sign impostor-mid stranger-root 'lwurl test ec-mid' $from $to "$ca"
leaf impostor impostor-mid "$device"
cat impostor.crt ec-mid.crt >impostor.pem
cp ec-mid.crt impostor.rest
key false-mid ec
sign false-mid false-mid 'lwurl test ec-root' $from $to "$ca"
leaf false-root false-mid "$device"
cp plain.key twice.key
cat plain.crt plain.crt ec-mid.crt >twice.pem
cat plain.crt ec-mid.crt >twice.rest
cp plain.key wrong-key.other
key wrong-key ec
cat plain.crt ec-mid.crt >wrong-key.pem
leaf ed25519-leaf ec-mid "$device"
rm ed25519-leaf.key
key ed25519-leaf ed25519
leaf ed25519-leaf ec-mid "$device"

# spoil NAME CERTIFICATE OFFSET: one byte changed; a negative offset counts
# from the end.
spoil() {
    openssl x509 -in "$2.crt" -outform DER -out spoilt.der
    size=$(wc -c <spoilt.der)
    at=$((($3 + size) % size))
    byte=$(tail -c +$((at + 1)) spoilt.der | head -c 1 | od -An -tu1)
    printf "\\$(printf %o $(((byte + 1) % 256)))" |
        dd of=spoilt.der bs=1 seek=$at conv=notrunc 2>>log
    {
        echo '-----BEGIN CERTIFICATE-----'
        openssl base64 -in spoilt.der
        echo '-----END CERTIFICATE-----'
    } >"$1.crt"
}
spoil bad-signature plain -1
cat bad-signature.crt ec-mid.crt >bad-signature.pem
spoil bad-mid-crt ec-mid -1
cat plain.crt bad-mid-crt.crt >bad-mid.pem
cp bad-mid-crt.crt bad-mid.rest
spoil bad-body plain 20
cat bad-body.crt ec-mid.crt >bad-body.pem
for name in bad-signature bad-mid bad-body; do
    cp plain.key $name.key
    [ -e $name.rest ] || cp ec-mid.crt $name.rest
done
cp ec-mid.crt sha1.rest

# Clients: good, of a strange CA, and expired.
client='extendedKeyUsage = clientAuth'
leaf client-ec ec-mid "$client"
key client-rsa rsa
leaf client-rsa ec-mid "$client"
leaf client-stranger stranger-root "$client"
leaf client-expired ec-mid "$client" $from 20240201000000Z

: >done
