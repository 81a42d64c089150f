import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { parsePublicKeyInfo, publicKeyWeakness } from '../../src/crypto/index.js'
import { key2048, key3072, publicKeyInfo, publicKeyOf, rsaPublicKeyInfo } from './fixtures.js'

const rsa = '1.2.840.113549.1.1.1'

describe('SubjectPublicKeyInfo (RFC 5280 §4.1.2.7)', () => {
  test('an RSA key with its numbers', () => {
    expect(publicKeyOf(key3072)).toMatchObject({
      algorithm: { algorithm: rsa },
      bits: 3072,
      rsa: { publicExponent: 65537n },
    })
  })

  test('reads what it holds without a copy', () => {
    const { bytes, keyBytes } = publicKeyOf(key2048)
    expect(bytes.subarray(bytes.length - keyBytes.length)).toEqual(keyBytes)
    expect(keyBytes.buffer).toBe(bytes.buffer)
  })

  const cases = [
    { comment: 'a key of an unknown kind', key: publicKeyInfo('1.2.3.4', Uint8Array.of(1, 2, 3)) },
    { comment: 'an RSA key of one number', key: publicKeyInfo(rsa, der.encode(der.sequence(der.integer(7)))) },
    { comment: 'an RSA key that is no ASN.1', key: publicKeyInfo(rsa, Uint8Array.of(0xff)) },
    { comment: 'a modulus of more than 4096 octets', key: rsaPublicKeyInfo(1n << 40_000n, 3n) },
    { comment: 'a negative modulus', key: rsaPublicKeyInfo(-5n, 3n) },
  ]
  test.each(cases)('$comment is read, and has no numbers', ({ key }) => {
    expect(key.bits).toBeUndefined()
    expect(key.rsa).toBeUndefined()
  })

  test('something else is refused', () => {
    const bytes = der.encode(der.sequence(der.sequence(der.oid(rsa)), der.octetString(Uint8Array.of(1))))
    expect(() => parsePublicKeyInfo(parseAsn1(bytes))).toThrow(
      expect.objectContaining({ code: 'ERR_ASN1_UNEXPECTED_TAG' }),
    )
  })
})

describe('weak public keys (AS-18)', () => {
  const policy = { minRsaBits: 2048, maxRsaBits: 8192, curves: [] }
  const odd = (bits: number) => (1n << BigInt(bits - 1)) + 1n
  const modulus = odd(2048)
  const cases = [
    { comment: '2048 bits', key: rsaPublicKeyInfo(modulus, 65537n), weakness: undefined },
    { comment: '2047 bits', key: rsaPublicKeyInfo(odd(2047), 65537n), weakness: 'key-too-small' },
    { comment: '8192 bits', key: rsaPublicKeyInfo(odd(8192), 65537n), weakness: undefined },
    { comment: '8193 bits', key: rsaPublicKeyInfo(odd(8193), 65537n), weakness: 'key-too-large' },
    { comment: 'an even modulus', key: rsaPublicKeyInfo(modulus - 1n, 65537n), weakness: 'key-malformed' },
    { comment: 'exponent 3', key: rsaPublicKeyInfo(modulus, 3n), weakness: undefined },
    { comment: 'exponent 1', key: rsaPublicKeyInfo(modulus, 1n), weakness: 'key-malformed' },
    { comment: 'an even exponent', key: rsaPublicKeyInfo(modulus, 65536n), weakness: 'key-malformed' },
    { comment: 'the largest exponent', key: rsaPublicKeyInfo(modulus, (1n << 32n) - 1n), weakness: undefined },
    { comment: 'an exponent above 2^32', key: rsaPublicKeyInfo(modulus, (1n << 32n) + 1n), weakness: 'key-malformed' },
    { comment: 'no RSA key inside', key: publicKeyInfo(rsa, Uint8Array.of(1)), weakness: 'key-malformed' },
    {
      comment: 'another kind of key',
      key: publicKeyInfo('1.2.840.10045.2.1', Uint8Array.of(4)),
      weakness: 'key-unknown',
    },
  ]
  test.each(cases)('$comment: $weakness', ({ key, weakness }) => {
    expect(publicKeyWeakness(key, policy)).toBe(weakness)
  })
})
