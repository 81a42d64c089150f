import { describe, expect, test } from 'vitest'
import { concat, decodeHex, encodeHex } from '../../src/bytes/index.js'
import {
  type AlgorithmIdentifier,
  type CryptoProvider,
  createDecrypter,
  type Decrypter,
  digests,
  encryptKey,
  type PrivateKeyInfo,
} from '../../src/crypto/index.js'
import { i2osp, os2ip } from '../../src/crypto/integers.js'
import { importablePkcs8 } from '../../src/crypto/private-key.js'
import { blindedRawRsa, hostRawRsa, publicOperation, type RawRsa } from '../../src/crypto/rsa.js'
import { rsaDecrypter, rsaDecryptionKey } from '../../src/crypto/rsa-decrypter.js'
import { modulusOctets, parseRsaPrivateKey, type RsaPrivateKey } from '../../src/crypto/rsa-key.js'
import vectors from '../../vectors/crypto/implicit-rejection.json' with { type: 'json' }
import { broken, key2048, keys, nul, oaepParameters, provider, publicKeyOf, spied } from './fixtures.js'

const pkcs1: AlgorithmIdentifier = { algorithm: '1.2.840.113549.1.1.1', parameters: nul }
const mixed: AlgorithmIdentifier = {
  algorithm: '1.2.840.113549.1.1.7',
  parameters: oaepParameters(digests['SHA-256'].oid),
}
const oaepSha256: AlgorithmIdentifier = {
  algorithm: '1.2.840.113549.1.1.7',
  parameters: oaepParameters(digests['SHA-256'].oid, digests['SHA-256'].oid),
}

/** The two ways to do the private operation: as the host can, and in BigInt arithmetic as in a browser. */
const ways: readonly { way: string; make(given: CryptoProvider, key: RsaPrivateKey, pkcs8: Uint8Array): RawRsa }[] = [
  { way: 'host', make: hostRawRsa },
  { way: 'BigInt', make: blindedRawRsa },
]

function decrypterBy(make: (typeof ways)[number]['make'], key: PrivateKeyInfo, given = provider): Decrypter {
  const numbers = parseRsaPrivateKey(key.privateKey)
  const raw = make(given, numbers, key.bytes)
  return rsaDecrypter(
    given,
    rsaDecryptionKey(given, numbers, importablePkcs8(key), () => raw),
  )
}

describe.each(ways)('what OpenSSL answers, by the $way operation (implicit rejection)', ({ make }) => {
  const cases = vectors.flatMap(({ comment: group, rows }, index) =>
    rows.map((row) => ({ ...row, comment: `${group}: ${row.comment}`, key: keys[index]! })),
  )
  const decrypters = keys.map((key) => decrypterBy(make, key))
  test.each(cases)('$comment', async ({ ciphertext, result, key }) => {
    const expected = decodeHex(result)
    const request = { algorithm: pkcs1, encryptedKey: decodeHex(ciphertext), length: expected.length }
    expect(encodeHex(await decrypters[keys.indexOf(key)]!.decryptKey(request))).toBe(result)
  })
})

