# The second half of make.sh, which sources it: the CMS structures and the
# messages. Everything is judged at $at, with both roots trusted.

cat clinic-ca/cert.pem hospital-ca/cert.pem >"$work/roots"

# --- content ------------------------------------------------------------------

message_id='<20260601.093000.1@direct.clinic.example>'
routing="From: Ann Archer <ann@direct.clinic.example>
To: Bob Baker <bob@direct.hospital.example>
Date: Mon, 01 Jun 2026 09:30:00 +0000
Message-ID: $message_id"

entity() {
  cat <<'MIME'
Content-Type: multipart/mixed; boundary="part-of-the-content"

--part-of-the-content
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Dear Bob,

the results of Mr Example=E2=80=99s last visit are attached. The line below en=
ds in a space, which a signature has to survive:
potassium 4.1 mmol/l=20

--=20
Ann Archer, Example Clinic
--part-of-the-content
Content-Type: text/csv; charset=utf-8; header=present; name="results.csv"
Content-Disposition: attachment; filename="results.csv"
Content-Transfer-Encoding: base64

MIME
  printf 'code,name,value,unit\r\n2951-2,Sodium,139,mmol/l\r\n2823-3,Potassium,4.1,mmol/l\r\n2160-0,Creatinine,0.9,mg/dl\r\n' |
    openssl base64
  printf -- '--part-of-the-content--\n'
}

message() {
  printf '%s\nSubject: Results of the last visit\nMIME-Version: 1.0\n' "$routing"
  entity
}

entity | crlf >content/entity.mime
message | crlf >content/message.eml
{ printf 'Content-Type: message/rfc822\n\n' && message; } | crlf >content/wrapped.mime
row content content/entity.mime 'A multipart/mixed of text and one attachment, in canonical form.'
row content content/message.eml 'The same with the full header of a message from ann to bob.'
row content content/wrapped.mime 'That message as the body of a message/rfc822 entity.'

# --- signed -------------------------------------------------------------------

# sign SIGNER CONTENT OPTIONS…: to the standard output.
sign() {
  local signer=$1 content=$2 chain=()
  shift 2
  chain "$signer" >"$work/chain"
  [[ " $* " == *' -nocerts '* ]] || chain=(-certfile "$work/chain")
  openssl cms -sign -in "$content" -binary -crlfeol -signer "$signer/cert.pem" -inkey "$signer/key.pem" \
    "${chain[@]}" "$@"
}

# sign_entity SIGNER CONTENT OPTIONS…: OpenSSL ends the lines of its base64 with LF alone, whatever is asked of it.
sign_entity() {
  sign "$@" -outform SMIME | crlf
}

# verify FILE CONTENT [OPTIONS]: the signature holds, and what comes out is the content, byte for byte.
verify() {
  local file=$1 content=$2
  shift 2
  openssl cms -verify -in "$file" -attime "$at" -CAfile "$work/roots" -out "$work/verified" "$@" 2>"$work/log" ||
    stop "$file: $(cat "$work/log")"
  cmp -s "$work/verified" "$content" || stop "$file: other content than $content"
}

# refuse REASON FILE [OPTIONS]: OpenSSL says no, for that reason.
refuse() {
  local reason=$1 file=$2
  shift 2
  ! openssl cms -verify -in "$file" -attime "$at" -CAfile "$work/roots" -out /dev/null "$@" 2>"$work/log" ||
    stop "$file: was accepted"
  grep -q "$reason" "$work/log" || stop "$file: $(cat "$work/log")"
}

content=content/entity.mime
for digest in sha256 sha384 sha512; do
  file=signed/$digest.eml
  absent "$file" sign_entity ann "$content" -md "$digest"
  verify "$file" "$content"
  row signed "$file" "A multipart/signed entity, ${digest/sha/SHA-}." signer=ann "digest=${digest/sha/SHA-}" \
    "content=$content" form=multipart expected=valid
done

# signed FILE COMMENT FORM SIGNERS OPTIONS…: a structure in DER or BER, made, checked and listed.
signed() {
  local file=signed/$1 comment=$2 form=$3 signers=$4
  shift 4
  absent "$file" sign "${signers%%,*}" "$content" -md sha256 -outform DER "$@"
  local given=()
  [[ $form == detached ]] && given=(-content "$content")
  [[ " $* " == *' -nocerts '* ]] && given+=(-certfile ann/cert.pem)
  verify "$file" "$content" -inform DER -binary "${given[@]}"
  if [[ $signers == *,* ]]; then signers="signers=[$signers]"; else signers="signer=$signers"; fi
  row signed "$file" "$comment" "$signers" digest=SHA-256 "content=$content" "form=$form" expected=valid
}

signed detached.p7s 'Detached, with signed attributes.' detached ann
signed opaque.p7m 'The content inside.' opaque ann -nodetach
signed noattr.p7s 'Without signed attributes: the signature is over the content itself.' detached ann -noattr
signed noattr.p7m 'Without signed attributes, the content inside.' opaque ann -noattr -nodetach
signed keyid.p7s 'The signer is named by subjectKeyIdentifier.' detached ann -keyid
signed two-signers.p7s 'Two signers of different organisations.' detached 'ann,carol-signing' \
  -signer carol-signing/cert.pem -inkey carol-signing/key.pem -certfile hospital-ca/cert.pem
