import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import {
  agreeKey,
  createDecrypter,
  type EncryptedKey,
  type KeyAgreementName,
  keyAgreementOf,
  keyAgreements,
  keyOids,
  keyWraps,
  type OriginatorPublicKey,
} from '../../src/crypto/index.js'
import { deriveWrappingKey } from '../../src/crypto/key-agreement.js'
import { boundPublicKey, broken, key2048, type Pair, pairOf, provider, publicKeyOf, spied } from './fixtures.js'

const names = Object.keys(keyAgreements) as KeyAgreementName[]
const pairs: Readonly<Record<string, Pair>> = {
  'P-256': await pairOf({ name: 'ECDH', namedCurve: 'P-256' }),
  'P-384': await pairOf({ name: 'ECDH', namedCurve: 'P-384' }),
  'P-521': await pairOf({ name: 'ECDH', namedCurve: 'P-521' }),
  X25519: await pairOf({ name: 'X25519' }),
}
const signing = await pairOf({ name: 'Ed25519' })
const contentKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1)
const ukm = Uint8Array.of(9, 8, 7)

describe('which key agreement it is (RFC 5753 §7.1.4, RFC 8418 §2.1)', () => {
  const wrapped = (...parts: readonly DerNode[]) => der.encode(der.sequence(...parts))
  const wrap = der.oid(keyWraps['AES-256-KW'].oid)
  const { oid } = keyAgreements['dhSinglePass-stdDH-sha256kdf']

  test.each(names)('%s', (name) => {
    const found = keyAgreementOf({ algorithm: keyAgreements[name].oid, parameters: wrapped(wrap) })
    expect(found?.agreement).toEqual({ ...keyAgreements[name], name })
    expect(found?.wrap.name).toBe('AES-256-KW')
  })

  test('parameters of the key wrap are kept: they go into the derivation', () => {
    const found = keyAgreementOf({ algorithm: oid, parameters: wrapped(wrap, der.nul()) })
    expect(found?.wrapAlgorithm).toEqual({ algorithm: keyWraps['AES-256-KW'].oid, parameters: Uint8Array.of(5, 0) })
  })

  test.each([
    { comment: 'no key wrap', algorithm: { algorithm: oid } },
    { comment: 'a key wrap that is unknown', algorithm: { algorithm: oid, parameters: wrapped(der.oid('1.2.3')) } },
    { comment: 'parameters that are no ASN.1', algorithm: { algorithm: oid, parameters: Uint8Array.of(0x30, 9) } },
    { comment: 'MQV', algorithm: { algorithm: '1.3.132.1.15.1', parameters: wrapped(wrap) } },
  ])('$comment: none', ({ algorithm }) => {
    expect(keyAgreementOf(algorithm)).toBeUndefined()
  })
})

describe('agreeing on a key', () => {
  const cases = names.flatMap((agreement) =>
    keyAgreements[agreement].curves.map((curve) => ({ agreement, curve, pair: pairs[curve]! })),
  )
  test.each(cases)('$agreement on $curve, with and without ukm', async ({ agreement, pair }) => {
    const { publicKey, privateKey } = pair
    for (const keying of [{}, { ukm }]) {
      const draft = { agreement, wrap: 'AES-128-KW', publicKey, contentKey, ...keying } as const
      const { algorithm, originator, encryptedKey } = await agreeKey(provider, draft)
      expect(keyAgreementOf(algorithm)?.agreement.name).toBe(agreement)
      const request = { algorithm, encryptedKey, length: 32, originator: { publicKey: originator, ...keying } }
      expect(await createDecrypter(provider, privateKey).decryptKey(request)).toEqual(contentKey)
    }
  })

  test('every message has an ephemeral key of its own', async () => {
    const draft = {
      agreement: 'dhSinglePass-stdDH-sha256kdf',
      wrap: 'AES-256-KW',
      publicKey: pairs['P-256']!.publicKey,
      contentKey,
    } as const
    const once = await agreeKey(provider, draft)
    const again = await agreeKey(provider, draft)
    expect(once.originator.keyBytes).not.toEqual(again.originator.keyBytes)
    expect(once.encryptedKey).not.toEqual(again.encryptedKey)
  })

  const { publicKey } = pairs['P-256']!
  const moved = { ...publicKey, keyBytes: publicKey.keyBytes.with(40, publicKey.keyBytes[40]! ^ 1) }
  const refused = [
    { comment: 'an RSA key', key: publicKeyOf(key2048), code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'a key that signs', key: signing.publicKey, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'X25519 with cofactor', key: pairs.X25519!.publicKey, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'no point of the curve', key: boundPublicKey(moved, publicKey.algorithm), code: 'ERR_CRYPTO_KEY' },
    { comment: 'a provider that fails', key: publicKey, given: broken, code: 'ERR_CRYPTO_PROVIDER' },
  ]
  test.each(refused)('$comment: $code', async ({ key, given = provider, code }) => {
    const agreement = 'dhSinglePass-cofactorDH-sha256kdf'
    const asked = agreeKey(given, { agreement, wrap: 'AES-256-KW', publicKey: key, contentKey })
    await expect(asked).rejects.toMatchObject({ code })
  })
})

