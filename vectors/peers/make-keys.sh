#!/usr/bin/env bash
# Makes vectors/peers/keys/: one CA and a key of every kind that independent
# programs sign or decrypt with, each with its certificate and, where programs
# want one, a PKCS#12 file (pass phrase `test`, in the old encryption that all
# of them read).
#
#   bash vectors/peers/make-keys.sh           makes what is absent
#   bash vectors/peers/make-keys.sh --fresh   new keys: then make all messages anew too
#
# The keys are public test keys. Never trust them.
set -euo pipefail
trap 'echo "make-keys.sh: line $LINENO failed" >&2' ERR

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ ${1:-} == --fresh ]] && rm -rf "$here/keys"
mkdir -p "$here/keys"
cd "$here/keys"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

cat >"$work/ca.cnf" <<CNF
[ca]
default_ca = issuer
[issuer]
database = $work/index.txt
serial = $work/serial
new_certs_dir = $work
policy = anything
email_in_dn = no
unique_subject = no
[anything]
commonName = supplied
[req]
distinguished_name = empty
[empty]
CNF
: >"$work/index.txt"

# key NAME OPTIONS…
key() {
  mkdir -p "$1"
  [[ -e $1/key.pem ]] && return
  { echo 'TEST KEY, public on purpose: never trust it.' && openssl genpkey "${@:2}" 2>/dev/null; } >"$1/key.pem"
}

# extensions NAME KEYUSAGE
extensions() {
  printf '%s\n' 'basicConstraints = critical, CA:FALSE' "keyUsage = critical, $2" 'extendedKeyUsage = emailProtection' \
    "subjectAltName = email:$1@peers.example" 'subjectKeyIdentifier = hash' 'authorityKeyIdentifier = keyid'
}

# certificate NAME SERIAL CN OPTIONS…, the extensions on the standard input
certificate() {
  local name=$1 serial=$2 cn=$3
  shift 3
  cat >"$work/extensions"
  [[ -e $name/cert.pem ]] && return
  echo "$serial" >"$work/serial"
  openssl req -new -config "$work/ca.cnf" -key "$name/key.pem" -subj "/CN=$cn" -out "$work/request"
  openssl ca -batch -notext -config "$work/ca.cnf" -keyfile ca/key.pem -md sha256 -startdate 20250101000000Z \
    -enddate 20550101000000Z -extfile "$work/extensions" -in "$work/request" -out "$name/cert.pem" "$@" 2>"$work/log" ||
    { cat "$work/log" >&2 && exit 1; }
}

rsa=(-algorithm RSA -pkeyopt rsa_keygen_bits:2048)
curve() { printf '%s\n' -algorithm EC -pkeyopt "ec_paramgen_curve:$1" -pkeyopt ec_param_enc:named_curve; }

key ca "${rsa[@]}"
printf '%s\n' 'basicConstraints = critical, CA:TRUE' 'keyUsage = critical, keyCertSign, cRLSign' \
  'subjectKeyIdentifier = hash' | certificate ca 5B01 'Peers Test CA' -selfsign

serial=16
for name in rsa other p256 p384 p521 ed25519; do
  usage='digitalSignature, keyAgreement'
  case $name in
    rsa | other) key $name "${rsa[@]}"; usage='digitalSignature, keyEncipherment' ;;
    p*) mapfile -t options < <(curve "P-${name#p}"); key $name "${options[@]}" ;;
    ed25519) key $name -algorithm ED25519; usage=digitalSignature ;;
  esac
  extensions $name "$usage" | certificate $name "5B$serial" "Peers Test $name" -cert ca/cert.pem
  serial=$((serial + 1))
done

# Of a domain, for all mailboxes that have none of their own.
key domain "${rsa[@]}"
extensions domain 'digitalSignature, keyEncipherment' | sed 's/email:.*/DNS:peers.example/' |
  certificate domain 5B31 'Peers Test domain' -cert ca/cert.pem

# A key that cannot sign asks for no certificate: it is put in place of another. This one begins on the day it is made.
key x25519 -algorithm X25519
if [[ ! -e x25519/cert.pem ]]; then
  openssl pkey -in x25519/key.pem -pubout -out "$work/x25519.pub"
  openssl req -new -config "$work/ca.cnf" -key rsa/key.pem -subj '/CN=Peers Test x25519' -out "$work/request"
  extensions x25519 keyAgreement >"$work/extensions"
  openssl x509 -req -in "$work/request" -force_pubkey "$work/x25519.pub" -CA ca/cert.pem -CAkey ca/key.pem \
    -set_serial 0x5B30 -days 10000 -extfile "$work/extensions" -out x25519/cert.pem 2>/dev/null
fi

old=(-legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1)
for name in rsa other p256 p384 p521; do
  [[ -e $name/identity.p12 ]] || openssl pkcs12 -export "${old[@]}" -inkey $name/key.pem -in $name/cert.pem \
    -certfile ca/cert.pem -name $name -passout pass:test -out $name/identity.p12
done
for name in rsa other p256 p384 p521 ed25519; do openssl verify -CAfile ca/cert.pem $name/cert.pem >/dev/null; done
