import { describe, expect, test } from 'vitest'
import { Asn1Error, der, parseAsn1 } from '../../src/asn1/index.js'
import { decodeHex } from '../../src/bytes/index.js'
import { type PrimeCurve, primeCurves } from '../../src/crypto/curves.js'
import {
  createDecrypter,
  type DigestName,
  keyAgreements,
  keyOids,
  keyWraps,
  parsePublicKeyInfo,
  verifySignature,
  wrapKey,
} from '../../src/crypto/index.js'
import { deriveWrappingKey } from '../../src/crypto/key-agreement.js'
import { unlessThrown } from '../../src/errors/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import { provider } from './fixtures.js'
import { filesLike, groupsIn } from './wycheproof.node.js'

const contentKey = new Uint8Array(16).fill(7)
const wrap = {
  agreement: keyAgreements['dhSinglePass-stdDH-sha256kdf'],
  wrap: keyWraps['AES-128-KW'],
  wrapAlgorithm: { algorithm: keyWraps['AES-128-KW'].oid },
}
const algorithm = {
  algorithm: wrap.agreement.oid,
  parameters: der.encode(der.sequence(der.oid(wrap.wrap.oid))),
}

/** Whether a decrypter with this key agrees with this sender on this secret: the content key under it comes out. */
async function agrees(pkcs8: Uint8Array, sender: Uint8Array, shared: Uint8Array): Promise<boolean> {
  const publicKey = unlessThrown(Asn1Error, () => parsePublicKeyInfo(parseAsn1(sender)))
  if (!publicKey) return false
  const key = await deriveWrappingKey(provider, wrap, Uint8Array.from(shared), undefined)
  const { encryptedKey } = await wrapKey(provider, 'AES-128-KW', key, contentKey)
  const request = { algorithm, encryptedKey, length: 16, originator: { publicKey } }
  const found = await createDecrypter(provider, parsePrivateKey(pkcs8)).decryptKey(request)
  return found.every((octet, index) => octet === contentKey[index])
}

function ecPkcs8({ oid, octets }: PrimeCurve, scalar: string): Uint8Array {
  const padded = decodeHex(scalar.padStart(octets * 2, '0').slice(-octets * 2))
  const key = der.sequence(der.integer(1), der.octetString(padded))
  const id = der.sequence(der.oid(keyOids.EC), der.oid(oid))
  return der.encode(der.sequence(der.integer(0), id, der.octetString(key)))
}

function curveNamed(file: string): PrimeCurve {
  return primeCurves[`P-${/secp(\d+)/.exec(file)![1]}` as PrimeCurve['name']]
}

describe.skipIf(!borrowed)('Wycheproof, curves', () => {
  test.each(filesLike(/^ecdsa_/))('ECDSA: %s', async (file) => {
    for (const { publicKeyDer, sha, tests } of groupsIn(file)) {
      const publicKey = parsePublicKeyInfo(parseAsn1(decodeHex(publicKeyDer)))
      const scheme = { name: 'ECDSA', digest: sha as DigestName } as const
      for (const { tcId, sig, msg, result } of tests) {
        const verified = await verifySignature(provider, scheme, publicKey, decodeHex(sig), decodeHex(msg))
        expect(verified, `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })

  test('Ed25519', async () => {
    const scheme = { name: 'Ed25519', digest: 'SHA-512' } as const
    for (const { publicKeyDer, tests } of groupsIn('ed25519_test.json')) {
      const publicKey = parsePublicKeyInfo(parseAsn1(decodeHex(publicKeyDer)))
      for (const { tcId, sig, msg, result } of tests) {
        const verified = await verifySignature(provider, scheme, publicKey, decodeHex(sig), decodeHex(msg))
        expect(verified, `case ${tcId}`).toBe(result === 'valid')
      }
    }
  })

  test.each(filesLike(/^ecdh_/))(
    'ECDH: %s',
    async (file) => {
      const curve = curveNamed(file)
      for (const { tests } of groupsIn(file)) {
        const judged = tests.map(async ({ tcId, public: sender, private: scalar, shared, result, flags }) => {
          const agreed = await agrees(ecPkcs8(curve, scalar), decodeHex(sender), decodeHex(shared))
          // None of the curves spelled out there is the named one in every number. BER that says the same is read.
          if (result === 'acceptable' && flags.includes('InvalidAsn')) return
          expect(agreed, `case ${tcId}`).toBe(result !== 'invalid' && !flags.includes('UnnamedCurve'))
        })
        await Promise.all(judged)
      }
    },
    120_000,
  )

  test('X25519', async () => {
    for (const { tests } of groupsIn('x25519_test.json')) {
      for (const { tcId, public: sender, private: scalar, shared, flags } of tests) {
        const pkcs8 = decodeHex(`302e020100300506032b656e04220420${scalar}`)
        const spki = decodeHex(`302a300506032b656e032100${sender}`)
        const agreed = await agrees(pkcs8, spki, decodeHex(shared))
        expect(agreed, `case ${tcId}`).toBe(!flags.includes('ZeroSharedSecret'))
      }
    }
  })
})
