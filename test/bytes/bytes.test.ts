import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  concat,
  decodeHex,
  decodeLatin1,
  decodeUtf8,
  encodeHex,
  encodeLatin1,
  encodeUtf8,
  equal,
  finder,
  indexOf,
} from '../../src/bytes/index.js'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('joining and comparing', () => {
  test('concat keeps the order and copies', () => {
    const part = bytes(1, 2)
    const joined = concat([part, bytes(), bytes(3)])
    part[0] = 9
    expect(joined).toEqual(bytes(1, 2, 3))
    expect(concat([])).toEqual(bytes())
  })

  test('equal looks at length and at every byte', () => {
    expect(equal(bytes(1, 2), bytes(1, 2))).toBe(true)
    expect(equal(bytes(1, 2), bytes(1, 3))).toBe(false)
    expect(equal(bytes(1, 2), bytes(1, 2, 3))).toBe(false)
  })
})

describe('searching', () => {
  const cases = [
    { comment: 'a needle at the start', haystack: 'abcabc', needle: 'abc', from: 0, found: 0 },
    { comment: 'the next one from an offset', haystack: 'abcabc', needle: 'abc', from: 1, found: 3 },
    { comment: 'a needle cut off at the end', haystack: 'xxab', needle: 'abc', from: 0, found: -1 },
    { comment: 'a needle longer than the haystack', haystack: 'ab', needle: 'abc', from: 0, found: -1 },
    { comment: 'one byte', haystack: 'aab', needle: 'b', from: 0, found: 2 },
    { comment: 'an empty needle', haystack: 'ab', needle: '', from: 2, found: 2 },
    { comment: 'a start beyond the end', haystack: 'ab', needle: 'a', from: 9, found: -1 },
  ]
  test.each(cases)('$comment', ({ haystack, needle, from, found }) => {
    expect(indexOf(encodeUtf8(haystack), encodeUtf8(needle), from)).toBe(found)
  })

  test('finds what the search in strings finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 60 })
    fc.assert(
      fc.property(letters, letters, fc.nat(70), (haystack, needle, from) => {
        fc.pre(needle !== '')
        expect(finder(encodeUtf8(needle))(encodeUtf8(haystack), from)).toBe(haystack.indexOf(needle, from))
      }),
    )
  })

  test('a needle of more than 255 bytes is found', () => {
    const needle = new Uint8Array(700).map((_, i) => i & 0x7f)
    expect(indexOf(concat([new Uint8Array(1000).fill(200), needle]), needle)).toBe(1000)
  })
})

describe('text', () => {
  const refused = [
    { comment: 'an odd number of digits', text: 'abc', offset: 3 },
    { comment: 'a space', text: 'ab cd', offset: 2 },
    { comment: 'a letter beyond f', text: 'ag', offset: 1 },
    { comment: 'a sign', text: '-1', offset: 0 },
    { comment: 'a letter of two bytes', text: 'éa', offset: 0 },
  ]
  test.each(refused)('hex refuses $comment', ({ text, offset }) => {
    expect(() => decodeHex(text)).toThrow(expect.objectContaining({ code: 'ERR_HEX_INVALID', offset }))
  })

  test('hex reads both cases and writes the lower one', () => {
    expect(decodeHex('00fFaB')).toEqual(bytes(0x00, 0xff, 0xab))
    expect(encodeHex(bytes(0x00, 0xff, 0xab))).toBe('00ffab')
  })

  test('UTF-8 that is none becomes U+FFFD, and a byte order mark is kept', () => {
    expect(decodeUtf8(bytes(0xef, 0xbb, 0xbf, 0x61, 0xff))).toBe('\ufeffa\ufffd')
  })

  test('Latin-1 is the number of the byte, also between 0x80 and 0x9f', () => {
    const all = new Uint8Array(10_000).map((_, i) => i)
    expect(decodeLatin1(all).charCodeAt(0x80)).toBe(0x80)
    expect(encodeLatin1(decodeLatin1(all))).toEqual(all)
  })

  test('any bytes survive hex', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (any) => {
        expect(decodeHex(encodeHex(any))).toEqual(any)
      }),
    )
  })
})