describe('the key in between (RFC 5753 §7.2)', () => {
  const secret = Uint8Array.from({ length: 32 }, (_, index) => index)
  const named = (agreement: KeyAgreementName) => ({
    agreement: keyAgreements[agreement],
    wrap: keyWraps['AES-128-KW'],
    wrapAlgorithm: { algorithm: keyWraps['AES-128-KW'].oid },
  })
  const derive = async (agreement: KeyAgreementName, keying?: Uint8Array) =>
    encodeHex(await deriveWrappingKey(provider, named(agreement), secret, keying))

  test('an absent ukm and an empty one are two derivations', async () => {
    const absent = await derive('dhSinglePass-stdDH-sha256kdf')
    expect(absent).not.toBe(await derive('dhSinglePass-stdDH-sha256kdf', new Uint8Array()))
  })

  test('is the digest of secret, counter and ECC-CMS-SharedInfo, byte for byte', async () => {
    const sharedInfo = '3015300b0609608648016503040105a206040400000080'
    const input = decodeHex(`${encodeHex(secret)}00000001${sharedInfo}`)
    const digest = new Uint8Array(await provider.subtle.digest('SHA-256', input))
    expect(await derive('dhSinglePass-stdDH-sha256kdf')).toBe(encodeHex(digest.subarray(0, 16)))
    const withUkm = '301c300b0609608648016503040105a0050403090807a206040400000080'
    const longer = decodeHex(`${encodeHex(secret)}00000001${withUkm}`)
    const other = new Uint8Array(await provider.subtle.digest('SHA-256', longer))
    expect(await derive('dhSinglePass-stdDH-sha256kdf', ukm)).toBe(encodeHex(other.subarray(0, 16)))
  })
})

describe.each(Object.keys(pairs))('what comes to a key of %s', (curve) => {
  const { publicKey, privateKey } = pairs[curve]!
  const agreement = 'dhSinglePass-stdDH-sha256kdf'
  const sent = agreeKey(provider, { agreement, wrap: 'AES-128-KW', publicKey, contentKey })
  const good = sent.then(
    ({ algorithm, originator, encryptedKey }): EncryptedKey => ({
      algorithm,
      encryptedKey,
      length: 32,
      originator: { publicKey: originator },
    }),
  )
  const from = (change: (key: OriginatorPublicKey) => OriginatorPublicKey) => (request: EncryptedKey) => ({
    ...request,
    originator: { publicKey: change(request.originator!.publicKey) },
  })
  const keyBytes = (change: (bytes: Uint8Array) => Uint8Array) =>
    from((key) => ({ ...key, keyBytes: change(key.keyBytes) }))
  const other = curve === 'P-256' ? 'P-384' : 'P-256'

  const cases: readonly { comment: string; change(request: EncryptedKey): EncryptedKey; whole?: true }[] = [
    { comment: 'nothing changed', change: (request) => request, whole: true },
    {
      comment: 'one bit of the key flipped',
      change: (r) => ({ ...r, encryptedKey: r.encryptedKey.with(9, r.encryptedKey[9]! ^ 1) }),
    },
    { comment: 'the key cut short', change: (r) => ({ ...r, encryptedKey: r.encryptedKey.subarray(1) }) },
    { comment: 'no key at all', change: (r) => ({ ...r, encryptedKey: new Uint8Array() }) },
    { comment: 'a ukm that the sender did not use', change: (r) => ({ ...r, originator: { ...r.originator!, ukm } }) },
    { comment: 'a key of another length wanted', change: (r) => ({ ...r, length: 16 }) },
    { comment: 'a sender without a point', change: keyBytes(() => new Uint8Array()) },
    { comment: 'a point cut short', change: keyBytes((bytes) => bytes.subarray(1)) },
    {
      comment: 'the point at infinity, or zero',
      change: keyBytes((bytes) => new Uint8Array(curve === 'X25519' ? bytes.length : 1)),
    },
    { comment: 'another point', change: keyBytes(() => publicKey.keyBytes) },
    {
      comment: 'a key of another kind',
      change: from((key) => ({ ...key, algorithm: { algorithm: keyOids.Ed25519 } })),
    },
    { comment: 'a key of another curve', change: from(() => pairs[other]!.publicKey) },
    ...(curve === 'X25519'
      ? []
      : [{ comment: 'a point beside the curve', change: keyBytes((bytes) => bytes.with(-1, bytes.at(-1)! ^ 1)) }]),
    {
      comment: 'the curve named, which is often left out',
      change: from((key) => ({ ...key, algorithm: publicKey.algorithm })),
      whole: true,
    },
  ]
  test.each(cases)('$comment: the key, or what nobody can predict', async ({ change, whole }) => {
    const request = change(await good)
    const calls: string[] = []
    const key = await createDecrypter(spied(calls), privateKey).decryptKey(request)
    expect(key).toHaveLength(request.length)
    expect(await createDecrypter(provider, privateKey).decryptKey(request)).toEqual(key)
    expect(encodeHex(key) === encodeHex(contentKey)).toBe(whole === true)
    const reference: string[] = []
    await createDecrypter(spied(reference), privateKey).decryptKey(await good)
    const operation = (call: string) => call.replace(/ \d+/g, ' n')
    expect(calls.map(operation)).toEqual(reference.map(operation))
  })

  test.each([
    { comment: 'a key transport', change: { algorithm: { algorithm: keyOids.RSA } } },
    { comment: 'no sender', change: { originator: undefined } },
  ])('$comment stands openly in the message', async ({ change }) => {
    const { originator, ...request } = { ...(await good), ...change }
    const asked = createDecrypter(provider, privateKey).decryptKey({ ...request, ...(originator && { originator }) })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })

  test('a provider that fails is an error, and a caller that gives up is heard', async () => {
    const failing = createDecrypter(broken, privateKey).decryptKey(await good)
    await expect(failing).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
    const signal = AbortSignal.abort()
    const asked = createDecrypter(provider, privateKey).decryptKey({ ...(await good), signal })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })
})
