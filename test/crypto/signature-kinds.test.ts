import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { decodeHex, encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import {
  createSigner,
  type DigestName,
  digests,
  keyOids,
  type PrivateKeyInfo,
  type PublicKeyInfo,
  type SignatureScheme,
  type SignerOptions,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { pssAlgorithm } from '../../src/crypto/pss.js'
import { boundPublicKey, broken, key2048, type Pair, pairOf, provider, publicKeyInfo, publicKeyOf } from './fixtures.js'

const data = encodeUtf8('signed attributes')
const sha = (name: DigestName) => ({ algorithm: digests[name].oid })
const pss = (digest: DigestName, maskDigest: DigestName, saltLength: number) =>
  pssAlgorithm({ digest, maskDigest, saltLength })

const p256 = await pairOf({ name: 'ECDSA', namedCurve: 'P-256' })
const stranger = await pairOf({ name: 'ECDSA', namedCurve: 'P-256' })
const p384 = await pairOf({ name: 'ECDSA', namedCurve: 'P-384' })
const p521 = await pairOf({ name: 'ECDSA', namedCurve: 'P-521' })
const ed25519 = await pairOf({ name: 'Ed25519' })
const rsa = { privateKey: key2048, publicKey: publicKeyOf(key2048) }

describe('which signature it is (RFC 4055 §3.1, RFC 5753 §2.1, RFC 8419 §3)', () => {
  const field = der.explicit
  const pssOf = (...fields: readonly DerNode[]) => ({
    algorithm: keyOids['RSASSA-PSS'],
    parameters: der.encode(der.sequence(...fields)),
  })
  const known = [
    {
      comment: 'RSASSA-PSS with nothing but defaults',
      signature: pssOf(),
      scheme: { name: 'RSASSA-PSS', digest: 'SHA-1', pss: { digest: 'SHA-1', maskDigest: 'SHA-1', saltLength: 20 } },
    },
    {
      comment: 'RSASSA-PSS with its digest beside it',
      signature: pss('SHA-256', 'SHA-256', 32),
      digest: sha('SHA-256'),
      scheme: {
        name: 'RSASSA-PSS',
        digest: 'SHA-256',
        pss: { digest: 'SHA-256', maskDigest: 'SHA-256', saltLength: 32 },
      },
    },
    {
      comment: 'RSASSA-PSS with the trailer spelled out',
      signature: pssOf(field(3, der.integer(1))),
      scheme: { name: 'RSASSA-PSS', digest: 'SHA-1', pss: { digest: 'SHA-1', maskDigest: 'SHA-1', saltLength: 20 } },
    },
    {
      comment: 'ecdsa-with-SHA384 with its digest beside it',
      signature: { algorithm: '1.2.840.10045.4.3.3' },
      digest: sha('SHA-384'),
      scheme: { name: 'ECDSA', digest: 'SHA-384' },
    },
    {
      comment: 'Ed25519 with SHA-512 beside it',
      signature: { algorithm: '1.3.101.112' },
      digest: sha('SHA-512'),
      scheme: { name: 'Ed25519', digest: 'SHA-512' },
    },
    {
      comment: 'Ed25519 of a certificate',
      signature: { algorithm: '1.3.101.112' },
      scheme: { name: 'Ed25519', digest: 'SHA-512' },
    },
  ]
  test.each(known)('$comment', ({ signature, digest, scheme }) => {
    expect(signatureSchemeOf(signature, digest)).toEqual(scheme)
  })

  const unknown = [
    { comment: 'RSASSA-PSS without parameters', signature: { algorithm: keyOids['RSASSA-PSS'] } },
    { comment: 'RSASSA-PSS with another digest beside it', signature: pssOf(), digest: sha('SHA-256') },
    { comment: 'RSASSA-PSS with an unknown trailer', signature: pssOf(field(3, der.integer(2))) },
    { comment: 'RSASSA-PSS with a negative salt', signature: pssOf(field(2, der.integer(-1))) },
    {
      comment: 'RSASSA-PSS with fields in the wrong order',
      signature: pssOf(field(3, der.integer(1)), field(2, der.integer(9))),
    },
    {
      comment: 'RSASSA-PSS with a NULL',
      signature: { algorithm: keyOids['RSASSA-PSS'], parameters: der.encode(der.nul()) },
    },
    { comment: 'ECDSA with a contradiction', signature: { algorithm: '1.2.840.10045.4.3.2' }, digest: sha('SHA-512') },
    { comment: 'Ed25519 with SHA-256 beside it', signature: { algorithm: '1.3.101.112' }, digest: sha('SHA-256') },
    { comment: 'a key where a signature should be', signature: { algorithm: keyOids.EC }, digest: sha('SHA-256') },
  ]
  test.each(unknown)('$comment: none', ({ signature, digest }) => {
    expect(signatureSchemeOf(signature, digest)).toBeUndefined()
  })
})

describe('what a signer says of itself verifies', () => {
  const cases: readonly {
    comment: string
    pair: Pick<Pair, 'privateKey' | 'publicKey'>
    options?: SignerOptions
    digest: DigestName
    algorithm: string
  }[] = [
    { comment: 'P-256', pair: p256, digest: 'SHA-256', algorithm: '1.2.840.10045.4.3.2' },
    { comment: 'P-384', pair: p384, digest: 'SHA-384', algorithm: '1.2.840.10045.4.3.3' },
    { comment: 'P-521', pair: p521, digest: 'SHA-512', algorithm: '1.2.840.10045.4.3.4' },
    {
      comment: 'P-521 with SHA-256',
      pair: p521,
      options: { digest: 'SHA-256' },
      digest: 'SHA-256',
      algorithm: '1.2.840.10045.4.3.2',
    },
    { comment: 'Ed25519', pair: ed25519, digest: 'SHA-512', algorithm: '1.3.101.112' },
    {
      comment: 'RSASSA-PSS',
      pair: rsa,
      options: { scheme: 'RSASSA-PSS' },
      digest: 'SHA-256',
      algorithm: keyOids['RSASSA-PSS'],
    },
    {
      comment: 'RSASSA-PSS with SHA-512',
      pair: rsa,
      options: { scheme: 'RSASSA-PSS', digest: 'SHA-512' },
      digest: 'SHA-512',
      algorithm: keyOids['RSASSA-PSS'],
    },
  ]
  test.each(cases)('$comment', async ({ pair, options, digest, algorithm }) => {
    const signer = createSigner(provider, pair.privateKey, options)
    expect(signer).toMatchObject({ digest, signatureAlgorithm: { algorithm } })
    const scheme = signatureSchemeOf(signer.signatureAlgorithm, sha(digest))!
    const signature = await signer.sign(data)
    expect(await verifySignature(provider, scheme, pair.publicKey, signature, data)).toBe(true)
    expect(await verifySignature(provider, scheme, pair.publicKey, signature, data.with(0, 0))).toBe(false)
    const flipped = signature.with(-9, signature.at(-9)! ^ 1)
    expect(await verifySignature(provider, scheme, pair.publicKey, flipped, data)).toBe(false)
  })

  const wrong: readonly { comment: string; key: PrivateKeyInfo; options?: SignerOptions; code: string }[] = [
    { comment: 'ECDSA with an RSA key', key: key2048, options: { scheme: 'ECDSA' }, code: 'ERR_CRYPTO_KEY' },
    { comment: 'RSA with an EC key', key: p256.privateKey, options: { scheme: 'RSASSA-PSS' }, code: 'ERR_CRYPTO_KEY' },
    {
      comment: 'Ed25519 with SHA-256',
      key: ed25519.privateKey,
      options: { digest: 'SHA-256' },
      code: 'ERR_CRYPTO_KEY',
    },
    {
      comment: 'a key of an unknown kind',
      key: { ...key2048, algorithm: { algorithm: '1.2.3' } },
      code: 'ERR_CRYPTO_UNSUPPORTED',
    },
    {
      comment: 'an EC key of an unknown curve',
      key: { ...p256.privateKey, algorithm: { algorithm: keyOids.EC } },
      code: 'ERR_CRYPTO_UNSUPPORTED',
    },
    {
      comment: 'an EC key that is none inside',
      key: { ...p256.privateKey, privateKey: Uint8Array.of(0x30, 0) },
      code: 'ERR_CRYPTO_KEY',
    },
    {
      comment: 'an Ed25519 key that is too short',
      key: { ...ed25519.privateKey, privateKey: Uint8Array.of(4, 1, 9) },
      code: 'ERR_CRYPTO_KEY',
    },
  ]
  test.each(wrong)('$comment: $code', ({ key, options, code }) => {
    expect(() => createSigner(provider, key, options)).toThrow(expect.objectContaining({ code }))
  })

  test('a provider that does not know the kind of key is not a wrong signature', async () => {
    const without = new Proxy(provider.subtle, {
      get: () => () => Promise.reject(new DOMException('no such algorithm', 'NotSupportedError')),
    })
    const scheme: SignatureScheme = { name: 'Ed25519', digest: 'SHA-512' }
    const asked = verifySignature({ ...broken, subtle: without }, scheme, ed25519.publicKey, new Uint8Array(64), data)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
    const signing = createSigner({ ...broken, subtle: without }, ed25519.privateKey).sign(data)
    await expect(signing).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })
})

describe('RSASSA-PSS in all its parameters', () => {
  const made = [
    { comment: 'no salt', digest: 'SHA-256', saltLength: 0 },
    { comment: 'the salt of SHA-1', digest: 'SHA-1', saltLength: 20 },
    { comment: 'an odd salt', digest: 'SHA-384', saltLength: 17 },
    { comment: 'the longest salt', digest: 'SHA-256', saltLength: 222 },
  ] as const
  test.each(made)('$comment', async ({ digest, saltLength }) => {
    const name = 'RSA-PSS'
    const key = await provider.subtle.importKey(
      'pkcs8',
      Uint8Array.from(key2048.bytes),
      { name, hash: digest },
      false,
      ['sign'],
    )
    const signature = new Uint8Array(await provider.subtle.sign({ name, saltLength }, key, data))
    const verify = (length: number) =>
      verifySignature(provider, signatureSchemeOf(pss(digest, digest, length))!, rsa.publicKey, signature, data)
    expect(await verify(saltLength)).toBe(true)
    expect(await verify(saltLength + 1)).toBe(false)
    expect(await verify(10_000)).toBe(false)
  })

  test('a signature of another scheme', async () => {
    const signature = await createSigner(provider, key2048).sign(data)
    const scheme = signatureSchemeOf(pss('SHA-256', 'SHA-256', 32))!
    expect(await verifySignature(provider, scheme, rsa.publicKey, signature, data)).toBe(false)
  })
})

describe('ECDSA has one encoding (CMS-12)', () => {
  const scheme: SignatureScheme = { name: 'ECDSA', digest: 'SHA-256' }
  // A signature whose numbers both have 32 octets, so that every change below is one of length.
  const signature = decodeHex(
    '3044022011111111111111111111111111111111111111111111111111111111111111110220' +
      '2222222222222222222222222222222222222222222222222222222222222222',
  )
  const sign = createSigner(provider, p256.privateKey).sign(data)
  const verify = (given: Uint8Array, key: PublicKeyInfo = p256.publicKey) =>
    verifySignature(provider, scheme, key, given, data)

  test('the one is read', async () => {
    expect(await verify(await sign)).toBe(true)
    expect(await verify(signature)).toBe(false)
  })

  const others: readonly { comment: string; change(bytes: Uint8Array): Uint8Array }[] = [
    { comment: 'a length in the long form', change: (bytes) => Uint8Array.of(0x30, 0x81, ...bytes.subarray(1)) },
    { comment: 'an octet behind', change: (bytes) => Uint8Array.of(...bytes, 0) },
    { comment: 'a third number', change: (bytes) => Uint8Array.of(0x30, bytes[1]! + 3, ...bytes.subarray(2), 2, 1, 1) },
    { comment: 'the numbers side by side', change: () => new Uint8Array(64).fill(1) },
    { comment: 'zero', change: () => decodeHex('3006020100020100') },
    { comment: 'a negative number', change: () => decodeHex('3006020101 0201ff'.replace(' ', '')) },
    { comment: 'nothing', change: () => new Uint8Array() },
  ]
  test.each(others)('$comment is refused', async ({ change }) => {
    expect(await verify(change(await sign))).toBe(false)
  })

  test('the order added to a number is refused', async () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const numbers = der.encode(der.sequence(der.integer(n + 5n), der.integer(7)))
    expect(await verify(numbers)).toBe(false)
  })

  const keys = [
    { comment: 'another key of the curve', key: stranger.publicKey },
    { comment: 'a key of another curve', key: p384.publicKey },
    { comment: 'no point', key: publicKeyInfo(keyOids.EC, Uint8Array.of(4, 1, 2)) },
    { comment: 'an RSA key', key: rsa.publicKey },
    {
      comment: 'a point beside the curve',
      key: boundPublicKey(
        { ...p256.publicKey, keyBytes: p256.publicKey.keyBytes.with(-1, p256.publicKey.keyBytes.at(-1)! ^ 1) },
        p256.publicKey.algorithm,
      ),
    },
  ]
  test.each(keys)('$comment', async ({ key }) => {
    expect(await verify(await sign, key)).toBe(false)
  })

  test('a key whose point is compressed (RFC 5480 §2.2)', async () => {
    const { keyBytes, algorithm } = p256.publicKey
    const compressed = Uint8Array.of(2 + (keyBytes.at(-1)! & 1), ...keyBytes.subarray(1, 33))
    const key = boundPublicKey({ ...p256.publicKey, keyBytes: compressed }, algorithm)
    expect(await verify(await sign, key)).toBe(true)
    const other = Uint8Array.of(compressed[0]! ^ 1, ...compressed.subarray(1))
    expect(await verify(await sign, boundPublicKey({ ...p256.publicKey, keyBytes: other }, algorithm))).toBe(false)
  })
})

test('Ed25519 signs as in RFC 8032 §7.1, test 2', async () => {
  const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'
  const bytes = decodeHex(`302e020100300506032b657004220420${seed}`)
  const key = { algorithm: { algorithm: keyOids.Ed25519 }, privateKey: bytes.subarray(14), bytes }
  expect(encodeHex(await createSigner(provider, key).sign(Uint8Array.of(0x72)))).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
})
