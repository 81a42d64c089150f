import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { concat, encodeUtf8 } from '../../src/bytes/index.js'
import { encodePem, parsePrivateKey } from '../../src/keys/index.js'
import vectors from '../../vectors/crypto/implicit-rejection.json' with { type: 'json' }

const pem = vectors[0]!.key
const key = parsePrivateKey(pem)
const pkcs1 = key.privateKey
const rsa = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nul())
const written = (...fields: readonly DerNode[]) => der.encode(der.sequence(...fields))

describe('private keys (RFC 5958, RFC 8017 A.1.2)', () => {
  const attributes = der.implicit(0, der.setOf([der.sequence(der.oid('1.2.3.4'), der.setOf([der.nul()]))]))
  const publicKey = der.implicit(1, der.bitString(Uint8Array.of(1, 2)))
  const sequence = key.bytes.subarray(4)
  const readable: readonly { comment: string; input: Uint8Array | string }[] = [
    { comment: 'PKCS#8 in PEM', input: pem },
    { comment: 'PKCS#8 in PEM, as bytes', input: encodeUtf8(pem) },
    { comment: 'PKCS#8 in PEM behind a byte order mark', input: `\ufeff${pem}` },
    { comment: 'PKCS#8 in DER', input: key.bytes },
    { comment: 'PKCS#8 with attributes', input: written(der.integer(0), rsa, der.octetString(pkcs1), attributes) },
    {
      comment: 'the second version, with the public key',
      input: written(der.integer(1), rsa, der.octetString(pkcs1), attributes, publicKey),
    },
    {
      comment: 'PKCS#8 whose algorithm leaves NULL out',
      input: written(der.integer(0), der.sequence(der.oid('1.2.840.113549.1.1.1')), der.octetString(pkcs1)),
    },
    { comment: 'PKCS#8 in BER', input: concat([Uint8Array.of(0x30, 0x80), sequence, Uint8Array.of(0, 0)]) },
    { comment: 'PKCS#1 in DER', input: pkcs1 },
    { comment: 'PKCS#1 in PEM', input: encodePem('RSA PRIVATE KEY', pkcs1) },
    { comment: 'behind a certificate', input: `${encodePem('CERTIFICATE', Uint8Array.of(0x30, 0))}${pem}` },
    { comment: 'before another key', input: `${pem}${vectors[1]!.key}` },
  ]
  test.each(readable)('$comment: the same key in its plainest form', ({ input }) => {
    expect(parsePrivateKey(input)).toEqual(key)
  })

  test('the plainest form is the one OpenSSL writes', () => {
    expect(encodePem('PRIVATE KEY', key.bytes)).toBe(pem)
  })

  test('a key of another kind is read, and keeps its parameters', () => {
    const curve = der.encode(der.oid('1.2.840.10045.3.1.7'))
    const algorithm = der.sequence(der.oid('1.2.840.10045.2.1'), curve)
    expect(parsePrivateKey(written(der.integer(0), algorithm, der.octetString(Uint8Array.of(1))))).toMatchObject({
      algorithm: { algorithm: '1.2.840.10045.2.1', parameters: curve },
      privateKey: Uint8Array.of(1),
    })
  })

  const encrypted = written(
    der.sequence(der.oid('1.2.840.113549.1.5.13'), der.sequence()),
    der.octetString(Uint8Array.of(1)),
  )
  const oldEncrypted = encodePem('RSA PRIVATE KEY', pkcs1).replace(
    '\n',
    '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n',
  )
  const refused: readonly { comment: string; input: Uint8Array | string; code: string }[] = [
    {
      comment: 'an encrypted key in PEM',
      input: encodePem('ENCRYPTED PRIVATE KEY', encrypted),
      code: 'ERR_KEYS_ENCRYPTED',
    },
    { comment: 'an encrypted key in DER', input: encrypted, code: 'ERR_KEYS_ENCRYPTED' },
    { comment: 'a key encrypted in the old way', input: oldEncrypted, code: 'ERR_KEYS_UNSUPPORTED' },
    {
      comment: 'an elliptic curve key in its own form that does not name its curve',
      input: encodePem('EC PRIVATE KEY', written(der.integer(1), der.octetString(new Uint8Array(32)))),
      code: 'ERR_KEYS_UNSUPPORTED',
    },
    {
      comment: 'a third version',
      input: written(der.integer(2), rsa, der.octetString(pkcs1)),
      code: 'ERR_KEYS_UNSUPPORTED',
    },
    {
      comment: 'a certificate alone',
      input: encodePem('CERTIFICATE', Uint8Array.of(0x30, 0)),
      code: 'ERR_KEYS_MISSING',
    },
    {
      comment: 'a label that is the name of a method',
      input: encodePem('toString', Uint8Array.of(0x30, 0)),
      code: 'ERR_KEYS_MISSING',
    },
    { comment: 'an empty text', input: '', code: 'ERR_KEYS_MISSING' },
    { comment: 'no bytes', input: new Uint8Array(), code: 'ERR_KEYS_MISSING' },
    { comment: 'a cut key', input: key.bytes.subarray(0, 100), code: 'ERR_KEYS_MALFORMED' },
    { comment: 'an empty SEQUENCE', input: Uint8Array.of(0x30, 0), code: 'ERR_KEYS_MALFORMED' },
  ]
  test.each(refused)('$comment: $code', ({ input, code }) => {
    expect(() => parsePrivateKey(input)).toThrow(expect.objectContaining({ code }))
  })
})
