import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { digests, encryptKey, signatureSchemeOf, verifySignature } from '../../src/crypto/index.js'
import { decodePem, encodePem, type Identity, loadCertificates, loadIdentity } from '../../src/keys/index.js'
import { nameText } from '../../src/x509/index.js'
import { broken } from '../crypto/fixtures.js'

function file(path: string): Uint8Array {
  return readFileSync(new URL(`../../vectors/openssl/${path}`, import.meta.url))
}

const source = (name: string) => ({ certificate: file(`${name}/cert.pem`), privateKey: file(`${name}/key.pem`) })
const certificateOf = (name: string) => loadCertificates(file(`${name}/cert.pem`))[0]!
const message = encodeUtf8('to be signed')

async function expectToSign({ signing }: Identity, digest: keyof typeof digests = 'SHA-256'): Promise<void> {
  const { certificate, key } = signing!
  const scheme = signatureSchemeOf(key.signatureAlgorithm, { algorithm: digests[key.digest].oid })!
  expect(scheme.digest).toBe(digest)
  expect(await verifySignature(crypto, scheme, certificate.publicKey, await key.sign(message), message)).toBe(true)
}

async function expectToDecrypt({ decryption }: Identity): Promise<void> {
  const contentKey = new Uint8Array(32).fill(5)
  for (const { certificate, key } of decryption) {
    const sent = await encryptKey(crypto, 'RSAES-PKCS1-v1_5', certificate.publicKey, contentKey)
    expect(await key.decryptKey({ ...sent, length: 32 })).toEqual(contentKey)
  }
}

describe('identities from files that OpenSSL wrote', () => {
  test('one key for both', async () => {
    const identity = await loadIdentity(source('ann'))
    expect(identity.decryption).toHaveLength(1)
    expect(identity.signing?.certificate).toEqual(certificateOf('ann'))
    expect(identity.signing?.chain).toEqual([])
    await expectToSign(identity)
    await expectToDecrypt(identity)
  })

  test('another digest', async () => {
    await expectToSign(await loadIdentity({ ...source('ann'), digest: 'SHA-512' }), 'SHA-512')
  })

  test('the certificates behind the first are the chain', async () => {
    const certificate = [file('ida/cert.pem'), decodeUtf8(file('clinic-issuing-ca/cert.pem'))]
    const { signing, decryption } = await loadIdentity({ ...source('ida'), certificate })
    expect(signing?.chain).toEqual([certificateOf('clinic-issuing-ca')])
    expect(decryption[0]?.chain).toEqual(signing?.chain)
  })

  test.each([
    { comment: 'digitalSignature alone: signing', name: 'carol-signing', signs: true, decrypts: 0 },
    { comment: 'keyEncipherment alone: decryption', name: 'carol-encryption', signs: false, decrypts: 1 },
  ])('keyUsage decides: $comment', async ({ name, signs, decrypts }) => {
    const identity = await loadIdentity(source(name))
    expect(identity.signing !== undefined).toBe(signs)
    expect(identity.decryption).toHaveLength(decrypts)
  })

  test('`use` decides when it is given', async () => {
    expect(await loadIdentity({ ...source('ann'), use: 'signing' })).toMatchObject({ decryption: [] })
    expect(await loadIdentity({ ...source('ann'), use: 'decryption' })).not.toHaveProperty('signing')
    expect((await loadIdentity({ ...source('carol-signing'), use: 'both' })).decryption).toHaveLength(1)
  })

  test('separate keys, those for decryption newest first', async () => {
    const identity = await loadIdentity({
      signing: source('carol-signing'),
      decryption: [source('expired'), source('carol-encryption')],
    })
    const starts = identity.decryption.map(({ certificate }) => certificate.notBefore)
    expect(starts).toEqual([certificateOf('carol-encryption').notBefore, certificateOf('expired').notBefore])
    expect(starts[0]).toBeGreaterThan(starts[1]!)
    await expectToSign(identity)
    await expectToDecrypt(identity)
  })

  test('one who only reads', async () => {
    const identity = await loadIdentity({ decryption: source('carol-encryption') })
    expect(identity).not.toHaveProperty('signing')
    await expectToDecrypt(identity)
  })

  test('the provider that is passed in is the one that is used', async () => {
    const { signing } = await loadIdentity({ ...source('ann'), crypto: broken })
    await expect(signing?.key.sign(message)).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })

  const ec =
    '-----BEGIN PRIVATE KEY-----\nMCQCAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcECjAIAgEBBAMBAgM=\n-----END PRIVATE KEY-----\n'
  const dsa = der.encode(
    der.sequence(der.integer(0), der.sequence(der.oid('1.2.840.10040.4.1')), der.octetString(der.integer(3))),
  )
  const refused = [
    {
      comment: 'the key of another',
      given: { ...source('ann'), privateKey: file('bob/key.pem') },
      code: 'ERR_KEYS_MISMATCH',
    },
    { comment: 'a certificate that only signs others', given: source('clinic-ca'), code: 'ERR_KEYS_USAGE' },
    { comment: 'a key of another kind', given: { ...source('ann'), privateKey: ec }, code: 'ERR_KEYS_MISMATCH' },
    { comment: 'a key of an unknown kind', given: { ...source('ann'), privateKey: dsa }, code: 'ERR_KEYS_UNSUPPORTED' },
    {
      comment: 'no certificate',
      given: { ...source('ann'), certificate: file('ann/key.pem') },
      code: 'ERR_KEYS_MISSING',
    },
    { comment: 'no key', given: { ...source('ann'), privateKey: file('ann/cert.pem') }, code: 'ERR_KEYS_MISSING' },
    { comment: 'an empty list', given: { ...source('ann'), certificate: [] }, code: 'ERR_KEYS_MISSING' },
  ]
  test.each(refused)('$comment: $code', async ({ given, code }) => {
    await expect(loadIdentity(given)).rejects.toMatchObject({ code })
  })
})

