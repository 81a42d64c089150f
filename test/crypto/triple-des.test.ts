import { afterEach, describe, expect, test, vi } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import { contentCiphers, decryptContent, encryptContent } from '../../src/crypto/index.js'
import { decryptCbc, encryptCbc, tripleDes } from '../../src/crypto/triple-des.js'
import { provider } from './fixtures.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

const iv = new Uint8Array(8)

/** One block under one key three times, which is single DES, without the block of padding behind. */
function des(key: string, block: string): string {
  return encodeHex(encryptCbc(tripleDes(decodeHex(key.repeat(3))), iv, decodeHex(block)).subarray(0, 8))
}

describe('the tables (SP 800-17, known answers of single DES)', () => {
  const answers = [
    { comment: 'a permuted bit', key: '0101010101010101', block: '8000000000000000', answer: '95f8a5e5dd31d900' },
    { comment: 'the last bit', key: '0101010101010101', block: '0000000000000001', answer: '166b40b44aba4bd6' },
    { comment: 'a bit of the key', key: '8001010101010101', block: '0000000000000000', answer: '95a8d72813daa94d' },
    {
      comment: 'the substitution tables',
      key: '7ca110454a1a6e57',
      block: '01a1d6d039776742',
      answer: '690f5b0d9a26939b',
    },
    {
      comment: 'the substitution tables again',
      key: '0131d9619dc1376e',
      block: '5cd54ca83def57da',
      answer: '7a389d10354bd271',
    },
  ]
  test.each(answers)('$comment', ({ key, block, answer }) => {
    expect(des(key, block)).toBe(answer)
  })
})

describe('three keys', () => {
  const key = decodeHex('0123456789abcdef23456789abcdef01456789abcdef0123')

  test('what was encrypted is decrypted, and another key or a cut block is noticed', () => {
    const content = Uint8Array.from({ length: 33 }, (_, index) => index)
    const encrypted = encryptCbc(tripleDes(key), iv, content)
    expect(encrypted).toHaveLength(40)
    expect(decryptCbc(tripleDes(key), iv, encrypted)).toEqual(content)
    expect(decryptCbc(tripleDes(key.with(1, 0)), iv, encrypted)).toBeUndefined()
    expect(decryptCbc(tripleDes(key), iv, encrypted.subarray(0, 32))).toBeUndefined()
  })

  test('with Node or without, the same (RFC 3370 §5.1)', async () => {
    const content = Uint8Array.from({ length: 1001 }, (_, index) => index)
    const sent = await encryptContent(provider, '3DES-CBC', key, content)
    vi.stubGlobal('process', undefined)
    expect(await decryptContent(provider, sent.algorithm, key, sent.encryptedContent)).toEqual(content)
    const again = await encryptContent(provider, '3DES-CBC', key, content)
    vi.unstubAllGlobals()
    expect(await decryptContent(provider, again.algorithm, key, again.encryptedContent)).toEqual(content)
  })

  test.each([
    { host: 'Node', stub: false },
    { host: 'a browser', stub: true },
  ])('in $host a failure looks like every other', async ({ stub }) => {
    const { algorithm, encryptedContent } = await encryptContent(provider, '3DES-CBC', key, new Uint8Array(20))
    if (stub) vi.stubGlobal('process', undefined)
    const wrong = [
      { octets: encryptedContent.with(15, encryptedContent[15]! ^ 0xff), given: key },
      { octets: encryptedContent.subarray(1), given: key },
      { octets: encryptedContent, given: key.with(1, 0) },
    ]
    for (const { octets, given } of wrong) {
      const error: unknown = await decryptContent(provider, algorithm, given, octets).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'ERR_CRYPTO_DECRYPT', message: 'the content could not be decrypted' })
      expect(error).not.toHaveProperty('cause')
    }
    const short = {
      algorithm: contentCiphers['3DES-CBC'].oid,
      parameters: der.encode(der.octetString(new Uint8Array(7))),
    }
    await expect(decryptContent(provider, short, key, encryptedContent)).rejects.toMatchObject({
      code: 'ERR_CRYPTO_DECRYPT',
    })
    expect(await decryptContent(provider, algorithm, key, encryptedContent)).toEqual(new Uint8Array(20))
  })
})
