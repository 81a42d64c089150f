import { describe, expect, test } from 'vitest'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import { primeCurves, readPoint } from '../../src/crypto/curves.js'
import { keyOids, keysMatch, publicKeyWeakness } from '../../src/crypto/index.js'
import {
  boundPrivateKey,
  boundPublicKey,
  broken,
  key2048,
  key3072,
  type Pair,
  pairOf,
  provider,
  publicKeyOf,
} from './fixtures.js'

describe.each(Object.values(primeCurves))('points of $name (SEC 1 §2.3)', (curve) => {
  const generator = decodeHex(curve.generator)
  const x = generator.subarray(0, 1 + curve.octets)
  const parity = generator.at(-1)! & 1
  /** y of the point with the same x on the other side. */
  const other = encodeHex(generator.subarray(1 + curve.octets))
  const negated = (curve.p - BigInt(`0x${other}`)).toString(16).padStart(curve.octets * 2, '0')

  const points = [
    { comment: 'the base point', octets: generator, whole: curve.generator },
    { comment: 'the base point, compressed', octets: x.with(0, 2 + parity), whole: curve.generator },
    {
      comment: 'its negative, compressed',
      octets: x.with(0, 3 - parity),
      whole: `${encodeHex(generator.subarray(0, 1 + curve.octets))}${negated}`,
    },
  ]
  test.each(points)('$comment', ({ octets, whole }) => {
    const point = readPoint(curve, octets)
    expect(point && encodeHex(point)).toBe(whole)
  })

  const p = curve.p.toString(16).padStart(curve.octets * 2, '0')
  const none = [
    { comment: 'infinity', octets: Uint8Array.of(0) },
    { comment: 'nothing', octets: new Uint8Array() },
    { comment: 'the hybrid form', octets: generator.with(0, 6 + parity) },
    { comment: 'one octet short', octets: generator.subarray(0, -1) },
    { comment: 'one octet long', octets: Uint8Array.of(...generator, 0) },
    { comment: 'beside the curve', octets: generator.with(-1, generator.at(-1)! ^ 1) },
    { comment: 'x that is not below p', octets: decodeHex(`02${p}`) },
    { comment: 'y that is not below p', octets: decodeHex(`04${'00'.repeat(curve.octets)}${p}`) },
    // x³ − 3x + b is no square for one of two x: the first that is none.
    {
      comment: 'x without a point',
      octets: firstWithoutPoint(curve.octets, (candidate) => readPoint(curve, candidate)),
    },
  ]
  test.each(none)('$comment is none', ({ octets }) => {
    expect(readPoint(curve, octets)).toBeUndefined()
  })
})

function firstWithoutPoint(octets: number, read: (candidate: Uint8Array) => unknown): Uint8Array {
  for (let x = 1; ; x++) {
    const candidate = new Uint8Array(1 + octets)
    candidate.set([2])
    candidate.set([x], octets)
    if (!read(candidate)) return candidate
  }
}

const pairs: Readonly<Record<string, Pair>> = {
  'P-256': await pairOf({ name: 'ECDSA', namedCurve: 'P-256' }),
  'P-384': await pairOf({ name: 'ECDSA', namedCurve: 'P-384' }),
  'P-521': await pairOf({ name: 'ECDSA', namedCurve: 'P-521' }),
  Ed25519: await pairOf({ name: 'Ed25519' }),
  X25519: await pairOf({ name: 'X25519' }),
}
const stranger = await pairOf({ name: 'ECDSA', namedCurve: 'P-256' })

describe('weak keys of curves (AS-18, RFC 5480 §2.1.1, RFC 8410 §4)', () => {
  const policy = {
    minRsaBits: 2048,
    maxRsaBits: 8192,
    curves: ['P-256', 'P-384', 'P-521', 'Ed25519', 'X25519'],
  } as const
  test.each(Object.entries(pairs))('%s', (curve, { publicKey }) => {
    expect(publicKey.curve).toBe(curve)
    expect(publicKeyWeakness(publicKey, policy)).toBeUndefined()
    const others = policy.curves.filter((name) => name !== curve)
    expect(publicKeyWeakness(publicKey, { ...policy, curves: others })).toBe('curve-not-allowed')
    const { keyBytes, algorithm } = publicKey
    const short = boundPublicKey({ ...publicKey, keyBytes: keyBytes.subarray(1) }, algorithm)
    expect(publicKeyWeakness(short, policy)).toBe('key-malformed')
  })

  test.each([
    { comment: 'secp256k1', parameters: '06052b8104000a' },
    { comment: 'a curve spelled out', parameters: '3003020101' },
    { comment: 'no curve', parameters: undefined },
    { comment: 'an empty name', parameters: '0600' },
  ])('$comment is unknown', ({ parameters }) => {
    const algorithm = { algorithm: keyOids.EC, ...(parameters && { parameters: decodeHex(parameters) }) }
    expect(publicKeyWeakness(boundPublicKey(stranger.publicKey, algorithm), policy)).toBe('key-unknown')
  })
})

describe('whether two keys belong together', () => {
  test.each(Object.entries(pairs))('%s', async (curve, { privateKey, publicKey }) => {
    expect(await keysMatch(provider, privateKey, publicKey)).toBe(true)
    const other = curve === 'P-256' ? stranger.publicKey : pairs['P-256']!.publicKey
    expect(await keysMatch(provider, privateKey, other)).toBe(false)
  })

  test('the public key beside the private one is not believed', async () => {
    const { privateKey } = pairs['P-256']!
    const { keyBytes } = stranger.publicKey
    // The public half ends an ECPrivateKey: that of a stranger in its place.
    const forged = Uint8Array.from(privateKey.privateKey)
    forged.set(keyBytes, forged.length - keyBytes.length)
    const key = boundPrivateKey({ ...privateKey, privateKey: forged }, privateKey.algorithm)
    expect(await keysMatch(provider, key, stranger.publicKey)).toBe(false)
    expect(await keysMatch(provider, key, pairs['P-256']!.publicKey)).toBe(true)
  })

  test('a compressed point is the same key', async () => {
    const { privateKey, publicKey } = pairs['P-256']!
    const { keyBytes, algorithm } = publicKey
    const compressed = Uint8Array.of(2 + (keyBytes.at(-1)! & 1), ...keyBytes.subarray(1, 33))
    const same = boundPublicKey({ ...publicKey, keyBytes: compressed }, algorithm)
    expect(await keysMatch(provider, privateKey, same)).toBe(true)
  })

  test('RSA keys by their numbers', async () => {
    expect(await keysMatch(provider, key2048, publicKeyOf(key2048))).toBe(true)
    expect(await keysMatch(provider, key2048, publicKeyOf(key3072))).toBe(false)
    expect(await keysMatch(provider, key2048, stranger.publicKey)).toBe(false)
  })

  test('a provider that fails is no answer', async () => {
    const { privateKey, publicKey } = pairs['P-256']!
    await expect(keysMatch(broken, privateKey, publicKey)).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })
})
