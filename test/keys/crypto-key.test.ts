import { describe, expect, test } from 'vitest'
import { createDecrypter } from '../../src/crypto/index.js'
import { loadIdentity } from '../../src/keys/index.js'
import { keyOf, pemOf } from './fixtures.js'
import { abilities } from './put-to-use.js'

const { subtle } = crypto
type Import = RsaHashedImportParams | EcKeyImportParams | Algorithm
const hold = (name: string, algorithm: Import, usages: KeyUsage[]) =>
  subtle.importKey('pkcs8', keyOf(name).bytes.slice(), algorithm, false, usages)

const rsa = (name: string, hash = 'SHA-256') => ({ name, hash })
const ec = (name: string, namedCurve: string) => ({ name, namedCurve })
const p256 = ec('ECDSA', 'P-256')

describe('keys that the host holds and does not give away', () => {
  const rows: readonly { of: string; algorithm: Import; usages: KeyUsage[]; can: string }[] = [
    { of: 'rsa', algorithm: rsa('RSASSA-PKCS1-v1_5'), usages: ['sign'], can: 'signs' },
    { of: 'rsa', algorithm: rsa('RSASSA-PKCS1-v1_5', 'SHA-512'), usages: ['sign'], can: 'signs' },
    { of: 'rsa', algorithm: rsa('RSA-PSS', 'SHA-384'), usages: ['sign'], can: 'signs' },
    { of: 'p256', algorithm: p256, usages: ['sign'], can: 'signs' },
    { of: 'p521', algorithm: ec('ECDSA', 'P-521'), usages: ['sign'], can: 'signs' },
    { of: 'ed25519', algorithm: { name: 'Ed25519' }, usages: ['sign'], can: 'signs' },
    { of: 'p256', algorithm: ec('ECDH', 'P-256'), usages: ['deriveBits'], can: 'decrypts with 1' },
    { of: 'p384', algorithm: ec('ECDH', 'P-384'), usages: ['deriveBits', 'deriveKey'], can: 'decrypts with 1' },
    { of: 'x25519', algorithm: { name: 'X25519' }, usages: ['deriveBits'], can: 'decrypts with 1' },
  ]
  test.each(rows)('$of, $algorithm.name: $can', async ({ of, algorithm, usages, can }) => {
    const privateKey = await hold(of, algorithm, usages)
    const { certificate } = pemOf(of)
    expect(await abilities(await loadIdentity({ certificate, privateKey }))).toBe(can)

    const other = pemOf(of === 'p256' ? 'any-use' : 'p256').certificate
    await expect(loadIdentity({ certificate: other, privateKey })).rejects.toMatchObject({ code: 'ERR_KEYS_MISMATCH' })
  })

  test.each(['SHA-1', 'SHA-256'])('RSA-OAEP with %s: matched, and told from another', async (hash) => {
    const privateKey = await hold('rsa', rsa('RSA-OAEP', hash), ['decrypt'])
    const identity = await loadIdentity({ certificate: pemOf('rsa').certificate, privateKey })
    expect(identity.signing).toBeUndefined()
    expect(identity.decryption).toHaveLength(1)
    const pair = await subtle.generateKey(
      { ...rsa('RSA-OAEP', hash), modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      false,
      ['decrypt', 'encrypt'],
    )
    const given = { certificate: pemOf('rsa').certificate, privateKey: pair.privateKey }
    await expect(loadIdentity(given)).rejects.toMatchObject({ code: 'ERR_KEYS_MISMATCH' })
  })

  test('one for each use, with one certificate', async () => {
    const { certificate } = pemOf('p256')
    const signing = { certificate, privateKey: await hold('p256', p256, ['sign']) }
    const decryption = { certificate, privateKey: await hold('p256', ec('ECDH', 'P-256'), ['deriveBits']) }
    expect(await abilities(await loadIdentity({ signing, decryption }))).toBe('signs, decrypts with 1')
  })

  test('the rejection secret decides what wrong input becomes', async () => {
    const certificate = pemOf('p256').certificate
    const privateKey = await hold('p256', ec('ECDH', 'P-256'), ['deriveBits'])
    const rejectionSecret = new Uint8Array(32).fill(7)
    const { decryption } = await loadIdentity({ certificate, privateKey, rejectionSecret })
    const parameters = Uint8Array.of(0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2d)
    const request = {
      algorithm: { algorithm: '1.3.132.1.11.1', parameters },
      originator: { publicKey: decryption[0]!.certificate.publicKey },
      encryptedKey: new Uint8Array(40),
      length: 32,
    }
    const expected = await createDecrypter(crypto, privateKey, { rejectionSecret }).decryptKey(request)
    expect(await decryption[0]!.key.decryptKey(request)).toEqual(expected)
    const other = await createDecrypter(crypto, privateKey).decryptKey(request)
    expect(other).not.toEqual(expected)
  })

  const { certificate } = pemOf('p256')
  const refused = [
    {
      comment: 'a key that only derives keys',
      algorithm: ec('ECDH', 'P-256'),
      usages: ['deriveKey'],
      code: 'ERR_KEYS_USAGE',
    },
    {
      comment: 'a key for the other use',
      algorithm: p256,
      usages: ['sign'],
      use: 'decryption',
      code: 'ERR_KEYS_USAGE',
    },
    {
      comment: 'a digest that the key is not for',
      algorithm: rsa('RSASSA-PKCS1-v1_5'),
      usages: ['sign'],
      of: 'rsa',
      digest: 'SHA-512',
      code: 'ERR_KEYS_USAGE',
    },
  ] as const
  test.each(refused)('$comment: $code', async ({ algorithm, usages, code, ...row }) => {
    const of = 'of' in row ? row.of : 'p256'
    const privateKey = await hold(of, algorithm, [...usages])
    const use = 'use' in row ? { use: row.use } : {}
    const digest = 'digest' in row ? { digest: row.digest } : {}
    const given = { certificate: pemOf(of).certificate, privateKey, ...use, ...digest }
    await expect(loadIdentity(given)).rejects.toMatchObject({ code })
  })

  test('a public key: ERR_KEYS_MISSING', async () => {
    const { publicKey } = await subtle.generateKey(p256, false, ['sign', 'verify'])
    const given = { certificate, privateKey: publicKey }
    await expect(loadIdentity(given)).rejects.toMatchObject({ code: 'ERR_KEYS_MISSING' })
  })
})
