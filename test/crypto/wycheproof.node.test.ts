import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import {
  type AlgorithmIdentifier,
  contentCiphers,
  createDecrypter,
  type DigestName,
  decryptContent,
  digests,
  parsePublicKeyInfo,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { importablePkcs8 } from '../../src/crypto/private-key.js'
import { blindedRawRsa } from '../../src/crypto/rsa.js'
import { rsaDecrypter, rsaDecryptionKey } from '../../src/crypto/rsa-decrypter.js'
import { parseRsaPrivateKey } from '../../src/crypto/rsa-key.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { nul, oaepParameters, provider } from './fixtures.js'

const vectors = process.env.DIRECT_SMIME_VECTORS

interface Case {
  readonly tcId: number
  readonly msg: string
  readonly ct: string
  readonly sig: string
  readonly key: string
  readonly iv: string
  readonly label: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly flags: readonly string[]
}

interface Group {
  readonly keySize: number
  readonly sha: string
  readonly mgfSha: string
  readonly publicKeyDer: string
  readonly privateKeyPkcs8: string
  readonly tests: readonly Case[]
}

function groupsIn(file: string): readonly Group[] {
  return JSON.parse(readFileSync(join(vectors!, 'wycheproof/files', file), 'utf8')).testGroups
}

function digestNamed(name: string): DigestName | undefined {
  return Object.values(digests).find((digest) => digest.name === name)?.name
}

describe.skipIf(!vectors)('Wycheproof', () => {
  const sizes = [2048, 3072, 4096].flatMap((size) => [256, 384, 512].map((digest) => ({ size, digest })))

  test.each(sizes)('RSASSA-PKCS1-v1_5 with $size bits and SHA-$digest', async ({ size, digest }) => {
    const signature = { algorithm: '1.2.840.113549.1.1.1', parameters: nul }
    const scheme = signatureSchemeOf(signature, { algorithm: digests[`SHA-${digest}` as DigestName].oid })!
    for (const { publicKeyDer, tests } of groupsIn(`rsa_signature_${size}_sha${digest}_test.json`)) {
      const key = parsePublicKeyInfo(parseAsn1(decodeHex(publicKeyDer)))
      for (const { tcId, sig, msg, result, flags } of tests) {
        const verified = await verifySignature(provider, scheme, key, decodeHex(sig), decodeHex(msg))
        // The one kind that is neither right nor wrong leaves the NULL out of the DigestInfo: hosts may differ.
        if (result === 'acceptable') expect(flags, `case ${tcId}`).toContain('MissingNull')
        else expect(verified, `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })

  test.each([2048, 3072, 4096])('RSAES-PKCS1-v1_5 decryption with %i bits, by the host and in BigInt', async (size) => {
    const algorithm = { algorithm: '1.2.840.113549.1.1.1', parameters: nul }
    for (const { privateKeyPkcs8, tests } of groupsIn(`rsa_pkcs1_${size}_test.json`)) {
      const key = parsePrivateKey(decodeHex(privateKeyPkcs8))
      const numbers = parseRsaPrivateKey(key.privateKey)
      const raw = blindedRawRsa(provider, numbers)
      const both = [
        createDecrypter(provider, key),
        rsaDecrypter(
          provider,
          rsaDecryptionKey(provider, numbers, importablePkcs8(key), () => raw),
        ),
      ]
      for (const { tcId, ct, msg, result } of tests) {
        const length = msg.length / 2 || 16
        const request = { algorithm, encryptedKey: decodeHex(ct), length }
        const [byHost, inBigInt] = await Promise.all(both.map((decrypter) => decrypter.decryptKey(request)))
        expect(byHost, `case ${tcId}`).toEqual(inBigInt)
        if (msg !== '') expect(encodeHex(byHost!) === msg, `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })

  const oaepFiles = [
    ...['sha1_mgf1sha1', 'sha256_mgf1sha1', 'sha256_mgf1sha256', 'sha384_mgf1sha1', 'sha384_mgf1sha384'],
    ...['sha512_mgf1sha1', 'sha512_mgf1sha512'],
  ].map((name) => `rsa_oaep_2048_${name}_test.json`)
  const largeOaepFiles = [3072, 4096].flatMap((size) =>
    ['sha256_mgf1sha1', 'sha256_mgf1sha256', 'sha512_mgf1sha1', 'sha512_mgf1sha512'].map(
      (name) => `rsa_oaep_${size}_${name}_test.json`,
    ),
  )

  test.each([...oaepFiles, ...largeOaepFiles, 'rsa_oaep_misc_test.json'])('RSAES-OAEP: %s', async (file) => {
    let tried = 0
    for (const { privateKeyPkcs8, sha, mgfSha, tests } of groupsIn(file)) {
      const digest = digestNamed(sha)
      const maskDigest = digestNamed(mgfSha)
      if (!digest || !maskDigest) continue // SHA-224 and the like
      const decrypter = createDecrypter(provider, parsePrivateKey(decodeHex(privateKeyPkcs8)))
      for (const { tcId, ct, msg, label, result } of tests) {
        if (msg === '') continue // a content key is never empty
        const parameters = oaepParameters(digests[digest].oid, digests[maskDigest].oid, decodeHex(label))
        const algorithm: AlgorithmIdentifier = { algorithm: '1.2.840.113549.1.1.7', parameters }
        const request = { algorithm, encryptedKey: decodeHex(ct), length: msg.length / 2 }
        const key = await decrypter.decryptKey(request)
        expect(encodeHex(key) === msg, `case ${tcId}`).toBe(result !== 'invalid')
        tried++
      }
    }
    expect(tried).toBeGreaterThan(0)
  })

  test('AES-CBC', async () => {
    for (const { keySize, tests } of groupsIn('aes_cbc_pkcs5_test.json')) {
      const cipher = Object.values(contentCiphers).find(({ keyLength }) => keyLength * 8 === keySize)!
      for (const { tcId, key, iv, msg, ct, result } of tests) {
        const algorithm = { algorithm: cipher.oid, parameters: der.encode(der.octetString(decodeHex(iv))) }
        const asked = decryptContent(provider, algorithm, decodeHex(key), decodeHex(ct))
        if (result === 'valid') expect(encodeHex(await asked), `case ${tcId}`).toBe(msg)
        else await expect(asked, `case ${tcId}`).rejects.toMatchObject({ code: 'ERR_CRYPTO_DECRYPT' })
      }
    }
  })
})