describe.each(ways)('ciphertexts of any kind, by the $way operation', ({ make }) => {
  const numbers = parseRsaPrivateKey(key2048.privateKey)
  const octets = modulusOctets(numbers)
  const contentKey = new Uint8Array(32).map((_, index) => index + 1)
  const encrypted = (em: Uint8Array) => i2osp(publicOperation(numbers, os2ip(em)), octets)
  const em = concat([Uint8Array.of(0, 2), new Uint8Array(octets - 35).fill(0x55), Uint8Array.of(0), contentKey])
  const valid = encrypted(em)
  const ciphertexts = [
    { comment: 'valid', ciphertext: valid, length: 32 },
    { comment: 'wrong padding', ciphertext: encrypted(em.with(1, 3)), length: 32 },
    { comment: 'a key of another length inside', ciphertext: encrypted(em.with(octets - 34, 0)), length: 32 },
    { comment: 'one octet short', ciphertext: valid.subarray(1), length: 32 },
    { comment: 'one octet long', ciphertext: concat([Uint8Array.of(0), valid]), length: 32 },
    { comment: 'much too long', ciphertext: new Uint8Array(10_000).fill(1), length: 32 },
    { comment: 'empty', ciphertext: new Uint8Array(), length: 32 },
    { comment: 'zero', ciphertext: new Uint8Array(octets), length: 32 },
    { comment: 'the modulus', ciphertext: i2osp(numbers.modulus, octets), length: 32 },
    {
      comment: 'valid with the modulus added',
      ciphertext: i2osp(os2ip(encryptedSmall()) + numbers.modulus, octets),
      length: 32,
    },
    { comment: 'nothing but ones', ciphertext: new Uint8Array(octets).fill(0xff), length: 32 },
  ]

  /** A good encoded message whose ciphertext leaves room to add the modulus. */
  function encryptedSmall(): Uint8Array {
    for (let filler = 1; ; filler++) {
      const candidate = encrypted(em.with(5, (filler % 255) + 1).with(6, Math.floor(filler / 255) + 1))
      if (os2ip(candidate) + numbers.modulus < 1n << BigInt(octets * 8)) return candidate
    }
  }

  async function traced(algorithm: AlgorithmIdentifier, ciphertext: Uint8Array, length: number) {
    const calls: string[] = []
    const decrypter = decrypterBy(make, key2048, spied(calls))
    const key = await decrypter.decryptKey({ algorithm, encryptedKey: ciphertext, length })
    return { key, calls }
  }

  test.each(ciphertexts)('$comment: the key, or what nobody can predict', async ({ comment, ciphertext, length }) => {
    const { key } = await traced(pkcs1, ciphertext, length)
    const { key: again } = await traced(pkcs1, ciphertext, length)
    expect(key).toHaveLength(length)
    expect(again).toEqual(key)
    expect(encodeHex(key) === encodeHex(contentKey)).toBe(comment === 'valid')
  })

  test.each([
    { name: 'RSAES-PKCS1-v1_5', algorithm: pkcs1 },
    { name: 'OAEP by WebCrypto', algorithm: oaepSha256 },
    { name: 'OAEP with two digests', algorithm: mixed },
  ])('$name asks the provider for the same things whatever comes', async ({ algorithm }) => {
    const { calls: reference } = await traced(algorithm, valid, 32)
    expect(reference.length).toBeGreaterThan(4)
    for (const { ciphertext, length } of ciphertexts) {
      const { calls } = await traced(algorithm, ciphertext, length)
      expect(calls).toEqual(reference)
    }
  })

  test('two ciphertexts have two synthetic keys', async () => {
    const { key } = await traced(pkcs1, encrypted(em.with(1, 3)), 32)
    const { key: other } = await traced(pkcs1, encrypted(em.with(1, 4)), 32)
    expect(other).not.toEqual(key)
  })

  test.each([16, 24, 31, 33, 245, 246, 256, 300])('a key of 32 octets asked for as %i is rejected', async (length) => {
    const { key } = await traced(pkcs1, valid, length)
    expect(key).toHaveLength(length)
    expect(encodeHex(key)).not.toContain(encodeHex(contentKey.subarray(8)))
  })
})

