#!/usr/bin/env bash
# Makes vectors/openssl/: two organisations with their certificates and keys,
# CMS structures and whole Direct messages, all written by OpenSSL 3, and
# index.json, which says of every file what it is and what is to be expected.
#
#   bash vectors/make.sh           makes what is absent, checks everything
#   bash vectors/make.sh --fresh   throws the folder away and makes it anew
#
# A second run leaves every byte as it was. Certificates carry fixed dates and
# serial numbers, so the same keys give the same certificates; CMS structures
# hold random keys and the time of signing, so they are kept once made. To
# change one file, delete it and run again. Every file is checked with OpenSSL
# at every run, and the script stops at the first that is not as the index says.
#
# The keys are public test keys. Never trust them.
set -euo pipefail
trap 'echo "make.sh: line $LINENO failed" >&2' ERR

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$here/openssl
[[ ${1:-} == --fresh ]] && rm -rf "$out"
mkdir -p "$out"/{content,signed,enveloped,messages}
cd "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

at=1780306200 # 2026-06-01T09:30:00Z, when everything here is judged

crlf() { sed 's/\r*$/\r/'; }
stop() { echo "make.sh: $*" >&2; exit 1; }

# absent FILE COMMAND…: what the command prints becomes the file, unless it is there already.
absent() {
  [[ -e $1 ]] && return
  "${@:2}" >"$work/made"
  mv "$work/made" "$1"
}

