// Makes ../implicit-rejection.json: what OpenSSL answers to RSA PKCS#1 v1.5 ciphertexts, most of them with wrong padding.
//
//   node vectors/crypto/implicit-rejection/make.mjs
//
// It takes a Node whose OpenSSL has implicit rejection (3.2 or later): Node 24 has. The keys are kept once made, and
// everything else follows from them, so a second run changes nothing. They are public test keys. Never trust them.

import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../implicit-rejection.json', import.meta.url)
const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []

/** Octets that look random and are the same at every run; none is zero. */
function octets(seed, length) {
  const blocks = []
  for (let i = 0; Buffer.concat(blocks).length < length; i++) {
    blocks.push(
      createHash('sha512')
        .update(`${seed} ${i}`)
        .digest()
        .filter((octet) => octet !== 0),
    )
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function encoded(k, seed, keyLength) {
  return Buffer.concat([
    Buffer.of(0, 2),
    octets(`${seed} padding`, k - 3 - keyLength),
    Buffer.of(0),
    octets(`${seed} key`, keyLength),
  ])
}

/** Encoded messages under the encryption: a sentence, and what is done to a good one. */
const cases = [
  ['a key of 16 octets', 16],
  ['a key of 24 octets', 24],
  ['a key of 32 octets', 32],
  ['a key of one octet', 1],
  ['the shortest padding there may be', (k) => k - 11],
  ['a key that begins with a zero octet', 32, (em, k) => em.fill(0, k - 32, k - 31)],
  ['a key of zeros', 32, (em, k) => em.fill(0, k - 32)],
  ['the first octet is 1', 32, (em) => em.fill(1, 0, 1)],
  ['the second octet is 1, as in a signature', 32, (em) => em.fill(1, 1, 2)],
  ['the second octet is 0', 32, (em) => em.fill(0, 1, 2)],
  ['the second octet is 3', 32, (em) => em.fill(3, 1, 2)],
  ['the first octet of the padding is 0', 32, (em) => em.fill(0, 2, 3)],
  ['the eighth octet of the padding is 0', 32, (em) => em.fill(0, 9, 10)],
  ['no octet separates the padding', 32, (em, k) => em.fill(7, k - 33, k - 32)],
  ['all octets are 0 but the last', 32, (em, k) => em.fill(0).fill(1, k - 1)],
  ['all octets are 2', 32, (em) => em.fill(2).fill(0, 0, 1)],
  ['random octets', 32, (em, k, seed) => octets(`${seed} random`, k).copy(em, 1)],
  ['other random octets', 16, (em, k, seed) => octets(`${seed} random`, k).copy(em, 1)],
  ['random octets that begin with 2', 16, (em, k, seed) => octets(`${seed} random`, k).copy(em, 2)],
  ['random octets that begin with 2, once more', 24, (em, k, seed) => octets(`${seed} random`, k).copy(em, 2)],
]

function row(key, k, seed, [comment, keyLength, change]) {
  const em = encoded(k, seed, typeof keyLength === 'function' ? keyLength(k) : keyLength)
  change?.(em, k, seed)
  const ciphertext = publicEncrypt({ key: createPublicKey(key), padding: constants.RSA_NO_PADDING }, em)
  const result = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, ciphertext)
  return { comment, ciphertext: ciphertext.toString('hex'), result: result.toString('hex') }
}

const groups = [2048, 3072].map((bits, index) => {
  const pem =
    kept[index]?.key ??
    generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  const key = createPrivateKey(pem)
  const rows = cases.map((each) => row(key, bits / 8, `${bits} ${each[0]}`, each))
  return { comment: `OpenSSL ${process.versions.openssl}, RSA-${bits}`, key: pem, rows }
})
writeFileSync(file, `${JSON.stringify(groups, null, 2)}\n`)
