import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { createSigner, type DigestName, digests, signatureSchemeOf, verifySignature } from '../../src/crypto/index.js'
import {
  broken,
  key2048,
  key3072,
  nul,
  provider,
  publicKeyInfo,
  publicKeyOf,
  rsaPublicKeyInfo,
  spied,
} from './fixtures.js'

const rsaEncryption = { algorithm: '1.2.840.113549.1.1.1', parameters: nul }
const sha256WithRsa = { algorithm: '1.2.840.113549.1.1.11', parameters: nul }
const sha256 = { algorithm: digests['SHA-256'].oid }
const sha512 = { algorithm: digests['SHA-512'].oid, parameters: nul }
const md5 = { algorithm: '1.2.840.113549.2.5', parameters: nul }

describe('which signature it is (CMS-7, RFC 5754 §3.2)', () => {
  const cases = [
    { comment: 'of a certificate', signature: sha256WithRsa, expected: 'SHA-256' },
    {
      comment: 'of a SignerInfo that names the digest twice',
      signature: sha256WithRsa,
      digest: sha256,
      expected: 'SHA-256',
    },
    {
      comment: 'of a SignerInfo with plain rsaEncryption',
      signature: rsaEncryption,
      digest: sha512,
      expected: 'SHA-512',
    },
    { comment: 'parameters left out', signature: { algorithm: sha256WithRsa.algorithm }, expected: 'SHA-256' },
    { comment: 'two digests that contradict each other', signature: sha256WithRsa, digest: sha512 },
    { comment: 'plain rsaEncryption without a digest', signature: rsaEncryption },
    { comment: 'a digest that is unknown', signature: rsaEncryption, digest: md5 },
    { comment: 'a digest that is unknown beside a signature that is not', signature: sha256WithRsa, digest: md5 },
    { comment: 'parameters other than NULL', signature: { ...sha256WithRsa, parameters: Uint8Array.of(0x30, 0) } },
    { comment: 'md5WithRSAEncryption', signature: { algorithm: '1.2.840.113549.1.1.4', parameters: nul } },
  ]
  test.each(cases)('$comment', ({ signature, digest, expected }) => {
    expect(signatureSchemeOf(signature, digest)?.digest).toBe(expected)
  })
})

describe('signing and verifying (RFC 8017 §8.2)', () => {
  const data = encodeUtf8('signed attributes')
  const scheme = signatureSchemeOf(sha256WithRsa)!
  const publicKey = publicKeyOf(key2048)
  const signature = createSigner(provider, key2048).sign(data)

  test.each(Object.keys(digests) as DigestName[])('what a signer with %s says of itself verifies', async (digest) => {
    const signer = createSigner(provider, key3072, { digest })
    const named = signatureSchemeOf(signer.signatureAlgorithm, { algorithm: digests[digest].oid })
    expect(named?.digest).toBe(digest)
    expect(await verifySignature(provider, named!, publicKeyOf(key3072), await signer.sign(data), data)).toBe(true)
  })

  /** A page that is not isolated has no such memory. */
  const shared = (bytes: Uint8Array) => {
    const memory = typeof SharedArrayBuffer === 'undefined' ? ArrayBuffer : SharedArrayBuffer
    const copy = new Uint8Array(new memory(bytes.length))
    copy.set(bytes)
    return copy
  }
  const cases = [
    { comment: 'the signature of this data by this key', verified: true },
    { comment: 'the same in memory that threads share', change: shared, data: shared(data), verified: true },
    { comment: 'other data', data: encodeUtf8('signed attributes.'), verified: false },
    { comment: 'one bit flipped', change: (bytes: Uint8Array) => bytes.with(9, bytes[9]! ^ 1), verified: false },
    { comment: 'one octet short', change: (bytes: Uint8Array) => bytes.subarray(1), verified: false },
    { comment: 'one octet long', change: (bytes: Uint8Array) => Uint8Array.of(0, ...bytes), verified: false },
    { comment: 'nothing', change: () => new Uint8Array(), verified: false },
    { comment: 'a number above the modulus', change: (bytes: Uint8Array) => bytes.map(() => 0xff), verified: false },
    { comment: 'another key', key: publicKeyOf(key3072), verified: false },
    { comment: 'a key of another kind', key: publicKeyInfo('1.2.840.10045.2.1', publicKey.keyBytes), verified: false },
    {
      comment: 'a key that is malformed',
      key: publicKeyInfo(rsaEncryption.algorithm, Uint8Array.of(1, 2)),
      verified: false,
    },
    { comment: 'an even modulus', key: rsaPublicKeyInfo(1n << 2047n, 65537n), verified: false },
    { comment: 'an exponent of one', key: rsaPublicKeyInfo(publicKey.rsa!.modulus, 1n), verified: false },
    {
      comment: 'a key too small for the digest',
      key: rsaPublicKeyInfo(187n, 3n),
      change: () => Uint8Array.of(1),
      verified: false,
    },
  ]
  test.each(cases)('$comment: $verified', async ({ change, data: other, key, verified }) => {
    const given = change ? change(await signature) : await signature
    expect(await verifySignature(provider, scheme, key ?? publicKey, given, other ?? data)).toBe(verified)
  })

  test('a provider that takes no key by its numbers gets it as a SubjectPublicKeyInfo', async () => {
    const forms: string[] = []
    const subtle = new Proxy(crypto.subtle, {
      get(target, name: keyof SubtleCrypto) {
        if (name !== 'importKey') return (target[name] as () => unknown).bind(target)
        return (form: 'spki', ...rest: [BufferSource, RsaHashedImportParams, boolean, KeyUsage[]]) => {
          forms.push(form)
          return form === 'spki' ? target.importKey(form, ...rest) : Promise.reject(new DOMException('', 'DataError'))
        }
      },
    })
    const lacking = { subtle, getRandomValues: crypto.getRandomValues.bind(crypto) } as typeof provider
    expect(await verifySignature(lacking, scheme, publicKey, await signature, data)).toBe(true)
    expect(forms).toEqual(['jwk', 'spki'])
  })

  test('a signer imports its key once', async () => {
    const calls: string[] = []
    const signer = createSigner(spied(calls), key2048)
    await Promise.all([signer.sign(data), signer.sign(data)])
    await signer.sign(data)
    expect(calls.filter((call) => call.startsWith('importKey'))).toHaveLength(1)
  })

  test('a signer that is told to stop does not sign', async () => {
    const signal = AbortSignal.abort()
    await expect(createSigner(provider, key2048).sign(data, { signal })).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('a provider that fails is not a wrong signature', async () => {
    const asked = verifySignature(broken, scheme, publicKey, await signature, data)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER', cause: expect.any(Error) })
    await expect(createSigner(broken, key2048).sign(data)).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })
})