# row KIND FILE COMMENT [name=value …]: one line of the index; a value with commas in [] is a list.
row() {
  local kind=$1 file=$2 comment=$3 pair value
  shift 3
  [[ -s $file ]] || stop "$file is missing"
  printf '  { "file": "%s", "kind": "%s", "comment": "%s"' "$file" "$kind" "$comment"
  for pair in "$@"; do
    value=${pair#*=}
    if [[ $value == '['*']' ]]; then
      value=${value#[} value=${value%]}
      printf ', "%s": ["%s"]' "${pair%%=*}" "${value//,/\", \"}"
    else
      printf ', "%s": "%s"' "${pair%%=*}" "$value"
    fi
  done
  printf ' },\n'
} >>"$work/rows"

# --- certificates -------------------------------------------------------------

cat >"$work/ca.cnf" <<'CNF'
[ca]
default_ca = issuer
[issuer]
dir = $ENV::STORE
database = $dir/index.txt
serial = $dir/serial
crlnumber = $dir/crlnumber
new_certs_dir = $dir
policy = anything
email_in_dn = no
unique_subject = no
[anything]
organizationName = optional
commonName = supplied
[req]
distinguished_name = empty
string_mask = utf8only
[empty]
CNF

# The calls of openssl ca share one throwaway data base for each issuer.
store() {
  export STORE=$work/store-$1
  mkdir -p "$STORE"
  [[ -e $STORE/index.txt ]] || { : >"$STORE/index.txt" && echo 01 >"$STORE/crlnumber"; }
}

key() {
  local folder=$1 bits=$2
  mkdir -p "$folder"
  [[ -e $folder/key.pem ]] && return
  { echo 'TEST KEY, public on purpose: never trust it.'
    openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" 2>/dev/null
  } >"$folder/key.pem"
}

# certificate FOLDER ISSUER SERIAL SUBJECT EXTENSIONS [name=value …]; ISSUER equal to FOLDER makes a root.
certificate() {
  local folder=$1 issuer=$2 serial=$3 subject=$4 extensions=$5
  shift 5
  local bits=2048 digest=sha256 from=20250101000000Z until=20550101000000Z
  [[ $# -eq 0 ]] || local "$@"
  key "$folder" "$bits"
  [[ -e $folder/cert.pem ]] && return
  store "$issuer"
  echo "$serial" >"$STORE/serial"
  printf '%s\n' "$extensions" >"$work/extensions"
  openssl req -new -config "$work/ca.cnf" -key "$folder/key.pem" -subj "$subject" -out "$work/request"
  local signer=(-cert "$issuer/cert.pem")
  [[ $folder == "$issuer" ]] && signer=(-selfsign)
  openssl ca -batch -notext -config "$work/ca.cnf" "${signer[@]}" -keyfile "$issuer/key.pem" -md "$digest" \
    -startdate "$from" -enddate "$until" -extfile "$work/extensions" -preserveDN \
    -in "$work/request" -out "$folder/cert.pem" 2>"$work/log" || stop "$folder: $(cat "$work/log")"
}

ca_extensions='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid'

# end_entity ORGANISATION SAN [KEYUSAGE]: the extensions of a Direct certificate.
end_entity() {
  cat <<EXT
basicConstraints = critical, CA:FALSE
keyUsage = critical, ${3:-digitalSignature, keyEncipherment}
extendedKeyUsage = emailProtection
subjectAltName = $2
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://crl.$1.example/ca.crl
EXT
}

clinic=/O=Example\ Clinic
hospital=/O=Example\ Hospital
ann=$(end_entity clinic email:ann@direct.clinic.example)
bob=$(end_entity hospital email:bob@direct.hospital.example)
carol=email:carol@direct.hospital.example

certificate clinic-ca clinic-ca 5A01000000000001 "$clinic/CN=Example Clinic CA" "$ca_extensions" \
  from=20150101000000Z until=20560101000000Z
certificate hospital-ca hospital-ca 5A02000000000001 "$hospital/CN=Example Hospital CA" "$ca_extensions" \
  from=20150101000000Z until=20560101000000Z
certificate clinic-issuing-ca clinic-ca 5A01000000000002 "$clinic/CN=Example Clinic Issuing CA" \
  "${ca_extensions/CA:TRUE/CA:TRUE, pathlen:0}
crlDistributionPoints = URI:http://crl.clinic.example/ca.crl"

certificate ann clinic-ca 5A01000000000010 "$clinic/CN=Ann Archer" "$ann"
certificate ida clinic-issuing-ca 5A03000000000010 "$clinic/CN=Ida Ivory" \
  "$(end_entity clinic email:ida@direct.clinic.example)"
# Serial numbers decide the order of a SET OF RecipientInfo: carol's come before bob's.
certificate carol-signing hospital-ca 5A02000000000010 "$hospital/CN=Carol Cooper" \
  "$(end_entity hospital $carol digitalSignature)"
certificate carol-encryption hospital-ca 5A02000000000011 "$hospital/CN=Carol Cooper" \
  "$(end_entity hospital $carol keyEncipherment)"
certificate bob hospital-ca 5A02000000000020 "$hospital/CN=Bob Baker" "$bob"
certificate hospital-domain hospital-ca 5A02000000000030 "$hospital/CN=direct.hospital.example" \
  "$(end_entity hospital DNS:direct.hospital.example)"

# From here on each differs from ann (or bob) in the one thing its folder is named for.
certificate expired clinic-ca 5A01000000000020 "$clinic/CN=Ann Archer" "$ann" from=20200101000000Z until=20210101000000Z
certificate future clinic-ca 5A01000000000021 "$clinic/CN=Ann Archer" "$ann" from=20500101000000Z
certificate revoked clinic-ca 5A01000000000022 "$clinic/CN=Ann Archer" "$ann"
certificate short-key clinic-ca 5A01000000000023 "$clinic/CN=Ann Archer" "$ann" bits=1024
certificate sha1 clinic-ca 5A01000000000024 "$clinic/CN=Ann Archer" "$ann" digest=sha1
certificate not-a-ca clinic-ca 5A01000000000025 "$clinic/CN=Not A CA" \
  "$(end_entity clinic email:mallory@direct.clinic.example)"
certificate below-not-a-ca not-a-ca 5A04000000000010 "$clinic/CN=Ann Archer" "$ann"
certificate wrong-key clinic-ca 5A01000000000026 "$hospital/CN=Bob Baker" "$bob"

# crl CA [CERTIFICATE]: a CRL good for all the years of the certificates.
crl() {
  [[ -e $1/ca.crl ]] && return
  store "$1"
  local ca=(openssl ca -config "$work/ca.cnf" -cert "$1/cert.pem" -keyfile "$1/key.pem" -md sha256)
  if [[ -n ${2:-} ]]; then
    # openssl ca notes the present as the time of revocation: the data base is written by hand to fix it.
    local serial subject
    serial=$(openssl x509 -in "$2/cert.pem" -noout -serial)
    subject=$(openssl x509 -in "$2/cert.pem" -noout -subject -nameopt compat)
    printf 'R\t550101000000Z\t260101000000Z,keyCompromise\t%s\tunknown\t%s\n' \
      "${serial#serial=}" "${subject#subject=}" >"$STORE/index.txt"
  fi
  "${ca[@]}" -gencrl -crl_lastupdate 20260101000000Z -crl_nextupdate 20540101000000Z -crlexts crl_extensions \
    -out "$work/crl" -config <(cat "$work/ca.cnf" && printf '[crl_extensions]\nauthorityKeyIdentifier = keyid\n') \
    2>"$work/log" || stop "$1/ca.crl: $(cat "$work/log")"
  openssl crl -in "$work/crl" -outform DER -out "$1/ca.crl"
}
crl clinic-ca revoked
crl hospital-ca

# identity FOLDER FILE [OPTIONS]: key, certificate and chain as PKCS#12, pass phrase "test".
identity() {
  local folder=$1 file=$2
  shift 2
  [[ -e $folder/$file ]] && return
  openssl pkcs12 -export -inkey "$folder/key.pem" -in "$folder/cert.pem" -certfile <(chain "$folder") \
    -name "$folder" -passout pass:test -out "$folder/$file" "$@"
}

# chain FOLDER: the certificates above it, nearest first.
chain() {
  case $1 in
    ida) cat clinic-issuing-ca/cert.pem clinic-ca/cert.pem ;;
    below-not-a-ca) cat not-a-ca/cert.pem clinic-ca/cert.pem ;;
    bob | carol-* | hospital-domain) cat hospital-ca/cert.pem ;;
    *) cat clinic-ca/cert.pem ;;
  esac
}

