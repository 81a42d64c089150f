import { describe, expect, test } from 'vitest'
import { parseAsn1 } from '../../src/asn1/index.js'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import {
  type AlgorithmIdentifier,
  createDecrypter,
  type DigestName,
  digests,
  parsePublicKeyInfo,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { importablePkcs8 } from '../../src/crypto/private-key.js'
import { pssAlgorithm, verifyPss } from '../../src/crypto/pss.js'
import { blindedRawRsa } from '../../src/crypto/rsa.js'
import { rsaDecrypter, rsaDecryptionKey } from '../../src/crypto/rsa-decrypter.js'
import { modulusOctets, parseRsaPrivateKey } from '../../src/crypto/rsa-key.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import { nul, oaepParameters, provider } from './fixtures.js'
import { digestNamed, filesLike, groupsIn } from './wycheproof.node.js'

describe.skipIf(!borrowed)('Wycheproof, RSA', () => {
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

  test.each(filesLike(/^rsa_oaep_/))('RSAES-OAEP: %s', async (file) => {
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

  test.each(filesLike(/^rsa_pss_/))('RSASSA-PSS: %s', async (file) => {
    let tried = 0
    for (const { publicKeyDer, sha, mgfSha, sLen, tests } of groupsIn(file)) {
      const key = parsePublicKeyInfo(parseAsn1(decodeHex(publicKeyDer)))
      const [digest, maskDigest] = [digestNamed(sha)!, digestNamed(mgfSha)!]
      const scheme = signatureSchemeOf(pssAlgorithm({ digest, maskDigest, saltLength: sLen }))!
      for (const { tcId, sig, msg, result } of tests) {
        const [signature, data] = [decodeHex(sig), decodeHex(msg)]
        const verified = await verifySignature(provider, scheme, key, signature, data)
        expect(verified, `case ${tcId}`).toBe(result === 'valid')
        // What WebCrypto does is done in our own arithmetic as well, which is there for other masks.
        const right = signature.length === modulusOctets(key.rsa!)
        const own = right && (await verifyPss(provider, scheme.pss!, key.rsa!, signature, data))
        expect(own, `case ${tcId}`).toBe(result === 'valid')
        tried++
      }
    }
    expect(tried).toBeGreaterThan(0)
  })
})