describe('certificates', () => {
  const pem = decodeUtf8(file('ann/cert.pem'))
  const der = decodePem(pem)[0]!.bytes

  test.each([
    { comment: 'PEM as text', input: pem },
    { comment: 'PEM as bytes', input: file('ann/cert.pem') },
    { comment: 'DER', input: der },
    { comment: 'PEM with a key before it', input: `${decodeUtf8(file('ann/key.pem'))}${pem}` },
    { comment: 'a list', input: [der] },
  ])('$comment', ({ input }) => {
    expect(loadCertificates(input).map(({ bytes }) => bytes)).toEqual([der])
  })

  test('several in one text keep their order', () => {
    const text = ['ida', 'clinic-issuing-ca', 'clinic-ca']
      .map((name) => decodeUtf8(file(`${name}/cert.pem`)))
      .join('\n')
    expect(loadCertificates(text)).toEqual(['ida', 'clinic-issuing-ca', 'clinic-ca'].map(certificateOf))
  })

  const p7c = new Uint8Array(file('signed/certs-only.p7c'))
  const pkcs7 = [
    { comment: 'PKCS#7 in DER', input: p7c },
    { comment: 'PKCS#7 in PEM', input: encodePem('PKCS7', p7c) },
    { comment: 'PKCS#7 in PEM that is called CMS', input: encodePem('CMS', p7c) },
  ]
  test.each(pkcs7)('$comment: all that are in it', ({ input }) => {
    const subjects = loadCertificates(input).map(({ subject }) => nameText(subject))
    const expected = ['clinic-ca', 'clinic-issuing-ca', 'ida'].map((name) => nameText(certificateOf(name).subject))
    expect(subjects.sort()).toEqual(expected.sort())
  })

  const refused = [
    { comment: 'a PKCS#7 that encrypts', input: file('enveloped/aes-256-cbc.p7m'), code: 'ERR_KEYS_MALFORMED' },
    { comment: 'a PKCS#7 that is cut', input: encodePem('PKCS7', p7c.subarray(0, 100)), code: 'ERR_KEYS_MALFORMED' },
    { comment: 'a PKCS#7 without certificates', input: file('signed/nocerts.p7s'), code: 'ERR_KEYS_MISSING' },
  ]
  test.each(refused)('$comment: $code', ({ input, code }) => {
    expect(() => loadCertificates(input)).toThrow(expect.objectContaining({ code }))
  })

  test('bytes that are no certificate', () => {
    expect(() => loadCertificates(Uint8Array.of(0x30, 0))).toThrow(
      expect.objectContaining({ code: 'ERR_X509_MALFORMED' }),
    )
  })
})