describe('the private operation in BigInt arithmetic (RFC 8017 §5.1.2)', () => {
  test.each(keys.map((key) => ({ key, bits: publicKeyOf(key).bits })))(
    'undoes the public one, $bits bits',
    ({ key }) => {
      const numbers = parseRsaPrivateKey(key.privateKey)
      const octets = modulusOctets(numbers)
      const raw = blindedRawRsa(provider, numbers)
      for (const value of [
        0n,
        1n,
        2n,
        numbers.prime1,
        numbers.modulus - 1n,
        os2ip(new Uint8Array(octets - 1).fill(0xa5)),
      ]) {
        expect(raw(i2osp(publicOperation(numbers, value), octets))).toEqual(i2osp(value, octets))
      }
    },
  )

  test('a fault in one half is noticed before it gives the primes away', () => {
    const numbers = parseRsaPrivateKey(key2048.privateKey)
    const raw = blindedRawRsa(provider, { ...numbers, privateExponent: numbers.privateExponent + numbers.prime1 - 1n })
    expect(() => raw(i2osp(5n, 256))).toThrow(expect.objectContaining({ code: 'ERR_CRYPTO_PROVIDER' }))
  })

  test('every operation is blinded anew', () => {
    const calls: string[] = []
    const raw = blindedRawRsa(spied(calls), parseRsaPrivateKey(key2048.privateKey))
    raw(i2osp(5n, 256))
    raw(i2osp(5n, 256))
    expect(calls).toEqual([
      'getRandomValues 264',
      'getRandomValues 8',
      'getRandomValues 8',
      'getRandomValues 264',
      'getRandomValues 8',
      'getRandomValues 8',
    ])
  })
})

describe('OAEP (RFC 8017 §7.1.2)', () => {
  const contentKey = new Uint8Array(32).fill(3)

  test.each([16, 31, 33])('a key of 32 octets asked for as %i is rejected', async (length) => {
    const sent = await encryptKey(provider, 'RSAES-OAEP-SHA-256', publicKeyOf(key2048), contentKey)
    const key = await createDecrypter(provider, key2048).decryptKey({ ...sent, length })
    expect(key).toHaveLength(length)
    expect(encodeHex(key)).not.toContain('030303')
  })

  test('a ciphertext for other parameters is rejected without an error', async () => {
    const { encryptedKey } = await encryptKey(provider, 'RSAES-OAEP-SHA-256', publicKeyOf(key2048), contentKey)
    for (const algorithm of [mixed, pkcs1, { ...oaepSha256, parameters: oaepParameters() }]) {
      const key = await createDecrypter(provider, key2048).decryptKey({ algorithm, encryptedKey, length: 32 })
      expect(key).toHaveLength(32)
      expect(key).not.toEqual(contentKey)
    }
  })

  test('the key is imported once for each digest', async () => {
    const calls: string[] = []
    const sent = await encryptKey(provider, 'RSAES-OAEP-SHA-256', publicKeyOf(key2048), contentKey)
    const decrypter = createDecrypter(spied(calls), key2048)
    await Promise.all([1, 2, 3].map(() => decrypter.decryptKey({ ...sent, length: 32 })))
    expect(calls.filter((call) => call.includes('RSA-OAEP') && call.startsWith('importKey'))).toHaveLength(1)
  })
})

describe('when the key cannot be used', () => {
  const request = { algorithm: pkcs1, encryptedKey: new Uint8Array(256), length: 32 }

  test('a provider that fails is an error', async () => {
    const asked = createDecrypter(broken, key2048).decryptKey(request)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER', cause: expect.any(Error) })
  })

  test('a caller that gives up is heard', async () => {
    const asked = createDecrypter(provider, key2048).decryptKey({ ...request, signal: AbortSignal.abort() })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })

  const cases = [
    {
      comment: 'another kind of key',
      change: { algorithm: { algorithm: '1.2.840.10045.2.2' } },
      code: 'ERR_CRYPTO_UNSUPPORTED',
    },
    { comment: 'no RSA key inside', change: { privateKey: Uint8Array.of(0x30, 0) }, code: 'ERR_CRYPTO_KEY' },
    {
      comment: 'one digit of the key changed',
      change: { privateKey: key2048.privateKey.with(40, 7) },
      code: 'ERR_CRYPTO_KEY',
    },
  ]
  test.each(cases)('$comment: $code', ({ change, code }) => {
    expect(() => createDecrypter(provider, { ...key2048, ...change })).toThrow(expect.objectContaining({ code }))
  })
})
