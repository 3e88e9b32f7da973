#!/usr/bin/env bash
# Makes throw-away certificates for servers on loopback.
#
#   scripts/servers/pki.sh DIR
#
#   ca.pem ca.key         signs the leaves below, but one
#   evil-ca.pem           signs that one, evil-client
#   server.{crt,key,pem}  localhost and 127.0.0.1
#   expired.{…}           the same names, ended long ago
#   wrong.{…}             other.example
#   client.{…}            for servers that want a client's certificate
#   expired-client.{…}    such a one, ended long ago
#   evil-client.{…}       such a one by evil-ca
#   locked.key            the client's key behind a passphrase
#
# A .pem holds certificate and key, as mongod wants them. An existing set is kept until its last day.
set -euo pipefail
umask 077
dir=${1:?usage: pki.sh DIR}
names='DNS:localhost,IP:127.0.0.1'

main() {
    mkdir -p "$dir"
    cd "$dir"
    # evil-client.pem is written last, so it stands for the whole set.
    if [ -s evil-client.pem ] && openssl x509 -in evil-client.crt -noout -checkend 86400 >/dev/null; then return; fi
    authority ca
    authority evil-ca
    prepare_signing
    trap 'rm -rf signing' EXIT
    # A member of a replica set is its peers' client too, with the same certificate.
    leaf ca server serverAuth,clientAuth "$names" '-1 day' '+30 days'
    leaf ca expired serverAuth,clientAuth "$names" '-60 days' '-30 days'
    leaf ca wrong serverAuth,clientAuth DNS:other.example '-1 day' '+30 days'
    leaf ca client clientAuth DNS:client '-1 day' '+30 days'
    quiet openssl pkey -in client.key -aes256 -passout pass:locked -out locked.key
    leaf ca expired-client clientAuth DNS:client '-60 days' '-30 days'
    leaf evil-ca evil-client clientAuth DNS:client '-1 day' '+30 days'
}

# P-256 keys: made in a millisecond, where RSA may take a second.
new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

authority() {
    quiet openssl req -x509 "${new_key[@]}" -days 31 -subj "/CN=Tenantwatch throw-away $1" \
        -keyout "$1.key" -out "$1.pem" -addext keyUsage=critical,keyCertSign,cRLSign
}

# `openssl ca` and its little database, because no other command of OpenSSL 3.0 can date a
# certificate into the past.
prepare_signing() {
    rm -rf signing
    mkdir signing
    touch signing/index
    cat >signing/config <<'END'
[ca]
default_ca = throw_away
[throw_away]
database = signing/index
new_certs_dir = signing
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
END
}

leaf() {
    local authority=$1 name=$2 purpose=$3 alternatives=$4 start=$5 end=$6
    quiet openssl req -new "${new_key[@]}" -subj "/CN=$name" -keyout "$name.key" -out signing/request
    printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$alternatives" "$purpose" >signing/extensions
    quiet openssl ca -batch -notext -config signing/config -extfile signing/extensions -cert "$authority.pem" -keyfile "$authority.key" \
        -startdate "$(utc "$start")" -enddate "$(utc "$end")" -in signing/request -out "$name.crt"
    cat "$name.crt" "$name.key" >"$name.pem"
}

# OpenSSL chats on stderr when all is well.
quiet() {
    local said
    said=$("$@" 2>&1) || { echo "pki: $said" >&2; return 1; }
}

utc() { date -u -d "$1" +%Y%m%d%H%M%SZ; }

main