signed nocerts.p7s 'The certificates are left out.' detached ann -nocerts
signed chain.p7s 'The signer is below an intermediate CA, whose certificate is inside.' detached ida
signed streamed.p7m 'BER of indefinite length, the content in pieces.' opaque ann -nodetach -stream

absent signed/opaque.eml sign_entity ann "$content" -md sha256 -nodetach
verify signed/opaque.eml "$content"
row signed signed/opaque.eml 'An application/pkcs7-mime entity with smime-type signed-data.' signer=ann digest=SHA-256 \
  "content=$content" form=opaque expected=valid

absent signed/line-ends.eml sign ann "$content" -md sha256 -outform SMIME
[[ $(grep -vc $'\r$' signed/line-ends.eml) -gt 0 ]]
verify signed/line-ends.eml "$content"
row signed signed/line-ends.eml 'The base64 of the signature has bare LF, as OpenSSL writes it; the content has CRLF.' \
  signer=ann digest=SHA-256 "content=$content" form=multipart expected=valid

chain ida >"$work/chain"
absent signed/certs-only.p7c openssl crl2pkcs7 -nocrl -certfile ida/cert.pem -certfile "$work/chain" -outform DER
[[ $(openssl pkcs7 -inform DER -in signed/certs-only.p7c -print_certs -noout | grep -c subject) == 3 ]]
row signed signed/certs-only.p7c 'Certificates only: ida, her issuer and the root.' form=certs-only expected=valid

# change FILE FROM TO: the same file with one byte of its text changed.
change() {
  sed "s/$3/$4/" "$1" >"$2"
  [[ $(cmp -l "$1" "$2" | wc -l) == 1 ]] || stop "$2 does not differ from $1 in one byte"
}

# The signature value is the last field of a structure without unsigned attributes.
change_signature() {
  { head -c -1 "$1" && printf "\\x$(printf %02x $(($(tail -c 1 "$1" | od -An -tu1) ^ 1)))"; } >"$2"
}

change signed/sha256.eml signed/tampered-content.eml 'potassium 4.1' 'potassium 9.1'
refuse 'digest failure\|verification failure' signed/tampered-content.eml
row signed signed/tampered-content.eml 'signed/sha256.eml with one byte of the content changed.' signer=ann digest=SHA-256 \
  form=multipart twin=signed/sha256.eml 'expected=the digest of the content differs'
change signed/opaque.p7m signed/tampered-content.p7m 'potassium 4.1' 'potassium 9.1'
refuse 'digest failure\|verification failure' signed/tampered-content.p7m -inform DER
row signed signed/tampered-content.p7m 'signed/opaque.p7m with one byte of the content changed.' signer=ann \
  digest=SHA-256 form=opaque twin=signed/opaque.p7m 'expected=the digest of the content differs'
change signed/noattr.p7m signed/tampered-noattr.p7m 'potassium 4.1' 'potassium 9.1'
refuse 'verification failure' signed/tampered-noattr.p7m -inform DER
row signed signed/tampered-noattr.p7m 'signed/noattr.p7m with one byte of the content changed.' signer=ann \
  digest=SHA-256 form=opaque twin=signed/noattr.p7m 'expected=the signature does not hold'
change_signature signed/detached.p7s signed/tampered-signature.p7s
refuse 'verification failure\|signature failure' signed/tampered-signature.p7s -inform DER -binary -content "$content"
row signed signed/tampered-signature.p7s 'signed/detached.p7s with the last bit of the signature changed.' signer=ann \
  digest=SHA-256 "content=$content" form=detached twin=signed/detached.p7s 'expected=the signature does not hold'

# --- enveloped ----------------------------------------------------------------

oaep=(-keyopt rsa_padding_mode:oaep)
oaep256=("${oaep[@]}" -keyopt rsa_oaep_md:sha256)

# decrypt FILE CONTENT FOLDER [OPTIONS]
decrypt() {
  local file=$1 content=$2 folder=$3
  shift 3
  openssl cms -decrypt -in "$file" -recip "$folder/cert.pem" -inkey "$folder/key.pem" -out "$work/decrypted" "$@"
  cmp -s "$work/decrypted" "$content" || stop "$file: other content than $content"
}

# enveloped FILE COMMENT CIPHER KEYTRANSPORT ENCODING [OPTIONS]: encrypted to bob, checked and listed.
enveloped() {
  local file=enveloped/$1 comment=$2 cipher=$3 transport=$4 encoding=$5 found=DER
  shift 5
  absent "$file" openssl cms -encrypt -in "$content" -binary -outform DER "-${cipher,,}" -recip bob/cert.pem "$@"
  decrypt "$file" "$content" bob -inform DER
  openssl asn1parse -inform DER -in "$file" | grep -q l=inf && found=BER
  [[ $found == "$encoding" ]] || stop "$file is not $encoding"
  row enveloped "$file" "$comment" recipient=bob "cipher=$cipher" "keyTransport=$transport" "encoding=$encoding" \
    "content=$content" expected=valid
}

