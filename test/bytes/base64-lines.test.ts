import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeUtf8,
  encodeBase64,
  encodeBase64Lines,
  encodeUtf8,
  lengthInBase64Lines,
  writeBase64Lines,
} from '../../src/bytes/index.js'

/** What the lines must be: the base64 in one piece, cut. */
const cut = (bytes: Uint8Array) => encodeBase64(bytes).replace(/.{1,76}/g, '$&\r\n')
const octets = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 2_654_435_761) >>> 13)
const block = 57 * 1024

describe('base64 in lines, written by the host where it can (RFC 2045 §6.8)', () => {
  const lengths = [
    { comment: 'nothing', length: 0 },
    { comment: 'a line', length: 57 },
    { comment: 'long enough for the host', length: 16_384 },
    { comment: 'a block less one octet', length: block - 1 },
    { comment: 'a block', length: block },
    { comment: 'a block and one octet', length: block + 1 },
    { comment: 'several blocks and a line of eight characters', length: 3 * block + 5 },
    { comment: 'several blocks and a line of twelve characters', length: 3 * block + 8 },
  ]
  test.each(lengths)('$comment', ({ length }) => {
    expect(decodeUtf8(encodeBase64Lines(octets(length)))).toBe(cut(octets(length)))
  })

  test('a head of any length stands before the lines, and the bytes may be a view', () => {
    const sizes = fc.oneof(fc.nat(400), fc.integer({ min: 16_380, max: 20_000 }))
    fc.assert(
      fc.property(fc.string({ maxLength: 9 }), sizes, fc.nat(9), (text, size, start) => {
        const head = encodeUtf8(text)
        const bytes = octets(size + start).subarray(start)
        const written = encodeBase64Lines(bytes, head)
        expect(decodeUtf8(written)).toBe(decodeUtf8(head) + cut(bytes))
      }),
    )
  })

  test('they may be written into a place at any offset, and nothing around it changes', () => {
    const sizes = fc.oneof(fc.nat(400), fc.integer({ min: 16_380, max: 20_000 }))
    fc.assert(
      fc.property(sizes, fc.nat(9), (size, start) => {
        const length = lengthInBase64Lines(size)
        const memory = new Uint8Array(length + 20).fill(0x2a)
        writeBase64Lines(octets(size), memory.subarray(start, start + length))
        expect(decodeUtf8(memory)).toBe('*'.repeat(start) + cut(octets(size)) + '*'.repeat(20 - start))
      }),
    )
  })
})