# path EXPECTED FOLDER [OPTIONS]: what openssl verify says of a certificate; EXPECTED is ok or words of its answer.
path() {
  local expected=$1 folder=$2
  shift 2
  chain "$folder" >"$work/chain"
  openssl verify -x509_strict -purpose smimesign -attime "$at" -CAfile <(cat clinic-ca/cert.pem hospital-ca/cert.pem) \
    -untrusted "$work/chain" "$@" "$folder/cert.pem" >"$work/verdict" 2>&1 || true
  grep -qi -e "$expected" "$work/verdict" || stop "$folder: $(cat "$work/verdict")"
}

# story FOLDER EXPECTED COMMENT VERIFIES [name=value …]: what an end entity's folder holds, checked and listed.
story() {
  local folder=$1 expected=$2 comment=$3 verifies=$4
  shift 4
  identity "$folder" identity.p12
  openssl pkcs12 -in "$folder/identity.p12" -passin pass:test -noout
  # shellcheck disable=SC2086
  path $verifies
  row certificate "$folder/cert.pem" "$comment" "expected=$expected" "$@"
  row key "$folder/key.pem" "The private key of $folder, PKCS#8." "certificate=$folder/cert.pem"
  row key "$folder/identity.p12" "Key, certificate and chain of $folder, PBES2 with AES-256." \
    "certificate=$folder/cert.pem" password=test
}

# root FOLDER COMMENT ISSUER
root() {
  openssl verify -x509_strict -attime "$at" -CAfile "$3/cert.pem" "$1/cert.pem" >/dev/null
  row certificate "$1/cert.pem" "$2" "issuer=$3" expected=valid
  row key "$1/key.pem" "The private key of $1, PKCS#8." "certificate=$1/cert.pem"
}