v15='RSAES-PKCS1-v1_5'
for cipher in AES-128-CBC AES-192-CBC AES-256-CBC; do
  name=${cipher,,}
  enveloped "$name.p7m" "$cipher, RSA v1.5." "$cipher" "$v15" DER -keyopt rsa_padding_mode:pkcs1
done
enveloped oaep-sha1.p7m 'RSA-OAEP with all parameters left at their default, SHA-1.' AES-256-CBC 'RSAES-OAEP SHA-1' DER \
  "${oaep[@]}"
enveloped oaep-sha256.p7m 'RSA-OAEP with SHA-256, MGF1 the same.' AES-256-CBC 'RSAES-OAEP SHA-256' DER "${oaep256[@]}"
enveloped oaep-sha256-mgf1-sha1.p7m 'RSA-OAEP with SHA-256 and MGF1 with SHA-1, which WebCrypto cannot do.' AES-256-CBC \
  'RSAES-OAEP SHA-256 MGF1 SHA-1' DER "${oaep256[@]}" -keyopt rsa_mgf1_md:sha1
enveloped streamed.p7m 'BER of indefinite length, the ciphertext in pieces.' AES-256-CBC "$v15" BER -stream
enveloped keyid.p7m 'The recipient is named by subjectKeyIdentifier.' AES-256-CBC "$v15" DER -keyid

two=enveloped/two-recipients.p7m
absent $two openssl cms -encrypt -in "$content" -binary -outform DER -aes-256-cbc carol-encryption/cert.pem bob/cert.pem
decrypt $two "$content" carol-encryption -inform DER
decrypt $two "$content" bob -inform DER
openssl asn1parse -inform DER -in $two | sed -n 's/.*INTEGER *:\(5A02\)/\1/p' >"$work/order"
[[ $(paste -sd ' ' "$work/order") == '5A02000000000011 5A02000000000020' ]] || stop "$two: bob is not last"
row enveloped $two 'Two recipients, bob last.' 'recipients=[carol-encryption,bob]' cipher=AES-256-CBC "keyTransport=$v15" \
  encoding=DER "content=$content" expected=valid

# --- whole Direct messages ----------------------------------------------------

# seal CONTENT CIPHER HEADER SIGNING ENCRYPTING: sign for ann, encrypt to bob, give it a header.
seal() {
  local content=$1 cipher=$2 header=$3
  local -n signing=$4 encrypting=$5
  sign_entity ann "$content" -md sha256 "${signing[@]}" >"$work/signed"
  {
    printf '%s\n' "$header"
    openssl cms -encrypt -in "$work/signed" -binary -outform SMIME "-${cipher,,}" -recip bob/cert.pem "${encrypting[@]}"
  } | crlf
}

# direct FILE COMMENT KEYTRANSPORT CONTENT CIPHER HEADER SIGNING ENCRYPTING: a whole message, checked and listed.
direct() {
  local file=messages/$1 comment=$2 transport=$3 content=$4 cipher=$5
  shift 3
  absent "$file" seal "$@"
  openssl cms -decrypt -in "$file" -recip bob/cert.pem -inkey bob/key.pem -out "$work/opened"
  verify "$work/opened" "$content"
  ! openssl cms -decrypt -in "$file" -recip wrong-key/cert.pem -inkey wrong-key/key.pem -out /dev/null 2>/dev/null ||
    stop "$file: opened with another key"
  row message "$file" "$comment" signer=ann recipient=bob digest=SHA-256 "cipher=$cipher" "keyTransport=$transport" \
    "content=$content" expected=valid
}

plain=()
opaque=(-nodetach)
streamed=(-stream)
pkcs1=(-keyopt rsa_padding_mode:pkcs1)
wrapped=content/wrapped.mime
direct aes-128-cbc.eml 'AES-128-CBC, RSA v1.5, wrapped.' "$v15" "$wrapped" AES-128-CBC "$routing" plain pkcs1
direct aes-256-cbc.eml 'AES-256-CBC, RSA v1.5, wrapped.' "$v15" "$wrapped" AES-256-CBC "$routing" plain pkcs1
direct oaep-sha256.eml 'AES-256-CBC, RSA-OAEP with SHA-256, wrapped.' 'RSAES-OAEP SHA-256' "$wrapped" AES-256-CBC \
  "$routing" plain oaep256
direct streamed.eml 'Both layers written as a stream: BER of indefinite length.' "$v15" "$wrapped" AES-256-CBC \
  "$routing" streamed streamed
direct opaque.eml 'The signed layer is opaque signed-data.' "$v15" "$wrapped" AES-256-CBC "$routing" opaque pkcs1
direct unwrapped.eml 'Unwrapped: the entity itself is signed, the Subject is outside.' "$v15" content/entity.mime \
  AES-256-CBC "$routing"$'\nSubject: Results of the last visit' plain pkcs1
