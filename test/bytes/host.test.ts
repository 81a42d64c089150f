import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Base64Error,
  concat,
  decodeBase64,
  decodeLatin1,
  encodeBase64,
  encodeBase64Lines,
  encodeBase64Url,
  encodeHex,
  encodeUtf8,
  finder,
} from '../../src/bytes/index.js'

/** A blank before the text makes it irregular, so that the loop decodes it and not the host. */
const byLoop = (text: Uint8Array, lenient: boolean) => decodeBase64(concat([encodeUtf8(' '), text]), { lenient })

const outcome = (decode: () => Uint8Array) => {
  try {
    return decode().join()
  } catch (error) {
    if (error instanceof Base64Error) return error.code
    throw error
  }
}

describe('long base64, which the host decodes where it can', () => {
  const long = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 2_654_435_761) >>> 13)

  test.each([12_600, 12_601, 12_602, 12_650, 57 * 300])('%i octets come back', (length) => {
    expect(decodeBase64(encodeBase64Lines(long(length)))).toEqual(long(length))
  })

  test.each([false, true])('any octet changed anywhere: the host and the loop agree (lenient: %s)', (lenient) => {
    const text = encodeBase64Lines(long(12_601))
    const change = fc.tuple(
      fc.oneof(fc.nat(text.length - 1), fc.integer({ min: text.length - 90, max: text.length - 1 })),
      fc.nat(255),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Uint8Array.from(text)
        for (const [at, octet] of changes) changed[at] = octet
        expect(outcome(() => decodeBase64(changed, { lenient }))).toBe(outcome(() => byLoop(changed, lenient)))
      }),
      { numRuns: 300, examples: [[[[1000, 0x2d]]], [[[1000, 0x5f]]], [[[text.length - 3, 0x3d]]], [[[77, 0x20]]]] },
    )
  })
})

describe('what lies far away, which the host finds where it can', () => {
  const needle = '\n--=_direct-1'
  const find = finder(encodeUtf8(needle))
  /** Much that begins like the needle; at the lengths around a block of the search. */
  const filler = (length: number) => '\n--=_direct-\n--=_di'.padEnd(length, 'x'.repeat(70)).slice(0, length)

  test.each([0, 100, 4083, 4084, 4095, 4096, 4097, 4110, 8192, 100_000])('behind %i octets', (length) => {
    const haystack = encodeUtf8(filler(length) + needle + filler(20_000) + needle)
    expect(find(haystack)).toBe(length)
    expect(find(haystack, length + 1)).toBe(length + needle.length + 20_000)
    expect(find(haystack.subarray(0, length + needle.length - 1))).toBe(-1)
  })

  test('anywhere, among beginnings of it: as in a text', () => {
    const piece = fc.oneof(
      fc.nat(9000).map(filler),
      fc.nat(needle.length).map((end) => needle.slice(0, end)),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(20_000), (pieces, from) => {
        const text = pieces.join('')
        expect(find(encodeUtf8(text), from)).toBe(text.indexOf(needle, Math.min(from, text.length + 1)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('octets as text, which the host writes where they are many', () => {
  /** So few are written by a loop; and base64 of them wants no padding. */
  const few = 48

  test.each([decodeLatin1, encodeBase64, encodeBase64Url, encodeHex])('$name: as its pieces', (textOf) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60, maxLength: 700 }), (octets) => {
        const pieces = Array.from({ length: Math.ceil(octets.length / few) }, (_, index) => index * few)
        const byLoop = pieces.map((at) => textOf(octets.subarray(at, at + few))).join('')
        expect(textOf(octets)).toBe(byLoop)
      }),
    )
  })

  test('a view of larger memory gives its own octets alone', () => {
    const memory = Uint8Array.from({ length: 500 }, (_, at) => at)
    expect(decodeLatin1(memory.subarray(100, 200))).toBe(String.fromCharCode(...memory.subarray(100, 200)))
  })
})