address_ann='address=ann@direct.clinic.example'
address_bob='address=bob@direct.hospital.example'
address_carol='address=carol@direct.hospital.example'

root clinic-ca 'The root of Example Clinic, RSA-2048, SHA-256.' clinic-ca
root hospital-ca 'The root of Example Hospital, RSA-2048, SHA-256.' hospital-ca
root clinic-issuing-ca 'An intermediate CA below the root of Example Clinic, path length 0.' clinic-ca
story ann valid 'An address-bound certificate for both signing and encryption.' ': ok ann' issuer=clinic-ca "$address_ann"
story ida valid 'An address-bound certificate below an intermediate CA.' ': ok ida' issuer=clinic-issuing-ca \
  address=ida@direct.clinic.example
story bob valid 'An address-bound certificate of the other organisation.' ': ok bob' issuer=hospital-ca "$address_bob"
story carol-signing valid 'One half of a single-use pair: digitalSignature only.' ': ok carol-signing' \
  issuer=hospital-ca "$address_carol"
story carol-encryption valid 'The other half of the pair: keyEncipherment only.' ': ok carol-encryption -purpose smimeencrypt' \
  issuer=hospital-ca "$address_carol"
story hospital-domain valid 'A domain-bound certificate, subjectAltName DNS.' ': ok hospital-domain' \
  issuer=hospital-ca domain=direct.hospital.example
story expired 'expired at the end of 2020' "Ann's names, notAfter in the past." 'has.expired expired' issuer=clinic-ca "$address_ann"
story future 'not valid before 2050' "Ann's names, notBefore in the future." 'not.yet.valid future' issuer=clinic-ca "$address_ann"
story revoked 'revoked on 2026-01-01, keyCompromise' "Ann's names, listed in clinic-ca/ca.crl." \
  'certificate.revoked revoked -crl_check -CRLfile clinic-ca/ca.crl' issuer=clinic-ca "$address_ann"
story short-key 'the RSA key is too short' "Ann's names, RSA-1024." 'too.weak short-key -auth_level 2' \
  issuer=clinic-ca "$address_ann"
story sha1 'signed with SHA-1' "Ann's names, sha1WithRSAEncryption." 'too.weak sha1 -auth_level 2' \
  issuer=clinic-ca "$address_ann"
story not-a-ca valid 'An end entity, good for mail, that issued another.' ': ok not-a-ca' \
  issuer=clinic-ca address=mallory@direct.clinic.example
story below-not-a-ca 'the issuer is not a CA' "Ann's names, issued by an end entity." 'invalid.CA below-not-a-ca' \
  issuer=not-a-ca "$address_ann"
story wrong-key "not bob's key" "Bob's names on another key, issued by the other CA." ': ok wrong-key' \
  issuer=clinic-ca "$address_bob"

identity ann identity-3des.p12 -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1
row key ann/identity-3des.p12 'The same as ann/identity.p12 with SHA-1 and 3DES.' certificate=ann/cert.pem password=test
identity ann identity-rc2.p12 -legacy
row key ann/identity-rc2.p12 'The same with RC2-40 for the certificates, 3DES for the key.' certificate=ann/cert.pem \
  password=test
openssl pkcs12 -in ann/identity-3des.p12 -passin pass:test -noout
openssl pkcs12 -legacy -in ann/identity-rc2.p12 -passin pass:test -noout
row crl clinic-ca/ca.crl 'The CRL of the clinic, which lists the certificate in revoked/.' issuer=clinic-ca expected=valid
row crl hospital-ca/ca.crl 'The CRL of the hospital, empty.' issuer=hospital-ca expected=valid
path ': ok' ann -crl_check -CRLfile clinic-ca/ca.crl
path ': ok' bob -crl_check -CRLfile hospital-ca/ca.crl

# shellcheck source=make-messages.sh
source "$here/make-messages.sh"

printf '[\n%s\n]\n' "$(sed '$ s/,$//' "$work/rows")" >index.json
echo "$(wc -l <"$work/rows") files made and checked"
