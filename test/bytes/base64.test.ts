import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, decodeBase64, decodeUtf8, encodeBase64, encodeBase64Lines, encodeUtf8 } from '../../src/bytes/index.js'

const text = (bytes: Uint8Array) => decodeUtf8(bytes)

// RFC 4648 §10
const published = [
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
] as const

describe('base64 (RFC 4648 §4)', () => {
  test.each(published)('the published vector for "%s"', (plain, encoded) => {
    expect(encodeBase64(encodeUtf8(plain))).toBe(encoded)
    expect(text(decodeBase64(encoded))).toBe(plain)
    expect(text(decodeBase64(encodeUtf8(encoded)))).toBe(plain)
  })

  const accepted = [
    { comment: 'white space between any two characters', text: ' Z\tg\r\n=\r\n=\r\n', plain: 'f' },
    { comment: 'white space inside a group after whole groups', text: 'Zm9vYm\r\nFy', plain: 'foobar' },
    { comment: 'bits left over by the padding are not judged', text: 'Zh==', plain: 'f' },
  ]
  test.each(accepted)('strict: $comment', ({ text: encoded, plain }) => {
    expect(text(decodeBase64(encoded))).toBe(plain)
  })

  const refused = [
    { comment: 'a character outside the alphabet', text: 'Zm9v!Zm9v', offset: 4, lenient: 'foofoo' },
    { comment: 'the alphabet for URLs', text: 'Zm9v-_', offset: 4, lenient: 'foo' },
    { comment: 'no padding', text: 'Zg', offset: 2, lenient: 'f' },
    { comment: 'too little padding', text: 'Zg=', offset: 3, lenient: 'f' },
    { comment: 'too much padding', text: 'Zg===', offset: 4, lenient: 'f' },
    { comment: 'padding after a whole group', text: 'Zm9v=', offset: 4, lenient: 'foo' },
    { comment: 'padding at the start', text: '=', offset: 0, lenient: '' },
    { comment: 'one character alone', text: 'Zm9vZ', offset: 5, lenient: 'foo' },
    { comment: 'more text after the padding', text: 'Zg==Zg==', offset: 4, lenient: 'f' },
    { comment: 'a character outside ASCII', text: 'Zm9vé', offset: 4, lenient: 'foo' },
    { comment: 'a NUL', text: 'Zm9\0v', offset: 3, lenient: 'foo' },
  ]
  test.each(refused)('refuses $comment, and reads it when lenient', ({ text: encoded, offset, lenient }) => {
    expect(() => decodeBase64(encoded)).toThrow(expect.objectContaining({ code: 'ERR_BASE64_INVALID', offset }))
    expect(text(decodeBase64(encoded, { lenient: true }))).toBe(lenient)
  })

  test('any bytes come back, in one piece or in lines', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
        expect(decodeBase64(encodeBase64Lines(bytes))).toEqual(bytes)
      }),
    )
  })

  test('lines are 76 characters and CRLF, save a shorter last one, and say what the unbroken text says', () => {
    for (let size = 0; size < 400; size++) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 89) & 0xff)
      const whole = encodeBase64(bytes)
      const lines = whole.match(/.{1,76}/g) ?? []
      expect(text(encodeBase64Lines(bytes))).toBe(lines.map((line) => `${line}\r\n`).join(''))
    }
  })

  test('agrees with the btoa of the platform', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(btoa(String.fromCharCode(...bytes)))
      }),
    )
  })

  test('lenient reading never throws and stays within the bytes there could be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase64(bytes, { lenient: true }).length).toBeLessThanOrEqual((bytes.length * 3) / 4)
      }),
    )
  })

  test('a view into a larger array is read from where it starts', () => {
    const inside = concat([encodeUtf8('!!!'), encodeUtf8('Zm9v'), encodeUtf8('!!!')]).subarray(3, 7)
    expect(text(decodeBase64(inside))).toBe('foo')
    expect(encodeBase64(encodeUtf8('xfoo').subarray(1))).toBe('Zm9v')
  })
})
