import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import {
  createDecrypter,
  createSigner,
  type DigestName,
  digests,
  encryptKey,
  keyAllowsTransport,
  keyOids,
  keyTransportOf,
  keyTransports,
  publicKeyWeakness,
  type SignerOptions,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { pssAlgorithm } from '../../src/crypto/pss.js'
import { boundPrivateKey, boundPublicKey, key2048, oaepParameters, provider, publicKeyOf } from './fixtures.js'

const data = encodeUtf8('signed attributes')
const rsa = { privateKey: key2048, publicKey: publicKeyOf(key2048) }
const pss = (digest: DigestName, maskDigest: DigestName, saltLength: number) =>
  pssAlgorithm({ digest, maskDigest, saltLength })
const sha = (name: DigestName) => ({ algorithm: digests[name].oid })

describe('keys for RSASSA-PSS alone (RFC 4055 §3)', () => {
  const boundTo = (parameters?: Uint8Array) => ({
    algorithm: keyOids['RSASSA-PSS'],
    ...(parameters && { parameters }),
  })
  const sha256 = pss('SHA-256', 'SHA-256', 32).parameters
  const verifies: readonly {
    comment: string
    key?: Uint8Array | undefined
    signature: SignerOptions
    verified: boolean
  }[] = [
    { comment: 'no parameters bind nothing', signature: { scheme: 'RSASSA-PSS', digest: 'SHA-384' }, verified: true },
    { comment: 'the same parameters', key: sha256, signature: { scheme: 'RSASSA-PSS' }, verified: true },
    {
      comment: 'a shorter salt in the key is the least',
      key: pss('SHA-256', 'SHA-256', 10).parameters,
      signature: { scheme: 'RSASSA-PSS' },
      verified: true,
    },
    {
      comment: 'a longer salt in the key',
      key: pss('SHA-256', 'SHA-256', 40).parameters,
      signature: { scheme: 'RSASSA-PSS' },
      verified: false,
    },
    { comment: 'another digest', key: sha256, signature: { scheme: 'RSASSA-PSS', digest: 'SHA-384' }, verified: false },
    {
      comment: 'another digest of the mask',
      key: pss('SHA-256', 'SHA-1', 32).parameters,
      signature: { scheme: 'RSASSA-PSS' },
      verified: false,
    },
    {
      comment: 'parameters that are none',
      key: Uint8Array.of(5, 0),
      signature: { scheme: 'RSASSA-PSS' },
      verified: false,
    },
    { comment: 'RSASSA-PKCS1-v1_5', signature: {}, verified: false },
  ]
  test.each(verifies)('$comment: $verified', async ({ key, signature: options, verified }) => {
    const signer = createSigner(provider, key2048, options)
    const publicKey = boundPublicKey(rsa.publicKey, boundTo(key))
    const scheme = signatureSchemeOf(signer.signatureAlgorithm, sha(signer.digest))!
    expect(await verifySignature(provider, scheme, publicKey, await signer.sign(data), data)).toBe(verified)
  })

  test('a signer keeps to them', async () => {
    const key = boundPrivateKey(key2048, boundTo(pss('SHA-384', 'SHA-384', 60).parameters))
    const signer = createSigner(provider, key)
    expect(signer.digest).toBe('SHA-384')
    const scheme = signatureSchemeOf(signer.signatureAlgorithm)!
    expect(scheme.pss).toEqual({ digest: 'SHA-384', maskDigest: 'SHA-384', saltLength: 60 })
    const publicKey = boundPublicKey(rsa.publicKey, key.algorithm)
    expect(await verifySignature(provider, scheme, publicKey, await signer.sign(data), data)).toBe(true)
  })

  test.each([
    { comment: 'another digest', parameters: sha256, options: { digest: 'SHA-512' } },
    { comment: 'another scheme', parameters: sha256, options: { scheme: 'RSASSA-PKCS1-v1_5' } },
    { comment: 'a mask that WebCrypto does not make', parameters: pss('SHA-256', 'SHA-1', 32).parameters, options: {} },
    { comment: 'parameters that are none', parameters: Uint8Array.of(5, 0), options: {} },
  ] as const)('a signer is refused $comment', ({ parameters, options }) => {
    const key = boundPrivateKey(key2048, boundTo(parameters))
    expect(() => createSigner(provider, key, options)).toThrow(expect.objectContaining({ code: 'ERR_CRYPTO_KEY' }))
  })

  test('they decrypt nothing, and nothing is encrypted to them', async () => {
    const algorithm = boundTo(sha256)
    expect(() => createDecrypter(provider, boundPrivateKey(key2048, algorithm))).toThrow(
      expect.objectContaining({ code: 'ERR_CRYPTO_KEY' }),
    )
    const asked = encryptKey(
      provider,
      'RSAES-OAEP-SHA-256',
      boundPublicKey(rsa.publicKey, algorithm),
      new Uint8Array(16),
    )
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })
})

describe('keys for RSAES-OAEP alone (RFC 4055 §4)', () => {
  const sha1 = digests['SHA-1'].oid
  const sha256 = digests['SHA-256'].oid
  const contentKey = new Uint8Array(32).fill(6)
  const boundTo = (parameters?: Uint8Array) => ({
    algorithm: keyOids['RSAES-OAEP'],
    ...(parameters && { parameters }),
  })

  const cases = [
    { comment: 'no parameters bind nothing', parameters: undefined, name: 'RSAES-OAEP-SHA-512' },
    { comment: 'one digest throughout', parameters: oaepParameters(sha256, sha256), name: 'RSAES-OAEP-SHA-256' },
    { comment: 'another digest of the mask', parameters: oaepParameters(sha256, sha1), name: 'RSAES-OAEP-SHA-256' },
    {
      comment: 'a label',
      parameters: oaepParameters(sha256, sha256, encodeUtf8('label')),
      name: 'RSAES-OAEP-SHA-256',
    },
    {
      comment: 'a label and another digest of the mask',
      parameters: oaepParameters(undefined, sha256, encodeUtf8('label')),
      name: 'RSAES-OAEP-SHA-1',
    },
  ] as const
  test.each(cases)('$comment', async ({ parameters, name }) => {
    const algorithm = boundTo(parameters)
    const publicKey = boundPublicKey(rsa.publicKey, algorithm)
    const sent = await encryptKey(provider, name, publicKey, contentKey)
    expect(keyTransportOf(sent.algorithm)).toEqual(parameters ? keyTransportOf(algorithm) : keyTransports[name])
    const decrypter = createDecrypter(provider, boundPrivateKey(key2048, algorithm))
    expect(await decrypter.decryptKey({ ...sent, length: 32 })).toEqual(contentKey)
  })

  const refused = [
    { comment: 'RSAES-PKCS1-v1_5', name: 'RSAES-PKCS1-v1_5' },
    { comment: 'RSAES-PKCS1-v1_5 where nothing binds', name: 'RSAES-PKCS1-v1_5', parameters: undefined },
    { comment: 'another digest', name: 'RSAES-OAEP-SHA-512' },
    { comment: 'parameters that are none', name: 'RSAES-OAEP-SHA-256', parameters: Uint8Array.of(5, 0) },
  ] as const
  test.each(refused)('$comment is refused on both sides', async (given) => {
    const algorithm = boundTo('parameters' in given ? given.parameters : oaepParameters(sha256, sha256))
    const publicKey = boundPublicKey(rsa.publicKey, algorithm)
    expect(keyAllowsTransport(publicKey.algorithm, keyTransports[given.name])).toBe(false)
    const unsupported = { code: 'ERR_CRYPTO_UNSUPPORTED' }
    await expect(encryptKey(provider, given.name, publicKey, contentKey)).rejects.toMatchObject(unsupported)
    const sent = await encryptKey(provider, given.name, rsa.publicKey, contentKey)
    const decrypter = createDecrypter(provider, boundPrivateKey(key2048, algorithm))
    await expect(decrypter.decryptKey({ ...sent, length: 32 })).rejects.toMatchObject(unsupported)
  })

  test('they sign nothing, and no signature is theirs', async () => {
    const key = boundPrivateKey(key2048, boundTo())
    expect(() => createSigner(provider, key)).toThrow(expect.objectContaining({ code: 'ERR_CRYPTO_KEY' }))
    const signer = createSigner(provider, key2048)
    const scheme = signatureSchemeOf(signer.signatureAlgorithm)!
    const signature = await signer.sign(data)
    const publicKey = boundPublicKey(rsa.publicKey, boundTo())
    expect(await verifySignature(provider, scheme, publicKey, signature, data)).toBe(false)
    expect(await verifySignature(provider, scheme, rsa.publicKey, signature, data)).toBe(true)
  })
})

describe('what is wrong with such a key (RFC 4055 §1.2)', () => {
  const policy = { minRsaBits: 2048, maxRsaBits: 8192, curves: [] }
  const cases = [
    { comment: 'RSASSA-PSS', kind: 'RSASSA-PSS', parameters: undefined, weakness: undefined },
    {
      comment: 'RSASSA-PSS, bound',
      kind: 'RSASSA-PSS',
      parameters: pss('SHA-256', 'SHA-1', 9).parameters,
      weakness: undefined,
    },
    {
      comment: 'RSASSA-PSS, bound to nobody knows what',
      kind: 'RSASSA-PSS',
      parameters: Uint8Array.of(5, 0),
      weakness: 'key-malformed',
    },
    { comment: 'RSAES-OAEP', kind: 'RSAES-OAEP', parameters: undefined, weakness: undefined },
    { comment: 'RSAES-OAEP, bound', kind: 'RSAES-OAEP', parameters: oaepParameters(), weakness: undefined },
    {
      comment: 'RSAES-OAEP, bound to nobody knows what',
      kind: 'RSAES-OAEP',
      parameters: Uint8Array.of(5, 0),
      weakness: 'key-malformed',
    },
  ] as const
  test.each(cases)('$comment: $weakness', ({ kind, parameters, weakness }) => {
    const key = boundPublicKey(rsa.publicKey, { algorithm: keyOids[kind], ...(parameters && { parameters }) })
    expect(key).toMatchObject({ kind, bits: 2048 })
    expect(publicKeyWeakness(key, policy)).toBe(weakness)
    if (!weakness) expect(publicKeyWeakness(key, { ...policy, minRsaBits: 2049 })).toBe('key-too-small')
  })
})
