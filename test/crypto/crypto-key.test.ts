import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { nodeCrypto } from '../../src/crypto/host.js'
import {
  agreeKey,
  createDecrypter,
  createSigner,
  type DigestName,
  digests,
  encryptKey,
  type KeyTransportName,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import { pairOf, provider, rsa2048 } from './fixtures.js'

// Keys that the host keeps: it uses them and does not show them.
const extractable = false
const data = encodeUtf8('signed attributes')
const contentKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1)

describe('a CryptoKey that signs', () => {
  const kinds: readonly { comment: string; parameters: Parameters<typeof pairOf>[0]; digest: DigestName }[] = [
    { comment: 'RSASSA-PKCS1-v1_5', parameters: rsa2048('RSASSA-PKCS1-v1_5'), digest: 'SHA-256' },
    { comment: 'RSASSA-PKCS1-v1_5, SHA-512', parameters: rsa2048('RSASSA-PKCS1-v1_5', 'SHA-512'), digest: 'SHA-512' },
    { comment: 'RSA-PSS', parameters: rsa2048('RSA-PSS', 'SHA-384'), digest: 'SHA-384' },
    { comment: 'P-256', parameters: { name: 'ECDSA', namedCurve: 'P-256' }, digest: 'SHA-256' },
    { comment: 'P-521', parameters: { name: 'ECDSA', namedCurve: 'P-521' }, digest: 'SHA-512' },
    { comment: 'Ed25519', parameters: { name: 'Ed25519' }, digest: 'SHA-512' },
  ]
  test.each(kinds)('$comment', async ({ parameters, digest }) => {
    const { keys, publicKey } = await pairOf(parameters, extractable)
    const signer = createSigner(provider, keys.privateKey)
    expect(signer.digest).toBe(digest)
    const scheme = signatureSchemeOf(signer.signatureAlgorithm, { algorithm: digests[digest].oid })!
    expect(await verifySignature(provider, scheme, publicKey, await signer.sign(data), data)).toBe(true)
  })

  test('is made for one digest and one scheme, and for signing', async () => {
    const rsa = await pairOf(rsa2048('RSASSA-PKCS1-v1_5'), extractable)
    const wrong = { code: 'ERR_CRYPTO_KEY' }
    for (const options of [{ digest: 'SHA-512' }, { scheme: 'RSASSA-PSS' }] as const) {
      expect(() => createSigner(provider, rsa.keys.privateKey, options)).toThrow(expect.objectContaining(wrong))
    }
    const agrees = await pairOf({ name: 'ECDH', namedCurve: 'P-256' }, extractable)
    for (const key of [rsa.keys.publicKey, agrees.keys.privateKey]) {
      expect(() => createSigner(provider, key)).toThrow(expect.objectContaining(wrong))
    }
    expect(createSigner(provider, rsa.keys.privateKey, { digest: 'SHA-256' }).digest).toBe('SHA-256')
  })
})

describe('a CryptoKey that decrypts', async () => {
  const rsa = await pairOf(rsa2048('RSA-OAEP'), extractable)
  const decrypter = createDecrypter(provider, rsa.keys.privateKey)

  test('OAEP with its own digest, everywhere', async () => {
    const sent = await encryptKey(provider, 'RSAES-OAEP-SHA-256', rsa.publicKey, contentKey)
    expect(await decrypter.decryptKey({ ...sent, length: 32 })).toEqual(contentKey)
  })

  // What needs the operation without padding: Node gives it, a browser keeps it.
  const raw: readonly KeyTransportName[] = ['RSAES-PKCS1-v1_5', 'RSAES-OAEP-SHA-1', 'RSAES-OAEP-SHA-512']
  test.each(raw)('%s where the host allows it, and else a plain no', async (name) => {
    const sent = await encryptKey(provider, name, rsa.publicKey, contentKey)
    const asked = decrypter.decryptKey({ ...sent, length: 32 })
    if (nodeCrypto()) expect(await asked).toEqual(contentKey)
    else await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })

  const changes: readonly { comment: string; change(bytes: Uint8Array): Uint8Array }[] = [
    { comment: 'one bit flipped', change: (bytes) => bytes.with(9, bytes[9]! ^ 1) },
    { comment: 'one octet short', change: (bytes) => bytes.subarray(1) },
    { comment: 'nothing', change: () => new Uint8Array() },
    { comment: 'nothing but ones', change: (bytes) => bytes.map(() => 0xff) },
  ]
  test.each(changes)('$comment: bytes that only the holder of the secret can predict', async ({ change }) => {
    const { algorithm, encryptedKey } = await encryptKey(provider, 'RSAES-OAEP-SHA-256', rsa.publicKey, contentKey)
    const request = { algorithm, encryptedKey: change(encryptedKey), length: 32 }
    const withSecret = (octet: number) =>
      createDecrypter(provider, rsa.keys.privateKey, { rejectionSecret: new Uint8Array(32).fill(octet) })
    const key = await decrypter.decryptKey(request)
    expect(key).not.toEqual(contentKey)
    expect(await decrypter.decryptKey(request)).toEqual(key)
    const mine = await withSecret(1).decryptKey(request)
    expect(await withSecret(1).decryptKey(request)).toEqual(mine)
    expect(await withSecret(2).decryptKey(request)).not.toEqual(mine)
    expect(await withSecret(1).decryptKey({ ...request, encryptedKey })).toEqual(contentKey)
  })

  test.each([
    { comment: 'P-256', parameters: { name: 'ECDH', namedCurve: 'P-256' } },
    { comment: 'P-521', parameters: { name: 'ECDH', namedCurve: 'P-521' } },
    { comment: 'X25519', parameters: { name: 'X25519' } },
  ])('agrees on $comment', async ({ parameters }) => {
    const { keys, publicKey } = await pairOf(parameters, extractable)
    const agreement = 'dhSinglePass-stdDH-sha256kdf'
    const { originator, ...sent } = await agreeKey(provider, { agreement, wrap: 'AES-256-KW', publicKey, contentKey })
    const request = { ...sent, length: 32, originator: { publicKey: originator } }
    expect(await createDecrypter(provider, keys.privateKey).decryptKey(request)).toEqual(contentKey)
    const other = await createDecrypter(provider, keys.privateKey).decryptKey({ ...request, originator: { publicKey } })
    expect(other).not.toEqual(contentKey)
  })

  test('is made for that', async () => {
    const signs = await pairOf({ name: 'ECDSA', namedCurve: 'P-256' }, extractable)
    for (const key of [signs.keys.privateKey, rsa.keys.publicKey]) {
      expect(() => createDecrypter(provider, key)).toThrow(expect.objectContaining({ code: 'ERR_CRYPTO_KEY' }))
    }
  })
})
