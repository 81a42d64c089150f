import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { decodeHex, encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import {
  algorithmIdentifier,
  computeDigest,
  digestOf,
  digests,
  parseAlgorithmIdentifier,
} from '../../src/crypto/index.js'
import { broken, nul, provider } from './fixtures.js'

const sha256 = '2.16.840.1.101.3.4.2.1'

describe('AlgorithmIdentifier (RFC 5280 §4.1.1.2)', () => {
  const cases = [
    { comment: 'without parameters', hex: '300b0609608648016503040201', parameters: undefined },
    { comment: 'with NULL', hex: '300d06096086480165030402010500', parameters: '0500' },
    {
      comment: 'with parameters in BER, byte for byte',
      hex: '300f06096086480165030402010481017f',
      parameters: '0481017f',
    },
    { comment: 'with a third field', hex: '300f060960864801650304020105000500', error: 'ERR_ASN1_UNEXPECTED_TAG' },
    { comment: 'without an algorithm', hex: '3000', error: 'ERR_ASN1_MISSING' },
  ]
  test.each(cases)('$comment', ({ hex, parameters, error }) => {
    const read = () => parseAlgorithmIdentifier(parseAsn1(decodeHex(hex)))
    if (error) return expect(read).toThrow(expect.objectContaining({ code: error }))
    const id = read()
    expect(id.algorithm).toBe(sha256)
    expect(id.parameters && encodeHex(id.parameters)).toBe(parameters)
    expect(encodeHex(der.encode(algorithmIdentifier(id)))).toBe(hex)
  })
})

describe('digests (CMS-7, RFC 5754 §2)', () => {
  const cases = [
    { comment: 'absent parameters', id: { algorithm: sha256 }, name: 'SHA-256' },
    { comment: 'NULL means the same', id: { algorithm: sha256, parameters: nul }, name: 'SHA-256' },
    { comment: 'other parameters are another algorithm', id: { algorithm: sha256, parameters: Uint8Array.of(4, 0) } },
    { comment: 'SHA-1', id: { algorithm: '1.3.14.3.2.26' }, name: 'SHA-1' },
    { comment: 'MD5 is none', id: { algorithm: '1.2.840.113549.2.5', parameters: nul } },
  ]
  test.each(cases)('$comment', ({ id, name }) => {
    expect(digestOf(id)?.name).toBe(name)
  })

  test.each(Object.values(digests))('$name has the length that the table says', async ({ name, length }) => {
    expect(await computeDigest(provider, name, encodeUtf8('abc'))).toHaveLength(length)
  })

  test('SHA-256 of "abc" is that of FIPS 180-4', async () => {
    const digest = await computeDigest(provider, 'SHA-256', encodeUtf8('abc'))
    expect(encodeHex(digest)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  test('a provider that fails is an error of its own', async () => {
    await expect(computeDigest(broken, 'SHA-256', nul)).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })
})
