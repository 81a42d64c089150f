import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import {
  contentCiphers,
  createSharedKeyDecrypter,
  decryptContent,
  decryptWithPassword,
  deriveFromPassword,
  keyWraps,
} from '../../src/crypto/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import { provider } from './fixtures.js'
import { filesLike, groupsIn } from './wycheproof.node.js'

/** Files that no test reads, with the reason. */
const leftOut: Readonly<Record<string, string>> = {
  'hmac_sha256_test.json': 'HMAC is the host’s own: no code of ours computes it or compares its tags',
}

/** Files that the tests of this folder read. */
const read: readonly RegExp[] = [
  /^rsa_(signature|pkcs1|oaep|pss)_/,
  /^(ecdh|ecdsa)_secp(256|384|521)r1_/,
  /^(x25519|ed25519)_test/,
  /^aes_(cbc_pkcs5|gcm|wrap)_test/,
  /^(pbes2|pbkdf2)_/,
]

const pbkdf2 = '1.2.840.113549.1.5.12'
const hmacOids: Readonly<Record<string, string>> = {
  hmacsha1: '1.2.840.113549.2.7',
  hmacsha256: '1.2.840.113549.2.9',
}

function pbkdf2Parameters(salt: string, iterations: number, hmac: string) {
  const prf = der.sequence(der.oid(hmacOids[hmac]!), der.nul())
  return der.sequence(der.octetString(decodeHex(salt)), der.integer(iterations), prf)
}

describe.skipIf(!borrowed)('Wycheproof, symmetric', () => {
  test('every file is read, or left out with a reason', () => {
    const unread = filesLike(/./).filter((name) => !read.some((pattern) => pattern.test(name)))
    expect(unread).toEqual(Object.keys(leftOut))
  })

  test('AES-CBC', async () => {
    for (const { keySize, tests } of groupsIn('aes_cbc_pkcs5_test.json')) {
      const { oid } = Object.values(contentCiphers).find(({ name }) => name === `AES-${keySize}-CBC`)!
      for (const { tcId, key, iv, msg, ct, result } of tests) {
        const algorithm = { algorithm: oid, parameters: der.encode(der.octetString(decodeHex(iv))) }
        const asked = decryptContent(provider, algorithm, decodeHex(key), decodeHex(ct))
        if (result === 'valid') expect(encodeHex(await asked), `case ${tcId}`).toBe(msg)
        else await expect(asked, `case ${tcId}`).rejects.toMatchObject({ code: 'ERR_CRYPTO_DECRYPT' })
      }
    }
  })

  test('AES-GCM, with nonces of 12 to 16 octets', async () => {
    for (const { keySize, tests } of groupsIn('aes_gcm_test.json')) {
      const { oid } = Object.values(contentCiphers).find(({ name }) => name === `AES-${keySize}-GCM`)!
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
        const parameters = der.sequence(der.octetString(decodeHex(iv)), der.integer(tag.length / 2))
        const algorithm = { algorithm: oid, parameters: der.encode(parameters) }
        const authenticity = { mac: decodeHex(tag), authenticatedData: decodeHex(aad) }
        const asked = decryptContent(provider, algorithm, decodeHex(key), decodeHex(ct), authenticity)
        if (result === 'valid' && iv.length >= 24 && iv.length <= 32)
          expect(encodeHex(await asked), `case ${tcId}`).toBe(msg)
        else await expect(asked, `case ${tcId}`).rejects.toMatchObject({ code: 'ERR_CRYPTO_DECRYPT' })
      }
    }
  })

  test('AES key wrap', async () => {
    for (const { keySize, tests } of groupsIn('aes_wrap_test.json')) {
      const { oid } = Object.values(keyWraps).find(({ keyLength }) => keyLength * 8 === keySize)!
      for (const { tcId, key, msg, ct, result } of tests) {
        const length = msg.length / 2
        if (length < 16) continue // a content key never has less, and of none there is nothing to give back
        const request = { algorithm: { algorithm: oid }, encryptedKey: decodeHex(ct), length }
        const unwrapped = await createSharedKeyDecrypter(provider, decodeHex(key)).decryptKey(request)
        expect(encodeHex(unwrapped) === msg, `case ${tcId}`).toBe(result !== 'invalid')
      }
    }
  })

  test.each(filesLike(/^pbkdf2_/))('PBKDF2: %s', async (file) => {
    const hmac = file.split('_')[1]!
    for (const { tests } of groupsIn(file)) {
      for (const { tcId, password, salt, iterationCount, dk } of tests) {
        const parameters = der.encode(pbkdf2Parameters(salt, iterationCount, hmac))
        const algorithm = { algorithm: pbkdf2, parameters }
        const derived = await deriveFromPassword(provider, algorithm, decodeHex(password), dk.length / 2)
        expect(encodeHex(derived), `case ${tcId}`).toBe(dk)
      }
    }
  })

  test.each(filesLike(/^pbes2_/))('PBES2: %s', async (file) => {
    const [, hmac, , bits] = file.split('_')
    const { oid } = Object.values(contentCiphers).find(({ name }) => name === `AES-${bits}-CBC`)!
    for (const { tests } of groupsIn(file)) {
      for (const { tcId, password, salt, iterationCount, iv, msg, ct } of tests) {
        const derivation = der.sequence(der.oid(pbkdf2), pbkdf2Parameters(salt, iterationCount, hmac!))
        const encryption = der.sequence(der.oid(oid), der.octetString(decodeHex(iv)))
        const parameters = der.encode(der.sequence(derivation, encryption))
        const algorithm = { algorithm: '1.2.840.113549.1.5.13', parameters }
        const data = await decryptWithPassword(provider, algorithm, decodeHex(password), decodeHex(ct))
        expect(encodeHex(data), `case ${tcId}`).toBe(msg)
      }
    }
  })
})
